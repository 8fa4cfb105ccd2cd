package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/cut"
	"github.com/brogo/brogo/internal/explain"
	"github.com/brogo/brogo/internal/porting"
	"github.com/brogo/brogo/internal/repl"
	"github.com/brogo/brogo/internal/storefile"
	"github.com/brogo/brogo/lang/diag"
)

// versionLine is what --version prints; called as the reference, its own form.
func versionLine(as string) string {
	if as == "brogo" {
		return "brogo version " + brogo.Version
	}
	return as + " version " + brogo.ReferenceVersion(as)
}

func runCommand(ctx context.Context, args []string, std stdio) int {
	return runAs(ctx, "brogo", args, std)
}

// checkCommand is `run --parse-only`, or a search for what came before Broker.
func checkCommand(ctx context.Context, args []string, std stdio) int {
	if porting.Asked(args) {
		return porting.Main(args, std.out, std.err)
	}
	return runAs(ctx, "brogo", append([]string{"--parse-only"}, args...), std)
}

func explainCommand(_ context.Context, args []string, std stdio) int {
	return explain.Main(args, std.out, std.err)
}

func cutCommand(_ context.Context, args []string, std stdio) int {
	return cut.Main(args, std.in, std.out, std.err)
}

func storeCommand(_ context.Context, args []string, std stdio) int {
	return storefile.Main(args, time.Now(), std.out, std.err)
}

// runAs runs scripts under the name `as`: brogo, zeek or bro.
func runAs(ctx context.Context, as string, args []string, std stdio) int {
	if as == "brogo" {
		args = longCoverFlags(args)
	}
	o, err := parseFlags(as, args)
	switch {
	case o.help || errors.Is(err, pflag.ErrHelp):
		usage(std.out, o)
		return 0
	case err != nil:
		return misuse(std, as, o.flags, err)
	case o.buildInfo:
		if err := printBuildInfo(std.out); err != nil {
			fmt.Fprintf(std.err, "%s: %v\n", as, err)
			return exitError
		}
		return 0
	case o.plugins:
		for _, p := range brogo.Plugins(as) {
			fmt.Fprintln(std.out, p)
		}
		return 0
	case o.version:
		fmt.Fprintln(std.out, versionLine(as))
		return 0
	}
	cfg := o.config(as, std)
	cfg.KeepGoing = as == "brogo"
	if len(cfg.Files) == 0 && len(cfg.Code) == 0 {
		if isTerminal(std.in) && o.printID == "" {
			fmt.Fprintf(std.err, "%s: no script given; reading one from the terminal, end it with Ctrl-D\n", as)
		}
		if o.printID == "" {
			cfg.Files = []string{"-"}
		}
	}
	printer, err := o.printer(as, std)
	if err != nil {
		fmt.Fprintf(std.err, "%s: %v\n", as, err)
		return exitUsage
	}
	defer printer.Close()
	cfg.Diagnostics, cfg.PrettyErrors = printer, o.style == "pretty"
	status := statusFile{o.statusFile, std.err}
	status.set("INITIALIZING", "main")
	defer status.set("TERMINATED", "atexit")
	logs := &repl.LogTaps{}
	if o.attachAt != "" {
		cfg.LogSink = logs.Row
	}
	tr, err := startTrace(o.trace)
	if err != nil {
		fmt.Fprintf(std.err, "%s: %v\n", as, err)
		return exitUsage
	}
	began := func(*brogo.Engine) {}
	if tr != nil {
		began = tr.attach(&cfg)
		defer func() {
			if err := tr.finish(); err != nil {
				fmt.Fprintf(std.err, "%s: %v\n", as, err)
			}
		}()
	}
	loaded := false
	if !o.parseOnly && o.printID == "" {
		if w := o.watch(as, std); w != nil {
			w.attach(&cfg)
			defer func() { w.finish(loaded) }()
		}
	}
	e, err := brogo.New(cfg)
	if errors.Is(err, brogo.ErrReported) {
		return exitError
	}
	if err != nil {
		fmt.Fprintf(std.err, "%s: %v\n", as, err)
		return exitUsage
	}
	defer e.Close()
	if code := e.Load(); code != 0 || o.parseOnly {
		return code
	}
	loaded = true
	if o.printID != "" {
		text, ok := e.DescribeGlobal(o.printID)
		if !ok {
			fmt.Fprintf(std.err, "%s: no such identifier: %s\n", as, o.printID)
			return exitError
		}
		fmt.Fprintln(std.out, text)
		return 0
	}
	unserve, err := o.serveAttach(e, logs, std)
	if err != nil {
		fmt.Fprintf(std.err, "%s: %v\n", as, err)
		return exitError
	}
	defer unserve()
	began(e)
	stop := onSignals(e)
	defer stop()
	status.set("RUNNING", "run_loop")
	code := e.Run(ctx)
	status.set("TERMINATING", "delete_run")
	return code
}

// printer makes what prints diagnostics: by --style, else pretty on a terminal. What is meant for programs goes to standard output
// where the script itself prints nothing.
func (o *options) printer(as string, std stdio) (diag.Printer, error) {
	style, w, colors := o.style, std.err, diag.Colors{}
	if style == "" {
		style = "reference"
		if as == "brogo" && isTerminal(w) {
			style = "pretty"
		}
	}
	if o.parseOnly && (style == "json" || style == "sarif") {
		w = std.out
	}
	if isTerminal(w) {
		if _, no := std.env("NO_COLOR"); !no {
			colors = diag.ANSI
		}
	}
	return diag.NewPrinter(style, w, colors, brogo.Version)
}

// onSignals ends the run in order at the first SIGINT or SIGTERM. The second stops even a script that is running, with complete logs, and the
// third the process.
func onSignals(e *brogo.Engine) (stop func()) {
	ch := make(chan os.Signal, 2)
	signal.Notify(ch, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			case s := <-ch:
				if n > 1 {
					os.Exit(128 + int(s.(syscall.Signal)))
				}
				e.Interrupt()
			}
		}
	}()
	return func() {
		signal.Stop(ch)
		close(done)
	}
}

func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
