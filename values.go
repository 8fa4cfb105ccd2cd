package brogo

import (
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"sort"
	"time"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// Port is a script's port in Go.
type Port struct {
	Number uint16
	Proto  string // "tcp", "udp", "icmp" or "unknown"
}

var protoNames = [...]string{val.ProtoUnknown: "unknown", val.ProtoTCP: "tcp", val.ProtoUDP: "udp", val.ProtoICMP: "icmp"}

// toScript turns a Go value into a script value of type t:
//
//	bool, int, count, double       Go's bool, integers, floats
//	string, enum, pattern          string (an enum by its qualified name); []byte for strings
//	time, interval                 time.Time, time.Duration; floats in seconds
//	addr, subnet, port             netip.Addr, netip.Prefix, Port
//	vector, set                    slices; a set of several indices takes slices of slices
//	table                          maps
//	record                         map[string]any or structs (fields by name, or by the tag `zeek:"name"`); nil leaves a field unset
func toScript(t *types.Type, x any) (val.Value, error) {
	v := reflect.ValueOf(x)
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return val.Value{}, mismatch(t, x)
		}
		v = v.Elem()
	}
	if !v.IsValid() {
		return val.Value{}, mismatch(t, x)
	}
	if sv, ok := scalarToScript(t, v); ok {
		return sv, nil
	}
	switch t.Tag {
	case types.Vector:
		if v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
			out := val.NewVector(t)
			for i := range v.Len() {
				e, err := toScript(t.Elem, v.Index(i).Interface())
				if err != nil {
					return val.Value{}, fmt.Errorf("element %d: %w", i, err)
				}
				out.Append(e)
			}
			return val.Vec(out), nil
		}
	case types.Table:
		return tableToScript(t, v)
	case types.Record:
		return recordToScript(t, v)
	}
	return val.Value{}, mismatch(t, x)
}

func mismatch(t *types.Type, x any) error {
	return fmt.Errorf("cannot turn %T into %s", x, t)
}

func scalarToScript(t *types.Type, v reflect.Value) (val.Value, bool) {
	switch x := v.Interface().(type) {
	case time.Time:
		return val.Time(float64(x.UnixNano()) / 1e9), t.Tag == types.Time
	case time.Duration:
		return val.Interval(x.Seconds()), t.Tag == types.Interval
	case netip.Addr:
		return val.Addr(x), t.Tag == types.Addr && x.IsValid()
	case netip.Prefix:
		return val.Subnet(x), t.Tag == types.Subnet && x.IsValid()
	case Port:
		for n, name := range protoNames {
			if name == x.Proto {
				return val.Port(x.Number, uint8(n)), t.Tag == types.Port
			}
		}
		return val.Value{}, false
	case []byte:
		return val.Str(string(x)), t.Tag == types.String
	}
	switch v.Kind() {
	case reflect.Bool:
		return val.Bool(v.Bool()), t.Tag == types.Bool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n := v.Int()
		switch t.Tag {
		case types.Int:
			return val.Int(n), true
		case types.Count:
			return val.Count(uint64(n)), n >= 0
		}
		return secondsOrDouble(t, float64(n))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n := v.Uint()
		switch t.Tag {
		case types.Count:
			return val.Count(n), true
		case types.Int:
			return val.Int(int64(n)), n <= math.MaxInt64
		}
		return secondsOrDouble(t, float64(n))
	case reflect.Float32, reflect.Float64:
		return secondsOrDouble(t, v.Float())
	case reflect.String:
		switch t.Tag {
		case types.String:
			return val.Str(v.String()), true
		case types.Enum:
			n, ok := t.Enum.ValueOf(v.String())
			return val.Enum(n), ok
		}
	}
	return val.Value{}, false
}

func secondsOrDouble(t *types.Type, f float64) (val.Value, bool) {
	switch t.Tag {
	case types.Double, types.Time, types.Interval:
		return val.Double(f), true
	}
	return val.Value{}, false
}

// keysToScript turns one Go key into the index values of a table.
func keysToScript(t *types.Type, x any) ([]val.Value, error) {
	if len(t.Keys) == 1 {
		k, err := toScript(t.Keys[0], x)
		return []val.Value{k}, err
	}
	v := reflect.ValueOf(x)
	if (v.Kind() != reflect.Slice && v.Kind() != reflect.Array) || v.Len() != len(t.Keys) {
		return nil, fmt.Errorf("%s needs keys of %d values, not %T", t, len(t.Keys), x)
	}
	keys := make([]val.Value, len(t.Keys))
	for i := range keys {
		k, err := toScript(t.Keys[i], v.Index(i).Interface())
		if err != nil {
			return nil, err
		}
		keys[i] = k
	}
	return keys, nil
}

