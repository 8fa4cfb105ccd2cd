package val

import (
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
	"unsafe"

	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
)

// JSONWriter renders values as JSON. The zero value writes as 8.0's to_json does with its defaults, but escapes no field names. It
// keeps what it learned of record types: who writes often keeps the writer. Not for concurrent use.
type JSONWriter struct {
	// OnlyLoggable leaves out record fields without &log.
	OnlyLoggable bool
	// Escape is taken out of field names where it first matches.
	Escape *pattern.Pattern
	// IntervalAsDouble writes intervals as seconds instead of in words.
	IntervalAsDouble bool
	// Bro writes as 2.6's script-level to_json: blanks behind commas and colons, ports as numbers, 16 digits.
	Bro bool

	recs    map[*types.RecordInfo]*jsonFields
	escaped *pattern.Pattern // what recs was made with
	path    []unsafe.Pointer
	scratch []byte
}

// jsonFields are the keys of a record type, `"name":`, and whether each field has &log.
type jsonFields struct {
	keys []string
	log  []bool
}

// JSONType is what an Opaque implements whose type name in JSON differs from its OpaqueName.
type JSONType interface{ JSONType() string }

// maxJSONDepth bounds the nesting of written and read JSON. Deeper values and those that contain themselves are written as null.
const maxJSONDepth = 500

// Append appends v as JSON.
func (w *JSONWriter) Append(b []byte, t *types.Type, v Value) []byte {
	w.path = w.path[:0]
	return w.value(b, t, v)
}

// value appends one value.
func (w *JSONWriter) value(b []byte, t *types.Type, v Value) []byte {
	switch t.Tag {
	case types.String:
		return w.str(b, v.Str())
	case types.Count:
		return strconv.AppendUint(b, v.N, 10)
	case types.Int:
		return strconv.AppendInt(b, v.Int(), 10)
	case types.Bool:
		return strconv.AppendBool(b, v.Bool())
	case types.Double, types.Time:
		return w.double(b, t, v.Double())
	case types.Any:
		if v.P == nil {
			return append(b, "null"...)
		}
		return w.value(b, (*AnyBox)(v.P).T, (*AnyBox)(v.P).V)
	case types.Addr, types.Subnet, types.Enum:
		b = appendAtom(append(b, '"'), t, v, false)
		return append(b, '"')
	case types.Interval:
		if w.IntervalAsDouble {
			return AppendJSONDouble(b, v.Double())
		}
		b = AppendInterval(append(b, '"'), v.Double(), w.Bro)
		return append(b, '"')
	case types.Port:
		return w.port(b, v)
	}
	if v.P == nil {
		return append(b, "null"...)
	}
	switch t.Tag {
	case types.Record, types.Table, types.Vector:
		return w.container(b, t, v)
	case types.List:
		b = append(b, '[')
		for i, x := range v.List() {
			b = w.value(w.comma(b, i), t.List[i], x)
		}
		return append(b, ']')
	case types.TypeType:
		if w.Bro {
			return b
		}
		return append(b, "null"...)
	}
	if w.Bro {
		return append(b, `""`...)
	}
	switch t.Tag {
	case types.Pattern:
		return AppendJSONString(b, v.Pattern().Text())
	case types.Func, types.File:
		return w.str(b, trimSpace(Text(t, v)))
	case types.Opaque:
		name := v.Opaque().OpaqueName()
		if j, ok := v.Opaque().(JSONType); ok {
			name = j.JSONType()
		}
		b = AppendJSONString(append(b, `{"opaque_type":`...), name)
		return append(b, '}')
	}
	return append(b, "null"...)
}

func (w *JSONWriter) str(b []byte, s string) []byte {
	if w.Bro {
		return appendBroString(b, s)
	}
	return AppendJSONText(b, s)
}

func (w *JSONWriter) double(b []byte, t *types.Type, f float64) []byte {
	switch {
	case !w.Bro:
		return AppendJSONDouble(b, f)
	case t.Tag == types.Time:
		return AppendDouble(b, f, true)
	}
	return AppendG(b, f, 16)
}

func (w *JSONWriter) port(b []byte, v Value) []byte {
	if w.Bro {
		return strconv.AppendUint(b, uint64(v.PortNum()), 10)
	}
	b = strconv.AppendUint(append(b, `{"port":`...), uint64(v.PortNum()), 10)
	b = append(append(b, `,"proto":"`...), ProtoName(v.PortProto())...)
	return append(b, `"}`...)
}

