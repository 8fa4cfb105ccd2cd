package interp

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// bytesString makes a string of bytes that nobody will write to again.
func bytesString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// object compiles an expression whose value is used by its pointer.
func (c *compiler) object(e ir.Expr) expr { return c.expr(e) }

// keys is compiled code that evaluates the values of a composite index. They go to a window of the value stack: an array of the
// caller's would escape to the heap at each access, since the code is called through a pointer (96 bytes and 40 ns).
type keys struct {
	n        int
	pointers bool
	fill     func(m *M, f, to frame)
}

// keys compiles index expressions. whole: one value stands for all.
func (c *compiler) keys(t *types.Type, es []ir.Expr, whole bool) keys {
	if len(es) > maxDirect || len(t.Keys) > maxDirect {
		return keys{n: 1, fill: func(m *M, f, to frame) { m.fail(diag.ListLength, es[0], "too many index values") }}
	}
	if whole {
		return c.wholeKeys(t, es[0])
	}
	ks := keys{n: len(es)}
	for _, e := range es {
		ks.pointers = ks.pointers || !e.Type().IsScalar()
	}
	xs := c.exprs(es)
	if len(xs) == 2 {
		x0, x1 := xs[0], xs[1]
		ks.fill = func(m *M, f, to frame) {
			to[0] = x0(m, f)
			to[1] = x1(m, f)
		}
		return ks
	}
	ks.fill = func(m *M, f, to frame) {
		for i, x := range xs {
			to[i] = x(m, f)
		}
	}
	return ks
}

// wholeKeys takes a list or a record apart.
func (c *compiler) wholeKeys(t *types.Type, e ir.Expr) keys {
	x, n := c.expr(e), len(t.Keys)
	if e.Type().Tag == types.List {
		return keys{n, true, func(m *M, f, to frame) { copy(to[:n], listOf(x(m, f))) }}
	}
	return keys{n, true, func(m *M, f, to frame) {
		r := x(m, f).Rec()
		for i := range n {
			v, ok := r.Get(i)
			if !ok {
				m.fail(diag.UnsetField, e, "field value missing")
			}
			to[i] = v
		}
	}}
}

// open evaluates the values into a new window; close ends it. What runs between them must copy what it keeps.
func (ks *keys) open(m *M, f frame) frame {
	to := m.push(ks.n)
	ks.fill(m, f, to)
	return to
}

func (ks *keys) close(m *M, to frame) {
	if ks.pointers {
		clearFrame(to, ks.n)
	}
	m.pop(ks.n)
}

// A list value is a pointer to its values.
func listOf(v val.Value) []val.Value { return *(*[]val.Value)(v.P) }

func (c *compiler) list(e *ir.ListExpr) expr {
	xs := c.exprs(e.Elems)
	return func(m *M, f frame) val.Value {
		vs := make([]val.Value, len(xs))
		for i, x := range xs {
			vs[i] = x(m, f)
		}
		return val.Value{P: unsafe.Pointer(&vs)}
	}
}

