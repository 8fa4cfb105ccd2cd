package repl

import (
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
)

// kind is what a piece of input is.
type kind uint8

const (
	blank   kind = iota
	command      // `:name …`
	value        // an expression
	items        // declarations, statements, directives
	more         // the beginning of something: the next line belongs to it
)

// peeker looks at the line behind the one that was typed, if there is one already: a pasted file's `else` belongs to the `if` of the
// lines before it. wait has it wait for that line where input comes from a pipe.
type peeker func(wait bool) (line string, ok bool)

// input is a piece that is complete.
type input struct {
	kind kind
	text string // as typed
	code string // completed
}

// assembler puts lines together until they are complete.
type assembler struct{ pending string }

// add takes a line. An input of kind more is not complete.
func (a *assembler) add(line string, next peeker) input {
	text := line
	if a.pending != "" {
		text = a.pending + "\n" + line
	}
	k, code := classify(text, next)
	a.pending = ""
	if k == more {
		a.pending = text
	}
	return input{k, text, code}
}

// rest is what was left incomplete at the end; reading it tells what is missing.
func (a *assembler) rest() input {
	it := input{items, a.pending, a.pending}
	if a.pending == "" {
		it.kind = blank
	}
	a.pending = ""
	return it
}

func (a *assembler) drop() { a.pending = "" }

// prompt is what stands before the next line, given what stands before a new input.
func (a *assembler) prompt(fresh string) string {
	if a.pending != "" {
		return strings.Repeat(" ", max(len(fresh)-5, 0)) + "...> "
	}
	return fresh
}

// classify tells what text is, and completes it: the last semicolon may be left out.
func classify(text string, next peeker) (kind, string) {
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == "":
		return blank, ""
	case strings.HasPrefix(trimmed, ":") && !strings.HasPrefix(trimmed, "::"):
		return command, trimmed
	}
	src := source(text)
	toks := src.Tokens[:len(src.Tokens)-1]
	if len(toks) == 0 && len(src.Docs) == 0 {
		return blank, ""
	}
	if len(toks) == 0 {
		return more, "" // a doc comment: what it describes follows
	}
	first := toks[0].Kind
	if !parse.Incomplete(src) {
		if governs(first) && goesOn(next, true) {
			return more, ""
		}
		return items, text
	}
	if !balanced(toks) {
		return more, ""
	}
	if _, err := parse.Expr(src, src.Tokens); err == nil {
		if goesOn(next, false) {
			return more, ""
		}
		return value, text
	}
	ended := text + "\n;"
	if forgiven(first) && parses(source(ended)) {
		if goesOn(next, first != lex.KwPrint) {
			return more, ""
		}
		return items, ended
	}
	if wrong(src) {
		return items, text
	}
	return more, ""
}

func source(text string) *lex.Source {
	src := lex.New(&diag.File{Name: brogo.PromptName, Src: text})
	return src
}

// governs tells the statements that may go on behind their last brace or semicolon.
func governs(k lex.Kind) bool {
	switch k {
	case lex.KwIf, lex.KwFor, lex.KwWhile, lex.KwWhen, lex.KwReturn:
		return true
	}
	return false
}

// forgiven tells what needs no semicolon at the end of a line. Headers of bodies do: the body may stand on the next line.
func forgiven(k lex.Kind) bool {
	switch k {
	case lex.KwPrint, lex.KwAdd, lex.KwDelete, lex.KwLocal, lex.KwGlobal, lex.KwConst, lex.KwOption, lex.KwRedef, lex.KwModule,
		lex.KwType:
		return true
	}
	return false
}

// goesOn reports whether the next line cannot but belong to what stands before it.
func goesOn(next peeker, wait bool) bool {
	line, ok := next(wait)
	if !ok {
		return false
	}
	toks := source(line).Tokens
	switch toks[0].Kind {
	case lex.KwElse, lex.KwTimeout, lex.Attr, lex.Assign, lex.AddTo, lex.RemoveFrom, lex.Dollar, lex.HasField, lex.Comma,
		lex.Quest, lex.AndAnd, lex.OrOr, lex.Eq, lex.Ne, lex.Plus, lex.Star, lex.Slash, lex.KwIn, lex.Semi, lex.RParen, lex.RBrack:
		return true
	}
	return false
}

// balanced reports whether every bracket is closed.
func balanced(toks []lex.Token) bool {
	depth := 0
	for _, t := range toks {
		switch t.Kind {
		case lex.LBrace, lex.LParen, lex.LBrack:
			depth++
		case lex.RBrace, lex.RParen, lex.RBrack:
			depth--
		}
	}
	return depth <= 0
}

// neutral takes every condition as true.
type neutral struct{}

func (neutral) Condition(parse.Directive) bool { return true }
func (neutral) Directive(parse.Directive)      {}
func (neutral) Report(diag.Diagnostic)         {}

// parses reports whether text is whole items without mistakes.
func parses(src *lex.Source) bool {
	if parse.Incomplete(src) {
		return false
	}
	r := parse.NewReader(src, neutral{})
	for {
		it, ok := r.Next()
		if !ok {
			return true
		}
		if _, err := parse.Decl(src, it); err != nil {
			return false
		}
	}
}

// wrong reports whether text has a mistake that nothing behind it can mend.
func wrong(src *lex.Source) bool {
	r := parse.NewReader(src, neutral{})
	for {
		it, ok := r.Next()
		if !ok {
			return false
		}
		_, err := parse.Decl(src, it)
		if e, is := err.(*parse.Error); is {
			return !e.EOF || len(e.Diags) > 1
		}
	}
}
