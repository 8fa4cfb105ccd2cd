package websocket

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/brogo/brogo/net/wire"
)

const (
	// maxDepth is how deep data may be nested, which needs two levels of JSON each.
	maxDepth = 64
	// maxNodes is how many values a text may hold: a short one takes a hundred times its length.
	maxNodes = 1 << 20
)

// errJSON is every way in which a text is no data.
var errJSON = errors.New("not a JSON data object")

// tree is one JSON value; nil is null.
type tree any

// object is a JSON object. Of several members with one name the last counts.
type object map[string]tree

// parse reads one JSON text whole. Numbers keep their text. Memory grows with the text, which the caller limits.
func parse(text []byte) (tree, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	p := parser{d: d}
	n, err := p.tree(2*maxDepth + 2)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errJSON
	}
	return n, nil
}

// parser makes trees of tokens.
type parser struct {
	d     *json.Decoder
	nodes int
}

func (p *parser) tree(depth int) (tree, error) {
	d := p.d
	if p.nodes++; p.nodes > maxNodes {
		return nil, errJSON
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if depth == 0 {
		return nil, errJSON
	}
	if open == '[' {
		list := []tree{}
		for d.More() {
			n, err := p.tree(depth - 1)
			if err != nil {
				return nil, err
			}
			list = append(list, n)
		}
		_, err = d.Token()
		return list, err
	}
	o := object{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		if o[name.(string)], err = p.tree(depth - 1); err != nil {
			return nil, err
		}
	}
	_, err = d.Token()
	return o, err
}

// data turns {"@data-type": T, "data": V} into data.
func data(n tree, depth int) (wire.Data, error) {
	o, ok := n.(object)
	if !ok || depth == 0 {
		return nil, errJSON
	}
	kind, ok := o["@data-type"].(string)
	if !ok {
		return nil, errJSON
	}
	v := o["data"]
	text, isText := v.(string)
	num, isNum := v.(json.Number)
	list, isList := v.([]tree)
	switch kind {
	case "none":
		return wire.None{}, nil
	case "boolean":
		if b, ok := v.(bool); ok {
			return wire.Bool(b), nil
		}
	case "count":
		if x, err := strconv.ParseUint(string(num), 10, 64); isNum && err == nil {
			return wire.Count(x), nil
		}
	case "integer":
		if x, err := strconv.ParseInt(string(num), 10, 64); isNum && err == nil {
			return wire.Int(x), nil
		}
	case "real":
		return realOf(v)
	case "string":
		if isText {
			return wire.String(text), nil
		}
	case "enum-value":
		if isText {
			return wire.Enum(text), nil
		}
	case "address":
		if a, err := netip.ParseAddr(text); isText && err == nil && a.Zone() == "" {
			return wire.Address{Addr: a.Unmap()}, nil
		}
	case "subnet":
		if p, err := netip.ParsePrefix(text); isText && err == nil {
			if p.Addr().Is4In6() && p.Bits() >= 96 {
				p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
			}
			return wire.Subnet{Prefix: p.Masked()}, nil
		}
	case "port":
		if isText {
			return portOf(text)
		}
	case "timestamp":
		if isText {
			return timestampOf(text)
		}
	case "timespan":
		if isText {
			return timespanOf(text)
		}
	case "vector":
		if isList {
			out := make(wire.Vector, 0, len(list))
			for _, e := range list {
				d, err := data(e, depth-1)
				if err != nil {
					return nil, err
				}
				out = append(out, d)
			}
			return out, nil
		}
	case "set":
		if isList {
			return setOf(list, depth)
		}
	case "table":
		if isList {
			return tableOf(list, depth)
		}
	}
	return nil, errJSON
}

// realOf wants a decimal point or an exponent. A number beyond all doubles is infinite, null is not a number.
func realOf(v tree) (wire.Data, error) {
	num, ok := v.(json.Number)
	if !ok {
		if v == nil {
			return wire.Real(math.NaN()), nil
		}
		return nil, errJSON
	}
	if !strings.ContainsAny(string(num), ".eE") {
		return nil, errJSON
	}
	f, err := strconv.ParseFloat(string(num), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return nil, errJSON
	}
	return wire.Real(f), nil
}

var protos = map[string]wire.Proto{"tcp": wire.ProtoTCP, "udp": wire.ProtoUDP, "icmp": wire.ProtoICMP}

// portOf reads "80/tcp". Without a protocol it is tcp; one that is not known is unknown.
func portOf(text string) (wire.Data, error) {
	num, proto, named := strings.Cut(text, "/")
	n, err := strconv.ParseUint(num, 10, 16)
	if err != nil {
		return nil, errJSON
	}
	p := wire.Port{Num: uint16(n), Proto: wire.ProtoTCP}
	if named {
		p.Proto = protos[proto]
	}
	return p, nil
}

// timestampOf reads "2022-04-10T07:00:00.000", UTC unless an offset follows.
func timestampOf(text string) (wire.Data, error) {
	for _, layout := range []string{"2006-01-02T15:04:05", time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1678 && t.Year() < 2262 {
			return wire.Timestamp(t.UnixNano()), nil
		}
	}
	return nil, errJSON
}

// units of timespans, the longest suffixes first.
var units = []struct {
	name string
	ns   int64
}{{"min", 60e9}, {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"h", 3600e9}}

func timespanOf(text string) (wire.Data, error) {
	for _, u := range units {
		num, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		if n, err := strconv.ParseInt(num, 10, 64); err == nil {
			if p := n * u.ns; p/u.ns == n {
				return wire.Timespan(p), nil
			}
			return nil, errJSON
		}
		f, err := strconv.ParseFloat(num, 64)
		if f *= float64(u.ns); err == nil && math.Abs(f) < math.MaxInt64 && strings.Trim(num, "-+.0123456789") == "" {
			return wire.Timespan(math.Round(f)), nil
		}
		return nil, errJSON
	}
	return nil, errJSON
}

func setOf(list []tree, depth int) (wire.Data, error) {
	items := make([]wire.Data, 0, len(list))
	for _, e := range list {
		d, err := data(e, depth-1)
		if err != nil {
			return nil, err
		}
		items = append(items, d)
	}
	slices.SortFunc(items, wire.Compare) // each is put behind the others then, and not between
	s := wire.NewSet(items...)
	if s.Len() != len(items) {
		return nil, errJSON
	}
	return s, nil
}

func tableOf(list []tree, depth int) (wire.Data, error) {
	rows := make([]wire.Entry, 0, len(list))
	for _, e := range list {
		o, ok := e.(object)
		if !ok {
			return nil, errJSON
		}
		k, err := data(o["key"], depth-1)
		if err != nil {
			return nil, err
		}
		v, err := data(o["value"], depth-1)
		if err != nil {
			return nil, err
		}
		rows = append(rows, wire.Entry{Key: k, Val: v})
	}
	slices.SortFunc(rows, func(a, b wire.Entry) int { return wire.Compare(a.Key, b.Key) })
	t := wire.NewTable(rows...)
	if t.Len() != len(rows) {
		return nil, errJSON
	}
	return t, nil
}

// typeNames are the values of @data-type, by wire.Kind.
var typeNames = [...]string{"none", "boolean", "count", "integer", "real", "string", "address", "subnet", "port", "timestamp", "timespan",
	"enum-value", "set", "table", "vector"}

// appendData appends a data object, without its braces if bare.
func appendData(b []byte, d wire.Data, bare bool) []byte {
	if !bare {
		b = append(b, '{')
	}
	b = append(b, `"@data-type":"`...)
	b = append(b, typeNames[d.Kind()]...)
	b = append(b, `","data":`...)
	switch d := d.(type) {
	case wire.None:
		b = append(b, "{}"...)
	case wire.Bool:
		b = strconv.AppendBool(b, bool(d))
	case wire.Count:
		b = strconv.AppendUint(b, uint64(d), 10)
	case wire.Int:
		b = strconv.AppendInt(b, int64(d), 10)
	case wire.Real:
		b = appendReal(b, float64(d))
	case wire.String:
		b = appendString(b, string(d))
	case wire.Enum:
		b = appendString(b, string(d))
	case wire.Timestamp:
		b = appendTimestamp(b, int64(d))
	case wire.Timespan:
		b = appendTimespan(append(b, '"'), int64(d))
		b = append(b, '"')
	case wire.Vector:
		b = append(b, '[')
		for i, e := range d {
			b = appendData(comma(b, i), e, false)
		}
		b = append(b, ']')
	case *wire.Set:
		b = append(b, '[')
		for i := range d.Len() {
			b = appendData(comma(b, i), d.At(i), false)
		}
		b = append(b, ']')
	case *wire.Table:
		b = append(b, '[')
		for i := range d.Len() {
			e := d.At(i)
			b = appendData(append(comma(b, i), `{"key":`...), e.Key, false)
			b = appendData(append(b, `,"value":`...), e.Val, false)
			b = append(b, '}')
		}
		b = append(b, ']')
	default: // addresses, subnets and ports
		b = appendString(b, wire.Format(d, false))
	}
	if !bare {
		b = append(b, '}')
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

// appendTimestamp writes a time in UTC, rounded to microseconds, which is as exact as times of scripts are. Like the reference it writes
// milliseconds where these will do.
func appendTimestamp(b []byte, ns int64) []byte {
	t := time.Unix(0, ns).UTC().Round(time.Microsecond)
	layout := `"2006-01-02T15:04:05.000000"`
	if t.Nanosecond()%1e6 == 0 {
		layout = `"2006-01-02T15:04:05.000"`
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

// appendString quotes text. A byte that is no UTF-8 becomes the character of its number, \u00xx, since text frames must be UTF-8.
func appendString(b []byte, s string) []byte {
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
