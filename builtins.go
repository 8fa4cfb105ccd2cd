package brogo

import (
	"context"
	"errors"
	"maps"
	"os"
	"time"

	"github.com/brogo/brogo/bif/brokerdata"
	"github.com/brogo/brogo/bif/brokerstore"
	"github.com/brogo/brogo/bif/cluster"
	"github.com/brogo/brogo/bif/collect"
	"github.com/brogo/brogo/bif/comm"
	"github.com/brogo/brogo/bif/convert"
	"github.com/brogo/brogo/bif/digest"
	"github.com/brogo/brogo/bif/exec"
	"github.com/brogo/brogo/bif/files"
	"github.com/brogo/brogo/bif/format"
	"github.com/brogo/brogo/bif/input"
	"github.com/brogo/brogo/bif/logging"
	"github.com/brogo/brogo/bif/mathfn"
	"github.com/brogo/brogo/bif/netaddr"
	"github.com/brogo/brogo/bif/oldcomm"
	"github.com/brogo/brogo/bif/options"
	"github.com/brogo/brogo/bif/probabilistic"
	"github.com/brogo/brogo/bif/reflect"
	"github.com/brogo/brogo/bif/regex"
	"github.com/brogo/brogo/bif/reporter"
	"github.com/brogo/brogo/bif/storage"
	"github.com/brogo/brogo/bif/supervisor"
	"github.com/brogo/brogo/bif/system"
	"github.com/brogo/brogo/bif/telemetry"
	"github.com/brogo/brogo/bif/text"
	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
)

// family is the builtins of one package under bif/.
type family struct {
	title string // heading in docs/builtins.md
	rows  []interp.Builtin
	code  diag.Code // of what its rows report at their calls, unless a row has its own
}

// families makes every family of builtins for one engine. This is the one list of them.
func (e *Engine) families(seeds digest.Seeds) []family {
	c := &e.cfg
	dig := digest.New(seeds, e.d)
	fls := files.New(c.Stderr)
	sys := system.New(system.Config{Args: c.Args, PID: c.PID, Bare: c.Bare, Stderr: c.Stderr, Getenv: c.Env, Flush: func() { fls.Flush() }}, e.d)
	_, fakeDNS := c.Env(e.d.EnvPrefix + "DNS_FAKE")
	net := netaddr.New(netaddr.Config{Random: func() uint64 { return uint64(dig.Random().Number()) }, HMAC: dig.Keys().HMAC, FakeDNS: fakeDNS})
	e.metrics = telemetry.New(telemetry.Config{})
	cmds := exec.New()
	cmds.Environ = sys.Environ
	streams := input.New(input.Config{Environ: sys.Environ})
	sketches := probabilistic.New(dig)
	opaques := brokerdata.Readers()
	maps.Copy(opaques, digest.Readers())
	maps.Copy(opaques, sketches.Readers())
	e.codec = wireval.New(wireval.Config{Machine: func() *interp.M { return e.m }, Opaques: opaques})
	_, virtual := c.Clock.(*clock.Virtual)
	e.stores = brokerstore.New(brokerstore.Config{Codec: e.codec, Clock: c.Clock, Inline: virtual,
		ID: func() string { return e.comm.ID() }, Send: func(to string, frame []byte) { e.comm.Send(to, frame) },
		Conflict: func(store, peer string) { e.comm.MasterExists(store, peer) }})
	e.comm = comm.New(comm.Config{Codec: e.codec, Dialect: e.d, Getenv: c.Env, Network: c.Network, Clock: c.Clock, Software: "brogo " + Version,
		Random: c.Random, PID: c.PID, Tap: c.Tap,
		Stores: e.stores, Keep: func() bool { return logging.HasLoggers(e.m) }})
	weirds := reporter.New()
	e.logs = logging.New(e.logConfig(func(name, addl string) { weirds.NetWeird(e.m, name, addl, "") }))
	e.comm.SetLogs(e.logs)
	e.metrics.AddSource(e.logMetrics)
	nodes := cluster.New(e.comm, func() *interp.M { return e.m }, e.ScriptName)
	e.metrics.AddSource(nodes.Measure)
	kept := storage.New()
	e.metrics.AddSource(kept.Measure)
	e.closers = []func(){streams.Close, kept.Close, e.stores.Close, e.comm.Close, e.metrics.Close, net.Close, cmds.Close, fls.Close}
	data, opts := brokerdata.New(e.codec), options.New()
	opts.FromData = data.FromRecord
	list := []family{
		{"Sets, tables and vectors", collect.Rows(), diag.Builtin},
		{"Broker: connections and messages", e.comm.Rows(), diag.Messaging},
		{"Broker: data", data.Rows(), diag.Messaging},
		{"Broker: stores", e.stores.Rows(), diag.Store},
		{"Cluster", nodes.Rows(), diag.Messaging},
		{"Conversions", convert.Rows(), diag.Builtin},
		{"Hashes and random numbers", dig.Rows(), diag.Builtin},
		{"Commands for `when`", cmds.Rows(), diag.Builtin},
		{"Files", fls.Rows(), diag.Builtin},
		{"Formatting and JSON", format.Rows(), diag.Builtin},
		{"Input", streams.Rows(), diag.Input},
		{"Logs", e.logs.Rows(), diag.Logging},
		{"Mathematics", mathfn.Rows(), diag.Builtin},
		{"Addresses, subnets and names", net.Rows(), diag.Builtin},
		{"Options", opts.Rows(), diag.OptionChange},
		{"Probabilistic structures", sketches.Rows(), diag.Builtin},
		{"The program itself", reflect.New(reflect.Config{
			Find:       func(name string) string { return e.loader.Find(name) },
			Modules:    func() []string { return e.checker.Modules() },
			Documented: e.documented, ScriptDoc: e.ScriptDoc, Readme: e.readme, ScriptName: e.ScriptName,
		}).Rows(), diag.Builtin},
		{"Patterns", regex.Rows(), diag.Builtin},
		{"Reporter", weirds.Rows(), diag.Builtin},
		{"The process and its environment", sys.Rows(), diag.Builtin},
		{"Storage", kept.Rows(), diag.Builtin},
		{"Strings", text.Rows(), diag.Builtin},
		{"Supervisor", supervisor.Rows(), diag.Builtin},
		{"Telemetry", e.metrics.Rows(), diag.Builtin},
	}
	if e.d.OldCommFatal {
		list = append(list, family{"Old communication (bro dialect; names that only explain their replacement)", oldcomm.Rows(), diag.OldCommunication})
	}
	return list
}

