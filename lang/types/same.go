package types

// Same reports whether two types are the same to the language: structurally, with any equal to everything, and with
// fields' attributes compared as the reference does. All enums are the same to it, too. An empty constructor is the same as any
// container of its kind.
func Same(a, b *Type) bool {
	if a == b || a.Tag == Any || b.Tag == Any {
		return true
	}
	if a.Tag != b.Tag {
		return false
	}
	var c comparison
	return c.same(a, b)
}

// comparison remembers the pairs under way, so that recursive records end.
type comparison struct {
	open map[[2]*Type]bool
}

func (c *comparison) same(a, b *Type) bool {
	if a == b || a.Tag == Any || b.Tag == Any {
		return true
	}
	if a.Tag != b.Tag {
		return false
	}
	switch a.Tag {
	case Opaque:
		return a.Opaque == b.Opaque
	case Table, Record, List, Func, File, Vector:
	default:
		return true
	}
	if a.Tag == Record && a.Rec == b.Rec || a.Unspecified || b.Unspecified {
		return true
	}
	key := [2]*Type{a, b}
	if c.open[key] {
		return true
	}
	if c.open == nil {
		c.open = make(map[[2]*Type]bool)
	}
	c.open[key] = true
	defer delete(c.open, key)
	switch a.Tag {
	case Table:
		return c.list(a.Keys, b.Keys) && c.maybe(a.Elem, b.Elem)
	case Vector, File:
		return c.maybe(a.Elem, b.Elem)
	case List:
		return c.list(a.List, b.List)
	case Func:
		return c.funcs(a.Fn, b.Fn)
	}
	return c.records(a.Rec, b.Rec)
}

func (c *comparison) maybe(a, b *Type) bool {
	if a == nil || b == nil {
		return a == b
	}
	return c.same(a, b)
}

func (c *comparison) list(a, b []*Type) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !c.same(a[i], b[i]) {
			return false
		}
	}
	return true
}

func (c *comparison) funcs(a, b *FuncInfo) bool {
	if a == b {
		return true
	}
	if a.Flavor != b.Flavor || len(a.Params.Fields) != len(b.Params.Fields) {
		return false
	}
	if a.Flavor != FlavorEvent && !c.maybe(a.Result, b.Result) {
		return false
	}
	for i, f := range a.Params.Fields {
		if !c.same(f.Type, b.Params.Fields[i].Type) {
			return false
		}
	}
	return true
}

func (c *comparison) records(a, b *RecordInfo) bool {
	if len(a.Fields) != len(b.Fields) {
		return false
	}
	for i, f := range a.Fields {
		g := b.Fields[i]
		if f.Name != g.Name || !sameAttrs(f.Attrs, g.Attrs) || !c.same(f.Type, g.Type) {
			return false
		}
	}
	return true
}

// sameAttrs compares attribute lists regardless of order; attributes with expressions are the same only as the same object.
func sameAttrs(a, b Attrs) bool {
	if len(a) == 0 && len(b) == 0 {
		return true
	}
	within := func(a, b Attrs) bool {
		for i := range a {
			other := b.Find(a[i].Kind)
			if other == nil || a[i].X != other.X {
				return false
			}
		}
		return true
	}
	return within(a, b) && within(b, a)
}

// Identical reports whether values of a and b have the same representation, so that one may stand for the other without a
// conversion: like Same, but any is identical to any alone, and records must share their fields.
func Identical(a, b *Type) bool {
	switch {
	case a == b:
		return true
	case a.Tag != b.Tag:
		return false
	}
	switch a.Tag {
	case Record:
		return a.Rec == b.Rec || Same(a, b)
	case Table:
		if len(a.Keys) != len(b.Keys) || (a.Elem == nil) != (b.Elem == nil) {
			return false
		}
		for i := range a.Keys {
			if !Identical(a.Keys[i], b.Keys[i]) {
				return false
			}
		}
		return a.Elem == nil || Identical(a.Elem, b.Elem)
	case Vector:
		return Identical(a.Elem, b.Elem)
	}
	return true
}

// Promotable reports whether a record of type sub may be converted to super by field names: fields that both have must be of
// the same type, records among them promotable in turn.
func Promotable(super, sub *Type) bool { return promotable(super, sub, nil) }

func promotable(super, sub *Type, open []*RecordInfo) bool {
	for _, o := range open {
		if o == sub.Rec {
			return true
		}
	}
	open = append(open, sub.Rec)
	for _, f := range sub.Rec.Fields {
		o := super.Rec.Lookup(f.Name)
		if o < 0 {
			continue
		}
		t := super.Rec.Fields[o].Type
		if Same(f.Type, t) {
			continue
		}
		if f.Type.Tag != Record || t.Tag != Record || !promotable(t, f.Type, open) {
			return false
		}
	}
	return true
}

// BothArithmetic reports whether a and b are int, count or double.
func BothArithmetic(a, b *Type) bool { return a.IsArithmetic() && b.IsArithmetic() }

// Max returns the arithmetic type that both operands are promoted to; time and interval count as double.
func Max(a, b *Type) *Type {
	rank := func(t *Type) int {
		switch t.Tag {
		case Count:
			return 0
		case Int:
			return 1
		}
		return 2
	}
	return [...]*Type{CountT, IntT, DoubleT}[max(rank(a), rank(b))]
}

// IsIntegral reports whether t is int or count.
func (t *Type) IsIntegral() bool { return t.Tag == Int || t.Tag == Count }

// IsAtomic reports whether values of t are single values that a switch can compare.
func (t *Type) IsAtomic() bool {
	switch t.Tag {
	case Bool, Int, Count, Double, Time, Interval, String, Enum, Port, Addr, Subnet:
		return true
	}
	return false
}

// IsError reports whether t stands for an earlier mistake.
func (t *Type) IsError() bool { return t.Tag == Error }

// IsSubnetIndex and IsPatternIndex report whether t is a table or set with one key of that type.
func (t *Type) IsSubnetIndex() bool {
	return t.Tag == Table && len(t.Keys) == 1 && t.Keys[0].Tag == Subnet
}
func (t *Type) IsPatternIndex() bool {
	return t.Tag == Table && len(t.Keys) == 1 && t.Keys[0].Tag == Pattern
}

// IsUnspecified reports whether t is the type of an empty constructor that adopts another.
func (t *Type) IsUnspecified() bool { return (t.Tag == Table || t.Tag == Vector) && t.Unspecified }

// IsAssignable reports whether a variable may have type t.
func (t *Type) IsAssignable() bool { return t.Tag != Void }

// Loggable reports whether &log may stand at a field of type t: atomic types, strings, files, functions, and sets and
// vectors of such.
func (t *Type) Loggable() bool { return loggable(t, false) }

func loggable(t *Type, atomicOnly bool) bool {
	switch t.Tag {
	case Bool, Int, Count, Port, Subnet, Addr, Double, Time, Interval, Enum, String, File, Func, Pattern:
		return true
	case Record:
		return !atomicOnly
	case Table:
		if atomicOnly || !t.IsSet() {
			return false
		}
		for _, k := range t.Keys {
			if !loggable(k, true) {
				return false
			}
		}
		return true
	case Vector:
		return !atomicOnly && loggable(t.Elem, true)
	case Error:
		return true
	}
	return false
}
