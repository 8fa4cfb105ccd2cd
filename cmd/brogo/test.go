package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/brogo/brogo/internal/manual"
	"github.com/brogo/brogo/internal/testrun"
)

// testCommand runs tests.
func testCommand(ctx context.Context, args []string, std stdio) int {
	o := testrun.Options{In: std.in, Out: std.out, Terminal: isTerminal(std.out)}
	fs := pflag.NewFlagSet("brogo test", pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.SortFlags = false
	match := fs.String("run", "", "only tests whose name matches `REGEXP`")
	fs.IntVarP(&o.Jobs, "jobs", "j", 0, "run `N` tests at a time (default: the number of processors)")
	fs.BoolVarP(&o.Verbose, "verbose", "v", false, "tell of each test")
	fs.BoolVar(&o.Update, "update", false, "make what was got what is expected")
	fs.BoolVar(&o.Review, "review", false, "show each difference and ask whether it is what is expected from now on")
	fs.IntVar(&o.Count, "count", 1, "run each test `N` times")
	fs.BoolVar(&o.Shuffle, "shuffle", false, "run the tests in a random order")
	fs.Uint64Var(&o.Seed, "seed", 0, "the seed `N` of the random order, to repeat one (implies --shuffle)")
	fs.DurationVar(&o.Timeout, "timeout", testrun.DefaultTimeout, "how long one test may take")
	fs.BoolVar(&o.JSON, "json", false, "print a line of JSON for each event")
	fs.StringVar(&o.JUnit, "junit", "", "write a report in the form of JUnit to `FILE`")
	var counts coverFlags
	counts.add(fs)
	err := fs.Parse(longFlags(args, func(name string) bool { return fs.Lookup(name) != nil }))
	if err == nil && *match != "" {
		if o.Match, err = regexp.Compile(*match); err != nil {
			err = fmt.Errorf("--run: %w", err)
		}
	}
	switch {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(std.out, "usage: brogo test [FLAGS] [PATH]...\n\n"+
			"Runs the tests at and below the paths (default: the working directory): *.txtar, *_test.zeek and *_test.bro, scripts beside a\n"+
			"file of the same name that ends in .out, and suites of btests (btest.cfg). Long flags may begin with one dash.\n\nFlags:\n"+manual.Flags(fs))
		return 0
	case err == nil && o.Update && o.Review:
		err = errors.New("--update and --review: which one?")
	case err == nil && o.JSON && o.Review:
		err = errors.New("--json and --review do not go together")
	case err == nil && (o.Count < 1 || o.Jobs < 0 || o.Timeout <= 0):
		err = errors.New("--count and --timeout have to be positive, --jobs must not be negative")
	}
	if err != nil {
		return misuse(std, "brogo test", fs, err)
	}
	o.Paths = fs.Args()
	o.Shuffle = o.Shuffle || o.Seed != 0
	_, noColor := std.env("NO_COLOR")
	o.Color = o.Terminal && !noColor
	// The first Ctrl-C lets the tests that run come to their end, the second ends the program.
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop)
	run := counts.tests(&o)
	return run(ctx, std.err)
}

// longFlags lets those long flags that is names begin with one dash, as in `go test`: -run and -count are no flags of one letter in a row.
func longFlags(args []string, is func(name string) bool) []string {
	args = slices.Clone(args)
	for i, a := range args {
		if a == "--" {
			break
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(a, "-"), "=")
		if len(name) > 1 && !strings.HasPrefix(a, "--") && strings.HasPrefix(a, "-") && is(name) {
			args[i] = "-" + a
		}
	}
	return args
}
