package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/brogo/brogo/internal/manual"
	"github.com/brogo/brogo/internal/vet"
	"github.com/brogo/brogo/lang/diag"
)

// vetCommand is `brogo vet [FLAGS] FILE | DIRECTORY...`.
func vetCommand(_ context.Context, args []string, std stdio) int {
	var only, skip []string
	var list, asJSON bool
	o, err := parseFlagsWith("brogo vet", args, func(fs *pflag.FlagSet) {
		fs.StringSliceVar(&only, "only", nil, "run these `ANALYZERS` only")
		fs.StringSliceVar(&skip, "skip", nil, "leave these `ANALYZERS` out")
		fs.BoolVar(&list, "list", false, "list the analyzers and end")
		fs.BoolVar(&asJSON, "json", false, "the same as --style json")
	})
	switch {
	case o.help || errors.Is(err, pflag.ErrHelp):
		fmt.Fprintf(std.out, "usage: brogo vet [FLAGS] FILE | DIRECTORY...\n\nLooks for what is legal in scripts and most likely a mistake. Files make one program; a directory stands for the programs\nbelow it. `# vet:ignore ANALYZER REASON` silences a line.\n\nFlags:\n%s",
			manual.Flags(o.flags))
		return 0
	case err != nil:
		return misuse(std, "brogo vet", o.flags, err)
	case list:
		for _, a := range vet.Analyzers() {
			e, _ := diag.Explain(a.Name)
			fmt.Fprintf(std.out, "%-16s %s\n", a.Name, strings.TrimSpace(e.Title))
		}
		return 0
	case len(o.files) == 0 && len(o.code) == 0:
		fmt.Fprintln(std.err, "brogo vet: no script given")
		return exitUsage
	}
	if asJSON {
		o.style = "json"
	}
	o.parseOnly = true
	printer, err := o.printer("brogo", std)
	if err == nil {
		var code int
		if _, code, err = vet.Run(vet.Config{Engine: o.config("brogo", std), Only: only, Skip: skip, Sink: printer}); err == nil {
			err = printer.Close()
		}
		if err == nil {
			return code
		}
	}
	fmt.Fprintf(std.err, "brogo vet: %v\n", err)
	return exitUsage
}
