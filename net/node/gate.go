package node

import (
	"sync"
	"sync/atomic"

	"github.com/brogo/brogo/net/transport"
)

// Reading from a peer pauses while this many bytes from it wait for the node or the application, and goes on at the lower mark.
const (
	gateHigh = 8 << 20
	gateLow  = 4 << 20
)

// gate slows a peer down to the speed of the application.
type gate struct {
	conn    transport.Conn
	changed func(on bool) // tells the hub

	held atomic.Int64

	mu sync.Mutex
	on bool
}

func (g *gate) add(n int) {
	if v := g.held.Add(int64(n)); v >= gateHigh && v-int64(n) < gateHigh {
		g.check()
	}
}

func (g *gate) release(n int) {
	if v := g.held.Add(-int64(n)); v < gateLow && v+int64(n) >= gateLow {
		g.check()
	}
}

func (g *gate) check() {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := g.held.Load()
	on := g.on && v >= gateLow || v >= gateHigh
	if on != g.on {
		g.on = on
		g.conn.Pause(on)
		g.changed(on)
	}
}
