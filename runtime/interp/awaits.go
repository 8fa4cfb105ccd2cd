package interp

import (
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// awaits is the condition `local r = f(…)` whose f is nothing but `return builtin(…)`, as the base scripts wrap their asynchronous
// builtins. Nothing between the builtin and the condition looks at the result, so that a builtin that has to wait can return an empty
// one and say so, where elsewhere a panic gives the condition up. The panic unwinds some 15 Go frames, which takes as long as all
// else in a query of a local store.
type awaits struct {
	call *ir.Call
	fn   *function
	args []expr
	set  func(f frame, v val.Value)
	body *body    // that inner belongs to
	wrap *ir.Call // the call in body; nil if body is not of the kind
}

// awaits returns the parts of a condition of that kind, or nil.
func (c *compiler) awaits(cond ir.Expr) *awaits {
	seq, ok := cond.(*ir.Seq)
	if !ok {
		return nil
	}
	as, ok := seq.First.(*ir.Assign)
	if !ok {
		return nil
	}
	l, ok := as.L.(*ir.LocalRef)
	if !ok {
		return nil
	}
	call, ok := as.R.(*ir.Call)
	if !ok || call.Hook || call.T.Tag != types.Record {
		return nil
	}
	g, ok := call.Fn.(*ir.GlobalRef)
	if !ok || g.Sym.Kind != ir.KindFunc || g.Sym.T.Fn.Flavor != types.FlavorFunction || len(call.Args) != len(g.Sym.T.Fn.Params.Fields) {
		return nil
	}
	return &awaits{call: call, fn: c.m.function(g.Sym), args: c.exprs(call.Args), set: c.setLocal(l.Sym)}
}

// ready reports whether the function is now of the kind.
func (a *awaits) ready(m *M) bool {
	if a.fn.over != nil || len(a.fn.bodies) != 1 {
		return false
	}
	if b := m.first(a.fn); b != a.body {
		a.body, a.wrap = b, nil
		if b.simple && b.argIdx == nil && len(b.params) == len(a.args) {
			a.wrap = wrapped(b.ir.Body, a.call.T)
		}
	}
	return a.wrap != nil
}

// wrapped returns the call of a builtin that a body consists of.
func wrapped(s ir.Stmt, t *types.Type) *ir.Call {
	if b, ok := s.(*ir.Block); ok && len(b.Stmts) == 1 {
		s = b.Stmts[0]
	}
	ret, ok := s.(*ir.Return)
	if !ok {
		return nil
	}
	call, ok := ret.X.(*ir.Call)
	if !ok || call.T != t {
		return nil
	}
	if g, ok := call.Fn.(*ir.GlobalRef); !ok || g.Sym.Kind != ir.KindBuiltin {
		return nil
	}
	for _, x := range call.Args {
		switch x.(type) {
		case *ir.LocalRef, *ir.Const:
		default:
			return nil
		}
	}
	return call
}

// run evaluates the condition; waits says that the result has not arrived.
func (a *awaits) run(m *M, f frame) (waits bool) {
	b := a.body
	nf := m.push(b.size)
	for i, arg := range a.args {
		nf[b.params[i]] = arg(m, f)
	}
	m.awaiting, m.gaveUp = a.wrap, false
	v := m.exec(b, a.call, nf, nil)
	m.awaiting = nil
	if m.gaveUp {
		m.gaveUp = false
		return true
	}
	a.set(f, v)
	return false
}