// addBuiltins fills the table of builtins by name.
func (e *Engine) addBuiltins(seeds digest.Seeds) {
	e.rows = make(map[string]*interp.Builtin, 512)
	for _, f := range e.families(seeds) {
		for i := range f.rows {
			name, row := sigName(f.rows[i].Sig), &f.rows[i]
			if row.Code == "" {
				row.Code = f.code
			}
			if e.cfg.Confined && outward(name) && !row.Pure {
				row = idle(row)
			}
			e.rows[name] = row
		}
	}
}

// seeds obtains the seeds of randomness and keyed hashes: flags come before the environment.
func (e *Engine) seeds() (digest.Seeds, error) {
	src := digest.SeedSource{Load: e.cfg.LoadSeeds, Save: e.cfg.SaveSeeds, Zero: e.cfg.Deterministic}
	if src.Load == "" {
		src.Load, _ = e.cfg.Env(e.d.EnvPrefix + "SEED_FILE")
	}
	src.Values, _ = e.cfg.Env(e.d.EnvPrefix + "SEED_VALUES")
	write := func(name string, b []byte) error { return os.WriteFile(name, b, 0o644) }
	s, warnings, err := src.Resolve(os.ReadFile, write, e.cfg.Random)
	for _, w := range warnings {
		e.errs.Report(diag.Diagnostic{Severity: diag.Warning, Code: diag.Seeds, Msg: string(w)})
	}
	if err != nil {
		e.errs.Report(diag.Diagnostic{Severity: diag.Fatal, Code: diag.Seeds, Msg: err.Error()})
		return s, ErrReported
	}
	return s, nil
}

// ErrReported is the error of New when a diagnostic has told it already.
var ErrReported = errors.New("the engine could not be set up")

// newMachine makes the interpreter.
func (e *Engine) newMachine() *interp.M {
	c := &e.cfg
	m := interp.New(interp.Config{Dialect: e.d, Sink: e.errs, Out: c.Stdout, Clock: c.Clock, Args: c.Args, Getenv: c.Env,
		NoFusion: c.NoFusion, Coverage: c.Coverage, Profile: c.Profile})
	m.Hooks.Idle = func() time.Time {
		at := e.logs.Idle(m) // may send rows, which the network then looks after
		if next := e.comm.Idle(); !next.IsZero() && (at.IsZero() || next.Before(at)) {
			at = next
		}
		return at
	}
	m.Hooks.Tracer = c.Tracer
	return m
}

// Run runs the loaded scripts to their end or until ctx is done, and returns the exit code.
// Its logs are complete when it returns.
func (e *Engine) Run(ctx context.Context) int {
	if e.exited {
		return e.m.ExitCode()
	}
	if err := e.metrics.Start(e.m); err != nil {
		e.errs.Report(diag.Diagnostic{Severity: diag.Fatal, Code: diag.Metrics, Msg: err.Error()})
		return 1
	}
	defer e.logs.Close(e.m)
	if e.m.UntilExit(func() { e.m.Begin(); e.logs.RotateLeftovers(e.m) }) {
		return e.m.ExitCode()
	}
	return e.m.Run(ctx)
}

// finish is the end of a run, after its last events: what still has to be written or sent goes out.
func (e *Engine) finish() {
	e.logs.Done(e.m)
	e.stores.Close()
	e.comm.Finish()
}
