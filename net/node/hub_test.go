package node

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

func TestPublishReachesSubscribersOfThePrefix(t *testing.T) {
	w, a, b := pair(t, Config{}, Config{})
	b.Subscribe("bro/e")
	a.Subscribe("")
	w.run(time.Second)
	a.say("bro/events", "1")
	a.say("bro/logs", "2")
	b.say("anything", "3")
	b.say("", "4")
	w.run(time.Second)
	a.expect("anything from b: 3", " from b: 4") // and neither its own nor an echo
	b.expect("bro/events from a: 1")

	b.Subscribe("bro/e")
	b.Unsubscribe("bro/e")
	w.run(time.Second)
	a.say("bro/events", "still subscribed once")
	w.run(time.Second)
	b.expect("bro/events from a: still subscribed once")
	b.Unsubscribe("bro/e")
	w.run(time.Second)
	a.say("bro/events", "not any more")
	w.run(time.Second)
	b.expect()
}

func TestOrderIsKept(t *testing.T) {
	w, a, b := pair(t, Config{}, Config{})
	b.Subscribe("t")
	w.run(time.Second)
	var want []string
	for i := range 3000 {
		a.say("t", fmt.Sprint(i))
		want = append(want, fmt.Sprintf("t from a: %d", i))
		if i%700 == 0 {
			w.run(0)
		}
	}
	w.run(time.Second)
	b.expect(want...)
}

func TestBothDialGivesOnePeering(t *testing.T) {
	for _, lag := range []time.Duration{0, 500 * time.Microsecond, time.Millisecond, 3 * time.Millisecond, 5 * time.Millisecond, time.Second} {
		w := newWorld(t)
		a, b := w.node("a", Config{}, "t"), w.node("b", Config{}, "t")
		b.Peer(at("a"), time.Second)
		w.run(lag)
		a.Peer(at("b"), time.Second)
		w.run(30 * time.Second)
		a.expect("ENDPOINT_DISCOVERED b", "PEER_ADDED b")
		b.expect("ENDPOINT_DISCOVERED a", "PEER_ADDED a")
		a.say("t", "once")
		b.say("t", "once")
		w.run(time.Second)
		a.expect("t from b: once")
		b.expect("t from a: once")
		if n := len(a.Peers()); n != 1 {
			t.Errorf("a lists %d peers", n)
		}

		w.net.Reset("a", "b")
		w.run(5 * time.Second)
		a.expect("PEER_LOST b connection reset", "ENDPOINT_UNREACHABLE b", "ENDPOINT_DISCOVERED b", "PEER_ADDED b")
		if b.NumPeers() != 1 {
			t.Error("not connected again")
		}
	}
}

func TestTwoAddressesOfOneNode(t *testing.T) {
	w, a, b := pair(t, Config{}, Config{})
	second, err := b.Listen(transport.Addr{Port: 2})
	if err != nil {
		t.Fatal(err)
	}
	a.Peer(second, time.Second)
	w.run(time.Minute)
	a.expect()
	b.expect()
	if got := a.Peers(); len(got) != 1 || got[0].Status != Peered || !got[0].Outbound {
		t.Errorf("peers: %+v", got)
	}
	a.Unpeer(at("b"))
	w.run(10 * time.Second)
	if got := a.heard(); !slices.Equal(got, []string{"PEER_REMOVED b unpeered", "ENDPOINT_UNREACHABLE b", "ENDPOINT_DISCOVERED b", "PEER_ADDED b"}) {
		t.Errorf("the second address should take over: %q", got)
	}
}

func TestWrongPeersAreRefusedOnBothSides(t *testing.T) {
	w := newWorld(t)
	a, b := w.node("a", Config{Dialect: "bro"}), w.node("b", Config{Dialect: "zeek"})
	a.Peer(at("b"), 0)
	w.run(time.Minute)
	a.expect("PEER_INCOMPATIBLE b: node runs dialect zeek, peer bro")
	b.expect("PEER_INCOMPATIBLE a: node runs dialect zeek, peer bro")

	c := w.node("c", Config{Dialect: "bro", AnyDialect: true})
	d := w.node("d", Config{Dialect: "zeek", AnyDialect: true})
	c.Peer(at("d"), 0)
	w.run(time.Minute)
	d.expect("ENDPOINT_DISCOVERED c", "PEER_ADDED c")

	a.Peer(at("a"), time.Second)
	w.run(time.Minute)
	a.expect("PEER_INVALID a: node cannot peer with itself")
}