// in compiles membership.
func (c *compiler) in(e *ir.In) cond {
	ct := e.Coll.Type()
	var kt *types.Type
	if len(e.Keys) > 0 {
		kt = e.Keys[0].Type()
	}
	coll := c.object(e.Coll)
	switch ct.Tag {
	case types.Table:
		if len(ct.Keys) == 1 && ct.Keys[0].Tag == types.Pattern && kt.Tag == types.String {
			k := c.expr(e.Keys[0])
			return func(m *M, f frame) bool {
				s := k(m, f)
				return len(coll(m, f).Table().MatchPattern(s.Str())) > 0
			}
		}
		if len(ct.Keys) == 1 && !e.Whole {
			k := c.key(ct.Keys[0], e.Keys[0])
			return func(m *M, f frame) bool {
				x := k(m, f)
				return coll(m, f).Table().HasOne(x)
			}
		}
		ks := c.keys(ct, e.Keys, e.Whole)
		return func(m *M, f frame) bool {
			to := ks.open(m, f)
			ok := coll(m, f).Table().Has(to[:ks.n])
			ks.close(m, to)
			return ok
		}
	case types.String:
		k := c.expr(e.Keys[0])
		if kt.Tag == types.Pattern {
			return func(m *M, f frame) bool {
				p := k(m, f).Pattern()
				return p.MatchIn(coll(m, f).Str())
			}
		}
		return func(m *M, f frame) bool {
			s := k(m, f)
			return strings.Contains(coll(m, f).Str(), s.Str())
		}
	case types.Subnet:
		k := c.expr(e.Keys[0])
		if kt.Tag == types.Subnet {
			return func(m *M, f frame) bool {
				a := k(m, f).Subnet()
				b := coll(m, f).Subnet()
				return b.Bits() <= a.Bits() && b.Contains(a.Addr())
			}
		}
		return func(m *M, f frame) bool {
			a := k(m, f).Addr()
			return coll(m, f).Subnet().Contains(a)
		}
	case types.Vector:
		k := c.bits(e.Keys[0])
		return func(m *M, f frame) bool {
			i := int64(k(m, f))
			v := coll(m, f).Vec()
			if i < 0 || i >= int64(v.Len()) {
				return false
			}
			_, ok := v.Get(int(i))
			return ok
		}
	case types.List:
		k := c.expr(e.Keys[0])
		return func(m *M, f frame) bool {
			x := k(m, f)
			for _, v := range listOf(coll(m, f)) {
				if val.Equal(kt, x, v) {
					return true
				}
			}
			return false
		}
	}
	panic("interp: no code for in " + ct.Tag.String())
}

// key compiles one index value; an addr that looks into a table indexed by subnet becomes its host subnet.
func (c *compiler) key(t *types.Type, e ir.Expr) expr {
	x := c.expr(e)
	if t.Tag == types.Subnet && e.Type().Tag == types.Addr {
		return func(m *M, f frame) val.Value { return hostSubnet(x(m, f)) }
	}
	return x
}

func hostSubnet(a val.Value) val.Value {
	if a.P == nil {
		return val.Value{N: a.N<<8 | 32}
	}
	return val.Value{N: 128, P: a.P}
}

// index compiles Obj[Keys].
func (c *compiler) index(e *ir.Index) expr {
	t := e.Obj.Type()
	obj := c.object(e.Obj)
	switch t.Tag {
	case types.Table:
		return c.tableIndex(e, obj)
	case types.Vector:
		if e.Keys[0].Type().Tag == types.Vector {
			return c.vectorSelect(e, obj)
		}
		k := c.bits(e.Keys[0])
		wantAny := t.Elem.Tag == types.Any
		return func(m *M, f frame) val.Value {
			v := obj(m, f).Vec()
			i := int64(k(m, f))
			if i < 0 {
				i += int64(v.Len())
			}
			if i >= 0 && i < int64(v.Len()) {
				if x, ok := v.Get(int(i)); ok {
					if wantAny {
						x = val.Any(v.T.Elem, x)
					}
					m.touch(e.T, x)
					return x
				}
			}
			m.noIndex(e)
			return val.Value{}
		}
	case types.String:
		k := c.bits(e.Keys[0])
		return func(m *M, f frame) val.Value {
			s := obj(m, f).Str()
			i := int64(k(m, f))
			if i < 0 {
				i += int64(len(s))
			}
			if i < 0 || i >= int64(len(s)) {
				return val.Value{}
			}
			return val.Str(s[i : i+1])
		}
	}
	panic("interp: no code to index " + t.Tag.String())
}

// touch remembers a container that a when condition met by an index, since a change of it may make the condition true.
func (m *M) touch(t *types.Type, v val.Value) {
	if m.trigger != nil && t.IsAggregate() {
		m.touched = append(m.touched, watched{t, v})
	}
}

