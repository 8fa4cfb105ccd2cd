// Package brogo runs Bro and Zeek scripts inside a Go program.
//
// An Engine is one script process: its own globals, event queue, clock and output. Several engines live side by side in
// one Go process; each is used from one goroutine at a time, except Post and Interrupt, which any goroutine may call.
package brogo

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/brogo/brogo/bif/brokerstore"
	"github.com/brogo/brogo/bif/comm"
	"github.com/brogo/brogo/bif/logging"
	"github.com/brogo/brogo/bif/reflect"
	"github.com/brogo/brogo/bif/telemetry"
	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/load"
	"github.com/brogo/brogo/lang/parse"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Version is brogo's own version.
const Version = "0.1.0"

// ReferenceVersion is the version of the reference that a dialect follows.
func ReferenceVersion(dialect string) string {
	if dialect == "bro" {
		return "2.6.4"
	}
	return "8.0.10"
}

// Plugins lists the built-in readers and writers as the reference's flag -N does. In the bro dialect their names begin with Bro.
func Plugins(dialect string) []string {
	module := "Zeek"
	if dialect == "bro" {
		module = "Bro"
	}
	var out []string
	for _, p := range reflect.Plugins() {
		out = append(out, fmt.Sprintf("%s::%s - %s (built-in)", module, p.Name, p.Description))
	}
	return out
}

// Config says what an Engine runs and with what. The zero value runs nothing in the zeek dialect on the real clock with the
// process's own standard streams and environment.
type Config struct {
	// Dialect is "bro", "zeek", or "" to go by the suffix of the first file.
	Dialect string
	// Files are scripts by path or by name along the search path; "-" is Stdin.
	Files []string
	// Code is run after the files, piece by piece.
	Code []string
	// Redefs are `Name=value` settings of globals, applied after the files.
	Redefs []string
	// Args is what zeek_args returns.
	Args []string
	// Prefixes are the script prefixes that @prefixes would add.
	Prefixes []string
	// Path is the search path in front of the embedded base scripts; nil means ZEEKPATH or BROPATH.
	Path []string
	// Bare leaves out the base scripts that are loaded by default.
	Bare bool
	// ParseOnly reports every error and runs nothing.
	ParseOnly bool
	// KeepGoing reports every mistake; without it loading stops where the reference stops, at the first syntax error.
	KeepGoing bool
	// KeepDocs keeps the documentation comments of what is loaded.
	KeepDocs bool
	// NoUnusedWarnings leaves out the warnings about handlers and functions that nothing reaches.
	NoUnusedWarnings bool
	// Usage warns of unused and possibly unset variables.
	Usage bool
	// Named is told of each name in the scripts and what it stands for: see check.Use.
	Named func(check.Use)
	// Parse, File and Done, if set, take part in loading: see load.Config.
	Parse func(*lex.Source, parse.Item) (ast.Decl, error)
	File  func(path, text string) *diag.File
	Done  func(*lex.Source, parse.Item)
	// Body, if set, is told of each body of a function, event or hook: see check.Config.
	Body func(*check.Body)
	// Through goes on behind all mistakes, for tools that want to know what can be known: after a file that is not there, too.
	Through bool
	// Confined keeps scripts to themselves while they are loaded: functions that reach files, commands, the network or the process
	// do nothing, and give zero, an empty string or no value. Editors look at scripts that nobody asked to run.
	Confined bool
	// ShowOperands has a failed assert show the operands of its comparison.
	ShowOperands bool
	// NoFusion compiles scripts without the fused forms of common code, for tests that compare the two.
	NoFusion bool
	// Deterministic starts random numbers and keyed hashes from fixed seeds; LoadSeeds and SaveSeeds name seed files.
	Deterministic        bool
	LoadSeeds, SaveSeeds string

	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Env looks a variable of the environment up.
	Env func(string) (string, bool)
	// Clock is the source of time: clock.Real by default, clock.Virtual in tests.
	Clock clock.Clock
	// Network is what peers are reached through; nil means sockets. On a virtual Clock, which several engines may share, a
	// transport.Mem connects them within one process.
	Network transport.Network
	// Random is what ids of nodes and, unless they are given, the seeds of random numbers and hashes come from; nil: the system's
	// source. PID is what scripts take for the process's number; 0: that of the process.
	Random io.Reader
	PID    int
	// Tap watches what the node sends and receives, Tracer the events; nil ones cost nothing.
	Tap    node.Tap
	Tracer interp.Tracer
	// Coverage counts which statements run; nil costs nothing.
	Coverage Coverage
	// Profile watches what the scripts spend; nil costs nothing.
	Profile *interp.Profile
	// Diagnostics takes errors and warnings; nil prints them to Stderr, in the pretty style if PrettyErrors.
	Diagnostics  diag.Sink
	PrettyErrors bool
	Colors       diag.Colors
	// LogSink is told of every row that goes into a log of this node, before it is written, on the goroutine that runs the scripts.
	LogSink func(LogRow)
	// FS is where scripts come from; nil means the machine's files.
	FS load.FS

	// Eager reads and checks all of the base scripts that are loaded, not only what is used of them.
	Eager bool
}

