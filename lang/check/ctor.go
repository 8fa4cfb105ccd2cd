package check

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// list checks the elements of braces or of a constructor; `[k] = v` becomes an Assign whose left side is a list.
func (c *Checker) list(es []ast.Expr, at diag.Span, brace bool) *ir.ListExpr {
	out := &ir.ListExpr{X: x(nil, at)}
	failed := false
	for _, e := range es {
		el := c.element(e)
		failed = failed || isErr(el)
		out.Elems = append(out.Elems, el)
	}
	out.T = listType(out.Elems)
	if failed {
		out.T = types.ErrorT
	}
	return out
}

// element checks one element of a list.
func (c *Checker) element(e ast.Expr) ir.Expr {
	a, ok := e.(*ast.Assign)
	if !ok || a.Op != ast.OpAssign {
		return c.expr(e)
	}
	if b, ok := a.L.(*ast.Bracket); ok && b.TrailingComma {
		c.err(diag.TrailingComma, a.L.Span(), "incorrect syntax for list expression on left-hand side of assignment: trailing comma not allowed (%s)",
			ir.Describe(c.expr(a.L)))
		return bad(e.Span())
	}
	l := c.expr(a.L)
	r := c.rhs(a.R)
	if isErr(l, r) {
		return bad(e.Span())
	}
	return &ir.Assign{X: x(r.Type(), e.Span()), L: l, R: r}
}

// bracket is `[…]`: a record constructor if all elements are fields, else a list.
func (c *Checker) bracket(e *ast.Bracket) ir.Expr {
	for _, el := range e.Elems {
		if _, ok := el.(*ast.FieldInit); !ok {
			return c.list(e.Elems, e.Span(), false)
		}
	}
	return c.anonRecord(e.Elems, e.Span())
}

// anonRecord makes a record whose type is that of its fields.
func (c *Checker) anonRecord(es []ast.Expr, at diag.Span) ir.Expr {
	t := types.NewRecord()
	t.At = at
	out := &ir.RecordCtor{X: x(t, at), Untyped: true}
	ok := true
	var wrong ir.Expr
	text := ""
	for i, e := range es {
		if i > 0 {
			text += ", "
		}
		fi, isField := e.(*ast.FieldInit)
		if !isField {
			wrong = c.expr(e)
			text += ir.Describe(wrong)
			ok = ok && !isErr(wrong)
			continue
		}
		v := c.fieldExpr(fi)
		text += "$" + fi.Name.Name + "=" + ir.Describe(v)
		if isErr(v) {
			ok = false
			continue
		}
		if v.Type().Tag == types.Void {
			c.errExpr(diag.VoidValue, v, "value of type void illegal")
			ok = false
			continue
		}
		if t.Rec.Lookup(fi.Name.Name) >= 0 {
			c.err(diag.DuplicateField, fi.Span(), "duplicate field '%s' found in record definition", fi.Name.Name)
			ok = false
			continue
		}
		out.Fields = append(out.Fields, ir.FieldInit{Idx: len(t.Rec.Fields), Val: v, At: fi.Span()})
		t.Rec.Append(&types.Field{Name: fi.Name.Name, Type: v.Type(), At: fi.Span()})
	}
	if ok && wrong != nil {
		c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.RecordType, At: at, And: wrong.Span(), Msg: "bad type in record constructor ([" + text + "] and " +
			ir.Describe(wrong) + ")"})
	}
	if !ok || wrong != nil {
		return bad(at)
	}
	return out
}

// fieldExpr checks the value of a field; a function given by `$f(…) = { … }` takes its result from what it returns.
func (c *Checker) fieldExpr(fi *ast.FieldInit) ir.Expr {
	_, c.infer = fi.X.(*ast.Lambda)
	return c.expr(fi.X)
}