// tableIndex reads an element, or what &default gives.
func (c *compiler) tableIndex(e *ir.Index, obj expr) expr {
	t := e.Obj.Type()
	wantAny := t.Elem != nil && t.Elem.Tag == types.Any
	finish := func(m *M, tv *val.Table, v val.Value) val.Value {
		if wantAny {
			v = val.Any(tv.T.Elem, v)
		}
		m.touch(e.T, v)
		return v
	}
	plain := !wantAny && !e.T.IsAggregate()
	if len(t.Keys) == 1 && !e.Whole {
		if t.Keys[0].Tag == types.Pattern && e.Keys[0].Type().Tag == types.String {
			k := c.expr(e.Keys[0])
			return func(m *M, f frame) val.Value {
				tv := obj(m, f).Table()
				out := val.NewVector(e.T)
				for _, v := range tv.MatchPattern(k(m, f).Str()) {
					out.Append(v)
				}
				return val.Vec(out)
			}
		}
		k := c.key(t.Keys[0], e.Keys[0])
		return func(m *M, f frame) val.Value {
			tv := obj(m, f).Table()
			key := k(m, f)
			v, ok := tv.One(key)
			if !ok {
				v = m.tableDefault(e, tv, []val.Value{key})
			}
			if plain {
				return v
			}
			return finish(m, tv, v)
		}
	}
	ks := c.keys(t, e.Keys, e.Whole)
	return func(m *M, f frame) val.Value {
		tv := obj(m, f).Table()
		to := ks.open(m, f)
		v, ok := tv.Lookup(to[:ks.n])
		if !ok {
			v = m.tableDefault(e, tv, slices.Clone(to[:ks.n]))
		}
		ks.close(m, to)
		return finish(m, tv, v)
	}
}

// tableDefault is the value of an element that is not there: &default's, entered into the table by &default_insert.
func (m *M) tableDefault(e *ir.Index, t *val.Table, keys []val.Value) val.Value {
	if t.Attrs != nil && t.Attrs.Default != nil {
		if v, ok := t.Attrs.Default(keys); ok {
			if t.Attrs.Insert {
				t.Set(keys, v)
			}
			return v
		}
	}
	m.noIndex(e)
	return val.Value{}
}

// vectorSelect is v[w]: elements chosen by a vector of bools or of indices.
func (c *compiler) vectorSelect(e *ir.Index, obj expr) expr {
	by := c.expr(e.Keys[0])
	bools := e.Keys[0].Type().Elem.Tag == types.Bool
	return func(m *M, f frame) val.Value {
		v := obj(m, f).Vec()
		w := by(m, f).Vec()
		out := val.NewVector(e.T)
		if bools && w.Len() != v.Len() {
			m.fail(diag.VectorSize, e, "size mismatch, boolean index and vector")
		}
		for i := range w.Len() {
			k, ok := w.Get(i)
			switch {
			case !bools:
				out.Resize(i + 1)
				if at := k.Int(); ok && at >= 0 && at < int64(v.Len()) {
					if x, ok := v.Get(int(at)); ok {
						out.Set(i, x)
					}
				}
			case ok && k.Bool():
				if x, ok := v.Get(i); ok {
					out.Append(x)
				}
			}
		}
		return val.Vec(out)
	}
}

// sliceEnd maps a slice's end to 0..n: negative ends count from the end, those too far are clamped.
func sliceEnd(i int64, n int) int {
	switch {
	case i > int64(n):
		return n
	case i < -int64(n):
		return 0
	case i < 0:
		return int(i) + n
	}
	return int(i)
}

// sliceEnds compiles the ends of a slice.
func (c *compiler) sliceEnds(e *ir.Slice) func(m *M, f frame, n int) (lo, hi int) {
	var lo, hi bits
	if e.Lo != nil {
		lo = c.bits(e.Lo)
	}
	if e.Hi != nil {
		hi = c.bits(e.Hi)
	}
	return func(m *M, f frame, n int) (int, int) {
		a, b := 0, n
		if lo != nil {
			a = sliceEnd(int64(lo(m, f)), n)
		}
		if hi != nil {
			b = sliceEnd(int64(hi(m, f)), n)
		}
		return a, b
	}
}

