package interp

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/runtime/val"
)

// A session is a run that somebody else drives: Start, any number of Steps and evaluations within Guarded, Finish. A prompt does so, whose
// scripts live on while it waits.

// Start begins a run as Run does, with the statements of the top level and the initial events. Errors among them do not end it.
func (m *M) Start() {
	m.Begin()
	if m.Began != nil {
		m.Began()
	}
	if init := m.initEvent("init"); init != nil && m.wanted(init) {
		m.enqueue(event{fn: init, time: m.netTime})
	}
	for _, f := range m.top {
		m.guard(func() { m.run(f) })
	}
	m.top = nil
	m.viaEvents, m.initDone = true, true
	m.drain()
}

// TopLevel returns the statements of the top level that have not run yet, in order.
func (m *M) TopLevel() []*ir.Func { return m.top }

// Guarded calls f. It is false when the run is to end at once, with ExitCode: a script has called exit().
func (m *M) Guarded(f func()) (ok bool) {
	if m.UntilExit(f) {
		m.current = nil // the event whose handler did so
		return false
	}
	return true
}

// Unlogged calls f, whose errors raise no reporter events: what someone mistypes at a prompt belongs into no log.
func (m *M) Unlogged(f func()) {
	m.inErrorHook++
	defer func() { m.inErrorHook-- }()
	f()
}

// Redirect sends standard output to w until back is called.
func (m *M) Redirect(w io.Writer) (back func()) {
	m.out.Flush()
	m.out.Reset(w)
	return func() {
		m.out.Flush()
		m.out.Reset(m.cfg.Out)
	}
}

// Refresh moves network time to the clock's, for code that runs between passes of the loop: nothing may have happened for a while.
func (m *M) Refresh() {
	if m.boolOption("allow_network_time_forward", true) {
		m.netTime = max(m.netTime, m.WallTime())
	}
}

// Ending reports whether a script has asked the run to end (terminate()).
func (m *M) Ending() bool { return m.ending }

// Finish ends a run that Start began: timers expire, the final events are handled. It returns the exit status.
func (m *M) Finish() int {
	m.Guarded(func() {
		m.endNetwork()
		m.finish()
	})
	m.out.Flush()
	return m.exitCode
}

// Wait blocks until there is something for Step to do: until is what Step returned.
func (m *M) Wait(ctx context.Context, until time.Time) {
	m.idly(func() { m.loop.Wait(ctx, until) })
}

// Break ends the handler body that is running, if any, with an error; the run goes on. Any goroutine may call it.
func (m *M) Break() { m.intr.CompareAndSwap(intrNone, intrBreak) }

// Unbreak forgets a Break that came when nothing was running.
func (m *M) Unbreak() { m.intr.CompareAndSwap(intrBreak, intrNone) }

// broken is called at back-edges and calls after a Break.
func (m *M) broken() {
	if m.intr.CompareAndSwap(intrBreak, intrNone) {
		var at diag.Span
		if m.depth > 0 {
			at = m.calls[m.depth-1].body.ir.At
		}
		panic(&Error{diag.Diagnostic{Severity: diag.RuntimeError, Code: diag.Interrupted, Msg: "interrupted", Stack: m.scriptStack(at)}})
	}
}

// QueuedEvent is an event that waits to be handled.
type QueuedEvent struct {
	Name string
	Args string // as printed
	At   float64
}

// Queue lists the events that wait, the next one first.
func (m *M) Queue() []QueuedEvent {
	out := []QueuedEvent{}
	for _, piece := range append(slices.Clone(m.queue.full), m.queue.last) {
		for i := range piece {
			e := &piece[i]
			out = append(out, QueuedEvent{e.fn.name, m.argText(e), e.time})
		}
	}
	return out
}

// StepEvent handles one event of the queue, after what others have posted and what timers are due. It returns what it handled.
func (m *M) StepEvent() (e QueuedEvent, ok bool) {
	m.advance()
	if m.queue.empty() {
		m.evalTriggers()
		return QueuedEvent{}, false
	}
	ev := m.queue.takeOne()
	e = QueuedEvent{ev.fn.name, m.argText(&ev), ev.time}
	m.dispatch(&ev)
	m.evalTriggers()
	return e, true
}

// TimerAt lists when pending timers are due, in seconds of network time, the earliest first.
func (m *M) TimerAt() []float64 { return m.timers.All() }

// Waiting is a when statement under way.
type Waiting struct {
	At diag.Span
	// Cond is the condition's text, Timeout the seconds after which it gives up (negative: never).
	Cond    string
	Timeout float64
	// Holds counts results from elsewhere that the condition waits for.
	Holds int
}

// Whens lists the when statements under way in the order in which they started.
func (m *M) Whens() []Waiting {
	var out []Waiting
	for t := m.triggers.first; t != nil; t = t.next {
		out = append(out, Waiting{At: t.code.at, Cond: t.code.text, Timeout: t.timeout, Holds: t.holds})
	}
	return out
}

// Asked reports whether a when statement waits for a result from elsewhere: a store, a name server, a command.
func (m *M) Asked() bool {
	for t := m.triggers.first; t != nil; t = t.next {
		if t.holds > 0 {
			return true
		}
	}
	return false
}

// argText is an event's arguments as they would be printed.
func (m *M) argText(e *event) string {
	var b []byte
	for i, p := range e.fn.t.Fn.Params.Fields {
		if i >= len(e.args) {
			break
		}
		if i > 0 {
			b = append(b, ", "...)
		}
		b = m.Describe(b, p.Type, e.args[i], val.DescPrint)
	}
	return string(b)
}
