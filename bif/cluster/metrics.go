package cluster

import (
	"math"
	"slices"
	"sort"
	"strconv"

	"github.com/brogo/brogo/bif/comm"
	"github.com/brogo/brogo/bif/telemetry"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// meter counts the events that are published and received, as far as Cluster::Telemetry::core_metrics asks for: their number alone; by
// topic and event; or the sizes of their messages by topic, event and place in the scripts. It belongs to the interpreter's goroutine.
type meter struct {
	machine    func() *interp.M
	scriptName func(string) string
	settled    bool // scripts cannot change any more what is counted
	info       bool
	verbose    bool
	debug      bool
	bounds     []float64
	normal     *val.Table // patterns of topics to what stands for them
	in, out    traffic
}

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

// settle reads what is to be counted, and reports whether anything is.
func (c *meter) settle() bool {
	if c.settled {
		return c.info || c.verbose || c.debug
	}
	c.settled = c.machine().Running()
	c.info, c.verbose, c.debug = false, false, false
	asked, ok := c.constant("core_metrics")
	if !ok {
		return false
	}
	t := asked.Table().T.Keys[0]
	for it := asked.Table().Iter(); it.Next(); {
		switch t.Enum.NameOf(it.Key(0).Int()) {
		case "Cluster::Telemetry::INFO":
			c.info = true
		case "Cluster::Telemetry::VERBOSE":
			c.verbose = true
		case "Cluster::Telemetry::DEBUG":
			c.debug = true
		}
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
	return c.info || c.verbose || c.debug
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
	if !c.settle() {
		return
	}
	for _, d := range []struct {
		word string
		t    *traffic
	}{{"outgoing", &c.out}, {"incoming", &c.in}} {
		if c.info {
			u.Set(telemetry.Counter, "zeek", "cluster_core_"+d.word+"_events", "", "Number of "+d.word+" events", float64(d.t.events))
		}
		for _, k := range d.t.kinds {
			u.Set(telemetry.Counter, "zeek", "cluster_core_verbose_"+d.word+"_events", "", "Number of "+d.word+" events by topic and event",
				float64(k.events), "topic", k.topic, "handler", k.event)
		}
		c.sizes(u, d.word, d.t)
	}
}

// sizes sets the histograms. Calls on one line are one place.
func (c *meter) sizes(u *telemetry.Update, word string, t *traffic) {
	type labels struct{ topic, event, place string }
	var order []labels
	sums := map[labels]*kind{}
	for _, k := range t.places {
		l := labels{k.topic, k.event, c.place(k.place)}
		if sums[l] == nil {
			order = append(order, l)
			sums[l] = &kind{buckets: slices.Repeat([]uint64{0}, len(c.bounds))}
		}
		for i, n := range k.buckets {
			sums[l].buckets[i] += n
		}
		sums[l].sum += k.sum
	}
	for _, l := range order {
		ls := []string{"topic", l.topic, "handler", l.event}
		if t == &c.out {
			ls = append(ls, "script_location", l.place)
		}
		u.Observed("zeek", "cluster_core_debug_"+word+"_event_sizes", "", "Sizes of the messages of "+word+" events, in bytes", c.bounds,
			sums[l].buckets, sums[l].sum, ls...)
	}
}

// place is where in the scripts a call stands: FILE:LINE, without the directory of the search path.
func (c *meter) place(s *interp.Site) string {
	if s == nil || s.At.IsZero() {
		return "none"
	}
	return c.scriptName(s.At.File.Name) + ":" + strconv.Itoa(int(s.At.Line))
}
