package interp

import (
	"math"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// scalarOp compiles an expression whose scalar value need not pass through a Value; nil when e is none of those.
func (c *compiler) scalarOp(e ir.Expr) bits {
	switch e := e.(type) {
	case *ir.Const:
		n := e.N
		return func(*M, frame) uint64 { return n }
	case *ir.LocalRef:
		s, ok := c.direct(e.Sym)
		if !ok || e.Checked || !e.T.IsScalar() {
			return nil
		}
		return func(m *M, f frame) uint64 { return f[s].N }
	case *ir.Unary:
		return c.scalarUnary(e)
	case *ir.Binary:
		if e.T.Tag == types.Bool {
			q := c.compare(e)
			if q == nil {
				return nil
			}
			return func(m *M, f frame) uint64 {
				if q(m, f) {
					return 1
				}
				return 0
			}
		}
		if e.T.IsScalar() {
			return c.arith(e)
		}
	case *ir.Incr:
		return c.scalarIncr(e)
	case *ir.Coerce:
		return c.scalarCoerce(e)
	case *ir.Assign:
		if l, ok := e.L.(*ir.LocalRef); ok && l.T.IsScalar() {
			return c.fuseSet(l.Sym, e.R)
		}
	case *ir.OpAssign:
		if l, ok := e.L.(*ir.LocalRef); ok && l.T.IsScalar() && !l.Checked {
			return c.fuseSet(l.Sym, c.opValue(e, l))
		}
	case *ir.Call:
		return c.scalarCall(e)
	case *ir.Field:
		return c.scalarField(e)
	case *ir.Index:
		return c.scalarIndex(e)
	case *ir.CondExpr:
		if e.T.IsScalar() && e.C.Type().Tag == types.Bool {
			q, a, b := c.cond(e.C), c.bits(e.A), c.bits(e.B)
			return func(m *M, f frame) uint64 {
				if q(m, f) {
					return a(m, f)
				}
				return b(m, f)
			}
		}
	}
	return nil
}

func fl(n uint64) float64 { return math.Float64frombits(n) }
func lf(f float64) uint64 { return math.Float64bits(f) }

// isFloat reports whether values of t hold the bits of a float64.
func isFloat(t *types.Type) bool {
	return t.Tag == types.Double || t.Tag == types.Time || t.Tag == types.Interval
}

func (c *compiler) scalarUnary(e *ir.Unary) bits {
	at := e.Arg.Type()
	if e.Op == ast.OpSize {
		return c.size(e)
	}
	if !at.IsScalar() {
		return nil
	}
	x := c.bits(e.Arg)
	switch e.Op {
	case ast.OpNot:
		return func(m *M, f frame) uint64 { return b2n(x(m, f) == 0) }
	case ast.OpAdd:
		return x
	case ast.OpCompl:
		return func(m *M, f frame) uint64 { return ^x(m, f) }
	case ast.OpSub:
		if isFloat(at) {
			return func(m *M, f frame) uint64 { return lf(-fl(x(m, f))) }
		}
		return func(m *M, f frame) uint64 { return -x(m, f) }
	}
	return nil
}

func b2n(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// size compiles |x| where the result is a scalar.
func (c *compiler) size(e *ir.Unary) bits {
	switch t := e.Arg.Type(); t.Tag {
	case types.String:
		x := c.expr(e.Arg)
		return func(m *M, f frame) uint64 { return x(m, f).N }
	case types.Table:
		x := c.object(e.Arg)
		return func(m *M, f frame) uint64 { return uint64(x(m, f).Table().Len()) }
	case types.Vector:
		x := c.object(e.Arg)
		return func(m *M, f frame) uint64 { return uint64(x(m, f).Vec().Len()) }
	case types.Record:
		n := t.Rec
		return func(m *M, f frame) uint64 { return uint64(len(n.Fields)) }
	case types.Addr:
		x := c.expr(e.Arg)
		return func(m *M, f frame) uint64 {
			if x(m, f).P == nil {
				return 32
			}
			return 128
		}
	case types.Subnet:
		x := c.expr(e.Arg)
		return func(m *M, f frame) uint64 {
			p := x(m, f).Subnet()
			return lf(math.Exp2(float64(p.Addr().BitLen() - p.Bits())))
		}
	case types.Int:
		x := c.bits(e.Arg)
		return func(m *M, f frame) uint64 {
			n := int64(x(m, f))
			if n < 0 {
				n = -n
			}
			return uint64(n)
		}
	case types.Double, types.Time, types.Interval:
		x := c.bits(e.Arg)
		return func(m *M, f frame) uint64 { return lf(math.Abs(fl(x(m, f)))) }
	case types.File:
		x := c.object(e.Arg)
		return func(m *M, f frame) uint64 { return lf(x(m, f).File().Size()) }
	case types.Func:
		x := c.object(e.Arg)
		return func(m *M, f frame) uint64 { return uint64(len(x(m, f).Func().T.Fn.Params.Fields)) }
	case types.Any:
		x := c.expr(e.Arg)
		return func(m *M, f frame) uint64 { return m.sizeOfAny(e, x(m, f)) }
	default:
		return c.bits(e.Arg)
	}
}

// sizeOfAny is |x| of a value whose type is known only now.
func (m *M) sizeOfAny(e *ir.Unary, v val.Value) uint64 {
	t, v := v.Unbox()
	switch t.Tag {
	case types.String:
		return v.N
	case types.Table:
		return uint64(v.Table().Len())
	case types.Vector:
		return uint64(v.Vec().Len())
	case types.Record:
		return uint64(len(t.Rec.Fields))
	case types.Count, types.Bool, types.Enum:
		return v.N
	}
	m.fail(diag.SizeOf, e, "cannot take size of "+t.Tag.String())
	return 0
}

// arith compiles an arithmetic operation on scalars.
func (c *compiler) arith(e *ir.Binary) bits {
	lt, rt := e.L.Type(), e.R.Type()
	if !lt.IsScalar() || !rt.IsScalar() {
		return nil
	}
	if b := c.fuseArith(e); b != nil {
		return b
	}
	l, r := c.bits(e.L), c.bits(e.R)
	if isFloat(lt) || isFloat(rt) {
		return floatArith(e.Op, e, l, r)
	}
	return intArith(e.Op, e, lt, l, r)
}

// floatArith: both operands hold float64 bits; the checker has converted the numbers beside an interval.
//
//go:noinline
func floatArith(op ast.Op, e ir.Expr, l, r bits) bits {
	switch op {
	case ast.OpAdd:
		return func(m *M, f frame) uint64 { x := fl(l(m, f)); return lf(x + fl(r(m, f))) }
	case ast.OpSub:
		return func(m *M, f frame) uint64 { x := fl(l(m, f)); return lf(x - fl(r(m, f))) }
	case ast.OpMul:
		return func(m *M, f frame) uint64 { x := fl(l(m, f)); return lf(x * fl(r(m, f))) }
	case ast.OpDiv:
		return func(m *M, f frame) uint64 {
			x := fl(l(m, f))
			y := fl(r(m, f))
			if y == 0 {
				m.fail(diag.DivisionByZero, e, "division by zero")
			}
			return lf(x / y)
		}
	}
	return nil
}

func intArith(op ast.Op, e ir.Expr, t *types.Type, l, r bits) bits {
	signed := t.Tag == types.Int
	switch op {
	case ast.OpAdd:
		return func(m *M, f frame) uint64 { x := l(m, f); return x + r(m, f) }
	case ast.OpSub:
		if signed {
			return func(m *M, f frame) uint64 { x := l(m, f); return x - r(m, f) }
		}
		return func(m *M, f frame) uint64 {
			x := l(m, f)
			y := r(m, f)
			if y > x {
				m.underflow(e)
			}
			return x - y
		}
	case ast.OpMul:
		return func(m *M, f frame) uint64 { x := l(m, f); return x * r(m, f) }
	case ast.OpDiv:
		return func(m *M, f frame) uint64 {
			x := l(m, f)
			y := r(m, f)
			if y == 0 {
				m.fail(diag.DivisionByZero, e, "division by zero")
			}
			if signed {
				return uint64(int64(x) / int64(y))
			}
			return x / y
		}
	case ast.OpMod:
		return func(m *M, f frame) uint64 {
			x := l(m, f)
			y := r(m, f)
			if y == 0 {
				m.fail(diag.DivisionByZero, e, "modulo by zero")
			}
			if signed {
				return uint64(int64(x) % int64(y))
			}
			return x % y
		}
	case ast.OpBitAnd:
		return func(m *M, f frame) uint64 { x := l(m, f); return x & r(m, f) }
	case ast.OpBitOr:
		return func(m *M, f frame) uint64 { x := l(m, f); return x | r(m, f) }
	case ast.OpBitXor:
		return func(m *M, f frame) uint64 { x := l(m, f); return x ^ r(m, f) }
	// Shift counts beyond 63 wrap, as they do on the reference's processors.
	case ast.OpShl:
		return func(m *M, f frame) uint64 {
			x := l(m, f)
			y := r(m, f)
			if signed && int64(x) < 0 {
				m.fail(diag.NegativeShift, e, "left shifting a negative number is undefined")
			}
			return x << (y & 63)
		}
	case ast.OpShr:
		if signed {
			return func(m *M, f frame) uint64 { x := l(m, f); return uint64(int64(x) >> (r(m, f) & 63)) }
		}
		return func(m *M, f frame) uint64 { x := l(m, f); return x >> (r(m, f) & 63) }
	}
	return nil
}

// underflow reports that a count went below zero; the value wraps.
func (m *M) underflow(e ir.Expr) {
	if m.dialect.CountUnderflowWarns {
		m.warn(diag.CountUnderflow, e, "count underflow")
	}
}

// compare compiles an operation with a bool result to a condition; nil for vector forms.
func (c *compiler) compare(e *ir.Binary) cond {
	switch e.Op {
	case ast.OpAnd, ast.OpOr:
		if e.L.Type().Tag != types.Bool || e.R.Type().Tag != types.Bool {
			return nil
		}
		l, r := c.cond(e.L), c.cond(e.R)
		if e.Op == ast.OpAnd {
			return func(m *M, f frame) bool { return l(m, f) && r(m, f) }
		}
		return func(m *M, f frame) bool { return l(m, f) || r(m, f) }
	}
	lt, rt := e.L.Type(), e.R.Type()
	switch {
	case lt.IsScalar() && rt.IsScalar():
		if q := c.fuseCompare(e); q != nil {
			return q
		}
		l, r := c.bits(e.L), c.bits(e.R)
		switch {
		case isFloat(lt):
			return floatCompare(e.Op, l, r)
		case lt.Tag == types.Int || lt.Tag == types.Enum:
			return intCompare(e.Op, l, r)
		}
		return countCompare(e.Op, l, r)
	case lt.Tag == types.Pattern && rt.Tag == types.String:
		l, r := c.object(e.L), c.expr(e.R)
		want := e.Op == ast.OpEq
		return func(m *M, f frame) bool {
			p := l(m, f).Pattern()
			return p.MatchAll(r(m, f).Str()) == want
		}
	case lt.Tag == types.String && rt.Tag == types.String:
		return stringCompare(e.Op, c.expr(e.L), c.expr(e.R))
	case lt.Tag == types.Table && e.Op != ast.OpEq && e.Op != ast.OpNe:
		return setCompare(e.Op, c.object(e.L), c.object(e.R))
	}
	l, r := c.expr(e.L), c.expr(e.R)
	switch e.Op {
	case ast.OpEq:
		return func(m *M, f frame) bool { x := l(m, f); return val.Equal(lt, x, r(m, f)) }
	case ast.OpNe:
		return func(m *M, f frame) bool { x := l(m, f); return !val.Equal(lt, x, r(m, f)) }
	case ast.OpLt:
		return func(m *M, f frame) bool { x := l(m, f); return val.Less(lt, x, r(m, f)) }
	case ast.OpLe:
		return func(m *M, f frame) bool { x := l(m, f); return !val.Less(lt, r(m, f), x) }
	case ast.OpGt:
		return func(m *M, f frame) bool { x := l(m, f); return val.Less(lt, r(m, f), x) }
	case ast.OpGe:
		return func(m *M, f frame) bool { x := l(m, f); return !val.Less(lt, x, r(m, f)) }
	}
	return nil
}

func floatCompare(op ast.Op, l, r bits) cond {
	switch op {
	case ast.OpEq:
		return func(m *M, f frame) bool { x := fl(l(m, f)); return x == fl(r(m, f)) }
	case ast.OpNe:
		return func(m *M, f frame) bool { x := fl(l(m, f)); return x != fl(r(m, f)) }
	case ast.OpLt:
		return func(m *M, f frame) bool { x := fl(l(m, f)); return x < fl(r(m, f)) }
	case ast.OpLe:
		return func(m *M, f frame) bool { x := fl(l(m, f)); return x <= fl(r(m, f)) }
	case ast.OpGt:
		return func(m *M, f frame) bool { x := fl(l(m, f)); return x > fl(r(m, f)) }
	}
	return func(m *M, f frame) bool { x := fl(l(m, f)); return x >= fl(r(m, f)) }
}

func intCompare(op ast.Op, l, r bits) cond {
	switch op {
	case ast.OpLt:
		return func(m *M, f frame) bool { x := int64(l(m, f)); return x < int64(r(m, f)) }
	case ast.OpLe:
		return func(m *M, f frame) bool { x := int64(l(m, f)); return x <= int64(r(m, f)) }
	case ast.OpGt:
		return func(m *M, f frame) bool { x := int64(l(m, f)); return x > int64(r(m, f)) }
	case ast.OpGe:
		return func(m *M, f frame) bool { x := int64(l(m, f)); return x >= int64(r(m, f)) }
	}
	return countCompare(op, l, r)
}

// countCompare also serves ports, whose order is protocol first as in their bits, and bools.
func countCompare(op ast.Op, l, r bits) cond {
	switch op {
	case ast.OpEq:
		return func(m *M, f frame) bool { x := l(m, f); return x == r(m, f) }
	case ast.OpNe:
		return func(m *M, f frame) bool { x := l(m, f); return x != r(m, f) }
	case ast.OpLt:
		return func(m *M, f frame) bool { x := l(m, f); return x < r(m, f) }
	case ast.OpLe:
		return func(m *M, f frame) bool { x := l(m, f); return x <= r(m, f) }
	case ast.OpGt:
		return func(m *M, f frame) bool { x := l(m, f); return x > r(m, f) }
	}
	return func(m *M, f frame) bool { x := l(m, f); return x >= r(m, f) }
}

func stringCompare(op ast.Op, l, r expr) cond {
	switch op {
	case ast.OpEq:
		return func(m *M, f frame) bool { x := l(m, f); return x.Str() == r(m, f).Str() }
	case ast.OpNe:
		return func(m *M, f frame) bool { x := l(m, f); return x.Str() != r(m, f).Str() }
	case ast.OpLt:
		return func(m *M, f frame) bool { x := l(m, f); return x.Str() < r(m, f).Str() }
	case ast.OpLe:
		return func(m *M, f frame) bool { x := l(m, f); return x.Str() <= r(m, f).Str() }
	case ast.OpGt:
		return func(m *M, f frame) bool { x := l(m, f); return x.Str() > r(m, f).Str() }
	}
	return func(m *M, f frame) bool { x := l(m, f); return x.Str() >= r(m, f).Str() }
}

// setCompare: subset relations.
//
//go:noinline
func setCompare(op ast.Op, l, r expr) cond {
	return func(m *M, f frame) bool {
		x := l(m, f).Table()
		y := r(m, f).Table()
		switch op {
		case ast.OpLt:
			return subset(x, y) && x.Len() < y.Len()
		case ast.OpLe:
			return subset(x, y)
		case ast.OpGt:
			return subset(y, x) && y.Len() < x.Len()
		}
		return subset(y, x)
	}
}

func subset(x, y *val.Table) bool {
	if x.Len() > y.Len() {
		return false
	}
	for it := x.Iter(); it.Next(); {
		if !y.Has(it.Keys()) {
			return false
		}
	}
	return true
}

// unary compiles the vector forms of unary operators, and sizes that are no scalar.
func (c *compiler) unary(e *ir.Unary) expr {
	arg := c.object(e.Arg)
	et := e.Arg.Type().Elem
	l := &ir.LocalRef{X: ir.X{T: et, At: e.At}, Sym: &ir.Local{T: et, Slot: 0}}
	op := c.elementOp(&ir.Unary{X: ir.X{T: e.T.Elem, At: e.At}, Op: e.Op, Arg: l})
	return func(m *M, f frame) val.Value {
		return m.mapVector(e.T, arg(m, f).Vec(), func(v val.Value) val.Value { return op(m, v, val.Value{}) })
	}
}

// elementOp compiles an operation on slots 0 and 1 of a scratch frame, for the element-wise forms.
func (c *compiler) elementOp(e ir.Expr) func(m *M, l, r val.Value) val.Value {
	b := scratchBody(2)
	code := newCompiler(c.m, b).expr(e)
	return func(m *M, l, r val.Value) val.Value {
		f := m.push(b.size)
		f[0], f[1] = l, r
		v := code(m, f)
		clearFrame(f, b.size)
		m.pop(b.size)
		return v
	}
}

func (m *M) mapVector(t *types.Type, v *val.Vector, op func(val.Value) val.Value) val.Value {
	out := val.NewVector(t)
	for i := range v.Len() {
		if x, ok := v.Get(i); ok {
			out.Set(i, op(x))
		} else {
			out.Resize(i + 1)
		}
	}
	return val.Vec(out)
}

// binary compiles the operators on objects: strings, sets, patterns, addresses and vectors.
func (c *compiler) binary(e *ir.Binary) expr {
	lt, rt := e.L.Type(), e.R.Type()
	switch {
	case lt.Tag == types.Vector || rt.Tag == types.Vector:
		return c.vectorBinary(e)
	case lt.Tag == types.String && e.Op == ast.OpAdd:
		return c.concat(e)
	case lt.Tag == types.Table:
		return setOp(e.Op, e.T, c.object(e.L), c.object(e.R))
	case lt.Tag == types.Pattern:
		l, r := c.object(e.L), c.object(e.R)
		join := pattern.Or
		switch e.Op {
		case ast.OpBitAnd, ast.OpAnd:
			join = pattern.And
		case ast.OpAdd: // p += q
			join = func(p, q *pattern.Pattern) (*pattern.Pattern, error) { return pattern.Merge(q, p) }
		}
		return func(m *M, f frame) val.Value {
			x := l(m, f).Pattern()
			p, err := join(x, r(m, f).Pattern())
			if err != nil {
				m.fail(diag.BadLiteral, e, err.Error())
			}
			return val.Pat(p)
		}
	case lt.Tag == types.Addr && e.Op == ast.OpDiv:
		l, r := c.expr(e.L), c.bits(e.R)
		return func(m *M, f frame) val.Value {
			a := l(m, f)
			return m.maskAddr(e, a, r(m, f))
		}
	}
	panic("interp: no code for operator " + e.Op.String() + " on " + lt.Tag.String())
}

// maskAddr makes a subnet of an address and a prefix length.
func (m *M) maskAddr(e ir.Expr, a val.Value, n uint64) val.Value {
	kind, limit := "IPv4", uint64(32)
	if a.P != nil {
		kind, limit = "IPv6", 128
	}
	if n > limit {
		m.fail(diag.SubnetWidth, e, "bad "+kind+" subnet prefix length: "+string(val.Describe(nil, types.CountT, val.Count(n), val.DescPrint)))
	}
	p, err := a.Addr().Prefix(int(n))
	if err != nil {
		m.fail(diag.SubnetWidth, e, err.Error())
	}
	return val.Subnet(p)
}

// concat joins a chain of string additions with one allocation.
func (c *compiler) concat(e *ir.Binary) expr {
	if code := c.fuseConcat(e); code != nil {
		return code
	}
	var parts []expr
	var walk func(x ir.Expr)
	walk = func(x ir.Expr) {
		if b, ok := x.(*ir.Binary); ok && b.Op == ast.OpAdd && b.T.Tag == types.String && b.L.Type().Tag == types.String {
			walk(b.L)
			walk(b.R)
			return
		}
		parts = append(parts, c.expr(x))
	}
	walk(e)
	if len(parts) == 2 {
		l, r := parts[0], parts[1]
		return func(m *M, f frame) val.Value {
			x := l(m, f)
			return val.Str(x.Str() + r(m, f).Str())
		}
	}
	if len(parts) > maxDirect {
		l, r := c.expr(e.L), c.expr(e.R)
		return func(m *M, f frame) val.Value {
			x := l(m, f)
			return val.Str(x.Str() + r(m, f).Str())
		}
	}
	size := len(parts)
	return func(m *M, f frame) val.Value {
		nf := m.push(size)
		n := 0
		for i, p := range parts {
			v := p(m, f)
			nf[i] = v
			n += int(v.N)
		}
		b := make([]byte, 0, n)
		for i := range parts {
			b = append(b, nf[i].Str()...)
		}
		clearFrame(nf, size)
		m.pop(size)
		return val.Str(bytesString(b))
	}
}

// setOp: union, intersection and difference of sets.
//
//go:noinline
func setOp(op ast.Op, t *types.Type, l, r expr) expr {
	return func(m *M, f frame) val.Value {
		x := l(m, f).Table()
		y := r(m, f).Table()
		out := val.NewTable(t, nil)
		switch op {
		case ast.OpBitOr, ast.OpOr:
			out = val.Clone(t, val.Tab(x)).Table()
			for it := y.Iter(); it.Next(); {
				out.Set(it.Keys(), it.Val())
			}
		case ast.OpBitAnd, ast.OpAnd:
			for it := x.Iter(); it.Next(); {
				if y.Has(it.Keys()) {
					out.Set(it.Keys(), it.Val())
				}
			}
		case ast.OpSub:
			out = val.Clone(t, val.Tab(x)).Table()
			for it := y.Iter(); it.Next(); {
				out.Delete(it.Keys())
			}
		}
		return val.Tab(out)
	}
}

// vectorBinary: element by element; Scalar tells which side is repeated.
func (c *compiler) vectorBinary(e *ir.Binary) expr {
	l, r := c.expr(e.L), c.expr(e.R)
	elem := func(t *types.Type, slot int) ir.Expr {
		if t.Tag == types.Vector {
			t = t.Elem
		}
		return &ir.LocalRef{X: ir.X{T: t, At: e.At}, Sym: &ir.Local{T: t, Slot: slot}}
	}
	if e.T.Tag != types.Vector {
		// == and != of vectors as wholes.
		t, want := e.L.Type(), e.Op == ast.OpEq
		return func(m *M, f frame) val.Value { x := l(m, f); return val.Bool(val.Equal(t, x, r(m, f)) == want) }
	}
	op := c.elementOp(&ir.Binary{X: ir.X{T: e.T.Elem, At: e.At}, Op: e.Op, L: elem(e.L.Type(), 0), R: elem(e.R.Type(), 1)})
	return func(m *M, f frame) val.Value {
		x := l(m, f)
		y := r(m, f)
		switch e.Scalar {
		case 1:
			return m.mapVector(e.T, y.Vec(), func(v val.Value) val.Value { return op(m, x, v) })
		case 2:
			return m.mapVector(e.T, x.Vec(), func(v val.Value) val.Value { return op(m, v, y) })
		}
		xs, ys := x.Vec(), y.Vec()
		if xs.Len() != ys.Len() {
			if e.Op == ast.OpAnd || e.Op == ast.OpOr {
				m.fail(diag.VectorSize, e, "vector operands have different sizes")
			}
			m.fail(diag.VectorSize, e, "vector operands are of different sizes")
		}
		out := val.NewVector(e.T)
		for i := range xs.Len() {
			a, ok1 := xs.Get(i)
			b, ok2 := ys.Get(i)
			if ok1 && ok2 {
				out.Set(i, op(m, a, b))
			} else {
				out.Resize(i + 1)
			}
		}
		return val.Vec(out)
	}
}

// condExpr compiles C ? A : B.
func (c *compiler) condExpr(e *ir.CondExpr) expr {
	a, b := c.expr(e.A), c.expr(e.B)
	if e.C.Type().Tag != types.Vector {
		q := c.cond(e.C)
		return func(m *M, f frame) val.Value {
			if q(m, f) {
				return a(m, f)
			}
			return b(m, f)
		}
	}
	q := c.expr(e.C)
	return func(m *M, f frame) val.Value {
		cs := q(m, f).Vec()
		as := a(m, f).Vec()
		bs := b(m, f).Vec()
		if cs.Len() != as.Len() || as.Len() != bs.Len() {
			m.fail(diag.VectorSize, e, "vectors in conditional expression have different sizes")
		}
		out := val.NewVector(e.T)
		out.Resize(cs.Len())
		for i := range cs.Len() {
			from := bs
			if v, ok := cs.Get(i); ok && v.Bool() {
				from = as
			}
			if v, ok := from.Get(i); ok {
				out.Set(i, v)
			}
		}
		return val.Vec(out)
	}
}
