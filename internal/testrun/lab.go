package testrun

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/bif/comm"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/runtime/val"
)

// lab is an engine under test with its surroundings: a clock that only the test moves, a network in memory, and ears for all that comes
// out of it.
type lab struct {
	r      *runner
	e      *brogo.Engine
	steps  *brogo.Steps
	clk    *clock.Virtual
	net    *transport.Mem
	dir    string
	out    bytes.Buffer
	errors []string
	rows   []brogo.LogRow
	sent   []comm.Published
	peers  map[string]*fakePeer
	skip   string
	began  bool
}

// newLab loads a *_test file. Without a lab the result says why.
func (r *runner) newLab(path string) (*lab, Result) {
	dir, err := os.MkdirTemp("", "brogo-script")
	if err != nil {
		return nil, failed("%v", err)
	}
	l := &lab{r: r, clk: clock.NewVirtual(nodeEpoch), dir: dir, peers: make(map[string]*fakePeer)}
	l.net = transport.NewMem(l.clk)
	module, err := writeModule(dir)
	if err != nil {
		l.close()
		return nil, failed("%v", err)
	}
	cfg := brogo.Config{
		Files: []string{module, path}, Stdin: strings.NewReader(""), Stdout: &l.out, Stderr: &l.out, Diagnostics: l, LogSink: l.row,
		Clock: l.clk, Network: l.net.Host("here"), Deterministic: true, KeepGoing: true, ShowOperands: true, NoUnusedWarnings: true, PID: 1,
		Redefs: []string{"exit_only_after_terminate=T", "Log::default_writer=Log::WRITER_NONE", "Log::default_logdir=" + dir},
		Env: func(key string) (string, bool) {
			if key == "CLUSTER_NODE" {
				return "", false
			}
			return os.LookupEnv(key)
		},
	}
	cfg.Dialect = "zeek"
	if strings.HasSuffix(path, ".bro") {
		cfg.Dialect = "bro"
	}
	if r.Engine != nil {
		r.Engine(&cfg)
	}
	if l.e, err = brogo.New(cfg); err != nil {
		l.close()
		return nil, failed("%v", err)
	}
	for _, b := range l.builtins() {
		if err := l.e.Register(b); err != nil {
			panic(err)
		}
	}
	if l.e.Load() != 0 {
		res := failed("it does not load:\n%s", strings.Join(l.errors, "\n"))
		l.close()
		return nil, res
	}
	l.e.Comm().Watch(func(p comm.Published) { l.sent = append(l.sent, p) })
	l.steps = l.e.Steps(nil)
	return l, Result{}
}

func (l *lab) close() {
	for _, p := range l.peers {
		p.node.Close()
	}
	if l.e != nil {
		l.e.Close()
	}
	os.RemoveAll(l.dir)
}

// run starts the scripts, calls a test, and ends the run.
func (l *lab) run(name string) {
	l.settle()
	if l.steps.Over() {
		l.fail("the scripts end the program before the test begins, with status %d", l.steps.ExitCode())
		return
	}
	l.out.Reset()
	l.began = true
	m := l.e.Machine()
	if m.UntilExit(func() {
		g := l.e.Lookup(name)
		f, ok := m.Value(g)
		if !ok {
			l.fail("%s has no body", name)
			return
		}
		before := len(l.errors)
		if _, ok = m.Call(f.Func()); !ok && len(l.errors) == before && g.T.Fn.Flavor == types.FlavorHook {
			l.fail("%s ended in a break", name)
		}
		m.Flush()
	}) && l.skip == "" && m.ExitCode() != 0 {
		l.fail("the test ended the program with status %d", m.ExitCode())
	}
	if l.skip != "" || l.steps.Over() {
		return
	}
	l.settle()
	l.e.Interrupt()
	for range endSteps {
		if l.steps.Step(); l.steps.Over() {
			return
		}
	}
}

// endSteps bounds how often a run is asked to end.
const endSteps = 100

// settle does all that is due at this time.
func (l *lab) settle() { l.advance(0) }

func (l *lab) advance(d time.Duration) {
	if err := runSteps(l.clk, []*brogo.Steps{l.steps}, l.clk.Now().Add(d), false); err != nil {
		l.fail("%v", err)
	}
}

func (l *lab) fail(format string, args ...any) {
	l.errors = append(l.errors, fmt.Sprintf(format, args...))
}

// Report takes a diagnostic: an error fails the test.
func (l *lab) Report(d diag.Diagnostic) {
	switch {
	case d.Severity.IsError():
		l.errors = append(l.errors, diag.Pretty(d, diag.Colors{}))
	case d.Msg == "received termination signal":
	default:
		fmt.Fprintln(&l.out, diag.Reference(d))
	}
}

func (l *lab) row(r brogo.LogRow) { l.rows = append(l.rows, r) }

// text is a value of a log's row as text.
func text(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return "T"
		}
		return "F"
	case time.Time:
		return fmt.Sprintf("%.6f", float64(v.UnixNano())/1e9)
	case time.Duration:
		return fmt.Sprintf("%.6f", v.Seconds())
	case float64:
		return fmt.Sprintf("%g", v)
	case brogo.Port:
		return fmt.Sprintf("%d/%s", v.Number, v.Proto)
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = text(x)
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(v)
}

// vector is strings as a script value.
func (l *lab) vector(list []string) val.Value {
	out := val.NewVector(l.e.Machine().Type("string_vec"))
	for _, s := range list {
		out.Append(val.Str(s))
	}
	return val.Vec(out)
}
