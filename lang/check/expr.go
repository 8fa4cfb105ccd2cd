package check

import (
	"math"
	"net/netip"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
)

// maxDepth bounds the nesting of expressions, types and statements, so that no input exhausts the stack.
const maxDepth = 2000

// enter counts a level of nesting; false means that it is too deep, which it reports.
func (c *Checker) enter() bool {
	c.depth++
	if c.depth > maxDepth {
		if c.depth == maxDepth+1 {
			c.err(diag.Nesting, c.cur, "nesting too deep")
		}
		c.depth--
		return false
	}
	return true
}

func (c *Checker) leave() { c.depth-- }

// expr checks an expression.
func (c *Checker) expr(e ast.Expr) ir.Expr {
	if !c.enter() {
		return bad(e.Span())
	}
	defer c.leave()
	c.cur = e.Span()
	switch e := e.(type) {
	case *ast.Name:
		return c.name(e)
	case *ast.Lit:
		return c.literal(e)
	case *ast.Unary:
		return c.unary(e)
	case *ast.Binary:
		return c.binary(e)
	case *ast.Assign:
		return c.assign(e)
	case *ast.Cond:
		return c.cond(e)
	case *ast.Call:
		return c.call(e)
	case *ast.HookCall:
		return c.hookCall(e)
	case *ast.Index:
		return c.index(e)
	case *ast.Slice:
		return c.slice(e)
	case *ast.Field:
		return c.fieldOf(e)
	case *ast.HasField:
		return c.hasField(e)
	case *ast.FieldInit:
		c.err(diag.ConstructorType, e.Span(), "field assignment outside of a record constructor ($%s)", e.Name.Name)
		return bad(e.Span())
	case *ast.Bracket:
		return c.bracket(e)
	case *ast.Brace:
		return c.list(e.Elems, e.Span(), true)
	case *ast.Ctor:
		return c.ctor(e)
	case *ast.Schedule:
		return c.schedule(e)
	case *ast.Lambda:
		return c.lambdaExpr(e)
	case *ast.Cast:
		return c.cast(e)
	case *ast.Is:
		return c.is(e)
	case *ast.Copy:
		arg := c.expr(e.X)
		if isErr(arg) {
			return bad(e.Span())
		}
		return &ir.Copy{X: x(arg.Type(), e.Span()), Arg: arg}
	case *ast.AddDel:
		return c.addDel(e)
	case *ast.Paren:
		return c.paren(e)
	case *ast.TypeExpr:
		t := c.typ(e.T)
		if t.IsError() {
			return bad(e.Span())
		}
		return &ir.TypeRef{X: x(types.NewTypeType(t), e.Span())}
	case *ast.LocalCond:
		return c.localCond(e)
	}
	panic("check: unknown expression node")
}

func (c *Checker) paren(e *ast.Paren) ir.Expr {
	out := c.expr(e.X)
	if p, ok := out.(interface{ SetParen() }); ok {
		p.SetParen()
	}
	return out
}

// name checks a use of an identifier.
func (c *Checker) name(e *ast.Name) ir.Expr {
	c.checkGlobalPrefix(e.Ident)
	if baseName(e.Name) == "_" && c.d.BlankIdentifier && !c.prompt {
		c.err(diag.BlankName, e.Span(), "blank identifier used in expression (%s)", qualify(c.module, e.Name))
		return bad(e.Span())
	}
	if c.inCond && c.condLocals[e.Name] {
		c.errName(diag.IfCondition, e.Name, e.Span(), diag.Span{}, "referencing a local name in @if")
		return bad(e.Span())
	}
	if l, f := c.lookupLocal(e.Name); l != nil {
		c.noteLocal(l, e.Span(), false)
		return c.readLocal(l, f, e.Span())
	}
	if t := c.baseType(e.Name); t != nil {
		return &ir.TypeRef{X: x(types.NewTypeType(t), e.Span())}
	}
	g := c.lookupGlobal(e.Name, false)
	if g == nil {
		c.unknown(e.Span(), e.Name, ", at or near \""+e.Name+"\"", "unknown identifier %s")
		return bad(e.Span())
	}
	c.noteGlobal(g, e.Span(), false)
	return c.globalRef(g, e.Span())
}

