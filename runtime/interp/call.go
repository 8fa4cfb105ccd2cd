package interp

import (
	"unsafe"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

func ptr(b *box) unsafe.Pointer { return unsafe.Pointer(b) }

// noResult is a function's value when its body ended without returning one: a caller that only drops it goes on, any other is
// given up, since no value can stand for a missing object.
func (m *M) noResult(b *body, site *ir.Call) val.Value {
	m.Codef(diag.NoReturnValue, diag.Warning, "non-void function returning without a value: %s", b.ir.Name)
	if site != nil && !m.dropped[site] && !b.ir.T.Fn.Result.IsScalar() {
		panic(silent{})
	}
	return unset
}

// Call calls a function value with arguments of its parameter types; ok is false when the body ended in a run-time error
// (reported already) or a hook's body broke out with F.
func (m *M) Call(f *val.Func, args ...val.Value) (v val.Value, ok bool) {
	cl := f.Impl.(*closure)
	if cl.fn.builtin != nil {
		ok = m.guard(func() { v = m.callBuiltin(cl.fn.builtin, m.valueSite(cl.fn.builtin, f.T, nil), args) })
		return v, ok
	}
	if f.T.Fn.Flavor == types.FlavorFunction {
		ok = m.guard(func() { v = m.invoke(cl, nil, args) })
		return v, ok && v.P != unsetP
	}
	v = m.invoke(cl, nil, args)
	return v, f.T.Fn.Flavor == types.FlavorEvent || v.Bool()
}

// Handled reports whether calling an event or hook would run a body.
func (m *M) Handled(f *val.Func) bool { return f.Impl.(*closure).fn.handled() }

// Apply is Call of a function (no event, no hook) for builtins that ask one very often, such as sort: nothing is guarded, so that a
// run-time error in it ends the handler body that called the builtin, as in the reference. Without a result it returns zero.
func (m *M) Apply(f *val.Func, args ...val.Value) val.Value {
	cl := f.Impl.(*closure)
	var v val.Value
	if cl.fn.builtin != nil {
		v = m.callBuiltin(cl.fn.builtin, m.valueSite(cl.fn.builtin, f.T, nil), args)
	} else {
		v = m.invoke(cl, nil, args)
	}
	if v.P == unsetP {
		return val.Value{}
	}
	return v
}

// guard runs code and ends it at a run-time error, which it reports: the one place where *Error is recovered.
func (m *M) guard(f func()) (ok bool) {
	ok, _ = m.guardBody(f, false)
	return ok
}

// guardBody is guard; with condition, code that is given up until an asynchronous result arrives ends there too.
func (m *M) guardBody(f func(), condition bool) (ok, waits bool) {
	k := m.mark()
	defer func() {
		if ok {
			return
		}
		switch e := recover().(type) {
		case *Error:
			m.Report(e.Diagnostic)
		case silent:
		case noValue:
			m.noValue = false
		case delayed:
			m.unwind(k)
			if !condition {
				panic(e)
			}
			waits = true
			return
		default:
			m.unwind(k)
			panic(e)
		}
		m.unwind(k)
	}()
	f()
	return true, false
}

// invoke calls a script function value with canonical arguments: one body of a function, all of an event or a hook.
func (m *M) invoke(cl *closure, site *ir.Call, args []val.Value) val.Value {
	fn := cl.fn
	switch fn.t.Fn.Flavor {
	case types.FlavorFunction:
		if len(fn.bodies) == 0 {
			m.missingBody(fn, site)
		}
		return m.invokeBody(m.first(fn), site, cl.caps, args)
	case types.FlavorHook:
		return val.Bool(m.runHook(fn, cl.caps, site, args))
	}
	m.runHandlers(fn, args)
	return val.Value{}
}

func (m *M) missingBody(fn *function, site *ir.Call) {
	if site != nil {
		m.fail(diag.UnsetValue, site, "value used but not set")
	}
	panic(&Error{diag.Diagnostic{Severity: diag.RuntimeError, Code: diag.UnsetValue, Msg: "value used but not set: " + fn.name}})
}

// invokeBody opens a frame, fills it and runs one body.
func (m *M) invokeBody(b *body, site *ir.Call, caps *box, args []val.Value) val.Value {
	f := m.push(b.size)
	m.fill(b, f, args)
	return m.exec(b, site, f, caps)
}

// fill puts canonical arguments into the frame.
func (m *M) fill(b *body, f frame, args []val.Value) {
	if b.argIdx == nil {
		for i, s := range b.params {
			if i < len(args) {
				f[s] = args[i]
			}
		}
		return
	}
	for i, s := range b.params {
		f[s] = args[b.argIdx[i]]
	}
}

// runHook runs a hook's bodies until one breaks out; a run-time error ends only its own body.
func (m *M) runHook(fn *function, caps *box, site *ir.Call, args []val.Value) bool {
	for _, b := range fn.bodies {
		if b.disabled() {
			continue
		}
		if m.runBody(b, site, caps, args) == ctlBreak {
			return false
		}
	}
	return true
}

// runHandlers runs an event's bodies.
func (m *M) runHandlers(fn *function, args []val.Value) {
	for _, b := range fn.active() {
		if !b.disabled() {
			m.runBody(b, nil, nil, args)
		}
	}
}

// runBody runs one body of an event or hook to its end or its first run-time error.
//
//go:noinline
func (m *M) runBody(b *body, site *ir.Call, caps *box, args []val.Value) (c ctl) {
	if b.code == nil {
		if wait := b.ir.Wait; wait != nil && wait(func() { m.runBody(b, nil, nil, nil) }) {
			return ctlNone
		}
		m.compile(b)
	}
	m.guard(func() {
		f := m.push(b.size)
		m.fill(b, f, args)
		if !b.simple {
			m.prepare(b, f, caps)
		}
		m.enter(b, site, f)
		c = b.code(m, f)
		m.ret = val.Value{}
		m.depth--
		if b.pointers {
			clearFrame(f, b.size)
		}
		m.pop(b.size)
	})
	return c
}

// callBuiltin calls a builtin with arguments in a slice.
func (m *M) callBuiltin(b *Builtin, s *Site, a []val.Value) val.Value {
	switch {
	case b.Fn != nil:
		return b.Fn(m, s, a)
	case b.F0 != nil:
		return b.F0(m, s)
	case b.F1 != nil:
		return b.F1(m, s, a[0])
	case b.F2 != nil:
		return b.F2(m, s, a[0], a[1])
	}
	return b.F3(m, s, a[0], a[1], a[2])
}

// valueSite is the site of a builtin called through a function value.
func (m *M) valueSite(b *Builtin, t *types.Type, call *ir.Call) *Site {
	s := &Site{Call: call, Row: b, Result: t.Fn.Result}
	if call != nil {
		s.At = call.At
	}
	for _, p := range t.Fn.Params.Fields {
		s.Args = append(s.Args, p.Type)
	}
	return s
}

// call compiles a call.
func (c *compiler) call(e *ir.Call) expr {
	if g, ok := e.Fn.(*ir.GlobalRef); ok && (g.Sym.Kind == ir.KindBuiltin || g.Sym.Kind == ir.KindFunc) {
		fn := c.m.function(g.Sym)
		if fn.builtin != nil {
			return c.builtinCall(e, fn.builtin)
		}
		if fn.t.Fn.Flavor == types.FlavorFunction {
			return c.staticCall(e, fn)
		}
		if fn.t.Fn.Flavor == types.FlavorHook {
			return c.hookCall(e, fn)
		}
	}
	return c.valueCall(e, c.exprs(e.Args))
}

// staticCall calls a global script function. A body added or a value assigned to the name later is honoured.
func (c *compiler) staticCall(e *ir.Call, fn *function) expr {
	args := c.exprs(e.Args)
	slow := c.valueCall(e, args)
	// Arguments go straight into the callee's window: calls made while they are evaluated open theirs above it.
	switch len(args) {
	case 1:
		a0 := args[0]
		return func(m *M, f frame) val.Value {
			if !fn.usual(m) {
				return slow(m, f)
			}
			b := m.first(fn)
			v := a0(m, f)
			nf := m.push(b.size)
			nf[b.params[0]] = v
			return m.exec(b, e, nf, nil)
		}
	case 2:
		a0, a1 := args[0], args[1]
		return func(m *M, f frame) val.Value {
			if !fn.usual(m) {
				return slow(m, f)
			}
			b := m.first(fn)
			v0 := a0(m, f)
			v1 := a1(m, f)
			nf := m.push(b.size)
			nf[b.params[0]] = v0
			nf[b.params[1]] = v1
			return m.exec(b, e, nf, nil)
		}
	}
	return func(m *M, f frame) val.Value {
		if !fn.usual(m) {
			return slow(m, f)
		}
		b := m.first(fn)
		nf := m.push(b.size)
		for i, a := range args {
			nf[b.params[i]] = a(m, f)
		}
		return m.exec(b, e, nf, nil)
	}
}

// usual reports whether a call by name may run the function's first body at once: it has one, no value was assigned to its name, and
// no when condition keeps results.
func (fn *function) usual(m *M) bool { return fn.over == nil && len(fn.bodies) > 0 && m.trigger == nil }

// scalarCall is staticCall for a function of one or two scalars with a scalar result; nil for all others. Scalar arguments are written
// as words, since the pointers of unused slots are nil.
//
//go:noinline
func (c *compiler) scalarCall(e *ir.Call) bits {
	g, ok := e.Fn.(*ir.GlobalRef)
	if !ok || !c.fuse || g.Sym.Kind != ir.KindFunc || !e.T.IsScalar() || len(e.Args) < 1 || len(e.Args) > 2 {
		return nil
	}
	fn := c.m.function(g.Sym)
	if fn.builtin != nil || fn.t.Fn.Flavor != types.FlavorFunction {
		return nil
	}
	for _, a := range e.Args {
		if !a.Type().IsScalar() {
			return nil
		}
	}
	words := make([]bits, len(e.Args))
	args := make([]expr, len(e.Args))
	for i, a := range e.Args {
		w := c.bits(a)
		words[i], args[i] = w, func(m *M, f frame) val.Value { return val.Value{N: w(m, f)} }
	}
	slow := c.valueCall(e, args)
	a0 := words[0]
	if len(e.Args) == 1 {
		return func(m *M, f frame) uint64 {
			if !fn.usual(m) {
				return slow(m, f).N
			}
			b := m.first(fn)
			n := a0(m, f)
			nf := m.push(b.size)
			nf[b.params[0]].N = n
			return m.exec(b, e, nf, nil).N
		}
	}
	a1 := words[1]
	return func(m *M, f frame) uint64 {
		if !fn.usual(m) {
			return slow(m, f).N
		}
		b := m.first(fn)
		n0 := a0(m, f)
		n1 := a1(m, f)
		nf := m.push(b.size)
		nf[b.params[0]].N = n0
		nf[b.params[1]].N = n1
		return m.exec(b, e, nf, nil).N
	}
}

// newSite is the site of a call of b.
func newSite(e *ir.Call, b *Builtin) *Site {
	s := &Site{At: e.At, Result: e.T, Call: e, Row: b}
	for _, a := range e.Args {
		s.Args = append(s.Args, a.Type())
	}
	return s
}

// builtinCall calls a builtin by name.
func (c *compiler) builtinCall(e *ir.Call, b *Builtin) expr {
	s := newSite(e, b)
	args := c.exprs(e.Args)
	switch {
	case b.F0 != nil:
		return func(m *M, f frame) val.Value { return b.F0(m, s) }
	case b.F1 != nil:
		a0 := args[0]
		if b.Borrows {
			if v := c.fuseVector(e.Args[0]); v != nil {
				a0 = v
			}
		}
		return func(m *M, f frame) val.Value { return b.F1(m, s, a0(m, f)) }
	case b.F2 != nil:
		a0, a1 := args[0], args[1]
		return func(m *M, f frame) val.Value {
			v := a0(m, f)
			return b.F2(m, s, v, a1(m, f))
		}
	case b.F3 != nil:
		a0, a1, a2 := args[0], args[1], args[2]
		return func(m *M, f frame) val.Value {
			v0 := a0(m, f)
			v1 := a1(m, f)
			return b.F3(m, s, v0, v1, a2(m, f))
		}
	}
	fn, n := b.Fn, len(args)
	if n > maxDirect {
		return func(m *M, f frame) val.Value {
			vs := make([]val.Value, n)
			for i, a := range args {
				vs[i] = a(m, f)
			}
			return fn(m, s, vs)
		}
	}
	size := max(n, 1)
	return func(m *M, f frame) val.Value {
		nf := m.push(size)
		for i, a := range args {
			nf[i] = a(m, f)
		}
		v := fn(m, s, nf[:n:n])
		clearFrame(nf, size)
		m.pop(size)
		return v
	}
}

// hookCall runs a global hook.
func (c *compiler) hookCall(e *ir.Call, fn *function) expr {
	args := c.exprs(e.Args)
	n := len(args)
	size := max(n, 1)
	return func(m *M, f frame) val.Value {
		if len(fn.bodies) == 0 {
			for _, a := range args {
				a(m, f)
			}
			return val.Bool(true)
		}
		nf := m.push(size)
		for i, a := range args {
			nf[i] = a(m, f)
		}
		ok := m.runHook(fn, nil, e, nf[:n])
		clearFrame(nf, size)
		m.pop(size)
		return val.Bool(ok)
	}
}

// valueCall calls whatever function value an expression yields.
func (c *compiler) valueCall(e *ir.Call, args []expr) expr {
	fnx := c.expr(e.Fn)
	static := e.Fn.Type()
	if static.Tag == types.Any {
		inner := fnx
		fnx = func(m *M, f frame) val.Value {
			t, v := inner(m, f).Unbox()
			if t.Tag != types.Func {
				m.fail(diag.NotAFunction, e, "value is not a function")
			}
			return v
		}
	}
	argTypes := make([]*types.Type, len(e.Args))
	for i, a := range e.Args {
		argTypes[i] = a.Type()
	}
	n := len(args)
	size := max(n, 1)
	var seen *types.Type // the callee type that adapt was made for
	var adapt *adapter
	return func(m *M, f frame) val.Value {
		if m.trigger != nil {
			if v, ok := m.trigger.arrived(delayKey{call: e}); ok {
				return v
			}
		}
		v := fnx(m, f)
		if v.P == nil || v.P == unsetP {
			m.fail(diag.UnsetValue, e.Fn, "value used but not set")
		}
		fv := v.Func()
		cl := fv.Impl.(*closure)
		if fv.T != seen {
			seen, adapt = fv.T, newAdapter(static, argTypes, fv.T, e.T)
		}
		if adapt == nil && cl.fn.plain && n == cl.fn.arity {
			b := m.first(cl.fn)
			nf := m.push(b.size)
			for i, a := range args {
				nf[b.params[i]] = a(m, f)
			}
			return m.exec(b, e, nf, cl.caps)
		}
		nf := m.push(size)
		for i, a := range args {
			nf[i] = a(m, f)
		}
		if adapt != nil {
			adapt.args(m, e, nf)
		}
		// A window of the callee overlaps with ours only behind its slots.
		var r val.Value
		if cl.fn.builtin != nil {
			r = m.callBuiltin(cl.fn.builtin, m.valueSite(cl.fn.builtin, fv.T, e), nf[:n:n])
		} else {
			if n > len(cl.fn.t.Fn.Params.Fields) {
				m.fail(diag.CallArguments, e, "too many arguments for function call")
			}
			r = m.invoke(cl, e, nf[:n:n])
		}
		clearFrame(nf, size)
		m.pop(size)
		if adapt != nil {
			r = adapt.result(m, e, r)
		}
		return r
	}
}

// adapter converts between a call's static types and those of the function called, where one has any and the other does not.
type adapter struct {
	box, unbox []*types.Type // by argument, nil for none
	boxResult  *types.Type
	fromResult *types.Type
}

// newAdapter returns nil when nothing needs converting.
func newAdapter(static *types.Type, args []*types.Type, callee *types.Type, result *types.Type) *adapter {
	ad := &adapter{box: make([]*types.Type, len(args)), unbox: make([]*types.Type, len(args))}
	need := false
	params := callee.Fn.Params.Fields
	for i, t := range args {
		if i >= len(params) {
			break
		}
		switch p := params[i].Type; {
		case p.Tag == types.Any && t.Tag != types.Any:
			ad.box[i], need = t, true
		case p.Tag != types.Any && t.Tag == types.Any:
			ad.unbox[i], need = p, true
		}
	}
	if r := callee.Fn.Result; r != nil && result != nil && r.Tag != types.Void && result.Tag != types.Void {
		switch {
		case result.Tag == types.Any && r.Tag != types.Any:
			ad.boxResult, need = r, true
		case result.Tag != types.Any && r.Tag == types.Any:
			ad.fromResult, need = result, true
		}
	}
	if !need {
		return nil
	}
	return ad
}

func (ad *adapter) args(m *M, e *ir.Call, f frame) {
	for i := range ad.box {
		switch {
		case ad.box[i] != nil:
			f[i] = val.Any(ad.box[i], f[i])
		case ad.unbox[i] != nil:
			f[i] = m.unboxTo(e, ad.unbox[i], f[i])
		}
	}
}

func (ad *adapter) result(m *M, e *ir.Call, v val.Value) val.Value {
	switch {
	case v.P == unsetP:
	case ad.boxResult != nil:
		return val.Any(ad.boxResult, v)
	case ad.fromResult != nil:
		return m.unboxTo(e, ad.fromResult, v)
	}
	return v
}

// unboxTo takes a value of type t out of an any.
func (m *M) unboxTo(x ir.Expr, t *types.Type, v val.Value) val.Value {
	if v.P == nil || v.P == unsetP {
		m.fail(diag.UnsetValue, x, "value used but not set")
	}
	from, inner := v.Unbox()
	if from != t && !types.Same(from, t) {
		m.failHint(diag.BadCast, x, `incompatible "any" type`, "the value is of type "+typeText(from)+", not "+typeText(t))
	}
	return inner
}
