package val

import (
	"math"
	"net/netip"
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
)

func TestDoubleText(t *testing.T) {
	for _, c := range []struct {
		f              float64
		zeek, bro, log string // bro and log: "" for the same
	}{
		{0, "0.0", "", ""}, {1, "1.0", "", ""}, {-1, "-1.0", "", ""}, {3.14, "3.14", "", ""}, {0.1, "0.1", "", ""}, {-0.5, "-0.5", "", ""},
		{1.0000005, "1.000001", "", ""}, {0.0000001, "1e-07", "0", "0"}, {123.4567891, "123.456789", "", ""}, {2.9999999, "3", "", ""},
		{2.9999999999, "3.0", "3", ""}, {1500000000.5, "1500000000.5", "", ""}, {2147483647, "2147483647.0", "", ""},
		{2147483648, "2.147483648e+09", "2.147484e+09", "2147483648.0"}, {3139244209995776, "3.139244209995776e+15", "3.139244e+15", "3139244209995776.0"}, {-1e20, "-1e+20", "-1.000000e+20", "-100000000000000000000.0"},
		{1e100, "1e+100", "1.000000e+100", "1" + strings.Repeat("0", 15)}, // see below
		{math.Inf(1), "inf", "", ""}, {math.Inf(-1), "-inf", "", ""}, {math.NaN(), "nan", "", ""},
		{0.0000015, "0.000002", "", ""}, {0.0000025, "0.000002", "", ""},
	} {
		if c.bro == "" {
			c.bro = c.zeek
		}
		if c.log == "" {
			c.log = c.zeek
		}
		if got := string(AppendDouble(nil, c.f, false)); got != c.zeek {
			t.Errorf("%g: got %s, want %s", c.f, got, c.zeek)
		}
		if got := string(AppendDouble(nil, c.f, true)); got != c.bro {
			t.Errorf("%g in 2.6: got %s, want %s", c.f, got, c.bro)
		}
		got := string(AppendDoublePlain(nil, c.f, false))
		if len(got) > 30 { // C prints all digits of the binary value
			got = got[:16]
		}
		if got != c.log {
			t.Errorf("%g in logs: got %s, want %s", c.f, got, c.log)
		}
	}
}

func TestGText(t *testing.T) {
	for _, c := range []struct {
		f    float64
		prec int
		want string
	}{
		{0, 6, "0"}, {1, 6, "1"}, {0.1, 6, "0.1"}, {1e5, 6, "100000"}, {1e6, 6, "1e+06"}, {123456.7, 6, "123457"}, {0.0001, 6, "0.0001"},
		{0.00001, 6, "1e-05"}, {3.14159265, 16, "3.14159265"}, {999999.5, 6, "1e+06"}, {1e300, 16, "1e+300"}, {2.5, 1, "2"}, {0.1, 17, "0.10000000000000001"},
		{1e10, 16, "10000000000"}, {-1.5, 0, "-2"}, {math.Inf(-1), 6, "-inf"},
	} {
		if got := string(AppendG(nil, c.f, c.prec)); got != c.want {
			t.Errorf("%%.%dg of %v: got %s, want %s", c.prec, c.f, got, c.want)
		}
	}
}

func TestIntervalText(t *testing.T) {
	for _, c := range []struct {
		secs      float64
		zeek, bro string
	}{
		{0, "0 secs", ""}, {1, "1.0 sec", ""}, {2, "2.0 secs", ""}, {-1, "-1.0 sec", ""}, {86400, "1.0 day", ""}, {-7200, "-2.0 hrs", ""},
		{93784.5, "1.0 day 2.0 hrs 3.0 mins 4.0 secs 500.0 msecs", ""}, {0.001, "1.0 msec", ""}, {0.0000025, "2.5 usecs", "2.0 usecs"},
		{1e-14, "0 secs", "-"}, // 2.6 prints nothing
	} {
		if got := string(AppendInterval(nil, c.secs, false)); got != c.zeek {
			t.Errorf("%g: got %s, want %s", c.secs, got, c.zeek)
		}
		if c.bro == "" {
			c.bro = c.zeek
		}
		if got := string(AppendInterval(nil, c.secs, true)); got != strings.Trim(c.bro, "-") && got != c.bro {
			t.Errorf("%g in 2.6: got %s, want %s", c.secs, got, c.bro)
		}
	}
}