func TestRetry(t *testing.T) {
	w := newWorld(t)
	a := w.node("a", Config{})
	a.Peer(at("b"), 2*time.Second)
	a.Peer(at("c"), 0)
	w.run(5 * time.Second)
	a.expect("PEER_UNAVAILABLE b: connection refused", "PEER_UNAVAILABLE c: connection refused",
		"PEER_UNAVAILABLE b: connection refused", "PEER_UNAVAILABLE b: connection refused")
	if got := a.Peers(); len(got) != 1 || got[0].Status != Reconnecting {
		t.Errorf("peers: %+v", got)
	}
	w.node("b", Config{})
	w.run(2 * time.Second)
	a.expect("ENDPOINT_DISCOVERED b", "PEER_ADDED b")
	w.run(10 * time.Second)
	w.nodes["b"].Close()
	w.run(100 * time.Millisecond)
	// The first attempt is made at once.
	a.expect("PEER_LOST b the peer closed the connection", "ENDPOINT_UNREACHABLE b", "PEER_UNAVAILABLE b: connection refused")
	a.Unpeer(at("b"))
	w.run(time.Minute)
	a.expect()
	a.Unpeer(at("b"))
	w.run(time.Minute)
	a.expect("PEER_INVALID b: cannot unpeer from unknown peer")
}

func TestBackoffWithJitter(t *testing.T) {
	w := newWorld(t)
	a := w.node("a", Config{BackoffFactor: 2, BackoffMax: 10 * time.Second, Jitter: func() float64 { return 0.5 }})
	a.Peer(at("b"), time.Second)
	var times []string
	for range 600 {
		if len(a.heard()) > 0 {
			times = append(times, w.clk.Now().Sub(time.Unix(0, 0)).Round(time.Second/2).String())
		}
		w.run(100 * time.Millisecond)
	}
	if got := strings.Join(times, " "); got != "0s 1.5s 4.5s 10.5s 22.5s 37.5s 52.5s" {
		t.Errorf("attempts at %s", got)
	}
}

func TestUnpeer(t *testing.T) {
	w, a, b := pair(t, Config{}, Config{})
	b.Subscribe("t")
	w.run(time.Second)
	for range 100 {
		a.say("t", "x")
	}
	a.Unpeer(at("b"))
	w.run(time.Minute)
	a.expect("PEER_REMOVED b unpeered", "ENDPOINT_UNREACHABLE b")
	got := b.heard()
	if len(got) != 102 || got[100] != "PEER_LOST a unpeered" {
		t.Errorf("what was sent before should arrive, got %d lines: %q", len(got), got[max(0, len(got)-3):])
	}
}

func TestHalfOpenConnection(t *testing.T) {
	w, a, b := pair(t, Config{}, Config{})
	w.run(10 * time.Minute)
	a.expect() // pings keep an idle peering alive
	w.net.Cut("a", "b")
	w.run(time.Minute)
	a.expect("PEER_LOST b nothing heard for 30s", "ENDPOINT_UNREACHABLE b", "PEER_UNAVAILABLE b: connection timed out",
		"PEER_UNAVAILABLE b: connection timed out")
	b.expect("PEER_LOST a nothing heard for 30s", "ENDPOINT_UNREACHABLE a")
	w.net.Heal("a", "b")
	w.run(time.Minute)
	if a.NumPeers() != 1 || b.NumPeers() != 1 {
		t.Error("not connected again")
	}
}

func TestShutdownSendsWhatIsQueued(t *testing.T) {
	w, a, b := pair(t, Config{}, Config{})
	b.Subscribe("t")
	w.run(time.Second)
	b.heard()
	for i := range 5000 {
		a.say("t", strings.Repeat("x", 100)+fmt.Sprint(i))
	}
	a.Shutdown()
	a.say("t", "too late")
	w.run(time.Second)
	select {
	case <-a.Finished():
	default:
		t.Error("not finished")
	}
	got := b.heard()
	if len(got) != 5002 || got[5000] != "PEER_LOST a terminating" {
		t.Errorf("got %d lines, at the end %q", len(got), got[max(0, len(got)-3):])
	}
	a.expect()
}

