package netaddr

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// obj is a map of the MaxMind DB format in the order of writing: key, value, key, value.
type obj []any

// encode appends a value in the format's data section encoding (maxmind.github.io/MaxMind-DB).
func encode(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		if len(v) >= 29 {
			return append(append(b, 2<<5|29, byte(len(v)-29)), v...)
		}
		return append(append(b, 2<<5|byte(len(v))), v...)
	case float64:
		return binary.BigEndian.AppendUint64(append(b, 3<<5|8), math.Float64bits(v))
	case uint16:
		return binary.BigEndian.AppendUint16(append(b, 5<<5|2), v)
	case uint32:
		return binary.BigEndian.AppendUint32(append(b, 6<<5|4), v)
	case uint64:
		return binary.BigEndian.AppendUint64(append(b, 8, 9-7), v)
	case obj:
		b = append(b, 7<<5|byte(len(v)/2))
		for _, x := range v {
			b = encode(b, x)
		}
		return b
	case []any:
		b = append(b, byte(len(v)), 11-7)
		for _, x := range v {
			b = encode(b, x)
		}
		return b
	}
	panic("geo_test: type")
}

// writeDatabase writes a database that knows 1.0.0.0/8 only.
func writeDatabase(t *testing.T, what string, v any) string {
	const nodes = 8 // one for each bit of the prefix
	var b []byte
	record := func(n uint32) { b = append(b, byte(n>>16), byte(n>>8), byte(n)) }
	for i := range uint32(nodes) {
		next, none := i+1, uint32(nodes)
		if i == nodes-1 {
			next = nodes + 16 // the first byte of the data section
			record(none)
			record(next)
			continue
		}
		record(next)
		record(none)
	}
	b = append(b, make([]byte, 16)...)
	b = encode(b, v)
	b = append(b, "\xab\xcd\xefMaxMind.com"...)
	b = encode(b, obj{"node_count", uint32(nodes), "record_size", uint16(24), "ip_version", uint16(4), "database_type", what,
		"binary_format_major_version", uint16(2), "binary_format_minor_version", uint16(0), "build_epoch", uint64(1)})
	path := filepath.Join(t.TempDir(), what+".mmdb")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDatabase(t *testing.T) {
	city := writeDatabase(t, "city", obj{
		"country", obj{"iso_code", "AU"},
		"subdivisions", []any{obj{"iso_code", "QLD"}},
		"city", obj{"names", obj{"en", "Brisbane"}},
		"location", obj{"latitude", 0.0, "longitude", 153.0},
	})
	asn := writeDatabase(t, "asn", obj{"autonomous_system_number", uint32(64500), "autonomous_system_organization", "Example"})
	field := func(n string, ft *types.Type) *types.Field { return &types.Field{Name: n, Type: ft} }
	place := types.NewRecord(field("country_code", types.StringT), field("region", types.StringT), field("city", types.StringT),
		field("latitude", types.DoubleT), field("longitude", types.DoubleT))
	system := types.NewRecord(field("number", types.CountT), field("organization", types.StringT))
	h := host(t, Config{})
	for _, open := range []struct{ fn, path string }{{"mmdb_open_location_db", city}, {"mmdb_open_asn_db", asn}} {
		if !h.Call(open.fn, nil, open.path).V.Bool() {
			t.Fatalf("%s: %s", open.fn, h.Reports())
		}
	}
	const nothing = "<uninitialized>"
	for _, c := range []struct {
		addr, place, system, number string
	}{
		{"1.2.3.4", "[country_code=AU, region=QLD, city=Brisbane, latitude=0.0, longitude=153.0]", "[number=64500, organization=Example]", "64500"},
		{"2.2.3.4", "[country_code=" + nothing + ", region=" + nothing + ", city=" + nothing + ", latitude=" + nothing + ", longitude=" + nothing + "]",
			"[number=" + nothing + ", organization=" + nothing + "]", "0"},
	} {
		if got := h.Call("lookup_location", place, ip(c.addr)); val.Text(place, got.V) != c.place {
			t.Errorf("%s: %s, want %s", c.addr, val.Text(place, got.V), c.place)
		}
		if got := h.Call("lookup_autonomous_system", system, ip(c.addr)); val.Text(system, got.V) != c.system {
			t.Errorf("%s: %s, want %s", c.addr, val.Text(system, got.V), c.system)
		}
		if got := h.Call("lookup_asn", nil, ip(c.addr)); val.Text(types.CountT, got.V) != c.number {
			t.Errorf("%s: %s, want %s", c.addr, val.Text(types.CountT, got.V), c.number)
		}
	}
	if r := h.Reports(); r != "" {
		t.Error(r)
	}
}
