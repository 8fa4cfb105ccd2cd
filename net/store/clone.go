package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/brogo/brogo/net/store/mem"
	"github.com/brogo/brogo/net/wire"
)

// CloneConfig says how a clone bears the absence of its master. Zero values mean the defaults of the reference.
type CloneConfig struct {
	Resync time.Duration // how often a clone without a master asks for it, 10 s
	Stale  time.Duration // how long without a master until queries fail, 5 min; negative: never
	Buffer time.Duration // how long without a master writes are kept, 2 min; negative: not at all
}

func (c CloneConfig) withDefaults() CloneConfig {
	return CloneConfig{cmp.Or(c.Resync, 10*time.Second), cmp.Or(c.Stale, 5*time.Minute), cmp.Or(c.Buffer, 2*time.Minute)}
}

const (
	maxWaiting = 100_000 // queries that wait for the first contact
	maxPending = 1 << 20 // writes that the master has not confirmed
)

// Clone is the state of a node that follows a store.
type Clone struct {
	name, self, instance string
	cfg                  CloneConfig
	see                  Observer

	rows     *mem.Table
	incoming *mem.Table // parts of a snapshot
	seq      uint64
	master   string // the peer that has it; empty if none is known
	synced   bool   // follows the master
	had      bool   // did so at some time
	lost     time.Time
	ask      time.Time // next time to ask for the master

	pending []pendingOp
	number  uint64
	waiting []waitingQuery
	outs    []Out
}

// pendingOp is a write that the master has not confirmed.
type pendingOp struct {
	number uint64
	frame  []byte
	done   func(bool, *Error) // of an OpPutUnique
}

type waitingQuery struct {
	q    Query
	done func(wire.Data, *Error)
}

// NewClone returns a clone that has seen nothing yet. instance tells it from all other clones that there ever are.
func NewClone(now time.Time, name, self, instance string, cfg CloneConfig, see Observer) *Clone {
	c := &Clone{name: name, self: self, instance: instance, cfg: cfg.withDefaults(), see: see, rows: mem.New(), lost: now}
	c.search(now)
	return c
}

func (c *Clone) search(now time.Time) {
	c.outs = append(c.outs, Out{"", finish(begin(c.name, msgAsk, 1))})
	c.ask = now.Add(c.cfg.Resync)
}

// take returns the frames to send, in order.
func (c *Clone) take() []Out {
	outs := c.outs
	c.outs = nil
	return outs
}

func (c *Clone) stale(now time.Time) bool {
	return !c.synced && c.cfg.Stale >= 0 && now.Sub(c.lost) >= c.cfg.Stale
}

func (c *Clone) buffers(now time.Time) bool {
	return c.synced || c.cfg.Buffer > 0 && now.Sub(c.lost) < c.cfg.Buffer
}

// Update sends an op to the master; its effect shows when the master sends it back. Without a master it is kept for a while.
func (c *Clone) Update(now time.Time, op Op, done func(bool, *Error)) *Error {
	if !c.buffers(now) || len(c.pending) >= maxPending {
		err := &Error{StaleData, "the store has no master"}
		if done != nil {
			done(false, err)
		}
		return err
	}
	c.number++
	frame := finish(appendOp(wire.AppendCount(begin(c.name, msgUpdate, 3), c.number), op))
	c.pending = append(c.pending, pendingOp{c.number, frame, done})
	if c.synced {
		c.outs = append(c.outs, Out{c.master, frame})
	}
	return nil
}

// Query answers from the copy; before the first contact with the master it waits for that.
func (c *Clone) Query(now time.Time, q Query, done func(wire.Data, *Error)) {
	switch {
	case c.stale(now):
		done(nil, &Error{StaleData, "the store has lost its master"})
	case c.had:
		done(answer(c.rows, q))
	case len(c.waiting) >= maxWaiting:
		done(nil, &Error{RequestTimeout, "too many queries wait for the master"})
	default:
		c.waiting = append(c.waiting, waitingQuery{q, done})
	}
}

