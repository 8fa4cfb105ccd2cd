package websocket

import (
	"bytes"
	"encoding/json"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/brogo/brogo/net/wire"
)

func of(kind, v string) string { return `{"@data-type":"` + kind + `","data":` + v + `}` }

// Every kind of data, in the form that is sent. All of them are read back as they were.
var forms = []struct {
	d    wire.Data
	text string
}{
	{wire.None{}, of("none", `{}`)},
	{wire.Bool(true), of("boolean", `true`)},
	{wire.Bool(false), of("boolean", `false`)},
	{wire.Count(0), of("count", `0`)},
	{wire.Count(math.MaxUint64), of("count", `18446744073709551615`)},
	{wire.Int(-1), of("integer", `-1`)},
	{wire.Int(math.MinInt64), of("integer", `-9223372036854775808`)},
	{wire.Real(1), of("real", `1.0`)},
	{wire.Real(-0.1), of("real", `-0.1`)},
	{wire.Real(1e300), of("real", `1e+300`)},
	{wire.Real(5e-324), of("real", `5e-324`)},
	{wire.Real(math.Copysign(0, -1)), of("real", `-0.0`)},
	{wire.Real(math.Inf(1)), of("real", `1e999`)},
	{wire.Real(math.Inf(-1)), of("real", `-1e999`)},
	{wire.Real(math.NaN()), of("real", `null`)},
	{wire.String(""), of("string", `""`)},
	{wire.String("a\"\\/\n\r\t\x00\x1b\x7fé😀"), of("string", `"a\"\\/\n\r\t\u0000\u001b\u007fé😀"`)},
	{wire.Address{Addr: netip.MustParseAddr("192.168.9.8")}, of("address", `"192.168.9.8"`)},
	{wire.Address{Addr: netip.MustParseAddr("2001:db8::1")}, of("address", `"2001:db8::1"`)},
	{wire.Subnet{Prefix: netip.MustParsePrefix("192.168.9.0/24")}, of("subnet", `"192.168.9.0/24"`)},
	{wire.Subnet{Prefix: netip.MustParsePrefix("::/0")}, of("subnet", `"::/0"`)},
	{wire.Port{Num: 8080, Proto: wire.ProtoTCP}, of("port", `"8080/tcp"`)},
	{wire.Port{Num: 53, Proto: wire.ProtoUDP}, of("port", `"53/udp"`)},
	{wire.Port{Num: 8, Proto: wire.ProtoICMP}, of("port", `"8/icmp"`)},
	{wire.Port{Num: 7}, of("port", `"7/?"`)},
	{wire.Timestamp(0), of("timestamp", `"1970-01-01T00:00:00.000"`)},
	{wire.Timestamp(1649574000250000000), of("timestamp", `"2022-04-10T07:00:00.250"`)},
	{wire.Timestamp(1649574000000123000), of("timestamp", `"2022-04-10T07:00:00.000123"`)},
	{wire.Timestamp(-1000000), of("timestamp", `"1969-12-31T23:59:59.999"`)},
	{wire.Timespan(0), of("timespan", `"0s"`)},
	{wire.Timespan(86400e9), of("timespan", `"86400s"`)},
	{wire.Timespan(-1500e6), of("timespan", `"-1500ms"`)},
	{wire.Timespan(7e3), of("timespan", `"7us"`)},
	{wire.Timespan(math.MinInt64), of("timespan", `"-9223372036854775808ns"`)},
	{wire.Enum("Notice::ACTION_LOG"), of("enum-value", `"Notice::ACTION_LOG"`)},
	{wire.Vector{}, of("vector", `[]`)},
	{wire.Vector{wire.Count(1), wire.Vector{wire.None{}}}, of("vector", `[`+of("count", "1")+`,`+of("vector", `[`+of("none", "{}")+`]`)+`]`)},
	{wire.NewSet(), of("set", `[]`)},
	{wire.NewSet(wire.Count(2), wire.Count(1)), of("set", `[`+of("count", "1")+`,`+of("count", "2")+`]`)},
	{wire.NewTable(), of("table", `[]`)},
	{wire.NewTable(wire.Entry{Key: wire.String("k"), Val: wire.Bool(true)}),
		of("table", `[{"key":`+of("string", `"k"`)+`,"value":`+of("boolean", `true`)+`}]`)},
}

// read turns a text into data, as decode does.
func read(text string) (wire.Data, error) {
	n, err := parse([]byte(text))
	if err != nil {
		return nil, err
	}
	return data(n, maxDepth)
}

