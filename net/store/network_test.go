package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/net/store/mem"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

// member is a node with stores: how an application joins the two.
type member struct {
	node   *node.Node
	stores *store.Engine
	net    transport.Network
	up     chan string // ids of peers that came, if somebody wants to know
}

func newMember(id string, net transport.Network, clk clock.Clock, inline bool) *member {
	m := &member{net: net, up: make(chan string, 100)}
	m.node = node.New(node.Options{Config: node.Config{ID: id}, Network: net, Sink: m, Clock: clk, Inline: inline})
	m.stores = store.NewEngine(store.Options{ID: id, Send: m.node.Send, Clock: clk, Inline: inline})
	m.node.Start()
	m.stores.Start()
	return m
}

func (m *member) Messages(ms []node.Message) {
	for i := range ms {
		msg := &ms[i]
		if msg.Kind == wire.MsgStore {
			m.stores.Receive(msg.From, msg.Topic, msg.Payload, msg.Done)
		} else {
			msg.Done()
		}
	}
}

func (m *member) Status(s node.Status) {
	switch s.Code {
	case node.PeerAdded:
		m.stores.PeerUp(s.Peer.ID)
		m.up <- s.Peer.ID
	case node.PeerLost, node.PeerRemoved:
		m.stores.PeerDown(s.Peer.ID)
	}
}

func (m *member) Error(node.Error)       {}
func (m *member) Overflow(node.Overflow) {}

func (m *member) close() {
	m.stores.Close()
	m.node.Close()
	m.net.Close()
}

func memory() (store.Backend, error) { return mem.New(), nil }

func contents(t testing.TB, s *store.Store) string {
	var out []string
	if err := s.Each(func(k, v wire.Data) { out = append(out, wire.Format(k, false)+"="+wire.Format(v, false)) }); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func increment(key string) store.Op {
	return store.Op{Code: store.OpIncrement, Key: wire.String(key), Value: wire.Count(1)}
}

// A master and clones on a network that parts, breaks connections and comes back, all in virtual time.
func TestStoresOverNodes(t *testing.T) {
	clk := clock.NewVirtual(time.Unix(0, 0))
	net := transport.NewMem(clk)
	net.SetLatency(func(string, string) time.Duration { return 2 * time.Millisecond })
	members := map[string]*member{}
	for _, id := range []string{"m", "c1", "c2"} {
		members[id] = newMember(id, net.Host(id), clk, true)
		defer members[id].close()
		members[id].up = make(chan string, 10_000)
	}
	if _, err := members["m"].node.Listen(transport.Addr{Port: 1}); err != nil {
		t.Fatal(err)
	}
	master, err := members["m"].stores.CreateMaster("st", memory, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := []*store.Store{master}
	for _, id := range []string{"c1", "c2"} {
		members[id].node.Peer(transport.Addr{Host: "m", Port: 1}, time.Second)
		c, err := members[id].stores.CreateClone("st", store.CloneConfig{Buffer: time.Hour}, nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	clk.Advance(time.Second)
	for i := range 300 {
		switch i % 30 {
		case 7:
			net.Cut("m", "c1")
		case 15:
			net.Heal("m", "c1")
		case 20:
			net.Reset("m", "c2")
		}
		for j, s := range all {
			if err := s.Update(increment(fmt.Sprint("k", (i+j)%5))); err != nil {
				t.Fatal(err)
			}
		}
		clk.Advance(time.Duration(i*7%1000) * time.Millisecond * 10)
	}
	net.Heal("m", "c1")
	clk.Advance(2 * time.Minute)
	if got := contents(t, master); got != "k0=180 k1=180 k2=180 k3=180 k4=180" {
		t.Errorf("the master has %s", got)
	}
	for _, c := range all[1:] {
		if got := contents(t, c); got != contents(t, master) {
			t.Errorf("a clone has %s", got)
		}
	}
}

func TestStoresOverSockets(t *testing.T) {
	tls := &transport.TLS{}
	m := newMember("m", transport.NewNet(transport.Config{TLS: tls}), nil, false)
	c := newMember("c", transport.NewNet(transport.Config{TLS: tls}), nil, false)
	defer m.close()
	defer c.close()
	at, err := m.node.Listen(transport.Addr{Host: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	master, err := m.stores.CreateMaster("st", memory, nil)
	if err != nil {
		t.Fatal(err)
	}
	clone, err := c.stores.CreateClone("st", store.CloneConfig{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const n = 20_000
	for range n {
		clone.Update(increment("k")) // the first ones wait for the peering
	}
	c.node.Peer(at, time.Second)
	<-c.up
	done := make(chan error, 1)
	clone.PutUnique(wire.String("last"), wire.None{}, 0, func(ok bool, err error) {
		if !ok && err == nil {
			t.Error("the key was there")
		}
		done <- err
	})
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("k=%d last=nil", n)
	if got := contents(t, master); got != want {
		t.Errorf("the master has %s, want %s", got, want)
	}
	if got := contents(t, clone); got != want {
		t.Errorf("the clone has %s, want %s", got, want)
	}
}
