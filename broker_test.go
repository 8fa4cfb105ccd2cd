package brogo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/net/transport"
)

// lineNumber is what changes in messages of base scripts whenever these do.
var lineNumber = regexp.MustCompile(`line \d+`)

// world is several engines in this process, on one virtual clock and one network in memory. Everything happens on the test's
// goroutine, so that a run gives the same transcript each time.
type world struct {
	t     *testing.T
	clk   *clock.Virtual
	net   *transport.Mem
	start time.Time
	nodes []*worldNode
	log   strings.Builder
}

type worldNode struct {
	name string
	w    *world
	s    *Session
	over bool
}

func newWorld(t *testing.T) *world {
	start := time.Unix(1_600_000_000, 0)
	clk := clock.NewVirtual(start)
	return &world{t: t, clk: clk, net: transport.NewMem(clk), start: start}
}

// Write puts what a node prints into the transcript, with the time and its name.
func (n *worldNode) Write(p []byte) (int, error) {
	text := strings.NewReplacer("00000000-0000-0000-0000-000000000000", "NOBODY", EmbeddedRoot+"/base/frameworks/broker/", "").Replace(string(p))
	text = lineNumber.ReplaceAllString(text, "line N")
	for line := range strings.Lines(text) {
		fmt.Fprintf(&n.w.log, "%5.1f %s: %s\n", n.w.clk.Now().Sub(n.w.start).Seconds(), n.name, strings.TrimSuffix(line, "\n"))
	}
	return len(p), nil
}

// add starts a node that runs a script.
func (w *world) add(name, script string) *worldNode { return w.addWith(nil, name, script) }

// addWith is add with an environment.
func (w *world) addWith(env map[string]string, name, script string) *worldNode {
	n := &worldNode{name: name, w: w}
	e, err := New(Config{Dialect: "zeek", Bare: true, Code: []string{"redef exit_only_after_terminate = T;\nredef Log::enable_local_logging = F;\n" + script}, Stdout: n, Stderr: n,
		Clock: w.clk, Network: w.net.Host(name), Env: func(k string) (string, bool) { v, ok := env[k]; return v, ok }, NoUnusedWarnings: true})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(e.Close)
	if e.Load() != 0 {
		w.t.Fatalf("%s does not load:\n%s", name, w.log.String())
	}
	n.s = e.Open()
	n.s.Start()
	w.nodes = append(w.nodes, n)
	return n
}

// run lets the world go on for some time.
func (w *world) run(d time.Duration) {
	end := w.clk.Now().Add(d)
	for {
		var wake time.Time
		busy := false
		for _, n := range w.nodes {
			if n.over {
				continue
			}
			next, more := n.s.Step()
			if n.s.Over() {
				n.s.Close()
				n.over, more = true, true
			}
			busy = busy || more
			if !next.IsZero() && (wake.IsZero() || next.Before(wake)) {
				wake = next
			}
		}
		if at, ok := w.clk.Next(); ok && (wake.IsZero() || at.Before(wake)) {
			wake = at
		}
		switch {
		case busy:
			w.clk.AdvanceTo(w.clk.Now())
		case wake.IsZero() || wake.After(end):
			w.clk.AdvanceTo(end)
			return
		default:
			w.clk.AdvanceTo(wake)
		}
	}
}

// expect compares the transcript with what it should be, and begins a new one.
func (w *world) expect(want string) {
	w.t.Helper()
	if got := w.log.String(); got != strings.TrimLeft(want, "\n") {
		w.t.Errorf("got\n%s\nwant%s", got, want)
	}
	w.log.Reset()
}

// shared is what the scripts of a test have in common: they print who comes and goes.
const shared = `
global hello: event(from: string, n: count);

event Broker::peer_added(ep: Broker::EndpointInfo, msg: string) &priority=10
	{ print "added", msg; }
event Broker::peer_lost(ep: Broker::EndpointInfo, msg: string)
	{ print "lost", msg; }
event Broker::peer_removed(ep: Broker::EndpointInfo, msg: string)
	{ print "removed", msg; }
event hello(from: string, n: count)
	{ print "hello", from, n, is_remote_event(); }
`

// A message goes by way of a node that forwards, once, and not back; what the node in the middle forwards for others it does not handle.
func TestBrokerForwards(t *testing.T) {
	w := newWorld(t)
	w.add("hub", shared+`
redef Broker::forward_messages = T;
event zeek_init()
	{ Broker::listen(); Broker::subscribe("both"); Broker::forward("through"); }`)
	ends := shared + `
event zeek_init()
	{ Broker::peer("hub"); Broker::subscribe("through/"); Broker::subscribe("both/"); }`
	w.add("left", ends+`
event speak()
	{
	Broker::publish("through/x", hello, "left", 1);
	Broker::publish("both/x", hello, "left", 2);
	Broker::publish("neither", hello, "left", 3);
	}
event zeek_init()
	{ schedule 2sec { speak() }; }`)
	w.add("right", ends)
	w.run(3 * time.Second)
	w.expect(`
  0.0 hub: added, handshake successful
  0.0 hub: added, handshake successful
  0.0 left: added, handshake successful
  0.0 right: added, handshake successful
  2.0 hub: hello, left, 2, T
  2.0 right: hello, left, 1, T
  2.0 right: hello, left, 2, T
`)
}

