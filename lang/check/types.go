package check

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

var baseTypes = map[string]*types.Type{
	"bool": types.BoolT, "int": types.IntT, "count": types.CountT, "double": types.DoubleT, "time": types.TimeT,
	"interval": types.IntervalT, "string": types.StringT, "pattern": types.PatternT, "port": types.PortT, "addr": types.AddrT,
	"subnet": types.SubnetT, "any": types.AnyT,
}

// baseType is the type that a word stands for everywhere; nil for other names.
func (c *Checker) baseType(name string) *types.Type {
	if name == "counter" && c.d.CounterType {
		return types.CountT
	}
	return baseTypes[name]
}

func newFunc(flavor types.Flavor, params *types.RecordInfo, result *types.Type, at diag.Span) *types.Type {
	fn := &types.FuncInfo{Flavor: flavor, Params: params, Result: result}
	switch {
	case flavor == types.FlavorHook:
		fn.Result = types.BoolT
	case result == nil || flavor == types.FlavorEvent:
		fn.Result = types.VoidT
	}
	offsets := make([]int, len(params.Fields))
	for i := range offsets {
		offsets[i] = i
	}
	fn.Protos = []types.Proto{{Params: params, Offsets: offsets, At: at}}
	return &types.Type{Tag: types.Func, Fn: fn, At: at}
}

// typ resolves a type; mistakes give the error type.
func (c *Checker) typ(t ast.Type) *types.Type {
	c.cur = t.Span()
	if !c.enter() {
		return types.ErrorT
	}
	defer c.leave()
	switch t := t.(type) {
	case *ast.NamedType:
		return c.namedType(t.Ident)
	case *ast.TableType:
		return c.tableType(t)
	case *ast.VectorType:
		v := types.NewVector(c.typ(t.Elem))
		v.At = t.Span()
		if v.Elem.IsError() {
			return types.ErrorT
		}
		return v
	case *ast.ListType:
		c.err(diag.ReservedType, t.Span(), "list type not implemented")
		return types.ErrorT
	case *ast.RecordType:
		r := types.NewRecord()
		r.At = recordSpan(t)
		c.fields(r.Rec, t.Fields, t.Span(), true)
		return r
	case *ast.EnumType:
		if !c.inType {
			c.fatal(diag.NoType, t.Span(), "incorrect syntax for enum type declaration")
			return types.ErrorT
		}
		e := &types.Type{Tag: types.Enum, Enum: &types.EnumInfo{}, At: t.Span()}
		c.enumMembers(e, t.Members, false)
		return e
	case *ast.FuncType:
		return c.funcType(t)
	case *ast.FileType:
		f := &types.Type{Tag: types.File, Elem: types.StringT, At: t.Span()}
		if t.Elem != nil {
			f.Elem = c.typ(t.Elem)
		}
		return f
	case *ast.OpaqueType:
		o := types.NewOpaque(t.Name.Name)
		o.At = t.Span()
		return o
	}
	panic("check: unknown type node")
}

// recordSpan is where messages place a record type: up to its last field.
func recordSpan(t *ast.RecordType) diag.Span {
	at := t.Span()
	if n := len(t.Fields); n > 0 {
		f := t.Fields[n-1].Span()
		at.EndLine, at.EndCol = f.EndLine, f.EndCol
	}
	return at
}

func (c *Checker) namedType(id ast.Ident) *types.Type {
	if t := c.baseType(id.Name); t != nil {
		return t
	}
	if id.Name == "file" {
		return types.FileT
	}
	c.checkGlobalPrefix(id)
	if l, _ := c.lookupLocal(id.Name); l != nil {
		c.errName(diag.NotAType, l.Name, l.At, id.Span(), "not a "+c.typeWord()+" type")
		return types.ErrorT
	}
	g := c.lookupGlobal(id.Name, false)
	switch {
	case g == nil:
		c.unknown(id.Span(), id.Name, "", "identifier not defined: %s")
		return types.ErrorT
	case g.Kind == ir.KindType:
		c.noteGlobal(g, id.Span(), false)
		c.use(g)
		c.deprecated(g, id.Span())
		return g.T
	case g.T != nil && g.T.IsError():
		return types.ErrorT
	}
	c.errName(diag.NotAType, g.Name, g.At, id.Span(), "not a "+c.typeWord()+" type")
	return types.ErrorT
}

func (c *Checker) typeWord() string {
	return c.process.TypeWord
}

func (c *Checker) tableType(t *ast.TableType) *types.Type {
	out := &types.Type{Tag: types.Table, At: t.Span()}
	bad := false
	for _, k := range t.Keys {
		kt := c.typ(k)
		bad = bad || kt.IsError()
		out.Keys = append(out.Keys, kt)
	}
	if t.Elem != nil {
		out.Elem = c.typ(t.Elem)
		bad = bad || out.Elem.IsError()
	}
	if bad {
		return types.ErrorT
	}
	for _, k := range out.Keys {
		if name := unsupportedIndex(k, nil); name != "" {
			c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.IndexType, At: t.Span(), And: typeAt(k), Msg: "index type containing '" + name +
				"' is not supported (" + out.String() + " and " + k.String() + ")"})
			return types.ErrorT
		}
	}
	return out
}

