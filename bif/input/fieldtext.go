package input

import (
	"encoding/hex"
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// fieldText reads values as the reference's logs write them.
type fieldText struct {
	setSep byte
	empty  string // stands for a set or vector without elements
	unset  string // stands for a value that is not there; "" for none
	old    bool   // the rules of 2.6
	// warn and fault take what is wrong with a text. fault is of problems that end a stream in 2.6.
	warn, fault func(format string, args ...any)
}

// parse reads one value of a kind; name is what messages call it. ok is false, with a warning, if the text does not fit.
func (p *fieldText) parse(s, name string, tag, sub types.Tag) (c cell, ok bool) {
	if p.unset != "" && s == p.unset {
		return cell{}, true
	}
	c.set = true
	switch tag {
	case types.String, types.Enum:
		c.v = val.Str(unescape(s))
	case types.Bool:
		switch p.strip(s) {
		case "T", "1":
			c.v = val.Bool(true)
		case "F", "0":
			c.v = val.Bool(false)
		default:
			p.warn("Field: %s Invalid value for boolean: %s", name, s)
			return c, false
		}
	case types.Int:
		n, rest := cstr.Int(s, 10)
		c.v = val.Int(n)
		return c, p.number(s, rest, signed)
	case types.Count:
		n, rest := cstr.Uint(s, 10)
		c.v = val.Count(n)
		return c, p.number(s, rest, unsigned)
	case types.Double, types.Time, types.Interval:
		f, rest := cstr.Float(s)
		c.v = val.Double(f)
		if tag == types.Interval && p.old {
			c.v = val.BareInterval(f)
		}
		return c, p.number(s, rest, floating)
	case types.Port:
		return p.port(s)
	case types.Addr:
		c.v = val.Addr(p.addr(cstr.Strip(unescape(s))))
	case types.Subnet:
		return p.subnet(s)
	case types.Pattern:
		t := unescape(s)
		if len(t) < 2 || t[0] != '/' || t[len(t)-1] != '/' {
			p.warn("String '%s' contained no parseable pattern.", t)
			return c, false
		}
		c.v = val.Str(t[1 : len(t)-1])
	case types.Table, types.Vector:
		return p.list(s, name, sub)
	default:
		p.warn("unsupported field format %d for %s", tag, name)
		return c, false
	}
	return c, true
}

// strip takes blanks off both ends, which 2.6 does not.
func (p *fieldText) strip(s string) string {
	if p.old {
		return s
	}
	return cstr.Strip(s)
}

// list reads a set or vector.
func (p *fieldText) list(s, name string, sub types.Tag) (c cell, ok bool) {
	c.set = true
	c.list = []cell{}
	if s == p.empty {
		return c, true
	}
	for more := true; more; {
		var part string
		part, s, more = strings.Cut(s, string(p.setSep))
		e, ok := p.parse(part, name, sub, types.Void)
		if !ok {
			if part == "" && !more {
				p.warn("Error while trying to add empty set element")
			} else {
				p.warn("Error while reading set or vector")
			}
			return c, false
		}
		c.list = append(c.list, e)
	}
	return c, true
}

// Kinds of numbers.
const (
	signed = iota
	unsigned
	floating
)

// number judges what C's conversions made of s: rest is what follows the number. Unsigned numbers must not be negative but in 2.6,
// where they wrap.
func (p *fieldText) number(s, rest string, kind int) bool {
	if i := strings.IndexByte(rest, 0); i >= 0 {
		rest = rest[:i]
	}
	switch {
	case s == "":
		p.warn("Got empty string for number field")
		return false
	case len(rest) == len(s):
		p.warn("String '%s' contained no parseable number", s)
		return false
	case rest != "":
		p.warn("Number '%s' contained non-numeric trailing characters. Ignored trailing characters '%s'", s, rest)
	}
	digits := strings.TrimLeft(s[:len(s)-len(rest)], " \t\n\v\f\r")
	negative := strings.HasPrefix(digits, "-")
	if negative && kind == unsigned && !p.old {
		p.warn("Number '%s' cannot be negative", s)
		return false
	}
	var err error
	switch {
	case kind == floating:
		_, err = strconv.ParseFloat(digits, 64)
	case kind == signed:
		_, err = strconv.ParseInt(digits, 10, 64)
	default:
		_, err = strconv.ParseUint(strings.TrimLeft(digits, "+-"), 10, 64)
	}
	if errors.Is(err, strconv.ErrRange) {
		p.warn("Number '%s' out of supported range.", s)
		return false
	}
	return true
}

func (p *fieldText) port(s string) (c cell, ok bool) {
	text := p.strip(s)
	number, proto, slash := strings.Cut(text, "/")
	if number == "" {
		number = text
	}
	var kind uint8 = val.ProtoUnknown
	if slash && proto != "" {
		k, known := val.ProtoByName(strings.ToLower(proto))
		if !known {
			p.warn("Port '%s' contained unknown protocol '%s'", s, proto)
		}
		kind = k
	}
	n, rest := cstr.Uint(number, 10)
	if !p.number(number, rest, unsigned) {
		return c, false
	}
	if n > 65535 {
		n = 0
	}
	return cell{v: val.Port(uint16(n), kind), set: true}, true
}

// proto reads the protocol of a port from a column of its own.
func (p *fieldText) proto(s string) uint8 {
	k, ok := val.ProtoByName(s)
	if !ok {
		p.fault("Tried to parse invalid/unknown protocol: %s", s)
		return val.ProtoUnknown
	}
	return k
}

// addr reads an address; one that is none becomes the address of zeros, as in the reference.
func (p *fieldText) addr(s string) netip.Addr {
	v6 := strings.Contains(s, ":")
	if v6 && s[0] == '[' && s[len(s)-1] == ']' {
		s = s[1 : len(s)-1]
	}
	a, ok := val.ParseAddr(s)
	switch {
	case ok:
		return a
	case v6:
		a = netip.IPv6Unspecified()
	default:
		a = netip.IPv4Unspecified()
	}
	p.fault("Bad address: %s", s)
	return a
}

func (p *fieldText) subnet(s string) (c cell, ok bool) {
	host, width, slash := strings.Cut(cstr.Strip(unescape(s)), "/")
	if !slash {
		p.warn("Invalid value for subnet: %s", s)
		return c, false
	}
	n, rest := cstr.Int(width, 10)
	if rest != "" {
		p.warn("Number '%s' contained non-numeric trailing characters. Ignored trailing characters '%s'", s, rest)
	}
	a := p.addr(host)
	if strings.Contains(host, ":") && a.Is4() {
		n -= 96
	}
	if n < 0 || n > int64(a.BitLen()) {
		p.warn("Invalid value for subnet: %s", s)
		return c, false
	}
	return cell{v: val.Subnet(netip.PrefixFrom(a, int(n)).Masked()), set: true}, true
}

// unescape turns \xHH into the byte it stands for.
func unescape(s string) string {
	i := strings.Index(s, `\x`)
	if i < 0 {
		return s
	}
	b := []byte(s[:i])
	for i < len(s) {
		if s[i] == '\\' && i+3 < len(s) && s[i+1] == 'x' {
			var c [1]byte
			if _, err := hex.Decode(c[:], []byte(s[i+2:i+4])); err == nil {
				b = append(b, c[0])
				i += 4
				continue
			}
		}
		b = append(b, s[i])
		i++
	}
	return string(b)
}
