package parse

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// block parses `{ … }`.
func (p *parser) block() *ast.Block {
	at := p.span(p.expect(lex.LBrace))
	b := &ast.Block{Stmts: p.stmts()}
	b.End = p.span(p.closeBody())
	b.Pos = p.from(at)
	return b
}

// stmts parses statements up to a closing brace or a case.
func (p *parser) stmts() []ast.Stmt {
	var list []ast.Stmt
	for {
		switch p.kind() {
		case lex.RBrace, lex.KwCase, lex.KwDefault, lex.EOF:
			return list
		}
		p.try(func() { list = append(list, p.stmt()) })
	}
}

// closeBody takes the closing brace of a block. Where the item was cut off because a declaration starts, the reference would have
// taken `event f(` or `hook f(` for a statement and stumbled a few tokens later: its message names that token.
func (p *parser) closeBody() lex.Token {
	if p.kind() == lex.RBrace {
		return p.next()
	}
	tok := p.peek()
	if p.i == len(p.toks) && p.openEnd {
		tok = stumble(p.src, tok)
	}
	p.fail(tok, "a '}' is missing before this")
	return tok
}

// stumble returns the token at which a header of a function, event or hook ceases to look like a statement.
func stumble(src *lex.Source, header lex.Token) lex.Token {
	i := tokenIndex(src, header)
	at := func(n int) lex.Token { return src.Tokens[min(i+n, len(src.Tokens)-1)] }
	switch header.Kind {
	case lex.KwFunction:
		return at(1)
	case lex.KwEvent, lex.KwHook:
		// event NAME ( NAME :   or   event NAME ( ) {
		if at(2).Kind == lex.LParen {
			return at(4)
		}
	}
	return header
}

// body parses the statement that an if, a loop or a when governs. A directive there is an error of its own: the
// reference takes it for an empty statement. Only behind a `then` has it read on, which shows in the line it names.
func (p *parser) body(then bool) ast.Stmt {
	for _, m := range p.marks {
		if m.at == p.i {
			tok := m.last
			if then {
				tok = p.peek()
			}
			at := p.span(tok)
			p.report(at, "incorrect use of directive", "put braces around the statements that the directive chooses between")
			return &ast.Null{At: ast.At{Pos: at}}
		}
	}
	return p.stmt()
}

// stmt parses one statement. A simple statement spans all its tokens, one that governs others spans its head only: that is where
// the reference places it.
func (p *parser) stmt() ast.Stmt {
	p.enter()
	defer func() { p.depth-- }()
	t := p.peek()
	at := p.span(t)
	switch p.kind() {
	case lex.LBrace:
		return p.block()
	case lex.Semi:
		p.next()
		return &ast.Null{At: ast.At{Pos: at}}
	case lex.KwPrint:
		p.next()
		s := &ast.Print{Args: p.exprs()}
		s.Pos = p.end(at, ",")
		return s
	case lex.KwEvent:
		p.next()
		s := &ast.EventStmt{}
		s.Ev, s.Args = p.event()
		s.Pos = p.end(at)
		return s
	case lex.KwIf:
		return p.ifStmt()
	case lex.KwSwitch:
		return p.switchStmt()
	case lex.KwFor:
		return p.forStmt()
	case lex.KwWhile:
		p.next()
		p.expect(lex.LParen)
		s := &ast.While{C: p.expr()}
		p.expect(lex.RParen)
		s.Pos = p.from(at)
		s.Body = p.body(false)
		return s
	case lex.KwNext:
		p.next()
		return &ast.Next{At: ast.At{Pos: p.end(at)}}
	case lex.KwBreak:
		p.next()
		return &ast.Break{At: ast.At{Pos: p.end(at)}}
	case lex.KwFallthrough:
		p.next()
		return &ast.Fallthrough{At: ast.At{Pos: p.end(at)}}
	case lex.KwReturn:
		return p.returnStmt()
	case lex.KwWhen:
		p.next()
		return p.when(at, false)
	case lex.KwLocal, lex.KwConst:
		return p.local()
	case lex.Ident:
		if p.word("assert") && !assigns(p.kindAt(1)) {
			return p.assert()
		}
	}
	s := &ast.ExprStmt{X: p.expr()}
	s.Pos = p.end(s.X.Span())
	return s
}

// assigns tells uses of the name assert, which 2.6 does not reserve, from the statement.
func assigns(k lex.Kind) bool {
	switch k {
	case lex.Assign, lex.AddTo, lex.RemoveFrom, lex.Dollar, lex.LBrack:
		return true
	}
	return false
}

