package val

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
)

// JSONReader turns JSON into values of a wanted type. The zero value works; the functions are the interpreter's.
type JSONReader struct {
	// Key maps the names of object members to names of record fields; false gives the reading up. Nil: as they are.
	Key func(name string) (string, bool)
	// NewRecord makes a record with its defaults in place. Nil: NewRecord of this package.
	NewRecord func(t *types.Type) *Record
	// Report takes messages about values that are replaced by others: bad addresses. Nil: they are dropped.
	Report func(msg string)
}

// Read reads one JSON text. set is false when the text is null. Errors have the reference's words.
func (r *JSONReader) Read(text string, t *types.Type) (v Value, set bool, err error) {
	root, msg := parseJSON(text)
	if msg != "" {
		return Value{}, false, errors.New(msg)
	}
	return r.value(&root, t)
}

func mismatch(j *jsonNode, t *types.Type) error {
	return fmt.Errorf("cannot convert JSON type '%s' to Zeek type '%s'", jsonKindNames[j.kind], t.Tag)
}

// value builds one value. Null is no value of any type.
func (r *JSONReader) value(j *jsonNode, t *types.Type) (v Value, set bool, err error) {
	if j.kind == jsonNull {
		return Value{}, false, nil
	}
	ok := false
	switch t.Tag {
	case types.Bool:
		ok = j.kind == jsonTrue || j.kind == jsonFalse
		v = Bool(j.kind == jsonTrue)
	case types.Int:
		v, ok = Count(j.n), j.isInt
	case types.Count:
		v, ok = Count(j.n), j.isUint
	case types.Time, types.Double:
		v, ok = Double(j.f), j.kind == jsonNumber
	case types.String:
		v, ok = Str(j.s), j.kind == jsonString
	case types.Interval:
		if j.kind == jsonString {
			v, err = parseInterval(j.s)
			return v, true, err
		}
		v, ok = Double(j.f), j.kind == jsonNumber
	case types.Port:
		v, err = jsonPort(j)
		return v, true, err
	case types.Pattern, types.Addr, types.Subnet, types.Enum:
		if j.kind == jsonString {
			v, err = r.named(j.s, t)
			return v, true, err
		}
	case types.Table:
		if t.IsSet() && j.kind == jsonArray {
			return r.set(j, t)
		}
		if t.IsTable() && j.kind == jsonObject {
			return r.table(j, t)
		}
	case types.Record:
		if j.kind == jsonObject {
			return r.record(j, t)
		}
	case types.Vector:
		if j.kind == jsonArray {
			return r.vector(j, t)
		}
	default:
		return Value{}, false, fmt.Errorf("type '%s' unsupported", t.Tag)
	}
	if !ok {
		return Value{}, false, mismatch(j, t)
	}
	return v, true, nil
}

// named reads a value that JSON holds as a string of its own syntax.
func (r *JSONReader) named(s string, t *types.Type) (Value, error) {
	switch t.Tag {
	case types.Enum:
		n, ok := t.Enum.ValueOf(s)
		if !ok {
			return Value{}, fmt.Errorf("'%s' is not a valid enum for '%s'.", s, t.Name)
		}
		return Enum(n), nil
	case types.Pattern:
		if len(s) > 2 && s[0] == '/' && s[len(s)-1] == '/' {
			s = s[1 : len(s)-1]
		}
		if len(s) > 6 && strings.HasPrefix(s, "^?(") && strings.HasSuffix(s, ")$?") {
			s = s[3 : len(s)-3]
		}
		p, err := pattern.Compile(s, 0)
		if err != nil {
			return Value{}, errors.New("error compiling pattern")
		}
		return Pat(p), nil
	case types.Addr:
		return Addr(r.addr(s)), nil
	}
	addr, width, ok := strings.Cut(s, "/")
	n, digits := leadingInt(width)
	if !ok || digits == 0 {
		return Value{}, fmt.Errorf("invalid value for subnet: '%s'", s)
	}
	a := r.addr(addr)
	if n > int64(a.BitLen()) {
		r.report(fmt.Sprintf("Bad IPAddr(%s) IPPrefix length : %d", family(a), n))
		a, n = netip.IPv6Unspecified(), 0
	}
	return Subnet(netip.PrefixFrom(a, int(n))), nil
}

