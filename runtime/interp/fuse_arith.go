package interp

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// Fusion: arithmetic and comparison whose operands are plain locals or constants spare the calls that would fetch them. It is worth
// half of the time of tight loops. Only what such loops are made of is here; everything else goes by compile_arith.go.

// operand is an operand that needs no call: a local in the frame (k 'l') or a constant (k 'c'); k is 0 for all others.
type operand struct {
	k byte
	s uint8
	n uint64
}

func (c *compiler) operand(e ir.Expr) operand {
	if _, held := c.held[e]; held {
		return operand{}
	}
	switch e := e.(type) {
	case *ir.Const:
		if e.T.IsScalar() {
			return operand{k: 'c', n: e.N}
		}
	case *ir.LocalRef:
		if s, ok := c.direct(e.Sym); ok && !e.Checked && e.T.IsScalar() {
			return operand{k: 'l', s: s}
		}
	}
	return operand{}
}

// fuseArith compiles the fused forms of arithmetic; nil when there is none.
func (c *compiler) fuseArith(e *ir.Binary) bits {
	l, r := c.operand(e.L), c.operand(e.R)
	if r.k == 0 || !c.fuse {
		return nil
	}
	if isFloat(e.L.Type()) || isFloat(e.R.Type()) {
		return c.fuseFloat(e, l, r)
	}
	signed := e.L.Type().Tag == types.Int
	a, b, n := l.s, r.s, r.n
	switch e.Op {
	case ast.OpAdd:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) uint64 { return f[a].N + f[b].N }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) uint64 { return f[a].N + n }
		case l.k == 0 && r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { return x(m, f) + n }
		case l.k == 0:
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { v := x(m, f); return v + f[b].N }
		}
	case ast.OpMul:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) uint64 { return f[a].N * f[b].N }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) uint64 { return f[a].N * n }
		case l.k == 0 && r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { return x(m, f) * n }
		case l.k == 0:
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { v := x(m, f); return v * f[b].N }
		}
	case ast.OpBitXor:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) uint64 { return f[a].N ^ f[b].N }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) uint64 { return f[a].N ^ n }
		case l.k == 0 && r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { return x(m, f) ^ n }
		case l.k == 0:
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { v := x(m, f); return v ^ f[b].N }
		}
	case ast.OpBitAnd:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) uint64 { return f[a].N & f[b].N }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) uint64 { return f[a].N & n }
		case l.k == 0 && r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { return x(m, f) & n }
		case l.k == 0:
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { v := x(m, f); return v & f[b].N }
		}
	case ast.OpSub:
		switch {
		case signed:
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) uint64 {
				v, w := f[a].N, n
				if v < w {
					m.underflow(e)
				}
				return v - w
			}
		case l.k == 'l':
			return func(m *M, f frame) uint64 {
				v, w := f[a].N, f[b].N
				if v < w {
					m.underflow(e)
				}
				return v - w
			}
		}
	case ast.OpMod, ast.OpDiv:
		if r.k != 'c' || n == 0 || signed {
			return nil
		}
		if e.Op == ast.OpDiv {
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { return x(m, f) / n }
		}
		if l.k == 'l' {
			return func(m *M, f frame) uint64 { return mod(f[a].N, n) }
		}
		if s, i, ok := c.localField(e.L); ok {
			fe := e.L.(*ir.Field)
			return func(m *M, f frame) uint64 {
				r := f[s].Rec()
				v, ok := r.Field(i)
				if !ok {
					v = m.slowField(fe, r)
				}
				return mod(v.N, n)
			}
		}
		x := c.bits(e.L)
		if n&(n-1) == 0 {
			return func(m *M, f frame) uint64 { return x(m, f) & (n - 1) }
		}
		return func(m *M, f frame) uint64 { return mod(x(m, f), n) }
	}
	return nil
}

