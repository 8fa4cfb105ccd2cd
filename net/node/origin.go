package node

import (
	"time"
)

// windowBits is how far a message may lag behind a later one of the same origin that came on a quicker way, in messages.
const windowBits = 1 << 14

const maxOrigins = 4096

// origin remembers which of a node's messages were seen, so that each is handled once however many ways lead here.
type origin struct {
	high uint64 // greatest number seen; the window covers the windowBits numbers up to it
	seen [windowBits / 64]uint64
	used time.Time
}

// fresh notes a number and tells whether it is new. One from before the window counts as seen.
func (o *origin) fresh(seq uint64) bool {
	switch {
	case seq > o.high:
		if seq-o.high >= windowBits {
			clear(o.seen[:])
		} else {
			for n := o.high + 1; n < seq; n++ {
				o.seen[n%windowBits/64] &^= 1 << (n % 64)
			}
		}
		o.high = seq
	case o.high-seq >= windowBits || o.seen[seq%windowBits/64]>>(seq%64)&1 != 0:
		return false
	}
	o.seen[seq%windowBits/64] |= 1 << (seq % 64)
	return true
}

// originOf returns the memory for a node; when there are too many the one not heard from for longest is forgotten.
func (h *Hub) originOf(id string) *origin {
	o := h.origins[id]
	if o == nil {
		if len(h.origins) >= maxOrigins {
			var oldest string
			for other, x := range h.origins { // the order does not matter: ties are broken by the id
				if y := h.origins[oldest]; y == nil || x.used.Before(y.used) || x.used.Equal(y.used) && other < oldest {
					oldest = other
				}
			}
			delete(h.origins, oldest)
		}
		o = &origin{used: h.now}
		h.origins[id] = o
	}
	return o
}
