package repl

import (
	"sort"
	"strings"

	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// find resolves a name as text at the prompt would: in the module, then globally.
func (c *Core) find(name string) *ir.Global {
	ck := c.s.Engine().Checker()
	if mod := c.s.Module(); mod != "GLOBAL" && !strings.Contains(name, "::") {
		if g := ck.Lookup(mod + "::" + name); g != nil {
			return g
		}
	}
	return ck.Lookup(name)
}

func (c *Core) typeOf(arg string) bool {
	if arg == "" {
		return c.errorf(":type takes an expression")
	}
	t, ok := c.s.TypeOf(strings.TrimRight(arg, ";"))
	if ok {
		c.printf("%s\n", names.Type(t))
	}
	return ok
}

func (c *Core) info(arg string) bool {
	if arg == "" {
		return c.errorf(":info takes a name")
	}
	g := c.find(arg)
	if g == nil {
		return c.errorf("there is nothing called %s", arg)
	}
	c.printf("%s%s%s\n", c.colors.bold, names.Declaration(g), c.colors.off)
	if g.Deprecated != nil {
		c.printf("%s\n", strings.TrimSuffix("  deprecated: "+*g.Deprecated, ": "))
	}
	switch {
	case g.Kind == ir.KindBuiltin:
		c.printf("  built in\n")
	case !g.At.IsZero():
		c.printf("  declared in %s\n", diag.Location(g.At))
	}
	if g.T != nil && g.T.Tag == types.Func && g.T.Fn.Flavor != types.FlavorFunction {
		c.handlers(g)
	} else if len(g.Bodies) > 0 {
		c.printf("  defined in %s\n", diag.Location(g.Bodies[len(g.Bodies)-1].At))
	}
	c.docText(g)
	return true
}

// handlers lists the handlers of an event or hook in the order in which they run.
func (c *Core) handlers(g *ir.Global) {
	bodies := append([]*ir.Func(nil), g.Bodies...)
	sort.SliceStable(bodies, func(i, j int) bool { return bodies[i].Priority > bodies[j].Priority })
	for _, b := range bodies {
		c.printf("  handler &priority=%d in %s", b.Priority, diag.Location(b.At))
		for _, group := range b.Groups {
			c.printf(" &group=%q", group)
		}
		c.printf("\n")
	}
	if len(bodies) == 0 {
		c.printf("  no handlers\n")
	}
}

func (c *Core) doc(arg string) bool {
	if arg == "" {
		return c.errorf(":doc takes a name")
	}
	g := c.find(arg)
	switch {
	case g == nil:
		return c.errorf("there is nothing called %s", arg)
	case !c.docText(g):
		c.printf("no documentation for %s\n", g.Name)
	}
	return true
}

// docText prints what documents a name and reports whether anything does.
func (c *Core) docText(g *ir.Global) bool {
	text := names.Doc(c.s.Engine(), g)
	if text == "" {
		return false
	}
	for line := range strings.Lines(text) {
		c.printf("%s\n", strings.TrimRight("  "+line, " \n"))
	}
	return true
}

func (c *Core) browse(arg string) bool {
	ck := c.s.Engine().Checker()
	if arg == "" {
		c.printf("%s\n", strings.Join(ck.Modules(), " "))
		return true
	}
	arg = strings.TrimSuffix(arg, "::")
	n := 0
	for _, g := range ck.Globals() {
		if names.Module(g.Name) != arg || g.T == nil || g.Name == "_" {
			continue
		}
		n++
		if g.Kind == ir.KindType {
			c.printf("  type %s: %s\n", g.Name, g.T.Tag)
		} else {
			c.printf("  %s\n", names.Declaration(g))
		}
	}
	if n == 0 {
		return c.errorf("there is no module %s, or it declares nothing", arg)
	}
	return true
}
