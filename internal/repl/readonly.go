package repl

import (
	"errors"
	"fmt"

	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
)

// looking tells why an expression does more than look, nil if it does not. Names, fields, indices, operators, literals and builtins
// whose row is marked pure are fine; all else is refused by its name, also what would do no harm.
func looking(x ir.Expr) error {
	no := func(what string) error {
		return errors.New("refused: " + what + "; this prompt may only look (--write allows more)")
	}
	all := func(xs ...ir.Expr) error {
		for _, x := range xs {
			if x != nil {
				if err := looking(x); err != nil {
					return err
				}
			}
		}
		return nil
	}
	switch x := x.(type) {
	case nil, *ir.Const, *ir.LocalRef, *ir.GlobalRef, *ir.TypeRef:
		return nil
	case *ir.Unary:
		return all(x.Arg)
	case *ir.Binary:
		return all(x.L, x.R)
	case *ir.In:
		return all(append(x.Keys[:len(x.Keys):len(x.Keys)], x.Coll)...)
	case *ir.CondExpr:
		return all(x.C, x.A, x.B)
	case *ir.Index:
		if name := computes(x.Obj); name != "" {
			return no("indexing " + name + ", whose &default is a function")
		}
		return all(append(x.Keys[:len(x.Keys):len(x.Keys)], x.Obj)...)
	case *ir.Slice:
		return all(x.Obj, x.Lo, x.Hi)
	case *ir.Field:
		return all(x.Rec)
	case *ir.HasField:
		return all(x.Rec)
	case *ir.ListExpr:
		return all(x.Elems...)
	case *ir.Cast:
		return all(x.Arg)
	case *ir.Is:
		return all(x.Arg)
	case *ir.Coerce:
		return all(x.Arg)
	case *ir.Call:
		g, ok := x.Fn.(*ir.GlobalRef)
		if !ok {
			return no("a call of " + ir.Describe(x.Fn))
		}
		if row, builtin := g.Sym.Builtin.(*interp.Builtin); !builtin || !row.Pure {
			return no("a call of " + g.Sym.Name)
		}
		return all(x.Args...)
	case *ir.Incr:
		return no(x.Op.String())
	case *ir.Assign, *ir.OpAssign:
		return no("an assignment")
	case *ir.RecordCtor, *ir.TableCtor, *ir.VectorCtor:
		return no("a constructor")
	case *ir.Schedule:
		return no("schedule")
	case *ir.Lambda:
		return no("a function")
	case *ir.Copy:
		return no("copy")
	case *ir.AddDel:
		if x.Delete {
			return no("delete")
		}
		return no("add")
	case *ir.Seq, *ir.Bad:
		return no("a declaration")
	}
	panic(fmt.Sprintf("repl: unknown expression node %T", x))
}

// computes names a table whose missing elements a script function makes up; "" for any other. A table that is reached through
// another container has no attributes of its own.
func computes(x ir.Expr) string {
	var attrs types.Attrs
	name := ""
	switch x := x.(type) {
	case *ir.GlobalRef:
		attrs, name = x.Sym.Attrs, x.Sym.Name
	case *ir.Field:
		if t := x.Rec.Type(); t.Tag == types.Record && x.Idx < len(t.Rec.Fields) {
			attrs, name = t.Rec.Fields[x.Idx].Attrs, x.Name
		}
	}
	if d, ok := attrs.Get(types.AttrDefault).(ir.Expr); ok && d.Type().Tag == types.Func {
		return name
	}
	return ""
}