// typedRecord is T($a=…): fields convert to the type's, and mandatory ones must be there.
func (c *Checker) typedRecord(t *types.Type, es []ast.Expr, at diag.Span) ir.Expr {
	if c.d.InitByElement {
		return c.coercedRecord(t, es, at)
	}
	out := &ir.RecordCtor{X: x(t, at)}
	ok := true
	seen := make(map[int]bool)
	for _, e := range es {
		fi, isField := e.(*ast.FieldInit)
		if !isField {
			v := c.expr(e)
			if !isErr(v) {
				c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.RecordType, At: at, And: v.Span(),
					Msg: "bad type in record constructor (" + t.String() + "(" + ir.Describe(v) + ") and " + ir.Describe(v) + ")"})
			}
			ok = false
			continue
		}
		i := t.Rec.Lookup(fi.Name.Name)
		if i < 0 {
			v := c.fieldExpr(fi)
			if !isErr(v) {
				what := "$" + fi.Name.Name + "=" + ir.Describe(v)
				c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownField, At: at, And: fi.Span(), Hint: fieldHint(t, fi.Name.Name),
					Msg: "no such field in record (" + t.String() + "(" + what + ") and " + what + ")"})
			}
			ok = false
			continue
		}
		c.noteField(t.Rec.Fields[i], fi.Name.Span(), false)
		v := c.fieldValue(fi, t.Rec.Fields[i].Type)
		if v == nil || isErr(v) {
			ok = false
			continue
		}
		seen[i] = true
		out.Fields = append(out.Fields, ir.FieldInit{Idx: i, Val: v, At: fi.Span()})
	}
	if !ok {
		return bad(at)
	}
	missing := false
	for i, f := range t.Rec.Fields {
		switch {
		case seen[i]:
			c.deprecatedField(t, i, out, false)
		case f.Type.IsAggregate(), f.Attrs.Has(types.AttrOptional), f.Attrs.Has(types.AttrDefault):
		case !c.d.MandatoryFields:
		case missing:
			plain := *out
			plain.Untyped = true
			c.cascadeExpr(diag.MissingField, &plain, "mandatory field \""+f.Name+"\" missing")
		default:
			missing = true
			c.errExpr(diag.MissingField, out, "mandatory field \"%s\" missing", f.Name)
		}
	}
	if missing {
		return bad(at)
	}
	return out
}

// coercedRecord is T($a=…) as 2.6 has it: an anonymous record converted to T. Where that works, it is made as T at once.
func (c *Checker) coercedRecord(t *types.Type, es []ast.Expr, at diag.Span) ir.Expr {
	a := c.anonRecord(es, at)
	rc, ok := a.(*ir.RecordCtor)
	if !ok {
		return a
	}
	if len(rc.Fields) == 0 {
		return &ir.RecordCtor{X: x(t, at)}
	}
	m := c.recordMap(a, rc.T, t)
	if m == nil {
		return bad(at)
	}
	out := &ir.RecordCtor{X: x(t, at)}
	for _, f := range rc.Fields {
		i := t.Rec.Lookup(rc.T.Rec.Fields[f.Idx].Name)
		v := c.promote(f.Val, t.Rec.Fields[i].Type)
		if v == nil {
			return bad(at)
		}
		out.Fields = append(out.Fields, ir.FieldInit{Idx: i, Val: v, At: f.At})
	}
	return out
}

// fieldHint names the field that is most like one that a record type lacks.
func fieldHint(t *types.Type, name string) string {
	near := diag.Nearest(name, func(yield func(string) bool) {
		for _, f := range t.Rec.Fields {
			yield(f.Name)
		}
	})
	if near == "" {
		return ""
	}
	return "did you mean `$" + near + "`?"
}

func (c *Checker) fieldValue(fi *ast.FieldInit, t *types.Type) ir.Expr {
	v := c.fieldExpr(fi)
	if isErr(v) {
		return v
	}
	return c.promote(v, t)
}

// braceRecord is a braced list for a record variable: every element a one-field record.
func (c *Checker) braceRecord(le *ir.ListExpr, t *types.Type) ir.Expr {
	if len(le.Elems) == 0 {
		return &ir.RecordCtor{X: x(t, le.At)}
	}
	c.errExpr(diag.ConstructorType, le, "invalid constructor list on RHS of assignment")
	return nil
}

