package netaddr

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"net/netip"

	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// IP protocol numbers.
const (
	protoICMP    = 1
	protoTCP     = 6
	protoUDP     = 17
	protoICMPv6  = 58
	protoSCTP    = 132
	protoUnknown = 65535 // conn_id$proto while it is not known
)

// communityID follows github.com/corelight/community-id-spec, version 1.
func communityID(m *interp.M, site *interp.Site, cid, seed, asBase64 val.Value) val.Value {
	rec := cid.Rec()
	field := func(i int) val.Value {
		v, _ := rec.Get(i)
		return v
	}
	src, dst := field(0).Addr(), field(2).Addr()
	sport, dport := field(1).PortNum(), field(3).PortNum()
	v4 := src.Is4()

	proto, ports := byte(0), true
	oneWay := false
	switch field(1).PortProto() {
	case val.ProtoTCP:
		proto = protoTCP
	case val.ProtoUDP:
		proto = protoUDP
	case val.ProtoICMP:
		proto = protoICMPv6
		pairs := icmp6Pairs
		if v4 {
			proto, pairs = protoICMP, icmp4Pairs
		}
		_, paired := pairs[sport]
		oneWay = !paired
	default:
		number := uint64(protoUnknown)
		if i := rec.T.Rec.Lookup("proto"); i >= 0 {
			if v, ok := rec.Get(i); ok {
				number = v.Count()
			}
		}
		if number == protoUnknown {
			m.ErrorArgf(site, m.ArgText(rec.T, cid), "CommunityID: unknown transport layer")
			return val.Str("")
		}
		proto = byte(number)
		ports = proto == protoSCTP
	}
	if !oneWay && !firstEnd(src, sport, dst, dport) {
		src, dst, sport, dport = dst, src, dport, sport
	}

	b := binary.BigEndian.AppendUint16(nil, uint16(seed.Count()))
	b = appendAddr(b, src, v4)
	b = appendAddr(b, dst, v4)
	b = append(b, proto, 0)
	if ports {
		b = binary.BigEndian.AppendUint16(b, sport)
		b = binary.BigEndian.AppendUint16(b, dport)
	}
	sum := sha1.Sum(b)
	if asBase64.Bool() {
		return val.Str("1:" + base64.StdEncoding.EncodeToString(sum[:]))
	}
	return val.Str("1:" + hex.EncodeToString(sum[:]))
}

// firstEnd tells which end comes first. Between equal addresses the reference compares the ports with their bytes swapped,
// unlike the specification; it is followed, since ids are compared with its logs.
func firstEnd(src netip.Addr, sport uint16, dst netip.Addr, dport uint16) bool {
	a, b := src.As16(), dst.As16()
	if c := netip.AddrFrom16(a).Compare(netip.AddrFrom16(b)); c != 0 {
		return c < 0
	}
	return bits.ReverseBytes16(sport) < bits.ReverseBytes16(dport)
}

func appendAddr(b []byte, a netip.Addr, v4 bool) []byte {
	raw := a.As16()
	if v4 {
		return append(b, raw[12:]...)
	}
	return append(b, raw[:]...)
}

// ICMP types that have an answer, or are one.
var (
	icmp4Pairs = typeSet(8, 0, 13, 14, 15, 16, 10, 9, 17, 18)
	icmp6Pairs = typeSet(128, 129, 133, 134, 135, 136, 130, 131, 139, 140, 144, 145)
)

func typeSet(types ...uint16) map[uint16]struct{} {
	m := make(map[uint16]struct{}, len(types))
	for _, t := range types {
		m[t] = struct{}{}
	}
	return m
}
