package probabilistic

import (
	"crypto/sha256"
	"encoding/binary"
)

// pageWords is the size of the pieces in which a bit vector is allocated: a filter dimensioned for a billion elements costs
// little until elements come.
const pageWords = 4096

type page [pageWords]uint64

var zeroPage = make([]byte, 8*pageWords)

// bitVector is a vector of n bits; pages without a set bit are nil.
type bitVector struct {
	n     uint64
	pages []*page
}

func newBitVector(n uint64) *bitVector {
	words := (n + 63) / 64
	return &bitVector{n: n, pages: make([]*page, (words+pageWords-1)/pageWords)}
}

func (b *bitVector) get(i uint64) bool {
	w := i / 64
	p := b.pages[w/pageWords]
	return p != nil && p[w%pageWords]&(1<<(i%64)) != 0
}

func (b *bitVector) set(i uint64, on bool) {
	w := i / 64
	p := b.pages[w/pageWords]
	if p == nil {
		if !on {
			return
		}
		p = new(page)
		b.pages[w/pageWords] = p
	}
	if on {
		p[w%pageWords] |= 1 << (i % 64)
	} else {
		p[w%pageWords] &^= 1 << (i % 64)
	}
}

func (b *bitVector) clear() {
	for i := range b.pages {
		b.pages[i] = nil
	}
}

func (b *bitVector) clone() *bitVector {
	c := &bitVector{n: b.n, pages: make([]*page, len(b.pages))}
	for i, p := range b.pages {
		if p != nil {
			q := *p
			c.pages[i] = &q
		}
	}
	return c
}

// or and and combine b with a vector of the same size.
func (b *bitVector) or(o *bitVector) {
	for i, q := range o.pages {
		if q == nil {
			continue
		}
		p := b.pages[i]
		if p == nil {
			p = new(page)
			b.pages[i] = p
		}
		for j, w := range q {
			p[j] |= w
		}
	}
}

func (b *bitVector) and(o *bitVector) {
	for i, p := range b.pages {
		q := o.pages[i]
		switch {
		case p == nil:
		case q == nil:
			b.pages[i] = nil
		default:
			for j, w := range q {
				p[j] &= w
			}
		}
	}
}

// sum is the first eight bytes of the SHA-256 of the words: what bloomfilter_internal_state() shows.
func (b *bitVector) sum() uint64 {
	h := sha256.New()
	words := (b.n + 63) / 64
	var buf [8 * pageWords]byte
	for _, p := range b.pages {
		k := min(words, pageWords)
		words -= k
		if p == nil {
			h.Write(zeroPage[:8*k])
			continue
		}
		for j, w := range p[:k] {
			binary.LittleEndian.PutUint64(buf[8*j:], w)
		}
		h.Write(buf[:8*k])
	}
	return binary.LittleEndian.Uint64(h.Sum(nil))
}

// counters are cells of a few bits each, packed into a bit vector least significant bit first.
type counters struct {
	width, cells uint64
	bits         *bitVector
}

func newCounters(width, cells uint64) *counters {
	return &counters{width, cells, newBitVector(width * cells)}
}

func (c *counters) max() uint64 { return 1<<c.width - 1 }

func (c *counters) get(cell uint64) (n uint64) {
	for i := range c.width {
		if c.bits.get(cell*c.width + i) {
			n |= 1 << i
		}
	}
	return n
}

// put stores n, at most the largest number that a cell holds.
func (c *counters) put(cell, n uint64) {
	n = min(n, c.max())
	for i := range c.width {
		c.bits.set(cell*c.width+i, n&(1<<i) != 0)
	}
}

// merge adds o's counters.
func (c *counters) merge(o *counters) {
	for cell := range c.cells {
		if n := o.get(cell); n > 0 {
			c.put(cell, c.get(cell)+n)
		}
	}
}

// presence gives a bit per cell. As in the reference, a cell counts as present when its second bit is set; cells of one bit count
// when that one is.
func (c *counters) presence() *bitVector {
	b := newBitVector(c.cells)
	for cell := range c.cells {
		b.set(cell, c.bits.get(cell*c.width+min(1, c.width-1)))
	}
	return b
}