// ctor checks `table(…)`, `set(…)`, `vector(…)` and `record(…)`.
func (c *Checker) ctor(e *ast.Ctor) ir.Expr {
	switch e.Kind {
	case "record":
		return c.anonRecord(e.Elems, e.Span())
	case "vector":
		l := c.list(e.Elems, e.Span(), false)
		if isErr(l) {
			return bad(e.Span())
		}
		return c.vectorCtor(l.Elems, nil, e.Span(), false)
	}
	l := c.list(e.Elems, e.Span(), false)
	if isErr(l) {
		return bad(e.Span())
	}
	var out ir.Expr
	if e.Kind == "table" {
		out = c.plainTable(l, e.Span())
	} else {
		out = c.plainSet(l, e.Span())
	}
	if ct, ok := out.(*ir.TableCtor); ok && len(e.Attrs) > 0 {
		ct.Attrs = c.attrs(e.Attrs, attrContext{t: ct.T, at: e.Span()})
	}
	return out
}

// plainTable is table(…) without a type to follow: its type comes from the elements.
func (c *Checker) plainTable(l *ir.ListExpr, at diag.Span) ir.Expr {
	if len(l.Elems) == 0 {
		return &ir.TableCtor{X: x(&types.Type{Tag: types.Table, Keys: []*types.Type{types.AnyT}, Elem: types.AnyT, Unspecified: true, At: at}, at)}
	}
	l = c.expand(l, nil)
	whole := &ir.TableCtor{X: x(types.NewTable(types.AnyT, types.AnyT), at), Entries: entriesOf(l)}
	t := c.tableTypeOf(l)
	if t == nil {
		return c.fail(diag.ConstructorType, whole, "cannot determine type for table; ensure square brackets are around each key")
	}
	if t.IsError() {
		return bad(at)
	}
	t.At = at
	return c.fill(l, t, at, false, nil)
}

// plainSet is set(…) without a type to follow.
func (c *Checker) plainSet(l *ir.ListExpr, at diag.Span) ir.Expr {
	if len(l.Elems) == 0 {
		return &ir.TableCtor{X: x(&types.Type{Tag: types.Table, Keys: []*types.Type{types.AnyT}, Unspecified: true, At: at}, at)}
	}
	l = c.expand(l, nil)
	t := c.initType(l)
	if t == nil || t.IsError() {
		return bad(at)
	}
	if !t.IsSet() {
		return c.fail(diag.ConstructorType, &ir.TableCtor{X: x(types.NewSet(types.AnyT), at), Entries: entriesOf(l)}, "values in set(...) constructor do not specify a set")
	}
	t.At = at
	return c.fill(l, t, at, false, nil)
}

// entriesOf makes table entries of list elements as they are, for texts.
func entriesOf(l *ir.ListExpr) []ir.TableEntry {
	var out []ir.TableEntry
	for _, e := range l.Elems {
		en := ir.TableEntry{At: e.Span(), Keys: []ir.Expr{e}}
		if a, ok := e.(*ir.Assign); ok {
			en.Keys, en.Val = []ir.Expr{a.L}, a.R
		}
		if le, ok := en.Keys[0].(*ir.ListExpr); ok {
			en.Keys = le.Elems
		}
		out = append(out, en)
	}
	return out
}

// tableCtor makes a table or set of type t of a list; attrs are the variable's.
func (c *Checker) tableCtor(l *ir.ListExpr, t *types.Type, attrs types.Attrs, brace bool) ir.Expr {
	if isErr(l) {
		return bad(l.At)
	}
	l = c.expand(l, t)
	if isErr(l) {
		return bad(l.At)
	}
	at := l.At
	if brace {
		at = c.cur
	}
	out := c.fill(l, t, at, brace, attrs)
	if ct, ok := out.(*ir.TableCtor); ok {
		ct.At = l.At
	}
	return out
}

// fill converts the elements of a list to the types of t.
func (c *Checker) fill(l *ir.ListExpr, t *types.Type, at diag.Span, brace bool, attrs types.Attrs) ir.Expr {
	out := &ir.TableCtor{X: x(t, at), Attrs: attrs, Brace: brace}
	whole := &ir.TableCtor{X: x(t, at), Entries: entriesOf(l)}
	for _, e := range l.Elems {
		en, ok := c.entry(e, t, whole)
		if !ok {
			return bad(at)
		}
		out.Entries = append(out.Entries, en)
	}
	return out
}

