package testrun

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// noBaseline is the status of btest-diff when there is nothing to compare with: the commands behind it run all the same.
const noBaseline = 100

// wantDirs is the variable in which btest-diff finds what was expected while new texts go elsewhere.
const wantDirs = "BROGO_TEST_BASELINE"

// test is the test as the runner sees it.
func (t *btest) test() *Test {
	out := &Test{Name: shown(t.file), File: t.file, key: filepath.Join(t.s.tmp, t.name)}
	if t.number > 1 {
		out.Name += fmt.Sprintf("-%d", t.number)
	}
	if t.serial != "" {
		out.key = filepath.Join(t.s.tmp, "serialize", t.serial)
	}
	out.run = func(ctx context.Context, r *runner) Result {
		for _, c := range t.commands {
			if readsTrace(c.line) {
				return skipped("reads a trace (-r), and brogo has no packet engine")
			}
		}
		if len(t.only) > 0 && !slices.Contains(t.only, "default") {
			return skipped("is for the alternative %s", strings.Join(t.only, ", "))
		}
		if slices.Contains(t.not, "default") {
			return skipped("is not for the default alternative")
		}
		return (&btestRun{btest: t, r: r, dir: filepath.Join(t.s.tmp, t.name)}).run(ctx)
	}
	return out
}

// btestRun is one run of a test.
type btestRun struct {
	*btest
	r     *runner
	dir   string
	fresh string // where btest-diff puts new texts, when they are collected
	env   []string
	notes bytes.Buffer
}

func (t *btestRun) run(ctx context.Context) Result {
	if err := t.prepare(); err != nil {
		return failed("%v", err)
	}
	for _, c := range t.requires {
		if _, ok := t.execute(ctx, c); !ok {
			t.clean()
			return skipped("@TEST-REQUIRES: %s", c.line)
		}
	}
	ok := t.sequence(ctx)
	t.endBackground()
	var res Result
	if t.fresh != "" {
		res.Differences = t.differences()
	}
	switch {
	case ok:
		res.Status = Passed
	case t.known:
		res = skipped("its failure is known (%sKNOWN-FAILURE)", t.s.prefix)
	default:
		res.Status, res.Detail = Failed, t.report()
		return res
	}
	t.clean()
	return res
}

// prepare makes the directory of the test and its environment.
func (t *btestRun) prepare() error {
	if err := os.RemoveAll(t.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(t.dir, 0o777); err != nil {
		return err
	}
	for _, list := range [][]part{t.files, t.contents} {
		for i := range list {
			file := filepath.Join(t.dir, list[i].name)
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				return err
			}
			if err := os.WriteFile(file, []byte(list[i].text.String()), 0o666); err != nil {
				return err
			}
		}
	}
	for _, c := range t.copies {
		src := t.s.under(os.Expand(c, func(key string) string { return lookup(t.s.env, key) }))
		data, err := os.ReadFile(src)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(t.dir, filepath.Base(src)), data, 0o666); err != nil {
			return err
		}
	}
	mode, lines := "TEST", make([]string, len(t.s.lines))
	for i, d := range t.s.lines {
		lines[i] = filepath.Join(d, t.name)
	}
	t.env = slices.Clone(t.s.env)
	if t.r.collects() {
		mode, t.fresh = "UPDATE", filepath.Join(t.dir, ".fresh")
		t.env = append(t.env, wantDirs+"="+strings.Join(lines, string(os.PathListSeparator)))
		lines = []string{t.fresh}
	}
	t.env = append(t.env, "TEST_BASELINE="+strings.Join(lines, string(os.PathListSeparator)), "TEST_MODE="+mode, "TEST_NAME="+t.name,
		"TEST_DIAGNOSTICS="+filepath.Join(t.dir, ".diag"), "TEST_VERBOSE="+filepath.Join(t.dir, ".verbose"), "TEST_BASE="+t.s.base,
		"PWD="+t.dir)
	for _, p := range t.ports {
		t.env = append(t.env, p+"="+FreePort()+"/tcp")
	}
	return nil
}

// endBackground ends what btest-bg-run has started and nobody has waited for, since a command between has failed.
func (t *btestRun) endBackground() {
	list, err := os.ReadFile(filepath.Join(t.dir, bgList))
	if err != nil {
		return
	}
	var left []string
	for _, d := range strings.Fields(string(list)) {
		if d = filepath.Join(t.dir, d); exists(filepath.Join(d, bgPid)) && !exists(filepath.Join(d, bgStatus)) {
			left = append(left, d)
		}
	}
	if len(left) > 0 {
		endAll(left)
	}
}

// clean removes the test's directory, and that of all tests when it was the last.
func (t *btestRun) clean() {
	os.RemoveAll(t.dir)
	os.Remove(t.s.tmp)
}

