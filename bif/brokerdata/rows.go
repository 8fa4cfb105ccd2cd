package brokerdata

import (
	"slices"

	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Short names for the shapes of builtins.
type (
	mach = *interp.M
	site = *interp.Site
)

// The words by which messages name containers.
const (
	wordSet    = "table" // the reference's word for sets too
	wordTable  = "table"
	wordVector = "vector"
	wordRecord = "record"
)

// fresh makes a builtin without arguments that returns fresh data.
func (f *Family) fresh(make func() wire.Data) func(mach, site) val.Value {
	return func(mach, site) val.Value { return f.wrap(make()) }
}

// counting makes a builtin that returns the size of a container.
func counting[T wire.Data](word string, length func(T) int) func(mach, site, val.Value) val.Value {
	return func(m mach, s site, d val.Value) val.Value {
		c, _ := want[T](m, s, d, word)
		return val.Count(uint64(length(c)))
	}
}

// clearing makes a builtin that takes everything out of a container.
func clearing[T wire.Data](word string, clear func(T)) func(mach, site, val.Value) val.Value {
	return func(m mach, s site, d val.Value) val.Value {
		c, _ := want[T](m, s, d, word)
		clear(c)
		return val.Bool(true)
	}
}

func (f *Family) setRows() []interp.Builtin {
	with := func(do func(set *wire.Set, key wire.Data) bool) func(mach, site, []val.Value) val.Value {
		return func(m mach, s site, a []val.Value) val.Value {
			set, _ := want[*wire.Set](m, s, a[0], wordSet)
			key, ok := f.argument(m, s, a, 1, "key")
			return val.Bool(ok && do(set, key))
		}
	}
	return []interp.Builtin{
		{Sig: "function Broker::__set_create(): Broker::Data", F0: f.fresh(func() wire.Data { return wire.NewSet() }), Doc: "An empty set."},
		{Sig: "function Broker::__set_clear(s: Broker::Data): bool", Doc: "Takes everything out of a set.", F1: clearing(wordSet, (*wire.Set).Clear)},
		{Sig: "function Broker::__set_size(s: Broker::Data): count", Pure: true, Doc: "How many elements a set has.", F1: counting(wordSet, (*wire.Set).Len)},
		{Sig: "function Broker::__set_contains(s: Broker::Data, key: any): bool", Pure: true, Fn: with((*wire.Set).Has), Doc: "Whether a set has an element."},
		{Sig: "function Broker::__set_insert(s: Broker::Data, key: any): bool", Fn: with((*wire.Set).Add), Doc: "Adds an element; F if the set had it."},
		{Sig: "function Broker::__set_remove(s: Broker::Data, key: any): bool", Fn: with((*wire.Set).Remove), Doc: "Takes an element out; F if the set did not have it."},
	}
}

func (f *Family) tableRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function Broker::__table_create(): Broker::Data", F0: f.fresh(func() wire.Data { return wire.NewTable() }), Doc: "An empty table."},
		{Sig: "function Broker::__table_clear(t: Broker::Data): bool", Doc: "Takes everything out of a table.", F1: clearing(wordTable, (*wire.Table).Clear)},
		{Sig: "function Broker::__table_size(t: Broker::Data): count", Pure: true, Doc: "How many entries a table has.", F1: counting(wordTable, (*wire.Table).Len)},
		{Sig: "function Broker::__table_contains(t: Broker::Data, key: any): bool", Pure: true, Doc: "Whether a table has a key.",
			Fn: func(m mach, s site, a []val.Value) val.Value {
				t, _ := want[*wire.Table](m, s, a[0], wordTable)
				key, ok := f.argument(m, s, a, 1, "key")
				if ok {
					_, ok = t.Get(key)
				}
				return val.Bool(ok)
			}},
		{Sig: "function Broker::__table_insert(t: Broker::Data, key: any, val: any): Broker::Data", Doc: "Sets the value of a key and gives the one before.",
			Fn: func(m mach, s site, a []val.Value) val.Value {
				t, _ := want[*wire.Table](m, s, a[0], wordTable)
				if key, ok := f.argument(m, s, a, 1, "key"); ok {
					if v, ok := f.argument(m, s, a, 2, "value"); ok {
						return f.wrap(t.Put(key, v))
					}
				}
				return f.wrap(nil)
			}},
		{Sig: "function Broker::__table_remove(t: Broker::Data, key: any): Broker::Data", Doc: "Takes a key out and gives the value it had.",
			Fn: func(m mach, s site, a []val.Value) val.Value {
				t, _ := want[*wire.Table](m, s, a[0], wordTable)
				if key, ok := f.argument(m, s, a, 1, "key"); ok {
					return f.wrap(t.Remove(key))
				}
				return f.wrap(nil)
			}},
		{Sig: "function Broker::__table_lookup(t: Broker::Data, key: any): Broker::Data", Pure: true, Doc: "A copy of the value of a key.",
			Fn: func(m mach, s site, a []val.Value) val.Value {
				t, _ := want[*wire.Table](m, s, a[0], wordTable)
				if key, ok := f.argument(m, s, a, 1, "key"); ok {
					if v, ok := t.Get(key); ok {
						return f.wrap(wire.Clone(v))
					}
				}
				return f.wrap(nil)
			}},
	}
}