func (c *Checker) entry(e ir.Expr, t *types.Type, whole ir.Expr) (ir.TableEntry, bool) {
	en := ir.TableEntry{At: e.Span()}
	key := e
	if t.IsTable() {
		a, ok := e.(*ir.Assign)
		if !ok {
			c.errExpr(diag.ConstructorType, e, "illegal table constructor element")
			return en, false
		}
		key = a.L
		v := c.promote(a.R, t.Elem)
		if v == nil {
			c.cascadeExpr(diag.ConstructorType, whole, "inconsistent types in table constructor")
			return en, false
		}
		en.Val = v
	} else if a, ok := e.(*ir.Assign); ok {
		c.errExpr(diag.ConstructorType, a, "table constructor used in a non-table context")
		return en, false
	}
	keys := []ir.Expr{key}
	if le, ok := key.(*ir.ListExpr); ok {
		keys = le.Elems
	} else if t.IsTable() {
		c.errExpr(diag.ConstructorType, e, "table constructor index is not a list")
		return en, false
	} else if len(t.Keys) > 1 {
		c.errExpr(diag.ConstructorType, key, "not a list of indices")
		return en, false
	}
	if len(keys) != len(t.Keys) {
		if len(t.Keys) == 1 && t.Keys[0].Tag == types.List {
			return en, false
		}
		if t.IsTable() {
			c.errExpr(diag.ConstructorType, key, "different number of indices")
		} else {
			c.errType(diag.IndexType, types.NewList(t.Keys...), key, "indexing mismatch")
			c.cascadeExpr(diag.ConstructorType, whole, "inconsistent types in set constructor")
		}
		return en, false
	}
	for i, k := range keys {
		if len(keys) > 1 || t.IsTable() {
			if spread := k.Type(); spread.IsSet() && !spread.Unspecified && len(spread.Keys) == 1 && !types.Same(t.Keys[i], spread) &&
				types.Same(t.Keys[i], spread.Keys[0]) {
				en.Spread = append(en.Spread, i)
				en.Keys = append(en.Keys, k)
				continue
			}
		}
		p := c.promote(k, t.Keys[i])
		if p == nil {
			switch {
			case t.IsTable():
				c.cascadeExpr(diag.ConstructorType, whole, "inconsistent types in table constructor")
			default:
				c.errPair(diag.IndexType, k, t.Keys[i], "type mismatch", true)
				word := "type"
				if len(t.Keys) > 1 {
					word = "types"
				}
				c.cascadeExpr(diag.ConstructorType, whole, "inconsistent "+word+" in set constructor")
			}
			return en, false
		}
		en.Keys = append(en.Keys, p)
	}
	return en, true
}

// retypeTable gives a table(…) or set(…) the type of the variable it is assigned to.
func (c *Checker) retypeTable(ct *ir.TableCtor, t *types.Type) ir.Expr {
	out := &ir.TableCtor{X: x(t, ct.At), Attrs: ct.Attrs, Brace: ct.Brace}
	for _, en := range ct.Entries {
		ne := ir.TableEntry{At: en.At, Spread: en.Spread, Keys: append([]ir.Expr(nil), en.Keys...)}
		if len(en.Spread) == 0 {
			for i, k := range en.Keys {
				p := c.promote(k, t.Keys[i])
				if p == nil {
					return nil
				}
				ne.Keys[i] = p
			}
		}
		if en.Val != nil {
			if ne.Val = c.promote(en.Val, t.Elem); ne.Val == nil {
				return nil
			}
		}
		out.Entries = append(out.Entries, ne)
	}
	return out
}

