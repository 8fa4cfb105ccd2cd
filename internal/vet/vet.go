// Package vet looks for what is legal in a script and most likely a mistake. It checks the program as `brogo check` does and then
// asks each analyzer of a table; it runs nothing.
package vet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// Analyzer looks for one kind of mistake. Its name is the code of what it reports.
type Analyzer struct {
	Name diag.Code
	run  func(*pass)
}

// Analyzers returns all of them, in the order in which they run.
func Analyzers() []Analyzer {
	return []Analyzer{
		{diag.DeadHandler, deadHandler},
		{diag.WhenTimeout, whenTimeout},
		{diag.LoopChange, loopChange},
		{diag.UnusedLocal, unusedLocal},
	}
}

// Config is what to look at and for.
type Config struct {
	// Engine is how the scripts are loaded; Run sets ParseOnly and the sink.
	Engine brogo.Config
	// Only, unless empty, names the analyzers to run, Skip those to leave out.
	Only, Skip []string
	Sink       diag.Sink
}

// Run checks the scripts and analyzes them. What the checker says goes to the sink at once, then the findings in source order. findings
// counts these and the checker's warnings; code is the exit status: 0, or 1 after errors or findings.
func Run(cfg Config) (findings, code int, err error) {
	var on []Analyzer
	for _, n := range slices.Concat(cfg.Only, cfg.Skip) {
		if !slices.ContainsFunc(Analyzers(), func(a Analyzer) bool { return string(a.Name) == n }) {
			return 0, 2, fmt.Errorf("there is no analyzer %s; --list shows them", n)
		}
	}
	for _, a := range Analyzers() {
		if (len(cfg.Only) == 0 || slices.Contains(cfg.Only, string(a.Name))) && !slices.Contains(cfg.Skip, string(a.Name)) {
			on = append(on, a)
		}
	}
	// The checker's warning about handlers is the first analyzer's, which says more.
	cfg.Engine.ParseOnly, cfg.Engine.KeepGoing, cfg.Engine.NoUnusedWarnings = true, true, true
	said := &counter{next: cfg.Sink}
	cfg.Engine.Diagnostics = said
	e, err := brogo.New(cfg.Engine)
	if err != nil {
		return 0, 2, err
	}
	defer e.Close()
	if e.Load() != 0 {
		return 0, 1, nil
	}
	p := &pass{globals: e.Checker().Globals()}
	for _, a := range on {
		p.name = a.Name
		a.run(p)
	}
	slices.SortStableFunc(p.found, func(a, b diag.Diagnostic) int {
		if c := strings.Compare(a.At.File.Name, b.At.File.Name); c != 0 {
			return c
		}
		return int(a.At.Line) - int(b.At.Line)
	})
	for _, d := range p.found {
		cfg.Sink.Report(d)
	}
	findings = said.n + len(p.found)
	if findings > 0 {
		code = 1
	}
	return findings, code, nil
}

// counter passes on what the checker says and counts it.
type counter struct {
	next diag.Sink
	n    int
}

func (c *counter) Report(d diag.Diagnostic) {
	c.n++
	c.next.Report(d)
}

// pass is one program under analysis.
type pass struct {
	name    diag.Code
	globals []*ir.Global
	found   []diag.Diagnostic
}

// report notes a finding, unless a comment on its line or the line above says `vet:ignore NAME`.
func (p *pass) report(at diag.Span, hint, format string, args ...any) {
	if at.File == nil || at.Line == 0 {
		return
	}
	for _, n := range []int{int(at.Line), int(at.Line) - 1} {
		_, comment, _ := strings.Cut(at.File.Line(n), "#")
		if words := strings.Fields(comment); len(words) > 1 && words[0] == "vet:ignore" && words[1] == string(p.name) {
			return
		}
	}
	p.found = append(p.found, diag.Diagnostic{Severity: diag.Warning, Code: p.name, At: at, Hint: hint, Msg: fmt.Sprintf(format, args...)})
}

// ours reports whether a place is in an embedded base script, which is not the user's to mend.
func ours(at diag.Span) bool {
	return at.File == nil || strings.HasPrefix(at.File.Name, brogo.EmbeddedRoot+"/") || strings.HasPrefix(at.File.Name, "<engine>")
}

