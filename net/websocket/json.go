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

	"github.com/brogo/brogo/net/wire"
)

const (
	// maxDepth is how deep data may be nested, which needs two levels of JSON each.
	maxDepth = 64
	// maxNodes is how many values a text may hold: a short one takes a hundred times its length.
	maxNodes = 1 << 20
	// timeUnit is how exact the times are that are sent: as exact as those of scripts.
	timeUnit = time.Microsecond
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
