package cluster

import (
	"math"
	"slices"
	"sort"
	"strconv"
	"sync"

	"github.com/brogo/brogo/bif/comm"
	"github.com/brogo/brogo/bif/telemetry"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// meter counts the events that are published and received, as far as Cluster::Telemetry::core_metrics and
// websocket_metrics ask for: their number alone; by
// topic and event; or the sizes of their messages by topic, event and place in the scripts. It belongs to the interpreter's goroutine.
type meter struct {
	machine    func() *interp.M
	scriptName func(string) string
	settled    bool  // scripts cannot change any more what is counted
	asked            // of this node's own events
	clients    asked // of those of WebSocket clients
	bounds     []float64
	normal     *val.Table // patterns of topics to what stands for them
	in, out    traffic

	mu      sync.Mutex // tallies is added to by the goroutines of clients
	tallies []*tally
}

// asked are the metrics that a constant asks for.
type asked struct{ info, verbose, debug bool }

func (a asked) any() bool { return a.info || a.verbose || a.debug }

// traffic is what went in one direction.
type traffic struct {
	events uint64
	kinds  []*kind // in order of their first event
	places []*kind // the same with the place that published them
	byKind map[kindOf]*kind
}

// kindOf tells events apart. The place is nil where it does not count.
type kindOf struct {
	topic, event string
	place        *interp.Site
}

// kind is the events of one topic and name, and of one place.
type kind struct {
	kindOf
	events  uint64
	buckets []uint64 // by size of the message
	sum     float64
}

// Published counts an event of this node; s may be nil.
func (c *meter) Published(s *interp.Site, topic, event string, frame []byte) {
	if !c.settle() {
		return
	}
	c.out.events++
	switch {
	case c.debug:
		c.count(&c.out, kindOf{topic, event, s}, comm.PayloadSize(frame))
	case c.verbose:
		c.count(&c.out, kindOf{topic, event, nil}, 0)
	}
}

// Received counts an event of another node, whether it is known here or not.
func (c *meter) Received(topic string, event []byte, size int) {
	if !c.settle() {
		return
	}
	c.in.events++
	if c.verbose || c.debug {
		c.count(&c.in, kindOf{topic, string(event), nil}, size)
	}
}

// settle reads what is to be counted, and reports whether anything of this node's own is.
func (c *meter) settle() bool {
	if c.settled {
		return c.any()
	}
	c.settled = c.machine().Running()
	c.asked, c.clients = c.wanted("core_metrics"), c.wanted("websocket_metrics")
	if !c.any() && !c.clients.any() {
		return false
	}
	if v, ok := c.constant("topic_normalizations"); ok {
		c.normal = v.Table()
	}
	if v, ok := c.constant("message_size_bounds"); ok {
		c.bounds = c.bounds[:0]
		for i := range v.Vec().Len() {
			if x, ok := v.Vec().Get(i); ok {
				c.bounds = append(c.bounds, x.Double())
			}
		}
		if n := len(c.bounds); n == 0 || !math.IsInf(c.bounds[n-1], 1) {
			c.bounds = append(c.bounds, math.Inf(1))
		}
	}
	return c.any()
}

// wanted reads one of the constants that ask for metrics.
func (c *meter) wanted(name string) (a asked) {
	set, ok := c.constant(name)
	if !ok {
		return a
	}
	t := set.Table().T.Keys[0]
	for it := set.Table().Iter(); it.Next(); {
		switch t.Enum.NameOf(it.Key(0).Int()) {
		case "Cluster::Telemetry::INFO":
			a.info = true
		case "Cluster::Telemetry::VERBOSE":
			a.verbose = true
		case "Cluster::Telemetry::DEBUG":
			a.debug = true
		}
	}
	return a
}

func (c *meter) constant(name string) (val.Value, bool) {
	g := c.machine().Lookup("Cluster::Telemetry::" + name)
	if g == nil {
		return val.Value{}, false
	}
	return c.machine().Value(g)
}

// topic is what a topic is counted as; empty: not at all.
func (c *meter) topic(name string) string {
	if c.normal == nil {
		return name
	}
	for it := c.normal.Iter(); it.Next(); {
		if it.Key(0).Pattern().MatchAll(name) {
			return it.Val().Str()
		}
	}
	return name
}

func (c *meter) count(t *traffic, k kindOf, size int) {
	if k.topic = c.topic(k.topic); k.topic == "" {
		return
	}
	if c.verbose {
		t.kind(&t.kinds, kindOf{k.topic, k.event, nil}).events++
	}
	if !c.debug {
		return
	}
	sized := t.kind(&t.places, k)
	if sized.buckets == nil {
		sized.buckets = make([]uint64, len(c.bounds))
	}
	sized.buckets[sort.SearchFloat64s(c.bounds, float64(size))]++
	sized.sum += float64(size)
}

// kind returns the events of k in a list, made if they are the first.
func (t *traffic) kind(list *[]*kind, k kindOf) *kind {
	if list == &t.places && k.place == nil {
		k.place = nowhere
	}
	if x := t.byKind[k]; x != nil {
		return x
	}
	if t.byKind == nil {
		t.byKind = map[kindOf]*kind{}
	}
	x := &kind{kindOf: k}
	t.byKind[k] = x
	*list = append(*list, x)
	return x
}

// nowhere is the place of what no call published.
var nowhere = &interp.Site{}

// measure sets the metrics, by the reference's names.
func (c *meter) measure(u *telemetry.Update) {
	if c.settle() {
		c.tell(u, "core", "outgoing", c.asked, &c.out)
		c.tell(u, "core", "incoming", c.asked, &c.in)
	}
	c.measureClients(u)
}

// tell sets the metrics of one direction. The labels stand in front of the others.
func (c *meter) tell(u *telemetry.Update, of, word string, what asked, t *traffic, labels ...string) {
	name := func(middle string) string { return "cluster_" + of + "_" + middle + word }
	if what.info {
		u.Set(telemetry.Counter, "zeek", name("")+"_events", "", "Number of "+word+" events", float64(t.events), labels...)
	}
	if what.verbose {
		for _, k := range t.kinds {
			u.Set(telemetry.Counter, "zeek", name("verbose_")+"_events", "", "Number of "+word+" events by topic and event", float64(k.events),
				slices.Concat(labels, []string{"topic", k.topic, "handler", k.event})...)
		}
	}
	if what.debug {
		c.sizes(u, name("debug_")+"_event_sizes", word, t.places, labels)
	}
}

// sizes sets the histograms. Calls on one line are one place.
func (c *meter) sizes(u *telemetry.Update, name, word string, kinds []*kind, labels []string) {
	type row struct{ topic, event, place string }
	var order []row
	sums := map[row]*kind{}
	for _, k := range kinds {
		r := row{k.topic, k.event, c.place(k.place)}
		if sums[r] == nil {
			order = append(order, r)
			sums[r] = &kind{buckets: slices.Repeat([]uint64{0}, len(c.bounds))}
		}
		for i, n := range k.buckets {
			sums[r].buckets[i] += n
		}
		sums[r].sum += k.sum
	}
	for _, r := range order {
		ls := append(slices.Clone(labels), "topic", r.topic, "handler", r.event)
		if word == "outgoing" {
			ls = append(ls, "script_location", r.place)
		}
		u.Observed("zeek", name, "", "Sizes of the messages of "+word+" events, in bytes", c.bounds, sums[r].buckets, sums[r].sum, ls...)
	}
}

// place is where in the scripts a call stands: FILE:LINE, without the directory of the search path.
func (c *meter) place(s *interp.Site) string {
	if s == nil || s.At.IsZero() {
		return "none"
	}
	return c.scriptName(s.At.File.Name) + ":" + strconv.Itoa(int(s.At.Line))
}
