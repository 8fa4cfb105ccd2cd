package check

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// rhs checks the right side of an assignment, which may be a braced list.
func (c *Checker) rhs(e ast.Expr) ir.Expr { return c.expr(e) }

// assign checks L = R, L += R, L -= R as an expression.
func (c *Checker) assign(e *ast.Assign) ir.Expr {
	if b, ok := e.L.(*ast.Bracket); ok && b.TrailingComma && e.Op == ast.OpAssign {
		c.err(diag.TrailingComma, e.L.Span(), "incorrect syntax for list expression on left-hand side of assignment: trailing comma not allowed (%s)",
			ir.Describe(c.expr(e.L)))
		return bad(e.Span())
	}
	if e.Op != ast.OpAssign {
		return c.opAssign(e)
	}
	if _, ok := e.L.(*ast.Slice); ok && c.bare != e {
		c.err(diag.NotAssignable, e.Span(), "index slice assignment may not be used in arbitrary expression contexts, only as a statement")
	}
	l := c.target(e.L)
	r := c.rhs(e.R)
	c.cur = e.Span()
	if isErr(l) {
		return bad(e.Span())
	}
	l = c.lvalue(l)
	if isErr(l, r) {
		c.assigned(l)
		return bad(e.Span())
	}
	out := c.store(l, r, nil, e.Span())
	c.assigned(l)
	return out
}

// target checks the left side of an assignment: a plain local counts as written, not read.
func (c *Checker) target(e ast.Expr) ir.Expr {
	if n, ok := e.(*ast.Name); ok {
		if l, f := c.lookupLocal(n.Name); l != nil && f == c.fn && l.T != nil && !l.T.IsError() && (!f.ended[l] || c.d.OutOfScopeLocals) {
			l.Assigned = true
			c.noteLocal(l, n.Span(), false)
			return &ir.LocalRef{X: x(l.T, n.Span()), Sym: l}
		}
	}
	return c.expr(e)
}

// assigned notes that a local is set from here on.
func (c *Checker) assigned(l ir.Expr) {
	switch l := l.(type) {
	case *ir.LocalRef:
		l.Sym.Assigned = true
		if c.fn != nil {
			c.fn.flow.assign(l.Sym)
		}
	case *ir.ListExpr:
		for _, e := range l.Elems {
			c.assigned(e)
		}
	}
}

// lvalue refuses what cannot be assigned to.
func (c *Checker) lvalue(l ir.Expr) ir.Expr {
	switch l := l.(type) {
	case *ir.LocalRef:
		if l.Sym.Const {
			return c.fail(diag.NotAssignable, l, "const is not a modifiable lvalue")
		}
		return l
	case *ir.GlobalRef:
		switch {
		case l.Sym.Kind == ir.KindConst, c.info[l.Sym].sealed:
			return c.fail(diag.NotAssignable, l, "const is not a modifiable lvalue")
		case l.Sym.Kind == ir.KindOption:
			return c.fail(diag.NotAssignable, l, "option is not a modifiable lvalue")
		}
		return l
	case *ir.Index:
		if l.Obj.Type().Tag == types.String {
			return c.fail(diag.NotAssignable, l, "cannot assign to string index expression")
		}
		if l.T.Tag == types.Void {
			return c.fail(diag.NotAssignable, l, "illegal assignment target")
		}
		return l
	case *ir.Slice:
		if l.Obj.Type().Tag == types.String {
			return c.fail(diag.NotAssignable, l, "cannot assign to string index expression")
		}
		return l
	case *ir.Field:
		return l
	case *ir.ListExpr:
		for _, e := range l.Elems {
			switch e.(type) {
			case *ir.LocalRef, *ir.GlobalRef:
			default:
				return c.fail(diag.NotAssignable, l, "can only assign to list of identifiers")
			}
		}
		return l
	case *ir.TypeRef:
		return c.fail(diag.NotAssignable, l, "Type name is not an lvalue")
	case *ir.Bad:
		return l
	}
	return c.fail(diag.NotAssignable, l, "can't be assigned to")
}