func (c *compiler) slice(e *ir.Slice) expr {
	obj, ends := c.object(e.Obj), c.sliceEnds(e)
	if e.Obj.Type().Tag == types.String {
		return func(m *M, f frame) val.Value {
			s := obj(m, f).Str()
			lo, hi := ends(m, f, len(s))
			if hi < lo {
				return val.Value{}
			}
			return val.Str(s[lo:hi])
		}
	}
	return func(m *M, f frame) val.Value {
		v := obj(m, f).Vec()
		lo, hi := ends(m, f, v.Len())
		if hi < lo {
			return val.Vec(val.NewVector(v.T))
		}
		return val.Vec(v.Slice(lo, hi))
	}
}

// field compiles Rec$Name.
func (c *compiler) field(e *ir.Field) expr {
	rec, i := c.object(e.Rec), e.Idx
	if e.T.IsAggregate() {
		return func(m *M, f frame) val.Value {
			v, ok := rec(m, f).Rec().Get(i)
			if !ok {
				return m.fieldDefault(e)
			}
			m.touch(e.T, v)
			return v
		}
	}
	return func(m *M, f frame) val.Value {
		if v, ok := rec(m, f).Rec().Get(i); ok {
			return v
		}
		return m.fieldDefault(e)
	}
}

// fieldDefault is the value of an unset field: &default's, which a record made before `redef record` lacks.
func (m *M) fieldDefault(e *ir.Field) val.Value {
	if d, ok := e.Rec.Type().Rec.Fields[e.Idx].Default().(ir.Expr); ok {
		return m.evalDefault(d)
	}
	m.fail(diag.UnsetField, e, "field value missing")
	return val.Value{}
}

// store is compiled code that writes v to a place; its own operands are evaluated when it runs, after the value.
type store func(m *M, f frame, v val.Value)

// place compiles the left side of an assignment.
func (c *compiler) place(l ir.Expr) store {
	switch l := l.(type) {
	case *ir.LocalRef:
		set := c.setLocal(l.Sym)
		return func(m *M, f frame, v val.Value) { set(f, v) }
	case *ir.GlobalRef:
		return c.globalPlace(l)
	case *ir.Field:
		rec, i := c.object(l.Rec), l.Idx
		return func(m *M, f frame, v val.Value) { rec(m, f).Rec().Set(i, v) }
	case *ir.Index:
		return c.indexPlace(l)
	case *ir.Slice:
		obj, ends := c.object(l.Obj), c.sliceEnds(l)
		return func(m *M, f frame, v val.Value) {
			w := obj(m, f).Vec()
			lo, hi := ends(m, f, w.Len())
			w.Splice(lo, max(lo, hi), v.Vec())
		}
	case *ir.ListExpr:
		ps := make([]store, len(l.Elems))
		for i, x := range l.Elems {
			ps[i] = c.place(x)
		}
		return func(m *M, f frame, v val.Value) {
			vs := listOf(v)
			if len(vs) != len(ps) {
				m.fail(diag.ListLength, l, "mismatch in list lengths")
			}
			for i, p := range ps {
				p(m, f, vs[i])
			}
		}
	case *ir.Coerce:
		return c.place(l.Arg)
	}
	panic("interp: cannot assign to " + ir.Describe(l))
}

func (c *compiler) globalPlace(l *ir.GlobalRef) store {
	if l.Sym.Kind == ir.KindFunc || l.Sym.Kind == ir.KindBuiltin {
		fn := c.m.function(l.Sym)
		return func(m *M, f frame, v val.Value) { fn.over = v.Func() }
	}
	cell := c.m.cell(l.Sym)
	return func(m *M, f frame, v val.Value) { cell.set(v) }
}

