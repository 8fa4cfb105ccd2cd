package check

import (
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// decl checks a top-level item.
func (c *Checker) decl(d ast.Decl) []ir.Action {
	switch d := d.(type) {
	case *ast.Module:
		c.module = d.Name.Name
		if !c.modules[c.module] {
			c.modules[c.module] = true
			c.opened = append(c.opened, c.module)
		}
		return nil
	case *ast.ExportBegin:
		c.export, c.exportErr = true, false
		return nil
	case *ast.ExportEnd:
		c.export = false
		return nil
	case *ast.Var:
		if d.Kind == ast.Redef {
			return c.redefVar(d)
		}
		return c.varDecl(d)
	case *ast.TypeDecl:
		c.inType = true
		return c.typeDecl(d)
	case *ast.RedefEnum:
		return c.redefEnum(d)
	case *ast.RedefRecord:
		c.inType = true
		return c.redefRecord(d)
	case *ast.RedefField:
		return c.redefField(d)
	case *ast.FuncDecl:
		return c.funcDecl(d)
	case *ast.StmtDecl:
		return c.topStmt(d)
	}
	panic("check: unknown declaration node")
}

// initFunc checks an expression in a frame of its own and returns both.
func (c *Checker) initFunc(e ast.Expr) (*function, ir.Expr) {
	f := c.begin(&ir.Func{Name: "init", At: e.Span()}, nil)
	v := c.rhs(e)
	c.end(f)
	return f, v
}

var varKinds = [...]ir.GlobalKind{ast.Global: ir.KindVar, ast.Const: ir.KindConst, ast.Option: ir.KindOption}

// varDecl checks global, const and option.
func (c *Checker) varDecl(d *ast.Var) []ir.Action {
	if d.Name.Name == "_" && d.Kind == ast.Option && c.d.BlankIdentifier {
		c.errName(diag.BlankName, qualify(c.module, "_"), d.Name.Span(), diag.Span{}, "blank identifier used as option")
		return nil
	}
	kind := varKinds[d.Kind]
	c.broken = ""
	g := c.defID(d.Name, kind)
	c.noteGlobal(g, d.Name.Span(), true)
	info := c.info[g]
	var t *types.Type
	if d.Type != nil {
		t = c.typ(d.Type)
	}
	var f *function
	var init ir.Expr
	if d.Init != nil {
		c.owner = g
		f, init = c.initFunc(d.Init)
		c.owner = nil
	}
	c.cur = d.Span()
	if init != nil && d.Op == ast.OpNone {
		c.errExpr(diag.Initializer, init, "Initialization not preceded by =/+=/-= is not allowed.")
	}
	if info.typed {
		return c.redeclared(g, d, t, init)
	}
	g.Doc = d.Doc
	if init != nil && isErr(init) {
		c.badRecord(init, d.Type != nil)
	}
	if t == nil {
		switch {
		case init == nil:
			c.errName(diag.NoType, g.Name, g.At, diag.Span{}, "no type given")
			t = types.ErrorT
		case isErr(init):
			t = types.ErrorT
		default:
			if t = c.initType(init); t == nil {
				t = types.ErrorT
			}
		}
	}
	if t.Tag == types.Void {
		c.errExpr(diag.VoidValue, init, "can't assign void value")
		t = types.ErrorT
	}
	g.Kind = kind
	if t.Tag == types.Func && init == nil && d.Kind == ast.Global {
		g.Kind = ir.KindFunc
		info.declared = true
	}
	c.setType(g, t)
	g.Attrs = c.attrs(d.Attrs, attrContext{t: t, global: true, at: d.Span(), name: g.Name})
	c.takeAttrs(g)
	if t.Tag == types.Func && d.Kind == ast.Global && t.Fn.Flavor != types.FlavorFunction {
		g.Kind = ir.KindFunc
	}
	if isBadInit(init) || t.IsError() {
		g.T = types.ErrorT
		if !t.IsError() {
			g.T = t
		}
		return nil
	}
	switch {
	case d.Kind == ast.Const && init == nil && !g.Redef:
		c.errName(diag.Uninitialized, g.Name, g.At, diag.Span{}, "const variable must be initialized")
	case d.Kind == ast.Option && init == nil && t.Tag != types.Table && t.Tag != types.Vector:
		c.errName(diag.Uninitialized, g.Name, g.At, diag.Span{}, "option variable must be initialized")
	}
	if d.Kind == ast.Option {
		g.Redef = true
	}
	def := &ir.Define{Sym: g, Op: ast.OpAssign, At: d.Span()}
	if init != nil {
		if d.Op == ast.OpRemove {
			return []ir.Action{def} // there is nothing to take away
		}
		v := c.initValue(g, init, d.Op)
		if v == nil {
			return nil
		}
		def.Init = c.valueFunc(f, v)
		info.hasVal = true
	}
	return []ir.Action{def}
}

func isBadInit(e ir.Expr) bool { return e != nil && isErr(e) }

// initValue converts an initialiser to its variable's type. The variable counts as writable here.
func (c *Checker) initValue(g *ir.Global, init ir.Expr, op ast.Op) ir.Expr {
	ref := &ir.GlobalRef{X: x(g.T, g.At), Sym: g}
	c.lastElement(init)
	if le, ok := init.(*ir.ListExpr); ok && len(le.Elems) == 0 && g.T.IsAggregate() {
		return c.emptyOf(g, le.At)
	}
	if ct, ok := init.(*ir.TableCtor); ok {
		if len(ct.Attrs) == 0 {
			ct.Attrs = g.Attrs
		} else {
			for _, a := range ct.Attrs {
				if !g.Attrs.Has(a.Kind) && (g.T.Unspecified || c.attrFits(&a, attrContext{t: g.T, at: a.At, global: true}, g.Attrs)) {
					g.Attrs = append(g.Attrs, a)
				}
			}
			c.takeAttrs(g)
		}
	}
	if c.d.InitByElement && !c.initElements(g.T, init) {
		return nil
	}
	whole := &ir.Assign{X: x(g.T, init.Span()), L: ref, R: init}
	v := c.storable(whole, g.T, init, g.Attrs)
	if v == nil {
		c.badRecord(init, false)
	}
	return v
}

// badRecord adds what 2.6 says when a record that could not be converted is an initialiser. again tells that it would be
// converted once more, to the type of the declaration.
func (c *Checker) badRecord(init ir.Expr, again bool) {
	if c.broken == "" || !c.d.InitByElement {
		return
	}
	text := c.broken
	if again {
		text = "(coerce " + text + " to error)"
	}
	c.cascade(diag.RecordType, init.Span(), "bad record initializer ("+text+")")
}

// initElements tells the mismatches of a constructor's elements in the words of 2.6. It reports false after a message.
func (c *Checker) initElements(t *types.Type, init ir.Expr) bool {
	switch v := init.(type) {
	case *ir.VectorCtor:
		if t.Tag != types.Vector || types.Same(t, v.T) {
			return true
		}
		for i, e := range v.Elems {
			if c.promote(e, t.Elem) == nil {
				c.cascade(diag.AssignType, v.At, "initialization type mismatch at index "+sprintf("%d", []any{i})+" ("+ir.Describe(v)+" and "+ir.Describe(e)+")")
				return false
			}
		}
	case *ir.TableCtor:
		if t.Tag != types.Table || t.IsSet() != v.T.IsSet() || types.Same(t, v.T) || len(t.Keys) != 1 {
			return true
		}
		for _, en := range v.Entries {
			if len(en.Keys) != 1 {
				return true
			}
			k := en.Keys[0]
			if t.IsSet() {
				if c.promote(k, t.Keys[0]) == nil {
					c.cascade(diag.AssignType, v.At, "initialization type mismatch in set ("+ir.Describe(v)+" and "+ir.Describe(k)+")")
					return false
				}
				continue
			}
			if kt := k.Type(); !types.Same(kt, t.Keys[0]) && !types.BothArithmetic(kt, t.Keys[0]) {
				entry := ir.Describe(k) + " = " + ir.Describe(en.Val)
				c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.ConstructorType, At: typeAt(t),
					Msg: "index type doesn't match table (" + ir.Describe(k) + " and " + types.NewList(t.Keys...).String() + ")"})
				c.cascade(diag.AssignType, v.At, "type clash in table assignment ("+entry+")")
				return false
			}
		}
	}
	return true
}

// lastElement makes the last element of a braced initialiser the place of messages about the whole, as the reference has it.
func (c *Checker) lastElement(init ir.Expr) {
	if le, ok := init.(*ir.ListExpr); ok && len(le.Elems) > 0 {
		c.cur = le.Elems[len(le.Elems)-1].Span()
	}
}

func (c *Checker) emptyOf(g *ir.Global, at diag.Span) ir.Expr {
	switch g.T.Tag {
	case types.Table:
		return &ir.TableCtor{X: x(g.T, at), Attrs: g.Attrs, Brace: true}
	case types.Vector:
		return &ir.VectorCtor{X: x(g.T, at), Brace: true}
	}
	return &ir.RecordCtor{X: x(g.T, at)}
}

// redeclared handles a second declaration of a global: an alternate prototype or a mistake.
func (c *Checker) redeclared(g *ir.Global, d *ast.Var, t *types.Type, init ir.Expr) []ir.Action {
	if g.T.IsError() {
		return nil
	}
	var and diag.Span
	if init != nil {
		and = init.Span()
	}
	if g.T.Tag == types.Func && init == nil && t != nil && g.Kind != ir.KindType {
		if t.IsError() {
			return nil
		}
		if g.Kind == ir.KindBuiltin && types.Same(g.T, t) {
			return nil // the scripts that come with the reference declare builtins
		}
		if at := g.T.Fn.Protos[0].At; at.IsZero() && types.Same(g.T, t) {
			// The predeclared init events.
			g.At = d.Name.Span()
			g.T.Fn.Params = t.Fn.Params
			g.T.Fn.Protos[0] = t.Fn.Protos[0]
			return nil
		}
		c.addPrototype(g, t, d)
		return nil
	}
	if g.Redef && d.Kind != ast.Redef {
		at := and
		if at.IsZero() && t != nil {
			at = typeAt(t)
		}
		c.warnName(diag.AlreadyDefined, g.Name, g.At, at, "redefinition requires \"redef\"")
	}
	c.errName(diag.AlreadyDefined, g.Name, g.At, and, "already defined")
	return nil
}

// redefVar checks `redef x …`.
func (c *Checker) redefVar(d *ast.Var) []ir.Action {
	c.checkGlobalPrefix(d.Name)
	c.cur = d.Name.Span()
	g := c.lookupGlobal(d.Name.Name, false)
	c.noteGlobal(g, d.Name.Span(), false)
	if g != nil && g.Kind == ir.KindType {
		tag := g.T.Tag
		if tag == types.Record || tag == types.Enum {
			c.err(diag.Redef, d.Name.Span(), "redef of %s type %s is missing %s keyword, at or near \"%s\"", tag, g.Name, tag, nearText(d))
		} else {
			c.err(diag.Redef, d.Name.Span(), "can not redef %s type %s, at or near \"%s\"", tag, g.Name, nearText(d))
		}
		return nil
	}
	if a, ok := d.Init.(*ast.Assign); ok && d.Op == ast.OpNone && c.d.InitByElement {
		// 2.6 takes `redef t[k] = v` for `redef t += { [k] = v }`.
		cp := *d
		cp.Op, cp.Init = ast.OpAddTo, &ast.Brace{At: a.At, Elems: []ast.Expr{a}}
		d = &cp
	}
	var f *function
	var init ir.Expr
	if d.Init != nil {
		f, init = c.initFunc(d.Init)
	}
	c.cur = d.Span()
	if g == nil || !c.info[g].typed {
		hint := ""
		if near := c.nearest(d.Name.Name); near != "" {
			hint = "did you mean `" + near + "`?"
		}
		name := qualify(c.module, d.Name.Name)
		c.errHint(diag.Redef, d.Name.Span(), hint, "\"redef\" used but not previously defined (%s)%s", name, c.gone(d.Name.Name))
		return nil
	}
	if g.T.IsError() || isBadInit(init) {
		return nil
	}
	at := diag.Span{}
	if init != nil {
		at = init.Span()
	}
	if !g.Redef {
		if init != nil || len(d.Attrs) == 0 {
			c.errName(diag.Redef, g.Name, g.At, at, "cannot redefine a variable not marked with &redef")
			return nil
		}
	}
	if d.Type != nil {
		t := c.typ(d.Type)
		if t.IsError() {
			return nil
		}
		if !types.Same(t, g.T) {
			c.errName(diag.Redef, g.Name, g.At, at, "redefinition changes type")
			return nil
		}
	}
	if len(d.Attrs) > 0 {
		more := c.attrs(d.Attrs, attrContext{t: g.T, global: true, at: d.Span(), have: g.Attrs, name: g.Name})
		g.Attrs = mergeAttrs(g.Attrs, more)
		c.takeAttrs(g)
	}
	if init == nil {
		return []ir.Action{&ir.RedefVar{Sym: g, Op: ast.OpNone, At: d.Span()}}
	}
	out := &ir.RedefVar{Sym: g, Op: d.Op, At: d.Span()}
	var v ir.Expr
	switch d.Op {
	case ast.OpNone:
		c.errExpr(diag.Initializer, init, "Initialization not preceded by =/+=/-= is not allowed.")
		return nil
	case ast.OpAssign:
		v = c.initValue(g, init, d.Op)
	default:
		ref := &ir.GlobalRef{X: x(g.T, g.At), Sym: g}
		if d.Op == ast.OpAddTo && g.Attrs.Has(types.AttrAddFunc) || d.Op == ast.OpRemove && g.Attrs.Has(types.AttrDelFunc) {
			if !c.info[g].hasVal && !g.T.IsAggregate() {
				c.errName(diag.Initializer, g.Name, g.At, diag.Span{}, d.Op.String()+" initializer applied to ID without value")
				return nil
			}
			v = init
			break
		}
		if le, ok := init.(*ir.ListExpr); ok && len(le.Elems) == 0 && g.T.IsAggregate() {
			v = c.emptyOf(g, le.At)
			break
		}
		c.lastElement(init)
		up := c.update(ref, init, d.Op, d.Span(), true)
		oa, ok := up.(*ir.OpAssign)
		if !ok {
			return nil
		}
		v = oa.R
		if oa.Elem {
			// One element to append: a vector of it.
			v = &ir.VectorCtor{X: x(g.T, init.Span()), Elems: []ir.Expr{oa.R}}
		}
	}
	if v == nil {
		return nil
	}
	c.info[g].hasVal = true
	out.Init = c.valueFunc(f, v)
	return []ir.Action{out}
}

// nearText is the token behind a redef's name, which syntax errors there name.
func nearText(d *ast.Var) string {
	s := d.Name.Span()
	if s.File == nil {
		return d.Name.Name
	}
	rest := ""
	if line := s.File.Line(int(s.Line)); int(s.EndCol) <= len(line)+1 && s.EndCol > 0 {
		rest = strings.TrimSpace(line[s.EndCol-1:])
	}
	for _, op := range []string{"+=", "-="} {
		if strings.HasPrefix(rest, op) {
			return op
		}
	}
	if rest == "" {
		return d.Name.Name
	}
	return rest[:1]
}

// typeDecl checks `type Name: T`.
func (c *Checker) typeDecl(d *ast.TypeDecl) []ir.Action {
	g := c.defID(d.Name, ir.KindType)
	c.noteGlobal(g, d.Name.Span(), true)
	info := c.info[g]
	defined := info.typed && g.T != nil && !g.T.IsError()
	if !info.typed {
		// Known from here on, so that records may hold tables of themselves.
		info.typed = true
		g.T = types.ErrorT
		g.Kind = ir.KindType
	}
	g.Doc = d.Doc
	var t *types.Type
	if en, ok := d.Type.(*ast.EnumType); ok {
		t = &types.Type{Tag: types.Enum, Enum: &types.EnumInfo{}, At: d.Type.Span(), Name: g.Name}
		c.enumMembers(t, en.Members, false)
	} else {
		var rec *types.Type
		if rt, ok := d.Type.(*ast.RecordType); ok && !defined {
			rec = types.NewRecord()
			rec.Name, rec.At = g.Name, recordSpan(rt)
			g.T = rec
			c.fields(rec.Rec, rt.Fields, rt.Span(), true)
			t = rec
		} else {
			t = c.typ(d.Type)
		}
	}
	if defined {
		if g.Kind != ir.KindType || g.Slot >= 0 {
			c.errName(diag.AlreadyDefined, g.Name, g.At, d.Name.Span(), "already defined")
			return nil
		}
		if types.Same(g.T, t) && t.Tag != types.Record {
			return nil
		}
	}
	if t.IsError() {
		c.cascade(diag.UnknownName, d.Span(), "Error trying to create alias to nonexistent type")
		return nil
	}
	if _, base := c.reservation(g.Name); base && defined && c.limit == 0 {
		g = c.anew(g)
		g.At = d.Name.Span()
	}
	if t.Name != g.Name {
		cp := *t
		cp.Name, cp.AliasOf = g.Name, t.Name
		if cp.At.Line == 0 {
			cp.At = d.Type.Span()
		}
		t = &cp
	}
	g.T = t
	t.Attrs = c.attrs(d.Attrs, attrContext{t: t, at: d.Span()})
	g.Attrs = t.Attrs
	c.takeAttrs(g)
	if t.Tag == types.Record && t.Attrs.Has(types.AttrLog) {
		for _, f := range t.Rec.Fields {
			c.addLog(f)
		}
	}
	return nil
}

func (c *Checker) addLog(f *types.Field) {
	if f.Attrs.Has(types.AttrLog) {
		return
	}
	if !f.Type.Loggable() {
		c.err(diag.Attribute, f.At, "&log applied to a type that cannot be logged (&log)")
		return
	}
	f.Attrs = append(f.Attrs, types.Attr{Kind: types.AttrLog, At: f.At})
}

func (c *Checker) redefEnum(d *ast.RedefEnum) []ir.Action {
	c.cur = d.Name.Span()
	g := c.lookupGlobal(d.Name.Name, false)
	c.noteGlobal(g, d.Name.Span(), false)
	switch {
	case g == nil || g.T == nil:
		c.fatal(diag.UnknownName, d.Name.Span(), "unknown enum identifier \"%s\"", d.Name.Name)
		return nil
	case g.T.IsError():
		return nil
	case g.Kind != ir.KindType || g.T.Tag != types.Enum:
		c.fatal(diag.Redef, d.Name.Span(), "identifier \"%s\" is not an enum", d.Name.Name)
		return nil
	}
	c.enumMembers(g.T, d.Members, true)
	return []ir.Action{&ir.GrowEnum{T: g.T}}
}

func (c *Checker) redefRecord(d *ast.RedefRecord) []ir.Action {
	c.cur = d.Name.Span()
	g := c.lookupGlobal(d.Name.Name, false)
	c.noteGlobal(g, d.Name.Span(), false)
	if g == nil || g.T == nil {
		hint := ""
		if near := c.nearest(d.Name.Name); near != "" {
			hint = "did you mean `" + near + "`?"
		}
		c.errHint(diag.UnknownName, d.Name.Span(), hint, "unknown identifier (%s)", qualify(c.module, d.Name.Name))
		return nil
	}
	if g.T.IsError() {
		return nil
	}
	if g.Kind != ir.KindType || g.T.Tag != types.Record {
		c.errName(diag.Redef, g.Name, g.At, d.Name.Span(), "failed to redef record: no types found in alias map")
		return nil
	}
	log := false
	for _, a := range d.Attrs {
		log = log || a.Name == "log"
	}
	for _, fd := range d.Fields {
		f := c.field(fd)
		f.Redef = true
		if g.T.Rec.Lookup(f.Name) >= 0 {
			c.err(diag.DuplicateField, fd.Span(), "duplicate field '%s' found in record definition", f.Name)
			continue
		}
		if !f.Attrs.Has(types.AttrDefault) && !f.Attrs.Has(types.AttrOptional) {
			if !f.Type.IsError() {
				c.errName(diag.Redef, g.Name, g.At, diag.Span{}, "extension field must be &optional or have &default")
			}
			continue
		}
		if log {
			c.addLog(f)
		}
		g.T.Rec.Append(f)
	}
	return []ir.Action{&ir.GrowRecord{T: g.T}}
}

