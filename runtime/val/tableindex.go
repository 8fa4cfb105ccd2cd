package val

import (
	"hash/maphash"
	"math/bits"
	"unsafe"

	"github.com/brogo/brogo/lang/types"
)

// packBuf is the room for the canonical bytes of a key on the stack.
const packBuf = 128

// seed keeps outsiders from choosing keys that collide. It never shows: iteration goes by insertion.
var (
	seed     = maphash.MakeSeed()
	wordSeed = maphash.String(seed, "word")
)

// mix hashes one word into a state by a 128-bit product, as wyhash does.
func mix(h, n uint64) uint64 {
	hi, lo := bits.Mul64(h^n, 0x9e3779b97f4a7c15)
	return hi ^ lo
}

func hashWord(n uint64) uint32 { return uint32(mix(wordSeed, n)) }

func hasPointer(keys []Value) bool {
	for _, k := range keys {
		if k.P != nil {
			return true
		}
	}
	return false
}

// pack appends the canonical bytes of keys in tables that need them.
func (t *Table) pack(b []byte, keys []Value) []byte {
	if t.keys != keysPacked {
		return nil
	}
	for c, k := range keys {
		b = packKey(b, t.T.Keys[c], k, 0)
	}
	return b
}

// hash returns the 32 bits by which keys are looked up.
func (t *Table) hash(keys []Value, packed []byte) uint32 {
	if t.keys == keysPacked {
		return uint32(maphash.Bytes(seed, packed))
	}
	if len(keys) == 1 && t.T.Keys[0].Tag == types.String {
		return uint32(maphash.String(seed, keys[0].Str()))
	}
	h := wordSeed
	for c, k := range keys {
		switch {
		case t.T.Keys[c].Tag == types.String:
			h = mix(h, maphash.String(seed, k.Str()))
		case k.P == nil:
			h = mix(h, k.N)
		default:
			w := (*[2]uint64)(k.P)
			h = mix(mix(mix(h, k.N), w[0]), w[1])
		}
	}
	return uint32(h)
}

// lookupOne finds the position that t[k] means, -1 if none: exactly, or by longest prefix.
func (t *Table) lookupOne(k Value) int {
	if t.keys == keysFlat && t.stride == 1 {
		switch {
		case t.T.Keys[0].Tag == types.Subnet:
			return t.longest(k)
		case k.P != nil:
			return -1
		}
		return t.findFlat1(k.N, hashWord(k.N))
	}
	if t.keys == keysValues && t.stride == 1 {
		switch t.T.Keys[0].Tag {
		case types.String:
			return t.findString(k.Str())
		case types.Subnet:
			return t.longest(k)
		}
	}
	keys := [1]Value{k}
	return t.find(keys[:])
}

// find returns the position of exactly these keys, -1 if there is none.
func (t *Table) find(keys []Value) int {
	if t.live == 0 || t.keys == keysFlat && hasPointer(keys) {
		return -1
	}
	var buf [packBuf]byte
	packed := t.pack(buf[:0], keys)
	return t.findHashed(keys, packed, t.hash(keys, packed))
}

// findFlat1 finds a key of one scalar column.
func (t *Table) findFlat1(n uint64, h uint32) int {
	if t.idx == nil {
		for i, k := range t.kn {
			if k == n && !t.gap(i) {
				return i
			}
		}
		return -1
	}
	mask := uint32(len(t.idx) - 1)
	for s := h & mask; ; s = (s + 1) & mask {
		w := t.idx[s]
		if w == 0 {
			return -1
		}
		if uint32(w>>32) == h {
			if i := int(uint32(w)) - 1; t.kn[i] == n {
				return i
			}
		}
	}
}

// findString finds a key of one string column.
func (t *Table) findString(k string) int {
	if t.idx == nil {
		for i := range t.kv {
			if t.kv[i].N == uint64(len(k)) && t.kv[i].Str() == k && !t.gap(i) {
				return i
			}
		}
		return -1
	}
	h := uint32(maphash.String(seed, k))
	mask := uint32(len(t.idx) - 1)
	for s := h & mask; ; s = (s + 1) & mask {
		w := t.idx[s]
		if w == 0 {
			return -1
		}
		if uint32(w>>32) == h {
			if i := int(uint32(w)) - 1; t.kv[i].Str() == k {
				return i
			}
		}
	}
}