// end takes the semicolon of a simple statement that starts at `at`, and returns its span.
func (p *parser) end(at diag.Span, alternatives ...string) diag.Span {
	p.expect(lex.Semi, alternatives...)
	return p.from(at)
}

func (p *parser) ifStmt() ast.Stmt {
	at := p.span(p.next())
	p.expect(lex.LParen)
	s := &ast.If{C: p.expr()}
	p.expect(lex.RParen)
	s.Pos = p.from(at)
	s.Then = p.body(true)
	if p.accept(lex.KwElse) {
		s.Else = p.body(false)
	}
	return s
}

func (p *parser) returnStmt() ast.Stmt {
	at := p.span(p.next())
	switch p.kind() {
	case lex.KwWhen:
		p.next()
		return p.when(at, true)
	case lex.Semi:
		return &ast.Return{At: ast.At{Pos: p.end(at)}}
	}
	s := &ast.Return{X: p.expr()}
	s.Pos = p.end(at)
	return s
}

// when parses what follows the keyword: captures, condition, body, timeout.
func (p *parser) when(at diag.Span, ret bool) ast.Stmt {
	s := &ast.When{Return: ret}
	if p.kind() == lex.LBrack {
		s.Captures = p.captures(true)
	}
	p.expect(lex.LParen)
	p.inWhen++
	s.C = p.expr()
	p.inWhen--
	p.expect(lex.RParen)
	s.Pos = p.from(at)
	s.Body = p.stmt()
	if p.accept(lex.KwTimeout) {
		s.Timeout = p.expr()
		s.OnTimeout = p.block()
	}
	return s
}

func (p *parser) local() ast.Stmt {
	t := p.next()
	s := &ast.Local{Const: t.Kind == lex.KwConst, Name: p.ident()}
	if p.accept(lex.Colon) {
		s.Type = p.typ()
	}
	init := p.init()
	s.Op, s.Init = init.op, init.x
	s.Attrs = p.attrs()
	s.Pos = p.end(p.span(t))
	return s
}

func (p *parser) assert() ast.Stmt {
	at := p.span(p.next())
	s := &ast.Assert{C: p.expr()}
	if p.accept(lex.Comma) {
		s.Msg = p.expr()
	}
	s.Pos = p.end(at)
	return s
}

func (p *parser) forStmt() ast.Stmt {
	at := p.span(p.next())
	p.expect(lex.LParen)
	s := &ast.For{}
	if p.accept(lex.LBrack) {
		s.Bracketed = true
		s.Vars = append(s.Vars, p.ident())
		for p.accept(lex.Comma) {
			s.Vars = append(s.Vars, p.ident())
		}
		p.expect(lex.RBrack, ",")
	} else {
		s.Vars = []ast.Ident{p.ident("[")}
	}
	if p.accept(lex.Comma) {
		v := p.ident()
		s.Value = &v
	}
	p.expect(lex.KwIn, ",")
	s.X = p.expr()
	p.expect(lex.RParen)
	s.Pos = p.from(at)
	s.Body = p.body(false)
	return s
}

func (p *parser) switchStmt() ast.Stmt {
	at := p.span(p.next())
	s := &ast.Switch{X: p.expr()}
	s.Pos = p.from(at)
	p.expect(lex.LBrace)
	for p.kind() == lex.KwCase || p.kind() == lex.KwDefault {
		s.Cases = append(s.Cases, p.switchCase())
	}
	if p.kind() != lex.RBrace && p.i < len(p.toks) {
		p.fail(p.peek(), p.want("case", "default", "}"))
	}
	p.closeBody()
	return s
}

func (p *parser) switchCase() ast.Case {
	t := p.next()
	c := ast.Case{Default: t.Kind == lex.KwDefault}
	switch {
	case c.Default:
	case p.kind() == lex.KwType:
		for {
			at := p.span(p.expect(lex.KwType))
			ct := ast.CaseType{Type: p.typ()}
			if p.accept(lex.KwAs) {
				n := p.ident()
				ct.Name = &n
			}
			ct.Pos = p.from(at)
			c.Types = append(c.Types, ct)
			if !p.accept(lex.Comma) {
				break
			}
		}
	default:
		c.Exprs = p.exprs()
	}
	p.expect(lex.Colon, ",")
	c.Pos = p.from(p.span(t))
	b := &ast.Block{}
	b.Pos = p.span(p.peek())
	b.Stmts = p.stmts()
	if len(b.Stmts) > 0 {
		b.Pos = p.from(b.Pos)
	}
	b.End = p.span(p.peek())
	c.Body = b
	return c
}
