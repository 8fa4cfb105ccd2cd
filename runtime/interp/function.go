package interp

import (
	"cmp"
	"slices"

	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// function is what a global function, event or hook, a builtin, or a lambda's code runs as.
type function struct {
	name    string
	t       *types.Type
	g       *ir.Global // nil for lambdas
	bodies  []*body    // by descending priority, then in order of definition
	builtin *Builtin
	value   *val.Func // the value of a global function
	plain   bool      // a lambda: one body, known parameters
	arity   int       // of a plain function
	over    *val.Func // a value assigned to a function's name at run time, nil for none
	calls   uint64    // events: how often dispatched
	errors  bool      // some handler has &error_handler
}

// body is one body of a function with what its frame needs.
type body struct {
	ir   *ir.Func
	code stmt // nil until the first call
	// A body that is nothing but returns is also a value: word if it is a scalar, else value; see fuseBody. Both are nil for others.
	word     bits
	value    expr
	size     int // slots of the window, the pointers to boxes included
	spill    int // window slot of the box of slots from maxDirect on; 0: none
	caps     int // window slot of the box of captured variables; 0: none
	params   []uint8
	argIdx   []int // canonical argument of each parameter; nil: the same
	unset    []int // slots that must read as unset until assigned
	pointers bool  // some slot may hold a pointer, so that the window is cleared on return
	result   bool  // a function that returns a value
	groups   []*group
	unbox    []*ir.Local // parameters of a type of their own where the prototype says any
	simple   bool        // no spill, captures, unset slots or parameters to unbox: nothing to do on entry
}

// closure is the Impl of a function value.
type closure struct {
	fn   *function
	caps *box // captured variables, nil for global functions
}

// newBody prepares a body; it is compiled when first called.
func (m *M) newBody(f *ir.Func, lambda bool) *body {
	b := &body{ir: f, argIdx: f.ArgIdx}
	b.measure()
	if lambda && len(f.Captures) > 0 {
		b.caps = b.size
		b.size++
	}
	for _, p := range f.Params {
		if p.Slot >= maxDirect {
			panic("interp: parameter " + p.Name + " of " + f.Name + " lies outside the frame")
		}
		b.params = append(b.params, uint8(p.Slot))
	}
	if fn := f.T; fn != nil && fn.Fn != nil {
		b.result = fn.Fn.Flavor == types.FlavorFunction && fn.Fn.Result != nil && fn.Fn.Result.Tag != types.Void
	}
	return b
}

// measure settles the size of a body's window, captures apart.
func (b *body) measure() {
	b.size = max(min(b.ir.NSlots, maxDirect), 1)
	if b.ir.NSlots > maxDirect {
		b.spill = b.size
		b.size++
	}
}

// function returns what g's name stands for.
func (m *M) function(g *ir.Global) *function {
	c := m.cell(g)
	if c.fn == nil {
		fn := &function{name: g.Name, t: g.T, g: g}
		fn.builtin, _ = g.Builtin.(*Builtin)
		fn.value = &val.Func{Name: g.Name, T: g.T, Impl: &closure{fn: fn}}
		if fn.builtin != nil {
			fn.builtin = m.watched(fn.builtin, g.Name)
		} else {
			fn.value.Body = fn.describe
		}
		c.fn = fn
		c.v = val.Fn(fn.value)
		if g.T != nil && g.T.Tag == types.Func && g.T.Fn.Flavor == types.FlavorEvent {
			m.events[g.Name] = fn
		}
	}
	return c.fn
}

// describe is what printing the function shows behind its name.
func (fn *function) describe(b []byte, mode val.DescMode, level int) []byte {
	return appendBodies(b, fn, mode, level)
}

// first returns the compiled body of a function.
func (m *M) first(fn *function) *body {
	b := fn.bodies[0]
	if b.code == nil {
		m.compile(b)
	}
	return b
}

// add adds a body in its place.
func (fn *function) add(b *body) {
	fn.bodies = append(fn.bodies, b)
	slices.SortStableFunc(fn.bodies, func(a, b *body) int { return cmp.Compare(b.ir.Priority, a.ir.Priority) })
}

// drop takes bodies away. Calls under way go on with the list that they began with.
func (fn *function) drop(gone []*ir.Func) {
	fn.over = nil
	fn.bodies = slices.DeleteFunc(slices.Clone(fn.bodies), func(b *body) bool { return slices.Contains(gone, b.ir) })
}

// active are the bodies that run: those of a function value assigned to the name, if any, instead of its own.
func (fn *function) active() []*body {
	if fn.over != nil {
		if cl, ok := fn.over.Impl.(*closure); ok {
			return cl.fn.bodies
		}
	}
	return fn.bodies
}

// handled reports whether an event or hook has a body that would run.
func (fn *function) handled() bool {
	for _, b := range fn.active() {
		if !b.disabled() {
			return true
		}
	}
	return false
}

// narrow notes which parameters of a body are more special than those of its function's prototype: where that says any, a body may name
// the type that it expects.
func (b *body) narrow(t *types.Type) {
	if t == nil || t.Fn == nil {
		return
	}
	proto := t.Fn.Params.Fields
	for i, p := range b.ir.Params {
		at := i
		if b.argIdx != nil {
			at = b.argIdx[i]
		}
		if at < len(proto) && proto[at].Type.Tag == types.Any && p.T.Tag != types.Any {
			b.unbox = append(b.unbox, p)
		}
	}
}

// unboxed takes an argument of a narrower parameter out of its box. One of another type reads as a record without fields, or as unset:
// the body may find by its other arguments that it is not concerned.
func unboxed(v val.Value, t *types.Type) val.Value {
	if v.P == nil || v.P == unsetP {
		return unset
	}
	if from, inner := v.Unbox(); from == t || types.Same(from, t) {
		return inner
	}
	if t.Tag == types.Record {
		return val.Rec(val.NewRecord(t))
	}
	return unset
}

// prepare gets a body's frame ready beyond its arguments.
func (m *M) prepare(b *body, f frame, caps *box) {
	for _, p := range b.unbox {
		f[p.Slot] = unboxed(f[p.Slot], p.T)
	}
	if b.spill != 0 {
		bx := &box{make([]val.Value, b.ir.NSlots-maxDirect)}
		f[b.spill].P = ptr(bx)
	}
	if b.caps != 0 {
		f[b.caps].P = ptr(caps)
	}
	for _, s := range b.unset {
		if s < maxDirect {
			f[s] = unset
		} else {
			(*box)(f[b.spill].P).v[s-maxDirect] = unset
		}
	}
}

// exec runs a compiled body on a filled frame, and leaves.
func (m *M) exec(b *body, site *ir.Call, f frame, caps *box) val.Value {
	if !b.simple {
		m.prepare(b, f, caps)
	}
	m.enter(b, site, f)
	var v val.Value
	switch {
	case b.word != nil:
		v.N = b.word(m, f)
	case b.value != nil:
		v = b.value(m, f)
	case b.code(m, f) == ctlReturn:
		v = m.ret
		m.ret = val.Value{}
	case b.result:
		v = m.noResult(b, site)
	}
	m.depth--
	if b.pointers {
		clearFrame(f, b.size)
	}
	m.pop(b.size)
	return v
}

// Called reports whether one of the bodies of a function, event or hook has been called.
func (m *M) Called(g *ir.Global, f *ir.Func) bool {
	return slices.ContainsFunc(m.function(g).bodies, func(b *body) bool { return b.ir == f && b.code != nil })
}
