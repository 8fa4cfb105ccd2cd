package wireval

import (
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/val"
)

// Read reads a value of type t. An error may leave r anywhere.
func (c *Codec) Read(r *wire.Reader, t *types.Type) (val.Value, error) {
	v, err := c.read(r, t)
	if err == nil {
		err = r.Err()
	}
	return v, err
}

// read reads a value; errors of the reader show in r alone.
func (c *Codec) read(r *wire.Reader, t *types.Type) (val.Value, error) {
	switch t.Tag {
	case types.Bool:
		return val.Bool(r.Bool()), nil
	case types.Int:
		return val.Int(r.Int()), nil
	case types.Count:
		return val.Count(r.Count()), nil
	case types.Double:
		return val.Double(r.Real()), nil
	case types.Time:
		return val.Time(Seconds(r.Timestamp())), nil
	case types.Interval:
		return val.Interval(Seconds(r.Timespan())), nil
	case types.String:
		return val.Str(r.Str()), nil
	case types.Enum:
		n, ok := t.Enum.ValueOf(string(r.Enum()))
		if !ok {
			return val.Value{}, ErrMismatch
		}
		return val.Enum(n), nil
	case types.Port:
		p := r.Port()
		return val.Port(p.Num, uint8(p.Proto)), nil
	case types.Addr:
		if a := r.Address(); r.Err() == nil {
			return val.Addr(a), nil
		}
		return val.Value{}, r.Err()
	case types.Subnet:
		if p := r.Subnet(); r.Err() == nil {
			return val.Subnet(p), nil
		}
		return val.Value{}, r.Err()
	case types.Any:
		d := r.Data()
		if r.Err() != nil {
			return val.Value{}, r.Err()
		}
		rec := c.Wrap(d)
		if rec.P == nil {
			return val.Value{}, ErrMismatch
		}
		return val.Any(c.data, rec), nil
	}
	if c.depth >= wire.MaxDepth {
		return val.Value{}, ErrMismatch // types may refer to themselves: the data decide how deep this goes
	}
	c.depth++
	v, err := c.readNested(r, t)
	c.depth--
	return v, err
}

// readNested reads what may contain other values.
func (c *Codec) readNested(r *wire.Reader, t *types.Type) (val.Value, error) {
	switch t.Tag {
	case types.Record:
		return c.readRecord(r, t)
	case types.Vector:
		return c.readVector(r, t)
	case types.Table:
		return c.readTable(r, t)
	case types.List:
		return c.readList(r, t)
	case types.Pattern:
		return c.readPattern(r)
	case types.Func:
		return c.readFunc(r, t)
	case types.File:
		name := r.Str()
		if r.Err() == nil && c.cfg.File != nil {
			if f := c.cfg.File(name); f != nil {
				return val.FileVal(f), nil
			}
		}
		return val.Value{}, ErrMismatch
	case types.Opaque:
		return c.readOpaque(r, t)
	}
	return val.Value{}, ErrMismatch
}

// readRecord reads a vector of fields; more of them than the record has are ignored.
func (c *Codec) readRecord(r *wire.Reader, t *types.Type) (val.Value, error) {
	if isData(t) {
		rec := val.NewRecord(t)
		if !r.IsNone() {
			rec.Set(0, val.OpaqueVal(c.opaque(r.Data())))
		}
		return val.Rec(rec), r.Err()
	}
	n := r.Vector()
	if r.Err() != nil {
		return val.Value{}, r.Err()
	}
	fields := t.Rec.Fields
	if n < len(fields) {
		return val.Value{}, ErrMismatch
	}
	rec := val.NewRecord(t)
	for i, f := range fields {
		if r.IsNone() {
			continue
		}
		v, err := c.read(r, f.Type)
		if err != nil {
			return val.Value{}, err
		}
		rec.Set(i, v)
	}
	for range n - len(fields) {
		r.Skip()
	}
	return val.Rec(rec), r.Err()
}

func (c *Codec) readVector(r *wire.Reader, t *types.Type) (val.Value, error) {
	n := r.Vector()
	if r.Err() != nil {
		return val.Value{}, r.Err()
	}
	out := val.NewVectorCap(t, n)
	for range n {
		v, err := c.read(r, t.Elem)
		if err == nil {
			err = r.Err()
		}
		if err != nil {
			return val.Value{}, err
		}
		out.Append(v)
	}
	return val.Vec(out), nil
}

