package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"github.com/brogo/brogo/internal/layout"
	"github.com/brogo/brogo/internal/manual"
	"github.com/brogo/brogo/internal/sim"
)

// simOptions are the flags of `brogo sim`, beside those of run that say what to load.
type simOptions struct {
	workers, proxies, loggers int
	seed                      uint64
	seeds, chaos              int
	dur                       time.Duration
	latency                   string
	drop                      float64
	faults                    [4][]string // by sim.Kind
	logDir                    string
	noTimes                   bool
}

func (s *simOptions) flags(fs *pflag.FlagSet) {
	fs.IntVar(&s.workers, "workers", 0, "instead of a layout: one manager and `N` workers,")
	fs.IntVar(&s.proxies, "proxies", 0, "`N` proxies,")
	fs.IntVar(&s.loggers, "loggers", 0, "`N` loggers")
	fs.Uint64Var(&s.seed, "seed", 1, "what all chance is drawn from: the same `N` gives the same run")
	fs.IntVar(&s.seeds, "seeds", 0, "try `N` seeds from --seed on, stop at the first that fails and print the command that repeats it")
	fs.DurationVar(&s.dur, "for", time.Minute, "how long the cluster runs, in its own time: a `DURATION` such as 10m")
	fs.DurationVar(&s.dur, "until", time.Minute, "the same as --for")
	fs.StringVar(&s.latency, "latency", "0.5ms..2ms", "how long messages take: a `TIME` or MIN..MAX")
	fs.Float64Var(&s.drop, "drop", 0, "the `PART` of segments that are lost on the way and sent again, such as 0.01")
	fs.StringArrayVar(&s.faults[sim.Partition], "partition", nil, "part nodes: `NODES@FROM..TO`, such as manager,worker-1@5s..20s or proxy-*|worker-*@5s..20s")
	fs.StringArrayVar(&s.faults[sim.Reset], "reset", nil, "break connections between nodes: `NODES@TIME`")
	fs.StringArrayVar(&s.faults[sim.Crash], "crash", nil, "kill nodes: `NODES@TIME`, such as worker-1@3s")
	fs.StringArrayVar(&s.faults[sim.Restart], "restart", nil, "start nodes again: `NODES@TIME`")
	fs.IntVar(&s.chaos, "chaos", 0, "draw `N` more faults from the seed")
	fs.StringVar(&s.logDir, "logs", "", "write the logs of each node into `DIR`/NODE; without it none are written")
	fs.BoolVar(&s.noTimes, "no-times", false, "leave the time out of the output")
	for _, name := range unsimulated {
		fs.Lookup(name).Hidden = true
	}
}

// unsimulated are the flags of run that mean nothing in a simulation.
var unsimulated = []string{"attach-at", "attach-token", "print-id", "status-file", "style", "parse-only", "version", "build-info", "print-plugins"}

