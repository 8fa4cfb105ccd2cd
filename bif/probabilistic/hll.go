package probabilistic

import (
	"math"
	"math/bits"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// maxLog is the largest number of buckets that a counter may have, as a power of two.
const maxLog = 26

// hll is a HyperLogLog cardinality counter (Flajolet, Fusy, Gandouet and Meunier, 2007) over 64-bit hashes, with the 2^p buckets,
// constants and corrections of the reference.
type hll struct {
	t       *types.Type
	p       int
	empty   uint64 // buckets that are zero
	buckets []uint8
}

func (*hll) OpaqueName() string { return "cardinality" }

// Clone copies the counter; as in the reference, a copy takes elements of any type again.
func (c *hll) Clone() val.Opaque {
	return &hll{p: c.p, empty: c.empty, buckets: append([]uint8(nil), c.buckets...)}
}

// hllSize returns the power of two of buckets whose error stays within the margin at the confidence; ok is false if there is none
// that a counter may have.
func hllSize(margin, confidence float64) (p int, ok bool) {
	start := 2 * (math.Log(1.04) - math.Log(margin)) / math.Ln2
	// Below minus maxLog even the smallest counter is far better than what is asked for.
	if !(start <= maxLog) {
		return 0, false
	}
	for p = int(math.Floor(max(start, -maxLog))) + 1; p <= maxLog; p++ {
		deviations := math.Pow(2, (float64(p)-start)/2)
		if math.Erf(deviations/math.Sqrt2) >= confidence {
			return p, p >= 4
		}
	}
	return 0, false
}

func newHLL(p int) *hll { return &hll{p: p, empty: 1 << p, buckets: make([]uint8, 1<<p)} }

func (c *hll) add(hash uint64) {
	i := hash & (1<<c.p - 1)
	if c.buckets[i] == 0 {
		c.empty--
	}
	rank := uint8(64 - c.p - bits.Len64(hash>>c.p) + 1)
	c.buckets[i] = max(c.buckets[i], rank)
}

func (c *hll) merge(o *hll) bool {
	if c.p != o.p {
		return false
	}
	c.empty = 0
	for i, b := range o.buckets {
		c.buckets[i] = max(c.buckets[i], b)
		if c.buckets[i] == 0 {
			c.empty++
		}
	}
	return true
}

func (c *hll) estimate() float64 {
	m := float64(len(c.buckets))
	alpha := 0.7213 / (1 + 1.079/m)
	switch len(c.buckets) {
	case 16:
		alpha = 0.673
	case 32:
		alpha = 0.697
	case 64:
		alpha = 0.709
	}
	sum := 0.0
	for _, b := range c.buckets {
		sum += math.Ldexp(1, -int(b))
	}
	e := alpha * m * m * (1 / sum)
	switch {
	case e <= 5*(m/2):
		return m * math.Log(m/float64(c.empty))
	case e <= math.Ldexp(1, 64)/30:
		return e
	}
	return -math.Ldexp(1, 64) * math.Log(1-e/math.Ldexp(1, 64))
}
