package check

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// call checks Fn(Args), which is a constructor when Fn names a type.
func (c *Checker) call(e *ast.Call) ir.Expr {
	hook := c.hook
	c.hook = false
	fn := c.expr(e.Fn)
	if tr, ok := fn.(*ir.TypeRef); ok {
		return c.construct(tr, e)
	}
	if isErr(fn) {
		// It may have been meant as a constructor.
		for _, a := range e.Args {
			c.element(fieldOrSelf(a))
		}
		return bad(e.Span())
	}
	args := make([]ir.Expr, len(e.Args))
	for i, a := range e.Args {
		args[i] = c.expr(a)
	}
	c.cur = e.Span()
	if isErr(fn) || isErr(args...) {
		return bad(e.Span())
	}
	out := &ir.Call{X: x(types.ErrorT, e.Span()), Fn: fn, Args: args, Hook: hook}
	t := fn.Type()
	if t.Tag != types.Func {
		return c.fail(diag.NotAFunction, fn, "not a function")
	}
	switch {
	case t.Fn.Flavor == types.FlavorHook && !hook:
		return c.fail(diag.HookCall, fn, "hook cannot be called directly, use hook operator")
	case hook && t.Fn.Flavor != types.FlavorHook:
		return c.fail(diag.HookCall, out, "hook keyword should only be used to call hooks")
	}
	b, builtin := Builtin{}, false
	if g, ok := fn.(*ir.GlobalRef); ok {
		b, builtin = c.builtin[g.Sym]
	}
	if !c.arguments(out, t.Fn, builtin) {
		c.cascadeExpr(diag.TypeClash, out, "argument type mismatch in function call")
		return bad(e.Span())
	}
	if t.Fn.Flavor == types.FlavorEvent {
		return c.fail(diag.NotAnEvent, out, "event called in expression, use event statement instead")
	}
	out.T = t.Fn.Result
	if b.Check != nil {
		if msg := b.Check(out.Args); msg != "" {
			return c.fail(diag.ArgumentCount, out, "%s", msg)
		}
	}
	if b.Result != nil {
		if rt := b.Result(out.Args); rt != nil {
			out.T = rt
		}
	}
	return out
}

// fieldOrSelf is the value of a field assignment, or the expression itself.
func fieldOrSelf(e ast.Expr) ast.Expr {
	if fi, ok := e.(*ast.FieldInit); ok {
		return fi.X
	}
	return e
}

// hookCall checks `hook f(…)`.
func (c *Checker) hookCall(e *ast.HookCall) ir.Expr {
	inner := e.X
	for {
		p, ok := inner.(*ast.Paren)
		if !ok {
			break
		}
		inner = p.X
	}
	if _, ok := inner.(*ast.Call); !ok {
		v := c.expr(e.X)
		if isErr(v) {
			return v
		}
		c.errExpr(diag.HookCall, v, "not a valid hook call expression")
		return v
	}
	c.hook = true
	out := c.expr(inner)
	c.hook = false
	return out
}

// construct checks T(…).
func (c *Checker) construct(tr *ir.TypeRef, e *ast.Call) ir.Expr {
	t := tr.T.Elem
	switch t.Tag {
	case types.Record:
		return c.typedRecord(t, e.Args, e.Span())
	case types.Table, types.Vector:
		l := c.list(e.Args, e.Span(), false)
		if isErr(l) {
			return bad(e.Span())
		}
		if t.Tag == types.Vector {
			return c.vectorCtor(l.Elems, t, e.Span(), false)
		}
		return c.tableCtor(l, t, t.Attrs, false)
	}
	return c.fail(diag.NotAFunction, tr, "constructor type not implemented")
}

// arguments converts the arguments of a call to the parameters' types and fills in defaults. It reports false after a message.
func (c *Checker) arguments(call *ir.Call, fn *types.FuncInfo, builtin bool) bool {
	args, ok := c.convertArgs(call.Args, fn, builtin, call.At)
	if !ok {
		return false
	}
	call.Args = args
	return true
}

func (c *Checker) convertArgs(args []ir.Expr, fn *types.FuncInfo, builtin bool, at diag.Span) ([]ir.Expr, bool) {
	params := fn.Params.Fields
	whole := &ir.ListExpr{X: x(listType(args), argsSpan(args, at)), Elems: args}
	out := append(make([]ir.Expr, 0, len(params)), args...)
	if !fn.Variadic && len(params) == 1 && params[0].Type.Tag == types.Any && len(args) != 1 && !params[0].Attrs.Has(types.AttrDefault) {
		// The reference leaves the number of arguments of such functions to run time.
		c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.ArgumentCount, At: at, Msg: sprintf("wrong number of arguments for function call, got %d, need 1", []any{len(args)})})
		return nil, false
	}
	for i := len(out); i < len(params); i++ {
		d := params[i].Default()
		dx, isExpr := d.(ir.Expr)
		if d == nil || !isExpr {
			c.paramMismatch(fn, whole, "parameter mismatch")
			return nil, false
		}
		out = append(out, dx)
	}
	if len(out) > len(params) && !fn.Variadic {
		lt := types.NewList()
		for _, p := range params {
			lt.List = append(lt.List, p.Type)
		}
		c.errType(diag.ArgumentCount, lt, whole, "indexing mismatch")
		return nil, false
	}
	for i, p := range params {
		if i >= len(args) {
			break
		}
		if p.Type.Tag == types.Any && builtin {
			if args[i].Type().Tag == types.Void {
				c.errExpr(diag.VoidValue, args[i], "value of type void illegal")
				return nil, false
			}
			continue
		}
		v := c.promote(args[i], p.Type)
		if v == nil {
			c.errPair(diag.TypeClash, args[i], p.Type, "type mismatch", true)
			return nil, false
		}
		if p.Type.Tag == types.Any && len(params) == 1 {
			v = c.toAny(args[i], true)
		}
		out[i] = v
	}
	return out, true
}

