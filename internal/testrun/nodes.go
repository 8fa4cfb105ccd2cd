package testrun

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/net/transport"
)

// nodeEpoch is what the clock of several nodes shows at first.
var nodeEpoch = time.Unix(1_600_000_000, 0)

// stall is how many turns of all nodes may pass while the clock stands still: more is a script that never rests.
const stall = 1_000_000

// world is the nodes of one golden: engines within this process that share a virtual clock and a network in memory. Everything happens on
// the golden's goroutine, so that a run prints the same each time.
type world struct {
	clk   *clock.Virtual
	net   *transport.Mem
	nodes []*worldNode
}

type worldNode struct {
	name  string
	e     *brogo.Engine
	steps *brogo.Steps
	out   bytes.Buffer // all that it has printed
	said  *lines       // the same with time and name in front, since the last simulate
}

// nodeCommands are the commands of goldens that run several nodes:
//
//	node NAME [-b] [FILE | Name=value]...   starts a node; others reach it by its name
//	[!] simulate [DURATION]                 lets all go on, for a while or until they rest; with ! one has to end in failure
//	said NAME                               makes what a node has printed the standard output that cmp and stdout see
//	cut NAME NAME, heal NAME NAME           part two nodes, join them again
func nodeCommands(configure func(*brogo.Config)) map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	worlds := make(map[*testscript.TestScript]*world)
	of := func(ts *testscript.TestScript) *world {
		w := worlds[ts]
		if w == nil {
			clk := clock.NewVirtual(nodeEpoch)
			w = &world{clk: clk, net: transport.NewMem(clk)}
			worlds[ts] = w
			ts.Defer(func() {
				delete(worlds, ts)
				for _, n := range w.nodes {
					n.e.Close()
				}
			})
		}
		return w
	}
	pair := func(name string, do func(w *world, a, b string)) func(*testscript.TestScript, bool, []string) {
		return func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 2 {
				ts.Fatalf("usage: %s NAME NAME", name)
			}
			w := of(ts)
			for _, a := range args {
				if w.node(a) == nil {
					ts.Fatalf("there is no node %s", a)
				}
			}
			do(w, args[0], args[1])
		}
	}
	return map[string]func(*testscript.TestScript, bool, []string){
		"node": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) < 2 {
				ts.Fatalf("usage: node NAME [-b] [FILE | Name=value]...")
			}
			ts.Check(of(ts).add(ts, args[0], args[1:], configure))
		},
		"simulate": func(ts *testscript.TestScript, neg bool, args []string) {
			var d time.Duration
			var err error
			switch len(args) {
			case 0:
			case 1:
				if d, err = time.ParseDuration(args[0]); err != nil {
					ts.Fatalf("simulate: %v", err)
				}
			default:
				ts.Fatalf("usage: simulate [DURATION]")
			}
			w := of(ts)
			out := ts.Stdout()
			for _, n := range w.nodes {
				n.said.w = out
			}
			ts.Check(w.run(d))
			bad := w.failures()
			switch {
			case neg && len(bad) == 0:
				ts.Fatalf("no node failed")
			case !neg && len(bad) > 0:
				ts.Fatalf("%s", strings.Join(bad, ", "))
			}
		},
		"said": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 1 {
				ts.Fatalf("usage: said NAME")
			}
			n := of(ts).node(args[0])
			if n == nil {
				ts.Fatalf("there is no node %s", args[0])
			}
			fmt.Fprint(ts.Stdout(), n.out.String())
		},
		"cut":  pair("cut", func(w *world, a, b string) { w.net.Cut(a, b) }),
		"heal": pair("heal", func(w *world, a, b string) { w.net.Heal(a, b) }),
	}
}

func (w *world) node(name string) *worldNode {
	for _, n := range w.nodes {
		if n.name == name {
			return n
		}
	}
	return nil
}