func family(a netip.Addr) string {
	if a.Is4() {
		return "v4"
	}
	return "v6"
}

// leadingInt reads the decimal number at the start of s, up to a million, and tells how many bytes it has.
func leadingInt(s string) (n int64, digits int) {
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		n = min(n*10+int64(s[digits]-'0'), 1_000_000)
		digits++
	}
	return n, digits
}

// addr reads an address that may stand in brackets. Like the reference, it reports a bad one and goes on with ::.
func (r *JSONReader) addr(s string) netip.Addr {
	a, ok := ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if !ok {
		r.report("Bad IP address: " + s)
		return netip.IPv6Unspecified()
	}
	return a
}

func (r *JSONReader) report(msg string) {
	if r.Report != nil {
		r.Report(msg)
	}
}

// parseInterval reads pairs of numbers and units, `2.0 days 1.5 secs`.
func parseInterval(s string) (Value, error) {
	parts := strings.FieldsFunc(s, func(c rune) bool { return c == ' ' })
	if len(parts)%2 != 0 {
		return Value{}, errors.New("wrong interval format, must be pairs of values with units")
	}
	var secs float64
	for i := 0; i < len(parts); i += 2 {
		n, err := strconv.ParseFloat(parts[i], 64)
		if err != nil {
			return Value{}, errors.New("wrong interval format, must be pairs of values with units")
		}
		unit := parts[i+1]
		u := 0
		for u < len(intervalUnits) && unit != intervalUnits[u].name && unit != intervalUnits[u].name+"s" {
			u++
		}
		if u == len(intervalUnits) {
			return Value{}, fmt.Errorf("wrong interval format, invalid unit type %s", unit)
		}
		secs += n * intervalUnits[u].secs
	}
	return Interval(secs), nil
}

// jsonPort reads "80/tcp" or {"port": 80, "proto": "tcp"}.
func jsonPort(j *jsonNode) (Value, error) {
	switch j.kind {
	case jsonString:
		v, ok := ParsePort(j.s)
		if !ok {
			return v, errors.New(`wrong port format, string must be /[0-9]{1,5}\/(tcp|udp|icmp|unknown)/`)
		}
		return v, nil
	case jsonObject:
		num, proto := j.find("port"), j.find("proto")
		switch {
		case num == nil || proto == nil:
			return Value{}, errors.New("wrong port format, object must have 'port' and 'proto' members")
		case num.kind != jsonNumber:
			return Value{}, errors.New("wrong port format, port must be a number")
		case proto.kind != jsonString:
			return Value{}, errors.New("wrong port format, protocol must be a string")
		}
		p, ok := ProtoByName(proto.s)
		if !ok {
			return Value{}, errors.New("wrong port format, invalid protocol string")
		}
		n := int64(-1)
		if num.isInt {
			n = int64(num.n)
		}
		return portOf(n, p), nil
	}
	return Value{}, errors.New("wrong port format, must be string or object")
}

func (r *JSONReader) vector(j *jsonNode, t *types.Type) (Value, bool, error) {
	v := NewVectorCap(t, len(j.kids))
	for i := range j.kids {
		x, set, err := r.value(&j.kids[i], t.Elem)
		if err != nil {
			return Value{}, false, err
		}
		if set {
			v.Append(x)
		}
	}
	return Vec(v), true, nil
}

