package regex

import (
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func splitRows() []interp.Builtin {
	plain := func(sig, doc string, sep bool, most uint64, table bool) interp.Builtin {
		return interp.Builtin{Sig: sig, Doc: doc, Pure: true, Deprecated: instead(table), F2: func(m *interp.M, site *interp.Site, s, re val.Value) val.Value {
			var room [few]val.Value
			return collect(site, pieces(room[:0], s.Str(), re.Pattern(), how(m), sep, most), table)
		}}
	}
	counted := func(sig, doc string, table bool) interp.Builtin {
		return interp.Builtin{Sig: sig, Doc: doc, Pure: true, Deprecated: instead(table), Fn: func(m *interp.M, site *interp.Site, a []val.Value) val.Value {
			return collect(site, pieces(nil, a[0].Str(), a[1].Pattern(), how(m), a[2].Bool(), a[3].Count()), table)
		}}
	}
	replace := func(sig, doc string, all bool) interp.Builtin {
		return interp.Builtin{Sig: sig, Doc: doc, Pure: true, F3: func(m *interp.M, _ *interp.Site, s, re, repl val.Value) val.Value {
			return substitute(m, s, re.Pattern(), repl.Str(), all)
		}}
	}
	const (
		inVec   = " The pieces are a vector from index 0."
		inTable = " The pieces are a table from index 1. Bro only; see split_string."
	)
	return []interp.Builtin{
		plain("function split_string(str: string, re: pattern): string_vec",
			"Splits a string at every match of a pattern."+inVec, false, 0, asVector),
		plain("function split_string1(str: string, re: pattern): string_vec",
			"Splits a string at the first match of a pattern."+inVec, false, 1, asVector),
		plain("function split_string_all(str: string, re: pattern): string_vec",
			"Splits a string at every match of a pattern and keeps the matches between the pieces."+inVec, true, 0, asVector),
		counted("function split_string_n(str: string, re: pattern, incl_sep: bool, max_num_sep: count): string_vec",
			"Splits a string at the first *max_num_sep* matches (0: all) of a pattern and keeps the matches if *incl_sep*."+inVec, asVector),
		plain("function split(str: string, re: pattern): string_array",
			"Splits a string at every match of a pattern."+inTable, false, 0, asTable),
		plain("function split1(str: string, re: pattern): string_array",
			"Splits a string at the first match of a pattern."+inTable, false, 1, asTable),
		plain("function split_all(str: string, re: pattern): string_array",
			"Splits a string at every match of a pattern and keeps the matches between the pieces."+inTable, true, 0, asTable),
		counted("function split_n(str: string, re: pattern, incl_sep: bool, max_num_sep: count): string_array",
			"Splits a string at the first *max_num_sep* matches (0: all) of a pattern and keeps the matches if *incl_sep*."+inTable, asTable),
		replace("function sub(str: string, re: pattern, repl: string): string",
			"Puts *repl* in place of the first match of a pattern.", false),
		replace("function gsub(str: string, re: pattern, repl: string): string",
			"Puts *repl* in place of every match of a pattern.", true),
	}
}

// instead names what to use in place of the functions that return tables.
func instead(table bool) string {
	if table {
		return "split_string"
	}
	return ""
}

// how is the search of splitting and replacing.
func how(m *interp.M) pattern.Search {
	if m.Dialect().CaretAnywhere {
		return pattern.EachBOL
	}
	return 0
}

// pieces appends what lies between the first most matches (0: all), with sep the matches too.
func pieces(all []val.Value, s string, re *pattern.Pattern, how pattern.Search, sep bool, most uint64) []val.Value {
	from := 0
	f := re.Matches(s, how)
	for n := uint64(0); most == 0 || n < most; n++ {
		start, end, ok := f.Next()
		if !ok {
			break
		}
		all = append(all, val.Str(s[from:start]))
		if sep {
			all = append(all, val.Str(s[start:end]))
		}
		from = end
	}
	return append(all, val.Str(s[from:]))
}

// few is how many pieces are gathered without an allocation.
const few = 16

// Kinds of results.
const (
	asVector = false
	asTable  = true
)

// collect makes a container of the site's result type of pieces. (A function value for the kind would move the caller's room
// for the pieces to the heap.)
func collect(site *interp.Site, pieces []val.Value, table bool) val.Value {
	if table {
		out := val.NewTable(site.Result, nil)
		for i, p := range pieces {
			out.SetOne(val.Count(uint64(i+1)), p)
		}
		return val.Tab(out)
	}
	out := val.NewVectorCap(site.Result, len(pieces))
	for _, p := range pieces {
		out.Append(p)
	}
	return val.Vec(out)
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
