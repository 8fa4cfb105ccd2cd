package probabilistic

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/brogo/brogo/bif/digest"
)

// seed is the 128-bit seed of a family of hash functions.
type seed [2]uint64

// makeSeed derives a seed from a name or from the seed of the process.
func makeSeed(data []byte) seed {
	h := sha256.Sum256(data)
	return seed{binary.LittleEndian.Uint64(h[:]), binary.LittleEndian.Uint64(h[8:])}
}

// plus returns the seed of the i-th function.
func (s seed) plus(i int64) [2]uint64 { return [2]uint64{s[0] + uint64(digest.Lehmer(i)), s[1]} }

// hasher makes k hashes of an element. Double hashing (Kirsch and Mitzenmacher, 2006) combines two functions; else each hash has a
// function of its own.
type hasher struct {
	k      uint64
	seed   seed
	double bool
}

// each calls f with every hash until it returns false.
func (h hasher) each(key []byte, f func(uint64) bool) {
	if h.double {
		d1 := digest.SipHash24(h.seed.plus(1), key)
		d2 := digest.SipHash24(h.seed.plus(2), key)
		for i := range h.k {
			if !f(d1 + i*d2) {
				return
			}
		}
		return
	}
	for i := range h.k {
		if !f(digest.SipHash24(h.seed.plus(int64(i)+1), key)) {
			return
		}
	}
}
