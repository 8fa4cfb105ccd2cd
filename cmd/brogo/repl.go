package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/peterh/liner"
	"github.com/spf13/pflag"

	"github.com/brogo/brogo/internal/repl"
)

// replCommand starts the prompt.
func replCommand(ctx context.Context, args []string, std stdio) int {
	var virtual bool
	o, err := parseFlagsWith("brogo repl", args, func(fs *pflag.FlagSet) {
		fs.BoolVar(&virtual, "virtual", false, "run on a clock that only :advance moves")
	})
	switch {
	case o.help || errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(std.out, "usage: brogo repl [FLAGS] [FILE | Name=value]... [-- ARGS]\n\n"+
			"Loads the scripts and reads statements, declarations and commands (:help lists them).\n\nFlags:\n"+o.flags.FlagUsages())
		return 0
	case err != nil:
		fmt.Fprintf(std.err, "brogo repl: %v\n", err)
		return exitUsage
	}
	terminal := isTerminal(std.in) && isTerminal(std.out)
	_, plain := std.env("NO_COLOR")
	return repl.Run(ctx, repl.Options{
		Config: o.config("brogo", std), In: std.in, Out: std.out, Virtual: virtual, History: historyFile(std.env),
		Terminal: terminal && liner.TerminalSupported(), Prompts: terminal, Color: terminal && !plain,
	})
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
