package repl

import (
	"sort"
	"strconv"
	"strings"

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
		c.printf("%s\n", typeName(t))
	}
	return ok
}

// declaration is a global as a script would declare it.
func declaration(g *ir.Global) string {
	t := g.T
	switch {
	case t == nil:
		return g.Name
	case g.Kind == ir.KindType:
		return "type " + g.Name + ": " + definitionOf(t)
	case g.Kind == ir.KindEnum:
		return g.Name + ": " + typeName(t)
	case t.Tag == types.Func && (g.Kind == ir.KindFunc || g.Kind == ir.KindBuiltin):
		return t.Fn.Flavor.String() + " " + g.Name + signature(t)
	}
	kinds := map[ir.GlobalKind]string{ir.KindConst: "const ", ir.KindOption: "option "}
	word, ok := kinds[g.Kind]
	if !ok {
		word = "global "
	}
	text := word + g.Name + ": " + typeName(t)
	if g.Redef && g.Kind != ir.KindOption {
		text += " &redef"
	}
	return text
}

// signature is the parameters and result of a function type.
func signature(t *types.Type) string {
	var ps []string
	for _, p := range t.Fn.Params.Fields {
		ps = append(ps, p.Name+": "+typeName(p.Type))
	}
	if t.Fn.Variadic {
		ps = append(ps, "...")
	}
	s := "(" + strings.Join(ps, ", ") + ")"
	if r := t.Fn.Result; r != nil && r.Tag != types.Void && t.Fn.Flavor == types.FlavorFunction {
		s += ": " + typeName(r)
	}
	return s
}

// definitionOf is what a type's name stands for.
func definitionOf(t *types.Type) string {
	var b strings.Builder
	switch t.Tag {
	case types.Record:
		b.WriteString("record {\n")
		for _, f := range t.Rec.Fields {
			b.WriteString("  " + f.Name + ": " + typeName(f.Type))
			for _, a := range f.Attrs {
				b.WriteString(" " + a.Kind.String())
				if x, ok := a.X.(ir.Expr); ok {
					b.WriteString("=" + ir.Describe(x))
				}
			}
			b.WriteString(";")
			if f.Doc != "" {
				b.WriteString("  ## " + strings.ReplaceAll(strings.TrimSpace(f.Doc), "\n", " "))
			}
			b.WriteString("\n")
		}
		b.WriteString("}")
	case types.Enum:
		b.WriteString("enum {\n")
		for _, m := range t.Enum.Members {
			b.WriteString("  " + m.Name + " = " + strconv.FormatInt(m.Value, 10) + ",\n")
		}
		b.WriteString("}")
	default:
		cp := *t
		cp.Name = ""
		b.WriteString(cp.String())
	}
	return b.String()
}

func (c *Core) info(arg string) bool {
	if arg == "" {
		return c.errorf(":info takes a name")
	}
	g := c.find(arg)
	if g == nil {
		return c.errorf("there is nothing called %s", arg)
	}
	c.printf("%s%s%s\n", c.colors.bold, declaration(g), c.colors.off)
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
	text := g.Doc
	if row := c.s.Engine().Row(g.Name); text == "" && row != nil {
		text = row.Doc
	}
	if text == "" {
		return false
	}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		c.printf("%s\n", strings.TrimRight("  "+strings.TrimSpace(line), " "))
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
		if moduleOf(g.Name) != arg || g.T == nil || g.Name == "_" {
			continue
		}
		n++
		if g.Kind == ir.KindType {
			c.printf("  type %s: %s\n", g.Name, g.T.Tag)
		} else {
			c.printf("  %s\n", declaration(g))
		}
	}
	if n == 0 {
		return c.errorf("there is no module %s, or it declares nothing", arg)
	}
	return true
}

func moduleOf(full string) string {
	if i := strings.LastIndex(full, "::"); i > 0 {
		return full[:i]
	}
	return "GLOBAL"
}
