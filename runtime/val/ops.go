package val

import (
	"bytes"
	"cmp"
	"strings"
	"unsafe"

	"github.com/brogo/brogo/lang/types"
)

// Equal reports whether two values of type t are the same: containers by contents (sets and tables in any order), functions,
// files and opaque values by identity. A type that a value carries itself goes before t.
func Equal(t *types.Type, a, b Value) bool {
	switch t.Tag {
	case types.Bool, types.Int, types.Count, types.Enum, types.Port:
		return a.N == b.N
	case types.Double, types.Time, types.Interval:
		return a.Double() == b.Double()
	case types.String:
		return a.N == b.N && a.Str() == b.Str()
	case types.Addr, types.Subnet:
		return equalIP(a, b)
	}
	if a.P == b.P {
		return true
	}
	if a.P == nil || b.P == nil {
		return false
	}
	var e equaler
	return e.equal(t, a, b)
}

func equalIP(a, b Value) bool {
	if a.N != b.N || (a.P == nil) != (b.P == nil) {
		return false
	}
	return a.P == nil || *(*[16]byte)(a.P) == *(*[16]byte)(b.P)
}

// equaler compares containers. A pair that is being compared already counts as equal: two cyclic values differ only where
// something else than the cycle does.
type equaler struct {
	open map[[2]unsafe.Pointer]bool
}

// enter notes a pair of containers; it is false when the pair is known.
func (e *equaler) enter(a, b unsafe.Pointer) bool {
	k := [2]unsafe.Pointer{a, b}
	if e.open[k] {
		return false
	}
	if e.open == nil {
		e.open = make(map[[2]unsafe.Pointer]bool)
	}
	e.open[k] = true
	return true
}

func (e *equaler) equal(t *types.Type, a, b Value) bool {
	switch t.Tag {
	case types.Pattern, types.Record, types.Vector, types.Table, types.Any, types.TypeType, types.List:
	case types.Func, types.File, types.Opaque:
		return a.P == b.P
	default:
		return Equal(t, a, b)
	}
	if a.P == b.P {
		return true
	}
	if a.P == nil || b.P == nil {
		return false
	}
	switch t.Tag {
	case types.Pattern:
		return a.Pattern().Equal(b.Pattern())
	case types.TypeType:
		return types.Same(a.TypeVal(), b.TypeVal())
	case types.Any:
		at, av := a.Unbox()
		bt, bv := b.Unbox()
		return (at == bt || types.Same(at, bt)) && e.equal(at, av, bv)
	case types.List:
		return e.lists(t, a.List(), b.List())
	case types.Record:
		return !e.enter(a.P, b.P) || e.records(a.Rec(), b.Rec())
	case types.Vector:
		return !e.enter(a.P, b.P) || e.vectors(a.Vec(), b.Vec())
	}
	return !e.enter(a.P, b.P) || e.tables(a.Table(), b.Table())
}

func (e *equaler) lists(t *types.Type, a, b []Value) bool {
	for i := range a {
		if i >= len(b) || !e.equal(t.List[i], a[i], b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

func (e *equaler) records(a, b *Record) bool {
	fa, fb := a.T.Rec.Fields, b.T.Rec.Fields
	if len(fa) != len(fb) {
		return false
	}
	for i, f := range fa {
		x, okx := a.Get(i)
		y, oky := b.Get(i)
		if okx != oky || f.Type.Tag != fb[i].Type.Tag || okx && !e.equal(f.Type, x, y) {
			return false
		}
	}
	return true
}

func (e *equaler) vectors(a, b *Vector) bool {
	n := a.Len()
	if n != b.Len() || a.boxed != b.boxed && n > 0 {
		return false
	}
	for i := range n {
		x, okx := a.Get(i)
		y, oky := b.Get(i)
		if okx != oky || okx && !e.equal(a.T.Elem, x, y) {
			return false
		}
	}
	return true
}

func (e *equaler) tables(a, b *Table) bool {
	if a.Len() != b.Len() || len(a.T.Keys) != len(b.T.Keys) || (a.T.Elem == nil) != (b.T.Elem == nil) {
		return a.Len() == 0 && b.Len() == 0
	}
	for i, k := range a.T.Keys {
		if k.Tag != b.T.Keys[i].Tag && a.Len() > 0 {
			return false
		}
	}
	keys := make([]Value, a.stride)
	for p := a.next(-1); p >= 0; p = a.next(p) {
		a.fillKeys(keys, p)
		y, ok := b.Exact(keys)
		if !ok || a.T.Elem != nil && !e.equal(a.T.Elem, a.valueAt(p), y) {
			return false
		}
	}
	return true
}

// Same reports whether two values are the same object or scalar (same_object).
func Same(t *types.Type, a, b Value) bool {
	switch t.Tag {
	case types.Any:
		if a.P == nil || b.P == nil {
			return a.P == b.P
		}
		at, av := a.Unbox()
		bt, bv := b.Unbox()
		return at.Tag == bt.Tag && Same(at, av, bv)
	case types.Addr, types.Subnet:
		return Equal(t, a, b)
	case types.Opaque:
		return a.P == b.P || a.P != nil && b.P != nil && a.Opaque() == b.Opaque()
	}
	return a == b
}

// Less orders two values of an orderable type: numbers, strings, addr, subnet, port, enum, times.
func Less(t *types.Type, a, b Value) bool { return Compare(t, a, b) < 0 }

// Compare returns -1, 0 or 1 as a sorts before, with or behind b. Strings go by bytes, addresses as 128 bits with IPv4 mapped into
// IPv6, subnets by address and then width. Values of types without an order compare equal.
func Compare(t *types.Type, a, b Value) int {
	switch t.Tag {
	case types.Bool, types.Count, types.Port:
		return cmp.Compare(a.N, b.N)
	case types.Int, types.Enum:
		return cmp.Compare(a.Int(), b.Int())
	case types.Double, types.Time, types.Interval:
		x, y := a.Double(), b.Double()
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	case types.String:
		return strings.Compare(a.Str(), b.Str())
	case types.Addr:
		if a.P == nil && b.P == nil {
			return cmp.Compare(a.N, b.N)
		}
		x, y := a.Addr().As16(), b.Addr().As16()
		return bytes.Compare(x[:], y[:])
	case types.Subnet:
		p, q := a.Subnet(), b.Subnet()
		x, y := p.Addr().As16(), q.Addr().As16()
		if c := bytes.Compare(x[:], y[:]); c != 0 {
			return c
		}
		return cmp.Compare(p.Bits(), q.Bits())
	}
	return 0
}