// mod is v % n. A division of 32 bits takes a third of the time of one of 64. (Two multiplications in place of the former, by a
// reciprocal prepared for n, gained nothing: 223 ns against 228 in testdata/bench/arith.)
func mod(v, n uint64) uint64 {
	if v>>32 == 0 && n>>32 == 0 {
		return uint64(uint32(v) % uint32(n))
	}
	return v % n
}

// modulo recognises a remainder of counts by a constant: the code of its left side, and the constant. Fields of locals have a form of
// their own, see fuseArith.
func (c *compiler) modulo(e ir.Expr) (x bits, n uint64) {
	b, ok := e.(*ir.Binary)
	if !ok || !c.fuse || b.Op != ast.OpMod || c.isHeld(e) || b.L.Type().Tag != types.Count {
		return nil, 0
	}
	r := c.operand(b.R)
	if r.k != 'c' || r.n == 0 {
		return nil, 0
	}
	if _, _, ok := c.localField(b.L); ok {
		return nil, 0
	}
	return c.bits(b.L), r.n
}

func (c *compiler) fuseFloat(e *ir.Binary, l, r operand) bits {
	a, b, d := l.s, r.s, fl(r.n)
	// A count that an arithmetic with doubles converts is converted here.
	if co, ok := e.L.(*ir.Coerce); ok && co.How == ir.CoerceCountToDouble && r.k == 'c' && e.Op == ast.OpMul {
		if x := c.operand(co.Arg); x.k == 'l' {
			a := x.s
			return func(m *M, f frame) uint64 { return lf(float64(f[a].N) * d) }
		}
	}
	switch e.Op {
	case ast.OpAdd:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) uint64 { return lf(fl(f[a].N) + fl(f[b].N)) }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) uint64 { return lf(fl(f[a].N) + d) }
		case l.k == 0 && r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { return lf(fl(x(m, f)) + d) }
		case l.k == 0:
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { v := fl(x(m, f)); return lf(v + fl(f[b].N)) }
		}
	case ast.OpSub:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) uint64 { return lf(fl(f[a].N) - fl(f[b].N)) }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) uint64 { return lf(fl(f[a].N) - d) }
		case l.k == 0 && r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { return lf(fl(x(m, f)) - d) }
		case l.k == 0:
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { v := fl(x(m, f)); return lf(v - fl(f[b].N)) }
		}
	case ast.OpMul:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) uint64 { return lf(fl(f[a].N) * fl(f[b].N)) }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) uint64 { return lf(fl(f[a].N) * d) }
		case l.k == 0 && r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { return lf(fl(x(m, f)) * d) }
		case l.k == 0:
			x := c.bits(e.L)
			return func(m *M, f frame) uint64 { v := fl(x(m, f)); return lf(v * fl(f[b].N)) }
		}
	}
	return nil
}

