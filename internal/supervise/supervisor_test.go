package supervise

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/internal/layout"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stage is a supervisor with fake processes on a virtual clock. Everything happens on the test's goroutine.
type stage struct {
	t     *testing.T
	s     *Supervisor
	clk   *clock.Virtual
	log   []string
	procs map[string]*fake // by node, the last of each
	deaf  map[string]bool  // do not end when they are asked to
	pid   int
}

type fake struct {
	st   *stage
	node string
	pid  int
	w    Watch
	over bool
}

func (f *fake) Pid() int { return f.pid }

func (f *fake) Signal(s os.Signal) {
	if f.over || s == terminate && f.st.deaf[f.node] {
		return
	}
	if s == kill {
		f.end(-1, "signal: killed")
	} else {
		f.end(0, "exit status 0")
	}
}

func (f *fake) end(code int, reason string) {
	f.over = true
	f.w.Exited(Exit{code, reason})
}

func (st *stage) Start(s Spec, w Watch) (Process, error) {
	st.pid++
	st.procs[s.Node] = &fake{st: st, node: s.Node, pid: st.pid, w: w}
	return st.procs[s.Node], nil
}

func newStage(t *testing.T, l *layout.Layout, restarts int) *stage {
	st := &stage{t: t, clk: clock.NewVirtual(time.Unix(0, 0)), procs: map[string]*fake{}, deaf: map[string]bool{}}
	st.s = New(Config{Layout: l, Starter: st, Clock: st.clk, Restarts: restarts, Spec: func(n *layout.Node) Spec { return Spec{Node: n.Name} },
		Tell: func(e Event) {
			what := e.Kind + " " + e.Node
			if e.Kind == Restart {
				what += fmt.Sprintf(" in %.1f", e.Wait)
			}
			st.log = append(st.log, strings.TrimSpace(what))
		}})
	st.s.post(st.s.begin)
	st.s.step()
	return st
}

// report has nodes tell something.
func (st *stage) report(line string, nodes ...string) {
	for _, n := range nodes {
		st.procs[n].w.Line(Report, line)
		st.s.step()
	}
}

func (st *stage) end(node string, code int) {
	reason := fmt.Sprintf("exit status %d", code)
	if code < 0 {
		reason = "signal: killed"
	}
	st.procs[node].end(code, reason)
	st.s.step()
}

func (st *stage) pass(d time.Duration) {
	st.clk.Advance(d)
	st.s.step()
}

func (st *stage) expect(want ...string) {
	st.t.Helper()
	if !slices.Equal(st.log, want) {
		st.t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(st.log, "\n\t"), strings.Join(want, "\n\t"))
	}
	st.log = nil
}

// running is a stage whose nodes, one of each kind, have all met.
func running(t *testing.T, restarts int) *stage {
	st := newStage(t, layout.Make(1, 1, 1), restarts)
	st.report("started", "logger-1")
	st.report("started", "manager")
	st.report("started", "proxy-1")
	st.report("started", "worker-1")
	st.report("up logger-1", "manager", "proxy-1", "worker-1")
	st.report("up manager", "proxy-1", "worker-1")
	st.report("up proxy-1", "worker-1")
	return st
}

// Each kind of nodes is started when the last listens; the cluster is up when all have met those that they connect to.
func TestStartsInOrder(t *testing.T) {
	st := newStage(t, layout.Make(2, 0, 1), 5)
	st.expect("start logger-1")
	st.report("started", "logger-1")
	st.expect("start manager", "ready logger-1")
	st.report("started", "manager")
	st.expect("start worker-1", "start worker-2")
	st.report("started", "worker-1", "worker-2")
	st.report("up logger-1", "manager", "worker-1")
	st.expect("ready manager")
	st.report("up manager", "worker-1", "worker-2")
	st.expect("ready worker-1")
	st.report("up logger-1", "worker-2")
	st.expect("ready worker-2", "up")
}

// Those who send end before those who receive.
func TestDrainsInOrder(t *testing.T) {
	st := running(t, 5)
	st.log = nil
	done := false
	st.s.Drain(func() { done = true })
	st.s.step()
	st.expect("draining", "exit worker-1", "exit proxy-1", "exit manager", "exit logger-1", "drained")
	if !done || !st.s.over || st.s.code != 0 {
		t.Errorf("done %t, over %t, exit status %d", done, st.s.over, st.s.code)
	}
}

