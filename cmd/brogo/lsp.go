package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/pflag"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/format"
	"github.com/brogo/brogo/internal/lsp"
	"github.com/brogo/brogo/internal/manual"
	"github.com/brogo/brogo/internal/vet"
	"github.com/brogo/brogo/lang/diag"
)

// lspQuiet is how long nobody may have typed before what takes longer is done.
const lspQuiet = 200 * time.Millisecond

// lspGC takes the place of gcPercent: each check of a text leaves a program behind, and collecting takes a third of its time at 200.
const lspGC = 400

// lspCommand is `brogo lsp`.
func lspCommand(ctx context.Context, args []string, std stdio) int {
	fs := pflag.NewFlagSet("lsp", pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Bool("stdio", true, "serve standard input and output, the only way there is; clients like to say so")
	switch err := fs.Parse(args); {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprintf(std.out, `usage: brogo lsp [FLAGS]

A server of the Language Server Protocol for editors, on standard input and output. docs/editors.md says how editors start it.

%s`, manual.Flags(fs))
		return 0
	case err != nil:
		return misuse(std, "brogo lsp", fs, err)
	case fs.NArg() > 0:
		fmt.Fprintln(std.err, "brogo lsp: it takes no files, editors open them")
		return exitUsage
	case isTerminal(std.in):
		fmt.Fprintln(std.err, "brogo lsp: this speaks with an editor, which starts it; docs/editors.md tells how (end it with Ctrl-D)")
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(lspGC)
	}
	return lsp.Run(ctx, std.in, std.out, lsp.Options{
		Engine: brogo.Config{Env: std.env}, Format: format.Source, Quiet: lspQuiet,
		Vet: func(e *brogo.Engine) []diag.Diagnostic { return vet.Analyze(e, vet.Analyzers()) },
	})
}
