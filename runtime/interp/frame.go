package interp

import (
	"unsafe"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/runtime/val"
)

// A frame is a window of the value stack. Its array type makes an access by a uint8 slot free of bounds checks; windows of nested
// calls overlap behind the slots that a function uses.
type frame = *[frameLen]val.Value

const (
	frameLen     = 256
	maxDirect    = 250 // slots from here on live in a heap box, see box
	firstSegment = 16 << 10
	nextSegment  = 64 << 10
)

// box holds slots that do not live in the frame: captured variables of a closure, and what exceeds maxDirect.
type box struct{ v []val.Value }

// segment is a full part of the value stack below the current one.
type segment struct {
	v  []val.Value
	sp int
}

// callRec is one active script function: for the depth limit, script stacks and backtraces.
type callRec struct {
	body *body
	site *ir.Call // nil when called by the interpreter
	f    frame
}

var (
	unsetP = unsafe.Pointer(&unsetByte)
	unset  = val.Value{P: unsetP}
)

// push opens a window of n slots (at least one).
func (m *M) push(n int) frame {
	if m.sp+frameLen > len(m.stack) {
		m.grow()
	}
	f := frame(m.stack[m.sp:])
	m.sp += n
	return f
}

// pop closes the last window of n slots, whose pointers the caller has cleared.
func (m *M) pop(n int) {
	m.sp -= n
	if m.sp == 0 && len(m.below) > 0 {
		m.shrink()
	}
}

func (m *M) grow() {
	m.below = append(m.below, segment{m.stack, m.sp})
	m.stack, m.sp = make([]val.Value, nextSegment), 0
}

func (m *M) shrink() {
	last := len(m.below) - 1
	m.stack, m.sp = m.below[last].v, m.below[last].sp
	m.below[last] = segment{}
	m.below = m.below[:last]
}

// mark is a place to unwind to.
type mark struct {
	segs, sp, depth, loops int
	active                 int // of the profile
	trigger                *trigger
}

func (m *M) mark() mark {
	k := mark{segs: len(m.below), sp: m.sp, depth: m.depth, loops: len(m.loops), trigger: m.trigger}
	if p := m.cfg.Profile; p != nil {
		k.active = len(p.stack)
	}
	return k
}

// unwind drops all frames above k and clears what they held.
func (m *M) unwind(k mark) {
	for len(m.below) > k.segs {
		m.shrink()
	}
	// A function whose window lay above sp may have been entered and left: everything up to the last window's end is cleared.
	top := max(m.sp, k.sp)
	clear(m.stack[k.sp:min(top+frameLen, len(m.stack))])
	m.sp = k.sp
	for i := k.depth; i < m.depth; i++ {
		m.calls[i] = callRec{}
	}
	m.depth = k.depth
	m.trigger = k.trigger
	if p := m.cfg.Profile; p != nil && len(p.stack) > k.active {
		p.end(k.active)
	}
	m.loops = m.loops[:k.loops]
}

// poll lets an interrupt take effect: loops and calls ask.
func (m *M) poll() {
	if m.intr.Load() != 0 {
		m.interrupted()
	}
}

// enter notes a call; the caller has pushed and filled the frame.
func (m *M) enter(b *body, site *ir.Call, f frame) {
	if m.depth == len(m.calls) {
		m.deeper(site, b)
	}
	c := &m.calls[m.depth]
	c.body, c.site, c.f = b, site, f
	m.depth++
	m.poll()
}

func (m *M) deeper(site *ir.Call, b *body) {
	if m.depth >= m.cfg.MaxDepth {
		e := &Error{diag.Diagnostic{Severity: diag.ExprError, Code: diag.CallDepth, Msg: "call stack too deep"}}
		if site != nil {
			e.At = site.At
			e.Msg += m.exprSuffix(site)
		} else {
			e.At = b.ir.At
		}
		e.Stack = m.scriptStack(e.At)
		panic(e)
	}
	m.calls = append(m.calls, make([]callRec, min(len(m.calls), m.cfg.MaxDepth-len(m.calls)))...)
}

// looping reports whether a for statement is going over t.
func (m *M) looping(t *val.Table) bool {
	for _, l := range m.loops {
		if l == t {
			return true
		}
	}
	return false
}
