package val

import (
	"slices"
)

// copy returns a table with the same elements, expiry times included. Values are shared.
func (t *Table) copy() *Table {
	u := &Table{T: t.T, Attrs: t.Attrs, stride: t.stride, width: t.width, keys: t.keys, vals: t.vals, n: t.n, live: t.live, first: t.first}
	u.kn, u.kv, u.vv, u.idx = slices.Clone(t.kn), slices.Clone(t.kv), slices.Clone(t.vv), slices.Clone(t.idx)
	if t.dead != nil {
		u.dead = &holeMap{slices.Clone(t.dead.bits)}
	}
	if t.x != nil && (t.x.packed != nil || t.x.times != nil) {
		u.x = &tableExtra{packed: slices.Clone(t.x.packed), times: slices.Clone(t.x.times)}
	}
	if u.Attrs != nil && u.Attrs.Copied != nil {
		u.Attrs.Copied(u)
	}
	return u
}

// mapValues replaces every value of a table whose values have pointers.
func (t *Table) mapValues(f func(Value) Value) {
	for i := t.next(-1); i >= 0; i = t.next(i) {
		t.vv[i] = f(t.vv[i])
	}
}

// AddAll adds u's elements to t, replacing values of keys that t has.
func (t *Table) AddAll(u *Table) {
	for it := u.Iter(); it.Next(); {
		t.Set(it.Keys(), it.Val())
	}
}

// RemoveAll takes the elements out of t whose keys u has.
func (t *Table) RemoveAll(u *Table) {
	for it := u.Iter(); it.Next(); {
		t.Delete(it.Keys())
	}
}

// Union, Intersection and Difference return new sets or tables of t's type without attributes; elements keep t's order.
func (t *Table) Union(u *Table) *Table {
	r := t.bare()
	r.AddAll(u)
	return r
}

// Intersection returns the elements of t whose keys u has, see Union.
func (t *Table) Intersection(u *Table) *Table { return t.filter(u, true) }

// Difference returns the elements of t whose keys u has not, see Union.
func (t *Table) Difference(u *Table) *Table { return t.filter(u, false) }

// SubsetOf reports whether u has all keys of t.
func (t *Table) SubsetOf(u *Table) bool {
	if t.live > u.live {
		return false
	}
	keys := make([]Value, t.stride)
	for i := t.next(-1); i >= 0; i = t.next(i) {
		t.fillKeys(keys, i)
		if u.find(keys) < 0 {
			return false
		}
	}
	return true
}

// bare is copy without attributes.
func (t *Table) bare() *Table {
	r := t.copy()
	r.Attrs = nil
	return r
}

func (t *Table) filter(u *Table, in bool) *Table {
	r := NewTable(t.T, nil)
	keys := make([]Value, t.stride)
	for i := t.next(-1); i >= 0; i = t.next(i) {
		t.fillKeys(keys, i)
		if u.find(keys) >= 0 == in {
			r.Set(keys, t.valueAt(i))
		}
	}
	return r
}

// fillKeys writes the stored keys at a position to keys.
func (t *Table) fillKeys(keys []Value, i int) {
	for c := range keys {
		keys[c] = t.storedKey(i, c)
	}
}
