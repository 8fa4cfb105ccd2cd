package logging

import (
	"math"
	"strconv"
	"strings"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// appender appends the text of a value.
type appender func(b []byte, v val.Value) []byte

// textFormat is what separates and stands for fields in columns.
type textFormat struct {
	sep, setSep, empty, unset string
	utf8                      bool
	bro                       bool // 2.6's numbers
}

// textColumns are the compiled columns of a log.
type textColumns struct {
	sep   string
	unset string // escaped
	cols  []appender
}

func (f *textFormat) compile(fields []Field) *textColumns {
	plain := newEscaper(f.utf8, f.sep)
	t := &textColumns{sep: f.sep, unset: string(plain.append(nil, f.unset))}
	for _, fd := range fields {
		t.cols = append(t.cols, f.column(plain, fd.T))
	}
	return t
}

// append appends a row without the end of the line.
func (t *textColumns) append(b []byte, row []Cell) []byte {
	for i := range row {
		if i > 0 {
			b = append(b, t.sep...)
		}
		if row[i].Set {
			b = t.cols[i](b, row[i].V)
		} else {
			b = append(b, t.unset...)
		}
	}
	return b
}

func (f *textFormat) column(esc *escaper, t *types.Type) appender {
	switch t.Tag {
	case types.Table, types.Vector:
		return f.container(esc, t)
	}
	return f.atom(esc, t)
}

// container appends a set or vector.
func (f *textFormat) container(esc *escaper, t *types.Type) appender {
	empty := string(esc.append(nil, f.empty))
	inner := newEscaper(f.utf8, f.sep, f.setSep)
	unset := string(inner.append(nil, f.unset))
	if t.Tag == types.Vector {
		elem := f.atom(inner, t.Elem)
		return func(b []byte, v val.Value) []byte {
			vec := v.Vec()
			if vec.Len() == 0 {
				return append(b, empty...)
			}
			for i := range vec.Len() {
				if i > 0 {
					b = append(b, f.setSep...)
				}
				if x, ok := vec.Get(i); ok {
					b = elem(b, x)
				} else {
					b = append(b, unset...)
				}
			}
			return b
		}
	}
	elem := f.atom(inner, t.Keys[0])
	return func(b []byte, v val.Value) []byte {
		if v.Table().Len() == 0 {
			return append(b, empty...)
		}
		first := true
		for it := v.Table().Iter(); it.Next(); first = false {
			if !first {
				b = append(b, f.setSep...)
			}
			b = elem(b, it.Key(0))
		}
		return b
	}
}

// atom appends a value that holds no others.
func (f *textFormat) atom(esc *escaper, t *types.Type) appender {
	var num appender
	chars := ""
	switch t.Tag {
	case types.Bool:
		num, chars = appendBool, "TF"
	case types.Int:
		num, chars = func(b []byte, v val.Value) []byte { return strconv.AppendInt(b, v.Int(), 10) }, "-0123456789"
	case types.Count:
		num, chars = func(b []byte, v val.Value) []byte { return strconv.AppendUint(b, v.Count(), 10) }, "0123456789"
	case types.Port:
		num, chars = func(b []byte, v val.Value) []byte { return strconv.AppendUint(b, uint64(v.PortNum()), 10) }, "0123456789"
	case types.Double:
		num, chars = func(b []byte, v val.Value) []byte { return val.AppendDoublePlain(b, v.Double(), f.bro) }, "-+.e0123456789infa"
	case types.Time, types.Interval:
		num, chars = func(b []byte, v val.Value) []byte { return f.micros(b, v.Double()) }, "-+.e0123456789infa"
	case types.Addr:
		num, chars = val.AppendAddr, ".:0123456789abcdef"
	case types.Subnet:
		num, chars = val.AppendSubnet, ".:/0123456789abcdef"
	default:
		return f.str(esc, t)
	}
	for _, s := range esc.seqs {
		if strings.Contains(chars, s[:1]) {
			return func(b []byte, v val.Value) []byte { return esc.append(b, string(num(nil, v))) }
		}
	}
	return num
}

func appendBool(b []byte, v val.Value) []byte {
	if v.Bool() {
		return append(b, 'T')
	}
	return append(b, 'F')
}

// str appends strings and what is written by name. A text that would read as an empty or unset field gets its first byte escaped.
func (f *textFormat) str(esc *escaper, t *types.Type) appender {
	empty := string(esc.append(nil, f.empty))
	text := stringOf(t, f.bro)
	return func(b []byte, v val.Value) []byte {
		s := text(v)
		if s == "" {
			return append(b, empty...)
		}
		if s == f.unset || s == f.empty {
			b = append(b, '\\', 'x', hexDigits[s[0]>>4], hexDigits[s[0]&15])
			s = s[1:]
		}
		return esc.append(b, s)
	}
}

// byName reports whether values of t are written by a name or description.
func byName(t *types.Type) bool {
	return t.Tag == types.Enum || t.Tag == types.File || t.Tag == types.Func
}

// stringOf is what a string, enum, file or function is written as; in 2.6 functions come without their type.
func stringOf(t *types.Type, bro bool) func(val.Value) string {
	switch t.Tag {
	case types.Enum:
		return func(v val.Value) string { return t.Enum.NameOf(v.Int()) }
	case types.File:
		return func(v val.Value) string { return v.File().Name }
	case types.Func:
		mode := val.DescText
		if bro {
			mode |= val.DescBro
		}
		return func(v val.Value) string { return string(val.Describe(nil, t, v, mode)) }
	}
	return val.Value.Str
}

// micros appends seconds with six decimals; from 2^31 on in exponent form, as the reference does. Halves round as in
// val.AppendDouble.
func (fm *textFormat) micros(b []byte, f float64) []byte {
	v := math.Abs(f)
	if !(v <= math.MaxInt32) {
		return val.AppendDouble(b, f, fm.bro)
	}
	whole := uint64(v)
	scaled := (v - float64(whole)) * 1e6
	frac := uint64(scaled)
	if rest := scaled - float64(frac); rest > 0.5 || rest == 0.5 && (frac == 0 || frac&1 == 1) {
		if frac++; frac >= 1e6 {
			frac = 0
			whole++
		}
	}
	if f < 0 {
		b = append(b, '-')
	}
	b = append(strconv.AppendUint(b, whole, 10), '.')
	return append(b, byte('0'+frac/100000), byte('0'+frac/10000%10), byte('0'+frac/1000%10), byte('0'+frac/100%10), byte('0'+frac/10%10), byte('0'+frac%10))
}
