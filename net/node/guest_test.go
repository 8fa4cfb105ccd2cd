package node

import (
	"slices"
	"testing"
	"time"

	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

// guests has a node listen at port 2 for clients, and returns how to make one.
func guests(w *world, a *app) func(name string, subs ...string) *app {
	door := transport.Addr{Host: a.ID(), Port: 2}
	l, err := w.net.Host(a.ID()).Listen(door, func(c transport.Conn) { a.Admit(c) }, func(transport.Addr, error) {})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(l.Close)
	return func(name string, subs ...string) *app {
		g := w.node(name, Config{}, subs...)
		g.Peer(door, 0)
		w.run(100 * time.Millisecond)
		g.expect("ENDPOINT_DISCOVERED "+a.ID(), "PEER_ADDED "+a.ID())
		a.expect("ENDPOINT_DISCOVERED "+name, "PEER_ADDED "+name)
		return g
	}
}

// Nodes a and b, clients at a. Nobody forwards, and yet what clients say gets everywhere, once, and not back.
func TestGuests(t *testing.T) {
	w, a, b := pair(t, Config{}, Config{})
	client := guests(w, a)
	x, y := client("x", "t/", "t/1"), client("y", "t/1")
	a.Subscribe("t/1")
	b.Subscribe("t")
	w.run(time.Second)
	if got := b.Wants("a"); !slices.Equal(got, []string{"t/", "t/1"}) {
		t.Errorf("b knows that a wants %q", got)
	}
	x.say("t/1", "from x")
	w.run(time.Second)
	a.expect("t/1 from x: from x")
	b.expect("t/1 from a: from x")
	y.expect("t/1 from a: from x")
	x.expect()

	b.say("t/2", "from b") // which a wants for x alone
	a.say("t/1", "from a")
	w.run(time.Second)
	a.expect()
	x.expect("t/1 from a: from a", "t/2 from a: from b")
	y.expect("t/1 from a: from a")
	b.expect("t/1 from a: from a")

	x.Unsubscribe("t/")
	w.run(time.Second)
	if got := b.Wants("a"); !slices.Equal(got, []string{"t/1"}) {
		t.Errorf("b knows that a wants %q", got)
	}
	a.Unsubscribe("t/1")
	x.Shutdown()
	y.Shutdown()
	w.run(5 * time.Second)
	if got := b.Wants("a"); got != nil {
		t.Errorf("b knows that a wants %q", got)
	}
	a.expect("PEER_LOST x terminating", "ENDPOINT_UNREACHABLE x", "PEER_LOST y terminating", "ENDPOINT_UNREACHABLE y")
}

// Clients get events: no log rows, whose senders would take a client for one who writes them, no values and nothing of stores.
func TestGuestsGetOnlyEvents(t *testing.T) {
	w, a, b := pair(t, Config{}, Config{})
	client := guests(w, a)
	a.Keep("k", "t", wire.Finish(wire.AppendString(wire.BeginRouted(nil, wire.MsgLogCreate, "t"), "writer"), 0))
	x := client("x", "")
	for _, from := range []*app{a, b} {
		for _, kind := range []wire.MsgKind{wire.MsgLogCreate, wire.MsgLogWrite, wire.MsgIDUpdate} {
			from.Publish("t", wire.Finish(wire.AppendString(wire.BeginRouted(nil, kind, "t"), "no event"), 0))
		}
		from.Send("", wire.Finish(wire.AppendString(wire.BeginStore(nil, "s"), "no event"), 0))
		from.say("t", "event")
	}
	w.run(time.Second)
	x.expect("t from a: event", "t from a: event")
	b.expect("s from a: no event")
	a.expect("s from b: no event")
	if got := b.Stats(); got.LogsOut != 0 || got.IDsOut != 0 {
		t.Errorf("b sent %+v to who does not want it", got)
	}
}

// A client that does not read is no reason to keep more for it than what is set for clients.
func TestGuestQueue(t *testing.T) {
	for _, policy := range []Policy{DropOldest, Disconnect} {
		w := newWorld(t)
		a := w.node("a", Config{QueueMessages: 1000, GuestMessages: 3, GuestPolicy: policy})
		x := guests(w, a)("x", "t")
		w.net.Cut("a", "x")
		for i := range 10 {
			a.say("t", string(rune('0'+i)))
			if i == 0 {
				w.run(0) // on its way
			}
		}
		w.run(time.Millisecond)
		switch policy {
		case DropOldest:
			a.expect("overflow to x")
			if p := a.Peers(); len(p) != 1 || !p[0].Guest || p[0].Stats.MaxQueued != 3 || p[0].Stats.Overflows != 6 {
				t.Errorf("peers are %+v", p)
			}
		case Disconnect:
			a.expect("overflow to x", "PEER_REMOVED x the queue for the peer is full", "ENDPOINT_UNREACHABLE x")
		}
		w.net.Heal("a", "x")
		x.heard()
	}
}
