package sim

import (
	"fmt"

	"github.com/brogo/brogo/net/wire"
)

// rows holds the delivery of log rows against its promises:
//
//   - a sender numbers the rows of a channel without a gap, and sends a row again under the number that it had;
//   - a logger writes the row of a number once in its life;
//   - what a logger acknowledges it has written, in this life or one before;
//   - a row that no logger has written is still with its sender, unless that is dead or had to give rows up.
//
// To write means to hand to the log: what becomes of files is no matter of the network.
type rows struct {
	c       *checker
	sent    map[channelKey][]uint64    // hashes of the rows, by number
	batches map[messageKey]batch       // rows of messages
	written map[writerKey]*bitset      // numbers that a logger has written; its name, since files outlive processes
	lives   map[writerKey]*bitset      // numbers that one process has written; its id
	open    map[string]map[uint64]bool // by sender: hashes of rows, true while nobody has written them
	waiting map[string]int             // how many are true
}

type channelKey struct {
	origin  string
	channel uint64
}

type messageKey struct {
	origin string
	seq    uint64
}

type writerKey struct {
	writer string
	channelKey
}

// batch is the rows of one message.
type batch struct {
	wire.Place
	n int
}

func newRows(c *checker) *rows {
	return &rows{c: c, sent: map[channelKey][]uint64{}, batches: map[messageKey]batch{}, written: map[writerKey]*bitset{},
		lives: map[writerKey]*bitset{}, open: map[string]map[uint64]bool{}, waiting: map[string]int{}}
}

// published takes a message with rows of process p.
func (r *rows) published(p *process, m *wire.Routed, seq uint64) {
	in := wire.NewReader(m.Payload)
	w, at, n := in.LogWrite()
	key := channelKey{p.id, at.Channel}
	what := fmt.Sprintf("rows of log %s from number %d on", w.Path, at.First)
	if at.First > uint64(len(r.sent[key])) {
		r.c.breach("%s sends %s after number %d", p.n.name, what, len(r.sent[key]))
		return
	}
	if r.open[p.id] == nil {
		r.open[p.id] = map[uint64]bool{}
	}
	r.batches[messageKey{p.id, seq}] = batch{at, n}
	for i := range n {
		h := hash(w.Path + "\x00" + string(in.Skip()))
		number := at.First + uint64(i)
		if number < uint64(len(r.sent[key])) {
			if r.sent[key][number] != h {
				r.c.breach("%s sends another row of log %s under number %d than before", p.n.name, w.Path, number)
			}
			continue
		}
		r.sent[key] = append(r.sent[key], h)
		if _, known := r.open[p.id][h]; !known {
			r.open[p.id][h] = true
			r.waiting[p.id]++
		}
	}
}

// RowsWritten is told by a logger that it has written rows of another node.
func (t *tap) RowsWritten(origin string, at wire.Place, n, skip int) {
	r, key := t.c.rows, channelKey{origin, at.Channel}
	for number := at.First + uint64(skip); number < at.First+uint64(n); number++ {
		if number >= uint64(len(r.sent[key])) {
			t.c.breach("%s writes row %d of %s, which nobody has sent", t.p.n.name, number, t.c.name(origin))
			return
		}
		if !note(r.lives, writerKey{t.p.id, key}, number) {
			t.c.breach("%s writes row %d of %s twice", t.p.n.name, number, t.c.name(origin))
		}
		note(r.written, writerKey{t.p.n.name, key}, number)
		if h := r.sent[key][number]; r.open[origin][h] {
			r.open[origin][h] = false
			r.waiting[origin]--
		}
	}
}

// RowsSafe is told by a logger that it acknowledges messages with rows.
func (t *tap) RowsSafe(origin string, seqs []uint64) {
	r := t.c.rows
	for _, seq := range seqs {
		b := r.batches[messageKey{origin, seq}]
		have := r.written[writerKey{t.p.n.name, channelKey{origin, b.Channel}}]
		for number := b.First; number < b.First+uint64(b.n); number++ {
			if have == nil || !have.has(number) {
				t.c.breach("%s acknowledges row %d of %s, which it has not written", t.p.n.name, number, t.c.name(origin))
			}
		}
	}
}

// note adds a number to one of the sets; false if it was there.
func note(sets map[writerKey]*bitset, key writerKey, number uint64) bool {
	if sets[key] == nil {
		sets[key] = &bitset{}
	}
	return sets[key].add(number)
}

// lost lists the senders that have forgotten rows which nobody has written.
func (r *rows) lost(live []*process) (out []string) {
	for _, p := range live {
		d := p.e.Comm().Delivery()
		if n := r.waiting[p.id] - d.Kept - int(d.Lost); n > 0 {
			out = append(out, fmt.Sprintf("%s has forgotten %d log rows that no logger has written", p.n.name, n))
		}
	}
	return out
}
