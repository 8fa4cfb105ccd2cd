package val

import "github.com/brogo/brogo/lang/types"

// Vector is a vector value; scalars are stored unboxed. T is its own type: an access through a static `vector of any` must look at
// T.Elem to box and unbox.
type Vector struct {
	T     *types.Type
	Watch Watch
	n     []uint64 // elements of scalar types
	v     []Value  // elements of other types
	holes []uint64 // bit i: no element at i; nil: no holes
}

// NewVector makes an empty vector of type t.
func NewVector(t *types.Type) *Vector { panic("contract") }

// Len returns the number of elements, holes included.
func (v *Vector) Len() int { panic("contract") }

// Get returns element i; false when i is out of range or a hole.
func (v *Vector) Get(i int) (Value, bool) { panic("contract") }

// Set sets element i, growing the vector with holes up to it.
func (v *Vector) Set(i int, x Value) { panic("contract") }

// Append adds x at the end.
func (v *Vector) Append(x Value) { panic("contract") }

// Unset makes element i a hole.
func (v *Vector) Unset(i int) { panic("contract") }

// HasHoles reports whether any element is missing.
func (v *Vector) HasHoles() bool { panic("contract") }

// Resize cuts or grows (with holes) to n elements.
func (v *Vector) Resize(n int) { panic("contract") }

// Slice returns a new vector of elements lo to hi-1 (already clamped).
func (v *Vector) Slice(lo, hi int) *Vector { panic("contract") }

// Splice replaces elements lo to hi-1 by those of w.
func (v *Vector) Splice(lo, hi int, w *Vector) { panic("contract") }

// Insert puts x before element i; Remove takes element i out.
func (v *Vector) Insert(i int, x Value) { panic("contract") }
func (v *Vector) Remove(i int)          { panic("contract") }
