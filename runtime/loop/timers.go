package loop

import "container/heap"

// Timers is a heap of pending functions by time; equal times keep the order in which they were added. It belongs to one goroutine.
// Times are seconds of whatever clock the owner goes by.
type Timers struct {
	h   timerHeap
	seq uint64
}

// Timer is one pending function.
type Timer struct {
	At  float64
	Run func(expire bool)
	seq uint64
	pos int
}

// Add has f called at the given time by Due or Expire, which tell it whether all timers are being expired.
func (ts *Timers) Add(at float64, f func(expire bool)) *Timer {
	ts.seq++
	t := &Timer{At: at, Run: f, seq: ts.seq}
	heap.Push(&ts.h, t)
	return t
}

// Cancel takes a timer out; one that is not pending is left alone.
func (ts *Timers) Cancel(t *Timer) {
	if t.pos >= 0 {
		heap.Remove(&ts.h, t.pos)
	}
}

// Len returns the number of pending timers.
func (ts *Timers) Len() int { return len(ts.h) }

// Next returns the earliest time.
func (ts *Timers) Next() (float64, bool) {
	if len(ts.h) == 0 {
		return 0, false
	}
	return ts.h[0].At, true
}

// Due runs timers whose time is not after now, at most limit of them (0: all), and returns how many ran.
func (ts *Timers) Due(now float64, limit int) int {
	n := 0
	for (n < limit || limit == 0) && len(ts.h) > 0 && ts.h[0].At <= now {
		heap.Pop(&ts.h).(*Timer).Run(false)
		n++
	}
	return n
}

// Expire runs all timers in order, whatever their times, also those that are added meanwhile.
func (ts *Timers) Expire() {
	for len(ts.h) > 0 {
		heap.Pop(&ts.h).(*Timer).Run(true)
	}
}

type timerHeap []*Timer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, j int) bool {
	if h[i].At != h[j].At {
		return h[i].At < h[j].At
	}
	return h[i].seq < h[j].seq
}
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].pos, h[j].pos = i, j
}
func (h *timerHeap) Push(x any) {
	t := x.(*Timer)
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
