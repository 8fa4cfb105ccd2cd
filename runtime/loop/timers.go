package loop

import "slices"

// Timers holds pending items by time; equal times keep the order in which they were added. It belongs to one goroutine. Times are seconds
// of whatever clock the owner goes by.
//
// Items of one time that are added one after the other, as by a handler that schedules many events, share a node of the heap and make a
// queue there: adding and taking one of them moves nothing. The heap has four children a node, which lie in one cache line: a node is its
// time and the number of its queue, and the queues lie in slabs, a cache line each where items are events. Timers of different times take two thirds of the CPU that a
// heap of pointers to queues took. Items know no place in it; a cancelled one stays where it is until
// its turn, or until such items are the most.
type Timers[T any] struct {
	h     []node // from heapTop on
	slabs [][]queue[T]
	free  []uint32  // queues that are not in use
	last  *queue[T] // made last, nil when it is used up
	at    float64   // the time of last
	seq   uint32
	n     int // pending items
	dead  int // cancelled ones still there
}

type node struct {
	at  float64
	seq uint32 // may wrap: no two billion timers of one time are pending at once
	q   uint32
}

func (a *node) before(b *node) bool { return a.at < b.at || a.at == b.at && int32(a.seq-b.seq) < 0 }

// The root of the heap is at heapTop, so that the children of any node begin at a multiple of four.
const heapTop = 3

func children(i int) int { return 4 * (i - 2) }
func parent(i int) int   { return i/4 + 2 }

// queue is the items of one time: the first, and the others, if there are any.
type queue[T any] struct {
	first item[T]
	has   bool // first is pending
	rest  *rest[T]
}

// rest is items in pieces that grow, of which [head:] of the first piece are pending. There is at least one.
type rest[T any] struct {
	pieces [][]item[T]
	head   int
}

type item[T any] struct {
	v T
	t *Timer // nil if it cannot be cancelled
}

// Timer stands for one pending item.
type Timer struct{ over bool }

// Sizes of the pieces of a queue and of the slabs of queues, and how many free queues are kept whatever the others do.
const (
	firstPiece = 8
	maxPiece   = 1024
	slabSize   = 512 // of events 32 KB: from there on the allocator puts no header in front, which would move the queues across cache lines
	maxFree    = 4096
)

// Add has v yielded at the given time.
func (ts *Timers[T]) Add(at float64, v T) { ts.add(at, item[T]{v: v}) }

// AddTimer is Add with a handle to cancel it.
func (ts *Timers[T]) AddTimer(at float64, v T) *Timer {
	t := &Timer{}
	ts.add(at, item[T]{v, t})
	return t
}

func (ts *Timers[T]) add(at float64, it item[T]) {
	ts.n++
	if q := ts.last; q != nil && ts.at == at {
		q.push(it)
		return
	}
	if ts.h == nil {
		ts.h = make([]node, heapTop, 4*heapTop)
	}
	i := ts.newQueue()
	q := ts.queue(i)
	ts.seq++
	q.first, q.has = it, true
	ts.last, ts.at = q, at
	ts.h = append(ts.h, node{at, ts.seq, i})
	ts.up(len(ts.h) - 1)
}

func (ts *Timers[T]) queue(i uint32) *queue[T] { return &ts.slabs[i/slabSize][i%slabSize] }

// newQueue returns the number of a queue that is not in use.
func (ts *Timers[T]) newQueue() uint32 {
	if len(ts.free) == 0 {
		from := uint32(len(ts.slabs) * slabSize)
		ts.slabs = append(ts.slabs, make([]queue[T], slabSize))
		for i := range uint32(slabSize) {
			ts.free = append(ts.free, from+slabSize-1-i)
		}
	}
	n := len(ts.free) - 1
	i := ts.free[n]
	ts.free = ts.free[:n]
	return i
}

// shrink moves the queues to slabs of their own, when most of the old ones are free.
func (ts *Timers[T]) shrink() {
	old := *ts
	ts.h, ts.slabs, ts.free, ts.last = slices.Clone(old.h), nil, nil, nil
	for i := heapTop; i < len(ts.h); i++ {
		from := old.queue(ts.h[i].q)
		ts.h[i].q = ts.newQueue()
		to := ts.queue(ts.h[i].q)
		*to = *from
		if from == old.last {
			ts.last = to
		}
	}
}

func (q *queue[T]) push(it item[T]) {
	if q.rest == nil {
		q.rest = &rest[T]{pieces: [][]item[T]{make([]item[T], 0, firstPiece)}}
	}
	r := q.rest
	n := len(r.pieces)
	if last := r.pieces[n-1]; len(last) == cap(last) {
		r.pieces = append(r.pieces, make([]item[T], 0, min(2*cap(last), maxPiece)))
		n++
	}
	r.pieces[n-1] = append(r.pieces[n-1], it)
}

