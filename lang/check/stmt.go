package check

import (
	"fmt"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// body checks a function's block. Locals declared without initialiser are made at its start, once, as the reference does.
func (c *Checker) body(f *function, b *ast.Block) ir.Stmt {
	out := &ir.Block{S: ir.S{At: b.Span()}, Stmts: c.stmts(b.Stmts)}
	return withInits(f, out)
}

func withInits(f *function, s ir.Stmt) ir.Stmt {
	if len(f.inits) == 0 {
		return s
	}
	out := &ir.Block{S: ir.S{At: s.Span()}}
	for _, l := range f.inits {
		out.Stmts = append(out.Stmts, &ir.Init{S: ir.S{At: l.At}, Sym: l, Attrs: f.attrs[l]})
	}
	out.Stmts = append(out.Stmts, s)
	return out
}

func (c *Checker) stmts(in []ast.Stmt) []ir.Stmt {
	out := make([]ir.Stmt, 0, len(in))
	for _, s := range in {
		out = append(out, c.stmt(s))
	}
	return out
}

func null(at diag.Span) ir.Stmt { return &ir.Null{S: ir.S{At: at}} }

// stmt checks a statement.
func (c *Checker) stmt(s ast.Stmt) ir.Stmt {
	if !c.enter() {
		return null(s.Span())
	}
	defer c.leave()
	c.cur = s.Span()
	at := ir.S{At: s.Span()}
	switch s := s.(type) {
	case *ast.Block:
		return c.block(s)
	case *ast.ExprStmt:
		return c.exprStmt(s)
	case *ast.Print:
		out := &ir.Print{S: at}
		for _, a := range s.Args {
			v := c.expr(a)
			if v.Type().Tag == types.Void {
				c.err(diag.VoidValue, s.Span(), "value of type void illegal (print %s)", ir.Describe(v))
			}
			out.Args = append(out.Args, v)
		}
		return out
	case *ast.EventStmt:
		ref, args := c.event(s.Ev, s.Args, s.Span())
		return &ir.EventStmt{S: at, Ev: ref, Args: args}
	case *ast.If:
		return c.ifStmt(s)
	case *ast.Switch:
		return c.switchStmt(s)
	case *ast.For:
		return c.forStmt(s)
	case *ast.While:
		return c.whileStmt(s)
	case *ast.Next:
		return c.next(s)
	case *ast.Break:
		return c.breakStmt(s)
	case *ast.Fallthrough:
		return c.fallthroughStmt(s)
	case *ast.Return:
		return c.returnStmt(s)
	case *ast.Local:
		return c.localStmt(s)
	case *ast.When:
		return c.whenStmt(s)
	case *ast.Assert:
		return c.assertStmt(s)
	case *ast.Null:
		return &ir.Null{S: at}
	}
	panic("check: unknown statement node")
}

// block checks `{ … }`; its locals go out of scope at its end.
func (c *Checker) block(b *ast.Block) ir.Stmt {
	f := c.fn
	f.blocks = append(f.blocks, nil)
	out := &ir.Block{S: ir.S{At: b.Span()}, Stmts: c.stmts(b.Stmts)}
	n := len(f.blocks) - 1
	for _, l := range f.blocks[n] {
		if f.ended == nil {
			f.ended = make(map[*ir.Local]bool)
		}
		f.ended[l] = true
	}
	f.blocks = f.blocks[:n]
	return out
}

func (c *Checker) exprStmt(s *ast.ExprStmt) ir.Stmt {
	c.bare, _ = s.X.(*ast.Assign)
	v := c.expr(s.X)
	if pure(v) {
		c.warnExpr(diag.IgnoredValue, v, "expression value ignored")
	}
	return &ir.ExprStmt{S: ir.S{At: s.Span()}, X: v}
}

// pure reports whether evaluating e as a statement does nothing, which deserves a warning.
func pure(e ir.Expr) bool {
	switch e := e.(type) {
	case *ir.Const, *ir.LocalRef, *ir.GlobalRef, *ir.TypeRef, *ir.HasField, *ir.Lambda:
		return !isErr(e)
	case *ir.Field:
		return pure(e.Rec)
	case *ir.Unary:
		return pure(e.Arg)
	case *ir.Binary:
		return pure(e.L) && pure(e.R)
	case *ir.In:
		return pure(e.Keys[0]) && pure(e.Coll)
	case *ir.Index:
		return pure(e.Obj) && allPure(e.Keys)
	case *ir.CondExpr:
		return pure(e.C) && pure(e.A) && pure(e.B)
	case *ir.Coerce:
		return e.Arg != nil && pure(e.Arg)
	case *ir.ListExpr:
		return allPure(e.Elems)
	}
	return false
}

func allPure(es []ir.Expr) bool {
	for _, e := range es {
		if !pure(e) {
			return false
		}
	}
	return true
}

func (c *Checker) ifStmt(s *ast.If) ir.Stmt {
	out := &ir.If{S: ir.S{At: s.Span()}, C: c.expr(s.C)}
	if !isErr(out.C) && out.C.Type().Tag != types.Bool {
		c.errExpr(diag.ConditionType, out.C, "conditional in test must be boolean")
	}
	before := c.fn.flow.clone()
	out.Then = c.stmt(s.Then)
	after := c.fn.flow
	c.fn.flow = before
	if s.Else != nil {
		out.Else = c.stmt(s.Else)
	}
	c.fn.flow = join(after, c.fn.flow)
	return out
}

func (c *Checker) whileStmt(s *ast.While) ir.Stmt {
	out := &ir.While{S: ir.S{At: s.Span()}, C: c.expr(s.C)}
	if !isErr(out.C) && out.C.Type().Tag != types.Bool {
		c.errExpr(diag.ConditionType, out.C, "while conditional must be boolean")
	}
	before := c.fn.flow.clone()
	out.Body = c.loopBody(s.Body)
	c.fn.flow = before
	return out
}

func (c *Checker) loopBody(s ast.Stmt) ir.Stmt {
	c.fn.loops++
	defer func() { c.fn.loops-- }()
	return c.stmt(s)
}

func (c *Checker) next(s *ast.Next) ir.Stmt {
	if c.fn.loops == 0 {
		c.err(diag.Jump, s.Span(), "next statement used outside of for or while statement. (next )")
	}
	c.fn.flow.dead = true
	return &ir.Next{S: ir.S{At: s.Span()}}
}

func (c *Checker) breakStmt(s *ast.Break) ir.Stmt {
	c.fn.flow.dead = true
	switch f := c.fn; {
	case f.loops > 0 || len(f.cases) > 0:
		return &ir.Break{S: ir.S{At: s.Span()}}
	case f.flavor == types.FlavorHook && !f.top:
		return &ir.HookBreak{S: ir.S{At: s.Span()}}
	}
	c.err(diag.Jump, s.Span(), "break statement used outside of for, while or switch statement and not within a hook. (break )")
	return &ir.Break{S: ir.S{At: s.Span()}}
}

func (c *Checker) fallthroughStmt(s *ast.Fallthrough) ir.Stmt {
	c.fn.flow.dead = true
	if n := len(c.fn.cases); n == 0 {
		c.err(diag.Switch, s.Span(), "fallthrough statement used outside of switch statement (fallthrough )")
	} else if c.fn.cases[n-1] {
		c.err(diag.Switch, s.Span(), "invalid 'fallthrough' in type-casting 'case' block")
	}
	return &ir.Fallthrough{S: ir.S{At: s.Span()}}
}

func (c *Checker) returnStmt(s *ast.Return) ir.Stmt {
	out := &ir.Return{S: ir.S{At: s.Span()}}
	f := c.fn
	if s.X != nil {
		out.X = c.expr(s.X)
	}
	f.flow.dead = true
	whole := func() string {
		return ir.DescribeShort(out)
	}
	switch {
	case f.top:
		c.err(diag.Return, s.Span(), "return statement outside of function/event (%s)", whole())
	case out.X != nil && isErr(out.X):
	case f.infer && f.result == types.VoidT:
		if out.X != nil {
			f.result = out.X.Type()
		}
	case f.result == nil || f.result.Tag == types.Void:
		if out.X != nil {
			c.err(diag.Return, s.Span(), "return statement cannot have an expression (%s)", whole())
		}
	case out.X == nil:
		if f.flavor != types.FlavorHook && !f.bareOK {
			c.err(diag.Return, s.Span(), "return statement needs expression (%s)", whole())
		}
	default:
		if p := c.promote(out.X, f.result); p != nil {
			out.X = p
		}
	}
	return out
}

// localStmt checks `local x …;` and `const x …;` inside a body.
func (c *Checker) localStmt(s *ast.Local) ir.Stmt {
	at := s.Span()
	name := s.Name.Name
	var t *types.Type
	if s.Type != nil {
		t = c.typ(s.Type)
	}
	var init ir.Expr
	if s.Init != nil {
		init = c.rhs(s.Init)
	}
	c.cur = at
	if init != nil && s.Op != ast.OpAssign {
		if s.Op == ast.OpNone {
			c.errExpr(diag.Initializer, init, "Initialization not preceded by =/+=/-= is not allowed.")
		} else {
			c.errName(diag.Initializer, name, s.Name.Span(), diag.Span{}, "can't use += / -= for initializations of local variables")
		}
	}
	// Every blank is a local of its own.
	if (name != "_" || !c.d.BlankIdentifier) && !c.nameFree(s.Name, init) {
		return null(at)
	}
	if t == nil {
		switch {
		case init == nil:
			c.errName(diag.NoType, name, s.Name.Span(), diag.Span{}, "no type given")
			t = types.ErrorT
		case isErr(init):
			t = types.ErrorT
		default:
			if t = c.initType(init); t == nil {
				t = types.ErrorT
			}
		}
	}
	l := c.local(name, t, s.Name.Span())
	l.Const = s.Const
	attrs := c.attrs(s.Attrs, attrContext{t: t, at: at})
	if s.Const && init == nil && !attrs.Has(types.AttrRedef) {
		c.errName(diag.Uninitialized, name, s.Name.Span(), diag.Span{}, "const variable must be initialized")
	}
	if init == nil {
		c.fn.inits = append(c.fn.inits, l)
		if len(attrs) > 0 {
			if c.fn.attrs == nil {
				c.fn.attrs = make(map[*ir.Local]types.Attrs)
			}
			c.fn.attrs[l] = attrs
		}
		if t.IsAggregate() || t.IsError() {
			c.fn.flow.assign(l)
		}
		return null(at)
	}
	defer c.fn.flow.assign(l)
	if isErr(init) || t.IsError() {
		return null(at)
	}
	ref := &ir.LocalRef{X: x(t, s.Name.Span()), Sym: l}
	if ct, ok := init.(*ir.TableCtor); ok && len(ct.Attrs) == 0 {
		ct.Attrs = attrs
	}
	whole := &ir.Assign{X: x(t, s.Name.Span().To(init.Span())), L: ref, R: init}
	v := c.storable(whole, t, init, attrs)
	if v == nil {
		return null(at)
	}
	return &ir.Init{S: ir.S{At: at}, Sym: l, X: v, Attrs: attrs}
}

// nameFree reports whether a local may be declared under a name, with a message if not.
func (c *Checker) nameFree(id ast.Ident, init ir.Expr) bool {
	var and diag.Span
	if init != nil {
		and = init.Span()
	}
	if l, f := c.lookupLocal(id.Name); l != nil {
		if l.T != nil && !l.T.IsError() {
			switch {
			case l.Const:
				c.errName(diag.AlreadyDefined, id.Name, l.At, diag.Span{}, "already a const identifier")
			case f != c.fn && c.d.ShadowOuterLocals:
				return true
			default:
				c.errName(diag.AlreadyDefined, id.Name, l.At, and, "already defined")
			}
		}
		return false
	}
	if id.Name == "_" {
		return true
	}
	if g := c.lookupGlobal(id.Name, false); g != nil && (g.T == nil || !g.T.IsError()) {
		at := g.At
		if at.IsZero() {
			at = id.Span()
		}
		c.errName(diag.AlreadyDefined, g.Name, at, diag.Span{}, "already a global identifier")
		return false
	}
	return true
}

func (c *Checker) assertStmt(s *ast.Assert) ir.Stmt {
	out := &ir.Assert{S: ir.S{At: s.Span()}, C: c.expr(s.C)}
	if !isErr(out.C) && out.C.Type().Tag != types.Bool {
		c.errExpr(diag.ConditionType, out.C, "conditional must be boolean")
	}
	if s.Msg != nil {
		out.Msg = c.expr(s.Msg)
		if !isErr(out.Msg) && out.Msg.Type().Tag != types.String {
			c.errExpr(diag.AssertMessage, out.Msg, "message must be string")
		}
	}
	out.Text = ir.DescribeQuoted(out.C)
	if c.cfg.Operands && !isErr(out.C) {
		c.keepOperands(out, &out.C)
	}
	return out
}

// keepOperands has the operands of a comparison put into locals on the way, so that each is evaluated once.
func (c *Checker) keepOperands(a *ir.Assert, at *ir.Expr) {
	keep := func(e ir.Expr) ir.Expr {
		if e.Type().Tag == types.List {
			return e
		}
		l := c.local(fmt.Sprintf("operand %d", c.fn.ir.NSlots), e.Type(), e.Span())
		l.Assigned = true
		a.Operands = append(a.Operands, l)
		return &ir.Assign{X: x(l.T, e.Span()), L: &ir.LocalRef{X: x(l.T, e.Span()), Sym: l}, R: e}
	}
	switch e := (*at).(type) {
	case *ir.Unary:
		if e.Op == ast.OpNot {
			not := *e
			c.keepOperands(a, &not.Arg)
			*at = &not
		}
	case *ir.Binary:
		if e.Op >= ast.OpEq && e.Op <= ast.OpGe && e.Scalar == 0 {
			cmp := *e
			cmp.L, cmp.R = keep(e.L), keep(e.R)
			*at = &cmp
		}
	case *ir.In:
		if len(e.Keys) == 1 {
			in := *e
			in.Keys = []ir.Expr{keep(e.Keys[0])}
			in.Coll = keep(e.Coll)
			*at = &in
		}
	}
}