func TestForms(t *testing.T) {
	seen := map[wire.Kind]bool{}
	for _, f := range forms {
		seen[f.d.Kind()] = true
		if got := string(wire.AppendJSON(nil, f.d, timeUnit)); got != f.text {
			t.Errorf("%s is sent as\n\t%s\nwant\n\t%s", wire.Format(f.d, false), got, f.text)
		}
		if !json.Valid([]byte(f.text)) {
			t.Errorf("no JSON: %s", f.text)
		}
		d, err := read(f.text)
		if err != nil || !bytes.Equal(wire.Encode(d), wire.Encode(f.d)) {
			t.Errorf("%s is read as %v, %v", f.text, d, err)
		}
	}
	for k := wire.KindNone; k <= wire.KindVector; k++ {
		if !seen[k] {
			t.Errorf("no form of %s", k)
		}
	}
}

// Forms that are read besides those that are sent.
func TestOtherForms(t *testing.T) {
	for _, f := range []struct {
		text string
		want wire.Data
	}{
		{`{"@data-type":"none"}`, wire.None{}},
		{"\r\n\t " + of("count", " 1 ") + " ", wire.Count(1)},
		{`{"data":1,"other":[{}],"@data-type":"count"}`, wire.Count(1)},
		{of("real", `1e3`), wire.Real(1000)},
		{of("string", `"\u00e4\ud83d\ude00\/"`), wire.String("ä😀/")},
		{of("address", `"::ffff:1.2.3.4"`), wire.Address{Addr: netip.MustParseAddr("1.2.3.4")}},
		{of("subnet", `"10.1.2.3/8"`), wire.Subnet{Prefix: netip.MustParsePrefix("10.0.0.0/8")}},
		{of("subnet", `"::ffff:10.1.2.3/104"`), wire.Subnet{Prefix: netip.MustParsePrefix("10.0.0.0/8")}},
		{of("port", `"80"`), wire.Port{Num: 80, Proto: wire.ProtoTCP}},
		{of("port", `"80/sctp"`), wire.Port{Num: 80}},
		{of("timestamp", `"2022-04-10T07:00:00"`), wire.Timestamp(1649574000e9)},
		{of("timestamp", `"2022-04-10T07:00:00.123456789Z"`), wire.Timestamp(1649574000123456789)},
		{of("timestamp", `"2022-04-10T09:30:00+02:30"`), wire.Timestamp(1649574000e9)},
		{of("timespan", `"1.5h"`), wire.Timespan(5400e9)},
		{of("timespan", `"-2min"`), wire.Timespan(-120e9)},
		{of("timespan", `"10ns"`), wire.Timespan(10)},
	} {
		if d, err := read(f.text); err != nil || !bytes.Equal(wire.Encode(d), wire.Encode(f.want)) {
			t.Errorf("%s is read as %v, %v", f.text, d, err)
		}
	}
	// What is no UTF-8 goes out as the characters of the bytes' numbers.
	if got := string(wire.AppendJSONString(nil, "a\xff\xc3")); got != `"a\u00ff\u00c3"` {
		t.Error(got)
	}
	for unit, want := range map[time.Duration]string{
		time.Microsecond: `"2022-04-10T07:00:00.250"`,
		time.Nanosecond:  `"2022-04-10T07:00:00.249999872"`,
	} {
		if got := string(wire.AppendJSON(nil, wire.Timestamp(1649574000249999872), unit)); got != of("timestamp", want) {
			t.Error(got)
		}
	}
}

func TestWrongForms(t *testing.T) {
	deep := strings.Repeat(`{"@data-type":"vector","data":[`, maxDepth)
	for _, text := range []string{
		``, `x`, `1`, `null`, `[]`, `{}`, `{"data":1}`, `{"@data-type":1,"data":1}`, `{"@data-type":"money","data":0}`, `{"@data-type":"count"}`,
		of("count", "1") + "1", `{"@data-type":"count","data":1`,
		of("boolean", `1`), of("boolean", `"true"`),
		of("count", `-1`), of("count", `1.0`), of("count", `"1"`), of("count", `18446744073709551616`), of("count", `1e2`),
		of("integer", `9223372036854775808`), of("integer", `1.5`), of("integer", `null`),
		of("real", `1`), of("real", `"1.0"`), of("real", `inf`), of("real", `NaN`),
		of("string", `1`), of("string", `null`), of("enum-value", `1`),
		of("address", `"1.2.3"`), of("address", `"fe80::1%eth0"`), of("address", `""`), of("address", `1`),
		of("subnet", `"10.0.0.0"`), of("subnet", `"10.0.0.0/33"`), of("port", `"65536/tcp"`), of("port", `"/tcp"`), of("port", `80`),
		of("timestamp", `"2022-04-10"`), of("timestamp", `"2022-04-10 07:00:00"`), of("timestamp", `"1000-01-01T00:00:00"`), of("timestamp", `1`),
		of("timespan", `"1"`), of("timespan", `"1d"`), of("timespan", `"1 s"`), of("timespan", `"s"`), of("timespan", `"infs"`),
		of("timespan", `"9223372036854775807s"`), of("timespan", `"1e30h"`), of("timespan", `1`),
		of("vector", `{}`), of("vector", `[1]`), of("set", `1`), of("set", `[1]`), of("set", `[`+of("count", "1")+`,`+of("count", "1")+`]`),
		of("table", `[1]`), of("table", `[{}]`), of("table", `[{"key":`+of("count", "1")+`}]`),
		of("table", `[{"key":`+of("count", "1")+`,"value":`+of("count", "1")+`},{"key":`+of("count", "1")+`,"value":`+of("count", "2")+`}]`),
		deep + of("vector", "[]") + strings.Repeat("]}", maxDepth),
		strings.Repeat("[", 1<<16),
		"[" + strings.Repeat("0,", maxNodes) + "0]",
	} {
		if d, err := read(text); err == nil {
			t.Errorf("%.100s is read as %s", text, wire.Format(d, false))
		}
	}
	deep = deep[:len(deep)-len(`{"@data-type":"vector","data":[`)]
	if _, err := read(deep + of("vector", "[]") + strings.Repeat("]}", maxDepth-1)); err != nil {
		t.Error("the greatest depth is not read: ", err)
	}
}

