package check

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// attrContext says what attributes belong to.
type attrContext struct {
	t        *types.Type
	inRecord bool
	global   bool
	at       diag.Span
	have     types.Attrs // those that the thing has already (redef)
	name     string
}

// attrs checks attributes against the type of what carries them.
func (c *Checker) attrs(in []ast.Attr, ctx attrContext) types.Attrs {
	if len(in) == 0 {
		return nil
	}
	var out types.Attrs
	for i := range in {
		a := &in[i]
		kind, ok := types.AttrByName(a.Name)
		if !ok {
			c.err(diag.Attribute, a.Span(), "unknown attribute &%s", a.Name)
			continue
		}
		at := types.Attr{Kind: kind, At: a.Span()}
		c.oldAttr(kind, a.Span())
		if a.X != nil {
			v := c.attrExpr(a.X, kind, ctx)
			if v == nil {
				continue
			}
			at.X = v
		}
		if old := out.Find(kind); old != nil && !repeatable(kind, old, &at) {
			c.err(diag.Attribute, a.Span(), "Duplicate %s attribute is ambiguous", kind)
			continue
		}
		if ctx.t.IsError() || c.attrFits(&at, ctx, out) {
			out = mergeAttrs(out, types.Attrs{at})
		}
	}
	return out
}

// oldAttr warns of the attributes that went with the communication system before Broker, and of those of old log files.
func (c *Checker) oldAttr(kind types.AttrKind, at diag.Span) {
	o := dialect.FindOld(kind.String())
	if o == nil {
		return
	}
	if o.Fatal {
		c.synchronized++
	}
	c.report(diag.Diagnostic{Severity: diag.Warning, Code: diag.Deprecated, At: at, Hint: o.Instead, Msg: "Use of deprecated attribute: " + kind.String()})
}

// repeatable reports whether an attribute may be given twice.
func repeatable(kind types.AttrKind, old, again *types.Attr) bool {
	switch kind {
	case types.AttrBrokerAllowComplexType, types.AttrErrorHandler, types.AttrIsUsed, types.AttrLog, types.AttrNoCPPOpt, types.AttrNoZAMOpt,
		types.AttrOptional, types.AttrRawOutput, types.AttrRedef:
		return true
	case types.AttrDeprecated:
		return old.X == nil && again.X == nil
	}
	return false
}

// mergeAttrs adds attributes; one of a kind replaces an earlier one.
func mergeAttrs(have, more types.Attrs) types.Attrs {
	out := append(types.Attrs(nil), have...)
	for _, a := range more {
		replaced := false
		for i := range out {
			if out[i].Kind == a.Kind {
				out[i], replaced = a, true
			}
		}
		if !replaced {
			out = append(out, a)
		}
	}
	return out
}

// attrExpr checks the expression of an attribute outside of the frame at hand: it is evaluated later, by itself.
func (c *Checker) attrExpr(e ast.Expr, kind types.AttrKind, ctx attrContext) ir.Expr {
	if !ctx.inRecord && !ctx.global && c.fn != nil {
		v := c.rhs(e)
		if isErr(v) {
			return nil
		}
		return v
	}
	cur := c.fn
	_, v := c.initFunc(e)
	c.fn = cur
	if isErr(v) {
		return nil
	}
	return v
}

