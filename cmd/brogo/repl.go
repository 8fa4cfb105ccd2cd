package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/peterh/liner"
	"github.com/spf13/pflag"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/manual"
	"github.com/brogo/brogo/internal/repl"
)

// replCommand starts the prompt.
func replCommand(ctx context.Context, args []string, std stdio) int {
	var virtual, write bool
	var attach, tokenFile string
	o, err := parseFlagsWith("brogo repl", longCoverFlags(args), func(fs *pflag.FlagSet) {
		fs.BoolVar(&virtual, "virtual", false, "run on a clock that only :advance moves")
		fs.StringVar(&attach, "attach", "", "be the prompt of the node that listens at `ADDRESS`: the path of a socket, or HOST:PORT")
		fs.StringVar(&tokenFile, "token", "", "the token for HOST:PORT is in `FILE`")
		fs.BoolVar(&write, "write", false, "with --attach: do more than look")
	})
	switch {
	case o.help || errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(std.out, "usage: brogo repl [FLAGS] [FILE | Name=value]... [-- ARGS]\n\n"+
			"Loads the scripts and reads statements, declarations and commands (:help lists them).\n\nFlags:\n"+manual.Flags(o.flags))
		return 0
	case err != nil:
		fmt.Fprintf(std.err, "brogo repl: %v\n", err)
		return exitUsage
	}
	terminal := isTerminal(std.in) && isTerminal(std.out)
	_, plain := std.env("NO_COLOR")
	opts := repl.Options{
		Config: o.config("brogo", std), In: std.in, Out: std.out, Virtual: virtual, History: historyFile(std.env),
		Terminal: terminal && liner.TerminalSupported(), Prompts: terminal, Color: terminal && !plain,
	}
	if attach == "" {
		w := o.watch("brogo repl", std)
		if w == nil {
			return repl.Run(ctx, opts)
		}
		w.attach(&opts.Config)
		status := repl.Run(ctx, opts)
		w.finish(true)
		return status
	}
	token := ""
	if tokenFile != "" {
		if token, err = repl.Token(tokenFile, false); err != nil {
			fmt.Fprintf(std.err, "brogo repl: %v\n", err)
			return exitUsage
		}
	}
	return repl.Attach(ctx, repl.AttachOptions{Options: opts, Address: attach, Token: token, Write: write})
}

// serveAttach lets prompts attach to a run, if the flags say so. logs are those of the engine.
func (o *options) serveAttach(e *brogo.Engine, logs *repl.LogTaps, std stdio) (stop func(), err error) {
	if o.attachAt == "" {
		return func() {}, nil
	}
	token := ""
	if o.attachToken != "" {
		if token, err = repl.Token(o.attachToken, true); err != nil {
			return nil, err
		}
	}
	s, err := repl.Serve(e, o.attachAt, token, logs)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(std.err, "prompts may attach at %s\n", s.Addr())
	return s.Close, nil
}

// historyFile is where the lines of earlier sessions are kept: under the state directory of the XDG rules.
func historyFile(env func(string) (string, bool)) string {
	dir, _ := env("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, "brogo", "history")
}
