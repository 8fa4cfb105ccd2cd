// Package format is the builtins that turn values into text and times into text and back. It binds JSON, which
// runtime/val reads and writes.
package format

import (
	"strconv"
	"time"

	"github.com/itchyny/timefmt-go"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows returns the family.
func Rows() []interp.Builtin {
	return append(jsonRows(), []interp.Builtin{
		{Sig: "function cat(...): string", Pure: true,
			Doc: "Puts the texts of all arguments together.",
			Fn:  cat,
			Append: func(m *interp.M, site *interp.Site, a []val.Value, b []byte) []byte {
				return texts(m, site, b, a)
			}},
		{Sig: "function cat_sep(sep: string, def: string, ...): string", Pure: true,
			Doc: "Puts the texts of all further arguments together with *sep* between them; *def* stands in for an empty string.",
			Fn:  catSep},
		{Sig: "function fmt(...): string", Pure: true,
			Doc:   "Makes a text after a template in the style of C's printf: `%s` for any value, `%d` and `%x` for whole numbers, `%e`, `%f` and `%g` for doubles, `%T` and `%D` for times, `%%` for a percent sign; a width, `-` and a precision may stand in between.",
			Fn:    format,
			Check: checkFormat},
		{Sig: "function print_raw(...): bool",
			Doc: "Writes the texts of all arguments to standard output as they are: no commas, no newline, nothing escaped.",
			Fn: func(m *interp.M, site *interp.Site, a []val.Value) val.Value {
				m.Write(texts(m, site, m.Scratch(), a))
				return val.Bool(true)
			}},
		{Sig: "function strftime(fmt: string, d: time): string", Pure: true,
			Doc: "Writes a time in local time after a template as C's strftime.",
			F2:  strftime},
		{Sig: "function strptime(fmt: string, d: string): time", Pure: true,
			Doc: "Reads a local time after a template as C's strptime. The time is 0, with a warning, if the text does not fit.",
			F2: func(m *interp.M, _ *interp.Site, layout, text val.Value) val.Value {
				f, s := cstr.Check(m, layout.Str()), cstr.Check(m, text.Str())
				t, ok := parseTime(f, s, time.Local)
				if !ok {
					m.Plainf(diag.Warning, "strptime conversion failed: fmt:%s d:%s", f, s)
					return val.Time(0)
				}
				return val.Time(float64(t.Unix()))
			}},
	}...)
}

// appendText appends a value as text; strings as they are.
func appendText(m *interp.M, b []byte, t *types.Type, v val.Value) []byte {
	switch t.Tag { // the common ones without the general way
	case types.String:
		return append(b, v.Str()...)
	case types.Count:
		return strconv.AppendUint(b, v.Count(), 10)
	case types.Int:
		return strconv.AppendInt(b, v.Int(), 10)
	}
	return m.Describe(b, t, v, val.DescText)
}

func texts(m *interp.M, site *interp.Site, b []byte, a []val.Value) []byte {
	for i := range a {
		t, v := site.Arg(a, i)
		b = appendText(m, b, t, v)
	}
	return b
}

func cat(m *interp.M, site *interp.Site, a []val.Value) val.Value {
	return m.Take(texts(m, site, m.Scratch(), a))
}

func catSep(m *interp.M, site *interp.Site, a []val.Value) val.Value {
	sep, def := cstr.Check(m, a[0].Str()), a[1].Str()
	b := m.Scratch()
	for i := 2; i < len(a); i++ {
		if i > 2 {
			b = append(b, sep...)
		}
		t, v := site.Arg(a, i)
		if t.Tag == types.String && v.Str() == "" {
			b = append(b, def...)
			continue
		}
		b = appendText(m, b, t, v)
	}
	return m.Take(b)
}

// longestTime is the room that the reference has for a formatted time, in bytes.
const longestTime = 127

func strftime(m *interp.M, _ *interp.Site, layout, at val.Value) val.Value {
	b := timefmt.AppendFormat(m.Scratch(), unixTime(at.Double()), cstr.Check(m, layout.Str()))
	if len(b) == 0 || len(b) > longestTime {
		return val.Str("<strftime error>")
	}
	return m.Take(b)
}

// unixTime makes a local time of a script's time without its fraction, cut off as in C.
func unixTime(sec float64) time.Time { return time.Unix(int64(sec), 0).In(time.Local) }
