package logging

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// jsonFormat is how rows become JSON objects.
type jsonFormat struct {
	times string // name of a JSON::TimestampFormat
	unset bool   // unset fields are written as null
	bro   bool   // 2.6: most characters as \u00XX, short doubles, no counts beyond int
	// report takes an error about a value.
	report func(msg string)
}

// jsonColumns are the compiled columns of a log.
type jsonColumns struct {
	unset bool
	keys  []string // "name":
	cols  []appender
}

func (f *jsonFormat) compile(fields []Field) (*jsonColumns, error) {
	switch f.times {
	case "JSON::TS_EPOCH", "JSON::TS_MILLIS", "JSON::TS_MILLIS_UNSIGNED", "JSON::TS_ISO8601":
	default:
		return nil, fmt.Errorf("Invalid JSON timestamp format: %s", f.times)
	}
	j := &jsonColumns{unset: f.unset}
	for _, fd := range fields {
		key := val.AppendJSONString(nil, fd.Name)
		j.keys = append(j.keys, string(append(key, ':')))
		j.cols = append(j.cols, f.column(fd.T))
	}
	return j, nil
}

// append appends a row without the end of the line.
func (j *jsonColumns) append(b []byte, row []Cell) []byte {
	b = append(b, '{')
	first := true
	for i := range row {
		if !row[i].Set && !j.unset {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, j.keys[i]...)
		if row[i].Set {
			b = j.cols[i](b, row[i].V)
		} else {
			b = append(b, "null"...)
		}
	}
	return append(b, '}')
}

func (f *jsonFormat) column(t *types.Type) appender {
	switch t.Tag {
	case types.Vector:
		elem := f.atom(t.Elem)
		return func(b []byte, v val.Value) []byte {
			vec := v.Vec()
			b = append(b, '[')
			for i := range vec.Len() {
				if i > 0 {
					b = append(b, ',')
				}
				if x, ok := vec.Get(i); ok {
					b = elem(b, x)
				} else if !f.bro {
					b = append(b, "null"...)
				}
			}
			return append(b, ']')
		}
	case types.Table:
		elem := f.atom(t.Keys[0])
		return func(b []byte, v val.Value) []byte {
			b = append(b, '[')
			first := true
			for it := v.Table().Iter(); it.Next(); first = false {
				if !first {
					b = append(b, ',')
				}
				b = elem(b, it.Key(0))
			}
			return append(b, ']')
		}
	}
	return f.atom(t)
}

func (f *jsonFormat) atom(t *types.Type) appender {
	switch t.Tag {
	case types.Bool:
		return func(b []byte, v val.Value) []byte { return strconv.AppendBool(b, v.Bool()) }
	case types.Int:
		return func(b []byte, v val.Value) []byte { return strconv.AppendInt(b, v.Int(), 10) }
	case types.Count:
		return f.count
	case types.Port:
		return func(b []byte, v val.Value) []byte { return strconv.AppendUint(b, uint64(v.PortNum()), 10) }
	case types.Addr:
		return func(b []byte, v val.Value) []byte { return append(val.AppendAddr(append(b, '"'), v), '"') }
	case types.Subnet:
		return func(b []byte, v val.Value) []byte { return append(val.AppendSubnet(append(b, '"'), v), '"') }
	case types.Double, types.Interval:
		return f.double
	case types.Time:
		return f.time()
	}
	text := stringOf(t, f.bro)
	if f.bro {
		return func(b []byte, v val.Value) []byte { return appendBroJSON(b, text(v)) }
	}
	return func(b []byte, v val.Value) []byte { return val.AppendJSONText(b, text(v)) }
}

func (f *jsonFormat) count(b []byte, v val.Value) []byte {
	if f.bro && v.Count() >= math.MaxInt64 {
		f.report("count value too large for JSON: " + strconv.FormatUint(v.Count(), 10))
		return append(b, "null"...)
	}
	return strconv.AppendUint(b, v.Count(), 10)
}

func (f *jsonFormat) double(b []byte, v val.Value) []byte {
	if f.bro {
		return val.AppendDouble(b, v.Double(), true)
	}
	return val.AppendJSONDouble(b, v.Double())
}

func (f *jsonFormat) time() appender {
	switch f.times {
	case "JSON::TS_MILLIS":
		if f.bro {
			return func(b []byte, v val.Value) []byte {
				ms := uint64(int64(v.Double() * 1000))
				if ms >= math.MaxInt64 {
					f.report("time value too large for JSON milliseconds: " + strconv.FormatUint(ms, 10))
					return append(b, "null"...)
				}
				return strconv.AppendUint(b, ms, 10)
			}
		}
		return func(b []byte, v val.Value) []byte { return strconv.AppendInt(b, int64(v.Double()*1000), 10) }
	case "JSON::TS_MILLIS_UNSIGNED":
		return func(b []byte, v val.Value) []byte { return strconv.AppendUint(b, uint64(int64(v.Double()*1000)), 10) }
	case "JSON::TS_ISO8601":
		return appendISO
	}
	return f.double
}

// appendISO appends a time as "2018-11-22T12:34:56.123456Z".
func appendISO(b []byte, v val.Value) []byte {
	sec := v.Double()
	whole := math.Floor(sec)
	if !(math.Abs(whole) < 1<<55) {
		return append(b, `"2000-01-01T00:00:00.000000"`...)
	}
	b = time.Unix(int64(whole), 0).UTC().AppendFormat(append(b, '"'), "2006-01-02T15:04:05.")
	_, frac := math.Modf(sec)
	if frac < 0 {
		frac++
	}
	digits := strconv.AppendFloat(nil, min(math.Abs(frac)*1e6, 999999), 'f', 0, 64)
	for n := len(digits); n < 6; n++ {
		b = append(b, '0')
	}
	return append(append(b, digits...), 'Z', '"')
}

// appendBroJSON appends a string as 2.6 does.
func appendBroJSON(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~' || c == '"' || c == '\'' || c == '\\' || c == '&':
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
