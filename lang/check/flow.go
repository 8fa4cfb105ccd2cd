package check

import "github.com/brogo/brogo/lang/ir"

// flow is what is surely assigned at a point of a body, by slot; dead tells that the point is never reached, where anything may
// be taken as assigned.
type flow struct {
	set  []uint64
	dead bool
}

func (f *flow) assign(l *ir.Local) {
	w := l.Slot >> 6
	for len(f.set) <= w {
		f.set = append(f.set, 0)
	}
	f.set[w] |= 1 << (l.Slot & 63)
}

func (f *flow) has(l *ir.Local) bool {
	w := l.Slot >> 6
	return f.dead || w < len(f.set) && f.set[w]&(1<<(l.Slot&63)) != 0
}

func (f *flow) clone() flow {
	return flow{append([]uint64(nil), f.set...), f.dead}
}

// join returns what is assigned on both ways.
func join(a, b flow) flow {
	switch {
	case a.dead:
		return b
	case b.dead:
		return a
	}
	n := min(len(a.set), len(b.set))
	out := flow{set: make([]uint64, n)}
	for i := range out.set {
		out.set[i] = a.set[i] & b.set[i]
	}
	return out
}
