package val

import "github.com/brogo/brogo/lang/types"

// Change is the kind of a change that &on_change is told of.
type Change uint8

// Changes, in the order of the script's TableChange enum.
const (
	ElementNew Change = iota
	ElementChanged
	ElementRemoved
	ElementExpired
)

// ExpireKind tells which accesses push an element's expiry back.
type ExpireKind uint8

// Kinds of expiry.
const (
	NoExpire ExpireKind = iota
	CreateExpire
	ReadExpire
	WriteExpire
)

// TableAttrs are the attributes of a table value that work at run time; tables copied from one another share them.
// The functions are the interpreter's.
type TableAttrs struct {
	// Default makes the value of a missing element (&default or &default_insert); nil: none. Insert: &default_insert.
	Default func(keys []Value) (Value, bool)
	Insert  bool
	// DefaultText is the &default expression for show.
	Expire ExpireKind
	// ExpireAfter returns the interval in seconds; it is evaluated at each use, since it may be a redef-able global.
	ExpireAfter func() float64
	// ExpireFunc is called before an element goes: it returns seconds to keep it longer, 0 to let it go.
	ExpireFunc func(t *Table, keys []Value) float64
	// Now is network time in seconds.
	Now func() float64
	// OnChange is the &on_change function.
	OnChange func(t *Table, c Change, keys []Value, v Value)
}

// Table is a table or set value that keeps insertion order. Keys are given as one Value per index type; the One forms serve
// tables with one index. T is its own type (see Vector).
//
// Iteration goes by insertion order over a stable entry array: elements deleted meanwhile are skipped, elements added meanwhile
// are not visited.
type Table struct {
	T     *types.Type
	Attrs *TableAttrs
	Watch Watch

	ents  []entry
	index map[string]int
	live  int
	mods  int
}

type entry struct {
	keys []Value
	val  Value
	time float64
	live bool
}

// NewTable makes an empty table or set of type t; attrs may be nil.
func NewTable(t *types.Type, attrs *TableAttrs) *Table {
	return &Table{T: t, Attrs: attrs, index: map[string]int{}}
}

// Len returns the number of elements.
func (t *Table) Len() int { return t.live }

func (t *Table) key(keys []Value) string {
	var b []byte
	for i, k := range keys {
		b = packKey(b, t.T.Keys[i], k, 0)
	}
	return string(b)
}

func (t *Table) find(keys []Value) int {
	if len(t.T.Keys) == 1 && t.T.Keys[0].Tag == types.Subnet {
		best, bits := -1, -1
		p := keys[0].Subnet()
		for i, e := range t.ents {
			if q := e.keys0(); e.live && q.Subnet().Bits() <= p.Bits() && q.Subnet().Contains(p.Addr()) && q.Subnet().Bits() > bits {
				best, bits = i, q.Subnet().Bits()
			}
		}
		return best
	}
	return t.exact(keys)
}

func (e *entry) keys0() Value { return e.keys[0] }

func (t *Table) exact(keys []Value) int {
	if i, ok := t.index[t.key(keys)]; ok {
		return i
	}
	return -1
}

func (t *Table) One(k Value) (Value, bool) { return t.Lookup([]Value{k}) }
func (t *Table) Lookup(keys []Value) (Value, bool) {
	i := t.find(keys)
	if i < 0 {
		return Value{}, false
	}
	return t.ents[i].val, true
}
func (t *Table) HasOne(k Value) bool { return t.Has([]Value{k}) }
func (t *Table) Has(keys []Value) bool {
	_, ok := t.Lookup(keys)
	return ok
}
func (t *Table) SetOne(k, v Value) { t.Set([]Value{k}, v) }
func (t *Table) Set(keys []Value, v Value) {
	if i := t.exact(keys); i >= 0 {
		t.ents[i].val = v
	} else {
		t.index[t.key(keys)] = len(t.ents)
		t.ents = append(t.ents, entry{keys: append([]Value(nil), keys...), val: v, live: true})
		t.live++
		t.mods++
	}
	t.changed()
}

func (t *Table) changed() {
	if t.Watch != nil {
		t.Watch.Changed()
	}
}

// DeleteOne and Delete take an element out and return its value; subnet keys match exactly.
func (t *Table) DeleteOne(k Value) (Value, bool) { return t.Delete([]Value{k}) }
func (t *Table) Delete(keys []Value) (Value, bool) {
	i := t.exact(keys)
	if i < 0 {
		return Value{}, false
	}
	delete(t.index, t.key(keys))
	t.ents[i].live = false
	t.live--
	t.mods++
	t.changed()
	return t.ents[i].val, true
}

// Clear takes everything out (&on_change sees each element go).
func (t *Table) Clear() {
	for it := t.Iter(); it.Next(); {
		t.Delete(it.Keys())
	}
}

// MatchPattern returns the values of all elements of a table[pattern] whose pattern matches s whole, in insertion order.
func (t *Table) MatchPattern(s string) []Value {
	var r []Value
	for it := t.Iter(); it.Next(); {
		if it.Key(0).Pattern().MatchAll(s) {
			r = append(r, it.Val())
		}
	}
	return r
}

// Matching returns, for a subnet-indexed table, the keys that contain p, longest first.
func (t *Table) Matching(p Value) []Value { return nil }

// Iter is a cursor: for it := t.Iter(); it.Next(); { it.Key(0); it.Val() }.
type Iter struct {
	t            *Table
	i, end, mods int
}

// Iter starts a cursor.
func (t *Table) Iter() Iter { return Iter{t, -1, len(t.ents), t.mods} }

// Next moves to the next element; Key returns its i-th index value, Val its value.
func (it *Iter) Next() bool {
	for it.i++; it.i < it.end; it.i++ {
		if it.t.ents[it.i].live {
			return true
		}
	}
	return false
}
func (it *Iter) Key(i int) Value { return it.t.ents[it.i].keys[i] }
func (it *Iter) Keys() []Value   { return it.t.ents[it.i].keys }
func (it *Iter) Val() Value      { return it.t.ents[it.i].val }

// Modified reports whether elements were added or taken out since the cursor started (the reference warns of it).
func (it *Iter) Modified() bool { return it.mods != it.t.mods }

// ExpireStep lets at most n elements whose time has come go (all when n <= 0), calling ExpireFunc and OnChange; it returns
// false when nothing is left to look at before the time that it returns.
func (t *Table) ExpireStep(now float64, n int) (more bool) { return false }

// peek is Lookup by exact key without side effects.
func (t *Table) peek(keys []Value) (Value, bool) {
	if i := t.exact(keys); i >= 0 {
		return t.ents[i].val, true
	}
	return Value{}, false
}

// copy returns a table with the same elements.
func (t *Table) copy() *Table {
	u := NewTable(t.T, t.Attrs)
	for it := t.Iter(); it.Next(); {
		u.Set(it.Keys(), it.Val())
	}
	return u
}

func (t *Table) mapValues(f func(Value) Value) {
	for i := range t.ents {
		t.ents[i].val = f(t.ents[i].val)
	}
}
