package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	netnode "github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/wire"
)

// checker holds the messaging core against its promises, message by message:
//
//   - what a node gets, another one has published, and just so; it gets it once, and only if it subscribes to the topic;
//   - from one peer and on one topic messages come in the order in which they were sent, without gaps, unless a connection broke in
//     between or the message was dropped and counted;
//   - log rows are kept until they are written, see rows;
//   - when all has come to rest, everything that was sent on a connection that still stands has arrived, peers know each other's
//     subscriptions, and clones have what their masters have.
type checker struct {
	w         *world
	broken    []string // promises
	lives     map[string]*process
	pubs      map[string][]pub      // by the id of the publisher and the number, from 1
	got       map[[2]string]*bitset // by receiver and publisher
	flows     map[flowKey]*flow
	order     []flowKey              // of flows, by their first use
	links     map[[2]string]*linkEnd // by the node and its peer
	local     map[string][]string    // what each node subscribes to
	delivered int
	rows      *rows
}

type pub struct {
	hash  uint64
	topic string
}

// flowKey is the messages of one topic that one process sends another.
type flowKey struct{ from, to, topic string }

// flow is what is under way. sent[0] is the oldest that has neither arrived nor been given up.
type flow struct{ sent []sent }

type sent struct {
	origin string
	seq    uint64
	epoch  int // of the connection
	at     time.Time
}

// linkEnd is one side of the connections between two processes.
type linkEnd struct {
	up    bool
	epoch int
	asked []string // prefixes that the peer has asked for
}

// bitset notes which of a publisher's numbers were delivered.
type bitset struct{ words []uint64 }

// add returns false if n was there.
func (b *bitset) add(n uint64) bool {
	for uint64(len(b.words)) <= n/64 {
		b.words = append(b.words, 0)
	}
	was := b.words[n/64]>>(n%64)&1 != 0
	b.words[n/64] |= 1 << (n % 64)
	return !was
}

func (b *bitset) has(n uint64) bool {
	return n/64 < uint64(len(b.words)) && b.words[n/64]>>(n%64)&1 != 0
}

func newChecker(w *world) *checker {
	c := &checker{w: w, lives: map[string]*process{}, pubs: map[string][]pub{}, got: map[[2]string]*bitset{}, flows: map[flowKey]*flow{},
		links: map[[2]string]*linkEnd{}, local: map[string][]string{}}
	c.rows = newRows(c)
	return c
}

func (c *checker) breach(format string, args ...any) {
	msg := fmt.Sprintf(format, args...)
	c.broken = append(c.broken, msg)
	c.w.fail("broken promise: %s", msg)
}

func (c *checker) born(p *process) { c.lives[p.id] = p }

// died forgets a process; what was sent to it is lost.
func (c *checker) died(p *process) {
	delete(c.lives, p.id)
	for key, l := range c.links { // the order does not matter
		if key[0] == p.id {
			l.up = false
		}
	}
	c.order = slices.DeleteFunc(c.order, func(k flowKey) bool {
		gone := k.to == p.id
		if gone {
			delete(c.flows, k)
		}
		return gone
	})
}

// name is what a node is called, for messages.
func (c *checker) name(id string) string {
	if p := c.lives[id]; p != nil {
		return p.n.name
	}
	for _, n := range c.w.nodes {
		if n.p != nil && n.p.id == id {
			return n.name
		}
	}
	return "a dead node"
}

func (c *checker) link(node, peer string) *linkEnd {
	key := [2]string{node, peer}
	l := c.links[key]
	if l == nil {
		l = &linkEnd{}
		c.links[key] = l
	}
	return l
}

// tap is the checker's ear at one process; next, if set, hears the same.
type tap struct {
	c    *checker
	p    *process
	next Tracer
}

func parse(frame []byte) (wire.Routed, bool) {
	var names wire.Interner
	m, err := wire.ParseRouted(frame[frameHead:], &names)
	return m, err == nil
}

// frameHead is the length in front of a frame's body.
const frameHead = 4

func (t *tap) Published(mark, seq uint64, topic string, frame []byte) {
	if t.next != nil {
		t.next.Published(mark, seq, topic, frame)
	}
	m, ok := parse(frame)
	if !ok {
		t.c.breach("%s sends a message that cannot be read", t.p.n.name)
		return
	}
	list := t.c.pubs[t.p.id]
	for uint64(len(list)) <= seq {
		list = append(list, pub{})
	}
	list[seq] = pub{hash(string(m.Payload)), m.Topic}
	t.c.pubs[t.p.id] = list
	if m.Kind == wire.MsgLogWrite {
		t.c.rows.published(t.p, &m, seq)
	}
}