// add starts a node: it loads now, and runs with the next simulate. Its logs go into a directory of its name.
func (w *world) add(ts *testscript.TestScript, name string, args []string, configure func(*brogo.Config)) error {
	if w.node(name) != nil {
		return fmt.Errorf("there is a node %s already", name)
	}
	n := &worldNode{name: name}
	n.said = &lines{prefix: func() string {
		return fmt.Sprintf("%.1f %s: ", w.clk.Now().Sub(nodeEpoch).Seconds(), name)
	}}
	dir := ts.MkAbs(name)
	cfg := brogo.Config{
		Path: []string{ts.MkAbs(".")}, Clock: w.clk, Network: w.net.Host(name), Deterministic: true,
		PID: len(w.nodes) + 1, Stdin: strings.NewReader(""), KeepGoing: true, NoUnusedWarnings: true,
		Redefs: []string{"Log::default_logdir=" + dir},
		Env: func(key string) (string, bool) {
			if key == "PATH" || key == "WORK" {
				return "", false
			}
			v := ts.Getenv(key)
			return v, v != ""
		},
	}
	for _, a := range args {
		switch {
		case a == "-b":
			cfg.Bare = true
		case strings.Contains(a, "="):
			cfg.Redefs = append(cfg.Redefs, a)
		default:
			cfg.Files = append(cfg.Files, ts.MkAbs(a))
		}
	}
	out := &both{&n.out, n.said}
	cfg.Stdout, cfg.Stderr = out, out
	n.said.w = &n.out
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if configure != nil {
		configure(&cfg)
	}
	e, err := brogo.New(cfg)
	if err != nil {
		return err
	}
	n.said.w = ts.Stdout()
	if e.Load() != 0 {
		e.Close()
		return fmt.Errorf("%s does not load:\n%s", name, strings.ReplaceAll(n.out.String(), filepath.Dir(dir)+"/", ""))
	}
	n.e, n.steps = e, e.Steps(nil)
	w.nodes = append(w.nodes, n)
	return nil
}

// both writes to the two of them.
type both struct {
	a, b interface{ Write([]byte) (int, error) }
}

func (t *both) Write(p []byte) (int, error) {
	if n, err := t.a.Write(p); err != nil {
		return n, err
	}
	return t.b.Write(p)
}

// failures names the nodes that have ended with another status than 0.
func (w *world) failures() (out []string) {
	for _, n := range w.nodes {
		if n.steps.Over() && n.steps.ExitCode() != 0 {
			out = append(out, fmt.Sprintf("%s ended with status %d", n.name, n.steps.ExitCode()))
		}
	}
	return out
}

// longest is how far the clock goes while the nodes of a simulate without a duration do not rest.
const longest = 24 * time.Hour

// run lets the nodes go on for d; 0: until all have ended, or nothing is to come for longest.
func (w *world) run(d time.Duration) error {
	steps := make([]*brogo.Steps, len(w.nodes))
	for i, n := range w.nodes {
		steps[i] = n.steps
	}
	if d == 0 {
		return runSteps(w.clk, steps, w.clk.Now().Add(longest), true)
	}
	return runSteps(w.clk, steps, w.clk.Now().Add(d), false)
}

// runSteps drives engines that share a clock up to a time, or only until all have ended if untilOver.
func runSteps(clk *clock.Virtual, steps []*brogo.Steps, end time.Time, untilOver bool) error {
	still := 0
	for at := clk.Now(); ; at = clk.Now() {
		var wake time.Time
		busy, alive := false, false
		for _, s := range steps {
			if s.Over() {
				continue
			}
			next, more := s.Step()
			alive = alive || !s.Over()
			busy = busy || more || s.Over()
			if !next.IsZero() && (wake.IsZero() || next.Before(wake)) {
				wake = next
			}
		}
		if next, ok := clk.Next(); ok && (wake.IsZero() || next.Before(wake)) {
			wake = next
		}
		switch {
		case busy:
			clk.AdvanceTo(clk.Now())
		case untilOver && !alive:
			return nil
		case !wake.IsZero() && !wake.After(end):
			clk.AdvanceTo(wake)
		case at.Before(end):
			clk.AdvanceTo(end) // and once more round, so that the scripts see the time
		default:
			return nil
		}
		if still++; clk.Now().After(at) {
			still = 0
		}
		if still > stall {
			return fmt.Errorf("the scripts never rest: %d turns at one time", stall)
		}
	}
}
