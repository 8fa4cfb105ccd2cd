package pattern

// Search says which matches a Finder is after. The builtins of the reference differ:
//
//	8.0 sub, gsub, split_string…       0
//	2.6 the same                       EachBOL
//	find_all, find_first (both)        EachBOL | Empty
type Search uint8

const (
	// EachBOL lets ^ match at every offset. Without it ^ matches at the first offset and again behind a match
	// for as long as the matches follow one another from there.
	EachBOL Search = 1 << iota
	// Empty lets empty matches count. After one the search goes on at the next byte.
	Empty
)

// Limits of the memo, see Finder.
const (
	memoAfter = 8       // bytes looked at per byte of text before it is worth the while
	memoMax   = 1 << 20 // entries of 8 bytes
)

// Finder yields the leftmost longest matches in a text that do not overlap. It belongs to p's goroutine; one
// pattern may have several.
//
// A scan that ends in no match, or runs on behind the end of the longest one, may be repeated from the next
// offset, and again: quadratic in the text. Once that shows, the finder notes the pairs of automaton state and
// offset from which nothing more came, and scans that meet one stop there (T. Reps, "Maximal-munch tokenization
// in linear time", 1998). Past memoMax entries nothing more is noted.
type Finder struct {
	d    *dfa
	s    string
	pos  int
	how  Search
	bol  bool
	work int

	memo map[uint64]struct{}
	gen  uint32 // the memo's state numbers are those of this generation
	seen []uint64
}

// Matches returns a Finder of p in s.
func (p *Pattern) Matches(s string, how Search) Finder {
	return Finder{d: p.whole(), s: s, how: how, bol: true}
}

// Next returns the next match s[start:end].
func (f *Finder) Next() (start, end int, ok bool) {
	if one := f.d.one; one != nil {
		// Measured: a quarter of the time that the automaton takes (BenchmarkFinder).
		s := f.s
		for i := f.pos; i < len(s); i++ {
			if one[s[i]] {
				f.pos = i + 1
				return i, i + 1, true
			}
		}
		f.pos = len(s)
		return 0, 0, false
	}
	for f.pos < len(f.s) {
		at := f.pos
		end := f.at(at, f.bol || f.how&EachBOL != 0)
		switch {
		case end > at:
			f.pos = end
			return at, end, true
		case end == at && f.how&Empty != 0:
			f.pos++
			f.bol = false
			return at, at, true
		}
		f.bol = false
		f.skip()
	}
	return 0, 0, false
}

// skip moves on to the next offset at which the automaton survives a byte.
func (f *Finder) skip() {
	f.pos++
	d := f.d
	st := d.start(f.how&EachBOL != 0)
	if f.how&Empty != 0 && d.accepting(st) {
		return
	}
	s, pos, class, row, dead := f.s, f.pos, &d.p.classOf, d.trans[st:], d.dead()
	for pos < len(s) && row[class[s[pos]]] == dead {
		pos++
	}
	f.pos = pos
}

// at returns the end of the longest match that begins at i, -1 if none does.
func (f *Finder) at(i int, bol bool) int {
	if f.work > memoAfter*len(f.s)+1024 {
		return f.atNoting(i, bol)
	}
	end, seen := f.d.longest(f.s, i, bol)
	f.work += seen - max(i, end)
	return end
}

// atNoting is at with the memo.
func (f *Finder) atNoting(i int, bol bool) int {
	d := f.d
	if f.memo == nil {
		f.memo = map[uint64]struct{}{}
	}
	last, st := -1, d.start(bol)
	f.seen = f.seen[:0]
	for ; ; i++ {
		if f.gen != d.gen {
			clear(f.memo)
			f.seen, f.gen = f.seen[:0], d.gen
		}
		if d.accepting(st) {
			last, f.seen = i, f.seen[:0]
		}
		key := uint64(i)<<32 | uint64(st)
		if _, ok := f.memo[key]; ok || st == d.dead() {
			break
		}
		f.seen = append(f.seen, key)
		if i == len(f.s) {
			if d.accepting(d.stepEOL(st)) {
				last, f.seen = i, f.seen[:0]
			}
			break
		}
		nx := d.trans[st+uint32(d.p.classOf[f.s[i]])]
		if nx == 0 {
			nx = d.step(st, f.s[i])
		}
		st = nx
	}
	for _, key := range f.seen {
		if len(f.memo) < memoMax {
			f.memo[key] = struct{}{}
		}
	}
	return last
}

// Find returns the first match of s[from:]; see Search for what counts.
func (p *Pattern) Find(s string, from int, how Search) (start, end int, ok bool) {
	f := Finder{d: p.whole(), s: s, pos: from, how: how, bol: true}
	return f.Next()
}

// FindLast returns the match of s that begins last (find_last): empty ones count, ^ matches at every offset.
func (p *Pattern) FindLast(s string) (start, end int, ok bool) {
	f := Finder{d: p.whole(), s: s}
	for i := len(s) - 1; i >= 0; i-- {
		if end := f.at(i, true); end >= 0 {
			return i, end, true
		}
	}
	return 0, 0, false
}
