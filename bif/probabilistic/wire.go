package probabilistic

import (
	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/val"
)

// Readers returns what reads the family's opaque values from the wire, by their names.
func (f *Family) Readers() map[string]wireval.OpaqueReader {
	return map[string]wireval.OpaqueReader{
		"bloomfilter": readBloom, "cardinality": readHLL, "topk": f.readTopk, "entropy": readEntropy, "paraglob": readParaglob,
	}
}

// maxSentPages bounds the filters that come from elsewhere: room for 2^34 bits.
const maxSentPages = 1 << 16

// append writes [bits, page, its words, …] with the pages that are not empty.
func (b *bitVector) append(out []byte) []byte {
	full := 0
	for _, p := range b.pages {
		if p != nil {
			full++
		}
	}
	out = wire.AppendCount(wire.AppendVector(out, 1+2*full), b.n)
	var buf [8 * pageWords]byte
	for i, p := range b.pages {
		if p == nil {
			continue
		}
		for j, w := range p {
			for k := range 8 {
				buf[8*j+k] = byte(w >> (8 * k))
			}
		}
		out = wire.AppendString(wire.AppendCount(out, uint64(i)), buf[:])
	}
	return out
}

func readBits(r *wire.Reader) (*bitVector, error) {
	parts := r.Vector()
	n := r.Count()
	if r.Err() != nil || n > maxSentPages*pageWords*64 || parts%2 != 1 {
		return nil, wireval.ErrMismatch
	}
	b := newBitVector(n)
	for range parts / 2 {
		i, words := r.Count(), r.Bytes()
		if r.Err() != nil || i >= uint64(len(b.pages)) || len(words) != 8*pageWords {
			return nil, wireval.ErrMismatch
		}
		p := new(page)
		for j := range p {
			for k := range 8 {
				p[j] |= uint64(words[8*j+k]) << (8 * k)
			}
		}
		b.pages[i] = p
	}
	return b, nil
}

// AppendWire writes [element type, hashes, seed, seed, double hashing, width of cells or 0, bits].
func (b *bloom) AppendWire(c *wireval.Codec, out []byte) ([]byte, error) {
	out = c.AppendType(wire.AppendVector(out, 7), b.t)
	for _, n := range []uint64{b.h.k, b.h.seed[0], b.h.seed[1]} {
		out = wire.AppendCount(out, n)
	}
	out = wire.AppendBool(out, b.h.double)
	if b.cells != nil {
		return b.cells.bits.append(wire.AppendCount(out, b.cells.width)), nil
	}
	return b.bits.append(wire.AppendCount(out, 0)), nil
}

func readBloom(c *wireval.Codec, r *wire.Reader) (val.Opaque, error) {
	if r.Vector() != 7 {
		return nil, wireval.ErrMismatch
	}
	t, err := c.ReadType(r)
	if err != nil {
		return nil, err
	}
	b := &bloom{t: t, h: hasher{r.Count(), seed{r.Count(), r.Count()}, r.Bool()}}
	width := r.Count()
	bits, err := readBits(r)
	if err != nil || b.h.k > maxHashes || width > 63 {
		return nil, wireval.ErrMismatch
	}
	if width == 0 {
		b.bits = bits
		return b, nil
	}
	cells := bits.n / width
	if cells == 0 || cells*width != bits.n {
		return nil, wireval.ErrMismatch
	}
	b.cells = &counters{width, cells, bits}
	return b, nil
}

// AppendWire writes [element type, buckets].
func (c *hll) AppendWire(cd *wireval.Codec, out []byte) ([]byte, error) {
	return wire.AppendString(cd.AppendType(wire.AppendVector(out, 2), c.t), c.buckets), nil
}

func readHLL(cd *wireval.Codec, r *wire.Reader) (val.Opaque, error) {
	if r.Vector() != 2 {
		return nil, wireval.ErrMismatch
	}
	t, err := cd.ReadType(r)
	if err != nil {
		return nil, err
	}
	buckets := r.Bytes()
	for p := 4; p <= maxLog; p++ {
		if len(buckets) != 1<<p {
			continue
		}
		c := newHLL(p)
		c.t = t
		copy(c.buckets, buckets)
		for _, b := range c.buckets {
			if b > 0 {
				c.empty--
			}
		}
		return c, nil
	}
	return nil, wireval.ErrMismatch
}