// bodies calls f with each body of the user's scripts.
func (p *pass) bodies(f func(g *ir.Global, b *ir.Func)) {
	for _, g := range p.globals {
		for _, b := range g.Bodies {
			if !ours(b.At) {
				b.Complete()
				f(g, b)
			}
		}
	}
}

// deadHandler finds handlers of events that nothing declares or raises; where a module has an event of that name, it is meant.
func deadHandler(p *pass) {
	p.bodies(func(g *ir.Global, b *ir.Func) {
		if g.T == nil || g.T.Fn == nil || g.T.Fn.Flavor != types.FlavorEvent || g.Uses > 0 || !within(g.At, b.At) || g.Attrs.Has(types.AttrIsUsed) {
			return
		}
		for _, other := range p.globals {
			if isEvent(other) && strings.HasSuffix(other.Name, "::"+base(g.Name)) && other != g {
				p.report(g.At, "write `event "+other.Name+"(…)`: a handler names the module of its event",
					"this handler never runs: nothing raises %s, the event is %s", g.Name, other.Name)
				return
			}
		}
		p.report(g.At, "declare the event, or mind the spelling", "this handler never runs: nothing declares or raises an event %s", g.Name)
	})
}

func isEvent(g *ir.Global) bool {
	return g.Kind == ir.KindFunc && g.T != nil && g.T.Tag == types.Func && g.T.Fn.Flavor == types.FlavorEvent
}

func base(name string) string { return name[strings.LastIndex(name, ":")+1:] }

// within reports whether a begins in b: a name that stands in the head of a handler was declared by it.
func within(a, b diag.Span) bool {
	return a.File == b.File && a.Line >= b.Line && a.Line <= max(b.EndLine, b.Line)
}

// whenTimeout finds when statements that may wait for ever.
func whenTimeout(p *pass) {
	p.bodies(func(_ *ir.Global, b *ir.Func) {
		walk(b.Body, func(n any) bool {
			if w, ok := n.(*ir.When); ok && w.Timeout == nil {
				at := w.At
				at.EndLine, at.EndCol = at.Line, at.Col+4
				p.report(at, "add `timeout 10sec { … }`", "this when may wait for ever: it has no timeout")
			}
			return true
		})
	})
}

// loopChange finds loops over a table that add to it or delete from it, unless the loop ends right then.
func loopChange(p *pass) {
	p.bodies(func(_ *ir.Global, b *ir.Func) {
		walk(b.Body, func(n any) bool {
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
	})
}

// changes reports what in s changes the table that f goes over.
func (p *pass) changes(f *ir.For, s ir.Stmt) {
	if block, ok := s.(*ir.Block); ok {
		if n := len(block.Stmts); n > 0 && leaves(block.Stmts[n-1]) {
			return
		}
	}
	walk(s, func(n any) bool {
		switch n := n.(type) {
		case *ir.Block:
			if n != s {
				p.changes(f, n)
				return false
			}
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

// unusedLocal finds locals that are declared and never read.
func unusedLocal(p *pass) {
	p.bodies(func(_ *ir.Global, b *ir.Func) {
		var declared []*ir.Local
		read := map[*ir.Local]bool{}
		capture := func(f *ir.Func) {
			for _, c := range f.Captures {
				read[c.Outer] = true
			}
		}
		walk(b.Body, func(n any) bool {
			switch n := n.(type) {
			case *ir.Init:
				declared = append(declared, n.Sym)
			case *ir.LocalRef:
				read[n.Sym] = true
			case *ir.Lambda:
				capture(n.Fn)
			case *ir.When:
				capture(n.Fn)
			case *ir.Assign:
				if _, plain := n.L.(*ir.LocalRef); plain {
					walk(n.R, func(x any) bool {
						if l, ok := x.(*ir.LocalRef); ok {
							read[l.Sym] = true
						}
						if l, ok := x.(*ir.Lambda); ok {
							capture(l.Fn)
						}
						return true
					})
					return false
				}
			}
			return true
		})
		for _, l := range declared {
			if !read[l] && !strings.HasPrefix(l.Name, "_") {
				read[l] = true
				p.report(l.At, "", "%s is never read", l.Name)
			}
		}
	})
}
