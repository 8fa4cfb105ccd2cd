package interp

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// fuseSet compiles an assignment of a scalar to a local; nil when the local does not live in the frame.
func (c *compiler) fuseSet(l *ir.Local, r ir.Expr) bits {
	s, ok := c.direct(l)
	if !ok || !c.fuse {
		return nil
	}
	if l.Checked {
		x := c.bits(r)
		return func(m *M, f frame) uint64 {
			n := x(m, f)
			f[s] = val.Value{N: n}
			return n
		}
	}
	// The pointer of a scalar's slot is nil from the start: writing the number alone spares a write barrier.
	if b, ok := r.(*ir.Binary); ok && b.Op == ast.OpAdd && !c.isHeld(b.L) {
		if o := c.operand(b.L); o.k == 'l' && o.s == s {
			switch q := c.operand(b.R); {
			case isFloat(l.T):
				x := c.bits(b.R)
				return func(m *M, f frame) uint64 {
					v := fl(f[s].N)
					n := lf(v + fl(x(m, f)))
					f[s].N = n
					return n
				}
			case q.k == 'l':
				t := q.s
				return func(m *M, f frame) uint64 { f[s].N += f[t].N; return f[s].N }
			case q.k == 'c':
				k := q.n
				return func(m *M, f frame) uint64 { f[s].N += k; return f[s].N }
			}
			x := c.bits(b.R)
			return func(m *M, f frame) uint64 {
				v := f[s].N
				n := v + x(m, f)
				f[s].N = n
				return n
			}
		}
	}
	x := c.bits(r)
	return func(m *M, f frame) uint64 {
		n := x(m, f)
		f[s].N = n
		return n
	}
}

func (c *compiler) isHeld(e ir.Expr) bool { _, ok := c.held[e]; return ok }

// objectSlot returns the slot of an object that is a plain local.
func (c *compiler) objectSlot(e ir.Expr) (uint8, bool) {
	l, ok := e.(*ir.LocalRef)
	if !ok || l.Checked || c.isHeld(e) {
		return 0, false
	}
	return c.direct(l.Sym)
}

// localField returns the slot and the index of a scalar field of a record that is a plain local.
func (c *compiler) localField(e ir.Expr) (slot uint8, i int, ok bool) {
	fe, is := e.(*ir.Field)
	if !is || !c.fuse || c.isHeld(e) || !fe.T.IsScalar() {
		return 0, 0, false
	}
	slot, ok = c.objectSlot(fe.Rec)
	return slot, fe.Idx, ok
}

// scalarField reads a scalar field.
func (c *compiler) scalarField(e *ir.Field) bits {
	if !e.T.IsScalar() || !c.fuse {
		return nil
	}
	i := e.Idx
	if s, ok := c.objectSlot(e.Rec); ok {
		return func(m *M, f frame) uint64 {
			if v, ok := f[s].Rec().Field(i); ok {
				return v.N
			}
			return m.slowField(e, f[s].Rec()).N
		}
	}
	rec := c.object(e.Rec)
	return func(m *M, f frame) uint64 {
		r := rec(m, f).Rec()
		if v, ok := r.Field(i); ok {
			return v.N
		}
		return m.slowField(e, r).N
	}
}

// slowField reads a field that Record.Field did not.
func (m *M) slowField(e *ir.Field, r *val.Record) val.Value {
	if v, ok := r.Get(e.Idx); ok {
		return v
	}
	return m.fieldDefault(e)
}

// scalarIndex reads a scalar element of a vector.
func (c *compiler) scalarIndex(e *ir.Index) bits {
	t := e.Obj.Type()
	if !c.fuse || t.Tag != types.Vector || !e.T.IsScalar() || len(e.Keys) != 1 || e.Keys[0].Type().Tag == types.Vector {
		return nil
	}
	k := c.operand(e.Keys[0])
	if s, ok := c.objectSlot(e.Obj); ok && k.k == 'l' {
		ks := k.s
		return func(m *M, f frame) uint64 {
			v := f[s].Vec()
			if n, ok := v.Word(int(f[ks].N)); ok {
				return n
			}
			return m.slowElement(e, v, int64(f[ks].N)).N
		}
	}
	obj, key := c.object(e.Obj), c.bits(e.Keys[0])
	return func(m *M, f frame) uint64 {
		v := obj(m, f).Vec()
		i := key(m, f)
		if n, ok := v.Word(int(i)); ok {
			return n
		}
		return m.slowElement(e, v, int64(i)).N
	}
}

