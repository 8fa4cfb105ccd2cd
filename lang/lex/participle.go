package lex

import (
	"fmt"
	"io"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/brogo/brogo/lang/diag"
)

// Definition makes this package's tokens known to participle. A participle token's type is Type(kind), its value the
// source text, and its Pos.Offset the index of the token in the slice being read, by which productions that are written by
// hand find the way back to the token itself.
type Definition struct{ symbols map[string]lexer.TokenType }

// NewDefinition makes the Definition, which may serve several grammars.
func NewDefinition() Definition {
	m := make(map[string]lexer.TokenType, numKinds+3)
	for k := EOF; k < numKinds; k++ {
		m[k.String()] = Type(k)
	}
	m["Name"] = Type(Ident)
	m["Declarer"] = Type(KwGlobal)
	m["Callable"] = Type(KwFunction)
	return Definition{m}
}

// Type returns participle's number for k. Words that stand in the same places share a number, since every alternative that
// participle tries costs it an allocation: names with and without `::`, the words that declare a variable, the words that
// start a body.
func Type(k Kind) lexer.TokenType {
	switch k {
	case EOF:
		return lexer.EOF
	case GlobalIdent:
		k = Ident
	case KwConst, KwOption, KwRedef:
		k = KwGlobal
	case KwEvent, KwHook:
		k = KwFunction
	}
	return lexer.TokenType(k)
}

// Symbols names the token types for the tags of a grammar.
func (d Definition) Symbols() map[string]lexer.TokenType { return d.symbols }

// Lex lexes a whole text.
func (Definition) Lex(filename string, r io.Reader) (lexer.Lexer, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filename, err)
	}
	s := New(&diag.File{Name: filename, Src: string(b)})
	return s.Reader(s.Tokens), nil
}

// Reader feeds tokens of s to participle, then EOF.
func (s *Source) Reader(toks []Token) lexer.Lexer { return &reader{src: s, toks: toks} }

type reader struct {
	src  *Source
	toks []Token
	next int
}

// Next returns the next token; it never fails.
func (r *reader) Next() (lexer.Token, error) {
	pos := lexer.Position{Offset: r.next}
	if r.next >= len(r.toks) || r.toks[r.next].Kind == EOF {
		return lexer.EOFToken(pos), nil
	}
	t := r.toks[r.next]
	r.next++
	pos.Line, pos.Column = int(t.Line), int(t.Col)
	return lexer.Token{Type: Type(t.Kind), Value: r.src.Text(t), Pos: pos}, nil
}
