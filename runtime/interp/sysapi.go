package interp

import (
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// Terminate begins the orderly end of the run (terminate()); false if it has begun already. Terminating tells.
func (m *M) Terminate() bool   { panic("contract") }
func (m *M) Terminating() bool { panic("contract") }

// Exit ends the run at once with a status, without zeek_done (exit()). It does not return.
func (m *M) Exit(code int) { panic("contract") }

// SetNetworkTime sets network time in seconds since 1970; timers due by then run when events are next drained.
func (m *M) SetNetworkTime(sec float64) { panic("contract") }

// EventTime is the network time at which the event under way was queued (current_event_time()); network time outside events.
func (m *M) EventTime() float64 { panic("contract") }

// Suspend holds the run before its next packet-like step, Resume lets it go on; they count. Suspended tells.
func (m *M) Suspend()        { panic("contract") }
func (m *M) Resume()         { panic("contract") }
func (m *M) Suspended() bool { panic("contract") }

// Globals are all identifiers of global scope in order of declaration: variables, functions, events, types, enum members.
func (m *M) Globals() []*ir.Global { panic("contract") }

// EventHandled reports whether name is an event at all, and whether a handler that is not disabled would run.
func (m *M) EventHandled(name string) (event, handled bool) { panic("contract") }

// Dispatch runs an event's handlers now, before anything queued.
func (m *M) Dispatch(name string, args ...val.Value) { panic("contract") }

// GenerateAllEvents has events raised even if nothing handles them.
func (m *M) GenerateAllEvents() { panic("contract") }

// GroupKind tells the two kinds of event groups apart.
type GroupKind uint8

// Groups by &group attribute, and groups of all handlers written in a module.
const (
	GroupByAttr GroupKind = iota
	GroupByModule
)

// SetGroup enables or disables a group of handlers; false if there is none of that name. HasGroup tells.
func (m *M) SetGroup(kind GroupKind, name string, on bool) bool { panic("contract") }
func (m *M) HasGroup(kind GroupKind, name string) bool          { panic("contract") }

// CallFrame is one active script function: its parameters with their present values, and the place it has reached.
type CallFrame struct {
	Func   string
	Params []*types.Field
	Args   []val.Value
	At     diag.Span
}

// CallStack returns the active script functions, innermost first.
func (m *M) CallStack() []CallFrame { panic("contract") }

// Counters are totals since the start.
type Counters struct {
	EventsQueued, EventsDispatched uint64
	Timers, MaxTimers, TimersTotal uint64 // waiting now, most ever, ever set
	Weirds                         uint64
}

// Counters returns the totals so far; HandlerCalls how often each event was dispatched, in order of first dispatch.
func (m *M) Counters() Counters { panic("contract") }
func (m *M) HandlerCalls() []HandlerCount {
	panic("contract")
}

// HandlerCount is one row of HandlerCalls.
type HandlerCount struct {
	Name  string
	Times uint64
}

// Flush hands what was printed so far to the standard output.
func (m *M) Flush() error { panic("contract") }

// Sleep blocks the interpreter for so many seconds of its clock.
func (m *M) Sleep(sec float64) { panic("contract") }

// InEvent reports whether an event's handlers run, RemoteEvent whether that event came from another node.
func (m *M) InEvent() bool     { panic("contract") }
func (m *M) RemoteEvent() bool { panic("contract") }

// FieldDefault evaluates the &default of field i of a record type; ok is false if it has none or it failed.
func (m *M) FieldDefault(t *types.Type, i int) (v val.Value, ok bool) { panic("contract") }

// Modules are the names of all modules that scripts have opened, in order, GLOBAL first.
func (m *M) Modules() []string { panic("contract") }

// Running reports whether loading is over: code at the top level and in @if conditions runs before.
func (m *M) Running() bool { panic("contract") }

// StartTime is the wall time at which the interpreter was made.
func (m *M) StartTime() float64 { panic("contract") }
