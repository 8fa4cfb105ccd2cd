package netaddr

import (
	"encoding/binary"
	"math/bits"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Methods, numbered as the script's IPAddrAnonymization.
const (
	keepAddr = iota
	numbered
	randomMD5
	prefixA50
	prefixMD5
)

// classes names the options of each IPAddrAnonymizationClass: the method, and the set of addresses that stay.
var classes = []struct{ method, keep string }{
	{"orig_addr_anonymization", "preserve_orig_addr"},
	{"resp_addr_anonymization", "preserve_resp_addr"},
	{"other_addr_anonymization", "preserve_other_addr"},
}

// anonymizers map IPv4 addresses, as numbers; one address always becomes the same.
type anonymizers struct {
	cfg   Config
	known map[int]map[uint32]uint32 // by method
	seq   uint32
	tree  *prefixTree
}

func newAnonymizers(cfg Config) anonymizers {
	a := anonymizers{cfg: cfg, known: map[int]map[uint32]uint32{}}
	a.tree = &prefixTree{random: a.rand32}
	return a
}

func (x *anonymizers) rand32() uint32 {
	hi := uint32(x.cfg.Random() & 0xffff)
	return hi<<16 | uint32(x.cfg.Random()&0xffff)
}

func (x *anonymizers) rows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function anonymize_addr(a: addr, cl: IPAddrAnonymizationClass): addr", GivesUp: true,
			Doc: "Replaces an IPv4 address after the method that the option of its class names, such as orig_addr_anonymization; without one it stays.",
			F2:  x.anonymize},
		{Sig: "function preserve_prefix(a: addr, width: count): any",
			Doc: "Has anonymization by PREFIX_PRESERVING_A50 keep the first bits of an address. It must come before the first use.",
			F2: func(m *interp.M, site *interp.Site, a, width val.Value) val.Value {
				return x.preserve(m, site, "preserve_prefix", a, width.Count())
			}},
		{Sig: "function preserve_subnet(a: subnet): any",
			Doc: "Has anonymization by PREFIX_PRESERVING_A50 keep a subnet's prefix. It must come before the first use.",
			F1: func(m *interp.M, site *interp.Site, s val.Value) val.Value {
				p := s.Subnet()
				return x.preserve(m, site, "preserve_subnet", val.Addr(p.Addr()), uint64(p.Bits()))
			}},
	}
}

func (x *anonymizers) preserve(m *interp.M, site *interp.Site, name string, a val.Value, width uint64) val.Value {
	done := val.Any(types.BoolT, val.Bool(true))
	if !a.Addr().Is4() {
		m.Errorf(site, "%s() not supported for IPv6 addresses", name)
		return done
	}
	if x.tree.used {
		m.Plainf(diag.Error, "prefix preservation specified after anonymization begun")
		return done
	}
	x.tree.preserve(number(a), int(min(width, 32)))
	return done
}

// number is an IPv4 address as a number.
func number(a val.Value) uint32 {
	b := a.Addr().As4()
	return binary.BigEndian.Uint32(b[:])
}

func (x *anonymizers) anonymize(m *interp.M, site *interp.Site, a, class val.Value) val.Value {
	cl := class.Int()
	if cl < 0 || cl >= int64(len(classes)) {
		m.Errorf(site, "anonymize_addr(): invalid ip addr anonymization class")
		cl = int64(len(classes) - 1)
	}
	if !a.Addr().Is4() {
		m.Errorf(site, "anonymize_addr() not supported for IPv6 addresses")
		return m.NoValue(site)
	}
	if g := m.Lookup(classes[cl].keep); g != nil {
		if v, ok := m.Value(g); ok && g.T.Tag == types.Table && v.Table().HasOne(a) {
			return a
		}
	}
	method := int64(keepAddr)
	if g := m.Lookup(classes[cl].method); g != nil {
		if v, ok := m.Value(g); ok {
			method = v.Int()
		}
	}
	if method <= keepAddr || method > prefixMD5 {
		return a
	}
	return val.Value{N: uint64(x.replace(int(method), number(a)))}
}

