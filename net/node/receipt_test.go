package node

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/brogo/brogo/net/wire"
)

func logWrite(topic string) []byte {
	f := wire.BeginRouted(nil, wire.MsgLogWrite, topic)
	return wire.Finish(wire.AppendLogWrite(f, wire.LogWriter{Stream: "T::LOG", Writer: "Log::WRITER_ASCII", Path: "t"}, wire.Place{}, 0, nil), 0)
}

// Receipts tell how many peers a message is on its way to, and for each whether it got there.
func TestReceipts(t *testing.T) {
	w := newWorld(t)
	var told []string
	var a *app
	b, c := w.node("b", Config{}, "logs/"), w.node("c", Config{}, "logs/")
	a = &app{w: w}
	a.Node = New(Options{Config: Config{ID: "a"}, Network: w.net.Host("a"), Sink: a, Clock: w.clk, Inline: true, Receipts: func(list []Receipt) {
		for _, r := range list {
			told = append(told, fmt.Sprintf("%d %s %d", r.Ticket, [...]string{"queued", "taken", "missed"}[r.Kind], r.Peers))
		}
	}})
	a.Start()
	a.Ship("logs/x", logWrite("logs/x"), 1)
	a.Peer(at("b"), time.Second)
	a.Peer(at("c"), time.Second)
	w.run(100 * time.Millisecond)
	expect := func(want ...string) {
		t.Helper()
		w.run(100 * time.Millisecond)
		if !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
		told = nil
	}
	expect("1 queued 0")

	// Those who hold a message acknowledge it when they please, in any order.
	b.hold, c.hold = true, true
	a.Ship("logs/x", logWrite("logs/x"), 2)
	a.Ship("logs/x", logWrite("logs/x"), 3)
	expect("2 queued 2", "3 queued 2")
	b.Acknowledge("a", []uint64{b.held[1].Seq, 999, b.held[1].Seq})
	expect("3 taken 0")
	b.Acknowledge("a", []uint64{b.held[0].Seq})
	expect("2 taken 0")
	w.net.Reset("a", "c")
	expect("2 missed 0", "3 missed 0")

	// A peer that does not want it any more has no use for it.
	b.Unsubscribe("logs/")
	a.Ship("logs/y", logWrite("logs/y"), 4)
	expect("4 queued 1", "4 taken 0") // c is not back yet
	for _, m := range append(b.held, c.held...) {
		m.Done()
	}
}
