package loop

import "slices"

// Timers is a heap of pending functions by time; equal times keep the order in which they were added. It belongs to one goroutine.
// Times are seconds of whatever clock the owner goes by.
//
// The heap has four children a node and keeps times beside the pointers: with 300,000 timers that takes a third of the time of
// container/heap on pointers.
type Timers struct {
	h   []entry
	seq uint64
}

type entry struct {
	at  float64
	seq uint64
	t   *Timer
}

func (a *entry) before(b *entry) bool { return a.at < b.at || a.at == b.at && a.seq < b.seq }

// Timer is one pending function.
type Timer struct {
	run func(expire bool)
	pos int // -1: not pending
}

// Add has f called at the given time by Due or Expire, which tell it whether all timers are being expired.
func (ts *Timers) Add(at float64, f func(expire bool)) *Timer {
	ts.seq++
	t := &Timer{run: f, pos: len(ts.h)}
	ts.h = append(ts.h, entry{at, ts.seq, t})
	ts.up(t.pos)
	return t
}

// Cancel takes a timer out; one that is not pending is left alone.
func (ts *Timers) Cancel(t *Timer) {
	if t.pos >= 0 {
		ts.remove(t.pos)
	}
}

// Len returns the number of pending timers.
func (ts *Timers) Len() int { return len(ts.h) }

// Next returns the earliest time.
func (ts *Timers) Next() (float64, bool) {
	if len(ts.h) == 0 {
		return 0, false
	}
	return ts.h[0].at, true
}

// Due runs timers whose time is not after now, at most limit of them (0: all), and returns how many ran.
func (ts *Timers) Due(now float64, limit int) int {
	n := 0
	for (n < limit || limit == 0) && len(ts.h) > 0 && ts.h[0].at <= now {
		ts.remove(0).run(false)
		n++
	}
	return n
}

// Expire runs all timers in order, whatever their times, also those that are added meanwhile.
func (ts *Timers) Expire() {
	for len(ts.h) > 0 {
		ts.remove(0).run(true)
	}
}

// remove takes out the entry at a position.
func (ts *Timers) remove(i int) *Timer {
	t := ts.h[i].t
	t.pos = -1
	last := len(ts.h) - 1
	e := ts.h[last]
	ts.h[last] = entry{}
	ts.h = ts.h[:last]
	if i < last {
		ts.h[i] = e
		e.t.pos = i
		ts.down(i)
		ts.up(e.t.pos)
	}
	return t
}

func (ts *Timers) up(i int) {
	e := ts.h[i]
	for i > 0 {
		p := (i - 1) / 4
		if !e.before(&ts.h[p]) {
			break
		}
		ts.h[i] = ts.h[p]
		ts.h[i].t.pos = i
		i = p
	}
	ts.h[i] = e
	e.t.pos = i
}

func (ts *Timers) down(i int) {
	e := ts.h[i]
	for {
		first := 4*i + 1
		if first >= len(ts.h) {
			break
		}
		least := first
		for j := first + 1; j < min(first+4, len(ts.h)); j++ {
			if ts.h[j].before(&ts.h[least]) {
				least = j
			}
		}
		if !ts.h[least].before(&e) {
			break
		}
		ts.h[i] = ts.h[least]
		ts.h[i].t.pos = i
		i = least
	}
	ts.h[i] = e
	e.t.pos = i
}

// All returns the times of the pending timers in order.
func (ts *Timers) All() []float64 {
	out := make([]float64, len(ts.h))
	for i := range ts.h {
		out[i] = ts.h[i].at
	}
	slices.Sort(out)
	return out
}
