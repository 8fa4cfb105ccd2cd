package interp

import (
	"fmt"

	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// stmt compiles a statement. One that may call M.NoValue is guarded, so that it ends alone. (Guarding
// every statement that calls a builtin took 10 ns of each: a fifth of the time of scripts full of small builtins.)
func (c *compiler) stmt(s ir.Stmt) stmt {
	if s == nil {
		return func(*M, frame) ctl { return ctlNone }
	}
	code := c.plainStmt(s)
	if c.needsGuard(s) {
		code = guarded(code)
	}
	if c.counts {
		code = c.counted(s, code)
	}
	if c.m.cfg.Profile != nil {
		code = c.profiled(s, code)
	}
	return code
}

func (c *compiler) needsGuard(s ir.Stmt) bool {
	return ownExprs(s, givesUp) || c.m.dialect.UnsetEndsStatement && ownExprs(s, c.m.readsUnset)
}

func (c *compiler) plainStmt(s ir.Stmt) stmt {
	switch s := s.(type) {
	case *ir.Block:
		return c.block(s.Stmts)
	case *ir.ExprStmt:
		return c.exprStmt(s.X)
	case *ir.Print:
		return c.print(s)
	case *ir.EventStmt:
		return c.eventStmt(s)
	case *ir.If:
		return c.ifStmt(s)
	case *ir.Switch:
		return c.switchStmt(s)
	case *ir.For:
		return c.forStmt(s)
	case *ir.While:
		return c.while(s)
	case *ir.Next:
		return func(*M, frame) ctl { return ctlNext }
	case *ir.Break, *ir.HookBreak:
		return func(*M, frame) ctl { return ctlBreak }
	case *ir.Fallthrough:
		return func(*M, frame) ctl { return ctlFallthrough }
	case *ir.Return:
		return c.returnStmt(s)
	case *ir.Init:
		return c.init(s)
	case *ir.When:
		return c.whenStmt(s)
	case *ir.Assert:
		return c.assert(s)
	case *ir.Null:
		return func(*M, frame) ctl { return ctlNone }
	}
	panic(fmt.Sprintf("interp: no code for %T", s))
}

func (c *compiler) block(ss []ir.Stmt) stmt {
	code := make([]stmt, 0, len(ss))
	for _, s := range ss {
		if _, null := s.(*ir.Null); null {
			continue
		}
		code = append(code, c.stmt(s))
	}
	switch len(code) {
	case 0:
		return func(*M, frame) ctl { return ctlNone }
	case 1:
		return code[0]
	case 2:
		a, b := code[0], code[1]
		return func(m *M, f frame) ctl {
			if k := a(m, f); k != ctlNone {
				return k
			}
			return b(m, f)
		}
	case 3:
		a, b, d := code[0], code[1], code[2]
		return func(m *M, f frame) ctl {
			if k := a(m, f); k != ctlNone {
				return k
			}
			if k := b(m, f); k != ctlNone {
				return k
			}
			return d(m, f)
		}
	}
	return func(m *M, f frame) ctl {
		for _, s := range code {
			if k := s(m, f); k != ctlNone {
				return k
			}
		}
		return ctlNone
	}
}

func (c *compiler) exprStmt(x ir.Expr) stmt {
	switch x := x.(type) {
	case *ir.Call:
		c.m.dropped[x] = true
	case *ir.Assign:
		if st := c.fuseStore(x.L, x.R); st != nil {
			return st
		}
	case *ir.OpAssign:
		if st := c.fuseUpdate(x); st != nil {
			return st
		}
	case *ir.Incr:
		if st := c.fuseStep(x); st != nil {
			return st
		}
	}
	if st := c.fuseStmt(x); st != nil {
		return st
	}
	if b := c.scalarOp(x); b != nil {
		return func(m *M, f frame) ctl { b(m, f); return ctlNone }
	}
	code := c.expr(x)
	return func(m *M, f frame) ctl { code(m, f); return ctlNone }
}

func (c *compiler) print(s *ir.Print) stmt {
	args := c.exprs(s.Args)
	ts := make([]*types.Type, len(s.Args))
	for i, a := range s.Args {
		ts[i] = a.Type()
	}
	toFile := len(ts) > 0 && ts[0].Tag == types.File
	if toFile {
		ts = ts[1:]
	}
	return func(m *M, f frame) ctl {
		vs := make([]val.Value, len(args))
		for i, a := range args {
			vs[i] = a(m, f)
		}
		var file *val.File
		if toFile {
			file = vs[0].File()
			vs = vs[1:]
		}
		m.Print(file, ts, vs)
		return ctlNone
	}
}

func (c *compiler) ifStmt(s *ir.If) stmt {
	q, then := c.cond(s.C), c.stmt(s.Then)
	if s.Else == nil {
		return func(m *M, f frame) ctl {
			if q(m, f) {
				return then(m, f)
			}
			return ctlNone
		}
	}
	els := c.stmt(s.Else)
	return func(m *M, f frame) ctl {
		if q(m, f) {
			return then(m, f)
		}
		return els(m, f)
	}
}

func (c *compiler) while(s *ir.While) stmt {
	if loop := c.fuseWhile(s.C, s.Body); loop != nil {
		return loop
	}
	body, q := c.stmt(s.Body), c.cond(s.C)
	return func(m *M, f frame) ctl {
		for q(m, f) {
			if k := body(m, f); k > ctlNext {
				if k == ctlBreak {
					break
				}
				return k
			}
			m.poll()
		}
		return ctlNone
	}
}

func (c *compiler) returnStmt(s *ir.Return) stmt {
	if s.X == nil {
		return func(m *M, f frame) ctl { return ctlReturn }
	}
	x := c.expr(s.X)
	return func(m *M, f frame) ctl {
		m.ret = x(m, f)
		return ctlReturn
	}
}

// init resets a local; containers without an initialiser start empty.
func (c *compiler) init(s *ir.Init) stmt {
	set, t := c.setLocal(s.Sym), s.Sym.T
	if s.X != nil {
		if t.IsScalar() {
			if b := c.fuseSet(s.Sym, s.X); b != nil {
				return func(m *M, f frame) ctl { b(m, f); return ctlNone }
			}
		}
		x := c.expr(s.X)
		attrs := s.Attrs
		if t.Tag == types.Table && len(attrs) > 0 {
			ta := c.m.tableAttrs(t, attrs)
			return func(m *M, f frame) ctl {
				v := x(m, f)
				m.adopt(v.Table(), ta)
				set(f, v)
				return ctlNone
			}
		}
		return func(m *M, f frame) ctl { set(f, x(m, f)); return ctlNone }
	}
	if t.IsAggregate() {
		attrs := s.Attrs
		return func(m *M, f frame) ctl {
			v, _ := m.empty(t, attrs)
			set(f, v)
			return ctlNone
		}
	}
	start := unset
	if t.IsScalar() && !s.Sym.Checked {
		start = val.Value{}
	}
	return func(m *M, f frame) ctl { set(f, start); return ctlNone }
}

// switchStmt: constants go through a map of their hash, types are tried in order.
func (c *compiler) switchStmt(s *ir.Switch) stmt {
	x, t := c.expr(s.X), s.X.Type()
	bodies := make([]stmt, len(s.Cases))
	def := -1
	type typeCase struct {
		t   *types.Type
		set func(f frame, v val.Value)
		to  int
	}
	var byType []typeCase
	find := newSwitchTable(t)
	for i, cs := range s.Cases {
		if cs.Default {
			def = i
		}
		for _, v := range cs.Vals {
			find.add(c.m.isolate(v)(c.m), i)
		}
		for _, ct := range cs.Types {
			tc := typeCase{t: ct.T, to: i}
			if ct.Sym != nil {
				tc.set = c.setLocal(ct.Sym)
			}
			byType = append(byType, tc)
		}
		bodies[i] = c.block(cs.Body.Stmts)
	}
	return func(m *M, f frame) ctl {
		v := x(m, f)
		to := def
		if byType == nil {
			if i, ok := find.lookup(v); ok {
				to = i
			}
		} else {
			from, inner := t, v
			if t.Tag == types.Any {
				from, inner = v.Unbox()
			}
			for _, tc := range byType {
				if out, ok := m.castTo(from, inner, tc.t); ok {
					to = tc.to
					if tc.set != nil {
						tc.set(f, out)
					}
					break
				}
			}
		}
		if to < 0 {
			return ctlNone
		}
		for ; to < len(bodies); to++ {
			switch k := bodies[to](m, f); k {
			case ctlNone, ctlBreak:
				return ctlNone
			case ctlFallthrough:
			default:
				return k
			}
		}
		return ctlNone
	}
}

// switchTable finds the case of a value: by its bits, its text, or one by one for other types.
type switchTable struct {
	t     *types.Type
	bits  map[uint64]int
	texts map[string]int
	vals  []val.Value
	cases []int
}

func newSwitchTable(t *types.Type) *switchTable {
	st := &switchTable{t: t}
	switch {
	case t.IsScalar():
		st.bits = map[uint64]int{}
	case t.Tag == types.String:
		st.texts = map[string]int{}
	}
	return st
}

func (st *switchTable) add(v val.Value, to int) {
	switch {
	case st.bits != nil:
		st.bits[v.N] = to
	case st.texts != nil:
		st.texts[v.Str()] = to
	default:
		st.vals, st.cases = append(st.vals, v), append(st.cases, to)
	}
}

func (st *switchTable) lookup(v val.Value) (int, bool) {
	switch {
	case st.bits != nil:
		i, ok := st.bits[v.N]
		return i, ok
	case st.texts != nil:
		i, ok := st.texts[v.Str()]
		return i, ok
	}
	for i, x := range st.vals {
		if val.Equal(st.t, x, v) {
			return st.cases[i], true
		}
	}
	return 0, false
}

// forStmt iterates over a container.
func (c *compiler) forStmt(s *ir.For) stmt {
	x, t := c.object(s.X), s.X.Type()
	keys := make([]func(frame, val.Value), len(s.Keys))
	for i, k := range s.Keys {
		if k != nil {
			keys[i] = c.setLocal(k)
		}
	}
	var value func(frame, val.Value)
	if s.Val != nil {
		value = c.setLocal(s.Val)
	}
	body := c.stmt(s.Body)
	switch t.Tag {
	case types.Table:
		return c.forTable(t, x, keys, value, body)
	case types.Vector:
		return c.forVector(s, t, x, keys, value, body)
	case types.String:
		return func(m *M, f frame) ctl {
			str := x(m, f).Str()
			for i := range len(str) {
				if len(keys) > 0 && keys[0] != nil {
					keys[0](f, val.Str(str[i:i+1]))
				}
				if k := body(m, f); k > ctlNext {
					if k == ctlBreak {
						break
					}
					return k
				}
				m.poll()
			}
			return ctlNone
		}
	}
	panic("interp: no code to iterate over " + t.Tag.String())
}

func (c *compiler) forVector(s *ir.For, t *types.Type, x expr, keys []func(frame, val.Value), value func(frame, val.Value), body stmt) stmt {
	wantAny := t.Elem.Tag == types.Any
	var key func(frame, val.Value)
	if len(keys) > 0 {
		key = keys[0]
	}
	// The common case by itself: the element goes to a plain local.
	slot, direct := uint8(0), false
	if s.Val != nil && !wantAny {
		slot, direct = c.direct(s.Val)
	}
	return func(m *M, f frame) ctl {
		v := x(m, f).Vec()
		for i := 0; i < v.Len(); i++ {
			el, ok := v.Item(i)
			if !ok {
				if el, ok = v.Get(i); !ok {
					continue
				}
			}
			switch {
			case direct:
				f[slot] = el
			case value != nil:
				if wantAny {
					el = val.Any(v.T.Elem, el)
				}
				value(f, el)
			}
			if key != nil {
				key(f, val.Count(uint64(i)))
			}
			if k := body(m, f); k > ctlNext {
				if k == ctlBreak {
					break
				}
				return k
			}
			m.poll()
		}
		return ctlNone
	}
}

func (c *compiler) forTable(t *types.Type, x expr, keys []func(frame, val.Value), value func(frame, val.Value), body stmt) stmt {
	wantAny := t.Elem != nil && t.Elem.Tag == types.Any
	// One variable stands for the whole index of a composite table only in lists; the checker unrolls all others.
	whole := len(keys) == 1 && len(t.Keys) > 1
	return func(m *M, f frame) ctl {
		tv := x(m, f).Table()
		m.loops = append(m.loops, tv)
		done := ctlNone
		for it := tv.Iter(); it.Next(); {
			if value != nil {
				v := it.Val()
				if wantAny {
					v = val.Any(tv.T.Elem, v)
				}
				value(f, v)
			}
			switch {
			case whole:
				if keys[0] != nil {
					keys[0](f, listValue(it.Keys()))
				}
			default:
				for i, k := range keys {
					if k != nil {
						k(f, it.Key(i))
					}
				}
			}
			if k := body(m, f); k > ctlNext {
				if k != ctlBreak {
					done = k
				}
				break
			}
			m.poll()
		}
		m.loops = m.loops[:len(m.loops)-1]
		return done
	}
}

// guarded ends a statement quietly where a builtin has no value to give.
func guarded(code stmt) stmt {
	return func(m *M, f frame) (k ctl) {
		at := m.mark()
		defer func() {
			// Errors pass through untouched: only NoValue sets the flag.
			if m.noValue {
				m.noValue = false
				recover()
				m.unwind(at)
			}
		}()
		return code(m, f)
	}
}

// ownExprs asks a question about a simple statement's expressions.
func ownExprs(s ir.Stmt, ask func(es ...ir.Expr) bool) bool {
	switch s := s.(type) {
	case *ir.ExprStmt:
		return ask(s.X)
	case *ir.Print:
		return ask(s.Args...)
	case *ir.EventStmt:
		return ask(s.Args...)
	case *ir.Init:
		return s.X != nil && ask(s.X)
	case *ir.Return:
		return s.X != nil && ask(s.X)
	}
	return false
}

// readsUnset looks for reads of variables that may have no value. A global that has one keeps having one.
func (m *M) readsUnset(es ...ir.Expr) bool {
	found := false
	for _, e := range es {
		walk(e, func(x ir.Expr) bool {
			switch x := x.(type) {
			case *ir.LocalRef:
				found = found || x.Checked
			case *ir.GlobalRef:
				found = found || (x.Sym.Kind == ir.KindVar || x.Sym.Kind == ir.KindConst) && m.cell(x.Sym).v.P == unsetP
			}
			_, lambda := x.(*ir.Lambda)
			return !found && !lambda
		})
	}
	return found
}

// givesUp looks for what may call M.NoValue: some builtins, and conversions of numbers that may not fit.
func givesUp(es ...ir.Expr) bool {
	found := false
	for _, e := range es {
		walk(e, func(x ir.Expr) bool {
			if co, ok := x.(*ir.Coerce); ok {
				switch co.How {
				case ir.CoerceIntToCount, ir.CoerceCountToInt, ir.CoerceDoubleToInt, ir.CoerceDoubleToCount:
					found = found || !alwaysFits(co.How, co.Arg)
				}
			}
			if call, ok := x.(*ir.Call); ok {
				if g, ok := call.Fn.(*ir.GlobalRef); ok && g.Sym.Kind == ir.KindBuiltin {
					if row, ok := g.Sym.Builtin.(*Builtin); ok && row.GivesUp {
						found = true
					}
				}
			}
			_, lambda := x.(*ir.Lambda)
			return !found && !lambda
		})
	}
	return found
}

// assert compiles an assert statement.
func (c *compiler) assert(s *ir.Assert) stmt {
	q := c.cond(s.C)
	var msg expr
	if s.Msg != nil {
		msg = c.expr(s.Msg)
	}
	operands := make([]func(frame) val.Value, len(s.Operands))
	for i, l := range s.Operands {
		operands[i] = c.getLocal(l)
	}
	return func(m *M, f frame) ctl {
		ok := q(m, f)
		if ok && !m.wantsResult() {
			return ctlNone
		}
		text := ""
		if msg != nil {
			text = msg(m, f).Str()
		}
		if !ok && len(operands) > 0 {
			shown := make([]val.Value, len(operands))
			for i, get := range operands {
				shown[i] = get(f)
			}
			m.assertion(s, ok, text, shown)
			return ctlNone
		}
		m.assertion(s, ok, text, nil)
		return ctlNone
	}
}