func (c *Checker) globalRef(g *ir.Global, at diag.Span) ir.Expr {
	c.use(g)
	if g.T == nil {
		if !c.info[g].typed {
			c.errName(diag.UnknownName, g.Name, g.At, diag.Span{}, "undeclared variable")
			c.info[g].typed = true
			g.T = types.ErrorT
		}
		return bad(at)
	}
	if g.T.IsError() {
		return bad(at)
	}
	c.deprecated(g, at)
	switch g.Kind {
	case ir.KindType:
		return &ir.TypeRef{X: x(types.NewTypeType(g.T), at)}
	case ir.KindEnum:
		return &ir.Const{X: x(g.T, at), N: uint64(g.EnumVal)}
	}
	return &ir.GlobalRef{X: x(g.T, at), Sym: g}
}

// readLocal is a read of a local that may belong to an outer function.
func (c *Checker) readLocal(l *ir.Local, f *function, at diag.Span) ir.Expr {
	if f.ended[l] && !c.d.OutOfScopeLocals {
		c.errName(diag.OutOfScope, l.Name, l.At, diag.Span{}, "use of out-of-scope local; move declaration to outer scope")
		delete(f.ended, l)
	}
	l = c.capture(l, f, c.fn)
	if l.T == nil || l.T.IsError() {
		return bad(at)
	}
	ref := &ir.LocalRef{X: x(l.T, at), Sym: l}
	if !c.fn.flow.has(l) && !c.fn.surely(l) {
		ref.Checked = true
		l.Checked = true
		c.readUnset(l, at)
	}
	return ref
}

// surely reports whether a local needs no flow: parameters and captures are set when the body starts.
func (f *function) surely(l *ir.Local) bool { return l.Captured && !l.Checked }

// literal checks a literal.
func (c *Checker) literal(e *ast.Lit) ir.Expr {
	if e.Bad != "" {
		c.err(diag.BadLiteral, e.Span(), "%s", e.Bad)
		return bad(e.Span())
	}
	k := &ir.Const{X: x(nil, e.Span()), N: e.N}
	switch e.Kind {
	case ast.LitBool:
		k.T = types.BoolT
	case ast.LitCount:
		k.T = types.CountT
	case ast.LitDouble:
		k.T, k.N = types.DoubleT, math.Float64bits(e.F)
	case ast.LitInterval:
		k.T, k.N = types.IntervalT, math.Float64bits(e.F)
	case ast.LitString:
		k.T, k.S = types.StringT, e.S
	case ast.LitPattern:
		return c.patternLit(e)
	case ast.LitPort:
		k.T = types.PortT
		k.N |= map[string]uint64{"tcp": 1, "udp": 2, "icmp": 3}[e.Flags] << 16
	case ast.LitAddr:
		a, err := netip.ParseAddr(e.S)
		if err != nil {
			c.err(diag.BadLiteral, e.Span(), "Bad IP address: %s", e.S)
			return bad(e.Span())
		}
		k.T, k.Addr = types.AddrT, a.Unmap().WithZone("")
	case ast.LitSubnet:
		return c.subnetLit(e)
	case ast.LitHostname:
		return c.hostLit(e)
	}
	return k
}

func (c *Checker) subnetLit(e *ast.Lit) ir.Expr {
	p, err := netip.ParsePrefix(e.S)
	if err != nil {
		c.err(diag.BadLiteral, e.Span(), "Bad string in SubNetVal ctor: %s", e.S)
		return bad(e.Span())
	}
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return &ir.Const{X: x(types.SubnetT, e.Span()), Prefix: p.Masked()}
}

func (c *Checker) patternLit(e *ast.Lit) ir.Expr {
	p, err := pattern.Compile(e.S, patternFlags(e.Flags))
	if err != nil {
		c.err(diag.BadLiteral, e.Span(), "error compiling pattern /%s/", e.S)
		return bad(e.Span())
	}
	return &ir.Const{X: x(types.PatternT, e.Span()), S: p.Exact(), Pat: p}
}

// hostLit is a host name that stands for the set of its addresses, looked up by the builtin that scripts would call.
func (c *Checker) hostLit(e *ast.Lit) ir.Expr {
	if c.d.HostLiteralsWarn {
		c.warn(diag.Deprecated, e.Span(), "Remove in v8.1: DNS lookup of host literal '%s' is deprecated. Replace with blocking_lookup_hostname().", e.S)
	}
	g := c.global("blocking_lookup_hostname")
	if g == nil {
		c.err(diag.UnknownName, e.Span(), "unknown identifier %s, at or near \"%s\"", e.S, e.S)
		return bad(e.Span())
	}
	name := &ir.Const{X: x(types.StringT, e.Span()), S: e.S}
	return &ir.Call{X: x(g.T.Fn.Result, e.Span()), Fn: &ir.GlobalRef{X: x(g.T, e.Span()), Sym: g}, Args: []ir.Expr{name}}
}