// pop takes the first item.
func (q *queue[T]) pop() item[T] {
	if q.has {
		it := q.first
		q.first, q.has = item[T]{}, false
		return it
	}
	r := q.rest
	p := r.pieces[0]
	it := p[r.head]
	p[r.head] = item[T]{}
	if r.head++; r.head == len(p) {
		r.pieces[0] = nil
		if r.pieces, r.head = r.pieces[1:], 0; len(r.pieces) == 0 {
			q.rest = nil
		}
	}
	return it
}

func (q *queue[T]) empty() bool { return !q.has && q.rest == nil }

// Cancel takes an item out; one that is not pending is left alone.
func (ts *Timers[T]) Cancel(t *Timer) {
	if t.over {
		return
	}
	t.over = true
	ts.n--
	if ts.dead++; ts.dead > ts.n+64 {
		ts.compact()
	}
}

// compact throws the cancelled items away.
func (ts *Timers[T]) compact() {
	old := *ts
	ts.h, ts.slabs, ts.free, ts.last, ts.n, ts.dead = nil, nil, nil, nil, 0, 0
	if len(old.h) <= heapTop {
		return
	}
	slices.SortFunc(old.h[heapTop:], func(a, b node) int {
		if a.before(&b) {
			return -1
		}
		return 1
	})
	for _, nd := range old.h[heapTop:] {
		for q := old.queue(nd.q); !q.empty(); {
			if it := q.pop(); it.t == nil || !it.t.over {
				ts.add(nd.at, it)
			}
		}
	}
}

// Len returns the number of pending items.
func (ts *Timers[T]) Len() int { return ts.n }

// Next returns the earliest time.
func (ts *Timers[T]) Next() (float64, bool) {
	ts.skip()
	if len(ts.h) <= heapTop {
		return 0, false
	}
	return ts.h[heapTop].at, true
}

// skip takes cancelled items and empty queues from the top.
func (ts *Timers[T]) skip() {
	for len(ts.h) > heapTop {
		q := ts.queue(ts.h[heapTop].q)
		switch {
		case q.empty():
			ts.drop()
		case q.front().t != nil && q.front().t.over:
			q.pop()
			ts.dead--
		default:
			return
		}
	}
}

// front is the first item of a queue that is not empty.
func (q *queue[T]) front() *item[T] {
	if q.has {
		return &q.first
	}
	return &q.rest.pieces[0][q.rest.head]
}

// take yields the earliest item, which must be there: skip has been called.
func (ts *Timers[T]) take() (at float64, v T) {
	q := ts.queue(ts.h[heapTop].q)
	it := q.pop()
	if it.t != nil {
		it.t.over = true
	}
	ts.n--
	at = ts.h[heapTop].at
	if q.empty() {
		ts.drop()
	}
	return at, it.v
}

// Due yields items whose time is not after now, at most limit of them (0: all), and returns how many there were. They are no longer
// pending then, and run may add others.
func (ts *Timers[T]) Due(now float64, limit int, run func(at float64, v T)) int {
	n := 0
	for n < limit || limit == 0 {
		if at, ok := ts.Next(); !ok || at > now {
			break
		}
		run(ts.take())
		n++
	}
	return n
}

// Expire yields all items in order, whatever their times, also those that are added meanwhile.
func (ts *Timers[T]) Expire(run func(at float64, v T)) {
	for {
		if _, ok := ts.Next(); !ok {
			return
		}
		run(ts.take())
	}
}

// drop takes the queue at the top, which is empty, out of the heap.
func (ts *Timers[T]) drop() {
	i := ts.h[heapTop].q
	q := ts.queue(i)
	if ts.last == q {
		ts.last = nil
	}
	*q = queue[T]{}
	ts.free = append(ts.free, i)
	last := len(ts.h) - 1
	ts.h[heapTop] = ts.h[last]
	if ts.h = ts.h[:last]; last > heapTop {
		ts.down(heapTop)
	}
	if free := len(ts.free); free > maxFree && free > 4*(last-heapTop) {
		ts.shrink()
	}
}

func (ts *Timers[T]) up(i int) {
	e := ts.h[i]
	for i > heapTop {
		p := parent(i)
		if !e.before(&ts.h[p]) {
			break
		}
		ts.h[i] = ts.h[p]
		i = p
	}
	ts.h[i] = e
}

func (ts *Timers[T]) down(i int) {
	e := ts.h[i]
	for {
		first := children(i)
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
		i = least
	}
	ts.h[i] = e
}

// All returns the times of the pending items in order.
func (ts *Timers[T]) All() []float64 {
	out := make([]float64, 0, ts.n)
	count := func(at float64, it *item[T]) {
		if it.t == nil || !it.t.over {
			out = append(out, at)
		}
	}
	for i := heapTop; i < len(ts.h); i++ {
		at, q := ts.h[i].at, ts.queue(ts.h[i].q)
		if q.has {
			count(at, &q.first)
		}
		if q.rest == nil {
			continue
		}
		from := q.rest.head
		for _, p := range q.rest.pieces {
			for j := from; j < len(p); j++ {
				count(at, &p[j])
			}
			from = 0
		}
	}
	slices.Sort(out)
	return out
}
