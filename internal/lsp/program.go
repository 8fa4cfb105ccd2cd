package lsp

import (
	"io"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/load"
	"github.com/brogo/brogo/lang/parse"
)

// program is what one script and all that it loads mean, at one time.
type program struct {
	root  string
	e     *brogo.Engine
	files map[string]*source // by path; base scripts only if they were asked for
	said  []said             // by the checker, in its order
	diags []diag.Diagnostic  // of these, what is shown
	sink  *diag.List
	// findings are those of Options.Vet, once it has run.
	findings []diag.Diagnostic
	vetted   bool
	failed   bool  // there are errors
	tree     *tree // of the file that somebody looks at, as far as its conditions let it be read

	// For follow.
	follows bool               // edits can be followed
	several bool               // there are other files than that one and the base scripts
	latest  *diag.File         // that file with its latest text
	shifts  []shift            // of its lines
	since   map[*diag.File]int // how many of them a text of it has behind it
	collect bool               // uses go to fresh
	fresh   []check.Use
}

// source is one file of a program with all names in it.
type source struct {
	file *diag.File
	text *text
	uses []check.Use // by place
}

// overlay shows opened documents in place of the files that they are.
type overlay struct {
	load.FS
	s *server
}

// ReadFile returns the text of an opened document, else of a file.
func (o overlay) ReadFile(name string) (string, error) {
	if t := o.s.trial[name]; t != nil {
		return t.s, nil
	}
	if d := o.s.docAt(name); d != nil {
		return d.text.s, nil
	}
	return o.FS.ReadFile(name)
}

// Stat knows documents that are no files yet.
func (o overlay) Stat(name string) (exists, dir bool) {
	if d := o.s.docAt(name); d != nil {
		return true, false
	}
	return o.FS.Stat(name)
}

// ReadDir lists a directory of scripts.
func (o overlay) ReadDir(dir string) []string {
	if l, ok := o.FS.(interface{ ReadDir(string) []string }); ok {
		return l.ReadDir(dir)
	}
	return nil
}

// docAt is the opened document of a path, or nil.
func (s *server) docAt(path string) *document {
	if d := s.docs[uriOf(path)]; d != nil {
		return d
	}
	for _, d := range s.docs {
		if d.path == path {
			return d
		}
	}
	return nil
}

// searchPath is where @load looks, but for the base scripts: what is set, or the environment's, and the workspace.
func (s *server) searchPath() []string {
	dirs := slices.Clone(s.set.Path)
	if len(dirs) == 0 {
		env := s.o.Engine.Env
		for _, name := range []string{"ZEEKPATH", "BROPATH"} {
			if env == nil {
				break
			}
			if p, ok := env(name); ok && p != "" {
				dirs = strings.Split(p, ":")
				break
			}
		}
	}
	for i, d := range dirs {
		if !filepath.IsAbs(d) && len(s.folders) > 0 {
			dirs[i] = filepath.Join(s.folders[0], d)
		}
	}
	for _, f := range s.folders {
		if !slices.Contains(dirs, f) {
			dirs = append(dirs, f)
		}
	}
	return dirs
}

// config is how a script is loaded, with the opened documents in place of files.
func (s *server) config(root string) brogo.Config {
	cfg := s.o.Engine
	cfg.Files, cfg.Path, cfg.Dialect, cfg.Bare = []string{root}, s.searchPath(), s.set.Dialect, s.set.Bare
	cfg.ParseOnly, cfg.KeepGoing, cfg.Confined, cfg.Deterministic = true, true, true, true
	cfg.NoUnusedWarnings = s.vets()
	cfg.Stdin, cfg.Stdout, cfg.Stderr = strings.NewReader(""), io.Discard, io.Discard
	cfg.FS = overlay{s.fs(), s}
	return cfg
}

// kept is a file whose text changes and what was parsed of it. An item of the same text at the same place is the same as before: its
// spans name the file, whose text is replaced.
type kept struct {
	file  *diag.File
	items map[keptItem]ast.Decl
}

type keptItem struct {
	line, col int32
	text      string
}

