package lex

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// reason tells why text is Illegal.
type reason uint8

const (
	badChar reason = iota
	openString
	openPattern
	badDirective
	tooLarge
)

// Problem returns what the reference says of an Illegal token, and a hint in our words.
func (s *Source) Problem(t Token) (msg, hint string) {
	text := s.Text(t)
	switch t.why {
	case openString:
		return `unrecognized character: '"'`, "this string has no closing quote on its line"
	case openPattern:
		return "pattern not terminated before end of line", "a pattern ends in a slash on the same line; write \\/ for a slash inside it"
	case badDirective:
		return "unrecognized character: '@'", directiveHint(text)
	case tooLarge:
		return "file too large", fmt.Sprintf("a script has at most %d bytes", maxSource)
	}
	if t.Off == 0 && strings.HasPrefix(s.File.Src, "\xef\xbb\xbf") {
		hint = "the file begins with a byte order mark: save it as UTF-8 without one"
	}
	return fmt.Sprintf("unrecognized character: '%s'", printable(text)), hint
}

// OpenPattern reports whether t is a pattern that lacks its closing slash.
func (s *Source) OpenPattern(t Token) bool { return t.Kind == Illegal && t.why == openPattern }

func directiveHint(text string) string {
	switch text {
	case "@load", "@load-sigs", "@load-plugin", "@unload":
		return text + " needs the name of what to load on the same line"
	case "@prefixes":
		return "write @prefixes = a:b or @prefixes += a:b"
	case "@":
		return ""
	}
	return "there is no directive " + text
}

// printable shows bytes as the reference does in messages: what is not printable as \xHH.
func printable(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x20 && c < 0x7f {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "\\x%02x", c)
		}
	}
	return b.String()
}

// Arg returns what a directive token carries behind its word: the file of @load and its kin, the message of @deprecated,
// the text of @pragma.
func (s *Source) Arg(t Token) string {
	text := s.Text(t)
	if i := strings.IndexAny(text, " \t"); i >= 0 && t.Kind != AtDeprecated && t.Kind != AtPragma {
		return strings.Trim(text[i:], " \t\r")
	}
	for _, word := range [...]string{"@deprecated", "@pragma"} {
		if rest, ok := strings.CutPrefix(text, word); ok {
			return strings.Trim(rest, " \t\r")
		}
	}
	return ""
}

// Prefixes returns the list that an @prefixes token sets, or adds when add is true.
func (s *Source) Prefixes(t Token) (list []string, add bool) {
	arg := s.Arg(t)
	if rest, ok := strings.CutPrefix(arg, "+"); ok {
		arg, add = rest, true
	}
	for _, p := range strings.Split(strings.TrimLeft(strings.TrimPrefix(arg, "="), " \t"), ":") {
		if p != "" {
			list = append(list, p)
		}
	}
	return list, add
}

// Unquote returns the bytes of a string literal with its escapes undone; bad is the reference's complaint about an
// escape that says nothing, or "".
func Unquote(text string) (value, bad string) {
	in := text[1 : len(text)-1]
	if strings.IndexByte(in, '\\') < 0 {
		return in, ""
	}
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); i++ {
		if in[i] != '\\' {
			out = append(out, in[i])
			continue
		}
		i++
		switch c := in[i]; c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'a':
			out = append(out, '\a')
		case 'v':
			out = append(out, '\v')
		case 'x':
			n, v := 0, byte(0)
			for n < 2 && i+1 < len(in) && isHex(in[i+1]) {
				v = v<<4 | hexValue(in[i+1])
				i++
				n++
			}
			if n == 0 && bad == "" {
				bad = "bad hexadecimal escape: " + text[i+2:]
			}
			out = append(out, v)
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v := int(c - '0')
			for n := 1; n < 3 && i+1 < len(in) && in[i+1] >= '0' && in[i+1] <= '7'; n++ {
				v = v<<3 | int(in[i+1]-'0')
				i++
			}
			out = append(out, byte(v))
		default:
			out = append(out, c)
		}
	}
	return string(out), bad
}