// Many elements in the worst order.
func TestLargeSet(t *testing.T) {
	var b strings.Builder
	for i := 100_000; i > 0; i-- {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.Write(wire.AppendJSON(nil, wire.Count(uint64(i)), timeUnit))
	}
	d, err := read(of("set", "["+b.String()+"]"))
	if err != nil || d.(*wire.Set).Len() != 100_000 {
		t.Fatal(err)
	}
}

const pingText = `{"type":"data-message","topic":"/t","@data-type":"vector","data":[{"@data-type":"count","data":1},{"@data-type":"count","data":1},` +
	`{"@data-type":"vector","data":[{"@data-type":"string","data":"ping"},{"@data-type":"vector","data":[{"@data-type":"count","data":7}]}`

func TestEvents(t *testing.T) {
	for _, meta := range []string{``, `,{"@data-type":"vector","data":[{"@data-type":"vector","data":[{"@data-type":"count","data":1},` +
		`{"@data-type":"timestamp","data":"2022-04-10T07:00:00.000"}]}]}`} {
		text := pingText + meta + `]}]}`
		ev, err := decode([]byte(text))
		if err != nil || ev.Topic != "/t" {
			t.Fatal(ev, err)
		}
		back, err := encode(ev.Topic, ev.Payload)
		if err != nil || string(back) != text {
			t.Errorf("%s is sent on as\n%s, %v", text, back, err)
		}
	}
	for text, want := range map[string]error{
		`{"topic":"t"}`:                                                   errDecode,
		`{"@data-type":"vector","data":[]}`:                               errTopic,
		`{"topic":1,"@data-type":"vector","data":[]}`:                     errTopic,
		`{"topic":"t","@data-type":"vector","data":[]}`:                   errEvent,
		`{"topic":"t","@data-type":"count","data":1}`:                     errEvent,
		strings.Replace(pingText, `"data":1}`, `"data":2}`, 1) + `]}]}`:   errEvent,
		strings.Replace(pingText, `"string"`, `"enum-value"`, 1) + `]}]}`: errEvent,
	} {
		if _, err := decode([]byte(text)); err != want {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
	if _, err := encode("t", []byte{0x83, 0x41, 'e', 0xf6, 0x9a, 0xff, 0xff, 0xff, 0xff}); err == nil {
		t.Error("an event that ends too early is sent")
	}
}

// What is read can be sent, and reads the same again.
func FuzzDecode(f *testing.F) {
	for _, form := range forms {
		f.Add(pingText[:len(pingText)-len(`{"@data-type":"count","data":7}]}`)] + form.text + `]}]}]}`)
	}
	f.Add(pingText + `,{"@data-type":"vector","data":[]}]}]}`)
	f.Add(`["/a","/b"]`)
	f.Fuzz(func(t *testing.T, text string) {
		ev, err := decode([]byte(text))
		if err != nil {
			return
		}
		sent, err := encode(ev.Topic, ev.Payload)
		if err != nil || !json.Valid(sent) {
			t.Fatalf("%v: %s", err, sent)
		}
		again, err := decode(sent)
		if err != nil || again.Topic != ev.Topic {
			t.Fatalf("%v: %s", err, sent)
		}
		twice, err := encode(again.Topic, again.Payload)
		if err != nil || !bytes.Equal(twice, sent) {
			t.Fatalf("%v: %s\n%s", err, sent, twice)
		}
	})
}
