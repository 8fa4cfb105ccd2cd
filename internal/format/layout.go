package format

import (
	"slices"

	"github.com/brogo/brogo/lang/lex"
)

// layout writes the tokens and comments of a source anew. It is repeated until nothing changes any more: a comment may come to stand
// exactly below one behind a line, and is taken for its continuation from then on.
func layout(src *lex.Source) string {
	out := lay(pieces(src))
	for range 3 {
		next := lay(pieces(lex.New(sourceOf(src, out))))
		if next == out {
			break
		}
		out = next
	}
	return out
}

// kind tells the frames apart: what an open bracket encloses.
type kind uint8

const (
	block   kind = iota // statements, also those of the top level and of an export block
	cases               // the cases of a switch
	control             // the parentheses of a control statement or directive
	paren               // other parentheses
	index               // brackets behind an operand
	bracket             // other brackets
	list                // an initialiser, or what schedule raises
	fields              // of a record type
	members             // of an enum type
)

// place is where a line starts: behind tabs, and blanks that align it.
type place struct{ tabs, blanks int }

func (p place) deeper() place { return place{p.tabs + 1, p.blanks} }

// frame is an open bracket with what is known of the statement at hand within it.
type frame struct {
	kind   kind
	in     place // where its lines start
	close  place // where its closing bracket does, if it starts a line
	multi  bool  // closing bracket (and fields, statements) on lines of their own
	hang   bool  // a line that continues an element needs no further depth
	within bool  // block, cases: in the middle of a statement
	ends   bool  // block: its brace ends the statement around it

	// Of brackets whose lines are aligned behind them.
	aligned bool
	open    int // the piece that is the bracket
	line    int // the line that it stands on

	// Of the statement within a block.
	at       place
	first    lex.Kind // the word that decides what its braces are: if, switch, function, …
	headers  []header // governing statements that wait for their bodies, outermost first
	questing int      // open conditional expressions
	lambda   bool     // a function's header went before: the next brace is its body
	schedule bool
	record   bool // redef record
	enum     bool // redef enum
}

// header is the head of a statement that governs another.
type header struct {
	word lex.Kind // if, else, for, while, when, timeout, case
	at   place
}

func (f *frame) statements() bool { return f.kind == block || f.kind == cases }

// next is where a statement within f starts.
func (f *frame) next() place {
	if n := len(f.headers); n > 0 {
		return f.headers[n-1].at.deeper()
	}
	return f.in
}

// reset forgets the statement at hand.
func (f *frame) reset() {
	f.within, f.first, f.questing = false, lex.EOF, 0
	f.lambda, f.schedule, f.record, f.enum = false, false, false, false
}

// machine goes over the pieces once.
type machine struct {
	all    []piece
	i      int
	frames []frame
	saved  []state       // at each open @if
	flat   map[int]bool  // the brackets that are too far to the right to align lines behind them
	beside map[int][]int // for each bracket that lines may be aligned behind, those of the same line that are open around it, and itself
	state
	lines    []line
	broken   bool  // the next piece starts a line
	opened   bool  // a brace was the last thing written: no blank line behind it
	dir      bool  // the parentheses of a directive's condition come or are open
	dirState state // what went before them
	lastCol  int   // where the comment behind the last line stood in the source, -1 for none
}

// state is what is known of the last token.
type state struct {
	prev    piece
	operand bool // it ended an operand
	glue    bool // nothing may stand between it and the next
	field   int  // 1 behind the `$` of a field's initialiser, 2 behind its name
	frames  []frame
}

func lay(all []piece) string {
	flat := map[int]bool{}
	for {
		m := layWith(all, flat)
		if !m.flatten() {
			return render(m.lines)
		}
	}
}

func layWith(all []piece, flat map[int]bool) *machine {
	m := &machine{all: all, flat: flat, beside: map[int][]int{}, lastCol: -1, broken: true, opened: true}
	m.frames = []frame{{kind: block, multi: true}}
	for m.i = range all {
		p := all[m.i]
		switch {
		case p.kind == lex.EOF:
		case p.kind == comment:
			m.comment(p)
		case p.kind.IsDirective():
			m.directive(p)
		default:
			m.token(p)
		}
	}
	return m
}

func (m *machine) top() *frame { return &m.frames[len(m.frames)-1] }

func (m *machine) push(f frame) { m.frames = append(m.frames, f) }

func (m *machine) pop() frame {
	f := *m.top()
	if len(m.frames) > 1 {
		m.frames = m.frames[:len(m.frames)-1]
	}
	return f
}

// snapshot copies the state, frames included.
func (m *machine) snapshot() state {
	s := m.state
	s.frames = slices.Clone(m.frames)
	for i := range s.frames {
		s.frames[i].headers = slices.Clone(s.frames[i].headers)
	}
	return s
}

func (m *machine) restore(s state) {
	m.state = s
	m.frames = slices.Clone(s.frames)
	for i := range m.frames {
		m.frames[i].headers = slices.Clone(m.frames[i].headers)
	}
	m.state.frames = nil
}

// ahead is the next token; directives count unless they are to be passed over.
func (m *machine) ahead(pass bool) piece {
	for _, p := range m.all[m.i+1:] {
		if p.kind != comment && !(pass && p.kind.IsDirective()) {
			return p
		}
	}
	return piece{}
}

// token writes a token that is no directive.
func (m *machine) token(p piece) {
	f := m.top()
	switch {
	case m.dir && p.kind == lex.LParen && f.kind != control:
		m.inline(p)
		m.push(frame{kind: control, hang: true, in: m.column(1), close: m.lines[len(m.lines)-1].at})
	case closing(p.kind):
		m.closeFrame(p)
	case f.statements() && !f.within:
		m.statement(p)
	default:
		m.mid(p)
	}
	m.opened = m.opened && p.kind == lex.LBrace
}