func hexValue(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// CountValue reads a decimal or hexadecimal count; like strtoull it stops at the largest.
func CountValue(text string) uint64 {
	base := 10
	if hasPrefix(text, "0x") {
		text, base = text[2:], 16
	}
	n, _ := strconv.ParseUint(text, base, 64) // out of range yields the largest
	return n
}

// DoubleValue reads a number with fraction or exponent; what is too large is infinite, as with strtod.
func DoubleValue(text string) float64 {
	f, _ := strconv.ParseFloat(text, 64)
	return f
}

// IntervalValue reads an interval literal, in seconds.
func IntervalValue(text string) float64 {
	i := len(text)
	for i > 0 && isLetter(text[i-1]) {
		i--
	}
	// The exponent's letter is no unit: 1e5 sec has digits behind it.
	unit := text[i:]
	f := DoubleValue(strings.TrimRight(text[:i], " \t"))
	switch strings.TrimSuffix(unit, "s") {
	case "day":
		return f * 86400
	case "hr":
		return f * 3600
	case "min":
		return f * 60
	case "msec":
		return f * 1e-3
	case "usec":
		return f * 1e-6
	}
	return f
}

// PortValue reads a port literal; bad is the reference's complaint about its number, or "".
func PortValue(text string) (n uint64, proto, bad string) {
	num, proto, _ := strings.Cut(text, "/")
	limit := uint64(65535)
	if proto == "icmp" || proto == "unknown" {
		limit = 255
	}
	n, err := strconv.ParseUint(num, 10, 64)
	if err != nil || n > limit {
		return 0, proto, "bad port number - " + text
	}
	return n, proto, ""
}

// AddrValue returns the text of an address literal without brackets, 0x and leading zeros, fit for netip; bad is the reference's complaint, or "".
func AddrValue(text string) (addr, bad string) {
	addr = strings.TrimPrefix(strings.Trim(text, "[]"), "0x")
	plain := unpadded(addr)
	if _, err := netip.ParseAddr(plain); err != nil {
		return addr, "Bad IP address: " + addr
	}
	return plain, ""
}

// SubnetValue returns ADDR/LEN for a subnet literal; bad is the reference's complaint, or "".
func SubnetValue(text string) (subnet, bad string) {
	a, l, _ := strings.Cut(text, "/")
	addr, bad := AddrValue(strings.Trim(a, " \t"))
	l = strings.Trim(l, " \t")
	if bad != "" {
		return addr + "/" + l, bad
	}
	limit, family := uint64(32), "v4"
	if strings.Contains(addr, ":") {
		limit, family = 128, "v6"
	}
	if n, err := strconv.ParseUint(l, 10, 64); err != nil || n > limit {
		return addr + "/" + l, fmt.Sprintf("Bad IPAddr(%s) IPPrefix length : %d", family, uint8(n))
	}
	return addr + "/" + l, ""
}

// unpadded drops leading zeros from a dotted address, which the reference reads as decimal and netip refuses.
func unpadded(a string) string {
	if strings.Contains(a, ":") {
		return a
	}
	parts := strings.Split(a, ".")
	for i, p := range parts {
		for len(p) > 1 && p[0] == '0' {
			p = p[1:]
		}
		parts[i] = p
	}
	return strings.Join(parts, ".")
}

// PatternValue splits a pattern literal into the text between its slashes and its flags in the order i, s; bad is the
// reference's complaint about a repeated flag, or "".
func PatternValue(text string) (re, flags, bad string) {
	end := strings.LastIndexByte(text, '/')
	re, f := text[1:end], text[end+1:]
	if len(f) == 2 && f[0] == f[1] {
		bad = "pattern has duplicate mode " + f[:1]
		f = f[:1]
	}
	if strings.Contains(f, "i") {
		flags = "i"
	}
	if strings.Contains(f, "s") {
		flags += "s"
	}
	return re, flags, bad
}
