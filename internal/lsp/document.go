package lsp

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
	"github.com/brogo/brogo/lang/types"
)

// document is a file that the client has opened.
type document struct {
	uri     string
	path    string // as scripts name it: a file that shows a base script has the script's
	version int
	text    *text
	stale   bool     // prog is of older files, or there is none
	edited  bool     // prog is of an older text of the document, and nothing else has changed
	urgent  bool     // the text has changed: its diagnostics do not wait
	prog    *program // never nil once checked
	kept    kept
	tree    *tree // of text; nil if it has not been asked for
	// scopes are the locals of each function when it was last in order, by the words that it starts with.
	scopes map[string]map[string]*types.Type
}

func (d *document) drop() {
	d.prog.close()
	d.prog = nil
}

// tree is what the text of a document is made of, whatever its conditions say.
type tree struct {
	src   *lex.Source
	items []item
	now   func(diag.Span) diag.Span // brings places in the items up to date; nil if they are
}

// item is one declaration at the top level.
type item struct {
	decl     ast.Decl // nil if it is broken
	head     string   // its first words
	from, to int32    // its bytes
	module   string   // behind it
	whole    bool     // no directives stand in it
	lost     []string // names that mistakes in its syntax have kept from being declared
	body     *body    // of a function or handler, if the checker has come to it
}

// outline parses the text of the document once.
func (d *document) outline() *tree {
	if d.tree == nil {
		d.tree = parseTree(d.path, d.text.s)
	}
	return d.tree
}

func parseTree(path, text string) *tree {
	src := lex.New(&diag.File{Name: path, Src: text})
	src.KeepDocs = true
	t := &tree{src: src}
	r := parse.NewReader(src, allBranches{})
	for {
		it, ok := r.Next()
		if !ok {
			return t
		}
		if len(it.Toks) == 0 {
			continue
		}
		decl, err := parse.Decl(src, it)
		if err != nil {
			r.Recover(err)
		}
		t.add(it, decl)
	}
}

// add appends an item.
func (t *tree) add(it parse.Item, decl ast.Decl) {
	module := "GLOBAL"
	if n := len(t.items); n > 0 {
		module = t.items[n-1].module
	}
	if m, ok := decl.(*ast.Module); ok {
		module = m.Name.Name
	}
	first := sort.Search(len(t.src.Tokens), func(i int) bool { return t.src.Tokens[i].Off >= it.Toks[0].Off })
	n := len(it.Toks) - 1
	whole := !it.Unterminated && first+n < len(t.src.Tokens) && t.src.Tokens[first+n].Off == it.Toks[n].Off
	t.items = append(t.items, item{whole: whole, decl: decl, head: head(t.src, it.Toks), from: it.Toks[0].Off, to: it.Toks[len(it.Toks)-1].End, module: module})
}

// allBranches reads every first branch.
type allBranches struct{}

func (allBranches) Condition(parse.Directive) bool { return true }
func (allBranches) Directive(parse.Directive)      {}
func (allBranches) Report(diag.Diagnostic)         {}

// head is what an item starts with, up to its parameters: it tells items of a file apart.
func head(src *lex.Source, toks []lex.Token) string {
	var words []string
	for _, t := range toks[:min(len(toks), 3)] {
		if t.Kind == lex.LParen || t.Kind == lex.LBrace {
			break
		}
		words = append(words, src.Text(t))
	}
	return strings.Join(words, " ")
}

// itemAt is the item that an offset stands in or behind, nil before the first one.
func (t *tree) itemAt(off int) *item {
	var last *item
	for i := range t.items {
		if int(t.items[i].from) > off {
			break
		}
		last = &t.items[i]
	}
	return last
}

// moduleAt is the module that an offset stands in.
func (t *tree) moduleAt(off int) string {
	if it := t.itemAt(off); it != nil {
		return it.module
	}
	return "GLOBAL"
}

// source is the document as its program has it, nil if the program does not load it.
func (d *document) source() *source {
	if d.prog == nil {
		return nil
	}
	return d.prog.files[d.path]
}

// check brings the document's program up to date.
func (s *server) check(d *document) {
	if !d.stale && !d.edited && d.prog != nil {
		return
	}
	if !d.stale && d.prog.follow(s, d) {
		d.edited = false
		return
	}
	old := d.prog
	p := s.load(s.rootOf(d), d.path, &d.kept)
	if old != nil && !p.vetted {
		p.findings = old.findings // until Vet has run again
	}
	old.close()
	d.prog, d.stale, d.edited = p, false, false
	if p.tree != nil && !strings.Contains(d.text.s, "@if") {
		d.tree = p.tree // with conditions it would lack what they leave out
	}
	s.keepScopes(d)
}