// findHashed finds keys whose hash is known.
func (t *Table) findHashed(keys []Value, packed []byte, h uint32) int {
	if t.idx == nil {
		for i := int(t.first); i < int(t.n); i++ {
			if !t.gap(i) && t.equalAt(i, keys, packed) {
				return i
			}
		}
		return -1
	}
	mask := uint32(len(t.idx) - 1)
	for s := h & mask; ; s = (s + 1) & mask {
		w := t.idx[s]
		if w == 0 {
			return -1
		}
		if uint32(w>>32) == h {
			if i := int(uint32(w)) - 1; t.equalAt(i, keys, packed) {
				return i
			}
		}
	}
}

// equalAt compares the keys at a position.
func (t *Table) equalAt(i int, keys []Value, packed []byte) bool {
	at := i * int(t.stride)
	switch t.keys {
	case keysFlat:
		for c := range keys {
			if t.kn[at+c] != keys[c].N {
				return false
			}
		}
		return true
	case keysValues:
		for c := range keys {
			a, b := t.kv[at+c], keys[c]
			switch {
			case a.N != b.N:
				return false
			case a.P == b.P:
			case t.T.Keys[c].Tag == types.String:
				if a.Str() != b.Str() {
					return false
				}
			case a.P == nil || b.P == nil || *(*[16]byte)(a.P) != *(*[16]byte)(b.P):
				return false
			}
		}
		return true
	}
	p := t.x.packed[i]
	return p == unsafe.String(unsafe.SliceData(packed), len(packed))
}

// gap reports whether a position is empty.
func (t *Table) gap(i int) bool {
	return i>>6 < len(t.dead) && t.dead[i>>6]&(1<<(i&63)) != 0
}

// add makes room for a new element of hash h, indexes it and returns its position, where the caller then appends it.
func (t *Table) add(h uint32) int {
	if t.full() && t.n-t.live >= max(t.live/4, 1) {
		t.compact()
	}
	i := t.n
	t.n++
	t.live++
	t.mods++
	if t.idx != nil || t.n > smallTable {
		switch {
		case t.idx == nil:
			t.reindex()
		case uint64(t.live)*4 > uint64(len(t.idx))*3:
			t.growIndex()
		}
		t.enter(h, i)
	}
	return int(i)
}

// full reports whether the next element would have the arrays copied.
func (t *Table) full() bool {
	if t.keys == keysFlat {
		return len(t.kn)+int(t.stride) > cap(t.kn)
	}
	return len(t.kv)+int(t.stride) > cap(t.kv)
}

// enter writes the index word of a position.
func (t *Table) enter(h, i uint32) {
	mask := uint32(len(t.idx) - 1)
	s := h & mask
	for t.idx[s] != 0 {
		s = (s + 1) & mask
	}
	t.idx[s] = uint64(h)<<32 | uint64(i+1)
}

// growIndex doubles the index; the words have all that it needs.
func (t *Table) growIndex() {
	old := t.idx
	t.idx = make([]uint64, 2*len(old))
	for _, w := range old {
		if w != 0 {
			t.enter(uint32(w>>32), uint32(w)-1)
		}
	}
}

// reindex makes the index from the keys in place.
func (t *Table) reindex() {
	size := 16
	for size*3 < int(t.live+1)*4 {
		size *= 2
	}
	t.idx = make([]uint64, size)
	have := t.stored()
	for i := int(t.first); i < have; i++ {
		if !t.gap(i) {
			t.enter(t.hashAt(i), uint32(i))
		}
	}
}

// stored is the number of positions whose keys are in place.
func (t *Table) stored() int {
	if t.stride == 0 {
		return 0
	}
	if t.keys == keysFlat {
		return len(t.kn) / int(t.stride)
	}
	return len(t.kv) / int(t.stride)
}

// hashAt is the hash of the keys at a position.
func (t *Table) hashAt(i int) uint32 {
	if t.keys == keysPacked {
		return uint32(maphash.String(seed, t.x.packed[i]))
	}
	var few [4]Value
	keys := few[:0]
	for c := range int(t.stride) {
		keys = append(keys, t.keyAt(i, c))
	}
	return t.hash(keys, nil)
}

