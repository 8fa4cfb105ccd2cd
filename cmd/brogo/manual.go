package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/manual"
)

// program reads the help texts of all commands.
func program(std stdio) *manual.Program {
	p := &manual.Program{Name: "brogo", Summary: "run Bro and Zeek scripts, test them, watch them, join them to clusters", Version: brogo.Version}
	help := func(run func(context.Context, []string, stdio) int) string {
		var out bytes.Buffer
		run(context.Background(), []string{"--help"}, stdio{in: strings.NewReader(""), out: &out, err: &out, env: std.env})
		return out.String()
	}
	words := map[string]string{"completion": strings.Join(manual.Shells, "|")}
	all := manual.Parse("", "", help(runCommand))
	all.Text, all.Words = slices.DeleteFunc(all.Text, isIndented), nil // the list of commands: each has a part of its own
	p.Commands = append(p.Commands, all)
	for _, c := range commands() {
		entry := manual.Command{Name: c.name, Summary: c.summary}
		switch c.name {
		case "man", "completion", "version":
			entry.Usage = []string{strings.TrimSpace("brogo " + c.name + " " + words[c.name])}
		case "run", "check": // whose help is the program's
			entry = manual.Parse(c.name, c.summary, help(c.run))
			entry.Usage, entry.Text, entry.Words = []string{"brogo " + c.name + " [FLAGS] [FILE | Name=value]..."}, nil, nil
		default:
			entry = manual.Parse(c.name, c.summary, help(c.run))
		}
		p.Commands = append(p.Commands, entry)
	}
	return p
}

// manCommand prints the manual page.
func manCommand(_ context.Context, args []string, std stdio) int {
	if len(args) > 0 {
		fmt.Fprintln(std.err, "usage: brogo man > brogo.1")
		return exitUsage
	}
	fmt.Fprint(std.out, program(std).Roff())
	return 0
}

// completionCommand prints what has a shell complete the command line.
func completionCommand(_ context.Context, args []string, std stdio) int {
	if len(args) != 1 || !slices.Contains(manual.Shells, args[0]) {
		fmt.Fprintf(std.err, "usage: brogo completion %s\n", strings.Join(manual.Shells, "|"))
		return exitUsage
	}
	script, _ := program(std).Completion(args[0])
	fmt.Fprint(std.out, script)
	return 0
}

func isIndented(line string) bool { return strings.HasPrefix(line, "  ") }
