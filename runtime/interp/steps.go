package interp

import "time"

// Steps is a run in pieces, for a scheduler that drives several interpreters on one goroutine: what Run does, without ever waiting.
type Steps struct {
	m       *M
	started bool
	looped  bool
	over    bool
}

// Steps begins a run that Step drives. notify, unless nil, is called whenever something comes that Step should look at.
func (m *M) Steps(notify func()) *Steps {
	if notify != nil {
		m.loop.Notify(notify)
	}
	m.stepped = true
	return &Steps{m: m}
}

// Over reports whether the run has ended; ExitCode is its status then.
func (s *Steps) Over() bool { return s.over }

// Step does what there is to do: the first one runs the initial events, the last one the final events. busy says that the next one has
// something to do at once; otherwise it is due at next (zero: when something comes).
func (s *Steps) Step() (next time.Time, busy bool) {
	if s.over {
		return time.Time{}, false
	}
	m := s.m
	if p := m.cfg.Profile; p != nil {
		p.seen = p.Due.Load() // what others have spent
		defer p.boundary()
	}
	if m.UntilExit(func() { next, busy = s.step() }) {
		s.over = true
	}
	if s.over && m.Hooks.Ready != nil {
		m.Hooks.Ready(false)
	}
	m.out.Flush()
	return next, busy
}

func (s *Steps) step() (next time.Time, busy bool) {
	m := s.m
	over := false
	if !s.started {
		s.started = true
		var ok bool
		if s.looped, ok = m.launch(); !ok {
			m.exitCode, s.over = 1, true
			return next, false
		}
		busy, over = true, !s.looped || !m.goesOn()
	} else if next, busy, over = m.turn(); !over && !busy {
		busy = m.loop.Posted()
	}
	if over {
		m.land(s.looped)
		s.over = true
	}
	return next, busy && !over
}
