package probabilistic

import (
	"math"
	"strconv"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// Limits of what a filter may be dimensioned for: 2^40 bits, 2^16 hash functions.
const (
	maxCells  = 1 << 40
	maxHashes = 1 << 16
)

// bloom is a Bloom filter, basic (bits) or counting (cells). Its element type is that of the first element added.
type bloom struct {
	t     *types.Type
	h     hasher
	bits  *bitVector // basic
	cells *counters  // counting
}

func (*bloom) OpaqueName() string { return "bloomfilter" }

// Clone copies the filter with its element type.
func (b *bloom) Clone() val.Opaque { return b.clone() }

func (b *bloom) clone() *bloom {
	c := &bloom{t: b.t, h: b.h}
	if b.cells != nil {
		c.cells = &counters{b.cells.width, b.cells.cells, b.cells.bits.clone()}
	} else {
		c.bits = b.bits.clone()
	}
	return c
}

// dimensions are the number of bits and of hash functions that keep false positives at fp for capacity elements.
func dimensions(fp float64, capacity uint64) (cells, k float64) {
	n := float64(capacity)
	cells = math.Ceil(-(n * math.Log(fp) / math.Ln2 / math.Ln2))
	if n > 0 {
		k = math.Ceil(cells / n * math.Ln2)
	}
	return cells, k
}

func (b *bloom) size() uint64 {
	if b.cells != nil {
		return b.cells.cells
	}
	return b.bits.n
}

func (b *bloom) add(key []byte) {
	b.h.each(key, func(h uint64) bool {
		if b.cells != nil {
			cell := h % b.cells.cells
			b.cells.put(cell, b.cells.get(cell)+1)
		} else if b.bits.n > 0 {
			b.bits.set(h%b.bits.n, true)
		}
		return true
	})
}

// count estimates how often key was added; a basic filter knows only 0 and 1.
func (b *bloom) count(key []byte) uint64 {
	if b.cells != nil {
		least := uint64(math.MaxUint64)
		b.h.each(key, func(h uint64) bool {
			least = min(least, b.cells.get(h%b.cells.cells))
			return true
		})
		return least
	}
	found := uint64(1)
	b.h.each(key, func(h uint64) bool {
		if b.bits.n > 0 && !b.bits.get(h%b.bits.n) {
			found = 0
		}
		return found == 1
	})
	return found
}

// decrement takes one occurrence of key out of a counting filter.
func (b *bloom) decrement(key []byte) bool {
	if b.cells == nil || b.count(key) == 0 {
		return false
	}
	b.h.each(key, func(h uint64) bool {
		cell := h % b.cells.cells
		// Two hashes of one key may share a cell, which then goes below zero and wraps as in the reference.
		b.cells.put(cell, (b.cells.get(cell)-1)&b.cells.max())
		return true
	})
	return true
}

func (b *bloom) clear() {
	if b.cells != nil {
		b.cells.bits.clear()
	} else {
		b.bits.clear()
	}
}

func (b *bloom) state() string {
	bits := b.bits
	if b.cells != nil {
		bits = b.cells.bits
	}
	return strconv.FormatUint(bits.sum(), 10)
}

// combine makes the union or the intersection of two filters of one kind; why names what stands against it, in the reference's
// words. The intersection is a basic filter always.
func combine(x, y *bloom, intersect bool) (res *bloom, why []string) {
	verb, kind := "merge", "BasicBloomFilter"
	if intersect {
		verb = "intersect"
	}
	if (x.cells == nil) != (y.cells == nil) {
		return nil, []string{"cannot " + verb + " different Bloom filter types"}
	}
	failed, op := "failed to "+verb+" Bloom filter", verb
	if x.cells != nil {
		kind, op = "CountingBloomFilter", "merge"
	}
	if x.h != y.h {
		return nil, []string{"incompatible hashers in " + kind + " " + op, failed}
	}
	if x.size() != y.size() || x.cells != nil && x.cells.width != y.cells.width {
		return nil, []string{"different bitvector size in " + kind + " " + op, failed}
	}
	t := x.t
	if t == nil {
		t = y.t
	}
	switch {
	case !intersect:
		res = x.clone()
		if x.cells != nil {
			res.cells.merge(y.cells)
		} else {
			res.bits.or(y.bits)
		}
	case x.cells != nil:
		res = &bloom{h: x.h, bits: x.cells.presence()}
		res.bits.and(y.cells.presence())
	default:
		res = x.clone()
		res.bits.and(y.bits)
	}
	res.t = t
	return res, nil
}
