package val

import "github.com/brogo/brogo/lang/types"

// Vector is a vector value; scalars are stored unboxed. T is its own type: an access through a static `vector of any` must look at
// T.Elem to box and unbox.
//
// Indices below zero or beyond Len read as missing; writes expect i >= 0.
type Vector struct {
	T     *types.Type
	Watch Watch
	n     []uint64 // elements of scalar types
	v     []Value  // elements of other types
	holes *holeMap // nil: no holes
	boxed bool     // elements live in v
}

// holeMap has bit i set where there is no element i. It may be shorter than the vector or table.
type holeMap struct{ bits []uint64 }

func (h *holeMap) has(i int) bool { return i>>6 < len(h.bits) && h.bits[i>>6]&(1<<(i&63)) != 0 }

func (h *holeMap) add(i int) {
	if need := i>>6 + 1; need > len(h.bits) {
		h.bits = append(h.bits, make([]uint64, need-len(h.bits))...)
	}
	h.bits[i>>6] |= 1 << (i & 63)
}

// Vectors that are made for a few elements have room for them behind the header.
type (
	vector2 struct {
		Vector
		a [2]uint64
	}
	vector4 struct {
		Vector
		a [4]uint64
	}
	boxed2 struct {
		Vector
		a [2]Value
	}
	boxed4 struct {
		Vector
		a [4]Value
	}
)

// NewVector makes an empty vector of type t.
func NewVector(t *types.Type) *Vector {
	return &Vector{T: t, boxed: t.Elem == nil || !t.Elem.IsScalar()}
}

// NewVectorCap makes an empty vector with room for n elements.
func NewVectorCap(t *types.Type, n int) *Vector {
	if t.Elem == nil || !t.Elem.IsScalar() {
		switch {
		case n <= 2:
			x := new(boxed2)
			x.T, x.boxed, x.v = t, true, x.a[:0]
			return &x.Vector
		case n <= 4:
			x := new(boxed4)
			x.T, x.boxed, x.v = t, true, x.a[:0]
			return &x.Vector
		}
		return &Vector{T: t, boxed: true, v: make([]Value, 0, n)}
	}
	switch {
	case n <= 2:
		x := new(vector2)
		x.T, x.n = t, x.a[:0]
		return &x.Vector
	case n <= 4:
		x := new(vector4)
		x.T, x.n = t, x.a[:0]
		return &x.Vector
	}
	return &Vector{T: t, n: make([]uint64, 0, n)}
}

// Len returns the number of elements, holes included. (One of the two slices is always nil.)
func (v *Vector) Len() int { return len(v.n) + len(v.v) }

// Get returns element i; false when i is out of range or a hole.
func (v *Vector) Get(i int) (Value, bool) {
	if v.holes == nil && uint(i) < uint(len(v.n)) {
		return Value{N: v.n[i]}, true
	}
	return v.get(i)
}

// Word and SetWord are the parts of Get and Set that can be inlined: they do elements of scalar types in vectors without holes or
// watchers, and report whether they did.
func (v *Vector) Word(i int) (uint64, bool) {
	if v.holes == nil && uint(i) < uint(len(v.n)) {
		return v.n[i], true
	}
	return 0, false
}

// SetWord sets an element that is there, see Word.
func (v *Vector) SetWord(i int, x uint64) bool {
	if v.holes == nil && v.Watch == nil && uint(i) < uint(len(v.n)) {
		v.n[i] = x
		return true
	}
	return false
}

// Item is Word for elements of other types.
func (v *Vector) Item(i int) (Value, bool) {
	if v.holes == nil && uint(i) < uint(len(v.v)) {
		return v.v[i], true
	}
	return Value{}, false
}

// get is Get for boxed elements and vectors with holes.
func (v *Vector) get(i int) (Value, bool) {
	if uint(i) >= uint(v.Len()) || v.hole(i) {
		return Value{}, false
	}
	if v.boxed {
		return v.v[i], true
	}
	return Value{N: v.n[i]}, true
}

// hole reports whether element i, within range, is missing.
func (v *Vector) hole(i int) bool { return v.holes != nil && v.holes.has(i) }

// Set sets element i, growing the vector with holes up to it.
func (v *Vector) Set(i int, x Value) {
	if v.holes == nil && v.Watch == nil && uint(i) < uint(len(v.n)) {
		v.n[i] = x.N
		return
	}
	v.setSlow(i, x)
}

// setSlow is Set for boxed, growing, watched and holed vectors.
func (v *Vector) setSlow(i int, x Value) {
	n := v.Len()
	switch {
	case i == n:
		v.Append(x)
		return
	case i > n:
		v.grow(i + 1)
		v.addHoles(n, i)
	case v.holes != nil && v.hole(i):
		v.fill(i)
	}
	if v.boxed {
		v.v[i] = x
	} else {
		v.n[i] = x.N
	}
	v.changed()
}

// Append adds x at the end.
func (v *Vector) Append(x Value) {
	if v.boxed {
		v.v = append(v.v, x)
	} else {
		v.n = append(v.n, x.N)
	}
	v.changed()
}

// Unset makes element i a hole.
func (v *Vector) Unset(i int) {
	if uint(i) >= uint(v.Len()) {
		return
	}
	v.addHoles(i, i+1)
	if v.boxed {
		v.v[i] = Value{}
	} else {
		v.n[i] = 0
	}
	v.changed()
}

// HasHoles reports whether any element is missing.
func (v *Vector) HasHoles() bool { return v.holes != nil }

