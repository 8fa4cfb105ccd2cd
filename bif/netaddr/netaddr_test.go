package netaddr

import (
	"context"
	"crypto/md5"
	"errors"
	"math/bits"
	"net/netip"
	"testing"

	"github.com/brogo/brogo/bif/biftest"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

type args = []any

var (
	ip   = netip.MustParseAddr
	cidr = netip.MustParsePrefix
)

func host(t *testing.T, cfg Config) *biftest.Host {
	f := New(cfg)
	t.Cleanup(f.Close)
	return biftest.New(dialect.Zeek, f.Rows())
}

func TestRows(t *testing.T) {
	host(t, Config{}).Run(t, []biftest.Case{
		{Fn: "is_v4_addr", Args: args{ip("1.2.3.4")}, Want: "T"},
		{Fn: "is_v6_addr", Args: args{ip("::ffff:1.2.3.4")}, Want: "F"},
		{Fn: "is_v4_subnet", Args: args{cidr("10.0.0.0/8")}, Want: "T"},
		{Fn: "is_v6_subnet", Args: args{cidr("::/0")}, Want: "T"},
		{Fn: "is_valid_ip", Args: args{"1.2.3.4"}, Want: "T"},
		{Fn: "is_valid_ip", Args: args{"1.2.3"}, Want: "F"},
		{Fn: "is_valid_subnet", Args: args{"1.2.3.0/24"}, Want: "T"},
		{Fn: "is_valid_subnet", Args: args{"1.2.3.0"}, Want: "F"},
		{Fn: "is_local_interface", Args: args{ip("127.0.0.1")}, Want: "T"},
		{Fn: "is_local_interface", Args: args{ip("192.0.2.77")}, Want: "F"},
		{Fn: "mask_addr", Args: args{ip("255.255.255.255"), biftest.Count(9)}, Want: "255.128.0.0/9"},
		{Fn: "mask_addr", Args: args{ip("1.2.3.4"), biftest.Count(33)}, Want: "::/0", Errors: "error: Bad IPAddr(v4) IPPrefix length : 33"},
		{Fn: "remask_addr", Args: args{ip("10.20.0.0"), ip("1.2.3.4"), biftest.Count(112)}, Want: "10.20.3.4"},
		{Fn: "remask_addr", Args: args{ip("fe80::1"), ip("::ff"), biftest.Count(10)}, Want: "fe80::ff"},
		{Fn: "haversine_distance", Args: args{53.0, -2.0, 53.0, -2.0}, Want: "0.0"},
		{Fn: "check_subnet", Args: args{cidr("10.0.0.0/9"), biftest.Set(cidr("10.0.0.0/8"))}, Want: "F"},
		{Fn: "check_subnet", Args: args{cidr("10.0.0.0/8"), biftest.Set(cidr("10.0.0.0/8"))}, Want: "T"},
		{Fn: "matching_subnets", Args: args{cidr("10.2.0.2/32"), biftest.Set(cidr("10.0.0.0/8"), cidr("10.2.0.0/16"), cidr("5.0.0.0/8"))}, Want: "[10.2.0.0/16, 10.0.0.0/8]"},
		{Fn: "filter_subnet_table", Args: args{cidr("10.2.0.2/32"), biftest.Set(cidr("10.0.0.0/8"), cidr("5.0.0.0/8"))}, Want: "{\n\t10.0.0.0/8\n}"},
		{Fn: "lookup_addr", Args: args{ip("1.2.3.4")}, Want: "<error>", Errors: "error: lookup_addr() can only be called inside a when-condition"},
	})
}

// Vectors of the Community ID specification.
func TestCommunityID(t *testing.T) {
	field := func(n string, ft *types.Type) *types.Field { return &types.Field{Name: n, Type: ft} }
	connID := types.NewRecord(field("orig_h", types.AddrT), field("orig_p", types.PortT), field("resp_h", types.AddrT), field("resp_p", types.PortT),
		field("proto", types.CountT))
	h := host(t, Config{})
	for _, c := range []struct {
		a, b         string
		ap, bp       uint16
		port         uint8
		proto        int
		want, report string
	}{
		{"128.232.110.120", "66.35.250.204", 34855, 80, val.ProtoTCP, 6, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", ""},
		{"66.35.250.204", "128.232.110.120", 80, 34855, val.ProtoTCP, 6, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", ""},
		{"192.168.1.52", "8.8.8.8", 54585, 53, val.ProtoUDP, 17, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=", ""},
		{"192.168.0.89", "192.168.0.1", 8, 0, val.ProtoICMP, 1, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=", ""},
		{"192.168.170.8", "192.168.170.56", 7, 80, val.ProtoUnknown, 132, "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ=", ""},
		{"1.2.3.4", "5.6.7.8", 0, 0, val.ProtoUnknown, protoUnknown, "", "error: CommunityID: unknown transport layer"},
	} {
		r := val.NewRecord(connID)
		r.Set(0, val.Addr(ip(c.a)))
		r.Set(1, val.Port(c.ap, c.port))
		r.Set(2, val.Addr(ip(c.b)))
		r.Set(3, val.Port(c.bp, c.port))
		r.Set(4, val.Count(uint64(c.proto)))
		got := h.Call("community_id_v1", nil, r, biftest.Count(0), true).V.Str()
		if rep := h.Reports(); got != c.want || rep != c.report {
			t.Errorf("%s %d %s %d: %s %q, want %s %q", c.a, c.ap, c.b, c.bp, got, rep, c.want, c.report)
		}
	}
}

// An anonymizer that preserves prefixes maps any two addresses to ones that share just as many bits.
func TestPrefixes(t *testing.T) {
	state := uint64(1)
	random := func() uint64 {
		state = state*6364136223846793005 + 1442695040888963407
		return state >> 33
	}
	var all []uint32
	for range 300 {
		all = append(all, uint32(random()<<8))
	}
	all = append(all, all[0]^1, all[0]^1<<31, all[1]^0xff)
	for _, method := range []int{prefixA50, prefixMD5} {
		a := newAnonymizers(Config{Random: random, HMAC: md5.Sum})
		kept := uint32(0x0a010000)
		if method == prefixA50 {
			a.tree.preserve(kept|7, 16)
		}
		out := map[uint32]uint32{}
		for _, x := range all {
			out[x] = a.replace(method, x)
		}
		if method == prefixA50 && a.replace(method, kept|0x1234)>>16 != kept>>16 {
			t.Error("a preserved prefix has changed")
		}
		for _, x := range all {
			if again := a.replace(method, x); again != out[x] {
				t.Fatalf("%08x became %08x, then %08x", x, out[x], again)
			}
			for _, y := range all[:20] {
				if bits.LeadingZeros32(x^y) != bits.LeadingZeros32(out[x]^out[y]) {
					t.Fatalf("method %d: %08x %08x became %08x %08x", method, x, y, out[x], out[y])
				}
			}
		}
	}
	a := newAnonymizers(Config{Random: random, HMAC: md5.Sum})
	if x, y := a.replace(numbered, 7), a.replace(numbered, 9); x != 1 || y != 2 {
		t.Errorf("numbers %d %d", x, y)
	}
	if a.replace(prefixA50, 0) != 0 || a.replace(prefixA50, 0xffffffff) != 0xffffffff {
		t.Error("0.0.0.0 and 255.255.255.255 stay")
	}
}

// resolver answers from a table.
type resolver map[string][]string

var errNone = errors.New("no such name")

func (r resolver) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	var addrs []netip.Addr
	for _, s := range r[name] {
		addrs = append(addrs, ip(s))
	}
	if addrs == nil {
		return nil, errNone
	}
	return addrs, nil
}

func (r resolver) LookupAddr(_ context.Context, addr string) ([]string, error) { return r[addr], nil }
func (r resolver) LookupTXT(_ context.Context, n string) ([]string, error)     { return r[n], nil }

func TestNames(t *testing.T) {
	host(t, Config{Resolver: resolver{"a.test": {"1.2.3.4", "::1"}}}).Run(t, []biftest.Case{
		{Fn: "blocking_lookup_hostname", Args: args{"a.test"}, Want: "{\n\t1.2.3.4,\n\t::1\n}"},
		{Fn: "blocking_lookup_hostname", Args: args{"b.test"}, Want: "{\n\n}", Errors: "warning: Can't resolve host: b.test"},
	})
	l := newLookups(resolver{"1.2.3.4": {"a.test."}}, false)
	defer l.close()
	if got := l.nameOf(context.Background(), "1.2.3.4"); got != "a.test" {
		t.Error(got)
	}
	if got := l.nameOf(context.Background(), "4.3.2.1"); got != noName {
		t.Error(got)
	}
	l.fake = true
	if got := l.nameOf(context.Background(), "4.3.2.1"); got != "fake_addr_lookup_result_4.3.2.1" {
		t.Error(got)
	}
}

func TestNoDatabase(t *testing.T) {
	geo := types.NewRecord(&types.Field{Name: "country_code", Type: types.StringT})
	h := host(t, Config{})
	h.Run(t, []biftest.Case{
		{Fn: "mmdb_open_location_db", Args: args{"/nonexistent.mmdb"}, Want: "F"},
		{Fn: "mmdb_open_asn_db", Args: args{"netaddr_test.go"}, Want: "F", Errors: "Failed to open MaxMind DB: netaddr_test.go [error opening database: invalid MaxMind DB file]"},
		{Fn: "lookup_asn", Args: args{ip("1.2.3.4")}, Want: "0", Errors: "Failed to open MaxMind DB: netaddr_test.go [error opening database: invalid MaxMind DB file]\nerror: Failed to open GeoIP ASN database"},
	})
	for _, want := range []string{"error: Failed to open GeoIP location database", ""} { // it is told once
		h.Call("lookup_location", geo, ip("1.2.3.4"))
		if got := h.Reports(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
