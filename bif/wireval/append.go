package wireval

import (
	"math"
	"strings"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/val"
)

// maxDepth leaves room for what messages put around a value.
const maxDepth = wire.MaxDepth - 4

// Append writes v, a value of type t that is set. On an error b is returned as far as it got.
func (c *Codec) Append(b []byte, t *types.Type, v val.Value) ([]byte, error) {
	return c.append(b, t, v, 0)
}

func (c *Codec) append(b []byte, t *types.Type, v val.Value, depth int) ([]byte, error) {
	switch t.Tag {
	case types.Bool:
		return wire.AppendBool(b, v.N != 0), nil
	case types.Int:
		return wire.AppendInt(b, int64(v.N)), nil
	case types.Count:
		return wire.AppendCount(b, v.N), nil
	case types.Double:
		return wire.AppendReal(b, v.Double()), nil
	case types.Time:
		return wire.AppendTimestamp(b, Nanos(v.Double())), nil
	case types.Interval:
		return wire.AppendTimespan(b, Nanos(v.Double())), nil
	case types.String:
		return wire.AppendString(b, v.Str()), nil
	case types.Enum:
		return wire.AppendEnum(b, enumName(t, v)), nil
	case types.Port:
		return wire.AppendPort(b, wire.Port{Num: v.PortNum(), Proto: wire.Proto(v.PortProto())}), nil
	case types.Addr:
		return wire.AppendAddress(b, v.Addr()), nil
	case types.Subnet:
		return wire.AppendSubnet(b, v.Subnet()), nil
	case types.Any:
		if v.P == nil {
			return b, ErrMismatch
		}
		t, v = v.Unbox()
		return c.append(b, t, v, depth)
	case types.Pattern:
		if v.P == nil {
			return b, ErrMismatch
		}
		p := v.Pattern()
		b = wire.AppendVector(b, 2)
		b = wire.AppendString(b, p.Exact())
		return wire.AppendString(b, p.Anywhere()), nil
	}
	if depth >= maxDepth {
		return b, &Error{"value is nested too deeply for Broker::Data"}
	}
	if v.P == nil && t.Tag != types.List {
		return b, ErrMismatch
	}
	switch t.Tag {
	case types.Record:
		return c.appendRecord(b, v.Rec(), depth+1)
	case types.Vector:
		return c.appendVector(b, v.Vec(), depth+1)
	case types.Table:
		return c.appendTable(b, t, v.Table(), depth+1)
	case types.List:
		vs := v.List()
		b = wire.AppendVector(b, len(vs))
		for i, x := range vs {
			var err error
			if b, err = c.append(b, t.List[i], x, depth+1); err != nil {
				return b, err
			}
		}
		return b, nil
	case types.Func:
		return c.appendFunc(b, v.Func(), depth+1)
	case types.File:
		return wire.AppendString(b, v.File().Name), nil
	case types.Opaque:
		return c.appendOpaque(b, v.Opaque())
	}
	return b, &Error{"unsupported Broker::Data type: " + t.Tag.String()}
}

// Nanos turns seconds into nanoseconds, cut off as the reference does; what does not fit becomes the nearest that does.
func Nanos(sec float64) int64 {
	ns := sec * 1e9
	switch {
	case ns != ns:
		return 0
	case ns >= math.MaxInt64:
		return math.MaxInt64
	case ns <= math.MinInt64:
		return math.MinInt64
	}
	return int64(ns)
}

// Seconds is the way back.
func Seconds(ns int64) float64 { return float64(ns) / 1e9 }

func enumName(t *types.Type, v val.Value) string {
	if name := t.Enum.NameOf(v.Int()); name != "" {
		return name
	}
	return "<unknown enum>"
}

// appendRecord writes the vector of a record's fields. Fields of a &default that were never made have it now.
func (c *Codec) appendRecord(b []byte, r *val.Record, depth int) ([]byte, error) {
	if isData(r.T) {
		v, ok := r.Get(0)
		if !ok || v.P == nil {
			return wire.AppendNone(b), nil
		}
		return c.appendOpaque(b, v.Opaque())
	}
	fields := r.T.Rec.Fields
	b = wire.AppendVector(b, len(fields))
	for i, f := range fields {
		v, ok := r.Get(i)
		if !ok && f.Default() != nil && c.machine() != nil {
			v, ok = c.m.FieldDefault(r.T, i)
		}
		if !ok {
			b = wire.AppendNone(b)
			continue
		}
		var err error
		if b, err = c.append(b, f.Type, v, depth); err != nil {
			return b, err
		}
	}
	return b, nil
}

func (c *Codec) appendVector(b []byte, v *val.Vector, depth int) ([]byte, error) {
	n := v.Len()
	size := n
	if c.bro && v.HasHoles() {
		for i := range n {
			if _, ok := v.Get(i); !ok {
				size--
			}
		}
	}
	b = wire.AppendVector(b, size)
	elem := v.T.Elem
	for i := range n {
		x, ok := v.Get(i)
		if !ok && c.bro {
			continue
		}
		if !ok {
			return b, &Error{"serialization of vectors with holes is unsupported"}
		}
		var err error
		if b, err = c.append(b, elem, x, depth); err != nil {
			return b, err
		}
	}
	return b, nil
}

// appendTable writes a set or table; an untyped empty one is what t says.
func (c *Codec) appendTable(b []byte, t *types.Type, tab *val.Table, depth int) ([]byte, error) {
	if !tab.T.Unspecified {
		t = tab.T
	}
	n := tab.Len()
	if t.Elem == nil {
		b = wire.AppendSet(b, n)
	} else {
		b = wire.AppendTable(b, n)
	}
	if n == 0 {
		return b, nil
	}
	var err error
	for it := tab.Iter(); it.Next(); {
		if len(t.Keys) > 1 {
			b = wire.AppendVector(b, len(t.Keys))
		}
		for i, kt := range t.Keys {
			if b, err = c.append(b, kt, it.Key(i), depth+1); err != nil {
				return b, err
			}
		}
		if t.Elem != nil {
			if b, err = c.append(b, t.Elem, it.Val(), depth); err != nil {
				return b, err
			}
		}
	}
	return b, nil
}

// isLambda tells the names of anonymous functions, which travel with their captured values.
func isLambda(name string) bool {
	if i := strings.LastIndex(name, "::"); i >= 0 {
		name = name[i+2:]
	}
	return strings.HasPrefix(name, "lambda_<")
}

func (c *Codec) appendFunc(b []byte, f *val.Func, depth int) ([]byte, error) {
	m := c.machine()
	if c.bro {
		return wire.AppendString(b, f.Name), nil
	}
	if !isLambda(f.Name) || m == nil {
		return wire.AppendString(wire.AppendVector(b, 1), f.Name), nil
	}
	b = wire.AppendString(wire.AppendVector(b, 2), f.Name)
	ts, vs, set := m.Captures(f)
	b = wire.AppendVector(b, len(ts))
	for i, t := range ts {
		if !set[i] {
			b = wire.AppendNone(b)
			continue
		}
		var err error
		if b, err = c.append(b, t, vs[i], depth+1); err != nil {
			return b, err
		}
	}
	return b, nil
}

func (c *Codec) appendOpaque(b []byte, o val.Opaque) ([]byte, error) {
	switch o := o.(type) {
	case *Opaque:
		return wire.Append(b, o.Data), nil
	case Wirer:
		b = wire.AppendString(wire.AppendVector(b, 2), o.OpaqueName())
		return o.AppendWire(c, b)
	}
	return b, &Error{"unsupported opaque type for serialization"}
}