// unsupportedIndex names the type inside t that cannot be hashed, "" if all can.
func unsupportedIndex(t *types.Type, seen []*types.Type) string {
	for _, s := range seen {
		if s == t {
			return ""
		}
	}
	seen = append(seen, t)
	switch t.Tag {
	case types.Record:
		for _, f := range t.Rec.Fields {
			if n := unsupportedIndex(f.Type, seen); n != "" {
				return n
			}
		}
		return ""
	case types.Table:
		for _, k := range t.Keys {
			if n := unsupportedIndex(k, seen); n != "" {
				return n
			}
		}
		if t.Elem != nil {
			return unsupportedIndex(t.Elem, seen)
		}
		return ""
	case types.Vector:
		return unsupportedIndex(t.Elem, seen)
	case types.Any, types.File, types.Opaque, types.Void, types.TypeType:
		return t.Tag.String()
	}
	return ""
}

// fields adds record fields, or parameters when inRecord is false.
func (c *Checker) fields(r *types.RecordInfo, fs []ast.FieldDecl, at diag.Span, inRecord bool) {
	whole := at
	whole.Line, whole.Col = at.EndLine, max(at.EndCol-1, 1)
	for _, f := range fs {
		if nf := c.field(f); nf != nil {
			if r.Lookup(nf.Name) >= 0 {
				if inRecord {
					c.err(diag.DuplicateField, whole, "duplicate field '%s' found in record definition", nf.Name)
				} else {
					c.err(diag.AlreadyDefined, f.Span(), "argument name used twice (%s)", nf.Name)
				}
				continue
			}
			r.Append(nf)
		}
	}
}

// field resolves one field or parameter with its attributes.
func (c *Checker) field(f ast.FieldDecl) *types.Field {
	nf := &types.Field{Name: f.Name.Name, Type: c.typ(f.Type), At: f.Span(), Doc: f.Doc}
	c.noteField(nf, f.Name.Span(), true)
	nf.Attrs = c.attrs(f.Attrs, attrContext{t: nf.Type, inRecord: true, at: f.Span()})
	return nf
}

func (c *Checker) funcType(t *ast.FuncType) *types.Type {
	params := &types.RecordInfo{}
	c.fields(params, t.Params, t.Span(), false)
	seenDefault := false
	for _, f := range params.Fields {
		if f.Attrs.Has(types.AttrDefault) {
			seenDefault = true
		} else if seenDefault {
			rec := &types.Type{Tag: types.Record, Rec: params}
			c.err(diag.Prototype, t.Span(), "required parameter '%s' must precede default parameters (%s)", f.Name, rec)
		}
	}
	var result *types.Type
	if t.Result != nil {
		result = c.typ(t.Result)
	}
	return newFunc(types.Flavor(t.Flavor), params, result, t.Span())
}

// enumMembers adds the members of an enum and the globals that name them.
func (c *Checker) enumMembers(e *types.Type, members []ast.EnumMember, redef bool) {
	mixed := false
	for _, m := range members {
		v := e.Enum.Next
		if v > 0 && e.Enum.Explicit != (m.Value != nil) && !mixed {
			mixed = true
			c.err(diag.Enum, m.Span(), "cannot mix explicit enumerator assignment and implicit auto-increment")
		}
		if m.Value != nil {
			e.Enum.Explicit = true
			n, ok := c.enumValue(m)
			if !ok {
				continue
			}
			v = n
		}
		c.enumMember(e, m, v, redef)
	}
}

// enumValue evaluates an explicit value, which must be a literal of type count.
func (c *Checker) enumValue(m ast.EnumMember) (int64, bool) {
	if l, ok := m.Value.(*ast.Lit); ok && l.Kind == ast.LitCount {
		return int64(l.N), true
	}
	c.err(diag.Enum, m.Value.Span(), "enumerator is not a count constant")
	return 0, false
}

func (c *Checker) enumMember(e *types.Type, m ast.EnumMember, v int64, redef bool) {
	at := m.Span()
	if v < 0 {
		c.err(diag.Enum, at, "enumerator value cannot be negative")
		return
	}
	full := qualify(c.module, m.Name.Name)
	if e.Enum.NameOf(v) != "" {
		c.err(diag.Enum, at, "enumerator value in enumerated type definition already exists")
		return
	}
	if g := c.have(full); g != nil {
		had, ok := e.Enum.ValueOf(full)
		if g.Kind != ir.KindEnum || g.EnumVal != v || g.T.Enum != e.Enum || ok && had != v {
			c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.Enum, At: at, And: g.At,
				Msg: "conflicting definition of enum value '" + full + "' in type '" + e.Name + "'"})
			return
		}
		c.noteGlobal(g, m.Name.Span(), true)
		e.Enum.Add(full, v)
		return
	}
	g := c.install(full, ir.KindEnum, at)
	c.noteGlobal(g, m.Name.Span(), true)
	g.Doc = m.Doc
	g.EnumVal = v
	c.setType(g, e)
	if m.Deprecated != nil {
		g.Deprecated = c.deprecation(*m.Deprecated)
	}
	e.Enum.Add(full, v)
}
