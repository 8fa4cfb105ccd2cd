// Command measure makes the figures and plots of docs/performance.md; `go run ./internal/measure` lists what it can do.
//
// It runs engines in its own process, or a built brogo, and counts CPU time, user and system, of all threads: other programs on the machine
// disturb that much less than the time of day. It is a tool for who works on brogo and no part of the program.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// command is one kind of measurement. flags declares its flags and returns what runs it once they are parsed.
type command struct {
	name, summary string
	flags         func(fs *flag.FlagSet) func() error
}

// commands are the measurements, in the order of the usage text. All are run in the root of the repository.
var commands = []command{
	{"curves", "time operations over sizes and draw the curves", func(fs *flag.FlagSet) func() error {
		o := CurveOptions{Out: os.Stdout}
		fs.StringVar(&o.Dir, "out", "docs/img", "directory of the plots")
		fs.IntVar(&o.Largest, "max", 7, "largest size as an exponent of ten")
		fs.IntVar(&o.Runs, "n", 3, "runs of each size, of which the least counts")
		fs.StringVar(&o.Only, "only", "", "the only curve to measure")
		return func() error { return Curves(o) }
	}},
	{"long", "run an hour of events on the virtual clock and see that memory stays flat", func(fs *flag.FlagSet) func() error {
		o := LongOptions{}
		fs.IntVar(&o.Minutes, "minutes", 60, "minutes of virtual time")
		fs.IntVar(&o.Rate, "rate", 20_000, "events a second")
		return func() error {
			samples, err := Long(os.Stdout, o)
			if err != nil {
				return err
			}
			return Flat(os.Stdout, samples)
		}
	}},
	{"memory", "bytes that tables and records need", func(*flag.FlagSet) func() error {
		return func() error { return Memory(os.Stdout) }
	}},
	{"profile", "run the benchmarks and write the profile that the compiler optimizes by", func(fs *flag.FlagSet) func() error {
		out := fs.String("out", "cmd/brogo/default.pgo", "the profile")
		each := fs.Float64("seconds", 2, "CPU seconds for each program")
		return func() error { return Profile(*out, *each, 50_000) }
	}},
	{"bench", "time programs with one or several binaries", func(fs *flag.FlagSet) func() error {
		o := BenchOptions{Out: os.Stdout}
		fs.Var((*list)(&o.Bins), "bin", "a brogo to time; given several times, they take turns")
		fs.StringVar(&o.Dir, "scripts", "", "directory of whole programs to run; by default the functions of testdata/bench")
		fs.IntVar(&o.Runs, "n", 5, "runs, of which the least counts")
		return func() error { return Bench(o) }
	}},
	{"gc", "time programs under settings of the garbage collector", func(fs *flag.FlagSet) func() error {
		o := BenchOptions{Out: os.Stdout}
		fs.Var((*list)(&o.Bins), "bin", "the brogo to time")
		fs.StringVar(&o.Dir, "scripts", "", "directory of whole programs to run; by default the functions of testdata/bench")
		fs.IntVar(&o.Runs, "n", 5, "runs, of which the least counts")
		return func() error { return GC(o) }
	}},
}

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200) // as cmd/brogo does
	}
	os.Exit(run(os.Args[1:]))
}

// run picks a command and returns the exit status: 1 after a failure, 2 for a wrong command line.
func run(args []string) int {
	for _, c := range commands {
		if len(args) == 0 || args[0] != c.name {
			continue
		}
		fs := flag.NewFlagSet("measure "+c.name, flag.ContinueOnError)
		do := c.flags(fs)
		if err := fs.Parse(args[1:]); err != nil || fs.NArg() > 0 {
			return 2
		}
		if err := do(); err != nil {
			fmt.Fprintf(os.Stderr, "measure %s: %v\n", c.name, err)
			return 1
		}
		return 0
	}
	fmt.Fprintln(os.Stderr, "usage: go run ./internal/measure COMMAND [flags], in the root of the repository; COMMAND -h lists the flags")
	for _, c := range commands {
		fmt.Fprintf(os.Stderr, "  %-8s %s\n", c.name, c.summary)
	}
	return 2
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string     { return fmt.Sprint(*l) }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// cpuTime is the CPU time that the process has used so far.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // cannot happen: the arguments are right
	}
	return spent(&u)
}

func spent(u *syscall.Rusage) time.Duration { return time.Duration(u.Utime.Nano() + u.Stime.Nano()) }

// engine loads code in bare mode on a clock that moves by itself.
func engine(code string, builtins ...brogo.Builtin) (*brogo.Engine, error) {
	return load(brogo.Config{Code: []string{code}, Clock: clock.NewAuto(time.Unix(1_700_000_000, 0))}, builtins...)
}

// load loads an engine whose configuration is filled up with what all measurements have in common.
func load(cfg brogo.Config, builtins ...brogo.Builtin) (*brogo.Engine, error) {
	cfg.Dialect, cfg.Bare, cfg.NoUnusedWarnings = "zeek", true, true
	var problems bytes.Buffer // of loading; later ones are of no interest, since the programs check themselves
	cfg.Stdout, cfg.Stderr = io.Discard, &problems
	cfg.Env = func(string) (string, bool) { return "", false }
	e, err := brogo.New(cfg)
	if err != nil {
		return nil, err
	}
	for _, b := range builtins {
		if err := e.Register(b); err != nil {
			e.Close()
			return nil, err
		}
	}
	if e.Load() != 0 {
		e.Close()
		return nil, fmt.Errorf("the script does not load:\n%s", problems.Bytes())
	}
	return e, nil
}

// finish runs a loaded engine to its end and closes it.
func finish(e *brogo.Engine) error {
	defer e.Close()
	if c := e.Run(context.Background()); c != 0 {
		return fmt.Errorf("exit code %d", c)
	}
	return nil
}

// stopwatch charges CPU time to the phases of a program.
type stopwatch struct {
	last  time.Duration
	spent map[string]time.Duration
}

// builtin is measure_mark(what), which charges what has passed since the last mark to a phase; "" is nothing that counts.
func (w *stopwatch) builtin() brogo.Builtin {
	w.spent = map[string]time.Duration{}
	return brogo.Builtin{Sig: "function measure_mark(what: string)", Doc: "Charges the CPU time since the last mark to a phase.",
		Fn: func(_ *interp.M, _ *interp.Site, a []val.Value) val.Value {
			now := cpuTime()
			w.spent[a[0].Str()] += now - w.last
			w.last = cpuTime()
			return val.Value{}
		}}
}
