// Package uri is the builtins on URIs.
package uri

import (
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows are the builtins.
func Rows() []interp.Builtin {
	return []interp.Builtin{{
		Sig:  "function unescape_URI(URI: string): string",
		Doc:  "Undoes %XX and %uXXXX escapes. Percent signs that start no escape stay, but doubled ones count once.",
		Pure: true,
		F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value {
			return val.Str(Unescape(a.Str()))
		},
	}}
}

// Unescape undoes the escapes of a URI. Of %uXXXX, which ECMAScript's escape() writes, the high byte is left out when it is zero.
func Unescape(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || i+2 >= len(s) {
			out = append(out, s[i])
			continue
		}
		hi, hiOK := hexByte(s, i+1)
		switch {
		case s[i+1] == '%':
			// The next one may start an escape: skip this one.
		case hiOK:
			out = append(out, hi)
			i += 2
		case s[i+1] == 'u':
			hi, hiOK = hexByte(s, i+2)
			lo, loOK := hexByte(s, i+4)
			if !hiOK || !loOK {
				out = append(out, '%')
				continue
			}
			if hi != 0 {
				out = append(out, hi)
			}
			out = append(out, lo)
			i += 5
		default:
			out = append(out, '%')
		}
	}
	return string(out)
}

// hexByte reads two hex digits at i.
func hexByte(s string, i int) (b byte, ok bool) {
	if i+2 > len(s) {
		return 0, false
	}
	for _, c := range []byte(s[i : i+2]) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		b = b<<4 | c
	}
	return b, true
}
