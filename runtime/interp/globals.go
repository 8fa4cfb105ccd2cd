package interp

import (
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// cell returns the place of a global's value.
func (m *M) cell(g *ir.Global) *cell {
	if g.Slot < 0 {
		panic("interp: " + g.Name + " has no value")
	}
	for g.Slot >= len(m.cells) {
		m.cells = append(m.cells, nil)
	}
	c := m.cells[g.Slot]
	if c == nil {
		c = &cell{v: unset, g: g}
		m.cells[g.Slot] = c
		m.name(g)
	}
	return c
}

func (c *cell) set(v val.Value) {
	c.v = v
	if c.watch != nil {
		c.watch.Changed()
	}
}

// name makes a global known by its name.
func (m *M) name(g *ir.Global) {
	if m.byName[g.Name] != g {
		if m.byName[g.Name] == nil {
			m.globals = append(m.globals, g)
		}
		m.byName[g.Name] = g
	}
}

// Do carries out what one checked item asks for. It returns false when a run-time error, reported already, prevented it.
func (m *M) Do(a ir.Action) bool {
	switch a := a.(type) {
	case *ir.Define:
		return m.define(a)
	case *ir.RedefVar:
		return m.guard(func() {
			if a.Init == nil {
				m.renew(a.Sym)
				return
			}
			c := m.cell(a.Sym)
			v := m.run(a.Init)
			if a.Op == ast.OpAssign {
				m.initialize(a.Sym, v)
				return
			}
			if c.v.P == unsetP && !a.Sym.T.IsAggregate() {
				m.Report(diag.Diagnostic{Severity: diag.Error, Code: diag.Initializer, At: a.Sym.At,
					Msg: a.Op.String() + " initializer applied to ID without value (" + a.Sym.Name + ")"})
				return
			}
			if x := changeAttr(a.Sym, a.Op); x != nil {
				c.set(m.invokeAny(m.evalDefault(x).Func(), nil, []val.Value{c.v, v}))
				return
			}
			c.set(m.combine(a.Op, a.Sym, c.v, v, a.Init))
		})
	case *ir.AddBody:
		fn := m.function(a.Sym)
		if a.Replace || a.Sym.T.Fn.Flavor == types.FlavorFunction {
			fn.bodies = nil
		}
		if len(a.Drop) > 0 {
			fn.drop(a.Drop)
		}
		if a.Body == nil {
			return true
		}
		b := m.newBody(a.Body, false)
		b.narrow(a.Sym.T)
		m.join(b)
		fn.errors = fn.errors || a.Sym.Attrs.Has(types.AttrErrorHandler)
		fn.add(b)
		return true
	case *ir.RunStmt:
		if m.running {
			return m.guard(func() { m.run(a.Fn) })
		}
		m.top = append(m.top, a.Fn)
		return true
	case *ir.GrowRecord:
		m.growRecords(a.T)
		return true
	case *ir.GrowEnum:
		return true
	}
	panic("interp: unknown action")
}

func (m *M) define(a *ir.Define) bool {
	g := a.Sym
	m.name(g)
	switch g.Kind {
	case ir.KindType:
		return true
	case ir.KindEnum:
		return true
	case ir.KindFunc, ir.KindBuiltin:
		fn := m.function(g)
		if a.Init == nil {
			return true
		}
		return m.guard(func() { fn.over = m.run(a.Init).Func() })
	}
	c := m.cell(g)
	if a.Init == nil || a.Op == ast.OpAddTo {
		if v, ok := m.empty(g.T, g.Attrs); ok {
			c.v = v
		}
	}
	if a.Init == nil {
		return true
	}
	return m.guard(func() {
		v := m.run(a.Init)
		if a.Op == ast.OpAddTo {
			v = m.combine(a.Op, g, c.v, v, a.Init)
		}
		m.initialize(g, v)
	})
}

// renew lets a table that a global has already follow the attributes that a redef without a value added.
func (m *M) renew(g *ir.Global) {
	if g.T.Tag != types.Table {
		return
	}
	if c := m.cell(g); c.v.P != unsetP {
		m.adopt(c.v.Table(), m.tableAttrs(g.T, g.Attrs))
	}
}

// initialize gives a global its value; a table takes on the variable's attributes.
func (m *M) initialize(g *ir.Global, v val.Value) {
	if g.T.Tag == types.Table && v.P != unsetP {
		m.adopt(v.Table(), m.tableAttrs(g.T, g.Attrs))
	}
	if g.Kind == ir.KindFunc {
		m.function(g).over = v.Func()
		return
	}
	m.cell(g).set(v)
}

// changeAttr is the function that takes the place of += or -= in a redef (&add_func, &delete_func), or nil.
func changeAttr(g *ir.Global, op ast.Op) ir.Expr {
	kind := types.AttrAddFunc
	if op == ast.OpRemove {
		kind = types.AttrDelFunc
	}
	x, _ := g.Attrs.Get(kind).(ir.Expr)
	return x
}

// combine is what `redef x += v` and `-= v` make of a value.
func (m *M) combine(op ast.Op, g *ir.Global, old, v val.Value, init *ir.Func) val.Value {
	t := g.T
	switch t.Tag {
	case types.Table:
		if old.P == unsetP {
			return v
		}
		mergeTable(op, old.Table(), v.Table())
		return old
	case types.Vector:
		if old.P == unsetP {
			return v
		}
		m.appendVector(nil, old.Vec(), v.Vec())
		return old
	case types.String:
		return val.Str(old.Str() + v.Str())
	case types.Pattern:
		p, err := pattern.Merge(v.Pattern(), old.Pattern())
		if err != nil {
			return old
		}
		return val.Pat(p)
	}
	sign := 1.0
	if op == ast.OpRemove {
		sign = -1
	}
	if isFloat(t) {
		return val.Double(old.Double() + sign*v.Double())
	}
	if op == ast.OpRemove {
		return val.Value{N: old.N - v.N}
	}
	return val.Value{N: old.N + v.N}
}

// run runs a piece of code that takes no arguments and returns its value.
func (m *M) run(f *ir.Func) val.Value {
	b := m.newBody(f, false)
	m.compile(b)
	fr := m.push(b.size)
	return m.exec(b, nil, fr, nil)
}

// EvalCond evaluates the condition of a directive; ok is false when a run-time error, reported already, left it without a value.
func (m *M) EvalCond(f *ir.Func) (value, ok bool) {
	ok = m.guard(func() { value = m.run(f).N != 0 })
	return value, ok
}

// Eval evaluates an expression given as a body of one return statement, and returns its static type with the value.
func (m *M) Eval(f *ir.Func) (t *types.Type, v val.Value, ok bool) {
	t = types.VoidT
	if r := returned(f.Body); r != nil && r.X != nil {
		t = r.X.Type()
	}
	ok = m.guard(func() { v = m.run(f) })
	if v.P == unsetP {
		t = types.VoidT
	}
	return t, v, ok
}

func returned(s ir.Stmt) *ir.Return {
	switch s := s.(type) {
	case *ir.Return:
		return s
	case *ir.Block:
		if len(s.Stmts) > 0 {
			return returned(s.Stmts[len(s.Stmts)-1])
		}
	}
	return nil
}

// Names is who knows every global of the program: the checker.
type Names interface {
	Lookup(name string) *ir.Global
	Globals() []*ir.Global       // in order of declaration
	Known() []*ir.Global         // those that something has needed so far, or that belong to no base script
	Options() []*ir.Global       // those of them that are options
	Lambda(name string) *ir.Func // an anonymous function by its name, or nil
}

// SetNames tells the interpreter who knows the globals that no action defines: types, enum members, builtins, events.
func (m *M) SetNames(n Names) { m.names = n }

// Lookup returns a global by its qualified name, or nil.
func (m *M) Lookup(name string) *ir.Global {
	if g := m.byName[name]; g != nil && !g.Awaited || m.names == nil {
		return g
	}
	return m.names.Lookup(name)
}

// Globals are all identifiers of global scope in order of declaration: variables, functions, events, types, enum members.
func (m *M) Globals() []*ir.Global {
	if m.names != nil {
		return m.names.Globals()
	}
	return m.globals
}

// Known are the Globals without what base scripts declare and nothing has needed so far. Tables with &backend or &broker_store are
// always among them.
func (m *M) Known() []*ir.Global {
	if m.names != nil {
		return m.names.Known()
	}
	return m.globals
}

// Options are the identifiers that `option` declares, in order of declaration.
func (m *M) Options() []*ir.Global {
	if m.names != nil {
		return m.names.Options()
	}
	return nil
}

// Modules are the names of all modules that scripts have opened, in order, GLOBAL first.
func (m *M) Modules() []string {
	out := []string{"GLOBAL"}
	seen := map[string]bool{}
	for _, g := range m.Globals() {
		if i := strings.LastIndex(g.Name, "::"); i > 0 && !seen[g.Name[:i]] {
			seen[g.Name[:i]] = true
			out = append(out, g.Name[:i])
		}
	}
	return out
}

// Value returns a global's value and whether it is set.
func (m *M) Value(g *ir.Global) (val.Value, bool) {
	switch g.Kind {
	case ir.KindType:
		return val.TypeVal(g.T), true
	case ir.KindEnum:
		return val.Enum(g.EnumVal), true
	case ir.KindFunc, ir.KindBuiltin:
		fn := m.function(g)
		if fn.over != nil {
			return val.Fn(fn.over), true
		}
		return val.Fn(fn.value), true
	}
	v := m.cell(g).v
	if v.P == unsetP {
		return val.Value{}, false
	}
	return v, true
}

// SetValue sets a global; whoever waits for it in a when statement is told.
func (m *M) SetValue(g *ir.Global, v val.Value) {
	if g.Kind == ir.KindFunc || g.Kind == ir.KindBuiltin {
		m.function(g).over = v.Func()
		return
	}
	m.cell(g).set(v)
}

// Type returns a type by the qualified name that scripts give it, or nil.
func (m *M) Type(name string) *types.Type {
	if g := m.Lookup(name); g != nil && g.Kind == ir.KindType {
		return g.T
	}
	return nil
}

// named returns the value of a global of the base scripts, if it is there and of that type.
func (m *M) named(name string, tag types.Tag) (val.Value, bool) {
	g := m.Lookup(name)
	if g == nil || g.T == nil || g.T.Tag != tag || g.Slot < 0 {
		return val.Value{}, false
	}
	return m.Value(g)
}

func (m *M) boolOption(name string, def bool) bool {
	if v, ok := m.named(name, types.Bool); ok {
		return v.Bool()
	}
	return def
}

// number reads a double or interval of the base scripts, whole a count.
func (m *M) number(name string, def float64) float64 {
	if v, ok := m.named(name, types.Interval); ok {
		return v.Double()
	}
	return def
}

func (m *M) whole(name string, def uint64) uint64 {
	if v, ok := m.named(name, types.Count); ok {
		return v.N
	}
	return def
}
