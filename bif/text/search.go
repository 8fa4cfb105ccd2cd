package text

import (
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func searchRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function strcmp(s1: string, s2: string): int",
			Doc: "Compares two strings by their bytes: negative, 0 or positive as *s1* is less than, equal to or greater than *s2*.",
			F2: func(_ *interp.M, _ *interp.Site, a, b val.Value) val.Value {
				return val.Int(int64(strings.Compare(a.Str(), b.Str())))
			}},
		count2("function strstr(big: string, little: string): count",
			"Finds *little* in *big*: its place counted from 1, or 0.",
			func(big, little string) int { return strings.Index(big, little) + 1 }),
		count2("function count_substr(str: string, sub: string): count",
			"Counts how often *sub* occurs without overlap.",
			func(s, sub string) int {
				if sub == "" {
					return 0
				}
				return strings.Count(s, sub)
			}),
		is2("function starts_with(str: string, sub: string): bool",
			"Tells whether a string begins with *sub*.", strings.HasPrefix),
		is2("function ends_with(str: string, sub: string): bool",
			"Tells whether a string ends with *sub*.", strings.HasSuffix),
		{Sig: "function find_str(str: string, sub: string, start: count &default=0, end: int &default=-1, case_sensitive: bool &default=T): int",
			Doc: "Finds the first place, from 0, of *sub* in the stretch of at most *end* bytes (all, if -1) at *start*; -1 if there is none.",
			Fn:  findStr(strings.Index)},
		{Sig: "function rfind_str(str: string, sub: string, start: count &default=0, end: int &default=-1, case_sensitive: bool &default=T): int",
			Doc: "Finds the last place, from 0, of *sub* in the stretch of at most *end* bytes (all, if -1) at *start*; -1 if there is none.",
			Fn:  findStr(strings.LastIndex)},
		{Sig: "function sub_bytes(s: string, start: count, n: int): string",
			Doc: "Takes *n* bytes out of a string from place *start*, which counts from 1 (0 is the first byte too); all that follow if *n* is negative.",
			F3:  subBytes},
		{Sig: "function subst_string(s: string, from: string, to: string): string",
			Doc: "Puts *to* in place of every *from*.",
			F3: func(_ *interp.M, _ *interp.Site, s, from, to val.Value) val.Value {
				if from.Str() == "" {
					return s
				}
				return val.Str(strings.ReplaceAll(s.Str(), from.Str(), to.Str()))
			}},
		{Sig: "function edit(arg_s: string, arg_edit_char: string): string",
			Doc: "Applies a rubout byte: each *arg_edit_char* takes itself and the byte before it away.",
			F2: func(m *interp.M, site *interp.Site, s, edit val.Value) val.Value {
				if len(edit.Str()) != 1 {
					m.ErrorArgf(site, edit.Str(), "not exactly one edit character")
				}
				return val.Str(rubout(s.Str(), edit.Str()))
			}},
		{Sig: "function str_split_indices(s: string, idx: index_vec): string_vec",
			Doc: "Cuts a string at the places in *idx*, counted from 0.",
			F2:  splitIndices(0)},
		{Sig: "function str_split(s: string, idx: index_vec): string_vec",
			Doc: "Cuts a string at the places in *idx*, counted from 0. The pieces begin at index 1 of the result. Bro only; see str_split_indices.",
			F2:  splitIndices(1)},
	}
}

func subBytes(_ *interp.M, _ *interp.Site, a, start, length val.Value) val.Value {
	s, from, n := a.Str(), start.Count(), length.Int()
	if from > 0 {
		from--
	}
	if from > uint64(len(s)) {
		return val.Str("")
	}
	s = s[from:]
	if n >= 0 && n < int64(len(s)) {
		s = s[:n]
	}
	return val.Str(s)
}

// findStr keeps the reference's meaning of end: the length of the stretch, although it is checked like a place.
func findStr(index func(s, sub string) int) func(*interp.M, *interp.Site, []val.Value) val.Value {
	return func(m *interp.M, _ *interp.Site, a []val.Value) val.Value {
		s, sub, start, end, exact := a[0].Str(), a[1].Str(), a[2].Count(), a[3].Int(), a[4].Bool()
		if start > uint64(len(s)) {
			return val.Int(-1)
		}
		from := int(start)
		if end != -1 && end < int64(from) {
			m.Plainf(diag.Error, "find_str: end position must be greater than start position")
			return val.Int(-1)
		}
		n := len(s)
		if end >= 0 && end < int64(n) {
			n = int(end)
		}
		if n-from+1 < len(sub) {
			return val.Int(-1)
		}
		s = s[from:min(from+n, len(s))]
		if !exact {
			s, sub = toLower(s), toLower(sub)
		}
		i := index(s, sub)
		if i < 0 {
			return val.Int(-1)
		}
		return val.Int(int64(i + from))
	}
}

// rubout takes the first byte of char for the edit character; a NUL when there is none, as in the reference.
func rubout(s, char string) string {
	c := byte(0)
	if char != "" {
		c = char[0]
	}
	if strings.IndexByte(s, c) < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != c {
			b = append(b, s[i])
		} else if len(b) > 0 {
			b = b[:len(b)-1]
		}
	}
	return own(b)
}

// cuts returns the pieces of s between the places in idx, which may be in any order; places outside s count as 0.
// (8.0 loses the last piece when there is one place only; that is not copied.)
func cuts(s string, idx []uint64) []string {
	if len(idx) == 0 {
		return nil
	}
	at := make([]bool, len(s)+1)
	for _, i := range idx {
		if i < uint64(len(s)) {
			at[i] = true
		}
	}
	var pieces []string
	from := 0
	for i := 1; i < len(s); i++ {
		if at[i] {
			pieces = append(pieces, s[from:i])
			from = i
		}
	}
	return append(pieces, s[from:])
}

func splitIndices(first int) func(*interp.M, *interp.Site, val.Value, val.Value) val.Value {
	return func(_ *interp.M, site *interp.Site, s, idx val.Value) val.Value {
		v := idx.Vec()
		places := make([]uint64, 0, v.Len())
		for i := range v.Len() {
			x, _ := v.Get(i)
			places = append(places, x.Count())
		}
		out := val.NewVector(site.Result)
		for i, piece := range cuts(s.Str(), places) {
			out.Set(first+i, val.Str(piece))
		}
		return val.Vec(out)
	}
}
