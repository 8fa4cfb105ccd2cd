package parse

import (
	"fmt"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// Error is what is wrong with one item. Statements and record fields recover on their own, so there may be several mistakes.
type Error struct {
	// Diags holds at least one diagnostic, in source order.
	Diags []diag.Diagnostic
	// EOF tells that the last one is about the end of the file. The reference names a place for it only when more
	// errors or files went before; the loader knows.
	EOF bool
	// Declares lists the names that the item would have declared, so that their uses need not be reported as well.
	Declares []string

	stopped bool      // the item was given up
	at      lex.Token // where
}

// Error returns the first diagnostic in the reference's style.
func (e *Error) Error() string { return diag.Reference(e.Diags[0]) }

// bail is the panic value of the hand-written productions. participle drops an error that is returned inside an optional
// group; a panic passes through it and is recovered in run.
type bail struct {
	tok   lex.Token
	diag  diag.Diagnostic
	eof   bool
	final bool // not to be recovered from within the item
}

// fail ends the parse at tok with the reference's syntax error.
func (p *parser) fail(tok lex.Token, hint string) {
	panic(bail{tok: tok, diag: p.syntaxError(tok, "syntax error", hint), eof: tok.Kind == lex.EOF})
}

// syntaxError words a message as the reference's parser does, with the token that it was looking at.
func (p *parser) syntaxError(tok lex.Token, msg, hint string) diag.Diagnostic {
	if tok.Kind == lex.Illegal {
		m, h := p.src.Problem(tok)
		return diag.Diagnostic{Severity: diag.Error, Code: diag.Syntax, Msg: m, At: p.src.Span(tok), Hint: h}
	}
	if tok.Kind == lex.EOF {
		msg += ", at end of file"
		if d := p.src.Dialect; d == nil || d.EOFNamesFile {
			msg += " " + p.src.File.Name
		}
	} else {
		// The reference keeps at most 127 bytes of a token.
		text := p.src.Text(tok)
		if len(text) > 127 {
			text = text[:127]
		}
		msg += fmt.Sprintf(", at or near \"%s\"", text)
	}
	return diag.Diagnostic{Severity: diag.Error, Code: diag.Syntax, Msg: msg, At: p.src.Span(tok), Hint: hint}
}

// report notes a mistake that does not stop the parse.
func (p *parser) report(at diag.Span, msg, hint string) {
	p.diags = append(p.diags, diag.Diagnostic{Severity: diag.Error, Code: diag.Syntax, Msg: msg, At: at, Hint: hint})
}

// want describes what was expected, and guesses at a forgotten semicolon.
func (p *parser) want(kinds ...string) string {
	if len(kinds) == 0 {
		return ""
	}
	tok := p.peek()
	if p.i > 0 && (tok.Kind == lex.EOF || tok.Line > p.toks[p.i-1].Line) {
		for _, k := range kinds {
			if k == ";" {
				return fmt.Sprintf("a ';' is missing at the end of line %d", p.toks[p.i-1].Line)
			}
		}
	}
	quoted := make([]string, len(kinds))
	for i, k := range kinds {
		quoted[i] = k
		if !strings.Contains(k, " ") {
			quoted[i] = "'" + k + "'"
		}
	}
	return "expected " + strings.Join(quoted, " or ")
}

var kindText = map[lex.Kind]string{lex.LParen: "(", lex.RParen: ")", lex.LBrack: "[", lex.RBrack: "]", lex.LBrace: "{", lex.RBrace: "}",
	lex.Semi: ";", lex.Colon: ":", lex.Comma: ",", lex.Assign: "=", lex.Ident: "a name", lex.BarClose: "|", lex.AddTo: "+="}

func nameOf(k lex.Kind) string {
	if s, ok := kindText[k]; ok {
		return s
	}
	return k.String()
}
