package val

import (
	"strings"
	"unsafe"

	"github.com/brogo/brogo/lang/types"
)

// Clone makes a deep copy; what v refers to twice, or in a circle, is copied once. Scalars, addresses, files and types have no
// contents that could change and stay as they are; so do strings and patterns inside of containers, while a string or pattern
// alone becomes another object to Same.
func Clone(t *types.Type, v Value) Value {
	switch {
	case t.Tag == types.String:
		return Str(strings.Clone(v.Str()))
	case t.Tag == types.Pattern && v.P != nil:
		return Pat(v.Pattern().Clone())
	case !hasContents(t) || v.P == nil:
		return v
	case t.Tag == types.Record:
		if r := cloneFlat(v.Rec()); r != nil {
			return Rec(r)
		}
	}
	var c cloner
	return c.all(t, v)
}

// cloneFlat copies a record of which no field has contents; it is nil for others. Most &default values are such records.
func cloneFlat(r *Record) *Record {
	to := NewRecord(r.T)
	for i, f := range r.T.Rec.Fields {
		x, ok := r.Get(i)
		switch {
		case !ok:
		case x.P != nil && hasContents(f.Type):
			return nil
		default:
			to.Set(i, x)
		}
	}
	return to
}

// cloneKey copies an index value. Functions and opaque values in it stay themselves: they are looked up by identity.
func cloneKey(t *types.Type, v Value) Value {
	if !hasContents(t) || v.P == nil {
		return v
	}
	c := cloner{keep: true}
	return c.all(t, v)
}

// all copies v and what it refers to.
func (c *cloner) all(t *types.Type, v Value) Value {
	r := c.ref(t, v)
	// A list instead of recursion: nesting may be deeper than the stack.
	for len(c.todo) > 0 {
		fill := c.todo[len(c.todo)-1]
		c.todo = c.todo[:len(c.todo)-1]
		fill()
	}
	return r
}

// hasContents reports whether values of t are copied by Clone.
func hasContents(t *types.Type) bool {
	switch t.Tag {
	case types.Record, types.Table, types.Vector, types.Opaque, types.Any, types.Func, types.List:
		return true
	}
	return false
}

type cloner struct {
	done map[unsafe.Pointer]unsafe.Pointer
	todo []func()
	keep bool // functions and opaque values are not copied
}

// ref returns the copy of v, whose contents may follow later.
func (c *cloner) ref(t *types.Type, v Value) Value {
	if v.P == nil || !hasContents(t) {
		return v
	}
	if p, ok := c.done[v.P]; ok {
		return Value{N: v.N, P: p}
	}
	r := c.shell(t, v)
	if r.P != v.P {
		if c.done == nil {
			c.done = make(map[unsafe.Pointer]unsafe.Pointer)
		}
		c.done[v.P] = r.P
	}
	return r
}

// shell makes the copy of a container without its contents and queues these.
func (c *cloner) shell(t *types.Type, v Value) Value {
	switch t.Tag {
	case types.Record:
		from := v.Rec()
		to := NewRecord(from.T)
		c.todo = append(c.todo, func() {
			for i, f := range from.T.Rec.Fields {
				if x, ok := from.Get(i); ok {
					to.Set(i, c.ref(f.Type, x))
				}
			}
		})
		return Rec(to)
	case types.Vector:
		from := v.Vec()
		to := from.Slice(0, from.Len())
		if from.T.Elem != nil && hasContents(from.T.Elem) {
			c.todo = append(c.todo, func() {
				for i, x := range to.v {
					to.v[i] = c.ref(to.T.Elem, x)
				}
			})
		}
		return Vec(to)
	case types.Table:
		from := v.Table()
		to := from.copy()
		if from.T.Elem != nil && hasContents(from.T.Elem) {
			c.todo = append(c.todo, func() { to.mapValues(func(x Value) Value { return c.ref(to.T.Elem, x) }) })
		}
		return Tab(to)
	case types.Any:
		bt, bv := v.Unbox()
		if !hasContents(bt) {
			return v
		}
		box := &AnyBox{T: bt}
		c.todo = append(c.todo, func() { box.V = c.ref(bt, bv) })
		return Value{P: unsafe.Pointer(box)}
	case types.List:
		to := make([]Value, len(v.List()))
		c.todo = append(c.todo, func() {
			for i, x := range v.List() {
				to[i] = c.ref(t.List[i], x)
			}
		})
		return ListVal(to)
	}
	if c.keep {
		return v
	}
	if t.Tag == types.Func {
		if fc, ok := v.Func().Impl.(FuncCloner); ok {
			return Fn(fc.CloneFunc(v.Func()))
		}
		return v
	}
	return OpaqueVal(v.Opaque().Clone())
}
