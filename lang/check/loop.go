package check

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// forStmt checks a for loop over a table, set, vector or string.
func (c *Checker) forStmt(s *ast.For) ir.Stmt {
	out := &ir.For{S: ir.S{At: s.Span()}, X: c.expr(s.X)}
	before := c.fn.flow.clone()
	c.cur = s.Span()
	keys, val := c.loopTypes(out.X, s)
	for i, v := range s.Vars {
		kt := types.ErrorT
		if i < len(keys) {
			kt = keys[i]
		}
		out.Keys = append(out.Keys, c.loopVar(v, kt, out.X, loopKey, len(s.Vars) > 1))
	}
	if s.Value != nil {
		out.Val = c.loopVar(*s.Value, val, out.X, loopValue, false)
	}
	out.Body = c.loopBody(s.Body)
	c.fn.flow = before
	return out
}

// loopTypes gives the types of the loop's variables; error types after a message.
func (c *Checker) loopTypes(e ir.Expr, s *ast.For) ([]*types.Type, *types.Type) {
	t := e.Type()
	val := types.ErrorT
	switch t.Tag {
	case types.Error:
		return nil, val
	case types.Table:
		if t.Elem != nil {
			val = t.Elem
		} else if s.Value != nil {
			c.errExpr(diag.Loop, e, "key value for loops only support iteration over tables or vectors")
		}
		if len(s.Vars) == 1 && s.Vars[0].Name == "_" {
			return []*types.Type{types.AnyT}, val
		}
		if len(t.Keys) != len(s.Vars) {
			c.errExpr(diag.Loop, e, "wrong index size")
			return nil, val
		}
		return t.Keys, val
	case types.Vector:
		if len(s.Vars) != 1 {
			c.errExpr(diag.Loop, e, "iterating over a vector requires only a single index type")
			return nil, t.Elem
		}
		if c.d.VectorIndexInt {
			return []*types.Type{types.IntT}, t.Elem
		}
		return []*types.Type{types.CountT}, t.Elem
	case types.String:
		if s.Value != nil {
			c.errExpr(diag.Loop, e, "key value for loops only support iteration over tables or vectors")
		}
		if len(s.Vars) != 1 {
			c.errExpr(diag.Loop, e, "iterating over a string requires only a single index type")
			return nil, val
		}
		return []*types.Type{types.StringT}, val
	}
	c.errExpr(diag.Loop, e, "target to iterate over must be a table, set, vector, or string")
	return nil, val
}

// loopRole is what a loop's variable takes.
type loopRole int

const (
	loopKey loopRole = iota
	loopValue
)

// loopVar declares a loop variable or takes an existing local; nil for a blank. listed tells that it stands in a list of several.
func (c *Checker) loopVar(id ast.Ident, t *types.Type, e ir.Expr, role loopRole, listed bool) *ir.Local {
	if id.Name == "_" && c.d.BlankIdentifier {
		return nil
	}
	if l, f := c.lookupLocal(id.Name); l != nil && f == c.fn {
		if l.Const && c.d.ConstLoopVars {
			what := "constant used in 'for' loop"
			if listed {
				what = "already a const identifier"
			}
			c.errName(diag.Loop, id.Name, l.At, diag.Span{}, what)
			if !t.IsError() {
				c.loopClash(types.ErrorT, t, e, role, true)
			}
		} else if !t.IsError() && !l.T.IsError() {
			c.loopClash(l.T, t, e, role, false)
		}
		c.noteLocal(l, id.Span(), false)
		l.Assigned = true
		c.fn.flow.assign(l)
		c.revive(l)
		return l
	}
	if g := c.lookupGlobal(id.Name, false); g != nil {
		c.badLoopVar(g, listed)
		if !t.IsError() {
			c.loopClash(types.ErrorT, t, e, role, true)
		}
	}
	l := c.local(id.Name, t, id.Span())
	c.fn.flow.assign(l)
	return l
}

// badLoopVar refuses a global as a loop's variable.
func (c *Checker) badLoopVar(g *ir.Global, listed bool) {
	global, constant := "global variable used in 'for' loop", "constant used in 'for' loop"
	switch {
	case listed:
		global, constant = "already a global identifier", "already a const identifier"
	case !c.d.ConstLoopVars:
		global = "global used in for loop"
	}
	c.errName(diag.Loop, g.Name, g.At, diag.Span{}, global)
	if g.Kind == ir.KindConst && c.d.ConstLoopVars {
		c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.Loop, At: g.At, Msg: constant + " (" + g.Name + ")", Cascade: true})
	}
}

