package convert

import (
	"fmt"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func base64Rows() []interp.Builtin {
	const alphabet = " The 64 characters of *a*, if given, replace the usual ones."
	return []interp.Builtin{
		{Sig: `function encode_base64(s: string, a: string &default=""): string`, Doc: "Encodes bytes in Base64." + alphabet,
			F2: encodeRow(func(string) string { return "Broker query has an invalid data store" })}, // the reference's words
		{Sig: "function encode_base64_custom(s: string, a: string): string", Deprecated: "encode_base64", Doc: "Encodes bytes in Base64." + alphabet + " Bro only; see encode_base64.",
			F2: encodeRow(func(s string) string { return "error in encoding string " + s })},
		{Sig: `function decode_base64(s: string, a: string &default=""): string`, Doc: "Decodes Base64; what is none is an error." + alphabet,
			F2: decodeRow},
		{Sig: "function decode_base64_custom(s: string, a: string): string", Deprecated: "decode_base64", Doc: "Decodes Base64; what is none is an error." + alphabet + " Bro only; see decode_base64.",
			F2: decodeRow},
		{Sig: `function decode_base64_conn(cid: conn_id, s: string, a: string &default=""): string`, Doc: "Decodes Base64 of a connection. There are no connections without packets: this is always an error.",
			F3: func(m *interp.M, site *interp.Site, cid, _, _ val.Value) val.Value {
				m.ErrorArgf(site, m.ArgText(cid.Rec().T, cid), "connection ID not a known connection")
				return val.Str("")
			}},
	}
}

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// alphabetOf returns the alphabet to use, or "" after an error.
func alphabetOf(m *interp.M, a, what string) string {
	switch len(a) {
	case 0:
		return base64Alphabet
	case 64:
		return a
	}
	m.Plainf(diag.Error, "base64 %salphabet is not 64 characters: %s", what, cstr.Check(m, a))
	return ""
}

func encodeRow(fail func(s string) string) f2 {
	return func(m *interp.M, _ *interp.Site, s, a val.Value) val.Value {
		alphabet := alphabetOf(m, a.Str(), "")
		if alphabet == "" {
			m.Plainf(diag.Error, "%s", fail(cstr.Check(m, s.Str())))
			return val.Str("")
		}
		return val.Str(EncodeBase64(s.Str(), alphabet))
	}
}

// EncodeBase64 encodes s with an alphabet of 64 bytes ("" for the usual one) and = for padding.
func EncodeBase64(s, alphabet string) string {
	if alphabet == "" {
		alphabet = base64Alphabet
	}
	b := make([]byte, 0, (len(s)+2)/3*4)
	for ; s != ""; s = s[min(3, len(s)):] {
		group := uint32(0)
		for i := range 3 {
			group <<= 8
			if i < len(s) {
				group |= uint32(s[i])
			}
		}
		for i := range 4 {
			if i > len(s) {
				b = append(b, '=')
			} else {
				b = append(b, alphabet[group>>(18-6*i)&63])
			}
		}
	}
	return own(b)
}

func decodeRow(m *interp.M, _ *interp.Site, s, a val.Value) val.Value {
	out, ok := "", false
	if alphabet := alphabetOf(m, a.Str(), "decoding "); alphabet != "" {
		out, ok = decode(s.Str(), alphabet, func(msg string) { m.Plainf(diag.Error, "%s", msg) })
	}
	if !ok {
		m.Plainf(diag.Error, "error in decoding string %s", cstr.Check(m, s.Str()))
	}
	return val.Str(out)
}

// decoder is the state between two bytes of encoded text.
type decoder struct {
	table  [256]int8
	group  [4]byte
	n      int // filled places of group
	pad    int // = signs in it
	ended  bool
	failed bool
	out    []byte
	warn   func(string)
}

// decode decodes s. Bytes that are not in the alphabet are an error, of which the first is told; a last group that is not
// full is told and padded.
func decode(s, alphabet string, warn func(string)) (string, bool) {
	d := decoder{warn: warn, out: make([]byte, 0, len(s)/4*3+3)}
	for i := range d.table {
		d.table[i] = -1
	}
	for i := range len(alphabet) {
		d.table[alphabet[i]] = int8(i)
	}
	d.table['='] = 0
	for i := range len(s) {
		d.put(s[i])
	}
	if d.failed {
		return "", false
	}
	if d.n > 0 {
		warn(fmt.Sprintf("incomplete base64 group, padding with %d bits of 0", (4-d.n)*6))
		for d.n > 0 && !d.failed {
			d.put('=')
		}
	}
	return own(d.out), true
}

// illegal tells of the first mistake only.
func (d *decoder) illegal(msg string) {
	if !d.failed {
		d.warn(msg)
	}
	d.failed = true
}

func (d *decoder) put(c byte) {
	if c == '=' {
		d.pad++
	}
	k := d.table[c]
	if k < 0 {
		d.illegal(fmt.Sprintf("character %d ignored by Base64 decoding", c))
		return
	}
	d.group[d.n] = byte(k)
	d.n++
	if d.n < 4 {
		return
	}
	d.n = 0
	if d.ended {
		d.illegal("extra base64 groups after '=' padding are ignored")
		return
	}
	bits := uint32(d.group[0])<<18 | uint32(d.group[1])<<12 | uint32(d.group[2])<<6 | uint32(d.group[3])
	for i := range 3 - min(d.pad, 3) {
		d.out = append(d.out, byte(bits>>(16-8*i)))
	}
	d.ended = d.pad > 0
	d.pad = 0
}
