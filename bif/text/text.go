// Package text is the string builtins that need no pattern: case, trimming, searching, joining, escapes and distances.
//
// Strings are bytes; upper and lower case, letters and digits are ASCII's. Every function here is a function of its
// arguments alone. What results are substrings share the bytes of the argument.
package text

import (
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows returns the family.
func Rows() []interp.Builtin {
	var rows []interp.Builtin
	for _, theme := range [][]interp.Builtin{charRows(), trimRows(), padRows(), searchRows(), joinRows(), escapeRows(), distanceRows()} {
		for _, r := range theme {
			r.Pure = true
			rows = append(rows, r)
		}
	}
	return rows
}

// one, two, is and is2 make rows of plain functions.
func one(sig, doc string, f func(s string) string) interp.Builtin {
	return interp.Builtin{Sig: sig, Doc: doc, F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Str(f(a.Str())) }}
}

func two(sig, doc string, f func(s, x string) string) interp.Builtin {
	return interp.Builtin{Sig: sig, Doc: doc, F2: func(_ *interp.M, _ *interp.Site, a, b val.Value) val.Value {
		return val.Str(f(a.Str(), b.Str()))
	}}
}

func is(sig, doc string, f func(s string) bool) interp.Builtin {
	return interp.Builtin{Sig: sig, Doc: doc, F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Bool(f(a.Str())) }}
}

func is2(sig, doc string, f func(s, x string) bool) interp.Builtin {
	return interp.Builtin{Sig: sig, Doc: doc, F2: func(_ *interp.M, _ *interp.Site, a, b val.Value) val.Value {
		return val.Bool(f(a.Str(), b.Str()))
	}}
}

// count2 makes a row of a function that counts.
func count2(sig, doc string, f func(s, x string) int) interp.Builtin {
	return interp.Builtin{Sig: sig, Doc: doc, F2: func(_ *interp.M, _ *interp.Site, a, b val.Value) val.Value {
		return val.Count(uint64(f(a.Str(), b.Str())))
	}}
}