func tableToScript(t *types.Type, v reflect.Value) (val.Value, error) {
	out := val.NewTable(t, nil)
	switch {
	case t.IsSet() && (v.Kind() == reflect.Slice || v.Kind() == reflect.Array):
		for i := range v.Len() {
			keys, err := keysToScript(t, v.Index(i).Interface())
			if err != nil {
				return val.Value{}, fmt.Errorf("element %d: %w", i, err)
			}
			out.Set(keys, val.Value{})
		}
	case !t.IsSet() && v.Kind() == reflect.Map:
		// Go's map order is random, and the table keeps the order that it is filled in.
		ks := v.MapKeys()
		sort.Slice(ks, func(i, j int) bool { return fmt.Sprint(ks[i]) < fmt.Sprint(ks[j]) })
		for _, k := range ks {
			keys, err := keysToScript(t, k.Interface())
			if err != nil {
				return val.Value{}, fmt.Errorf("key %v: %w", k, err)
			}
			e, err := toScript(t.Elem, v.MapIndex(k).Interface())
			if err != nil {
				return val.Value{}, fmt.Errorf("key %v: %w", k, err)
			}
			out.Set(keys, e)
		}
	default:
		return val.Value{}, mismatch(t, v.Interface())
	}
	return val.Tab(out), nil
}

func recordToScript(t *types.Type, v reflect.Value) (val.Value, error) {
	out := val.NewRecord(t)
	set := func(name string, x any) error {
		i := t.Rec.Lookup(name)
		if i < 0 {
			return fmt.Errorf("%s has no field %s", t, name)
		}
		if x == nil {
			return nil
		}
		if p := reflect.ValueOf(x); p.Kind() == reflect.Pointer && p.IsNil() {
			return nil
		}
		f, err := toScript(t.Rec.Fields[i].Type, x)
		if err != nil {
			return fmt.Errorf("field %s: %w", name, err)
		}
		out.Set(i, f)
		return nil
	}
	switch {
	case v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String:
		for _, k := range v.MapKeys() {
			if err := set(k.String(), v.MapIndex(k).Interface()); err != nil {
				return val.Value{}, err
			}
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			name := f.Tag.Get("zeek")
			if name == "" {
				name = f.Name
			}
			if err := set(name, v.Field(i).Interface()); err != nil {
				return val.Value{}, err
			}
		}
	default:
		return val.Value{}, mismatch(t, v.Interface())
	}
	for i, f := range t.Rec.Fields {
		if !out.Has(i) && !f.Optional() && f.Default() == nil {
			return val.Value{}, fmt.Errorf("field %s of %s is missing", f.Name, t)
		}
	}
	return val.Rec(out), nil
}

// Entry is one element of a table in Go.
type Entry struct{ Key, Val any }

// toGo turns a script value into Go: int64, uint64, float64, bool, string (also for enums), time.Time, time.Duration, netip.Addr,
// netip.Prefix, Port; vectors and sets as []any, tables as []Entry in the table's order, records as map[string]any of the set fields. Keys of
// several indices are []any. Anything else comes as its printed text.
func toGo(t *types.Type, v val.Value) any {
	switch t.Tag {
	case types.Void:
		return nil
	case types.Bool:
		return v.Bool()
	case types.Int:
		return v.Int()
	case types.Count:
		return v.Count()
	case types.Double:
		return v.Double()
	case types.Time:
		return time.Unix(0, int64(math.Round(v.Double()*1e9)))
	case types.Interval:
		return time.Duration(math.Round(v.Double() * 1e9))
	case types.String:
		return v.Str()
	case types.Enum:
		return t.Enum.NameOf(v.Int())
	case types.Port:
		return Port{v.PortNum(), protoNames[v.PortProto()&3]}
	case types.Addr:
		return v.Addr()
	case types.Subnet:
		return v.Subnet()
	case types.Any:
		return toGo(v.Unbox())
	case types.Vector:
		vec := v.Vec()
		out := make([]any, vec.Len())
		for i := range out {
			if e, ok := vec.Get(i); ok {
				out[i] = toGo(vec.T.Elem, e)
			}
		}
		return out
	case types.Table:
		return tableToGo(v.Table())
	case types.Record:
		r := v.Rec()
		out := make(map[string]any)
		for i, f := range r.T.Rec.Fields {
			if e, ok := r.Get(i); ok {
				out[f.Name] = toGo(f.Type, e)
			}
		}
		return out
	}
	return string(val.Describe(nil, t, v, val.DescPrint))
}

func tableToGo(t *val.Table) any {
	var set []any
	var entries []Entry
	for it := t.Iter(); it.Next(); {
		var key any
		if len(t.T.Keys) == 1 {
			key = toGo(t.T.Keys[0], it.Key(0))
		} else {
			parts := make([]any, len(t.T.Keys))
			for i := range parts {
				parts[i] = toGo(t.T.Keys[i], it.Key(i))
			}
			key = parts
		}
		if t.T.IsSet() {
			set = append(set, key)
		} else {
			entries = append(entries, Entry{key, toGo(t.T.Elem, it.Val())})
		}
	}
	if t.T.IsSet() {
		return set
	}
	return entries
}
