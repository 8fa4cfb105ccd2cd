package wireval_test

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/val"
)

func set(t *types.Type, keys ...[]val.Value) val.Value {
	tab := val.NewTable(t, nil)
	for _, k := range keys {
		tab.Set(k, val.Value{})
	}
	return val.Tab(tab)
}

func color() *types.Type {
	e := &types.EnumInfo{}
	e.Add("Paint::RED", 1)
	e.Add("Paint::GREEN", 2)
	return &types.Type{Tag: types.Enum, Enum: e, Name: "Paint::Color"}
}

// Each value goes to bytes and back, by both ways, and shows as the data that a script prints.
func TestRoundTrip(t *testing.T) {
	red := color()
	pat, err := pattern.Compile("a+b", 0)
	if err != nil {
		t.Fatal(err)
	}
	pair := types.NewSet(types.CountT, types.StringT)
	vec := types.NewVector(types.DoubleT)
	doubles := val.NewVector(vec)
	doubles.Append(val.Double(1.5))
	doubles.Append(val.Double(-2))
	rt := types.NewRecord(&types.Field{Name: "a", Type: types.CountT}, &types.Field{Name: "b", Type: vec}, &types.Field{Name: "c", Type: types.StringT})
	rec := val.NewRecord(rt)
	rec.Set(0, val.Count(7))
	rec.Set(1, val.Vec(doubles))
	byRec := types.NewSet(rt)
	tt := types.NewTable(types.IntervalT, types.AddrT)
	tab := val.NewTable(tt, nil)
	tab.SetOne(val.Addr(netip.MustParseAddr("10.1.2.3")), val.Interval(1.25))
	for _, c := range []struct {
		t    *types.Type
		v    val.Value
		want string
	}{
		{types.BoolT, val.Bool(true), "T"},
		{types.IntT, val.Int(-5), "-5"},
		{types.CountT, val.Count(1 << 63), "9223372036854775808"},
		{types.DoubleT, val.Double(0.25), "0.250000"},
		{types.TimeT, val.Time(1.5), "1500000000ns"},
		{types.IntervalT, val.Interval(-0.5), "-500000000ns"},
		{types.StringT, val.Str("a\x00b"), "a\x00b"},
		{types.PortT, val.Port(53, val.ProtoUDP), "53/udp"},
		{types.AddrT, val.Addr(netip.MustParseAddr("2001:db8::1")), "2001:db8::1"},
		{types.SubnetT, val.Subnet(netip.MustParsePrefix("10.1.0.0/16")), "10.1.0.0/16"},
		{red, val.Enum(2), "Paint::GREEN"},
		{types.PatternT, val.Pat(pat), "[" + pat.Exact() + ", " + pat.Anywhere() + "]"},
		{vec, val.Vec(doubles), "[1.500000, -2.000000]"},
		{pair, set(pair, []val.Value{val.Count(2), val.Str("b")}, []val.Value{val.Count(1), val.Str("a")}), "{[1, a], [2, b]}"},
		{rt, val.Rec(rec), "[7, [1.500000, -2.000000], nil]"},
		{byRec, set(byRec, []val.Value{val.Rec(rec)}), "{[7, [1.500000, -2.000000], nil]}"},
		{tt, val.Tab(tab), "{10.1.2.3 -> 1250000000ns}"},
	} {
		codec := wireval.New(wireval.Config{})
		b, err := codec.Append(nil, c.t, c.v)
		if err != nil {
			t.Errorf("%s: %v", c.want, err)
			continue
		}
		r := wire.NewReader(b)
		back, err := codec.Read(&r, c.t)
		if err != nil || r.Done() != nil {
			t.Errorf("%s: %v, %v", c.want, err, r.Done())
			continue
		}
		if !val.Equal(c.t, c.v, back) {
			t.Errorf("%s came back as %s", c.want, val.Text(c.t, back))
		}
		d, err := codec.ToData(c.t, c.v)
		if err != nil {
			t.Errorf("%s: %v", c.want, err)
			continue
		}
		if got := wire.Format(d, false); got != c.want {
			t.Errorf("shows %s, want %s", got, c.want)
		}
		if back, err = codec.FromData(d, c.t); err != nil || !val.Equal(c.t, c.v, back) {
			t.Errorf("%s from data: %s, %v", c.want, val.Text(c.t, back), err)
		}
	}
}

// What does not fit is an error and never a value.
func TestMismatch(t *testing.T) {
	pair := types.NewRecord(&types.Field{Name: "a", Type: types.CountT}, &types.Field{Name: "b", Type: types.CountT})
	for _, c := range []struct {
		d wire.Data
		t *types.Type
	}{
		{wire.Int(1), types.CountT},
		{wire.String("x"), types.CountT},
		{wire.None{}, types.StringT},
		{wire.Enum("Paint::BLUE"), color()},
		{wire.Vector{wire.Count(1)}, pair},
		{wire.Vector{wire.Count(1), wire.String("x")}, pair},
		{wire.NewSet(wire.Count(1)), types.NewSet(types.CountT, types.CountT)},
		{wire.NewSet(wire.Count(1)), types.NewTable(types.CountT, types.CountT)},
		{wire.Vector{wire.String("("), wire.String("(")}, types.PatternT},
		{wire.String("f"), &types.Type{Tag: types.Func}},
		{wire.Count(1), types.NewOpaque("bloomfilter")},
		{wire.Count(1), types.AnyT}, // nobody knows the type Broker::Data
	} {
		if v, err := wireval.New(wireval.Config{}).FromData(c.d, c.t); err == nil {
			t.Errorf("%s became %s", wire.Format(c.d, false), val.Text(c.t, v))
		}
	}
}

// A record that contains itself ends in an error instead of never.
func TestCircle(t *testing.T) {
	rt := types.NewRecord()
	rt.Rec.Append(&types.Field{Name: "self", Type: rt})
	rec := val.NewRecord(rt)
	rec.Set(0, val.Rec(rec))
	if _, err := wireval.New(wireval.Config{}).Append(nil, rt, val.Rec(rec)); err == nil {
		t.Error("no error")
	}
}

func TestOpaqueText(t *testing.T) {
	o := &wireval.Opaque{Data: wire.NewSet(wire.String("b"), wire.String("a"))}
	if got := string(o.AppendText(nil)); got != "broker::data{{a, b}}" {
		t.Error(got)
	}
}

// Data that are nested deeper than may be end in an error, however often the type can follow.
func TestDeepData(t *testing.T) {
	rt := types.NewRecord()
	rt.Rec.Append(&types.Field{Name: "self", Type: rt})
	b := bytes.Repeat(wire.AppendVector(nil, 1), 1<<20)
	codec := wireval.New(wireval.Config{})
	for range 2 {
		r := wire.NewReader(b)
		if _, err := codec.Read(&r, rt); err == nil {
			t.Error("no error")
		}
	}
	r := wire.NewReader(wire.AppendNone(bytes.Repeat(wire.AppendVector(nil, 1), 10)))
	if _, err := codec.Read(&r, rt); err != nil {
		t.Error(err)
	}
}
