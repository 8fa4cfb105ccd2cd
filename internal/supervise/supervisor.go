// Package supervise runs the nodes of a cluster as processes of this machine: `brogo cluster`. It starts them in order, starts anew what dies, and
// drains them in order. cmd/brogo calls Main.
//
// A Supervisor is a state machine with one owner, Run: what processes and timers do comes to it as functions in one queue. Processes and clock are
// injected.
package supervise

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/internal/layout"
)

// Config is what a Supervisor works with. Starter, Spec and Tell are required.
type Config struct {
	Layout  *layout.Layout
	Starter Starter
	Clock   clock.Clock
	// Spec says how a node is started.
	Spec func(n *layout.Node) Spec
	// Tell hears of what happens, on the owner's goroutine.
	Tell func(Event)
	// Restarts is how often a node may be started anew within RestartWindow; one more and the cluster ends.
	Restarts int
}

const (
	// RestartWindow is the time within which restarts count.
	RestartWindow = time.Minute
	backoffFirst  = 200 * time.Millisecond
	backoffMost   = 5 * time.Second
	// drainTime is how long the nodes of one kind may take to end before they are killed.
	drainTime = 20 * time.Second
)

// Event is something that happened. Only the fields that go with it are set.
type Event struct {
	Time    time.Time `json:"ts"`
	Kind    string    `json:"event"` // see the constants
	Node    string    `json:"node,omitempty"`
	Pid     int       `json:"pid,omitempty"`
	Stream  Stream    `json:"stream,omitempty"`
	Line    string    `json:"line,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Wait    float64   `json:"wait,omitempty"`  // seconds until the next start
	Nodes   int       `json:"nodes,omitempty"` // how many there are
	Ready   int       `json:"ready,omitempty"` // how many have met all that they connect to
	Rows    int       `json:"rows,omitempty"`  // log rows
	Log     string    `json:"log,omitempty"`
	Seconds float64   `json:"seconds,omitempty"` // since the start
}

// Kinds of events.
const (
	Started   = "start"    // a process was started
	Output    = "output"   // it printed a line
	Ready     = "ready"    // it has met all nodes that it connects to
	Up        = "up"       // all nodes have, for the first time or again
	Exited    = "exit"     // it has ended
	Restart   = "restart"  // it will be started again
	Failed    = "failed"   // it will not
	Lost      = "lost"     // it gave log rows up
	Draining  = "draining" // the nodes are ended in order
	Drained   = "drained"  // all have ended
	Killed    = "killed"   // nodes were killed, since they took too long or by a second Ctrl-C
	MovedLogs = "moved"    // logs of an earlier run were moved away
)

// Supervisor runs one cluster once.
type Supervisor struct {
	cfg   Config
	begun time.Time
	nodes []*state

	mu    sync.Mutex
	queue []func()
	wake  chan struct{}

	tier     int // the last that was started
	up       bool
	draining bool
	stage    int // the tier that is being ended
	timer    clock.Timer
	code     int
	over     bool
	waiting  []func() // called when over
}

// state is a node as it is now.
type state struct {
	layout.Node
	meets    []string
	phase    string // waiting, starting, running, restarting, ended, failed
	process  Process
	gen      int  // counts starts
	started  bool // its scripts have begun, at some start
	begun    bool // at this one
	met      map[string]bool
	ready    bool
	restarts []time.Time
	timer    clock.Timer
	reason   string // of the last end
}

// New returns a Supervisor that has started nothing.
func New(cfg Config) *Supervisor {
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	s := &Supervisor{cfg: cfg, wake: make(chan struct{}, 1), tier: -1}
	for i := range cfg.Layout.Nodes {
		n := cfg.Layout.Nodes[i]
		s.nodes = append(s.nodes, &state{Node: n, meets: cfg.Layout.Meets(&n), phase: "waiting", met: map[string]bool{}})
	}
	return s
}

// Run starts the cluster and returns when all nodes have ended: 0, or 1 if one failed. The first end of ctx does nothing by itself: call Drain.
func (s *Supervisor) Run(ctx context.Context) int {
	s.post(s.begin)
	for !s.over {
		s.step()
		if s.over {
			break
		}
		select {
		case <-s.wake:
		case <-ctx.Done():
			s.post(s.kill)
			ctx = context.WithoutCancel(ctx)
		}
	}
	return s.code
}

// post has f run by the owner.
func (s *Supervisor) post(f func()) {
	s.mu.Lock()
	s.queue = append(s.queue, f)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// step runs what is posted.
func (s *Supervisor) step() {
	for {
		s.mu.Lock()
		q := s.queue
		s.queue = nil
		s.mu.Unlock()
		if len(q) == 0 {
			return
		}
		for _, f := range q {
			f()
		}
	}
}

// Interrupt drains the cluster; a second one kills it. Any goroutine may call it, as the next two.
func (s *Supervisor) Interrupt() {
	s.post(func() {
		if s.draining {
			s.kill()
		} else {
			s.drain()
		}
	})
}

// Drain ends the nodes in order and calls done when they have.
func (s *Supervisor) Drain(done func()) {
	s.post(func() { s.whenOver(done); s.drain() })
}

// Stop ends all nodes at once, without order, and calls done when they have.
func (s *Supervisor) Stop(done func()) {
	s.post(func() {
		s.whenOver(done)
		s.drain()
		for _, n := range s.nodes {
			s.signal(n, false)
		}
	})
}

func (s *Supervisor) whenOver(done func()) {
	if s.over {
		done()
		return
	}
	s.waiting = append(s.waiting, done)
}

// NodeStatus is a node as it is now.
type NodeStatus struct {
	Node     string   `json:"node"`
	Kind     string   `json:"kind"`
	Phase    string   `json:"phase"` // waiting, starting, running, restarting, ended, failed
	Pid      int      `json:"pid,omitempty"`
	Port     uint16   `json:"port"`
	Ready    bool     `json:"ready"`             // it has met all nodes that it connects to
	Missing  []string `json:"missing,omitempty"` // those that it has not met
	Restarts int      `json:"restarts"`
	Reason   string   `json:"reason,omitempty"` // of its last end
}

// Status has the nodes described to see.
func (s *Supervisor) Status(see func([]NodeStatus)) {
	s.post(func() {
		var out []NodeStatus
		for _, n := range s.nodes {
			st := NodeStatus{Node: n.Name, Kind: strings.ToLower(string(n.Kind)), Phase: n.phase, Port: n.Port, Ready: n.ready,
				Restarts: max(n.gen-1, 0), Reason: n.reason}
			if n.process != nil {
				st.Pid = n.process.Pid()
			}
			for _, m := range n.meets {
				if !n.met[m] {
					st.Missing = append(st.Missing, m)
				}
			}
			out = append(out, st)
		}
		see(out)
	})
}

func (s *Supervisor) tell(e Event) {
	e.Time = s.cfg.Clock.Now()
	s.cfg.Tell(e)
}

func (s *Supervisor) begin() {
	s.begun = s.cfg.Clock.Now()
	s.advance()
}

// advance starts the next kind of nodes once those of the last listen.
func (s *Supervisor) advance() {
	for !s.draining && s.tier < layout.Tiers {
		for _, n := range s.nodes {
			if n.Tier() <= s.tier && !n.started && n.phase != "ended" {
				return
			}
		}
		s.tier++
		for _, n := range s.nodes {
			if n.Tier() == s.tier && !s.draining {
				s.start(n)
			}
		}
	}
}

func (s *Supervisor) start(n *state) {
	n.gen++
	gen := n.gen
	n.phase, n.begun, n.ready, n.timer = "starting", false, false, nil
	clear(n.met)
	mine := func(f func()) func() {
		return func() {
			if n.gen == gen {
				f()
			}
		}
	}
	p, err := s.cfg.Starter.Start(s.cfg.Spec(&n.Node), Watch{
		Line:   func(from Stream, line string) { s.post(mine(func() { s.line(n, from, line) })) },
		Exited: func(e Exit) { s.post(mine(func() { s.exited(n, e) })) },
	})
	if err != nil {
		s.fail(n, err.Error())
		return
	}
	n.process = p
	s.tell(Event{Kind: Started, Node: n.Name, Pid: p.Pid()})
}

// line takes a line of output, or what a node reports.
func (s *Supervisor) line(n *state, from Stream, line string) {
	if from != Report {
		s.tell(Event{Kind: Output, Node: n.Name, Stream: from, Line: line})
		return
	}
	what, about, _ := strings.Cut(line, " ")
	switch what {
	case "started":
		n.started, n.begun, n.phase = true, true, "running"
		s.advance()
	case "up":
		n.met[about] = true
	case "down":
		n.met[about] = false
	case "ending":
		if n.Kind == layout.Manager {
			s.drain() // its end is the cluster's: those who would miss it end before they do
		}
	case "lost":
		e := Event{Kind: Lost, Node: n.Name}
		if _, err := fmt.Sscanf(about, "%s %d", &e.Log, &e.Rows); err == nil {
			s.tell(e)
		}
	}
	s.look()
}

// look tells of nodes, and of the cluster, that have become ready.
func (s *Supervisor) look() {
	if s.draining {
		return
	}
	ready, want := 0, 0
	for _, n := range s.nodes {
		if n.phase == "ended" {
			continue
		}
		want++
		now := n.begun && !slices.ContainsFunc(n.meets, func(m string) bool { return !n.met[m] && s.node(m).phase != "ended" })
		if now && !n.ready {
			n.ready = now
			s.tell(Event{Kind: Ready, Node: n.Name, Ready: s.readyNodes(), Nodes: len(s.nodes)})
		}
		n.ready = now
		if now {
			ready++
		}
	}
	all := ready == want && want > 0
	if all && !s.up {
		s.tell(Event{Kind: Up, Nodes: want, Ready: ready, Seconds: s.cfg.Clock.Now().Sub(s.begun).Seconds()})
	}
	s.up = all
}

func (s *Supervisor) readyNodes() (n int) {
	for _, x := range s.nodes {
		if x.ready {
			n++
		}
	}
	return n
}

func (s *Supervisor) node(name string) *state {
	return s.nodes[slices.IndexFunc(s.nodes, func(n *state) bool { return n.Name == name })]
}

// exited decides what becomes of a node whose process has ended.
func (s *Supervisor) exited(n *state, e Exit) {
	n.process, n.begun, n.ready, n.reason = nil, false, false, e.Reason
	clear(n.met)
	s.tell(Event{Kind: Exited, Node: n.Name, Reason: e.Reason})
	switch {
	case s.draining:
		n.phase = "ended"
		if e.Code != 0 {
			n.phase, s.code = "failed", 1
		}
		s.drainNext()
	case e.Code == 0:
		// A script ended it. The manager's end is the cluster's, and so is that of all who do the work.
		n.phase = "ended"
		if n.Kind == layout.Manager || !slices.ContainsFunc(s.nodes, func(o *state) bool {
			return o.phase != "ended" && (o.Kind == layout.Manager || o.Kind == layout.Worker)
		}) {
			s.drain()
			return
		}
		s.advance()
	case !n.started:
		s.fail(n, e.Reason+" before it had started")
	default:
		s.again(n)
	}
	s.look()
}

// again starts a node anew after a while, unless that has been tried too often.
func (s *Supervisor) again(n *state) {
	now := s.cfg.Clock.Now()
	n.restarts = slices.DeleteFunc(n.restarts, func(t time.Time) bool { return now.Sub(t) > RestartWindow })
	if len(n.restarts) >= s.cfg.Restarts {
		s.fail(n, fmt.Sprintf("%s; %d restarts within %s are enough", n.reason, len(n.restarts), RestartWindow))
		return
	}
	wait := min(backoffFirst<<len(n.restarts), backoffMost)
	n.restarts = append(n.restarts, now)
	n.phase = "restarting"
	s.tell(Event{Kind: Restart, Node: n.Name, Reason: n.reason, Wait: wait.Seconds()})
	n.timer = s.cfg.Clock.AfterFunc(wait, func() {
		s.post(func() {
			if n.phase == "restarting" && !s.draining {
				s.start(n)
			}
		})
	})
}

// fail gives a node up, and the cluster with it.
func (s *Supervisor) fail(n *state, why string) {
	n.phase, s.code = "failed", 1
	s.tell(Event{Kind: Failed, Node: n.Name, Reason: why})
	s.drain()
}

// drain ends the nodes kind by kind, those first who send to the others.
func (s *Supervisor) drain() {
	if s.draining {
		return
	}
	s.draining, s.stage = true, layout.Tiers
	s.tell(Event{Kind: Draining})
	for _, n := range s.nodes {
		if n.timer != nil {
			n.timer.Stop()
		}
		if n.phase == "restarting" {
			n.phase, s.code = "failed", 1
		}
	}
	s.drainNext()
}

// drainNext goes on to the next kind when the last has ended.
func (s *Supervisor) drainNext() {
	for {
		for _, n := range s.nodes {
			if n.Tier() >= s.stage && n.process != nil {
				return
			}
		}
		if s.timer != nil {
			s.timer.Stop()
			s.timer = nil
		}
		if s.stage--; s.stage < 0 {
			break
		}
		any := false
		for _, n := range s.nodes {
			if n.Tier() == s.stage && s.signal(n, false) {
				any = true
			}
		}
		if any {
			stage := s.stage
			s.timer = s.cfg.Clock.AfterFunc(drainTime, func() {
				s.post(func() {
					if s.stage == stage && !s.over {
						s.kill()
					}
				})
			})
		}
	}
	if s.over {
		return
	}
	s.over = true
	s.tell(Event{Kind: Drained, Nodes: len(s.nodes)})
	for _, done := range s.waiting {
		done()
	}
}

// signal ends a node's process; false if it has none.
func (s *Supervisor) signal(n *state, now bool) bool {
	if n.process == nil {
		return false
	}
	if now {
		n.process.Signal(kill)
	} else {
		n.process.Signal(terminate)
	}
	return true
}

// kill ends all processes at once.
func (s *Supervisor) kill() {
	s.drain()
	for _, n := range s.nodes {
		if s.signal(n, true) {
			s.code = 1
			s.tell(Event{Kind: Killed, Node: n.Name})
		}
	}
}
