package val

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
)

var (
	countSet  = types.NewSet(types.CountT)
	pointT    = types.NewRecord(&types.Field{Name: "x", Type: types.CountT}, &types.Field{Name: "tags", Type: countSet})
	countsVec = types.NewVector(types.CountT)
)

// keyKinds are index types with a way to make the key that stands for a small number.
var keyKinds = []struct {
	name string
	keys []*types.Type
	make func(n int) []Value
}{
	{"count", []*types.Type{types.CountT}, func(n int) []Value { return []Value{Count(uint64(n) * 7919)} }},
	{"double", []*types.Type{types.DoubleT}, func(n int) []Value { return []Value{Double(float64(n) / 8)} }},
	{"string", []*types.Type{types.StringT}, func(n int) []Value { return []Value{numStr(n)} }},
	{"addr", []*types.Type{types.AddrT}, func(n int) []Value { return []Value{addrOf(n)} }},
	{"addr-port", []*types.Type{types.AddrT, types.PortT}, func(n int) []Value { return []Value{addrOf(n / 3), Port(uint16(n), ProtoTCP)} }},
	{"string-count", []*types.Type{types.StringT, types.CountT}, func(n int) []Value { return []Value{numStr(n / 3), Count(uint64(n))} }},
	{"subnet-int", []*types.Type{types.SubnetT, types.IntT}, func(n int) []Value { return []Value{netOf(n), Int(int64(-n))} }},
	{"record", []*types.Type{pointT}, func(n int) []Value { return []Value{point(n)} }},
	{"vector", []*types.Type{countsVec}, func(n int) []Value {
		v := NewVector(countsVec)
		for i := range n % 5 {
			v.Append(Count(uint64(n + i)))
		}
		v.Append(Count(uint64(n)))
		return []Value{Vec(v)}
	}},
	{"any-bool", []*types.Type{types.AnyT, types.BoolT}, func(n int) []Value {
		if n%2 == 0 {
			return []Value{Any(types.CountT, Count(uint64(n))), Bool(n%4 == 0)}
		}
		return []Value{Any(types.StringT, numStr(n)), Bool(true)}
	}},
}

func numStr(n int) Value {
	if n == 0 {
		return Str("")
	}
	return Str(fmt.Sprintf("key-%d", n))
}

// addrOf makes IPv4 addresses first, so that tables meet IPv6 late.
func addrOf(n int) Value {
	if n < 40 {
		return Addr(netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}))
	}
	return Addr(netip.AddrFrom16([16]byte{0x20, 1, 14: byte(n >> 8), 15: byte(n)}))
}

func netOf(n int) Value { return Subnet(netip.PrefixFrom(addrOf(n).Addr(), 32)) }

func point(n int) Value {
	r := NewRecord(pointT)
	if n%3 > 0 {
		r.Set(0, Count(uint64(n)))
	}
	s := NewTable(countSet, nil)
	// The order of insertion must not matter.
	for i := range 3 {
		if n%2 == 0 {
			i = 2 - i
		}
		s.SetOne(Count(uint64(n/2*10+i)), Value{})
	}
	if n%3 == 0 {
		s.SetOne(Count(uint64(n)), Value{})
	}
	r.Set(1, Tab(s))
	return Rec(r)
}

// model is what a table should hold: elements in order of insertion.
type model struct {
	order []int
	vals  map[int]uint64
}

func (m *model) set(k int, v uint64) {
	if _, ok := m.vals[k]; !ok {
		m.order = append(m.order, k)
	}
	m.vals[k] = v
}

func (m *model) del(k int) {
	delete(m.vals, k)
	m.order = slices.DeleteFunc(m.order, func(o int) bool { return o == k })
}

