package cstr

import (
	"net/netip"
	"strings"
)

// Addr reads an address as the reference does: IPv6 as inet_pton, IPv4 as four decimal numbers that may have leading
// zeroes. IPv4-mapped addresses become IPv4.
func Addr(s string) (netip.Addr, bool) {
	if strings.IndexByte(s, ':') >= 0 {
		a, err := netip.ParseAddr(s)
		return a.Unmap(), err == nil && a.Zone() == ""
	}
	var b [4]byte
	for i := range b {
		if i > 0 {
			if s == "" || s[0] != '.' {
				return netip.Addr{}, false
			}
			s = s[1:]
		}
		n, rest := Int(s, 10)
		if len(rest) == len(s) || n < 0 || n > 255 {
			return netip.Addr{}, false
		}
		b[i], s = byte(n), rest
	}
	return netip.AddrFrom4(b), s == ""
}

// Subnet reads ADDRESS/WIDTH. The width of an address written with colons counts from 128, even if it is mapped IPv4.
func Subnet(s string) (netip.Prefix, bool) {
	addr, width, ok := strings.Cut(s, "/")
	if !ok {
		return netip.Prefix{}, false
	}
	a, ok := Addr(addr)
	if !ok {
		return netip.Prefix{}, false
	}
	n, _ := Int(width, 10)
	if strings.IndexByte(addr, ':') >= 0 {
		a = netip.AddrFrom16(a.As16())
	}
	if n < 0 || n > int64(a.BitLen()) {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, int(n)), true
}
