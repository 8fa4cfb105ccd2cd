package interp

import (
	"fmt"

	"github.com/brogo/brogo/lang/ir"
)

// walk calls visit for x and, where that returns true, for the expressions in it. Bodies of lambdas are not entered.
func walk(x ir.Expr, visit func(ir.Expr) bool) {
	if x == nil || !visit(x) {
		return
	}
	list := func(es []ir.Expr) {
		for _, e := range es {
			walk(e, visit)
		}
	}
	opt := func(e ir.Expr) {
		if e != nil {
			walk(e, visit)
		}
	}
	switch x := x.(type) {
	case *ir.Const, *ir.LocalRef, *ir.GlobalRef, *ir.TypeRef, *ir.Lambda, *ir.Bad:
	case *ir.Unary:
		walk(x.Arg, visit)
	case *ir.Incr:
		walk(x.L, visit)
	case *ir.Binary:
		list([]ir.Expr{x.L, x.R})
	case *ir.In:
		list(x.Keys)
		walk(x.Coll, visit)
	case *ir.CondExpr:
		list([]ir.Expr{x.C, x.A, x.B})
	case *ir.Assign:
		list([]ir.Expr{x.L, x.R})
	case *ir.OpAssign:
		list([]ir.Expr{x.L, x.R})
	case *ir.Index:
		walk(x.Obj, visit)
		list(x.Keys)
	case *ir.Slice:
		walk(x.Obj, visit)
		opt(x.Lo)
		opt(x.Hi)
	case *ir.Field:
		walk(x.Rec, visit)
	case *ir.HasField:
		walk(x.Rec, visit)
	case *ir.RecordCtor:
		for _, f := range x.Fields {
			walk(f.Val, visit)
		}
	case *ir.TableCtor:
		for _, e := range x.Entries {
			list(e.Keys)
			opt(e.Val)
		}
	case *ir.VectorCtor:
		list(x.Elems)
	case *ir.ListExpr:
		list(x.Elems)
	case *ir.Call:
		walk(x.Fn, visit)
		list(x.Args)
	case *ir.Schedule:
		walk(x.When, visit)
		list(x.Args)
	case *ir.Cast:
		walk(x.Arg, visit)
	case *ir.Is:
		walk(x.Arg, visit)
	case *ir.Coerce:
		opt(x.Arg)
	case *ir.Seq:
		walk(x.First, visit)
		walk(x.Then, visit)
	case *ir.Copy:
		walk(x.Arg, visit)
	case *ir.AddDel:
		walk(x.Arg, visit)
	default:
		panic(fmt.Sprintf("interp: cannot walk %T", x))
	}
}