func elemOf(t *types.Type) *types.Type {
	if t.Tag == types.Vector && t.Elem != nil {
		return t.Elem
	}
	return t
}

// like returns elem, or a vector of it if any of the operands is a vector.
func like(elem *types.Type, ops ...ir.Expr) *types.Type {
	for _, o := range ops {
		if o.Type().Tag == types.Vector {
			return types.NewVector(elem)
		}
	}
	return elem
}

func (c *Checker) unary(e *ast.Unary) ir.Expr {
	if e.Op == ast.OpInc || e.Op == ast.OpDec {
		return c.incr(e)
	}
	arg := c.expr(e.X)
	if isErr(arg) {
		return bad(e.Span())
	}
	t := arg.Type()
	out := &ir.Unary{X: x(types.ErrorT, e.Span()), Op: e.Op, Arg: arg}
	el := elemOf(t)
	switch e.Op {
	case ast.OpNot:
		if el.Tag != types.Bool && !el.IsIntegral() {
			return c.fail(diag.OperandType, out, "requires an integral or boolean operand")
		}
		out.T = like(types.BoolT, arg)
	case ast.OpCompl:
		if t.Tag != types.Count {
			return c.fail(diag.OperandType, out, "requires \"count\" operand")
		}
		out.T = types.CountT
	case ast.OpSub:
		if k := negated(arg); k != nil {
			if k.T == nil {
				return c.fail(diag.BadLiteral, out, "literal is outside range of 'int' values")
			}
			k.At = e.Span()
			return k
		}
		fallthrough
	case ast.OpAdd:
		switch {
		case el.IsIntegral():
			out.T = like(types.IntT, arg)
			out.Arg = c.arithSilent(arg, types.IntT)
		case el.Tag == types.Double || el.Tag == types.Interval:
			out.T = like(el, arg)
		default:
			return c.fail(diag.OperandType, out, "requires an integral or double operand")
		}
	case ast.OpSize:
		switch t.Tag {
		case types.Void:
			return c.fail(diag.VoidValue, out, "cannot take size of void")
		case types.Any:
			out.T = types.AnyT
		case types.File, types.Subnet, types.Double, types.Time, types.Interval:
			out.T = types.DoubleT
		default:
			out.T = types.CountT
		}
	}
	return out
}

// negated folds the minus before a literal; a nil type in the result says that it is out of range.
func negated(e ir.Expr) *ir.Const {
	k, ok := e.(*ir.Const)
	if !ok {
		return nil
	}
	switch k.T.Tag {
	case types.Count:
		if k.N > 1<<63 {
			return &ir.Const{}
		}
		return &ir.Const{X: x(types.IntT, k.At), N: -k.N}
	case types.Int:
		return &ir.Const{X: x(types.IntT, k.At), N: -k.N}
	case types.Double, types.Interval:
		return &ir.Const{X: x(k.T, k.At), N: math.Float64bits(-math.Float64frombits(k.N))}
	}
	return nil
}

// arithSilent converts to t without showing it.
func (c *Checker) arithSilent(e ir.Expr, t *types.Type) ir.Expr {
	if elemOf(e.Type()).Tag == t.Tag {
		return e
	}
	out := c.arith(e, t)
	if co, ok := out.(*ir.Coerce); ok {
		co.Silent = true
	}
	return out
}

// fail reports a mistake at an expression and returns what stands for it.
func (c *Checker) fail(code diag.Code, e ir.Expr, format string, args ...any) ir.Expr {
	c.errExpr(code, e, format, args...)
	return bad(e.Span())
}

func (c *Checker) incr(e *ast.Unary) ir.Expr {
	l := c.lvalue(c.expr(e.X))
	if isErr(l) {
		return bad(e.Span())
	}
	out := &ir.Incr{X: x(l.Type(), e.Span()), Op: e.Op, L: l}
	t := l.Type()
	if t.Tag == types.Vector && c.d.VectorScalarOps {
		t = t.Elem
	}
	if !t.IsIntegral() {
		return c.fail(diag.OperandType, out, "requires an integral operand")
	}
	c.assigned(l)
	return out
}