// loopClash tells of a variable of type have that cannot take what the loop gives, of type t.
func (c *Checker) loopClash(have, t *types.Type, e ir.Expr, role loopRole, cascade bool) {
	msg := ""
	switch {
	case role == loopKey && e.Type().Tag == types.Vector:
		if !have.IsIntegral() {
			msg = "vector index in \"for\" loop must be integral"
		}
	case role == loopKey && e.Type().Tag == types.String:
		if have.Tag != types.String {
			msg = "string index in \"for\" loop must be string"
		}
	case !types.Same(have, t):
		c.errPair(diag.Loop, e, have, "type clash in iteration", cascade)
	}
	if msg != "" {
		c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.Loop, At: e.Span(), Msg: msg + " (" + ir.Describe(e) + ")", Cascade: cascade})
	}
}

// revive brings a local of a block that has ended into scope again, for the block at hand: a loop uses it as its variable.
func (c *Checker) revive(l *ir.Local) {
	f := c.fn
	if !f.ended[l] {
		return
	}
	delete(f.ended, l)
	if n := len(f.blocks) - 1; n >= 0 {
		f.blocks[n] = append(f.blocks[n], l)
	}
}

// switchStmt checks a switch over values or types.
func (c *Checker) switchStmt(s *ast.Switch) ir.Stmt {
	out := &ir.Switch{S: ir.S{At: s.Span()}, X: c.expr(s.X)}
	entry := c.fn.flow.clone()
	exit := flow{dead: true}
	hasDefault, fell := false, flow{dead: true}
	for i := range s.Cases {
		cs := &s.Cases[i]
		place := caseSpan(cs)
		c.fn.flow = join(entry.clone(), fell)
		if fell.dead {
			c.fn.flow = entry.clone()
		}
		k := ir.Case{At: place, Default: cs.Default}
		for _, e := range cs.Exprs {
			k.Vals = append(k.Vals, c.expr(e))
		}
		binds := false
		for _, ct := range cs.Types {
			kt := ir.CaseType{T: c.typ(ct.Type)}
			if ct.Name != nil {
				binds = true
				if g := c.lookupGlobal(ct.Name.Name, false); g != nil {
					c.errName(diag.AlreadyDefined, g.Name, g.At, diag.Span{}, "already a global identifier")
				} else {
					kt.Sym = c.local(ct.Name.Name, kt.T, ct.Name.Span())
					c.fn.flow.assign(kt.Sym)
				}
			}
			k.Types = append(k.Types, kt)
		}
		c.fn.cases = append(c.fn.cases, binds)
		loops := c.fn.loops
		k.Body = c.caseBody(cs.Body)
		c.fn.loops = loops
		c.fn.cases = c.fn.cases[:len(c.fn.cases)-1]
		out.Cases = append(out.Cases, k)
		hasDefault = hasDefault || cs.Default
		fell = flow{dead: true}
		switch lastStmt(k.Body).(type) {
		case *ir.Break:
			exit = join(exit, c.fn.broken)
		case *ir.Fallthrough:
			fell = c.fn.broken
		case *ir.Return, *ir.HookBreak:
		default:
			c.err(diag.Switch, place, "case block must end in break/fallthrough/return statement (%s)", caseText(&k))
		}
	}
	if !hasDefault {
		exit = join(exit, entry)
	}
	c.fn.flow = exit
	c.checkCases(out)
	return out
}

// caseBody checks the statements of a case and keeps what was assigned just before its last statement.
func (c *Checker) caseBody(b *ast.Block) *ir.Block {
	out := &ir.Block{S: ir.S{At: b.Span()}}
	for i, s := range b.Stmts {
		if i == len(b.Stmts)-1 {
			c.fn.broken = c.fn.flow.clone()
		}
		out.Stmts = append(out.Stmts, c.stmt(s))
	}
	return out
}

func lastStmt(s ir.Stmt) ir.Stmt {
	for {
		b, ok := s.(*ir.Block)
		if !ok || len(b.Stmts) == 0 {
			return s
		}
		s = b.Stmts[len(b.Stmts)-1]
	}
}

