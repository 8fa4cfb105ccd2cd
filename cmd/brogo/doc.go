package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/doc"
	"github.com/brogo/brogo/internal/manual"
)

// docCommand shows documentation.
func docCommand(_ context.Context, args []string, std stdio) int {
	const as = "brogo doc"
	fs := pflag.NewFlagSet(as, pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	search := fs.BoolP("search", "k", false, "list the names in which, or in whose documentation, every WORD occurs")
	html := fs.String("html", "", "write pages of HTML about everything into `DIR`")
	list := fs.Bool("list", false, "print every name, module and word, one a line")
	dialect := fs.String("dialect", "", "`bro` or zeek: whose scripts and defaults to show (default: zeek)")
	load := fs.StringArrayP("load", "l", nil, "document `SCRIPT`, too")
	help := fs.BoolP("help", "h", false, "print this help and end")
	bad := func(err error) int { return misuse(std, as, fs, err) }
	err := fs.Parse(args)
	switch {
	case *help || errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(std.out, "usage: brogo doc [FLAGS] [NAME | RECORD$FIELD | MODULE | SCRIPT | WORD]...\n       brogo doc -k WORD...\n       brogo doc --html DIR\n       brogo doc --list\n\n"+
			"Shows what documents a name, a module, a script or a word of the language (such as when, &default, @if). Without one, lists\n"+
			"the modules. Scripts of yours, given by a path that ends in .zeek or .bro or by --load, are read, and not run.\n\nFlags:\n"+manual.Flags(fs))
		return 0
	case err != nil:
		return bad(err)
	case *dialect != "" && *dialect != "bro" && *dialect != "zeek":
		return bad(fmt.Errorf("unknown dialect %q: it is bro or zeek", *dialect))
	case *search && (fs.NArg() == 0 || *html != ""):
		return bad(errors.New("--search takes words"))
	case *html != "" && fs.NArg() > 0:
		return bad(errors.New("--html documents everything; name scripts of yours by --load"))
	}
	cfg := brogo.Config{Dialect: *dialect, Files: *load, Stderr: std.err, Stdout: io.Discard, Env: std.env}
	if cfg.Dialect == "" {
		cfg.Dialect = "zeek"
	}
	questions := fs.Args()
	for _, q := range questions {
		if (strings.HasSuffix(q, ".zeek") || strings.HasSuffix(q, ".bro")) && isFile(q) {
			cfg.Files = append(cfg.Files, q)
		}
	}
	printer, err := (&options{}).printer("brogo", std)
	if err != nil {
		return bad(err)
	}
	cfg.Diagnostics = printer
	lib, err := doc.Load(cfg)
	if err = errors.Join(err, printer.Close()); err != nil {
		return bad(err)
	}
	p := doc.Printer{W: std.out}
	if _, no := std.env("NO_COLOR"); !no && isTerminal(std.out) {
		p.Bold, p.Off = "\x1b[1m", "\x1b[0m"
	}
	switch {
	case *html != "":
		if err := lib.WriteHTML(*html); err != nil {
			fmt.Fprintf(std.err, "%s: %v\n", as, err)
			return exitError
		}
		return 0
	case *list:
		fmt.Fprintln(std.out, strings.Join(lib.Names(), "\n"))
		return 0
	case *search:
		list := lib.Search(questions)
		if list == nil {
			fmt.Fprintf(std.err, "%s: nothing speaks of %s\n", as, strings.Join(questions, " and "))
			return exitError
		}
		p.List(list)
		return 0
	case len(questions) == 0:
		p.Contents(lib)
		return 0
	}
	status := 0
	for i, q := range questions {
		a, ok := lib.Find(q)
		if !ok {
			hint := "(brogo doc -k searches)"
			if near := lib.Near(q); near != "" {
				hint = "did you mean " + near + "?"
			}
			fmt.Fprintf(std.err, "%s: there is nothing called %s; %s\n", as, q, hint)
			status = exitError
			continue
		}
		if i > 0 {
			fmt.Fprintln(std.out)
		}
		p.Answer(a)
	}
	return status
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
