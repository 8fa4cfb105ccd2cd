package lsp

import (
	"slices"
	"sort"
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
	"github.com/brogo/brogo/lang/types"
)

// Most edits happen within the body of one function or handler, and no other declaration depends on that. Then only that body is lexed,
// parsed and checked anew, in the program that is there (follow). What the program holds of everything else keeps the places that it had
// when it was checked, each in a diag.File with the text of that time; program.now brings a place up to date. Names in src.uses and tokens are
// few enough to be moved at once.
//
// Whatever else changes has the whole program checked again, and so does a body in the rare cases where what stands behind it counts.

// body is what following the edits of a body needs.
type body struct {
	check *check.Body
	open  int32 // offset of its brace
	// plain tells that nothing was said of the head.
	plain bool
}

// said is a diagnostic with the body that it is about, nil for all else.
type said struct {
	diag.Diagnostic
	of *body
}

// shift says that the lines behind one have moved.
type shift struct{ line, by int32 }

// maxShifts bounds how many edits a program follows: places go through all of them, and each keeps a text.
const maxShifts = 200

// now is where a place of the program is in the latest text.
func (p *program) now(at diag.Span) diag.Span {
	if p == nil || at.File == nil || len(p.shifts) == 0 {
		return at
	}
	from, ok := p.since[at.File]
	if !ok {
		return at
	}
	for _, s := range p.shifts[from:] {
		if at.Line > s.line {
			at.Line += s.by
		}
		if at.EndLine > s.line {
			at.EndLine += s.by
		}
	}
	at.File = p.latest
	return at
}

// moved notes that the text of the document is that of f from now on, and that the lines behind one have moved.
func (p *program) moved(src *source, f *diag.File, line, by int32) {
	if p.since == nil {
		p.since = map[*diag.File]int{src.file: 0}
	}
	p.shifts = append(p.shifts, shift{line, by})
	p.since[f], p.latest = len(p.shifts), f
	for i := range src.uses {
		at := &src.uses[i].At
		at.File = f
		if at.Line > line {
			at.Line += by
			at.EndLine += by
		}
	}
	src.file = f
}

// change is how one text becomes another: old[from:to] is replaced by what is by bytes longer.
type change struct {
	from, to, by int
}

// changed finds the one stretch that two texts differ in.
func changed(old, new string) change {
	n := min(len(old), len(new))
	i := 0
	for i < n && old[i] == new[i] {
		i++
	}
	j := 0
	for j < n-i && old[len(old)-1-j] == new[len(new)-1-j] {
		j++
	}
	return change{i, len(old) - j, len(new) - len(old)}
}

// follow brings the program up to date with the text of its document without checking all of it. It reports false if that cannot be done;
// then the program is of no more use.
func (p *program) follow(s *server, d *document) bool {
	src := d.source()
	if p == nil || src == nil || !p.follows || p.tree == nil || len(p.shifts) >= maxShifts || len(d.text.s) > maxFollowed {
		return false
	}
	if src.file.Src == d.text.s {
		d.showTree(p)
		return true
	}
	c := changed(src.file.Src, d.text.s)
	i := slices.IndexFunc(p.tree.items, func(it item) bool { return int(it.to) > c.from })
	if i >= 0 {
		if b := p.tree.items[i].body; b != nil && int(b.open) < c.from && c.to < int(p.tree.items[i].to) {
			return p.redo(s, d, src, c, i)
		}
	}
	return p.blank(d, src, c)
}

// maxFollowed bounds the texts whose edits are followed; their offsets fit the tokens'.
const maxFollowed = 1 << 28

// blank follows a change of blanks and comments between declarations.
func (p *program) blank(d *document, src *source, c change) bool {
	toks := p.tree.src.Tokens
	next := sort.Search(len(toks), func(i int) bool { return int(toks[i].Off) >= c.to })
	from := 0
	if next > 0 {
		prev := toks[next-1]
		if from = int(prev.End); from > c.from || prev.Kind != lex.Semi && prev.Kind != lex.RBrace {
			return false
		}
	}
	if next == len(toks) || !slices.ContainsFunc(p.tree.items, func(it item) bool { return it.from == toks[next].Off }) {
		return false // within a declaration, in front of a directive, or at the end
	}
	gap := d.text.s[from : int(toks[next].Off)+c.by]
	f := &diag.File{Name: d.path, Src: d.text.s}
	if len(lex.New(&diag.File{Src: gap}).Tokens) > 1 || strings.Contains(gap[strings.LastIndexByte(gap, '\n')+1:], "#") ||
		strings.Contains(gap, "@pragma") || toks[next].Line == lineOf(src.file.Src, from) {
		return false
	}
	if gap == "" || !strings.Contains(gap, "\n") {
		return false // what stands in one line has columns that move
	}
	old := src.file.Src[c.from:c.to]
	by := int32(strings.Count(d.text.s[c.from:c.to+c.by], "\n") - strings.Count(old, "\n"))
	if toks[next].Col != int32(len(d.text.s[:int(toks[next].Off)+c.by])-strings.LastIndexByte(d.text.s[:int(toks[next].Off)+c.by], '\n')) {
		return false
	}
	p.moved(src, f, toks[next].Line-1, by)
	p.splice(d, f, next, next, nil, c.by, by)
	for i := range p.tree.items {
		if it := &p.tree.items[i]; int(it.from) >= c.to {
			it.move(c.by)
		}
	}
	src.text = d.text
	p.vetted = false
	d.showTree(p)
	return true
}

