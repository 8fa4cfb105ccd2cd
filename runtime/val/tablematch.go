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
	nets bart.Table[uint32] // subnet → position
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

// mapped is where the reference keeps IPv4 addresses.
func mapped(p netip.Prefix) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom16(p.Addr().As16()), p.Bits()+96)
}

// trie returns t's trie of subnets.
func (t *Table) trie() *tableTrie {
	x := t.extra()
	if x.match == nil {
		x.match = new(tableTrie)
		for i := t.next(-1); i >= 0; i = t.next(i) {
			x.match.add(t, i)
		}
	}
	return x.match
}

// add tells of a new element.
func (m *tableTrie) add(t *Table, i int) {
	if t.T.Keys[0].Tag == types.Pattern {
		t.x.match = nil
		return
	}
	m.lastGood = false
	p := t.storedKey(i, 0).Subnet()
	m.nets.Insert(p, uint32(i))
	if p.Addr().Is6() && p.Bits() <= 96 {
		m.wide++
	}
}

// remove tells of an element that is about to go.
func (m *tableTrie) remove(t *Table, i int) {
	if t.T.Keys[0].Tag == types.Pattern {
		t.x.match = nil
		return
	}
	m.lastGood = false
	p := t.storedKey(i, 0).Subnet()
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
	m := t.trie()
	if k.P != nil {
		return m.find(k.Subnet())
	}
	if !m.lastGood || m.lastKey != k.N {
		m.lastKey, m.lastPos, m.lastGood = k.N, int32(m.find(k.Subnet())), true
	}
	return int(m.lastPos)
}

// find is longest without short cuts.
func (m *tableTrie) find(p netip.Prefix) int {
	var i uint32
	var ok bool
	if p.IsSingleIP() {
		i, ok = m.nets.Lookup(p.Addr())
	} else {
		i, ok = m.nets.LookupPrefix(p)
	}
	if !ok && m.wide > 0 && p.Addr().Is4() {
		i, ok = m.nets.LookupPrefix(mapped(p))
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
	m := t.trie()
	for _, i := range m.nets.Supernets(p.Subnet()) {
		r = append(r, t.keyAt(int(i), 0))
	}
	if m.wide > 0 && p.Subnet().Addr().Is4() {
		for _, i := range m.nets.Supernets(mapped(p.Subnet())) {
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