// tableOps runs a program of operations, three bytes each, on a table and its model, and compares them.
func tableOps(t interface{ Fatalf(string, ...any) }, kind int, prog []byte) {
	k := keyKinds[kind%len(keyKinds)]
	tab := NewTable(types.NewTable(types.CountT, k.keys...), nil)
	m := &model{vals: map[int]uint64{}}
	for len(prog) >= 3 {
		op, a, b := prog[0], int(prog[1]), uint64(prog[2])
		prog = prog[3:]
		key := k.make(a)
		switch op % 8 {
		case 0, 1, 2:
			tab.Set(key, Count(b))
			m.set(a, b)
		case 3, 4:
			v, ok := tab.Delete(key)
			want, wantOK := m.vals[a]
			if ok != wantOK || v.N != want {
				t.Fatalf("%s: delete %d gives %d %v, want %d %v", k.name, a, v.N, ok, want, wantOK)
			}
			m.del(a)
		case 5: // delete some while iterating, and add one
			var want []int
			seen := slices.Clone(m.order)
			i := 0
			for it := tab.Iter(); it.Next(); i++ {
				for i < len(seen) && !has(m, seen[i]) {
					i++
				}
				if i >= len(seen) || it.Val().N != m.vals[seen[i]] || !Equal(k.keys[0], it.Key(0), k.make(seen[i])[0]) {
					t.Fatalf("%s: iteration left its order at %d", k.name, i)
				}
				want = append(want, seen[i])
				if uint64(i)%(b%4+1) == 0 {
					for d := i; d < min(i+1+a%7, len(seen)); d++ {
						tab.Delete(k.make(seen[d]))
						m.del(seen[d])
					}
					if !slices.Contains(seen, a+i) {
						tab.Set(k.make(a+i), Count(1))
						m.set(a+i, 1)
					}
				}
				if len(want) > 300 {
					break
				}
			}
		case 6:
			c := Clone(tab.T, Tab(tab)).Table()
			if !Equal(tab.T, Tab(tab), Tab(c)) {
				t.Fatalf("%s: a copy differs", k.name)
			}
			tab.Set(key, Count(b+1000))
			if Equal(tab.T, Tab(tab), Tab(c)) {
				t.Fatalf("%s: a copy follows its origin", k.name)
			}
			tab = c
		case 7:
			if a == 7 {
				tab.Clear()
				*m = model{vals: map[int]uint64{}}
			}
		}
		if len(prog)%16 < 3 { // every few operations, and at the end
			compare(t, k.name, k.make, tab, m)
		}
	}
}

func has(m *model, k int) bool { _, ok := m.vals[k]; return ok }

func compare(t interface{ Fatalf(string, ...any) }, name string, mk func(int) []Value, tab *Table, m *model) {
	if tab.Len() != len(m.order) {
		t.Fatalf("%s: %d elements, want %d", name, tab.Len(), len(m.order))
	}
	i := 0
	for it := tab.Iter(); it.Next(); i++ {
		want := mk(m.order[i])
		for c, kt := range tab.T.Keys {
			if !Equal(kt, it.Key(c), want[c]) {
				t.Fatalf("%s: element %d is not %d", name, i, m.order[i])
			}
		}
		if v, ok := tab.Lookup(want); !ok || v.N != m.vals[m.order[i]] || v != it.Val() {
			t.Fatalf("%s: element %d has value %d %v, want %d", name, m.order[i], v.N, ok, m.vals[m.order[i]])
		}
	}
	if i != len(m.order) {
		t.Fatalf("%s: iteration ended after %d of %d", name, i, len(m.order))
	}
	for k := range 5 {
		if _, ok := m.vals[k]; ok != tab.Has(mk(k)) {
			t.Fatalf("%s: Has(%d) is %v", name, k, !ok)
		}
	}
}

func TestTableAgainstModel(t *testing.T) {
	for i, k := range keyKinds {
		t.Run(k.name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				tableOps(rt, i, rapid.SliceOfN(rapid.Byte(), 0, 600).Draw(rt, "prog"))
			})
		})
	}
}