// keepScopes remembers the locals of all functions that were checked: while one is being typed it may be no function at all.
func (s *server) keepScopes(d *document) {
	src := d.source()
	if src == nil {
		return
	}
	t := d.outline()
	i := 0
	for n := range t.items {
		it := &t.items[n]
		found := map[string]*types.Type{}
		for ; i < len(src.uses); i++ {
			u := &src.uses[i]
			off := d.text.lines[min(int(u.At.Line)-1, len(d.text.lines)-1)] + int(u.At.Col) - 1
			if off >= int(it.to) {
				break
			}
			if u.Local != nil && u.Decl && off >= int(it.from) && u.Local.T != nil && !u.Local.T.IsError() {
				found[u.Local.Name] = u.Local.T
			}
		}
		d.keepScope(it, found)
	}
}

// keepScope remembers the locals of one item.
func (d *document) keepScope(it *item, found map[string]*types.Type) {
	if len(found) == 0 {
		return
	}
	if it.decl == nil {
		for name, t := range d.scopes[it.head] {
			if found[name] == nil {
				found[name] = t
			}
		}
	}
	if d.scopes == nil {
		d.scopes = make(map[string]map[string]*types.Type)
	}
	d.scopes[it.head] = found
}

// rootOf is the script whose loading shows a document as it is meant: the package file of its directory, if that loads it, else itself.
func (s *server) rootOf(d *document) string {
	base := filepath.Base(d.path)
	if embedded(d.path) || strings.HasPrefix(base, "__load__.") {
		return d.path
	}
	dir, ext := filepath.Dir(d.path), filepath.Ext(base)
	fs := overlay{s.fs(), s}
	for _, e := range []string{ext, ".zeek", ".bro"} {
		pkg := filepath.Join(dir, "__load__"+e)
		text, err := fs.ReadFile(pkg)
		if err != nil {
			continue
		}
		stem := strings.TrimSuffix(base, ext)
		for line := range strings.Lines(text) {
			f := strings.Fields(line)
			if len(f) > 1 && f[0] == "@load" && (f[1] == "./"+stem || f[1] == "./"+base) {
				return pkg
			}
		}
	}
	return d.path
}

func didOpen(s *server, p didOpenParams) (any, error) {
	path, ok := pathOf(p.TextDocument.URI)
	if !ok {
		// A document that is no file yet has a name of its own.
		path = p.TextDocument.URI
	}
	s.forget(p.TextDocument.URI)
	d := &document{uri: p.TextDocument.URI, path: s.base.script(path), version: p.TextDocument.Version, text: newText(p.TextDocument.Text), stale: true, urgent: true}
	s.docs[d.uri] = d
	s.outdate()
	return nil, nil
}

func didChange(s *server, p didChangeParams) (any, error) {
	d := s.docs[p.TextDocument.URI]
	if d == nil {
		return nil, nil
	}
	for _, c := range p.ContentChanges {
		d.text = d.text.edit(c)
	}
	if p.TextDocument.Version != nil {
		d.version = *p.TextDocument.Version
	}
	d.tree, d.edited, d.urgent = nil, true, true
	for _, o := range s.docs {
		if o != d && o.prog != nil && o.prog.files[d.path] != nil {
			o.stale = true
		}
	}
	return nil, nil
}

func didSave(s *server, _ documentParams) (any, error) {
	s.outdate()
	return nil, nil
}

func didClose(s *server, p documentParams) (any, error) {
	s.forget(p.TextDocument.URI)
	s.outdate()
	return nil, nil
}

// forget closes a document.
func (s *server) forget(uri string) {
	if d := s.docs[uri]; d != nil {
		s.withdraw(uri)
		d.drop()
		delete(s.docs, uri)
	}
}

// outdate has every document checked again: files have changed that they may load.
func (s *server) outdate() {
	for _, d := range s.docs {
		d.stale = true
	}
}

// opened lists the documents in a fixed order.
func (s *server) opened() []*document {
	var out []*document
	for _, uri := range slices.Sorted(maps.Keys(s.docs)) {
		out = append(out, s.docs[uri])
	}
	return out
}

func didChangeFolders(s *server, p didChangeFoldersParams) (any, error) {
	for _, f := range p.Event.Removed {
		if path, ok := pathOf(f.URI); ok {
			s.folders = slices.DeleteFunc(s.folders, func(x string) bool { return x == path })
		}
	}
	s.addFolders(p.Event.Added)
	s.outdate()
	return nil, nil
}

func (s *server) addFolders(list []workspaceFolder) {
	for _, f := range list {
		if path, ok := pathOf(f.URI); ok && !slices.Contains(s.folders, path) {
			s.folders = append(s.folders, path)
		}
	}
}

func didChangeConfiguration(s *server, p struct {
	Settings struct {
		Brogo json.RawMessage `json:"brogo"`
	} `json:"settings"`
}) (any, error) {
	if len(p.Settings.Brogo) == 0 {
		return nil, nil
	}
	var set settings
	if err := json.Unmarshal(p.Settings.Brogo, &set); err != nil {
		return nil, err
	}
	s.set = set
	s.outdate()
	return nil, nil
}
