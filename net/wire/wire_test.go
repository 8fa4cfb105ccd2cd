package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"math"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the vectors anew")

const vectorFile = "../../testdata/wire/vectors.txt"

func addr(s string) Address  { return Address{netip.MustParseAddr(s)} }
func subnet(s string) Subnet { return Subnet{netip.MustParsePrefix(s)} }

type vector struct {
	name  string
	bytes []byte
}

var dataVectors = []struct {
	name string
	d    Data
}{
	{"none", None{}},
	{"bool-false", Bool(false)},
	{"bool-true", Bool(true)},
	{"count-0", Count(0)},
	{"count-23", Count(23)},
	{"count-24", Count(24)},
	{"count-max", Count(math.MaxUint64)},
	{"int-0", Int(0)},
	{"int-1", Int(1)},
	{"int--1", Int(-1)},
	{"int-min", Int(math.MinInt64)},
	{"int-max", Int(math.MaxInt64)},
	{"real-1.5", Real(1.5)},
	{"real-inf", Real(math.Inf(-1))},
	{"string-empty", String("")},
	{"string-bytes", String("a\x00\xff")},
	{"address-v4", addr("10.1.2.3")},
	{"address-v6", addr("2001:db8::1")},
	{"subnet-v4", subnet("10.1.0.0/16")},
	{"subnet-v6", subnet("2001:db8::/32")},
	{"subnet-all", subnet("0.0.0.0/0")},
	{"port-unknown", Port{0, ProtoUnknown}},
	{"port-tcp", Port{443, ProtoTCP}},
	{"port-udp", Port{53, ProtoUDP}},
	{"port-icmp", Port{8, ProtoICMP}},
	{"timestamp", Timestamp(1542000000123456789)},
	{"timestamp-before-1970", Timestamp(-1)},
	{"timespan", Timespan(-1500000000)},
	{"enum", Enum("Broker::MEMORY")},
	{"set-empty", NewSet()},
	{"set", NewSet(String("b"), Count(1), String("a"))},
	{"table", NewTable(Entry{String("k"), Vector{Count(1), Int(1)}}, Entry{Count(2), NewSet(Bool(true))})},
	{"vector", Vector{None{}, Count(1), Vector{}}},
}

func messageVectors() []vector {
	args := func(b []byte) []byte { return AppendString(AppendCount(b, 7), "seven") }
	event := args(AppendEvent(BeginRouted(nil, MsgEvent, "bro/event/my"), "MyModule::my_event", NoTime, 2))
	event = Finish(event, 0)
	SetSeq(event, 258)
	parsed, err := ParseRouted(event[lengthBytes:], &Interner{})
	if err != nil {
		panic(err)
	}
	timed := Finish(AppendEvent(BeginRouted(nil, MsgEvent, "t"), "e", 1500000000000000000, 0), 0)
	w := LogWriter{Stream: "Test::LOG", Writer: "Log::WRITER_ASCII", Path: "test"}
	row := func(b []byte) []byte { return AppendString(AppendReal(AppendVector(b, 2), 0.5), "row") }
	create := AppendLogCreate(BeginRouted(nil, MsgLogCreate, "bro/logs/Test::LOG"), w)
	create = AppendVector(AppendNone(create), 1) // no configuration, one column
	create = Finish(AppendBool(AppendString(AppendString(AppendVector(create, 3), "num"), "count"), true), 0)
	write := Finish(AppendLogWrite(BeginRouted(nil, MsgLogWrite, "bro/logs/Test::LOG"), w, Place{3, 40}, 2, row(row(nil))), 0)
	id := Finish(AppendCount(AppendIDUpdate(BeginRouted(nil, MsgIDUpdate, "t"), "Mod::x"), 9), 0)
	return []vector{
		{"preface", []byte(Preface)},
		{"event", event},
		{"event-forwarded", Forward(parsed, "node-a")},
		{"event-with-time", timed},
		{"log-create", create},
		{"log-write", write},
		{"id-update", id},
		{"store", Finish(AppendNone(BeginStore(nil, "mystore")), 0)},
		{"hello", EncodeControl(MsgHello, &Hello{2, 2, "node-a", "bro", []string{"x"}, [][]byte{[]byte("bro/")}, "brogo", nil})},
		{"hello-events", EncodeControl(MsgHello, &Hello{MinVersion: 2, MaxVersion: 2, ID: "a", Events: [][]byte{[]byte("t/"), {}}})},
		{"ready", EncodeControl(MsgReady, &Ready{})},
		{"subscriptions", EncodeControl(MsgSubs, &Subs{Add: [][]byte{[]byte("a")}, Remove: [][]byte{[]byte("b"), {}}})},
		{"subscriptions-events", EncodeControl(MsgSubs, &Subs{AddEvents: [][]byte{[]byte("a")}, RemoveEvents: [][]byte{[]byte("b")}})},
		{"ping", EncodeControl(MsgPing, nil)},
		{"pong", EncodeControl(MsgPong, nil)},
		{"received", EncodeControl(MsgReceived, &Received{Seqs: []uint64{258, 300}})},
		{"close", EncodeControl(MsgClose, &Close{CloseDialect, "node runs dialect zeek, peer bro"})},
	}
}

