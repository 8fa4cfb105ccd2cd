package val

import (
	"encoding/json"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
)

// colorT is an enum, everyT a record with a field of every type that JSON can hold.
var (
	colorT = func() *types.Type {
		e := &types.Type{Tag: types.Enum, Name: "Color", Enum: &types.EnumInfo{}}
		e.Enum.Add("Red", 0)
		e.Enum.Add("Paint::Blue", 7)
		return e
	}()
	stringSet = types.NewSet(types.StringT)
	everyT    = func() *types.Type {
		opt := types.Attrs{{Kind: types.AttrOptional}}
		t := types.NewRecord()
		t.Name = "Every"
		for _, f := range []types.Field{
			{Name: "b", Type: types.BoolT, Attrs: types.Attrs{{Kind: types.AttrLog}, {Kind: types.AttrOptional}}},
			{Name: "i", Type: types.IntT},
			{Name: "_c", Type: types.CountT},
			{Name: "d", Type: types.DoubleT},
			{Name: "t", Type: types.TimeT},
			{Name: "iv", Type: types.IntervalT},
			{Name: "s", Type: types.StringT},
			{Name: "p", Type: types.PortT},
			{Name: "a", Type: types.AddrT},
			{Name: "n", Type: types.SubnetT},
			{Name: "e", Type: colorT},
			{Name: "re", Type: types.PatternT},
			{Name: "v", Type: types.NewVector(types.StringT)},
			{Name: "ss", Type: stringSet},
			{Name: "ap", Type: types.NewSet(types.AddrT, types.PortT)},
			{Name: "ts", Type: types.NewTable(types.CountT, types.StringT)},
			{Name: "tc", Type: types.NewTable(types.StringT, types.CountT)},
			{Name: "tap", Type: types.NewTable(types.StringT, types.AddrT, types.PortT)},
		} {
			if len(f.Attrs) == 0 {
				f.Attrs = opt
			}
			t.Rec.Append(&f)
		}
		t.Rec.Append(&types.Field{Name: "self", Type: t, Attrs: opt})
		return t
	}()
)

// every makes a record with all fields set but the last.
func every(t testing.TB) *Record {
	r := NewRecord(everyT)
	re, err := pattern.Compile("a|b", 0)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name string, v Value) { r.Set(everyT.Rec.Lookup(name), v) }
	typ := func(name string) *types.Type { return everyT.Rec.Fields[everyT.Rec.Lookup(name)].Type }
	set("b", Bool(true))
	set("i", Int(-5))
	set("_c", Count(math.MaxUint64))
	set("d", Double(2.5))
	set("t", Time(1500000000.5))
	set("iv", Interval(93784.5))
	set("s", Str("q\"\\\n\x01ü"))
	set("p", Port(80, ProtoTCP))
	a := Addr(netip.MustParseAddr("10.0.0.1"))
	set("a", a)
	set("n", Subnet(netip.MustParsePrefix("2001:db8::/32")))
	set("e", Enum(7))
	set("re", Pat(re))
	v := NewVector(typ("v"))
	v.Append(Str("x"))
	v.Append(Str(""))
	set("v", Vec(v))
	tab := func(name string, val Value, keys ...Value) {
		t := NewTable(typ(name), nil)
		t.Set(keys, val)
		set(name, Tab(t))
	}
	tab("ss", Value{}, Str("one"))
	tab("ap", Value{}, a, Port(53, ProtoUDP))
	tab("ts", Count(1), Str(`k"`))
	tab("tc", Str("five"), Count(5))
	tab("tap", Str("z"), a, Port(1, ProtoICMP))
	return r
}

