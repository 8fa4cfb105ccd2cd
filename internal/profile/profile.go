// Package profile finds where scripts spend their time, or their memory, and writes it in the form of pprof, with the bodies of functions,
// handlers and hooks as functions, lines of scripts as lines, and builtins as the innermost functions. `go tool pprof` shows it.
//
// Times are clock times while scripts and the event loop run: a timer asks some hundred times a second what has run since it asked
// last (see interp.Profile, which says how that is exact to the statement). Waiting for timers and messages is left out.
//
// Allocations are measured between boundaries of statements, all of them at first, later some that are drawn, which stand for the others.
package profile

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
)

// Kind says what is looked for.
type Kind int

// The kinds.
const (
	Time Kind = iota
	Allocations
)

// period is how much time a sample stands for.
const period = 2 * time.Millisecond

// outside is what runs when no statement does: events and messages on their way, timers, logs.
var outside = &interp.Place{Func: "(event loop)"}

// Profiler watches any number of engines. The zero value looks for time.
type Profiler struct {
	Kind Kind

	start time.Time
	took  time.Duration
	stop  chan struct{}
	done  sync.WaitGroup
	mu    sync.Mutex
	recs  []*recorder
}

// Start begins to look.
func (p *Profiler) Start() {
	p.start = time.Now()
	if p.Kind != Time {
		return
	}
	p.stop = make(chan struct{})
	p.done.Go(func() {
		t := time.NewTicker(period)
		defer t.Stop()
		for {
			select {
			case <-p.stop:
				return
			case <-t.C:
			}
			p.mu.Lock()
			for _, r := range p.recs {
				r.engine.Due.Add(1)
			}
			p.mu.Unlock()
		}
	})
}

// Attach watches an engine of that configuration. Each engine needs a call of its own; several goroutines may call it. CLUSTER_NODE in
// the engine's environment is the label `node` of what it spends.
func (p *Profiler) Attach(cfg *brogo.Config) {
	r := &recorder{root: &node{}}
	if cfg.Env != nil {
		r.name, _ = cfg.Env("CLUSTER_NODE")
	}
	if p.Kind == Allocations {
		a := &allocations{r: r, left: 1, weight: 1, rng: rand.New(rand.NewPCG(1, 2))}
		r.engine.Always, r.engine.Spent = true, a.boundary
	} else {
		r.engine.Spent = func(n uint64) { r.add(int64(n), int64(n)*int64(period)) }
	}
	cfg.Profile = &r.engine
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recs = append(p.recs, r)
}

// recorder is what one engine spends.
type recorder struct {
	engine interp.Profile
	name   string
	root   *node
}

// node is a place and what called it; values are samples and nanoseconds, or objects and bytes.
type node struct {
	at     *interp.Place
	values [2]int64
	inner  map[*interp.Place]*node
}

func (n *node) child(at *interp.Place) *node {
	c := n.inner[at]
	if c == nil {
		c = &node{at: at}
		if n.inner == nil {
			n.inner = make(map[*interp.Place]*node)
		}
		n.inner[at] = c
	}
	return c
}

// add adds to what runs now.
func (r *recorder) add(a, b int64) {
	n := r.root
	for _, at := range r.engine.Stack() {
		n = n.child(at)
	}
	if n == r.root {
		n = n.child(outside)
	}
	n.values[0] += a
	n.values[1] += b
}

// allocations measures what is allocated between two boundaries.
type allocations struct {
	r      *recorder
	rng    *rand.Rand
	stats  runtime.MemStats
	armed  bool // stats are those of the last boundary
	left   uint64
	weight uint64 // how many stretches one stands for
	taken  int    // with this weight
}

// Of the stretches between boundaries the first exactly are all measured; each further exactly measurements stand for twice as many.
const exactly = 4096

func (a *allocations) boundary(uint64) {
	if a.armed {
		objects, bytes := a.stats.Mallocs, a.stats.TotalAlloc
		runtime.ReadMemStats(&a.stats)
		objects, bytes = a.stats.Mallocs-objects, a.stats.TotalAlloc-bytes
		a.armed = false
		if objects > 0 {
			a.r.add(int64(objects*a.weight), int64(bytes*a.weight))
		}
		if a.taken++; a.taken == exactly {
			a.taken, a.weight = 0, 2*a.weight
		}
	}
	if a.left--; a.left == 0 {
		a.left = 1 + a.rng.Uint64N(2*a.weight-1)
		runtime.ReadMemStats(&a.stats)
		a.armed = true
	}
}

// Stop ends the profile. It is idempotent.
func (p *Profiler) Stop() {
	if p.took != 0 {
		return
	}
	p.took = time.Since(p.start)
	if p.stop != nil {
		close(p.stop)
		p.done.Wait()
	}
}

// WriteFile ends the profile and writes it. The engines are closed by then.
func (p *Profiler) WriteFile(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(p.Write(f), f.Close())
}

// Write is WriteFile to a writer.
func (p *Profiler) Write(w io.Writer) error {
	p.Stop()
	b := newBuilder()
	if p.Kind == Allocations {
		b.types([2]string{"alloc_objects", "count"}, [2]string{"alloc_space", "bytes"}, [2]string{"space", "bytes"}, 1)
	} else {
		b.types([2]string{"samples", "count"}, [2]string{"cpu", "nanoseconds"}, [2]string{"cpu", "nanoseconds"}, int64(period))
	}
	b.times(p.start, p.took)
	for _, r := range p.recs {
		b.node = r.name
		b.add(r.root, nil)
	}
	return b.write(w)
}

// fileName is a script's path, made absolute so that pprof finds the source; "" for what is in no file.
func fileName(at diag.Span) string {
	switch {
	case at.File == nil:
		return ""
	case strings.HasPrefix(at.File.Name, "<"):
		return at.File.Name
	}
	if abs, err := filepath.Abs(at.File.Name); err == nil {
		return abs
	}
	return at.File.Name
}