// A network that parts is noticed by its silence, the peering comes back with it, and a queue that is full says what it lost.
func TestBrokerParted(t *testing.T) {
	w := newWorld(t)
	w.add("listener", shared+`
event zeek_init()
	{ Broker::listen(); Broker::subscribe("t"); }`)
	w.add("caller", shared+`
redef Broker::peer_buffer_size = 3;
event Broker::messages_dropped(ep: Broker::EndpointInfo, dropped: count, total: count)
	{ print "dropped", dropped, total; }
event burst()
	{
	local i = 0;
	while ( ++i <= 5000 )
		Broker::publish("t", hello, "caller", i);
	for ( _, s in Broker::peering_stats() )
		print "queued", s$num_queued, "lost", s$num_overflows;
	}
event zeek_init()
	{
	Broker::peer("listener", 9999/tcp, 5sec);
	schedule 10sec { burst() };
	}`)
	w.run(5 * time.Second)
	w.expect(`
  0.0 listener: added, handshake successful
  0.0 caller: added, handshake successful
`)
	w.net.Cut("listener", "caller")
	w.run(60 * time.Second)
	w.expect(`
 10.0 caller: queued, 0, lost, 4997
 10.0 caller: dropped, 1, 1
 30.0 listener: lost, lost connection to remote peer
 30.0 caller: dropped, 4996, 4997
 30.0 caller: lost, lost connection to remote peer
 40.0 caller: warning: Broker: listener:9999: connection timed out
 40.0 caller: error in log.zeek, line N: Broker error (Broker::PEER_UNAVAILABLE): (NOBODY, *listener:9999, "unable to connect to remote peer")
 55.0 caller: error in log.zeek, line N: Broker error (Broker::PEER_UNAVAILABLE): (NOBODY, *listener:9999, "unable to connect to remote peer")
`)
	w.net.Heal("listener", "caller")
	w.run(60 * time.Second)
	w.expect(`
 70.0 caller: error in log.zeek, line N: Broker error (Broker::PEER_UNAVAILABLE): (NOBODY, *listener:9999, "unable to connect to remote peer")
 75.0 listener: added, handshake successful
 75.0 caller: added, handshake successful
`)
}

// What is published right before the end arrives, and both sides say what they saw of it.
func TestBrokerLastWords(t *testing.T) {
	w := newWorld(t)
	w.add("listener", shared+`
event zeek_init()
	{ Broker::listen(); Broker::subscribe(""); }`)
	w.add("caller", shared+`
event zeek_init()
	{ Broker::peer("listener"); }
event Broker::peer_added(ep: Broker::EndpointInfo, msg: string)
	{ Broker::publish("x", hello, "caller", 1); terminate(); }
event zeek_done()
	{ Broker::publish("x", hello, "caller, at the end", 2); }`)
	w.run(time.Second)
	w.expect(`
  0.0 listener: added, handshake successful
  0.0 caller: added, handshake successful
  0.0 listener: hello, caller, 1, T
  0.0 listener: hello, caller, at the end, 2, T
  0.0 listener: lost, lost connection to remote peer
`)
}

// portWriter passes on the first line that a program prints.
type portWriter struct {
	bytes.Buffer
	port chan string
}

func (w *portWriter) Write(p []byte) (int, error) {
	w.Buffer.Write(p)
	if line, _, ok := strings.Cut(w.Buffer.String(), "\n"); ok && w.port != nil {
		w.port <- line
		w.port = nil
	}
	return len(p), nil
}

// Two engines over real sockets with TLS, each on its own goroutine; nothing of them is left after Close.
func TestBrokerSockets(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	start := func(out io.Writer, env map[string]string, script string) (*Engine, chan int) {
		e, err := New(Config{Dialect: "zeek", Bare: true, Code: []string{"redef exit_only_after_terminate = T;\nredef Log::enable_local_logging = F;\n" + shared + script},
			Stdout: out, Stderr: io.Discard, Env: func(k string) (string, bool) { v, ok := env[k]; return v, ok }, NoUnusedWarnings: true})
		if err != nil {
			t.Fatal(err)
		}
		if e.Load() != 0 {
			t.Fatal("the script does not load")
		}
		code := make(chan int, 1)
		go func() { code <- e.Run(context.Background()) }()
		return e, code
	}
	heard := &portWriter{port: make(chan string, 1)}
	port := heard.port
	listener, ended := start(heard, nil, `
event zeek_init()
	{ print Broker::listen("127.0.0.1", 0/tcp); Broker::subscribe("t"); }
event hello(from: string, n: count)
	{ if ( n == 5000 ) terminate(); }`)
	defer listener.Close()
	caller, over := start(io.Discard, map[string]string{"PORT": <-port}, `
event zeek_init()
	{ Broker::peer("127.0.0.1", to_port(getenv("PORT"))); }
event Broker::peer_added(ep: Broker::EndpointInfo, msg: string)
	{
	local i = 0;
	while ( ++i <= 5000 )
		Broker::publish("t", hello, "caller", i);
	terminate();
	}`)
	defer caller.Close()
	if a, b := <-ended, <-over; a != 0 || b != 0 {
		t.Errorf("exit codes %d and %d", a, b)
	}
	if n := strings.Count(heard.String(), "hello, caller, "); n != 5000 {
		t.Errorf("%d of 5000 events arrived", n)
	}
}
