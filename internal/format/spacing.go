package format

import (
	"strings"
	"unicode/utf8"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// ends reports whether a token ends an operand.
func (m *machine) ends(p piece) bool {
	switch p.kind {
	case lex.Ident, lex.GlobalIdent, lex.KwBase, lex.BarClose, lex.AtDir, lex.AtFilename:
		return true
	case lex.Inc, lex.Dec:
		return m.operand
	}
	return p.kind.IsLiteral()
}

// after takes note of a token that has been written; operand tells that it ended one.
func (m *machine) after(p piece, operand bool) {
	glue, field := false, 0
	switch p.kind {
	case lex.Dollar:
		glue = true
		if !m.operand {
			field = 1
		}
	case lex.HasField, lex.BarOpen, lex.Tilde:
		glue = true
	case lex.Plus, lex.Minus, lex.Inc, lex.Dec:
		glue = !m.operand
	case lex.Ident:
		if m.field == 1 {
			field = 2
		}
	case lex.Assign:
		glue = m.tight()
	}
	m.prev, m.operand, m.glue, m.field = p, operand, glue, field
}

// tight reports whether a `=` here belongs to an attribute or to a field's initialiser.
func (m *machine) tight() bool { return m.prev.kind == lex.Attr || m.field == 2 }

// apart reports whether a blank stands between the last token and p on one line.
func (m *machine) apart(p piece) bool {
	f := m.top()
	switch p.kind {
	case lex.Comma, lex.Semi, lex.RBrack, lex.HasField, lex.BarClose:
		return false
	case lex.RParen:
		return f.kind == control
	case lex.RBrace:
		return m.prev.kind != lex.LBrace || f.statements()
	case lex.Dollar, lex.Inc, lex.Dec:
		if m.operand {
			return false
		}
	case lex.Colon:
		return f.questing > 0
	case lex.Assign:
		if m.tight() {
			return false
		}
	case lex.LParen:
		switch m.prev.kind {
		case lex.KwFunction, lex.KwEvent, lex.KwHook, lex.KwCopy, lex.KwTable, lex.KwSet, lex.KwVector, lex.KwRecord, lex.KwBase,
			lex.RBrace:
			return false
		}
		if m.operand && !m.governs() {
			return false
		}
	case lex.LBrack:
		switch m.prev.kind {
		case lex.KwTable, lex.KwSet, lex.KwFunction:
			return false
		}
		if m.operand {
			return false
		}
	}
	return !m.glue
}

// inline writes a token behind the last one.
func (m *machine) inline(p piece) {
	if len(m.lines) == 0 || m.broken && m.lines[len(m.lines)-1].ended() {
		m.start(p, m.middle(p), false)
		m.write(p.text)
		return
	}
	l := &m.lines[len(m.lines)-1]
	if l.text != "" && (m.apart(p) || runsOn(l.text, p.text)) {
		l.text += " "
	}
	m.write(p.text)
	m.broken = false
}

// runsOn reports whether two tokens would be read as others without a blank between.
func runsOn(a, b string) bool {
	x, y := a[len(a)-1], b[0]
	return x == y && strings.IndexByte("+-&|<>=:", x) >= 0 || wordByte(x) && wordByte(y)
}

func wordByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}

// line is one line of the result.
type line struct {
	at      place
	text    string
	behind  string // the comment behind it
	blank   bool   // an empty line before it
	comment bool   // it is a comment
	follows bool   // only a comment that goes on with the one behind the line before
	under   int    // the bracket that it is aligned behind, -1 for none
}

func (l *line) ended() bool { return l.comment || l.behind != "" }

// start begins a line; an empty one stays before it where they may be and the source has any.
func (m *machine) start(p piece, at place, blank bool) {
	l := line{at: at, blank: blank && p.breaks > 1 && !m.opened, under: -1}
	if f := m.top(); f.aligned && at == f.in {
		l.under = f.open
	}
	m.lines = append(m.lines, l)
	m.broken, m.lastCol = false, -1
}

func (m *machine) write(text string) { m.lines[len(m.lines)-1].text += text }

// render joins the lines. Comments behind neighbouring lines stand below each other.
func render(lines []line) string {
	var b strings.Builder
	width, until := 0, 0 // of the neighbours at hand
	for i, l := range lines {
		if i >= until {
			width, until = neighbours(lines, i)
		}
		if l.blank {
			b.WriteByte('\n')
		}
		b.WriteString(strings.Repeat("\t", l.at.tabs))
		b.WriteString(strings.Repeat(" ", l.at.blanks))
		b.WriteString(l.text)
		if l.behind != "" {
			b.WriteString(strings.Repeat(" ", width-utf8.RuneCountInString(l.text)+1))
			b.WriteString(l.behind)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// neighbours measures the lines from lines[i] on that have comments behind them, start at one place and have no empty line between.
func neighbours(lines []line, i int) (width, until int) {
	until = i
	for until < len(lines) && lines[until].behind != "" && lines[until].at == lines[i].at && (until == i || !lines[until].blank) {
		width = max(width, utf8.RuneCountInString(lines[until].text))
		until++
	}
	return width, max(until, i+1)
}

func sourceOf(src *lex.Source, text string) *diag.File {
	return &diag.File{Name: src.File.Name, Src: text}
}
