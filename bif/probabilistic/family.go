// Package probabilistic is the family of sketches: Bloom filters, HyperLogLog cardinality counters, top-k lists, entropy tests
// and sets of globs. The algorithms are pure Go in files of their own; this file and rows.go give them to scripts.
//
// Seeds, hash keys and element keys are derived as in the reference, so filters made from the same seed are the same bit for bit
// and merge. Sizes that would exhaust memory are errors. A Family belongs to one interpreter.
package probabilistic

import (
	"encoding/binary"
	"math"

	"github.com/brogo/brogo/bif/digest"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Family is the state behind the builtins: the hash keys of the run.
type Family struct{ dig *digest.Family }

// New makes the family of one interpreter, which hashes with the keys of dig.
func New(dig *digest.Family) *Family { return &Family{dig} }

// opaque sees through an opaque argument; the zero Value is a variable that was never set.
func opaque[T val.Opaque](m *interp.M, s *interp.Site, v val.Value) T {
	if v.P == nil {
		m.Throw(s, "value used but not set")
	}
	return v.Opaque().(T)
}

// fail reports an error without a place and gives the statement up, as the reference does when a constructor fails.
func fail(m *interp.M, s *interp.Site, msgs ...string) val.Value {
	for _, msg := range msgs {
		m.Plainf(diag.Error, "%s", msg)
	}
	return m.NoValue(s)
}

// seed derives a filter's seed: from its name, else from global_hash_seed, else from the first seed of the process.
func (f *Family) seed(m *interp.M, name string) seed {
	if name != "" {
		return makeSeed([]byte(name))
	}
	if g := m.Lookup("global_hash_seed"); g != nil {
		if v, ok := m.Value(g); ok && v.N > 0 {
			return makeSeed([]byte(v.Str()))
		}
	}
	return makeSeed(binary.LittleEndian.AppendUint32(nil, f.dig.FirstSeed()))
}

func (f *Family) bloomBasic(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	fp := a[0].Double()
	if fp < 0 || fp > 1 {
		return fail(m, s, "false-positive rate must take value between 0 and 1")
	}
	cells, k := dimensions(fp, a[1].Count())
	if !(cells <= maxCells && k <= maxHashes) {
		return fail(m, s, "Bloom filter of this false-positive rate and capacity is too large")
	}
	b := &bloom{h: hasher{uint64(k), f.seed(m, a[2].Str()), true}, bits: newBitVector(uint64(cells))}
	return val.OpaqueVal(b)
}

func (f *Family) bloomBasic2(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	k, cells := a[0].Count(), a[1].Count()
	switch {
	case k == 0:
		return fail(m, s, "number of hash functions must be non-negative")
	case cells == 0:
		return fail(m, s, "number of cells must be non-negative")
	case k > maxHashes || cells > maxCells:
		return fail(m, s, "Bloom filter is too large")
	}
	return val.OpaqueVal(&bloom{h: hasher{k, f.seed(m, a[2].Str()), true}, bits: newBitVector(cells)})
}

func (f *Family) bloomCounting(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	k, cells, top := a[0].Count(), a[1].Count(), a[2].Count()
	if top == 0 {
		return fail(m, s, "max counter value must be greater than 0")
	}
	width := uint64(1)
	for top >>= 1; top > 0; top >>= 1 {
		width++
	}
	switch {
	case cells == 0:
		return fail(m, s, "number of cells must be non-negative")
	case k > maxHashes || cells > maxCells/width || width > 63:
		return fail(m, s, "Bloom filter is too large")
	}
	return val.OpaqueVal(&bloom{h: hasher{k, f.seed(m, a[3].Str()), false}, cells: newCounters(width, cells)})
}

// element checks an element's type against a sketch's, which the first element sets, and returns its key.
func (f *Family) element(have **types.Type, set bool, s *interp.Site, a []val.Value) (key []byte, v val.Value, ok bool) {
	t, v := s.Arg(a, 1)
	if *have == nil && set {
		*have = t
	}
	if *have == nil || !types.Same(*have, t) {
		return nil, v, false
	}
	return keyOf(f.dig.Keys(), t, v), v, true
}

func (f *Family) bloomAdd(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	b := opaque[*bloom](m, s, a[0])
	if key, _, ok := f.element(&b.t, true, s, a); ok {
		b.add(key)
	} else {
		m.Plainf(diag.Error, "incompatible Bloom filter types")
	}
	return val.Value{}
}

func (f *Family) bloomDecrement(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	b := opaque[*bloom](m, s, a[0])
	key, _, ok := f.element(&b.t, true, s, a)
	if !ok {
		m.Plainf(diag.Error, "incompatible Bloom filter types")
		return val.Bool(false)
	}
	return val.Bool(b.decrement(key))
}

func (f *Family) bloomLookup(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	b := opaque[*bloom](m, s, a[0])
	if b.t == nil {
		return val.Count(0)
	}
	key, _, ok := f.element(&b.t, false, s, a)
	if !ok {
		m.Plainf(diag.Error, "incompatible Bloom filter types")
		return val.Count(0)
	}
	return val.Count(b.count(key))
}

func (f *Family) bloomCombine(intersect bool) func(*interp.M, *interp.Site, val.Value, val.Value) val.Value {
	return func(m *interp.M, s *interp.Site, x, y val.Value) val.Value {
		b, c := opaque[*bloom](m, s, x), opaque[*bloom](m, s, y)
		if b.t != nil && c.t != nil && !types.Same(b.t, c.t) {
			return fail(m, s, "incompatible Bloom filter types")
		}
		res, why := combine(b, c, intersect)
		if res == nil {
			return fail(m, s, why...)
		}
		return val.OpaqueVal(res)
	}
}

func hllInit(m *interp.M, s *interp.Site, margin, confidence val.Value) val.Value {
	p, ok := hllSize(margin.Double(), confidence.Double())
	if !ok {
		return fail(m, s, "Invalid size. A cardinality counter has 16 to 2^26 buckets; choose another error margin or confidence")
	}
	return val.OpaqueVal(newHLL(p))
}

func (f *Family) hllAdd(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	c := opaque[*hll](m, s, a[0])
	key, _, ok := f.element(&c.t, true, s, a)
	if !ok {
		m.Plainf(diag.Error, "incompatible HLL data type")
		return val.Bool(false)
	}
	c.add(f.dig.Keys().Hash64(key))
	return val.Bool(true)
}

func hllMerge(m *interp.M, s *interp.Site, x, y val.Value) val.Value {
	c, d := opaque[*hll](m, s, x), opaque[*hll](m, s, y)
	if c.t != nil && d.t != nil && !types.Same(c.t, d.t) {
		m.Plainf(diag.Error, "incompatible HLL types")
		return val.Bool(false)
	}
	if !c.merge(d) {
		m.Plainf(diag.Error, "Cardinality counters with different parameters cannot be merged")
		return val.Bool(false)
	}
	return val.Bool(true)
}

func (f *Family) topkAdd(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	k := opaque[*topk](m, s, a[0])
	if len(k.elems) == 0 {
		k.t = nil
	}
	if key, v, ok := f.element(&k.t, true, s, a); ok {
		k.encounter(string(key), v)
	} else {
		m.Plainf(diag.Error, "Trying to add element to topk with differing type from other elements")
	}
	return val.Value{}
}

func topkTop(m *interp.M, s *interp.Site, h, n val.Value) val.Value {
	k := opaque[*topk](m, s, h)
	if len(k.elems) == 0 {
		return fail(m, s, "Cannot return topk of empty")
	}
	v := val.NewVector(types.NewVector(k.t))
	if n.Count() <= math.MaxInt32 { // the reference reads larger numbers as negative
		for _, x := range k.top(n.Count()) {
			v.Append(x)
		}
	}
	return val.Vec(v)
}

// topkElement finds a tracked element; name is the reference's method, which its message names.
func (f *Family) topkElement(m *interp.M, s *interp.Site, a []val.Value, name string) *element {
	k := opaque[*topk](m, s, a[0])
	if key, _, ok := f.element(&k.t, false, s, a); ok {
		if e := k.elems[string(key)]; e != nil {
			return e
		}
	}
	m.Plainf(diag.Error, "%s for element that is not in top-k", name)
	return nil
}

func (f *Family) topkCount(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	if e := f.topkElement(m, s, a, "GetCount"); e != nil {
		return val.Count(e.home.Value.(*bucket).count)
	}
	return val.Count(0)
}

func (f *Family) topkEpsilon(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	if e := f.topkElement(m, s, a, "GetEpsilon"); e != nil {
		return val.Count(e.epsilon)
	}
	return val.Count(0)
}

func topkSum(m *interp.M, s *interp.Site, h val.Value) val.Value {
	k := opaque[*topk](m, s, h)
	if k.pruned {
		m.Plainf(diag.Warning, "TopkVal::GetSum() was used on a pruned data structure. Result values do not represent total element count")
	}
	return val.Count(k.sum())
}

func topkMerge(prune bool) func(*interp.M, *interp.Site, val.Value, val.Value) val.Value {
	return func(m *interp.M, s *interp.Site, x, y val.Value) val.Value {
		k, o := opaque[*topk](m, s, x), opaque[*topk](m, s, y)
		switch {
		case o.t == nil:
		case k.t != nil && !types.Same(k.t, o.t):
			m.Plainf(diag.Error, "Cannot merge top-k elements of differing types.")
		default:
			k.t = o.t
			k.merge(o, prune)
		}
		return val.Value{}
	}
}

// entropyResult makes a record of the five figures.
func entropyResult(m *interp.M, e *entropyTest) val.Value {
	r := val.NewRecord(m.Type("entropy_test_result"))
	for i, x := range e.result() {
		r.Set(i, val.Double(x))
	}
	return val.Rec(r)
}

func paraglobInit(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	t, v := s.Arg(a, 0)
	if t.Tag != types.Vector || t.Elem.Tag != types.String && !t.Unspecified {
		return fail(m, s, "paraglob requires a vector of strings for initialization.")
	}
	globs := make([]string, 0, v.Vec().Len())
	for i := range v.Vec().Len() {
		if x, ok := v.Vec().Get(i); ok {
			globs = append(globs, x.Str())
		}
	}
	return val.OpaqueVal(newParaglob(globs))
}

func paraGlobMatch(m *interp.M, s *interp.Site, h, text val.Value) val.Value {
	v := val.NewVector(m.Type("string_vec"))
	for _, g := range opaque[*paraglob](m, s, h).match(text.Str()) {
		v.Append(val.Str(g))
	}
	return val.Vec(v)
}
