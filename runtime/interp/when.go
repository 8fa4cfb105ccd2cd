package interp

import (
	"slices"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/loop"
	"github.com/brogo/brogo/runtime/val"
)

// trigger is one when statement under way. Its variables live in vals between evaluations; each evaluation copies them to a window
// of the value stack and back.
type trigger struct {
	m       *M
	code    *whenCode
	vals    []val.Value
	timeout float64 // seconds, negative for none
	timer   *loop.Timer
	queued  bool
	over    bool
	// holds counts asynchronous results that the condition waits for; it is not evaluated meanwhile.
	holds   int
	results []result
	// A return when hands its result to the trigger that evaluates the function's caller.
	parent    *trigger
	parentKey delayKey
	locals    []watched   // containers that the condition reads through locals
	watches   []*watching // in use; behind them in the capacity lie old ones, to be used again
	// All triggers under way are linked in the order of their starts.
	prev, next *trigger
}

// delayKey names one asynchronous result within a condition.
type delayKey struct {
	call *ir.Call
	key  string
}

// result is an asynchronous result: asked for, or here.
type result struct {
	key  delayKey
	v    val.Value
	here bool
}

type watched struct {
	t *types.Type
	v val.Value
}

// whenCode is the compiled form of a when statement.
type whenCode struct {
	b         *body
	cond      cond
	body      stmt
	onTimeout stmt
	awaits    *awaits // nil for conditions of other kinds
	isReturn  bool
	place     *Place // in profiles
	at        diag.Span
	text      string  // of the condition
	cells     []*cell // globals that the condition reads
	locals    []*ir.Local
}

// watchSet tells triggers that a container or global changed. It is a list in the order in which they joined, which a trigger can leave
// however many others there are.
type watchSet struct {
	first, last *watching
	detach      func() // called when the last trigger has gone
}

// watching is a trigger's place in a watchSet.
type watching struct {
	t          *trigger
	w          *watchSet
	prev, next *watching
}

// Changed queues the triggers for evaluation after the next drain.
func (w *watchSet) Changed() {
	for p := w.first; p != nil; p = p.next {
		p.t.m.queueTrigger(p.t)
	}
}

func (m *M) queueTrigger(t *trigger) {
	if !t.queued && !t.over {
		t.queued = true
		m.pending = append(m.pending, t)
	}
}

// whenStmt compiles a when statement to the code that starts it.
func (c *compiler) whenStmt(s *ir.When) stmt {
	b := c.m.newBody(s.Fn, false)
	wc := newCompiler(c.m, b)
	wc.counts = c.counts
	code := &whenCode{b: b, isReturn: s.Return, at: s.Span(), text: ir.Describe(s.C), place: wc.profilePlace(s.Span())}
	code.cond, code.body = wc.cond(s.C), wc.stmt(s.Body)
	code.awaits = wc.awaits(s.C)
	if s.OnTimeout != nil {
		code.onTimeout = wc.stmt(s.OnTimeout)
	}
	c.whenReads(s.C, code)
	var timeout expr
	if s.Timeout != nil {
		timeout = c.expr(s.Timeout)
	}
	type capture struct {
		get  func(frame) val.Value
		cp   ir.Capture
		slot int
	}
	var caps []capture
	for _, cp := range s.Fn.Captures {
		caps = append(caps, capture{c.getLocal(cp.Outer), cp, cp.Inner.Slot})
	}
	return func(m *M, f frame) ctl {
		t := &trigger{m: m, code: code, vals: make([]val.Value, max(b.ir.NSlots, b.size)), timeout: -1}
		for _, i := range b.unset {
			t.vals[i] = unset
		}
		for _, cp := range caps {
			v := cp.get(f)
			if cp.cp.Copy && v.P != unsetP {
				v = val.Clone(cp.cp.Outer.T, v)
			}
			t.vals[cp.slot] = v
		}
		for _, l := range code.locals {
			t.locals = append(t.locals, watched{l.T, t.vals[l.Slot]})
		}
		if timeout != nil {
			t.timeout = timeout(m, f).Double()
		}
		if code.isReturn {
			m.startReturn(s, t)
			panic(delayed{})
		}
		m.startTrigger(t)
		return ctlNone
	}
}

// whenReads collects the globals and container locals that a condition reads.
func (c *compiler) whenReads(x ir.Expr, code *whenCode) {
	walk(x, func(x ir.Expr) bool {
		switch x := x.(type) {
		case *ir.GlobalRef:
			if x.Sym.Slot >= 0 && x.Sym.Kind != ir.KindFunc && x.Sym.Kind != ir.KindBuiltin {
				code.cells = append(code.cells, c.m.cell(x.Sym))
			}
		case *ir.LocalRef:
			if x.T.IsAggregate() && x.Sym.Captured && !slices.Contains(code.locals, x.Sym) {
				code.locals = append(code.locals, x.Sym)
			}
		}
		return true
	})
}