// load checks a script. path is the file that somebody looks at; the names of a base script are noted only if it is that. k is what an
// earlier check has left of the file, nil if none is to come.
func (s *server) load(root, path string, k *kept) *program {
	p := &program{root: root, files: make(map[string]*source), sink: &diag.List{}, follows: k != nil && !embedded(path)}
	byFile := make(map[*diag.File]*source)
	cfg := s.config(root)
	cfg.Diagnostics = p.sink
	var last *source
	cfg.Named = func(u check.Use) {
		if p.collect {
			if u.At.File.Name == path {
				p.fresh = append(p.fresh, u)
			}
			return
		}
		if last == nil || last.file != u.At.File {
			if last = byFile[u.At.File]; last == nil {
				last = &source{file: u.At.File}
				byFile[u.At.File] = last
			}
		}
		if !embedded(u.At.File.Name) || u.At.File.Name == path {
			last.uses = append(last.uses, u)
		}
	}
	cfg.Through = true
	items := make(map[keptItem]ast.Decl)
	cfg.File = func(name, text string) *diag.File {
		if !embedded(name) {
			p.several = p.several || name != path
			p.follows = p.follows && !strings.Contains(text, "@pragma")
		}
		if name != path || k == nil {
			return &diag.File{Name: name, Src: text}
		}
		if k.file == nil {
			k.file = &diag.File{Name: path}
		}
		k.file.Src = text
		return k.file
	}
	w := &watcher{p: p, path: path}
	cfg.Body, cfg.Done = w.body, w.done
	cfg.Parse = func(src *lex.Source, it parse.Item) (decl ast.Decl, err error) {
		if src.File.Name != path || len(it.Toks) == 0 {
			return parse.Decl(src, it)
		}
		first, last := it.Toks[0], it.Toks[len(it.Toks)-1]
		key := keptItem{first.Line, first.Col, src.File.Src[first.Off:last.End]}
		if k != nil && it.Kind == parse.Code {
			decl = k.items[key]
		}
		if decl == nil {
			decl, err = parse.Decl(src, it)
		}
		// A directive within the item may have left out some of its text.
		if err == nil && decl != nil && !strings.Contains(key.text, "@") {
			items[key] = decl
		}
		if p.tree == nil {
			p.tree = &tree{src: src}
		}
		p.tree.add(it, decl)
		w.begin(decl, err)
		return decl, err
	}
	e, err := brogo.New(cfg)
	if err != nil {
		p.diags = append(p.diags, diag.Diagnostic{Severity: diag.Error, Code: diag.CommandLine, Msg: err.Error()})
		p.failed = true
		return p
	}
	p.e = e
	// What runs while loading (initial values, @if) may never end: the first interrupt asks, the second one ends it.
	limit := time.AfterFunc(s.o.Limit, func() { e.Interrupt(); e.Interrupt() })
	code := e.Load()
	if !limit.Stop() && code != 0 {
		p.follows = false
		p.sink.Report(diag.Diagnostic{Severity: diag.Warning, Code: diag.Load, At: diag.Span{File: &diag.File{Name: root}, Line: 1},
			Msg: "checking was given up: the code that runs while this script is loaded takes too long"})
	}
	if embedded(path) {
		// Its declarations and bodies wait until somebody needs them.
		for _, g := range e.Checker().Globals() {
			for _, b := range g.Bodies {
				if b.At.File != nil && b.At.File.Name == path {
					b.Complete()
				}
			}
		}
	}
	if k != nil {
		k.items = items
	}
	p.failed = code != 0
	w.end()
	p.explain()
	for f, src := range byFile {
		sortUses(&src.uses)
		p.files[f.Name] = src
	}
	return p
}

// explain has diags show what was said.
func (p *program) explain() {
	p.diags = nil
	for _, x := range p.said {
		p.diags = append(p.diags, x.Diagnostic)
	}
	p.diags = explained(p.diags)
}

// watcher notes, while a program is loaded, which diagnostics are about which body of the document.
type watcher struct {
	p      *program
	path   string
	of     *item // under way, nil outside of the document
	start  int   // diagnostics before it
	syntax int   // mistakes of its syntax
	spans  []saidSpan
}

type saidSpan struct {
	from, to int
	of       *body
}

// begin is called when an item of the document has been parsed.
func (w *watcher) begin(decl ast.Decl, err error) {
	w.of, w.start, w.syntax = &w.p.tree.items[len(w.p.tree.items)-1], len(w.p.sink.All), 0
	e, _ := err.(*parse.Error)
	if e != nil {
		w.syntax, w.of.lost = len(e.Diags), e.Declares
	}
	fn, ok := decl.(*ast.FuncDecl)
	if !ok || fn.Body == nil || !w.of.whole {
		return
	}
	b := &body{open: offsetOf(fn.Body.Span(), w.p.tree.src, w.of.from), plain: true}
	if e != nil {
		for _, x := range e.Diags {
			b.plain = b.plain && !before(x.At, fn.Body.Span())
		}
	}
	w.of.body = b
}

// offsetOf is the offset of the token at a place, which stands at an offset or behind it.
func offsetOf(at diag.Span, src *lex.Source, from int32) int32 {
	i := sort.Search(len(src.Tokens), func(i int) bool { return src.Tokens[i].Off >= from })
	for src.Tokens[i].Kind != lex.EOF && (src.Tokens[i].Line != at.Line || src.Tokens[i].Col != at.Col) {
		i++
	}
	return src.Tokens[i].Off
}

// body is called before the body of the item under way is checked.
func (w *watcher) body(b *check.Body) {
	if w.of == nil || w.of.body == nil || w.of.body.check != nil {
		return
	}
	w.of.body.check = b
	w.of.body.plain = w.of.body.plain && len(w.p.sink.All) == w.start+w.syntax
}

