package cluster

import (
	"fmt"
	"testing"
)

// TestClientLimits keeps what clients can have counted within bounds, and what one counts from another.
func TestClientLimits(t *testing.T) {
	c := &meter{settled: true, clients: asked{info: true}, bounds: []float64{10}}
	meters := c.Clients()
	for i := range maxApps + 5 {
		meters(fmt.Sprint("app", i)).Count(true, "t", []byte("e"), 1)
	}
	meters("app7").Count(true, "t", []byte("e"), 1)
	if n := len(c.tallies); n != maxApps {
		t.Errorf("%d names are counted", n)
	}
	if a, b := c.tallies[0].out.events, c.tallies[7].out.events; a != 1 || b != 2 {
		t.Errorf("app0 has %d events, app7 %d", a, b)
	}
	one := c.tallies[0]
	for i := range maxKinds + 5 {
		one.Count(false, fmt.Sprint("topic", i), []byte("e"), 1)
	}
	if len(one.in.kinds) != maxKinds || one.in.events != maxKinds+5 {
		t.Errorf("%d kinds of %d events", len(one.in.kinds), one.in.events)
	}
}