// slowElement reads an element by any index, or fails.
func (m *M) slowElement(e *ir.Index, v *val.Vector, i int64) val.Value {
	if i < 0 {
		i += int64(v.Len())
	}
	if i >= 0 && i < int64(v.Len()) {
		if x, ok := v.Get(int(i)); ok {
			return x
		}
	}
	m.noIndex(e)
	return val.Value{}
}

// fuseStore compiles the assignment of a scalar to an element or a field of a plain local as a statement; nil for all else.
func (c *compiler) fuseStore(l, r ir.Expr) stmt {
	if !c.fuse || !l.Type().IsScalar() {
		return nil
	}
	switch l := l.(type) {
	case *ir.Field:
		s, ok := c.objectSlot(l.Rec)
		if !ok {
			return nil
		}
		x, i := c.bits(r), l.Idx
		return func(m *M, f frame) ctl {
			v := val.Value{N: x(m, f)}
			rec := f[s].Rec()
			if p := rec.Slot(i); p != nil {
				*p = v
			} else {
				rec.SetSlow(i, v)
			}
			return ctlNone
		}
	case *ir.Index:
		t := l.Obj.Type()
		s, ok := c.objectSlot(l.Obj)
		if !ok || t.Tag != types.Vector || len(l.Keys) != 1 {
			return nil
		}
		x, key := c.bits(r), c.bits(l.Keys[0])
		return func(m *M, f frame) ctl {
			n := x(m, f)
			i := key(m, f)
			if w := f[s].Vec(); !w.SetWord(int(i), n) {
				m.setElement(l, w, int64(i), val.Value{N: n})
			}
			return ctlNone
		}
	}
	return nil
}

// clearFrame clears the slots of a window. Below a handful of slots it is faster than clear, whose bulk barrier is a call.
func clearFrame(f frame, n int) {
	if n > 8 {
		clear(f[:n])
		return
	}
	for i := 0; i < n; i++ {
		f[uint8(i)] = val.Value{}
	}
}

// fuseUpdate compiles += and -= on a scalar field or element of a plain local, whose operands are locals or constants.
func (c *compiler) fuseUpdate(x *ir.OpAssign) stmt {
	switch l := x.L.(type) {
	case *ir.Field:
	case *ir.Index:
		if len(l.Keys) != 1 || c.operand(l.Keys[0]).k == 0 {
			return nil
		}
	default:
		return nil
	}
	if !c.fuse || !x.L.Type().IsScalar() {
		return nil
	}
	if s, i, ok := c.localField(x.L); ok && x.Op == ast.OpAddTo {
		switch t := x.L.Type(); {
		case t.Tag == types.Count || t.Tag == types.Int:
			return c.fuseFieldAdd(x.L.(*ir.Field), s, i, x.R)
		}
	}
	return c.fuseStore(x.L, c.opValue(x, x.L))
}

// fuseFieldAdd compiles += on a whole field of a plain local. The old value is read before the right side runs.
func (c *compiler) fuseFieldAdd(e *ir.Field, s uint8, i int, right ir.Expr) stmt {
	x := c.bits(right)
	return func(m *M, f frame) ctl {
		rec := f[s].Rec()
		old, ok := rec.Field(i)
		if !ok {
			old = m.slowField(e, rec)
		}
		v := val.Value{N: old.N + x(m, f)}
		rec = f[s].Rec()
		if p := rec.Slot(i); p != nil {
			*p = v
		} else {
			rec.SetSlow(i, v)
		}
		return ctlNone
	}
}

// fuseStep compiles ++ on a whole field of a plain local.
func (c *compiler) fuseStep(x *ir.Incr) stmt {
	s, i, ok := c.localField(x.L)
	if !ok || x.Op != ast.OpInc || x.T.Tag != types.Count && x.T.Tag != types.Int {
		return nil
	}
	return c.fuseFieldAdd(x.L.(*ir.Field), s, i, &ir.Const{X: ir.X{T: x.T, At: x.At}, N: 1})
}

// fuseHas compiles rec?$field of a plain local, or its negation.
func (c *compiler) fuseHas(e *ir.HasField, want bool) cond {
	s, ok := c.objectSlot(e.Rec)
	if !ok || !c.fuse {
		return nil
	}
	i := e.Idx
	return func(m *M, f frame) bool { return f[s].Rec().Has(i) == want }
}
