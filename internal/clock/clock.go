// Package clock is the source of time for everything that waits: the real clock, and a virtual one that a test or a simulator moves.
//
// It is a leaf that imports only the standard library, so that both the interpreter and the network half may use it.
package clock

import "time"

// Clock tells the time and calls back later.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
	// AfterFunc has f called once d has passed; f must not block. On the real clock f runs on its own goroutine, on a
	// virtual one on the goroutine that moves the clock.
	AfterFunc(d time.Duration, f func()) Timer
}

// Timer is a pending call of AfterFunc.
type Timer interface {
	// Stop prevents the call; it returns false when it has been made already or was stopped before.
	Stop() bool
}

// Real is the machine's clock.
type Real struct{}

// Now returns the machine's time.
func (Real) Now() time.Time { return time.Now() }

// AfterFunc is time.AfterFunc.
func (Real) AfterFunc(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }
