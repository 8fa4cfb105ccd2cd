package check

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// funcDecl checks a body of a function, event or hook.
func (c *Checker) funcDecl(d *ast.FuncDecl) []ir.Action {
	flavor := types.Flavor(d.Type.Flavor)
	var g *ir.Global
	if flavor == types.FlavorEvent {
		g = c.eventID(d.Name)
	} else {
		g = c.defID(d.Name, ir.KindFunc)
	}
	c.noteGlobal(g, d.Name.Span(), true)
	info := c.info[g]
	if info.typed && flavor != types.FlavorFunction {
		c.deprecated(g, d.Name.Span())
	}
	ft := d.Type
	ft.Pos = signatureSpan(d)
	if flavor == types.FlavorEvent && ft.Result != nil {
		c.errName(diag.Prototype, g.Name, g.At, ft.Span(), "event cannot yield a value")
		ft.Result = nil
	}
	t := c.funcType(&ft)
	if info.typed && g.T.IsError() {
		return nil
	}
	argIdx, ok := c.acceptBody(g, d, t)
	if !ok {
		return nil
	}
	if d.Doc != "" && g.Doc == "" {
		g.Doc = d.Doc
	}
	c.owner = g
	fn := &ir.Func{Name: g.Name, T: t, At: d.Span(), Syntax: d.Body, ArgIdx: argIdx}
	f := c.begin(fn, nil)
	f.top = false
	f.flavor, f.result = flavor, t.Fn.Result
	c.bodyAttrs(fn, d, g)
	if flavor != types.FlavorFunction && info.declared {
		for i, p := range t.Fn.Params.Fields {
			if p.Attrs.Has(types.AttrDefault) {
				c.warn(diag.Prototype, d.Type.Params[i].Span(), "&default on parameter '%s' has no effect (not a %s declaration)", p.Name, flavor)
			}
		}
	}
	c.params(f, t.Fn.Params, g)
	if d.Body == nil {
		fn.Later = c.bodyLater(f, c.parseBody)
	} else {
		c.tellBody(g, fn)
		fn.Body = c.body(f, d.Body)
		c.underway.body = nil
	}
	c.end(f)
	info.hasVal = true
	if flavor == types.FlavorFunction && !g.Redef {
		info.sealed = true
	}
	g.Bodies = append(g.Bodies, fn)
	if c.item > 0 {
		return nil
	}
	return []ir.Action{&ir.AddBody{Sym: g, Body: fn, Replace: d.Redef || flavor == types.FlavorFunction}}
}

// signatureSpan is the place of a declaration's signature, by which messages name its type.
func signatureSpan(d *ast.FuncDecl) diag.Span {
	if s := d.Type.Span(); !s.IsZero() {
		return s
	}
	return d.Name.Span()
}

// acceptBody fits a body's signature to what is known of the name: it declares the name, or finds the prototype that the body
// follows. The result tells which canonical argument each parameter takes, nil when they are the same.
func (c *Checker) acceptBody(g *ir.Global, d *ast.FuncDecl, t *types.Type) ([]int, bool) {
	info := c.info[g]
	at := t.At
	if o := dialect.FindOld(g.Name); o != nil && o.Kind == dialect.OldEvent && c.d.OldCommFatal {
		c.report(diag.Diagnostic{Severity: diag.Warning, Code: diag.Deprecated, At: d.Name.Span(), Msg: g.Name + " is never raised: " + o.Instead})
	}
	if !info.typed {
		if d.Redef {
			c.errName(diag.Redef, g.Name, g.At, diag.Span{}, "redef of not-previously-declared value")
		}
		g.Kind = ir.KindFunc
		c.setType(g, t)
		return nil, true
	}
	if g.Kind == ir.KindType || g.T.Tag != types.Func {
		c.errName(diag.Prototype, g.Name, g.At, at, "Function clash with previous definition with incompatible type")
		c.fatal(diag.Prototype, diag.Span{}, "invalid definition of '%s' (see previous errors)", g.Name)
		return nil, false
	}
	if t.Fn.Flavor == types.FlavorFunction {
		if info.hasVal && !g.Redef {
			c.errName(diag.AlreadyDefined, g.Name, g.At, at, "already defined")
			return nil, false
		}
	} else {
		g.Kind = ir.KindFunc
	}
	fn := g.T.Fn
	if fn.Flavor != t.Fn.Flavor {
		c.errTypes(diag.Prototype, t, g.T, "incompatible function flavor")
		return nil, false
	}
	if fn.Flavor == types.FlavorFunction {
		if !types.Same(g.T, t) {
			c.errTypes(diag.Prototype, t, g.T, "incompatible function types")
			return nil, false
		}
		for i, p := range t.Fn.Params.Fields {
			q := fn.Params.Fields[i]
			if def := q.Attrs.Find(types.AttrDefault); def != nil && !p.Attrs.Has(types.AttrDefault) {
				p.Attrs = append(p.Attrs, *def)
			}
		}
		// Callers see the body's signature from here on.
		g.T = t
		return nil, true
	}
	return c.matchPrototype(g, t)
}

// matchPrototype finds the prototype of an event or hook that a body's parameters follow.
func (c *Checker) matchPrototype(g *ir.Global, t *types.Type) ([]int, bool) {
	fn := g.T.Fn
	for i := range fn.Protos {
		p := &fn.Protos[i]
		if !sameProto(p.Params, t.Fn.Params) {
			continue
		}
		if p.Deprecated != nil {
			msg := ""
			if *p.Deprecated != "" {
				msg = ": " + *p.Deprecated
			}
			c.report(diag.Diagnostic{Severity: diag.Warning, Code: diag.Prototype, At: t.At, And: p.At, Msg: "use of deprecated '" + g.Name + "' prototype" + msg +
				" (" + ir.DescribeType(t, false) + ")"})
		}
		for j, f := range p.Params.Fields {
			if a := f.Attrs.Find(types.AttrDeprecated); a != nil {
				msg := ""
				if k, ok := a.X.(*ir.Const); ok && k.S != "" {
					msg = ": " + k.S
				}
				c.report(diag.Diagnostic{Severity: diag.Warning, Code: diag.Prototype, At: t.At, And: g.T.At, Msg: "use of deprecated parameter '" +
					p.Params.Fields[j].Name + "'" + msg + " (" + ir.DescribeType(t, false) + ")"})
			}
		}
		if i == 0 && len(p.Offsets) == len(fn.Params.Fields) {
			return nil, true
		}
		return p.Offsets, true
	}
	if len(fn.Params.Fields) == len(t.Fn.Params.Fields) {
		same := true
		for i, f := range fn.Params.Fields {
			same = same && types.Same(f.Type, t.Fn.Params.Fields[i].Type)
		}
		if same {
			return nil, true
		}
	}
	msg := "use of undeclared alternate prototype"
	if !c.d.AlternatePrototypes {
		c.errTypes(diag.Prototype, t, g.T, "incompatible types")
		return nil, false
	}
	c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.Prototype, At: t.At, And: g.At, Msg: msg + " (" + ir.DescribeType(t, false) + " and " + g.Name + ")"})
	return nil, false
}

func sameProto(a, b *types.RecordInfo) bool {
	if len(a.Fields) != len(b.Fields) {
		return false
	}
	for i, f := range a.Fields {
		if f.Name != b.Fields[i].Name || !types.Same(f.Type, b.Fields[i].Type) {
			return false
		}
	}
	return true
}

// addPrototype adds an alternate prototype: a subset of the canonical parameters, by name.
func (c *Checker) addPrototype(g *ir.Global, t *types.Type, d *ast.Var) {
	if t.Tag != types.Func {
		c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.Prototype, At: typeAt(t), And: g.At, Msg: "type incompatible with previous definition (" +
			t.String() + " and " + g.Name + ")"})
		return
	}
	fn, alt := g.T.Fn, t.Fn
	switch {
	case fn.Flavor != alt.Flavor:
		c.errTypes(diag.Prototype, t, g.T, "incompatible function flavor")
		return
	case fn.Flavor == types.FlavorFunction:
		c.errTypes(diag.AlreadyDefined, t, g.T, "redeclaration of function")
		return
	}
	for i := range fn.Protos {
		if sameProto(fn.Protos[i].Params, alt.Params) {
			c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.AlreadyDefined, At: t.At, And: fn.Protos[i].At, Msg: "alternate function prototype already exists (" +
				ir.DescribeType(t, false) + ")"})
			return
		}
	}
	p := types.Proto{Params: alt.Params, At: t.At}
	for _, f := range alt.Params.Fields {
		if len(f.Attrs) > 0 {
			c.errTypes(diag.Prototype, t, g.T, "alternate function prototype arguments may not have attributes: arg '"+f.Name+"'")
			return
		}
		o := fn.Params.Lookup(f.Name)
		if o < 0 {
			c.errTypes(diag.Prototype, t, g.T, "alternate function prototype arg '"+f.Name+"' not found in canonical prototype")
			return
		}
		p.Offsets = append(p.Offsets, o)
	}
	for _, a := range d.Attrs {
		if a.Name == "deprecated" {
			p.Deprecated = c.deprecation(a)
		}
	}
	fn.Protos = append(fn.Protos, p)
}

// params makes the locals of a function's parameters.
func (c *Checker) params(f *function, r *types.RecordInfo, g *ir.Global) {
	for _, p := range r.Fields {
		if l, _ := f.find(p.Name); l != nil {
			c.errName(diag.AlreadyDefined, p.Name, l.At, diag.Span{}, "argument name used twice")
		}
		l := c.local(p.Name, p.Type, p.At)
		f.flow.assign(l)
		f.ir.Params = append(f.ir.Params, l)
	}
}

// bodyAttrs takes &priority, &group and &deprecated of a body.
func (c *Checker) bodyAttrs(fn *ir.Func, d *ast.FuncDecl, g *ir.Global) {
	for _, a := range d.Attrs {
		kind, ok := types.AttrByName(a.Name)
		if !ok {
			c.err(diag.Attribute, a.Span(), "unknown attribute &%s", a.Name)
			continue
		}
		switch kind {
		case types.AttrPriority:
			if n, _, ok := c.constant(a, kind); ok {
				fn.Priority = int64(n)
			}
		case types.AttrGroup:
			if _, s, ok := c.constant(a, kind); ok {
				fn.Groups = append(fn.Groups, s)
			}
		case types.AttrDeprecated:
			g.Deprecated = c.deprecation(a)
		case types.AttrIsUsed, types.AttrNoZAMOpt, types.AttrNoCPPOpt:
			g.Attrs = mergeAttrs(g.Attrs, types.Attrs{{Kind: kind, At: a.Span()}})
		default:
			at := types.Attr{Kind: kind, At: a.Span()}
			if a.X != nil {
				at.X = c.attrExpr(a.X, kind, attrContext{global: true})
			}
			c.err(diag.Attribute, a.Span(), "illegal attribute for function body (%s)", attrsText(types.Attrs{at}))
		}
	}
}

// constant evaluates the expression of a body's &priority or &group, which must be known when the script is loaded.
func (c *Checker) constant(a ast.Attr, kind types.AttrKind) (n uint64, s string, ok bool) {
	if a.X == nil {
		c.err(diag.AttributeValue, c.cur, "%s needs a value", kind)
		return 0, "", false
	}
	cur := c.fn
	f, v := c.initFunc(a.X)
	c.fn = cur
	if isErr(v) {
		return 0, "", false
	}
	mistake := func(msg string) {
		c.err(diag.AttributeValue, a.Span(), "%s (%s)", msg, attrsText(types.Attrs{{Kind: kind, At: a.Span(), X: v}}))
	}
	tag := v.Type().Tag
	switch {
	case kind == types.AttrGroup && tag != types.String:
		mistake("expression is not of string type")
		return 0, "", false
	case kind == types.AttrPriority && tag != types.Int && tag != types.Count:
		mistake("expression is not of integral type")
		return 0, "", false
	}
	if k, isConst := v.(*ir.Const); isConst {
		return k.N, k.S, true
	}
	if n, s, ok = c.host.Eval(c.valueFunc(f, v)); !ok {
		mistake("cannot evaluate attribute expression")
	}
	return n, s, ok
}
