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
	t := out.X.Type()
	keys, val := c.loopTypes(out.X, s)
	for i, v := range s.Vars {
		kt := types.ErrorT
		if i < len(keys) {
			kt = keys[i]
		}
		out.Keys = append(out.Keys, c.loopVar(v, kt, out.X))
	}
	if s.Value != nil {
		out.Val = c.loopVar(*s.Value, val, out.X)
	}
	if t.Tag == types.Vector && len(out.Keys) == 1 && out.Keys[0] != nil && !out.Keys[0].T.IsError() && !out.Keys[0].T.IsIntegral() {
		c.errExpr(diag.Loop, out.X, "vector index in \"for\" loop must be integral")
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

// loopVar declares a loop variable or takes an existing local; nil for a blank.
func (c *Checker) loopVar(id ast.Ident, t *types.Type, e ir.Expr) *ir.Local {
	if id.Name == "_" && c.d.BlankIdentifier {
		return nil
	}
	if l, f := c.lookupLocal(id.Name); l != nil && f == c.fn {
		switch {
		case l.Const:
			c.errName(diag.Loop, id.Name, l.At, diag.Span{}, "constant used in 'for' loop")
		case t.IsError() || l.T.IsError():
		case l.T.IsIntegral() && t.IsIntegral() && e.Type().Tag == types.Vector:
		case !types.Same(l.T, t):
			c.errPair(diag.Loop, e, l.T, "type clash in iteration", false)
		}
		c.noteLocal(l, id.Span(), false)
		l.Assigned = true
		c.fn.flow.assign(l)
		c.revive(l)
		return l
	}
	if g := c.lookupGlobal(id.Name, false); g != nil {
		what := "global variable used in 'for' loop"
		if g.Kind == ir.KindConst {
			what = "constant used in 'for' loop"
		}
		c.errName(diag.Loop, g.Name, g.At, diag.Span{}, what)
		if g.Kind == ir.KindVar {
			c.cascade(diag.Loop, e.Span(), "type clash in iteration ("+ir.Describe(e)+" and error)")
		}
	}
	l := c.local(id.Name, t, id.Span())
	c.fn.flow.assign(l)
	return l
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
	vals, typed, defaults := false, false, 0
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
			if defaults++; defaults > 1 {
				c.err(diag.Switch, k.At, "multiple default labels (%s)", caseText(k))
			}
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
	for j, v := range k.Vals {
		if isErr(v) {
			continue
		}
		if v.Type().Tag != t.Tag && !(v.Type().IsArithmetic() && t.IsArithmetic()) || t.Tag == types.Enum && v.Type().Enum != t.Enum {
			le := &ir.ListExpr{X: x(listType(k.Vals), k.Vals[0].Span()), Elems: k.Vals}
			c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.Switch, At: le.At, And: s.X.Span(), Msg: "case expression type differs from switch type (" +
				ir.Describe(le) + " and " + ir.Describe(s.X) + ")"})
			return
		}
		if v.Type().Tag != t.Tag {
			v = c.arithSilent(v, t)
			k.Vals[j] = v
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