// done is called when an item is over.
func (w *watcher) done(src *lex.Source, _ parse.Item) {
	if w.of == nil || src.File.Name != w.path {
		return
	}
	if b := w.of.body; b != nil && (b.check == nil || !b.plain) {
		w.of.body = nil
	} else if b != nil {
		w.spans = append(w.spans, saidSpan{w.start, len(w.p.sink.All), b})
	}
	w.of = nil
}

// end is called when the program is loaded. A function that has run already may have had its part in what was loaded.
func (w *watcher) end() {
	p := w.p
	for _, d := range p.sink.All {
		p.said = append(p.said, said{d, nil})
	}
	for _, s := range w.spans {
		for i := s.from; i < s.to; i++ {
			p.said[i].of = s.of
		}
	}
	p.sink.All = nil
	if p.tree == nil {
		return
	}
	for i := range p.tree.items {
		if b := p.tree.items[i].body; b != nil && p.e.Machine().Called(b.check.Global, b.check.Func) {
			p.tree.items[i].body = nil
		}
	}
}

// explained leaves out what a file that is not there explains: names that it may declare.
func explained(list []diag.Diagnostic) []diag.Diagnostic {
	if !slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.Code == diag.Load && d.Severity.IsError() }) {
		return list
	}
	return slices.DeleteFunc(list, func(d diag.Diagnostic) bool {
		return d.Code == diag.UnknownName || d.Code == diag.NotAnEvent || d.Code == diag.DeadHandler
	})
}

// sortUses puts uses in order, each of them once.
func sortUses(uses *[]check.Use) {
	sort.SliceStable(*uses, func(i, j int) bool { return earlier((*uses)[i], (*uses)[j]) })
	*uses = slices.CompactFunc(*uses, func(a, b check.Use) bool { return a == b })
}

// earlier orders uses by place. Of several at one place a local goes first, then a global: a parameter is a field, too.
func earlier(a, b check.Use) bool {
	switch {
	case a.At.Line != b.At.Line:
		return a.At.Line < b.At.Line
	case a.At.Col != b.At.Col:
		return a.At.Col < b.At.Col
	}
	return rank(a) < rank(b)
}

func rank(u check.Use) int {
	switch {
	case u.Local != nil:
		return 0
	case u.Global != nil:
		return 1
	}
	return 2
}

func (p *program) close() {
	if p != nil && p.e != nil {
		p.e.Close()
	}
}

// textOf is the text of a file as the program was checked with.
func (p *program) textOf(f *diag.File) *text {
	src := p.files[f.Name]
	if src == nil || src.file != f {
		return newText(f.Src)
	}
	if src.text == nil {
		src.text = newText(f.Src)
	}
	return src.text
}

// at finds the use that covers a place given in lines and columns from 1.
func (src *source) at(line, col int32) *check.Use {
	if src == nil {
		return nil
	}
	i := sort.Search(len(src.uses), func(i int) bool {
		u := src.uses[i].At
		return u.Line > line || u.Line == line && u.Col > col
	})
	for i--; i >= 0 && src.uses[i].At.Line == line; i-- {
		if u := &src.uses[i]; col <= u.At.EndCol {
			for i > 0 && src.uses[i-1].At == u.At {
				i--
				u = &src.uses[i]
			}
			return u
		}
	}
	return nil
}

// symbol tells what a name stands for, across programs and their checks: a global by its full name, a local or field by the place of
// its declaration.
type symbol struct {
	global    string
	name      string
	file      string
	line, col int32
}

func (p *program) symbolOf(u *check.Use) symbol {
	switch {
	case u.Global != nil:
		return symbol{global: u.Global.Name}
	case u.Local != nil:
		return placed(u.Local.Name, p.now(u.Local.At))
	}
	return placed(u.Field.Name, p.now(u.Field.At))
}

// nameOf is the name of what u stands for, without its module.
func nameOf(u *check.Use) string {
	switch {
	case u.Global != nil:
		return baseName(u.Global.Name)
	case u.Local != nil:
		return u.Local.Name
	}
	return u.Field.Name
}

// baseName is a name without its module.
func baseName(full string) string { return full[strings.LastIndexByte(full, ':')+1:] }

func placed(name string, at diag.Span) symbol {
	if at.File == nil {
		return symbol{name: name}
	}
	return symbol{name: name, file: at.File.Name, line: at.Line, col: at.Col}
}

// base is the name without its module.
func (s symbol) base() string {
	if s.global != "" {
		return baseName(s.global)
	}
	return s.name
}

// foreign tells why a name cannot be changed, "" if it can.
func foreign(u *check.Use) string {
	var at diag.Span
	switch {
	case u.Global != nil:
		if u.Global.Builtin != nil {
			return u.Global.Name + " is built in"
		}
		at = u.Global.At
	case u.Local != nil:
		at = u.Local.At
	default:
		at = u.Field.At
	}
	if at.File == nil || embedded(at.File.Name) || strings.HasPrefix(at.File.Name, "<") {
		return nameOf(u) + " belongs to the base scripts"
	}
	return ""
}

const embeddedPrefix = brogo.EmbeddedRoot + "/"

func embedded(path string) bool { return strings.HasPrefix(path, embeddedPrefix) }