func TestForwarding(t *testing.T) {
	w := newWorld(t)
	// A triangle a-b-c with a tail c-d: e hangs on d, which does not forward.
	for _, n := range []string{"a", "b", "c"} {
		w.node(n, Config{Forward: true}, "t")
	}
	w.node("d", Config{}, "t")
	w.node("e", Config{}, "t")
	for _, p := range []string{"ab", "bc", "ca", "cd", "de"} {
		w.nodes[p[:1]].Peer(at(p[1:]), time.Second)
	}
	w.run(time.Second)
	for _, n := range w.nodes {
		n.heard()
	}
	w.nodes["a"].say("t", "hello")
	w.run(time.Minute)
	w.nodes["a"].expect()
	w.nodes["b"].expect("t from a: hello")
	w.nodes["c"].expect("t from a: hello")
	w.nodes["d"].expect("t from c: hello")
	w.nodes["e"].expect()
	if s := w.nodes["b"].Stats(); s.EventsIn != 1 || s.Duplicates == 0 {
		t.Errorf("b should have dropped the second copy: %+v", s)
	}
}

func TestHopLimit(t *testing.T) {
	w := newWorld(t)
	name := func(i int) string { return fmt.Sprintf("n%02d", i) }
	for i := range 25 {
		w.node(name(i), Config{Forward: true}, "t")
		if i > 0 {
			w.nodes[name(i)].Peer(at(name(i-1)), time.Second)
		}
	}
	w.run(time.Second)
	w.nodes[name(0)].say("t", "x")
	w.run(time.Second)
	for i := 1; i < 25; i++ {
		got := len(w.nodes[name(i)].heard())
		want := 4
		if i == 24 {
			want = 2
		}
		if i <= wire.MaxHops+1 {
			want++
		}
		if got != want {
			t.Errorf("node %d heard %d lines, want %d", i, got, want)
		}
	}
}

func TestKeptMessagesReachLateComers(t *testing.T) {
	w, a, b := pair(t, Config{}, Config{})
	a.Keep("k", "logs/x", message("logs/x", "old"))
	a.Keep("k", "logs/x", message("logs/x", "create"))
	a.Keep("gone", "logs/y", message("logs/y", "gone"))
	a.Keep("gone", "", nil)
	b.Subscribe("logs/")
	w.run(time.Second)
	b.Subscribe("logs")
	w.run(time.Second)
	b.expect("logs/x from a: create") // not again for a prefix that adds nothing
	w.node("c", Config{}, "logs/").Peer(at("a"), time.Second)
	w.run(time.Second)
	w.nodes["c"].expect("ENDPOINT_DISCOVERED a", "PEER_ADDED a", "logs/x from a: create")
}

func TestQueuePolicies(t *testing.T) {
	for _, c := range []struct {
		policy Policy
		want   string // what a slow reader gets in the end, of the messages 0 to 99 that nothing hindered and later ones
	}{
		{DropOldest, "the last 10"},
		{DropNewest, "the first 10"},
		{Disconnect, "nothing"},
	} {
		w, a, b := pair(t, Config{Policy: c.policy, QueueMessages: 10}, Config{})
		quick := w.node("quick", Config{}, "t")
		quick.Peer(at("a"), time.Second)
		b.Subscribe("t")
		w.run(time.Second)
		a.heard()
		b.heard()
		quick.heard()
		w.net.Cut("a", "b") // nothing gets out any more, and the write under way stays so
		a.say("t", strings.Repeat("x", transport.Window))
		w.run(0)
		for i := range 100 {
			a.say("t", fmt.Sprint(i))
			w.run(2 * time.Millisecond)
		}
		if n := len(quick.heard()); n != 101 {
			t.Errorf("policy %d: the quick peer got %d messages, want 101", c.policy, n)
		}
		got := a.heard()
		w.net.Heal("a", "b")
		w.run(100 * time.Millisecond)
		var texts []string
		for _, l := range b.heard() {
			if text, ok := strings.CutPrefix(l, "t from a: "); ok {
				texts = append(texts, text)
			}
		}
		switch c.policy {
		case Disconnect:
			if len(got) < 2 || !strings.HasPrefix(got[len(got)-2], "PEER_REMOVED b the queue for the peer is full") {
				t.Errorf("disconnect: a heard %q", got)
			}
		default:
			first := map[Policy]int{DropOldest: 90, DropNewest: 0}[c.policy]
			if len(texts) != 11 || texts[1] != fmt.Sprint(first) || texts[10] != fmt.Sprint(first+9) {
				t.Errorf("policy %d: b got %q", c.policy, texts)
			}
			if len(got) == 0 || got[0] != "overflow to b" {
				t.Errorf("policy %d: a heard %q", c.policy, got)
			}
			if s := a.Peers()[0].Stats; s.Overflows != 90 || s.MaxQueued != 10 {
				t.Errorf("policy %d: stats %+v", c.policy, s)
			}
		}
	}
}

