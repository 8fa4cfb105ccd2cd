package cluster

import (
	"sort"
	"strings"
	"sync"

	"github.com/brogo/brogo/bif/comm"
	"github.com/brogo/brogo/bif/telemetry"
)

// Limits of what clients, who call themselves as they like and publish to topics of their own, can have counted.
const (
	maxApps  = 1000
	maxKinds = 10_000 // topics and events of one application
)

// tally counts the events of WebSocket clients that call themselves the same. Out is what they publish, in what they are sent, as in the
// reference, where each client is a node of its own. Their goroutines count, hence the mutex.
type tally struct {
	app    string
	bounds []float64

	mu      sync.Mutex
	in, out traffic
}

// Clients is comm.Meter's.
func (c *meter) Clients() func(app string) comm.ClientMeter {
	c.settle()
	if !c.clients.any() {
		return nil
	}
	return func(app string) comm.ClientMeter {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, t := range c.tallies {
			if t.app == app {
				return t
			}
		}
		t := &tally{app: app, bounds: c.bounds}
		if len(c.tallies) < maxApps { // else nobody is told of it
			c.tallies = append(c.tallies, t)
		}
		return t
	}
}

// Count is comm.ClientMeter's.
func (t *tally) Count(published bool, topic string, event []byte, size int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	to := &t.in
	if published {
		to = &t.out
	}
	to.events++
	k := to.byKind[kindOf{topic, string(event), nil}]
	if k == nil {
		if len(to.kinds) == maxKinds {
			return
		}
		k = to.kind(&to.kinds, kindOf{strings.Clone(topic), string(event), nil})
		k.buckets = make([]uint64, len(t.bounds))
	}
	k.events++
	k.buckets[sort.SearchFloat64s(t.bounds, float64(size))]++
	k.sum += float64(size)
}

// measureClients sets the metrics of clients, which have the label app.
func (c *meter) measureClients(u *telemetry.Update) {
	c.mu.Lock()
	tallies := c.tallies
	c.mu.Unlock()
	for _, t := range tallies {
		t.mu.Lock()
		c.tell(u, "websocket", "outgoing", c.clients, c.normalized(&t.out), "app", t.app)
		c.tell(u, "websocket", "incoming", c.clients, c.normalized(&t.in), "app", t.app)
		t.mu.Unlock()
	}
}

// normalized adds up kinds whose topics count as one. Clients have no places.
func (c *meter) normalized(t *traffic) *traffic {
	sums := &traffic{events: t.events}
	for _, k := range t.kinds {
		topic := c.topic(k.topic)
		if topic == "" {
			continue
		}
		to := sums.kind(&sums.kinds, kindOf{topic, k.event, nil})
		if to.buckets == nil {
			to.buckets = make([]uint64, len(k.buckets))
		}
		to.events += k.events
		to.sum += k.sum
		for i, n := range k.buckets {
			to.buckets[i] += n
		}
	}
	sums.places = sums.kinds
	return sums
}
