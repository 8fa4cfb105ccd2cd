package input

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// converter makes script values of an entry's cells, one after the other. The first thing that does not fit is warned of and sets failed.
type converter struct {
	s      *stream
	cells  []cell
	pos    int
	failed bool
}

// record makes a record of the cells from pos on. Its result counts only if failed is not set.
func (c *converter) record(t *types.Type) val.Value {
	r := c.s.m.NewRecord(t)
	for i, f := range t.Rec.Fields {
		v, set := c.field(f)
		if c.failed {
			break
		}
		if set {
			r.Set(i, v)
		} else if !optional(f) && !unreadable(f.Type) && !c.s.back.old {
			c.missing(f, "record")
		}
	}
	return val.Rec(r)
}

// field makes the value of one field; set is false if the source leaves it open.
func (c *converter) field(f *types.Field) (v val.Value, set bool) {
	if c.failed {
		return v, false
	}
	if f.Type.Tag == types.Record {
		return c.record(f.Type), true
	}
	if unreadable(f.Type) {
		// Admitted by Input::accept_unsupported_types.
		return v, false
	}
	x := &c.cells[c.pos]
	c.pos++
	if !x.set {
		return v, false
	}
	v, bad := scalar(c.s.m, f.Type, x)
	if bad != "" {
		c.fail(x, bad)
	}
	return v, !c.failed
}

// keys makes the index of a table, at the first cell.
func (c *converter) keys(t *types.Type) []val.Value {
	c.pos = 0
	keys := make([]val.Value, 0, len(t.Rec.Fields))
	for _, f := range t.Rec.Fields {
		v, set := c.field(f)
		if c.failed {
			return nil
		}
		if !set {
			c.missing(f, "index")
			return nil
		}
		keys = append(keys, v)
	}
	return keys
}

// missing warns of a value that the last cell should have.
func (c *converter) missing(f *types.Field, what string) {
	c.failed = true
	msg := fmt.Sprintf("Skipping input with missing non-optional value (%s field %s)", what, f.Name)
	if line := c.cells[c.pos-1].line; line > 0 {
		msg = fmt.Sprintf("%s:%d: %s", c.s.source, line, msg)
	}
	c.s.warn(msg)
}

func (c *converter) fail(x *cell, what string) {
	c.failed = true
	for len(x.list) > 0 {
		x = &x.list[0] // elements have no line of their own
	}
	msg := fmt.Sprintf("Value '%s' for stream '%s' is not a valid %s.", x.bad(), c.s.name, what)
	if x.line > 0 && !c.s.back.old {
		msg = fmt.Sprintf("%s, line %d: %s", c.s.source, x.line, msg)
	}
	c.s.warn(msg)
}

// bad is the text of a cell that a type does not take, the first element of a list.
func (x *cell) bad() string {
	for len(x.list) > 0 {
		x = &x.list[0]
	}
	return x.v.Str()
}

// scalar makes a value of a cell that is set; bad names what the text of an enum or pattern is not.
func scalar(m *interp.M, t *types.Type, x *cell) (v val.Value, bad string) {
	switch t.Tag {
	case types.Enum:
		n, ok := t.Enum.ValueOf(strings.TrimPrefix(x.v.Str(), "GLOBAL::"))
		if !ok {
			return v, "enum"
		}
		return val.Enum(n), ""
	case types.Pattern:
		p, err := pattern.Compile(x.v.Str(), 0)
		if err != nil {
			m.Codef(diag.Input, diag.Error, "%s", err)
			return v, "pattern"
		}
		return val.Pat(p), ""
	case types.Table:
		set := val.NewTable(t, nil)
		for i := range x.list {
			if !x.list[i].set {
				continue
			}
			e, bad := scalar(m, t.Keys[0], &x.list[i])
			if bad != "" {
				x.list = x.list[i : i+1]
				return v, bad
			}
			set.SetOne(e, val.Value{})
		}
		return val.Tab(set), ""
	case types.Vector:
		vec := val.NewVector(t)
		vec.Resize(len(x.list))
		for i := range x.list {
			if !x.list[i].set {
				vec.Unset(i)
				continue
			}
			e, bad := scalar(m, t.Elem, &x.list[i])
			if bad != "" {
				x.list = x.list[i : i+1]
				return v, bad
			}
			vec.Set(i, e)
		}
		return val.Vec(vec), ""
	}
	return x.v, ""
}

// unreadable reports whether fields of a type are passed over if they are optional.
func unreadable(t *types.Type) bool {
	return t.Tag == types.File || t.Tag == types.Func || t.Tag == types.Opaque
}

// recordFields is the fields of a record as a table's index.
func recordFields(r *val.Record) []val.Value {
	keys := make([]val.Value, len(r.T.Rec.Fields))
	for i := range keys {
		keys[i], _ = r.Get(i)
	}
	return keys
}

// packCells appends bytes that tell different cells apart; ok is false if none of them holds anything.
func packCells(b []byte, cells []cell, fields []field) (packed []byte, ok bool) {
	for i := range cells {
		if x := &cells[i]; x.set {
			n := len(b)
			b = packCell(b, x, fields[i].tag, fields[i].sub)
			ok = ok || len(b) > n
		}
		b = append(b, 1)
	}
	return b, ok
}

func packCell(b []byte, x *cell, tag, sub types.Tag) []byte {
	switch tag {
	case types.Table, types.Vector:
		for i := range x.list {
			b = packCell(b, &x.list[i], sub, types.Void)
		}
		return b
	case types.String, types.Enum, types.Pattern:
		b = binary.AppendUvarint(b, x.v.N)
		return append(b, x.v.Str()...)
	case types.Addr:
		a := x.v.Addr().As16()
		return append(b, a[:]...)
	case types.Subnet:
		p := x.v.Subnet()
		a := p.Addr().As16()
		return append(append(b, a[:]...), byte(p.Bits()))
	}
	return binary.LittleEndian.AppendUint64(b, x.v.N)
}