// members returns a function that finds a member by name. Among members of one name the first counts, but the last of those that Key
// gave theirs.
func (r *JSONReader) members(j *jsonNode, names []string) func(name string) *jsonNode {
	if r.Key == nil && len(names) <= 16 {
		return j.find
	}
	m := make(map[string]*jsonNode, len(names))
	for i, n := range names {
		if m[n] == nil || r.Key != nil {
			m[n] = &j.kids[i]
		}
	}
	return func(name string) *jsonNode { return m[name] }
}

func (r *JSONReader) record(j *jsonNode, t *types.Type) (Value, bool, error) {
	names := j.names
	if r.Key != nil {
		names = make([]string, len(j.names))
		for i, n := range j.names {
			var ok bool
			if names[i], ok = r.Key(n); !ok {
				return Value{}, false, errors.New("key function error")
			}
		}
	}
	member := r.members(j, names)
	var rec *Record
	if r.NewRecord != nil {
		rec = r.NewRecord(t)
	} else {
		rec = NewRecord(t)
	}
	for i, f := range t.Rec.Fields {
		m := member(f.Name)
		if m == nil || m.kind == jsonNull {
			if f.Optional() || f.Default() != nil {
				continue
			}
			how := "missing"
			if m != nil {
				how = "null"
			}
			return Value{}, false, fmt.Errorf("required field %s$%s is %s in JSON", t.Name, f.Name, how)
		}
		x, set, err := r.value(m, f.Type)
		if err != nil {
			return Value{}, false, err
		}
		if set {
			rec.Set(i, x)
		}
	}
	return Rec(rec), true, nil
}

func (r *JSONReader) set(j *jsonNode, t *types.Type) (Value, bool, error) {
	tab := NewTable(t, nil)
	for i := range j.kids {
		keys, set, err := r.keys(&j.kids[i], t)
		if err != nil {
			return Value{}, false, err
		}
		if set {
			tab.Set(keys, Value{})
		}
	}
	return Tab(tab), true, nil
}

// table reads an object whose names are the JSON of the indices, without quotes around those that are strings.
func (r *JSONReader) table(j *jsonNode, t *types.Type) (Value, bool, error) {
	tab := NewTable(t, nil)
	for i, name := range j.names {
		key := jsonNode{kind: jsonString, s: name}
		if len(t.Keys) > 1 || !stringInJSON(t.Keys[0]) {
			if parsed, bad := parseJSON(name); bad == "" {
				key = parsed
			} else {
				key.kind = jsonNull
			}
		}
		keys, set, err := r.keys(&key, t)
		if err != nil {
			return Value{}, false, err
		}
		if !set {
			continue
		}
		x, set, err := r.value(&j.kids[i], t.Elem)
		if err != nil {
			return Value{}, false, err
		}
		if set {
			tab.Set(keys, x)
		}
	}
	return Tab(tab), true, nil
}

// keys reads the index values of one element.
func (r *JSONReader) keys(j *jsonNode, t *types.Type) ([]Value, bool, error) {
	if len(t.Keys) == 1 {
		k, set, err := r.value(j, t.Keys[0])
		return []Value{k}, set, err
	}
	switch {
	case j.kind == jsonNull:
		return nil, false, nil
	case j.kind != jsonArray:
		return nil, false, mismatch(j, types.NewList(t.Keys...))
	case len(j.kids) < len(t.Keys):
		return nil, false, errors.New("index type doesn't match")
	}
	keys := make([]Value, len(t.Keys))
	for c, kt := range t.Keys {
		k, set, err := r.value(&j.kids[c], kt)
		if err != nil {
			return nil, false, err
		}
		if !set {
			return nil, false, errors.New("index type doesn't match")
		}
		keys[c] = k
	}
	return keys, true, nil
}

// stringInJSON reports whether values of t are strings in JSON.
func stringInJSON(t *types.Type) bool {
	switch t.Tag {
	case types.Addr, types.Enum, types.File, types.Func, types.Interval, types.Pattern, types.String, types.Subnet, types.Opaque:
		return true
	}
	return false
}