func (x *anonymizers) replace(method int, a uint32) uint32 {
	if r, ok := x.known[method][a]; ok {
		return r
	}
	if x.known[method] == nil {
		x.known[method] = map[uint32]uint32{}
	}
	var r uint32
	switch method {
	case numbered:
		x.seq++
		r = x.seq
	case randomMD5:
		sum := x.cfg.HMAC(binary.BigEndian.AppendUint32(nil, a))
		r = binary.LittleEndian.Uint32(sum[:]) // the reference leaves the bytes in network order unswapped
	case prefixA50:
		r = x.tree.replace(a)
	case prefixMD5:
		r = x.prefixMD5(a)
	}
	x.known[method][a] = r
	return r
}

// prefixMD5 turns each bit after a hash of those before it (Xu et al., "On the Design and Performance of Prefix-Preserving IP
// Traffic Trace Anonymization", IMW 2001).
func (x *anonymizers) prefixMD5(a uint32) uint32 {
	r := a
	for i := range 32 {
		b := binary.BigEndian.AppendUint32(nil, uint32(i+1))
		b = binary.BigEndian.AppendUint32(b, a&^(0xffffffff>>i)|1<<(31-i))
		sum := x.cfg.HMAC(b)
		r ^= uint32(sum[0]&1) << (31 - i)
	}
	return r
}

// prefixTree maps addresses that share a prefix to addresses that share one as long, by the method A50 of tcpdpriv (Greg
// Minshall): a binary tree in which each new address takes over its neighbour's replacement up to the first bit in which they
// differ, and random bits behind it.
type prefixTree struct {
	root   *prefixNode
	used   bool
	random func() uint32
}

type prefixNode struct {
	in, out uint32
	child   [2]*prefixNode // both or none
}

func (t *prefixTree) replace(a uint32) uint32 {
	t.used = true
	if a == 0 || a == 0xffffffff {
		return a
	}
	return t.find(a).out
}

// preserve keeps the first n bits of a.
func (t *prefixTree) preserve(a uint32, n int) {
	mask := ^(uint32(0xffffffff) >> n)
	a &= mask
	if n == 0 || a == 0 || a == 0xffffffff {
		return
	}
	node := t.find(a)
	node.out = a | t.random()&^mask
	if n == 32 {
		node.out = a
	}
}

// find returns a's node and makes it if there is none.
func (t *prefixTree) find(a uint32) *prefixNode {
	if t.root == nil {
		t.root = &prefixNode{in: a, out: t.random()}
		return t.root
	}
	n := t.root
	for n.in != a {
		if n.child[0] == nil {
			return t.split(n, a)
		}
		turn := bits.LeadingZeros32(n.child[0].in ^ n.child[1].in)
		if bits.LeadingZeros32(a^n.in) < turn {
			return t.split(n, a)
		}
		n = n.child[a>>(31-turn)&1]
	}
	return n
}

// split puts n's contents and a new node for a below n, where they first differ.
func (t *prefixTree) split(n *prefixNode, a uint32) *prefixNode {
	turn := bits.LeadingZeros32(a ^ n.in)
	bit := a >> (31 - turn) & 1
	fresh := &prefixNode{in: a, out: t.beside(n.out, turn)}
	old := *n
	n.child[bit], n.child[1-bit] = fresh, &old
	n.in, n.out = n.child[1].in, n.child[1].out
	return fresh
}

// beside returns out with the bit at turn flipped and random bits behind it.
func (t *prefixTree) beside(out uint32, turn int) uint32 {
	if turn == 31 {
		return out ^ 1
	}
	rest := 31 - turn
	return (out>>rest^1)<<rest | t.random()&0x7fffffff>>(turn+1)
}
