// Package collect is the builtins that work on tables, sets and vectors as such: sorting, resizing, keys and values.
package collect

import (
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows returns the family.
func Rows() []interp.Builtin {
	return append(sortRows(), containerRows()...)
}

func containerRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function clear_table(v: any): any",
			Doc: "Takes every element out of a table or set.",
			F1:  clearTable},
		{Sig: "function table_keys(t: any): any", Pure: true, GivesUp: true,
			Doc: "Makes a set of a table's indices.",
			F1:  tableKeys},
		{Sig: "function table_values(t: any): any_vec", Pure: true, GivesUp: true,
			Doc: "Makes a vector of a table's values.",
			F1:  tableValues},
		{Sig: "function same_object(o1: any, o2: any): bool", Pure: true,
			Doc: "Tells whether two values are the same object, not only equal.",
			Fn:  sameObject},
		{Sig: "function resize(aggr: any, newsize: count): count", GivesUp: true,
			Doc: "Cuts a vector, or makes it longer with missing elements; the result is its former size.",
			Fn:  resize},
		{Sig: "function any_set(v: any): bool", Pure: true,
			Doc: "Tells whether any element of a vector of bool is T.",
			F1:  boolVector("any_set", func(set, n int) bool { return set > 0 })},
		{Sig: "function all_set(v: any): bool", Pure: true,
			Doc: "Tells whether all elements of a vector of bool are T; so they are in an empty one.",
			F1:  boolVector("all_set", func(set, n int) bool { return set == n })},
		{Sig: "function Option::any_set_to_any_vec(v: any): any_vec",
			Doc: "Makes a vector of a set's elements. An element with several indices becomes a vector of them.",
			F1:  setToVec},
	}
}

// arg is the one argument of type any with its dynamic type.
func arg(site *interp.Site, a val.Value) (*types.Type, val.Value) { return site.Arg([]val.Value{a}, 0) }

// done is the value of functions of type any that have nothing to say.
func done() val.Value { return val.Any(types.BoolT, val.Bool(true)) }

func clearTable(m *interp.M, site *interp.Site, a val.Value) val.Value {
	t, v := arg(site, a)
	if t.Tag != types.Table {
		m.Errorf(site, "clear_table() requires a table/set argument")
		return done()
	}
	v.Table().Clear()
	return done()
}

func tableKeys(m *interp.M, site *interp.Site, a val.Value) val.Value {
	t, v := arg(site, a)
	if !t.IsTable() && !t.IsSet() {
		m.Errorf(site, "table_keys() requires a table argument")
		return m.NoValue(site)
	}
	st := types.NewSet(t.Keys...)
	out := val.NewTable(st, nil)
	for it := v.Table().Iter(); it.Next(); {
		out.Set(it.Keys(), val.Value{})
	}
	return val.Any(st, val.Tab(out))
}

func tableValues(m *interp.M, site *interp.Site, a val.Value) val.Value {
	t, v := arg(site, a)
	if !t.IsTable() {
		m.Errorf(site, "table_values() requires a table argument")
		return m.NoValue(site)
	}
	out := val.NewVectorCap(types.NewVector(t.Elem), v.Table().Len())
	for it := v.Table().Iter(); it.Next(); {
		out.Append(it.Val())
	}
	return val.Vec(out)
}

func sameObject(_ *interp.M, site *interp.Site, a []val.Value) val.Value {
	t1, v1 := site.Arg(a, 0)
	t2, v2 := site.Arg(a, 1)
	if t1.Tag != t2.Tag {
		return val.Bool(false)
	}
	return val.Bool(val.Same(t1, v1, v2))
}

// maxSize bounds resize, in elements.
const maxSize = 1 << 28

func resize(m *interp.M, site *interp.Site, a []val.Value) val.Value {
	t, v := site.Arg(a, 0)
	if t.Tag != types.Vector {
		m.Errorf(site, "resize() operates on vectors")
		return m.NoValue(site)
	}
	n := a[1].Count()
	if n > maxSize {
		m.Throw(site, "vector of %d elements is too large", n)
	}
	old := v.Vec().Len()
	v.Vec().Resize(int(n))
	return val.Count(uint64(old))
}

// boolVector makes a test of how many elements are set.
func boolVector(name string, ok func(set, n int) bool) func(*interp.M, *interp.Site, val.Value) val.Value {
	return func(m *interp.M, site *interp.Site, a val.Value) val.Value {
		t, v := arg(site, a)
		if t.Tag != types.Vector || t.Elem.Tag != types.Bool {
			m.Errorf(site, "%s() requires vector of bool", name)
			return val.Bool(false)
		}
		set, vec := 0, v.Vec()
		for i := range vec.Len() {
			if x, ok := vec.Get(i); ok && x.Bool() {
				set++
			}
		}
		return val.Bool(ok(set, vec.Len()))
	}
}

func setToVec(m *interp.M, site *interp.Site, a val.Value) val.Value {
	t, v := arg(site, a)
	anyVec := types.NewVector(types.AnyT)
	out := val.NewVector(anyVec)
	if !t.IsSet() {
		m.Errorf(site, "argument is not a set")
		return val.Vec(out)
	}
	for it := v.Table().Iter(); it.Next(); {
		keys := it.Keys()
		if len(t.Keys) == 1 {
			out.Append(val.Any(t.Keys[0], keys[0]))
			continue
		}
		list := val.NewVector(anyVec)
		for i, k := range keys {
			list.Append(val.Any(t.Keys[i], k))
		}
		out.Append(val.Any(anyVec, val.Vec(list)))
	}
	return val.Vec(out)
}
