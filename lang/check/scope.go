package check

import (
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

const globalModule = "GLOBAL"

// function is a body under way: its frame, names and flow. Lambdas and whens have an outer one.
type function struct {
	outer   *function
	ir      *ir.Func
	locals  map[string]*ir.Local
	order   []*ir.Local
	inits   []*ir.Local             // declared without initialiser: made at the start of the body
	ended   map[*ir.Local]bool      // declared in a block that has ended
	blocks  [][]*ir.Local           // locals of the blocks under way
	flow    flow                    // what is surely assigned here
	caught  map[*ir.Local]*ir.Local // outer local → captured inner one
	outers  []*ir.Local             // outer locals used without being captured, in order
	used    map[*ir.Local]bool      // captured locals that were used
	listed  int                     // captures that a list names; further ones were used without
	twice   *ir.Local               // captured twice by a list
	when    bool
	implied bool // captures are taken as used
	flavor  types.Flavor
	result  *types.Type // nil: none
	infer   bool        // the first return tells the result
	top     bool        // top-level code: no return
	bareOK  bool        // a return without expression is fine
	loops   int
	cases   []bool                    // switches under way, true where a case binds a name
	warned  map[*ir.Local]bool        // read before being set, and reported
	broken  flow                      // what was assigned before the last statement of a case
	attrs   map[*ir.Local]types.Attrs // of locals in inits
}

// begin opens a frame.
func (c *Checker) begin(fn *ir.Func, outer *function) *function {
	fn.Module = c.module
	f := &function{outer: outer, ir: fn, locals: make(map[string]*ir.Local), top: true}
	c.fn = f
	return f
}

// end closes the innermost frame.
func (c *Checker) end(f *function) { c.fn = f.outer }

// local makes a local of the innermost function.
func (c *Checker) local(name string, t *types.Type, at diag.Span) *ir.Local {
	f := c.fn
	l := &ir.Local{Name: name, T: t, Slot: f.ir.NSlots, At: at}
	if c.module != globalModule {
		l.Module = c.module
	}
	f.ir.NSlots++
	f.locals[name] = l
	f.order = append(f.order, l)
	if n := len(f.blocks); n > 0 {
		f.blocks[n-1] = append(f.blocks[n-1], l)
	}
	c.noteLocal(l, at, true)
	return l
}

// lookupLocal finds a local by name in the innermost function or those around it.
func (c *Checker) lookupLocal(name string) (*ir.Local, *function) {
	if strings.Contains(name, "::") {
		return nil, nil
	}
	for f := c.fn; f != nil; f = f.outer {
		if l := f.locals[name]; l != nil {
			return l, f
		}
	}
	return nil, nil
}

// qualify returns the full name of name in module.
func qualify(module, name string) string {
	switch {
	case strings.HasPrefix(name, "::"):
		return name[2:]
	case strings.HasPrefix(name, globalModule+"::"):
		return name[len(globalModule)+2:]
	case module == globalModule, strings.Contains(name, "::"):
		return name
	}
	return module + "::" + name
}

// moduleOf returns the module of a full name.
func moduleOf(full string) string {
	if i := strings.LastIndex(full, "::"); i > 0 {
		return full[:i]
	}
	return globalModule
}

// baseName returns a full name without its module.
func baseName(full string) string {
	if i := strings.LastIndex(full, "::"); i >= 0 {
		return full[i+2:]
	}
	return full
}

// canonical maps the other dialect's spelling of the init events to ours: both are one event.
func (c *Checker) canonical(full string) string {
	for _, p := range [...]string{"bro_", "zeek_"} {
		if strings.HasPrefix(full, p) {
			switch rest := full[len(p):]; rest {
			case "init", "done", "script_loaded":
				return c.process.InitPrefix + rest
			}
		}
	}
	return full
}

// global finds a global by its full name; builtins come into being at their first use.
func (c *Checker) global(full string) *ir.Global {
	full = c.canonical(full)
	if g := c.have(full); g != nil {
		return g
	}
	if b, ok := c.host.Builtin(full); ok {
		g := c.declareBuiltin(full, b)
		if g != nil {
			c.asked(g)
		}
		return g
	}
	return nil
}

// lookupGlobal finds the global that a name stands for in the current module, falling back to GLOBAL.
func (c *Checker) lookupGlobal(name string, sameModule bool) *ir.Global {
	full := qualify(c.module, name)
	if g := c.global(full); g != nil {
		if m := moduleOf(full); m != globalModule && m != c.module && !g.Exported && g.Kind != ir.KindBuiltin && !c.prompt {
			c.err(diag.NotExported, c.cur, "identifier is not exported: %s", full)
			g.Exported = true
		}
		return g
	}
	if sameModule && c.module != globalModule || strings.Contains(name, "::") {
		return nil
	}
	return c.global(name)
}

// checkGlobalPrefix reports the prefix that 8.0 took back.
func (c *Checker) checkGlobalPrefix(id ast.Ident) {
	if strings.HasPrefix(id.Name, globalModule+"::") && c.d.NoGlobalPrefix {
		c.err(diag.GlobalPrefix, id.Span(), "Using GLOBAL:: as a prefix is invalid. Use :: instead (%s)", id.Name)
	}
}

// install makes a global of a full name.
func (c *Checker) install(full string, kind ir.GlobalKind, at diag.Span) *ir.Global {
	full = c.canonical(full)
	g := &ir.Global{Name: full, Kind: kind, Slot: -1, At: at, Exported: c.export || moduleOf(full) == globalModule}
	c.globals[full] = g
	g.Awaited = c.awaited[full]
	i, ok := c.reservation(full)
	if ok {
		c.order[i] = g
	} else {
		i = len(c.order)
		c.order = append(c.order, g)
	}
	c.info[g] = &globalInfo{order: i}
	c.fresh = append(c.fresh, g)
	return g
}

// setType gives a global its type, and a slot if it has a value.
func (c *Checker) setType(g *ir.Global, t *types.Type) {
	g.T = t
	c.info[g].typed = true
	if g.Slot < 0 && g.Kind != ir.KindType && g.Kind != ir.KindEnum {
		g.Slot = c.slots
		c.slots++
	}
}

// defID resolves the name of a declaration: the global of that name in this module, made if need be.
func (c *Checker) defID(id ast.Ident, kind ir.GlobalKind) *ir.Global {
	c.checkGlobalPrefix(id)
	if strings.HasPrefix(id.Name, "::") {
		if c.export && !c.exportErr {
			c.exportErr = true
			c.err(diag.GlobalPrefix, id.Span(), "cannot use :: prefix in export section: %s", id.Name)
		}
		if g := c.global(id.Name[2:]); g != nil {
			return g
		}
		return c.install(id.Name[2:], kind, id.Span())
	}
	if g := c.have(c.canonical(qualify(c.module, id.Name))); g != nil {
		return g
	}
	full := qualify(c.module, id.Name)
	if c.module == globalModule || strings.Contains(id.Name, "::") {
		if g := c.global(full); g != nil {
			return g
		}
	}
	return c.install(full, kind, id.Span())
}

// eventID resolves the name of an event's body: an event that nothing declares is global, whatever the module.
func (c *Checker) eventID(id ast.Ident) *ir.Global {
	c.checkGlobalPrefix(id)
	c.cur = id.Span()
	if g := c.lookupGlobal(id.Name, false); g != nil {
		return g
	}
	return c.install(qualify(globalModule, id.Name), ir.KindFunc, id.Span())
}

// declareBuiltin makes the global of a builtin from its signature.
func (c *Checker) declareBuiltin(full string, b Builtin) *ir.Global {
	if c.missing[full] {
		return nil
	}
	_, ft, variadic, err := c.cfg.ParseSig(b.Sig)
	if err != nil {
		panic("check: signature of builtin " + full + ": " + err.Error())
	}
	// The signature's types are those of the module of the builtin, whoever uses it first.
	module, export, fn, cur := c.module, c.export, c.fn, c.cur
	c.module, c.export, c.fn = moduleOf(full), true, nil
	g := c.install(full, ir.KindBuiltin, diag.Span{})
	sig := *ft
	if n := len(sig.Params); variadic && n > 0 && sig.Params[n-1].Name.Name == "va_args" {
		sig.Params = sig.Params[:n-1]
	}
	t := c.funcType(&sig)
	t.Fn.Variadic = variadic
	c.module, c.export, c.fn, c.cur = module, export, fn, cur
	g.Exported = true
	g.Builtin = b.Row
	if b.Deprecated != "" {
		g.Deprecated = new(string)
	}
	c.builtin[g] = b
	c.setType(g, t)
	c.info[g].hasVal, c.info[g].sealed = true, true
	return g
}

// Declare notes names that a declaration with a syntax error would have introduced: their uses are not reported as well.
func (c *Checker) Declare(names []string) {
	for _, n := range names {
		c.missing[qualify(c.module, n)] = true
	}
}
