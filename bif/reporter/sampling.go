package reporter

import "slices"

// maxScopes bounds the flows and connections whose weirds are sampled apart; beyond it the oldest state goes.
const maxScopes = 1 << 16

// sampling decides which weirds are raised: each scope (everything, a flow, a connection) lets the first of a name through up to a
// threshold, then one of every rate, and starts afresh after a while.
type sampling struct {
	always    []string // never sampled
	global    []string // counted over everything, whatever the scope
	threshold uint64
	rate      uint64  // 0: none beyond the threshold
	duration  float64 // seconds of network time

	scopes map[string]*scope
	order  []string // of scopes, by age
}

type scope struct {
	counts map[string]*window
}

type window struct {
	n     uint64
	until float64 // network time
}

// newSampling starts with the defaults of the reference's Weird::sampling_* constants.
func newSampling() *sampling {
	return &sampling{threshold: 25, rate: 1000, duration: 600, scopes: map[string]*scope{}}
}

// permit counts a weird in a scope and decides; "" is the scope of everything.
func (s *sampling) permit(in, name string, now float64) bool {
	sc := s.scopes[in]
	if sc == nil {
		if len(s.order) >= maxScopes {
			delete(s.scopes, s.order[0])
			s.order = s.order[1:]
		}
		sc = &scope{counts: map[string]*window{}}
		s.scopes[in] = sc
		s.order = append(s.order, in)
	}
	w := sc.counts[name]
	if w == nil || now >= w.until {
		w = &window{until: now + s.duration}
		sc.counts[name] = w
	}
	w.n++
	if w.n <= s.threshold {
		return true
	}
	return s.rate > 0 && (w.n-s.threshold)%s.rate == 0
}

// check decides for a weird of a flow or connection.
func (s *sampling) check(in, name string, now float64) bool {
	switch {
	case slices.Contains(s.always, name):
		return true
	case slices.Contains(s.global, name):
		return s.permit("", name, now)
	}
	return s.permit(in, name, now)
}
