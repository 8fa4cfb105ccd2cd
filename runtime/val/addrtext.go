package val

import (
	"net/netip"
	"strconv"
	"strings"
)

// ParseAddr reads an address as the reference does: IPv6 as inet_pton, IPv4 as four decimal numbers that may have leading zeros.
// IPv4-mapped addresses become IPv4.
func ParseAddr(s string) (netip.Addr, bool) {
	if strings.IndexByte(s, ':') >= 0 {
		a, err := netip.ParseAddr(s)
		return a.Unmap(), err == nil && a.Zone() == ""
	}
	var b [4]byte
	for i := range b {
		part, rest, more := strings.Cut(s, ".")
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil || n > 255 || more != (i < 3) {
			return netip.Addr{}, false
		}
		b[i], s = byte(n), rest
	}
	return netip.AddrFrom4(b), true
}

// ParsePort reads `80/tcp` loosely, as the reference does: at most nine bytes, of which the digits at the start are the number and
// what follows the byte behind them is the protocol. A number above 65535 becomes 0.
func ParsePort(s string) (Value, bool) {
	if s == "" || len(s) > 9 {
		return Value{}, false
	}
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end == len(s) {
		return Value{}, false
	}
	proto, ok := ProtoByName(s[end+1:])
	if !ok {
		return Value{}, false
	}
	n, _ := strconv.ParseUint(s[:end], 10, 32)
	return portOf(int64(n), proto), true
}

// portOf makes a port; numbers that ports do not have become 0.
func portOf(n int64, proto uint8) Value {
	if n < 0 || n > 65535 {
		n = 0
	}
	return Port(uint16(n), proto)
}

// ProtoByName returns the protocol number of a port's protocol.
func ProtoByName(s string) (uint8, bool) {
	switch s {
	case "tcp":
		return ProtoTCP, true
	case "udp":
		return ProtoUDP, true
	case "icmp":
		return ProtoICMP, true
	case "unknown":
		return ProtoUnknown, true
	}
	return 0, false
}
