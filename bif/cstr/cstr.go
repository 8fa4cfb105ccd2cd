// Package cstr is the view that the reference's builtins have of a string once they hand it to C: text up to a NUL,
// numbers as strtol and strtod read them, and the renderings that make bytes printable. Families of builtins use it.
package cstr

import (
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
)

// Style is a set of escapes for Append.
type Style uint8

// Escapes. Printable replaces what is not in ' '…'~' by \xHH; the reference's "expanded" style is that alone.
const (
	Backslash Style = 1 << iota // \ becomes \\
	Quotes                      // ' and " get a backslash
	Printable                   // other than ' '…'~' becomes \xHH

	Expanded = Printable
	Literal  = Backslash | Quotes | Printable
)

const hexDigits = "0123456789abcdef"

// plain reports whether c needs no escape.
func (st Style) plain(c byte) bool {
	switch {
	case c < ' ' || c > '~':
		return st&Printable == 0
	case c == '\\':
		return st&Backslash == 0
	case c == '\'' || c == '"':
		return st&Quotes == 0
	}
	return true
}

// Append appends s with the escapes of st.
func Append(b []byte, s string, st Style) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case st.plain(c):
			b = append(b, c)
		case c < ' ' || c > '~':
			b = append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, '\\', c)
		}
	}
	return b
}

// Render returns s with the escapes of st; s itself when it needs none.
func Render(s string, st Style) string {
	for i := 0; i < len(s); i++ {
		if !st.plain(s[i]) {
			return string(Append(make([]byte, 0, len(s)+16), s, st))
		}
	}
	return s
}

// withNUL is what stands for a string that holds a NUL.
const withNUL = "<string-with-NUL>"

// Check returns s if it can be handed to C. One with a NUL in it is reported, and a text that says so takes its place.
func Check(m *interp.M, s string) string {
	if strings.IndexByte(s, 0) < 0 {
		return s
	}
	m.Plainf(diag.Error, "string with embedded NUL: \"%s\"", Render(s, Expanded))
	return withNUL
}

// IsSpace is C's isspace in the C locale.
func IsSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// Hex appends the two digits of each byte of s.
func Hex(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		b = append(b, hexDigits[s[i]>>4], hexDigits[s[i]&15])
	}
	return b
}

// Strip takes C's blanks off both ends.
func Strip(s string) string { return strings.Trim(s, " \t\n\v\f\r") }
