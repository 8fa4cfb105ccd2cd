// Package testrun is `brogo test`: it finds tests, runs them side by side and tells what came out.
//
// A test is of one of four kinds, each in a file of its own: a golden (.txtar, golden.go), a script with the output that is expected of it
// (NAME.zeek beside NAME.out, output.go), a function or hook test_* of a *_test.zeek or *_test.bro (script.go), and a file with
// @TEST-EXEC lines under the directory of a btest.cfg (btest.go). What they all share is the way from a Test to a Result; discovery
// (discover.go), scheduling (schedule.go) and reports (report.go) know nothing else of them.
//
// Programs that tests start are this very one, under the names that Programs lists; runner.process and Options.Engine are the one place
// where processes and engines of tests are configured.
package testrun

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"time"

	"github.com/brogo/brogo"
)

// Options say what to run and how to tell of it. The zero value runs what is below the working directory.
type Options struct {
	Paths   []string       // files and directories; none: the working directory
	Match   *regexp.Regexp // nil: all; else the tests whose name has a match
	Jobs    int            // tests at a time; 0: the number of processors
	Count   int            // rounds; 0: 1
	Shuffle bool           // in an order that Seed settles
	Seed    uint64         // 0: a fresh one
	Timeout time.Duration  // of one test; 0: DefaultTimeout
	Update  bool           // write what was got in place of what was expected
	Review  bool           // show each difference and ask
	Verbose bool           // tell of each test
	JSON    bool           // a line of JSON for each event in place of text
	JUnit   string         // name of a file for a report in JUnit's form; "": none

	In       io.Reader // answers to Review
	Out      io.Writer
	Terminal bool // Out is a terminal: progress is shown
	Color    bool

	// Executable is the program that tests run as brogo, zeek and so on; "" is the running one.
	Executable string
	// Env is added to the environment of every process that a test starts.
	Env []string
	// Engine, unless nil, may change the configuration of each engine that a test runs within this process.
	Engine func(*brogo.Config)
}

// DefaultTimeout is how long a test may take.
const DefaultTimeout = 2 * time.Minute

// Status is what became of a test.
type Status string

// The outcomes. An updated test had differences that are now what is expected.
const (
	Passed  Status = "pass"
	Failed  Status = "fail"
	Skipped Status = "skip"
	Updated Status = "update"
)

// Test is one test.
type Test struct {
	Name string // path, with ":FUNCTION" or "-NUMBER" behind it where a file holds several
	File string
	// key is what tests that must not run at the same time have in common; "" for nothing.
	key string
	run func(ctx context.Context, r *runner) Result
}

// Result is what came out of a test.
type Result struct {
	Status Status
	Detail string // of a failure, several lines; why it was skipped
	// Differences are those between what was expected and what came, if the run could go on behind them (Update and Review).
	Differences []Difference
	Elapsed     time.Duration
}

// Difference is one text that is not what was expected.
type Difference struct {
	Name      string // of the expected text
	Want, Got []byte
	accept    func() error // makes Got what is expected
}

func failed(format string, args ...any) Result {
	return Result{Status: Failed, Detail: fmt.Sprintf(format, args...)}
}

func skipped(format string, args ...any) Result {
	return Result{Status: Skipped, Detail: fmt.Sprintf(format, args...)}
}

// runner is one invocation.
type runner struct {
	Options
	bin  string // directory of the programs
	keys keyed
}

// collects reports whether tests go on behind differences and list them.
func (r *runner) collects() bool { return r.Update || r.Review }

// Run finds and runs the tests. It returns the exit status: 0 if no test failed, 1 if one did or there is none, 2 for a path that is not there.
func Run(ctx context.Context, o Options) int {
	if o.Jobs <= 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.Review {
		o.Jobs = 1 // questions come one after the other
	}
	o.Count = max(o.Count, 1)
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Seed == 0 {
		o.Seed = rand.Uint64N(1<<32-1) + 1
	}
	r := &runner{Options: o}
	dir, err := os.MkdirTemp("", "brogo-test")
	if err == nil {
		defer os.RemoveAll(dir)
		r.bin, err = programs(dir, o.Executable)
	}
	if err != nil {
		fmt.Fprintf(o.Out, "brogo test: %v\n", err)
		return 1
	}
	tests, err := r.discover()
	if err != nil {
		fmt.Fprintf(o.Out, "brogo test: %v\n", err)
		return 2
	}
	if len(tests) == 0 {
		fmt.Fprintln(o.Out, "brogo test: no tests here")
		return 1
	}
	rep := newReporter(&r.Options, len(tests)*o.Count)
	r.schedule(ctx, tests, rep)
	if err := rep.finish(); err != nil {
		fmt.Fprintf(o.Out, "brogo test: %v\n", err)
		return 1
	}
	if rep.counts[Failed] > 0 || rep.stopped {
		return 1
	}
	return 0
}
