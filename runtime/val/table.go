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
}

// NewTable makes an empty table or set of type t; attrs may be nil.
func NewTable(t *types.Type, attrs *TableAttrs) *Table { panic("contract") }

// Len returns the number of elements.
func (t *Table) Len() int { panic("contract") }

// One and Lookup return the value of an element (zero Value in sets). A read pushes &read_expire back. Defaults are not applied.
// In tables indexed by subnet, an addr in `subnet` lookups must be given as a host subnet: longest prefix matches; see Exact.
func (t *Table) One(k Value) (Value, bool)         { panic("contract") }
func (t *Table) Lookup(keys []Value) (Value, bool) { panic("contract") }
func (t *Table) HasOne(k Value) bool               { panic("contract") }
func (t *Table) Has(keys []Value) bool             { panic("contract") }
func (t *Table) SetOne(k, v Value)                 { panic("contract") }
func (t *Table) Set(keys []Value, v Value)         { panic("contract") }

// DeleteOne and Delete take an element out and return its value; subnet keys match exactly.
func (t *Table) DeleteOne(k Value) (Value, bool)   { panic("contract") }
func (t *Table) Delete(keys []Value) (Value, bool) { panic("contract") }

// Clear takes everything out (&on_change sees each element go).
func (t *Table) Clear() { panic("contract") }

// MatchPattern returns the values of all elements of a table[pattern] whose pattern matches s whole, in insertion order.
func (t *Table) MatchPattern(s string) []Value { panic("contract") }

// Matching returns, for a subnet-indexed table, the keys that contain p, longest first.
func (t *Table) Matching(p Value) []Value { panic("contract") }

// Iter is a cursor: for it := t.Iter(); it.Next(); { it.Key(0); it.Val() }.
type Iter struct{}

// Iter starts a cursor.
func (t *Table) Iter() Iter { panic("contract") }

// Next moves to the next element; Key returns its i-th index value, Val its value.
func (it *Iter) Next() bool      { panic("contract") }
func (it *Iter) Key(i int) Value { panic("contract") }
func (it *Iter) Keys() []Value   { panic("contract") }
func (it *Iter) Val() Value      { panic("contract") }

// Modified reports whether elements were added or taken out since the cursor started (the reference warns of it).
func (it *Iter) Modified() bool { panic("contract") }

// ExpireStep lets at most n elements whose time has come go (all when n <= 0), calling ExpireFunc and OnChange; it returns
// false when nothing is left to look at before the time that it returns.
func (t *Table) ExpireStep(now float64, n int) (more bool) { panic("contract") }
