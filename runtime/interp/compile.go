package interp

import (
	"fmt"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// Compiled code. Closures of one type with a value in two registers came within a tenth of families of typed closures; scalars keep
// a form of their own inside arithmetic, and conditions one that branches. (A register machine was level, a tree walk five times
// slower: reference measurements in docs/internals.md.)
type (
	expr func(*M, frame) val.Value
	bits func(*M, frame) uint64 // Value.N of a scalar
	cond func(*M, frame) bool
	stmt func(*M, frame) ctl
)

// ctl tells how a statement ended.
type ctl uint8

const (
	ctlNone ctl = iota
	ctlNext
	ctlBreak
	ctlReturn
	ctlFallthrough
)

// compiler compiles one body.
type compiler struct {
	m    *M
	b    *body
	caps map[int]int       // slot of a captured variable → index in the closure's box
	held map[ir.Expr]uint8 // operands kept in scratch slots, see holding
	fuse bool              // see Config.NoFusion
	// counts: statements are counted, see Config.Coverage.
	counts bool
}

// apart reports whether each statement needs code of its own, that every run of it goes through.
func (c *compiler) apart() bool { return c.counts || c.m.cfg.Profile != nil }

// compile turns a body into code.
func (m *M) compile(b *body) {
	if b.ir.Later != nil {
		b.ir.Complete()
		b.measure()
	}
	c := newCompiler(m, b)
	if b.caps != 0 {
		c.caps = make(map[int]int, len(b.ir.Captures))
		for i, cp := range b.ir.Captures {
			c.caps[cp.Inner.Slot] = i
		}
	}
	for _, p := range b.ir.Params {
		c.declare(p)
	}
	b.pointers = b.pointers || b.spill != 0 || b.caps != 0
	var calls *uint64
	if m.cfg.Coverage != nil {
		calls = m.cfg.Coverage.Body(b.ir)
		c.counts = calls != nil
	}
	code := c.fuseBody(b.ir.Body)
	if code == nil {
		code = c.stmt(b.ir.Body)
	}
	if calls != nil {
		code = counting(calls, code)
	}
	b.simple = b.spill == 0 && b.caps == 0 && len(b.unset) == 0 && len(b.unbox) == 0
	b.code = code
}

func newCompiler(m *M, b *body) *compiler {
	return &compiler{m: m, b: b, held: map[ir.Expr]uint8{}, fuse: !m.cfg.NoFusion}
}

// scratch makes a body for code that runs outside a function: n slots, filled by the caller.
func scratchBody(n int) *body { return &body{ir: &ir.Func{}, size: max(n, 1)} }

// declare notes what a variable of the frame needs.
func (c *compiler) declare(l *ir.Local) {
	if l == nil {
		return
	}
	if !l.T.IsScalar() {
		c.b.pointers = true
	}
}

// unsetOnEntry has a slot read as unset until it is assigned.
func (c *compiler) unsetOnEntry(l *ir.Local) {
	if _, captured := c.caps[l.Slot]; captured {
		return
	}
	for _, p := range c.b.ir.Params {
		if p.Slot == l.Slot {
			return
		}
	}
	for _, s := range c.b.unset {
		if s == l.Slot {
			return
		}
	}
	c.b.unset = append(c.b.unset, l.Slot)
	c.b.pointers = true // the mark is a pointer, too
}

// direct returns the window slot of a variable that lives in the frame itself.
func (c *compiler) direct(l *ir.Local) (uint8, bool) {
	if l.Slot >= maxDirect {
		return 0, false
	}
	if _, captured := c.caps[l.Slot]; captured {
		return 0, false
	}
	return uint8(l.Slot), true
}

// boxed returns where a variable lives that is not in the frame: the window slot of its box and its index there.
func (c *compiler) boxed(l *ir.Local) (base uint8, i int) {
	if i, captured := c.caps[l.Slot]; captured {
		return uint8(c.b.caps), i
	}
	return uint8(c.b.spill), l.Slot - maxDirect
}

// local reads a variable.
func (c *compiler) local(e *ir.LocalRef) expr {
	s, ok := c.direct(e.Sym)
	if !ok {
		base, i := c.boxed(e.Sym)
		return func(m *M, f frame) val.Value {
			v := (*box)(f[base].P).v[i]
			if v.P == unsetP {
				m.unset(diag.UnsetValue, e, noValueSet)
			}
			return v
		}
	}
	if e.Checked {
		c.unsetOnEntry(e.Sym)
		return func(m *M, f frame) val.Value {
			v := f[s]
			if v.P == unsetP {
				m.unset(diag.UnsetValue, e, noValueSet)
			}
			return v
		}
	}
	return func(m *M, f frame) val.Value { return f[s] }
}

// setLocal returns the code that writes a variable.
func (c *compiler) setLocal(l *ir.Local) func(f frame, v val.Value) {
	c.declare(l)
	if s, ok := c.direct(l); ok {
		return func(f frame, v val.Value) { f[s] = v }
	}
	base, i := c.boxed(l)
	return func(f frame, v val.Value) { (*box)(f[base].P).v[i] = v }
}

// getLocal returns the code that reads a variable without a check.
func (c *compiler) getLocal(l *ir.Local) func(f frame) val.Value {
	if s, ok := c.direct(l); ok {
		return func(f frame) val.Value { return f[s] }
	}
	base, i := c.boxed(l)
	return func(f frame) val.Value { return (*box)(f[base].P).v[i] }
}

func (c *compiler) exprs(es []ir.Expr) []expr {
	out := make([]expr, len(es))
	for i, e := range es {
		out[i] = c.expr(e)
	}
	return out
}

// expr compiles an expression.
func (c *compiler) expr(e ir.Expr) expr {
	if s, ok := c.held[e]; ok {
		return func(m *M, f frame) val.Value { return f[s] }
	}
	if t := e.Type(); t != nil && t.IsScalar() {
		if b := c.scalarOp(e); b != nil {
			return func(m *M, f frame) val.Value { return val.Value{N: b(m, f)} }
		}
	}
	switch e := e.(type) {
	case *ir.Const:
		v := constValue(e)
		return func(*M, frame) val.Value { return v }
	case *ir.LocalRef:
		return c.local(e)
	case *ir.GlobalRef:
		return c.global(e)
	case *ir.TypeRef:
		t := e.T
		if t.Tag == types.TypeType {
			t = t.Elem
		}
		v := val.TypeVal(t)
		return func(*M, frame) val.Value { return v }
	case *ir.Unary:
		return c.unary(e)
	case *ir.Binary:
		return c.binary(e)
	case *ir.In, *ir.HasField, *ir.Is:
		q := c.cond(e)
		return func(m *M, f frame) val.Value { return val.Bool(q(m, f)) }
	case *ir.Incr:
		return c.incr(e)
	case *ir.CondExpr:
		return c.condExpr(e)
	case *ir.Assign:
		return c.assign(e)
	case *ir.OpAssign:
		return c.opAssign(e)
	case *ir.Index:
		return c.index(e)
	case *ir.Slice:
		return c.slice(e)
	case *ir.Field:
		return c.field(e)
	case *ir.RecordCtor:
		return c.recordCtor(e)
	case *ir.TableCtor:
		return c.tableCtor(e)
	case *ir.VectorCtor:
		return c.vectorCtor(e)
	case *ir.ListExpr:
		return c.list(e)
	case *ir.Call:
		return c.call(e)
	case *ir.Schedule:
		return c.schedule(e)
	case *ir.Lambda:
		return c.lambda(e)
	case *ir.Cast:
		return c.cast(e)
	case *ir.Coerce:
		return c.coerce(e)
	case *ir.Copy:
		arg, t := c.expr(e.Arg), e.Arg.Type()
		return func(m *M, f frame) val.Value { return val.Clone(t, arg(m, f)) }
	case *ir.AddDel:
		return c.addDel(e)
	case *ir.Seq:
		first, then := c.expr(e.First), c.expr(e.Then)
		return func(m *M, f frame) val.Value {
			first(m, f)
			return then(m, f)
		}
	case *ir.Bad:
		return func(m *M, f frame) val.Value { panic("interp: an expression with an error was run") }
	}
	panic(fmt.Sprintf("interp: no code for %T", e))
}

// constValue is the value of a constant.
func constValue(e *ir.Const) val.Value {
	switch e.T.Tag {
	case types.String:
		return val.Str(e.S)
	case types.Addr:
		return val.Addr(e.Addr)
	case types.Subnet:
		return val.Subnet(e.Prefix)
	case types.Pattern:
		return val.Pat(e.Pat)
	}
	return val.Value{N: e.N}
}

// global reads a global.
func (c *compiler) global(e *ir.GlobalRef) expr {
	g := e.Sym
	switch g.Kind {
	case ir.KindEnum:
		v := val.Enum(g.EnumVal)
		return func(*M, frame) val.Value { return v }
	case ir.KindType:
		v := val.TypeVal(g.T)
		return func(*M, frame) val.Value { return v }
	case ir.KindFunc, ir.KindBuiltin:
		fn := c.m.function(g)
		return func(m *M, f frame) val.Value {
			if fn.over != nil {
				return val.Fn(fn.over)
			}
			return val.Fn(fn.value)
		}
	}
	cell := c.m.cell(g)
	return func(m *M, f frame) val.Value {
		v := cell.v
		if v.P == unsetP {
			m.unset(diag.UnsetValue, e, noValueSet)
		}
		return v
	}
}

// cond compiles an expression of type bool to a branch condition.
//
// Like all that makes hot closures and is short enough to be inlined it must not be: Go copies the closures of an inlined function, and
// inlines nothing into the copies.
//
//go:noinline
func (c *compiler) cond(e ir.Expr) cond {
	if s, ok := c.held[e]; ok {
		return func(m *M, f frame) bool { return f[s].N != 0 }
	}
	switch e := e.(type) {
	case *ir.Const:
		b := e.N != 0
		return func(*M, frame) bool { return b }
	case *ir.Unary:
		if e.Op == ast.OpNot && e.Arg.Type().Tag == types.Bool {
			if has, ok := e.Arg.(*ir.HasField); ok && !c.isHeld(has) {
				if q := c.fuseHas(has, false); q != nil {
					return q
				}
			}
			q := c.cond(e.Arg)
			return func(m *M, f frame) bool { return !q(m, f) }
		}
	case *ir.Binary:
		if e.T.Tag == types.Bool {
			if q := c.compare(e); q != nil {
				return q
			}
		}
	case *ir.In:
		return c.in(e)
	case *ir.HasField:
		if q := c.fuseHas(e, true); q != nil {
			return q
		}
		rec, i := c.object(e.Rec), e.Idx
		return func(m *M, f frame) bool { return rec(m, f).Rec().Has(i) }
	case *ir.Is:
		return c.is(e)
	}
	if b := c.scalarOp(e); b != nil {
		return func(m *M, f frame) bool { return b(m, f) != 0 }
	}
	x := c.expr(e)
	return func(m *M, f frame) bool { return x(m, f).N != 0 }
}

// bits compiles an expression of a scalar type.
func (c *compiler) bits(e ir.Expr) bits {
	if s, ok := c.held[e]; ok {
		return func(m *M, f frame) uint64 { return f[s].N }
	}
	if b := c.scalarOp(e); b != nil {
		return b
	}
	x := c.expr(e)
	return func(m *M, f frame) uint64 { return x(m, f).N }
}
