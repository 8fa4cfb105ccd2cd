package supervise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/brogo/brogo/internal/layout"
	"github.com/brogo/brogo/internal/manual"
)

// Exit codes: a node failed or nothing could be started, and a wrong command line.
const (
	exitError = 1
	exitUsage = 2
)

const usageText = `usage: brogo cluster run [FLAGS] LAYOUT [SCRIPT | Name=value]...
       brogo cluster run [FLAGS] --workers N [--proxies M] [--loggers L] [SCRIPT | Name=value]...
       brogo cluster status|drain|stop [--dir DIR] [--json]

Runs a cluster as processes of this machine.

  run     starts every node of LAYOUT, a script that fills Cluster::nodes, or a manager with so many other nodes.
          Addresses and ports are chosen anew. Nodes that die are started again. Ctrl-C ends all in order, a
          second one kills them. The exit status is 1 if a node failed.
  status  shows what the nodes of a running cluster do
  drain   ends them in order: workers, proxies, manager, loggers; returns when all have ended
  stop    ends them all at once

`

// IO is what the command works with.
type IO struct {
	Out, Err io.Writer
	Env      func(string) (string, bool)
	// OutTerminal and ErrTerminal say whether the two are terminals.
	OutTerminal, ErrTerminal bool
	// Interrupts gives one value for each Ctrl-C or SIGTERM.
	Interrupts <-chan struct{}
}

type options struct {
	workers, proxies, loggers int
	dir, logs, dialect, trace string
	restarts                  int
	json                      bool
	flags                     *pflag.FlagSet
}

func (o *options) made() bool {
	return o.flags.Changed("workers") || o.flags.Changed("proxies") || o.flags.Changed("loggers")
}

// Main is the command: args are what follows `brogo cluster`. It returns the exit code.
func Main(ctx context.Context, args []string, std IO) int {
	o := options{}
	f := pflag.NewFlagSet("cluster", pflag.ContinueOnError)
	o.flags = f
	f.SetOutput(io.Discard)
	f.SortFlags = false
	f.IntVar(&o.workers, "workers", 0, "run `N` workers instead of a layout")
	f.IntVar(&o.proxies, "proxies", 0, "with `N` proxies")
	f.IntVar(&o.loggers, "loggers", 0, "with `N` loggers; without one the manager writes the logs")
	f.StringVar(&o.dir, "dir", ".brogo-cluster", "`DIR` has what the cluster needs while it runs, and a working directory for each node")
	f.StringVar(&o.logs, "logs", "logs", "`DIR` takes the logs: in directories by logger if there are several")
	f.StringVar(&o.dialect, "dialect", "", "`bro` or zeek (default: by the suffix of the first script, or of the layout)")
	f.IntVar(&o.restarts, "restarts", 5, "start a node again at most `N` times a minute before the cluster ends")
	f.StringVar(&o.trace, "trace", "", "have each start of a node record its events and messages in a file of `DIR`, for brogo trace")
	f.BoolVar(&o.json, "json", false, "print events, or the status, as JSON lines")
	usage := func(w io.Writer) { fmt.Fprintf(w, "%sFlags:\n%s", usageText, manual.Flags(f)) }
	err := f.Parse(args)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		usage(std.Out)
		return 0
	case err != nil:
	case f.Arg(0) == "run":
		err = o.check(f.Args()[1:])
	case f.Arg(0) == "":
		err = errors.New("what should it do? run, status, drain or stop")
	case f.Arg(0) != "status" && f.Arg(0) != "drain" && f.Arg(0) != "stop":
		err = fmt.Errorf("there is no %q: run, status, drain or stop", f.Arg(0))
	case f.NArg() > 1:
		err = fmt.Errorf("%s takes no arguments", f.Arg(0))
	}
	if err != nil {
		fmt.Fprintf(std.Err, "brogo cluster: %v\n(brogo cluster --help tells more)\n", err)
		return exitUsage
	}
	code := 0
	if f.Arg(0) == "run" {
		code, err = o.run(ctx, f.Args()[1:], std)
	} else {
		err = o.request(f.Arg(0), std)
	}
	if err != nil {
		fmt.Fprintf(std.Err, "brogo cluster: %v\n", err)
		return exitError
	}
	return code
}

