package node

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is several nodes in virtual time, each on a host of its own name and listening at port 1.
type world struct {
	t     *testing.T
	clk   *clock.Virtual
	net   *transport.Mem
	nodes map[string]*app
}

// app is a node with what it heard.
type app struct {
	*Node
	w    *world
	log  []string
	hold bool // messages are kept instead of handled
	held []Message
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, clk: clock.NewVirtual(time.Unix(0, 0)), nodes: map[string]*app{}}
	w.net = transport.NewMem(w.clk)
	w.net.SetLatency(func(string, string) time.Duration { return time.Millisecond })
	return w
}

func at(host string) transport.Addr { return transport.Addr{Host: host, Port: 1} }

// node starts a node; its id is its name unless cfg says otherwise.
func (w *world) node(name string, cfg Config, subs ...string) *app {
	if cfg.ID == "" {
		cfg.ID = name
	}
	a := &app{w: w}
	a.Node = New(Options{Config: cfg, Network: w.net.Host(name), Sink: a, Clock: w.clk, Inline: true})
	a.Start()
	if _, err := a.Listen(at(name)); err != nil {
		w.t.Fatal(err)
	}
	for _, s := range subs {
		a.Subscribe(s)
	}
	w.nodes[name] = a
	return a
}

func (w *world) run(d time.Duration) { w.clk.Advance(d) }

func (a *app) Messages(ms []Message) {
	for i := range ms {
		if a.hold {
			a.held = append(a.held, ms[i])
			continue
		}
		r := wire.NewReader(ms[i].Payload)
		a.log = append(a.log, fmt.Sprintf("%s from %s: %s", ms[i].Topic, ms[i].From, wire.Format(r.Data(), false)))
		ms[i].Done()
	}
}

func (a *app) Status(s Status) {
	a.log = append(a.log, strings.TrimSpace(fmt.Sprintf("%s %s %s", s.Code, s.Peer.ID, s.Detail)))
}

func (a *app) Error(e Error) {
	a.log = append(a.log, fmt.Sprintf("%s %s: %s", e.Code, e.Peer.Addr.Host, e.Detail))
}

func (a *app) Overflow(o Overflow) {
	a.log = append(a.log, fmt.Sprintf("overflow to %s", o.Peer.ID))
}

// heard returns the log since the last call.
func (a *app) heard() []string {
	l := a.log
	a.log = nil
	return l
}

func (a *app) expect(want ...string) {
	a.w.t.Helper()
	if got := a.heard(); !slices.Equal(got, want) {
		a.w.t.Errorf("%s heard\n\t%s\nwant\n\t%s", a.ID(), strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func message(topic, text string) []byte {
	return wire.Finish(wire.AppendString(wire.BeginRouted(nil, wire.MsgEvent, topic), text), 0)
}

func (a *app) say(topic, text string) { a.Publish(topic, message(topic, text)) }

// pair is two nodes that are peers; a dialled.
func pair(t *testing.T, a, b Config) (*world, *app, *app) {
	w := newWorld(t)
	x, y := w.node("a", a), w.node("b", b)
	x.Peer(at("b"), time.Second)
	w.run(100 * time.Millisecond)
	x.expect("ENDPOINT_DISCOVERED b", "PEER_ADDED b")
	y.expect("ENDPOINT_DISCOVERED a", "PEER_ADDED a")
	return w, x, y
}
