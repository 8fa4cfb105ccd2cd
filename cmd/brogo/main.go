// Command brogo runs Bro and Zeek scripts: as programs, and by its subcommands in the other ways that README.md lists.
//
// Called by the name `zeek` or `bro` it takes that program's flags and speaks that dialect.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/brogo/brogo/internal/testrun"
	"github.com/brogo/brogo/lang/diag"
)

// stdio is what a command reads and writes; tests give their own.
type stdio struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) (string, bool)
}

// command is one subcommand.
type command struct {
	name    string
	summary string
	run     func(ctx context.Context, args []string, std stdio) int
}

// commands are the subcommands, in the order of the help text.
func commands() []command {
	return []command{
		{"run", "run scripts (the default)", runCommand},
		{"check", "report every error in scripts without running them", checkCommand},
		{"vet", "look for what is legal and most likely a mistake", vetCommand},
		{"doc", "show the documentation of names, modules, scripts and the language", docCommand},
		{"explain", "tell what the code of a message means", explainCommand},
		{"repl", "read statements and commands from a prompt (the default on a terminal)", replCommand},
		{"test", "run tests", testCommand},
		{"cluster", "run a cluster on this machine; see its status, drain it, stop it", clusterCommand},
		{"sim", "run a cluster in one process and in virtual time, by a seed", simCommand},
		{"trace", "join the traces of nodes and show them", traceCommand},
		{"cover", "add up what runs have covered of scripts and show it", coverCommand},
		{"fmt", "lay scripts out in the customary style", fmtCommand},
		{"lsp", "serve editors by the Language Server Protocol", lspCommand},
		{"cut", "cut columns out of logs", cutCommand},
		{"store", "look into the file of a data store", storeCommand},
		{"man", "print the manual page", manCommand},
		{"completion", "print what has bash, zsh or fish complete the command line", completionCommand},
		{"version", "print the version", func(_ context.Context, _ []string, std stdio) int {
			fmt.Fprintln(std.out, versionLine("brogo"))
			return 0
		}},
	}
}

// Exit codes beyond 0: exitError for scripts with errors, exitUsage for wrong command lines.
const (
	exitError = 1
	exitUsage = 2
)

// gcPercent takes the place of Go's 100 unless GOGC is set: a run that is over soon collects nothing, others spend a fifth less time
// on their heaps for a tenth more memory at the peak (testdata/bench; 400 saves little more).
const gcPercent = 200

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	std := stdio{os.Stdin, os.Stdout, os.Stderr, os.LookupEnv}
	os.Exit(dispatch(context.Background(), os.Args, std))
}

// dispatch picks the subcommand. A first argument that names none is a script of `run`; a file of a subcommand's name is
// reached as ./NAME.
func dispatch(ctx context.Context, argv []string, std stdio) int {
	name := strings.TrimSuffix(filepath.Base(argv[0]), ".exe")
	if name == "zeek" || name == "bro" {
		return runAs(ctx, name, argv[1:], std)
	}
	args := argv[1:]
	if status, ok := testrun.Helper(name, args, std.in, std.out, std.err); ok {
		return status
	}
	switch name {
	case "zeek-cut", "bro-cut":
		return cutCommand(ctx, args, std)
	}
	if len(args) > 0 {
		for _, c := range commands() {
			if c.name == args[0] {
				return c.run(ctx, args[1:], std)
			}
		}
		if near := meantCommand(args[0], std.env); near != "" {
			fmt.Fprintf(std.err, "brogo: there is no command and no script %s; did you mean `brogo %s`?\n", args[0], near)
			return exitUsage
		}
	}
	if len(args) == 0 && isTerminal(std.in) && isTerminal(std.out) {
		return replCommand(ctx, nil, std)
	}
	return runCommand(ctx, args, std)
}

// meantCommand returns the subcommand that a word is probably meant to be, "" if there is a script of that name.
func meantCommand(word string, env func(string) (string, bool)) string {
	if len(word) < 3 || strings.IndexFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }) >= 0 {
		return ""
	}
	dirs := []string{"."}
	for _, name := range []string{"ZEEKPATH", "BROPATH"} {
		path, _ := env(name)
		dirs = append(dirs, filepath.SplitList(path)...)
	}
	for _, dir := range dirs {
		for _, ext := range []string{"", ".zeek", ".bro"} {
			if _, err := os.Stat(filepath.Join(dir, word+ext)); err == nil {
				return ""
			}
		}
	}
	return diag.Nearest(word, func(yield func(string) bool) {
		for _, c := range commands() {
			yield(c.name)
		}
	})
}