func lineOf(text string, off int) int32 { return int32(strings.Count(text[:off], "\n")) + 1 }

func (it *item) move(by int) {
	it.from += int32(by)
	it.to += int32(by)
	if it.body != nil {
		it.body.open += int32(by)
	}
}

// splice replaces tokens [i, j) of the document and moves those behind them.
func (p *program) splice(d *document, f *diag.File, i, j int, with []lex.Token, off int, line int32) {
	old := p.tree.src.Tokens
	toks := make([]lex.Token, 0, len(old)+len(with)-(j-i))
	toks = append(append(append(toks, old[:i]...), with...), old[j:]...)
	for n := i + len(with); n < len(toks); n++ {
		toks[n].Off += int32(off)
		toks[n].End += int32(off)
		toks[n].Line += line
	}
	src := *p.tree.src
	src.File, src.Tokens, src.Docs = f, toks, nil
	p.tree = &tree{src: &src, items: p.tree.items, now: p.now}
}

// redo follows a change within the body of item i.
func (p *program) redo(s *server, d *document, src *source, c change, i int) bool {
	it := &p.tree.items[i]
	b := it.body
	f := &diag.File{Name: d.path, Src: d.text.s}
	toks := p.tree.src.Tokens
	first := sort.Search(len(toks), func(n int) bool { return toks[n].Off >= it.from })
	next := sort.Search(len(toks), func(n int) bool { return toks[n].Off >= it.to })
	last := toks[next-1]
	// Others in its lines would have their columns moved.
	if first > 0 && toks[first-1].Line == toks[first].Line || toks[next].Line == last.Line && toks[next].Kind != lex.EOF {
		return false
	}
	whole := *p.tree.src
	whole.File = f
	part := whole.Part(it.from, it.to+int32(c.by), toks[first].Line)
	part.KeepDocs = false
	fresh := part.Tokens[:len(part.Tokens)-1]
	if !enclosed(part, fresh) || unevenBars(toks[first:next]) || unevenBars(fresh) {
		return false
	}
	pi, ok := parse.NewReader(part, allBranches{}).Next()
	if !ok || pi.Kind != parse.Code || pi.Unterminated || len(pi.Toks) != len(fresh) {
		return false
	}
	decl, err := parse.Decl(part, pi)
	fn, ok := decl.(*ast.FuncDecl)
	if !ok || fn.Body == nil {
		return false
	}
	var found []string
	start := len(p.sink.All)
	if err != nil {
		e := err.(*parse.Error)
		found = e.Declares
		for _, x := range e.Diags {
			if before(x.At, fn.Body.Span()) {
				return false
			}
			p.sink.Report(x)
		}
	}
	if !slices.Equal(it.lost, found) && (p.several || p.mentioned(first, next, it.lost, found)) {
		return false
	}
	// What items behind it have lost is not lost for it.
	for _, other := range p.tree.items[i+1:] {
		if len(other.lost) > 0 && slices.ContainsFunc(fresh, func(t lex.Token) bool { return slices.Contains(other.lost, baseName(part.Text(t))) }) {
			return false
		}
	}
	oldEnd := fn.Body.Span()
	oldEnd.Line, oldEnd.Col = last.Line, last.Col
	p.fresh = nil
	p.check(func() { p.e.Checker().Redo(b.check, f, fn, it.lost, found) })
	uses := p.fresh
	p.fresh = nil
	said := p.sink.All[start:]
	line := toks[first].Line
	if p.later(d, uses, said, line, last.Line) {
		return false
	}

	by := int32(strings.Count(d.text.s[it.from:int(it.to)+c.by], "\n")) - (last.Line - line)
	open := fn.Body.Span()
	lo := sort.Search(len(src.uses), func(n int) bool { return !before(src.uses[n].At, open) })
	hi := sort.Search(len(src.uses), func(n int) bool { return !before(src.uses[n].At, oldEnd) })
	sortUses(&uses)
	rest := src.uses[hi:]
	src.uses = src.uses[:lo:lo]
	src.uses = append(src.uses, rest...)
	p.moved(src, f, last.Line, by)
	src.uses = slices.Insert(src.uses, lo, uses...)
	p.splice(d, f, first, next, fresh, c.by, by)
	it.decl, it.to = fn, it.to+int32(c.by)
	for n := i + 1; n < len(p.tree.items); n++ {
		p.tree.items[n].move(c.by)
	}
	it.lost = found
	src.text = d.text
	p.tell(b, said)
	p.vetted = false
	d.showTree(p)
	d.keepScope(it, localsOf(uses))
	return true
}