// retypeSet gives set(…) the element type of the variable it is assigned to.
func (c *Checker) retypeSet(ct *ir.TableCtor, t *types.Type) ir.Expr {
	out := &ir.TableCtor{X: x(t, ct.At), Attrs: ct.Attrs}
	whole := &ir.TableCtor{X: x(t, ct.At), Entries: ct.Entries}
	for _, en := range ct.Entries {
		var e ir.Expr = &ir.ListExpr{X: x(listType(en.Keys), en.At), Elems: en.Keys}
		if len(en.Keys) == 1 {
			e = en.Keys[0]
		}
		ne, ok := c.entry(e, t, whole)
		if !ok {
			return nil
		}
		out.Entries = append(out.Entries, ne)
	}
	return out
}

// vectorCtor makes a vector of elements; a nil t takes the type from them.
func (c *Checker) vectorCtor(es []ir.Expr, t *types.Type, at diag.Span, brace bool) ir.Expr {
	out := &ir.VectorCtor{X: x(t, at), Elems: es, Brace: brace}
	if t == nil {
		if len(es) == 0 {
			out.T = &types.Type{Tag: types.Vector, Elem: types.VoidT, Unspecified: true, At: at}
			return out
		}
		m := c.maximal(es, at)
		if m == nil {
			return bad(at)
		}
		out.T = types.NewVector(m)
		out.T.At = at
	}
	elem := out.T.Elem
	conv := make([]ir.Expr, len(es))
	for i, e := range es {
		if elem.Tag == types.Any {
			conv[i] = c.toAny(e, true)
			continue
		}
		p := c.promote(e, elem)
		if p == nil {
			c.errPair(diag.ConstructorType, e, elem, "type mismatch", true)
			c.cascadeExpr(diag.ConstructorType, out, "inconsistent types in vector constructor")
			return bad(at)
		}
		conv[i] = p
	}
	out.Elems = conv
	return out
}

// maximal is the type that all elements of an untyped vector have or are promoted to.
func (c *Checker) maximal(es []ir.Expr, at diag.Span) *types.Type {
	t := es[0].Type()
	for _, e := range es[1:] {
		et := e.Type()
		switch {
		case t == et:
		case types.BothArithmetic(t, et):
			t = types.Max(t, et)
		case t.Tag == types.Enum && et.Tag == types.Enum:
			if t = c.mergeEnums(t, et); t == nil {
				c.cascade(diag.ConstructorType, at, "inconsistent types in list")
				return nil
			}
		case t.IsUnspecified() && et.Tag == t.Tag:
			t = et
		case et.IsUnspecified() && et.Tag == t.Tag:
		case !types.Same(t, et):
			c.err(diag.ConstructorType, at, "inconsistent types in list")
			return nil
		}
	}
	return t
}

// expand replaces entries whose key holds a list by one entry for each of its elements.
func (c *Checker) expand(l *ir.ListExpr, t *types.Type) *ir.ListExpr {
	const limit = 1 << 16
	out := &ir.ListExpr{X: l.X}
	work := append([]ir.Expr(nil), l.Elems...)
	changed := false
	for n := 0; len(work) > 0 && n < limit; n++ {
		e := work[0]
		work = work[1:]
		more := expandOne(e)
		if more == nil {
			out.Elems = append(out.Elems, e)
			continue
		}
		changed = true
		work = append(more, work...)
	}
	if !changed {
		return l
	}
	out.T = listType(out.Elems)
	return out
}

// expandOne expands the first list inside an element's key, nil if there is none.
func expandOne(e ir.Expr) []ir.Expr {
	key, a := e, (*ir.Assign)(nil)
	if as, ok := e.(*ir.Assign); ok {
		key, a = as.L, as
	}
	le, ok := key.(*ir.ListExpr)
	if !ok {
		return nil
	}
	for i, k := range le.Elems {
		sub, ok := k.(*ir.ListExpr)
		if !ok {
			continue
		}
		out := make([]ir.Expr, 0, len(sub.Elems))
		for _, s := range sub.Elems {
			keys := append([]ir.Expr(nil), le.Elems...)
			keys[i] = s
			var ne ir.Expr = &ir.ListExpr{X: x(listType(keys), le.At), Elems: keys}
			if a != nil {
				ne = &ir.Assign{X: a.X, L: ne, R: a.R}
			}
			out = append(out, ne)
		}
		return out
	}
	return nil
}
