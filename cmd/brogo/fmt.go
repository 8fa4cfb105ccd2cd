package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"github.com/brogo/brogo/internal/format"
	"github.com/brogo/brogo/internal/manual"
	"github.com/brogo/brogo/lang/diag"
)

// fmtFlags are the flags of `brogo fmt`.
func fmtFlags() (*pflag.FlagSet, *format.Options) {
	o := &format.Options{}
	fs := pflag.NewFlagSet("fmt", pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.BoolVarP(&o.List, "list", "l", false, "list the files whose layout differs; exit status 1 if there are any")
	fs.BoolVarP(&o.Diff, "diff", "d", false, "show what would change; exit status 1 if anything would")
	fs.BoolVarP(&o.Write, "write", "w", false, "write the files in place of printing them")
	return fs, o
}

func fmtCommand(_ context.Context, args []string, std stdio) int {
	fs, o := fmtFlags()
	switch err := fs.Parse(args); {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprintf(std.out, `usage: brogo fmt [FLAGS] [FILE | DIRECTORY]...

Lays scripts out in the customary style. Without files standard input goes to standard output.

%s`, manual.Flags(fs))
		return 0
	case err != nil:
		return misuse(std, "brogo fmt", fs, err)
	case o.Write && fs.NArg() == 0:
		fmt.Fprintln(std.err, "brogo fmt: -w needs files to write")
		return exitUsage
	}
	if isTerminal(std.err) {
		colors := diag.Colors{}
		if _, no := std.env("NO_COLOR"); !no {
			colors = diag.ANSI
		}
		o.Show = func(d diag.Diagnostic) string { return diag.Pretty(d, colors) }
	}
	return format.Run(*o, fs.Args(), std.in, std.out, std.err)
}
