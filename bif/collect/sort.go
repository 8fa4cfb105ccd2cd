package collect

import (
	"cmp"
	"slices"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func sortRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function sort(v: any, ...): any",
			Doc: "Sorts a vector in place, equal elements in their order, and returns it. A second argument is a function of two elements whose int result is negative if the first comes before the second; numbers and times need none.",
			Fn:  sortVector},
		{Sig: "function order(v: any, ...): index_vec",
			Doc: "Gives the indices of a vector's elements in the order in which sort would put them, and leaves the vector alone.",
			Fn:  order},
	}
}

// request is a checked call of sort or order.
type request struct {
	t   *types.Type
	vec *val.Vector
	by  *val.Func // nil: by size
}

// read checks the arguments and reports what is wrong with them.
func read(m *interp.M, site *interp.Site, a []val.Value, name string) (r request, ok bool) {
	complain := func(format string, args ...any) (request, bool) {
		m.Errorf(site, format, args...)
		return request{}, false
	}
	t, v := site.Arg(a, 0)
	if t.Tag != types.Vector {
		return complain("%s() requires vector", name)
	}
	r = request{t: v.Vec().T, vec: v.Vec()}
	if len(a) > 2 {
		return complain("%s() called with extraneous argument", name)
	}
	if len(a) == 2 {
		ft, f := site.Arg(a, 1)
		if ft.Tag != types.Func {
			return complain("second argument to %s() needs to be comparison function", name)
		}
		if !compares(ft, r.t.Elem) {
			return complain("invalid comparison function in call to %s()", name)
		}
		r.by = f.Func()
	}
	if r.by == nil && !hasSize(r.t.Elem) {
		return complain("comparison function required for %s() with non-numeric types", name)
	}
	return r, true
}

// compares reports whether ft is a function of two elements with an int result.
func compares(ft, elem *types.Type) bool {
	f := ft.Fn
	if f.Result.Tag != types.Int || len(f.Params.Fields) != 2 {
		return false
	}
	for _, p := range f.Params.Fields {
		if !types.Same(p.Type, elem) {
			return false
		}
	}
	return true
}

func hasSize(t *types.Type) bool {
	switch t.Tag {
	case types.Int, types.Count, types.Double, types.Time, types.Interval:
		return true
	}
	return false
}

// element is one that is there, with its place.
type element struct {
	v val.Value
	i int
}

// sorted returns the elements in order, without the missing ones, which come last. An error in the comparison function ends the
// caller's handler: nothing has been changed by then.
func (r request) sorted(m *interp.M) []element {
	all := make([]element, 0, r.vec.Len())
	for i := range r.vec.Len() {
		if v, there := r.vec.Get(i); there {
			all = append(all, element{v, i})
		}
	}
	if r.by == nil {
		slices.SortStableFunc(all, bySize(r.t.Elem))
		return all
	}
	pair := make([]val.Value, 2)
	s := merger{spare: make([]element, (len(all)+1)/2), less: func(a, b *element) bool {
		pair[0], pair[1] = a.v, b.v
		return m.Apply(r.by, pair...).Int() < 0
	}}
	s.sort(all)
	return all
}

func bySize(t *types.Type) func(a, b element) int {
	switch t.Tag {
	case types.Int:
		return func(a, b element) int { return cmp.Compare(a.v.Int(), b.v.Int()) }
	case types.Count:
		return func(a, b element) int { return cmp.Compare(a.v.Count(), b.v.Count()) }
	}
	return func(a, b element) int { return cmp.Compare(a.v.Double(), b.v.Double()) }
}

// merger sorts by merging: it is stable, asks the script's function as rarely as can be (slices.SortStableFunc asks it
// about four times as often, SortFunc a fifth more), and no answer of it can do harm.
type merger struct {
	less  func(a, b *element) bool
	spare []element // half of what is sorted, rounded up
}

func (s *merger) sort(all []element) {
	if len(all) < 2 {
		return
	}
	mid := (len(all) + 1) / 2
	s.sort(all[:mid])
	s.sort(all[mid:])
	if !s.less(&all[mid], &all[mid-1]) {
		return
	}
	left := s.spare[:copy(s.spare, all[:mid])]
	right := all[mid:]
	for i := 0; len(left) > 0; i++ {
		if len(right) > 0 && s.less(&right[0], &left[0]) {
			all[i], right = right[0], right[1:]
		} else {
			all[i], left = left[0], left[1:]
		}
	}
}

func sortVector(m *interp.M, site *interp.Site, a []val.Value) val.Value {
	sorted := val.Any(site.Args[0], a[0])
	r, ok := read(m, site, a, "sort")
	if !ok {
		return sorted
	}
	if nums := r.vec.Scalars(); r.by == nil && !r.vec.HasHoles() && nums != nil {
		sortScalars(r.t.Elem, nums)
		r.vec.Touch()
		return sorted
	}
	n := r.vec.Len()
	all := r.sorted(m)
	if r.vec.Len() != n {
		return sorted // the comparison function changed the vector: it stays as it is
	}
	for i, e := range all {
		r.vec.Set(i, e.v)
	}
	for i := len(all); i < n; i++ {
		r.vec.Unset(i)
	}
	return sorted
}

// sortScalars sorts the bits of numbers of type t.
func sortScalars(t *types.Type, nums []uint64) {
	switch t.Tag {
	case types.Count:
		slices.Sort(nums)
	case types.Int:
		slices.SortFunc(nums, func(a, b uint64) int { return cmp.Compare(int64(a), int64(b)) })
	default:
		slices.SortFunc(nums, func(a, b uint64) int {
			return cmp.Compare(val.Value{N: a}.Double(), val.Value{N: b}.Double())
		})
	}
}

func order(m *interp.M, site *interp.Site, a []val.Value) val.Value {
	r, ok := read(m, site, a, "order")
	if !ok {
		return val.Vec(val.NewVector(site.Result))
	}
	all := r.sorted(m)
	out := val.NewVectorCap(site.Result, r.vec.Len())
	seen := make([]bool, r.vec.Len())
	for _, e := range all {
		out.Append(val.Count(uint64(e.i)))
		seen[e.i] = true
	}
	for i, there := range seen {
		if !there {
			out.Append(val.Count(uint64(i)))
		}
	}
	return val.Vec(out)
}
