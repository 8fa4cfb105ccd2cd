package parse

import (
	"strconv"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

func itoa(n int32) string { return strconv.Itoa(int(n)) }

// splitter finds where an item ends by its first words and its brackets alone.
type splitter struct {
	n     int      // tokens seen
	class class    // what the first words say of its end
	kind0 lex.Kind // the first token's kind
	prev  lex.Kind
	stack []lex.Kind // open brackets
	typ   bool       // the outermost open brace belongs to a record or enum type
}

type class uint8

const (
	bySemi  class = iota // ends at a semicolon outside of brackets
	byBody               // ends at the brace of its body, or at a semicolon
	byBlock              // a statement that governs others: a semicolon or a brace, if nothing goes on with it
)

// step accounts for a token and reports whether the item may end behind it.
func (s *splitter) step(k, prev lex.Kind) (end bool) {
	switch s.n {
	case 0:
		s.kind0 = k
		switch k {
		case lex.LBrace, lex.KwIf, lex.KwFor, lex.KwWhile, lex.KwSwitch, lex.KwWhen:
			s.class = byBlock
		case lex.KwFunction, lex.KwEvent, lex.KwHook:
			s.class = byBody
		}
	case 1:
		switch {
		case s.kind0 == lex.KwRedef && k == lex.KwEvent:
			s.class = byBody
		case s.kind0 == lex.KwReturn && k == lex.KwWhen:
			s.class = byBlock
		case s.kind0 == lex.KwFunction && (k == lex.LParen || k == lex.LBrack):
			s.class = bySemi // a statement that starts with an anonymous function
		}
	}
	s.n++
	s.prev = k
	switch k {
	case lex.LBrace:
		if len(s.stack) == 0 {
			s.typ = prev == lex.KwRecord || prev == lex.KwEnum
		}
		s.stack = append(s.stack, k)
	case lex.LParen, lex.LBrack:
		s.stack = append(s.stack, k)
	case lex.RParen, lex.RBrack:
		want := lex.LParen
		if k == lex.RBrack {
			want = lex.LBrack
		}
		if n := len(s.stack); n > 0 && s.stack[n-1] == want {
			s.stack = s.stack[:n-1]
		}
	case lex.RBrace:
		if len(s.stack) == 0 {
			return true // a stray brace is an item of its own
		}
		// A parenthesis or bracket left open within the braces ends with them.
		for n := len(s.stack); n > 0; n-- {
			if s.stack[n-1] == lex.LBrace {
				s.stack = s.stack[:n-1]
				break
			}
		}
		if len(s.stack) > 0 && s.stack[len(s.stack)-1] != lex.LBrace && !s.anyBrace() {
			return false
		}
		return len(s.stack) == 0 && s.class != bySemi && !(s.class == byBody && s.typ)
	case lex.Semi:
		return len(s.stack) == 0
	}
	return false
}

func (s *splitter) anyBrace() bool {
	for _, k := range s.stack {
		if k == lex.LBrace {
			return true
		}
	}
	return false
}

// endsWith decides whether an item that may end with a token of kind k does, given the kind of the token behind it.
func (s *splitter) endsWith(k, next lex.Kind) bool {
	if s.class != byBlock {
		return true
	}
	switch next {
	case lex.KwElse:
		return s.kind0 != lex.KwIf && s.kind0 != lex.KwFor && s.kind0 != lex.KwWhile && s.kind0 != lex.KwWhen
	case lex.KwTimeout:
		return false
	}
	if k != lex.RBrace || s.kind0 == lex.LBrace || s.kind0 == lex.KwSwitch {
		return true
	}
	switch next {
	case lex.Semi, lex.Comma, lex.Attr, lex.Dollar, lex.HasField, lex.Colon, lex.Quest, lex.KwIn, lex.NotIn, lex.KwAs, lex.KwIs,
		lex.AndAnd, lex.OrOr, lex.Eq, lex.Ne, lex.Assign:
		return false
	}
	return true
}

// cutsOff reports whether the token at toks[i] cannot belong to the item at hand since it starts a declaration.
func (s *splitter) cutsOff(toks []lex.Token, i int) bool {
	switch toks[i].Kind {
	case lex.KwConst:
		// Within braces it starts a statement.
		return len(s.stack) == 0 && s.class == bySemi && s.prev != lex.RParen && s.prev != lex.KwElse
	case lex.KwEvent, lex.KwHook, lex.KwFunction:
		if s.n == 1 && s.kind0 == lex.KwRedef {
			return false
		}
	}
	return startsDecl(toks, i)
}

// startsDecl reports whether a declaration starts at toks[i], whatever went before.
func startsDecl(toks []lex.Token, i int) bool {
	switch toks[i].Kind {
	case lex.KwGlobal, lex.KwOption, lex.KwRedef, lex.KwModule, lex.KwExport:
		return true
	case lex.KwType:
		return kindAt(toks, i+1) == lex.Ident && kindAt(toks, i+2) == lex.Colon &&
			(i == 0 || toks[i-1].Kind != lex.KwCase && toks[i-1].Kind != lex.Comma)
	case lex.KwFunction:
		return kindAt(toks, i+1) == lex.Ident
	case lex.KwEvent, lex.KwHook:
		return isHeader(toks, i)
	}
	return false
}

func kindAt(toks []lex.Token, i int) lex.Kind {
	if i < len(toks) {
		return toks[i].Kind
	}
	return lex.EOF
}

// isHeader tells the header of an event or hook at toks[i] from a statement: parameters have colons, and without any a
// body or attributes follow.
func isHeader(toks []lex.Token, i int) bool {
	if k := kindAt(toks, i+1); k != lex.Ident && k != lex.GlobalIdent || kindAt(toks, i+2) != lex.LParen {
		return false
	}
	switch kindAt(toks, i+3) {
	case lex.Ident:
		return kindAt(toks, i+4) == lex.Colon
	case lex.RParen:
		switch k := kindAt(toks, i+4); {
		case k == lex.LBrace, k == lex.Attr, k == lex.Colon, k.IsConditional():
			return true
		}
	}
	return false
}

// isBodied reports whether the item at toks[i:] has a body of statements.
func isBodied(toks []lex.Token, i int) bool {
	switch toks[i].Kind {
	case lex.LBrace, lex.KwIf, lex.KwFor, lex.KwWhile, lex.KwSwitch, lex.KwWhen:
		return true
	case lex.KwFunction, lex.KwEvent, lex.KwHook:
		return startsDecl(toks, i)
	case lex.KwRedef:
		return i+1 < len(toks) && toks[i+1].Kind == lex.KwEvent
	}
	return false
}

// Incomplete reports whether src needs more text before it is a sequence of whole items: an open bracket, a missing semicolon, a
// header without its body, an open export block or conditional. Text that does not lex is whole: more of it would not help.
// Directives are not acted upon. The REPL asks.
func Incomplete(src *lex.Source) bool {
	for _, t := range src.Tokens {
		if t.Kind == lex.Illegal {
			return false
		}
	}
	h := &countingHost{}
	r := NewReader(src, h)
	for {
		it, ok := r.Next()
		if !ok {
			return h.open
		}
		if it.Kind == Stray || it.Unterminated && it.After.Kind == lex.EOF {
			return true
		}
	}
}

// countingHost takes every condition as true and notes an unbalanced one.
type countingHost struct{ open bool }

func (h *countingHost) Condition(Directive) bool { return true }
func (h *countingHost) Directive(Directive)      {}
func (h *countingHost) Report(d diag.Diagnostic) { h.open = h.open || d.Severity == diag.Fatal }
