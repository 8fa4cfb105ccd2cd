// Package loop is the event loop of one owner goroutine: an inbox that other goroutines post to, timers ordered by the owner's own
// time, and a count of reasons to keep running.
//
// The owner calls Take, Wait and the timer methods; Post, Hold and Wake may be called from anywhere. Nothing here starts a goroutine.
package loop

import (
	"context"
	"sync"
	"time"

	"github.com/brogo/brogo/internal/clock"
)

// Loop joins one owner goroutine to the rest of the program.
type Loop struct {
	clk  clock.Clock
	wake chan struct{} // holds at most one pending wake-up
	tell func()        // called at each Wake, if set

	mu    sync.Mutex
	inbox []func()
	spare []func() // the batch that Take returned before, emptied by the owner, to be used again
	holds int
}

// New returns a loop on the given clock.
func New(clk clock.Clock) *Loop { return &Loop{clk: clk, wake: make(chan struct{}, 1)} }

// Clock returns the loop's clock.
func (l *Loop) Clock() clock.Clock { return l.clk }

// Post has f run by the owner, in the order of posting.
func (l *Loop) Post(f func()) {
	l.mu.Lock()
	l.inbox = append(l.inbox, f)
	l.mu.Unlock()
	l.Wake()
}

// Notify has f called at each Wake, on whatever goroutine that is: a scheduler that drives several loops learns which of them have
// something to do. It is called once, before anything is posted; f must not call the loop.
func (l *Loop) Notify(f func()) { l.tell = f }

// Wake ends a Wait, or the next one when the owner is not waiting.
func (l *Loop) Wake() {
	if l.tell != nil {
		l.tell()
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Hold gives the owner a reason to keep running until release is called; release may be called more than once.
func (l *Loop) Hold() (release func()) {
	l.mu.Lock()
	l.holds++
	l.mu.Unlock()
	var once sync.Once
	return func() {
		once.Do(func() {
			l.mu.Lock()
			l.holds--
			l.mu.Unlock()
			l.Wake()
		})
	}
}

// Holds returns the number of holds not yet released, posted functions included.
func (l *Loop) Holds() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.holds + len(l.inbox)
}

// Posted reports whether something waits for the next Take.
func (l *Loop) Posted() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.inbox) > 0
}

// Take runs everything that has been posted so far and returns how many functions that were. Functions posted meanwhile wait for the
// next call, so that a busy sender cannot keep the owner from its timers.
func (l *Loop) Take() int {
	l.mu.Lock()
	batch := l.inbox
	l.inbox = l.spare[:0]
	l.spare = nil
	l.mu.Unlock()
	for i, f := range batch {
		batch[i] = nil
		f()
	}
	l.mu.Lock()
	if l.spare == nil {
		l.spare = batch[:0]
	}
	l.mu.Unlock()
	return len(batch)
}

// idler is a virtual clock that moves by itself when a loop has nothing to do.
type idler interface{ Idle(until time.Time) bool }

// Wait blocks until something is posted, Wake is called, the clock shows until (zero: never), or ctx ends.
func (l *Loop) Wait(ctx context.Context, until time.Time) {
	select {
	case <-l.wake:
		return
	default:
	}
	if !until.IsZero() {
		d := until.Sub(l.clk.Now())
		if d <= 0 {
			return
		}
		if v, ok := l.clk.(idler); ok && v.Idle(until) {
			return
		}
		defer l.clk.AfterFunc(d, l.Wake).Stop()
	}
	select {
	case <-l.wake:
	case <-ctx.Done():
	}
}