// remove takes the element at a position out.
func (t *Table) remove(i int) {
	if t.x != nil && t.x.match != nil {
		t.x.match.remove(t, i)
	}
	if t.idx != nil {
		t.leave(t.hashAt(i), uint32(i))
	}
	if need := i>>6 + 1; need > len(t.dead) {
		t.dead = append(t.dead, make([]uint64, need-len(t.dead))...)
	}
	t.dead[i>>6] |= 1 << (i & 63)
	at, s := i*int(t.stride), int(t.stride)
	if t.keys != keysFlat {
		clear(t.kv[at : at+s])
	}
	if t.keys == keysPacked {
		t.x.packed[i] = ""
	}
	if t.vals == valsFull {
		t.vv[i] = Value{}
	}
	t.live--
	t.mods++
	for t.first < t.n && t.gap(int(t.first)) {
		t.first++
	}
	if t.n > 64 && t.live < t.n/4 {
		t.compact()
	}
}

// leave takes a position out of the index and moves later words of the same run up, so that runs have no gaps.
func (t *Table) leave(h, i uint32) {
	mask := uint32(len(t.idx) - 1)
	s := h & mask
	for uint32(t.idx[s]) != i+1 {
		s = (s + 1) & mask
	}
	for next := s; ; {
		next = (next + 1) & mask
		w := t.idx[next]
		if w == 0 {
			break
		}
		// A word may move to s unless its home lies behind s.
		if home := uint32(w>>32) & mask; (next-home)&mask >= (next-s)&mask {
			t.idx[s] = w
			s = next
		}
	}
	t.idx[s] = 0
}

// compact copies the elements to new arrays without gaps.
func (t *Table) compact() {
	room := int(t.live) + int(t.live)/2 + 4
	old := *t
	t.kn, t.kv, t.vn, t.vv, t.dead = nil, nil, nil, nil, nil
	s := int(t.stride)
	if t.keys == keysFlat {
		t.kn = make([]uint64, 0, room*s)
	} else {
		t.kv = make([]Value, 0, room*s)
	}
	switch t.vals {
	case valsFlat:
		t.vn = make([]uint64, 0, room)
	case valsFull:
		t.vv = make([]Value, 0, room)
	}
	var packed []string
	var times []float64
	if t.x != nil {
		packed, times = t.x.packed, t.x.times
		t.x.packed, t.x.times, t.x.match = nil, nil, nil
	}
	to := make([]uint32, old.n) // new positions, plus one
	n := 0
	for i := int(old.first); i < old.stored(); i++ {
		if old.gap(i) {
			continue
		}
		if t.keys == keysFlat {
			t.kn = append(t.kn, old.kn[i*s:i*s+s]...)
		} else {
			t.kv = append(t.kv, old.kv[i*s:i*s+s]...)
		}
		switch t.vals {
		case valsFlat:
			t.vn = append(t.vn, old.vn[i])
		case valsFull:
			t.vv = append(t.vv, old.vv[i])
		}
		if packed != nil {
			t.x.packed = append(t.x.packed, packed[i])
		}
		if i < len(times) {
			t.x.times = append(t.x.times, times[i])
		}
		n++
		to[i] = uint32(n)
	}
	t.n, t.first = uint32(n), 0
	t.endEpoch(to)
	t.renumber(to)
}

// renumber brings the index to new positions, in place or in a smaller one.
func (t *Table) renumber(to []uint32) {
	old := t.idx
	switch {
	case old == nil:
	case t.n <= smallTable:
		t.idx = nil
	case uint64(t.live)*8 < uint64(len(old)):
		size := len(old)
		for size > 16 && uint64(t.live)*8 < uint64(size) {
			size /= 2
		}
		t.idx = make([]uint64, size)
		for _, w := range old {
			if w != 0 {
				t.enter(uint32(w>>32), to[uint32(w)-1]-1)
			}
		}
	default:
		for s, w := range old {
			if w != 0 {
				old[s] = w>>32<<32 | uint64(to[uint32(w)-1])
			}
		}
	}
}

// toValues turns flat keys into full ones, for the first IPv6 address. The hashes of IPv4 ones stay the same.
func (t *Table) toValues() {
	t.kv = make([]Value, len(t.kn), len(t.kn)+len(t.kn)/4+int(t.stride))
	for i, n := range t.kn {
		t.kv[i].N = n
	}
	t.kn = nil
	t.keys = keysValues
}
