package digest

import (
	"encoding/binary"
	"math"
	"net/netip"
	"strings"

	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// maxDepth bounds the nesting that Binary follows; deeper parts, which cyclic values have, do not enter the description.
const maxDepth = 64

// Binary appends the reference's binary description of a value: its type's tag and its parts in memory order. Hash functions feed
// on it for everything but strings, so values of different types hash apart. Bro 2.6 numbers the tags otherwise.
func Binary(b []byte, d *dialect.Dialect, t *types.Type, v val.Value) []byte {
	w := binaryWriter{b: b, d: d}
	w.value(t, v, 0)
	return w.b
}

// Bytes returns what a hash function sees of a value: a string's own bytes, else the binary description.
func Bytes(d *dialect.Dialect, t *types.Type, v val.Value) []byte {
	if t.Tag == types.String {
		return []byte(v.Str())
	}
	return Binary(nil, d, t, v)
}

// tags26 are Bro 2.6's numbers of the tags.
var tags26 = [...]uint32{types.Void: 0, types.Bool: 1, types.Int: 2, types.Count: 3, types.Double: 5, types.Time: 6, types.Interval: 7,
	types.String: 8, types.Pattern: 9, types.Enum: 10, types.Port: 12, types.Addr: 13, types.Subnet: 14, types.Any: 15, types.Table: 16,
	types.Record: 18, types.List: 19, types.Func: 20, types.File: 21, types.Vector: 22, types.Opaque: 23, types.TypeType: 24, types.Error: 25}

type binaryWriter struct {
	b []byte
	d *dialect.Dialect
}

func (w *binaryWriter) u32(u uint32)  { w.b = binary.LittleEndian.AppendUint32(w.b, u) }
func (w *binaryWriter) u64(u uint64)  { w.b = binary.LittleEndian.AppendUint64(w.b, u) }
func (w *binaryWriter) f64(f float64) { w.u64(math.Float64bits(f)) }

// text adds a string as the reference adds C strings, with its NUL.
func (w *binaryWriter) text(s string) { w.b = append(append(w.b, s...), 0) }

func (w *binaryWriter) tag(t types.Tag) {
	if w.d.HashTagsLengths {
		w.u32(tags26[t])
		return
	}
	w.u32(uint32(t))
}

func (w *binaryWriter) typ(t *types.Type, depth int) {
	w.tag(t.Tag)
	if depth > maxDepth {
		return
	}
	switch t.Tag {
	case types.Enum, types.Opaque:
		name := t.Name
		if t.Tag == types.Opaque {
			name = t.Opaque
		}
		w.text(name)
	case types.Table:
		for _, k := range t.Keys {
			w.typ(k, depth+1)
		}
		if t.Elem != nil {
			w.typ(t.Elem, depth+1)
		}
	case types.Vector, types.File:
		if t.Elem != nil {
			w.typ(t.Elem, depth+1)
		}
	case types.Record:
		w.u64(0)
		w.u64(uint64(len(t.Rec.Fields)))
		for _, f := range t.Rec.Fields {
			w.text(f.Name)
			w.typ(f.Type, depth+1)
		}
	case types.Func:
		w.b = append(w.b, byte(t.Fn.Flavor))
		for _, f := range t.Fn.Params.Fields {
			w.text(f.Name)
			w.typ(f.Type, depth+1)
		}
		w.typ(t.Fn.Result, depth+1)
	}
}

func (w *binaryWriter) value(t *types.Type, v val.Value, depth int) {
	if depth > maxDepth {
		return
	}
	if t.Tag == types.Any {
		if v.P == nil {
			return
		}
		t, v = v.Unbox()
	}
	w.typ(t, 0)
	switch t.Tag {
	case types.Bool, types.Int, types.Count:
		w.u64(v.N)
	case types.Double, types.Time:
		w.f64(v.Double())
	case types.Interval:
		w.interval(v.Double())
	case types.String:
		w.u32(uint32(v.N))
		w.b = append(w.b, v.Str()...)
	case types.Enum:
		name := t.Enum.NameOf(v.Int())
		if name == "" {
			name = "<undefined>"
		}
		w.text(name)
	case types.Port:
		w.u32(uint32(v.PortNum()))
		w.text("/")
		w.text([...]string{"unknown", "tcp", "udp", "icmp"}[v.PortProto()&3])
	case types.Addr:
		w.text(addrText(v.Addr()))
	case types.Subnet:
		w.text(string(val.Describe(nil, t, v, val.DescPrint)))
	case types.Pattern:
		w.text("/")
		w.text(strings.Trim(string(val.Describe(nil, t, v, val.DescPrint)), "/"))
		w.text("/")
	case types.Record:
		r := v.Rec()
		w.u64(uint64(len(t.Rec.Fields)))
		for i, f := range t.Rec.Fields {
			w.text(f.Name)
			if x, ok := r.Get(i); ok {
				w.value(f.Type, x, depth+1)
			} else {
				w.text("<uninitialized>")
			}
		}
	case types.Table:
		w.table(t, v.Table(), depth)
	case types.Vector:
		w.text("[")
		vec := v.Vec()
		for i := range vec.Len() {
			if i > 0 {
				w.text(", ")
			}
			if x, ok := vec.Get(i); ok {
				w.value(vec.T.Elem, x, depth+1)
			}
		}
		w.text("]")
	case types.Func:
		w.text(v.Func().Name)
	case types.File:
		w.text(v.File().Name)
	case types.TypeType:
		w.typ(v.TypeVal(), 0)
	case types.Opaque:
		w.text("<opaque of " + t.Opaque + ">")
	}
}

func (w *binaryWriter) table(t *types.Type, tab *val.Table, depth int) {
	w.u32(uint32(tab.Len()))
	for it := tab.Iter(); it.Next(); {
		w.u32(uint32(len(t.Keys)))
		w.u64(uint64(len(t.Keys)))
		for i, k := range t.Keys {
			w.value(k, it.Key(i), depth+1)
		}
		if t.Elem != nil {
			w.value(t.Elem, it.Val(), depth+1)
		}
	}
}

// interval splits seconds into units, as intervals are printed.
func (w *binaryWriter) interval(s float64) {
	if s == 0 {
		w.text("0 secs")
		return
	}
	for _, u := range [...]struct {
		sec  float64
		word string
	}{{86400, "day"}, {3600, "hr"}, {60, "min"}, {1, "sec"}, {1e-3, "msec"}, {1e-6, "usec"}} {
		n := s / u.sec
		if u.sec > 1e-6 {
			if math.Abs(s) < u.sec {
				continue
			}
			n = math.Trunc(n)
			s -= n * u.sec
		} else if math.Abs(n) < 1e-6 {
			return
		}
		w.f64(n)
		w.text(u.word)
		if n != 1 && n != -1 {
			w.text("s")
		}
	}
}

func addrText(a netip.Addr) string { return a.Unmap().String() }
