package val

import (
	"encoding/binary"
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

// hashWord hashes a key of one word. Eight neighbours share a cache line of the index, so that counting through a table costs one
// miss in eight lookups; whoever chooses keys still cannot choose lines. The low bits are mixed in, so that keys which all
// end in the same ones (subnets of one width) spread over the whole line.
func hashWord(n uint64) uint32 { return uint32(mix(wordSeed, n>>3)) ^ uint32(n&7) }

func hasPointer(keys []Value) bool {
	for _, k := range keys {
		if k.P != nil {
			return true
		}
	}
	return false
}

// pack appends the canonical bytes of keys.
func (t *Table) pack(b []byte, keys []Value) []byte {
	for c, k := range keys {
		b = packKey(b, t.T.Keys[c], k, 0)
	}
	return b
}

func hashString(s string) uint32 { return uint32(maphash.String(seed, s)) }
func hashBytes(b []byte) uint32  { return uint32(maphash.Bytes(seed, b)) }

// hash returns the 32 bits by which keys are looked up that are not packed.
func (t *Table) hash(keys []Value) uint32 {
	if len(keys) == 1 {
		switch {
		case t.T.Keys[0].Tag == types.String:
			return hashString(keys[0].Str())
		case keys[0].P == nil:
			return hashWord(keys[0].N)
		}
	}
	h := wordSeed
	for c, k := range keys {
		switch {
		case k.P == nil:
			h = mix(h, k.N)
		case t.T.Keys[c].Tag != types.String:
			w := (*[16]byte)(k.P)
			h = mix(mix(mix(h, k.N), binary.LittleEndian.Uint64(w[:8])), binary.LittleEndian.Uint64(w[8:]))
		case k.N == 0: // an empty string may have a pointer or not
			h = mix(h, 0)
		default:
			h = mix(h, maphash.String(seed, k.Str()))
		}
	}
	return uint32(h)
}

// lookupOne finds the position that t[k] means, -1 if none: exactly, or by longest prefix.
func (t *Table) lookupOne(k Value) int {
	if t.live == 0 { // an empty table may not know its index types yet
		return -1
	}
	if t.T.Keys[0].Tag == types.Subnet {
		return t.longest(k)
	}
	return t.exactOne(k)
}

// exactOne is find for one key.
func (t *Table) exactOne(k Value) int {
	if t.stride == 1 {
		switch {
		case t.keys == keysFlat:
			if k.P != nil {
				return -1
			}
			return t.findFlat1(k.N, hashWord(k.N))
		case t.keys == keysValues && t.T.Keys[0].Tag == types.String:
			return t.findString(k.Str(), hashString(k.Str()))
		}
	}
	keys := [1]Value{k}
	return t.find(keys[:])
}

// find returns the position of exactly these keys, -1 if there is none.
func (t *Table) find(keys []Value) int {
	switch {
	case t.live == 0:
		return -1
	case t.keys == keysPacked:
		var buf [packBuf]byte
		packed := t.pack(buf[:0], keys)
		return t.findPacked(packed, hashBytes(packed))
	case t.keys == keysFlat && len(keys) == 2:
		if keys[0].P != nil || keys[1].P != nil {
			return -1
		}
		return t.findFlat2(keys[0].N, keys[1].N)
	case t.keys == keysFlat && hasPointer(keys):
		return -1
	}
	return t.findHashed(keys, t.hash(keys))
}

// findFlat2 finds keys of two scalar columns, the most usual composite index.
func (t *Table) findFlat2(a, b uint64) int {
	if t.idx == nil {
		for i := int(t.first); i < int(t.n); i++ {
			if w := t.kn[i*int(t.width):]; w[0] == a && w[1] == b && !t.gap(i) {
				return i
			}
		}
		return -1
	}
	h := uint32(mix(mix(wordSeed, a), b))
	mask := uint32(len(t.idx) - 1)
	for s := h & mask; ; s = (s + 1) & mask {
		w := t.idx[s]
		if w == 0 {
			return -1
		}
		if uint32(w>>32) == h {
			i := int(uint32(w)) - 1
			if k := t.kn[i*int(t.width):]; k[0] == a && k[1] == b {
				return i
			}
		}
	}
}

// findFlat1 finds a key of one scalar column.
func (t *Table) findFlat1(n uint64, h uint32) int {
	if t.idx == nil {
		for i := range int(t.n) {
			if t.kn[i*int(t.width)] == n && !t.gap(i) {
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
			if i := int(uint32(w)) - 1; t.kn[i*int(t.width)] == n {
				return i
			}
		}
	}
}

// findString finds a key of one string column.
func (t *Table) findString(k string, h uint32) int {
	if t.idx == nil {
		for i := range t.kv {
			if t.kv[i].N == uint64(len(k)) && t.kv[i].Str() == k && !t.gap(i) {
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
			if i := int(uint32(w)) - 1; t.kv[i].Str() == k {
				return i
			}
		}
	}
}

// findHashed finds keys that are not packed and whose hash is known.
func (t *Table) findHashed(keys []Value, h uint32) int {
	if t.idx == nil {
		for i := int(t.first); i < int(t.n); i++ {
			if t.equalAt(i, keys) && !t.gap(i) {
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
			if i := int(uint32(w)) - 1; t.equalAt(i, keys) {
				return i
			}
		}
	}
}

// equalAt compares the keys at a position that are not packed.
func (t *Table) equalAt(i int, keys []Value) bool {
	if t.keys == keysFlat {
		at := i * int(t.width)
		for c := range keys {
			if t.kn[at+c] != keys[c].N {
				return false
			}
		}
		return true
	}
	at := i * int(t.stride)
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

// findPacked finds keys by their canonical bytes.
func (t *Table) findPacked(packed []byte, h uint32) int {
	if t.x == nil {
		return -1
	}
	p := unsafe.String(unsafe.SliceData(packed), len(packed))
	if t.idx == nil {
		for i := int(t.first); i < int(t.n); i++ {
			if t.x.packed[i] == p && !t.gap(i) {
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
			if i := int(uint32(w)) - 1; t.x.packed[i] == p {
				return i
			}
		}
	}
}

// gap reports whether a position is empty.
func (t *Table) gap(i int) bool {
	return t.dead != nil && t.dead.has(i)
}

// add makes room for a new element of hash h, indexes it and returns its position, where the caller then appends it.
func (t *Table) add(h uint32) int {
	if t.full() {
		if t.n-t.live >= max(t.live/4, 1) {
			t.compact()
		} else {
			t.growArrays()
		}
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
		return len(t.kn)+int(t.width) > cap(t.kn)
	}
	return len(t.kv)+int(t.stride) > cap(t.kv)
}

// growArrays makes room for half as many elements again; append's quarter copies large tables too often.
func (t *Table) growArrays() {
	room := int(t.n) + int(t.n)/2
	if t.n < smallTable {
		room = 2 * int(t.n)
	}
	t.makeRoom(max(room, 2), t.kn, t.kv, t.vv)
}

// makeRoom gives t arrays with room for so many elements that start with what is given.
func (t *Table) makeRoom(room int, kn []uint64, kv, vv []Value) {
	if t.width > 0 {
		t.kn = append(make([]uint64, 0, room*int(t.width)), kn...)
	}
	if t.keys != keysFlat {
		t.kv = append(make([]Value, 0, room*int(t.stride)), kv...)
	}
	if t.vals == valsFull {
		t.vv = append(make([]Value, 0, room), vv...)
	}
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
		return len(t.kn) / int(t.width)
	}
	return len(t.kv) / int(t.stride)
}

// hashAt is the hash of the keys at a position.
func (t *Table) hashAt(i int) uint32 {
	if t.keys == keysPacked {
		return hashString(t.x.packed[i])
	}
	if t.keys == keysValues {
		return t.hash(t.kv[i*int(t.stride):][:t.stride])
	}
	if t.stride == 1 {
		return hashWord(t.kn[i*int(t.width)])
	}
	h := wordSeed
	for _, n := range t.kn[i*int(t.width):][:t.stride] {
		h = mix(h, n)
	}
	return uint32(h)
}

// remove takes the element at a position out.
func (t *Table) remove(i int) {
	if t.x != nil && t.x.match != nil {
		t.x.match.remove(t, i)
	}
	if t.idx != nil {
		t.leave(t.hashAt(i), uint32(i))
	}
	if t.dead == nil {
		t.dead = new(holeMap)
	}
	t.dead.add(i)
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
	t.dead = nil
	t.makeRoom(room, nil, nil, nil)
	s, w := int(t.stride), int(t.width)
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
		t.kn = append(t.kn, old.kn[i*w:i*w+w]...)
		if t.keys != keysFlat {
			t.kv = append(t.kv, old.kv[i*s:i*s+s]...)
		}
		if t.vals == valsFull {
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
	kn, w, s := t.kn, int(t.width), int(t.stride)
	t.kn, t.keys, t.width = nil, keysValues, uint16(w-s)
	t.makeRoom(int(t.n)+int(t.n)/4+1, nil, nil, t.vv)
	for i := range int(t.n) {
		for c := range s {
			t.kv = append(t.kv, Value{N: kn[i*w+c]})
		}
		t.kn = append(t.kn, kn[i*w+s:i*w+w]...)
	}
}
