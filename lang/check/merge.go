package check

import (
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// initType is the type that an untyped declaration takes from its initialiser; nil or the error type after a message.
func (c *Checker) initType(e ir.Expr) *types.Type {
	l, ok := e.(*ir.ListExpr)
	if !ok {
		t := e.Type()
		switch {
		case t.Tag == types.Vector && t.Unspecified && c.d.UntypedVector:
			return types.NewVector(types.AnyT)
		case t.IsUnspecified():
			c.errExpr(diag.ConstructorType, e, "empty constructor in untyped initialization")
			return nil
		case t.Tag == types.Void:
			return t
		}
		return t
	}
	if len(l.Elems) == 0 {
		c.errExpr(diag.ConstructorType, e, "empty list in untyped initialization")
		return nil
	}
	if _, ok := l.Elems[0].(*ir.Assign); ok {
		return c.tableTypeOf(l)
	}
	return c.setTypeOf(l)
}

// tableTypeOf is the table type of a list of `[k] = v`; nil when a key is no list.
func (c *Checker) tableTypeOf(l *ir.ListExpr) *types.Type {
	var index, yield *types.Type
	for _, e := range l.Elems {
		a, ok := e.(*ir.Assign)
		if !ok {
			c.errExpr(diag.ConstructorType, e, "table constructor element lacks '=' structure")
			return types.ErrorT
		}
		it, yt := a.L.Type(), a.R.Type()
		if index == nil {
			index, yield = it, yt
			continue
		}
		if index = c.merge(index, it); index == nil {
			return types.ErrorT
		}
		if yield = c.merge(yield, yt); yield == nil {
			return types.ErrorT
		}
	}
	if index == nil || index.Tag != types.List {
		return nil
	}
	return types.NewTable(yield, index.List...)
}

// setTypeOf is the set type of a list of elements.
func (c *Checker) setTypeOf(l *ir.ListExpr) *types.Type {
	var index *types.Type
	for _, e := range l.Elems {
		t := e.Type()
		if index == nil {
			index = t
			continue
		}
		if index = c.merge(index, t); index == nil {
			return types.ErrorT
		}
	}
	t := types.NewSet(index)
	if index.Tag == types.List {
		t = types.NewSet(index.List...)
	}
	t.At = l.At
	return t
}

// merge is the type that values of both types may have in one container; nil after a message.
func (c *Checker) merge(a, b *types.Type) *types.Type {
	clash := func(msg string) *types.Type {
		c.errTypes(diag.TypeClash, a, b, msg)
		return nil
	}
	switch {
	case a == b:
		return a
	case types.BothArithmetic(a, b):
		return types.Max(a, b)
	case a.Tag != b.Tag:
		return clash("incompatible types")
	}
	switch a.Tag {
	case types.Enum:
		return c.mergeEnums(a, b)
	case types.Table:
		return c.mergeTables(a, b)
	case types.Record:
		return c.mergeRecords(a, b)
	case types.List:
		if len(a.List) != len(b.List) {
			return clash("different number of indices")
		}
		out := types.NewList()
		for i := range a.List {
			m := c.merge(a.List[i], b.List[i])
			if m == nil {
				return nil
			}
			out.List = append(out.List, m)
		}
		return out
	case types.Func:
		if !types.Same(a, b) {
			return clash("incompatible types")
		}
		return a
	case types.Vector, types.File:
		switch {
		case a.IsUnspecified():
			return b
		case b.IsUnspecified():
			return a
		case a.Elem != nil && b.Elem != nil && !types.Same(a.Elem, b.Elem):
			return clash("incompatible types")
		}
		return a
	}
	return a
}

func (c *Checker) mergeEnums(a, b *types.Type) *types.Type {
	if a.Enum == b.Enum || a.Name == b.Name {
		return a
	}
	c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.TypeClash, At: typeAt(a), And: typeAt(b), Msg: "incompatible enum types: '" + a.Name + "' and '" +
		b.Name + "' (" + a.String() + " and " + b.String() + ")"})
	return nil
}

func (c *Checker) mergeTables(a, b *types.Type) *types.Type {
	switch {
	case a.Unspecified:
		return b
	case b.Unspecified:
		return a
	case len(a.Keys) != len(b.Keys) || (a.Elem == nil) != (b.Elem == nil):
		c.errTypes(diag.TypeClash, a, b, "incompatible types")
		return nil
	}
	out := &types.Type{Tag: types.Table, At: a.At}
	for i := range a.Keys {
		k := c.merge(a.Keys[i], b.Keys[i])
		if k == nil {
			return nil
		}
		out.Keys = append(out.Keys, k)
	}
	if a.Elem != nil {
		if out.Elem = c.merge(a.Elem, b.Elem); out.Elem == nil {
			return nil
		}
	}
	if types.Identical(out, a) {
		return a
	}
	return out
}

// mergeRecords makes a record of the fields of both; fields that only one has are optional.
func (c *Checker) mergeRecords(a, b *types.Type) *types.Type {
	if types.Same(a, b) {
		return a
	}
	out := types.NewRecord()
	out.At = a.At
	optional := types.Attr{Kind: types.AttrOptional}
	for _, f := range a.Rec.Fields {
		nf := &types.Field{Name: f.Name, Type: f.Type, At: f.At, Attrs: append(types.Attrs(nil), f.Attrs...)}
		if o := b.Rec.Lookup(f.Name); o >= 0 {
			g := b.Rec.Fields[o]
			if nf.Type = c.merge(f.Type, g.Type); nf.Type == nil {
				c.cascade(diag.RecordType, c.cur, "incompatible record fields ("+a.String()+" and "+b.String()+")")
				return nil
			}
			for _, at := range g.Attrs {
				if !nf.Attrs.Has(at.Kind) {
					nf.Attrs = append(nf.Attrs, at)
				}
			}
		} else if !nf.Attrs.Has(types.AttrOptional) {
			nf.Attrs = append(nf.Attrs, optional)
		}
		out.Rec.Append(nf)
	}
	for _, f := range b.Rec.Fields {
		if a.Rec.Lookup(f.Name) < 0 {
			nf := &types.Field{Name: f.Name, Type: f.Type, At: f.At, Attrs: append(types.Attrs(nil), f.Attrs...)}
			if !nf.Attrs.Has(types.AttrOptional) {
				nf.Attrs = append(nf.Attrs, optional)
			}
			out.Rec.Append(nf)
		}
	}
	return out
}
