package wire

import (
	"bytes"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// jsonKinds are the values of @data-type, by Kind.
var jsonKinds = [...]string{"none", "boolean", "count", "integer", "real", "string", "address", "subnet", "port", "timestamp", "timespan",
	"enum-value", "set", "table", "vector"}

// AppendJSON appends data in the form of Broker's WebSocket interface, {"@data-type": KIND, "data": VALUE}. Times are rounded to unit, from
// a nanosecond to a microsecond.
func AppendJSON(b []byte, d Data, unit time.Duration) []byte {
	return append(AppendJSONMembers(append(b, '{'), d, unit), '}')
}

// AppendJSONMembers is AppendJSON without the braces, for objects that have other members too.
func AppendJSONMembers(b []byte, d Data, unit time.Duration) []byte {
	b = append(b, `"@data-type":"`...)
	b = append(b, jsonKinds[d.Kind()]...)
	b = append(b, `","data":`...)
	switch d := d.(type) {
	case None:
		b = append(b, "{}"...)
	case Bool:
		b = strconv.AppendBool(b, bool(d))
	case Count:
		b = strconv.AppendUint(b, uint64(d), 10)
	case Int:
		b = strconv.AppendInt(b, int64(d), 10)
	case Real:
		b = appendReal(b, float64(d))
	case String:
		b = AppendJSONString(b, string(d))
	case Enum:
		b = AppendJSONString(b, string(d))
	case Timestamp:
		b = appendTimestamp(b, int64(d), unit)
	case Timespan:
		b = appendTimespan(append(b, '"'), int64(d))
		b = append(b, '"')
	case Vector:
		b = append(b, '[')
		for i, e := range d {
			b = AppendJSON(comma(b, i), e, unit)
		}
		b = append(b, ']')
	case *Set:
		b = append(b, '[')
		for i := range d.Len() {
			b = AppendJSON(comma(b, i), d.At(i), unit)
		}
		b = append(b, ']')
	case *Table:
		b = append(b, '[')
		for i := range d.Len() {
			e := d.At(i)
			b = AppendJSON(append(comma(b, i), `{"key":`...), e.Key, unit)
			b = AppendJSON(append(b, `,"value":`...), e.Val, unit)
			b = append(b, '}')
		}
		b = append(b, ']')
	default: // addresses, subnets and ports
		b = AppendJSONString(b, Format(d, false))
	}
	return b
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

// appendReal writes the shortest text that is the number again, always with a point or an exponent. JSON has no infinity and no NaN: they are 1e999,
// which readers take for infinite, and null.
func appendReal(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "null"...)
	case math.IsInf(f, 1):
		return append(b, "1e999"...)
	case math.IsInf(f, -1):
		return append(b, "-1e999"...)
	}
	n := len(b)
	b = strconv.AppendFloat(b, f, 'g', -1, 64)
	if !bytes.ContainsAny(b[n:], ".e") {
		b = append(b, ".0"...)
	}
	return b
}

// appendTimestamp writes a time in UTC. Like the reference it writes milliseconds where these will do.
func appendTimestamp(b []byte, ns int64, unit time.Duration) []byte {
	t := time.Unix(0, ns).UTC().Round(unit)
	layout := `"2006-01-02T15:04:05.000000000"`
	switch {
	case t.Nanosecond()%1e6 == 0:
		layout = `"2006-01-02T15:04:05.000"`
	case t.Nanosecond()%1e3 == 0:
		layout = `"2006-01-02T15:04:05.000000"`
	}
	return t.AppendFormat(b, layout)
}

// appendTimespan writes a whole number of the largest unit up to seconds that is exact.
func appendTimespan(b []byte, ns int64) []byte {
	unit, div := "s", int64(1e9)
	switch {
	case ns%1e9 == 0:
	case ns%1e6 == 0:
		unit, div = "ms", 1e6
	case ns%1e3 == 0:
		unit, div = "us", 1e3
	default:
		unit, div = "ns", 1
	}
	return append(strconv.AppendInt(b, ns/div, 10), unit...)
}

const hexDigits = "0123456789abcdef"

// AppendJSONString quotes text. A byte that is no UTF-8 becomes the character of its number, \u00xx, since text frames must be UTF-8.
func AppendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			if r, n := utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || n > 1 {
				b = append(b, s[i:i+n]...)
				i += n
				continue
			}
		}
		i++
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c < ' ' || c >= utf8.RuneSelf || c == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
