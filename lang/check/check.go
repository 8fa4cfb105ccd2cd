// Package check turns syntax into the typed program: names, scopes, types, conversions, captures, constants, attributes.
//
// Items come one at a time, in source order, with the directives already acted upon; each is checked completely before
// the next one is read, since conditions of later directives may run what it defines. The checker runs nothing itself: what must be known
// at check time, such as the number behind &priority, it asks its Host to evaluate. One Checker belongs to one engine and one goroutine.
package check

import (
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// Builtin is what the checker must know of a function implemented in Go.
type Builtin struct {
	// Sig is its declaration in script syntax; it is parsed at the first use of the name.
	Sig string
	// Row is handed on in ir.Global.Builtin.
	Row any
	// Deprecated, if set, tells what to use instead.
	Deprecated string
	// Check, if set, looks at the arguments of a call and returns "" or an error, to which the call's text is added.
	Check func([]ir.Expr) string
	// Result, if set, gives the type of a call from its arguments; nil leaves the declared one.
	Result func([]ir.Expr) *types.Type
}

// Host is what surrounds the checker: where messages go, which builtins exist, who evaluates constant expressions.
type Host interface {
	diag.Sink
	// Builtin looks a builtin up by its qualified name.
	Builtin(name string) (Builtin, bool)
	// Eval evaluates an expression without parameters: n are the bits of a scalar, s the bytes of a string.
	Eval(fn *ir.Func) (n uint64, s string, ok bool)
}

// Config sets a Checker up.
type Config struct {
	Host Host
	// Dialect is the process's; each file brings its own for the rules of grammar. Nil is Zeek's.
	Dialect *dialect.Dialect
	// ParseSig parses the signature of a builtin: `function name(a: T, …): R`, with variadic for a trailing `...`.
	ParseSig func(sig string) (name string, t *ast.FuncType, variadic bool, err error)
	// Builtin tells files whose events the engine itself raises and whose functions need no callers: the base scripts.
	Builtin func(file string) bool
	// Demand, if set, has the items checked that were put off under a full name; it reports whether there were any. DemandAll
	// has all of them checked, DemandOptions those that declare options.
	Demand                   func(full string) bool
	DemandAll, DemandOptions func()
	// Reserved tells the place in the order of globals of a name that ReserveUpTo has kept a place for.
	Reserved func(full string) (place int, ok bool)
	// Needed is told when a name of Await is asked for. It returns false if that does not count, to be told again.
	Needed func(g *ir.Global, asking *diag.File) bool
	// Usage asks for warnings of locals that are read before they are set.
	Usage bool
	// NoUnusedWarnings leaves out the warnings of Finish about handlers and functions that nothing reaches.
	NoUnusedWarnings bool
	// Named, if set, is told of each name that an item uses or declares, once it is known what it stands for.
	Named func(Use)
	// Body, if set, is told of each body of a function, event or hook before it is checked, for Redo.
	Body func(*Body)
	// BuiltinNames, if set, lists the names of all builtins in order, for hints at what was meant.
	BuiltinNames func() []string
	// Operands has each assert keep the operands of its comparison, for the message.
	Operands bool
}

// Checker checks the items of one program.
type Checker struct {
	cfg     Config
	host    Host
	process *dialect.Dialect
	underway
	files   []Place
	modules map[string]bool
	opened  []string // modules in order of their first opening, without GLOBAL

	globals map[string]*ir.Global
	order   []*ir.Global // nil where a name is reserved
	// reserved are the places in order of names whose items are put off.
	reserved map[string]int
	planned  bool            // ReserveUpTo has kept others
	awaited  map[string]bool // names that Await was called for
	slots    int
	info     map[*ir.Global]*globalInfo
	builtin  map[*ir.Global]Builtin
	missing  map[string]bool // names already reported as unknown

	lambdas      map[string]*ir.Func         // anonymous functions by name
	refs         map[*ir.Global][]*ir.Global // what each global's body or initial value uses
	predeclared  map[*ir.Global]bool         // the events of start and end
	synchronized int                         // attributes &synchronized so far
}

// underway is the state of the item being checked; another item may have to be checked in its midst, see ItemAt.
type underway struct {
	Place
	// exportErr: the section's use of a :: prefix has been reported, after which the reference reads no further.
	exportErr bool

	owner      *ir.Global        // whose body or initial value is being checked
	body       *Body             // the body under way, if Config.Body is told of it
	fn         *function         // innermost function under way; nil at the top level
	item       int               // errors of the item under way
	fresh      []*ir.Global      // globals that it made
	parseBody  func() *ast.Block // parses its body, if that was put off
	inCond     bool              // inside an @if condition
	condLocals map[string]bool   // names that it must not use
	inWhen     int               // depth of when conditions
	hook       bool              // the call under way stands behind `hook`
	broken     string            // the text of the last record conversion that failed
	inType     bool              // inside a type declaration or redef, the only place for enums
	bare       *ast.Assign       // the assignment that is the statement under way
	infer      bool              // the lambda to come takes its result from what it returns
	depth      int               // nesting of the expression or statement under way
	cur        diag.Span         // the construct under way, for messages without a place of their own
}

// Place is where an item stands, as far as the checker cares.
type Place struct {
	file   *diag.File
	d      *dialect.Dialect // the file's
	module string
	export bool
	limit  int  // globals from this place in order on are not there yet; 0: all are
	prompt bool // the text is a prompt's: `_` is its last value
}

// globalInfo is what the checker alone remembers of a global.
type globalInfo struct {
	order    int  // place in Checker.order
	typed    bool // has a type: declared, not merely mentioned
	hasVal   bool // has been given a value or a body
	sealed   bool // a function with a body: no longer assignable
	declared bool // declared by a prototype rather than by a body
	// was is the type that had the name before, which items that were put off still mean.
	was *ir.Global
}

// New returns a checker with the predefined names.
func New(cfg Config) *Checker {
	if cfg.Dialect == nil {
		cfg.Dialect = dialect.Zeek
	}
	c := &Checker{cfg: cfg, host: cfg.Host, process: cfg.Dialect, underway: underway{Place: Place{d: cfg.Dialect, module: globalModule}},
		reserved: make(map[string]int), modules: map[string]bool{globalModule: true}, globals: make(map[string]*ir.Global), info: make(map[*ir.Global]*globalInfo),
		builtin: make(map[*ir.Global]Builtin), missing: make(map[string]bool), lambdas: make(map[string]*ir.Func), refs: make(map[*ir.Global][]*ir.Global),
		predeclared: make(map[*ir.Global]bool)}
	for _, ev := range []string{"init", "done"} {
		c.predeclareEvent(c.process.InitPrefix+ev, nil)
	}
	path := &types.Field{Name: "path", Type: types.StringT}
	level := &types.Field{Name: "level", Type: types.CountT}
	c.predeclareEvent(c.process.InitPrefix+"script_loaded", []*types.Field{path, level})
	return c
}

func (c *Checker) predeclareEvent(name string, params []*types.Field) {
	t := types.NewRecord(params...)
	g := c.install(name, ir.KindFunc, diag.Span{})
	g.Exported = true
	c.predeclared[g] = true
	c.setType(g, newFunc(types.FlavorEvent, t.Rec, nil, diag.Span{}))
}

// BeginFile starts a file, possibly inside another that loads it; EndFile ends it and restores the module of the outer one.
func (c *Checker) BeginFile(f *diag.File, d *dialect.Dialect) {
	c.files = append(c.files, c.Place)
	if d == nil {
		d = c.process
	}
	c.Place = Place{file: f, d: d, module: globalModule}
	c.cur = diag.Span{File: f}
}

// EndFile ends the file that the last BeginFile started.
func (c *Checker) EndFile() {
	if n := len(c.files); n > 0 {
		c.Place = c.files[n-1]
		c.files = c.files[:n-1]
	}
}

// Synchronized is how often the scripts use &synchronized, of the communication system before Broker.
func (c *Checker) Synchronized() int { return c.synchronized }

// Modules returns the modules that scripts have opened, in that order behind GLOBAL.
func (c *Checker) Modules() []string { return append([]string{globalModule}, c.opened...) }

// Module returns the current module.
func (c *Checker) Module() string { return c.module }

// Globals returns every global in order of definition. Items that are put off are checked first.
func (c *Checker) Globals() []*ir.Global {
	if c.cfg.DemandAll != nil {
		c.cfg.DemandAll()
	}
	return c.Known()
}

// Lookup returns a global by its qualified name, or nil. Builtins are found too.
func (c *Checker) Lookup(name string) *ir.Global {
	// Who runs while an item is being checked is not bound by its place.
	file, limit := c.file, c.limit
	c.file, c.limit = nil, 0
	g := c.global(strings.TrimPrefix(name, "::"))
	c.file, c.limit = file, limit
	return g
}

// Defined reports what @ifdef asks: whether a name, written at a place, stands for something here.
func (c *Checker) Defined(name string, at diag.Span) bool {
	// The base scripts ask for builtins and for what they have put off, which is no reason to make it.
	if c.file != nil && c.cfg.Builtin != nil && c.cfg.Builtin(c.file.Name) {
		full := c.canonical(qualify(c.module, name))
		_, later := c.reservation(full)
		if _, builtin := c.host.Builtin(full); later || builtin && !c.missing[full] {
			return true
		}
	}
	if g := c.lookupGlobal(name, false); g != nil && (c.info[g].typed || g.Kind == ir.KindBuiltin) {
		c.noteGlobal(g, at, false)
		return true
	}
	return c.modules[name]
}

// Item checks one top-level item. Diagnostics go to the host at once, in order; an item with errors yields no actions but still
// declares its names, so that one mistake gives one message.
func (c *Checker) Item(d ast.Decl) []ir.Action {
	c.item = 0
	c.cur = d.Span()
	c.owner, c.underway.body = nil, nil
	c.fn, c.depth, c.inWhen, c.hook, c.fresh, c.inType = nil, 0, 0, false, nil, false
	acts := c.decl(d)
	if c.item > 0 {
		return nil
	}
	return append(c.named(c.fresh), acts...)
}

// named tells the interpreter of the types and enum members among new globals: builtins look them up by name.
func (c *Checker) named(gs []*ir.Global) []ir.Action {
	var acts []ir.Action
	for _, g := range gs {
		if (g.Kind == ir.KindType || g.Kind == ir.KindEnum) && g.T != nil && !g.T.IsError() {
			acts = append(acts, &ir.Define{Sym: g, Op: ast.OpAssign, At: g.At})
		}
	}
	return acts
}

// Cond checks the condition of an @if: it must be bool and use no locals, which are those of the body around it.
func (c *Checker) Cond(e ast.Expr, locals map[string]bool) (*ir.Func, bool) {
	c.item = 0
	c.cur = e.Span()
	c.inCond, c.condLocals = true, locals
	defer func() { c.inCond, c.condLocals = false, nil }()
	f := c.begin(&ir.Func{At: e.Span()}, nil)
	x := c.expr(e)
	c.end(f)
	if c.item > 0 {
		text := ir.Describe(x)
		if at := e.Span(); isErr(x) && at.File != nil && at.Line == at.EndLine && at.Col > 0 {
			if line := at.File.Line(int(at.Line)); int(at.EndCol) <= len(line)+1 && at.Col <= at.EndCol {
				text = line[at.Col-1 : at.EndCol-1]
			}
		}
		c.cascade(diag.IfCondition, e.Span(), "invalid expression in @if ("+text+")")
		return nil, false
	}
	if t := x.Type(); t.Tag != types.Bool {
		c.errExpr(diag.IfCondition, x, "invalid expression in @if")
		return nil, false
	}
	return c.valueFunc(f, x), true
}

// Expr checks an expression outside of any item, as typed at a prompt or given on the command line.
func (c *Checker) Expr(e ast.Expr) (*ir.Func, bool) {
	c.item = 0
	c.cur = e.Span()
	f := c.begin(&ir.Func{At: e.Span()}, nil)
	x := c.expr(e)
	c.end(f)
	if c.item > 0 || x.Type().IsError() {
		return nil, false
	}
	return c.valueFunc(f, x), true
}

// valueFunc makes the function of f's frame that returns x.
func (c *Checker) valueFunc(f *function, x ir.Expr) *ir.Func {
	f.ir.T = newFunc(types.FlavorFunction, &types.RecordInfo{}, x.Type(), x.Span())
	f.ir.Body = &ir.Return{S: ir.S{At: x.Span()}, X: x}
	return f.ir
}