// triggerList holds the triggers under way.
type triggerList struct{ first, last *trigger }

func (l *triggerList) unlink(t *trigger) {
	if t.prev != nil {
		t.prev.next = t.next
	} else {
		l.first = t.next
	}
	if t.next != nil {
		t.next.prev = t.prev
	} else {
		l.last = t.prev
	}
	t.prev, t.next = nil, nil
}

func (m *M) startTrigger(t *trigger) {
	if t.prev = m.triggers.last; t.prev != nil {
		t.prev.next = t
	} else {
		m.triggers.first = t
	}
	m.triggers.last = t
	if !m.evalTrigger(t) && t.timeout >= 0 {
		m.trigTimer(t)
	}
}

func (m *M) trigTimer(t *trigger) {
	early := m.netTime == 0
	t.timer = m.addTimer(m.netTime+t.timeout, func(bool) {
		t.timer = nil
		// Network time had not begun when the statement started: the clock starts now.
		if early {
			m.trigTimer(t)
			return
		}
		m.timeOut(t)
	})
}

// startReturn begins a `return when`: the function's result goes to the trigger in whose condition it was called.
func (m *M) startReturn(s *ir.When, t *trigger) {
	if m.trigger == nil {
		m.Report(diag.Diagnostic{Severity: diag.Error, Code: diag.DelayedReturn, Msg: "return trigger in context which does not allow delaying result"})
		panic(silent{})
	}
	t.parent = m.trigger
	t.parentKey = delayKey{call: m.calls[m.depth-1].site}
	t.parent.holds++
	m.startTrigger(t)
}

// evalTriggers evaluates the conditions of triggers queued so far. Those queued meanwhile wait for the next drain.
func (m *M) evalTriggers() {
	if len(m.pending) == 0 {
		return
	}
	batch := m.pending
	m.pending = nil
	for _, t := range batch {
		t.queued = false
		m.evalTrigger(t)
	}
}

// evalTrigger evaluates a condition and, if it holds, runs the body; true when the trigger is over.
func (m *M) evalTrigger(t *trigger) bool {
	if t.over {
		return true
	}
	if t.holds > 0 {
		return false
	}
	outer, touched := m.trigger, m.touched
	m.trigger, m.touched = t, nil
	holds, gaveUp := false, false
	waits := m.guardDelayed(func() {
		m.onWindow(t, func(f frame) {
			if a := t.code.awaits; a != nil && a.ready(m) {
				gaveUp = a.run(m, f)
				holds = !gaveUp
			} else {
				holds = t.code.cond(m, f)
			}
		})
	})
	waits = waits || gaveUp
	m.awaiting = nil
	met := m.touched
	m.trigger, m.touched = outer, touched
	switch {
	case waits:
		return false
	case !holds:
		m.watch(t, met)
		return false
	}
	m.firings++
	m.endTrigger(t)
	m.runWhenBody(t, t.code.body)
	return true
}

// runWhenBody runs the body or the timeout block; the result of a return when wakes the caller's trigger.
func (m *M) runWhenBody(t *trigger, code stmt) {
	returned := false
	var v val.Value
	m.guard(func() {
		m.onWindow(t, func(f frame) {
			if code(m, f) == ctlReturn {
				v, returned = m.ret, true
				m.ret = val.Value{}
			}
		})
	})
	if t.parent == nil {
		return
	}
	p := t.parent
	p.holds--
	if returned && !p.over {
		*p.result(t.parentKey) = result{t.parentKey, v, true}
		m.queueTrigger(p)
	}
}

// timeOut ends a trigger whose condition did not come true in time.
func (m *M) timeOut(t *trigger) {
	if t.over {
		return
	}
	m.endTrigger(t)
	if t.code.onTimeout != nil {
		m.runWhenBody(t, t.code.onTimeout)
	}
}

// onWindow runs code on a frame that holds the trigger's variables.
func (m *M) onWindow(t *trigger, run func(f frame)) {
	b := t.code.b
	f := m.push(b.size)
	n := min(len(t.vals), maxDirect, b.size)
	copy(f[:n], t.vals[:n])
	if b.spill != 0 {
		f[b.spill].P = ptr(&box{t.vals[maxDirect:]})
	}
	m.enter(b, nil, f)
	if p := m.cfg.Profile; p != nil {
		n := p.begin(t.code.place, m.depth)
		run(f)
		p.end(n)
	} else {
		run(f)
	}
	m.depth--
	copy(t.vals[:n], f[:n])
	clearFrame(f, b.size)
	m.pop(b.size)
}

// guardDelayed is guard for conditions, which may be given up until an asynchronous result arrives.
func (m *M) guardDelayed(f func()) (waits bool) {
	_, waits = m.guardBody(f, true)
	return waits
}

