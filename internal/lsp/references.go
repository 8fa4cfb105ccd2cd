package lsp

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
)

// maxFiles bounds how many files of a workspace are looked at.
const maxFiles = 20000

// found is one file with the names in it that are looked for.
type found struct {
	path   string
	text   *text
	uses   []check.Use
	source *source
	failed bool // there are mistakes in the program, so that names may be missing
}

// everywhere finds the uses of a symbol in the opened documents, in all that they load and in the files of the workspace.
func (s *server) everywhere(d *document, sym symbol) []found {
	var out []found
	seen := map[string]bool{}
	add := func(p *program, path string) {
		src := p.files[path]
		if src == nil || seen[path] || embedded(path) || strings.HasPrefix(path, "<") {
			return
		}
		seen[path] = true
		f := found{path: path, text: p.textOf(src.file), source: src, failed: p.failed}
		for _, u := range src.uses {
			if p.symbolOf(&u) == sym {
				f.uses = append(f.uses, u)
			}
		}
		if len(f.uses) > 0 || p.failed {
			out = append(out, f)
		}
	}
	add(d.prog, d.path)
	docs := s.opened()
	for _, o := range docs {
		s.check(o)
		add(o.prog, o.path)
	}
	for _, o := range docs {
		for _, path := range o.prog.paths() {
			add(o.prog, path)
		}
	}
	for _, path := range s.workspaceFiles(sym.base()) {
		if seen[path] {
			continue
		}
		p := s.load(s.rootOf(&document{path: path}), path, nil)
		add(p, path)
		for _, other := range p.paths() {
			add(p, other)
		}
		p.close()
	}
	slices.SortFunc(out, func(a, b found) int { return strings.Compare(a.path, b.path) })
	return out
}

// paths are the files of a program in a fixed order.
func (p *program) paths() []string {
	var out []string
	for path := range p.files {
		out = append(out, path)
	}
	slices.Sort(out)
	return out
}

// workspaceFiles lists the scripts below the workspace's folders that hold a word.
func (s *server) workspaceFiles(word string) []string {
	var out []string
	n := 0
	for _, dir := range s.folders {
		_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil
			case e.IsDir() && path != dir && (strings.HasPrefix(e.Name(), ".") || e.Name() == "node_modules"):
				return filepath.SkipDir
			case e.IsDir() || !isScript(path):
				return nil
			}
			if n++; n > maxFiles {
				return filepath.SkipAll
			}
			if word == "" {
				out = append(out, path)
			} else if b, err := os.ReadFile(path); err == nil && strings.Contains(string(b), word) {
				out = append(out, path)
			}
			return nil
		})
	}
	return out
}

func isScript(path string) bool {
	return strings.HasSuffix(path, ".zeek") || strings.HasSuffix(path, ".bro")
}

// references lists where a name is used.
func (s *server) references(d *document, p referenceParams) any {
	u := d.useAt(p.Position)
	if u == nil {
		return nil
	}
	out := []location{}
	for _, f := range s.everywhere(d, d.prog.symbolOf(u)) {
		for _, u := range f.uses {
			if u.Decl && !p.Context.IncludeDeclaration {
				continue
			}
			loc := location{s.fileURI(f.path), f.text.span(u.At)}
			if !slices.Contains(out, loc) {
				out = append(out, loc)
			}
		}
	}
	return out
}

// highlight marks the uses of a name in its document.
func (s *server) highlight(d *document, p positionParams) any {
	u := d.useAt(p.Position)
	if u == nil {
		return nil
	}
	sym := d.prog.symbolOf(u)
	out := []documentHighlight{}
	for _, o := range d.source().uses {
		if d.prog.symbolOf(&o) == sym {
			h := documentHighlight{d.text.span(o.At), highlightRead}
			if o.Decl {
				h.Kind = highlightWrite
			}
			if n := len(out); n == 0 || out[n-1].Range != h.Range {
				out = append(out, h)
			}
		}
	}
	return out
}

// owner is the record type that a field belongs to, nil if no name says.
func owner(p *program, f *check.Use) *ir.Global {
	if p.e == nil || f.Field == nil {
		return nil
	}
	for _, g := range p.e.Checker().Known() {
		if g.Kind == ir.KindType && g.T != nil && g.T.Rec != nil && slices.Contains(g.T.Rec.Fields, f.Field) {
			return g
		}
	}
	return nil
}

// short is the place of a name without its module.
func short(u *check.Use) diag.Span {
	at := u.At
	at.Col = at.EndCol - int32(len(nameOf(u)))
	return at
}
