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
