package lsp

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
	"github.com/brogo/brogo/lang/types"
)

// maxItems bounds what is offered at once; a client asks again when more has been typed.
const maxItems = 400

// catalogue holds what base scripts and builtins offer, for one dialect: everything is checked once, for all documents.
type catalogue struct {
	e    *brogo.Engine
	list []*ir.Global
	has  map[string]bool
}

// catalogue is that of a program's dialect.
func (s *server) catalogue(p *program) *catalogue {
	name := p.e.Dialect().Name
	if s.set.Bare {
		name += " bare"
	}
	if c := s.catalogues[name]; c != nil {
		return c
	}
	c := &catalogue{has: make(map[string]bool)}
	cfg := s.o.Engine
	cfg.Files, cfg.Dialect, cfg.Bare = nil, p.e.Dialect().Name, s.set.Bare
	cfg.ParseOnly, cfg.KeepGoing, cfg.Confined, cfg.Deterministic = true, true, true, true
	cfg.Diagnostics = &diag.List{}
	e, err := brogo.New(cfg)
	if err != nil {
		return c
	}
	c.e = e
	e.Load()
	e.Checker().Globals()
	rows := e.RowNames()
	sort.Strings(rows)
	for _, name := range rows {
		e.Lookup(name)
	}
	for _, g := range e.Checker().Known() {
		c.list = append(c.list, g)
		c.has[g.Name] = true
	}
	s.catalogues[name] = c
	return c
}

// known calls f with every global that a program can name.
func (s *server) known(p *program, f func(*ir.Global)) {
	if p.e == nil {
		return
	}
	c := s.catalogue(p)
	put := p.e.PutOff()
	sort.Strings(put)
	for _, name := range put {
		if !c.has[name] {
			p.e.Lookup(name) // of a script that is not loaded by default
		}
	}
	for _, g := range p.e.Checker().Known() {
		if !c.has[g.Name] {
			f(g)
		}
	}
	for _, g := range c.list {
		f(g)
	}
}

// completer collects what may stand at one place.
type completer struct {
	s      *server
	d      *document
	off    int    // where
	word   string // what is typed of it
	head   string // the line before that
	toks   []lex.Token
	prev   int // the token before the word, -1 if it is the first
	module string
	r      textRange
	out    completionList
	seen   map[string]bool
}

func (s *server) completion(d *document, p positionParams) any {
	c := &completer{s: s, d: d, off: d.text.offset(p.Position), seen: make(map[string]bool)}
	src := d.outline().src
	c.toks = src.Tokens
	lineStart := strings.LastIndexByte(d.text.s[:c.off], '\n') + 1
	before := d.text.s[lineStart:c.off]
	if c.silent() {
		return c.list()
	}
	trimmed := strings.TrimLeft(before, " \t")
	for _, dir := range []string{"@load ", "@unload ", "@load-sigs "} {
		if arg, ok := strings.CutPrefix(trimmed, dir); ok {
			c.scripts(strings.TrimLeft(arg, " \t"))
			return c.list()
		}
	}
	start := len(before)
	for start > 0 && names.WordByte(before[start-1]) {
		start--
	}
	// A colon that stands before a word by itself does not belong to it.
	for start < len(before) && before[start] == ':' && !strings.HasPrefix(before[start:], "::") {
		start++
	}
	c.head, c.word = before[:start], before[start:]
	c.setRange(c.word)
	c.prev = sort.Search(len(c.toks), func(i int) bool { return int(c.toks[i].End) > lineStart+start || c.toks[i].Kind == lex.EOF }) - 1
	c.module = d.outline().moduleAt(c.off)
	switch {
	case strings.HasSuffix(c.head, "$"):
		c.fields()
	case strings.HasSuffix(c.head, "&") && !strings.HasSuffix(c.head, "&&"):
		for _, a := range names.Attributes() {
			c.wordItem("&"+a, a, completeKeyword)
		}
	case strings.HasSuffix(c.head, "@"):
		for _, dir := range names.Directives() {
			c.wordItem(dir, dir[1:], completeKeyword)
		}
	case strings.HasSuffix(c.head, ".") || c.prev >= 0 && c.toks[c.prev].Kind == lex.Count && strings.HasSuffix(c.head, "."):
	default:
		c.names()
	}
	return c.list()
}

