package wireval

import (
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
)

// baseTypes are the types without parts; what has parts travels by its name.
var baseTypes = [...]*types.Type{
	types.BoolT, types.IntT, types.CountT, types.DoubleT, types.TimeT, types.IntervalT, types.StringT, types.PatternT, types.PortT,
	types.AddrT, types.SubnetT,
}

// AppendType writes a type, for opaque values that hold elements of one. A type with neither a name nor one of the simplest kinds
// becomes none: the receiver's value takes elements of any type again.
func (c *Codec) AppendType(b []byte, t *types.Type) []byte {
	if t == nil {
		return wire.AppendNone(b)
	}
	for _, base := range baseTypes {
		if t.Tag == base.Tag {
			return wire.AppendCount(b, uint64(t.Tag))
		}
	}
	if t.Name == "" {
		return wire.AppendNone(b)
	}
	return wire.AppendString(b, t.Name)
}

// ReadType reads what AppendType wrote; nil is none.
func (c *Codec) ReadType(r *wire.Reader) (*types.Type, error) {
	switch r.Peek() {
	case wire.KindCount:
		tag := r.Count()
		for _, base := range baseTypes {
			if uint64(base.Tag) == tag {
				return base, r.Err()
			}
		}
	case wire.KindString:
		name := r.Str()
		if m := c.machine(); m != nil && r.Err() == nil {
			if t := m.Type(name); t != nil {
				return t, nil
			}
		}
	case wire.KindNone:
		if r.IsNone() {
			return nil, r.Err()
		}
	}
	return nil, ErrMismatch
}

// maxAlike is how deep types are compared. Two that differ and refer to themselves would be compared for ever.
const maxAlike = 16

// alike reports whether a value of type a may stand for one of type b without a look at it. It is stricter than types.Same, to which
// any is like everything: a function is called with values of the types that the caller knows.
func alike(a, b *types.Type, depth int) bool {
	switch {
	case a == b:
		return true
	case a == nil || b == nil || a.Tag != b.Tag || depth > maxAlike:
		return false
	}
	switch depth++; a.Tag {
	case types.Enum:
		return a.Enum == b.Enum
	case types.Opaque:
		return a.Opaque == b.Opaque
	case types.Vector, types.File, types.TypeType:
		return alike(a.Elem, b.Elem, depth)
	case types.Table:
		return alikeAll(a.Keys, b.Keys, depth) && alike(a.Elem, b.Elem, depth)
	case types.List:
		return alikeAll(a.List, b.List, depth)
	case types.Record:
		return a.Rec == b.Rec || alikeFields(a.Rec, b.Rec, depth)
	case types.Func:
		return a.Fn == b.Fn || a.Fn.Flavor == b.Fn.Flavor && a.Fn.Variadic == b.Fn.Variadic &&
			alike(a.Fn.Result, b.Fn.Result, depth) && alikeFields(a.Fn.Params, b.Fn.Params, depth)
	}
	return true
}

func alikeAll(a, b []*types.Type, depth int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !alike(a[i], b[i], depth) {
			return false
		}
	}
	return true
}

func alikeFields(a, b *types.RecordInfo, depth int) bool {
	if len(a.Fields) != len(b.Fields) {
		return false
	}
	for i := range a.Fields {
		if !alike(a.Fields[i].Type, b.Fields[i].Type, depth) {
			return false
		}
	}
	return true
}