func FuzzTable(f *testing.F) {
	for i := range keyKinds {
		var fill, drain []byte
		for k := range 60 {
			fill = append(fill, 0, byte(k), byte(k))
			drain = append(drain, 3, byte(k*7%60), 0)
		}
		f.Add(byte(i), append(fill, drain...))
		f.Add(byte(i), append(slices.Clone(fill), 5, 3, 2, 6, 1, 1, 5, 9, 0, 7, 7, 0, 0, 0, 0))
	}
	f.Fuzz(func(t *testing.T, kind byte, prog []byte) {
		if len(prog) > 900 {
			return
		}
		tableOps(t, int(kind), prog)
	})
}

func TestUnspecifiedTableIsEmpty(t *testing.T) {
	tab := NewTable(&types.Type{Tag: types.Table, Unspecified: true}, nil)
	if tab.HasOne(Count(1)) || tab.Has([]Value{Count(1), Count(2)}) || string(Describe(nil, tab.T, Tab(tab), DescPrint)) != "{\n\n}" {
		t.Error("an empty table of no type has elements")
	}
	if _, ok := tab.DeleteOne(Count(1)); ok || !Equal(tab.T, Tab(tab), Clone(tab.T, Tab(tab))) {
		t.Error("an empty table of no type can lose elements or differs from its copy")
	}
}

func TestManyIndexTypes(t *testing.T) {
	keyTypes := make([]*types.Type, 300)
	keys := make([]Value, 300)
	for i := range keyTypes {
		keyTypes[i], keys[i] = types.CountT, Count(uint64(i))
	}
	tab := NewTable(types.NewTable(types.CountT, keyTypes...), nil)
	for i := range uint64(20) {
		keys[299] = Count(i)
		tab.Set(keys, Count(i))
	}
	if v, ok := tab.Lookup(keys); !ok || v.N != 19 || tab.Len() != 20 {
		t.Error("lookup of 300 index values fails")
	}
}

func TestTableQueueStaysCheap(t *testing.T) {
	// Taking the first element of a long table again and again must not walk the gaps before it.
	tab := NewTable(types.NewSet(types.CountT), nil)
	for i := range 200_000 {
		tab.SetOne(Count(uint64(i)), Value{})
	}
	for i := 0; tab.Len() > 0; i++ {
		it := tab.Iter()
		it.Next()
		if it.Key(0).N != uint64(i) {
			t.Fatalf("first element is %d, want %d", it.Key(0).N, i)
		}
		tab.DeleteOne(it.Key(0))
	}
	if cap(tab.kn) > 1000 || cap(tab.idx) > 1000 {
		t.Errorf("an emptied table keeps room for %d elements and %d index words", cap(tab.kn), cap(tab.idx))
	}
}

func TestKeysOfElementsCannotChange(t *testing.T) {
	tab := NewTable(types.NewSet(pointT), nil)
	p := point(1)
	tab.SetOne(p, Value{})
	p.Rec().Set(0, Count(99))
	it := tab.Iter()
	it.Next()
	it.Key(0).Rec().Set(0, Count(98))
	if !tab.HasOne(point(1)) || tab.HasOne(p) {
		t.Error("the element followed its key's object")
	}
}

// copied is a function that a deep copy makes another of.
type copied struct{}

func (copied) CloneFunc(f *Func) *Func { g := *f; return &g }

func TestKeysByIdentity(t *testing.T) {
	f := Fn(&Func{Name: "f", Impl: copied{}})
	o := OpaqueVal(new(tally))
	tab := NewTable(types.NewSet(&types.Type{Tag: types.Func}, types.NewOpaque("tally")), nil)
	tab.Set([]Value{f, o}, Value{})
	it := tab.Iter()
	it.Next()
	if it.Key(0) != f || it.Key(1) != o || !tab.Has(it.Keys()) || tab.Has([]Value{Clone(tab.T.Keys[0], f), o}) {
		t.Error("functions and opaque values are not keys by identity")
	}
}

