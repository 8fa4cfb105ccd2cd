package pattern

import (
	"slices"
	"unsafe"
)

// Limits of one automaton's cache of states: when either is reached the cache is emptied and filled anew from
// the present state, so that a search is linear in its text and never takes more than these.
const (
	maxTransitions = 1 << 19 // 4 bytes each
	maxListed      = 1 << 18 // NFA states listed by DFA states, 4 bytes each
)

// Reserved state numbers, before multiplication.
const (
	idUnknown = iota // a transition not computed yet
	idDead           // no match any more
	idMatched        // a match has been seen and the search is over (collapsing automata only)
	idFirst
)

// rowSlack lies behind the last row, so that every row can be read as an array of 256 without bounds checks.
const rowSlack = 256

// Marks beside the 256 bytes.
const (
	symBOL = 256
	symEOL = 257
)

// dfa is a lazily built deterministic automaton. State ids are premultiplied by the row length (a power of
// two), so that a step is one addition and one load.
type dfa struct {
	p     *prog
	shift uint
	// collapse: the caller stops at the first acceptance behind at least one byte; all accepting states
	// reached by a byte are one.
	collapse bool
	trans    []uint32
	states   []dstate
	lists    []uint32 // arena of the states' lists
	index    map[uint64]uint32
	starts   [2]uint32  // without and behind the mark of the beginning
	one      *[256]bool // the bytes that are all that the pattern matches, each by itself; nil if there is more to it

	gen          uint32 // counts the times the cache was emptied
	hits, misses uint64

	mark  []uint32 // sparse set of NFA states, for closures
	stamp uint32
	stack []uint32
	next  []uint32
}

// dstate is a set of NFA states.
type dstate struct {
	from, to uint32 // in lists
	chain    uint32 // another state of the same hash, 0: none
	eol      uint32 // where the mark of the end leads, 0: not computed
	accept   bool
}

func newDFA(p *prog, collapse bool) *dfa {
	d := &dfa{p: p, collapse: collapse, mark: make([]uint32, len(p.insts))}
	for 1<<d.shift < len(p.rep) {
		d.shift++
	}
	d.reset()
	return d
}

// reset empties the cache.
func (d *dfa) reset() {
	d.trans = append(d.trans[:0], make([]uint32, idFirst<<d.shift+rowSlack)...)
	for i := idDead << d.shift; i < idFirst<<d.shift; i++ {
		d.trans[i] = idDead << d.shift
	}
	d.states = append(d.states[:0], dstate{}, dstate{eol: idDead << d.shift}, dstate{accept: true, eol: idDead << d.shift})
	d.lists = d.lists[:0]
	d.index = map[uint64]uint32{}
	d.starts = [2]uint32{}
	d.gen++
}

// special is the largest id that needs attention in a matching loop.
func (d *dfa) special() uint32 { return idMatched << d.shift }

func (d *dfa) dead() uint32 { return idDead << d.shift }

func (d *dfa) accepting(id uint32) bool { return d.states[id>>d.shift].accept }

// start returns the first state, behind the mark of the beginning if bol.
func (d *dfa) start(bol bool) uint32 {
	i := 0
	if bol {
		i = 1
	}
	if d.starts[i] == 0 {
		if bol {
			// The closure of the start, then over the mark: only here do iBOL states count.
			for _, s := range d.closureOf(d.p.start) {
				if d.p.insts[s].op == iBOL {
					d.add(d.p.insts[s].out, false)
				}
			}
		} else {
			d.begin()
			d.add(d.p.start, false)
		}
		d.starts[i] = d.state(false)
	}
	return d.starts[i]
}

// closureOf lists what can be reached from s without consuming anything, iBOL states included, and begins a
// new set.
func (d *dfa) closureOf(s uint32) []uint32 {
	d.begin()
	d.add(s, true)
	c := slices.Clone(d.next)
	d.begin()
	return c
}

// begin empties the set under construction.
func (d *dfa) begin() {
	d.next = d.next[:0]
	if d.stamp++; d.stamp == 0 {
		clear(d.mark)
		d.stamp = 1
	}
}

// add puts s and what follows from it without consuming into the set under construction. Without all, states
// that cannot lead to a match any more are left out.
func (d *dfa) add(s uint32, all bool) {
	d.stack = append(d.stack[:0], s)
	for len(d.stack) > 0 {
		s := d.stack[len(d.stack)-1]
		d.stack = d.stack[:len(d.stack)-1]
		if d.mark[s] == d.stamp || !all && !d.p.live[s] {
			continue
		}
		d.mark[s] = d.stamp
		in := &d.p.insts[s]
		if in.op == iSplit {
			d.stack = append(d.stack, in.arg, in.out)
			continue
		}
		d.next = append(d.next, s)
	}
}

// step computes the transition from id by the byte c. It may empty the cache: id is not valid afterwards.
func (d *dfa) step(id uint32, c byte) uint32 {
	cell := id + uint32(d.p.classOf[c])
	gen := d.gen
	to := d.follow(id, int(c))
	if d.gen == gen {
		d.trans[cell] = to
	}
	return to
}

