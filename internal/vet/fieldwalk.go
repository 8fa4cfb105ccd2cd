package vet

import (
	"fmt"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// fieldWalk goes over one body in the order in which it runs.
type fieldWalk struct {
	*pass
	uses   map[field]*fieldUse
	alias  map[*ir.Local]string // locals that stand for the record at a path, and captured ones
	tested map[string]bool      // paths that the body tests somewhere
	made   map[string]bool      // locals that hold a record made here
	told   map[string]bool
	given  bool // the body is a handler: what it gets comes from elsewhere, where a function's callers may have tested it
}

// path names what an expression stands for, "" if it has no name.
func (w *fieldWalk) path(x ir.Expr) string {
	switch x := x.(type) {
	case *ir.LocalRef:
		return w.local(x.Sym)
	case *ir.GlobalRef:
		return "g" + x.Sym.Name
	case *ir.Field:
		if rec := w.path(x.Rec); rec != "" {
			return fmt.Sprintf("%s.%d", rec, x.Idx)
		}
	case *ir.Index:
		obj := w.path(x.Obj)
		if obj == "" {
			return ""
		}
		for _, k := range x.Keys {
			key := w.path(k)
			if c, ok := k.(*ir.Const); ok {
				key = ir.ConstText(c, true)
			}
			if key == "" {
				return ""
			}
			obj += "[" + key + "]"
		}
		return obj
	case *ir.Coerce:
		if x.How == ir.CoerceSame {
			return w.path(x.Arg)
		}
	}
	return ""
}

func (w *fieldWalk) local(l *ir.Local) string {
	if p := w.alias[l]; p != "" {
		return p
	}
	return fmt.Sprintf("l%p", l)
}

// captures has the names within f stand for the variables that it takes along.
func (w *fieldWalk) captures(f *ir.Func) {
	for _, c := range f.Captures {
		w.alias[c.Inner] = w.local(c.Outer)
	}
}

// note has a local that is given a record once stand for it.
func (w *fieldWalk) note(l *ir.Local, x ir.Expr) {
	if l.Assigned || l.T == nil || l.T.Rec == nil {
		return
	}
	if p := w.path(x); p != "" {
		w.alias[l] = p
	}
}

// tests collects the paths that a body tests.
func (w *fieldWalk) tests(s ir.Stmt) {
	ir.Inspect(s, func(n any) bool {
		switch n := n.(type) {
		case *ir.Lambda:
			w.captures(n.Fn)
		case *ir.When:
			w.captures(n.Fn)
		case *ir.Init:
			w.note(n.Sym, n.X)
		case *ir.HasField:
			if rec := w.path(n.Rec); rec != "" {
				w.tested[fmt.Sprintf("%s.%d", rec, n.Idx)] = true
			}
		}
		return true
	})
}

// stmt returns what is set behind s.
func (w *fieldWalk) stmt(s ir.Stmt, f facts) facts {
	switch s := s.(type) {
	case nil:
	case *ir.Block:
		for _, x := range s.Stmts {
			f = w.stmt(x, f)
		}
	case *ir.Init:
		path := fmt.Sprintf("l%p", s.Sym)
		if s.X != nil {
			f = w.expr(s.X, f)
		}
		f = w.bind(f.without(path), s.Sym, path, s.X)
	case *ir.If:
		yes, no := w.cond(s.C, f)
		yes = w.stmt(s.Then, yes)
		if s.Else != nil {
			no = w.stmt(s.Else, no)
		}
		return join(yes, no)
	case *ir.Switch:
		f = w.expr(s.X, f)
		if rec, ok := w.tag(s.X); ok {
			f = f.with(rec + ".*")
		}
		out := facts{dead: true}
		end, falls := f, facts{dead: true}
		covered := false
		for i := range s.Cases {
			c := &s.Cases[i]
			covered = covered || c.Default
			b := w.stmt(c.Body, join(f, falls))
			falls = facts{dead: true}
			if n := len(c.Body.Stmts); n > 0 {
				switch c.Body.Stmts[n-1].(type) {
				case *ir.Fallthrough:
					falls = b
				case *ir.Break:
					b.dead = false
				}
			}
			out = join(out, b)
		}
		if !covered {
			out = join(out, end)
		}
		return out
	case *ir.For:
		f = w.expr(s.X, f)
		in := w.changed(s.Body, f)
		w.stmt(s.Body, in)
		return in
	case *ir.While:
		in := w.changed(s.Body, f)
		yes, no := w.cond(s.C, in)
		w.stmt(s.Body, yes)
		return no
	case *ir.Return:
		if s.X != nil {
			w.expr(s.X, f)
		}
		return facts{set: f.set, dead: true}
	case *ir.Next, *ir.Break, *ir.HookBreak, *ir.Fallthrough:
		if _, falls := s.(*ir.Fallthrough); falls {
			return f
		}
		return facts{set: f.set, dead: true}
	case *ir.When:
		w.captures(s.Fn)
		yes, _ := w.cond(s.C, f)
		w.stmt(s.Body, yes)
		if s.OnTimeout != nil {
			w.stmt(s.OnTimeout, f)
		}
		if s.Return {
			return facts{set: f.set, dead: true}
		}
	case *ir.Assert:
		f, _ = w.cond(s.C, f)
	case *ir.ExprStmt:
		return w.expr(s.X, f)
	case *ir.Print:
		return w.exprs(s.Args, f)
	case *ir.EventStmt:
		return w.exprs(s.Args, f)
	}
	return f
}

// bind notes what a local holds after x has been assigned to it.
func (w *fieldWalk) bind(f facts, l *ir.Local, path string, x ir.Expr) facts {
	delete(w.made, path)
	if x == nil {
		if l.T != nil && l.T.Rec != nil {
			w.made[path] = true
		}
		return f
	}
	for {
		c, ok := x.(*ir.Coerce)
		if !ok || c.How != ir.CoerceSame {
			break
		}
		x = c.Arg
	}
	if c, ok := x.(*ir.RecordCtor); ok {
		w.made[path] = true
		for _, init := range c.Fields {
			f = f.with(fmt.Sprintf("%s.%d", path, init.Idx))
		}
		return f
	}
	w.note(l, x)
	return f
}

// changed takes out of f what a loop's body assigns to: it may have come round already.
func (w *fieldWalk) changed(s ir.Stmt, f facts) facts {
	ir.Inspect(s, func(n any) bool {
		var l ir.Expr
		switch n := n.(type) {
		case *ir.Assign:
			if _, field := n.L.(*ir.Field); !field {
				l = n.L
			}
		case *ir.Init:
			f = f.without(fmt.Sprintf("l%p", n.Sym))
		case *ir.AddDel:
			if n.Delete {
				l = n.Arg
			}
		case *ir.For:
			for _, k := range append([]*ir.Local{n.Val}, n.Keys...) {
				if k != nil {
					f = f.without(w.local(k))
				}
			}
		}
		if l != nil {
			if p := w.path(l); p != "" {
				f = f.without(p)
			}
		}
		return true
	})
	return f
}

// tag reports whether x is a field that tells what the others hold, such as a type or status, and of which record.
func (w *fieldWalk) tag(x ir.Expr) (rec string, ok bool) {
	f, ok := x.(*ir.Field)
	if !ok || f.T.Tag != types.Enum {
		return "", false
	}
	rec = w.path(f.Rec)
	return rec, rec != ""
}

// cond returns what is set where x holds and where it does not.
func (w *fieldWalk) cond(x ir.Expr, f facts) (yes, no facts) {
	switch x := x.(type) {
	case *ir.HasField:
		f = w.expr(x.Rec, f)
		if rec := w.path(x.Rec); rec != "" {
			path := fmt.Sprintf("%s.%d", rec, x.Idx)
			return f.with(path), f.with("!" + path)
		}
		return f, f
	case *ir.Unary:
		if x.Op == ast.OpNot {
			yes, no = w.cond(x.Arg, f)
			return no, yes
		}
	case *ir.Binary:
		switch x.Op {
		case ast.OpAnd:
			l, lno := w.cond(x.L, f)
			yes, no = w.cond(x.R, l)
			if a, b := w.unset(x.L), w.unset(x.R); a != "" && b != "" {
				return yes, join(lno, no).with("|" + a + "|" + b)
			}
			return yes, join(lno, no)
		case ast.OpOr:
			lyes, l := w.cond(x.L, f)
			yes, no = w.cond(x.R, l)
			if a, b := w.isSet(x.L), w.isSet(x.R); a != "" && b != "" {
				return join(lyes, yes).with("|" + a + "|" + b), no
			}
			return join(lyes, yes), no
		case ast.OpEq, ast.OpNe:
			f = w.exprs([]ir.Expr{x.L, x.R}, f)
			for _, side := range []ir.Expr{x.L, x.R} {
				if rec, ok := w.tag(side); ok {
					f = f.with(rec + ".*")
				}
			}
			return f, f
		}
	case *ir.Const:
		if x.N == 0 {
			return facts{set: f.set, dead: true}, f
		}
		return f, facts{set: f.set, dead: true}
	}
	f = w.expr(x, f)
	return f, f
}

// isSet is the path that x tests to be set, unset the one that it tests not to be, "" if it does neither.
func (w *fieldWalk) isSet(x ir.Expr) string {
	if h, ok := x.(*ir.HasField); ok {
		if rec := w.path(h.Rec); rec != "" {
			return fmt.Sprintf("%s.%d", rec, h.Idx)
		}
	}
	return ""
}

func (w *fieldWalk) unset(x ir.Expr) string {
	if u, ok := x.(*ir.Unary); ok && u.Op == ast.OpNot {
		return w.isSet(u.Arg)
	}
	return ""
}

func (w *fieldWalk) exprs(xs []ir.Expr, f facts) facts {
	for _, x := range xs {
		f = w.expr(x, f)
	}
	return f
}

// expr looks at the reads within x and returns what is set behind it.
func (w *fieldWalk) expr(x ir.Expr, f facts) facts {
	switch x := x.(type) {
	case nil:
	case *ir.Field:
		f = w.expr(x.Rec, f)
		return w.read(x, f)
	case *ir.HasField:
		return w.expr(x.Rec, f)
	case *ir.Assign:
		return w.assign(x, f)
	case *ir.OpAssign:
		f = w.expr(x.R, f)
		return w.expr(x.L, f)
	case *ir.Binary:
		if x.Op == ast.OpAnd || x.Op == ast.OpOr {
			yes, no := w.cond(x, f)
			return join(yes, no)
		}
		return w.exprs([]ir.Expr{x.L, x.R}, f)
	case *ir.CondExpr:
		yes, no := w.cond(x.C, f)
		return join(w.expr(x.A, yes), w.expr(x.B, no))
	case *ir.AddDel:
		if fl, ok := x.Arg.(*ir.Field); ok {
			f = w.expr(fl.Rec, f)
			if p := w.path(fl); p != "" {
				f = f.without(p)
			}
			return f
		}
		return w.expr(x.Arg, f)
	case *ir.Call:
		f = w.expr(x.Fn, f)
		f = w.exprs(x.Args, f)
		if g := called(x); g == nil || g.Kind != ir.KindBuiltin {
			f = f.with("*")
			for _, a := range x.Args {
				if p := w.path(a); p != "" {
					f = f.with(p + ".*")
				}
			}
		}
		return f
	case *ir.Lambda:
		w.captures(x.Fn)
		w.stmt(x.Fn.Body, facts{set: f.set})
		for _, c := range x.Fn.Captures {
			f = f.with(w.local(c.Outer) + ".*")
		}
		return f
	default:
		ir.Inspect(x, func(n any) bool {
			sub, ok := n.(ir.Expr)
			if !ok || sub == x {
				return true
			}
			f = w.expr(sub, f)
			return false
		})
	}
	return f
}

func (w *fieldWalk) assign(x *ir.Assign, f facts) facts {
	f = w.expr(x.R, f)
	switch l := x.L.(type) {
	case *ir.LocalRef:
		delete(w.alias, l.Sym)
		path := w.local(l.Sym)
		return w.bind(f.without(path), l.Sym, path, x.R)
	case *ir.Field:
		f = w.expr(l.Rec, f)
		if p := w.path(l); p != "" {
			f = f.without(p).with(p)
			if _, made := x.R.(*ir.RecordCtor); !made {
				f = f.with(p + ".*")
			}
		}
		return f
	case *ir.GlobalRef:
		return f.without("g" + l.Sym.Name).with("g" + l.Sym.Name + ".*")
	}
	f = w.expr(x.L, f)
	if p := w.path(x.L); p != "" {
		f = f.without(p).with(p + ".*")
	}
	return f
}
