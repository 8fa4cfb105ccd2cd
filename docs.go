package brogo

import (
	"path"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
)

// documented looks a name up with its comments. Loading leaves comments out, which few programs ask for: the first question
// reads the scripts once more.
func (e *Engine) documented(name string) *ir.Global {
	if e.cfg.KeepDocs {
		return e.Lookup(name)
	}
	if e.docs == nil {
		cfg := e.cfg
		cfg.KeepDocs, cfg.ParseOnly, cfg.Dialect = true, true, e.d.Name
		cfg.Diagnostics = discard{}
		docs, err := New(cfg)
		if err != nil {
			return e.Lookup(name)
		}
		docs.Load()
		e.docs = docs
		e.closers = append(e.closers, docs.Close)
	}
	return e.docs.Lookup(name)
}

type discard struct{}

func (discard) Report(diag.Diagnostic) {}

// ScriptDoc returns the `##!` comments of a loaded script, which is named by its path or the end of it; of several the
// user's own go before the base scripts, and the shortest path counts.
func (e *Engine) ScriptDoc(name string) string {
	found := ""
	better := func(p string) bool {
		_, base := embedded(p)
		if _, was := embedded(found); base != was {
			return was
		}
		return len(p) < len(found)
	}
	for _, f := range e.loader.Files() {
		if (f.Path == name || strings.HasSuffix(f.Path, "/"+name)) && (found == "" || better(f.Path)) {
			found = f.Path
		}
	}
	text, err := e.cfg.FS.ReadFile(found)
	if found == "" || err != nil {
		return ""
	}
	src := lex.New(&diag.File{Name: found, Src: text})
	var lines []string
	for _, d := range src.Docs {
		if d.Kind == lex.DocSummary {
			lines = append(lines, strings.TrimPrefix(strings.TrimRight(src.DocText(d), " \t"), " "))
		}
	}
	return strings.Join(lines, "\n")
}

// Scripts lists the loaded scripts by their paths, in order.
func (e *Engine) Scripts() []string {
	var list []string
	for _, f := range e.loader.Files() {
		list = append(list, f.Path)
	}
	return list
}

// ScriptName is what @load would call a script: its path without the directory of the search path that it is in.
func (e *Engine) ScriptName(file string) string {
	best := path.Clean(file)
	for _, dir := range searchPath(e.pathDirs()) {
		if rest, ok := strings.CutPrefix(path.Clean(file), path.Clean(dir)+"/"); ok && len(rest) < len(best) {
			best = rest
		}
	}
	return best
}

// readme returns the README of a package, a directory along the search path.
func (e *Engine) readme(name string) string {
	for _, dir := range searchPath(e.pathDirs()) {
		if text, err := e.cfg.FS.ReadFile(path.Join(dir, name, "README")); err == nil {
			return text
		}
	}
	return ""
}