func TestQueueLimitInBytes(t *testing.T) {
	w, a, b := pair(t, Config{QueueBytes: 10_000}, Config{})
	b.Subscribe("t")
	w.run(time.Second)
	w.net.Cut("a", "b")
	for range 40 {
		for range 8 {
			a.say("t", strings.Repeat("x", 980))
		}
		w.run(time.Millisecond)
	}
	if s := a.Peers()[0].Stats; s.Queued < 8 || s.Overflows == 0 {
		t.Errorf("the writer should be stuck: %+v", s)
	}
	before := a.Peers()[0].Stats.Overflows
	for range 100 {
		a.say("t", strings.Repeat("x", 980))
	}
	w.run(0)
	if s := a.Peers()[0].Stats; s.Queued != 9 && s.Queued != 8 || s.Overflows-before != 100 {
		t.Errorf("stats %+v", s)
	}
}

func TestSlowApplicationSlowsItsPeersDown(t *testing.T) {
	w, a, b := pair(t, Config{}, Config{})
	b.Subscribe("t")
	w.run(time.Second)
	b.hold = true
	for range 40 {
		for range 10 {
			a.say("t", strings.Repeat("x", 100_000))
		}
		w.run(10 * time.Millisecond)
	}
	n := len(b.held)
	if n < 80 || n > 90 {
		t.Errorf("b holds %d messages of 100 kB; it should read about 8 MB ahead", n)
	}
	w.run(10 * time.Minute)
	a.expect()
	b.expect() // nobody takes the pause for a dead peer
	b.hold = false
	for i := range b.held {
		b.held[i].Done()
	}
	w.run(time.Second)
	if got := len(b.heard()) + n; got != 400 {
		t.Errorf("%d of 400 messages arrived", got)
	}
}

func TestGarbageOnThePort(t *testing.T) {
	w := newWorld(t)
	b := w.node("b", Config{})
	for _, c := range []struct{ send, want string }{
		{"GET / HTTP/1.0\r\n\r\n", "PEER_INCOMPATIBLE x: the peer does not speak the brogo protocol"},
		{wire.Preface + "\xff\xff\xff\xff", "PEER_INCOMPATIBLE x: frame too long: 4294967295 bytes, at most 1048576"},
		{wire.Preface + "\x00\x00\x00\x02\x00\x00", "PEER_INCOMPATIBLE x: message of kind 0 in the handshake"},
		{wire.Preface + string(message("t", "x")), "PEER_INCOMPATIBLE x: message of kind 1 in the handshake"},
		{wire.Preface, "PEER_UNAVAILABLE x: no answer to the handshake in time"},
	} {
		w.net.Host("x").Dial(at("b"), func(conn transport.Conn, err error) {
			conn.Start(silent{})
			conn.Write([][]byte{[]byte(c.send)})
		})
		w.run(time.Minute)
		b.expect(c.want)
	}
	for range 2000 {
		w.net.Host("x").Dial(at("b"), func(conn transport.Conn, err error) {
			conn.Start(silent{})
			conn.Close()
		})
	}
	w.run(time.Minute)
	b.expect()
	if n := len(b.conns); n != 0 {
		t.Errorf("%d connections remain", n)
	}
}

type silent struct{}