// comma appends what stands before the i-th member.
func (w *JSONWriter) comma(b []byte, i int) []byte {
	if i == 0 {
		return b
	}
	if w.Bro {
		return append(b, ", "...)
	}
	return append(b, ',')
}

func (w *JSONWriter) container(b []byte, t *types.Type, v Value) []byte {
	if len(w.path) >= maxJSONDepth || slices.Contains(w.path, v.P) {
		return append(b, "null"...)
	}
	w.path = append(w.path, v.P)
	switch t.Tag {
	case types.Record:
		b = w.record(b, v.Rec())
	case types.Vector:
		b = w.vector(b, v.Vec())
	default:
		if tab := v.Table(); tab.T.Elem == nil {
			b = w.set(b, tab)
		} else {
			b = w.table(b, tab)
		}
	}
	w.path = w.path[:len(w.path)-1]
	return b
}

func (w *JSONWriter) record(b []byte, r *Record) []byte {
	info := r.T.Rec
	fs := w.fields(info)
	b = append(b, '{')
	n := 0
	for i, f := range info.Fields {
		x, ok := r.Get(i)
		if !ok || w.OnlyLoggable && !fs.log[i] {
			continue
		}
		b = append(w.comma(b, n), fs.keys[i]...)
		n++
		b = w.value(b, f.Type, x)
	}
	return append(b, '}')
}

// fields returns the keys of a record type.
func (w *JSONWriter) fields(info *types.RecordInfo) *jsonFields {
	if w.escaped != w.Escape {
		w.recs, w.escaped = nil, w.Escape
	}
	if fs := w.recs[info]; fs != nil && len(fs.keys) == len(info.Fields) {
		return fs
	}
	fs := new(jsonFields)
	for _, f := range info.Fields {
		name := f.Name
		if w.Escape != nil {
			if from, to, ok := w.Escape.Find(name, 0, 0); ok {
				name = name[:from] + name[to:]
			}
		}
		key := string(AppendJSONString(nil, name)) + ":"
		if w.Bro {
			key += " "
		}
		fs.keys = append(fs.keys, key)
		fs.log = append(fs.log, f.Attrs.Has(types.AttrLog))
	}
	if w.recs == nil {
		w.recs = make(map[*types.RecordInfo]*jsonFields)
	}
	w.recs[info] = fs
	return fs
}

func (w *JSONWriter) vector(b []byte, v *Vector) []byte {
	b = append(b, '[')
	for i := range v.Len() {
		b = w.comma(b, i)
		if x, ok := v.Get(i); ok {
			b = w.value(b, v.T.Elem, x)
		} else {
			b = append(b, "null"...)
		}
	}
	return append(b, ']')
}

func (w *JSONWriter) set(b []byte, t *Table) []byte {
	b = append(b, '[')
	n := 0
	for p := t.next(-1); p >= 0; p = t.next(p) {
		b = w.key(w.comma(b, n), t, p)
		n++
	}
	return append(b, ']')
}

// key appends the index of an element: one value, or an array of several.
func (w *JSONWriter) key(b []byte, t *Table, p int) []byte {
	if len(t.T.Keys) == 1 {
		return w.value(b, t.T.Keys[0], t.storedKey(p, 0))
	}
	b = append(b, '[')
	for c, kt := range t.T.Keys {
		b = w.value(w.comma(b, c), kt, t.storedKey(p, c))
	}
	return append(b, ']')
}

// table appends a table as an object whose keys are the JSON of the indices. Keys that are strings in JSON lose their quotes and are
// then escaped once more, as in the reference.
func (w *JSONWriter) table(b []byte, t *Table) []byte {
	b = append(b, '{')
	n := 0
	for p := t.next(-1); p >= 0; p = t.next(p) {
		b = w.comma(b, n)
		n++
		start := len(b)
		b = w.key(b, t, p)
		w.scratch = append(w.scratch[:0], b[start:]...)
		key := w.scratch
		if len(key) >= 2 && key[0] == '"' {
			key = key[1 : len(key)-1]
		}
		b = b[:start]
		if w.Bro {
			b = append(append(append(b, '"'), key...), `": `...)
		} else {
			b = append(AppendJSONString(b, unsafe.String(unsafe.SliceData(key), len(key))), ':')
		}
		b = w.value(b, t.T.Elem, t.valueAt(p))
	}
	return append(b, '}')
}

