package interp

import (
	"cmp"
	"slices"

	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// event is one queued event.
type event struct {
	fn     *function
	args   []val.Value
	time   float64 // network time for which it was queued
	remote bool    // came from another node
	meta   any     // of the family that queued it
}

// eventQueue holds the events of the next round in pieces: a queue of millions of events is never copied, and one of a few is one piece.
type eventQueue struct {
	full  [][]event        // pieces of eventPiece events, earlier than those of last
	last  []event          // is filled
	spare [][]event        // pieces that have been handled, to be filled again
	pool  [9][][]val.Value // argument slices by length
	chunk []val.Value      // new ones are cut from here
}

// eventPiece is the number of events of a full piece, maxSpare how many pieces are kept for later.
const (
	eventPiece = 1024
	maxSpare   = 16
)

func (q *eventQueue) empty() bool { return len(q.last) == 0 && len(q.full) == 0 }

func (q *eventQueue) add(e event) {
	if len(q.last) == cap(q.last) {
		q.makeRoom()
	}
	q.last = append(q.last, e)
}

// makeRoom is called when the last piece has no room.
func (q *eventQueue) makeRoom() {
	if len(q.last) >= eventPiece {
		q.full = append(q.full, q.last)
		q.last = nil
	}
	if n := len(q.spare); q.last == nil && n > 0 {
		q.last, q.spare = q.spare[n-1], q.spare[:n-1]
		return
	}
	size := max(2*len(q.last), 8)
	if len(q.full) > 0 {
		size = eventPiece
	}
	q.last = append(make([]event, 0, size), q.last...)
}

// take takes all events out, in pieces.
func (q *eventQueue) take() (full [][]event, last []event) {
	full, last = q.full, q.last
	q.full, q.last = nil, nil
	if n := len(q.spare); n > 0 {
		q.last, q.spare = q.spare[n-1], q.spare[:n-1]
	}
	return full, last
}

// takeOne takes the first event out.
func (q *eventQueue) takeOne() event {
	if len(q.full) > 0 {
		e := q.full[0][0]
		if q.full[0] = q.full[0][1:]; len(q.full[0]) == 0 {
			q.full = q.full[1:]
		}
		return e
	}
	e := q.last[0]
	q.last = q.last[1:]
	return e
}

// argChunk is how many values are allocated at once for arguments.
const argChunk = 256

// args returns a slice for n arguments.
func (q *eventQueue) args(n int) []val.Value {
	if n < len(q.pool) {
		if p := q.pool[n]; len(p) > 0 {
			a := p[len(p)-1]
			q.pool[n] = p[:len(p)-1]
			return a
		}
	}
	if n >= len(q.pool) {
		return make([]val.Value, n)
	}
	if len(q.chunk) < n {
		q.chunk = make([]val.Value, argChunk)
	}
	a := q.chunk[:n:n]
	q.chunk = q.chunk[n:]
	return a
}

// give takes an argument slice back.
func (q *eventQueue) give(a []val.Value) {
	if n := len(a); n > 0 && n < len(q.pool) && len(q.pool[n]) < maxPooled {
		clear(a)
		q.pool[n] = append(q.pool[n], a)
	}
}

const maxPooled = 1 << 14

// wanted reports whether an event would have any effect.
func (m *M) wanted(fn *function) bool {
	return fn.handled() || m.allEvents || m.Hooks.Remote != nil && m.Hooks.Remote(fn.name)
}

// eventStmt compiles an event statement. Arguments are evaluated even if nothing handles the event.
func (c *compiler) eventStmt(s *ir.EventStmt) stmt {
	ev, args := c.event(s.Ev), c.exprs(s.Args)
	return func(m *M, f frame) ctl {
		vs := m.queue.args(len(args))
		for i, a := range args {
			vs[i] = a(m, f)
		}
		if fn := ev(); fn != nil && m.wanted(fn) {
			m.enqueue(event{fn: fn, args: vs, time: m.netTime})
		} else {
			m.queue.give(vs)
		}
		return ctlNone
	}
}

// event finds the event of a statement: at compile time, or when it runs if it is declared later.
func (c *compiler) event(ref ir.EventRef) func() *function {
	if ref.Sym != nil && ref.Sym.Slot >= 0 {
		fn := c.m.function(ref.Sym)
		return func() *function { return fn }
	}
	m := c.m
	return func() *function { return m.event(ref.Name) }
}

// schedule compiles a schedule expression. It does nothing once the run is ending.
func (c *compiler) schedule(e *ir.Schedule) expr {
	when, ev, args := c.expr(e.When), c.event(e.Ev), c.exprs(e.Args)
	relative := e.When.Type().Tag == types.Interval
	return func(m *M, f frame) val.Value {
		if m.terminating {
			return val.Value{}
		}
		at := when(m, f).Double()
		if relative {
			at += m.netTime
		}
		vs := m.queue.args(len(args))
		for i, a := range args {
			vs[i] = a(m, f)
		}
		fn := ev()
		if fn == nil {
			return val.Value{}
		}
		if m.Hooks.Tracer != nil {
			m.traceTimer(at, fn, vs)
		} else {
			m.timers.Add(at, task{fn: fn, args: vs})
		}
		m.countTimer()
		return val.Value{}
	}
}

func (m *M) enqueue(e event) {
	m.counters.EventsQueued++
	if m.Hooks.Tracer != nil {
		m.traceQueued(&e)
	}
	m.queue.add(e)
}

// event returns the event of a full name, nil if there is none. The declarations of base scripts may come into being here.
func (m *M) event(name string) *function {
	if fn := m.events[name]; fn != nil || m.names == nil {
		return fn
	}
	if g := m.names.Lookup(name); g != nil && g.Slot >= 0 && g.T != nil && g.T.Tag == types.Func && g.T.Fn.Flavor == types.FlavorEvent {
		return m.function(g)
	}
	return nil
}

// QueueEvent queues an event by name if anything handles it; arguments must be of the canonical parameter types.
func (m *M) QueueEvent(name string, args ...val.Value) {
	if fn := m.event(name); fn != nil && m.wanted(fn) {
		m.enqueue(event{fn: fn, args: append(m.queue.args(len(args))[:0], args...), time: m.netTime})
	}
}

// QueueRemote queues an event that another node sent: it is not sent on. at is its network time, meta what EventMeta returns
// while it is handled.
func (m *M) QueueRemote(name string, at float64, meta any, args ...val.Value) {
	if fn := m.event(name); fn != nil && m.wanted(fn) {
		m.enqueue(event{fn: fn, args: append(m.queue.args(len(args))[:0], args...), time: at, remote: true, meta: meta})
	}
}

// Dispatch runs an event's handlers now, before anything queued.
func (m *M) Dispatch(name string, args ...val.Value) {
	if fn := m.event(name); fn != nil && m.wanted(fn) {
		e := event{fn: fn, args: args, time: m.netTime}
		m.dispatch(&e)
	}
}

// drain handles the queued events, and those that their handlers queue: at most two rounds. Then it evaluates the when conditions
// that something has changed.
func (m *M) drain() {
	for round := 0; round < 2 && !m.queue.empty(); round++ {
		full, last := m.queue.take()
		for i, piece := range full {
			m.dispatchAll(piece)
			full[i] = nil
		}
		m.dispatchAll(last)
	}
	m.evalTriggers()
}

// dispatchAll handles a piece of the queue and keeps it for later.
func (m *M) dispatchAll(piece []event) {
	for i := range piece {
		m.dispatch(&piece[i])
		m.queue.give(piece[i].args)
		piece[i] = event{}
	}
	if len(m.queue.spare) < maxSpare {
		m.queue.spare = append(m.queue.spare, piece[:0])
	}
}

func (m *M) dispatch(e *event) {
	outer := m.current
	m.current = e
	m.counters.EventsDispatched++
	if e.fn.calls == 0 {
		m.dispatched = append(m.dispatched, e.fn)
	}
	e.fn.calls++
	if m.newEvent != nil && e.fn != m.newEvent && m.newEvent.handled() {
		m.tellNewEvent(e)
	}
	if m.Hooks.BeforeDispatch != nil && !e.remote {
		m.Hooks.BeforeDispatch(e.fn.name, e.args)
	}
	if m.Hooks.Tracer != nil {
		m.traceRun(e)
	} else {
		m.handle(e)
	}
	m.current = outer
}

// handle runs the handlers of the event under way.
func (m *M) handle(e *event) {
	if e.fn.errors {
		m.inErrorHook++
		m.runHandlers(e.fn, e.args)
		m.inErrorHook--
		return
	}
	m.runHandlers(e.fn, e.args)
}

// tellNewEvent raises new_event(name, params) for another event that is about to be handled.
func (m *M) tellNewEvent(e *event) {
	params := m.newEvent.t.Fn.Params.Fields
	if len(params) != 2 {
		return
	}
	ev := event{fn: m.newEvent, args: []val.Value{val.Str(e.fn.name), m.argumentVector(params[1].Type, e.fn.t.Fn.Params.Fields, e.args)}}
	m.dispatch(&ev)
}

// argumentVector is a call's arguments as a call_argument_vector.
func (m *M) argumentVector(t *types.Type, params []*types.Field, args []val.Value) val.Value {
	v := val.NewVector(t)
	rec := t.Elem
	for i, p := range params {
		r := m.NewRecord(rec)
		r.Set(0, val.Str(p.Name))
		r.Set(1, val.Str(typeText(p.Type)))
		if d, ok := p.Default().(ir.Expr); ok {
			r.Set(2, val.Any(d.Type(), m.evalDefault(d)))
		}
		if i < len(args) && args[i].P != unsetP {
			r.Set(3, val.Any(p.Type, args[i]))
		}
		v.Append(val.Rec(r))
	}
	return val.Vec(v)
}

// EventTime is the network time at which the event under way was queued (current_event_time()); network time outside events.
func (m *M) EventTime() float64 {
	if m.current != nil {
		return m.current.time
	}
	return m.netTime
}

// InEvent reports whether an event's handlers run, RemoteEvent whether that event came from another node.
func (m *M) InEvent() bool { return m.current != nil }

// RemoteEvent reports whether the event under way came from another node.
func (m *M) RemoteEvent() bool { return m.current != nil && m.current.remote }

// EventMeta returns what QueueRemote was given with the event under way, nil if it has none.
func (m *M) EventMeta() any {
	if m.current == nil {
		return nil
	}
	if t, ok := m.current.meta.(*TracedEvent); ok {
		return t.meta
	}
	return m.current.meta
}

// EventHandled reports whether name is an event at all, and whether a handler that is not disabled would run.
func (m *M) EventHandled(name string) (event, handled bool) {
	fn := m.event(name)
	return fn != nil, fn != nil && fn.handled()
}

// GenerateAllEvents has events raised even if nothing handles them.
func (m *M) GenerateAllEvents() { m.allEvents = true }

// GroupKind tells the two kinds of event groups apart.
type GroupKind uint8

// Groups by &group attribute, and groups of all handlers written in a module.
const (
	GroupByAttr GroupKind = iota
	GroupByModule
)

type groupKey struct {
	kind GroupKind
	name string
}

// group is a set of handlers that are switched together.
type group struct{ off bool }

// join puts a body into its groups.
func (m *M) join(b *body) {
	for _, name := range b.ir.Groups {
		b.groups = append(b.groups, m.group(GroupByAttr, name))
	}
	if t := b.ir.T; t != nil && t.Fn != nil && t.Fn.Flavor != types.FlavorFunction {
		module := b.ir.Module
		if module == "" {
			module = "GLOBAL"
		}
		b.groups = append(b.groups, m.group(GroupByModule, module))
	}
}

func (m *M) group(kind GroupKind, name string) *group {
	k := groupKey{kind, name}
	g := m.groups[k]
	if g == nil {
		g = &group{}
		m.groups[k] = g
	}
	return g
}

// disabled reports whether one of the body's groups is switched off.
func (b *body) disabled() bool {
	for _, g := range b.groups {
		if g.off {
			return true
		}
	}
	return false
}

// SetGroup enables or disables a group of handlers; false if there is none of that name. HasGroup tells.
func (m *M) SetGroup(kind GroupKind, name string, on bool) bool {
	if !m.HasGroup(kind, name) {
		return false
	}
	m.groups[groupKey{kind, name}].off = !on
	return true
}

// HasGroup reports whether any handler belongs to the group.
func (m *M) HasGroup(kind GroupKind, name string) bool {
	m.Globals() // handlers that base scripts have not needed yet belong to groups, too
	return m.groups[groupKey{kind, name}] != nil
}

// initEvent joins the handlers of an event's two spellings (zeek_init and bro_init), so that priorities hold across both.
func (m *M) initEvent(suffix string) *function {
	z, b := m.events["zeek_"+suffix], m.events["bro_"+suffix]
	switch {
	case b == nil || len(b.bodies) == 0:
		return z
	case z == nil || len(z.bodies) == 0:
		return b
	}
	both := &function{name: z.name, t: z.t, g: z.g, bodies: append(slices.Clone(z.bodies), b.bodies...)}
	slices.SortStableFunc(both.bodies, func(x, y *body) int { return cmp.Compare(y.ir.Priority, x.ir.Priority) })
	return both
}
