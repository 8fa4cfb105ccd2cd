package vet

import (
	"maps"
	"path"
	"strconv"
	"strings"

	"github.com/brogo/brogo/internal/find"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/types"
)

// meant reports whether a name says itself that it is not used.
func meant(name string) bool { return strings.HasPrefix(name, "_") }

// reads returns the locals that are read within n. An assignment to a local does not read it, a capture does.
func reads(n any) map[*ir.Local]bool {
	read := map[*ir.Local]bool{}
	capture := func(f *ir.Func) {
		for _, c := range f.Captures {
			read[c.Outer] = true
		}
	}
	var visit func(n any) bool
	visit = func(n any) bool {
		switch n := n.(type) {
		case *ir.LocalRef:
			read[n.Sym] = true
		case *ir.Lambda:
			capture(n.Fn)
		case *ir.When:
			capture(n.Fn)
		case *ir.Assign:
			if _, plain := n.L.(*ir.LocalRef); plain {
				ir.Inspect(n.R, visit)
				return false
			}
		}
		return true
	}
	ir.Inspect(n, visit)
	return read
}

// unusedLocal finds locals that are declared and never read.
func unusedLocal(p *pass) {
	for _, b := range p.bodies {
		read := reads(b.fn.Body)
		ir.Inspect(b.fn.Body, func(n any) bool {
			if in, ok := n.(*ir.Init); ok && !read[in.Sym] && !meant(in.Sym.Name) {
				read[in.Sym] = true
				p.report(in.Sym.At, "", "%s is never read", in.Sym.Name)
			}
			return true
		})
	}
}

// unusedParameter finds parameters that a function does not look at. The parameters of events and hooks are given, and so are those of
// functions that are handed on as values, may be redefined, are an interface to others, or do nothing yet.
func unusedParameter(p *pass) {
	calls := map[*ir.Global]int{}
	for _, b := range p.bodies {
		ir.Inspect(b.fn.Body, func(n any) bool {
			if c, ok := n.(*ir.Call); ok {
				if g := called(c); g != nil {
					calls[g]++
				}
			}
			return true
		})
	}
	for _, b := range p.bodies {
		g := b.of
		if g == nil || b.flavor() != types.FlavorFunction || len(g.Bodies) != 1 || g.Redef || g.Exported && module(g.Name) != "" ||
			g.Uses == 0 || g.Uses != calls[g] || trivial(b.fn.Body) {
			continue
		}
		read := reads(b.fn.Body)
		for _, l := range b.fn.Params {
			if !read[l] && !meant(l.Name) {
				p.report(l.At, "leave it out, or begin its name with `_`", "%s does not use its parameter %s", base(g.Name), l.Name)
			}
		}
	}
}

// trivial reports whether a body is empty or only returns a constant.
func trivial(s ir.Stmt) bool {
	switch s := s.(type) {
	case *ir.Block:
		return len(s.Stmts) == 0 || len(s.Stmts) == 1 && trivial(s.Stmts[0])
	case *ir.Return:
		_, constant := s.X.(*ir.Const)
		return s.X == nil || constant
	case *ir.Null:
		return true
	}
	return false
}

// unusedFunction finds functions of a module that are not exported and that nothing calls. A module may have more files than the program
// loads: what a script in the same directory, or in one right below it, mentions is left alone.
func unusedFunction(p *pass) {
	mentioned := map[string]map[string]bool{}
	for _, g := range p.engine.Checker().Unreached(true) {
		if g.T.Fn.Flavor != types.FlavorFunction || len(g.Bodies) == 0 || g.Uses > 0 || ours(g.At) || strings.HasPrefix(base(g.Name), testPrefix) {
			continue
		}
		file := g.At.File.Name
		if mentioned[file] == nil {
			mentioned[file] = p.neighbours(file)
		}
		if !mentioned[file][base(g.Name)] {
			p.report(g.At, "leave it out, or export it", "nothing calls %s, and it is not exported", g.Name)
		}
	}
}

