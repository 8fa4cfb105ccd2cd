package interp

import (
	"context"
	"time"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/loop"
	"github.com/brogo/brogo/runtime/val"
)

// Interrupts: the first ends the run in order, the second at once; a break ends the body that is running.
const (
	intrNone = iota
	intrEnd
	intrBreak
	intrKill
)

// exitKilled is the exit status after a second interrupt.
const exitKilled = 130

// Interrupt asks the run to end, from any goroutine: the first call has it end in order after what it is doing now, the second
// stops even a script that is running.
func (m *M) Interrupt() {
	if !m.intr.CompareAndSwap(intrNone, intrEnd) {
		m.intr.Store(intrKill)
	}
	m.loop.Wake()
}

// interrupted is called at back-edges and calls while an interrupt is pending.
//
//go:noinline
func (m *M) interrupted() {
	m.broken()
	if m.intr.Load() >= intrKill {
		m.exitCode = exitKilled
		panic(killed{})
	}
}

// Exit ends the run at once with a status, without zeek_done (exit()). It does not return.
func (m *M) Exit(code int) {
	m.exitCode = code
	panic(killed{})
}

// ExitCode is the status that the run has so far.
func (m *M) ExitCode() int { return m.exitCode }

// UntilExit runs f, which loads scripts, and reports whether one of them ended the program (exit()) on the way.
func (m *M) UntilExit(f func()) (exited bool) {
	k := m.mark()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case killed:
			m.unwind(k)
			m.out.Flush()
			exited = true
		default:
			panic(r)
		}
	}()
	f()
	return false
}

// SetScripts tells which files were loaded, for zeek_script_loaded.
func (m *M) SetScripts(s []LoadedScript) { m.scripts = s }

// Begin ends loading: redefs are over, timers and reports begin to count. Run calls it; a prompt that evaluates without a run calls it
// itself.
func (m *M) Begin() {
	if m.running {
		return
	}
	m.running = true
	if p := m.cfg.Profile; p != nil {
		p.running, p.seen = true, p.Due.Load()
	}
	m.early = nil
	m.netTime = 0
	if m.boolOption("allow_network_time_forward", true) {
		m.netTime = m.WallTime()
	}
	m.newEvent = m.event("new_event")
}

// Run runs the loaded program to its end and returns the exit status. When ctx ends, the run ends in order, as by Interrupt.
func (m *M) Run(ctx context.Context) (exitCode int) {
	defer m.out.Flush()
	stop := context.AfterFunc(ctx, m.Interrupt)
	defer stop()
	k := m.mark()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case killed:
			m.unwind(k)
			exitCode = m.exitCode
		default:
			panic(r)
		}
	}()
	looped, ok := m.launch()
	if !ok {
		return 1
	}
	if m.Hooks.Ready != nil {
		defer m.Hooks.Ready(false)
	}
	for looped && m.goesOn() {
		wake, busy, over := m.turn()
		if over {
			break
		}
		if !busy {
			m.out.Flush()
			m.Wait(context.WithoutCancel(ctx), wake)
		}
	}
	m.land(looped)
	return m.exitCode
}

// launch is the beginning of a run, up to the end of the initial events. looped tells whether the main loop has anything to do; ok is
// false after a fatal error.
func (m *M) launch() (looped, ok bool) {
	m.Begin()
	if m.Began != nil && !m.Began() || !m.start() {
		return false, false
	}
	m.initDone = true
	if m.Hooks.Ready != nil {
		m.Hooks.Ready(true)
	}
	return m.loop.Holds() > 0 || m.timers.Len() > 0 || m.staysUp(), true
}

// land is the end of a run, behind the main loop.
func (m *M) land(looped bool) {
	m.settle()
	if looped {
		m.endNetwork()
	}
	m.finish()
}

// settle evaluates when conditions for as long as one wakes another: what waits for nothing but them must not be left out at the end.
func (m *M) settle() {
	for fired := true; fired && len(m.pending) > 0; {
		before := m.firings
		m.drain()
		fired = m.firings != before
	}
}

// start runs the top-level statements and the initial events; false after a fatal error.
func (m *M) start() bool {
	if init := m.initEvent("init"); init != nil && m.wanted(init) {
		m.enqueue(event{fn: init, time: m.netTime})
	}
	ok := m.guard(func() {
		for _, f := range m.top {
			m.run(f)
		}
	})
	if !ok {
		m.fatal("failed to execute script statements at top-level scope")
		return false
	}
	if loaded := m.initEvent("script_loaded"); loaded != nil && m.wanted(loaded) {
		for _, s := range m.scripts {
			m.enqueue(event{fn: loaded, args: []val.Value{val.Str(s.Path), val.Count(uint64(s.Level))}, time: m.netTime})
		}
	}
	m.viaEvents = true
	m.drain()
	if _, allow := m.cfg.Getenv(m.dialect.EnvPrefix + "ALLOW_INIT_ERRORS"); m.dialect.InitErrorsEnd && m.errors > 0 && !allow {
		m.fatal("errors occurred while initializing")
		return false
	}
	return true
}

