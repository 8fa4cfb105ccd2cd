package check

import (
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

func x(t *types.Type, at diag.Span) ir.X { return ir.X{T: t, At: at} }

func bad(at diag.Span) ir.Expr { return &ir.Bad{X: x(types.ErrorT, at)} }

func isErr(es ...ir.Expr) bool {
	for _, e := range es {
		if e.Type().IsError() {
			return true
		}
	}
	return false
}

func coerce(e ir.Expr, how ir.How, t *types.Type) ir.Expr {
	return &ir.Coerce{X: x(t, e.Span()), How: how, Arg: e}
}

func silent(e ir.Expr, how ir.How, t *types.Type) ir.Expr {
	return &ir.Coerce{X: x(t, e.Span()), How: how, Arg: e, Silent: true}
}

// promote converts e to t where the reference promotes: arguments, indices, elements, results. It returns nil when it cannot be,
// having said so.
func (c *Checker) promote(e ir.Expr, t *types.Type) ir.Expr {
	et := e.Type()
	switch {
	case et.IsError() || t.IsError():
		return e
	case t.Tag == types.Any:
		return c.toAny(e, false)
	case et.Tag == types.Any:
		return coerce(e, ir.CoerceFromAny, t)
	case t.IsArithmetic() || et.IsArithmetic():
		if et.Tag == t.Tag {
			return e
		}
		if !types.BothArithmetic(t, et) {
			c.errType(diag.TypeClash, t, e, "arithmetic mixed with non-arithmetic")
			return nil
		}
		if types.Max(t, et).Tag != t.Tag {
			c.errType(diag.TypeClash, t, e, "over-promotion of arithmetic value")
			return nil
		}
		return c.arith(e, t)
	case t.Tag == types.Record && et.Tag == types.Record:
		if types.Same(t, et) {
			return c.adapt(e, t)
		}
		if types.Promotable(t, et) {
			return c.toRecord(e, t)
		}
		c.errType(diag.RecordType, t, e, "incompatible record types")
		return nil
	case t.Tag == types.Table && et.Tag == types.Table && et.Unspecified && !t.Unspecified:
		return c.adoptTable(e, t)
	case t.Tag == types.Vector && et.Tag == types.Vector && et.Unspecified && !t.Unspecified:
		return c.adoptVector(e, t)
	case types.Same(t, et):
		return c.adapt(e, t)
	}
	if l, ok := e.(*ir.ListExpr); ok {
		if out := c.nested(l, t); out != nil {
			return out
		}
	}
	c.errType(diag.TypeClash, t, e, "type clash")
	return nil
}

// toAny boxes e; a hidden box is one that the reference does without.
func (c *Checker) toAny(e ir.Expr, hidden bool) ir.Expr {
	if e.Type().Tag == types.Any {
		return e
	}
	return &ir.Coerce{X: x(types.AnyT, e.Span()), How: ir.CoerceToAny, Arg: e, Silent: hidden}
}

// arith converts between arithmetic types, time and interval included. Literals are converted at once.
func (c *Checker) arith(e ir.Expr, t *types.Type) ir.Expr {
	et := e.Type()
	if et.Tag == t.Tag {
		return e
	}
	if et.Tag == types.Vector {
		return &ir.Coerce{X: x(types.NewVector(t), e.Span()), How: ir.CoerceVecElems, Arg: e}
	}
	how := ir.CoerceSame
	switch t.Tag {
	case types.Int:
		how = ir.CoerceCountToInt
		if et.Tag == types.Double {
			how = ir.CoerceDoubleToInt
		}
	case types.Count:
		how = ir.CoerceIntToCount
		if et.Tag == types.Double {
			how = ir.CoerceDoubleToCount
		}
	case types.Double, types.Time, types.Interval:
		switch et.Tag {
		case types.Int, types.Bool:
			how = ir.CoerceIntToDouble
		case types.Count:
			how = ir.CoerceCountToDouble
		default:
			how = ir.CoerceToInterval
		}
		if t.Tag != types.Double && how != ir.CoerceToInterval {
			return coerce(&ir.Coerce{X: x(types.DoubleT, e.Span()), How: how, Arg: e, Silent: true}, ir.CoerceToInterval, t)
		}
	}
	return coerce(e, how, t)
}

// adapt converts between types that are the same to the language but differ in how values are stored: by an any inside.
func (c *Checker) adapt(e ir.Expr, t *types.Type) ir.Expr {
	et := e.Type()
	if types.Identical(et, t) {
		if et.Tag == types.Func && et != t && et.Fn != t.Fn && !sameParams(et.Fn, t.Fn) {
			return silent(e, ir.CoerceFunc, t)
		}
		return e
	}
	switch e := e.(type) {
	case *ir.TableCtor:
		if t.Tag == types.Table && len(e.Entries) > 0 {
			if out := c.retypeTable(e, t); out != nil {
				return out
			}
		}
	case *ir.VectorCtor:
		if t.Tag == types.Vector && len(e.Elems) > 0 {
			return c.vectorCtor(e.Elems, t, e.At, e.Brace)
		}
	}
	switch {
	case t.Tag == types.Any:
		return c.toAny(e, true)
	case et.Tag == types.Any:
		return silent(e, ir.CoerceFromAny, t)
	case t.Tag == types.Vector:
		return silent(e, ir.CoerceVector, t)
	case t.Tag == types.Table:
		return silent(e, ir.CoerceTable, t)
	}
	return silent(e, ir.CoerceSame, t)
}

func sameParams(a, b *types.FuncInfo) bool {
	if len(a.Params.Fields) != len(b.Params.Fields) {
		return false
	}
	for i, f := range a.Params.Fields {
		if !types.Identical(f.Type, b.Params.Fields[i].Type) {
			return false
		}
	}
	return a.Result == nil || b.Result == nil || types.Identical(a.Result, b.Result)
}

// adoptTable gives an empty constructor its type.
func (c *Checker) adoptTable(e ir.Expr, t *types.Type) ir.Expr {
	if ct, ok := e.(*ir.TableCtor); ok && len(ct.Entries) == 0 {
		if d := ct.Attrs.Find(types.AttrDefault); d != nil && t.Elem != nil {
			if dx, ok := d.X.(ir.Expr); ok && dx.Type().Tag != types.Func {
				p := c.promote(dx, t.Elem)
				if p == nil {
					c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.RecordType, At: typeAt(t), And: e.Span(), Cascade: true,
						Msg: "&default value has inconsistent type (" + t.String() + " and " + ir.Describe(e) + ")"})
					return nil
				}
				d.X = p
			}
		}
	}
	return coerce(e, ir.CoerceTable, t)
}

