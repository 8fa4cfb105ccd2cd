package check

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// index checks X[Keys].
func (c *Checker) index(e *ast.Index) ir.Expr {
	obj := c.expr(e.X)
	keys := make([]ir.Expr, len(e.Keys))
	for i, k := range e.Keys {
		keys[i] = c.expr(k)
	}
	if isErr(obj) || isErr(keys...) {
		return bad(e.Span())
	}
	out := &ir.Index{X: x(types.ErrorT, e.Span()), Obj: obj, Keys: keys}
	t := obj.Type()
	switch t.Tag {
	case types.String:
		if len(keys) != 1 {
			return c.fail(diag.IndexType, out, "invalid string index expression")
		}
		k := c.promote(keys[0], types.IntT)
		if k == nil {
			c.cascadeExpr(diag.IndexType, out, "expression with type 'string' is not a type that can be indexed")
			return bad(e.Span())
		}
		out.Keys[0], out.T = k, types.StringT
	case types.Vector:
		return c.vectorIndex(out)
	case types.Table:
		return c.tableIndex(out)
	default:
		return c.fail(diag.IndexType, out, "expression with type '%s' is not a type that can be indexed", t.Tag)
	}
	return out
}

func (c *Checker) vectorIndex(out *ir.Index) ir.Expr {
	t := out.Obj.Type()
	elem := t.Elem
	if t.Unspecified {
		elem = types.AnyT
	}
	if len(out.Keys) != 1 {
		return c.fail(diag.IndexType, out, "expression with type 'vector' is not a type that can be indexed")
	}
	kt := out.Keys[0].Type()
	switch el := elemOf(kt); {
	case !el.IsIntegral() && el.Tag != types.Bool:
		return c.fail(diag.IndexType, out, "expression with type 'vector' is not a type that can be indexed")
	case kt.Tag == types.Vector:
		out.T = types.NewVector(elem)
	default:
		out.T = elem
	}
	return out
}

func (c *Checker) tableIndex(out *ir.Index) ir.Expr {
	t := out.Obj.Type()
	if t.IsPatternIndex() && t.Elem != nil && len(out.Keys) == 1 && out.Keys[0].Type().Tag == types.String {
		out.T = types.NewVector(t.Elem)
		return out
	}
	keys, ok := c.tableKeys(out.Keys, t, &ir.ListExpr{X: x(listType(out.Keys), keysSpan(out)), Elems: out.Keys})
	if !ok {
		c.cascadeExpr(diag.IndexType, out, "expression with type '"+t.Tag.String()+"' is not a type that can be indexed")
		return bad(out.At)
	}
	out.Keys = keys
	if t.Elem == nil {
		out.T = types.VoidT
	} else {
		out.T = t.Elem
	}
	return out
}

func keysSpan(out *ir.Index) diag.Span {
	if len(out.Keys) == 0 {
		return out.At
	}
	return out.Keys[0].Span().To(out.Keys[len(out.Keys)-1].Span())
}

// tableKeys converts index expressions to a table's key types.
func (c *Checker) tableKeys(keys []ir.Expr, t *types.Type, whole ir.Expr) ([]ir.Expr, bool) {
	if t.Unspecified {
		return keys, true
	}
	if len(t.Keys) == 1 && t.Keys[0].Tag == types.Subnet && len(keys) == 1 && keys[0].Type().Tag == types.Addr {
		return keys, true
	}
	out := c.promoteAll(keys, t.Keys, whole, typeAt(t))
	return out, out != nil
}

// slice checks X[Lo:Hi].
func (c *Checker) slice(e *ast.Slice) ir.Expr {
	obj := c.expr(e.X)
	var lo, hi ir.Expr
	if e.Lo != nil {
		lo = c.expr(e.Lo)
	}
	if e.Hi != nil {
		hi = c.expr(e.Hi)
	}
	if isErr(obj) || lo != nil && isErr(lo) || hi != nil && isErr(hi) {
		return bad(e.Span())
	}
	if lo != nil && !lo.Type().IsIntegral() || hi != nil && !hi.Type().IsIntegral() {
		c.err(diag.IndexType, e.Span(), "slice notation must have integral values as indexes")
		return bad(e.Span())
	}
	out := &ir.Slice{X: x(obj.Type(), e.Span()), Obj: obj, Lo: lo, Hi: hi}
	if t := obj.Type().Tag; t != types.String && t != types.Vector {
		return c.fail(diag.IndexType, out, "slice notation indexing only supported for strings and vectors currently")
	}
	if lo != nil {
		out.Lo = c.arithSilent(lo, types.IntT)
	}
	if hi != nil {
		out.Hi = c.arithSilent(hi, types.IntT)
	}
	return out
}

