package regex

import (
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func splitRows() []interp.Builtin {
	plain := func(sig, doc string, sep bool, most uint64, make maker) interp.Builtin {
		return interp.Builtin{Sig: sig, Doc: doc, Pure: true, F2: func(m *interp.M, site *interp.Site, s, re val.Value) val.Value {
			return make(site, pieces(s.Str(), re.Pattern(), how(m), sep, most))
		}}
	}
	counted := func(sig, doc string, make maker) interp.Builtin {
		return interp.Builtin{Sig: sig, Doc: doc, Pure: true, Fn: func(m *interp.M, site *interp.Site, a []val.Value) val.Value {
			return make(site, pieces(a[0].Str(), a[1].Pattern(), how(m), a[2].Bool(), a[3].Count()))
		}}
	}
	replace := func(sig, doc string, all bool) interp.Builtin {
		return interp.Builtin{Sig: sig, Doc: doc, Pure: true, F3: func(m *interp.M, _ *interp.Site, s, re, repl val.Value) val.Value {
			return substitute(m, s, re.Pattern(), repl.Str(), all)
		}}
	}
	const (
		vec   = " The pieces are a vector from index 0."
		table = " The pieces are a table from index 1. Bro only; see split_string."
	)
	return []interp.Builtin{
		plain("function split_string(str: string, re: pattern): string_vec",
			"Splits a string at every match of a pattern."+vec, false, 0, vector),
		plain("function split_string1(str: string, re: pattern): string_vec",
			"Splits a string at the first match of a pattern."+vec, false, 1, vector),
		plain("function split_string_all(str: string, re: pattern): string_vec",
			"Splits a string at every match of a pattern and keeps the matches between the pieces."+vec, true, 0, vector),
		counted("function split_string_n(str: string, re: pattern, incl_sep: bool, max_num_sep: count): string_vec",
			"Splits a string at the first *max_num_sep* matches (0: all) of a pattern and keeps the matches if *incl_sep*."+vec, vector),
		plain("function split(str: string, re: pattern): string_array",
			"Splits a string at every match of a pattern."+table, false, 0, array),
		plain("function split1(str: string, re: pattern): string_array",
			"Splits a string at the first match of a pattern."+table, false, 1, array),
		plain("function split_all(str: string, re: pattern): string_array",
			"Splits a string at every match of a pattern and keeps the matches between the pieces."+table, true, 0, array),
		counted("function split_n(str: string, re: pattern, incl_sep: bool, max_num_sep: count): string_array",
			"Splits a string at the first *max_num_sep* matches (0: all) of a pattern and keeps the matches if *incl_sep*."+table, array),
		replace("function sub(str: string, re: pattern, repl: string): string",
			"Puts *repl* in place of the first match of a pattern.", false),
		replace("function gsub(str: string, re: pattern, repl: string): string",
			"Puts *repl* in place of every match of a pattern.", true),
	}
}

// how is the search of splitting and replacing.
func how(m *interp.M) pattern.Search {
	if m.Dialect().CaretAnywhere {
		return pattern.EachBOL
	}
	return 0
}

// pieces yields what lies between the first most matches (0: all), with sep the matches too.
func pieces(s string, re *pattern.Pattern, how pattern.Search, sep bool, most uint64) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		from := 0
		f := re.Matches(s, how)
		for n := uint64(0); most == 0 || n < most; n++ {
			start, end, ok := f.Next()
			if !ok {
				break
			}
			if !yield(s[from:start]) || sep && !yield(s[start:end]) {
				return
			}
			from = end
		}
		yield(s[from:])
	}
}

// maker makes a container of the site's result type of pieces.
type maker func(site *interp.Site, pieces func(func(string) bool)) val.Value

func vector(site *interp.Site, pieces func(func(string) bool)) val.Value {
	out := val.NewVector(site.Result)
	for piece := range pieces {
		out.Append(val.Str(piece))
	}
	return val.Vec(out)
}

func array(site *interp.Site, pieces func(func(string) bool)) val.Value {
	out := val.NewTable(site.Result, nil)
	for piece := range pieces {
		out.SetOne(val.Count(uint64(out.Len()+1)), val.Str(piece))
	}
	return val.Tab(out)
}

func substitute(m *interp.M, s val.Value, re *pattern.Pattern, repl string, all bool) val.Value {
	text := s.Str()
	f := re.Matches(text, how(m))
	start, end, ok := f.Next()
	if !ok {
		return s
	}
	b := m.Scratch()
	from := 0
	for ; ok; start, end, ok = f.Next() {
		b = append(append(b, text[from:start]...), repl...)
		from = end
		if !all {
			break
		}
	}
	return m.Take(append(b, text[from:]...))
}