// store types `l = r` for a checked target and value. Attrs are those of the variable, which a table constructor takes over.
func (c *Checker) store(l, r ir.Expr, attrs types.Attrs, at diag.Span) ir.Expr {
	out := &ir.Assign{X: x(l.Type(), at), L: l, R: r}
	v := c.storable(out, l.Type(), r, attrs)
	if v == nil {
		return bad(at)
	}
	out.R = v
	return out
}

// storable converts r for storing into a variable of type t, as assignments and initialisers do, which is more lenient than promote. whole
// is the assignment that messages show. It returns nil after a message.
func (c *Checker) storable(whole ir.Expr, t *types.Type, r ir.Expr, attrs types.Attrs) ir.Expr {
	if le, ok := r.(*ir.ListExpr); ok && t.Tag != types.List {
		return c.storeList(whole, t, le, attrs)
	}
	rt := r.Type()
	if t.IsError() || rt.IsError() {
		return nil
	}
	switch {
	case rt.Tag == types.Void:
		c.errExpr(diag.VoidValue, whole, "can't assign void value")
		return nil
	case t.Tag == types.List && rt.Tag == types.Any:
		return r
	case (t.Tag == types.Enum) != (rt.Tag == types.Enum) && t.Tag != types.Any && rt.Tag != types.Any:
		c.errExpr(diag.AssignType, whole, "can't convert to/from enumerated type")
		return nil
	case t.IsArithmetic():
		return c.storeNumber(whole, t, r)
	case t.Tag == types.Time && isZero(r):
		return c.arith(r, t)
	case t.Tag == types.Table && rt.Tag == types.Table && rt.Unspecified:
		return c.adoptTable(r, t)
	case t.Tag == types.Vector && rt.Tag == types.Vector && rt.Unspecified:
		return c.adoptVector(r, t)
	case t.Tag == types.Record && rt.Tag == types.Record:
		if types.Same(t, rt) {
			return c.adapt(r, t)
		}
		out := c.toRecord(r, t)
		if isErr(out) {
			return nil
		}
		return out
	case types.Same(t, rt):
		return c.adapt(r, t)
	}
	if ct, ok := r.(*ir.TableCtor); ok && t.IsSet() && rt.IsSet() && !ct.Brace {
		if s := c.retypeSet(ct, t); s != nil {
			return s
		}
		c.cascadeExpr(diag.AssignType, whole, "type clash in assignment")
		return nil
	}
	c.errExpr(diag.AssignType, whole, "type clash in assignment")
	return nil
}

func (c *Checker) storeNumber(whole ir.Expr, t *types.Type, r ir.Expr) ir.Expr {
	rt := r.Type()
	switch {
	case rt.Tag == types.Any:
		if !c.d.AnyFillsNumbers {
			c.errExpr(diag.AssignType, whole, "assignment of non-arithmetic value to arithmetic (%s/%s)", t.Tag, rt.Tag)
			return nil
		}
		return silent(r, ir.CoerceFromAny, t)
	case !rt.IsArithmetic():
		c.errExpr(diag.AssignType, whole, "assignment of non-arithmetic value to arithmetic (%s/%s)", t.Tag, rt.Tag)
		return nil
	case rt.Tag == t.Tag:
		return r
	case t.Tag == types.Double:
		return c.arith(r, t)
	case rt.Tag == types.Double:
		c.warnExpr(diag.LossyAssignment, whole, "dangerous assignment of double to integral")
	case t.Tag == types.Count:
		c.warnExpr(diag.LossyAssignment, whole, "dangerous assignment of integer to count")
	}
	return c.arith(r, t)
}