// AppendJSONString appends s in quotes with JSON's escapes: those of two characters where there are any, \u00XX for other
// control characters. All other bytes stay.
func AppendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			b = append(b, s[from:i]...)
			from = i + 1
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\b':
				b = append(b, `\b`...)
			case '\f':
				b = append(b, `\f`...)
			case '\n':
				b = append(b, `\n`...)
			case '\r':
				b = append(b, `\r`...)
			case '\t':
				b = append(b, `\t`...)
			default:
				b = append(b, '\\', 'u', '0', '0', upperHex[c>>4], upperHex[c&15])
			}
		}
	}
	return append(append(b, s[from:]...), '"')
}

const upperHex = "0123456789ABCDEF"

// AppendJSONText is AppendJSONString behind UTF8OrEscaped.
func AppendJSONText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' {
			return AppendJSONString(b, UTF8OrEscaped(s))
		}
	}
	return AppendJSONString(b, s)
}

// UTF8OrEscaped returns s if it is valid UTF-8 of wanted characters. Otherwise every byte that is not printable ASCII or one of \b
// \f \n \r \t becomes \xHH. Not wanted are other control characters, the private use area and U+FFF0 to U+FFFF.
func UTF8OrEscaped(s string) string {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		bad := r == utf8.RuneError || r < ' ' && !jsonControl(byte(r)) || r >= 0x7f && r <= 0x9f ||
			r >= 0xe000 && r <= 0xf8ff || r >= 0xfff0 && r <= 0xffff
		if bad {
			return escapeAll(s)
		}
		i += n
	}
	return s
}

func jsonControl(c byte) bool { return c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t' }

func escapeAll(s string) string {
	b := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		if c := s[i]; c >= ' ' && c <= '~' || jsonControl(c) {
			b = append(b, c)
		} else {
			b = append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return string(b)
}

// appendBroString appends a string as 2.6 does: non-printable bytes as \xHH, then backslashes and quotes escaped.
func appendBroString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, c := range AppendEscaped(nil, s) {
		if c == '"' || c == '\\' {
			b = append(b, '\\')
		}
		b = append(b, c)
	}
	return append(b, '"')
}

func trimSpace(s string) string {
	for s != "" && asciiSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && asciiSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func asciiSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// AppendJSONDouble appends the shortest decimal text of f that reads back as f, in the layout of RapidJSON's writer: plain up to 21
// digits before the point and 6 zeros behind it, with an exponent otherwise; ".0" behind integral numbers. What JSON has
// no number for becomes null.
func AppendJSONDouble(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	if t := math.Trunc(f); t == f && math.Abs(f) < 1e15 {
		if f == 0 && math.Signbit(f) {
			b = append(b, '-')
		}
		return append(strconv.AppendInt(b, int64(f), 10), '.', '0')
	}
	for scale := int64(1000); scale <= 1_000_000; scale *= 1000 {
		// A decimal of up to 15 digits is the only one that short which reads back as its double.
		if k := math.Round(f * float64(scale)); math.Abs(k) < 1e15 && k/float64(scale) == f && math.Abs(f) >= 1e-3 {
			return appendScaled(b, int64(k), scale)
		}
	}
	var buf [32]byte
	e := strconv.AppendFloat(buf[:0], f, 'e', -1, 64)
	if e[0] == '-' {
		b, e = append(b, '-'), e[1:]
	}
	// e is D[.DDD]e±XX.
	mark := slices.Index(e, 'e')
	exp, _ := strconv.Atoi(string(e[mark+1:]))
	digits := e[:1]
	if mark > 2 {
		copy(e[1:], e[2:mark])
		digits = e[:mark-1]
	}
	switch point := exp + 1; { // of 0.DIGITS e point
	case len(digits) <= point && point <= 21:
		b = append(b, digits...)
		for range point - len(digits) {
			b = append(b, '0')
		}
		return append(b, '.', '0')
	case 0 < point && point <= 21:
		b = append(append(b, digits[:point]...), '.')
		return append(b, digits[point:]...)
	case -6 < point && point <= 0:
		b = append(b, '0', '.')
		for range -point {
			b = append(b, '0')
		}
		return append(b, digits...)
	}
	b = append(b, digits[0])
	if len(digits) > 1 {
		b = append(append(b, '.'), digits[1:]...)
	}
	return strconv.AppendInt(append(b, 'e'), int64(exp), 10)
}

// appendScaled appends k/scale, scale being a power of ten, without trailing zeros.
func appendScaled(b []byte, k, scale int64) []byte {
	if k < 0 {
		b, k = append(b, '-'), -k
	}
	b = append(strconv.AppendInt(b, k/scale, 10), '.')
	for k %= scale; k > 0; k %= scale {
		scale /= 10
		b = append(b, byte('0'+k/scale))
	}
	return b
}
