package brogo

import (
	"time"

	"github.com/brogo/brogo/runtime/interp"
)

// Steps is a run that a scheduler drives piece by piece on a virtual clock, in place of Engine.Run. The endpoint for metrics stays closed.
type Steps struct {
	e *Engine
	s *interp.Steps
}

// Steps begins a run of a loaded engine. notify, unless nil, is called whenever something comes that Step should look at.
func (e *Engine) Steps(notify func()) *Steps { return &Steps{e: e, s: e.m.Steps(notify)} }

// Step does what there is to do. busy says that the next Step has something to do at once; otherwise it is due at next (zero: when
// something comes).
func (s *Steps) Step() (next time.Time, busy bool) {
	if s.Over() {
		return next, false
	}
	if next, busy = s.s.Step(); s.s.Over() {
		s.e.logs.Close(s.e.m)
	}
	return next, busy
}

// Over reports whether the run has ended.
func (s *Steps) Over() bool { return s.e.exited || s.s.Over() }

// ExitCode is the run's status, once it is over.
func (s *Steps) ExitCode() int { return s.e.m.ExitCode() }