// simCommand runs a cluster in one process and in virtual time.
func simCommand(ctx context.Context, args []string, std stdio) int {
	const as = "brogo sim"
	var s simOptions
	args = longCoverFlags(args)
	o, err := parseFlagsWith(as, args, s.flags)
	if o.help || errors.Is(err, pflag.ErrHelp) {
		fmt.Fprint(std.out, "usage: brogo sim [FLAGS] LAYOUT [FILE | Name=value]...\n"+
			"       brogo sim [FLAGS] --workers N [--proxies M] [--loggers L] [FILE | Name=value]...\n\n"+
			"Runs a cluster in one process, in virtual time. The same seed gives the same run. Exits with 1 if a script fails or a message\n"+
			"is lost, repeated or reordered against the promises of docs/sim.md.\n\nFlags:\n"+manual.Flags(o.flags))
		return 0
	}
	if err != nil {
		return misuse(std, "brogo sim", o.flags, err)
	}
	opt, err := s.options(o, std)
	if err != nil {
		return misuse(std, "brogo sim", o.flags, err)
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	w := o.watch(as, std)
	if w != nil {
		opt.Configure = w.attach
	}
	status := s.simulate(ctx, o, opt, args, std)
	if w != nil {
		w.finish(status != exitUsage)
	}
	return status
}

// simulate runs one simulation or a search among seeds.
func (s *simOptions) simulate(ctx context.Context, o *options, opt sim.Options, args []string, std stdio) int {
	if s.seeds > 0 {
		return s.search(ctx, opt, args, std)
	}
	tr, err := startTrace(o.trace)
	if err != nil {
		return misuse(std, "brogo sim", o.flags, err)
	}
	if tr != nil {
		opt.Trace = tr.simulated
	}
	r, err := sim.Run(ctx, opt)
	if tr != nil {
		if terr := tr.finish(); terr != nil {
			fmt.Fprintf(std.err, "brogo sim: %v\n", terr)
			return exitError
		}
	}
	switch {
	case ctx.Err() != nil:
		return exitError
	case err != nil:
		return misuse(std, "brogo sim", o.flags, err)
	}
	return report(r, s.seed, args, std)
}

// options turns the command line into what to simulate.
func (s *simOptions) options(o *options, std stdio) (sim.Options, error) {
	var opt sim.Options
	var err error
	for _, name := range unsimulated {
		if o.flags.Changed(name) {
			return opt, fmt.Errorf("--%s does not go with a simulation", name)
		}
	}
	if s.workers < 0 || s.proxies < 0 || s.loggers < 0 || s.workers+s.proxies+s.loggers > maxSimNodes {
		return opt, fmt.Errorf("a simulation has up to %d nodes", maxSimNodes)
	}
	if s.workers > 0 || s.proxies > 0 || s.loggers > 0 {
		opt.Layout = layout.Make(s.workers, s.proxies, s.loggers)
	} else {
		if len(o.files) == 0 {
			return opt, errors.New("no layout: name a file, or say how many --workers, --proxies and --loggers there are")
		}
		if opt.Layout, err = layout.Read(o.files[0], o.dialect, std.env, std.err); err != nil {
			return opt, err
		}
		o.files = o.files[1:]
	}
	if len(o.files) == 0 && len(o.code) == 0 {
		return opt, errors.New("no scripts for the nodes to run")
	}
	if s.dur <= 0 {
		return opt, errors.New("--for is more than 0")
	}
	lo, hi, ranged := strings.Cut(s.latency, "..")
	if !ranged {
		hi = lo
	}
	if opt.Latency.Min, err = time.ParseDuration(lo); err == nil {
		opt.Latency.Max, err = time.ParseDuration(hi)
	}
	if err != nil || opt.Latency.Min < 0 || opt.Latency.Max < opt.Latency.Min {
		return opt, fmt.Errorf("--latency %s: it is a time or two, such as 5ms or 1ms..20ms", s.latency)
	}
	if opt.Latency.Max == 0 {
		opt.Latency.Max = 1 // nothing is as fast as nothing, which would be the default
	}
	for kind, list := range s.faults {
		for _, text := range list {
			f, err := sim.ParseFault(sim.Kind(kind), text)
			if err != nil {
				return opt, err
			}
			opt.Faults = append(opt.Faults, f)
		}
	}
	opt.Engine = o.config("brogo", std)
	opt.Engine.KeepGoing = true
	opt.Seed, opt.For, opt.Drop, opt.Chaos = s.seed, s.dur, s.drop, s.chaos
	opt.LogDir, opt.NoTimes, opt.Stdout, opt.Stderr = s.logDir, s.noTimes, std.out, std.err
	return opt, nil
}

const maxSimNodes = 500

// report prints why a simulation failed and returns the exit status.
func report(r *sim.Result, seed uint64, args []string, std stdio) int {
	if r.OK() {
		return 0
	}
	fmt.Fprintf(std.err, "brogo sim: failed with seed %d:\n", seed)
	for _, why := range r.Failures {
		fmt.Fprintf(std.err, "  %s\n", why)
	}
	fmt.Fprintf(std.err, "repeat it with: %s\n", repeat(args, seed))
	return exitError
}

// search looks for a seed that fails.
func (s *simOptions) search(ctx context.Context, opt sim.Options, args []string, std stdio) int {
	var progress func(int)
	if isTerminal(std.err) {
		progress = func(done int) { fmt.Fprintf(std.err, "\r%d of %d seeds ", done, s.seeds) }
	}
	start := time.Now()
	found, err := sim.Search(ctx, opt, s.seeds, progress)
	if progress != nil {
		io.WriteString(std.err, "\r\x1b[K")
	}
	switch {
	case ctx.Err() != nil:
		fmt.Fprintf(std.err, "brogo sim: stopped after %d seeds, none of which failed\n", found.Tried)
		return exitError
	case err != nil:
		fmt.Fprintf(std.err, "brogo sim: %v\n", err)
		return exitUsage
	case found.Result != nil:
		return report(found.Result, found.Seed, args, std)
	}
	fmt.Fprintf(std.out, "%d seeds, no failure (%v)\n", found.Tried, time.Since(start).Round(time.Millisecond))
	return 0
}

// repeat is the command that repeats one seed of a search.
func repeat(args []string, seed uint64) string {
	words := []string{"brogo", "sim", "--seed", fmt.Sprint(seed)}
	for i := 0; i < len(args); i++ {
		name, _, joined := strings.Cut(args[i], "=")
		if name == "--seed" || name == "--seeds" {
			if !joined {
				i++
			}
			continue
		}
		words = append(words, shellQuote(args[i]))
	}
	return strings.Join(words, " ")
}

// shellQuote writes a word as a shell takes it.
func shellQuote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./,:=@%+", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