// Coverage counts which statements of an engine run. Its methods are called on the goroutine that uses the engine.
type Coverage interface {
	interp.Coverage
	// Defined is told of everything that the scripts define, and of their statements, before it is done.
	Defined(ir.Action)
	// Closed is told that the engine is closed: its counters stand still from now on.
	Closed()
}

// Builtin is a function for scripts that is written in Go. Sig is its declaration in script syntax,
// such as "function double_it(n: count): count".
type Builtin = interp.Builtin

// Engine is one script process.
type Engine struct {
	cfg     Config
	d       *dialect.Dialect
	m       *interp.M
	checker *check.Checker
	loader  *load.Loader
	sink    diag.Sink
	errs    *countingSink
	rows    map[string]*interp.Builtin
	codec   *wireval.Codec // values to and from the network
	comm    *comm.Family
	stores  *brokerstore.Family
	loaded  bool
	exited  bool // a script ended the program while it was loaded
	metrics *telemetry.Family
	closers []func() // of the families that have goroutines or files
	docs    *Engine  // the same scripts with their comments, once somebody asks
	logs    *logging.Family
	funcs   map[string]*ir.Global // functions and events by name, fixed once loaded
}

// New makes an Engine; it reads nothing yet and starts nothing.
func New(cfg Config) (*Engine, error) {
	e := &Engine{cfg: cfg}
	c := &e.cfg
	if c.Stdin == nil {
		c.Stdin = os.Stdin
	}
	if c.Stdout == nil {
		c.Stdout = os.Stdout
	}
	if c.Stderr == nil {
		c.Stderr = os.Stderr
	}
	if c.Env == nil {
		c.Env = os.LookupEnv
	}
	if c.Clock == nil {
		c.Clock = clock.Real{}
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.PID == 0 {
		c.PID = os.Getpid()
	}
	if c.FS == nil {
		c.FS = newFS()
	}
	if e.d = chooseDialect(c); e.d == nil {
		return nil, fmt.Errorf("unknown dialect %q: it is bro or zeek", c.Dialect)
	}
	e.sink = c.Diagnostics
	if e.sink == nil {
		e.sink = &printer{w: c.Stderr, pretty: c.PrettyErrors, colors: c.Colors}
	}
	e.errs = &countingSink{next: e.sink, roots: e.cfg.KeepGoing || e.cfg.PrettyErrors}
	if err := e.build(); err != nil {
		return nil, err
	}
	return e, nil
}

// chooseDialect settles the process's dialect: as configured, else by the first file's suffix, else zeek.
func chooseDialect(c *Config) *dialect.Dialect {
	if c.Dialect != "" {
		return dialect.ByName(c.Dialect)
	}
	if len(c.Files) > 0 && strings.HasSuffix(c.Files[0], ".bro") {
		return dialect.Bro
	}
	return dialect.Zeek
}

// Register adds a builtin before Load. A name that exists already is an error.
func (e *Engine) Register(b Builtin) error {
	if e.loaded {
		return errors.New("brogo: Register after Load")
	}
	name := sigName(b.Sig)
	if _, dup := e.rows[name]; dup {
		return fmt.Errorf("brogo: there is a function %s already", name)
	}
	e.rows[name] = &b
	return nil
}

// Load reads, checks and defines the scripts. Its result is the exit code: 0 when all went well. Errors have been
// reported as diagnostics.
func (e *Engine) Load() int {
	e.loaded = true
	code := 0
	if e.exited = e.m.UntilExit(func() { code = e.load() }); e.exited {
		return e.m.ExitCode()
	}
	return code
}

// Interrupt ends a run in order, as SIGTERM does: pending events are handled, zeek_done runs. Any goroutine may call it.
func (e *Engine) Interrupt() { e.m.Interrupt() }

// Close releases what the engine holds. It is idempotent.
func (e *Engine) Close() {
	e.logs.Close(e.m)
	for _, f := range e.closers {
		f()
	}
	e.closers = nil
	e.m.Flush()
	if e.cfg.Coverage != nil {
		e.cfg.Coverage.Closed()
	}
}

// Lookup returns a global by its qualified name, or nil.
func (e *Engine) Lookup(name string) *ir.Global { return e.checker.Lookup(name) }

// DescribeGlobal returns the value of a global as the reference's flag -I prints it.
func (e *Engine) DescribeGlobal(name string) (text string, ok bool) {
	g := e.checker.Lookup(name)
	if g == nil {
		return "", false
	}
	v, set := e.m.Value(g)
	if !set {
		return name + " = <uninitialized>", true
	}
	t := g.T
	if g.Kind == ir.KindType {
		t = types.NewTypeType(t)
	}
	return string(e.m.Describe(nil, t, v, val.DescPrint)), true
}

// Post queues an event. Arguments are turned into the event's parameter types (see Call). It may be called from any goroutine, also
// while Run is running; an unknown event or an argument that does not fit is an error.
func (e *Engine) Post(event string, args ...any) error {
	g := e.funcs[event]
	if g == nil && e.loader.Deferred(event) {
		return e.postDeferred(event, args)
	}
	if g == nil || g.T.Fn.Flavor != types.FlavorEvent {
		return fmt.Errorf("brogo: there is no event %s", event)
	}
	vals, err := e.arguments(g, args)
	if err != nil {
		return err
	}
	e.m.Post(func() { e.m.QueueEvent(g.Name, vals...) })
	return nil
}

// postDeferred posts an event that only base scripts declare and that nothing has needed so far: its types are known when
// the interpreter takes it up, where arguments that do not fit are an error message.
func (e *Engine) postDeferred(event string, args []any) error {
	e.m.Post(func() {
		g := e.checker.Lookup(event)
		if g == nil || g.T == nil || g.T.Tag != types.Func || g.T.Fn.Flavor != types.FlavorEvent {
			return
		}
		vals, err := e.arguments(g, args)
		if err != nil {
			e.errorf("%v", err)
			return
		}
		e.m.QueueEvent(g.Name, vals...)
	})
	return nil
}

// Call calls a script function and returns its result as a Go value. It must not be called while Run is running.
//
// Go and script values correspond so: bool, the integers, floats and strings to the types of the same kind (an enum by its qualified
// name); time.Time and time.Duration to time and interval; netip.Addr, netip.Prefix and Port to addr, subnet and port; slices to vectors
// and sets; maps to tables; map[string]any and structs to records. Results come as int64, uint64, float64, []any, []Entry, map[string]any.
func (e *Engine) Call(function string, args ...any) (any, error) {
	g := e.funcs[function]
	if g == nil && e.loader.Deferred(function) {
		if g = e.checker.Lookup(function); g != nil && g.Kind != ir.KindFunc {
			g = nil
		}
	}
	if g == nil {
		return nil, fmt.Errorf("brogo: there is no function %s", function)
	}
	vals, err := e.arguments(g, args)
	if err != nil {
		return nil, err
	}
	f, ok := e.m.Value(g)
	if !ok {
		return nil, fmt.Errorf("brogo: %s has no body", function)
	}
	e.m.Begin()
	v, ok := e.m.Call(f.Func(), vals...)
	if !ok {
		return nil, fmt.Errorf("brogo: %s ended in a run-time error", function)
	}
	return toGo(g.T.Fn.Result, v), nil
}

func (e *Engine) arguments(g *ir.Global, args []any) ([]val.Value, error) {
	params := g.T.Fn.Params.Fields
	if len(args) != len(params) {
		return nil, fmt.Errorf("brogo: %s takes %d arguments, not %d", g.Name, len(params), len(args))
	}
	vals := make([]val.Value, len(args))
	for i, a := range args {
		v, err := toScript(params[i].Type, a)
		if err != nil {
			return nil, fmt.Errorf("brogo: argument %s of %s: %w", params[i].Name, g.Name, err)
		}
		vals[i] = v
	}
	return vals, nil
}
