// Package brogo runs Bro and Zeek scripts inside a Go program.
//
// An Engine is one script process: its own globals, event queue, clock and output. Several engines live side by side in
// one Go process; each is used from one goroutine at a time, except Post and Interrupt, which any goroutine may call.
package brogo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/load"
	"github.com/brogo/brogo/runtime/interp"
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
	// Usage warns of unused and possibly unset variables.
	Usage bool
	// Deterministic starts random numbers and keyed hashes from fixed seeds; LoadSeeds and SaveSeeds name seed files.
	Deterministic        bool
	LoadSeeds, SaveSeeds string

	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Env looks a variable of the environment up.
	Env func(string) (string, bool)
	// Clock is the source of time: clock.Real by default, clock.Virtual in tests.
	Clock clock.Clock
	// Diagnostics takes errors and warnings; nil prints them to Stderr, in the pretty style if PrettyErrors.
	Diagnostics  diag.Sink
	PrettyErrors bool
	Colors       diag.Colors
	// FS is where scripts come from; nil means the machine's files.
	FS load.FS
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
	loaded  bool
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
		c.Clock = clock.Real()
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
	e.errs = &countingSink{next: e.sink}
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
	return e.load()
}

// Run runs the loaded scripts to their end or until ctx is done, and returns the exit code.
func (e *Engine) Run(ctx context.Context) int {
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, e.Interrupt)
		defer stop()
	}
	return e.m.Run()
}

// Interrupt ends a run in order, as SIGTERM does: pending events are handled, zeek_done runs. Any goroutine may call it.
func (e *Engine) Interrupt() { e.m.Interrupt() }

// Close releases what the engine holds. It is idempotent.
func (e *Engine) Close() { e.m.Close() }

// Lookup returns a global by its qualified name, or nil.
func (e *Engine) Lookup(name string) *ir.Global { return e.checker.Lookup(name) }
