// Package faults breaks nodes over real sockets and real processes and checks that nothing is lost that must not be:
//
//	go test -v ./net/faults
//
// Each test logs what it broke, how often, and what it found. -short breaks less.
package faults

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/net/store/sqlite"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

// TestMain is also the process that is killed: see child.
func TestMain(m *testing.M) {
	if what := os.Getenv("BROGO_FAULTS"); what != "" {
		child(what)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

func times(n, short int) int {
	if testing.Short() {
		return short
	}
	return n
}

// member is a node with stores; what it hears goes to its channels.
type member struct {
	node   *node.Node
	stores *store.Engine
	net    *transport.Net
	status chan node.Status
	errors chan node.Error
	events func(m *node.Message)
	keep   func(m node.Message) // if set, takes each message and calls Done on it when it likes
}

func newMember(id string, tls *transport.TLS, cfg node.Config, events func(*node.Message)) *member {
	cfg.ID = id
	m := &member{net: transport.NewNet(transport.Config{TLS: tls}), status: make(chan node.Status, 10_000),
		errors: make(chan node.Error, 100_000), events: events}
	m.node = node.New(node.Options{Config: cfg, Network: m.net, Sink: m})
	m.stores = store.NewEngine(store.Options{ID: id, Send: m.node.Send})
	m.node.Start()
	m.stores.Start()
	return m
}

func (m *member) close() {
	m.stores.Close()
	m.node.Close()
	m.net.Close()
}

func (m *member) Messages(ms []node.Message) {
	for i := range ms {
		switch {
		case ms[i].Kind == wire.MsgStore:
			m.stores.Receive(ms[i].From, ms[i].Topic, ms[i].Payload, ms[i].Done)
			continue
		case m.keep != nil:
			m.keep(ms[i])
			continue
		case m.events != nil:
			m.events(&ms[i])
		}
		ms[i].Done()
	}
}

func (m *member) Status(s node.Status) {
	switch s.Code {
	case node.PeerAdded:
		m.stores.PeerUp(s.Peer.ID)
	case node.PeerLost, node.PeerRemoved:
		m.stores.PeerDown(s.Peer.ID)
	default:
		return
	}
	select {
	case m.status <- s:
	default:
	}
}

func (m *member) Error(e node.Error)     { m.errors <- e }
func (m *member) Overflow(node.Overflow) {}

// await waits for a change of a peer.
func (m *member) await(t *testing.T, code node.StatusCode) node.Status {
	t.Helper()
	for {
		select {
		case s := <-m.status:
			if s.Code == code {
				return s
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("no %s within 30 s", code)
		}
	}
}

func (m *member) listen(t *testing.T) transport.Addr {
	t.Helper()
	at, err := m.node.Listen(transport.Addr{Host: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// spawn starts this program again as a child that connects to the address.
func spawn(t *testing.T, what, id string, at transport.Addr, file string) *exec.Cmd {
	t.Helper()
	cmd := command(what, id, at, file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// command is spawn without a start; file is what the child is for.
func command(what, id string, at transport.Addr, file string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "BROGO_FAULTS="+what, "BROGO_ID="+id, "BROGO_PORT="+strconv.Itoa(int(at.Port)), "BROGO_FILE="+file)
	cmd.Stderr = os.Stderr
	return cmd
}

// child is what runs in the processes that get killed: a stream of numbers, or the master of a store.
func child(what string) {
	port, _ := strconv.Atoi(os.Getenv("BROGO_PORT"))
	at := transport.Addr{Host: "127.0.0.1", Port: uint16(port)}
	m := newMember(os.Getenv("BROGO_ID"), &transport.TLS{}, node.Config{QueueMessages: 1 << 20}, nil)
	switch what {
	case "stream":
		m.node.Peer(at, time.Second)
		<-m.status
		for n := uint64(1); ; n++ {
			m.node.Publish("t", wire.Finish(wire.AppendCount(wire.BeginRouted(nil, wire.MsgEvent, "t"), n), 0))
			if n%100 == 0 {
				m.node.Peers() // waits for the node, so that the queue does not overflow
			}
		}
	case "idle":
		m.node.Subscribe("t")
		m.node.Peer(at, time.Second)
		<-m.status
		fmt.Println(idleCPU(m.node).Nanoseconds())
		os.Exit(0)
	case "master":
		_, err := m.stores.CreateMaster("st", func() (store.Backend, error) {
			return sqlite.Open(os.Getenv("BROGO_FILE"), sqlite.Options{})
		}, nil)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		m.node.Peer(at, time.Second)
		select {}
	}
}

// A peer is killed in mid-stream and starts again: what arrived of each life is a beginning of its stream, whole and in order.
func TestPeerKilledInMidStream(t *testing.T) {
	kills := times(10, 2)
	var mu sync.Mutex
	last := map[string]uint64{}
	total := 0
	enough := make(chan struct{}, 1)
	m := newMember("receiver", &transport.TLS{}, node.Config{}, func(msg *node.Message) {
		r := wire.NewReader(msg.Payload)
		n := r.Count()
		mu.Lock()
		defer mu.Unlock()
		if n != last[msg.From]+1 {
			t.Errorf("%s: %d after %d", msg.From, n, last[msg.From])
		}
		last[msg.From] = n
		if total++; total%5000 == 0 {
			select {
			case enough <- struct{}{}:
			default:
			}
		}
	})
	defer m.close()
	m.node.Subscribe("t")
	at := m.listen(t)
	for i := range kills {
		cmd := spawn(t, "stream", fmt.Sprint("sender ", i), at, "")
		m.await(t, node.PeerAdded)
		<-enough
		cmd.Process.Kill()
		cmd.Wait()
		m.await(t, node.PeerLost)
	}
	t.Logf("killed a sending peer %d times: %d messages arrived, none missing in between, none twice, none out of order", kills, total)
}

// The process with the master of a store is killed at random points and starts again on its file: every answered put-unique is still
// there, and the clone ends equal to the master.
func TestMasterKilled(t *testing.T) {
	kills := times(100, 5)
	file := filepath.Join(t.TempDir(), "st.sqlite")
	m := newMember("clone", &transport.TLS{}, node.Config{}, nil)
	defer m.close()
	at := m.listen(t)
	clone, err := m.stores.CreateClone("st", store.CloneConfig{Buffer: time.Hour, Stale: -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	acknowledged := map[int]bool{}
	next := 0
	answers := make(chan int, 10_000)
	ask := func() {
		n := next
		next++
		clone.PutUnique(wire.Count(n), wire.Count(n), 0, func(ok bool, err error) {
			if err != nil {
				n = -1 - n
			}
			answers <- n
		})
	}
	for range 8 {
		ask()
	}
	for i := range kills {
		cmd := spawn(t, "master", fmt.Sprint("master ", i), at, file)
		for range 20 + rnd.IntN(100) {
			n := <-answers
			if n < 0 {
				t.Fatalf("put-unique %d failed", -1-n)
			}
			acknowledged[n] = true
			ask()
		}
		cmd.Process.Kill()
		cmd.Wait()
		m.await(t, node.PeerLost)
	}
	spawned := spawn(t, "master", "last master", at, file)
	for range 8 { // those under way are answered too
		acknowledged[<-answers] = true
	}
	got := map[uint64]bool{}
	if err := clone.Each(func(k, _ wire.Data) { got[uint64(k.(wire.Count))] = true }); err != nil {
		t.Fatal(err)
	}
	spawned.Process.Kill()
	spawned.Wait()
	db, err := sqlite.Open(file, sqlite.Options{IntegrityCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows := 0
	db.Each(func(k, _ wire.Data, _ int64) error {
		rows++
		if !got[uint64(k.(wire.Count))] {
			t.Errorf("the clone lacks %v", k)
		}
		return nil
	})
	lost := 0
	for n := range acknowledged {
		if _, _, found, err := db.Get(wire.Count(n)); err != nil || !found {
			lost++
		}
	}
	if lost > 0 || rows != len(got) {
		t.Errorf("%d acknowledged writes are lost; the file has %d rows, the clone %d", lost, rows, len(got))
	}
	t.Logf("killed the master %d times: %d acknowledged writes, %d lost; the clone equals the file", kills, len(acknowledged), lost)
}

// proxy passes bytes between a dialler and an address, until it is told to swallow them.
type proxy struct {
	l     net.Listener
	mu    sync.Mutex
	deaf  bool
	conns []net.Conn
	wg    sync.WaitGroup
}

func newProxy(t *testing.T, to transport.Addr) (*proxy, transport.Addr) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{l: l}
	p.wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to.String())
			if err != nil {
				in.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, in, out)
			p.mu.Unlock()
			p.wg.Go(func() { p.pump(in, out) })
			p.wg.Go(func() { p.pump(out, in) })
		}
	})
	return p, transport.Addr{Host: "127.0.0.1", Port: uint16(l.Addr().(*net.TCPAddr).Port)}
}

func (p *proxy) pump(from, to net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		p.mu.Lock()
		deaf := p.deaf
		p.mu.Unlock()
		if !deaf {
			to.Write(buf[:n])
			if err != nil {
				to.Close()
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *proxy) swallow(on bool) {
	p.mu.Lock()
	p.deaf = on
	p.mu.Unlock()
}

func (p *proxy) close() {
	p.l.Close()
	p.mu.Lock()
	for _, c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.wg.Wait()
}

// A connection on which nothing passes any more, though neither side was told, is found out by both and made anew.
func TestHalfOpenConnection(t *testing.T) {
	cfg := node.Config{PingEvery: 100 * time.Millisecond, Timeout: 400 * time.Millisecond, Handshake: 400 * time.Millisecond, Linger: 50 * time.Millisecond}
	a, b := newMember("a", nil, cfg, nil), newMember("b", nil, cfg, nil)
	defer a.close()
	defer b.close()
	p, at := newProxy(t, b.listen(t))
	defer p.close()
	a.node.Peer(at, 50*time.Millisecond)
	rounds := times(3, 1)
	for range rounds {
		a.await(t, node.PeerAdded)
		b.await(t, node.PeerAdded)
		p.swallow(true)
		if s := a.await(t, node.PeerLost); s.Detail != "nothing heard for 400ms" {
			t.Errorf("the dialler lost its peer because of: %s", s.Detail)
		}
		b.await(t, node.PeerLost)
		p.swallow(false)
	}
	a.await(t, node.PeerAdded)
	t.Logf("swallowed everything on a connection %d times: both sides noticed and connected again", rounds)
}

// Connections that say nothing, or rubbish, do not disturb the peers that are there.
func TestFloodOfConnections(t *testing.T) {
	n := times(10_000, 500)
	for name, tls := range map[string]*transport.TLS{"tcp": nil, "tls": {}} {
		t.Run(name, func(t *testing.T) {
			got := make(chan uint64, 100_000)
			b := newMember("b", tls, node.Config{}, func(m *node.Message) {
				r := wire.NewReader(m.Payload)
				got <- r.Count()
			})
			defer b.close()
			at := b.listen(t)
			a := newMember("a", tls, node.Config{}, nil)
			defer a.close()
			b.node.Subscribe("t")
			a.node.Peer(at, time.Second)
			a.await(t, node.PeerAdded)
			b.await(t, node.PeerAdded)
			rnd := rand.NewChaCha8([32]byte{7})
			var wg sync.WaitGroup
			sent := uint64(0)
			for i := range n {
				c, err := net.Dial("tcp", at.String())
				if err != nil {
					t.Fatal(err)
				}
				junk := make([]byte, i%200)
				rnd.Read(junk)
				switch i % 4 {
				case 1:
					junk = append([]byte(wire.Preface), junk...)
				case 2:
					junk = append(binary.BigEndian.AppendUint32([]byte(wire.Preface), uint32(i)), junk...)
				}
				c.Write(junk)
				if i%100 == 0 {
					wg.Go(func() { // waits until the node throws it out
						c.(*net.TCPConn).CloseWrite()
						io.Copy(io.Discard, c)
						c.Close()
					})
				} else {
					c.Close()
				}
				if i%10 == 0 {
					sent++
					a.node.Publish("t", wire.Finish(wire.AppendCount(wire.BeginRouted(nil, wire.MsgEvent, "t"), sent), 0))
				}
			}
			wg.Wait()
			for want := uint64(1); want <= sent; want++ {
				if v := <-got; v != want {
					t.Fatalf("message %d came instead of %d", v, want)
				}
			}
			if peers := b.node.NumPeers(); peers != 1 {
				t.Errorf("%d peers", peers)
			}
			reported := len(b.errors)
			t.Logf("opened and dropped %d connections with random bytes: all %d messages between peers arrived, %d errors reported", n, sent, reported)
		})
	}
}