// fieldOf checks X$Name.
func (c *Checker) fieldOf(e *ast.Field) ir.Expr {
	rec := c.expr(e.X)
	if isErr(rec) {
		return bad(e.Span())
	}
	out := &ir.Field{X: x(types.ErrorT, e.Span()), Rec: rec, Name: e.Name.Name}
	t := rec.Type()
	if t.Tag != types.Record {
		return c.fail(diag.NotARecord, out, "not a record")
	}
	out.Idx = t.Rec.Lookup(e.Name.Name)
	if out.Idx < 0 {
		return c.noField(out, t, e.Name.Name)
	}
	c.noteField(t.Rec.Fields[out.Idx], e.Name.Span(), false)
	out.T = t.Rec.Fields[out.Idx].Type
	if out.T.IsError() {
		return bad(e.Span())
	}
	c.deprecatedField(t, out.Idx, out, false)
	return out
}

// noField reports an unknown field, with the nearest one.
func (c *Checker) noField(e ir.Expr, t *types.Type, name string) ir.Expr {
	c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownField, At: e.Span(), Hint: fieldHint(t, name), Msg: "no such field in record (" + ir.Describe(e) + ")"})
	return bad(e.Span())
}

// hasField checks X?$Name.
func (c *Checker) hasField(e *ast.HasField) ir.Expr {
	rec := c.expr(e.X)
	if isErr(rec) {
		return bad(e.Span())
	}
	out := &ir.HasField{X: x(types.BoolT, e.Span()), Rec: rec, Name: e.Name.Name}
	t := rec.Type()
	if t.Tag != types.Record {
		return c.fail(diag.NotARecord, out, "not a record")
	}
	out.Idx = t.Rec.Lookup(e.Name.Name)
	if out.Idx < 0 {
		return c.noField(out, t, e.Name.Name)
	}
	c.noteField(t.Rec.Fields[out.Idx], e.Name.Span(), false)
	c.deprecatedField(t, out.Idx, out, true)
	return out
}

// in types `l in r`.
func (c *Checker) in(l, r ir.Expr, at diag.Span) ir.Expr {
	if isErr(l, r) {
		return bad(at)
	}
	out := &ir.In{X: x(types.BoolT, at), Keys: []ir.Expr{l}, Coll: r}
	lt, rt := l.Type(), r.Type()
	switch {
	case lt.Tag == types.Pattern && rt.Tag == types.String,
		lt.Tag == types.String && rt.Tag == types.String,
		lt.Tag == types.Addr && rt.Tag == types.Subnet,
		lt.Tag == types.Addr && rt.IsSubnetIndex(),
		lt.Tag == types.String && rt.IsPatternIndex():
		return out
	case lt.Tag == types.Pattern && rt.Tag != types.Table:
		c.errType(diag.IndexType, rt, l, "pattern requires string or set/table index")
		return bad(at)
	}
	keys := []ir.Expr{l}
	if le, ok := l.(*ir.ListExpr); ok {
		keys = le.Elems
	}
	switch rt.Tag {
	case types.Table:
		ks, ok := c.tableKeys(keys, rt, l)
		if !ok {
			c.cascadeExpr(diag.IndexType, out, "not an index type")
			return bad(at)
		}
		out.Keys = ks
		return out
	case types.Vector:
		if len(keys) == 1 && (lt.IsIntegral() || lt.Tag == types.Bool) {
			return out
		}
	case types.String:
		if len(keys) == 1 {
			if c.promote(l, types.IntT) == nil {
				c.errPair(diag.IndexType, l, types.IntT, "type mismatch", true)
				c.cascadeExpr(diag.IndexType, out, "not an index type")
				return bad(at)
			}
		}
	}
	return c.fail(diag.IndexType, out, "not an index type")
}

// addDel checks `add X` and `delete X`.
func (c *Checker) addDel(e *ast.AddDel) ir.Expr {
	arg := c.expr(e.X)
	if isErr(arg) {
		return bad(e.Span())
	}
	out := &ir.AddDel{X: x(types.VoidT, e.Span()), Delete: e.Delete, Arg: arg}
	ok := false
	switch a := arg.(type) {
	case *ir.Index:
		t := a.Obj.Type()
		ok = t.IsSet() || e.Delete && t.Tag == types.Table
	case *ir.Field:
		f := a.Rec.Type().Rec.Fields[a.Idx]
		ok = e.Delete && (f.Attrs.Has(types.AttrOptional) || f.Attrs.Has(types.AttrDefault))
	case *ir.LocalRef, *ir.GlobalRef:
		t := arg.Type()
		ok = e.Delete && (t.Tag == types.Table || t.Tag == types.Vector) && c.d.DeleteContainers
	}
	if ok {
		return out
	}
	if e.Delete {
		return c.fail(diag.Delete, out, "illegal delete %s", c.d.DeleteWord)
	}
	return c.fail(diag.Delete, out, "illegal add %s", c.d.DeleteWord)
}
