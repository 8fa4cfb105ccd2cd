package text

import (
	"slices"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func joinRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function string_cat(...): string",
			Doc: "Puts strings together.",
			Fn:  stringCat},
		{Sig: "function join_string_vec(vec: string_vec, sep: string): string",
			Doc: "Puts the strings of a vector together with *sep* between them. A missing element counts as empty.",
			F2:  joinVec},
		{Sig: "function join_string_set(ss: string_set, sep: string): string",
			Doc: "Puts the strings of a set together with *sep* between them.",
			F2:  joinSet},
		{Sig: "function cat_string_array(a: string_array): string", Deprecated: "string_cat",
			Doc: "Puts the strings of a table together that is indexed from 1. Bro only; see string_cat.",
			F1: func(m *interp.M, _ *interp.Site, a val.Value) val.Value {
				return catArray(m, a.Table(), 1, uint64(a.Table().Len()))
			}},
		{Sig: "function cat_string_array_n(a: string_array, start: count, end: count): string", Deprecated: "string_cat",
			Doc: "Puts the strings of a table with the indices from *start* to *end* together. Bro only; see string_cat.",
			F3: func(m *interp.M, _ *interp.Site, a, start, end val.Value) val.Value {
				return catArray(m, a.Table(), start.Count(), end.Count())
			}},
		{Sig: "function join_string_array(sep: string, a: string_array): string", GivesUp: true, Deprecated: "join_string_vec",
			Doc: "Puts the strings of a table that is indexed from 1 together with *sep* between them. Bro only; see join_string_vec.",
			F2:  joinArray},
		{Sig: "function sort_string_array(a: string_array): string_array", Deprecated: "sort",
			Doc: "Sorts the strings of a table that is indexed from 1 into a new one. Bro only; see sort.",
			F1:  sortArray},
	}
}

func stringCat(m *interp.M, site *interp.Site, a []val.Value) val.Value {
	n := 0
	for i := range a {
		t, v := site.Arg(a, i)
		if t.Tag != types.String {
			m.Plainf(diag.Error, "string_cat() requires string arguments")
			return val.Str("")
		}
		n += len(v.Str())
	}
	b := make([]byte, 0, n)
	for i := range a {
		_, v := site.Arg(a, i)
		b = append(b, v.Str()...)
	}
	return val.Str(own(b))
}

func joinVec(m *interp.M, _ *interp.Site, vec, sep val.Value) val.Value {
	b := m.Scratch()
	v := vec.Vec()
	for i := range v.Len() {
		if i > 0 {
			b = append(b, sep.Str()...)
		}
		if x, ok := v.Get(i); ok {
			b = append(b, x.Str()...)
		}
	}
	return m.Take(b)
}

func joinSet(m *interp.M, _ *interp.Site, set, sep val.Value) val.Value {
	b := m.Scratch()
	first := true
	for it := set.Table().Iter(); it.Next(); first = false {
		if !first {
			b = append(b, sep.Str()...)
		}
		b = append(b, it.Key(0).Str()...)
	}
	return m.Take(b)
}

// catArray stops at the first index without a string.
func catArray(m *interp.M, t *val.Table, from, to uint64) val.Value {
	b := m.Scratch()
	for i := from; i <= to; i++ {
		v, ok := t.One(val.Count(i))
		if !ok {
			break
		}
		b = append(b, v.Str()...)
	}
	return m.Take(b)
}

func joinArray(m *interp.M, site *interp.Site, sep, a val.Value) val.Value {
	t := a.Table()
	n := uint64(t.Len())
	for i := uint64(1); i <= n; i++ {
		if !t.HasOne(val.Count(i)) {
			return m.NoValue(site)
		}
	}
	b := m.Scratch()
	for i := uint64(1); i <= n; i++ {
		if i > 1 {
			b = append(b, sep.Str()...)
		}
		v, _ := t.One(val.Count(i))
		b = append(b, v.Str()...)
	}
	return m.Take(b)
}

func sortArray(_ *interp.M, site *interp.Site, a val.Value) val.Value {
	t := a.Table()
	var all []string
	for i := uint64(1); i <= uint64(t.Len()); i++ {
		v, ok := t.One(val.Count(i))
		if !ok {
			break
		}
		all = append(all, v.Str())
	}
	slices.SortStableFunc(all, strings.Compare)
	out := val.NewTable(site.Result, nil)
	for i, s := range all {
		out.SetOne(val.Count(uint64(i+1)), val.Str(s))
	}
	return val.Tab(out)
}
