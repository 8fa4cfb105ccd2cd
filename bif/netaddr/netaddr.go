// Package netaddr is the builtins around addresses and subnets: masks, subnet tables, anonymization, community ids, places on
// the globe (GeoIP), and names (DNS).
//
// A Family has state: the maps of the anonymizers, open GeoIP databases and queries under way. It belongs to one interpreter
// and is used on its goroutine; only queries run on goroutines of their own, which Close ends.
package netaddr

import (
	"crypto/md5"
	"math"
	"net"
	"net/netip"
	"strings"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Config is what the family needs of the run. The zero value anonymizes without randomness and asks the system's resolver.
type Config struct {
	// Random returns random bits, at least the lower 16.
	Random func() uint64
	// HMAC is the keyed hash of the run.
	HMAC func(data []byte) [md5.Size]byte
	// Resolver answers name queries; nil: the system's.
	Resolver Resolver
	// FakeDNS answers name queries with made-up names and addresses (ZEEK_DNS_FAKE).
	FakeDNS bool
}

// Family is the state behind the builtins.
type Family struct {
	cfg     Config
	anon    anonymizers
	dns     *lookups
	places  database
	systems database
	told    int     // GeoIP messages of late
	since   float64 // network time from which they count
}

// New makes the family of one interpreter. It starts nothing.
func New(cfg Config) *Family {
	if cfg.Random == nil {
		cfg.Random = func() uint64 { return 0 }
	}
	if cfg.HMAC == nil {
		cfg.HMAC = md5.Sum
	}
	if cfg.Resolver == nil {
		cfg.Resolver = net.DefaultResolver
	}
	f := &Family{cfg: cfg, dns: newLookups(cfg.Resolver, cfg.FakeDNS)}
	f.anon = newAnonymizers(cfg)
	f.places = database{what: "GeoIP location database", files: []string{"mmdb_city_db", "mmdb_country_db"}}
	f.systems = database{what: "GeoIP ASN database", files: []string{"mmdb_asn_db"}}
	return f
}

// Close ends queries under way and closes databases.
func (f *Family) Close() {
	f.dns.close()
	f.places.close()
	f.systems.close()
}

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	rows := addrRows()
	rows = append(rows, subnetRows()...)
	rows = append(rows, f.anon.rows()...)
	rows = append(rows, f.geoRows()...)
	return append(rows, f.dns.rows()...)
}

func addrRows() []interp.Builtin {
	is := func(sig, doc string, f func(a val.Value) bool) interp.Builtin {
		return interp.Builtin{Sig: sig, Doc: doc, Pure: true, F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Bool(f(a)) }}
	}
	return []interp.Builtin{
		is("function is_v4_addr(a: addr): bool", "Tells whether an address is IPv4.", func(a val.Value) bool { return a.Addr().Is4() }),
		is("function is_v6_addr(a: addr): bool", "Tells whether an address is IPv6.", func(a val.Value) bool { return a.Addr().Is6() }),
		is("function is_v4_subnet(s: subnet): bool", "Tells whether a subnet is IPv4.", func(s val.Value) bool { return s.Subnet().Addr().Is4() }),
		is("function is_v6_subnet(s: subnet): bool", "Tells whether a subnet is IPv6.", func(s val.Value) bool { return s.Subnet().Addr().Is6() }),
		is("function is_valid_ip(ip: string): bool", "Tells whether a string is an address.",
			func(s val.Value) bool {
				text, _, _ := strings.Cut(s.Str(), "\x00")
				_, ok := cstr.Addr(text)
				return ok
			}),
		is("function is_valid_subnet(cidr: string): bool", "Tells whether a string is a subnet.",
			func(s val.Value) bool {
				text, _, _ := strings.Cut(s.Str(), "\x00")
				_, ok := cstr.Subnet(text)
				return ok
			}),
		{Sig: "function is_local_interface(ip: addr): bool",
			Doc: "Tells whether an address is one of this machine's.",
			F1:  func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Bool(isLocal(a.Addr())) }},
		{Sig: "function mask_addr(a: addr, top_bits_to_keep: count): subnet", Pure: true,
			Doc: "Makes the subnet of an address's first bits.",
			F2:  maskAddr},
		{Sig: "function remask_addr(a1: addr, a2: addr, top_bits_from_a1: count): addr", Pure: true,
			Doc: "Makes an address of the first bits of one and the others of another. The bits of an IPv4 address are the last 32 of 128.",
			F3:  remaskAddr},
		{Sig: "function haversine_distance(lat1: double, long1: double, lat2: double, long2: double): double", Pure: true,
			Doc: "Gives the distance in miles of two places on the globe, in degrees.",
			Fn: func(_ *interp.M, _ *interp.Site, a []val.Value) val.Value {
				return val.Double(haversine(a[0].Double(), a[1].Double(), a[2].Double(), a[3].Double()))
			}},
		{Sig: "function community_id_v1(cid: conn_id, seed: count &default=0, do_base64: bool &default=T): string", Pure: true,
			Doc: "Gives the Community ID of a connection: a hash of its addresses, ports and protocol that other tools compute too.",
			F3:  communityID},
	}
}