// attrFits checks one attribute; have are those before it.
func (c *Checker) attrFits(a *types.Attr, ctx attrContext, have types.Attrs) bool {
	t := ctx.t
	fail := func(msg string) bool {
		c.err(diag.Attribute, a.At, "%s (%s)", msg, attrsText(append(append(types.Attrs(nil), have...), *a)))
		return false
	}
	if a.Kind == types.AttrReadExpire || a.Kind == types.AttrExpireFunc {
		for _, k := range [...]types.AttrKind{types.AttrBrokerStore, types.AttrBackend} {
			if have.Has(k) {
				return fail(k.String() + " and " + a.Kind.String() + " cannot be used simultaneously")
			}
		}
	}
	switch a.Kind {
	case types.AttrOptional:
		if ctx.global && c.d.StrictGlobalAttrs {
			return fail("&optional is not valid for global variables")
		}
		if ctx.inRecord && have.Has(types.AttrDefault) {
			c.defaultAndOptional(ctx.at)
		}
	case types.AttrDefault, types.AttrDefaultInsert:
		if ctx.inRecord && have.Has(types.AttrOptional) {
			c.defaultAndOptional(ctx.at)
		}
		return c.defaultFits(a, ctx, have, fail)
	case types.AttrAddFunc, types.AttrDelFunc:
		return c.changeFuncFits(a, t)
	case types.AttrReadExpire, types.AttrWriteExpire, types.AttrCreateExpire:
		return c.expireFits(a, t, append(append(types.Attrs(nil), ctx.have...), have...), fail)
	case types.AttrExpireFunc:
		return c.expireFuncFits(a, t, have, fail)
	case types.AttrOnChange:
		return c.onChangeFits(a, t, fail)
	case types.AttrBackend, types.AttrBrokerStore:
		return c.storeFits(a, ctx, have, fail)
	case types.AttrBrokerAllowComplexType:
		if t.Tag != types.Table {
			return fail("&broker_allow_complex_type only applicable to sets/tables")
		}
	case types.AttrRawOutput:
		if t.Tag != types.File {
			return fail("&raw_output only applicable to files")
		}
	case types.AttrRotateInterval, types.AttrRotateSize, types.AttrEncrypt:
		if t.Tag != types.File {
			return fail(a.Kind.String() + " only applicable to files")
		}
	case types.AttrMergeable:
		if t.Tag != types.Table {
			return fail("&mergeable only applicable to tables/sets")
		}
	case types.AttrPriority:
		return fail("&priority only applicable to event bodies")
	case types.AttrGroup, types.AttrErrorHandler:
		if t.Tag != types.Func || t.Fn.Flavor != types.FlavorEvent {
			return fail(a.Kind.String() + " only applicable to events")
		}
	case types.AttrLog:
		if !t.Loggable() {
			return fail("&log applied to a type that cannot be logged")
		}
	case types.AttrTypeColumn:
		if t.Tag != types.Port {
			return fail("type_column tag only applicable to ports")
		}
		if x, ok := a.X.(ir.Expr); !ok || x.Type().Tag != types.String {
			return fail("type column needs to have a string argument")
		}
	case types.AttrOrdered:
		if t.Tag != types.Table {
			return fail("&ordered only applicable to tables")
		}
	case types.AttrNoZAMOpt, types.AttrNoCPPOpt:
		if t.Tag != types.Func {
			which := "ZAM"
			if a.Kind == types.AttrNoCPPOpt {
				which = "CPP"
			}
			c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.Attribute, At: a.At, And: typeAt(t), Msg: "&no_" + which +
				"_opt must apply to a function (" + attrsText(append(append(types.Attrs(nil), have...), *a)) + " and " + ir.DescribeType(t, false) + ")"})
			return false
		}
	}
	return true
}

// defaultAndOptional warns of a field that is both: it is never unset.
func (c *Checker) defaultAndOptional(at diag.Span) {
	if c.d.MandatoryFields {
		c.report(diag.Diagnostic{Severity: diag.Warning, Code: diag.Deprecated, At: at,
			Msg: "Remove in v8.1: Using &default and &optional together results in &default behavior"})
	}
}

// attrsText prints attributes as messages about them do.
func attrsText(as types.Attrs) string {
	s := ""
	for i, a := range as {
		if i > 0 {
			s += ", "
		}
		s += a.Kind.String()
		if e, ok := a.X.(ir.Expr); ok {
			s += "=" + ir.Describe(e)
		}
	}
	return s
}

// defaultFits checks and converts the value of &default and &default_insert: of a table's elements outside of records, of
// the field itself inside.
func (c *Checker) defaultFits(a *types.Attr, ctx attrContext, have types.Attrs, fail func(string) bool) bool {
	t, name := ctx.t, a.Kind.String()
	v, ok := a.X.(ir.Expr)
	if !ok {
		return fail(name + " needs a value")
	}
	if a.Kind == types.AttrDefaultInsert && !t.IsTable() {
		return fail("&default_insert only applicable to tables")
	}
	if have.Has(types.AttrDefault) && a.Kind == types.AttrDefaultInsert || have.Has(types.AttrDefaultInsert) && a.Kind == types.AttrDefault {
		return fail("&default and &default_insert cannot be used together")
	}
	if ctx.global && !t.IsTable() {
		if t.IsSet() || c.d.StrictGlobalAttrs {
			return fail(name + " is not valid for global variables except for tables")
		}
	}
	if t.IsTable() && !ctx.inRecord {
		return c.tableDefault(a, v, t, fail)
	}
	if le, ok := v.(*ir.ListExpr); ok && t.IsAggregate() {
		n := c.storeList(le, t, le, nil)
		if n == nil {
			return false
		}
		a.X = n
		return true
	}
	vt := v.Type()
	switch {
	case types.Same(vt, t):
		a.X = c.adapt(v, t)
		return true
	case vt.IsUnspecified() && vt.Tag == t.Tag:
		a.X = c.adoptEmpty(v, t)
		return true
	case t.Tag == types.Record && vt.Tag == types.Record && types.Promotable(t, vt):
		a.X = c.toRecord(v, t)
		return !isErr(a.X.(ir.Expr))
	case t.Tag == types.Table:
		return fail("&default value has inconsistent type")
	}
	p := c.promote(v, t)
	if p == nil {
		c.errPair(diag.AttributeValue, v, t, name+" value has inconsistent type", true)
		return false
	}
	a.X = p
	return true
}