// stepEOL follows the mark of the end. It may empty the cache.
func (d *dfa) stepEOL(id uint32) uint32 {
	s := id >> d.shift
	if d.states[s].eol == 0 {
		gen := d.gen
		to := d.follow(id, symEOL)
		if d.gen != gen {
			return to
		}
		d.states[s].eol = to
	}
	return d.states[s].eol
}

func (d *dfa) follow(id uint32, sym int) uint32 {
	st := d.states[id>>d.shift]
	d.begin()
	for _, s := range d.lists[st.from:st.to] {
		in := &d.p.insts[s]
		if sym == symEOL && in.op == iEOL || sym < symBOL && d.p.accepts(in, byte(sym)) {
			d.add(in.out, false)
		}
	}
	return d.state(d.collapse && sym < symBOL)
}

// state returns the id of the set under construction, with collapse idMatched for any that accepts.
func (d *dfa) state(collapse bool) uint32 {
	if len(d.next) == 0 {
		return d.dead()
	}
	accept := false
	for _, s := range d.next {
		if d.p.insts[s].op == iMatch {
			accept = true
			break
		}
	}
	if accept && collapse {
		return idMatched << d.shift
	}
	slices.Sort(d.next)
	h := uint64(len(d.next))
	for _, s := range d.next {
		h = (h ^ uint64(s)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	for i := d.index[h]; i != 0; i = d.states[i].chain {
		if slices.Equal(d.next, d.lists[d.states[i].from:d.states[i].to]) {
			d.hits++
			return i << d.shift
		}
	}
	d.misses++
	if len(d.states) > idFirst &&
		(len(d.trans)+1<<d.shift > maxTransitions || len(d.lists)+len(d.next) > maxListed) {
		d.reset()
	}
	i := uint32(len(d.states))
	from := uint32(len(d.lists))
	d.lists = append(d.lists, d.next...)
	d.states = append(d.states, dstate{from: from, to: uint32(len(d.lists)), chain: d.index[h], accept: accept})
	d.index[h] = i
	d.trans = append(d.trans, make([]uint32, 1<<d.shift)...)
	return i << d.shift
}

// run steps over s[i:] and returns the state at its end, or idDead or idMatched.
func (d *dfa) run(st uint32, s string, i int) uint32 {
	trans, class, special := d.trans, &d.p.classOf, d.special()
	for i < len(s) {
		nx := trans[st+uint32(class[s[i]])]
		if nx == st {
			i = stay(trans, class, st, s, i+1)
			continue
		}
		if nx <= special {
			if nx == idUnknown {
				nx = d.step(st, s[i])
				trans = d.trans
			}
			if nx <= special {
				return nx
			}
		}
		st = nx
		i++
	}
	return st
}

// stay returns the first offset from i on at which the state changes. While it does not, no load waits for the
// one before it, which doubles the speed; most bytes of most searches are passed here.
func stay(trans []uint32, class *[256]uint8, st uint32, s string, i int) int {
	row := (*[256]uint32)(trans[st:])
	for ; i+4 <= len(s); i += 4 {
		if row[class[s[i]]] != st {
			return i
		}
		if row[class[s[i+1]]] != st {
			return i + 1
		}
		if row[class[s[i+2]]] != st {
			return i + 2
		}
		if row[class[s[i+3]]] != st {
			return i + 3
		}
	}
	for i < len(s) && row[class[s[i]]] == st {
		i++
	}
	return i
}

// matchWhole reports whether the automaton accepts all of s between the two marks.
func (d *dfa) matchWhole(s string) bool {
	return d.accepting(d.stepEOL(d.run(d.start(true), s, 0)))
}

// search reports whether a collapsing automaton accepts somewhere behind the first byte of s[i:], or at the
// mark of its end.
func (d *dfa) search(s string, i int) bool {
	st := d.run(d.start(i == 0), s, i)
	return st == d.special() || d.accepting(d.stepEOL(st))
}

// longest returns where the longest match that begins at s[i] ends, -1 if none does, and how far it looked.
func (d *dfa) longest(s string, i int, bol bool) (end, seen int) {
	end = -1
	st := d.start(bol)
	trans, class, special := d.trans, &d.p.classOf, d.special()
	for i < len(s) {
		nx := trans[st+uint32(class[s[i]])]
		if nx == st {
			i++
			continue
		}
		if d.accepting(st) {
			end = i
		}
		if nx <= special {
			if nx == 0 {
				nx = d.step(st, s[i])
				trans = d.trans
			}
			if nx <= special {
				return end, i
			}
		}
		st = nx
		i++
	}
	if d.accepting(st) || d.accepting(d.stepEOL(st)) {
		end = i
	}
	return end, i
}

// memory returns the bytes held, roughly.
func (d *dfa) memory() int {
	return cap(d.trans)*4 + cap(d.lists)*4 + cap(d.states)*int(unsafe.Sizeof(dstate{})) + len(d.index)*24 +
		cap(d.mark)*4 + len(d.p.insts)*int(unsafe.Sizeof(inst{})) + len(d.p.sets)*32
}
