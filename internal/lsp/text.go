package lsp

import (
	"net/url"
	"path/filepath"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/brogo/brogo/lang/diag"
)

// text is a file's text with the places of its lines. Scripts count columns in bytes, the protocol in UTF-16 code units.
type text struct {
	s     string
	lines []int // offset of the start of each
	ascii bool
}

func newText(s string) *text {
	t := &text{s: s, lines: []int{0}, ascii: true}
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\n':
			t.lines = append(t.lines, i+1)
		case s[i] >= utf8.RuneSelf:
			t.ascii = false
		}
	}
	return t
}

// line returns line n, from 0, without its end.
func (t *text) line(n int) string {
	if n < 0 || n >= len(t.lines) {
		return ""
	}
	end := len(t.s)
	if n+1 < len(t.lines) {
		end = t.lines[n+1] - 1
	}
	return strings.TrimSuffix(t.s[t.lines[n]:end], "\r")
}

// offset is where a position is in the bytes. What lies outside of the text is brought to the nearest place in it.
func (t *text) offset(p position) int {
	switch {
	case p.Line < 0:
		return 0
	case p.Line >= len(t.lines):
		return len(t.s)
	}
	line := t.line(p.Line)
	start := t.lines[p.Line]
	if t.ascii {
		return start + max(0, min(p.Character, len(line)))
	}
	n := 0
	for i, r := range line {
		if n >= p.Character {
			return start + i
		}
		n += units(r)
	}
	return start + len(line)
}

// position is the position of an offset.
func (t *text) position(off int) position {
	off = max(0, min(off, len(t.s)))
	n := sort.SearchInts(t.lines, off+1) - 1
	return position{n, t.width(t.s[t.lines[n]:off])}
}

// width is the length of s in UTF-16 code units.
func (t *text) width(s string) int {
	if t.ascii {
		return len(s)
	}
	n := 0
	for _, r := range s {
		n += units(r)
	}
	return n
}

// units is how many UTF-16 code units a character takes. A byte that is no UTF-8 counts as one.
func units(r rune) int {
	if r >= 0x10000 {
		return 2
	}
	return 1
}

// spot is the position of a line and column that count from 1, in bytes.
func (t *text) spot(line, col int32) position {
	n := int(line) - 1
	if n < 0 {
		return position{}
	}
	if n >= len(t.lines) {
		return t.position(len(t.s))
	}
	end := len(t.s)
	if n+1 < len(t.lines) {
		end = t.lines[n+1] - 1
	}
	off := max(t.lines[n], min(t.lines[n]+int(col)-1, end))
	return position{n, t.width(t.s[t.lines[n]:off])}
}

// span is the range of a span of this text. One without columns is the whole line.
func (t *text) span(s diag.Span) textRange {
	if s.Line < 1 {
		return textRange{}
	}
	if s.Col < 1 {
		line := t.line(int(s.Line) - 1)
		lead := len(line) - len(strings.TrimLeft(line, " \t"))
		return textRange{t.spot(s.Line, int32(lead)+1), t.spot(s.Line, int32(len(line))+1)}
	}
	r := textRange{t.spot(s.Line, s.Col), t.spot(max(s.EndLine, s.Line), max(s.EndCol, 1))}
	if s.EndLine <= s.Line && s.EndCol <= s.Col || r.End.before(r.Start) {
		r.End = r.Start
	}
	return r
}

// edit is the text with a range replaced; without one it is all new.
func (t *text) edit(c contentChange) *text {
	if c.Range == nil {
		return newText(c.Text)
	}
	from, to := t.offset(c.Range.Start), t.offset(c.Range.End)
	if to < from {
		from, to = to, from
	}
	return newText(t.s[:from] + c.Text + t.s[to:])
}

// pathOf is the file that a URI names; other schemes than file name none.
func pathOf(uri string) (string, bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Path == "" {
		return "", false
	}
	return filepath.Clean(u.Path), true
}

func uriOf(path string) string { return (&url.URL{Scheme: "file", Path: path}).String() }
