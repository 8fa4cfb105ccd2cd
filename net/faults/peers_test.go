package faults

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

var idle = flag.Duration("idle", time.Second, "how long TestIdlePeers measures; from 30 s on it also judges")

func number(n uint64, bytes int) []byte {
	b := wire.AppendCount(wire.BeginRouted(make([]byte, 0, bytes+64), wire.MsgEvent, "t"), n)
	return wire.Finish(wire.AppendString(b, strings.Repeat("x", bytes)), 0)
}

// A peer that stops reading slows no other one, and when it reads again it has every message but those that its node says it dropped.
func TestPeerThatStopsReading(t *testing.T) {
	rounds, each := times(5, 1), uint64(300)
	arrived := make(chan uint64, 100_000)
	a := newMember("a", &transport.TLS{}, node.Config{QueueMessages: 100}, nil)
	defer a.close()
	at := a.listen(t)
	fast := newMember("fast", &transport.TLS{}, node.Config{}, func(m *node.Message) {
		r := wire.NewReader(m.Payload)
		arrived <- r.Count()
	})
	defer fast.close()
	deaf := newMember("deaf", &transport.TLS{}, node.Config{}, nil)
	defer deaf.close()
	var mu sync.Mutex
	var held []node.Message
	var heard []uint64
	hearing := false
	deaf.keep = func(m node.Message) {
		mu.Lock()
		defer mu.Unlock()
		r := wire.NewReader(m.Payload)
		heard = append(heard, r.Count())
		if hearing {
			m.Done()
		} else {
			held = append(held, m)
		}
	}
	for _, m := range []*member{fast, deaf} {
		m.node.Subscribe("t")
		m.node.Peer(at, time.Second)
		m.await(t, node.PeerAdded)
		a.await(t, node.PeerAdded)
	}
	var sent uint64
	for range rounds {
		for range each {
			sent++
			a.node.Publish("t", number(sent, 100_000))
			if n := <-arrived; n != sent {
				t.Fatalf("the other peer got %d instead of %d", n, sent)
			}
		}
		mu.Lock()
		hearing = true
		for i := range held {
			held[i].Done()
		}
		held = held[:0]
		mu.Unlock()
		for { // until all of this round is through
			sent++
			a.node.Publish("t", number(sent, 0))
			<-arrived
			mu.Lock()
			last := heard[len(heard)-1]
			if last == sent {
				hearing = false
				mu.Unlock()
				break
			}
			mu.Unlock()
		}
	}
	var dropped uint64
	for _, p := range a.node.Peers() {
		if p.Peer.ID == "deaf" {
			dropped = p.Stats.Overflows
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for i := 1; i < len(heard); i++ {
		if heard[i] <= heard[i-1] {
			t.Fatalf("%d came after %d", heard[i], heard[i-1])
		}
	}
	for i := range held {
		held[i].Done()
	}
	if dropped == 0 || uint64(len(heard))+dropped != sent {
		t.Errorf("of %d messages %d arrived and %d are said to be dropped", sent, len(heard), dropped)
	}
	t.Logf("a peer stopped reading %d times: the other one got all %d messages at once, this one %d in order, and the %d others are counted as dropped",
		rounds, sent, len(heard), dropped)
}

// Nodes that are closed in the middle of their traffic leave no goroutine and no file behind.
func TestCloseLeavesNothing(t *testing.T) {
	before := goleak.IgnoreCurrent()
	files := openFiles()
	rounds := times(100, 10)
	for i := range rounds {
		tls := &transport.TLS{}
		if i%3 == 0 {
			tls = nil
		}
		a, b := newMember("a", tls, node.Config{Linger: 10 * time.Millisecond}, nil), newMember("b", tls, node.Config{Linger: 10 * time.Millisecond}, nil)
		b.node.Subscribe("t")
		b.node.Peer(a.listen(t), time.Second)
		if i%4 != 0 { // else they are closed while they connect
			a.await(t, node.PeerAdded)
			var wg sync.WaitGroup
			stop := make(chan struct{})
			wg.Go(func() {
				for n := uint64(0); ; n++ {
					select {
					case <-stop:
						return
					default:
						a.node.Publish("t", number(n, 1000))
						a.node.Peers()
					}
				}
			})
			b.await(t, node.PeerAdded)
			b.close()
			close(stop)
			wg.Wait()
		}
		a.close()
		b.close()
	}
	goleak.VerifyNone(t, before)
	if after := openFiles(); after > files+2 {
		t.Errorf("%d files were open before, %d are now", files, after)
	}
	t.Logf("closed %d pairs of nodes, most in mid-stream: no goroutine and no file is left", rounds)
}

// openFiles counts this process's descriptors, where the system tells.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

// idleCPU waits for the time of the flag and returns what the process used meanwhile.
func idleCPU(n *node.Node) time.Duration {
	d := *idle
	if e, err := time.ParseDuration(os.Getenv("BROGO_FILE")); err == nil {
		d = e
	}
	n.Peers() // what the start had to do is done
	<-time.After(d / 10)
	before := cpu()
	<-time.After(d)
	return cpu() - before
}

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// 24 peers that have nothing to say cost next to nothing: go test ./net/faults -run TestIdlePeers -v -idle 1m
func TestIdlePeers(t *testing.T) {
	const peers = 24
	m := newMember("hub", &transport.TLS{}, node.Config{}, nil)
	defer m.close()
	m.node.Subscribe("t")
	at := m.listen(t)
	outs := make([]strings.Builder, peers)
	cmds := make([]*exec.Cmd, peers)
	for i := range cmds {
		cmds[i] = command("idle", fmt.Sprint("peer ", i), at, idle.String())
		cmds[i].Stdout = &outs[i]
		if err := cmds[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for range peers {
		m.await(t, node.PeerAdded)
	}
	used := idleCPU(m.node)
	percent := func(d time.Duration) float64 { return 100 * d.Seconds() / idle.Seconds() }
	var sum, most time.Duration
	for i, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Errorf("peer %d: %v", i, err)
		}
		var ns int64
		fmt.Sscan(outs[i].String(), &ns)
		sum, most = sum+time.Duration(ns), max(most, time.Duration(ns))
	}
	t.Logf("%d idle peers over %s: their common node used %.3f %% of a core, each of them %.3f %% on average and at most %.3f %%",
		peers, *idle, percent(used), percent(sum/peers), percent(most))
	if *idle >= 30*time.Second && (percent(used) > 0.2*peers || percent(most) > 0.2) {
		t.Error("more than 0.2 % each")
	}
}
