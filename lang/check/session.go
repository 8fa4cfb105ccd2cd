package check

import (
	"maps"
	"slices"
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// Resume starts a piece of text of a prompt: like BeginFile, but in the module that the piece before ended in. In such text the name
// `_` stands for the last value, see Bind.
func (c *Checker) Resume(f *diag.File, d *dialect.Dialect, module string) {
	c.BeginFile(f, d)
	c.Forgive()
	c.prompt = true
	if module != "" {
		c.module = module
	}
}

// Forgive has names that were reported as unknown reported again.
func (c *Checker) Forgive() { clear(c.missing) }

// Again checks an item that may define names anew, as at a prompt and when a file is read again. What it replaces keeps its value if the
// type is the same; bodies of functions and handlers take the place of older ones. An item with errors changes nothing.
//
// reload tells that a whole file is read again: then variables keep their values, too, where a prompt gives them the new ones.
// replaced names what now has another type, so that functions defined earlier keep using what it was.
func (c *Checker) Again(d ast.Decl, reload bool) (acts []ir.Action, replaced string) {
	s := c.snapshot()
	switch d := d.(type) {
	case *ast.Var:
		if d.Kind != ast.Redef {
			return c.againVar(s, d, d.Name, reload && d.Kind == ast.Global)
		}
		if reload && d.Op != ast.OpAssign {
			if g := c.lookupGlobal(d.Name.Name, false); g != nil && g.T != nil && g.T.Tag != types.Table {
				return nil, "" // done when it was read first
			}
		}
	case *ast.StmtDecl:
		if l, ok := d.S.(*ast.Local); ok {
			return c.againVar(s, d, l.Name, false)
		}
	case *ast.TypeDecl:
		return c.againType(s, d, reload)
	case *ast.FuncDecl:
		return c.againFunc(s, d, reload)
	case *ast.RedefEnum:
		return c.try(s, c.newMembers(d)), ""
	case *ast.RedefRecord:
		if reload {
			return c.try(s, c.newFields(d)), ""
		}
	}
	return c.try(s, d), ""
}

// Try calls f and takes back the names that it declared when it reports an error.
func (c *Checker) Try(f func() bool) bool {
	s := c.snapshot()
	if f() {
		return true
	}
	c.undo(s)
	return false
}

// Quietly is the type of an expression, nil when it has mistakes, which are not reported.
func (c *Checker) Quietly(e ast.Expr) *types.Type {
	return c.silently(func() *types.Type {
		f := c.begin(&ir.Func{At: e.Span()}, nil)
		x := c.expr(e)
		c.end(f)
		return x.Type()
	})
}

// Declared finds a global by its full name if something has declared or used it already: unlike Lookup it makes no builtin known.
func (c *Checker) Declared(name string) *ir.Global { return c.globals[name] }

// Bind makes a global of a full name, in place of any other of that name: the last value of a prompt.
func (c *Checker) Bind(name string, t *types.Type) *ir.Global {
	c.forget(c.globals[name])
	g := c.install(name, ir.KindVar, diag.Span{})
	g.Exported = true
	c.setType(g, t)
	c.info[g].hasVal = true
	return g
}

// Outdated lists the bodies of functions and handlers that an earlier reading of a file left, given its latest text.
func (c *Checker) Outdated(f *diag.File) []ir.Action {
	var acts []ir.Action
	for _, g := range c.Known() {
		var drop []*ir.Func
		for _, b := range g.Bodies {
			if b.At.File != nil && b.At.File != f && b.At.File.Name == f.Name {
				drop = append(drop, b)
			}
		}
		if len(drop) > 0 {
			g.Bodies = without(g.Bodies, drop)
			acts = append(acts, &ir.AddBody{Sym: g, Drop: drop})
		}
	}
	return acts
}

func without(all, drop []*ir.Func) []*ir.Func {
	return slices.DeleteFunc(slices.Clone(all), func(b *ir.Func) bool { return slices.Contains(drop, b) })
}

// snapshot is what the checker knew before an item.
type snapshot struct {
	known   int
	gone    []*ir.Global // taken out since, to be put back
	restore []func()
}

func (c *Checker) snapshot() *snapshot { return &snapshot{known: len(c.order)} }

// keep remembers what a global is now.
func (c *Checker) keep(s *snapshot, g *ir.Global) {
	if g == nil {
		return
	}
	was, info := *g, *c.info[g]
	s.restore = append(s.restore, func() { *g, *c.info[g] = was, info })
}

// replace takes a global out, so that its name can be declared again.
func (c *Checker) replace(s *snapshot, g *ir.Global) {
	if g == nil || g.Kind == ir.KindBuiltin {
		return
	}
	s.gone = append(s.gone, g)
	if g.Kind == ir.KindType && g.T != nil && g.T.Tag == types.Enum {
		for _, m := range g.T.Enum.Members {
			if mg := c.globals[m.Name]; mg != nil && mg.Kind == ir.KindEnum && mg.T.Enum == g.T.Enum {
				s.gone = append(s.gone, mg)
				delete(c.globals, m.Name)
			}
		}
	}
	delete(c.globals, g.Name)
}

// forget takes a global out of the list of them all.
func (c *Checker) forget(g *ir.Global) {
	if g == nil {
		return
	}
	if i := slices.Index(c.order, g); i >= 0 {
		c.order = slices.Delete(c.order, i, i+1)
	}
	if c.globals[g.Name] == g {
		delete(c.globals, g.Name)
	}
}

// undo goes back to a snapshot. Builtins that came into being stay.
func (c *Checker) undo(s *snapshot) {
	kept := c.order[:s.known:s.known]
	for _, g := range c.order[s.known:] {
		if g.Kind == ir.KindBuiltin {
			kept = append(kept, g)
		} else if c.globals[g.Name] == g {
			delete(c.globals, g.Name)
		}
	}
	c.order = kept
	for _, g := range s.gone {
		c.globals[g.Name] = g
	}
	for _, f := range s.restore {
		f()
	}
	// What the item could not name may be declared by the next one.
	c.Forgive()
}

// try checks an item and undoes it when it has errors.
func (c *Checker) try(s *snapshot, d ast.Decl) []ir.Action {
	switch d := d.(type) {
	case *ast.Var:
		c.keep(s, c.quietly(d.Name.Name))
	case *ast.RedefRecord:
		if g := c.quietly(d.Name.Name); g != nil && g.T != nil && g.T.Tag == types.Record {
			was := g.T.Rec.Clone()
			s.restore = append(s.restore, func() { *g.T.Rec = *was })
		}
	case *ast.RedefEnum:
		if g := c.quietly(d.Name.Name); g != nil && g.T != nil && g.T.Tag == types.Enum {
			was := g.T.Enum.Clone()
			s.restore = append(s.restore, func() { *g.T.Enum = *was })
		}
	}
	acts := c.Item(d)
	if c.item > 0 {
		c.undo(s)
		return nil
	}
	return acts
}

// commit lets go of what an item has replaced.
func (c *Checker) commit(s *snapshot) {
	for _, g := range s.gone {
		c.forget(g)
	}
}

// quietly finds a global without a word on whether it may be used here.
func (c *Checker) quietly(name string) *ir.Global {
	if g := c.globals[c.canonical(qualify(c.module, name))]; g != nil || strings.Contains(name, "::") {
		return g
	}
	return c.globals[c.canonical(name)]
}

// own finds the global that a declaration of name would clash with.
func (c *Checker) own(name string) *ir.Global {
	g := c.globals[c.canonical(qualify(c.module, name))]
	if g == nil || c.info[g] == nil || !c.info[g].typed {
		return nil
	}
	return g
}

// againVar checks a variable that may be there already.
func (c *Checker) againVar(s *snapshot, d ast.Decl, name ast.Ident, keepValue bool) ([]ir.Action, string) {
	old := c.own(name.Name)
	if old == nil || old.Kind == ir.KindBuiltin {
		return c.try(s, d), ""
	}
	if v, ok := d.(*ast.Var); ok && v.Init == nil && old.T != nil && old.T.Tag == types.Func {
		var t *types.Type
		if v.Type != nil {
			t = c.silently(func() *types.Type { return c.typ(v.Type) })
		}
		if t != nil && types.Same(t, old.T) {
			return nil, "" // the same prototype once more
		}
	}
	c.replace(s, old)
	acts := c.try(s, d)
	g := c.own(name.Name)
	if g == nil || g == old {
		return acts, ""
	}
	c.commit(s)
	if !sameStorage(old, g) {
		return acts, g.Name
	}
	g.Slot = old.Slot
	if keepValue {
		return slices.DeleteFunc(acts, func(a ir.Action) bool { _, def := a.(*ir.Define); return def }), ""
	}
	return acts, ""
}

// sameStorage reports whether a global's value can stay when it is declared again.
func sameStorage(old, g *ir.Global) bool {
	variable := func(g *ir.Global) bool {
		return g.Slot >= 0 && (g.Kind == ir.KindVar || g.Kind == ir.KindConst || g.Kind == ir.KindOption)
	}
	return variable(old) && variable(g) && old.T != nil && g.T != nil && !old.T.IsError() && types.Same(old.T, g.T)
}

// againType checks a type that may be there already. One with the same fields or members stays the type that it is.
func (c *Checker) againType(s *snapshot, d *ast.TypeDecl, reload bool) ([]ir.Action, string) {
	old := c.own(d.Name.Name)
	if old == nil || old.Kind == ir.KindBuiltin {
		return c.try(s, d), ""
	}
	c.replace(s, old)
	acts := c.try(s, d)
	g := c.own(d.Name.Name)
	if g == nil || g == old {
		return acts, ""
	}
	if old.Kind == ir.KindType && sameShape(old.T, g.T, reload) {
		c.undo(s)
		return nil, ""
	}
	c.commit(s)
	return acts, g.Name
}

// sameShape reports whether a declaration says what type a is, apart from what redef has added to it. Of enum members nothing tells
// which those are: what is read again from a file may be fewer.
func sameShape(a, b *types.Type, reload bool) bool {
	if a == nil || b == nil || a.Tag != b.Tag {
		return false
	}
	switch a.Tag {
	case types.Enum:
		had := a.Enum.Members
		if reload {
			had = had[:min(len(had), len(b.Enum.Members))]
		}
		return slices.Equal(had, b.Enum.Members)
	case types.Record:
		had := slices.DeleteFunc(slices.Clone(a.Rec.Fields), func(f *types.Field) bool { return f.Redef })
		if len(had) != len(b.Rec.Fields) {
			return false
		}
		for i, f := range had {
			g := b.Rec.Fields[i]
			if f.Name != g.Name || !types.Same(f.Type, g.Type) || len(f.Attrs) != len(g.Attrs) {
				return false
			}
			for j, x := range f.Attrs {
				if x.Kind != g.Attrs[j].Kind || exprText(x.X) != exprText(g.Attrs[j].X) {
					return false
				}
			}
		}
		return true
	}
	return types.Same(a, b)
}

func exprText(x types.Expr) string {
	if e, ok := x.(ir.Expr); ok && e != nil {
		return ir.Describe(e)
	}
	return ""
}

// againFunc checks a body. A function's replaces the one it has; a handler's replaces the one from the same place: the same file read
// before, or, at the prompt, the one of the same priority.
func (c *Checker) againFunc(s *snapshot, d *ast.FuncDecl, reload bool) ([]ir.Action, string) {
	flavor := types.Flavor(d.Type.Flavor)
	old := c.own(d.Name.Name)
	if flavor == types.FlavorEvent {
		old = c.quietly(d.Name.Name)
	}
	if old == nil || old.Kind == ir.KindBuiltin {
		return c.try(s, d), ""
	}
	c.keep(s, old)
	ft := d.Type
	t := c.silently(func() *types.Type { return c.funcType(&ft) })
	fits := t != nil && old.T != nil && old.T.Tag == types.Func && old.Kind != ir.KindType && old.T.Fn.Flavor == flavor &&
		(types.Same(old.T, t) || flavor != types.FlavorFunction && c.hasPrototype(old, t))
	if !fits {
		if t == nil {
			return c.try(s, d), "" // its mistakes are told there
		}
		c.replace(s, old)
		acts := c.try(s, d)
		if len(acts) == 0 {
			return acts, ""
		}
		c.commit(s)
		return acts, d.Name.Name
	}
	var drop []*ir.Func
	bodies := old.Bodies
	c.info[old].hasVal, c.info[old].sealed = false, false
	acts := c.try(s, d)
	if len(acts) == 0 {
		return nil, ""
	}
	add := acts[len(acts)-1].(*ir.AddBody)
	for _, b := range bodies {
		same := b.At.File != nil && b.At.File != c.file && b.At.File.Name == c.file.Name
		if flavor == types.FlavorFunction || same && (reload || b.Priority == add.Body.Priority) {
			drop = append(drop, b)
		}
	}
	old.Bodies = without(old.Bodies, drop)
	add.Drop = drop
	return acts, ""
}

// hasPrototype reports whether a handler may have the parameters of t.
func (c *Checker) hasPrototype(g *ir.Global, t *types.Type) bool {
	for i := range g.T.Fn.Protos {
		if sameProto(g.T.Fn.Protos[i].Params, t.Fn.Params) {
			return true
		}
	}
	return false
}

// silently resolves a type without reporting its mistakes; nil when it has any.
func (c *Checker) silently(f func() *types.Type) *types.Type {
	s := c.snapshot()
	host, item := c.host, c.item
	c.host, c.item = mute{host}, 0
	missing := maps.Clone(c.missing)
	defer func() { c.missing = missing }()
	t := f()
	failed := c.item > 0
	c.host, c.item = host, item
	if failed || t == nil || t.IsError() {
		c.undo(s)
		return nil
	}
	return t
}

// mute is a host without a voice.
type mute struct{ Host }

// Report drops d.
func (mute) Report(diag.Diagnostic) {}

// newMembers is d without the members that the enum has already.
func (c *Checker) newMembers(d *ast.RedefEnum) *ast.RedefEnum {
	g := c.quietly(d.Name.Name)
	if g == nil || g.T == nil || g.T.Tag != types.Enum {
		return d
	}
	cp := *d
	cp.Members = slices.DeleteFunc(slices.Clone(d.Members), func(m ast.EnumMember) bool {
		_, has := g.T.Enum.ValueOf(qualify(c.module, m.Name.Name))
		return has
	})
	return &cp
}

// newFields is d without the fields that the record has already.
func (c *Checker) newFields(d *ast.RedefRecord) *ast.RedefRecord {
	g := c.quietly(d.Name.Name)
	if g == nil || g.T == nil || g.T.Tag != types.Record {
		return d
	}
	cp := *d
	cp.Fields = slices.DeleteFunc(slices.Clone(d.Fields), func(f ast.FieldDecl) bool { return g.T.Rec.Lookup(f.Name.Name) >= 0 })
	return &cp
}