// sequence runs the commands of all parts with what the configuration puts around them. A text without anything to compare it with does
// not keep the rest from running.
func (t *btestRun) sequence(ctx context.Context) bool {
	failures, last := 0, 0
	do := func(commands ...btestCommand) (ran bool) {
		for _, c := range commands {
			if c.line == "" || failures > 0 && last != noBaseline {
				continue
			}
			ran = true
			var ok bool
			if last, ok = t.execute(ctx, c); !ok {
				failures++
			}
		}
		return ran
	}
	hook := func(name string, number int) btestCommand {
		if h := t.s.options[name]; h != "" {
			return btestCommand{line: h + " " + t.name, part: number, file: "<" + name + ">"}
		}
		return btestCommand{}
	}
	teardown := func(c btestCommand) {
		if c.line == "" {
			return
		}
		was := t.env
		bad := 0
		if failures > 0 {
			bad = 1
		}
		t.env = append(slices.Clone(t.env), fmt.Sprintf("TEST_FAILED=%d", bad), fmt.Sprintf("TEST_LAST_RETCODE=%d", last))
		if _, ok := t.execute(ctx, c); !ok {
			failures++
		}
		t.env = was
	}
	do(hook("Initializer", 1))
	for i := 0; i < len(t.commands); {
		number := t.commands[i].part
		end := i
		for end < len(t.commands) && t.commands[end].part == number {
			end++
		}
		ran := do(hook("PartInitializer", number))
		ran = do(t.commands[i:end]...) || ran
		do(hook("PartFinalizer", number))
		if ran {
			teardown(hook("PartTeardown", number))
		}
		i = end
	}
	do(hook("Finalizer", 1))
	teardown(hook("Teardown", 1))
	return failures == 0
}

// execute runs a command line; ok says that it ended as it should.
func (t *btestRun) execute(ctx context.Context, c btestCommand) (status int, ok bool) {
	line := strings.ReplaceAll(c.line, "%INPUT", filepath.Join(t.dir, filepath.Base(c.file)))
	line = strings.ReplaceAll(line, "%DIR", abs(t.btest.dir))
	cmd := exec.CommandContext(ctx, shell(), "-c", line)
	detach(cmd)
	cmd.Dir = t.dir
	cmd.Env = append(slices.Clone(t.env), fmt.Sprintf("TEST_PART=%d", c.part))
	cmd.Cancel = func() error { return interruptGroup(cmd) }
	cmd.WaitDelay = graceful
	open := func(name string) (*os.File, error) {
		return os.OpenFile(filepath.Join(t.dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	}
	out, err := open(".stdout")
	if err != nil {
		fmt.Fprintf(&t.notes, "%v\n", err)
		return -1, false
	}
	defer out.Close()
	errs, err := open(".stderr")
	if err != nil {
		fmt.Fprintf(&t.notes, "%v\n", err)
		return -1, false
	}
	defer errs.Close()
	cmd.Stdout, cmd.Stderr = out, errs
	err = cmd.Run()
	if ctx.Err() != nil && cmd.Process != nil {
		endGroup(cmd.Process.Pid, true) // what the shell has left behind
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit):
		status = exit.ExitCode()
	default:
		fmt.Fprintf(&t.notes, "%s: %v\n", c.line, err)
		return -1, false
	}
	if ok = (status != 0) == c.fail; !ok {
		if c.fail {
			fmt.Fprintf(&t.notes, "%s\n  succeeded, and has to fail\n", c.line)
		} else {
			fmt.Fprintf(&t.notes, "%s\n  failed with status %d\n", c.line, status)
		}
	}
	return status, ok
}

// report says what went wrong: the commands, the difference, and what was written to the error output.
func (t *btestRun) report() string {
	var b strings.Builder
	b.Write(t.notes.Bytes())
	for _, f := range []struct{ name, title string }{{".diag", ""}, {".stderr", "standard error:"}} {
		data, err := os.ReadFile(filepath.Join(t.dir, f.name))
		if err != nil || len(bytes.TrimSpace(data)) == 0 {
			continue
		}
		if f.title != "" {
			fmt.Fprintln(&b, f.title)
		}
		b.WriteString(colored(string(bytes.TrimRight(data, "\n"))+"\n", t.r.Color && f.title == ""))
	}
	fmt.Fprintf(&b, "kept in %s\n", shown(t.dir))
	return b.String()
}

// differences are the texts that btest-diff has left in the fresh directory.
func (t *btestRun) differences() (out []Difference) {
	entries, _ := os.ReadDir(t.fresh)
	for _, e := range entries {
		got, err := os.ReadFile(filepath.Join(t.fresh, e.Name()))
		if err != nil {
			continue
		}
		target := filepath.Join(t.s.lines[0], t.name, e.Name())
		d := Difference{Name: shown(target), Got: withoutHeader(got)}
		for _, dir := range t.s.lines {
			if want, err := os.ReadFile(filepath.Join(dir, t.name, e.Name())); err == nil {
				d.Want = withoutHeader(want)
				break
			}
		}
		d.accept = func() error {
			if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
				return err
			}
			return os.WriteFile(target, got, 0o666)
		}
		out = append(out, d)
	}
	return out
}
