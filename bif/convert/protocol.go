package convert

import (
	"fmt"
	"strings"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// protocolRows are conversions of texts that FTP, HTTP and NetBIOS use.
func protocolRows() []interp.Builtin {
	ftp := func(sig, doc string, parse func(string) ftpPort) interp.Builtin {
		return interp.Builtin{Sig: sig, Doc: doc, F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
			return parse(cstr.Check(m, a.Str())).record(site.Result)
		}}
	}
	return []interp.Builtin{
		ftp("function parse_ftp_port(s: string): ftp_port", "Reads the argument of FTP's PORT command.", parsePort),
		ftp("function parse_eftp_port(s: string): ftp_port", "Reads the argument of FTP's EPRT command.", parseEPRT),
		ftp("function parse_ftp_pasv(str: string): ftp_port", "Reads the answer to FTP's PASV command.", parsePASV),
		ftp("function parse_ftp_epsv(str: string): ftp_port", "Reads the answer to FTP's EPSV command.",
			func(s string) ftpPort {
				i := strings.IndexByte(s, '(')
				if i < 0 {
					return ftpPort{addr: noAddr}
				}
				return parseEPRT(s[i+1:])
			}),
		{Sig: "function fmt_ftp_port(a: addr, p: port): string", Doc: "Writes the argument of FTP's PORT command.",
			F2: func(m *interp.M, site *interp.Site, a, p val.Value) val.Value {
				if !a.Addr().Is4() {
					m.ErrorArgf(site, m.ArgText(types.AddrT, a), "conversion of non-IPv4 address in fmt_ftp_port")
					return val.Str("")
				}
				b, n := a.Addr().As4(), p.PortNum()
				return val.Str(fmt.Sprintf("%d,%d,%d,%d,%d,%d", b[0], b[1], b[2], b[3], n>>8, n&255))
			}},
		{Sig: "function unescape_URI(URI: string): string", Doc: "Decodes the %XX and %uXXXX escapes of a URI.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Str(unescapeURI(a.Str())) }},
		{Sig: "function decode_netbios_name(name: string): string", Doc: "Decodes a NetBIOS name of 32 letters without its type; the empty string if it is none.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value {
				raw, _ := netbios(a.Str())
				n := 0
				for n < len(raw) && (raw[n] >= ' ' && raw[n] <= '~' || raw[n] < 3) {
					n++
				}
				return val.Str(strings.TrimRight(raw[:min(n, 15)], " \x00"))
			}},
		{Sig: "function decode_netbios_name_type(name: string): count", Doc: "Gives the type in a NetBIOS name of 32 letters; 256 if it is none.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value {
				raw, ok := netbios(a.Str())
				if !ok {
					return val.Count(256)
				}
				return val.Count(uint64(raw[15]))
			}},
	}
}

// ftpPort is the script's ftp_port: h, p, valid.
type ftpPort struct {
	addr  val.Value
	port  uint16
	valid bool
}

func (f ftpPort) record(t *types.Type) val.Value {
	r := val.NewRecord(t)
	r.Set(0, f.addr)
	r.Set(1, val.Port(f.port, val.ProtoTCP))
	r.Set(2, val.Bool(f.valid))
	return val.Rec(r)
}

// shortestPort is the length of 0,0,0,0,0,0.
const shortestPort = 11

func parsePort(s string) ftpPort {
	if len(s) < shortestPort {
		return ftpPort{}
	}
	var b [6]byte
	for i := range b {
		if i > 0 {
			if s == "" || s[0] != ',' {
				return ftpPort{}
			}
			s = s[1:]
		}
		n, rest := cstr.Int(s, 10)
		if len(rest) == len(s) || n < 0 || n > 255 {
			return ftpPort{}
		}
		b[i], s = byte(n), rest
	}
	return ftpPort{v4(uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])), uint16(b[4])<<8 | uint16(b[5]), true}
}

// parseEPRT reads |family|address|port| with any byte for |. An address that is left out is ::.
func parseEPRT(s string) ftpPort {
	f := ftpPort{addr: noAddr}
	for s != "" && cstr.IsSpace(s[0]) {
		s = s[1:]
	}
	if s == "" {
		return f
	}
	delim := s[:1]
	_, rest := cstr.Int(s[1:], 10)
	f.valid = strings.HasPrefix(rest, delim)
	if rest != "" {
		rest = rest[1:]
	}
	addr, rest, more := strings.Cut(rest, delim)
	if addr != "" {
		a, ok := cstr.Addr(addr)
		if f.valid = ok; ok {
			f.addr = val.Addr(a)
		}
	}
	if !more {
		return f
	}
	n, rest := cstr.Int(rest, 10)
	if !strings.HasPrefix(rest, delim) {
		f.valid = false
	}
	if n < 0 || n > 65535 {
		n, f.valid = 0, false
	}
	f.port = uint16(n)
	return f
}

// parsePASV looks for the numbers behind a parenthesis, behind PORT, or around the first comma.
func parsePASV(s string) ftpPort {
	if i := strings.IndexByte(s, '('); i >= 0 {
		return parsePort(s[i+1:])
	}
	if i := strings.Index(s, "PORT"); i >= 0 {
		return parsePort(s[min(i+5, len(s)):])
	}
	i := strings.IndexByte(s, ',')
	if i < 0 {
		return ftpPort{}
	}
	for i > 0 && s[i-1] >= '0' && s[i-1] <= '9' {
		i--
	}
	return parsePort(s[i:])
}

// hexAt reads two hexadecimal digits at s[i:].
func hexAt(s string, i int) (c byte, ok bool) {
	if i+2 > len(s) {
		return 0, false
	}
	for _, d := range []byte(s[i : i+2]) {
		n, rest := cstr.Uint(string(d), 16)
		if rest != "" {
			return 0, false
		}
		c = c<<4 | byte(n)
	}
	return c, true
}

// unescapeURI leaves what is no escape alone; of two percent signs the first goes.
func unescapeURI(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		if i+2 < len(s) && s[i+1] == '%' {
			continue
		}
		if c, ok := hexAt(s, i+1); ok {
			b = append(b, c)
			i += 2
			continue
		}
		if i+1 < len(s) && s[i+1] == 'u' {
			hi, ok := hexAt(s, i+2)
			lo, ok2 := hexAt(s, i+4)
			if ok && ok2 {
				if hi != 0 {
					b = append(b, hi)
				}
				b = append(b, lo)
				i += 5
				continue
			}
		}
		b = append(b, '%')
		if i++; i < len(s) {
			b = append(b, s[i])
		}
	}
	return own(b)
}

// netbios decodes two letters, A to P, a byte.
func netbios(s string) (string, bool) {
	if len(s) != 32 {
		return "", false
	}
	b := make([]byte, 16)
	for i := range len(s) {
		c := s[i] &^ 0x20
		if c < 'A' || c > 'P' {
			return "", false
		}
		b[i/2] = b[i/2]<<4 | (c - 'A')
	}
	return own(b), true
}