func argsSpan(args []ir.Expr, at diag.Span) diag.Span {
	if len(args) == 0 {
		return at
	}
	return args[0].Span().To(args[len(args)-1].Span())
}

// paramMismatch reports too few arguments: the parameters' place and the arguments'.
func (c *Checker) paramMismatch(fn *types.FuncInfo, whole *ir.ListExpr, msg string) {
	rec := &types.Type{Tag: types.Record, Rec: fn.Params}
	if len(fn.Protos) > 0 {
		rec.At = fn.Protos[0].At
	}
	c.errType(diag.ArgumentCount, rec, whole, msg)
}

// event resolves the event of an event statement or a schedule and converts its arguments; nil arguments after a message.
func (c *Checker) event(id ast.Ident, in []ast.Expr, at diag.Span) (ir.EventRef, []ir.Expr) {
	c.checkGlobalPrefix(id)
	if l, _ := c.lookupLocal(id.Name); l != nil {
		c.err(diag.NotAnEvent, at, "local identifier \"%s\" cannot be used to reference an event, at or near \"%s\"", id.Name, ")")
		return ir.EventRef{}, nil
	}
	args := make([]ir.Expr, len(in))
	for i, a := range in {
		args[i] = c.expr(a)
	}
	c.cur = at
	g := c.lookupGlobal(id.Name, false)
	ref := ir.EventRef{Name: id.Name, Sym: g}
	if g != nil {
		c.noteGlobal(g, id.Span(), false)
		c.use(g)
		c.deprecated(g, at)
		ref.Name = g.Name
	}
	text := func() string { return ref.Name + "(" + ir.Describe(&ir.ListExpr{Elems: args}) + ")" }
	if isErr(args...) {
		return ref, nil
	}
	if g == nil || g.T == nil || g.T.Tag != types.Func {
		if g == nil || g.T == nil || !g.T.IsError() {
			hint := ""
			if near := c.nearest(id.Name); near != "" {
				hint = "did you mean `" + near + "`?"
			}
			c.errHint(diag.NotAnEvent, at, hint, "not an event (%s)", text())
		}
		return ref, nil
	}
	if c.d.EventsByLiteralName && c.module != globalModule && g.Name != id.Name && g.Name == qualify(c.module, id.Name) {
		// The namespace quirk: the statement means the event of the name as written, which is another one.
		ref.Name = id.Name
		ref.Sym = c.have(c.canonical(id.Name))
		c.report(diag.Diagnostic{Severity: diag.Warning, Code: diag.EventNamespace, At: id.Span(), Hint: "write `" + g.Name + "` to raise the event of this module",
			Msg: "event " + id.Name + " is raised by its literal name and does not reach " + g.Name + " (" + text() + ")"})
	}
	whole := &ir.Call{X: x(g.T, at), Fn: &ir.GlobalRef{X: x(g.T, at), Sym: g}, Args: args}
	fn := g.T.Fn
	conv, ok := c.convertArgs(args, fn, false, at)
	if !ok {
		c.cascade(diag.TypeClash, at, "argument type mismatch in event invocation ("+ir.Describe(whole)+")")
		return ref, nil
	}
	if fn.Flavor != types.FlavorEvent {
		c.errExpr(diag.NotAnEvent, whole, "function invoked as an event")
		return ref, nil
	}
	if conv == nil {
		conv = []ir.Expr{} // nil stands for an error
	}
	return ref, conv
}

// schedule checks `schedule When { Ev(Args) }`.
func (c *Checker) schedule(e *ast.Schedule) ir.Expr {
	when := c.expr(e.When)
	ref, args := c.event(e.Ev, e.Args, e.Span())
	if isErr(when) || args == nil {
		return bad(e.Span())
	}
	out := &ir.Schedule{X: x(types.VoidT, e.Span()), When: when, Ev: ref, Args: args}
	if t := when.Type().Tag; t != types.Time && t != types.Interval {
		return c.fail(diag.Schedule, out, "schedule expression requires a time or time interval")
	}
	return out
}

// deprecated warns of a use of a deprecated name.
func (c *Checker) deprecated(g *ir.Global, at diag.Span) {
	if g.Deprecated == nil {
		return
	}
	msg := "deprecated (" + g.Name + ")"
	if *g.Deprecated != "" {
		msg += ": " + *g.Deprecated
	}
	hint := c.builtin[g].Deprecated
	if o := dialect.FindOld(g.Name); o != nil && hint != "" {
		// The way on is part of what a ported script has to be told, not only on a terminal.
		msg, hint = msg+": "+hint, ""
	}
	c.report(diag.Diagnostic{Severity: diag.Warning, Code: diag.Deprecated, At: at, Msg: msg, Hint: hint})
}

// deprecatedField warns of a use of a deprecated record field.
func (c *Checker) deprecatedField(t *types.Type, i int, e ir.Expr, has bool) {
	f := t.Rec.Fields[i]
	a := f.Attrs.Find(types.AttrDeprecated)
	if a == nil {
		return
	}
	mark := "$"
	if has {
		mark = "?$"
	}
	msg := "deprecated (" + t.Name + mark + f.Name + ")"
	if k, ok := a.X.(*ir.Const); ok && k.S != "" {
		msg += ": " + k.S
	}
	text := ""
	if c.d.LambdaCaptures {
		text = " (" + ir.Describe(e) + ")"
	}
	c.report(diag.Diagnostic{Severity: diag.Warning, Code: diag.Deprecated, At: e.Span(), Msg: msg + text})
}
