package node

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

// live is a node on real sockets whose reports go to channels.
type live struct {
	*Node
	net    *transport.Net
	status chan Status
	errors chan Error
	got    atomic.Int64
	bytes  atomic.Int64
	want   int64
	all    chan struct{} // gets a value when want messages are there
}

func newLive(t testing.TB, id string, tls *transport.TLS, cfg Config) *live {
	cfg.ID = id
	refusal := wire.Refusal(wire.Close{Code: wire.ClosePlain, Reason: "TLS is required"})
	l := &live{net: transport.NewNet(transport.Config{TLS: tls, PlainRefusal: refusal}), status: make(chan Status, 100),
		errors: make(chan Error, 1000), all: make(chan struct{}, 1)}
	l.Node = New(Options{Config: cfg, Network: l.net, Sink: l})
	l.Start()
	t.Cleanup(l.end)
	return l
}

func (l *live) end() {
	l.Close()
	l.Close()
	l.net.Close()
}

func (l *live) Messages(ms []Message) {
	for i := range ms {
		l.bytes.Add(int64(len(ms[i].Payload)))
		ms[i].Done()
	}
	if n := l.got.Add(int64(len(ms))); n >= l.want && n-int64(len(ms)) < l.want {
		l.all <- struct{}{}
	}
}

func (l *live) Status(s Status) {
	if s.Code != EndpointDiscovered && s.Code != EndpointUnreachable {
		l.status <- s
	}
}
func (l *live) Error(e Error)     { l.errors <- e }
func (l *live) Overflow(Overflow) {}

