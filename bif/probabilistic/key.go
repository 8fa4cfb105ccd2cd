package probabilistic

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"

	"github.com/brogo/brogo/bif/digest"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// maxDepth bounds the nesting of values that enter a key.
const maxDepth = 64

// keyOf returns the bytes by which an element is hashed: the reference's index key of one value. Atomic values are their bytes in
// memory, containers their parts, aligned as the reference aligns them.
func keyOf(keys *digest.Keys, t *types.Type, v val.Value) []byte {
	w := keyWriter{keys: keys}
	w.value(t, v, true, 0)
	return w.b
}

type keyWriter struct {
	b    []byte
	keys *digest.Keys
}

func (w *keyWriter) align(n int) {
	for len(w.b)%n != 0 {
		w.b = append(w.b, 0)
	}
}

func (w *keyWriter) u64(u uint64) {
	w.align(8)
	w.b = binary.LittleEndian.AppendUint64(w.b, u)
}

func (w *keyWriter) u32(u uint32) {
	w.align(4)
	w.b = binary.LittleEndian.AppendUint32(w.b, u)
}

func (w *keyWriter) flag(on bool) {
	b := byte(0)
	if on {
		b = 1
	}
	w.b = append(w.b, b)
}

func (w *keyWriter) value(t *types.Type, v val.Value, single bool, depth int) {
	if depth > maxDepth {
		return
	}
	switch t.Tag {
	case types.Any:
		if v.P != nil {
			t, v = v.Unbox()
			w.value(t, v, single, depth+1)
		}
	case types.Bool, types.Int, types.Count, types.Enum, types.Double, types.Time, types.Interval:
		w.u64(v.N)
	case types.Port:
		// The reference keeps the protocol above the number as we do.
		w.u64(v.N)
	case types.String:
		if !single {
			w.u32(uint32(v.N))
		}
		w.b = append(w.b, v.Str()...)
	case types.Addr:
		w.align(4)
		a := v.Addr().As16()
		w.b = append(w.b, a[:]...)
	case types.Subnet:
		w.align(4)
		p := v.Subnet()
		a, n := p.Addr().As16(), p.Bits()
		if p.Addr().Is4() {
			n += 96
		}
		w.b = append(w.b, a[:]...)
		w.u32(uint32(n))
	case types.Pattern:
		p := v.Pattern()
		if !single {
			w.u64(uint64(len(p.Exact()) + 1))
			w.u64(uint64(len(p.Anywhere()) + 1))
		}
		w.b = append(append(w.b, p.Exact()...), 0)
		w.b = append(append(w.b, p.Anywhere()...), 0)
	case types.Func:
		// The reference numbers functions as it meets them; names last longer.
		w.b = append(append(w.b, v.Func().Name...), 0)
	case types.Record:
		for i, f := range t.Rec.Fields {
			x, ok := v.Rec().Get(i)
			if f.Optional() {
				w.flag(ok)
			}
			if ok {
				w.value(f.Type, x, false, depth+1)
			}
		}
	case types.Vector:
		vec := v.Vec()
		w.u32(uint32(vec.Len()))
		for i := range vec.Len() {
			x, ok := vec.Get(i)
			w.u32(uint32(i))
			w.flag(ok)
			if ok {
				w.value(vec.T.Elem, x, false, depth+1)
			}
		}
	case types.Table:
		w.table(t, v.Table(), depth)
	case types.TypeType:
		w.b = append(w.b, v.TypeVal().String()...)
	case types.File:
		w.b = append(w.b, v.File().Name...)
	default:
		w.u32(uint32(math.MaxUint32))
	}
}

// table writes elements in the order of their keys' hashes, so that equal tables give equal keys.
func (w *keyWriter) table(t *types.Type, tab *val.Table, depth int) {
	type element struct {
		hash uint64
		key  []byte
		idx  []val.Value
		v    val.Value
	}
	elems := make([]element, 0, tab.Len())
	for it := tab.Iter(); it.Next(); {
		k := keyWriter{keys: w.keys}
		idx := make([]val.Value, len(t.Keys))
		for i, kt := range t.Keys {
			idx[i] = it.Key(i)
			k.value(kt, idx[i], len(t.Keys) == 1, depth+1)
		}
		elems = append(elems, element{w.keys.Hash64(k.b), k.b, idx, it.Val()})
	}
	slices.SortFunc(elems, func(a, b element) int {
		switch {
		case a.hash < b.hash:
			return -1
		case a.hash > b.hash:
			return 1
		case len(a.key) != len(b.key):
			return len(a.key) - len(b.key)
		}
		return bytes.Compare(a.key, b.key)
	})
	w.u32(uint32(len(elems)))
	for _, e := range elems {
		w.u32(uint32(len(e.idx)))
		for i, kt := range t.Keys {
			w.value(kt, e.idx[i], false, depth+1)
		}
		if t.Elem != nil {
			w.value(t.Elem, e.v, false, depth+1)
		}
	}
}