func (c *compiler) indexPlace(l *ir.Index) store {
	t := l.Obj.Type()
	obj := c.object(l.Obj)
	if t.Tag == types.Vector {
		k := c.bits(l.Keys[0])
		isAny := t.Elem.Tag == types.Any
		return func(m *M, f frame, v val.Value) {
			w := obj(m, f).Vec()
			i := int64(k(m, f))
			if isAny && w.T.Elem.Tag != types.Any {
				v = m.unboxTo(l, w.T.Elem, v)
			}
			m.setElement(l, w, i, v)
		}
	}
	isAny := t.Elem != nil && t.Elem.Tag == types.Any
	adapt := func(m *M, tv *val.Table, v val.Value) val.Value {
		if isAny && tv.T.Elem != nil && tv.T.Elem.Tag != types.Any {
			return m.unboxTo(l, tv.T.Elem, v)
		}
		return v
	}
	if len(t.Keys) == 1 && !l.Whole {
		k := c.key(t.Keys[0], l.Keys[0])
		return func(m *M, f frame, v val.Value) {
			tv := obj(m, f).Table()
			key := k(m, f)
			if isAny {
				v = adapt(m, tv, v)
			}
			if m.looping(tv) {
				m.setWhileIterating(l, tv, []val.Value{key}, v)
				return
			}
			tv.SetOne(key, v)
		}
	}
	ks := c.keys(t, l.Keys, l.Whole)
	return func(m *M, f frame, v val.Value) {
		tv := obj(m, f).Table()
		to := ks.open(m, f)
		v = adapt(m, tv, v)
		if m.looping(tv) {
			m.setWhileIterating(l, tv, slices.Clone(to[:ks.n]), v)
		} else {
			tv.Set(to[:ks.n], v)
		}
		ks.close(m, to)
	}
}

// setElement assigns to an element by any index.
func (m *M) setElement(l *ir.Index, w *val.Vector, i int64, v val.Value) {
	if i < 0 {
		i += int64(w.Len())
	}
	if i < 0 || i > maxVector {
		m.fail(diag.NoSuchIndex, l, "no such index")
	}
	w.Set(int(i), v)
}

// maxVector bounds an index that is assigned to, so that a slip cannot take all memory for holes.
const maxVector = 1 << 30

// setWhileIterating warns when an assignment adds an element to a table that a loop is going over.
func (m *M) setWhileIterating(x ir.Expr, t *val.Table, keys []val.Value, v val.Value) {
	n := t.Len()
	t.Set(keys, v)
	if t.Len() != n {
		m.warn(diag.IteratorInvalidation, x, "possible loop/iterator invalidation")
	}
}

// assign compiles L = R. Its value is R's.
func (c *compiler) assign(e *ir.Assign) expr {
	if l, ok := e.L.(*ir.LocalRef); ok {
		if s, ok := c.direct(l.Sym); ok {
			c.declare(l.Sym)
			r := c.expr(e.R)
			return func(m *M, f frame) val.Value {
				v := r(m, f)
				f[s] = v
				return v
			}
		}
	}
	p, r := c.place(e.L), c.expr(e.R)
	if _, list := e.L.(*ir.ListExpr); list && e.R.Type().Tag == types.Any {
		// `[a, b] = index` takes apart the index that an &expire_func gets.
		return func(m *M, f frame) val.Value {
			v := r(m, f)
			t, inner := v.Unbox()
			if t.Tag != types.List {
				m.fail(diag.ListLength, e, "mismatch in list lengths")
			}
			p(m, f, inner)
			return v
		}
	}
	return func(m *M, f frame) val.Value {
		v := r(m, f)
		p(m, f, v)
		return v
	}
}

// opAssign compiles += and -=.
func (c *compiler) opAssign(e *ir.OpAssign) expr {
	t := e.L.Type()
	switch {
	case e.Elem:
		v, r := c.object(e.L), c.expr(e.R)
		isAny := t.Elem.Tag == types.Any
		return func(m *M, f frame) val.Value {
			o := v(m, f)
			w := o.Vec()
			x := r(m, f)
			if isAny && w.T.Elem.Tag != types.Any {
				x = m.unboxTo(e, w.T.Elem, x)
			}
			w.Append(x)
			return o
		}
	case t.Tag == types.Vector:
		right := e.R
		if co, ok := right.(*ir.Coerce); ok && co.How == ir.CoerceVector {
			right = co.Arg // appending converts each element by itself
		}
		v, r := c.object(e.L), c.object(right)
		return func(m *M, f frame) val.Value {
			o := v(m, f)
			m.appendVector(e, o.Vec(), r(m, f).Vec())
			return o
		}
	case t.Tag == types.Table:
		x, r := c.object(e.L), c.object(e.R)
		return func(m *M, f frame) val.Value {
			o := x(m, f)
			mergeTable(e.Op, o.Table(), r(m, f).Table())
			return o
		}
	}
	return c.update(e.L, func(cur ir.Expr) ir.Expr { return c.opValue(e, cur) })
}

