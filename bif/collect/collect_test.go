package collect

import (
	"testing"

	. "github.com/brogo/brogo/bif/biftest"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

type args = []any

func TestRows(t *testing.T) {
	holes := Vector(3, 1, 2)
	holes.Unset(0)
	tab := val.NewTable(types.NewTable(types.CountT, types.StringT), nil)
	tab.SetOne(val.Str("b"), val.Count(1))
	tab.SetOne(val.Str("a"), val.Count(2))
	v := Vector(1, 2)
	New(dialect.Zeek, Rows()).Run(t, []Case{
		{Fn: "sort", Args: args{Vector(5, -2, 8, 3)}, Want: "[-2, 3, 5, 8]"},
		{Fn: "sort", Args: args{Vector(Count(1<<63), Count(2))}, Want: "[2, 9223372036854775808]"},
		{Fn: "sort", Args: args{Vector(3.5, -1.5)}, Want: "[-1.5, 3.5]"},
		{Fn: "sort", Args: args{holes}, Want: "[1, 2, ]"},
		{Fn: "sort", Args: args{Vector("b", "a")}, Want: "[b, a]", Errors: "error: comparison function required for sort() with non-numeric types"},
		{Fn: "sort", Args: args{1}, Want: "1", Errors: "error: sort() requires vector"},
		{Fn: "sort", Args: args{Vector(2, 1), 7}, Want: "[2, 1]", Errors: "error: second argument to sort() needs to be comparison function"},
		{Fn: "sort", Args: args{Vector(2, 1), 7, 8}, Want: "[2, 1]", Errors: "error: sort() called with extraneous argument"},
		{Fn: "order", Args: args{Vector(5, 2, 8, 3)}, Want: "[1, 3, 0, 2]"},
		{Fn: "order", Args: args{"x"}, Want: "[]", Errors: "error: order() requires vector"},

		{Fn: "table_keys", Args: args{tab}, Want: "{\nb,\na\n}"},
		{Fn: "table_values", Args: args{tab}, Want: "[1, 2]"},
		{Fn: "Option::any_set_to_any_vec", Args: args{Set("x", "y")}, Want: "[x, y]"},
		{Fn: "Option::any_set_to_any_vec", Args: args{1}, Want: "[]", Errors: "error: argument is not a set"},
		{Fn: "same_object", Args: args{tab, tab}, Want: "T"},
		{Fn: "same_object", Args: args{v, Vector(1, 2)}, Want: "F"},
		{Fn: "same_object", Args: args{v, 1}, Want: "F"},
		{Fn: "resize", Args: args{v, Count(4)}, Want: "2"},
		{Fn: "any_set", Args: args{Vector(false, true)}, Want: "T"},
		{Fn: "any_set", Args: args{Vector(1)}, Want: "F", Errors: "error: any_set() requires vector of bool"},
		{Fn: "all_set", Args: args{Vector(true, false)}, Want: "F"},
		{Fn: "all_set", Args: args{val.NewVector(types.NewVector(types.BoolT))}, Want: "T"},
		{Fn: "clear_table", Args: args{tab}, Want: "T"},
		{Fn: "table_keys", Args: args{tab}, Want: "{\n\n}"},
		{Fn: "clear_table", Args: args{1}, Want: "T", Errors: "error: clear_table() requires a table/set argument"},
	})
}

// TestMerge sorts with an answer that is not even consistent: whatever a script's function says, nothing is lost.
func TestMerge(t *testing.T) {
	for n := range 40 {
		all := make([]element, n)
		for i := range all {
			all[i] = element{i: i}
		}
		k := 0
		s := merger{spare: make([]element, (n+1)/2), less: func(a, b *element) bool { k++; return k*7%3 == 0 }}
		s.sort(all)
		seen := make([]bool, n)
		for _, e := range all {
			seen[e.i] = true
		}
		for i, ok := range seen {
			if !ok {
				t.Fatalf("%d of %d elements lost", i, n)
			}
		}
	}
	all := make([]element, 1000)
	for i := range all {
		all[i] = element{val.Int(int64(i * 7919 % 100)), i}
	}
	s := merger{spare: make([]element, 500), less: func(a, b *element) bool { return a.v.Int() < b.v.Int() }}
	s.sort(all)
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		if a.v.Int() > b.v.Int() || a.v.Int() == b.v.Int() && a.i > b.i {
			t.Fatalf("not sorted stably at %d", i)
		}
	}
}