// storeList makes a constructor of the variable's type of a braced list.
func (c *Checker) storeList(whole ir.Expr, t *types.Type, le *ir.ListExpr, attrs types.Attrs) ir.Expr {
	switch t.Tag {
	case types.Table:
		if len(le.Elems) == 1 && types.Same(t, le.Elems[0].Type()) && le.Elems[0].Type().Tag == types.Table {
			return c.adapt(le.Elems[0], t)
		}
		if t.IsSet() && len(le.Elems) > 1 && le.Elems[0].Type().Tag == types.Table && types.Same(t, le.Elems[0].Type()) {
			return c.union(le, t)
		}
		out := c.tableCtor(le, t, attrs, true)
		if isErr(out) {
			if as, ok := whole.(*ir.Assign); ok {
				as.R = &ir.TableCtor{X: x(t, le.At), Entries: entriesOf(le)}
				c.cascade(diag.AssignType, c.cur, "type clash in assignment ("+ir.Describe(as)+")")
			}
			return nil
		}
		return out
	case types.Vector:
		out := c.vectorCtor(le.Elems, t, c.cur, true)
		if isErr(out) {
			if as, ok := whole.(*ir.Assign); ok {
				as.R = &ir.VectorCtor{X: x(t, le.At), Elems: le.Elems}
				c.cascade(diag.AssignType, c.cur, "type clash in assignment ("+ir.Describe(as)+")")
			}
			return nil
		}
		return out
	case types.Any:
		return c.toAny(le, true)
	case types.Record:
		if out := c.braceRecord(le, t); out != nil {
			return out
		}
		return nil
	}
	c.errExpr(diag.ConstructorType, whole, "invalid constructor list on RHS of assignment")
	return nil
}

// union is a braced list of whole sets.
func (c *Checker) union(le *ir.ListExpr, t *types.Type) ir.Expr {
	out := c.adapt(le.Elems[0], t)
	for _, e := range le.Elems[1:] {
		out = c.operate(ast.OpBitOr, out, e, le.At)
		if isErr(out) {
			return nil
		}
	}
	return out
}

// opAssign checks L += R and L -= R.
func (c *Checker) opAssign(e *ast.Assign) ir.Expr {
	l := c.expr(e.L)
	r := c.rhs(e.R)
	c.cur = e.Span()
	if isErr(l, r) {
		return bad(e.Span())
	}
	return c.update(l, r, e.Op, e.Span(), false)
}

// update types `l op r` for a checked target and value. redef is set for initialisers, where constants may change.
func (c *Checker) update(l, r ir.Expr, op ast.Op, at diag.Span, redef bool) ir.Expr {
	lt, rt := l.Type(), r.Type()
	remove := op == ast.OpRemove
	if !redef && (lt.Tag != types.Table && (remove || lt.Tag != types.Vector && lt.Tag != types.Pattern)) {
		if l = c.lvalue(l); isErr(l) {
			return bad(at)
		}
	}
	out := &ir.OpAssign{X: x(lt, at), Op: op, L: l, R: r}
	switch {
	case types.BothArithmetic(lt, rt):
		out.R = c.updateNumber(out, lt, r)
		if out.R == nil {
			return bad(at)
		}
	case lt.Tag == types.Interval && rt.Tag == types.Interval,
		lt.Tag == types.String && rt.Tag == types.String && !remove,
		lt.Tag == types.Time && rt.Tag == types.Interval:
	case rt.Tag == types.List:
		return c.updateList(out)
	case lt.Tag == types.Table:
		return c.updateTable(out)
	case remove:
		return c.fail(diag.OperandType, out, "requires two arithmetic operands")
	case lt.Tag == types.Pattern:
		if rt.Tag != types.Pattern {
			return c.fail(diag.OperandType, out, "pattern += op requires op to be a pattern")
		}
	case lt.Tag == types.Vector:
		return c.appendTo(out)
	default:
		return c.fail(diag.OperandType, out, "requires two arithmetic or two string operands")
	}
	return out
}

