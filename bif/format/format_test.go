package format

import (
	"math"
	"net/netip"
	"testing"
	"time"

	. "github.com/brogo/brogo/bif/biftest"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

type args = []any

var (
	color = func() *types.Type {
		e := &types.Type{Tag: types.Enum, Enum: &types.EnumInfo{}}
		e.Enum.Add("Red", 0)
		e.Enum.Add("Blue", 1)
		return e
	}()
	blue  = Arg{T: color, V: val.Enum(1)}
	http  = Arg{T: types.PortT, V: val.Port(80, val.ProtoTCP)}
	local = netip.MustParseAddr("127.0.0.1")
)

func TestFmt(t *testing.T) {
	var cases []Case
	for _, c := range []struct {
		want string
		args args
	}{
		{"test", args{"test"}},
		{"%", args{"%%"}},
		{"a%b", args{"a%%b"}},
		{"100% of 5", args{"%d%% of %d", 100, 5}},
		{"", nil},
		{"*test      *", args{"*%-10s*", "test"}},
		{"*      test*", args{"*%10s*", "test"}},
		{"*         T*", args{"*%10s*", true}},
		{"*  3.14e+00*", args{"*%10.2e*", math.Pi}},
		{"*3.14e+00  *", args{"*%-10.2e*", math.Pi}},
		{"*     -3.14*", args{"*%10.2f*", -math.Pi}},
		{"*-000003.14*", args{"*%010.2f*", -math.Pi}},
		{"*       3.1*", args{"*%10.2g*", math.Pi}},
		{"310 3.1e+10 0.0001 1e-05", args{"%g %g %g %g", 310.0, 3.1e10, 1e-4, 1e-5}},
		{"310.000000 3.100000e+02", args{"%f %e", 310.0, 310.0}},
		{"3 -0 1e+06", args{"%.0f %.0f %.0g", 2.5 + 0.5, math.Copysign(0, -1), 1e6}},
		{"inf -inf nan", args{"%f %e %g", math.Inf(1), math.Inf(-1), math.NaN()}},
		{"*   inf*", args{"*%06f*", math.Inf(1)}},
		{"*      -128*", args{"*%10d*", -128}},
		{"*-128      *", args{"*%-10d*", -128}},
		{"*0000000128*", args{"*%010d*", 128}},
		{"*-00000128*", args{"*%09d*", -128}},
		{"*00000000a0*", args{"*%010x*", 160}},
		{"ffffffffffffffff", args{"%x", -1}},
		{"18446744073709551615", args{"%d", Count(math.MaxUint64)}},
		{"1 1 80 50", args{"%d %d %d %x", true, blue, http, http}},
		{"Blue 80/tcp 3.5 T", args{"%s %s %s %s", blue, http, 3.5, true}},
		{"7f000001 fe000000000000000000000000000001", args{"%x %x", local, netip.MustParseAddr("fe00::1")}},
		{"*  7f000001*", args{"*%10x*", local}},
		{"[1, 2]", args{"%s", Vector(1, 2)}},
		{"\x00\xff", args{"%s", "\x00\xff"}},
		{"1973-11-29-21:33:09", args{"%D", Time(123456789.75)}},
		{"1973-11-29-21:33:09.750000000", args{"%T", Time(123456789.75)}},
	} {
		cases = append(cases, Case{Fn: "fmt", Args: c.args, Want: c.want})
	}
	cases = append(cases,
		Case{Fn: "fmt", Args: args{"%s", "a", "b"}, Want: "", Errors: "error: too many arguments for format"},
		Case{Fn: "fmt", Args: args{"%s %s", "a"}, Want: "", Errors: "error: too few arguments for format"},
		Case{Fn: "fmt", Args: args{"<%d>", "a"}, Want: "<>", Errors: "error: bad type for %d/%x format"},
		Case{Fn: "fmt", Args: args{"<%4f>", 1}, Want: "<    >", Errors: "error: bad type for floating-point format"},
		Case{Fn: "fmt", Args: args{"<%T>", 1}, Want: "<>", Errors: "error: bad type for Date/Time format"},
		Case{Fn: "fmt", Args: args{"<%q>", 1}, Want: "<>", Errors: "error: bad format"},
		Case{Fn: "fmt", Args: args{"<%", 1}, Want: "<", Errors: "error: bad format"},
		Case{Fn: "fmt", Args: args{"<%200d>", 1}, Want: "<d>", Errors: "error: excessive field width or precision"},
		Case{Fn: "fmt", Args: args{"<%99999999999999999999d>", 1}, Want: "<d>", Errors: "error: excessive field width or precision"},
		Case{Fn: "fmt", Args: args{"<%.3d>", 7}, Want: "<007>", Errors: "error: precision specified for non-floating point"},
		Case{Fn: "fmt", Args: args{"a\x00%d", 7}, Want: "", Errors: "error: string with embedded NUL: \"a\\x00%d\"\nerror: too many arguments for format"},
	)
	was := time.Local
	time.Local = time.UTC
	defer func() { time.Local = was }()
	New(dialect.Zeek, Rows()).Run(t, cases)
}

func TestCheckFormat(t *testing.T) {
	str := func(s string) ir.Expr { return &ir.Const{X: ir.X{T: types.StringT}, S: s} }
	num := &ir.Const{X: ir.X{T: types.CountT}}
	const mismatch = "mismatch between format string to util::fmt() and number of arguments passed"
	for _, c := range []struct {
		args []ir.Expr
		want string
	}{
		{nil, ""},
		{[]ir.Expr{str("%d%%"), num}, ""},
		{[]ir.Expr{str("%d")}, mismatch},
		{[]ir.Expr{str("x"), num}, mismatch},
		{[]ir.Expr{str("x%")}, "format string ends with bare '%'"},
		{[]ir.Expr{num}, "first argument to util::fmt() needs to be a format string"},
		{[]ir.Expr{&ir.LocalRef{X: ir.X{T: types.StringT}}, num, num}, ""},
	} {
		if got := checkFormat(c.args); got != c.want {
			t.Errorf("%d arguments: %q, want %q", len(c.args), got, c.want)
		}
	}
}

func TestRows(t *testing.T) {
	h := New(dialect.Zeek, Rows())
	h.Run(t, []Case{
		{Fn: "cat", Args: args{"foo", Count(3), true, 1.5}, Want: "foo3T1.5"},
		{Fn: "cat", Want: ""},
		{Fn: "cat_sep", Args: args{"|", "<empty>", "", 3, true}, Want: "<empty>|3|T"},
		{Fn: "print_raw", Args: args{"a\x01", 3, Vector(1, 2), "\n"}, Want: "T"},
		{Fn: "to_json", Args: args{Vector(1, 2), false, Arg{T: types.PatternT}, false}, Want: "[1,2]"},
	})
	h.M.Flush()
	if got := h.Out.String(); got != "a\x013[1, 2]\n" {
		t.Errorf("print_raw writes %q", got)
	}
}

func TestStrptime(t *testing.T) {
	for _, c := range []struct{ layout, in, want string }{
		{"%Y-%m-%d", "2012-10-19", "2012-10-19 00:00:00"},
		{"%m", "1980-10-24", ""}, // 19 is no month
		{"%Y-%m-%dT%H:%M:%S", "2012-10-19T13:14:15.25", "2012-10-19 13:14:15"},
		{"%F %T", "2012-10-19 13:14:15", "2012-10-19 13:14:15"},
		{"%d/%b/%Y:%H:%M:%S %z", "29/Nov/1973:21:33:09 +0100", "1973-11-29 21:33:09"},
		{"%A, %d %B %Y %I:%M %p", "thursday, 29 november 1973 09:33 pm", "1973-11-29 21:33:00"},
		{"%I %p", "12 AM", "1970-01-01 00:00:00"},
		{"%s", "123456789", "1973-11-29 21:33:09"},
		{"%y%m%d", "690101", "1969-01-01 00:00:00"},
		{"%y", "68", "2068-01-01 00:00:00"},
		{"%C %y", "18 12", "1812-01-01 00:00:00"},
		{"%Y %j", "2012 60", "2012-02-29 00:00:00"},
		{"%c", "Thu Nov 29 21:33:09 1973", "1973-11-29 21:33:09"},
		{"%H%%", "10%", "1970-01-01 10:00:00"},
		{"%Y", "x", ""}, {"%q", "x", ""}, {"a", "b", ""}, {"%", "", ""}, {"%E", "", ""},
		{"", "anything", "1970-01-01 00:00:00"},
	} {
		at, ok := parseTime(c.layout, c.in, time.UTC)
		got := ""
		if ok {
			got = at.Format(time.DateTime)
		}
		if got != c.want {
			t.Errorf("%q of %q: %q, want %q", c.layout, c.in, got, c.want)
		}
	}
}