func TestSubnetTable(t *testing.T) {
	tab := NewTable(types.NewTable(types.StringT, types.SubnetT), nil)
	for _, s := range []string{"10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "2001:db8::/32", "192.168.0.0/16"} {
		tab.SetOne(Subnet(netip.MustParsePrefix(s)), Str(s))
	}
	look := func(s string) string {
		v, ok := tab.One(Subnet(netip.MustParsePrefix(s)))
		if !ok {
			return "none"
		}
		return v.Str()
	}
	for _, c := range [][2]string{
		{"10.1.2.3/32", "10.1.2.0/24"}, {"10.1.3.3/32", "10.1.0.0/16"}, {"10.2.3.4/32", "10.0.0.0/8"}, {"11.0.0.0/32", "none"},
		{"10.1.2.0/24", "10.1.2.0/24"}, {"10.1.2.0/23", "10.1.0.0/16"}, {"10.0.0.0/7", "none"}, {"2001:db8::1/128", "2001:db8::/32"},
		{"2001:db9::1/128", "none"},
	} {
		if got := look(c[0]); got != c[1] {
			t.Errorf("%s finds %s, want %s", c[0], got, c[1])
		}
	}
	var keys []string
	for _, k := range tab.Matching(Subnet(netip.MustParsePrefix("10.1.2.3/32"))) {
		keys = append(keys, string(AppendSubnet(nil, k)))
	}
	if fmt.Sprint(keys) != "[10.1.2.0/24 10.1.0.0/16 10.0.0.0/8]" {
		t.Error("matching:", keys)
	}
	if _, ok := tab.DeleteOne(Subnet(netip.MustParsePrefix("10.1.2.3/32"))); ok {
		t.Error("delete took a longer prefix for the element")
	}
	tab.DeleteOne(Subnet(netip.MustParsePrefix("10.1.2.0/24")))
	if got := look("10.1.2.3/32"); got != "10.1.0.0/16" {
		t.Error("after delete:", got)
	}
	tab.SetOne(Subnet(netip.MustParsePrefix("::/0")), Str("all"))
	if got := look("11.0.0.0/32"); got != "all" {
		t.Error("IPv4 lies inside ::/0, but finds", got)
	}
	for i := range 100 { // grow, shrink and renumber with the trie in use
		tab.SetOne(Subnet(netip.PrefixFrom(netip.AddrFrom4([4]byte{172, 16, byte(i), 0}), 24)), Str("x"))
	}
	for i := range 99 {
		tab.DeleteOne(Subnet(netip.PrefixFrom(netip.AddrFrom4([4]byte{172, 16, byte(i), 0}), 24)))
	}
	if look("172.16.99.1/32") != "x" || look("172.16.98.1/32") != "all" || look("10.1.2.3/32") != "10.1.0.0/16" {
		t.Error("lookups after renumbering:", look("172.16.99.1/32"), look("172.16.98.1/32"), look("10.1.2.3/32"))
	}
}

func TestPatternTable(t *testing.T) {
	tab := NewTable(types.NewTable(types.CountT, types.PatternT), nil)
	add := func(src string, n uint64) {
		p, err := pattern.Compile(src, 0)
		if err != nil {
			t.Fatal(err)
		}
		tab.SetOne(Pat(p), Count(n))
	}
	add("foo", 1)
	add("fo.*", 2)
	add("bar", 3)
	got := func(s string) string {
		var r []uint64
		for _, v := range tab.MatchPattern(s) {
			r = append(r, v.N)
		}
		return fmt.Sprint(r, tab.MatchesPattern(s))
	}
	if got("foo") != "[1 2] true" || got("fox") != "[2] true" || got("none") != "[] false" || got("foofoo") != "[2] true" {
		t.Error(got("foo"), got("fox"), got("none"), got("foofoo"))
	}
	add("f..", 4)
	add("foo", 10)
	if got("foo") != "[10 2 4] true" {
		t.Error("after changes:", got("foo"))
	}
}