// cond checks C ? A : B.
func (c *Checker) cond(e *ast.Cond) ir.Expr {
	test := c.expr(e.C)
	before := c.flowOf()
	a := c.expr(e.A)
	mid := c.flowOf()
	c.setFlow(before)
	b := c.expr(e.B)
	c.setFlow(join(mid, c.flowOf()))
	if isErr(test, a, b) {
		return bad(e.Span())
	}
	out := &ir.CondExpr{X: x(types.ErrorT, e.Span()), C: test, A: a, B: b}
	vec := test.Type().Tag == types.Vector
	if elemOf(test.Type()).Tag != types.Bool {
		return c.fail(diag.ConditionType, out, "requires boolean conditional")
	}
	ta, tb := a.Type(), b.Type()
	if vec {
		if ta.Tag != types.Vector || tb.Tag != types.Vector {
			return c.fail(diag.ConditionType, out, "vector conditional requires vector alternatives")
		}
		ta, tb = ta.Elem, tb.Elem
	}
	switch {
	case types.BothArithmetic(ta, tb):
		m := types.Max(ta, tb)
		if ta.Tag != m.Tag {
			out.A = c.arith(a, m)
		}
		if tb.Tag != m.Tag {
			out.B = c.arith(b, m)
		}
		out.T = m
		if vec {
			out.T = types.NewVector(m)
		}
		return out
	case ta.Tag != tb.Tag:
		return c.fail(diag.OperandType, out, "operands must be of the same type")
	case vec:
		if ta.Tag == types.Bool || c.d.VectorChoice {
			out.T = a.Type()
			return out
		}
		return c.fail(diag.ConditionType, out, "vector conditional type clash between alternatives")
	case ta.IsUnspecified():
		out.A = c.adoptEmpty(a, tb)
		out.T = tb
	case tb.IsUnspecified():
		out.B = c.adoptEmpty(b, ta)
		out.T = ta
	case !types.Same(ta, tb):
		return c.fail(diag.OperandType, out, "operands must be of the same type")
	default:
		out.T = ta
		out.B = c.adapt(b, ta)
	}
	return out
}

func (c *Checker) adoptEmpty(e ir.Expr, t *types.Type) ir.Expr {
	if e.Type() == t {
		return e
	}
	if t.Tag == types.Vector {
		return c.adoptVector(e, t)
	}
	return coerce(e, ir.CoerceTable, t)
}

func (c *Checker) flowOf() flow {
	if c.fn == nil {
		return flow{}
	}
	return c.fn.flow.clone()
}

func (c *Checker) setFlow(f flow) {
	if c.fn != nil {
		c.fn.flow = f
	}
}

func (c *Checker) cast(e *ast.Cast) ir.Expr {
	arg := c.expr(e.X)
	t := c.typ(e.T)
	if isErr(arg) || t.IsError() {
		return bad(e.Span())
	}
	out := &ir.Cast{X: x(t, e.Span()), Arg: arg}
	if !c.castable(arg.Type(), t) {
		return c.fail(diag.Cast, out, "cast not supported")
	}
	return out
}

// castable reports whether `as` may turn a value of type from into one of type to: the same type, any, broker data, and in 8.0 sets and
// vectors of one element type.
func (c *Checker) castable(from, to *types.Type) bool {
	if types.Same(from, to) || from.Name == "Broker::Data" || from.Opaque == "Broker::Data" {
		return true
	}
	if !c.d.CastSetVector {
		return false
	}
	switch {
	case from.IsSet() && to.Tag == types.Vector:
		return len(from.Keys) == 1 && types.Same(from.Keys[0], to.Elem)
	case from.Tag == types.Vector && to.IsSet():
		return len(to.Keys) == 1 && types.Same(to.Keys[0], from.Elem)
	}
	return false
}

func (c *Checker) is(e *ast.Is) ir.Expr {
	arg := c.expr(e.X)
	t := c.typ(e.T)
	if isErr(arg) || t.IsError() {
		return bad(e.Span())
	}
	return &ir.Is{X: x(types.BoolT, e.Span()), Arg: arg, Target: t}
}

// patternFlags reads the letters behind a pattern literal.
func patternFlags(s string) pattern.Flags {
	var f pattern.Flags
	for _, r := range s {
		switch r {
		case 'i':
			f |= pattern.CaseInsensitive
		case 's':
			f |= pattern.SingleLine
		}
	}
	return f
}