// The bytes on the wire do not change by accident, and a CBOR library agrees that they are CBOR.
func TestVectors(t *testing.T) {
	var all []vector
	for _, v := range dataVectors {
		all = append(all, vector{v.name, Encode(v.d)})
	}
	all = append(all, messageVectors()...)
	var out strings.Builder
	out.WriteString("# name, bytes, meaning in CBOR's diagnostic notation (frames: after the four bytes of length)\n")
	for _, v := range all {
		body := v.bytes
		if v.bytes[0] == 0 && v.name != "count-0" {
			body = body[lengthBytes:]
		}
		meaning := "the preface"
		if v.name != "preface" {
			var err error
			if meaning, err = cbor.Diagnose(body); err != nil {
				t.Errorf("%s: not CBOR: %v", v.name, err)
			}
		}
		fmt.Fprintf(&out, "%s\t%s\t%s\n", v.name, hex.EncodeToString(v.bytes), meaning)
	}
	if *update {
		if err := os.WriteFile(vectorFile, []byte(out.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("the wire format changed:\n%s", out.String())
	}
	for _, v := range dataVectors {
		b := Encode(v.d)
		d, err := Decode(b)
		if err != nil || !Equal(d, v.d) {
			t.Errorf("%s: decoded %v, %v", v.name, d, err)
		}
		r := NewReader(b)
		if !bytes.Equal(r.Skip(), b) || r.Done() != nil {
			t.Errorf("%s: skipped wrongly: %v", v.name, r.Err())
		}
		for i := range b {
			if _, err := Decode(b[:i]); err == nil {
				t.Errorf("%s: decoded from only %d bytes", v.name, i)
			}
		}
	}
}

func TestRefusesOtherForms(t *testing.T) {
	for text, want := range map[string]error{
		"":                                       ErrShort,
		"1800":                                   ErrSyntax, // 0 in two bytes
		"f90000":                                 ErrSyntax, // a half-precision real
		"9f01ff":                                 ErrSyntax, // indefinite length
		"d8a018":                                 ErrShort,
		"d8a01bffffffffffffff":                   ErrShort,
		"d8a01bffffffffffffffff":                 ErrSyntax, // does not fit an int
		"d8a0a0":                                 ErrSyntax,
		"d8a11a00040000":                         ErrSyntax, // no such protocol
		"d8344161":                               ErrSyntax, // IPv4 address of one byte
		"d8345000000000000000000000000000000000": ErrSyntax, // of sixteen
		"d83482182140":                           ErrSyntax, // prefix of 33 bits
		"d8348208420a00":                         ErrSyntax, // zeros not left out
		"d8348208420a01":                         ErrSyntax, // bits beyond the prefix
		"9bffffffffffffffff":                     ErrShort,
		"bbffffffffffffffff":                     ErrShort,
		"5affffffff00":                           ErrShort,
		"61ff":                                   ErrSyntax, // a name that is not UTF-8
		"d90102820101":                           ErrSyntax, // twice in a set
		"a201000100":                             ErrSyntax, // twice in a table
		"d9010301":                               ErrSyntax,
		"0000":                                   ErrSyntax, // more than one value
		strings.Repeat("81", 65) + "00":          ErrLimit,
	} {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if d, err := Decode(b); !errors.Is(err, want) {
			t.Errorf("%s: got %v, %v, want %v", text, d, err, want)
		}
	}
	if d, err := Decode([]byte{0xd9, 0x01, 0x02, 0x82, 0x02, 0x01}); err != nil || !Equal(d, NewSet(Count(1), Count(2))) {
		t.Errorf("a set in another order: got %v, %v", d, err)
	}
	if _, err := Decode(append([]byte{0x9a, 0, 0x50, 0, 0}, make([]byte, 0x500000)...)); !errors.Is(err, ErrLimit) {
		t.Errorf("five million elements: got %v", err)
	}
}

func TestOrderIsByKindThenValue(t *testing.T) {
	var prev Data
	for _, v := range dataVectors {
		if prev != nil && prev.Kind() > v.d.Kind() {
			// The vectors list count before int and so on, as the kinds do.
			t.Errorf("%s is out of order", v.name)
		}
		prev = v.d
	}
	inOrder := []Data{Real(math.NaN()), Real(-1), Real(math.Copysign(0, -1)), String(""), String("a"), String("aa"), String("b"),
		addr("10.0.0.1"), addr("::ffff:10.0.0.1"), addr("10.0.0.2"), addr("2001::"), subnet("10.0.0.0/8"), subnet("10.0.0.0/9"),
		Port{1, ProtoUDP}, Port{2, ProtoTCP}, NewSet(), NewSet(Count(1)), NewSet(Count(1), Count(2)), NewSet(Count(2)),
		NewTable(), NewTable(Entry{Count(1), Count(1)}), NewTable(Entry{Count(1), Count(2)}), Vector{}, Vector{None{}}}
	for i, a := range inOrder {
		for j, b := range inOrder {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if _, ok := a.(Real); ok && i != j && b.Kind() == KindReal {
				if (Compare(a, b) < 0) == (Compare(b, a) < 0) {
					t.Errorf("%v and %v have no order", a, b)
				}
				continue
			}
			if got := Compare(a, b); got != want {
				t.Errorf("Compare(%v, %v) = %d", a, b, got)
			}
		}
	}
}

func genData(depth int) *rapid.Generator[Data] {
	scalars := []*rapid.Generator[Data]{
		rapid.Just[Data](None{}),
		rapid.Map(rapid.Bool(), func(v bool) Data { return Bool(v) }),
		rapid.Map(rapid.Uint64(), func(v uint64) Data { return Count(v) }),
		rapid.Map(rapid.Int64(), func(v int64) Data { return Int(v) }),
		rapid.Map(rapid.Float64(), func(v float64) Data { return Real(v) }),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 30), func(v []byte) Data { return String(v) }),
		rapid.Map(rapid.Int64(), func(v int64) Data { return Timestamp(v) }),
		rapid.Map(rapid.Int64(), func(v int64) Data { return Timespan(v) }),
		rapid.Map(rapid.String(), func(v string) Data { return Enum(v) }),
		rapid.Map(rapid.Uint32Max(0x3ffff), func(v uint32) Data { return Port{uint16(v), Proto(v >> 16)} }),
		rapid.Custom(func(t *rapid.T) Data {
			size := rapid.SampledFrom([]int{4, 16}).Draw(t, "family")
			a, _ := netip.AddrFromSlice(rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "address"))
			bits := rapid.IntRange(-1, size*8).Draw(t, "bits")
			if bits < 0 {
				return Address{a}
			}
			p, _ := a.Prefix(bits)
			return Subnet{p}
		}),
	}
	if depth == 0 {
		return rapid.OneOf(scalars...)
	}
	items := rapid.SliceOfN(rapid.Deferred(func() *rapid.Generator[Data] { return genData(depth - 1) }), 0, 5)
	return rapid.OneOf(append(scalars,
		rapid.Map(items, func(v []Data) Data { return Vector(v) }),
		rapid.Map(items, func(v []Data) Data { return NewSet(v...) }),
		rapid.Map(items, func(v []Data) Data {
			t := &Table{}
			for i := 0; i+1 < len(v); i += 2 {
				t.Put(v[i], v[i+1])
			}
			return t
		}))...)
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := genData(3).Draw(rt, "data")
		b := Encode(d)
		if err := cbor.Wellformed(b); err != nil {
			rt.Fatalf("not CBOR: %v", err)
		}
		got, err := Decode(b)
		if err != nil || !Equal(got, d) || !bytes.Equal(Encode(got), b) {
			rt.Fatalf("%v came back as %v: %v", d, got, err)
		}
		if c := Clone(d); !Equal(c, d) || Format(c, false) != Format(d, false) {
			rt.Fatalf("the copy of %v is %v", d, c)
		}
	})
}