// tableDefault is the default of a table's elements: a value, or a function of the index.
func (c *Checker) tableDefault(a *types.Attr, v ir.Expr, t *types.Type, fail func(string) bool) bool {
	name := a.Kind.String()
	vt, yt := v.Type(), t.Elem
	if t.Unspecified {
		return true
	}
	switch {
	case vt.Tag == types.Func && yt.Tag != types.Func:
		params := vt.Fn.Params.Fields
		fits := len(params) == len(t.Keys) && types.Same(vt.Fn.Result, yt)
		for i := 0; fits && i < len(params); i++ {
			fits = types.Same(params[i].Type, t.Keys[i])
		}
		if !fits {
			return fail(name + " function type clash")
		}
		return true
	case types.Same(vt, yt):
		a.X = c.adapt(v, yt)
		return true
	case yt.Tag == types.Record && vt.Tag == types.Record && types.Promotable(yt, vt):
		a.X = c.toRecord(v, yt)
		return !isErr(a.X.(ir.Expr))
	}
	p := c.promote(v, yt)
	if p == nil {
		c.cascade(diag.AttributeValue, a.At, name+" value has inconsistent type ("+attrsText(types.Attrs{*a})+")")
		return false
	}
	a.X = p
	return true
}

func (c *Checker) changeFuncFits(a *types.Attr, t *types.Type) bool {
	v, ok := a.X.(ir.Expr)
	if !ok {
		return false
	}
	vt := v.Type()
	switch {
	case vt.Tag != types.Func:
		c.errExpr(diag.AttributeValue, v, "%s must be a function", a.Kind)
		return false
	case vt.Fn.Result == nil || !types.Same(vt.Fn.Result, t):
		c.errExpr(diag.AttributeValue, v, "%s function must yield same type as variable", a.Kind)
		return false
	}
	return true
}

func (c *Checker) expireFits(a *types.Attr, t *types.Type, have types.Attrs, fail func(string) bool) bool {
	if t.Tag != types.Table {
		if c.d.ExpireFuncUnrolls {
			return fail("expiration only applicable to sets/tables")
		}
		return fail("expiration only applicable to tables")
	}
	for _, k := range [...]types.AttrKind{types.AttrReadExpire, types.AttrWriteExpire, types.AttrCreateExpire} {
		if k != a.Kind && have.Has(k) {
			return fail("set/table can only have one of &read_expire, &write_expire, &create_expire")
		}
	}
	if v, ok := a.X.(ir.Expr); ok && v.Type().Tag != types.Interval {
		c.errExpr(diag.AttributeValue, v, "expiration interval has wrong type")
		return false
	}
	return true
}

func (c *Checker) expireFuncFits(a *types.Attr, t *types.Type, have types.Attrs, fail func(string) bool) bool {
	if t.Tag != types.Table {
		return fail("expiration only applicable to tables")
	}
	v, ok := a.X.(ir.Expr)
	one := func(msg string) bool {
		c.err(diag.AttributeValue, a.At, "%s (%s)", msg, attrsText(types.Attrs{*a}))
		return false
	}
	if !ok || v.Type().Tag != types.Func || v.Type().Fn.Flavor != types.FlavorFunction {
		return one("&expire_func attribute is not a function")
	}
	fn := v.Type().Fn
	if fn.Result.Tag != types.Interval {
		return one("&expire_func must yield a value of type interval")
	}
	if t.Unspecified {
		return true
	}
	params := fn.Params.Fields
	if len(params) == 2 && (params[1].Type.Tag == types.Any || !c.d.ExpireFuncUnrolls) {
		return true
	}
	if !c.d.ExpireFuncUnrolls {
		return one("&expire_func function must take exactly two arguments")
	}
	fits := len(params) == 1+len(t.Keys) && types.Same(params[0].Type, t)
	for i := 0; fits && i < len(t.Keys); i++ {
		fits = types.Same(params[i+1].Type, t.Keys[i])
	}
	if !fits {
		if len(params) != 1+len(t.Keys) {
			c.report(diag.Diagnostic{Severity: diag.Warning, Code: diag.AttributeValue, At: v.Type().At, Msg: sprintf("Wrong number of arguments for function. Expected %d, got %d. (%s)",
				[]any{1 + len(t.Keys), len(params), ir.DescribeType(v.Type(), false)})})
		}
		return one("&expire_func argument type clash")
	}
	for _, k := range [...]types.AttrKind{types.AttrBrokerStore, types.AttrBackend} {
		if have.Has(k) {
			return fail(k.String() + " and &expire_func cannot be used simultaneously")
		}
	}
	return true
}