func (c *Checker) updateNumber(out *ir.OpAssign, t *types.Type, r ir.Expr) ir.Expr {
	rt := r.Type()
	if rt.Tag == t.Tag {
		return r
	}
	// A sum of greater type is converted back to the variable's.
	if types.Max(t, rt).Tag != t.Tag {
		if t.Tag == types.Count && rt.Tag == types.Int {
			return &ir.Coerce{X: x(types.CountT, r.Span()), How: ir.CoerceSame, Arg: r, Silent: true}
		}
		return c.arithSilent(r, t)
	}
	return c.arithSilent(r, t)
}

func (c *Checker) updateTable(out *ir.OpAssign) ir.Expr {
	lt, rt := out.L.Type(), out.R.Type()
	switch {
	case rt.Tag == types.Table && rt.Unspecified:
		out.R = silent(out.R, ir.CoerceTable, lt)
	case types.Same(lt, rt) && rt.Tag == types.Table:
		out.R = c.adapt(out.R, lt)
	default:
		return c.fail(diag.OperandType, out, "RHS type mismatch for table/set %s", out.Op)
	}
	return out
}

// updateList adds or removes the elements of a braced list.
func (c *Checker) updateList(out *ir.OpAssign) ir.Expr {
	lt := out.L.Type()
	le := out.R.(*ir.ListExpr)
	switch lt.Tag {
	case types.Table:
		if out.Op == ast.OpRemove && lt.IsTable() && !hasAssign(le) {
			// The keys alone are enough to remove elements.
			keys := types.NewSet(lt.Keys...)
			r := c.tableCtor(le, keys, nil, true)
			if isErr(r) {
				return bad(out.At)
			}
			out.R = r
			return out
		}
		v := c.storeList(out, lt, le, nil)
		if v == nil {
			return bad(out.At)
		}
		out.R = v
	case types.Vector:
		if out.Op == ast.OpRemove {
			return c.fail(diag.ConstructorType, out, "constructor list not allowed for -= operations on vectors")
		}
		v := c.vectorCtor(le.Elems, lt, le.At, true)
		if isErr(v) {
			return bad(out.At)
		}
		out.R = v
	default:
		return c.fail(diag.ConstructorType, out, "invalid constructor list on RHS of assignment")
	}
	return out
}

func hasAssign(le *ir.ListExpr) bool {
	for _, e := range le.Elems {
		if _, ok := e.(*ir.Assign); ok {
			return true
		}
	}
	return false
}

// appendTo is `vector += x`: all elements of a vector of the same type, or one element.
func (c *Checker) appendTo(out *ir.OpAssign) ir.Expr {
	lt, rt := out.L.Type(), out.R.Type()
	if rt.Tag == types.Vector && c.d.AppendVectors && (rt.Unspecified || types.Same(lt, rt)) &&
		(lt.Elem.Tag != types.Vector || !rt.Unspecified) {
		out.R = c.adaptVector(out.R, lt)
		return out
	}
	out.Elem = true
	el := lt.Elem
	switch {
	case el.IsArithmetic() && rt.IsArithmetic():
		out.R = c.arithSilent(out.R, el)
	case el.IsArithmetic():
		return c.fail(diag.OperandType, out, "appending non-arithmetic to arithmetic vector")
	case el.Tag == types.Any:
		out.R = c.toAny(out.R, true)
	case el.Tag != rt.Tag:
		return c.fail(diag.OperandType, out, "incompatible vector append: %s and %s", el.Tag, rt.Tag)
	case el.Tag == types.Record && !types.Same(el, rt):
		r := c.toRecord(out.R, el)
		if isErr(r) {
			return bad(out.At)
		}
		out.R = r
	case rt.IsUnspecified():
		out.R = c.adoptEmpty(out.R, el)
	default:
		out.R = c.adapt(out.R, el)
	}
	return out
}

func (c *Checker) adaptVector(e ir.Expr, t *types.Type) ir.Expr {
	if e.Type().Unspecified {
		return silent(e, ir.CoerceVector, t)
	}
	return c.adapt(e, t)
}