func (t *tap) Queued(peer string, frame []byte) {
	if t.next != nil {
		t.next.Queued(peer, frame)
	}
	m, ok := parse(frame)
	if !ok {
		return // as Published has said
	}
	if m.Origin == "" {
		m.Origin = t.p.id
	}
	key := flowKey{t.p.id, peer, m.Topic}
	f := t.c.flows[key]
	if f == nil {
		f = &flow{}
		t.c.flows[key] = f
		t.c.order = append(t.c.order, key)
	}
	f.sent = append(f.sent, sent{m.Origin, m.Seq, t.c.link(t.p.id, peer).epoch, t.c.w.clk.Now()})
}

func (t *tap) Dropped(peer string, frame []byte) {
	if t.next != nil {
		t.next.Dropped(peer, frame)
	}
	m, ok := parse(frame)
	if f := t.c.flows[flowKey{t.p.id, peer, m.Topic}]; ok && f != nil {
		if m.Origin == "" {
			m.Origin = t.p.id
		}
		f.sent = slices.DeleteFunc(f.sent, func(s sent) bool { return s.origin == m.Origin && s.seq == m.Seq })
	}
}

func (t *tap) Received(from string, m *wire.Routed, fate netnode.Fate) {
	if t.next != nil {
		t.next.Received(from, m, fate)
	}
	c, me := t.c, t.p.n.name
	what := fmt.Sprintf("message %d of %s on %s", m.Seq, c.name(m.Origin), m.Topic)
	if fate == netnode.Delivered {
		c.delivered++
		c.content(me, t.p.id, m, what)
		key := [2]string{t.p.id, m.Origin}
		if c.got[key] == nil {
			c.got[key] = &bitset{}
		}
		if !c.got[key].add(m.Seq) {
			c.breach("%s gets %s twice", me, what)
		}
		if !slices.ContainsFunc(c.local[t.p.id], func(p string) bool { return strings.HasPrefix(m.Topic, p) }) {
			c.breach("%s gets %s, to which it does not subscribe", me, what)
		}
	}
	c.arrived(t.p, from, m, what)
}

// content compares a message with what was published under its number.
func (c *checker) content(me, id string, m *wire.Routed, what string) {
	list := c.pubs[m.Origin]
	h := hash(string(m.Payload))
	if m.Seq < uint64(len(list)) && list[m.Seq].hash == h && list[m.Seq].topic == m.Topic {
		return
	}
	for seq := range list {
		if list[seq].hash == h && list[seq].topic == m.Topic {
			c.breach("%s gets %s, which is number %d again or in its place", me, what, seq)
			return
		}
	}
	c.breach("%s gets %s, which nobody has published", me, what)
}

// arrived takes a message out of its flow, with those before it that it has overtaken for a good reason.
func (c *checker) arrived(p *process, from string, m *wire.Routed, what string) {
	f := c.flows[flowKey{from, p.id, m.Topic}]
	at := -1
	if f != nil {
		at = slices.IndexFunc(f.sent, func(s sent) bool { return s.origin == m.Origin && s.seq == m.Seq })
	}
	if at < 0 {
		c.breach("%s gets %s from %s out of order, twice or unasked", p.n.name, what, c.name(from))
		return
	}
	epoch := f.sent[at].epoch
	for _, s := range f.sent[:at] {
		if s.epoch == epoch {
			c.breach("%s gets %s from %s before number %d, which was sent earlier on the same connection", p.n.name, what, c.name(from), s.seq)
			break
		}
	}
	f.sent = f.sent[at+1:]
}

func (t *tap) Peer(id string, up bool) {
	if t.next != nil {
		t.next.Peer(id, up)
	}
	l := t.c.link(t.p.id, id)
	l.up = up
	l.epoch++
	l.asked = nil
}

func (t *tap) Local(prefix string, on bool) {
	if t.next != nil {
		t.next.Local(prefix, on)
	}
	t.c.local[t.p.id] = change(t.c.local[t.p.id], prefix, on)
}

func (t *tap) Asked(peer, prefix string, on bool) {
	if t.next != nil {
		t.next.Asked(peer, prefix, on)
	}
	l := t.c.link(t.p.id, peer)
	l.asked = change(l.asked, prefix, on)
}

// change keeps a sorted list of prefixes.
func change(list []string, prefix string, on bool) []string {
	at, found := slices.BinarySearch(list, prefix)
	switch {
	case on && !found:
		return slices.Insert(list, at, prefix)
	case !on && found:
		return slices.Delete(list, at, at+1)
	}
	return list
}
