package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/manual"
	"github.com/brogo/brogo/internal/sim"
	"github.com/brogo/brogo/internal/trace"
)

// traceCommand joins trace files and shows them.
func traceCommand(_ context.Context, args []string, std stdio) int {
	const as = "brogo trace"
	fs := pflag.NewFlagSet(as, pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	format := fs.StringP("format", "f", "", "`text`, chrome (JSON for chrome://tracing and Perfetto) or html (default: by the suffix of -o, else text)")
	output := fs.StringP("output", "o", "", "write to `FILE` instead of standard output")
	help := fs.BoolP("help", "h", false, "print this help and end")
	bad := func(err error) int { return misuse(std, as, fs, err) }
	err := fs.Parse(args)
	switch {
	case *help || errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(std.out, "usage: brogo trace [FLAGS] FILE...\n\nJoins the traces of nodes, as --trace of run and sim writes them, and shows them.\n\nFlags:\n"+
			manual.Flags(fs))
		return 0
	case err != nil:
		return bad(err)
	case fs.NArg() == 0:
		return bad(errors.New("no trace file given"))
	}
	if *format == "" {
		if *format = trace.FormatOf(*output); *format == "" {
			*format = "text"
		}
	}
	if !slices.Contains(trace.Formats, *format) {
		return bad(fmt.Errorf("unknown form %q: it is %s", *format, strings.Join(trace.Formats, ", ")))
	}
	var t trace.Trace
	for _, name := range fs.Args() {
		if err := readTrace(&t, name); err != nil {
			fmt.Fprintf(std.err, "%s: %v\n", as, err)
			return exitError
		}
	}
	if *output == "" {
		err = t.Write(std.out, *format)
	} else {
		err = writeTrace(&t, *output, *format)
	}
	if err != nil {
		fmt.Fprintf(std.err, "%s: %v\n", as, err)
		return exitError
	}
	return 0
}

func readTrace(t *trace.Trace, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := t.Read(f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func writeTrace(t *trace.Trace, name, format string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(t.Write(f, format), f.Close())
}

// tracing is a --trace FILE under way. FILE gets the records as they come, or, by its suffix, a view of them at the end.
type tracing struct {
	name string
	file *os.File
	recs []*trace.Recorder
	bufs []*bytes.Buffer // of several recorders, whose records must not mix
}

// startTrace opens the file; nil if name is empty.
func startTrace(name string) (*tracing, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	return &tracing{name: name, file: f}, nil
}

// simulated gives the recorder of one node of a simulation.
func (t *tracing) simulated(node string, now func() time.Time) sim.Tracer {
	b := &bytes.Buffer{}
	r := trace.NewRecorder(node, b, now)
	t.bufs, t.recs = append(t.bufs, b), append(t.recs, r)
	return r
}

// attach has an engine's configuration record to the file; the life begins with began.
func (t *tracing) attach(cfg *brogo.Config) (began func(e *brogo.Engine)) {
	name := "brogo"
	if n, ok := cfg.Env("CLUSTER_NODE"); ok && n != "" {
		name = n
	}
	var w io.Writer = t.file
	if trace.FormatOf(t.name) != "" {
		b := &bytes.Buffer{}
		t.bufs, w = append(t.bufs, b), b
	}
	r := trace.NewRecorder(name, w, time.Now)
	t.recs = append(t.recs, r)
	cfg.Tap, cfg.Tracer = r, r
	return func(e *brogo.Engine) { r.Life(e.Comm().ID(), time.Now()) }
}

// finish completes the file.
func (t *tracing) finish() error {
	var err error
	for _, r := range t.recs {
		err = errors.Join(err, r.Close())
	}
	format := trace.FormatOf(t.name)
	var all trace.Trace
	for _, b := range t.bufs {
		if format == "" {
			_, werr := b.WriteTo(t.file)
			err = errors.Join(err, werr)
		} else {
			err = errors.Join(err, all.Read(b))
		}
	}
	if format != "" {
		err = errors.Join(err, all.Write(t.file, format))
	}
	return errors.Join(err, t.file.Close())
}
