package reflect

import (
	"slices"
	"strings"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// maxNesting bounds recursive types and values.
const maxNesting = 1000

// oldTypeText describes a type as Bro 2.6 does: by structure, never by name. open are the records around it.
func oldTypeText(t *types.Type, open []*types.RecordInfo) string {
	if t.Tag == types.Record {
		if slices.Contains(open, t.Rec) {
			return "<recursion>"
		}
		open = append(open, t.Rec)
	}
	var b strings.Builder
	part := func(t *types.Type) { b.WriteString(oldTypeText(t, open)) }
	fields := func(fs []*types.Field) {
		for i, f := range fs {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(f.Name + ":")
			part(f.Type)
			b.WriteByte(';')
		}
	}
	switch t.Tag {
	case types.Table:
		b.WriteString("table[")
		if t.IsSet() {
			b.Reset()
			b.WriteString("set[")
		}
		for i, k := range t.Keys {
			if i > 0 {
				b.WriteByte(',')
			}
			part(k)
		}
		b.WriteByte(']')
		if t.Elem != nil {
			b.WriteString(" of ")
			part(t.Elem)
		}
	case types.Vector, types.File:
		b.WriteString(t.Tag.String() + " of ")
		if t.Elem == nil {
			b.WriteString("string")
		} else {
			part(t.Elem)
		}
	case types.Opaque:
		b.WriteString("opaque of " + t.Opaque)
	case types.Record:
		b.WriteString("record { ")
		fields(t.Rec.Fields)
		b.WriteString(" }")
	case types.Func:
		b.WriteString(t.Fn.Flavor.String() + "(")
		fields(t.Fn.Params.Fields)
		b.WriteByte(')')
		if t.Fn.Flavor == types.FlavorFunction && t.Fn.Result != nil {
			b.WriteString(" : ")
			part(t.Fn.Result)
		}
	default:
		b.WriteString(t.Tag.String())
	}
	return b.String()
}

// fieldTypeName is how record_fields() writes a field's type: containers with their parts, records and enums by name.
func fieldTypeName(t *types.Type) string {
	switch t.Tag {
	case types.Record:
		return "record " + t.Name
	case types.Enum:
		return "enum " + t.Name
	case types.Vector:
		return "vector of " + fieldTypeName(t.Elem)
	case types.Table:
		keys := make([]string, len(t.Keys))
		for i, k := range t.Keys {
			keys[i] = fieldTypeName(k)
		}
		s := "[" + strings.Join(keys, ",") + "]"
		if t.IsSet() {
			return "set" + s
		}
		return "table" + s + " of " + fieldTypeName(t.Elem)
	}
	return t.Tag.String()
}

// footprint counts what a value consists of: each element, field and index counts one, and what it holds besides.
func footprint(t *types.Type, v val.Value) uint64 {
	m := meter{done: map[any]uint64{}}
	n, _ := m.value(t, v, 0)
	return n
}

// meter walks a value. A container met inside itself counts 1. done keeps the counts of containers without such cycles, so that
// shared structure is counted often but walked once.
type meter struct {
	open map[any]bool
	done map[any]uint64
}

func (m *meter) value(t *types.Type, v val.Value, depth int) (n uint64, cyclic bool) {
	if t.Tag == types.Any {
		if v.P == nil {
			return 1, false
		}
		t, v = v.Unbox()
	}
	if t.Tag == types.String {
		return 1 + v.N/valueSize, false
	}
	if !t.IsAggregate() || v.P == nil {
		return 1, false
	}
	if n, ok := m.done[v.P]; ok {
		return n, false
	}
	if m.open[v.P] || depth > maxNesting {
		return 1, true
	}
	if m.open == nil {
		m.open = map[any]bool{}
	}
	m.open[v.P] = true
	add := func(t *types.Type, v val.Value) {
		k, c := m.value(t, v, depth+1)
		n += k
		cyclic = cyclic || c
	}
	switch t.Tag {
	case types.Record:
		r := v.Rec()
		n = uint64(len(r.T.Rec.Fields))
		for i, f := range r.T.Rec.Fields {
			if x, ok := r.Get(i); ok {
				add(f.Type, x)
			}
		}
	case types.Vector:
		vec := v.Vec()
		n = uint64(vec.Len())
		for i := range vec.Len() {
			if x, ok := vec.Get(i); ok {
				add(vec.T.Elem, x)
			}
		}
	case types.Table:
		tab := v.Table()
		n = uint64(tab.Len())
		for it := tab.Iter(); it.Next(); {
			n += uint64(len(tab.T.Keys))
			for i, k := range tab.T.Keys {
				add(k, it.Key(i))
			}
			if tab.T.Elem != nil {
				add(tab.T.Elem, it.Val())
			}
		}
	}
	delete(m.open, v.P)
	if !cyclic {
		m.done[v.P] = n
	}
	return n, cyclic
}

// compressPath takes `.` and `..` out of a path as far as they can be resolved without looking.
func compressPath(path string) string {
	if !strings.Contains(path, "/.") && !strings.Contains(path, "//") {
		if len(path) > 1 {
			path = strings.TrimSuffix(path, "/")
		}
		return path
	}
	var parts []string
	for i, p := range strings.Split(path, "/") {
		switch {
		case p == "" || p == "." && i > 0:
			continue
		case p == ".." && len(parts) > 0:
			last := len(parts) - 1
			switch parts[last] {
			case "~", "..":
				parts = append(parts, p)
			case ".":
				parts[last] = ".."
			default:
				parts = parts[:last]
			}
			continue
		}
		parts = append(parts, p)
	}
	s := strings.Join(parts, "/")
	if strings.HasPrefix(path, "/") {
		s = "/" + s
	}
	return s
}
