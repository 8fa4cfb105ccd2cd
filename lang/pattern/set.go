package pattern

import "slices"

// Set matches many patterns in one pass: the cost for a text does not grow with their number once the states it
// needs are built. It belongs to one goroutine, as a Pattern does, and does not follow later changes of the
// slice it was made of.
type Set struct {
	patterns []*Pattern
	exact    *dfa
	anywhere *dfa
}

// NewSet returns a Set of patterns, whose indexes in the slice are what it reports. It compiles nothing yet.
func NewSet(patterns []*Pattern) *Set { return &Set{patterns: slices.Clone(patterns)} }

// Len returns the number of patterns.
func (s *Set) Len() int { return len(s.patterns) }

// build makes one automaton of one text of each pattern.
func (s *Set) build(text func(*Pattern) string, collapse bool) *dfa {
	trees, size := make([]*node, len(s.patterns)), len(s.patterns)
	for i, p := range s.patterns {
		trees[i] = mustParse(text(p))
		size += trees[i].size + 1
	}
	b := newBuilder(size)
	var start uint32
	for i, n := range trees {
		at := b.node(n, b.match(i))
		if i > 0 {
			at = b.split(at, start)
		}
		start = at
	}
	return newDFA(b.finish(start), collapse)
}

func (s *Set) whole() *dfa {
	if s.exact == nil {
		s.exact = s.build((*Pattern).Exact, false)
	}
	return s.exact
}

// MatchAll appends to dst, in ascending order, the indexes of the patterns that match the whole of text.
func (s *Set) MatchAll(text string, dst []int) []int {
	if len(s.patterns) == 0 {
		return dst
	}
	d := s.whole()
	return d.accepted(d.stepEOL(d.run(d.start(true), text, 0)), dst)
}

// MatchesAll reports whether any of the patterns matches the whole of text.
func (s *Set) MatchesAll(text string) bool {
	return len(s.patterns) > 0 && s.whole().matchWhole(text)
}

// MatchIn appends to dst, in ascending order, the indexes of the patterns that match anywhere in text, in the
// sense of Pattern.MatchIn.
func (s *Set) MatchIn(text string, dst []int) []int {
	if len(s.patterns) == 0 {
		return dst
	}
	if s.anywhere == nil {
		s.anywhere = s.build((*Pattern).Anywhere, false)
	}
	d, from := s.anywhere, len(dst)
	st := d.start(true)
	last := uint32(idUnknown) // the accepting state noted last: most accepting states stay put
	for i := 0; i < len(text); i++ {
		nx := d.trans[st+uint32(d.p.classOf[text[i]])]
		if nx == idUnknown {
			gen := d.gen
			if nx = d.step(st, text[i]); d.gen != gen {
				last = idUnknown
			}
		}
		if nx == d.dead() {
			return distinct(dst, from)
		}
		if st = nx; st != last && d.accepting(st) {
			dst = d.accepted(st, dst)
			last = st
		}
	}
	return distinct(d.accepted(d.stepEOL(st), dst), from)
}

// distinct sorts dst[from:] and drops what repeats.
func distinct(dst []int, from int) []int {
	slices.Sort(dst[from:])
	return dst[:from+len(slices.Compact(dst[from:]))]
}

// accepted appends the numbers of the patterns that the state accepts, in ascending order.
func (d *dfa) accepted(id uint32, dst []int) []int {
	st := &d.states[id>>d.shift]
	if !st.accept {
		return dst
	}
	from := len(dst)
	for _, s := range d.lists[st.from:st.to] {
		if d.p.insts[s].op == iMatch {
			dst = append(dst, int(d.p.insts[s].arg))
		}
	}
	return distinct(dst, from)
}

// Stats tells what automata hold (table_pattern_matcher_stats). Counts are of this moment, Hits and Misses of
// the automaton's life.
type Stats struct {
	Matchers   int    // automata built
	NFAStates  int    // states listed by all deterministic states together
	DFAStates  int    // deterministic states
	Computed   int    // transitions known
	Uncomputed int    // transitions not needed so far
	Bytes      int    // memory, about
	Hits       uint64 // transitions that led to a state that was there
	Misses     uint64 // transitions for which a state had to be built
}

// Stats sums up the automata that matching has built so far. It looks at every transition.
func (s *Set) Stats() Stats {
	var st Stats
	for _, d := range []*dfa{s.exact, s.anywhere} {
		if d == nil {
			continue
		}
		st.Matchers++
		st.NFAStates += len(d.lists)
		st.DFAStates += len(d.states) - idFirst
		st.Bytes += d.memory()
		st.Hits += d.hits
		st.Misses += d.misses
		for row := idFirst << d.shift; row < len(d.trans)-rowSlack; row += 1 << d.shift {
			for _, to := range d.trans[row : row+len(d.p.rep)] {
				if to == idUnknown {
					st.Uncomputed++
				} else {
					st.Computed++
				}
			}
		}
	}
	return st
}