func TestFramerCutsAnywhere(t *testing.T) {
	stream := []byte(Preface)
	var want [][]byte
	for _, v := range messageVectors()[1:] {
		stream = append(stream, v.bytes...)
		want = append(want, v.bytes[lengthBytes:])
	}
	for step := 1; step < 80; step++ {
		var f Framer
		var got [][]byte
		var err error
		for rest := stream; len(rest) > 0; {
			n := min(step, len(rest))
			if got, err = f.Feed(bytes.Clone(rest[:n]), got); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if len(got) != len(want) {
			t.Fatalf("steps of %d bytes: %d frames, want %d", step, len(got), len(want))
		}
		for i := range want {
			if !bytes.Equal(got[i], want[i]) {
				t.Fatalf("steps of %d bytes: frame %d differs", step, i)
			}
		}
	}
	var f Framer
	if _, err := f.Feed([]byte("\x89BROGO\n"), nil); !errors.Is(err, ErrPreface) {
		t.Errorf("wrong line end: got %v", err)
	}
	f = Framer{}
	if _, err := f.Feed([]byte(Preface+"\xff\xff\xff\xff"), nil); !errors.Is(err, ErrFrame) {
		t.Errorf("a huge length: got %v", err)
	}
}

func TestHeaders(t *testing.T) {
	var names Interner
	for _, v := range messageVectors()[1:7] {
		m, err := ParseRouted(v.bytes[lengthBytes:], &names)
		if err != nil {
			t.Fatalf("%s: %v", v.name, err)
		}
		if m.Kind != KindOf(v.bytes[lengthBytes:]) {
			t.Errorf("%s: kind %d", v.name, m.Kind)
		}
		again, err := ParseRouted(Forward(m, "x")[lengthBytes:], &names)
		if err != nil || again.Hops != m.Hops+1 || again.Origin != "x" || again.Seq != m.Seq || !bytes.Equal(again.Payload, m.Payload) {
			t.Errorf("%s: forwarded as %+v, %v", v.name, again, err)
		}
		for i := range len(v.bytes) - len(m.Payload) - lengthBytes + 1 {
			if _, err := ParseRouted(v.bytes[lengthBytes:lengthBytes+i], &names); err == nil {
				t.Errorf("%s: parsed from %d bytes", v.name, i)
			}
		}
	}
	m := Routed{Kind: MsgEvent, Hops: MaxHops, Payload: []byte{0}}
	if _, err := ParseRouted(Forward(m, "x")[lengthBytes:], &names); err == nil {
		t.Error("more hops than allowed were parsed")
	}
}

func TestHelloNamesWhyItIsRefused(t *testing.T) {
	own := Hello{MinVersion: 2, MaxVersion: 3, ID: "me", Dialect: "zeek"}
	for _, c := range []struct {
		peer Hello
		code CloseCode
		want string
	}{
		{Hello{MinVersion: 3, MaxVersion: 9, ID: "you", Dialect: "zeek"}, 0, ""},
		{Hello{MinVersion: 2, MaxVersion: 2, ID: "you"}, 0, ""},
		{Hello{MinVersion: 1, MaxVersion: 1, ID: "you", Dialect: "zeek"}, CloseVersion, "node speaks protocol version 2-3, peer 1"},
		{Hello{MinVersion: 2, MaxVersion: 2, ID: "you", Dialect: "bro"}, CloseDialect, "node runs dialect zeek, peer bro"},
		{Hello{MinVersion: 2, MaxVersion: 2, ID: "me", Dialect: "zeek"}, CloseSelf, "node cannot peer with itself"},
		{Hello{MinVersion: 2, MaxVersion: 2}, CloseProtocol, "peer has no valid node id"},
	} {
		got := c.peer.Check(&own, false)
		if c.want == "" {
			if got != nil {
				t.Errorf("%+v: refused: %v", c.peer, got)
			}
		} else if got == nil || got.Code != c.code || got.Reason != c.want {
			t.Errorf("%+v: got %v, want %q", c.peer, got, c.want)
		}
	}
	other := Hello{MinVersion: 2, MaxVersion: 2, ID: "you", Dialect: "bro"}
	if got := other.Check(&own, true); got != nil {
		t.Errorf("another dialect, though allowed: %v", got)
	}
	for _, garbage := range []string{"", "82", "8210", "8210ff", "82109fff", "8210a1019bffffffffffffffff", "8211a0"} {
		b, _ := hex.DecodeString(garbage)
		var h Hello
		if err := DecodeControl(b, MsgHello, &h); err == nil {
			t.Errorf("%q was read as a hello", garbage)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, v := range dataVectors {
		f.Add(Encode(v.d))
	}
	for _, v := range messageVectors()[1:] {
		f.Add(v.bytes[lengthBytes:])
	}
	deep, err := cbor.DecOptions{MaxNestedLevels: 4 * MaxDepth}.DecMode()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, err := Decode(b); err == nil {
			again, err := Decode(Encode(d))
			if err != nil || !Equal(again, d) {
				t.Fatalf("%v came back as %v: %v", d, again, err)
			}
			if err := deep.Wellformed(b); err != nil {
				t.Fatalf("%x was decoded but is not CBOR: %v", b, err)
			}
		}
		var names Interner
		if m, err := ParseRouted(b, &names); err == nil {
			r := NewReader(m.Payload)
			r.Event()
			r = NewReader(m.Payload)
			r.LogWrite()
		}
		ParseStore(b, &names)
		DecodeControl(b, MsgHello, &Hello{})
		DecodeControl(b, MsgSubs, &Subs{})
		DecodeControl(b, MsgClose, &Close{})
		var fr Framer
		fr.Feed(b, nil)
	})
}

func BenchmarkEvent(b *testing.B) {
	b.ReportAllocs()
	var names Interner
	buf := make([]byte, 0, 256)
	for i := 0; b.Loop(); i++ {
		buf = AppendEvent(BeginRouted(buf[:0], MsgEvent, "bench/items"), "item", NoTime, 2)
		buf = Finish(AppendString(AppendCount(buf, uint64(i)), "host.example.com"), 0)
		SetSeq(buf, uint64(i))
		m, err := ParseRouted(buf[lengthBytes:], &names)
		r := NewReader(m.Payload)
		_, _, n := r.Event()
		if r.Count() != uint64(i) || r.Str() != "host.example.com" || n != 2 || r.Done() != nil || err != nil {
			b.Fatal(r.Err())
		}
	}
}

func BenchmarkEncodeEvent(b *testing.B) {
	b.ReportAllocs()
	buf := make([]byte, 0, 256)
	for i := 0; b.Loop(); i++ {
		buf = AppendEvent(BeginRouted(buf[:0], MsgEvent, "bench/items"), "item", NoTime, 2)
		buf = Finish(AppendString(AppendCount(buf, uint64(i)), "host.example.com"), 0)
	}
}

// BenchmarkEventByReflection is what BenchmarkEvent is measured against: the payload alone, by the CBOR library.
func BenchmarkEventByReflection(b *testing.B) {
	type event struct {
		_    struct{} `cbor:",toarray"`
		Name []byte
		NS   any
		Args []any
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		buf, err := control.enc.Marshal(event{Name: []byte("item"), Args: []any{uint64(i), []byte("host.example.com")}})
		var e event
		if err != nil || cbor.Unmarshal(buf, &e) != nil || e.Args[0] != uint64(i) {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeEventByReflection(b *testing.B) {
	type event struct {
		_    struct{} `cbor:",toarray"`
		Name []byte
		NS   any
		Args []any
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := control.enc.Marshal(event{Name: []byte("item"), Args: []any{uint64(i), []byte("host.example.com")}}); err != nil {
			b.Fatal(err)
		}
	}
}
