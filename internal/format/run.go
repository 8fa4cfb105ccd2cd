package format

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/brogo/brogo/internal/find"
	"github.com/brogo/brogo/lang/diag"
)

// Options says what Run does with each file. Without List, Diff and Write the formatted text goes to the output.
type Options struct {
	List, Diff, Write bool
	// Show renders a diagnostic; nil means the reference's style.
	Show func(diag.Diagnostic) string
}

// Run formats files, all scripts below directories, or without any arguments standard input. It returns 0, or 1 if a file could not be
// formatted or, with List or Diff and without Write, was not formatted yet.
func Run(o Options, args []string, in io.Reader, out, errw io.Writer) int {
	r := runner{o: o, out: out, err: errw}
	if r.o.Show == nil {
		r.o.Show = diag.Reference
	}
	if len(args) == 0 {
		text, err := io.ReadAll(in)
		if err != nil {
			fmt.Fprintf(errw, "brogo fmt: %v\n", err)
			return 1
		}
		r.o.Write = false
		r.text("<stdin>", string(text))
	}
	for _, a := range args {
		r.path(a)
	}
	return r.code
}

type runner struct {
	o        Options
	out, err io.Writer
	code     int
}

func (r *runner) fail(err error) {
	fmt.Fprintf(r.err, "brogo fmt: %v\n", err)
	r.code = 1
}

// path formats a file or what is below a directory.
func (r *runner) path(name string) {
	files, err := find.Scripts(name)
	for _, f := range files {
		r.file(f)
	}
	if err != nil {
		r.fail(err)
	}
}

func (r *runner) file(name string) {
	b, err := os.ReadFile(name)
	if err != nil {
		r.fail(err)
		return
	}
	text := string(b)
	got, ok := r.text(name, text)
	if !ok || !r.o.Write || got == text {
		return
	}
	if err := replace(name, got); err != nil {
		r.fail(err)
	}
}

// replace writes a file anew so that no one sees half of it.
func replace(name, text string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".fmt-*")
	if err != nil {
		return err
	}
	_, err = tmp.WriteString(text)
	if err == nil {
		err = tmp.Chmod(info.Mode().Perm())
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

// text formats one text and prints what the options ask for.
func (r *runner) text(name, text string) (string, bool) {
	got, err := Source(name, text)
	if bad, is := err.(*Error); is {
		for _, d := range bad.Diags {
			fmt.Fprintln(r.err, r.o.Show(d))
		}
		r.code = 1
		return "", false
	}
	if err != nil {
		r.fail(err)
		return "", false
	}
	if !r.o.List && !r.o.Diff {
		if !r.o.Write {
			io.WriteString(r.out, got)
		}
		return got, true
	}
	if got == text {
		return got, true
	}
	if r.o.List {
		fmt.Fprintln(r.out, name)
	}
	if r.o.Diff {
		r.out.Write(bytes.TrimSpace(diff.Diff(name, []byte(text), name+" formatted", []byte(got))))
		io.WriteString(r.out, "\n")
	}
	if !r.o.Write {
		r.code = 1
	}
	return got, true
}
