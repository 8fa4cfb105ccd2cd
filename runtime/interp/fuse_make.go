package interp

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// maxLent bounds the vectors that are lent to a builtin.
const maxLent = 4

// fuseVector compiles a short vector of scalars that is read by the code that runs next and by nobody later: the place in the program
// has one vector for all times that it runs. nil for other expressions. (It takes counts_to_addr(vector(n)) from 95 to 30 ns.)
func (c *compiler) fuseVector(e ir.Expr) expr {
	v, ok := e.(*ir.VectorCtor)
	if !ok || !c.fuse || !v.T.Elem.IsScalar() || len(v.Elems) > maxLent {
		return nil
	}
	lent := val.NewVectorCap(v.T, len(v.Elems))
	lent.Resize(len(v.Elems))
	for i := range v.Elems {
		lent.Set(i, val.Value{})
	}
	if len(v.Elems) == 1 {
		x := c.bits(v.Elems[0])
		return func(m *M, f frame) val.Value {
			lent.SetWord(0, x(m, f))
			return val.Vec(lent)
		}
	}
	xs := make([]bits, len(v.Elems))
	for i, el := range v.Elems {
		xs[i] = c.bits(el)
	}
	return func(m *M, f frame) val.Value {
		// An element may come from a call that runs this very code: all are known before the first is stored.
		var words [maxLent]uint64
		for i, x := range xs {
			words[i&(maxLent-1)] = x(m, f)
		}
		for i := range xs {
			lent.SetWord(i, words[i&(maxLent-1)])
		}
		return val.Vec(lent)
	}
}

// part is one summand of a chain of string additions: a constant text, or values in the window from slot at on, which are a string or
// the arguments of a builtin that appends its result.
type part struct {
	text string
	xs   []expr
	at   int
	row  *Builtin // nil for a string
	site *Site
}

// fuseConcat compiles a chain of string additions in which builtins such as cat take part: their results go straight into the whole.
// nil if there is none. ("a" + cat(i) + "b" takes 95 ns instead of 150.)
func (c *compiler) fuseConcat(e *ir.Binary) expr {
	if !c.fuse {
		return nil
	}
	var es []ir.Expr
	var walk func(x ir.Expr)
	walk = func(x ir.Expr) {
		if b, ok := x.(*ir.Binary); ok && !c.isHeld(x) && b.Op == ast.OpAdd && b.T.Tag == types.String && b.L.Type().Tag == types.String {
			walk(b.L)
			walk(b.R)
			return
		}
		es = append(es, x)
	}
	walk(e)
	size, appends := 0, false
	for _, x := range es {
		if _, row := c.appender(x); row != nil {
			size, appends = size+len(x.(*ir.Call).Args), true
		} else {
			size++
		}
	}
	if !appends || size > maxDirect {
		return nil
	}
	size = max(size, 1)
	parts := make([]part, len(es))
	at := 0
	for i, x := range es {
		p := &parts[i]
		p.at = at
		if k, ok := x.(*ir.Const); ok {
			p.text = k.S
			continue
		}
		if call, row := c.appender(x); row != nil {
			p.row, p.site, p.xs = row, newSite(call, row), c.exprs(call.Args)
		} else {
			p.xs = []expr{c.expr(x)}
		}
		at += len(p.xs)
	}
	return func(m *M, f frame) val.Value {
		to := m.push(size)
		for i := range parts {
			p := &parts[i]
			for j, x := range p.xs {
				to[p.at+j] = x(m, f)
			}
		}
		b := m.Scratch()
		for i := range parts {
			switch p := &parts[i]; {
			case p.row != nil:
				b = p.row.Append(m, p.site, to[p.at:p.at+len(p.xs)], b)
			case p.xs == nil:
				b = append(b, p.text...)
			default:
				b = append(b, to[p.at].Str()...)
			}
		}
		clearFrame(to, size)
		m.pop(size)
		return m.Take(b)
	}
}

// appender recognises the call of a builtin that can append its result. Its arguments are looked at after those of later parts have
// been evaluated: they must be of types whose values do not change.
func (c *compiler) appender(x ir.Expr) (*ir.Call, *Builtin) {
	call, ok := x.(*ir.Call)
	if !ok || c.isHeld(x) {
		return nil, nil
	}
	g, ok := call.Fn.(*ir.GlobalRef)
	if !ok || g.Sym.Kind != ir.KindBuiltin {
		return nil, nil
	}
	row, ok := g.Sym.Builtin.(*Builtin)
	if !ok || row.Append == nil {
		return nil, nil
	}
	for _, a := range call.Args {
		if t := a.Type(); !t.IsScalar() && t.Tag != types.String && t.Tag != types.Addr && t.Tag != types.Subnet {
			return nil, nil
		}
	}
	return call, row
}
