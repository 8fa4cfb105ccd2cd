package interp

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// fuseStmt compiles the assignments and increments of plain scalar locals that loops are full of to one closure each; nil for all
// other expressions.
func (c *compiler) fuseStmt(x ir.Expr) stmt {
	if !c.fuse {
		return nil
	}
	switch x := x.(type) {
	case *ir.Incr:
		if s, ok := c.stepped(x); ok {
			return func(m *M, f frame) ctl { f[s].N++; return ctlNone }
		}
		return nil
	case *ir.OpAssign:
		l, ok := x.L.(*ir.LocalRef)
		if !ok || l.Checked || l.Sym.Checked || x.Op != ast.OpAddTo || x.Elem {
			return nil
		}
		s, ok := c.direct(l.Sym)
		if !ok {
			return nil
		}
		switch t := l.T.Tag; {
		case t == types.Count || t == types.Int:
			return c.fuseAddTo(s, x.R)
		case isFloat(l.T):
			return c.fuseAddFloat(s, x.R)
		}
	case *ir.Assign:
		l, ok := x.L.(*ir.LocalRef)
		if !ok || l.Sym.Checked || !l.T.IsScalar() {
			return nil
		}
		s, ok := c.direct(l.Sym)
		if !ok {
			return nil
		}
		r := c.bits(x.R)
		return func(m *M, f frame) ctl { f[s].N = r(m, f); return ctlNone }
	}
	return nil
}

// fuseAddTo compiles += on a plain whole local.
func (c *compiler) fuseAddTo(s uint8, right ir.Expr) stmt {
	switch o := c.operand(right); o.k {
	case 'c':
		n := o.n
		return func(m *M, f frame) ctl { f[s].N += n; return ctlNone }
	case 'l':
		t := o.s
		return func(m *M, f frame) ctl { f[s].N += f[t].N; return ctlNone }
	}
	if x, d := c.modulo(right); x != nil {
		// The remainder of a product is what hashes and generators of numbers are made of.
		if p, ok := right.(*ir.Binary).L.(*ir.Binary); ok && p.Op == ast.OpMul && p.T.Tag == types.Count && !c.isHeld(p) {
			if a, b := c.operand(p.L), c.operand(p.R); a.k == 'l' && b.k == 'l' {
				i, j := a.s, b.s
				return func(m *M, f frame) ctl { f[s].N += mod(f[i].N*f[j].N, d); return ctlNone }
			}
		}
		return func(m *M, f frame) ctl {
			n := f[s].N
			f[s].N = n + mod(x(m, f), d)
			return ctlNone
		}
	}
	r := c.bits(right)
	return func(m *M, f frame) ctl {
		n := f[s].N
		f[s].N = n + r(m, f)
		return ctlNone
	}
}

// fuseAddFloat compiles += on a plain local that is a double.
func (c *compiler) fuseAddFloat(s uint8, right ir.Expr) stmt {
	if b, ok := right.(*ir.Binary); ok && b.Op == ast.OpMul && !c.isHeld(right) {
		k := c.operand(b.R)
		d := fl(k.n)
		if co, ok := b.L.(*ir.Coerce); ok && co.How == ir.CoerceCountToDouble && k.k == 'c' && !c.isHeld(co) {
			if o := c.operand(co.Arg); o.k == 'l' {
				t := o.s
				return func(m *M, f frame) ctl { f[s].N = lf(fl(f[s].N) + float64(float64(f[t].N)*d)); return ctlNone }
			}
		}
		if o := c.operand(b.L); o.k == 'l' && k.k == 'c' && isFloat(b.L.Type()) && isFloat(b.R.Type()) {
			t := o.s
			return func(m *M, f frame) ctl { f[s].N = lf(fl(f[s].N) + float64(fl(f[t].N)*d)); return ctlNone }
		}
	}
	r := c.bits(right)
	return func(m *M, f frame) ctl {
		n := fl(f[s].N)
		f[s].N = lf(n + fl(r(m, f)))
		return ctlNone
	}
}