// caseSpan is where messages place a case: its last statement, from the end of what stands before.
func caseSpan(cs *ast.Case) diag.Span {
	at := cs.Span()
	n := len(cs.Body.Stmts)
	if n == 0 {
		return at
	}
	end := cs.Body.Stmts[n-1].Span()
	at.EndLine, at.EndCol = end.EndLine, end.EndCol
	if n > 1 {
		p := cs.Body.Stmts[n-2].Span()
		at.Line, at.Col = p.EndLine, max(p.EndCol-1, 1)
	}
	return at
}

func caseText(k *ir.Case) string {
	return ir.DescribeCase(k)
}

// checkCases checks labels: their types, that they are constant, and that none comes twice.
func (c *Checker) checkCases(s *ir.Switch) {
	t := s.X.Type()
	if t.IsError() {
		return
	}
	vals, typed := false, false
	var byDefault *ir.Case
	seen := make(map[string]bool)
	for i := range s.Cases {
		k := &s.Cases[i]
		switch {
		case len(k.Vals) > 0:
			vals = true
			if !t.IsAtomic() {
				c.errExpr(diag.Switch, s.X, "switch expression must be of an atomic type when cases are expressions")
			}
			c.caseValues(s, k, seen)
		case len(k.Types) > 0:
			typed = true
			for j, kt := range k.Types {
				switch {
				case kt.T.IsError():
				case !c.castable(t, kt.T) && t.Tag != types.Any:
					c.err(diag.Switch, k.At, "cannot cast switch expression to case type (%s)", caseText(k))
				case sameCaseType(s, i, j):
					c.err(diag.Switch, k.At, "duplicate case label (%s)", caseText(k))
				}
			}
		default:
			if byDefault != nil {
				c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.Switch, At: k.At, And: byDefault.At,
					Msg: "multiple default labels (" + caseText(k) + " and " + caseText(byDefault) + ")"})
				continue
			}
			byDefault = k
		}
	}
	if vals && typed {
		c.err(diag.Switch, s.At, "cannot mix cases with expressions and types (%s)", ir.DescribeShort(s))
	}
}

func sameCaseType(s *ir.Switch, i, j int) bool {
	t := s.Cases[i].Types[j].T
	for a := 0; a <= i; a++ {
		for b, kt := range s.Cases[a].Types {
			if a == i && b >= j {
				break
			}
			if types.Same(kt.T, t) && (kt.T.Tag != types.Any) == (t.Tag != types.Any) && (kt.T.Tag != types.Enum || kt.T.Enum == t.Enum) {
				return true
			}
		}
	}
	return false
}

func (c *Checker) caseValues(s *ir.Switch, k *ir.Case, seen map[string]bool) {
	t := s.X.Type()
	for _, v := range k.Vals {
		if isErr(v) {
			continue
		}
		if !types.Same(v.Type(), t) {
			le := &ir.ListExpr{X: x(listType(k.Vals), k.Vals[0].Span()), Elems: k.Vals}
			c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.Switch, At: le.At, And: s.X.Span(), Msg: "case expression type differs from switch type (" +
				ir.Describe(le) + " and " + ir.Describe(s.X) + ")"})
			return
		}
		key, ok := c.constantText(v)
		if !ok {
			c.errExpr(diag.Switch, v, "case label expression isn't constant")
			continue
		}
		if seen[key] {
			c.errExpr(diag.Switch, v, "duplicate case label")
			continue
		}
		seen[key] = true
	}
}

// constantText is a text that tells constants apart; false when e is none.
func (c *Checker) constantText(e ir.Expr) (string, bool) {
	switch e := e.(type) {
	case *ir.Const:
		return ir.ConstText(e, true), true
	case *ir.Coerce:
		if e.Arg == nil {
			return "", false
		}
		return c.constantText(e.Arg)
	case *ir.GlobalRef:
		if e.Sym.Kind == ir.KindConst {
			return "\x00" + e.Sym.Name, true
		}
	case *ir.Unary:
		if e.Op == ast.OpSub || e.Op == ast.OpAdd {
			s, ok := c.constantText(e.Arg)
			return e.Op.String() + s, ok
		}
	}
	return "", false
}