// opValue is the sum or difference that an OpAssign stores, as an expression over the current value.
func (c *compiler) opValue(e *ir.OpAssign, cur ir.Expr) ir.Expr {
	op := ast.OpAdd
	if e.Op == ast.OpRemove {
		op = ast.OpSub
	}
	b := &ir.Binary{X: ir.X{T: e.L.Type(), At: e.At}, Op: op, L: cur, R: e.R}
	return b
}

// appendVector adds the elements of w behind v. One whose type, known only now, does not fit is an error and ends it.
func (m *M) appendVector(x ir.Expr, v, w *val.Vector) {
	n := w.Len() // w may be v
	for i := range n {
		el, ok := w.Get(i)
		if !ok {
			v.Resize(v.Len() + 1)
			continue
		}
		switch {
		case v.T.Elem.Tag == types.Any:
			el = val.Any(w.T.Elem, el)
		case w.T.Elem.Tag == types.Any:
			t, inner := el.Unbox()
			if !types.Same(t, v.T.Elem) {
				msg := "incompatible vector element assignment"
				var at diag.Span
				if x != nil {
					msg += " (" + ir.Describe(x) + " and " + m.ArgText(w.T, val.Vec(w)) + ")"
					at = x.Span()
				}
				m.Report(diag.Diagnostic{Severity: diag.Error, Code: diag.BadCast, Msg: msg, At: at, Stack: m.scriptStack(at)})
				return
			}
			el = inner
		}
		v.Append(el)
	}
}

// mergeTable adds the elements of r to t, or takes them out.
func mergeTable(op ast.Op, t, r *val.Table) {
	if t == r {
		if op == ast.OpRemove {
			t.Clear()
		}
		return
	}
	for it := r.Iter(); it.Next(); {
		if op == ast.OpRemove {
			t.Delete(it.Keys())
		} else {
			t.Set(it.Keys(), it.Val())
		}
	}
}

// update compiles a change of a place's value by an expression over it. What the place's own operands yield is computed once.
func (c *compiler) update(l ir.Expr, next func(cur ir.Expr) ir.Expr) expr {
	switch l := l.(type) {
	case *ir.LocalRef:
		return c.assign(&ir.Assign{X: ir.X{T: l.T, At: l.At}, L: l, R: next(l)})
	case *ir.GlobalRef:
		r, cell := c.expr(next(l)), c.m.cell(l.Sym)
		return func(m *M, f frame) val.Value {
			v := r(m, f)
			cell.set(v)
			return v
		}
	case *ir.Field:
		return c.holding([]ir.Expr{l.Rec}, func() expr { return c.assignTo(l, next(l)) })
	case *ir.Index:
		return c.holding(append([]ir.Expr{l.Obj}, l.Keys...), func() expr { return c.assignTo(l, next(l)) })
	}
	return c.assignTo(l, next(l))
}

func (c *compiler) assignTo(l, r ir.Expr) expr {
	p, x := c.place(l), c.expr(r)
	return func(m *M, f frame) val.Value {
		v := x(m, f)
		p(m, f, v)
		return v
	}
}

// holding compiles code in which operands are evaluated once however often it reads them: before it runs they go to scratch slots
// of the frame. Constants and plain variables need no slot.
func (c *compiler) holding(es []ir.Expr, inner func() expr) expr {
	type held struct {
		e    ir.Expr
		slot uint8
		code expr
	}
	var hs []held
	for _, e := range es {
		switch x := e.(type) {
		case *ir.Const, *ir.GlobalRef:
			continue
		case *ir.LocalRef:
			if !x.Checked {
				continue
			}
		}
		if _, already := c.held[e]; already || c.b.size >= frameLen {
			continue // without room it is evaluated again
		}
		hs = append(hs, held{e, uint8(c.b.size), c.expr(e)})
		c.b.size++
		c.b.pointers = true
	}
	for _, h := range hs {
		c.held[h.e] = h.slot
	}
	code := inner()
	for i := len(hs) - 1; i >= 0; i-- {
		s, x, next := hs[i].slot, hs[i].code, code
		code = func(m *M, f frame) val.Value {
			f[s] = x(m, f)
			return next(m, f)
		}
		delete(c.held, hs[i].e)
	}
	return code
}

