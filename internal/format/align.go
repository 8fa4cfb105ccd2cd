package format

import (
	"slices"
	"unicode/utf8"

	"github.com/brogo/brogo/lang/lex"
)

// Lines that go on within brackets are aligned behind the bracket, as long as they do not get too wide by it and do not end up too far
// to the right: then they stand a tab deeper than the line with the bracket. Which brackets these are is known only when all is laid
// out, so that it is done again with what was found.
const (
	widest  = 120 // columns of a line that is aligned
	deepest = 40  // blanks before it
	near    = 16  // blanks that are never too many: a tab would hardly be less
)

// align decides where the lines within the bracket at the end of the line at hand stand; pad is how many blanks follow the bracket.
func (m *machine) align(f *frame, pad int) {
	line := len(m.lines) - 1
	f.hang, f.open, f.line = true, m.i, line
	l := &m.lines[line]
	if m.flat[m.i] {
		f.in = l.at.deeper()
		if m.heads(line) {
			f.in = f.in.deeper()
		}
		return
	}
	f.in, f.aligned = m.column(pad), true
	if f.kind == control {
		return
	}
	var beside []int
	for _, g := range m.frames {
		if g.hang && g.kind != control && g.line == line {
			beside = append(beside, g.open)
		}
	}
	m.beside[m.i] = append(beside, m.i)
}

// heads reports whether a line is the head of a function or control statement, below which something a tab deeper would look like the
// body.
func (m *machine) heads(line int) bool {
	if slices.ContainsFunc(m.frames, func(f frame) bool { return f.kind == control && f.line == line }) {
		return true
	}
	f := m.top()
	return f.statements() && (f.first == lex.KwFunction || f.first == lex.KwEvent || f.first == lex.KwHook)
}

// column is where the end of the line at hand is.
func (m *machine) column(pad int) place {
	l := &m.lines[len(m.lines)-1]
	return place{l.at.tabs, l.at.blanks + utf8.RuneCountInString(l.text) + pad}
}

// flatten notes the brackets behind which lines should not have been aligned, and reports whether there were any.
func (m *machine) flatten() bool {
	before := len(m.flat)
	for _, l := range m.lines {
		if l.under < 0 || l.comment || l.at.blanks <= near {
			continue
		}
		if l.at.blanks > deepest || l.at.tabs*tabWidth+l.at.blanks+utf8.RuneCountInString(l.text) > widest {
			for _, b := range m.beside[l.under] {
				m.flat[b] = true
			}
		}
	}
	return len(m.flat) > before
}
