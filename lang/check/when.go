package check

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// whenStmt checks a when: condition, body and timeout body share a frame of their own, into which outer locals are copied
// when it starts.
func (c *Checker) whenStmt(s *ast.When) ir.Stmt {
	outer := c.fn
	fn := &ir.Func{Name: "when", At: whenSpan(s), T: newFunc(types.FlavorFunction, &types.RecordInfo{}, nil, s.Span())}
	out := &ir.When{S: ir.S{At: s.Span()}, Fn: fn, Return: s.Return}
	errs := c.item
	if s.Timeout != nil {
		out.Timeout = c.expr(s.Timeout)
		if tag := out.Timeout.Type().Tag; tag != types.Interval && tag != types.Time && tag != types.Error {
			c.errExpr(diag.When, out.Timeout, "when timeout requires a time or time interval")
		}
	}
	f := c.begin(fn, outer)
	f.when = true
	f.caught, f.used = make(map[*ir.Local]*ir.Local), make(map[*ir.Local]bool)
	f.implied = c.d.ImplicitCaptures && s.Captures == nil
	f.flavor, f.top, f.bareOK = outer.flavor, outer.top, true
	f.result = outer.result
	if len(s.Captures) > 0 {
		c.captureList(f, s.Captures, "when")
	}
	c.inWhen++
	out.C = c.expr(s.C)
	c.inWhen--
	if !isErr(out.C) && out.C.Type().Tag != types.Bool {
		c.errExpr(diag.ConditionType, out.C, "conditional in test must be boolean")
	}
	when := c.inWhen
	c.inWhen = 0
	met := f.flow.clone()
	out.Body = c.stmt(s.Body)
	f.flow = flow{}
	if s.OnTimeout != nil {
		out.OnTimeout = c.stmt(s.OnTimeout)
	}
	f.flow = met
	c.inWhen = when
	if len(f.inits) > 0 {
		out.Body = withInits(f, out.Body)
		if out.OnTimeout != nil {
			out.OnTimeout = withInits(f, out.OnTimeout)
		}
	}
	c.end(f)
	if s.Return {
		outer.flow.dead = true
	}
	if c.item == errs {
		c.checkCaptures(f, s.Captures != nil || !c.d.ImplicitCaptures, "\"when\" statement", func() string { return ir.DescribeShort(out) })
	}
	return out
}

// whenSpan is where messages place a when: from its condition to its body, or from the end of its body to that of the timeout.
func whenSpan(s *ast.When) diag.Span {
	at, from, end := s.Span(), s.C.Span(), s.Body.Span()
	if s.OnTimeout != nil {
		from, end = end, s.OnTimeout.Span()
	}
	at.Line, at.Col = from.EndLine, max(from.EndCol-1, 1)
	at.EndLine, at.EndCol = end.EndLine, end.EndCol
	return at
}

// localCond is `local x = e` in a when condition: it declares a local of the when and is true.
func (c *Checker) localCond(e *ast.LocalCond) ir.Expr {
	init := c.rhs(e.Init)
	c.cur = e.Span()
	if c.fn == nil || !c.fn.when {
		c.err(diag.When, e.Span(), "local declaration outside of a when condition (%s)", e.Name.Name)
		return bad(e.Span())
	}
	if !c.nameFree(e.Name, init) {
		return bad(e.Span())
	}
	t := types.ErrorT
	if !isErr(init) {
		if it := c.initType(init); it != nil {
			t = it
		}
	}
	l := c.local(e.Name.Name, t, e.Name.Span())
	c.fn.flow.assign(l)
	if t.IsError() || isErr(init) {
		return bad(e.Span())
	}
	if t.Tag == types.Void {
		return c.fail(diag.VoidValue, init, "can't assign void value")
	}
	ref := &ir.LocalRef{X: x(t, e.Name.Span()), Sym: l}
	as := c.store(ref, init, nil, e.Span())
	if isErr(as) {
		return as
	}
	// The condition is true once the value is there.
	yes := &ir.Const{X: x(types.BoolT, e.Span()), N: 1}
	return &ir.Seq{X: x(types.BoolT, e.Span()), First: as, Then: yes}
}
