package digest

// lehmerMod is the modulus of the minimal standard generator of Park and Miller (1988), which seeded runs use so that they
// repeat on every platform.
const lehmerMod = 1<<31 - 1

// Lehmer returns the successor of state in the Park-Miller sequence (multiplier 16807, Schrage's method). States beyond the
// modulus are accepted, since seed files hold full 32-bit words.
func Lehmer(state int64) int64 {
	const a = 16807
	const q, r = lehmerMod / a, lehmerMod % a
	// The 32-bit truncations are those of the reference: seeds above the modulus depend on them.
	rem, div := uint32(state%q), uint32(state/q)
	res := int32(a*rem) - int32(r*div)
	if res < 0 {
		res += lehmerMod
	}
	return int64(res)
}

// lehmer26 is the generator as Bro 2.6 has it: an intermediate result below zero wraps to 32 bits instead of being reduced, so
// its states reach beyond the modulus.
func lehmer26(state uint32) uint32 {
	const a = 16807
	const q, r = lehmerMod / a, lehmerMod % a
	next := uint32(a*int64(state%q) - r*int64(state/q))
	if next == 0 {
		next = lehmerMod
	}
	return next
}

// additive is the additive feedback generator behind random(3) of the GNU C library, which unseeded runs use: srand() with
// one value gives one sequence.
type additive struct {
	state [31]uint32
	i     int
}

func newAdditive(seed uint32) *additive {
	g := &additive{i: 3}
	if seed == 0 {
		seed = 1
	}
	word := int64(int32(seed))
	g.state[0] = uint32(word)
	for i := 1; i < len(g.state); i++ {
		word = 16807*(word%127773) - 2836*(word/127773)
		if word < 0 {
			word += lehmerMod
		}
		g.state[i] = uint32(word)
	}
	for range 310 {
		g.next()
	}
	return g
}

// next returns a number below 2^31.
func (g *additive) next() int64 {
	j := (g.i + 28) % 31
	g.state[g.i] += g.state[j]
	v := g.state[g.i] >> 1
	g.i = (g.i + 1) % 31
	return int64(v)
}

// Random is the source of rand(): repeatable once seeded, else started from the seed that the operating system gave.
type Random struct {
	deterministic bool
	legacy        bool // 2.6's arithmetic
	state         int64
	free          *additive
}

func newRandom(seed uint32, deterministic, legacy bool) *Random {
	r := &Random{deterministic: deterministic, legacy: legacy, free: newAdditive(seed)}
	r.setState(seed)
	return r
}

func (r *Random) setState(seed uint32) {
	r.state = int64(seed)
	if seed == 0 && !r.legacy {
		r.state = 1
	}
}

// Seed restarts the sequence, as srand() does.
func (r *Random) Seed(seed uint32) {
	if r.deterministic {
		r.setState(seed)
		return
	}
	r.free = newAdditive(seed)
}

// Number returns the next number: below 2^31, except that seeded runs of the bro dialect reach up to 2^32.
func (r *Random) Number() int64 {
	switch {
	case !r.deterministic:
		return r.free.next()
	case r.legacy:
		r.state = int64(lehmer26(uint32(r.state)))
	default:
		r.state = Lehmer(r.state)
	}
	return r.state
}

// Below returns a number in [0, max), 0 if max is 0. It scales as the reference does, so that seeded runs agree with it.
func (r *Random) Below(max uint64) uint64 {
	top := float64(1 << 31)
	if r.deterministic && !r.legacy {
		top = lehmerMod
	}
	n := uint64(float64(max) * float64(r.Number()) / top)
	if n >= max && max > 0 {
		// Bro 2.6 returns numbers beyond max here; scripts index by them, so the range is kept.
		n %= max
	}
	return n
}