func (o *options) check(args []string) error {
	switch {
	case o.workers < 0 || o.proxies < 0 || o.loggers < 0 || o.restarts < 0:
		return errors.New("a number of nodes or restarts is not negative")
	case o.workers+o.proxies+o.loggers > 1000:
		return errors.New("more than 1000 nodes on one machine")
	case !o.made() && len(args) == 0:
		return errors.New("run needs a LAYOUT, or --workers N")
	case o.dialect != "" && o.dialect != "bro" && o.dialect != "zeek":
		return fmt.Errorf("unknown dialect %q: it is bro or zeek", o.dialect)
	}
	return nil
}

// request is status, drain or stop.
func (o *options) request(verb string, std IO) error {
	nodes, err := ask(o.dir, verb)
	if err != nil || verb != "status" {
		return err
	}
	if o.json {
		for _, n := range nodes {
			if err := json.NewEncoder(std.Out).Encode(n); err != nil {
				return err
			}
		}
		return nil
	}
	printStatus(std.Out, nodes)
	return nil
}

// run runs a cluster to its end.
func (o *options) run(ctx context.Context, args []string, std IO) (int, error) {
	var nodes *layout.Layout
	scripts := args
	if o.made() {
		nodes = layout.Make(o.workers, o.proxies, o.loggers)
	} else {
		scripts = args[1:]
	}
	o.chooseDialect(args, len(args)-len(scripts))
	if !o.made() {
		var err error
		if nodes, err = layout.Read(args[0], o.dialect, std.Env, std.Err); err != nil {
			return 0, err
		}
	}
	scripts, err := absolute(scripts)
	if err != nil {
		return 0, err
	}
	p := newPrinter(nodes, std.Out, std.Err)
	_, plain := std.Env("NO_COLOR")
	p.json, p.logs = o.json, o.logs
	p.color = std.OutTerminal && std.ErrTerminal && !plain
	p.terminal = std.ErrTerminal
	r := &runner{o: o, layout: nodes, scripts: scripts, env: std.Env}
	if err := os.MkdirAll(o.dir, 0o777); err != nil {
		return 0, err
	}
	ctl, err := listenControl(o.dir)
	if err != nil {
		return 0, err
	}
	defer ctl.close()
	moved, err := r.prepare()
	if err != nil {
		return 0, err
	}
	machine := &Machine{}
	s := New(Config{Layout: nodes, Starter: machine, Spec: r.spec, Tell: p.print, Restarts: o.restarts})
	if moved != "" {
		s.tell(Event{Kind: MovedLogs, Log: moved})
	}
	ctl.serve(s)
	over := make(chan struct{})
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		for {
			select {
			case <-std.Interrupts:
				s.Interrupt()
			case <-over:
				return
			}
		}
	}()
	code := s.Run(ctx)
	close(over)
	<-heard
	machine.Close()
	return code, nil
}

// chooseDialect goes by the suffix of the first script, or else of the layout.
func (o *options) chooseDialect(args []string, layouts int) {
	if o.dialect != "" {
		return
	}
	o.dialect = "zeek"
	for i, a := range append(append([]string{}, args[layouts:]...), args[:layouts]...) {
		if isSetting(a) {
			continue
		}
		if strings.HasSuffix(a, ".bro") {
			o.dialect = "bro"
		}
		if i < len(args) {
			return
		}
	}
}

// isSetting tells Name=value from a script.
func isSetting(arg string) bool {
	name, _, ok := strings.Cut(arg, "=")
	return ok && !strings.ContainsAny(name, "/.")
}

// absolute makes the paths of scripts independent of the working directory; names along the search path stay.
func absolute(args []string) (out []string, err error) {
	for _, a := range args {
		if !isSetting(a) {
			switch _, err := os.Stat(a); {
			case err == nil:
				if a, err = filepath.Abs(a); err != nil {
					return nil, err
				}
			case strings.HasSuffix(a, ".zeek") || strings.HasSuffix(a, ".bro") || !errors.Is(err, fs.ErrNotExist):
				return nil, err
			}
		}
		out = append(out, a)
	}
	return out, nil
}
