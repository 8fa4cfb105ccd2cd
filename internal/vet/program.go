package vet

import (
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// program is what analyzers look at.
type program struct {
	engine  *brogo.Engine
	globals []*ir.Global
	bodies  []body // of the user's scripts, the statements of the top level last
	base    []body // of the base scripts
	names   map[string]*ir.Global
}

// body is one body of a function, event or hook; a statement of the top level has no global.
type body struct {
	of *ir.Global
	fn *ir.Func
}

func newProgram(e *brogo.Engine) *program {
	p := &program{engine: e, globals: e.Checker().Globals(), names: map[string]*ir.Global{}}
	for _, g := range p.globals {
		p.names[g.Name] = g
		for _, b := range g.Bodies {
			b.Complete()
			if ours(b.At) {
				p.base = append(p.base, body{g, b})
			} else {
				p.bodies = append(p.bodies, body{g, b})
			}
		}
	}
	for _, b := range e.Machine().TopLevel() {
		b.Complete()
		if !ours(b.At) {
			p.bodies = append(p.bodies, body{nil, b})
		}
	}
	return p
}

// ours reports whether a place is in an embedded base script, which is not the user's to mend.
func ours(at diag.Span) bool {
	return at.File == nil || isBase(at.File.Name) || strings.HasPrefix(at.File.Name, "<engine>")
}

func isBase(file string) bool { return strings.HasPrefix(file, brogo.EmbeddedRoot+"/") }

// isHandled reports whether g is an event, or a hook, as flavor says.
func isHandled(g *ir.Global, flavor types.Flavor) bool {
	return g.Kind == ir.KindFunc && g.T != nil && g.T.Tag == types.Func && g.T.Fn.Flavor == flavor
}

// flavor is what a body belongs to; statements of the top level count as functions.
func (b body) flavor() types.Flavor {
	if b.of == nil || b.of.T == nil || b.of.T.Fn == nil {
		return types.FlavorFunction
	}
	return b.of.T.Fn.Flavor
}

// base is a full name without its module, module the rest.
func base(name string) string { return name[strings.LastIndex(name, ":")+1:] }

func module(name string) string {
	m, _ := strings.CutSuffix(name[:len(name)-len(base(name))], "::")
	return m
}

// called returns the global that a call names, nil if it calls a value.
func called(c *ir.Call) *ir.Global {
	if g, ok := c.Fn.(*ir.GlobalRef); ok {
		return g.Sym
	}
	return nil
}