// Next returns when Tick has something to do.
func (c *Clone) Next() (time.Time, bool) {
	if c.synced {
		return time.Time{}, false
	}
	next := c.ask
	if len(c.pending) > 0 {
		next = earlier(next, c.lost.Add(max(c.cfg.Buffer, 0)))
	}
	if len(c.waiting) > 0 && c.cfg.Stale >= 0 {
		next = earlier(next, c.lost.Add(c.cfg.Stale))
	}
	return next, true
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Tick asks for the master, and gives up what has waited for too long.
func (c *Clone) Tick(now time.Time) {
	if c.synced {
		return
	}
	switch {
	case now.Before(c.ask):
	case c.master != "":
		c.attach(now, c.master) // it did not answer
	default:
		c.search(now)
	}
	if !c.buffers(now) {
		c.giveUp(&Error{RequestTimeout, "the store's master did not come back in time"})
	}
	if c.stale(now) {
		c.release(func(Query) (wire.Data, *Error) { return nil, &Error{StaleData, "the store found no master"} })
	}
}

func (c *Clone) giveUp(err *Error) {
	for _, p := range c.pending {
		if p.done != nil {
			p.done(false, err)
		}
	}
	c.pending = nil
}

func (c *Clone) release(f func(Query) (wire.Data, *Error)) {
	for _, w := range c.waiting {
		w.done(f(w.q))
	}
	c.waiting = nil
}

// close answers all that waits.
func (c *Clone) close() {
	err := &Error{Closed, "the store was closed"}
	c.giveUp(err)
	c.release(func(Query) (wire.Data, *Error) { return nil, err })
}

// PeerUp asks a new peer whether it has the master.
func (c *Clone) PeerUp(peer string) {
	if c.master == "" {
		c.outs = append(c.outs, Out{peer, finish(begin(c.name, msgAsk, 1))})
	}
}

// PeerDown notes the loss of the master.
func (c *Clone) PeerDown(now time.Time, peer string) {
	if c.master == peer {
		c.drop(now)
	}
}

func (c *Clone) drop(now time.Time) {
	if c.synced {
		c.lost = now
	}
	c.master, c.synced, c.incoming = "", false, nil
	c.search(now)
}

// Handle handles a message from a peer; false means that it made no sense.
func (c *Clone) Handle(now time.Time, from string, payload []byte) bool {
	r, msg, n := open(payload)
	if r.Err() != nil {
		return false
	}
	if msg == msgAnnounce {
		if c.master == "" {
			c.attach(now, from)
		}
		return n == 1
	}
	if from != c.master {
		return true // of a connection that is no more, or of a second master
	}
	switch {
	case msg == msgSnapshot && n == 5:
		c.ask = now.Add(c.cfg.Resync)
		return c.snapshot(&r)
	case msg == msgDelta && n == 4:
		return c.delta(now, &r)
	case msg == msgAck && n == 2:
		upTo := r.Count()
		c.pending = slices.DeleteFunc(c.pending, func(p pendingOp) bool { return p.number <= upTo && p.done == nil })
	case msg == msgAnswer && n == 3:
		number, done := r.Count(), r.Bool()
		if at := slices.IndexFunc(c.pending, func(p pendingOp) bool { return p.number == number }); at >= 0 && r.Err() == nil {
			p := c.pending[at]
			c.pending = slices.Delete(c.pending, at, at+1)
			if p.done != nil {
				p.done(done, nil)
			}
		}
	case msg == msgGone && n == 1:
		c.drop(now)
	}
	return r.Err() == nil
}

// attach asks a master for everything.
func (c *Clone) attach(now time.Time, peer string) {
	c.master, c.incoming, c.ask = peer, mem.New(), now.Add(c.cfg.Resync)
	c.outs = append(c.outs, Out{peer, finish(wire.AppendString(begin(c.name, msgAttach, 2), c.instance))})
}

func (c *Clone) snapshot(r *wire.Reader) bool {
	seq, applied, more := r.Count(), r.Count(), r.Bool()
	if c.incoming == nil {
		return r.Err() == nil
	}
	for n := r.Vector(); n > 0 && r.Err() == nil; n-- {
		if r.Vector() != 2 {
			return false
		}
		key := r.Data()
		c.incoming.Put(key, r.Data(), 0)
	}
	if r.Done() != nil {
		return false
	}
	if more {
		return true
	}
	old := c.rows
	c.rows, c.incoming, c.seq, c.synced, c.had = c.incoming, nil, seq, true, true
	c.report(old)
	// What the master has not done yet goes out again. One put-unique that it has done is asked for again, for its answer.
	c.pending = slices.DeleteFunc(c.pending, func(p pendingOp) bool { return p.number <= applied && p.done == nil })
	for _, p := range c.pending {
		c.outs = append(c.outs, Out{c.master, p.frame})
	}
	c.release(func(q Query) (wire.Data, *Error) { return answer(c.rows, q) })
	return true
}

// report tells the observer what a snapshot changed.
func (c *Clone) report(old *mem.Table) {
	if c.see == nil {
		return
	}
	old.Each(func(key, val wire.Data, _ int64) error {
		if _, _, found, _ := c.rows.Get(key); !found {
			c.see(Change{Kind: Erased, Key: key, Value: val, Publisher: c.master})
		}
		return nil
	})
	c.rows.Each(func(key, val wire.Data, _ int64) error {
		was, _, found, _ := old.Get(key)
		if found && wire.Equal(was, val) {
			return nil
		}
		ch := Change{Kind: Inserted, Key: wire.Clone(key), Value: wire.Clone(val), Publisher: c.master}
		if found {
			ch.Kind, ch.Old = Updated, was
		}
		c.see(ch)
		return nil
	})
}

func (c *Clone) delta(now time.Time, r *wire.Reader) bool {
	seq, publisher := r.Count(), r.Str()
	op, ok := readOp(r)
	if !ok || r.Done() != nil {
		return false
	}
	if !c.synced {
		return true // from before the snapshot, which has it
	}
	if seq != c.seq+1 {
		c.synced, c.lost = false, now
		c.attach(now, c.master)
		return true
	}
	c.seq = seq
	apply(c.rows, op, -1, publisher, c.see)
	return true
}