// fuseBody compiles the body of a function that is nothing but returns, all but the last under an if, to the value that they return:
// no statement passes control and no value goes through M.ret. nil for all other bodies.
func (c *compiler) fuseBody(body ir.Stmt) stmt {
	if !c.fuse || c.apart() || !c.b.result {
		return nil
	}
	result := c.b.ir.T.Fn.Result
	list := []ir.Stmt{body}
	if b, ok := body.(*ir.Block); ok {
		list = b.Stmts
	}
	var conds, values []ir.Expr
	for i, s := range list {
		if branch, ok := s.(*ir.If); ok && i < len(list)-1 && branch.Else == nil {
			conds, s = append(conds, branch.C), branch.Then
			if b, ok := s.(*ir.Block); ok && len(b.Stmts) == 1 {
				s = b.Stmts[0]
			}
		} else if i < len(list)-1 {
			return nil
		}
		ret, ok := s.(*ir.Return)
		if !ok || ret.X == nil || c.needsGuard(ret) || ret.X.Type().IsScalar() != result.IsScalar() {
			return nil
		}
		values = append(values, ret.X)
	}
	if len(values) == 0 {
		return nil
	}
	n := len(values) - 1
	if result.IsScalar() {
		w := c.bits(values[n])
		for i := n - 1; i >= 0; i-- {
			q, v, next := c.cond(conds[i]), c.bits(values[i]), w
			w = func(m *M, f frame) uint64 {
				if q(m, f) {
					return v(m, f)
				}
				return next(m, f)
			}
		}
		c.b.word = w
		return func(m *M, f frame) ctl { m.ret = val.Value{N: w(m, f)}; return ctlReturn }
	}
	x := c.expr(values[n])
	for i := n - 1; i >= 0; i-- {
		q, v, next := c.cond(conds[i]), c.expr(values[i]), x
		x = func(m *M, f frame) val.Value {
			if q(m, f) {
				return v(m, f)
			}
			return next(m, f)
		}
	}
	c.b.value = x
	return func(m *M, f frame) ctl { m.ret = x(m, f); return ctlReturn }
}

// fuseWhile compiles a loop whose condition compares a local with a local or a constant. The statements of the body run from the loop
// itself, and a step `++i` at their end is part of it: the two spare two calls in each round.
func (c *compiler) fuseWhile(x ir.Expr, body ir.Stmt) stmt {
	b, ok := x.(*ir.Binary)
	if !ok || !c.fuse || b.L.Type().Tag != types.Count {
		return nil
	}
	l, r, op := c.operand(b.L), c.operand(b.R), b.Op
	if l.k == 'c' {
		l, r, op = r, l, mirror(op)
	}
	if l.k != 'l' || r.k == 0 || op != ast.OpLt && op != ast.OpLe {
		return nil
	}
	// i <= n is i < n+1, unless that wraps.
	s, t, n, orEqual := l.s, r.s, r.n, op == ast.OpLe
	if r.k == 'c' && orEqual {
		if n+1 == 0 {
			return nil
		}
		n, orEqual = n+1, false
	}
	stmts, step, by := c.round(body)
	if r.k == 'c' {
		return func(m *M, f frame) ctl {
		loop:
			for f[s].N < n {
				for _, st := range stmts {
					if k := st(m, f); k != ctlNone {
						if k == ctlNext {
							m.poll()
							continue loop
						}
						return afterLoop(k)
					}
				}
				f[step].N += by
				m.poll()
			}
			return ctlNone
		}
	}
	return func(m *M, f frame) ctl {
	loop:
		for f[s].N < f[t].N || orEqual && f[s].N == f[t].N {
			for _, st := range stmts {
				if k := st(m, f); k != ctlNone {
					if k == ctlNext {
						m.poll()
						continue loop
					}
					return afterLoop(k)
				}
			}
			f[step].N += by
			m.poll()
		}
		return ctlNone
	}
}

// round takes the body of a loop apart: its statements, and the slot of a local that the last one steps on by 1, or any slot and 0.
func (c *compiler) round(body ir.Stmt) (stmts []stmt, slot uint8, by uint64) {
	list := []ir.Stmt{body}
	if b, ok := body.(*ir.Block); ok {
		list = b.Stmts
	}
	if n := len(list); n > 0 && !c.apart() {
		if e, ok := list[n-1].(*ir.ExprStmt); ok {
			if s, ok := c.stepped(e.X); ok {
				slot, by, list = s, 1, list[:n-1]
			}
		}
	}
	for _, s := range list {
		if _, null := s.(*ir.Null); !null {
			stmts = append(stmts, c.stmt(s))
		}
	}
	return stmts, slot, by
}

// afterLoop is what a loop's end means to the statements around it.
func afterLoop(k ctl) ctl {
	if k == ctlBreak {
		return ctlNone
	}
	return k
}

// stepped returns the slot of the plain scalar local that an expression increments.
func (c *compiler) stepped(x ir.Expr) (uint8, bool) {
	e, ok := x.(*ir.Incr)
	if !ok || e.Op != ast.OpInc || !e.T.IsScalar() {
		return 0, false
	}
	l, ok := e.L.(*ir.LocalRef)
	if !ok || l.Checked || l.Sym.Checked {
		return 0, false
	}
	return c.direct(l.Sym)
}
