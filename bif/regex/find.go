package regex

import (
	"fmt"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// anyMatch is the search of the find functions: empty matches count and ^ matches everywhere, in both dialects.
const anyMatch = pattern.EachBOL | pattern.Empty

func findRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function find_all(str: string, re: pattern, max_str_size: int &default=-1): string_set", Pure: true,
			Doc: "Gathers the matches of a pattern in a set. A string longer than *max_str_size* (-1: max_find_all_string_length) is not searched; 0 means no limit.",
			F3: func(m *interp.M, site *interp.Site, s, re, most val.Value) val.Value {
				out := val.NewTable(site.Result, nil)
				eachMatch(m, site, s.Str(), re.Pattern(), most.Int(), func(x string) { out.SetOne(val.Str(x), val.Value{}) })
				return val.Tab(out)
			}},
		{Sig: "function find_all_ordered(str: string, re: pattern, max_str_size: int &default=-1): string_vec", Pure: true,
			Doc: "Gathers the matches of a pattern in a vector, in their order. For *max_str_size* see find_all.",
			F3: func(m *interp.M, site *interp.Site, s, re, most val.Value) val.Value {
				out := val.NewVector(site.Result)
				eachMatch(m, site, s.Str(), re.Pattern(), most.Int(), func(x string) { out.Append(val.Str(x)) })
				return val.Vec(out)
			}},
		{Sig: "function find_first(str: string, re: pattern): string", Pure: true,
			Doc: "Finds the match of a pattern that begins first; the empty string if there is none.",
			F2: func(_ *interp.M, _ *interp.Site, s, re val.Value) val.Value {
				start, end, ok := re.Pattern().Find(s.Str(), 0, anyMatch)
				if !ok {
					return val.Str("")
				}
				return val.Str(s.Str()[start:end])
			}},
		{Sig: "function find_last(str: string, re: pattern): string", Pure: true,
			Doc: "Finds the match of a pattern that begins last; the empty string if there is none.",
			F2: func(_ *interp.M, _ *interp.Site, s, re val.Value) val.Value {
				start, end, ok := re.Pattern().FindLast(s.Str())
				if !ok {
					return val.Str("")
				}
				return val.Str(s.Str()[start:end])
			}},
	}
}

// eachMatch yields the matches in s, unless s is longer than most allows: then it raises the reference's weird.
func eachMatch(m *interp.M, site *interp.Site, s string, re *pattern.Pattern, most int64, yield func(string)) {
	origin := ""
	if most < 0 {
		most = 0
		if g := m.Lookup("max_find_all_string_length"); g != nil {
			v, _ := m.Value(g)
			most = v.Int()
		}
		origin = "(from constant max_find_all_string_length"
	}
	if most > 0 && int64(len(s)) > most {
		m.QueueEvent("net_weird", val.Str("max_find_all_string_length_exceeded"),
			val.Str(fmt.Sprintf("%s: length %d exceeded %d%s", diag.Location(site.At), len(s), most, origin)), val.Str(""))
		return
	}
	f := re.Matches(s, anyMatch)
	for {
		start, end, ok := f.Next()
		if !ok {
			return
		}
		yield(s[start:end])
	}
}