// neighbours are the words of the other scripts in a file's directory and in those right below it.
func (p *pass) neighbours(file string) map[string]bool {
	words := map[string]bool{}
	dirs := []string{path.Dir(file)}
	for i := 0; i < len(dirs); i++ {
		for _, name := range p.engine.ReadDir(dirs[i]) {
			other := path.Join(dirs[i], name)
			if strings.HasSuffix(name, "/") && i == 0 {
				dirs = append(dirs, other)
			}
			if !find.IsScript(name) || other == path.Clean(file) {
				continue
			}
			if text, err := p.engine.FS().ReadFile(other); err == nil {
				maps.Copy(words, wordsOf(lex.New(&diag.File{Name: other, Src: text})))
			}
		}
	}
	return words
}

// wordsOf are the names in a script, without modules.
func wordsOf(src *lex.Source) map[string]bool {
	words := map[string]bool{}
	for _, t := range src.Tokens {
		if t.Kind == lex.Ident || t.Kind == lex.GlobalIdent {
			words[base(src.Text(t))] = true
		}
	}
	return words
}

// testPrefix begins the names of functions, events and hooks that `brogo test` calls.
const testPrefix = "test_"

// shadow finds locals, loop variables and parameters of functions that have the name of a variable that could be meant: a global one, or
// a local one of the function around an anonymous function. The parameters of events and hooks are named by their declarations.
func shadow(p *pass) {
	for _, b := range p.bodies {
		outer := map[string]*ir.Local{}
		for _, l := range b.fn.Params {
			if b.flavor() == types.FlavorFunction && b.of != nil {
				p.shadows(b.fn, l, "parameter", nil)
			}
			outer[l.Name] = l
		}
		p.shadowsIn(b.fn, b.fn.Body, outer)
	}
}

// shadowsIn looks at what s, a part of fn, declares. outer are the locals of the functions around by name.
func (p *pass) shadowsIn(fn *ir.Func, s ir.Stmt, outer map[string]*ir.Local) {
	around := map[string]*ir.Local{}
	for n, l := range outer {
		around[n] = l
	}
	ir.Inspect(s, func(n any) bool {
		switch n := n.(type) {
		case *ir.Init:
			around[n.Sym.Name] = n.Sym
		case *ir.For:
			for _, k := range append([]*ir.Local{n.Val}, n.Keys...) {
				if k != nil {
					around[k.Name] = k
				}
			}
		case *ir.Lambda:
			return false
		}
		return true
	})
	visit := func(n any) bool {
		switch n := n.(type) {
		case *ir.Init:
			p.shadows(fn, n.Sym, "local", outer)
		case *ir.For:
			for _, k := range append([]*ir.Local{n.Val}, n.Keys...) {
				if k != nil {
					p.shadows(fn, k, "loop variable", outer)
				}
			}
		case *ir.Lambda:
			for _, l := range n.Fn.Params {
				p.shadows(n.Fn, l, "parameter", around)
			}
			p.shadowsIn(n.Fn, n.Fn.Body, around)
			return false
		}
		return true
	}
	ir.Inspect(s, visit)
}

// shadows reports l if it has the name of a global or outer variable.
func (p *pass) shadows(fn *ir.Func, l *ir.Local, what string, outer map[string]*ir.Local) {
	if meant(l.Name) || l.At.File == nil {
		return
	}
	if o := outer[l.Name]; o != nil && o != l && o.At != l.At && !captured(fn, o) {
		p.report(l.At, "give one of them another name", "the %s %s hides the %s of the function around it", what, l.Name, l.Name)
		return
	}
	for _, full := range []string{fn.Module + "::" + l.Name, l.Name} {
		g := p.names[full]
		if g == nil || g.Kind != ir.KindVar && g.Kind != ir.KindConst && g.Kind != ir.KindOption {
			continue
		}
		where := ""
		if !ours(g.At) {
			where = " of " + place(g.At)
		}
		p.report(l.At, "give it another name", "the %s %s hides the global %s%s", what, l.Name, g.Name, where)
		return
	}
}

// captured reports whether fn carries the local o along: then a variable of that name in it is the captured one.
func captured(fn *ir.Func, o *ir.Local) bool {
	for _, c := range fn.Captures {
		if c.Outer == o {
			return true
		}
	}
	return false
}

// place is where something stands, for the middle of a message.
func place(at diag.Span) string {
	name := at.File.Name[strings.LastIndexByte(at.File.Name, '/')+1:]
	return name + ":" + strconv.Itoa(int(at.Line))
}