func (m *M) fatal(msg string) {
	m.Report(diag.Diagnostic{Severity: diag.Fatal, Code: diag.Startup, Msg: msg})
}

// staysUp reports whether the run goes on until terminate() though nothing holds it.
func (m *M) staysUp() bool { return m.boolOption("exit_only_after_terminate", false) && !m.terminating }

// goesOn reports whether something keeps the main loop going.
func (m *M) goesOn() bool { return m.loop.Holds() > 0 || m.staysUp() }

// turn is one round of the main loop: over says that it was the last, busy that there is more to do at once. Otherwise the next one is
// due at wake (zero: when something comes).
func (m *M) turn() (wake time.Time, busy, over bool) {
	m.pass()
	if i := m.intr.Load(); i == intrEnd || i == intrKill || m.ending {
		m.Report(diag.Diagnostic{Severity: diag.Info, Code: diag.ProgramState, Msg: "received termination signal"})
		return wake, false, true
	}
	if !m.queue.empty() || len(m.pending) > 0 {
		return wake, true, false
	}
	if !m.goesOn() {
		return wake, false, true
	}
	return m.idle(), false, false
}

// pass is one turn of the loop: what others posted, timers that are due, then the events.
func (m *M) pass() {
	m.advance()
	m.drain()
}

// advance takes in what others posted, moves network time, and lets timers queue their events.
func (m *M) advance() {
	m.loop.Take()
	m.Refresh()
	limit := int(m.whole("max_timer_expires", 300))
	m.timers.Due(m.netTime, limit, func(at float64, t task) { m.perform(at, t, false) })
}

// Step makes one pass of the main loop without waiting, for a scheduler that drives several interpreters. It returns the wall time
// at which a timer wants the next pass (zero: none) and whether there is work left to do at once.
func (m *M) Step() (next time.Time, busy bool) {
	m.pass()
	return m.idle(), !m.queue.empty() || len(m.pending) > 0 || m.loop.Posted()
}

// idle tells the hook that the loop is about to wait, and returns until when.
func (m *M) idle() time.Time {
	wake := m.nextWake()
	if m.Hooks.Idle != nil {
		if at := m.Hooks.Idle(); !at.IsZero() && (wake.IsZero() || at.Before(wake)) {
			wake = at
		}
	}
	return wake
}

// nextWake is the wall time at which the earliest timer is due; zero when there is none or network time stands still.
func (m *M) nextWake() time.Time {
	at, ok := m.timers.Next()
	if !ok || !m.boolOption("allow_network_time_forward", true) {
		if ok && at <= m.netTime {
			return m.clk.Now()
		}
		return time.Time{}
	}
	// Rounded up: network time has microseconds, and a timer must not be found a moment early.
	return timeOf(at).Add(time.Microsecond)
}

// endNetwork is the end of the main loop: every timer fires, whatever its time.
func (m *M) endNetwork() {
	if done := m.event("net_done"); done != nil && done.handled() {
		m.drain()
		ev := event{fn: done, args: []val.Value{val.Time(m.netTime)}, time: m.netTime, remote: true}
		m.dispatch(&ev)
	}
	m.terminating = true
	m.expireTimers()
	m.drain()
	m.drain()
	m.drain()
}

// finish raises the final events and handles all that follows from them.
func (m *M) finish() {
	m.terminating = true
	if done := m.initEvent("done"); done != nil && m.wanted(done) {
		m.enqueue(event{fn: done, time: m.netTime})
	}
	m.expireTimers()
	m.drain()
	for !m.queue.empty() {
		m.drain()
		m.interrupted()
	}
	m.drain()
	if m.Hooks.Done != nil {
		m.Hooks.Done()
	}
	m.drain()
}

// Terminate begins the orderly end of the run (terminate()); false if it has begun already.
func (m *M) Terminate() bool {
	if m.terminating || m.ending {
		return false
	}
	m.ending = true
	return true
}

// Terminating reports whether the run is ending.
func (m *M) Terminating() bool { return m.terminating }

// SetNetworkTime sets network time in seconds since 1970; timers due by then run when events are next drained.
func (m *M) SetNetworkTime(sec float64) { m.netTime = sec }

