// Package parse turns a script's tokens into the tree of package ast, one top-level item at a time.
//
// A Reader cuts a lexed file into items and acts on its directives through a Host; Decl parses what it yields, after which the caller
// checks and defines it before asking for the next, since an `@if` may depend on it. Declarations are participle productions
// (grammar.go); types, expressions and statements are written by hand and plugged into them. Nothing here knows what a name
// means. The loader, the REPL, the builtin tables (FuncSig) and the tools call it.
package parse

import (
	"fmt"
	"strings"

	"github.com/alecthomas/participle/v2"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// Decl parses one item that a Reader yielded. The error is an *Error. With an error the declaration may still be there: then
// only parts of it (statements of a body, fields) were wrong and are left out.
func Decl(src *lex.Source, it Item) (ast.Decl, error) {
	return decl(newParser(src, it), it)
}

// Header is Decl without the body of a function, event or hook, which Body parses when it is needed; body is where it starts. Other
// declarations are parsed whole, with body 0.
func Header(src *lex.Source, it Item) (d ast.Decl, body int, err error) {
	p := newParser(src, it)
	p.header = true
	d, err = decl(p, it)
	return d, p.bodyAt, err
}

// Body parses what Header left out. The error is an *Error.
func Body(src *lex.Source, it Item, at int) (*ast.Block, error) {
	p := newParser(src, it)
	p.i = at
	var b *ast.Block
	if err := p.run(func() { b = p.block() }); err != nil {
		return nil, err
	}
	return b, nil
}

func newParser(src *lex.Source, it Item) *parser {
	return &parser{src: src, toks: it.Toks, after: it.After, openEnd: it.Unterminated, marks: it.marks}
}

func decl(p *parser, it Item) (ast.Decl, error) {
	src := p.src
	switch it.Kind {
	case ExportEnd:
		return &ast.ExportEnd{At: ast.At{Pos: src.Span(it.Toks[0])}}, nil
	case Stray:
		return nil, &Error{Diags: []diag.Diagnostic{p.syntaxError(it.After, "syntax error", "an export block is still open here")},
			EOF: true, stopped: true, at: it.After}
	}
	var d ast.Decl
	err := p.run(func() {
		m := machines.Get().(*machine)
		m.p = p
		defer func() {
			m.p = nil
			machines.Put(m)
		}()
		d = m.decl()
	})
	if err != nil {
		err.Declares = p.lost
		if _, whole := d.(*ast.FuncDecl); !whole { // which is declared all the same
			err.Declares = append(declares(src, it.Toks), p.lost...)
		}
		return d, err
	}
	return d, nil
}

// Expr parses toks, which may end in an EOF token, as one expression: the condition of an @if, a value from the command line.
// The error is an *Error.
func Expr(src *lex.Source, toks []lex.Token) (ast.Expr, error) {
	p := &parser{src: src, toks: toks, after: src.Tokens[len(src.Tokens)-1]}
	if n := len(toks); n > 0 && toks[n-1].Kind == lex.EOF {
		p.toks = toks[:n-1]
	}
	var x ast.Expr
	err := p.run(func() {
		x = p.expr()
		if p.i < len(p.toks) {
			p.fail(p.peek(), "the expression ends before this")
		}
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// run calls f and turns a bail into an *Error. It is the one place where a bail ends, apart from the recovery within an item.
func (p *parser) run(f func()) (err *Error) {
	defer func() {
		r := recover()
		b, mine := r.(bail)
		if r != nil && !mine {
			panic(r)
		}
		if mine {
			p.diags = append(p.diags, b.diag)
		}
		if len(p.diags) > 0 {
			err = &Error{Diags: p.diags, EOF: mine && b.eof, stopped: mine, at: b.tok}
		}
		if mine && p.src.OpenPattern(b.tok) {
			// The reference's lexer stays within the pattern up to the end of the file, without counting lines.
			end := p.src.Tokens[len(p.src.Tokens)-1]
			if tokenIndex(p.src, b.tok)+1 == len(p.src.Tokens)-1 {
				end.Line = b.tok.Line
				err.Diags = append(err.Diags, p.syntaxError(end, "syntax error", ""))
			}
		}
	}()
	f()
	return nil
}

// FuncSig parses the signature of a builtin, `function NAME(PARAMS): RESULT` (or event, hook), and returns the name, which may be
// qualified. A last parameter written `...`, or `va_args: any`, means any number of further arguments of any type; it comes
// as a parameter of that name and type, see Variadic.
func FuncSig(sig string) (name string, t *ast.FuncType, err error) {
	text := strings.Replace(sig, "...", "va_args: any", 1)
	src := lex.New(&diag.File{Name: "<signature>", Src: text})
	n := len(src.Tokens) - 1
	p := &parser{src: src, toks: src.Tokens[:n], after: src.Tokens[n]}
	e := p.run(func() {
		flavor := ast.Function
		switch p.kind() {
		case lex.KwEvent:
			flavor = ast.Event
		case lex.KwHook:
			flavor = ast.Hook
		case lex.KwFunction:
		default:
			p.fail(p.peek(), "expected function, event or hook")
		}
		p.next()
		name = p.globalIdent().Name
		f := p.funcParams(flavor)
		t = &f
		if p.accept(lex.Semi); p.i < n {
			p.fail(p.peek(), "the signature ends before this")
		}
	})
	if e != nil {
		return "", nil, fmt.Errorf("signature %q: %w", sig, e)
	}
	return name, t, nil
}

// Variadic reports whether t takes further arguments after its named ones: its last parameter is `va_args: any`.
func Variadic(t *ast.FuncType) bool {
	if len(t.Params) == 0 {
		return false
	}
	last := t.Params[len(t.Params)-1]
	n, ok := last.Type.(*ast.NamedType)
	return ok && last.Name.Name == "va_args" && n.Name == "any"
}

// Grammar returns the grammar of declarations in EBNF, for documentation.
func Grammar() string { return participle.MustBuild[declG](newMachine().options...).String() }

// declares lists the names that a broken declaration would have introduced.
func declares(src *lex.Source, toks []lex.Token) []string {
	if len(toks) < 2 {
		return nil
	}
	enumAt := -1
	var names []string
	switch toks[0].Kind {
	case lex.KwGlobal, lex.KwConst, lex.KwOption, lex.KwType, lex.KwFunction, lex.KwEvent, lex.KwHook, lex.KwLocal:
		if toks[1].Kind == lex.Ident {
			names = append(names, src.Text(toks[1]))
		}
		if toks[0].Kind == lex.KwType && len(toks) > 3 && toks[3].Kind == lex.KwEnum {
			enumAt = 4
		}
	case lex.KwRedef:
		if toks[1].Kind == lex.KwEnum {
			enumAt = 3
		}
	}
	if enumAt >= 0 {
		for i := enumAt; i < len(toks); i++ {
			if toks[i].Kind == lex.Ident {
				names = append(names, src.Text(toks[i]))
			}
		}
	}
	return names
}
