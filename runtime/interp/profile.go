package interp

import (
	"fmt"
	"path"
	"strings"
	"sync/atomic"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// Profile watches what an interpreter spends: statements and builtins tell when they begin and when they end. A run without it is compiled
// as ever and spends nothing on it.
//
// Whoever profiles adds to Due, at best by a timer, and at the next boundary between two statements Spent is told by how much it has
// moved, while Stack still is what has run up to there: a moment belongs to the statement that it fell into, not to the next place at
// which somebody looks.
type Profile struct {
	// Due may be added to by any goroutine.
	Due atomic.Uint64
	// Spent is called on the interpreter's goroutine.
	Spent func(n uint64)
	// Always has Spent called at each boundary, whether Due has moved or not.
	Always bool

	seen    uint64
	running bool // loading is over
	stack   []active
	frames  []*Place
}

// Place is what a frame of a profile shows: a statement or a builtin. There is one for each place in the program, whose address is
// the same for as long as the interpreter lives.
type Place struct {
	// Func is "event zeek_init", "hook M::h", "lambda FILE:LINE", or the bare name of a function or builtin.
	Func string
	// At is the statement, Start the place of its body; both are zero for builtins.
	At, Start diag.Span

	body *ir.Func
}

// active is a statement or builtin that has begun.
type active struct {
	at    *Place
	depth int
}

// Stack lists what runs, the outermost first: for each body under way the innermost of its statements, and builtins. It is empty between
// events. The list is good until the next call.
func (p *Profile) Stack() []*Place {
	p.frames = p.frames[:0]
	for i, a := range p.stack {
		if i+1 < len(p.stack) {
			// An if and the statement in it are one frame, at the statement.
			if next := p.stack[i+1]; next.depth == a.depth && next.at.body == a.at.body && a.at.body != nil {
				continue
			}
		}
		p.frames = append(p.frames, a.at)
	}
	return p.frames
}

func (p *Profile) boundary() {
	if p.Always || p.Due.Load() != p.seen {
		p.spent()
	}
}

func (p *Profile) spent() {
	due := p.Due.Load()
	n := due - p.seen
	p.seen = due
	if p.running || len(p.stack) > 0 { // reading scripts is nothing that they spend
		p.Spent(n)
	}
}

// begin notes that something runs from now on, and end that it is over: n is what begin returned.
func (p *Profile) begin(at *Place, depth int) (n int) {
	p.boundary()
	n = len(p.stack)
	p.stack = append(p.stack, active{at, depth})
	return n
}

func (p *Profile) end(n int) {
	p.boundary()
	p.stack = p.stack[:n]
}

// idly calls what only waits: that is left out of profiles.
func (m *M) idly(wait func()) {
	p := m.cfg.Profile
	if p != nil {
		p.boundary()
	}
	wait()
	if p != nil {
		p.seen = p.Due.Load()
	}
}

// profiled has a statement tell when it begins and ends.
func (c *compiler) profiled(s ir.Stmt, code stmt) stmt {
	switch s.(type) {
	case *ir.Block, *ir.Null:
		return code
	}
	p, at := c.m.cfg.Profile, c.profilePlace(s.Span())
	return func(m *M, f frame) ctl {
		n := p.begin(at, m.depth)
		k := code(m, f)
		p.end(n)
		return k
	}
}

// profilePlace is the place of a statement of the body that is compiled.
func (c *compiler) profilePlace(at diag.Span) *Place {
	f := c.b.ir
	name := f.Name
	if strings.HasPrefix(name, "lambda_") && f.At.File != nil { // its hash tells nobody anything
		name = fmt.Sprintf("lambda %s:%d", path.Base(f.At.File.Name), f.At.Line)
	}
	if f.T != nil && f.T.Fn != nil && f.T.Fn.Flavor != types.FlavorFunction {
		name = f.T.Fn.Flavor.String() + " " + name
	}
	return &Place{Func: name, At: at, Start: f.At, body: f}
}

// watched is a builtin that tells when it begins and ends. What its arguments spend is not its own.
func (m *M) watched(b *Builtin, name string) *Builtin {
	p := m.cfg.Profile
	if p == nil {
		return b
	}
	w, at := *b, &Place{Func: name}
	if fn := b.Fn; fn != nil {
		w.Fn = func(m *M, s *Site, a []val.Value) val.Value {
			n := p.begin(at, m.depth)
			v := fn(m, s, a)
			p.end(n)
			return v
		}
	}
	if fn := b.F0; fn != nil {
		w.F0 = func(m *M, s *Site) val.Value {
			n := p.begin(at, m.depth)
			v := fn(m, s)
			p.end(n)
			return v
		}
	}
	if fn := b.F1; fn != nil {
		w.F1 = func(m *M, s *Site, a val.Value) val.Value {
			n := p.begin(at, m.depth)
			v := fn(m, s, a)
			p.end(n)
			return v
		}
	}
	if fn := b.F2; fn != nil {
		w.F2 = func(m *M, s *Site, x, y val.Value) val.Value {
			n := p.begin(at, m.depth)
			v := fn(m, s, x, y)
			p.end(n)
			return v
		}
	}
	if fn := b.F3; fn != nil {
		w.F3 = func(m *M, s *Site, x, y, z val.Value) val.Value {
			n := p.begin(at, m.depth)
			v := fn(m, s, x, y, z)
			p.end(n)
			return v
		}
	}
	if fn := b.Append; fn != nil {
		w.Append = func(m *M, s *Site, a []val.Value, to []byte) []byte {
			n := p.begin(at, m.depth)
			to = fn(m, s, a, to)
			p.end(n)
			return to
		}
	}
	return &w
}
