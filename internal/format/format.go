// Package format lays scripts out in one style, the one that scripts of the reference are customarily written in: tabs, braces on
// lines of their own that stand as deep as what they enclose, blanks inside the parentheses of control statements.
//
// It works on the tokens of a file and not on its tree: directives may stand anywhere, also in the middle of a statement or around
// half of one, and whatever happens no token may be lost. The layout follows from a small machine that knows where statements
// start (layout.go, statements.go) and what each bracket is (brackets.go), from how far to the right lines may be aligned (align.go),
// and from a table of what stands apart (spacing.go). Line breaks within an expression
// are the writer's and stay. Every result is lexed again and held against the original before anybody sees it.
package format

import (
	"fmt"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
)

// Error is a script that cannot be formatted since it is none: Diags say where.
type Error struct{ Diags []diag.Diagnostic }

// Error is the first diagnostic in the reference's style.
func (e *Error) Error() string { return diag.Reference(e.Diags[0]) }

// Source formats the text of a script; name stands in messages. The error is an *Error if the text has syntax errors.
func Source(name, text string) (string, error) {
	f := &diag.File{Name: name, Src: text}
	src := lex.New(f)
	if diags := syntax(f); len(diags) > 0 {
		return "", &Error{diags}
	}
	out := layout(src)
	if err := equal(src, lex.New(&diag.File{Name: name, Src: out})); err != nil {
		return "", fmt.Errorf("%s: formatting would change the script (%w); this is a mistake in the formatter", name, err)
	}
	return out, nil
}

// syntax returns the syntax errors of a file. Which branches of conditionals are read is known only when the script is run: a text is
// good if it is with all of them or with none. @if ( T ) and @if ( F ) are as they say.
func syntax(f *diag.File) []diag.Diagnostic {
	all := syntaxWith(f, true)
	if len(all) == 0 || len(syntaxWith(f, false)) == 0 {
		return nil
	}
	return all
}

func syntaxWith(f *diag.File, taken bool) []diag.Diagnostic {
	src := lex.New(f)
	h := &host{src: src, taken: taken}
	r := parse.NewReader(src, h)
	for {
		it, ok := r.Next()
		if !ok {
			return h.list.All
		}
		_, err := parse.Decl(src, it)
		if e, is := err.(*parse.Error); is {
			for _, d := range e.Diags {
				h.list.Report(d)
			}
			r.Recover(err)
		}
	}
}

// host answers the conditions of a file that is only parsed.
type host struct {
	src   *lex.Source
	taken bool
	list  diag.List
}

func (h *host) Condition(d parse.Directive) bool {
	if d.Tok.Kind == lex.AtIf && len(d.Args) == 1 && d.Args[0].Kind == lex.Bool {
		return h.src.Text(d.Args[0]) == "T"
	}
	return h.taken
}

func (h *host) Directive(parse.Directive) {}
func (h *host) Report(d diag.Diagnostic)  { h.list.Report(d) }

// equal compares two texts as sequences of tokens and comments.
func equal(a, b *lex.Source) error {
	x, y := pieces(a), pieces(b)
	for i := range min(len(x), len(y)) {
		if x[i].kind != y[i].kind || x[i].text != y[i].text {
			return fmt.Errorf("%q in line %d would be %q", x[i].text, x[i].line, y[i].text)
		}
	}
	if len(x) != len(y) {
		return fmt.Errorf("%d words would be %d", len(x), len(y))
	}
	return nil
}

// comment is the kind of the pieces that are comments; no token has it.
const comment = lex.Kind(255)

// piece is a token or a comment.
type piece struct {
	kind   lex.Kind
	text   string
	line   int // where it starts in the source
	col    int // from 0, in columns, a tab reaching to the next multiple of tabWidth
	breaks int // how many line ends stand before it
}

// pieces lists the tokens of a source with the comments between them; the last is EOF.
func pieces(src *lex.Source) []piece {
	text := src.File.Src
	out := make([]piece, 0, len(src.Tokens)+len(src.Tokens)/8)
	from := 0
	lines := 1
	for _, t := range src.Tokens {
		gap := text[from:t.Off]
		breaks := 0
		for i := 0; i < len(gap); {
			switch gap[i] {
			case '\n':
				breaks++
				lines++
				i++
			case '#':
				end := strings.IndexByte(gap[i:], '\n')
				if end < 0 {
					end = len(gap) - i
				}
				out = append(out, piece{comment, strings.TrimRight(gap[i:i+end], " \t\r"), lines, column(text, from+i), breaks})
				breaks = 0
				i += end
			default:
				i++
			}
		}
		out = append(out, piece{t.Kind, strings.TrimRight(text[t.Off:t.End], " \t\r"), lines, int(t.Col) - 1, breaks})
		from = int(t.End)
	}
	return out
}

const tabWidth = 8

// column is how far to the right text[off] stands in its line.
func column(text string, off int) int {
	col := 0
	for _, c := range []byte(text[strings.LastIndexByte(text[:off], '\n')+1 : off]) {
		if c == '\t' {
			col += tabWidth - col%tabWidth
		} else {
			col++
		}
	}
	return col
}