// endTrigger takes a trigger off everything that it waits for.
func (m *M) endTrigger(t *trigger) {
	if !t.over {
		m.triggers.unlink(t)
	}
	t.over = true
	if t.timer != nil {
		m.timers.Cancel(t.timer)
		t.timer = nil
	}
	t.unwatch()
}

func (t *trigger) unwatch() {
	for _, p := range t.watches {
		p.leave()
	}
	t.watches = t.watches[:0]
}

// leave takes a trigger out of a set.
func (p *watching) leave() {
	w := p.w
	if p.prev != nil {
		p.prev.next = p.next
	} else {
		w.first = p.next
	}
	if p.next != nil {
		p.next.prev = p.prev
	} else {
		w.last = p.prev
	}
	p.w, p.prev, p.next = nil, nil, nil
	if w.first == nil {
		w.detach()
	}
}

// watch has the trigger evaluated again when something that its condition reads changes.
func (m *M) watch(t *trigger, met []watched) {
	t.unwatch()
	for _, c := range t.code.cells {
		if c.watch == nil {
			c.watch = &watchSet{detach: func() { c.watch = nil }}
		}
		t.join(c.watch)
		if c.v.P != unsetP {
			t.watchValue(c.g.T, c.v)
		}
	}
	for _, w := range t.locals {
		t.watchValue(w.t, w.v)
	}
	for _, w := range met {
		t.watchValue(w.t, w.v)
	}
}

// join puts the trigger at the end of a set. It joins all its sets in one go: if it is in this one already, it is the last there.
func (t *trigger) join(w *watchSet) {
	if w.last != nil && w.last.t == t {
		return
	}
	n := len(t.watches)
	if n == cap(t.watches) {
		t.watches = append(t.watches, &watching{t: t})
	} else if t.watches = t.watches[:n+1]; t.watches[n] == nil {
		t.watches[n] = &watching{t: t}
	}
	p := t.watches[n]
	p.w, p.prev = w, w.last
	if w.last != nil {
		w.last.next = p
	} else {
		w.first = p
	}
	w.last = p
}

// watchValue joins the watchers of a container.
func (t *trigger) watchValue(typ *types.Type, v val.Value) {
	if v.P == nil || v.P == unsetP {
		return
	}
	var at *val.Watch
	switch typ.Tag {
	case types.Table:
		at = &v.Table().Watch
	case types.Record:
		at = v.Rec().Watched()
	case types.Vector:
		at = &v.Vec().Watch
	default:
		return
	}
	w, ok := (*at).(*watchSet)
	if !ok {
		w = &watchSet{detach: func() { *at = nil }}
		*at = w
	}
	t.join(w)
}

// InWhen reports whether a when condition is being evaluated with a timeout (timeout) or at all (in).
func (m *M) InWhen() (in, timeout bool) {
	return m.trigger != nil, m.trigger != nil && m.trigger.timeout >= 0
}

// Delayed returns the value that Delay would return for the same site and key, if it has arrived. It is for builtins whose arguments
// may have become unfit while they waited.
func (m *M) Delayed(s *Site, key string) (val.Value, bool) {
	if m.trigger == nil {
		return val.Value{}, false
	}
	return m.trigger.arrived(delayKey{s.Call, key})
}

// Delay is how an asynchronous builtin waits inside a when condition: the first evaluation starts the work and gives the
// condition up; when resume is called (from any goroutine), the condition is evaluated again and Delay returns the value
// that key stands for. key tells calls with different arguments apart.
func (m *M) Delay(s *Site, key string, start func(resume func(val.Value))) val.Value {
	t := m.trigger
	if t == nil {
		panic("interp: Delay outside a when condition")
	}
	k := delayKey{s.Call, key}
	r := t.find(k)
	if r != nil && r.here {
		return r.v
	}
	if r == nil {
		t.results = append(t.results, result{key: k})
		t.holds++
		resumed := false
		start(func(v val.Value) {
			m.Post(func() {
				if resumed {
					return
				}
				resumed = true
				*t.result(k) = result{k, v, true}
				t.holds--
				m.queueTrigger(t)
			})
		})
	}
	if m.awaiting != nil && m.awaiting == s.Call {
		m.gaveUp = true
		return val.Value{}
	}
	panic(delayed{})
}

// find returns what is known of an asynchronous result, nil if nothing is.
func (t *trigger) find(k delayKey) *result {
	for i := range t.results {
		if t.results[i].key == k {
			return &t.results[i]
		}
	}
	return nil
}

// result is find that makes the entry.
func (t *trigger) result(k delayKey) *result {
	if r := t.find(k); r != nil {
		return r
	}
	t.results = append(t.results, result{key: k})
	return &t.results[len(t.results)-1]
}

// arrived returns an asynchronous result that has arrived.
func (t *trigger) arrived(k delayKey) (val.Value, bool) {
	if r := t.find(k); r != nil && r.here {
		return r.v, true
	}
	return val.Value{}, false
}
