package interp

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// fuseStmt compiles the assignments and increments of plain scalar locals that loops are full of to one closure each; nil for all
// other expressions.
func (c *compiler) fuseStmt(x ir.Expr) stmt {
	if !c.fuse {
		return nil
	}
	switch x := x.(type) {
	case *ir.Incr:
		l, ok := x.L.(*ir.LocalRef)
		if !ok || l.Checked || l.Sym.Checked || !x.T.IsScalar() || x.Op != ast.OpInc {
			return nil
		}
		s, ok := c.direct(l.Sym)
		if !ok {
			return nil
		}
		return func(m *M, f frame) ctl { f[s].N++; return ctlNone }
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
			r := c.bits(x.R)
			return func(m *M, f frame) ctl {
				n := f[s].N
				f[s].N = n + r(m, f)
				return ctlNone
			}
		case isFloat(l.T):
			r := c.bits(x.R)
			return func(m *M, f frame) ctl {
				n := fl(f[s].N)
				f[s].N = lf(n + fl(r(m, f)))
				return ctlNone
			}
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

// fuseWhile compiles a loop whose condition compares a local with a local or a constant.
func (c *compiler) fuseWhile(x ir.Expr, body stmt) stmt {
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
	if r.k == 'c' {
		return func(m *M, f frame) ctl {
			for f[s].N < n {
				if k := body(m, f); k > ctlNext {
					if k == ctlBreak {
						break
					}
					return k
				}
				if m.intr.Load() != 0 {
					m.interrupted()
				}
			}
			return ctlNone
		}
	}
	return func(m *M, f frame) ctl {
		for f[s].N < f[t].N || orEqual && f[s].N == f[t].N {
			if k := body(m, f); k > ctlNext {
				if k == ctlBreak {
					break
				}
				return k
			}
			if m.intr.Load() != 0 {
				m.interrupted()
			}
		}
		return ctlNone
	}
}
