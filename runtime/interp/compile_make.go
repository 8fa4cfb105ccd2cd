package interp

import (
	"math"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// recordCtor compiles a record with the given fields and the defaults of the others.
func (c *compiler) recordCtor(e *ir.RecordCtor) expr {
	type init struct {
		idx int
		x   expr
	}
	given := make([]init, len(e.Fields))
	has := make(map[int]bool, len(e.Fields))
	for i, fi := range e.Fields {
		given[i] = init{fi.Idx, c.expr(fi.Val)}
		has[fi.Idx] = true
	}
	t := e.T
	var p *recordPlan
	var rest []fieldPlan
	return func(m *M, f frame) val.Value {
		if p == nil || p.stale() {
			p = m.plan(t)
			rest = rest[:0]
			for _, fp := range p.fields {
				if !has[fp.idx] {
					rest = append(rest, fp)
				}
			}
		}
		r := m.rawRecord(t)
		for _, in := range given {
			r.Set(in.idx, in.x(m, f))
		}
		for i := range rest {
			rest[i].apply(m, r)
		}
		return val.Rec(r)
	}
}

// tableCtor compiles a table or set with its elements; later ones win.
func (c *compiler) tableCtor(e *ir.TableCtor) expr {
	type entry struct {
		keys   keys
		val    expr
		spread []int
	}
	t := e.T
	es := make([]entry, len(e.Entries))
	for i, en := range e.Entries {
		es[i].keys, es[i].spread = c.keys(t, en.Keys, en.Whole), en.Spread
		if en.Val != nil {
			es[i].val = c.expr(en.Val)
		}
	}
	attrs := c.m.tableAttrs(t, e.Attrs)
	return func(m *M, f frame) val.Value {
		tv := val.NewTable(t, attrs)
		for i := range es {
			ks := &es[i].keys
			to := ks.open(m, f)
			var v val.Value
			if es[i].val != nil {
				v = es[i].val(m, f)
			}
			if es[i].spread != nil {
				setSpread(tv, to[:ks.n], v, es[i].spread)
			} else {
				tv.Set(to[:ks.n], v)
			}
			ks.close(m, to)
		}
		m.expires(tv)
		return val.Tab(tv)
	}
}

// setSpread sets an element for every combination of the elements of the sets that stand at the given places among the keys.
func setSpread(t *val.Table, keys []val.Value, v val.Value, at []int) {
	if len(at) == 0 {
		t.Set(keys, v)
		return
	}
	set := keys[at[0]]
	for it := set.Table().Iter(); it.Next(); {
		keys[at[0]] = it.Key(0)
		setSpread(t, keys, v, at[1:])
	}
	keys[at[0]] = set
}

func (c *compiler) vectorCtor(e *ir.VectorCtor) expr {
	t, xs := e.T, c.exprs(e.Elems)
	return func(m *M, f frame) val.Value {
		v := val.NewVectorCap(t, len(xs))
		for _, x := range xs {
			v.Append(x(m, f))
		}
		return val.Vec(v)
	}
}

// lambda compiles a function literal: a closure over copies of what it captures.
func (c *compiler) lambda(e *ir.Lambda) expr {
	fn := c.m.lambdaFunction(e.Fn)
	type capture struct {
		get  func(f frame) val.Value
		t    *types.Type
		copy bool
	}
	var caps []capture
	for _, cp := range e.Fn.Captures {
		caps = append(caps, capture{c.getLocal(cp.Outer), cp.Outer.T, cp.Copy})
	}
	name, t := e.Fn.Name, e.T
	return func(m *M, f frame) val.Value {
		cl := &closure{fn: fn}
		if caps != nil {
			cl.caps = &box{make([]val.Value, len(caps))}
			for i, cp := range caps {
				v := cp.get(f)
				if cp.copy && v.P != unsetP {
					v = val.Clone(cp.t, v)
				}
				cl.caps.v[i] = v
			}
		}
		return val.Fn(&val.Func{Name: name, T: t, Impl: cl, Body: fn.describe})
	}
}

// CloneFunc copies a closure's captured variables with it.
func (cl *closure) CloneFunc(f *val.Func) *val.Func {
	if cl.caps == nil {
		return f
	}
	out := &closure{fn: cl.fn, caps: &box{make([]val.Value, len(cl.caps.v))}}
	for i, cp := range cl.fn.bodies[0].ir.Captures {
		v := cl.caps.v[i]
		if v.P != unsetP {
			v = val.Clone(cp.Inner.T, v)
		}
		out.caps.v[i] = v
	}
	g := *f
	g.Impl = out
	return &g
}

// cast compiles `Arg as T`.
func (c *compiler) cast(e *ir.Cast) expr {
	arg, from := c.expr(e.Arg), e.Arg.Type()
	return func(m *M, f frame) val.Value {
		v := arg(m, f)
		t := from
		if t.Tag == types.Any {
			if v.P == nil || v.P == unsetP {
				m.fail(diag.UnsetValue, e, "value used but not set")
			}
			t, v = v.Unbox()
		}
		if out, ok := m.castTo(t, v, e.T); ok {
			return out
		}
		why := ""
		if t.Tag == types.Record && t.Name == "Broker::Data" && !v.Rec().Has(0) {
			why = " (nil $data field)"
		}
		m.fail(diag.BadCast, e, "invalid cast of value with type '"+typeText(t)+"' to type '"+typeText(e.T)+"'"+why)
		return val.Value{}
	}
}

// castTo converts a value of type t for `as` and `is`: to the same type, to any, between sets and vectors of like elements, and whatever
// the hook knows.
func (m *M) castTo(t *types.Type, v val.Value, to *types.Type) (val.Value, bool) {
	out, ok := castTo(t, v, to)
	if !ok && m.Hooks.Cast != nil {
		return m.Hooks.Cast(t, v, to)
	}
	return out, ok
}

func castTo(t *types.Type, v val.Value, to *types.Type) (val.Value, bool) {
	switch {
	case to.Tag == types.Any:
		return val.Any(t, v), true
	case t == to || identical(t, to):
		return v, true
	case t.IsSet() && to.Tag == types.Vector && len(t.Keys) == 1 && types.Same(t.Keys[0], to.Elem):
		out := val.NewVector(to)
		for it := v.Table().Iter(); it.Next(); {
			out.Append(it.Key(0))
		}
		return val.Vec(out), true
	case t.Tag == types.Vector && to.IsSet() && len(to.Keys) == 1 && types.Same(t.Elem, to.Keys[0]):
		out := val.NewTable(to, nil)
		for i := range v.Vec().Len() {
			if x, ok := v.Vec().Get(i); ok {
				out.SetOne(x, val.Value{})
			}
		}
		return val.Tab(out), true
	}
	return v, false
}

// identical is types.Same with enums told apart by name, as `is` and type switches need it.
func identical(a, b *types.Type) bool {
	if a.Tag != b.Tag || a.Tag == types.Any {
		return false
	}
	if a.Tag == types.Enum {
		return a.Enum == b.Enum || a.Name == b.Name
	}
	return types.Same(a, b)
}

// is compiles `Arg is Target`.
func (c *compiler) is(e *ir.Is) cond {
	arg, from := c.expr(e.Arg), e.Arg.Type()
	if from.Tag != types.Any {
		return func(m *M, f frame) bool {
			_, ok := m.castTo(from, arg(m, f), e.Target)
			return ok
		}
	}
	return func(m *M, f frame) bool {
		v := arg(m, f)
		if v.P == nil || v.P == unsetP {
			m.fail(diag.UnsetValue, e, "value used but not set")
		}
		t, inner := v.Unbox()
		_, ok := m.castTo(t, inner, e.Target)
		return ok
	}
}

// scalarCoerce compiles conversions between numbers.
func (c *compiler) scalarCoerce(e *ir.Coerce) bits {
	at := e.Arg
	if at == nil || !at.Type().IsScalar() || !e.T.IsScalar() {
		return nil
	}
	x := c.bits(at)
	conv := scalarConv(e)
	if conv == nil {
		return x
	}
	return func(m *M, f frame) uint64 { return conv(m, x(m, f)) }
}

// scalarConv returns the conversion of a number's bits; nil when they stay. A number that does not fit ends the statement.
func scalarConv(e *ir.Coerce) func(m *M, n uint64) uint64 {
	switch e.How {
	case ir.CoerceIntToDouble:
		return func(m *M, n uint64) uint64 { return lf(float64(int64(n))) }
	case ir.CoerceCountToDouble:
		return func(m *M, n uint64) uint64 { return lf(float64(n)) }
	case ir.CoerceIntToCount, ir.CoerceCountToInt:
		if alwaysFits(e.How, e.Arg) {
			return nil
		}
		return func(m *M, n uint64) uint64 {
			if int64(n) < 0 {
				m.badNumber(e, n)
				m.NoValue(nil)
			}
			return n
		}
	case ir.CoerceDoubleToInt, ir.CoerceDoubleToCount:
		return func(m *M, n uint64) uint64 {
			if !numberFits(e.How, n) {
				m.badNumber(e, n)
				m.NoValue(nil)
			}
			if e.How == ir.CoerceDoubleToInt {
				return uint64(int64(fl(n)))
			}
			return uint64(fl(n))
		}
	}
	return nil
}

// numberFits reports whether a conversion can represent a number.
func numberFits(how ir.How, n uint64) bool {
	switch how {
	case ir.CoerceIntToCount, ir.CoerceCountToInt:
		return int64(n) >= 0
	case ir.CoerceDoubleToInt:
		d := fl(n)
		return d >= math.MinInt64 && d < math.MaxInt64
	case ir.CoerceDoubleToCount:
		d := fl(n)
		return d >= 0 && d < math.MaxUint64
	}
	return true
}

// alwaysFits reports whether a conversion can represent all that an expression may give, which is known of constants and of the choice
// between such: the 1 and the 0 of a comparison function.
func alwaysFits(how ir.How, x ir.Expr) bool {
	switch x := x.(type) {
	case *ir.Const:
		return numberFits(how, x.N)
	case *ir.CondExpr:
		return alwaysFits(how, x.A) && alwaysFits(how, x.B)
	}
	return false
}

// badNumber reports a number that does not fit: `error in int and FILE, line N: overflow promoting … (int and 18446744073709551615)`.
func (m *M) badNumber(e *ir.Coerce, n uint64) {
	from, to, kind := types.IntT, types.CountT, "signed/double to unsigned"
	switch e.How {
	case ir.CoerceCountToInt:
		from, to, kind = types.CountT, types.IntT, "unsigned/double to signed"
	case ir.CoerceDoubleToInt:
		from, to, kind = types.DoubleT, types.IntT, "unsigned/double to signed"
	case ir.CoerceDoubleToCount:
		from = types.DoubleT
	}
	name := to.Tag.String()
	m.Report(diag.Diagnostic{Severity: diag.Error, Code: diag.NumberRange, At: diag.Named(name), And: e.At, Stack: m.scriptStack(e.At),
		Msg: "overflow promoting from " + kind + " arithmetic value (" + name + " and " + m.ArgText(from, val.Value{N: n}) + ")"})
}

// conv converts a value; it is a Coerce without its argument.
type conv func(m *M, v val.Value) val.Value

// coerce compiles an implicit conversion.
func (c *compiler) coerce(e *ir.Coerce) expr {
	arg := c.expr(e.Arg)
	cv := c.conv(e, e.Arg.Type())
	if cv == nil {
		return arg
	}
	return func(m *M, f frame) val.Value { return cv(m, arg(m, f)) }
}

// conv compiles the conversion itself, from values of type from; nil when the value stays as it is.
func (c *compiler) conv(e *ir.Coerce, from *types.Type) conv {
	t := e.T
	switch e.How {
	case ir.CoerceRecord:
		return c.recordConv(e)
	case ir.CoerceTable:
		attrs := c.m.tableAttrs(t, t.Attrs)
		return func(m *M, v val.Value) val.Value {
			tv := v.Table()
			if tv.T == t || !tv.T.Unspecified && tv.Len() > 0 {
				return v
			}
			if tv.Len() > 0 {
				m.fail(diag.Coercion, e, "coercion of non-empty table/set")
			}
			a := tv.Attrs
			if a == nil {
				a = attrs
			}
			out := val.NewTable(t, a)
			m.expires(out)
			return val.Tab(out)
		}
	case ir.CoerceVector:
		return func(m *M, v val.Value) val.Value {
			w := v.Vec()
			if w.T != t && w.Len() == 0 && (w.T.Unspecified || w.T.Elem == nil || w.T.Elem.Tag == types.Void) {
				return val.Vec(val.NewVector(t))
			}
			return m.vectorAs(e, t, w)
		}
	case ir.CoerceToAny:
		return func(m *M, v val.Value) val.Value { return val.Any(from, v) }
	case ir.CoerceFromAny:
		return func(m *M, v val.Value) val.Value { return m.unboxTo(e, t, v) }
	case ir.CoerceVecElems:
		ec := elemCoerce(e, from)
		el := scalarConv(ec)
		if el == nil {
			return nil
		}
		return func(m *M, v val.Value) val.Value {
			src, out := v.Vec(), val.NewVector(t)
			for i := range src.Len() {
				x, ok := src.Get(i)
				if ok && !numberFits(ec.How, x.N) {
					m.badNumber(ec, x.N)
					ok = false
				}
				if ok {
					out.Set(i, val.Value{N: el(m, x.N)})
				} else {
					out.Resize(i + 1)
				}
			}
			return val.Vec(out)
		}
	case ir.CoerceToInterval, ir.CoerceFunc, ir.CoerceSame:
		return nil
	}
	sc := scalarConv(e)
	if sc == nil {
		return nil
	}
	return func(m *M, v val.Value) val.Value { return val.Value{N: sc(m, v.N)} }
}

// elemCoerce is the conversion of one element of a vector conversion.
func elemCoerce(e *ir.Coerce, from *types.Type) *ir.Coerce {
	how := ir.CoerceSame
	switch src, dst := from.Elem.Tag, e.T.Elem.Tag; {
	case src == types.Int && dst == types.Count:
		how = ir.CoerceIntToCount
	case src == types.Count && dst == types.Int:
		how = ir.CoerceCountToInt
	case src == types.Int && isFloat(e.T.Elem):
		how = ir.CoerceIntToDouble
	case src == types.Count && isFloat(e.T.Elem):
		how = ir.CoerceCountToDouble
	case isFloat(from.Elem) && dst == types.Int:
		how = ir.CoerceDoubleToInt
	case isFloat(from.Elem) && dst == types.Count:
		how = ir.CoerceDoubleToCount
	}
	return &ir.Coerce{X: e.X, How: how, Arg: e.Arg}
}

// vectorAs lets a vector pass as another vector type: containers keep their own element type, which accesses through any look at,
// but elements of static type any that go to a typed vector must all be of that type.
func (m *M) vectorAs(e *ir.Coerce, t *types.Type, w *val.Vector) val.Value {
	switch {
	case t.Elem.Tag == types.Any:
		return val.Vec(w)
	case w.T.Elem.Tag != types.Any:
		if w.Len() > 0 && !types.Same(w.T.Elem, t.Elem) {
			m.fail(diag.Coercion, e, `incompatible "vector of any" type (`+typeText(w.T)+" vs. "+typeText(t)+")")
		}
		return val.Vec(w)
	}
	return m.mapVector(t, w, func(x val.Value) val.Value { return m.unboxTo(e, t.Elem, x) })
}

// recordConv makes a record of the target type from one with the needed fields.
func (c *compiler) recordConv(e *ir.Coerce) conv {
	t := e.T
	fields := make([]conv, len(e.Fields))
	for i, fc := range e.Fields {
		if fc != nil {
			fields[i] = c.conv(fc, fieldSource(e, i))
		}
	}
	var p *recordPlan
	defaults := map[int]*fieldPlan{}
	return func(m *M, v val.Value) val.Value {
		src := v.Rec()
		if src.T == t || src.T.Rec == t.Rec {
			return v
		}
		if p == nil || p.stale() {
			p = m.plan(t)
			clear(defaults)
			for i := range p.fields {
				defaults[p.fields[i].idx] = &p.fields[i]
			}
		}
		out := m.rawRecord(t)
		for i := range t.Rec.Fields {
			if i < len(e.Map) && e.Map[i] >= 0 {
				if x, ok := src.Get(e.Map[i]); ok {
					if j := e.Map[i]; j < len(fields) && fields[j] != nil {
						x = fields[j](m, x)
					}
					out.Set(i, x)
					continue
				}
			}
			if d := defaults[i]; d != nil {
				d.apply(m, out)
			}
		}
		return val.Rec(out)
	}
}

// fieldSource is the type of source field i of a record conversion.
func fieldSource(e *ir.Coerce, i int) *types.Type {
	if e.Arg != nil {
		if r := e.Arg.Type().Rec; r != nil && i < len(r.Fields) {
			return r.Fields[i].Type
		}
	}
	if a := e.Fields[i].Arg; a != nil {
		return a.Type()
	}
	return e.Fields[i].T
}
