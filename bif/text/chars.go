package text

import (
	"strings"
	"unsafe"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func charRows() []interp.Builtin {
	return []interp.Builtin{
		one("function to_lower(str: string): string",
			"Turns the ASCII letters of a string into lower case. Other bytes stay.", toLower),
		one("function to_upper(str: string): string",
			"Turns the ASCII letters of a string into upper case. Other bytes stay.", toUpper),
		one("function swap_case(str: string): string",
			"Turns lower case letters into upper case and the other way round.", swapCase),
		one("function to_title(str: string): string",
			"Turns the first byte of each stretch between spaces into upper case.", toTitle),
		one("function reverse(str: string): string",
			"Turns a string's bytes round.", reverse),
		is("function is_ascii(str: string): bool",
			"Tells whether no byte of a string is above 127.", isASCII),
		all("function is_num(str: string): bool",
			"Tells whether a string is made of digits only. The empty string is not.", isDigit),
		all("function is_alpha(str: string): bool",
			"Tells whether a string is made of letters only. The empty string is not.", isLetter),
		all("function is_alnum(str: string): bool",
			"Tells whether a string is made of letters and digits only. The empty string is not.",
			func(c byte) bool { return isLetter(c) || isDigit(c) }),
	}
}

func isUpper(c byte) bool  { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool  { return c >= 'a' && c <= 'z' }
func isLetter(c byte) bool { return isUpper(c &^ 0x20) }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// all makes a row that tests every byte of a string that is not empty. A NUL in it is an error beside.
func all(sig, doc string, ok func(byte) bool) interp.Builtin {
	return interp.Builtin{Sig: sig, Doc: doc, F1: func(m *interp.M, _ *interp.Site, a val.Value) val.Value {
		s := cstr.Check(m, a.Str())
		for i := 0; i < len(s); i++ {
			if !ok(s[i]) {
				return val.Bool(false)
			}
		}
		return val.Bool(s != "")
	}}
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] > 127 {
			return false
		}
	}
	return true
}

// own makes a string of bytes that nobody else writes to.
func own(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// turned is a table of bytes in which those for which which is true have bit 0x20, the case of a letter, the other way.
func turned(which func(byte) bool) *[256]byte {
	var t [256]byte
	for i := range t {
		t[i] = byte(i)
		if which(byte(i)) {
			t[i] ^= 0x20
		}
	}
	return &t
}

var lower, upper, swapped = turned(isUpper), turned(isLower), turned(isLetter)

// mapped returns s with each byte replaced as the table says; s itself if nothing changes.
func mapped(s string, t *[256]byte) string {
	for i := 0; i < len(s); i++ {
		if t[s[i]] == s[i] {
			continue
		}
		b := make([]byte, len(s))
		copy(b, s[:i])
		for ; i < len(b); i++ {
			b[i] = t[s[i]]
		}
		return own(b)
	}
	return s
}

func toLower(s string) string  { return mapped(s, lower) }
func toUpper(s string) string  { return mapped(s, upper) }
func swapCase(s string) string { return mapped(s, swapped) }

func toTitle(s string) string {
	b := []byte(s)
	for i, c := range b {
		if isLower(c) && (i == 0 || b[i-1] == ' ') {
			b[i] = c &^ 0x20
		}
	}
	return own(b)
}

func reverse(s string) string {
	b := make([]byte, len(s))
	for i := range b {
		b[len(b)-1-i] = s[i]
	}
	return own(b)
}

// blank is what strip takes away, and the default of lstrip and rstrip.
const blank = " \t\n\r\v\f"

func trimRows() []interp.Builtin {
	return []interp.Builtin{
		one("function strip(str: string): string",
			"Takes white space away from both ends.",
			func(s string) string { return trimRight(trimLeft(s, blank), blank) }),
		two(`function lstrip(str: string, chars: string &default=" \t\n\r\v\f"): string`,
			"Takes away the bytes of *chars* from the beginning.", trimLeft),
		two(`function rstrip(str: string, chars: string &default=" \t\n\r\v\f"): string`,
			"Takes away the bytes of *chars* from the end.", trimRight),
		two("function remove_prefix(str: string, sub: string): string",
			"Takes *sub* away from the beginning, and again as long as it is there.", removePrefix),
		two("function remove_suffix(str: string, sub: string): string",
			"Takes *sub* away from the end, and again as long as it is there.", removeSuffix),
	}
}

// trimLeft and trimRight go by bytes, where package strings would take chars for UTF-8.
func trimLeft(s, chars string) string {
	for s != "" && strings.IndexByte(chars, s[0]) >= 0 {
		s = s[1:]
	}
	return s
}

func trimRight(s, chars string) string {
	for s != "" && strings.IndexByte(chars, s[len(s)-1]) >= 0 {
		s = s[:len(s)-1]
	}
	return s
}

// removePrefix looks, like the reference, for the next occurrence from one byte behind the last: an overlapping one
// ends it, so that "aaaa" without "aa" is "aa".
func removePrefix(s, sub string) string {
	if sub == "" || !strings.HasPrefix(s, sub) {
		return s
	}
	pos, next := 0, len(sub)
	for next < len(s) {
		i := strings.Index(s[pos+1:], sub)
		if pos += 1 + i; i < 0 || pos != next {
			break
		}
		next += len(sub)
	}
	return s[next:]
}

// removeSuffix is removePrefix from the other end.
func removeSuffix(s, sub string) string {
	if sub == "" || !strings.HasSuffix(s, sub) {
		return s
	}
	pos := len(s) - len(sub)
	end := pos
	for pos > 0 {
		i := strings.LastIndex(s[:min(pos-1+len(sub), len(s))], sub)
		if i < 0 || i != end-len(sub) {
			break
		}
		pos, end = i, i
	}
	return s[:end]
}
