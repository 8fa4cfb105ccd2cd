package check

import (
	"slices"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// use notes a reference to a global: from the body or initial value under way, or from outside of any, which counts as used.
func (c *Checker) use(g *ir.Global) {
	g.Uses++
	c.refs[c.owner] = append(c.refs[c.owner], g)
	if c.underway.body != nil {
		c.underway.body.uses = append(c.underway.body.uses, g)
	}
}

// readUnset warns, if asked to, of the first read of a local that is not surely set.
func (c *Checker) readUnset(l *ir.Local, at diag.Span) {
	f := c.fn
	if !c.cfg.Usage || f.warned[l] {
		return
	}
	if f.warned == nil {
		f.warned = make(map[*ir.Local]bool)
	}
	f.warned[l] = true
	how := "used without definition"
	if l.Assigned {
		how = "possibly used without definition"
	}
	c.warn(diag.UnsetVariable, at, "%s (%s)", how, l.Name)
}

// Finish checks what can be told only when everything is loaded: handlers that no event reaches, functions without callers.
func (c *Checker) Finish() {
	if c.cfg.NoUnusedWarnings || !c.process.UsageWarnings {
		return
	}
	left := c.Unreached(false)
	for _, handlers := range []bool{true, false} {
		for _, g := range left {
			switch flavor := g.T.Fn.Flavor; {
			case handlers && flavor != types.FlavorFunction:
				c.warnUnused(diag.UnreachableHandler, g, "handler for non-existing "+flavor.String()+" cannot be invoked")
			case !handlers && flavor == types.FlavorFunction && len(g.Bodies) > 0:
				c.warnUnused(diag.UnusedFunction, g, "non-exported function does not have any callers")
			}
		}
	}
}

// Unreached returns the functions, events and hooks of scripts that nothing can call, by name. With handled, whatever has a handler counts
// as reached.
//
// What is exported or global is meant for others, and so counts as reached; an event declared by scripts does not, unless it is
// exported: somebody must raise it. From there everything is followed through bodies and initial values.
func (c *Checker) Unreached(handled bool) []*ir.Global {
	reached := make(map[*ir.Global]bool)
	c.reach(reached, c.refs[nil])
	for _, g := range c.Known() {
		if c.isSeed(g) || handled && g.T != nil && g.T.Fn != nil && g.T.Fn.Flavor != types.FlavorFunction {
			c.reach(reached, []*ir.Global{g})
		}
	}
	var left []*ir.Global
	for _, g := range c.Known() {
		if g.T != nil && g.T.Tag == types.Func && g.Kind == ir.KindFunc && !reached[g] && !c.internal(g) && g.At.File != nil {
			left = append(left, g)
		}
	}
	slices.SortFunc(left, func(a, b *ir.Global) int { return strings.Compare(a.Name, b.Name) })
	return left
}

func (c *Checker) warnUnused(code diag.Code, g *ir.Global, msg string) {
	c.warnName(code, g.Name, g.At, g.At, msg)
}

func (c *Checker) internal(g *ir.Global) bool {
	return g.At.File == nil || c.cfg.Builtin != nil && c.cfg.Builtin(g.At.File.Name)
}

// isSeed reports whether a global counts as used whatever scripts do.
func (c *Checker) isSeed(g *ir.Global) bool {
	if g.Attrs.Has(types.AttrIsUsed) || g.Deprecated != nil || c.internal(g) || g.Exported && moduleOf(g.Name) != globalModule {
		return true
	}
	if g.T != nil && g.T.Tag == types.Func && g.T.Fn.Flavor == types.FlavorEvent {
		return c.predeclared[g]
	}
	return moduleOf(g.Name) == globalModule
}

// reach marks everything that can be reached from gs.
func (c *Checker) reach(reached map[*ir.Global]bool, gs []*ir.Global) {
	for len(gs) > 0 {
		g := gs[len(gs)-1]
		gs = gs[:len(gs)-1]
		if !reached[g] {
			reached[g] = true
			gs = append(gs, c.refs[g]...)
		}
	}
}