func (f *Family) vectorRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function Broker::__vector_create(): Broker::Data", F0: f.fresh(func() wire.Data { return wire.Vector{} }), Doc: "An empty vector."},
		{Sig: "function Broker::__vector_clear(v: Broker::Data): bool", Doc: "Takes everything out of a vector.",
			F1: func(m mach, s site, d val.Value) val.Value {
				_, o := want[wire.Vector](m, s, d, wordVector)
				o.Data = wire.Vector{}
				return val.Bool(true)
			}},
		{Sig: "function Broker::__vector_size(v: Broker::Data): count", Pure: true, Doc: "How many elements a vector has.", F1: counting(wordVector, lengthOf)},
		{Sig: "function Broker::__vector_insert(v: Broker::Data, idx: count, d: any): bool", Doc: "Puts an element in front of a position, at most at the end.",
			Fn: func(m mach, s site, a []val.Value) val.Value {
				v, o := want[wire.Vector](m, s, a[0], wordVector)
				item, ok := f.argument(m, s, a, 2, "item")
				if ok {
					o.Data = slices.Insert(v, int(min(a[1].Count(), uint64(len(v)))), item)
				}
				return val.Bool(ok)
			}},
		{Sig: "function Broker::__vector_replace(v: Broker::Data, idx: count, d: any): Broker::Data", Doc: "Changes an element and gives the one before.",
			Fn: func(m mach, s site, a []val.Value) val.Value {
				v, _ := want[wire.Vector](m, s, a[0], wordVector)
				item, ok := f.argument(m, s, a, 2, "item")
				i := a[1].Count()
				if !ok || i >= uint64(len(v)) {
					return f.wrap(nil)
				}
				item, v[i] = v[i], item
				return f.wrap(item)
			}},
		{Sig: "function Broker::__vector_remove(v: Broker::Data, idx: count): Broker::Data", Doc: "Takes an element out and gives it.",
			F2: func(m mach, s site, d, idx val.Value) val.Value {
				v, o := want[wire.Vector](m, s, d, wordVector)
				i := idx.Count()
				if i >= uint64(len(v)) {
					return f.wrap(nil)
				}
				item := v[i]
				o.Data = slices.Delete(v, int(i), int(i)+1)
				return f.wrap(item)
			}},
		{Sig: "function Broker::__vector_lookup(v: Broker::Data, idx: count): Broker::Data", Pure: true, Doc: "A copy of an element.",
			F2: func(m mach, s site, d, idx val.Value) val.Value {
				v, _ := want[wire.Vector](m, s, d, wordVector)
				if i := idx.Count(); i < uint64(len(v)) {
					return f.wrap(wire.Clone(v[i]))
				}
				return f.wrap(nil)
			}},
	}
}