func (c *completer) list() completionList {
	if c.out.Items == nil {
		c.out.Items = []completionItem{}
	}
	if len(c.out.Items) > maxItems {
		c.out.Items, c.out.IsIncomplete = c.out.Items[:maxItems], true
	}
	return c.out
}

func (c *completer) setRange(word string) {
	c.r = textRange{c.d.text.position(c.off - len(word)), c.d.text.position(c.off)}
}

// silent reports whether the place is within a comment or a literal that nothing is to be offered in.
func (c *completer) silent() bool {
	i := sort.Search(len(c.toks), func(i int) bool { return int(c.toks[i].End) >= c.off })
	if i < len(c.toks) {
		if t := c.toks[i]; int(t.Off) < c.off && (t.Kind == lex.Pattern || t.Kind == lex.String || t.Kind == lex.Illegal && strings.ContainsAny(c.d.text.s[t.Off:t.Off+1], "\"/")) {
			return int(t.End) > c.off || t.Kind == lex.Illegal
		}
	}
	from := 0
	if i > 0 {
		from = int(c.toks[i-1].End)
	}
	gap := c.d.text.s[min(from, c.off):c.off]
	return strings.LastIndexByte(gap, '#') > strings.LastIndexByte(gap, '\n')
}

// add offers an item once if it begins with what is typed. Its label is what is inserted unless it says otherwise.
func (c *completer) add(it completionItem) {
	if c.seen[it.Label] {
		return
	}
	c.seen[it.Label] = true
	if it.TextEdit == nil {
		it.TextEdit = &textEdit{c.r, it.Label}
	}
	c.out.Items = append(c.out.Items, it)
}

