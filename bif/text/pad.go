package text

import (
	"strings"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// maxWidth bounds the strings that are made by giving a length, in bytes: a typing error must not take the machine down.
const maxWidth = 1 << 28

func padRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: `function ljust(str: string, width: count, fill: string &default=" "): string`, GivesUp: true,
			Doc: "Pads a string at its end with the one byte of *fill* until it is *width* bytes long.",
			F3:  justify("ljust", func(s, pad string) string { return s + pad })},
		{Sig: `function rjust(str: string, width: count, fill: string &default=" "): string`, GivesUp: true,
			Doc: "Pads a string at its beginning with the one byte of *fill* until it is *width* bytes long.",
			F3:  justify("rjust", func(s, pad string) string { return pad + s })},
		{Sig: "function zfill(str: string, width: count): string",
			Doc: "Pads a string at its beginning with zeroes until it is *width* bytes long.",
			F2: func(m *interp.M, site *interp.Site, s, width val.Value) val.Value {
				return val.Str(padding(m, site, s.Str(), width.Count(), "0") + s.Str())
			}},
		{Sig: "function string_fill(len: int, source: string): string",
			Doc: "Repeats *source* up to *len* bytes, of which the last is a NUL.",
			F2:  stringFill},
	}
}

// padding returns what s lacks to width.
func padding(m *interp.M, site *interp.Site, s string, width uint64, fill string) string {
	if width <= uint64(len(s)) {
		return ""
	}
	if width > maxWidth {
		m.Throw(site, "string of %d bytes is too long", width)
	}
	return strings.Repeat(fill, int(width)-len(s))
}

func justify(name string, join func(s, pad string) string) func(*interp.M, *interp.Site, val.Value, val.Value, val.Value) val.Value {
	return func(m *interp.M, site *interp.Site, s, width, fill val.Value) val.Value {
		if len(fill.Str()) != 1 {
			m.Plainf(diag.Error, "Fill string passed to %s() must be a single character", name)
			return m.NoValue(site)
		}
		if width.Count() <= uint64(len(s.Str())) {
			return s
		}
		return val.Str(join(s.Str(), padding(m, site, s.Str(), width.Count(), cstr.Check(m, fill.Str())[:1])))
	}
}

func stringFill(m *interp.M, site *interp.Site, length, source val.Value) val.Value {
	n, src := length.Int(), source.Str()
	if n <= 0 {
		return val.Str("")
	}
	if n > maxWidth {
		m.Throw(site, "string of %d bytes is too long", n)
	}
	b := make([]byte, n)
	if src != "" {
		for i := 0; i < len(b)-1; i += copy(b[i:len(b)-1], src) {
		}
	}
	return val.Str(own(b))
}
