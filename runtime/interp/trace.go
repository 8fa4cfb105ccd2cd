package interp

import (
	"time"

	"github.com/brogo/brogo/runtime/loop"
	"github.com/brogo/brogo/runtime/val"
)

// Tracer sees events when their handlers have run, on the interpreter's goroutine. It must not keep the argument.
type Tracer interface{ Handled(*TracedEvent) }

// TracedEvent is one event as a Tracer sees it. Numbers of events count from 1 in the order of their being raised; 0 is none.
type TracedEvent struct {
	ID    uint64
	Cause uint64 // the event whose handler raised or scheduled it
	Name  string
	// Origin and Seq are the message that brought it from another node; see M.TraceMessage.
	Origin string
	Seq    uint64
	// Queued is when it was raised, Start and End are the beginning and the end of its handlers, by the interpreter's clock.
	Queued, Start, End time.Time

	meta any // what event.meta held
}

// While a tracer is there, the meta of every queued event is a *TracedEvent that holds the real one, and what is scheduled is a function
// that knows its cause: events and timers have no fields that only traces need.

// TraceMessage says which message the next event of QueueRemote came by.
func (m *M) TraceMessage(origin string, seq uint64) { m.fromOrigin, m.fromSeq = origin, seq }

// TraceID is the number of the event under way, 0 outside of events and without a tracer.
func (m *M) TraceID() uint64 {
	if m.current != nil {
		if t, ok := m.current.meta.(*TracedEvent); ok {
			return t.ID
		}
	}
	return m.schedCause
}

// traceQueued notes that an event is raised.
func (m *M) traceQueued(e *event) {
	m.traced++
	t := &TracedEvent{ID: m.traced, Cause: m.TraceID(), Name: e.fn.name, Queued: m.clk.Now(), meta: e.meta}
	if e.remote && m.fromOrigin != "" {
		t.Origin, t.Seq = m.fromOrigin, m.fromSeq
		m.fromOrigin = ""
	}
	e.meta = t
}

// traceRun runs the handlers of an event for the tracer.
func (m *M) traceRun(e *event) {
	if _, ok := e.meta.(*TracedEvent); !ok { // raised before there was a tracer, or run without having been queued
		outer := m.current
		m.current = nil
		m.traceQueued(e)
		m.current = outer
	}
	t := e.meta.(*TracedEvent)
	t.Start = m.clk.Now()
	defer func() {
		t.End = m.clk.Now()
		m.Hooks.Tracer.Handled(t)
	}()
	m.handle(e)
}

// traceTimer sets a timer for an event that knows what has scheduled it.
func (m *M) traceTimer(at float64, fn *function, args []val.Value) *loop.Timer {
	cause := m.TraceID()
	return m.timers.AddTimer(at, task{run: func(expire bool) {
		m.schedCause = cause
		m.perform(at, task{fn: fn, args: args}, expire)
		m.schedCause = 0
	}})
}
