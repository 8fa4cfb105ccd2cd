package interp

import (
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// lambdaFunction makes what an anonymous function's values run.
func (m *M) lambdaFunction(f *ir.Func) *function {
	fn := &function{name: f.Name, t: f.T}
	b := m.newBody(f, true)
	fn.bodies = []*body{b}
	if f.T.Fn.Flavor == types.FlavorFunction && b.argIdx == nil {
		fn.plain, fn.arity = true, len(b.params)
	}
	return fn
}

// Captures returns the variables that an anonymous function's value carries: their types, values, and which are set.
func (m *M) Captures(f *val.Func) (ts []*types.Type, vs []val.Value, set []bool) {
	cl, ok := f.Impl.(*closure)
	if !ok || cl.caps == nil {
		return nil, nil, nil
	}
	for i, cp := range cl.fn.bodies[0].ir.Captures {
		v := cl.caps.v[i]
		ts = append(ts, cp.Inner.T)
		vs = append(vs, v)
		set = append(set, v.P != unsetP)
	}
	return ts, vs, set
}

// LambdaCaptures returns the types of what the program's anonymous function of that name captures; ok is false if there is none.
func (m *M) LambdaCaptures(name string) (ts []*types.Type, ok bool) {
	f := m.lambda(name)
	if f == nil {
		return nil, false
	}
	for _, cp := range f.Captures {
		ts = append(ts, cp.Inner.T)
	}
	return ts, true
}

func (m *M) lambda(name string) *ir.Func {
	if m.names == nil {
		return nil
	}
	return m.names.Lambda(name)
}

// NewLambda makes a value of the program's anonymous function of that name with captured values vs, as many as LambdaCaptures says;
// set tells which of them are set. It is nil if there is no such function.
func (m *M) NewLambda(name string, vs []val.Value, set []bool) *val.Func {
	f := m.lambda(name)
	if f == nil || len(f.Captures) != len(vs) {
		return nil
	}
	fn := m.lambdas[name]
	if fn == nil {
		if m.lambdas == nil {
			m.lambdas = make(map[string]*function)
		}
		fn = m.lambdaFunction(f)
		m.lambdas[name] = fn
	}
	cl := &closure{fn: fn}
	if len(vs) > 0 {
		cl.caps = &box{make([]val.Value, len(vs))}
		for i, v := range vs {
			if !set[i] {
				v = unset
			}
			cl.caps.v[i] = v
		}
	}
	return &val.Func{Name: name, T: f.T, Impl: cl, Body: fn.describe}
}