// Suspend and Resume count; they stop packets only, of which there are none here, and say so.
func (m *M) Suspend() {
	if m.suspended == 0 {
		m.Report(diag.Diagnostic{Severity: diag.Info, Code: diag.ProgramState, Msg: "processing suspended"})
	}
	m.suspended++
}

// Resume takes one Suspend back.
func (m *M) Resume() {
	if m.suspended == 1 {
		m.Report(diag.Diagnostic{Severity: diag.Info, Code: diag.ProgramState, Msg: "processing continued"})
	}
	m.suspended = max(m.suspended-1, 0)
}

// Suspended reports whether a Suspend has not been taken back.
func (m *M) Suspended() bool { return m.suspended > 0 }

// task is what a timer does: run a function, or queue an event.
type task struct {
	run  func(expire bool) // nil: an event
	fn   *function
	args []val.Value
}

// perform does what a timer set for the time at is for. expire tells that all timers are being expired.
func (m *M) perform(at float64, t task, expire bool) {
	switch {
	case t.run != nil:
		t.run(expire)
	case m.wanted(t.fn):
		// Timers that all fire at the end must not date events into the future.
		m.enqueue(event{fn: t.fn, args: t.args, time: min(at, m.netTime)})
	}
}

func (m *M) expireTimers() {
	m.timers.Expire(func(at float64, t task) { m.perform(at, t, true) })
}

// addTimer has f run when network time reaches at.
func (m *M) addTimer(at float64, f func(expire bool)) *loop.Timer {
	t := m.timers.AddTimer(at, task{run: f})
	m.countTimer()
	return t
}

func (m *M) countTimer() {
	m.counters.TimersTotal++
	m.counters.MaxTimers = max(m.counters.MaxTimers, uint64(m.timers.Len()))
}

// After has f run on the interpreter's goroutine when network time has moved by sec, or when all timers expire at the end of the
// run, which it is told of. cancel takes it back.
func (m *M) After(sec float64, f func(expire bool)) (cancel func()) {
	t := m.addTimer(m.netTime+sec, f)
	return func() { m.timers.Cancel(t) }
}

// CallFrame is one active script function: its parameters with their present values, and the place it has reached.
type CallFrame struct {
	Func   string
	Params []*types.Field
	Args   []val.Value
	At     diag.Span
}

// CallStack returns the active script functions, innermost first. at is where the innermost one is.
func (m *M) CallStack() []CallFrame {
	var out []CallFrame
	for i := m.depth - 1; i >= 0; i-- {
		c := &m.calls[i]
		cf := CallFrame{Func: c.body.ir.Name}
		if i+1 < m.depth && m.calls[i+1].site != nil {
			cf.At = m.calls[i+1].site.At
		}
		if t := c.body.ir.T; t != nil && t.Fn != nil {
			for j, s := range c.body.params {
				p := &types.Field{Name: c.body.ir.Params[j].Name, Type: c.body.ir.Params[j].T}
				cf.Params = append(cf.Params, p)
				cf.Args = append(cf.Args, c.f[s])
			}
		}
		out = append(out, cf)
	}
	return out
}

// Counters are totals since the start.
type Counters struct {
	EventsQueued, EventsDispatched uint64
	Timers, MaxTimers, TimersTotal uint64 // waiting now, most ever, ever set
	Weirds                         uint64
}

// Counters returns the totals so far.
func (m *M) Counters() Counters {
	c := m.counters
	c.Timers = uint64(m.timers.Len())
	return c
}

// HandlerCount is one row of HandlerCalls.
type HandlerCount struct {
	Name  string
	Times uint64
}

// HandlerCalls returns how often each event was dispatched, in order of first dispatch.
func (m *M) HandlerCalls() []HandlerCount {
	out := make([]HandlerCount, len(m.dispatched))
	for i, fn := range m.dispatched {
		out[i] = HandlerCount{fn.name, fn.calls}
	}
	return out
}

// Initialized reports whether the initial events have been handled: errors before that keep the program from running.
func (m *M) Initialized() bool { return m.initDone }

// Running reports whether loading is over: code at the top level and in @if conditions runs before.
func (m *M) Running() bool { return m.running }

// Sleep blocks the interpreter for so many seconds of its clock.
func (m *M) Sleep(sec float64) {
	if sec <= 0 {
		return
	}
	if m.stepped {
		return // the others, and the clock, would stand still as well
	}
	d := time.Duration(sec * float64(time.Second))
	if v, ok := m.clk.(interface{ Idle(time.Time) bool }); ok && v.Idle(m.clk.Now().Add(d)) {
		return
	}
	m.idly(func() {
		done := make(chan struct{})
		m.clk.AfterFunc(d, func() { close(done) })
		<-done
	})
}
