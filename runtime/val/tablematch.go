package val

import (
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"

	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
)

// tableTrie finds elements otherwise than by equal keys: by longest prefix in tables indexed by subnet, by matching text in
// tables indexed by pattern. It is built at the first such lookup and dropped when positions change.
type tableTrie struct {
	// The widths of the subnets while all are IPv4, longest first, and how many elements have each. A lookup tries the widths one
	// after the other in the table's own index: with the two or three widths that most tables have it takes a third of the
	// time of the trie (16 ns against 37), and costs no memory.
	widths []uint8
	count  [33]uint32

	nets *bart.Table[uint32] // subnet → position; made when there are IPv6 subnets or more than maxWidths widths
	// wide is the number of IPv6 subnets of at most 96 bits: these may contain ::ffff:0:0/96, and thereby IPv4 addresses.
	wide int
	// The last IPv4 lookup and what it found: `if ( a in t ) … t[a]` asks twice.
	lastKey  uint64
	lastPos  int32
	lastGood bool

	pats *pattern.Set
	at   []uint32 // position of each of the set's patterns
	hits []int    // MatchAll's buffer
}

// maxWidths is the number of different widths up to which they are tried one by one.
const maxWidths = 6

// mapped is where the reference keeps IPv4 addresses.
func mapped(p netip.Prefix) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom16(p.Addr().As16()), p.Bits()+96)
}

// subnets returns t's structure for subnets.
func (t *Table) subnets() *tableTrie {
	x := t.extra()
	if x.match == nil {
		x.match = new(tableTrie)
		for i := t.next(-1); i >= 0; i = t.next(i) {
			x.match.add(t, i)
		}
	}
	return x.match
}

// trie returns t's trie of subnets.
func (m *tableTrie) trie(t *Table) *bart.Table[uint32] {
	if m.nets == nil {
		m.nets, m.wide = new(bart.Table[uint32]), 0
		for i := t.next(-1); i >= 0; i = t.next(i) {
			m.insert(t, i)
		}
	}
	return m.nets
}

// insert enters an element into the trie.
func (m *tableTrie) insert(t *Table, i int) {
	p := t.storedKey(i, 0).Subnet()
	m.nets.Insert(p, uint32(i))
	if p.Addr().Is6() && p.Bits() <= 96 {
		m.wide++
	}
}

// add tells of a new element.
func (m *tableTrie) add(t *Table, i int) {
	if t.T.Keys[0].Tag == types.Pattern {
		t.x.match = nil
		return
	}
	m.lastGood = false
	if k := t.storedKey(i, 0); k.P == nil {
		w := uint8(k.N)
		if m.count[w]++; m.count[w] == 1 {
			at, _ := slices.BinarySearchFunc(m.widths, w, func(a, b uint8) int { return int(b) - int(a) })
			m.widths = slices.Insert(m.widths, at, w)
		}
	}
	if m.nets != nil {
		m.insert(t, i)
	}
}

// remove tells of an element that is about to go.
func (m *tableTrie) remove(t *Table, i int) {
	if t.T.Keys[0].Tag == types.Pattern {
		t.x.match = nil
		return
	}
	m.lastGood = false
	k := t.storedKey(i, 0)
	if k.P == nil {
		w := uint8(k.N)
		if m.count[w]--; m.count[w] == 0 {
			m.widths = slices.DeleteFunc(m.widths, func(x uint8) bool { return x == w })
		}
	}
	if m.nets == nil {
		return
	}
	p := k.Subnet()
	m.nets.Delete(p)
	if p.Addr().Is6() && p.Bits() <= 96 {
		m.wide--
	}
}

// longest returns the position of the longest prefix that contains subnet k, -1 if none does.
func (t *Table) longest(k Value) int {
	if t.live == 0 {
		return -1
	}
	m := t.subnets()
	if k.P != nil {
		return m.find(t, k.Subnet())
	}
	if m.lastGood && m.lastKey == k.N {
		return int(m.lastPos)
	}
	i := -1
	if t.keys == keysFlat && len(m.widths) <= maxWidths {
		i = m.probe(t, k.N)
	} else {
		i = m.find(t, k.Subnet())
	}
	m.lastKey, m.lastPos, m.lastGood = k.N, int32(i), true
	return i
}

// probe is find for an IPv4 subnet in a table of few widths, all IPv4.
func (m *tableTrie) probe(t *Table, n uint64) int {
	addr, width := uint32(n>>8), uint8(n)
	for _, w := range m.widths {
		if w > width {
			continue
		}
		k := uint64(addr&^(1<<(32-w)-1))<<8 | uint64(w)
		if i := t.findFlat1(k, hashWord(k)); i >= 0 {
			return i
		}
	}
	return -1
}

// find is longest by the trie.
func (m *tableTrie) find(t *Table, p netip.Prefix) int {
	nets := m.trie(t)
	var i uint32
	var ok bool
	if p.IsSingleIP() {
		i, ok = nets.Lookup(p.Addr())
	} else {
		i, ok = nets.LookupPrefix(p)
	}
	if !ok && m.wide > 0 && p.Addr().Is4() {
		i, ok = nets.LookupPrefix(mapped(p))
	}
	if !ok {
		return -1
	}
	return int(i)
}

// Matching returns, for a subnet-indexed table, the keys that contain p, longest first.
func (t *Table) Matching(p Value) []Value {
	var r []Value
	if t.live == 0 {
		return nil
	}
	m := t.subnets()
	nets := m.trie(t)
	for _, i := range nets.Supernets(p.Subnet()) {
		r = append(r, t.keyAt(int(i), 0))
	}
	if m.wide > 0 && p.Subnet().Addr().Is4() {
		for _, i := range nets.Supernets(mapped(p.Subnet())) {
			r = append(r, t.keyAt(int(i), 0))
		}
	}
	return r
}

// patterns returns t's set of patterns.
func (t *Table) patterns() *tableTrie {
	x := t.extra()
	if x.match == nil {
		x.match = new(tableTrie)
		var ps []*pattern.Pattern
		for i := t.next(-1); i >= 0; i = t.next(i) {
			ps = append(ps, t.storedKey(i, 0).Pattern())
			x.match.at = append(x.match.at, uint32(i))
		}
		x.match.pats = pattern.NewSet(ps)
	}
	return x.match
}

// MatchPattern returns the values of all elements of a table[pattern] whose pattern matches s whole, in insertion order.
func (t *Table) MatchPattern(s string) []Value {
	if t.live == 0 {
		return nil
	}
	m := t.patterns()
	m.hits = m.pats.MatchAll(s, m.hits[:0])
	slices.Sort(m.hits)
	r := make([]Value, 0, len(m.hits))
	for _, h := range m.hits {
		r = append(r, t.valueAt(int(m.at[h])))
	}
	return r
}

// MatchesPattern reports whether any pattern of a table[pattern] or set[pattern] matches s whole.
func (t *Table) MatchesPattern(s string) bool { return t.live > 0 && t.patterns().pats.MatchesAll(s) }
