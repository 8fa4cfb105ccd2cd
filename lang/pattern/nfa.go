package pattern

import "slices"

// instOp says what an automaton state does.
type instOp uint8

const (
	iByte  instOp = iota // consume the byte b, go to out
	iSet                 // consume a byte of sets[arg], go to out
	iBOL                 // consume the mark before the first byte
	iEOL                 // consume the mark after the last byte
	iSplit               // go to out and to arg without consuming
	iMatch               // accept; arg is the pattern's number in a Set
)

// inst is one state of a Thompson automaton.
type inst struct {
	op  instOp
	b   byte
	out uint32
	arg uint32
}

// prog is an automaton with its byte classes: bytes that no state tells apart share a class.
type prog struct {
	insts   []inst
	sets    []charset
	start   uint32
	live    []bool // from here a match can still be reached once the text has begun
	classOf [256]uint8
	rep     []byte // one byte of each class
}

// builder turns trees into states, from the end to the beginning: each call is told where to go next, so that
// no patching is needed except for the back edge of a loop.
type builder struct {
	p       *prog
	setSlot map[charset]uint32
}

func newBuilder(sizeHint int) *builder {
	return &builder{p: &prog{insts: make([]inst, 0, sizeHint+4)}}
}

func (b *builder) emit(i inst) uint32 {
	b.p.insts = append(b.p.insts, i)
	return uint32(len(b.p.insts) - 1)
}

func (b *builder) match(id int) uint32 { return b.emit(inst{op: iMatch, arg: uint32(id)}) }

func (b *builder) split(x, y uint32) uint32 { return b.emit(inst{op: iSplit, out: x, arg: y}) }

func (b *builder) slot(set *charset) uint32 {
	if i, ok := b.setSlot[*set]; ok {
		return i
	}
	if b.setSlot == nil {
		b.setSlot = map[charset]uint32{}
	}
	i := uint32(len(b.p.sets))
	b.p.sets = append(b.p.sets, *set)
	b.setSlot[*set] = i
	return i
}

// node emits n followed by next and returns where it begins.
func (b *builder) node(n *node, next uint32) uint32 {
	switch n.op {
	case nEmpty:
		return next
	case nByte:
		return b.emit(inst{op: iByte, b: n.b, out: next})
	case nSet:
		return b.emit(inst{op: iSet, arg: b.slot(n.set), out: next})
	case nBOL:
		return b.emit(inst{op: iBOL, out: next})
	case nEOL:
		return b.emit(inst{op: iEOL, out: next})
	case nCat:
		for _, k := range slices.Backward(n.kids) {
			next = b.node(k, next)
		}
		return next
	case nAlt:
		last := len(n.kids) - 1
		at := b.node(n.kids[last], next)
		for _, k := range slices.Backward(n.kids[:last]) {
			at = b.split(b.node(k, next), at)
		}
		return at
	case nRepeat:
		return b.repeat(n, next)
	}
	panic("pattern: unknown node")
}

func (b *builder) repeat(n *node, next uint32) uint32 {
	k, at, must := n.kids[0], next, n.min
	if n.max < 0 {
		loop := b.split(0, next)
		body := b.node(k, loop)
		b.p.insts[loop].out = body
		at = loop
		if must > 0 { // x+ enters by its body; the loop stands behind it
			at = body
			must--
		}
	}
	for i := n.min; i < n.max; i++ {
		at = b.split(b.node(k, at), next)
	}
	for ; must > 0; must-- {
		at = b.node(k, at)
	}
	return at
}

// finish computes byte classes and liveness.
func (b *builder) finish(start uint32) *prog {
	p := b.p
	p.start = start
	p.classes()
	p.liveness()
	return p
}

// classes splits the bytes by every set, then sets bytes with states of their own apart.
func (p *prog) classes() {
	n := 1
	for i := range p.sets {
		var moved [256]uint8 // class → class of its part inside the set, 0: not split yet
		var inside, outside [256]bool
		for c := range 256 {
			if p.sets[i].has(byte(c)) {
				inside[p.classOf[c]] = true
			} else {
				outside[p.classOf[c]] = true
			}
		}
		for c := range 256 {
			k := p.classOf[c]
			if !p.sets[i].has(byte(c)) || !inside[k] || !outside[k] {
				continue
			}
			if moved[k] == 0 {
				moved[k] = uint8(n)
				n++
			}
			p.classOf[c] = moved[k]
		}
	}
	var single charset
	for i := range p.insts {
		if p.insts[i].op == iByte {
			single.add(p.insts[i].b)
		}
	}
	var size [256]int
	for _, k := range p.classOf {
		size[k]++
	}
	for _, c := range single.bytes(nil) {
		if k := p.classOf[c]; size[k] > 1 {
			size[k]--
			p.classOf[c] = uint8(n)
			size[n] = 1
			n++
		}
	}
	p.rep = make([]byte, n)
	for c := 255; c >= 0; c-- {
		p.rep[p.classOf[c]] = byte(c)
	}
}

// liveness marks the states from which iMatch can be reached without the mark at the beginning. In a search
// for ^foo nothing else is left after the first bytes, and the search can stop. Most edges lead to lower
// numbers (see builder), so that two or three rounds suffice.
func (p *prog) liveness() {
	p.live = make([]bool, len(p.insts))
	for again := true; again; {
		again = false
		for i := range p.insts {
			in := &p.insts[i]
			if p.live[i] {
				continue
			}
			ok := false
			switch in.op {
			case iMatch:
				ok = true
			case iSplit:
				ok = p.live[in.out] || p.live[in.arg]
			case iByte, iSet, iEOL:
				ok = p.live[in.out]
			}
			if ok {
				p.live[i], again = true, true
			}
		}
	}
}

// accepts reports whether the state consumes the byte c.
func (p *prog) accepts(in *inst, c byte) bool {
	return in.op == iByte && in.b == c || in.op == iSet && p.sets[in.arg].has(c)
}