func (f *Family) recordRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function Broker::__record_create(sz: count): Broker::Data", F1: f.recordCreate, Doc: "A record of so many fields, none of them set."},
		{Sig: "function Broker::__record_size(r: Broker::Data): count", Pure: true, Doc: "How many fields a record has.", F1: counting(wordRecord, lengthOf)},
		{Sig: "function Broker::__record_assign(r: Broker::Data, idx: count, d: any): bool", Doc: "Sets a field; F if there is no such position.",
			Fn: func(m mach, s site, a []val.Value) val.Value {
				v, _ := want[wire.Vector](m, s, a[0], wordRecord)
				i := a[1].Count()
				if i >= uint64(len(v)) {
					return val.Bool(false)
				}
				item, ok := f.argument(m, s, a, 2, "item")
				if ok {
					v[i] = item
				}
				return val.Bool(ok)
			}},
		{Sig: "function Broker::__record_lookup(r: Broker::Data, idx: count): Broker::Data", Pure: true, Doc: "A copy of a field.",
			F2: func(m mach, s site, d, idx val.Value) val.Value {
				v, _ := want[wire.Vector](m, s, d, wordRecord)
				if i := idx.Count(); i < uint64(len(v)) && v[i] != (wire.None{}) {
					return f.wrap(wire.Clone(v[i]))
				}
				return f.wrap(nil)
			}},
	}
}

func (f *Family) recordCreate(m mach, s site, size val.Value) val.Value {
	if size.Count() > wire.MaxElements {
		m.Errorf(s, "a record of %d fields is too large", size.Count())
		return f.wrap(nil)
	}
	v := make(wire.Vector, size.Count())
	for i := range v {
		v[i] = wire.None{}
	}
	return f.wrap(v)
}

// iteratorRows are the four functions of each kind of iterator.
func (f *Family) iteratorRows() []interp.Builtin {
	var rows []interp.Builtin
	for _, k := range kinds {
		param := k.word[:1] + ": Broker::Data"
		it := "(it: opaque of " + k.opaque + ")"
		result := "Broker::Data"
		if k.word == "table" {
			result = "Broker::TableItem"
		}
		name := "function Broker::__" + k.word + "_iterator"
		rows = append(rows,
			interp.Builtin{Sig: name + "(" + param + "): opaque of " + k.opaque, Doc: "Walks through a " + k.word + ", over a copy.",
				F1: func(m mach, s site, d val.Value) val.Value { return val.OpaqueVal(k.begin(m, s, d)) }},
			interp.Builtin{Sig: name + "_last" + it + ": bool", Doc: "Whether a walk has passed the end.",
				F1: func(_ mach, _ site, h val.Value) val.Value { return val.Bool(iteratorOf(h).atEnd()) }},
			interp.Builtin{Sig: name + "_next" + it + ": bool", Doc: "Goes on by one; F if nothing is left.",
				F1: func(_ mach, _ site, h val.Value) val.Value { return val.Bool(iteratorOf(h).next()) }},
			interp.Builtin{Sig: name + "_value" + it + ": " + result, Doc: "What the walk is at.",
				F1: func(m mach, s site, h val.Value) val.Value { return f.value(m, s, k, iteratorOf(h)) }})
	}
	return rows
}

// value returns what an iterator is at; behind the end that is an error and something unset.
func (f *Family) value(m mach, s site, k *iteratorKind, it *iterator) val.Value {
	item := wire.Entry{}
	if it.atEnd() {
		m.Errorf(s, "attempt to retrieve value of invalid %s iterator", k.word)
	} else {
		item = k.at(it.over, it.pos)
	}
	if k.word != "table" {
		if item.Val == (wire.None{}) && k.word == "record" {
			item.Val = nil
		}
		return f.wrap(item.Val)
	}
	rec := val.NewRecord(s.Result)
	rec.Set(0, f.wrap(item.Key))
	rec.Set(1, f.wrap(item.Val))
	return val.Rec(rec)
}