func (c *Codec) readTable(r *wire.Reader, t *types.Type) (val.Value, error) {
	var n int
	if t.Elem == nil {
		n = r.Set()
	} else {
		n = r.Table()
	}
	if r.Err() != nil {
		return val.Value{}, r.Err()
	}
	tab := val.NewTable(t, nil)
	if n == 0 {
		return val.Tab(tab), nil
	}
	if len(t.Keys) == 0 {
		return val.Value{}, ErrMismatch
	}
	keys := make([]val.Value, len(t.Keys))
	for range n {
		if len(keys) > 1 && r.Vector() != len(keys) {
			return val.Value{}, ErrMismatch
		}
		var err error
		for i, kt := range t.Keys {
			if keys[i], err = c.read(r, kt); err != nil {
				return val.Value{}, err
			}
		}
		var v val.Value
		if t.Elem != nil {
			if v, err = c.read(r, t.Elem); err != nil {
				return val.Value{}, err
			}
		}
		if r.Err() != nil {
			return val.Value{}, r.Err()
		}
		tab.Set(keys, v)
	}
	return val.Tab(tab), nil
}

func (c *Codec) readList(r *wire.Reader, t *types.Type) (val.Value, error) {
	n := r.Vector()
	if r.Err() != nil || n != len(t.List) {
		return val.Value{}, ErrMismatch
	}
	vs := make([]val.Value, n)
	for i, lt := range t.List {
		var err error
		if vs[i], err = c.read(r, lt); err != nil {
			return val.Value{}, err
		}
	}
	return val.ListVal(vs), nil
}

func (c *Codec) readPattern(r *wire.Reader) (val.Value, error) {
	if r.Vector() != 2 {
		return val.Value{}, ErrMismatch
	}
	exact, anywhere := r.Str(), r.Str()
	if r.Err() != nil {
		return val.Value{}, r.Err()
	}
	p, err := pattern.FromTexts(exact, anywhere)
	if err != nil {
		if m := c.machine(); m != nil {
			m.Codef(diag.Messaging, diag.Error, "failed compiling unserialized pattern: %s, %s", exact, anywhere)
		}
		return val.Value{}, ErrMismatch
	}
	return val.Pat(p), nil
}

// readFunc finds a function of type t by its name; either dialect's form is understood. A function of another type is refused: its
// parameters would be taken for what they are not.
func (c *Codec) readFunc(r *wire.Reader, t *types.Type) (val.Value, error) {
	m := c.machine()
	if m == nil {
		return val.Value{}, ErrMismatch
	}
	n := 1
	if r.Peek() == wire.KindVector {
		n = r.Vector()
	}
	name := r.Str()
	if r.Err() != nil || n < 1 || n > 2 {
		return val.Value{}, ErrMismatch
	}
	if n == 1 {
		if g := m.Lookup(name); g != nil && g.T != nil && g.T.Tag == types.Func {
			if v, ok := m.Value(g); ok && v.P != nil {
				return fits(v.Func(), t)
			}
		}
		return fits(m.NewLambda(name, nil, nil), t)
	}
	ts, ok := m.LambdaCaptures(name)
	if !ok || r.Vector() != len(ts) {
		return val.Value{}, ErrMismatch
	}
	vs, set := make([]val.Value, len(ts)), make([]bool, len(ts))
	for i, t := range ts {
		if r.IsNone() {
			continue
		}
		set[i] = true
		var err error
		if vs[i], err = c.read(r, t); err != nil {
			return val.Value{}, err
		}
	}
	if r.Err() != nil {
		return val.Value{}, r.Err()
	}
	return fits(m.NewLambda(name, vs, set), t)
}

func fits(f *val.Func, t *types.Type) (val.Value, error) {
	if f == nil || !alike(f.T, t, 0) {
		return val.Value{}, ErrMismatch
	}
	return val.Fn(f), nil
}

func (c *Codec) readOpaque(r *wire.Reader, t *types.Type) (val.Value, error) {
	if t.Opaque == dataName {
		d := r.Data()
		return val.OpaqueVal(c.opaque(d)), r.Err()
	}
	read := c.cfg.Opaques[t.Opaque]
	if read == nil || r.Vector() != 2 || r.Str() != t.Opaque || r.Err() != nil {
		return val.Value{}, ErrMismatch
	}
	o, err := read(c, r)
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return val.Value{}, err
	}
	return val.OpaqueVal(o), nil
}
