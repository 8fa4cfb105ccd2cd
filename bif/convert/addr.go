package convert

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func addrRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function to_addr(ip: string): addr", Doc: "Reads an address. What is none is an error and gives ::.", F1: toAddr},
		{Sig: "function to_subnet(sn: string): subnet", Doc: "Reads a subnet, ADDRESS/WIDTH. What is none is an error and gives ::/0.", F1: toSubnet},
		{Sig: "function to_port(s: string): port", Doc: "Reads a port such as 80/tcp.", F1: toPort},
		{Sig: "function addr_to_subnet(a: addr): subnet", Doc: "Makes the subnet that holds one address only.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value {
				return val.Subnet(netip.PrefixFrom(a.Addr(), a.Addr().BitLen()))
			}},
		{Sig: "function subnet_to_addr(sn: subnet): addr", Doc: "Gives the first address of a subnet.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Addr(a.Subnet().Addr()) }},
		{Sig: "function subnet_width(sn: subnet): count", Doc: "Gives the number of bits of a subnet's prefix.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Count(uint64(a.Subnet().Bits())) }},
		{Sig: "function port_to_count(p: port): count", Doc: "Gives a port's number.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Count(uint64(a.PortNum())) }},
		{Sig: "function count_to_port(num: count, proto: transport_proto): port", Doc: "Makes a port of a number and a protocol.",
			F2: func(m *interp.M, _ *interp.Site, n, proto val.Value) val.Value {
				return port(m, n.Int(), uint8(proto.Int()))
			}},
		{Sig: "function addr_to_counts(a: addr): index_vec", Doc: "Splits an address into numbers of 32 bits: one for IPv4, four for IPv6.", F1: addrToCounts},
		{Sig: "function counts_to_addr(v: index_vec): addr", Borrows: true, Doc: "Makes an address of numbers of 32 bits: one for IPv4, four for IPv6.", F1: countsToAddr},
		{Sig: "function count_to_v4_addr(ip: count): addr", Doc: "Makes an IPv4 address of a number.",
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				if a.Count() > 1<<32-1 {
					m.ErrorArgf(site, m.ArgText(types.CountT, a), "conversion of non-IPv4 count to addr")
					return v4(0)
				}
				return v4(uint32(a.Count()))
			}},
		{Sig: "function raw_bytes_to_v4_addr(b: string): addr", Doc: "Makes an IPv4 address of the first 4 bytes of a string.", F1: rawAddr("raw_bytes_to_v4_addr", 4, v4(0))},
		{Sig: "function raw_bytes_to_v6_addr(x: string): addr", Doc: "Makes an IPv6 address of the first 16 bytes of a string.", F1: rawAddr("raw_bytes_to_v6_addr", 16, noAddr)},
		{Sig: "function routing0_data_to_addrs(s: string): addr_vec", Doc: "Takes the addresses out of the data of an IPv6 routing header of type 0: 4 bytes, then 16 for each.", F1: routing0},
		{Sig: "function addr_to_ptr_name(a: addr): string", Doc: "Writes the name that DNS keeps an address's host name under.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Str(PtrName(a.Addr())) }},
		{Sig: "function ptr_name_to_addr(s: string): addr", Doc: "Reads the name that DNS keeps an address's host name under.", F1: ptrNameToAddr},
	}
}

// noAddr is what a conversion that failed gives: ::.
var noAddr = val.Addr(netip.IPv6Unspecified())

// v4 makes an IPv4 address of its number.
func v4(n uint32) val.Value { return val.Value{N: uint64(n)} }

// port makes a port; a number that is none counts as 0, with a warning.
func port(m *interp.M, n int64, proto uint8) val.Value {
	if n < 0 || n > 65535 {
		m.Plainf(diag.Warning, "bad port number %d", int32(n))
		n = 0
	}
	return val.Port(uint16(n), proto)
}

func toAddr(m *interp.M, site *interp.Site, a val.Value) val.Value {
	s := cstr.Render(a.Str(), cstr.Expanded)
	addr, ok := cstr.Addr(s)
	switch {
	case ok:
		return val.Addr(addr)
	case m.Dialect().PlainAddrErrors:
		m.Plainf(diag.Error, "Bad IP address: %s", s)
	default:
		m.ErrorArgf(site, m.ArgText(types.StringT, a), "failed converting string to IP address")
	}
	return noAddr
}

func toSubnet(m *interp.M, site *interp.Site, a val.Value) val.Value {
	s := cstr.Render(a.Str(), cstr.Expanded)
	p, ok := cstr.Subnet(s)
	switch {
	case ok:
		return val.Subnet(p)
	case m.Dialect().PlainAddrErrors:
		m.Plainf(diag.Error, "Bad string in SubNetVal ctor: %s", s)
	default:
		m.ErrorArgf(site, m.ArgText(types.StringT, a), "failed converting string to IP prefix")
	}
	return val.Subnet(netip.PrefixFrom(netip.IPv6Unspecified(), 0))
}

var protocols = []struct {
	name  string
	proto uint8
}{{"tcp", val.ProtoTCP}, {"udp", val.ProtoUDP}, {"icmp", val.ProtoICMP}}

// longestPort is the length up to which the reference looks at a port's text.
const longestPort = 9

func toPort(m *interp.M, site *interp.Site, a val.Value) val.Value {
	n := int64(0)
	if s := a.Str(); s != "" && len(s) <= longestPort {
		var rest string
		if n, rest = cstr.Int(cstr.Check(m, s), 10); rest != "" {
			for _, p := range protocols {
				if rest[1:] == p.name { // the byte between number and name may be any
					return port(m, n, p.proto)
				}
			}
		}
	}
	m.Errorf(site, `wrong port format, must be /[0-9]{1,5}\/(tcp|udp|icmp)/`)
	return port(m, n, val.ProtoUnknown)
}

func addrToCounts(_ *interp.M, site *interp.Site, a val.Value) val.Value {
	out := val.NewVectorCap(site.Result, 4)
	for b := a.Addr().AsSlice(); len(b) > 0; b = b[4:] {
		out.Append(val.Count(uint64(binary.BigEndian.Uint32(b))))
	}
	return val.Vec(out)
}

func countsToAddr(m *interp.M, site *interp.Site, a val.Value) val.Value {
	v := a.Vec()
	part := func(i int) uint32 {
		x, _ := v.Get(i)
		return uint32(x.Count())
	}
	switch v.Len() {
	case 1:
		return v4(part(0))
	case 4:
		var b [16]byte
		for i := range 4 {
			binary.BigEndian.PutUint32(b[4*i:], part(i))
		}
		return val.Addr(netip.AddrFrom16(b))
	}
	m.ErrorArgf(site, m.ArgText(v.T, a), "invalid vector size")
	return noAddr
}

func rawAddr(name string, n int, bad val.Value) f1 {
	return func(m *interp.M, site *interp.Site, a val.Value) val.Value {
		if len(a.Str()) < n {
			m.Errorf(site, "too short a string as input to %s()", name)
			return bad
		}
		return val.Addr(bytesAddr(a.Str()[:n]))
	}
}

// bytesAddr makes an address of 4 or 16 bytes.
func bytesAddr(s string) netip.Addr {
	a, _ := netip.AddrFromSlice([]byte(s))
	return a
}

func routing0(m *interp.M, site *interp.Site, a val.Value) val.Value {
	s := a.Str()
	out := val.NewVector(site.Result)
	if len(s) < 4 || len(s)%16 != 4 {
		m.Plainf(diag.Warning, "Bad ip6_routing data length: %d", len(s))
	}
	for at := 4; at+16 <= len(s); at += 16 {
		out.Append(val.Addr(bytesAddr(s[at : at+16])))
	}
	return val.Vec(out)
}

const (
	v4Zone = "in-addr.arpa"
	v6Zone = "ip6.arpa"
	// ptrNameV6 is the length of an IPv6 name: 32 digits, each with a dot, and the zone.
	ptrNameV6 = 32*2 + len(v6Zone)
)

// PtrName returns the name of a's PTR record.
func PtrName(a netip.Addr) string {
	var b []byte
	raw := a.AsSlice()
	for i := len(raw) - 1; i >= 0; i-- {
		if a.Is4() {
			b = append(strconv.AppendUint(b, uint64(raw[i]), 10), '.')
			continue
		}
		digits := cstr.Hex(nil, string(raw[i:i+1]))
		b = append(b, digits[1], '.', digits[0], '.')
	}
	if a.Is4() {
		return string(append(b, v4Zone...))
	}
	return string(append(b, v6Zone...))
}

func ptrNameToAddr(m *interp.M, site *interp.Site, a val.Value) val.Value {
	s := cstr.Check(m, a.Str())
	parse, bad := ptrV4, v4(0)
	if len(a.Str()) == ptrNameV6 {
		parse, bad = ptrV6, noAddr
	}
	addr, ok := parse(s)
	if !ok {
		m.ErrorArgf(site, m.ArgText(types.StringT, a), "bad PTR name")
		return bad
	}
	return val.Addr(addr)
}

func ptrV4(s string) (netip.Addr, bool) {
	var b [4]byte
	for i := 3; i >= 0; i-- {
		n, rest := cstr.Int(s, 10)
		if len(rest) == len(s) || rest == "" || rest[0] != '.' {
			return netip.Addr{}, false
		}
		b[i], s = byte(n), rest[1:]
	}
	return netip.AddrFrom4(b), strings.HasPrefix(s, v4Zone)
}

func ptrV6(s string) (netip.Addr, bool) {
	var b [16]byte
	for i := 31; i >= 0; i-- {
		if len(s) < 2 || s[1] != '.' {
			return netip.Addr{}, false
		}
		n, rest := cstr.Uint(s[:1], 16)
		if rest != "" {
			return netip.Addr{}, false
		}
		b[i/2] |= byte(n) << (4 * (1 - i%2))
		s = s[2:]
	}
	return netip.AddrFrom16(b), s == v6Zone
}
