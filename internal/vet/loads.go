package vet

import (
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
)

// unusedLoad finds @loads that bring nothing: what they load only declares things, none of which the file uses, or the file has loaded it
// already. Scripts that only load others are left alone, and so are those of the base scripts that the reference fills with handlers.
func unusedLoad(p *pass) {
	l := loads{engine: p.engine, files: map[string]*file{}, declared: map[string][]*ir.Global{}}
	for _, g := range p.globals {
		if g.At.File != nil {
			l.declared[g.At.File.Name] = append(l.declared[g.At.File.Name], g)
		}
	}
	for _, name := range p.engine.Scripts() {
		if isBase(name) {
			continue
		}
		f := l.file(name)
		if f == nil || f.items == 0 {
			continue
		}
		seen := map[string]bool{}
		for _, ld := range f.loads {
			if ld.path == "" || ld.conditional {
				continue
			}
			if seen[ld.path] {
				p.report(ld.at, "leave one of the two out", "%s is loaded twice here", ld.name)
				continue
			}
			seen[ld.path] = true
			if isBase(ld.path) && !strings.HasPrefix(ld.path, brogo.EmbeddedRoot+"/base/utils/") {
				continue
			}
			names := map[string]bool{}
			if l.declares(ld.path, names, map[string]bool{name: true}) && len(names) > 0 && !f.usesAny(names) {
				p.report(ld.at, "leave it out", "nothing of %s is used here", ld.name)
			}
		}
	}
}

// loads reads the files that others load.
type loads struct {
	engine   *brogo.Engine
	files    map[string]*file
	declared map[string][]*ir.Global
}

// file is what the tokens of a script tell.
type file struct {
	words map[string]bool // names without modules
	loads []loaded
	items int // declarations and statements
	acts  bool
}

type loaded struct {
	name, path  string
	at          diag.Span
	conditional bool
}

// declares collects the names that the file of a path and those that it loads declare. It is false if they also do something.
func (l *loads) declares(path string, names, seen map[string]bool) bool {
	if seen[path] {
		return true
	}
	seen[path] = true
	f := l.file(path)
	if f == nil || f.acts {
		return false
	}
	for _, g := range l.declared[path] {
		names[base(g.Name)] = true
	}
	for _, ld := range f.loads {
		if ld.path == "" || !l.declares(ld.path, names, seen) {
			return false
		}
	}
	return true
}

func (f *file) usesAny(names map[string]bool) bool {
	for n := range names {
		if f.words[n] {
			return true
		}
	}
	return false
}

// file reads a script, nil if it cannot be read.
func (l *loads) file(path string) *file {
	if f, known := l.files[path]; known {
		return f
	}
	l.files[path] = nil
	text, err := l.engine.FS().ReadFile(path)
	if err != nil {
		return nil
	}
	src := lex.New(&diag.File{Name: path, Src: text})
	f := &file{words: wordsOf(src)}
	depth, conds := 0, 0
	var first, last lex.Kind // of the item under way: EOF before its first token
	for i, t := range src.Tokens {
		switch t.Kind {
		case lex.EOF:
			continue
		case lex.AtIf, lex.AtIfdef, lex.AtIfndef:
			conds++
			continue
		case lex.AtEndif:
			conds--
			continue
		case lex.AtLoad:
			name := src.Arg(t)
			f.loads = append(f.loads, loaded{name, l.engine.FindFrom(name, path), src.Span(t), conds > 0})
			continue
		}
		if t.Kind.IsDirective() {
			f.acts = f.acts || t.Kind != lex.AtElse && t.Kind != lex.AtDeprecated && t.Kind != lex.AtPragma
			continue
		}
		if depth == 0 && first == lex.EOF && t.Kind != lex.RBrace && t.Kind != lex.Semi {
			first = t.Kind
			f.begins(first)
		}
		// A variable whose initial value calls something.
		if t.Kind == lex.LParen && first != lex.KwFunction && first != lex.KwType && last == lex.Ident && assigned(src.Tokens[:i]) {
			f.acts = true
		}
		last = t.Kind
		switch t.Kind {
		case lex.LBrace:
			if depth == 0 && first == lex.KwExport {
				first = lex.EOF
				continue
			}
			depth++
		case lex.LParen, lex.LBrack:
			depth++
		case lex.RParen, lex.RBrack, lex.RBrace:
			depth = max(depth-1, 0)
			if depth == 0 && t.Kind == lex.RBrace && (first == lex.KwFunction || first == lex.KwEvent || first == lex.KwHook) {
				first = lex.EOF
			}
		case lex.Semi:
			if depth == 0 {
				first = lex.EOF
			}
		}
	}
	l.files[path] = f
	return f
}

// begins takes note of the first word of an item.
func (f *file) begins(k lex.Kind) {
	switch k {
	case lex.KwModule, lex.KwExport:
		return
	case lex.KwGlobal, lex.KwConst, lex.KwOption, lex.KwType, lex.KwFunction:
	default:
		f.acts = true
	}
	f.items++
}

// assigned reports whether an initial value is under way behind these tokens.
func assigned(toks []lex.Token) bool {
	for i := len(toks) - 1; i >= 0 && toks[i].Kind != lex.Semi; i-- {
		if toks[i].Kind == lex.Assign {
			return true
		}
	}
	return false
}