func TestJSONWriter(t *testing.T) {
	under, err := pattern.Compile("^_", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		w    JSONWriter
		want string
	}{
		{"all", JSONWriter{Escape: under}, `{"b":true,"i":-5,"c":18446744073709551615,"d":2.5,"t":1500000000.5,` +
			`"iv":"1.0 day 2.0 hrs 3.0 mins 4.0 secs 500.0 msecs","s":"q\"\\\n\\x01\\xc3\\xbc","p":{"port":80,"proto":"tcp"},` +
			`"a":"10.0.0.1","n":"2001:db8::/32","e":"Paint::Blue","re":"/^?(a|b)$?/","v":["x",""],"ss":["one"],` +
			`"ap":[["10.0.0.1",{"port":53,"proto":"udp"}]],"ts":{"k\\\"":1},"tc":{"5":"five"},` +
			`"tap":{"[\"10.0.0.1\",{\"port\":1,\"proto\":\"icmp\"}]":"z"}}`},
		{"loggable", JSONWriter{OnlyLoggable: true}, `{"b":true}`},
		{"2.6", JSONWriter{Escape: under, Bro: true}, `{"b": true, "i": -5, "c": 18446744073709551615, "d": 2.5, "t": 1500000000.5, ` +
			`"iv": "1.0 day 2.0 hrs 3.0 mins 4.0 secs 500.0 msecs", "s": "q\"\\\\x0a\\x01\\xc3\\xbc", "p": 80, ` +
			`"a": "10.0.0.1", "n": "2001:db8::/32", "e": "Paint::Blue", "re": "", "v": ["x", ""], "ss": ["one"], ` +
			`"ap": [["10.0.0.1", 53]], "ts": {"k\"": 1}, "tc": {"5": "five"}, ` +
			`"tap": {"["10.0.0.1", 1]": "z"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := every(t)
			got := string(c.w.Append(nil, everyT, Rec(r)))
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if c.name != "2.6" && !json.Valid([]byte(got)) {
				t.Error("not valid JSON")
			}
		})
	}
}

func TestJSONNumbers(t *testing.T) {
	for _, c := range []struct {
		f    float64
		want string
	}{
		{0, "0.0"}, {math.Copysign(0, -1), "-0.0"}, {1, "1.0"}, {-1.5, "-1.5"}, {1e10, "10000000000.0"}, {0.001, "0.001"},
		{1e-6, "0.000001"}, {1.5e-6, "0.0000015"}, {1e-7, "1e-7"}, {1.25e-7, "1.25e-7"}, {1e20, "100000000000000000000.0"}, {1e21, "1e21"},
		{1.5e21, "1.5e21"}, {123456789012345678901234, "1.2345678901234569e23"}, {1e15, "1000000000000000.0"},
		{1681652265.042767, "1681652265.042767"}, {math.Inf(1), "null"}, {math.NaN(), "null"}, {5e-324, "5e-324"},
	} {
		if got := string(AppendJSONDouble(nil, c.f)); got != c.want {
			t.Errorf("%g: got %s, want %s", c.f, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Draw(t, "f")
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return
		}
		s := string(AppendJSONDouble(nil, f))
		if back, err := strconv.ParseFloat(s, 64); err != nil || back != f || !json.Valid([]byte(s)) {
			t.Fatalf("%g is written as %s", f, s)
		}
	})
}

func TestUTF8OrEscaped(t *testing.T) {
	for in, want := range map[string]string{
		"plain\n": "plain\n", "ü": "ü", "\x07": `\x07`, "ü\xff": `\xc3\xbc\xff`, "\x7f": `\x7f`, "\u0085": `\xc2\x85`, "\ue000": `\xee\x80\x80`,
		"\ufffd": `\xef\xbf\xbd`, "\xed\xa0\x80": `\xed\xa0\x80`, "😀": "😀",
	} {
		if got := UTF8OrEscaped(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

func TestJSONRoundTrip(t *testing.T) {
	// A table key with a quote is escaped twice, so that it would not come back.
	ts := everyT.Rec.Lookup("ts")
	plain := NewTable(everyT.Rec.Fields[ts].Type, nil)
	plain.SetOne(Str("plain"), Count(1))
	r, inner := every(t), every(t)
	r.Set(ts, Tab(plain))
	inner.Set(ts, Tab(plain))
	r.Set(everyT.Rec.Lookup("s"), Str("q\"\\\nü"))
	r.Set(everyT.Rec.Lookup("self"), Rec(inner))
	text := string((&JSONWriter{}).Append(nil, everyT, Rec(r)))
	v, set, err := (&JSONReader{}).Read(text, everyT)
	if err != nil || !set {
		t.Fatal(err)
	}
	if back := string((&JSONWriter{}).Append(nil, everyT, v)); back != text {
		t.Errorf("got  %s\nwant %s", back, text)
	}
}

func TestJSONErrors(t *testing.T) {
	req := types.NewRecord(&types.Field{Name: "x", Type: types.CountT})
	req.Name = "M::Req"
	for _, c := range []struct {
		t          *types.Type
		text, want string
	}{
		{types.CountT, "", "JSON parse error: The document is empty. Offset: 0"},
		{types.CountT, "  ", "JSON parse error: The document is empty. Offset: 2"},
		{types.CountT, "1 2", "JSON parse error: The document root must not be followed by other values. Offset: 2"},
		{types.CountT, "nul", "JSON parse error: Invalid value. Offset: 3"},
		{types.CountT, "{]", "JSON parse error: Missing a name for object member. Offset: 1"},
		{types.CountT, `{"a" 1}`, "JSON parse error: Missing a colon after a name of object member. Offset: 5"},
		{types.CountT, `{"a": 1 "b"}`, "JSON parse error: Missing a comma or } after an object member. Offset: 8"},
		{types.CountT, `[1 2]`, "JSON parse error: Missing a comma or ] after an array element. Offset: 3"},
		{types.CountT, `[1,]`, "JSON parse error: Invalid value. Offset: 3"},
		{types.CountT, `"abc`, "JSON parse error: Missing a closing quotation mark in string. Offset: 4"},
		{types.CountT, `"a\q"`, "JSON parse error: Invalid escape character in string. Offset: 2"},
		{types.CountT, `"\u12x4"`, "JSON parse error: Incorrect hex digit after \\u escape in string. Offset: 1"},
		{types.CountT, `"\ud800"`, "JSON parse error: The surrogate pair in string is invalid. Offset: 1"},
		{types.CountT, "\"a\nb\"", "JSON parse error: Invalid encoding in string. Offset: 2"},
		{types.CountT, "1.", "JSON parse error: Miss fraction part in number. Offset: 2"},
		{types.CountT, "1e+", "JSON parse error: Miss exponent in number. Offset: 3"},
		{types.CountT, "1e999", "JSON parse error: Number too big to be stored in double. Offset: 0"},
		{types.CountT, strings.Repeat("[", 100_000), "JSON parse error: Terminate parsing due to Handler error. Offset: 500"},
		{types.CountT, "-1", "cannot convert JSON type 'number' to Zeek type 'count'"},
		{types.CountT, "1.0", "cannot convert JSON type 'number' to Zeek type 'count'"},
		{types.CountT, "true", "cannot convert JSON type 'bool' to Zeek type 'count'"},
		{types.IntT, "18446744073709551615", "cannot convert JSON type 'number' to Zeek type 'int'"},
		{types.BoolT, "[]", "cannot convert JSON type 'array' to Zeek type 'bool'"},
		{types.StringT, "{}", "cannot convert JSON type 'object' to Zeek type 'string'"},
		{stringSet, `{}`, "cannot convert JSON type 'object' to Zeek type 'table'"},
		{types.NewSet(types.StringT, types.CountT), `[["a"]]`, "index type doesn't match"},
		{colorT, `"Green"`, "'Green' is not a valid enum for 'Color'."},
		{types.PortT, `"80"`, `wrong port format, string must be /[0-9]{1,5}\/(tcp|udp|icmp|unknown)/`},
		{types.PortT, `{"port": 1}`, "wrong port format, object must have 'port' and 'proto' members"},
		{types.PortT, `1`, "wrong port format, must be string or object"},
		{types.IntervalT, `"1.0"`, "wrong interval format, must be pairs of values with units"},
		{types.IntervalT, `"1.0 year"`, "wrong interval format, invalid unit type year"},
		{types.SubnetT, `"10.0.0.0"`, "invalid value for subnet: '10.0.0.0'"},
		{types.PatternT, `"(("`, "error compiling pattern"},
		{req, `{}`, "required field M::Req$x is missing in JSON"},
		{req, `{"x": null}`, "required field M::Req$x is null in JSON"},
		{types.AnyT, `1`, "type 'any' unsupported"},
	} {
		_, _, err := (&JSONReader{}).Read(c.text, c.t)
		if err == nil || err.Error() != c.want {
			t.Errorf("%.40s as %s: got %v, want %s", c.text, c.t.Tag, err, c.want)
		}
	}
}

func TestJSONReaderHooks(t *testing.T) {
	rt := types.NewRecord(&types.Field{Name: "type_", Type: types.StringT}, &types.Field{Name: "a", Type: types.AddrT})
	var reported []string
	r := JSONReader{
		Key:    func(n string) (string, bool) { return strings.ReplaceAll(n, "type", "type_"), n != "bad" },
		Report: func(msg string) { reported = append(reported, msg) },
	}
	v, _, err := r.Read(`{"type": "x", "a": "1.2.3"}`, rt)
	if got := string(Describe(nil, rt, v, DescPrint)); err != nil || got != "[type_=x, a=::]" {
		t.Error(got, err)
	}
	if len(reported) != 1 || reported[0] != "Bad IP address: 1.2.3" {
		t.Error(reported)
	}
	if _, _, err := r.Read(`{"bad": 1}`, rt); err == nil || err.Error() != "key function error" {
		t.Error(err)
	}
	if _, set, err := r.Read(" null ", rt); set || err != nil {
		t.Error("null is a value", err)
	}
}

func TestJSONOfCyclesEnds(t *testing.T) {
	r := NewRecord(everyT)
	r.Set(everyT.Rec.Lookup("self"), Rec(r))
	if got := string((&JSONWriter{}).Append(nil, everyT, Rec(r))); got != `{"self":null}` {
		t.Error(got)
	}
}

func FuzzJSON(f *testing.F) {
	f.Add((&JSONWriter{}).Append(nil, everyT, Rec(every(f))))
	for _, s := range []string{"", "null", `{"s":"\ud83d\ude00\u0000"}`, `{"self":{"self":{}}}`, `{"v":["a",null]}`, `{"p":"80/tcp","a":"[::1]"}`,
		`{"iv":"1.0 day -2 secs","d":1e308,"i":-9223372036854775808}`, `[[[[`, `{"re":"/^?(x)$?/","n":"1.2.3.4/99"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		_, bad := parseJSON(string(text))
		if valid := json.Valid(text); valid && bad != "" && !strings.Contains(bad, "Number too big") && !strings.Contains(bad, "Terminate") &&
			!strings.Contains(bad, "surrogate") {
			t.Fatalf("encoding/json takes it, the reader says %s", bad)
		}
		v, set, err := (&JSONReader{}).Read(string(text), everyT)
		if err != nil || !set {
			return
		}
		first := (&JSONWriter{}).Append(nil, everyT, v)
		again, _, err := (&JSONReader{}).Read(string(first), everyT)
		if err != nil {
			t.Fatalf("%s is not read back: %v", first, err)
		}
		Describe(nil, everyT, again, DescText)
		if c := Clone(everyT, v); !Equal(everyT, c, v) && !strings.Contains(string(first), "null") {
			t.Fatalf("a copy of %s differs", first)
		}
	})
}
