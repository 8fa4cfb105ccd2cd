package logging

import (
	"net/netip"
	"testing"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/val"
)

// everyType is a column of each type that travels.
func everyType() []Field {
	var fs []Field
	for _, name := range []string{"bool", "int", "count", "double", "time", "interval", "string", "port", "addr", "subnet", "enum", "func", "file",
		"set[addr]", "vector[string]"} {
		fs = append(fs, Field{Name: name, TypeName: name, T: typeOf(name), Optional: name == "port"})
	}
	return fs
}

func encodeRow(fields []Field, row []Cell) []byte {
	b := wire.AppendVector(nil, len(row))
	for i, c := range row {
		if !c.Set {
			b = wire.AppendNone(b)
			continue
		}
		b = newEncoder(fields[i].T)(b, c.V)
	}
	return b
}

func TestFieldsTravel(t *testing.T) {
	fields := everyType()
	got, ok := readFields(string(appendFields(wire.AppendNone(nil), fields)))
	if !ok || len(got) != len(fields) {
		t.Fatalf("read %d fields, %t", len(got), ok)
	}
	for i := range fields {
		if got[i].Name != fields[i].Name || got[i].TypeName != fields[i].TypeName || got[i].Optional != fields[i].Optional ||
			!types.Same(got[i].T, fields[i].T) {
			t.Errorf("%+v became %+v", fields[i], got[i])
		}
	}
}

func TestRowsTravel(t *testing.T) {
	fields := everyType()
	set := val.NewTable(types.NewSet(types.AddrT), nil)
	set.SetOne(val.Addr(netip.MustParseAddr("::1")), val.Value{})
	vec := val.NewVector(types.NewVector(types.StringT))
	vec.Append(val.Str("one"))
	vec.Resize(2)
	row := []Cell{{val.Bool(true), true}, {val.Int(-1), true}, {val.Count(1 << 63), true}, {val.Double(0.5), true}, {val.Time(1e9), true},
		{val.Interval(-1), true}, {val.Str("text"), true}, {}, {val.Addr(netip.MustParseAddr("1.2.3.4")), true},
		{val.Subnet(netip.MustParsePrefix("10.0.0.0/8")), true}, {val.Str("Log::UNKNOWN"), true}, {val.Str("f"), true}, {val.Str("file"), true},
		{val.Tab(set), true}, {val.Vec(vec), true}}
	f := &textFormat{sep: " ", setSep: ",", empty: "(empty)", unset: "-"}
	cols := f.compile(fields)
	want := string(cols.append(nil, row))
	rr := newRowReader(fields)
	r := wire.NewReader(encodeRow(fields, row))
	if !rr.read(&r) || r.Done() != nil {
		t.Fatal("the row cannot be read")
	}
	if got := string(cols.append(nil, rr.row)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// No bytes from another node make the decoding panic, and what is read can be written.
func FuzzReceive(f *testing.F) {
	fields := everyType()
	f.Add(appendFields(wire.AppendNone(nil), fields), encodeRow(fields, make([]Cell, len(fields))))
	f.Add([]byte{0xf6, 0xf6}, []byte{0x80})
	f.Fuzz(func(t *testing.T, about, rows []byte) {
		cols := fields
		if own, ok := readFields(string(about)); ok && own != nil {
			cols = own
		}
		rr := newRowReader(cols)
		text := (&textFormat{sep: "\t", setSep: ",", empty: "(empty)", unset: "-", utf8: true}).compile(cols)
		r := wire.NewReader(rows)
		for rr.read(&r) {
			text.append(nil, rr.row)
		}
	})
}