func (c *Checker) redefField(d *ast.RedefField) []ir.Action {
	c.cur = d.Name.Span()
	at := d.Span()
	g := c.lookupGlobal(d.Name.Name, false)
	c.noteGlobal(g, d.Name.Span(), false)
	switch {
	case g == nil || g.T == nil:
		c.fatal(diag.UnknownName, at, "unknown record identifier \"%s\"", d.Name.Name)
		return nil
	case g.T.IsError():
		return nil
	case g.T.Tag != types.Record:
		c.fatal(diag.Redef, at, "identifier \"%s\" has type \"%s\", expected \"record\"", g.Name, g.T.Tag)
		return nil
	}
	i := g.T.Rec.Lookup(d.Field.Name)
	if i < 0 {
		c.fatal(diag.UnknownField, at, "field \"%s\" not in record \"%s\"", d.Field.Name, g.Name)
		return nil
	}
	f := g.T.Rec.Fields[i]
	c.noteField(f, d.Field.Span(), false)
	for _, a := range d.Attrs {
		if a.Name != "log" {
			c.fatal(diag.Redef, at, "Can only redef \"&log\" attributes of record fields")
			return nil
		}
		if d.Op == ast.OpAddTo {
			c.addLog(f)
			continue
		}
		var rest types.Attrs
		for _, x := range f.Attrs {
			if x.Kind != types.AttrLog {
				rest = append(rest, x)
			}
		}
		f.Attrs = rest
	}
	return nil
}

// topStmt checks a statement outside of any function. A local there lives as long as the program: it becomes a global.
func (c *Checker) topStmt(d *ast.StmtDecl) []ir.Action {
	fn := &ir.Func{Name: "top-level", At: d.Span()}
	fn.T = newFunc(types.FlavorFunction, &types.RecordInfo{}, nil, d.Span())
	if l, ok := d.S.(*ast.Local); ok {
		kind := ast.Global
		if l.Const {
			kind = ast.Const
		}
		export := c.export
		c.export = false
		acts := c.varDecl(&ast.Var{At: l.At, Kind: kind, Name: l.Name, Type: l.Type, Op: l.Op, Init: l.Init, Attrs: l.Attrs})
		c.export = export
		return c.deferInit(acts, fn)
	}
	f := c.begin(fn, nil)
	s := c.stmt(d.S)
	fn.Body = withInits(f, s)
	c.end(f)
	return []ir.Action{&ir.RunStmt{Fn: fn}}
}

// deferInit moves the value of a top-level local to a statement, since it is computed when the statements run.
func (c *Checker) deferInit(acts []ir.Action, fn *ir.Func) []ir.Action {
	if len(acts) != 1 {
		return acts
	}
	def := acts[0].(*ir.Define)
	if def.Init == nil {
		return acts
	}
	ret := def.Init.Body.(*ir.Return)
	fn.NSlots = def.Init.NSlots
	fn.Module = def.Init.Module
	set := &ir.Assign{X: x(def.Sym.T, def.At), L: &ir.GlobalRef{X: x(def.Sym.T, def.At), Sym: def.Sym}, R: ret.X}
	fn.Body = &ir.ExprStmt{S: ir.S{At: def.At}, X: set}
	def.Init = nil
	return []ir.Action{def, &ir.RunStmt{Fn: fn}}
}