func (silent) Data([]byte)  {}
func (silent) Written()     {}
func (silent) Closed(error) {}

// collect is another protocol's handler.
type collect struct{ got *[]string }

func (c collect) Data(p []byte) { *c.got = append(*c.got, string(p)) }
func (c collect) Written()      {}
func (c collect) Closed(error)  { *c.got = append(*c.got, "closed") }

func TestFirstBytesChooseTheProtocol(t *testing.T) {
	w := newWorld(t)
	var got []string
	a := &app{w: w}
	a.Node = New(Options{Config: Config{ID: "a"}, Network: w.net.Host("a"), Sink: a, Clock: w.clk, Inline: true, Protocols: []Protocol{{
		Match: func(first []byte) Verdict {
			switch n := min(4, len(first)); {
			case string(first[:n]) != "GET "[:n]:
				return No
			case n < 4:
				return More
			}
			return Yes
		},
		Serve: func(transport.Conn) transport.Handler { return collect{&got} },
	}}})
	a.Start()
	if _, err := a.Listen(at("a")); err != nil {
		t.Fatal(err)
	}
	w.net.Host("x").Dial(at("a"), func(conn transport.Conn, err error) {
		conn.Start(silent{})
		conn.Write([][]byte{[]byte("GE")})
		w.clk.AfterFunc(time.Second, func() { conn.Write([][]byte{[]byte("T /")}) })
		w.clk.AfterFunc(2*time.Second, func() { conn.Write([][]byte{[]byte("more")}) })
		w.clk.AfterFunc(20*time.Second, conn.Close)
	})
	w.node("b", Config{}).Peer(at("a"), time.Second)
	w.run(time.Minute)
	if fmt.Sprint(got) != "[GET / more closed]" {
		t.Errorf("the other protocol heard %q", got)
	}
	a.expect("ENDPOINT_DISCOVERED b", "PEER_ADDED b")
}

// Whatever is cut, healed, broken and subscribed: when the network is whole again, each node gets each message that it wants, once.
func TestPeersAgreeAfterAnyPartition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		names := []string{"a", "b", "c"}
		subs := map[string]map[string]int{}
		for _, n := range names {
			w.node(n, Config{})
			subs[n] = map[string]int{}
			for _, to := range names {
				if to != n && rapid.Bool().Draw(rt, "dial") || n < to {
					w.nodes[n].Peer(at(to), time.Second)
				}
			}
		}
		for range rapid.IntRange(0, 30).Draw(rt, "steps") {
			x, y := rapid.SampledFrom(names).Draw(rt, "x"), rapid.SampledFrom(names).Draw(rt, "y")
			prefix := rapid.SampledFrom([]string{"", "t", "t/1", "u"}).Draw(rt, "prefix")
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0:
				w.net.Cut(x, y)
			case 1:
				w.net.Heal(x, y)
			case 2:
				w.net.Reset(x, y)
			case 3:
				subs[x][prefix]++
				w.nodes[x].Subscribe(prefix)
			case 4:
				if subs[x][prefix] > 0 {
					subs[x][prefix]--
					w.nodes[x].Unsubscribe(prefix)
				}
			case 5:
				w.run(time.Duration(rapid.IntRange(0, 40).Draw(rt, "seconds")) * time.Second)
			}
			w.run(time.Duration(rapid.IntRange(0, 5).Draw(rt, "ms")) * time.Millisecond)
		}
		for _, x := range names {
			for _, y := range names {
				w.net.Heal(x, y)
			}
		}
		w.run(2 * time.Minute)
		for _, from := range names {
			for _, n := range names {
				w.nodes[n].heard()
			}
			for _, topic := range []string{"t/1", "t/2", "u", ""} {
				w.nodes[from].say(topic, "x")
			}
			w.run(time.Second)
			for _, n := range names {
				var want []string
				for _, topic := range []string{"t/1", "t/2", "u", ""} {
					for p, k := range subs[n] {
						if k > 0 && strings.HasPrefix(topic, p) && n != from {
							want = append(want, topic+" from "+from+": x")
							break
						}
					}
				}
				if got := w.nodes[n].heard(); !slices.Equal(got, want) {
					rt.Fatalf("%s heard %q, want %q", n, got, want)
				}
			}
		}
	})
}