func (l *live) listen(t testing.TB) transport.Addr {
	at, err := l.Listen(transport.Addr{Host: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func expectStatus(t testing.TB, l *live, want StatusCode) Status {
	t.Helper()
	s := <-l.status
	if s.Code != want {
		t.Fatalf("%s: got %+v, want %s", l.ID(), s, want)
	}
	return s
}

func eachTransport(t *testing.T, f func(t *testing.T, tls *transport.TLS)) {
	t.Run("tcp", func(t *testing.T) { f(t, nil) })
	t.Run("tls", func(t *testing.T) { f(t, &transport.TLS{}) })
}

func TestBurstOverSockets(t *testing.T) {
	eachTransport(t, func(t *testing.T, tls *transport.TLS) {
		const n = 50_000
		a := newLive(t, "a", tls, Config{QueueMessages: n})
		b := newLive(t, "b", tls, Config{})
		b.want = n
		b.Subscribe("t")
		a.Peer(b.listen(t), time.Second)
		if s := expectStatus(t, a, PeerAdded); !s.Outbound || s.Peer.ID != "b" {
			t.Errorf("got %+v", s)
		}
		if s := expectStatus(t, b, PeerAdded); s.Outbound || s.Peer.Addr.Host != "127.0.0.1" {
			t.Errorf("got %+v", s)
		}
		for i := range n {
			a.say("t", fmt.Sprint(i))
		}
		a.Close() // what was published before goes out
		<-b.all
		expectStatus(t, b, PeerLost)
		if got := b.got.Load(); got != n {
			t.Errorf("%d of %d messages arrived", got, n)
		}
	})
}

func (l *live) say(topic, text string) { l.Publish(topic, message(topic, text)) }

func TestPeerRestarts(t *testing.T) {
	a := newLive(t, "a", &transport.TLS{}, Config{})
	b := newLive(t, "b", &transport.TLS{}, Config{})
	at := b.listen(t)
	a.Peer(at, 10*time.Millisecond)
	expectStatus(t, a, PeerAdded)
	b.net.Close() // no goodbye
	expectStatus(t, a, PeerLost)
	if e := <-a.errors; e.Code != PeerUnavailable || !strings.Contains(e.Detail, "refused") {
		t.Errorf("got %+v", e)
	}
	c := newLive(t, "c", &transport.TLS{}, Config{})
	if _, err := c.Listen(at); err != nil {
		t.Skip("the port was taken by another process:", err)
	}
	if s := expectStatus(t, a, PeerAdded); s.Peer.ID != "c" {
		t.Errorf("got %+v", s)
	}
}

func TestPeersThatDisagreeAboutTLS(t *testing.T) {
	plain, secure := newLive(t, "plain", nil, Config{}), newLive(t, "secure", &transport.TLS{}, Config{})
	plain.Peer(secure.listen(t), 0)
	if e := <-plain.errors; e.Code != PeerIncompatible || e.Detail != "TLS is required" {
		t.Errorf("the plain dialler got %+v", e)
	}
	if e := <-secure.errors; e.Code != PeerIncompatible || !strings.Contains(e.Detail, "does not speak TLS") {
		t.Errorf("the TLS listener got %+v", e)
	}
	secure.Peer(plain.listen(t), 0)
	if e := <-secure.errors; e.Code != PeerUnavailable || !strings.Contains(e.Detail, "does not speak TLS") {
		t.Errorf("the TLS dialler got %+v", e)
	}
	if e := <-plain.errors; e.Code != PeerIncompatible || !strings.Contains(e.Detail, "does not speak the brogo protocol") {
		t.Errorf("the plain listener got %+v", e)
	}
}

func TestManyConnectionsAndRandomBytes(t *testing.T) {
	n := 2000
	if testing.Short() {
		n = 100
	}
	eachTransport(t, func(t *testing.T, tls *transport.TLS) {
		b := newLive(t, "b", tls, Config{})
		at := b.listen(t).String()
		rnd := rand.NewChaCha8([32]byte{1})
		var wg sync.WaitGroup
		for i := range n {
			c, err := net.Dial("tcp", at)
			if err != nil {
				t.Fatal(err)
			}
			p := make([]byte, i%100)
			rnd.Read(p)
			if i%3 == 0 {
				p = append([]byte(wire.Preface), p...)
			}
			c.Write(p)
			if i%50 != 0 {
				c.Close()
				continue
			}
			wg.Go(func() {
				c.(*net.TCPConn).CloseWrite()
				io.Copy(io.Discard, c)
				c.Close()
			})
		}
		wg.Wait()
		a := newLive(t, "a", tls, Config{})
		a.Peer(b.listen(t), time.Second)
		expectStatus(t, a, PeerAdded)
	})
}

// A peer that stops reading loses messages and slows nobody: the other one gets everything at once.
func TestPeerThatStopsReading(t *testing.T) {
	a := newLive(t, "a", nil, Config{QueueMessages: 100})
	at := a.listen(t)
	deaf, err := net.Dial("tcp", at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	hello := wire.EncodeControl(wire.MsgHello, &wire.Hello{MinVersion: wire.MinVersion, MaxVersion: wire.MaxVersion, ID: "deaf", Subs: [][]byte{[]byte("t")}})
	fmt.Fprintf(deaf, "%s%s%s", wire.Preface, hello, wire.EncodeControl(wire.MsgReady, &wire.Ready{}))
	expectStatus(t, a, PeerAdded)

	b := newLive(t, "b", nil, Config{})
	b.Subscribe("t")
	b.Peer(at, time.Second)
	expectStatus(t, b, PeerAdded)
	expectStatus(t, a, PeerAdded)
	for b.want < 300 {
		b.want++
		a.say("t", strings.Repeat("x", 100_000))
		<-b.all
	}
	for _, p := range a.Peers() {
		if p.Peer.ID == "deaf" && p.Stats.Overflows == 0 {
			t.Errorf("30 MB should not fit into the buffers of a peer that does not read: %+v", p.Stats)
		}
	}
}

func TestCloseWithoutStart(t *testing.T) {
	n := New(Options{Config: Config{ID: "x"}, Network: transport.NewNet(transport.Config{})})
	n.Subscribe("x")
	n.Close()
	n.Close()
	if n.Peers() != nil {
		t.Error("a closed node has peers")
	}
}

func benchmarkFanOut(b *testing.B, peers int, tls *transport.TLS) {
	a := newLive(b, "a", tls, Config{QueueMessages: 1 << 30})
	at := a.listen(b)
	var all []*live
	for i := range peers {
		p := newLive(b, fmt.Sprint("p", i), tls, Config{})
		p.want = int64(b.N)
		p.Subscribe("bench/")
		p.Peer(at, time.Second)
		expectStatus(b, p, PeerAdded)
		expectStatus(b, a, PeerAdded)
		all = append(all, p)
	}
	b.ReportAllocs()
	b.ResetTimer()
	before := cpu()
	for i := range b.N {
		f := wire.AppendEvent(wire.BeginRouted(make([]byte, 0, 96), wire.MsgEvent, "bench/items"), "item", wire.NoTime, 2)
		a.Publish("bench/items", wire.Finish(wire.AppendString(wire.AppendCount(f, uint64(i)), "host.example.com"), 0))
		if i%2000 == 1999 { // a window, as an application with acknowledgements has it
			for _, p := range all {
				for p.got.Load() < int64(i-8000) {
					runtime.Gosched()
				}
			}
		}
	}
	for _, p := range all {
		<-p.all
	}
	b.ReportMetric(float64(cpu()-before)/float64(b.N), "cpu-ns/op")
}

// cpu returns what the process has used, both ends of the benchmark together.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkFanOut1(b *testing.B)    { benchmarkFanOut(b, 1, nil) }
func BenchmarkFanOut1TLS(b *testing.B) { benchmarkFanOut(b, 1, &transport.TLS{}) }
func BenchmarkFanOut10(b *testing.B)   { benchmarkFanOut(b, 10, nil) }
func BenchmarkFanOut100(b *testing.B)  { benchmarkFanOut(b, 100, nil) }