// fits reports whether a name may be meant by what is typed: it begins so, or it does behind its module.
func (c *completer) fits(name string) bool {
	return hasPrefixFold(name, c.word) || !strings.Contains(c.word, "::") && len(c.word) > 1 && hasPrefixFold(name[strings.LastIndexByte(name, ':')+1:], c.word)
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// wordItem offers a word of the language.
func (c *completer) wordItem(label, insert string, kind int) {
	if !hasPrefixFold(insert, c.word) {
		return
	}
	it := completionItem{Label: label, FilterText: insert, Kind: kind, SortText: "5" + label, TextEdit: &textEdit{c.r, insert}}
	if w := names.LookupWord(label); w != nil {
		it.Detail = w.Kind
		it.Documentation = c.s.documentation(w.Text)
	}
	c.add(it)
}

// fields offers the fields of the record before the dollar, or in a constructor those that are not there yet.
func (c *completer) fields() {
	head := strings.TrimSuffix(strings.TrimSuffix(c.head, "$"), "?")
	var rec *types.Type
	if text := names.Operand(head); text != "" {
		rec = c.typeOf(text)
	} else if open := c.opener(); open > 0 && c.toks[open].Kind == lex.LParen {
		rec = c.typeOf(names.Operand(c.d.text.s[:c.toks[open].Off]))
		if rec != nil && rec.Tag == types.TypeType {
			rec = rec.Elem
		}
	}
	if rec == nil || rec.Tag != types.Record {
		return
	}
	for _, f := range rec.Rec.Fields {
		if hasPrefixFold(f.Name, c.word) {
			it := completionItem{Label: f.Name, Kind: completeField, Detail: names.Type(f.Type) + attributes(f.Attrs)}
			if doc := docAbove(f.At, f.Doc); doc != "" {
				it.Documentation = c.s.documentation(doc)
			}
			c.add(it)
		}
	}
}

// opener is the token of the bracket that is open at the place, -1 if there is none.
func (c *completer) opener() int { return openBracket(c.toks, c.prev) }

// openBracket finds the innermost bracket before toks[i+1] that is still open, without leaving the statement.
func openBracket(toks []lex.Token, i int) int {
	depth := 0
	for ; i >= 0; i-- {
		switch toks[i].Kind {
		case lex.RParen, lex.RBrack, lex.RBrace:
			depth++
		case lex.LParen, lex.LBrack, lex.LBrace:
			if depth == 0 {
				return i
			}
			depth--
		case lex.Semi:
			if depth == 0 {
				return -1
			}
		}
	}
	return -1
}

// typeOf is the type of an expression as if it stood at the place.
func (c *completer) typeOf(text string) *types.Type {
	return c.d.typeAt(text, c.off, c.module)
}

// typeAt is the type of an expression as if it stood at an offset, nil if it has none.
func (d *document) typeAt(text string, off int, module string) *types.Type {
	if d.prog.e == nil || text == "" {
		return nil
	}
	f := &diag.File{Name: d.path, Src: text}
	src := lex.New(f)
	x, err := parse.Expr(src, src.Tokens)
	if err != nil {
		return nil
	}
	return d.prog.e.Checker().TypeAt(f, nil, module, d.localsAt(off), x)
}

// scripts completes the name of a file.
func (c *completer) scripts(arg string) {
	if c.d.prog.e == nil || strings.ContainsAny(arg, " \t") {
		return
	}
	c.word = arg
	c.setRange(arg)
	for _, name := range names.Scripts(c.d.prog.e, filepath.Dir(c.d.path), arg) {
		kind := completeFile
		if strings.HasSuffix(name, "/") {
			kind = completeFolder
		}
		c.add(completionItem{Label: name, Kind: kind})
	}
}

// names offers names and words by what goes before.
func (c *completer) names() {
	before := lex.EOF
	if c.prev >= 0 {
		before = c.toks[c.prev].Kind
	}
	switch {
	case before == lex.KwEvent && c.startsItem(c.prev):
		c.events(true)
		return
	case before == lex.KwEvent, c.inSchedule():
		c.events(false)
		return
	case before == lex.KwHook:
		c.globals(func(g *ir.Global) bool { return isFlavor(g, types.FlavorHook) })
		return
	case before == lex.KwModule, before == lex.KwLocal, before == lex.KwGlobal, before == lex.KwConst, before == lex.KwOption, before == lex.KwType:
		return // a new name
	case before == lex.LParen && c.word == "" && c.handlerHead():
		return
	case c.wantsType():
		c.globals(func(g *ir.Global) bool { return g.Kind == ir.KindType })
		for _, w := range strings.Fields("addr any bool count double enum event file function hook int interval opaque pattern port record set string subnet table time vector") {
			c.wordItem(w, w, completeKeyword)
		}
		return
	}
	locals := c.d.localsAt(c.off)
	for _, name := range sortedNames(locals) {
		if hasPrefixFold(name, c.word) {
			it := completionItem{Label: name, Kind: completeVariable, SortText: "0" + name}
			if t := locals[name]; t != nil {
				it.Detail = names.Type(t)
			}
			c.add(it)
		}
	}
	if c.word != "" || len(locals) == 0 || before != lex.EOF {
		c.globals(func(*ir.Global) bool { return true })
	}
	if !strings.Contains(c.word, ":") {
		for _, w := range names.Keywords() {
			c.wordItem(w, w, completeKeyword)
		}
	}
}

func sortedNames(m map[string]*types.Type) []string {
	var out []string
	for n := range m {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// startsItem reports whether a token begins a declaration at the top level.
func (c *completer) startsItem(i int) bool {
	it := c.d.outline().itemAt(int(c.toks[i].Off))
	return it != nil && it.from == c.toks[i].Off
}

// inSchedule reports whether the place is right behind the brace of `schedule 1min {`.
func (c *completer) inSchedule() bool {
	if c.prev < 0 || c.toks[c.prev].Kind != lex.LBrace {
		return false
	}
	for i := c.prev - 1; i >= 0 && i > c.prev-12; i-- {
		switch c.toks[i].Kind {
		case lex.KwSchedule:
			return true
		case lex.Semi, lex.LBrace, lex.RBrace:
			return false
		}
	}
	return false
}

// wantsType reports whether a type stands at the place: behind the colon of a declaration, or `of`.
func (c *completer) wantsType() bool {
	i := c.prev
	if i < 0 {
		return false
	}
	if c.toks[i].Kind == lex.KwOf {
		return true
	}
	if c.toks[i].Kind != lex.Colon || i < 2 || c.toks[i-1].Kind != lex.Ident {
		return i > 0 && c.toks[i].Kind == lex.Colon && c.toks[i-1].Kind == lex.RParen && c.functionHead(i)
	}
	switch c.toks[i-2].Kind {
	case lex.KwLocal, lex.KwGlobal, lex.KwConst, lex.KwOption, lex.KwType, lex.KwRedef, lex.LParen, lex.Comma:
		return true
	case lex.Semi, lex.LBrace:
		open := openBracket(c.toks, i-3)
		if c.toks[i-2].Kind == lex.LBrace {
			open = i - 2
		}
		return open > 0 && c.toks[open-1].Kind == lex.KwRecord || c.toks[i-2].Kind == lex.Semi && c.inRecord(i-3)
	}
	return false
}

// inRecord looks past semicolons for the brace of a record type.
func (c *completer) inRecord(i int) bool {
	depth := 0
	for ; i > 0; i-- {
		switch c.toks[i].Kind {
		case lex.RBrace:
			depth++
		case lex.LBrace:
			if depth == 0 {
				return c.toks[i-1].Kind == lex.KwRecord
			}
			depth--
		}
	}
	return false
}

// functionHead reports whether the colon at toks[i] stands behind the parameters of a function.
func (c *completer) functionHead(i int) bool {
	for depth := 0; i > 0; i-- {
		switch c.toks[i].Kind {
		case lex.RParen:
			depth++
		case lex.LParen:
			if depth--; depth == 0 {
				k := c.toks[i-1].Kind
				return k == lex.KwFunction || i > 1 && c.toks[i-2].Kind == lex.KwFunction
			}
		case lex.Semi:
			return false
		}
	}
	return false
}

// handlerHead offers the parameters of an event or hook whose handler is being written: `event NAME(` stands before the place.
func (c *completer) handlerHead() bool {
	if c.prev < 2 || c.toks[c.prev-1].Kind != lex.Ident && c.toks[c.prev-1].Kind != lex.GlobalIdent ||
		c.toks[c.prev-2].Kind != lex.KwEvent && c.toks[c.prev-2].Kind != lex.KwHook || !c.startsItem(c.prev-2) {
		return false
	}
	name := c.toks[c.prev-1]
	t := c.typeOf(c.d.text.s[name.Off:name.End])
	if t == nil || t.Tag != types.Func {
		return true
	}
	if text := parameters(t); text != "" {
		c.add(completionItem{Label: text, Kind: completeVariable, Detail: "parameters"})
	}
	return true
}

// parameters of a function as they are declared.
func parameters(t *types.Type) string {
	sig := names.Signature(t)
	return sig[1:strings.LastIndexByte(sig, ')')]
}

func isFlavor(g *ir.Global, f types.Flavor) bool {
	return g.Kind != ir.KindType && g.T != nil && g.T.Tag == types.Func && g.T.Fn.Flavor == f
}

// events offers events; as handlers with their parameters and an empty body.
func (c *completer) events(handlers bool) {
	c.each(func(g *ir.Global) bool { return isFlavor(g, types.FlavorEvent) }, func(it completionItem, g *ir.Global) {
		if handlers {
			name := g.Name // a handler says the module of its event
			head := name + "(" + parameters(g.T) + ")"
			it.TextEdit = &textEdit{c.r, head}
			if c.s.client.Capabilities.TextDocument.Completion.CompletionItem.SnippetSupport {
				it.TextEdit.NewText = strings.NewReplacer(`\`, `\\`, "$", `\$`, "}", `\}`).Replace(head) + "\n\t{\n\t$0\n\t}"
				it.InsertTextFormat = insertSnippet
			}
			it.Label, it.FilterText = name, name
		}
		c.add(it)
	})
}

// globals offers globals that pass a test.
func (c *completer) globals(pass func(*ir.Global) bool) {
	c.each(pass, func(it completionItem, _ *ir.Global) { c.add(it) })
}

// each calls f with an item for each global that may be meant: those of the module at hand go without its name, those of other modules
// that are not exported are left out.
func (c *completer) each(pass func(*ir.Global) bool, f func(completionItem, *ir.Global)) {
	modules := map[string]bool{}
	c.s.known(c.d.prog, func(g *ir.Global) {
		if !pass(g) || g.Name == "_" || strings.HasPrefix(g.Name, "lambda_<") {
			return
		}
		base := g.Name[strings.LastIndexByte(g.Name, ':')+1:]
		if strings.HasPrefix(base, "__") && !strings.Contains(c.word, "__") {
			return // what only its wrapper calls
		}
		label, mod := g.Name, names.Module(g.Name)
		sort := "2"
		switch {
		case mod == c.module && !strings.Contains(c.word, "::"):
			label = base
			sort = "1"
		case mod != "GLOBAL" && mod != c.module && !g.Exported && g.Builtin == nil:
			return
		}
		if c.word == "" && g.At.File != nil && embedded(g.At.File.Name) && mod != c.module || c.word == "" && g.Builtin != nil {
			// There are thousands: their modules stand for them.
			if mod != "GLOBAL" {
				modules[mod] = true
			}
			return
		}
		if !c.fits(label) {
			return
		}
		if g.At.File == nil || embedded(g.At.File.Name) {
			sort = "3"
		}
		it := completionItem{Label: label, Kind: kindOf(g), SortText: sort + label, Deprecated: g.Deprecated != nil}
		it.Detail = detail(g)
		it.Data, _ = json.Marshal(resolveData{c.d.uri, g.Name})
		f(it, g)
	})
	for _, m := range sortedKeys(modules) {
		c.add(completionItem{Label: m + "::", Kind: completeModule, SortText: "4" + m})
	}
}

func sortedKeys(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// detail is a short form of what a name stands for.
func detail(g *ir.Global) string {
	switch {
	case g.T == nil:
		return ""
	case g.Kind == ir.KindType:
		return "type: " + g.T.Tag.String()
	case g.T.Tag == types.Func && (g.Kind == ir.KindFunc || g.Kind == ir.KindBuiltin):
		return g.T.Fn.Flavor.String() + names.Signature(g.T)
	}
	return names.Type(g.T)
}

func kindOf(g *ir.Global) int {
	switch {
	case g.Kind == ir.KindType && g.T != nil && g.T.Tag == types.Record:
		return completeStruct
	case g.Kind == ir.KindType && g.T != nil && g.T.Tag == types.Enum:
		return completeEnum
	case g.Kind == ir.KindType:
		return completeType
	case g.Kind == ir.KindEnum:
		return completeEnumMember
	case g.Kind == ir.KindConst, g.Kind == ir.KindOption:
		return completeConstant
	case isFlavor(g, types.FlavorEvent):
		return completeEvent
	case g.T != nil && g.T.Tag == types.Func:
		return completeFunction
	}
	return completeVariable
}

// resolveData tells which global an item is.
type resolveData struct {
	URI  string `json:"uri"`
	Name string `json:"name"`
}

// resolveItem adds the documentation of an item.
func resolveItem(s *server, it completionItem) (any, error) {
	var data resolveData
	if json.Unmarshal(it.Data, &data) != nil {
		return it, nil
	}
	d := s.docs[data.URI]
	if d == nil || d.prog == nil || d.prog.e == nil {
		return it, nil
	}
	if g := d.prog.e.Lookup(data.Name); g != nil {
		it.Documentation = s.documentation(s.describeGlobal(d.prog, g))
	}
	return it, nil
}
