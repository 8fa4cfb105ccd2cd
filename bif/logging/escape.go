package logging

import (
	"strings"

	"github.com/brogo/brogo/runtime/val"
)

const hexDigits = "0123456789abcdef"

// escaper writes strings so that no byte of them is taken for a separator: backslashes are doubled, separators and what is not
// printable become \xHH.
type escaper struct {
	utf8 bool // valid UTF-8 stays as it is
	seqs []string
	// clean marks bytes that need no look; a string of them is written as it is.
	clean [256]bool
}

func newEscaper(utf8 bool, seqs ...string) *escaper {
	e := &escaper{utf8: utf8}
	for c := ' '; c <= '~'; c++ {
		e.clean[c] = c != '\\'
	}
	for _, s := range seqs {
		if s != "" {
			e.seqs = append(e.seqs, s)
			e.clean[s[0]] = false
		}
	}
	return e
}

// append appends s.
func (e *escaper) append(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if !e.clean[s[i]] {
			return e.slow(b, s)
		}
	}
	return append(b, s...)
}

func (e *escaper) slow(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); {
		if e.clean[s[i]] || e.utf8 && s[i] != '\\' && e.at(s[i:]) == 0 {
			i++
			continue
		}
		b = e.plain(b, s[from:i])
		switch n := e.at(s[i:]); {
		case s[i] == '\\':
			b = append(b, '\\', '\\')
			i++
		case n > 0:
			b = hexAll(b, s[i:i+n])
			i += n
		case s[i] >= ' ' && s[i] <= '~':
			b = append(b, s[i])
			i++
		default:
			b = hexAll(b, s[i:i+1])
			i++
		}
		from = i
	}
	return e.plain(b, s[from:])
}

// plain appends a stretch without separators.
func (e *escaper) plain(b []byte, s string) []byte {
	if !e.utf8 {
		return append(b, s...)
	}
	if t := val.UTF8OrEscaped(s); strings.IndexFunc(t, func(r rune) bool { return r < ' ' }) < 0 {
		return append(b, t...)
	}
	// Control characters make the whole stretch one of bytes.
	return val.AppendEscaped(b, s)
}

// at returns the length of the separator that s begins with, 0 if there is none.
func (e *escaper) at(s string) int {
	for _, q := range e.seqs {
		if strings.HasPrefix(s, q) {
			return len(q)
		}
	}
	return 0
}

// hexAll appends each byte as \xHH, a backslash doubled.
func hexAll(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] == '\\' {
			b = append(b, '\\', '\\')
		} else {
			b = append(b, '\\', 'x', hexDigits[s[i]>>4], hexDigits[s[i]&15])
		}
	}
	return b
}

// escapeBlank is how headers show a separator: what is blank or not printable as \xHH.
func escapeBlank(s string) string {
	var b []byte
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' {
			b = append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		} else {
			b = append(b, c)
		}
	}
	return string(b)
}
