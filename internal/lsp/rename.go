package lsp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// prepareRename says what would be renamed.
func prepareRename(s *server, p positionParams) (any, error) {
	d, u, err := s.renamable(p)
	if d == nil || err != nil {
		return nil, err
	}
	return prepareRenameResult{d.text.span(short(u)), nameOf(u)}, nil
}

// renamable finds the use of a name that a request is about. The document is nil if it is not open; the error says why the name has to stay.
func (s *server) renamable(p positionParams) (*document, *check.Use, error) {
	d := s.docs[p.TextDocument.URI]
	if d == nil {
		return nil, nil, nil
	}
	s.check(d)
	u := d.useAt(p.Position)
	if u == nil {
		return nil, nil, fmt.Errorf("there is no name here that means anything")
	}
	if why := foreign(u); why != "" {
		return nil, nil, fmt.Errorf("%s and cannot be renamed", why)
	}
	return d, u, nil
}

// rename changes a name wherever it is used in the workspace. It is refused if the new name is none, is taken, or would be an error.
func rename(s *server, p renameParams) (any, error) {
	d, u, err := s.renamable(p.positionParams)
	if d == nil || err != nil {
		return nil, err
	}
	sym := d.prog.symbolOf(u)
	name, err := newName(sym, p.NewName)
	if err != nil {
		return nil, err
	}
	if name == sym.base() {
		return workspaceEdit{map[string][]textEdit{}}, nil
	}
	if err := s.taken(d, u, name); err != nil {
		return nil, err
	}
	files := s.everywhere(d, sym)
	edit := workspaceEdit{make(map[string][]textEdit)}
	trial := make(map[string]*text)
	for _, f := range files {
		if f.failed {
			if at, ok := unresolved(f, sym.base()); ok {
				return nil, fmt.Errorf("%s may be another use of %s: mend the errors first", diag.Location(at), sym.base())
			}
		}
		if len(f.uses) == 0 {
			continue
		}
		uri := s.fileURI(f.path)
		edits := []textEdit{}
		for _, u := range f.uses {
			e := textEdit{f.text.span(short(&u)), name}
			if !slices.Contains(edits, e) {
				edits = append(edits, e)
			}
		}
		changed := f.text
		for i := len(edits) - 1; i >= 0; i-- {
			changed = changed.edit(contentChange{&edits[i].Range, name})
		}
		edit.Changes[uri], trial[f.path] = edits, changed
	}
	if err := s.try(trial); err != nil {
		return nil, fmt.Errorf("%s cannot be called %s: %w", sym.base(), name, err)
	}
	return edit, nil
}

// newName is the new name without its module, which must stay.
func newName(sym symbol, name string) (string, error) {
	name = strings.TrimSpace(name)
	if mod := names.Module(sym.global); sym.global != "" {
		name = strings.TrimPrefix(name, mod+"::")
	}
	toks := lex.New(&diag.File{Src: name}).Tokens
	if len(toks) != 2 || toks[0].Kind != lex.Ident || int(toks[0].End) != len(name) || strings.Contains(name, ":") {
		return "", fmt.Errorf("%q is no name that can be given here", name)
	}
	return name, nil
}

// taken tells that a name stands for something where the symbol is declared.
func (s *server) taken(d *document, u *check.Use, name string) error {
	e := d.prog.e
	is := func(full string) error {
		if g := e.Lookup(full); g != nil && g.T != nil {
			what := diag.Location(d.prog.now(g.At))
			if g.Builtin != nil {
				what = "built in"
			}
			return fmt.Errorf("%s is there already (%s)", full, what)
		}
		return nil
	}
	module := d.outline().moduleAt(d.text.offset(d.text.spot(u.At.Line, u.At.Col)))
	switch {
	case u.Field != nil && u.Local == nil:
		if g := owner(d.prog, u); g != nil && g.T.Rec.Lookup(name) >= 0 {
			return fmt.Errorf("%s has a field %s already", g.Name, name)
		}
		return nil
	case u.Global != nil:
		module = names.Module(u.Global.Name)
	}
	if module != "GLOBAL" {
		if err := is(module + "::" + name); err != nil {
			return err
		}
	}
	return is(name)
}

// unresolved finds a word that may be a use of a name and that the checker has not come to.
func unresolved(f found, name string) (diag.Span, bool) {
	src := lex.New(f.source.file)
	for _, t := range src.Tokens {
		if t.Kind != lex.Ident && t.Kind != lex.GlobalIdent {
			continue
		}
		text := src.Text(t)
		if text[strings.LastIndexByte(text, ':')+1:] == name && f.source.at(t.Line, t.Col) == nil {
			return src.Span(t), true
		}
	}
	return diag.Span{}, false
}

// try checks changed files as they would be, and tells the first error that was not there before.
func (s *server) try(changed map[string]*text) error {
	var before, after []diag.Diagnostic
	paths := sortedPaths(changed)
	check := func() (all []diag.Diagnostic) {
		for _, path := range paths {
			p := s.load(s.rootOf(&document{path: path}), path, nil)
			for _, x := range p.diags {
				if x.Severity.IsError() {
					all = append(all, x)
				}
			}
			p.close()
		}
		return all
	}
	before = check()
	s.trial = changed
	after = check()
	s.trial = nil
	if len(after) > len(before) {
		for _, x := range after {
			if !slices.ContainsFunc(before, func(y diag.Diagnostic) bool { return x.Msg == y.Msg }) {
				return fmt.Errorf("%s: %s", diag.Location(x.At), x.Msg)
			}
		}
		return fmt.Errorf("that would be an error")
	}
	return nil
}

func sortedPaths(m map[string]*text) []string {
	var out []string
	for path := range m {
		out = append(out, path)
	}
	slices.Sort(out)
	return out
}