// AppendWire writes [element type, size, pruned, [count, epsilon, element, …]], the least frequent first.
func (k *topk) AppendWire(c *wireval.Codec, out []byte) ([]byte, error) {
	out = c.AppendType(wire.AppendVector(out, 4), k.t)
	out = wire.AppendBool(wire.AppendCount(out, k.size), k.pruned)
	out = wire.AppendVector(out, 3*len(k.elems))
	for be := k.buckets.Front(); be != nil; be = be.Next() {
		b := be.Value.(*bucket)
		for ee := b.elems.Front(); ee != nil; ee = ee.Next() {
			e := ee.Value.(*element)
			out = wire.AppendCount(wire.AppendCount(out, b.count), e.epsilon)
			var err error
			if out, err = c.Append(out, k.t, e.v); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// readTopk reads elements in ascending order of their counts, and hashes them with the keys of this process.
func (f *Family) readTopk(c *wireval.Codec, r *wire.Reader) (val.Opaque, error) {
	if r.Vector() != 4 {
		return nil, wireval.ErrMismatch
	}
	t, err := c.ReadType(r)
	if err != nil {
		return nil, err
	}
	k := newTopk(r.Count())
	k.t, k.pruned = t, r.Bool()
	n := r.Vector()
	if r.Err() != nil || n%3 != 0 || n > 0 && t == nil {
		return nil, wireval.ErrMismatch
	}
	for range n / 3 {
		count, epsilon := r.Count(), r.Count()
		v, err := c.Read(r, t)
		if err != nil {
			return nil, err
		}
		last := k.buckets.Back()
		if last == nil || last.Value.(*bucket).count < count {
			last = k.buckets.PushBack(&bucket{count: count})
		}
		key := string(keyOf(f.dig.Keys(), t, v))
		if last.Value.(*bucket).count != count || k.elems[key] != nil {
			return nil, wireval.ErrMismatch
		}
		k.put(&element{key: key, v: v, epsilon: epsilon}, last)
	}
	return k, nil
}

// AppendWire writes [counts of the 256 bytes, the unfinished point, points, points inside, first, last and sums].
func (e *entropyTest) AppendWire(_ *wireval.Codec, out []byte) ([]byte, error) {
	out = wire.AppendVector(wire.AppendVector(out, 9), len(e.bins))
	for _, n := range e.bins {
		out = wire.AppendInt(out, n)
	}
	out = wire.AppendString(out, e.point[:e.filled])
	out = wire.AppendInt(wire.AppendInt(out, e.points), e.inside)
	for _, x := range []float64{e.first, e.last, e.s1, e.s2, e.s3} {
		out = wire.AppendReal(out, x)
	}
	return out, nil
}

func readEntropy(_ *wireval.Codec, r *wire.Reader) (val.Opaque, error) {
	e := &entropyTest{}
	if r.Vector() != 9 || r.Vector() != len(e.bins) {
		return nil, wireval.ErrMismatch
	}
	for i := range e.bins {
		e.bins[i] = r.Int()
		e.total += e.bins[i]
	}
	point := r.Bytes()
	if len(point) >= len(e.point) {
		return nil, wireval.ErrMismatch
	}
	e.filled = copy(e.point[:], point)
	e.points, e.inside = r.Int(), r.Int()
	e.first, e.last, e.s1, e.s2, e.s3 = r.Real(), r.Real(), r.Real(), r.Real(), r.Real()
	return e, nil
}

// AppendWire writes the globs.
func (p *paraglob) AppendWire(_ *wireval.Codec, out []byte) ([]byte, error) {
	out = wire.AppendVector(out, len(p.globs))
	for _, g := range p.globs {
		out = wire.AppendString(out, g)
	}
	return out, nil
}

func readParaglob(_ *wireval.Codec, r *wire.Reader) (val.Opaque, error) {
	globs := make([]string, r.Vector())
	for i := range globs {
		globs[i] = r.Str()
	}
	if r.Err() != nil {
		return nil, r.Err()
	}
	return newParaglob(globs), nil
}
