package parse

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// Bounds against hostile input: how deep constructs may nest, and how long a chain of left-associative operators may get,
// which nests in the tree though not in the text.
const (
	maxDepth = 1000
	maxChain = 20000
	// maxErrors is how many mistakes are looked for in one item.
	maxErrors = 25
)

// parser walks the tokens of one item. Its productions panic with a bail.
type parser struct {
	src   *lex.Source
	toks  []lex.Token
	after lex.Token // stands behind toks
	// openEnd tells that the item was cut off where a declaration starts.
	openEnd bool
	i       int
	depth   int
	inWhen  int // inside a when condition, where `local x = e` is an expression
	marks   []mark
	diags   []diag.Diagnostic
	lost    []string // locals whose declaration was skipped
	header  bool     // the body is left out
	bodyAt  int      // where it starts
}

// mark is the place of a conditional directive that stood within an item, before toks[at].
type mark struct {
	at   int
	last lex.Token // the directive's last token
}

func (p *parser) peek() lex.Token {
	if p.i < len(p.toks) {
		return p.toks[p.i]
	}
	return p.after
}

func (p *parser) kind() lex.Kind {
	if p.i < len(p.toks) {
		return p.toks[p.i].Kind
	}
	return lex.EOF
}

// kindAt looks n tokens ahead.
func (p *parser) kindAt(n int) lex.Kind {
	if p.i+n < len(p.toks) {
		return p.toks[p.i+n].Kind
	}
	return lex.EOF
}

// next takes a token.
func (p *parser) next() lex.Token {
	t := p.toks[p.i]
	p.i++
	return t
}

func (p *parser) accept(k lex.Kind) bool {
	if p.kind() == k {
		p.i++
		return true
	}
	return false
}

// expect takes a token of kind k; alternatives are other things that could have stood there, for the hint.
func (p *parser) expect(k lex.Kind, alternatives ...string) lex.Token {
	if p.kind() != k {
		p.fail(p.peek(), p.want(append([]string{nameOf(k)}, alternatives...)...))
	}
	return p.next()
}

// word reports whether the next token is the unreserved word w.
func (p *parser) word(w string) bool { return p.kind() == lex.Ident && p.src.Text(p.toks[p.i]) == w }

func (p *parser) span(t lex.Token) diag.Span { return p.src.Span(t) }

// last is the span of the token taken last.
func (p *parser) last() diag.Span { return p.src.Span(p.toks[p.i-1]) }

// from spans from s to the token taken last.
func (p *parser) from(s diag.Span) diag.Span { return s.To(p.last()) }

// tail spans a construct that starts with left and went on with the operator at toks[op]. On one line that is all of it. Over
// several lines the reference sees the first part only by its last token, and so the lines that its messages show are ours.
func (p *parser) tail(left ast.Node, op int) diag.Span {
	s := p.from(left.Span())
	if s.Line != s.EndLine {
		t := p.src.Span(p.toks[op-1])
		s.Line, s.Col = t.Line, t.Col
	}
	return s
}

func (p *parser) ident(k ...string) ast.Ident {
	t := p.expect(lex.Ident, k...)
	return ast.Ident{At: ast.At{Pos: p.span(t)}, Name: p.src.Text(t)}
}

// globalIdent takes a name that may start with `::`.
func (p *parser) globalIdent() ast.Ident {
	if p.kind() == lex.GlobalIdent {
		t := p.next()
		return ast.Ident{At: ast.At{Pos: p.span(t)}, Name: p.src.Text(t)}
	}
	return p.ident()
}

// enter guards a recursive production; leave it with p.depth--.
func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.tooDeep()
	}
}

func (p *parser) tooDeep() {
	t := p.peek()
	panic(bail{tok: t, diag: p.syntaxError(t, "memory exhausted", "this nests too deeply"), eof: t.Kind == lex.EOF, final: true})
}

// bracketDelta returns how a token changes the nesting of brackets.
func bracketDelta(k lex.Kind) int {
	switch k {
	case lex.LParen, lex.LBrack, lex.LBrace:
		return 1
	case lex.RParen, lex.RBrack, lex.RBrace:
		return -1
	}
	return 0
}

// try runs a part (a statement, a field) that starts at the current token. When it fails the mistake is noted and the part is
// skipped: up to behind its semicolon, to the bracket that ends what is around it, or to a line that starts no deeper than the part
// did. It reports whether the part was parsed; at the end of the item there is nothing to go on with, and the panic goes on.
func (p *parser) try(part func()) (ok bool) {
	start, depth, inWhen := p.i, p.depth, p.inWhen
	defer func() {
		if ok {
			return
		}
		r := recover()
		b, mine := r.(bail)
		if !mine || b.eof || b.final || len(p.diags) >= maxErrors || !p.resync(start) {
			panic(r)
		}
		p.depth, p.inWhen = depth, inWhen
		p.diags = append(p.diags, b.diag)
		if t := p.toks[start:]; len(t) > 1 && (t[0].Kind == lex.KwLocal || t[0].Kind == lex.KwConst) && t[1].Kind == lex.Ident {
			p.lost = append(p.lost, p.src.Text(t[1]))
		}
	}()
	part()
	return true
}

func (p *parser) resync(start int) bool {
	level := 0
	for j := start; j < p.i; j++ {
		level += bracketDelta(p.toks[j].Kind)
	}
	col := p.toks[start].Col
	for j := max(p.i, start+1); j < len(p.toks); j++ {
		t := p.toks[j]
		if t.Line > p.toks[j-1].Line && t.Col <= col && !goesOn(t.Kind) {
			p.i = j
			return true
		}
		switch {
		case t.Kind == lex.Semi && level <= 0 && !goesOn(kindAt(p.toks, j+1)):
			p.i = j + 1
			return true
		case t.Kind == lex.RBrace && level <= 0:
			p.i = j
			return true
		}
		level += bracketDelta(t.Kind)
	}
	return false
}

// goesOn reports whether k continues a statement that seemed to be over.
func goesOn(k lex.Kind) bool { return k == lex.KwElse || k == lex.KwTimeout }
