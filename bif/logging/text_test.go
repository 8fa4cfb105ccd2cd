package logging

import (
	"net/netip"
	"testing"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

func TestEscape(t *testing.T) {
	for _, tt := range []struct {
		utf8     bool
		seqs     []string
		in, want string
	}{
		{true, []string{"\t"}, "plain", "plain"},
		{true, []string{"\t"}, "a\tb", `a\x09b`},
		{true, []string{"\t"}, `a\b`, `a\\b`},
		{true, []string{"\t"}, "ü", "ü"},
		{false, []string{"\t"}, "ü", `\xc3\xbc`},
		{true, []string{"\t"}, "ü\xff", `\xc3\xbc\xff`},
		{true, []string{"\t"}, "ü\n", `\xc3\xbc\x0a`},
		{true, []string{"\t"}, "ü\tü\xff", `ü\x09\xc3\xbc\xff`},
		{true, []string{"||"}, "a|b||c", `a|b\x7c\x7cc`},
		{false, []string{"||"}, "a|b||c", `a|b\x7c\x7cc`},
		{true, []string{"ü"}, "aüb", `a\xc3\xbcb`},
		{true, []string{"\t", ","}, "1,2", `1\x2c2`},
		{true, nil, "\x7f", `\x7f`},
	} {
		if got := string(newEscaper(tt.utf8, tt.seqs...).append(nil, tt.in)); got != tt.want {
			t.Errorf("%q with %q, UTF-8 %t: %s, want %s", tt.in, tt.seqs, tt.utf8, got, tt.want)
		}
	}
}

func TestColumns(t *testing.T) {
	set := val.NewTable(types.NewSet(types.StringT), nil)
	set.SetOne(val.Str("a,b"), val.Value{})
	set.SetOne(val.Str(""), val.Value{})
	holes := val.NewVector(types.NewVector(types.CountT))
	holes.Set(0, val.Count(1))
	holes.Resize(2)
	for _, tt := range []struct {
		t    *types.Type
		v    val.Value
		want string
	}{
		{types.BoolT, val.Bool(true), "T"},
		{types.IntT, val.Int(-5), "-5"},
		{types.CountT, val.Count(1<<64 - 1), "18446744073709551615"},
		{types.DoubleT, val.Double(3.14), "3.14"},
		{types.DoubleT, val.Double(2), "2.0"},
		{types.TimeT, val.Time(1.5), "1.500000"},
		{types.TimeT, val.Time(-0.0000005), "-0.000001"},
		{types.TimeT, val.Time(0.9999999), "1.000000"},
		{types.TimeT, val.Time(2385642157), "2.385642157e+09"},
		{types.IntervalT, val.Interval(-60), "-60.000000"},
		{types.PortT, val.Port(443, val.ProtoTCP), "443"},
		{types.AddrT, val.Addr(netip.MustParseAddr("fe80::1")), "fe80::1"},
		{types.SubnetT, val.Subnet(netip.MustParsePrefix("10.1.0.0/16")), "10.1.0.0/16"},
		{types.StringT, val.Str(""), "(empty)"},
		{types.StringT, val.Str("-"), `\x2d`},
		{types.StringT, val.Str("(empty)"), `\x28empty)`},
		{set.T, val.Tab(set), `a\x2cb,(empty)`},
		{set.T, val.Tab(val.NewTable(set.T, nil)), "(empty)"},
		{holes.T, val.Vec(holes), "1,-"},
	} {
		f := &textFormat{sep: "\t", setSep: ",", empty: "(empty)", unset: "-", utf8: true}
		cols := f.compile([]Field{{Name: "x", T: tt.t}, {Name: "y", T: tt.t}})
		if got := string(cols.append(nil, []Cell{{tt.v, true}, {}})); got != tt.want+"\t-" {
			t.Errorf("%s: %s, want %s", tt.t, got, tt.want)
		}
	}
}

// A separator that occurs in numbers is escaped there, too.
func TestSeparatorInNumbers(t *testing.T) {
	f := &textFormat{sep: ".", setSep: ",", empty: "(empty)", unset: "-", utf8: true}
	cols := f.compile([]Field{{Name: "a", T: types.AddrT}, {Name: "d", T: types.DoubleT}})
	row := []Cell{{val.Addr(netip.MustParseAddr("1.2.3.4")), true}, {val.Double(0.5), true}}
	if got, want := string(cols.append(nil, row)), `1\x2e2\x2e3\x2e4.0\x2e5`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDefaultPath(t *testing.T) {
	for id, want := range map[string]string{
		"Conn::LOG": "conn", "FooBar::LOG": "foo_bar", "HTTP::LOG": "http", "Notice::ALARM_LOG": "notice_alarm", "Foo::Bar": "foo_bar", "PRINT": "print",
	} {
		if got := defaultPath(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

func BenchmarkRow(b *testing.B) {
	set := val.NewTable(types.NewSet(types.StringT), nil)
	set.SetOne(val.Str("x"), val.Value{})
	fields := []Field{{T: types.TimeT}, {T: types.CountT}, {T: types.AddrT}, {T: types.PortT}, {T: types.StringT}, {T: types.IntervalT}, {T: set.T}}
	row := []Cell{{val.Time(1500000000), true}, {val.Count(7), true}, {val.Addr(netip.MustParseAddr("10.1.2.3")), true},
		{val.Port(443, val.ProtoTCP), true}, {val.Str("ssl"), true}, {val.Interval(1.5), true}, {val.Tab(set), true}}
	f := &textFormat{sep: "\t", setSep: ",", empty: "(empty)", unset: "-", utf8: true}
	cols := f.compile(fields)
	buf := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		buf = cols.append(buf[:0], row)
	}
}
