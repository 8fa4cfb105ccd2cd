package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/net/transport"
)

// peerBatch is how many events are under way at once, from or to each peer.
const peerBatch = 500

// peers times an event between a hub and n others, all in this process: by its publisher, the network and one receiver.
func peers(n, ops int) (map[string]time.Duration, error) {
	rounds := max(1, ops/(peerBatch*n))
	each := map[string]time.Duration{}
	for _, run := range []func(n, rounds int) (*stopwatch, error){memPeers, tcpPeers} {
		w, err := run(n, rounds)
		if err != nil {
			return nil, err
		}
		for name, d := range w.spent {
			each[name] += d / time.Duration(rounds*peerBatch*n)
		}
	}
	return each, nil
}

// peerNodes loads the hub, which comes first, and n others.
func peerNodes(n, rounds int, network, host string, port int, cfg func(name string) brogo.Config) (all []*brogo.Engine, w *stopwatch, err error) {
	w = new(stopwatch)
	fill := strings.NewReplacer("@NET", network, "@HOST", host, "@PORT", fmt.Sprint(port), "@BATCH", fmt.Sprint(peerBatch),
		"@ROUNDS", fmt.Sprint(rounds), "@PEERS", fmt.Sprint(n))
	for i := range n + 1 {
		c, code := cfg("hub"), hubCode
		if i > 0 {
			c, code = cfg(fmt.Sprintf("peer-%d", i)), peerCode
		}
		c.Code = []string{fill.Replace(code)}
		e, err := load(c, w.builtin())
		if err != nil {
			return all, nil, err
		}
		all = append(all, e)
	}
	return all, w, nil
}

// memPeers runs the nodes in virtual time.
func memPeers(n, rounds int) (*stopwatch, error) {
	clk := clock.NewVirtual(time.Unix(1_700_000_000, 0))
	mem := transport.NewMem(clk)
	all, w, err := peerNodes(n, rounds, "in memory", "hub", 9999, func(name string) brogo.Config {
		return brogo.Config{Clock: clk, Network: mem.Host(name)}
	})
	defer closeAll(all)
	if err != nil {
		return nil, err
	}
	return w, runSteps(clk, all)
}

// runSteps runs engines on one virtual clock until the first has ended. Only those are stepped that have something to do.
func runSteps(clk *clock.Virtual, all []*brogo.Engine) error {
	steps := make([]*brogo.Steps, len(all))
	next := make([]time.Time, len(all))
	woken := make([]bool, len(all))
	for i, e := range all {
		steps[i] = e.Steps(func() { woken[i] = true })
		woken[i] = true
	}
	for !steps[0].Over() {
		now := clk.Now()
		var wake time.Time
		busy := false
		for i, s := range steps {
			if woken[i] || !next[i].IsZero() && !next[i].After(now) {
				woken[i] = false
				next[i], woken[i] = s.Step()
			}
			busy = busy || woken[i]
			if !next[i].IsZero() && (wake.IsZero() || next[i].Before(wake)) {
				wake = next[i]
			}
		}
		if at, ok := clk.Next(); ok && (wake.IsZero() || at.Before(wake)) {
			wake = at
		}
		switch {
		case busy:
			clk.AdvanceTo(now)
		case wake.IsZero():
			return errors.New("the nodes wait for each other")
		default:
			clk.AdvanceTo(wake)
		}
	}
	if code := steps[0].ExitCode(); code != 0 {
		return fmt.Errorf("the hub ended with exit code %d", code)
	}
	return nil
}

// tcpPeers runs the nodes on goroutines of their own, joined by sockets.
func tcpPeers(n, rounds int) (*stopwatch, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	all, w, err := peerNodes(n, rounds, "TCP", "127.0.0.1", port, func(string) brogo.Config { return brogo.Config{} })
	defer closeAll(all)
	if err != nil {
		return nil, err
	}
	// The hub listens before the others call, who would wait before they try again.
	codes := make(chan int, len(all))
	for i, e := range all {
		go func() { codes <- e.Run(context.Background()) }()
		for i == 0 && !listens(port) {
			time.Sleep(time.Millisecond)
		}
	}
	for range all {
		if code := <-codes; code != 0 {
			err = fmt.Errorf("a node ended with exit code %d", code)
		}
	}
	return w, err
}

func listens(port int) bool {
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err == nil {
		c.Close()
	}
	return err == nil
}

func closeAll(all []*brogo.Engine) {
	for _, e := range all {
		e.Close()
	}
}