func TestDescribe(t *testing.T) {
	str := Str("a\x00\nü\\")
	strs := NewTable(types.NewTable(types.CountT, types.StringT, types.CountT), nil)
	strs.Set([]Value{Str("k\n"), Count(1)}, Count(10))
	strs.Set([]Value{Str("l"), Count(2)}, Count(20))
	nested := NewTable(types.NewTable(countSet, types.CountT), nil)
	s := NewTable(countSet, nil)
	s.SetOne(Count(1), Value{})
	s.SetOne(Count(2), Value{})
	nested.SetOne(Count(5), Tab(s))
	pair := NewTable(types.NewSet(types.CountT, types.BoolT), nil)
	pair.Set([]Value{Count(1), Bool(true)}, Value{})
	names := NewTable(stringSet, nil)
	names.SetOne(Str("x"), Value{})
	holes := NewVector(countsVec)
	holes.Set(2, Count(3))
	rec := point(1)
	opaqueT := types.NewOpaque("md5")
	fn := &Func{Name: "f", Body: func(b []byte, m DescMode, level int) []byte { return append(b, ": body"...) }}
	for _, c := range []struct {
		name string
		t    *types.Type
		v    Value
		mode DescMode
		want string
	}{
		{"bool", types.BoolT, Bool(true), DescPrint, "T"},
		{"int", types.IntT, Int(-7), DescPrint, "-7"},
		{"count", types.CountT, Count(math.MaxUint64), DescPrint, "18446744073709551615"},
		{"printed string", types.StringT, str, DescPrint, `a\x00\x0a\xc3\xbc\`},
		{"string in cat", types.StringT, str, DescText, "a\x00\nü\\"},
		{"quoted string", types.StringT, str, DescQuoted, `"a\x00\x0a\xc3\xbc\"`},
		{"enum", colorT, Enum(7), DescPrint, "Paint::Blue"},
		{"unknown enum", colorT, Enum(8), DescPrint, "<undefined>"},
		{"port", types.PortT, Port(53, ProtoUDP), DescPrint, "53/udp"},
		{"unknown port", types.PortT, Port(0, ProtoUnknown), DescPrint, "0/unknown"},
		{"addr", types.AddrT, Addr(netip.MustParseAddr("10.0.0.1")), DescPrint, "10.0.0.1"},
		{"addr6", types.AddrT, Addr(netip.MustParseAddr("2001:db8:0:0:1:0:0:1")), DescPrint, "2001:db8::1:0:0:1"},
		{"mapped addr", types.AddrT, Addr(netip.MustParseAddr("::ffff:1.2.3.4")), DescPrint, "1.2.3.4"},
		{"compatible addr", types.AddrT, Addr(netip.MustParseAddr("::1.2.3.4")), DescPrint, "::1.2.3.4"},
		{"translated addr", types.AddrT, Addr(netip.MustParseAddr("::ffff:0:c0a8:164")), DescPrint, "::ffff:0:192.168.1.100"},
		{"low addr", types.AddrT, Addr(netip.MustParseAddr("::1")), DescPrint, "::1"},
		{"subnet", types.SubnetT, Subnet(netip.MustParsePrefix("10.1.2.3/8")), DescPrint, "10.0.0.0/8"},
		{"printed table", strs.T, Tab(strs), DescPrint, "{\n[k\\x0a, 1] = 10,\n[l, 2] = 20\n}"},
		{"table in cat", strs.T, Tab(strs), DescText, "{\n\t[k\n\t, 1] = 10,\n\t[l, 2] = 20\n}"},
		{"nested in cat", nested.T, Tab(nested), DescText, "{\n\t[5] = {\n\t\t1,\n\t\t2\n\t}\n}"},
		{"nested print", nested.T, Tab(nested), DescPrint, "{\n[5] = {\n1,\n2\n}\n}"},
		{"short", nested.T, Tab(nested), DescShort, "{[5] = {1,2}}"},
		{"pair", pair.T, Tab(pair), DescPrint, "{\n[1, T] \n}"},
		{"raw strings are not indented", stringSet, Tab(names), DescText, "{\nx\n}"},
		{"escaped ones are", stringSet, Tab(names), DescError, "{\n\tx\n}"},
		{"empty", countSet, Tab(NewTable(countSet, nil)), DescPrint, "{\n\n}"},
		{"holes", countsVec, Vec(holes), DescPrint, "[, , 3]"},
		{"record", pointT, rec, DescPrint, "[x=1, tags={\n0,\n1,\n2\n}]"},
		{"unset field", pointT, Rec(NewRecord(pointT)), DescPrint, "[x=<uninitialized>, tags=<uninitialized>]"},
		{"any", types.AnyT, Any(types.CountT, Count(3)), DescPrint, "3"},
		{"list", types.NewList(types.CountT, types.StringT), ListVal([]Value{Count(1), Str("a")}), DescPrint, "1, a"},
		{"type", types.NewTypeType(countSet), TypeVal(countSet), DescPrint, "set[count]"},
		{"opaque", opaqueT, OpaqueVal(sum{}), DescPrint, "<opaque of md5>"},
		{"builtin", types.FileT, FileVal(&File{Name: "out"}), DescPrint, `file "out" of string`},
		{"function", &types.Type{Tag: types.Func}, Fn(fn), DescPrint, "f: body"},
		{"2.6 double", types.DoubleT, Double(2.9999999999), DescPrint | DescBro, "3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(Describe(nil, c.t, c.v, c.mode)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

type sum struct{}

func (sum) OpaqueName() string { return "md5" }
func (sum) Clone() Opaque      { return sum{} }

func TestDescribeOfCyclesEnds(t *testing.T) {
	r := NewRecord(everyT)
	self := everyT.Rec.Lookup("self")
	r.Set(self, Rec(r))
	if got := string(Describe(nil, everyT, Rec(r), DescPrint)); !strings.HasSuffix(got, "self=<recursion>]") {
		t.Error(got)
	}
	list := NewRecord(everyT)
	for range 100_000 {
		next := NewRecord(everyT)
		next.Set(self, Rec(list))
		list = next
	}
	if got := string(Describe(nil, everyT, Rec(list), DescPrint)); !strings.Contains(got, "self=<recursion>]") {
		t.Error("a long list is printed to its end")
	}
	c := Clone(everyT, Rec(list)).Rec()
	n := 0
	for x, ok := c.Get(self); ok; x, ok = x.Rec().Get(self) {
		n++
	}
	if n != 100_000 {
		t.Errorf("the copy of a long list has %d links", n)
	}
}

func TestCloneKeepsSharing(t *testing.T) {
	self := everyT.Rec.Lookup("self")
	recs := types.NewVector(everyT)
	shared := NewRecord(everyT)
	shared.Set(self, Rec(shared))
	v := NewVector(recs)
	v.Append(Rec(shared))
	v.Append(Rec(shared))
	tabT := types.NewTable(recs, types.CountT)
	tab := NewTable(tabT, nil)
	tab.SetOne(Count(1), Vec(v))
	tab.SetOne(Count(2), Any(types.CountT, Count(0)))
	tab.DeleteOne(Count(2))
	c := Clone(tabT, Tab(tab)).Table()
	w, _ := c.One(Count(1))
	a, _ := w.Vec().Get(0)
	b, _ := w.Vec().Get(1)
	inner, _ := a.Rec().Get(self)
	if a.Rec() == shared || a.Rec() != b.Rec() || inner.Rec() != a.Rec() {
		t.Error("a copy splits what is shared, or shares with its origin")
	}
	if !Equal(tabT, Tab(tab), Tab(c)) {
		t.Error("a copy differs")
	}
}

func TestSame(t *testing.T) {
	p, err := pattern.Compile("a", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		t          *types.Type
		v          Value
		same, copy bool // whether v is the same as itself boxed, and as its copy
	}{
		{"count", types.CountT, Count(1), true, true},
		{"addr", types.AddrT, addrOf(100), true, true},
		{"string", types.StringT, Str("a"), true, false},
		{"pattern", types.PatternT, Pat(p), true, false},
		{"record", pointT, point(1), true, false},
		{"opaque", types.NewOpaque("md5"), OpaqueVal(new(tally)), true, false},
	} {
		if Same(types.AnyT, Any(c.t, c.v), Any(c.t, c.v)) != c.same || Same(c.t, c.v, Clone(c.t, c.v)) != c.copy {
			t.Errorf("%s: not same %v, copy %v", c.name, c.same, c.copy)
		}
	}
}

type tally struct{ n int }

func (*tally) OpaqueName() string { return "tally" }
func (t *tally) Clone() Opaque    { return &tally{t.n} }

func TestCompare(t *testing.T) {
	ip := func(s string) Value { return Addr(netip.MustParseAddr(s)) }
	for _, c := range []struct {
		name string
		t    *types.Type
		less []Value // in ascending order
	}{
		{"int", types.IntT, []Value{Int(-2), Int(-1), Int(0), Int(5)}},
		{"count", types.CountT, []Value{Count(0), Count(5), Count(math.MaxUint64)}},
		{"double", types.DoubleT, []Value{Double(-1.5), Double(0), Double(0.25)}},
		{"string", types.StringT, []Value{Str(""), Str("a"), Str("a\x00"), Str("ab"), Str("\xff")}},
		{"addr", types.AddrT, []Value{ip("::1"), ip("1.2.3.4"), ip("1.2.3.5"), ip("2001::")}},
		{"port", types.PortT, []Value{Port(80, ProtoTCP), Port(443, ProtoTCP), Port(53, ProtoUDP)}},
		{"subnet", types.SubnetT, []Value{Subnet(netip.MustParsePrefix("10.0.0.0/8")), Subnet(netip.MustParsePrefix("10.0.0.0/16"))}},
	} {
		for i, a := range c.less {
			for j, b := range c.less {
				if Less(c.t, a, b) != (i < j) || Equal(c.t, a, b) != (i == j) {
					t.Errorf("%s: %d and %d of the list are out of order", c.name, i, j)
				}
			}
		}
	}
	nan := Double(math.NaN())
	if Equal(types.DoubleT, nan, nan) || Less(types.DoubleT, nan, Double(1)) {
		t.Error("nan has an order")
	}
}
