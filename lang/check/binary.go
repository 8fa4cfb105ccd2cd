package check

import (
	"math"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// binary checks `L op R`. Chains of one operator, which may be very long, are walked along their left side.
func (c *Checker) binary(e *ast.Binary) ir.Expr {
	var chain []*ast.Binary
	var left ast.Expr = e
	for {
		b, ok := left.(*ast.Binary)
		if !ok {
			break
		}
		chain = append(chain, b)
		left = b.L
	}
	l := c.expr(left)
	for i := len(chain) - 1; i >= 0; i-- {
		b := chain[i]
		before := c.flowOf()
		r := c.expr(b.R)
		if b.Op == ast.OpAnd || b.Op == ast.OpOr {
			c.setFlow(before)
		}
		c.cur = b.Span()
		l = c.operate(b.Op, l, r, b.Span())
	}
	return l
}

// operate types `l op r`.
func (c *Checker) operate(op ast.Op, l, r ir.Expr, at diag.Span) ir.Expr {
	if op == ast.OpIn || op == ast.OpNotIn {
		in := c.in(l, r, at)
		if op == ast.OpIn || isErr(in) {
			return in
		}
		return &ir.Unary{X: x(types.BoolT, at), Op: ast.OpNot, Arg: in}
	}
	if isErr(l, r) {
		return bad(at)
	}
	out := &ir.Binary{X: x(types.ErrorT, at), Op: op, L: l, R: r}
	if op == ast.OpBitAnd || op == ast.OpBitOr || op == ast.OpBitXor || op == ast.OpShl || op == ast.OpShr {
		return c.bits(out)
	}
	if op == ast.OpDiv && l.Type().Tag == types.Addr {
		if !r.Type().IsIntegral() {
			return c.fail(diag.OperandType, out, "requires address LHS and count/int RHS")
		}
		out.T = types.SubnetT
		return out
	}
	if !c.sides(out) {
		return bad(at)
	}
	switch op {
	case ast.OpAdd:
		return c.add(out)
	case ast.OpSub:
		return c.sub(out)
	case ast.OpMul:
		return c.mul(out)
	case ast.OpDiv:
		return c.div(out)
	case ast.OpMod:
		if !elemOf(l.Type()).IsIntegral() || !elemOf(r.Type()).IsIntegral() {
			return c.fail(diag.OperandType, out, "requires integral operands")
		}
		return c.promoteBoth(out)
	case ast.OpAnd, ast.OpOr:
		return c.logic(out)
	case ast.OpEq, ast.OpNe:
		return c.equal(out)
	}
	return c.compare(out)
}

// sides refuses a vector against a scalar where the dialect does, and notes which side is the scalar elsewhere.
func (c *Checker) sides(b *ir.Binary) bool {
	lv, rv := b.L.Type().Tag == types.Vector, b.R.Type().Tag == types.Vector
	if lv == rv {
		return true
	}
	if !c.d.VectorScalarOps {
		c.errExpr(diag.OperandType, b, "cannot mix vector and scalar operands")
		return false
	}
	b.Scalar = 1
	if lv {
		b.Scalar = 2
	}
	return true
}

// promoteBoth converts both operands to their greater arithmetic type, which is the result's.
func (c *Checker) promoteBoth(b *ir.Binary) ir.Expr {
	m := types.Max(elemOf(b.L.Type()), elemOf(b.R.Type()))
	c.promoteOps(b, m)
	b.T = like(m, b.L, b.R)
	return b
}

func (c *Checker) promoteOps(b *ir.Binary, m *types.Type) {
	if elemOf(b.L.Type()).Tag != m.Tag {
		b.L = c.arith(b.L, m)
	}
	if elemOf(b.R.Type()).Tag != m.Tag {
		b.R = c.arith(b.R, m)
	}
}

func tags(b *ir.Binary) (*types.Type, *types.Type) { return elemOf(b.L.Type()), elemOf(b.R.Type()) }

func (c *Checker) add(b *ir.Binary) ir.Expr {
	l, r := tags(b)
	switch {
	case r.Tag == types.Interval && (l.Tag == types.Time || l.Tag == types.Interval):
		b.T = like(l, b.L, b.R)
	case r.Tag == types.Time && l.Tag == types.Interval:
		b.T = like(r, b.L, b.R)
	case types.BothArithmetic(l, r):
		return c.promoteBoth(b)
	case l.Tag == types.String && r.Tag == types.String:
		b.T = like(l, b.L, b.R)
	default:
		return c.fail(diag.OperandType, b, "requires arithmetic operands")
	}
	return b
}

func (c *Checker) sub(b *ir.Binary) ir.Expr {
	l, r := tags(b)
	switch {
	case r.Tag == types.Interval && (l.Tag == types.Time || l.Tag == types.Interval):
		b.T = like(l, b.L, b.R)
	case l.Tag == types.Time && r.Tag == types.Time:
		b.T = like(types.IntervalT, b.L, b.R)
	case l.IsSet() && r.IsSet():
		return c.setOp(b, `incompatible "set" operands`, l)
	case types.BothArithmetic(l, r):
		return c.promoteBoth(b)
	default:
		return c.fail(diag.OperandType, b, "requires arithmetic operands")
	}
	return b
}

// setOp types an operation of two sets; an empty one adopts the other's type.
func (c *Checker) setOp(b *ir.Binary, msg string, result *types.Type) ir.Expr {
	l, r := b.L.Type(), b.R.Type()
	switch {
	case l.Unspecified && !r.Unspecified:
		b.L = silent(b.L, ir.CoerceTable, r)
		if result == l {
			result = r
		}
	case r.Unspecified && !l.Unspecified:
		b.R = silent(b.R, ir.CoerceTable, l)
	case !types.Same(l, r):
		return c.fail(diag.OperandType, b, "%s", msg)
	default:
		b.R = c.adapt(b.R, l)
	}
	b.T = result
	return b
}

func (c *Checker) mul(b *ir.Binary) ir.Expr {
	if greater(b.R, b.L) || b.R.Type().Tag == types.Interval || isConst(b.R) && !isConst(b.L) {
		swap(b)
	}
	l, r := tags(b)
	switch {
	case l.Tag == types.Interval || r.Tag == types.Interval:
		if !l.IsArithmetic() && !r.IsArithmetic() {
			return c.fail(diag.OperandType, b, "multiplication with interval requires arithmetic operand")
		}
		// The interval goes to the left.
		if l.IsArithmetic() {
			swap(b)
		}
		return c.scaled(b)
	case types.BothArithmetic(l, r):
		return c.promoteBoth(b)
	}
	return c.fail(diag.OperandType, b, "requires arithmetic operands")
}

// scaled types an interval times or through a number.
func (c *Checker) scaled(b *ir.Binary) ir.Expr {
	if elemOf(b.R.Type()).Tag != types.Double {
		b.R = c.arith(b.R, types.DoubleT)
	}
	b.T = like(types.IntervalT, b.L, b.R)
	return b
}

func (c *Checker) div(b *ir.Binary) ir.Expr {
	l, r := tags(b)
	switch {
	case l.Tag == types.Interval && r.Tag == types.Interval:
		b.T = like(types.DoubleT, b.L, b.R)
		return b
	case l.Tag == types.Interval && r.IsArithmetic():
		return c.scaled(b)
	case r.Tag == types.Interval && l.IsArithmetic():
		if l.Tag != types.Double {
			b.L = c.arith(b.L, types.DoubleT)
		}
		b.T = like(types.IntervalT, b.L, b.R)
		return b
	case l.Tag == types.Interval || r.Tag == types.Interval:
		return c.fail(diag.OperandType, b, "division of interval requires arithmetic operand")
	case types.BothArithmetic(l, r):
		return c.promoteBoth(b)
	}
	return c.fail(diag.OperandType, b, "requires arithmetic operands")
}

func (c *Checker) logic(b *ir.Binary) ir.Expr {
	l, r := tags(b)
	if l.Tag == types.Pattern && r.Tag == types.Pattern && c.d.PatternLogic {
		// 2.6 writes the alternative and the sequence of patterns this way, too.
		b.Op = map[ast.Op]ast.Op{ast.OpAnd: ast.OpBitAnd, ast.OpOr: ast.OpBitOr}[b.Op]
		b.T = types.PatternT
		return b
	}
	if l.Tag != types.Bool || r.Tag != types.Bool {
		return c.fail(diag.OperandType, b, "requires boolean operands")
	}
	b.T = like(types.BoolT, b.L, b.R)
	return b
}

func (c *Checker) bits(b *ir.Binary) ir.Expr {
	lt, rt := b.L.Type(), b.R.Type()
	l, r := elemOf(lt), elemOf(rt)
	lv, rv := lt.Tag == types.Vector, rt.Tag == types.Vector
	if b.Op == ast.OpShl || b.Op == ast.OpShr {
		switch {
		case lv != rv:
			return c.fail(diag.OperandType, b, "cannot mix vectors and scalars for shift operations")
		case l.IsIntegral() && r.Tag == types.Count:
			b.T = like(l, b.L, b.R)
			return b
		case l.IsIntegral() && r.Tag == types.Int:
			return c.fail(diag.OperandType, b, `requires "count" right operand`)
		}
		return c.fail(diag.OperandType, b, "requires integral operands")
	}
	switch {
	case l.Tag == types.Count && r.Tag == types.Count:
		b.T = like(types.CountT, b.L, b.R)
		if lv != rv {
			b.Scalar = 1
			if lv {
				b.Scalar = 2
			}
		}
		return b
	case l.Tag == types.Pattern:
		switch {
		case r.Tag != types.Pattern:
			return c.fail(diag.OperandType, b, "cannot mix pattern and non-pattern operands")
		case b.Op == ast.OpBitXor:
			return c.fail(diag.OperandType, b, "'^' operator does not apply to patterns")
		}
		b.T = types.PatternT
		return b
	case lt.IsSet() && rt.IsSet() && b.Op != ast.OpBitXor:
		return c.setOp(b, `incompatible "set" operands`, lt)
	}
	return c.fail(diag.OperandType, b, `requires "count" or compatible "set" operands`)
}

// swap exchanges the operands. The reference orders those of some operators by their kind, which shows in messages and in what is
// evaluated first.
func swap(b *ir.Binary) {
	b.L, b.R = b.R, b.L
	if b.Scalar != 0 {
		b.Scalar = 3 - b.Scalar
	}
}

func isConst(e ir.Expr) bool {
	_, ok := e.(*ir.Const)
	return ok
}

// greater reports whether the kind of a comes behind that of b in the reference's order.
func greater(a, b ir.Expr) bool { return rank(a) > rank(b) }

var opRank = map[ast.Op]int{ast.OpNot: 5, ast.OpCompl: 6, ast.OpAdd: 9, ast.OpSub: 10, ast.OpMul: 15, ast.OpDiv: 16, ast.OpMod: 18,
	ast.OpBitAnd: 19, ast.OpBitOr: 20, ast.OpBitXor: 21, ast.OpShl: 22, ast.OpShr: 23, ast.OpAnd: 24, ast.OpOr: 25, ast.OpLt: 26,
	ast.OpLe: 27, ast.OpEq: 28, ast.OpNe: 29}

// rank is the place of an expression's kind in the reference's order.
func rank(e ir.Expr) int {
	switch e := e.(type) {
	case *ir.LocalRef, *ir.GlobalRef, *ir.TypeRef:
		return 0
	case *ir.Const:
		return 1
	case *ir.Copy:
		return 2
	case *ir.Incr:
		return 3
	case *ir.Unary:
		switch e.Op {
		case ast.OpAdd:
			return 7
		case ast.OpSub:
			return 8
		case ast.OpSize:
			return 55
		}
		return opRank[e.Op]
	case *ir.Binary:
		return opRank[e.Op]
	case *ir.CondExpr:
		return 32
	case *ir.Assign:
		return 34
	case *ir.Index, *ir.Slice:
		return 35
	case *ir.Field:
		return 36
	case *ir.HasField:
		return 37
	case *ir.RecordCtor:
		return 38
	case *ir.TableCtor:
		return 39
	case *ir.VectorCtor:
		return 41
	case *ir.In:
		return 43
	case *ir.ListExpr:
		return 44
	case *ir.Call:
		return 45
	case *ir.Lambda:
		return 46
	case *ir.Coerce:
		return 49
	}
	return 56
}

// isZero reports whether e is a literal zero, which may be compared with a time.
func isZero(e ir.Expr) bool {
	k, ok := e.(*ir.Const)
	if !ok {
		return false
	}
	switch k.T.Tag {
	case types.Int, types.Count:
		return k.N == 0
	case types.Double:
		return math.Float64frombits(k.N) == 0
	}
	return false
}

func (c *Checker) equal(b *ir.Binary) ir.Expr {
	// A pattern goes to the left.
	if rt, lt := b.R.Type().Tag, b.L.Type().Tag; rt == types.Pattern || lt != types.Pattern && greater(b.R, b.L) {
		swap(b)
	}
	l, r := tags(b)
	b.T = like(types.BoolT, b.L, b.R)
	switch {
	case types.BothArithmetic(l, r):
		c.promoteOps(b, types.Max(l, r))
	case l.Tag == types.Time && isZero(b.R) || r.Tag == types.Time && isZero(b.L):
		c.promoteOps(b, types.TimeT)
	case l.Tag == r.Tag:
		switch l.Tag {
		case types.Bool, types.Time, types.Interval, types.String, types.Port, types.Addr, types.Subnet, types.Pattern, types.Func,
			types.Enum:
		case types.Table:
			if !l.IsSet() || !r.IsSet() {
				return c.fail(diag.OperandType, b, "illegal comparison")
			}
			return c.setOp(b, "incompatible sets in comparison", types.BoolT)
		default:
			return c.fail(diag.OperandType, b, "illegal comparison")
		}
	case l.Tag == types.Pattern && r.Tag == types.String, l.Tag == types.String && r.Tag == types.Pattern:
		if b.L.Type().Tag == types.Vector {
			return c.fail(diag.OperandType, b, "cannot compare string vectors with pattern vectors")
		}
	default:
		return c.fail(diag.OperandType, b, "type clash in comparison")
	}
	return b
}

// compare types < <= > >=.
func (c *Checker) compare(b *ir.Binary) ir.Expr {
	switch b.Op {
	case ast.OpGt:
		b.Op = ast.OpLt
		swap(b)
	case ast.OpGe:
		b.Op = ast.OpLe
		swap(b)
	}
	l, r := tags(b)
	b.T = like(types.BoolT, b.L, b.R)
	switch {
	case types.BothArithmetic(l, r):
		c.promoteOps(b, types.Max(l, r))
	case l.IsSet() && r.IsSet():
		return c.setOp(b, "incompatible sets in comparison", types.BoolT)
	case l.Tag != r.Tag:
		return c.fail(diag.OperandType, b, "operands must be of the same type")
	case l.Tag != types.Time && l.Tag != types.Interval && l.Tag != types.Port && l.Tag != types.Addr && l.Tag != types.String:
		return c.fail(diag.OperandType, b, "illegal comparison")
	}
	return b
}