func isLocal(a netip.Addr) bool {
	if a.IsLoopback() {
		return true
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, l := range addrs {
		if n, ok := l.(*net.IPNet); ok {
			if b, ok := netip.AddrFromSlice(n.IP); ok && b.Unmap() == a {
				return true
			}
		}
	}
	return false
}

var everything = netip.PrefixFrom(netip.IPv6Unspecified(), 0)

func maskAddr(m *interp.M, _ *interp.Site, a, bits val.Value) val.Value {
	addr, n := a.Addr(), bits.Count()
	if n > uint64(addr.BitLen()) {
		family := "v6"
		if addr.Is4() {
			family = "v4"
		}
		m.Plainf(diag.Error, "Bad IPAddr(%s) IPPrefix length : %d", family, n)
		return val.Subnet(everything)
	}
	return val.Subnet(netip.PrefixFrom(addr, int(n)))
}

func remaskAddr(m *interp.M, _ *interp.Site, a1, a2, bits val.Value) val.Value {
	x, y, n := a1.Addr().As16(), a2.Addr().As16(), bits.Count()
	if n > 128 {
		m.Plainf(diag.Error, "Bad IPAddr::Mask value %d", n)
		m.Plainf(diag.Error, "Bad IPAddr::ReverseMask value %d", n)
	}
	for i := range x {
		keep := byte(0xff) // bits of this byte that come from x
		if left := int(min(n, 128)) - 8*i; left <= 0 {
			keep = 0
		} else if left < 8 {
			keep <<= 8 - left
		}
		if n > 128 {
			x[i] |= y[i]
			continue
		}
		x[i] = x[i]&keep | y[i]&^keep
	}
	return val.Addr(netip.AddrFrom16(x))
}

// haversine uses the reference's constants: the earth's radius in miles, and pi to five places.
func haversine(lat1, long1, lat2, long2 float64) float64 {
	const pi, radius = 3.14159, 3958.8
	s1, s2 := math.Sin((lat2-lat1)*pi/360), math.Sin((long2-long1)*pi/360)
	return 2 * radius * math.Asin(math.Sqrt(s1*s1+math.Cos(lat1*pi/180)*math.Cos(lat2*pi/180)*s2*s2))
}

func subnetRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function matching_subnets(search: subnet, t: any): subnet_vec", GivesUp: true, Pure: true,
			Doc: "Gives the indices of a table or set of subnets that contain a subnet, the narrowest first.",
			Fn: subnetTable("matching_subnets", func(site *interp.Site, _ *types.Type, t *val.Table, p val.Value) val.Value {
				out := val.NewVector(site.Result)
				for _, k := range t.Matching(p) {
					out.Append(k)
				}
				return val.Vec(out)
			})},
		{Sig: "function filter_subnet_table(search: subnet, t: any): any", GivesUp: true, Pure: true,
			Doc: "Makes a table or set of the elements of one indexed by subnets whose indices contain a subnet.",
			Fn: subnetTable("filter_subnet_table", func(_ *interp.Site, tt *types.Type, t *val.Table, p val.Value) val.Value {
				out := val.NewTable(tt, nil)
				for _, k := range t.Matching(p) {
					v, _ := t.One(k)
					out.SetOne(k, v)
				}
				return val.Any(tt, val.Tab(out))
			})},
		{Sig: "function check_subnet(search: subnet, t: any): bool", GivesUp: true, Pure: true,
			Doc: "Tells whether a table or set of subnets has just this subnet as an index; the operator in asks for any that contains it.",
			Fn: subnetTable("check_subnet", func(_ *interp.Site, _ *types.Type, t *val.Table, p val.Value) val.Value {
				for _, k := range t.Matching(p) {
					if k.Subnet() == p.Subnet() {
						return val.Bool(true)
					}
				}
				return val.Bool(false)
			})},
	}
}

// subnetTable checks that the second argument is a table or set indexed by subnets alone.
func subnetTable(name string, f func(site *interp.Site, tt *types.Type, t *val.Table, p val.Value) val.Value) func(*interp.M, *interp.Site, []val.Value) val.Value {
	return func(m *interp.M, site *interp.Site, a []val.Value) val.Value {
		t, v := site.Arg(a, 1)
		if t.Tag != types.Table || len(t.Keys) != 1 || t.Keys[0].Tag != types.Subnet {
			m.Plainf(diag.Error, "%s needs to be called on a set[subnet]/table[subnet].", name)
			return m.NoValue(site)
		}
		return f(site, t, v.Table(), a[0])
	}
}
