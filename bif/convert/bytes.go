package convert

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"unsafe"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func byteRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function bytestring_to_double(s: string): double", Doc: "Reads the 8 bytes of a double, the most significant first.",
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				if len(a.Str()) != 8 {
					m.Errorf(site, "bad conversion to double")
					return val.Double(0)
				}
				return val.Double(math.Float64frombits(binary.BigEndian.Uint64([]byte(a.Str()))))
			}},
		{Sig: "function bytestring_to_float(s: string): double", Doc: "Reads the 4 bytes of a float, the most significant first.",
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				if len(a.Str()) != 4 {
					m.Errorf(site, "bad conversion to float")
					return val.Double(0)
				}
				return val.Double(float64(math.Float32frombits(binary.BigEndian.Uint32([]byte(a.Str())))))
			}},
		{Sig: "function bytestring_to_count(s: string, is_le: bool &default=F): count", Doc: "Reads a number of at most 8 bytes, the most significant first, or the least with *is_le*.",
			F2: bytesToCount},
		{Sig: "function bytestring_to_hexstr(bytestring: string): string", Doc: "Writes each byte as two hexadecimal digits.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value {
				return val.Str(own(cstr.Hex(make([]byte, 0, 2*len(a.Str())), a.Str())))
			}},
		{Sig: "function hexstr_to_bytestring(hexstr: string): string", Doc: "Reads pairs of hexadecimal digits as bytes.", F1: hexToBytes},
		{Sig: "function uuid_to_string(uuid: string): string", Doc: "Writes the 16 bytes of a UUID, whose first three fields have their least significant byte first.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Str(uuid(a.Str())) }},
	}
}

// own makes a string of bytes that nobody else writes to.
func own(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func bytesToCount(m *interp.M, site *interp.Site, a, le val.Value) val.Value {
	s := a.Str()
	if len(s) > 8 || m.Dialect().WholeWordBytes && bits.OnesCount(uint(len(s))) != 1 {
		m.Errorf(site, "unsupported byte length for bytestring_to_count")
		return val.Count(0)
	}
	n := uint64(0)
	for i := range len(s) {
		if le.Bool() {
			n |= uint64(s[i]) << (8 * i)
		} else {
			n = n<<8 | uint64(s[i])
		}
	}
	return val.Count(n)
}

// hexToBytes takes a pair whose second byte is no digit for its first digit alone, as sscanf does.
func hexToBytes(m *interp.M, _ *interp.Site, a val.Value) val.Value {
	s := a.Str()
	if len(s)%2 != 0 {
		m.Plainf(diag.Error, "Hex string '%s' has invalid length (not divisible by 2)", cstr.Check(m, s))
		return val.Str("")
	}
	b := make([]byte, len(s)/2)
	for i := range b {
		n, rest := cstr.Uint(s[2*i:2*i+2], 16)
		if rest == s[2*i:2*i+2] {
			m.Plainf(diag.Error, "Could not read hex element from input %s", cstr.Check(m, s))
			return val.Str("")
		}
		b[i] = byte(n)
	}
	return val.Str(own(b))
}

func uuid(s string) string {
	if len(s) != 16 {
		return "<Invalid UUID>"
	}
	b := []byte(s)
	return fmt.Sprintf("%08x-%04x-%04x-%x-%x", binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint16(b[4:]), binary.LittleEndian.Uint16(b[6:]), b[8:10], b[10:])
}