// fuseCompare compiles the fused forms of comparison.
func (c *compiler) fuseCompare(e *ir.Binary) cond {
	l, r := c.operand(e.L), c.operand(e.R)
	lt := e.L.Type()
	if isFloat(lt) || !c.fuse {
		return nil
	}
	op := e.Op
	if l.k == 'c' && r.k != 'c' {
		// The checker turns `x == 2` and `x > 2` around, as the reference does.
		l, r, op = r, l, mirror(op)
		e = &ir.Binary{X: e.X, Op: op, L: e.R, R: e.L}
	}
	if r.k == 0 {
		return nil
	}
	if lt.Tag == types.Int && op != ast.OpEq && op != ast.OpNe {
		return c.fuseIntCompare(op, e.L, l, r)
	}
	a, b, n := l.s, r.s, r.n
	switch op {
	case ast.OpEq:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) bool { return f[a].N == f[b].N }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) bool { return f[a].N == n }
		case r.k == 'c':
			if x, d := c.modulo(e.L); x != nil {
				return func(m *M, f frame) bool { return mod(x(m, f), d) == n }
			}
			x := c.bits(e.L)
			return func(m *M, f frame) bool { return x(m, f) == n }
		default:
			x := c.bits(e.L)
			return func(m *M, f frame) bool { v := x(m, f); return v == f[b].N }
		}
	case ast.OpNe:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) bool { return f[a].N != f[b].N }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) bool { return f[a].N != n }
		case r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) bool { return x(m, f) != n }
		default:
			x := c.bits(e.L)
			return func(m *M, f frame) bool { v := x(m, f); return v != f[b].N }
		}
	case ast.OpLt:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) bool { return f[a].N < f[b].N }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) bool { return f[a].N < n }
		case r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) bool { return x(m, f) < n }
		default:
			x := c.bits(e.L)
			return func(m *M, f frame) bool { v := x(m, f); return v < f[b].N }
		}
	case ast.OpLe:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) bool { return f[a].N <= f[b].N }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) bool { return f[a].N <= n }
		case r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) bool { return x(m, f) <= n }
		default:
			x := c.bits(e.L)
			return func(m *M, f frame) bool { v := x(m, f); return v <= f[b].N }
		}
	case ast.OpGt:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) bool { return f[a].N > f[b].N }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) bool { return f[a].N > n }
		case r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) bool { return x(m, f) > n }
		default:
			x := c.bits(e.L)
			return func(m *M, f frame) bool { v := x(m, f); return v > f[b].N }
		}
	case ast.OpGe:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) bool { return f[a].N >= f[b].N }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) bool { return f[a].N >= n }
		case r.k == 'c':
			x := c.bits(e.L)
			return func(m *M, f frame) bool { return x(m, f) >= n }
		default:
			x := c.bits(e.L)
			return func(m *M, f frame) bool { v := x(m, f); return v >= f[b].N }
		}
	}
	return nil
}

// mirror is the operator for swapped operands.
func mirror(op ast.Op) ast.Op {
	switch op {
	case ast.OpLt:
		return ast.OpGt
	case ast.OpLe:
		return ast.OpGe
	case ast.OpGt:
		return ast.OpLt
	case ast.OpGe:
		return ast.OpLe
	}
	return op
}

func (c *compiler) fuseIntCompare(op ast.Op, left ir.Expr, l, r operand) cond {
	a, b, n := l.s, r.s, int64(r.n)
	switch op {
	case ast.OpLt:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) bool { return int64(f[a].N) < int64(f[b].N) }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) bool { return int64(f[a].N) < n }
		case r.k == 'c':
			x := c.bits(left)
			return func(m *M, f frame) bool { return int64(x(m, f)) < n }
		default:
			x := c.bits(left)
			return func(m *M, f frame) bool { v := int64(x(m, f)); return v < int64(f[b].N) }
		}
	case ast.OpLe:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) bool { return int64(f[a].N) <= int64(f[b].N) }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) bool { return int64(f[a].N) <= n }
		case r.k == 'c':
			x := c.bits(left)
			return func(m *M, f frame) bool { return int64(x(m, f)) <= n }
		default:
			x := c.bits(left)
			return func(m *M, f frame) bool { v := int64(x(m, f)); return v <= int64(f[b].N) }
		}
	case ast.OpGt:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) bool { return int64(f[a].N) > int64(f[b].N) }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) bool { return int64(f[a].N) > n }
		case r.k == 'c':
			x := c.bits(left)
			return func(m *M, f frame) bool { return int64(x(m, f)) > n }
		default:
			x := c.bits(left)
			return func(m *M, f frame) bool { v := int64(x(m, f)); return v > int64(f[b].N) }
		}
	case ast.OpGe:
		switch {
		case l.k == 'l' && r.k == 'l':
			return func(m *M, f frame) bool { return int64(f[a].N) >= int64(f[b].N) }
		case l.k == 'l' && r.k == 'c':
			return func(m *M, f frame) bool { return int64(f[a].N) >= n }
		case r.k == 'c':
			x := c.bits(left)
			return func(m *M, f frame) bool { return int64(x(m, f)) >= n }
		default:
			x := c.bits(left)
			return func(m *M, f frame) bool { v := int64(x(m, f)); return v >= int64(f[b].N) }
		}
	}
	return nil
}
