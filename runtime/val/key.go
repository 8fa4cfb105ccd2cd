package val

import (
	"encoding/binary"
	"slices"

	"github.com/brogo/brogo/lang/types"
)

// maxKeyDepth bounds how deep a key's contents are looked into; below it, containers count by identity.
const maxKeyDepth = 100

// packKey appends a canonical form of v: equal keys have equal bytes, different ones of one type different bytes.
func packKey(b []byte, t *types.Type, v Value, depth int) []byte {
	if depth > maxKeyDepth {
		b = append(b, 0xfe)
		return binary.LittleEndian.AppendUint64(b, uint64(uintptr(v.P)))
	}
	switch t.Tag {
	case types.Bool, types.Int, types.Count, types.Double, types.Time, types.Interval, types.Enum, types.Port:
		return binary.LittleEndian.AppendUint64(b, v.N)
	case types.String:
		b = binary.AppendUvarint(b, v.N)
		return append(b, v.Str()...)
	case types.Addr, types.Subnet:
		b = append(b, byte(len16(v)))
		b = binary.LittleEndian.AppendUint64(b, v.N)
		if v.P != nil {
			b = append(b, (*[16]byte)(v.P)[:]...)
		}
		return b
	case types.Any:
		if v.P == nil {
			return append(b, 0)
		}
		bt, bv := v.Unbox()
		b = append(b, 1, byte(bt.Tag))
		if bt.Tag == types.Record || bt.Tag == types.Enum {
			b = binary.AppendUvarint(b, uint64(len(bt.Name)))
			b = append(b, bt.Name...)
		}
		return packKey(b, bt, bv, depth+1)
	case types.Pattern:
		s := v.Pattern().Text()
		b = binary.AppendUvarint(b, uint64(len(s)))
		return append(b, s...)
	case types.Record:
		return packRecord(b, v.Rec(), depth)
	case types.Vector:
		return packVector(b, v.Vec(), depth)
	case types.Table:
		return packTable(b, v.Table(), depth)
	case types.List:
		for i, x := range v.List() {
			b = packKey(b, t.List[i], x, depth+1)
		}
		return b
	}
	return binary.LittleEndian.AppendUint64(b, uint64(uintptr(v.P)))
}

func len16(v Value) int {
	if v.P == nil {
		return 4
	}
	return 16
}

func packRecord(b []byte, r *Record, depth int) []byte {
	if r == nil {
		return append(b, 0xff)
	}
	for i, f := range r.T.Rec.Fields {
		x, ok := r.Get(i)
		if !ok {
			b = append(b, 0)
			continue
		}
		b = packKey(append(b, 1), f.Type, x, depth+1)
	}
	return b
}

func packVector(b []byte, w *Vector, depth int) []byte {
	if w == nil {
		return append(b, 0xff)
	}
	b = binary.AppendUvarint(b, uint64(w.Len()))
	for i := range w.Len() {
		x, ok := w.Get(i)
		if !ok {
			b = append(b, 0)
			continue
		}
		b = packKey(append(b, 1), w.T.Elem, x, depth+1)
	}
	return b
}

// packTable sorts the packed elements: sets are equal whatever their order of insertion.
func packTable(b []byte, t *Table, depth int) []byte {
	if t == nil {
		return append(b, 0xff)
	}
	elems := make([]string, 0, t.Len())
	var e []byte
	for p := t.next(-1); p >= 0; p = t.next(p) {
		e = e[:0]
		for i, kt := range t.T.Keys {
			e = packKey(e, kt, t.storedKey(p, i), depth+1)
		}
		if t.T.Elem != nil {
			e = packKey(e, t.T.Elem, t.valueAt(p), depth+1)
		}
		elems = append(elems, string(e))
	}
	slices.Sort(elems)
	b = binary.AppendUvarint(b, uint64(len(elems)))
	for _, e := range elems {
		b = append(b, e...)
	}
	return b
}