// incr compiles ++L and --L for places that are no plain local.
func (c *compiler) incr(e *ir.Incr) expr {
	op := ast.OpAdd
	if e.Op == ast.OpDec {
		op = ast.OpSub
	}
	if e.T.Tag == types.Vector {
		return c.vectorIncr(e, op)
	}
	return c.update(e.L, func(cur ir.Expr) ir.Expr {
		one := &ir.Const{X: ir.X{T: e.T, At: e.At}, N: 1}
		b := &ir.Binary{X: ir.X{T: e.T, At: e.At}, Op: op, L: cur, R: one}
		return b
	})
}

// vectorIncr adds one to each element (2.6).
func (c *compiler) vectorIncr(e *ir.Incr, op ast.Op) expr {
	v := c.object(e.L)
	step := uint64(1)
	if op == ast.OpSub {
		step = ^uint64(0)
	}
	return func(m *M, f frame) val.Value {
		o := v(m, f)
		w := o.Vec()
		for i := range w.Len() {
			if x, ok := w.Get(i); ok {
				w.Set(i, val.Value{N: x.N + step})
			}
		}
		return o
	}
}

// scalarIncr is ++ and -- of a plain local.
func (c *compiler) scalarIncr(e *ir.Incr) bits {
	l, ok := e.L.(*ir.LocalRef)
	if !ok || l.Checked || !e.T.IsScalar() {
		return nil
	}
	s, ok := c.direct(l.Sym)
	if !ok {
		return nil
	}
	if e.Op == ast.OpInc {
		return func(m *M, f frame) uint64 { f[s].N++; return f[s].N }
	}
	if e.T.Tag == types.Int {
		return func(m *M, f frame) uint64 { f[s].N--; return f[s].N }
	}
	return func(m *M, f frame) uint64 {
		f[s].N--
		if f[s].N == ^uint64(0) {
			m.underflow(e)
		}
		return f[s].N
	}
}

// addDel compiles add and delete.
func (c *compiler) addDel(e *ir.AddDel) expr {
	none := func(code func(m *M, f frame)) expr {
		return func(m *M, f frame) val.Value { code(m, f); return val.Value{} }
	}
	switch a := e.Arg.(type) {
	case *ir.Field:
		rec, i := c.object(a.Rec), a.Idx
		return none(func(m *M, f frame) {
			r := rec(m, f).Rec()
			r.Unset(i)
			m.restore(r, i)
		})
	case *ir.Index:
		t := a.Obj.Type()
		obj, ks := c.object(a.Obj), c.keys(t, a.Keys, a.Whole)
		if len(t.Keys) == 1 && !a.Whole {
			one := c.key(t.Keys[0], a.Keys[0])
			ks.fill = func(m *M, f, to frame) { to[0] = one(m, f) }
			ks.pointers = ks.pointers || t.Keys[0].Tag == types.Subnet
		}
		return func(m *M, f frame) val.Value {
			tv := obj(m, f).Table()
			to := ks.open(m, f)
			n := tv.Len()
			if e.Delete {
				tv.Delete(to[:ks.n])
			} else {
				tv.Set(to[:ks.n], val.Value{})
			}
			ks.close(m, to)
			changed := tv.Len() != n
			if changed && m.looping(tv) {
				m.warn(diag.IteratorInvalidation, a, "possible loop/iterator invalidation")
			}
			return val.Bool(changed)
		}
	}
	obj := c.object(e.Arg)
	if e.Arg.Type().Tag == types.Vector {
		return none(func(m *M, f frame) { obj(m, f).Vec().Resize(0) })
	}
	return none(func(m *M, f frame) { obj(m, f).Table().Clear() })
}