// What dies is started again after growing pauses; too often, and the cluster ends with a failure.
func TestRestarts(t *testing.T) {
	st := running(t, 2)
	st.log = nil
	st.end("worker-1", -1)
	st.expect("exit worker-1", "restart worker-1 in 0.2")
	st.pass(200 * time.Millisecond)
	st.expect("start worker-1")
	st.report("started", "worker-1")
	st.report("up logger-1", "worker-1")
	st.report("up manager", "worker-1")
	st.report("up proxy-1", "worker-1")
	st.expect("ready worker-1", "up")
	st.end("worker-1", 3)
	st.pass(time.Second)
	st.expect("exit worker-1", "restart worker-1 in 0.4", "start worker-1")
	st.report("started", "worker-1")
	st.pass(RestartWindow)
	st.end("worker-1", 1)
	st.pass(time.Second)
	st.expect("exit worker-1", "restart worker-1 in 0.2", "start worker-1")
	st.end("worker-1", 1)
	st.pass(time.Second)
	st.end("worker-1", 1)
	st.expect("exit worker-1", "restart worker-1 in 0.4", "start worker-1", "exit worker-1", "failed worker-1", "draining", "exit proxy-1",
		"exit manager", "exit logger-1", "drained")
	if st.s.code != 1 {
		t.Errorf("exit status %d", st.s.code)
	}
}

// A node that cannot even start, since its scripts have errors, is not tried again.
func TestDoesNotStart(t *testing.T) {
	st := newStage(t, layout.Make(1, 0, 1), 5)
	st.end("logger-1", 1)
	st.expect("start logger-1", "exit logger-1", "failed logger-1", "draining", "drained")
	if st.s.code != 1 {
		t.Errorf("exit status %d", st.s.code)
	}
}

// The end of the manager by itself is the end of the cluster; that of a worker is not.
func TestEndsByItself(t *testing.T) {
	st := running(t, 5)
	st.log = nil
	st.end("worker-1", 0)
	st.expect("exit worker-1")
	st.report("ending", "manager")
	st.expect("draining", "exit proxy-1", "exit manager", "exit logger-1", "drained")
	if st.s.code != 0 {
		t.Errorf("exit status %d", st.s.code)
	}
}

// Who does not end is killed: after a time, or when the user asks for it once more.
func TestKills(t *testing.T) {
	for _, again := range []bool{false, true} {
		st := running(t, 5)
		st.log = nil
		st.deaf["proxy-1"] = true
		st.s.Interrupt()
		st.s.step()
		st.expect("draining", "exit worker-1")
		if again {
			st.s.Interrupt()
			st.s.step()
		} else {
			st.pass(drainTime)
		}
		st.expect("killed logger-1", "killed manager", "killed proxy-1", "exit logger-1", "exit manager", "exit proxy-1", "drained")
		if st.s.code != 1 {
			t.Errorf("exit status %d", st.s.code)
		}
	}
}

// stop waits for no order.
func TestStop(t *testing.T) {
	st := running(t, 5)
	st.log = nil
	st.deaf["worker-1"] = true
	st.s.Stop(func() {})
	st.s.step()
	st.expect("draining", "exit logger-1", "exit manager", "exit proxy-1")
	st.pass(drainTime)
	st.expect("killed worker-1", "exit worker-1", "drained")
}

func TestStatus(t *testing.T) {
	st := running(t, 5)
	st.report("down proxy-1", "worker-1")
	st.end("proxy-1", -1)
	var got []NodeStatus
	st.s.Status(func(n []NodeStatus) { got = n })
	st.s.step()
	var b strings.Builder
	printStatus(&b, got)
	want := `node      type          state           pid   port  restarts  
logger-1  logger        ready             1  10001         0
manager   manager       ready             2  10002         0
proxy-1   proxy         restarting        -  10003         0  signal: killed
worker-1  worker        running           4  10004         0  waits for proxy-1
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
