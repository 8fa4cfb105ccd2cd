package digest

import (
	"encoding/binary"
)

// Pools of unique ids: the numbers below the first custom one belong to the interpreter.
const (
	poolInternal = 1
	poolScript   = 2
	poolCustom   = 10
	poolLimit    = 10000
)

// uidPool counts the ids of one pool; instance tells processes apart.
type uidPool struct {
	instance, counter uint64
	used              bool
}

// uid returns the next 64-bit id of a pool. Seeded runs give every pool the same ids in each run, whatever the other pools do; else
// the instance is drawn from the process's random source. ok is false if the pool's number is out of range: the internal pool is
// used then.
func (f *Family) uid(pool int64) (id uint64, ok bool) {
	ok = true
	if pool < 0 || pool >= poolLimit {
		pool, ok = poolInternal, false
	}
	for int64(len(f.pools)) <= pool {
		f.pools = append(f.pools, uidPool{})
	}
	p := &f.pools[pool]
	if !p.used {
		p.used = true
		p.instance = uint64(pool)
		if !f.seeds.Deterministic {
			b := binary.LittleEndian.AppendUint64(nil, uint64(pool))
			b = binary.LittleEndian.AppendUint64(b, uint64(f.rand.Number()))
			p.instance = f.keys.Hash64(b) + 1
		}
	}
	p.counter++
	b := binary.LittleEndian.AppendUint64(nil, p.instance)
	return f.keys.Hash64(binary.LittleEndian.AppendUint64(b, p.counter)), ok
}

// base62 appends n in base 62, least significant digit first as the reference writes ids.
func base62(b []byte, n uint64) []byte {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for {
		b = append(b, digits[n%62])
		if n /= 62; n == 0 {
			return b
		}
	}
}