// check calls f, which asks the checker for something, with the names in the document that it comes to collected in fresh.
func (p *program) check(f func()) {
	p.collect = true
	defer func() { p.collect = false }()
	f()
}

// before orders places in one text.
func before(a, b diag.Span) bool { return a.Line < b.Line || a.Line == b.Line && a.Col < b.Col }

// enclosed reports whether the tokens of a body keep to themselves: no directives, and nothing that reads on behind their end.
func enclosed(src *lex.Source, toks []lex.Token) bool {
	if len(toks) == 0 || toks[len(toks)-1].Kind != lex.RBrace {
		return false
	}
	return !slices.ContainsFunc(toks, func(t lex.Token) bool { return t.Kind.IsDirective() || src.OpenPattern(t) })
}

// unevenBars reports whether brackets that do not match could change what a bar behind them means.
func unevenBars(toks []lex.Token) bool {
	depth, bars, uneven := 0, false, false
	for _, t := range toks {
		switch t.Kind {
		case lex.LParen, lex.LBrack, lex.LBrace:
			depth++
		case lex.RParen, lex.RBrack, lex.RBrace:
			depth--
			uneven = uneven || depth < 0
		case lex.BarOpen:
			bars = true
		}
	}
	return bars && (uneven || depth != 0)
}

// mentioned reports whether one of the names that only one of two lists has stands outside of the tokens [first, next).
func (p *program) mentioned(first, next int, a, b []string) bool {
	var names []string
	for _, n := range a {
		if !slices.Contains(b, n) {
			names = append(names, n)
		}
	}
	for _, n := range b {
		if !slices.Contains(a, n) {
			names = append(names, n)
		}
	}
	for i, t := range p.tree.src.Tokens {
		if i >= first && i < next || t.Kind != lex.Ident && t.Kind != lex.GlobalIdent {
			continue
		}
		if slices.Contains(names, baseName(p.tree.src.Text(t))) {
			return true
		}
	}
	return false
}

// later reports whether what a body that stands in some lines uses, or what was said of it, may come of something that stands behind it,
// which a check in order would not know yet.
func (p *program) later(d *document, uses []check.Use, said []diag.Diagnostic, line, end int32) bool {
	behind := func(at diag.Span) bool {
		at = p.now(at)
		return at.File != nil && !embedded(at.File.Name) && (at.File.Name != d.path || at.Line > end)
	}
	exact := true // messages that show no more than a name
	for _, x := range said {
		exact = exact && (x.Code == diag.Syntax || x.Code == diag.UnknownName || x.Code == diag.UnknownField)
	}
	for _, u := range uses {
		switch {
		case u.Field != nil && u.Field.Redef && behind(u.Field.At):
			return true
		case u.Global == nil || exact:
		case u.Global.T != nil && u.Global.T.Tag == types.Func && slices.ContainsFunc(u.Global.Bodies, func(f *ir.Func) bool { return behind(f.At) }):
			return true
		}
	}
	return false
}

// tell replaces what was said of a body, and of the program as a whole.
func (p *program) tell(b *body, now []diag.Diagnostic) {
	at := slices.IndexFunc(p.said, func(x said) bool { return x.of == b })
	if at < 0 {
		at = len(p.said)
	}
	p.said = slices.DeleteFunc(p.said, func(x said) bool { return x.of == b || ofAll(x.Code) })
	at = min(at, len(p.said))
	for i, x := range now {
		p.said = slices.Insert(p.said, at+i, said{x, b})
	}
	p.sink.All = nil
	if p.failed = slices.ContainsFunc(p.said, func(x said) bool { return x.Severity.IsError() }); !p.failed {
		p.e.FinishCheck()
		for _, x := range p.sink.All {
			p.said = append(p.said, said{x, nil})
			p.failed = p.failed || x.Severity.IsError()
		}
		p.sink.All = nil
	}
	p.explain()
}

// ofAll tells the codes of what is said of a whole program.
func ofAll(c diag.Code) bool {
	return c == diag.UnreachableHandler || c == diag.UnusedFunction || c == diag.OldCommunication
}

// localsOf are the locals that uses declare, with their types.
func localsOf(uses []check.Use) map[string]*types.Type {
	found := map[string]*types.Type{}
	for i := range uses {
		if u := &uses[i]; u.Local != nil && u.Decl && u.Local.T != nil && !u.Local.T.IsError() {
			found[u.Local.Name] = u.Local.T
		}
	}
	return found
}

// showTree has the document go by the items that were checked. With conditions they lack what these leave out.
func (d *document) showTree(p *program) {
	if p.tree != nil && !strings.Contains(d.text.s, "@if") {
		d.tree = p.tree
	}
}
