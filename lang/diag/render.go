package diag

import (
	"fmt"
	"strings"
)

// Location renders a span as the reference does: `FILE, line N` or `FILE, lines N-M`, the name alone without a line.
func Location(s Span) string {
	switch {
	case s.File == nil:
		return ""
	case s.Line == 0:
		return s.File.Name
	case s.EndLine > s.Line:
		return fmt.Sprintf("%s, lines %d-%d", s.File.Name, s.Line, s.EndLine)
	}
	return fmt.Sprintf("%s, line %d", s.File.Name, s.Line)
}

// Reference renders d as one line in the reference's words: `error in FILE, line N: message`.
func Reference(d Diagnostic) string {
	var b strings.Builder
	b.WriteString(d.Severity.String())
	if !d.At.IsZero() {
		if b.Len() > 0 {
			b.WriteString(" in ")
		}
		b.WriteString(Location(d.At))
		if !d.And.IsZero() {
			b.WriteString(" and ")
			b.WriteString(Location(d.And))
		}
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(d.Msg)
	return b.String()
}

// Colors are the escape sequences of the pretty style; the zero value prints none.
type Colors struct{ Error, Warning, Place, Hint, Off string }

// ANSI is the colour set for terminals.
var ANSI = Colors{Error: "\x1b[1;31m", Warning: "\x1b[1;33m", Place: "\x1b[36m", Hint: "\x1b[32m", Off: "\x1b[0m"}

// Pretty renders d over several lines: message, place, excerpt with a caret, hint, script stack.
func Pretty(d Diagnostic, c Colors) string {
	var b strings.Builder
	color := c.Error
	if !d.Severity.IsError() {
		color = c.Warning
	}
	prefix := word(d.Severity)
	if d.Code != "" {
		prefix += "[" + string(d.Code) + "]"
	}
	fmt.Fprintf(&b, "%s%s%s: %s\n", color, prefix, c.Off, d.Msg)
	excerpt(&b, d.At, c)
	if d.And.Line > 0 {
		excerpt(&b, d.And, c)
	}
	if d.Hint != "" {
		fmt.Fprintf(&b, "  %shint%s: %s\n", c.Hint, c.Off, d.Hint)
	}
	for _, f := range d.Stack {
		fmt.Fprintf(&b, "  in %s, %s\n", f.Func, Location(f.At))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func excerpt(b *strings.Builder, s Span, c Colors) {
	if s.File == nil || s.Line == 0 {
		return
	}
	if s.Col > 0 {
		fmt.Fprintf(b, "  %s--> %s:%d:%d%s\n", c.Place, s.File.Name, s.Line, s.Col, c.Off)
	} else {
		fmt.Fprintf(b, "  %s--> %s:%d%s\n", c.Place, s.File.Name, s.Line, c.Off)
	}
	text := s.File.Line(int(s.Line))
	if text == "" || s.Col < 1 || int(s.Col) > len(text)+1 {
		return
	}
	end := int(s.EndCol) - 1
	if s.EndLine != s.Line || end > len(text) {
		end = len(text)
	}
	// Tabs keep their place in the caret line, so that both lines align however wide a tab is.
	pad := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, text[:s.Col-1])
	fmt.Fprintf(b, "%5d | %s\n      | %s%s%s%s\n", s.Line, text, pad, c.Error, strings.Repeat("^", max(1, end-int(s.Col)+1)), c.Off)
}