func TestExpiry(t *testing.T) {
	now := 100.0
	var log []string
	attrs := &TableAttrs{
		Expire:      ReadExpire,
		ExpireAfter: func() float64 { return 10 },
		Now:         func() float64 { return now },
		ExpireFunc: func(t *Table, keys []Value) float64 {
			log = append(log, fmt.Sprintf("ask %d", keys[0].N))
			if keys[0].N == 2 {
				return 5
			}
			return 0
		},
		OnChange: func(t *Table, c Change, keys []Value, v Value) {
			log = append(log, fmt.Sprintf("change %d %d=%d", c, keys[0].N, v.N))
		},
	}
	tab := NewTable(types.NewTable(types.CountT, types.CountT), attrs)
	for i := range uint64(4) {
		tab.SetOne(Count(i), Count(i*i))
	}
	log = nil
	now = 105
	tab.One(Count(1)) // pushed back to 115
	now = 111
	if more := tab.ExpireStep(now, 2); !more {
		t.Error("a pass of 4 elements ended after 2")
	}
	if more := tab.ExpireStep(now, 100); more {
		t.Error("the pass did not end")
	}
	want := "[ask 0 change 3 0=0 ask 2 ask 3 change 3 3=9]"
	if fmt.Sprint(log) != want {
		t.Errorf("got %v, want %v", log, want)
	}
	now = 117
	tab.ExpireStep(now, 0)
	if tab.Len() != 1 || !tab.HasOne(Count(2)) {
		t.Errorf("%d elements left, want the one that is always kept", tab.Len())
	}
}

func TestOnChange(t *testing.T) {
	var log []string
	attrs := &TableAttrs{}
	attrs.OnChange = func(t *Table, c Change, keys []Value, v Value) {
		log = append(log, fmt.Sprintf("%d %d %d", c, keys[0].N, v.N))
		t.SetOne(Count(1000), Count(1)) // not told of
	}
	tab := NewTable(types.NewTable(types.CountT, types.CountT), attrs)
	tab.SetOne(Count(1), Count(10))
	tab.SetOne(Count(1), Count(11))
	tab.DeleteOne(Count(1))
	tab.DeleteOne(Count(1))
	if fmt.Sprint(log) != "[0 1 10 1 1 10 2 1 11]" {
		t.Error(log)
	}
}

type counter int

func (c *counter) Changed() { *c++ }

func TestWatchSeesEveryWrite(t *testing.T) {
	var c counter
	expect := func(what string, n counter) {
		t.Helper()
		if c != n {
			t.Errorf("%s: %d changes, want %d", what, c, n)
		}
		c = 0
	}
	tab := NewTable(types.NewTable(types.CountT, types.CountT), nil)
	tab.Watch = &c
	tab.SetOne(Count(1), Count(2))
	tab.SetOne(Count(1), Count(3))
	expect("table set", 2)
	tab.DeleteOne(Count(1))
	tab.DeleteOne(Count(1))
	expect("table delete", 1)
	tab.Clear()
	expect("clear", 1)

	v := NewVector(countsVec)
	v.Watch = &c
	v.Set(0, Count(1))
	v.Set(0, Count(2))
	v.Append(Count(3))
	v.Insert(1, Count(4))
	v.Remove(0)
	v.Unset(0)
	v.Resize(10)
	expect("vector", 7)

	r := NewRecord(pointT)
	*r.Watched() = &c
	r.Set(0, Count(1))
	r.Unset(0)
	r.Unset(0)
	expect("record", 2)
}

func TestSetAlgebra(t *testing.T) {
	set := func(ns ...uint64) *Table {
		s := NewTable(countSet, nil)
		for _, n := range ns {
			s.SetOne(Count(n), Value{})
		}
		return s
	}
	text := func(s *Table) string {
		var r []uint64
		for it := s.Iter(); it.Next(); {
			r = append(r, it.Key(0).N)
		}
		return fmt.Sprint(r)
	}
	a, b := set(5, 3, 1), set(1, 2, 3)
	for _, c := range []struct{ got, want string }{
		{text(a.Union(b)), "[5 3 1 2]"},
		{text(a.Intersection(b)), "[3 1]"},
		{text(a.Difference(b)), "[5]"},
		{fmt.Sprint(a.SubsetOf(b), set(3, 1).SubsetOf(b), set().SubsetOf(b)), "false true true"},
		{fmt.Sprint(Equal(countSet, Tab(set(1, 2)), Tab(set(2, 1)))), "true"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}