func (c *Checker) onChangeFits(a *types.Attr, t *types.Type, fail func(string) bool) bool {
	if t.Tag != types.Table {
		return fail("&on_change only applicable to sets/tables")
	}
	v, ok := a.X.(ir.Expr)
	if !ok || v.Type().Tag != types.Func || v.Type().Fn.Flavor != types.FlavorFunction {
		return fail("&on_change attribute is not a function")
	}
	fn := v.Type().Fn
	if fn.Result.Tag != types.Void {
		return fail("&on_change must not return a value")
	}
	if t.Unspecified {
		return true
	}
	params := fn.Params.Fields
	n := 2 + len(t.Keys)
	if t.Elem != nil {
		n++
	}
	switch {
	case len(params) != n:
		return fail("&on_change function has incorrect number of arguments")
	case !types.Same(params[0].Type, t):
		return fail("&on_change: first argument must be of same type as table")
	case params[1].Type.Tag != types.Enum:
		return fail("&on_change: second argument must be a TableChange enum")
	}
	for i, k := range t.Keys {
		if !types.Same(params[2+i].Type, k) {
			return fail("&on_change: index types do not match table")
		}
	}
	if t.Elem != nil && !types.Same(params[n-1].Type, t.Elem) {
		return fail("&on_change: value type does not match table")
	}
	return true
}

// storeFits checks &backend and &broker_store.
func (c *Checker) storeFits(a *types.Attr, ctx attrContext, have types.Attrs, fail func(string) bool) bool {
	t, name := ctx.t, a.Kind.String()
	v, _ := a.X.(ir.Expr)
	if a.Kind == types.AttrBackend {
		switch {
		case !ctx.global || t.Tag != types.Table:
			return fail("&backend only applicable to global sets/tables")
		case v == nil || v.Type().Tag != types.Enum:
			return fail("&backend must take an enum argument")
		}
	} else {
		switch {
		case t.Tag != types.Table:
			return fail("&broker_store only applicable to sets/tables")
		case v == nil || v.Type().Tag != types.String:
			return fail("&broker_store must take a string argument")
		}
	}
	if t.Elem != nil && !t.Elem.IsAtomic() && !have.Has(types.AttrBrokerAllowComplexType) {
		return fail(name + " only supports atomic types as table value")
	}
	for _, k := range [...]types.AttrKind{types.AttrExpireFunc, types.AttrReadExpire} {
		if have.Has(k) {
			return fail(name + " and " + k.String() + " cannot be used simultaneously")
		}
	}
	if a.Kind == types.AttrBackend && have.Has(types.AttrBrokerStore) || a.Kind == types.AttrBrokerStore && have.Has(types.AttrBackend) {
		return fail("&backend and &broker_store cannot be used simultaneously")
	}
	return true
}

// takeAttrs notes what attributes mean for the global itself.
func (c *Checker) takeAttrs(g *ir.Global) {
	if g.Attrs.Has(types.AttrRedef) || g.Attrs.Has(types.AttrAddFunc) || g.Attrs.Has(types.AttrDelFunc) {
		g.Redef = true
	}
	if a := g.Attrs.Find(types.AttrDeprecated); a != nil {
		msg := ""
		if k, ok := a.X.(*ir.Const); ok {
			msg = k.S
		}
		g.Deprecated = &msg
	}
}

// deprecation is the message of &deprecated, which must be a string literal.
func (c *Checker) deprecation(a ast.Attr) *string {
	msg := ""
	if a.X != nil {
		l, ok := a.X.(*ast.Lit)
		if !ok || l.Kind != ast.LitString {
			text := "…"
			if ok {
				text = l.Text
			}
			c.err(diag.Attribute, a.Span(), "'&deprecated=%s' must use a string literal", text)
			return &msg
		}
		msg = l.S
	}
	return &msg
}
