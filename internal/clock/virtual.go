package clock

import (
	"container/heap"
	"sync"
	"time"
)

// Virtual is a clock that moves only when told. Calls due at the same time are made in the order they were asked for.
type Virtual struct {
	mu     sync.Mutex
	now    time.Time
	seq    uint64
	timers timerHeap
	auto   bool
}

// NewVirtual returns a virtual clock that shows start.
func NewVirtual(start time.Time) *Virtual { return &Virtual{now: start} }

// NewAuto returns a virtual clock that jumps by itself: an event loop that has nothing to do but wait moves it to the time
// that it waits for. It serves one loop; several loops need a scheduler that moves a NewVirtual clock.
func NewAuto(start time.Time) *Virtual { return &Virtual{now: start, auto: true} }

// Now returns the clock's time.
func (v *Virtual) Now() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now
}

// AfterFunc has f called when the clock has moved by d.
func (v *Virtual) AfterFunc(d time.Duration, f func()) Timer {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seq++
	t := &virtualTimer{v: v, at: v.now.Add(max(d, 0)), seq: v.seq, f: f}
	heap.Push(&v.timers, t)
	return t
}

// Next returns the time of the earliest pending call.
func (v *Virtual) Next() (time.Time, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.timers) == 0 {
		return time.Time{}, false
	}
	return v.timers[0].at, true
}

// Advance moves the clock by d, making the calls that come due on the way in the order of their times.
func (v *Virtual) Advance(d time.Duration) { v.AdvanceTo(v.Now().Add(d)) }

// AdvanceTo moves the clock to t; a t in the past leaves it where it is.
func (v *Virtual) AdvanceTo(t time.Time) {
	for {
		v.mu.Lock()
		if len(v.timers) == 0 || v.timers[0].at.After(t) {
			if t.After(v.now) {
				v.now = t
			}
			v.mu.Unlock()
			return
		}
		next := heap.Pop(&v.timers).(*virtualTimer)
		if next.at.After(v.now) {
			v.now = next.at
		}
		v.mu.Unlock()
		next.f()
	}
}

// Idle is called by a loop that would wait until t: a clock made by NewAuto moves there, and true tells the loop to go on.
func (v *Virtual) Idle(t time.Time) bool {
	if !v.auto {
		return false
	}
	v.AdvanceTo(t)
	return true
}

type virtualTimer struct {
	v   *Virtual
	at  time.Time
	seq uint64
	f   func()
	pos int
}

// Stop takes the call back.
func (t *virtualTimer) Stop() bool {
	t.v.mu.Lock()
	defer t.v.mu.Unlock()
	if t.pos < 0 {
		return false
	}
	heap.Remove(&t.v.timers, t.pos)
	return true
}

type timerHeap []*virtualTimer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].seq < h[j].seq
}
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].pos, h[j].pos = i, j
}
func (h *timerHeap) Push(x any) {
	t := x.(*virtualTimer)
	t.pos = len(*h)
	*h = append(*h, t)
}
func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.pos = -1
	return t
}
