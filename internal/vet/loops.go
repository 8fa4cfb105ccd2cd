package vet

import (
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// whenTimeout finds when statements that may wait for ever.
func whenTimeout(p *pass) {
	for _, b := range p.bodies {
		ir.Inspect(b.fn.Body, func(n any) bool {
			if w, ok := n.(*ir.When); ok && w.Timeout == nil {
				at := w.At
				at.EndLine, at.EndCol = at.Line, at.Col+4
				p.report(at, "add `timeout 10sec { … }`", "this when may wait for ever: it has no timeout")
			}
			return true
		})
	}
}

// loopChange finds loops over a table that add to it or delete from it, unless the loop ends right then.
func loopChange(p *pass) {
	for _, b := range p.bodies {
		ir.Inspect(b.fn.Body, func(n any) bool {
			f, ok := n.(*ir.For)
			if !ok || f.X.Type().Tag != types.Table {
				return true
			}
			switch f.X.(type) {
			case *ir.LocalRef, *ir.GlobalRef, *ir.Field:
			default:
				return true // a new value, such as a copy
			}
			p.changes(f, f.Body)
			return true
		})
	}
}

// changes reports what in s changes the table that f goes over.
func (p *pass) changes(f *ir.For, s ir.Stmt) {
	if block, ok := s.(*ir.Block); ok {
		if n := len(block.Stmts); n > 0 && leaves(block.Stmts[n-1]) {
			return
		}
	}
	ir.Inspect(s, func(n any) bool {
		switch n := n.(type) {
		case *ir.Block:
			if n != s {
				p.changes(f, n)
				return false
			}
		case *ir.When, *ir.Lambda:
			return false // runs later
		case *ir.AddDel:
			if i, ok := n.Arg.(*ir.Index); ok && same(i.Obj, f.X) {
				word := "adds to"
				if n.Delete {
					word = "deletes from"
				}
				p.report(n.At, "collect the indices in a vector and change "+ir.Describe(f.X)+" behind the loop, or loop over copy("+ir.Describe(f.X)+")",
					"this %s %s while the loop goes over it: elements may be missed", word, ir.Describe(f.X))
			}
		}
		return true
	})
}

// leaves reports whether a statement ends the loop around it.
func leaves(s ir.Stmt) bool {
	switch s.(type) {
	case *ir.Break, *ir.HookBreak, *ir.Return:
		return true
	}
	return false
}

// same reports whether two expressions name one variable.
func same(a, b ir.Expr) bool {
	switch a := a.(type) {
	case *ir.LocalRef:
		b, ok := b.(*ir.LocalRef)
		return ok && a.Sym == b.Sym
	case *ir.GlobalRef:
		b, ok := b.(*ir.GlobalRef)
		return ok && a.Sym == b.Sym
	case *ir.Field:
		b, ok := b.(*ir.Field)
		return ok && a.Idx == b.Idx && same(a.Rec, b.Rec)
	}
	return false
}