func (c *Checker) adoptVector(e ir.Expr, t *types.Type) ir.Expr { return coerce(e, ir.CoerceVector, t) }

// nested converts a braced list inside another initialiser by the type wanted; nil when it is no such thing.
func (c *Checker) nested(l *ir.ListExpr, t *types.Type) ir.Expr {
	switch {
	case t.Tag == types.Table:
		return c.tableCtor(l, t, nil, true)
	case t.Tag == types.Vector:
		return c.vectorCtor(l.Elems, t, l.Span(), true)
	}
	return nil
}

// toRecord converts a record by field names, reporting fields that do not fit.
func (c *Checker) toRecord(e ir.Expr, t *types.Type) ir.Expr {
	m := c.recordMap(e, e.Type(), t)
	if m == nil {
		return bad(e.Span())
	}
	m.X = x(t, e.Span())
	m.Arg = e
	return m
}

// recordMap builds a field-wise conversion. The conversions of fields stand over a nil Arg.
func (c *Checker) recordMap(e ir.Expr, from, to *types.Type) *ir.Coerce {
	out := &ir.Coerce{X: x(to, e.Span()), How: ir.CoerceRecord, Map: make([]int, len(to.Rec.Fields))}
	out.Fields = make([]*ir.Coerce, len(from.Rec.Fields))
	for i := range out.Map {
		out.Map[i] = -1
	}
	c.broken = "(coerce " + ir.Describe(e) + " to error)"
	fail := func(msg string) *ir.Coerce {
		c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.RecordType, At: e.Span(), Msg: msg + " ((coerce " + ir.Describe(e) + " to " + to.String() + "))"})
		return nil
	}
	_, made := e.(*ir.RecordCtor)
	for i, f := range from.Rec.Fields {
		o := to.Rec.Lookup(f.Name)
		if o < 0 {
			return fail("orphaned field \"" + f.Name + "\" in record coercion")
		}
		want := to.Rec.Fields[o].Type
		conv, ok := c.fieldConversion(e, f.Type, want)
		if !ok {
			c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.RecordType, At: e.Span(), And: typeAt(f.Type), Msg: "type clash for field \"" + f.Name +
				"\" ((coerce " + ir.Describe(e) + " to " + to.String() + ") and " + f.Type.String() + ")"})
			return nil
		}
		if made {
			c.noteInit(to.Rec.Fields[o], f.At)
		}
		out.Fields[i] = conv
		out.Map[o] = i
	}
	for i, f := range to.Rec.Fields {
		if out.Map[i] < 0 && !f.Attrs.Has(types.AttrOptional) && !f.Attrs.Has(types.AttrDefault) {
			return fail("non-optional field \"" + f.Name + "\" missing")
		}
		if out.Map[i] >= 0 {
			c.deprecatedField(to, i, &ir.Coerce{X: x(to, e.Span()), How: ir.CoerceRecord, Arg: e}, false)
		}
	}
	return out
}

