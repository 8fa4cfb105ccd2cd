package wireval

import (
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/val"
)

// dataName names both the record Broker::Data and the opaque type in it.
const dataName = "Broker::Data"

// isData reports whether t is the record Broker::Data.
func isData(t *types.Type) bool { return t.Name == dataName && t.Tag == types.Record }

// Opaque is the value behind `opaque of Broker::Data`.
type Opaque struct {
	Data wire.Data
	ISO  bool // times print as dates
}

// OpaqueName returns the name of the opaque type.
func (*Opaque) OpaqueName() string { return dataName }

// Clone returns a copy that shares nothing with o.
func (o *Opaque) Clone() val.Opaque { return &Opaque{wire.Clone(o.Data), o.ISO} }

// AppendText appends what print shows.
func (o *Opaque) AppendText(b []byte) []byte {
	b = append(b, "broker::data{"...)
	b = append(b, wire.Format(o.Data, o.ISO)...)
	return append(b, '}')
}

func (c *Codec) opaque(d wire.Data) *Opaque {
	m := c.machine()
	return &Opaque{d, m != nil && !c.bro}
}

// OpaqueOf returns d as a value of type opaque of Broker::Data.
func (c *Codec) OpaqueOf(d wire.Data) val.Value { return val.OpaqueVal(c.opaque(d)) }

// Wrap returns d in a Broker::Data record; nil leaves its field unset. Without DataType it returns the zero Value.
func (c *Codec) Wrap(d wire.Data) val.Value {
	t := c.DataType()
	if t == nil {
		return val.Value{}
	}
	rec := val.NewRecord(t)
	if d != nil {
		rec.Set(0, val.OpaqueVal(c.opaque(d)))
	}
	return val.Rec(rec)
}

// Unwrap returns the data in a Broker::Data record, nil if its field is unset.
func Unwrap(rec val.Value) wire.Data {
	if v, ok := rec.Rec().Get(0); ok && v.P != nil {
		if o, ok := v.Opaque().(*Opaque); ok {
			return o.Data
		}
	}
	return nil
}

// ToData returns a set value v of type t as a tree.
func (c *Codec) ToData(t *types.Type, v val.Value) (wire.Data, error) {
	switch t.Tag {
	case types.Bool:
		return wire.Bool(v.Bool()), nil
	case types.Int:
		return wire.Int(v.Int()), nil
	case types.Count:
		return wire.Count(v.N), nil
	case types.Double:
		return wire.Real(v.Double()), nil
	case types.String:
		return wire.String(v.Str()), nil
	case types.Any:
		if v.P == nil {
			return nil, ErrMismatch
		}
		t, v = v.Unbox()
		return c.ToData(t, v)
	case types.Opaque:
		if o, ok := v.Opaque().(*Opaque); ok && v.P != nil {
			return wire.Clone(o.Data), nil
		}
	}
	b, err := c.Append(nil, t, v)
	if err != nil {
		return nil, err
	}
	return wire.Decode(b)
}

// FromData returns d as a value of type t.
func (c *Codec) FromData(d wire.Data, t *types.Type) (val.Value, error) {
	switch d := d.(type) {
	case wire.Bool:
		if t.Tag == types.Bool {
			return val.Bool(bool(d)), nil
		}
	case wire.Int:
		if t.Tag == types.Int {
			return val.Int(int64(d)), nil
		}
	case wire.Count:
		if t.Tag == types.Count {
			return val.Count(uint64(d)), nil
		}
	case wire.Real:
		if t.Tag == types.Double {
			return val.Double(float64(d)), nil
		}
	case wire.String:
		if t.Tag == types.String {
			return val.Str(string(d)), nil
		}
	case nil:
		return val.Value{}, ErrMismatch
	}
	if t.Tag == types.Any {
		return c.wrapAny(wire.Clone(d))
	}
	r := wire.NewReader(wire.Encode(d))
	return c.Read(&r, t)
}

func (c *Codec) wrapAny(d wire.Data) (val.Value, error) {
	rec := c.Wrap(d)
	if rec.P == nil {
		return rec, ErrMismatch
	}
	return val.Any(c.data, rec), nil
}

// Cast converts the data in a Broker::Data record, or in its opaque, to t: the `as`, `is` and `switch type` of scripts. Of none
// nothing comes but Broker::Data itself.
func (c *Codec) Cast(from *types.Type, v val.Value, to *types.Type) (val.Value, bool) {
	var d wire.Data
	switch {
	case v.P == nil:
	case isData(from):
		d = Unwrap(v)
	case from.Tag == types.Opaque && from.Opaque == dataName:
		if o, ok := v.Opaque().(*Opaque); ok {
			d = o.Data
		}
	}
	if d == nil {
		return val.Value{}, false
	}
	if _, none := d.(wire.None); none {
		return val.Value{}, false
	}
	out, err := c.FromData(d, to)
	return out, err == nil
}
