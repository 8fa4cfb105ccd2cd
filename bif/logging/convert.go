package logging

import (
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// conversion makes records of a stream's type of those of another type that has the needed fields.
type conversion struct {
	from, to *types.Type
	at       []int         // by field of to: the field of from, -1 for none
	sub      []*conversion // by field of to, for records in records
}

// newConversion returns nil if the type does not fit.
func newConversion(from, to *types.Type, depth int) *conversion {
	n := len(to.Rec.Fields)
	c := &conversion{from: from, to: to, at: make([]int, n), sub: make([]*conversion, n)}
	for i, fd := range to.Rec.Fields {
		j := from.Rec.Lookup(fd.Name)
		c.at[i] = j
		if j < 0 {
			if !fd.Optional() && fd.Default() == nil && !fd.Type.IsAggregate() {
				return nil
			}
			continue
		}
		ft := from.Rec.Fields[j].Type
		if ft.Tag == types.Record && fd.Type.Tag == types.Record && ft.Rec != fd.Type.Rec {
			if depth >= maxDepth {
				return nil
			}
			if c.sub[i] = newConversion(ft, fd.Type, depth+1); c.sub[i] == nil {
				return nil
			}
		} else if !fits(ft, fd.Type) {
			return nil
		}
	}
	return c
}

// maxDepth bounds records in records.
const maxDepth = 64

// fits reports whether values of one type can be logged as another: the same, numbers as other numbers, empty containers.
func fits(from, to *types.Type) bool {
	if types.Same(from, to) || from.IsArithmetic() && to.IsArithmetic() {
		return true
	}
	return from.Tag == to.Tag && from.Unspecified
}

func (c *conversion) apply(m *interp.M, src *val.Record) *val.Record {
	out := m.NewRecord(c.to)
	for i, j := range c.at {
		if j < 0 {
			continue
		}
		x, ok := src.Get(j)
		if !ok {
			continue
		}
		if sub := c.sub[i]; sub != nil {
			x = val.Rec(sub.apply(m, x.Rec()))
		} else {
			x = adjust(c.from.Rec.Fields[j].Type.Tag, c.to.Rec.Fields[i].Type.Tag, x)
		}
		out.Set(i, x)
	}
	return out
}

// adjust turns a number into another type's.
func adjust(from, to types.Tag, v val.Value) val.Value {
	switch {
	case from == to:
		return v
	case to == types.Double && from == types.Int:
		return val.Double(float64(v.Int()))
	case to == types.Double && from == types.Count:
		return val.Double(float64(v.Count()))
	case from == types.Double && to == types.Int:
		return val.Int(int64(v.Double()))
	case from == types.Double && to == types.Count:
		return val.Count(uint64(v.Double()))
	}
	return v
}

// convert returns a record as one of the stream's type; false if its type does not fit.
func (s *stream) convert(m *interp.M, t *types.Type, v val.Value) (val.Value, bool) {
	if t.Tag != types.Record {
		return v, false
	}
	if t.Rec == s.columns.Rec {
		return v, true
	}
	if s.from == nil || s.from.from.Rec != t.Rec {
		s.from = newConversion(t, s.columns, 0)
	}
	if s.from == nil {
		return v, false
	}
	return val.Rec(s.from.apply(m, v.Rec())), true
}