// Resize cuts or grows (with holes) to n elements.
func (v *Vector) Resize(n int) {
	old := v.Len()
	switch {
	case n > old:
		v.grow(n)
		v.addHoles(old, n)
	case n < old:
		v.cut(n)
	default:
		return
	}
	v.changed()
}

// Slice returns a new vector of elements lo to hi-1 (already clamped).
func (v *Vector) Slice(lo, hi int) *Vector {
	w := &Vector{T: v.T, boxed: v.boxed}
	if hi <= lo {
		return w
	}
	if v.boxed {
		w.v = append([]Value(nil), v.v[lo:hi]...)
	} else {
		w.n = append([]uint64(nil), v.n[lo:hi]...)
	}
	w.copyHoles(0, v, lo, hi)
	return w
}

// Splice replaces elements lo to hi-1 (already clamped, lo <= hi) by those of w.
func (v *Vector) Splice(lo, hi int, w *Vector) {
	if hi < lo {
		hi = lo
	}
	n, m := v.Len(), w.Len()
	head, tail := v.Slice(0, lo), v.Slice(hi, n)
	r := &Vector{T: v.T, boxed: v.boxed}
	r.grow(lo + m + n - hi)
	if v.boxed {
		copy(r.v, head.v)
		for i := range m {
			r.v[lo+i], _ = w.get(i)
		}
		copy(r.v[lo+m:], tail.v)
	} else {
		copy(r.n, head.n)
		for i := range m {
			x, _ := w.get(i)
			r.n[lo+i] = x.N
		}
		copy(r.n[lo+m:], tail.n)
	}
	r.copyHoles(0, head, 0, lo)
	r.copyHoles(lo, w, 0, m)
	r.copyHoles(lo+m, tail, 0, n-hi)
	v.n, v.v, v.holes = r.n, r.v, r.holes
	v.changed()
}

// Insert puts x before element i; Remove takes element i out.
func (v *Vector) Insert(i int, x Value) {
	n := v.Len()
	if i >= n {
		v.Set(i, x)
		return
	}
	v.shiftHoles(i, 1)
	if v.boxed {
		v.v = append(v.v, Value{})
		copy(v.v[i+1:], v.v[i:n])
		v.v[i] = x
	} else {
		v.n = append(v.n, 0)
		copy(v.n[i+1:], v.n[i:n])
		v.n[i] = x.N
	}
	v.changed()
}

// Remove takes element i out; those behind it move up.
func (v *Vector) Remove(i int) {
	n := v.Len()
	if uint(i) >= uint(n) {
		return
	}
	v.shiftHoles(i, -1)
	if v.boxed {
		copy(v.v[i:], v.v[i+1:])
	} else {
		copy(v.n[i:], v.n[i+1:])
	}
	v.cut(n - 1)
	v.changed()
}

// Scalars returns the elements of a vector of a scalar type, for builtins that work on all of them (sort, sums): the bits of each,
// zero where there is a hole. Writes go to the vector; who writes calls Touch afterwards. It is nil for other element types.
func (v *Vector) Scalars() []uint64 { return v.n }

// Values is Scalars for the other element types.
func (v *Vector) Values() []Value { return v.v }

// Touch tells watchers that elements were written through Scalars or Values.
func (v *Vector) Touch() { v.changed() }

func (v *Vector) changed() {
	if v.Watch != nil {
		v.Watch.Changed()
	}
}

// grow makes n elements, the new ones zero, with amortised cost.
func (v *Vector) grow(n int) {
	if v.boxed {
		if d := n - len(v.v); d > 0 {
			v.v = append(v.v, make([]Value, d)...)
		}
	} else if d := n - len(v.n); d > 0 {
		v.n = append(v.n, make([]uint64, d)...)
	}
}

// cut drops elements from n on.
func (v *Vector) cut(n int) {
	if v.holes != nil {
		for i := n; i < v.Len(); i++ {
			if v.hole(i) {
				v.fill(i)
			}
		}
	}
	if v.boxed {
		clear(v.v[n:])
		v.v = v.v[:n]
	} else {
		clear(v.n[n:])
		v.n = v.n[:n]
	}
}

// addHoles marks lo to hi-1 as missing.
func (v *Vector) addHoles(lo, hi int) {
	if hi <= lo {
		return
	}
	if v.holes == nil {
		v.holes = new(holeMap)
	}
	for i := lo; i < hi; i++ {
		v.holes.add(i)
	}
}

// fill unmarks a hole and drops the bitmap with the last one.
func (v *Vector) fill(i int) {
	b := v.holes.bits
	b[i>>6] &^= 1 << (i & 63)
	n := len(b)
	for n > 0 && b[n-1] == 0 {
		n--
	}
	if n == 0 {
		v.holes = nil
	} else {
		v.holes.bits = b[:n]
	}
}

// copyHoles marks in v, from at on, the holes that w has from lo to hi-1.
func (v *Vector) copyHoles(at int, w *Vector, lo, hi int) {
	if w.holes == nil {
		return
	}
	for i := lo; i < hi; i++ {
		if w.hole(i) {
			v.addHoles(at+i-lo, at+i-lo+1)
		}
	}
}

// shiftHoles moves the holes from i on by d (1 or -1).
func (v *Vector) shiftHoles(i, d int) {
	if v.holes == nil {
		return
	}
	old := &Vector{holes: v.holes}
	v.holes = nil
	for j := range len(old.holes.bits) * 64 {
		switch {
		case !old.hole(j):
		case j < i:
			v.addHoles(j, j+1)
		case d > 0:
			v.addHoles(j+1, j+2)
		case j > i:
			v.addHoles(j-1, j)
		}
	}
}
