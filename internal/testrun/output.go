package testrun

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// outputExt is the suffix of a file that holds what the script of the same name prints.
const outputExt = ".out"

// outputTest is the test of a script that has the output expected of it beside it. It runs in an empty directory, as a process.
func outputTest(script, want string) *Test {
	t := &Test{Name: shown(script), File: script}
	t.run = func(ctx context.Context, r *runner) Result {
		dir, err := os.MkdirTemp("", "brogo-output")
		if err != nil {
			return failed("%v", err)
		}
		defer os.RemoveAll(dir)
		cmd := exec.CommandContext(ctx, filepath.Join(r.bin, "brogo"), "run", abs(script))
		cmd.Dir = dir
		cmd.Env = r.process(append(os.Environ(), "TZ=UTC", "LC_ALL=C", "PWD="+dir))
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		cmd.WaitDelay = graceful
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			var status *exec.ExitError
			if errors.As(err, &status) && status.ExitCode() >= 0 {
				return failed("exit status %d\n%s", status.ExitCode(), errs.String())
			}
			return failed("%v\n%s", err, errs.String())
		}
		expected, err := os.ReadFile(want)
		if err != nil {
			return failed("%v", err)
		}
		d := Difference{Name: shown(want), Want: expected, Got: bytes.Clone(out.Bytes()), accept: func() error {
			return os.WriteFile(want, out.Bytes(), 0o666)
		}}
		switch {
		case bytes.Equal(d.Want, d.Got):
			return Result{Status: Passed}
		case r.collects():
			return Result{Status: Passed, Differences: []Difference{d}}
		}
		return failed("%s", r.diff(d))
	}
	return t
}