// fieldConversion tells how a field of type from becomes one of type to; nil is no conversion.
func (c *Checker) fieldConversion(e ir.Expr, from, to *types.Type) (*ir.Coerce, bool) {
	switch {
	case from.Tag == types.Vector && to.Tag == types.Vector && from.Unspecified:
		return &ir.Coerce{X: x(to, e.Span()), How: ir.CoerceVector}, true
	case from.Tag == types.Table && to.Tag == types.Table && from.Unspecified && (to.Elem == nil || !to.IsSet()):
		return &ir.Coerce{X: x(to, e.Span()), How: ir.CoerceTable}, true
	case types.Same(from, to):
		a := c.adapt(&ir.Bad{X: x(from, e.Span())}, to)
		if co, ok := a.(*ir.Coerce); ok {
			co.Arg = nil
			return co, true
		}
		return nil, true
	case types.BothArithmetic(from, to):
		if from.Tag == types.Double || from.Tag == types.Int && to.Tag == types.Count {
			return nil, false
		}
		co := c.arith(&ir.Bad{X: x(from, e.Span())}, to).(*ir.Coerce)
		co.Arg = nil
		return co, true
	case from.Tag == types.Record && to.Tag == types.Record && types.Promotable(to, from):
		m := c.recordMap(e, from, to)
		return m, m != nil
	}
	return nil, false
}

// promoteAll converts es to the types ts, which stand at a place of their own, one each; it returns nil after a message.
func (c *Checker) promoteAll(es []ir.Expr, ts []*types.Type, whole ir.Expr, at diag.Span) []ir.Expr {
	if len(ts) == 1 && ts[0].Tag == types.Any {
		if len(es) == 1 {
			return []ir.Expr{c.toAny(es[0], true)}
		}
		return []ir.Expr{c.toAny(&ir.ListExpr{X: x(listType(es), whole.Span()), Elems: es}, true)}
	}
	if len(es) != len(ts) {
		lt := types.NewList(ts...)
		lt.At = at
		c.errType(diag.IndexType, lt, whole, "indexing mismatch")
		return nil
	}
	out := make([]ir.Expr, len(es))
	for i, e := range es {
		p := c.promote(e, ts[i])
		if p == nil {
			c.errPair(diag.IndexType, e, ts[i], "type mismatch", true)
			return nil
		}
		out[i] = p
	}
	return out
}

func listType(es []ir.Expr) *types.Type {
	ts := make([]*types.Type, len(es))
	for i, e := range es {
		ts[i] = e.Type()
	}
	return types.NewList(ts...)
}
