// Package sim runs a whole cluster in one process and in virtual time. The nodes are engines, the network is in memory, and one
// scheduler that draws from a seed decides who comes first and how long messages take: the same seed gives the same interleaving and the
// same output, byte for byte. Faults can be injected, and what the messaging core promises is checked all the while.
//
// What lies outside stays as it is: name servers, commands and files that scripts use answer in real time, and not by the seed.
package sim

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/layout"
)

// Options say what to simulate. Layout is required.
type Options struct {
	Layout *layout.Layout
	// Engine is what the engines of all nodes have in common: dialect, files, code, settings. What the simulation provides itself (clock,
	// network, streams, CLUSTER_NODE) is set over.
	Engine brogo.Config
	Seed   uint64
	// For is how long the cluster runs, a minute by default. It ends sooner when all nodes have.
	For     time.Duration
	Latency Latency
	// Drop is the part of the segments that are lost on the way, below 1: they come by a retransmission, and what is behind them waits.
	Drop   float64
	Faults []Fault
	// Chaos is how many faults are drawn from the seed beside those.
	Chaos int
	// LogDir takes the logs, in a directory for each node; if it is empty nothing is written.
	LogDir string
	// Configure, if set, may change the configuration of each process; calls may come side by side.
	Configure func(*brogo.Config)
	// Trace, if set, gives what takes the trace of a node.
	Trace func(node string, now func() time.Time) Tracer
	// NoTimes leaves the time out of the output.
	NoTimes        bool
	Stdout, Stderr io.Writer

	// wire, set by tests, is called for each run and gives what changes the frames that leave a node on a new connection. from is the
	// node's name with the number of its life, to is whom it dialled, "" if it was dialled.
	wire func() func(from, to string) func(frames [][]byte) [][]byte
}

// Latency is how long bytes take from one node to another, drawn evenly between the two for each write. The zero value is half a
// millisecond to two.
type Latency struct{ Min, Max time.Duration }

// Result is the outcome of a simulation.
type Result struct {
	// Failures are the reasons why it failed, the first one first: errors of scripts, exit codes, broken promises.
	Failures []string
	// Took is how long the cluster ran in its own time.
	Took time.Duration
	// Messages counts the messages that reached the scripts, Faults the faults.
	Messages, Faults int

	mu sync.Mutex
}

// OK reports whether nothing failed.
func (r *Result) OK() bool { return len(r.Failures) == 0 }

func (o *Options) defaults() error {
	o.For = cmp.Or(o.For, time.Minute)
	if o.Latency == (Latency{}) {
		o.Latency = Latency{500 * time.Microsecond, 2 * time.Millisecond}
	}
	if o.Stdout == nil {
		o.Stdout = io.Discard
	}
	if o.Stderr == nil {
		o.Stderr = io.Discard
	}
	if o.Engine.Env == nil {
		o.Engine.Env = os.LookupEnv
	}
	if o.Engine.Path == nil {
		o.Engine.Path = searchPath(o.Engine.Env)
	}
	if o.Drop < 0 || o.Drop > maxDrop {
		return fmt.Errorf("--drop is between 0 and %v", maxDrop)
	}
	return nil
}

// maxDrop keeps the times of retransmissions within reason.
const maxDrop = 0.9

// searchPath is what the environment says of the search path.
func searchPath(env func(string) (string, bool)) []string {
	for _, name := range []string{"ZEEKPATH", "BROPATH"} {
		if p, ok := env(name); ok {
			return filepath.SplitList(p)
		}
	}
	return []string{"."}
}

// logs are the settings that lead a node's logs to where they belong. They are not rotated: that would start programs.
func (o *Options) logs(name string) []string {
	if o.LogDir == "" {
		return []string{"Log::default_writer=Log::WRITER_NONE", "Log::default_rotation_interval=0sec"}
	}
	return []string{"Log::default_logdir=" + filepath.Join(o.LogDir, name), "Log::default_rotation_interval=0sec"}
}

// Run simulates a cluster. An error says that it could not begin; what went wrong in the cluster is in the result.
func Run(ctx context.Context, opt Options) (*Result, error) {
	if err := opt.defaults(); err != nil {
		return nil, err
	}
	faults := slices.Clone(opt.Faults)
	faults = append(faults, chaos(opt.Chaos, opt.Layout, opt.For, stream(opt.Seed, "chaos"))...)
	for i := range faults {
		var err error
		if faults[i], err = faults[i].expand(opt.Layout); err != nil {
			return nil, err
		}
	}
	if opt.LogDir != "" {
		for _, n := range opt.Layout.Nodes {
			if err := os.MkdirAll(filepath.Join(opt.LogDir, n.Name), 0o777); err != nil {
				return nil, err
			}
		}
	}
	w := newWorld(&opt)
	w.result.Faults = len(faults)
	defer w.close()
	if !w.load() {
		return &w.result, nil
	}
	for _, f := range faults {
		w.clk.AfterFunc(f.From, func() { w.strike(f) })
	}
	w.run(ctx)
	return &w.result, ctx.Err()
}

// load readies all nodes, side by side, and plans their beginnings.
func (w *world) load() bool {
	ready := make([]*process, len(w.nodes))
	var group sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, n := range w.nodes {
		n.out.keep, n.err.keep = true, true
		group.Add(1)
		go func() {
			defer group.Done()
			slots <- struct{}{}
			ready[i] = n.load()
			<-slots
		}()
	}
	group.Wait()
	ok := true
	for i, n := range w.nodes {
		n.out.release()
		n.err.release()
		if ready[i] == nil {
			ok = false
			continue
		}
		n.p = ready[i]
	}
	slices.Sort(w.result.Failures) // of loads that ran side by side
	if !ok {
		return false
	}
	for _, n := range w.nodes {
		p := n.p
		n.p = nil
		at := time.Duration(n.about.Tier()+1) * maxStagger
		w.clk.AfterFunc(at+time.Duration(w.sched.Int64N(int64(maxStagger))), func() { n.begin(p) })
	}
	return true
}

// slice is how far the clock moves between looks at the context and at whether everything has ended.
const slice = time.Second

// run lets the cluster live, come to rest, and end.
func (w *world) run(ctx context.Context) {
	end := Start.Add(w.opt.For)
	started := Start.Add(time.Duration(layout.Tiers+2) * maxStagger)
	for w.clk.Now().Before(end) && ctx.Err() == nil && len(w.check.broken) == 0 {
		next := w.clk.Now().Add(slice)
		if next.After(end) {
			next = end
		}
		w.clk.AdvanceTo(next)
		if next.After(started) && len(w.alive()) == 0 && !w.waiting() {
			break
		}
	}
	w.result.Took = w.since()
	w.check.atRest()
	for _, p := range w.alive() {
		p.e.Interrupt()
	}
	w.clk.Advance(2 * linger)
	w.result.Messages = w.check.delivered
}

// waiting reports whether a process is about to come or to go.
func (w *world) waiting() bool {
	return slices.ContainsFunc(w.nodes, func(n *node) bool { return n.p != nil || n.again }) || w.since() < w.opt.lastRestart()
}

// lastRestart is when the last of the planned restarts comes.
func (o *Options) lastRestart() (at time.Duration) {
	for _, f := range o.Faults {
		if f.Kind == Restart {
			at = max(at, f.From)
		}
	}
	if o.Chaos > 0 {
		at = max(at, o.For*3/4)
	}
	return at
}

func (w *world) close() {
	for _, n := range w.nodes {
		n.again = false
		if p := n.p; p != nil {
			p.dead = true
			p.host.Close()
			p.e.Close()
		}
	}
}
