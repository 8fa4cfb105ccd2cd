package parse

import (
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// Host acts on the directives that a Reader meets. It is called in source order: everything that stands before a directive,
// apart from the item that it stands within, has been yielded before.
type Host interface {
	// Condition decides an @if, @ifdef or @ifndef. A condition that cannot be evaluated is the host's to report.
	Condition(Directive) bool
	// Directive performs any other directive: @load, @load-sigs, @load-plugin, @unload, @prefixes, @deprecated, @pragma, @DEBUG.
	Directive(Directive)
	// Report takes the mistakes in the use of directives.
	Report(diag.Diagnostic)
}

// Directive is one directive as written.
type Directive struct {
	// Tok is the directive itself. lex.Source's Arg and Prefixes read what it carries.
	Tok lex.Token
	// Args holds the tokens between the parentheses of @if, @ifdef and @ifndef: an expression, or one name.
	Args []lex.Token
	// Before holds the tokens of the item that a conditional stands within, up to it.
	Before []lex.Token
}

// ItemKind tells items apart.
type ItemKind uint8

// Kinds of items.
const (
	Code      ItemKind = iota // a declaration, a statement, or `export {`
	ExportEnd                 // the brace that closes `export {`
	Stray                     // the end of the file within `export {`
)

// Item is one top-level piece of a script, free of directives.
type Item struct {
	Kind ItemKind
	Toks []lex.Token
	// After is the token behind the item.
	After lex.Token
	// Unterminated tells that the item has no end of its own: the file ends, or another declaration starts.
	Unterminated bool
	// Pragmas are the @pragma directives within the item; Tok.Off tells where they take effect.
	Pragmas []Directive

	marks []mark
}

// Reader cuts a file into items. Conditional directives are resolved as they are met, at any place: branches that are
// not taken never reach an item, and one item may be put together from several places (alternative headers of one body).
type Reader struct {
	src  *lex.Source
	host Host
	i    int // next token
	conds
	exports int
	broken  bool // an item failed: look for a likely start before the next
	col     int32
	failed  int // items that failed

	// The item being cut.
	toks    []lex.Token
	cutting bool
	copied  bool // toks is our own copy, since a directive interrupted it
	first   int  // where it starts
	marks   []mark
	pragmas []Directive
	undo    []savedConds
}

// conds is the stack of open conditionals.
type conds struct{ open []cond }

type cond struct{ tok lex.Token }

// savedConds is the stack of conditionals as it was before token i.
type savedConds struct {
	i    int
	open []cond
}

// maxFailures is how many items of a file may fail before the rest of it is left unread. What is no script at all has an error
// in each line, and each could be found only by looking for an end of it in all that follows.
const maxFailures = 50

// NewReader starts at the top of src.
func NewReader(src *lex.Source, host Host) *Reader { return &Reader{src: src, host: host} }

// Next returns the next item; ok is false at the end of the file.
func (r *Reader) Next() (it Item, ok bool) {
	r.toks, r.copied, r.marks, r.pragmas, r.undo = nil, false, nil, nil, nil
	for {
		k := r.active()
		if k == lex.EOF {
			break
		}
		if !r.broken || r.likelyStart() {
			r.broken = false
			return r.cut(), true
		}
		r.i++
	}
	r.finish()
	if r.exports > 0 {
		r.exports = 0
		if !r.broken {
			return Item{Kind: Stray, After: r.peek()}, true
		}
	}
	return Item{}, false
}

// Recover tells the reader that Decl failed with err for the item that Next returned last. The reader goes back to the first place at
// or behind the mistake where another item may start, and otherwise skips what cannot start one.
func (r *Reader) Recover(err error) {
	e, ok := err.(*Error)
	if !ok || !e.stopped || len(r.toks) == 0 {
		return
	}
	r.broken = true
	r.col = r.toks[0].Col
	if r.failed++; r.failed >= maxFailures {
		r.i = len(r.src.Tokens) - 1
		r.open, r.exports = nil, 0
		return
	}
	at := e.at
	if isBodied(r.toks, 0) {
		return
	}
	for n := 1; n < len(r.toks); n++ {
		t := r.toks[n]
		if t.Off >= at.Off && t.Line > r.toks[n-1].Line && t.Col <= r.col && startsItem(t.Kind) {
			r.i = tokenIndex(r.src, t)
			for u := len(r.undo) - 1; u >= 0; u-- {
				if r.undo[u].i >= r.i {
					r.open = r.undo[u].open
				}
			}
			return
		}
	}
}

func (r *Reader) peek() lex.Token { return r.src.Tokens[r.i] }

// likelyStart reports whether an item may start here after a mistake: a declaration, or any word that starts a line
// no deeper than the broken item did.
func (r *Reader) likelyStart() bool {
	t := r.peek()
	if startsDecl(r.src.Tokens, r.i) {
		return true
	}
	newLine := r.i == 0 || r.src.Tokens[r.i-1].Line < t.Line
	if t.Kind == lex.RBrace {
		return newLine && r.exports > 0 && t.Col < r.col
	}
	return newLine && t.Col <= r.col && startsItem(t.Kind)
}

// startsItem reports whether a token of kind k may be the first of an item.
func startsItem(k lex.Kind) bool {
	switch k {
	case lex.LBrace, lex.RBrace, lex.RParen, lex.RBrack, lex.Comma, lex.Semi, lex.KwElse, lex.KwTimeout, lex.KwCase, lex.KwDefault,
		lex.Attr, lex.Colon, lex.Assign, lex.Quest, lex.Illegal:
		return false
	}
	return true
}

// cut takes one item; the reader stands on its first token.
func (r *Reader) cut() Item {
	r.first, r.cutting = r.i, true
	defer func() { r.cutting = false }()
	it := Item{}
	switch t := r.peek(); {
	case t.Kind == lex.RBrace && r.exports > 0:
		r.exports--
		r.take()
		it.Kind = ExportEnd
	case t.Kind == lex.KwExport:
		r.take()
		if r.active() == lex.LBrace {
			r.take()
			r.exports++
		} else {
			it.Unterminated = true
		}
	default:
		it.Unterminated = !r.body()
	}
	if !r.copied {
		r.toks = r.src.Tokens[r.first:r.i:r.i]
	}
	it.Toks, it.marks, it.Pragmas = r.toks, r.marks, r.pragmas
	it.After = r.src.Tokens[min(r.i, len(r.src.Tokens)-1)]
	return it
}

// take moves the current token into the item.
func (r *Reader) take() {
	if r.copied {
		r.toks = append(r.toks, r.src.Tokens[r.i])
	}
	r.i++
}

// body takes the tokens of a declaration or statement; it reports whether they came to an end.
func (r *Reader) body() bool {
	var s splitter
	for {
		k := r.active()
		if k == lex.EOF {
			return false
		}
		if s.n > 0 && s.cutsOff(r.src.Tokens, r.i) {
			return false
		}
		t := r.peek()
		prev := s.prev
		r.take()
		if s.step(t.Kind, prev) {
			// A brace or semicolon ends a statement only if no `else`, `timeout` or operator goes on with it.
			if !s.endsWith(t.Kind, r.src.Tokens[r.i].Kind) {
				continue
			}
			return true
		}
	}
}

// active skips what stands before the next token that counts: directives, which it acts upon, and the branches that they
// rule out. It returns the kind of that token.
func (r *Reader) active() lex.Kind {
	for {
		t := r.peek()
		switch {
		case t.Kind == lex.EOF:
			return lex.EOF
		case !t.Kind.IsDirective():
			return t.Kind
		}
		r.interrupt()
		r.directive(t)
	}
}

// interrupt prepares an item that is being cut for a directive within it.
func (r *Reader) interrupt() {
	if !r.cutting || r.i == r.first {
		return
	}
	if !r.copied {
		r.toks = append([]lex.Token(nil), r.src.Tokens[r.first:r.i]...)
		r.copied = true
	}
	r.undo = append(r.undo, savedConds{r.i, append([]cond(nil), r.open...)})
}

func (r *Reader) directive(t lex.Token) {
	within := r.cutting && r.copied
	r.i++
	d := Directive{Tok: t}
	if within {
		d.Before = r.toks
	}
	switch t.Kind {
	case lex.AtIf, lex.AtIfdef, lex.AtIfndef:
		ok := r.args(&d)
		r.mark(within)
		if !ok || r.host.Condition(d) {
			r.open = append(r.open, cond{t})
			return
		}
		r.skip(t)
	case lex.AtElse:
		r.mark(within)
		if n := len(r.open); n == 0 {
			r.complain(t, "@else without @if...", "")
		} else {
			c := r.open[n-1]
			r.open = r.open[:n-1]
			r.skipTo(c.tok, false)
		}
	case lex.AtEndif:
		// Unlike the others the reference's parser does not see it: it is no statement.
		if n := len(r.open); n == 0 {
			r.complain(t, "unbalanced @if... @endif", "no @if is open here")
		} else {
			r.open = r.open[:n-1]
		}
	case lex.AtPragma:
		if within {
			r.pragmas = append(r.pragmas, d)
			return
		}
		r.host.Directive(d)
	default:
		r.host.Directive(d)
	}
}

// mark notes that a conditional directive, just taken, stood within the item, where the reference takes it for a statement.
func (r *Reader) mark(within bool) {
	if within {
		r.marks = append(r.marks, mark{len(r.toks), r.src.Tokens[r.i-1]})
	}
}

// args takes the parenthesised part of a condition.
func (r *Reader) args(d *Directive) bool {
	toks := r.src.Tokens
	if toks[r.i].Kind != lex.LParen {
		r.syntax(toks[r.i], "expected '('")
		return false
	}
	depth := 0
	for j := r.i; toks[j].Kind != lex.EOF; j++ {
		depth += bracketDelta(toks[j].Kind)
		if depth == 0 {
			d.Args = toks[r.i+1 : j : j]
			r.i = j + 1
			if d.Tok.Kind != lex.AtIf && (len(d.Args) != 1 || d.Args[0].Kind != lex.Ident) {
				bad := toks[j]
				if len(d.Args) > 1 && d.Args[0].Kind == lex.Ident {
					bad = d.Args[1]
				} else if len(d.Args) > 0 {
					bad = d.Args[0]
				}
				r.syntax(bad, "expected one name")
				return false
			}
			return true
		}
		if j > r.i && toks[j].Kind.IsDirective() {
			r.syntax(toks[j], "expected ')'")
			return false
		}
	}
	r.syntax(toks[len(toks)-1], "expected ')'")
	return false
}

// skip passes over a branch that is not taken, up to its @endif or into its @else.
func (r *Reader) skip(open lex.Token) { r.skipTo(open, true) }

func (r *Reader) skipTo(open lex.Token, orElse bool) {
	depth := 0
	for ; ; r.i++ {
		switch t := r.peek(); t.Kind {
		case lex.EOF:
			r.open = append(r.open, cond{open})
			return
		case lex.AtIf, lex.AtIfdef, lex.AtIfndef:
			depth++
		case lex.AtElse:
			if depth == 0 && orElse {
				r.i++
				r.open = append(r.open, cond{open})
				return
			}
		case lex.AtEndif:
			if depth == 0 {
				r.i++
				return
			}
			depth--
		}
	}
}

// finish reports conditionals that are still open at the end of the file.
func (r *Reader) finish() {
	if n := len(r.open); n > 0 {
		d := diag.Diagnostic{Severity: diag.Fatal, Code: diag.Directive, Msg: "unbalanced @if... @endif", At: r.src.Span(r.peek()),
			Hint: "the @if opened in line " + itoa(r.open[n-1].tok.Line) + " is not closed"}
		r.open = nil
		r.host.Report(d)
	}
}

func (r *Reader) complain(t lex.Token, msg, hint string) {
	r.host.Report(diag.Diagnostic{Severity: diag.Error, Code: diag.Directive, Msg: msg, At: r.src.Span(t), Hint: hint})
}

// syntax reports a directive that is written wrongly, and skips the rest of its line.
func (r *Reader) syntax(t lex.Token, hint string) {
	p := parser{src: r.src}
	r.host.Report(p.syntaxError(t, "syntax error", hint))
	for k := r.peek().Kind; k != lex.EOF && r.peek().Line <= t.Line; k = r.peek().Kind {
		r.i++
	}
}
