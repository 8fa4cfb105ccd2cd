package testrun

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// goldenTest is the test of a txtar file: commands, and behind them the files that they use and are compared with. testscript runs it,
// the same as in `go test ./cmd/brogo`.
func goldenTest(path string) *Test {
	t := &Test{Name: shown(path), File: path}
	t.run = func(ctx context.Context, r *runner) Result { return r.golden(ctx, path) }
	return t
}

// GoldenParams are how the goldens of a directory are run, by whatever runs them: the commands beyond those of testscript, and the
// environment.
func GoldenParams(dir string) testscript.Params {
	return testscript.Params{Dir: dir, RequireExplicitExec: true, Cmds: nodeCommands(nil),
		Setup: func(e *testscript.Env) error { return goldenSetup(e, dir) }}
}

// goldenSetup gives every golden the same environment, whatever that of the test run is. dir is where the golden stands.
func goldenSetup(e *testscript.Env, dir string) error {
	e.Setenv("DIR", abs(dir))
	e.Setenv("TZ", "UTC")
	e.Setenv("LC_ALL", "C")
	// A program with the race detector waits for a second before it ends unless told otherwise: three minutes over all scripts.
	e.Setenv("GORACE", "atexit_sleep_ms=20")
	e.Setenv("BROKER_PORT", FreePort()+"/tcp")
	e.Setenv("WS_PORT", FreePort())
	// One for each node of a cluster.
	for i := 1; i <= 5; i++ {
		e.Setenv("BROKER_PORT"+strconv.Itoa(i), FreePort()+"/tcp")
	}
	e.Setenv("PATH", e.Getenv("PATH")+string(os.PathListSeparator)+"/usr/bin"+string(os.PathListSeparator)+"/bin")
	return nil
}

// FreePort returns a port of the loopback that nobody listens at, "0" if there is none to be had.
func FreePort() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "0"
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// golden runs one txtar file. To collect differences it runs a copy that testscript may rewrite, and compares.
func (r *runner) golden(ctx context.Context, path string) Result {
	dir, err := os.MkdirTemp("", "brogo-golden")
	if err != nil {
		return failed("%v", err)
	}
	defer os.RemoveAll(dir)
	before, err := os.ReadFile(path)
	if err != nil {
		return failed("%v", err)
	}
	file := path
	if r.collects() {
		file = filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(file, before, 0o666); err != nil {
			return failed("%v", err)
		}
	}
	p := GoldenParams("")
	p.Cmds = nodeCommands(r.Engine)
	p.Files, p.WorkdirRoot, p.UpdateScripts = []string{file}, filepath.Join(dir, "work"), r.collects()
	if err := os.Mkdir(p.WorkdirRoot, 0o777); err != nil {
		return failed("%v", err)
	}
	if end, ok := ctx.Deadline(); ok {
		// testscript keeps a tenth of the time for itself.
		p.Deadline = time.Now().Add(time.Until(end) * 10 / 9)
	}
	p.Setup = func(e *testscript.Env) error {
		if err := goldenSetup(e, filepath.Dir(path)); err != nil {
			return err
		}
		e.Vars = r.process(e.Vars)
		return nil
	}
	res := runTestscript(p, r.Color)
	if file != path {
		after, err := os.ReadFile(file)
		if err != nil {
			return failed("%v", err)
		}
		res.Differences = archiveDifferences(path, before, after)
		res.Detail = strings.ReplaceAll(res.Detail, file, path)
	}
	return res
}

// archiveDifferences lists the files of a txtar archive that have changed. Each can be taken over by itself.
func archiveDifferences(path string, before, after []byte) []Difference {
	old, now := txtar.Parse(before), txtar.Parse(after)
	var out []Difference
	for i, f := range old.Files {
		if i >= len(now.Files) || bytes.Equal(f.Data, now.Files[i].Data) {
			continue
		}
		got := now.Files[i].Data
		out = append(out, Difference{Name: f.Name, Want: f.Data, Got: got, accept: func() error {
			old.Files[i].Data = got
			return os.WriteFile(path, txtar.Format(old), 0o666)
		}})
	}
	return out
}

// runTestscript runs the one file of p outside of `go test`.
func runTestscript(p testscript.Params, color bool) Result {
	initTesting()
	t := &scriptT{}
	t.Run("", func(x testscript.T) { testscript.RunT(x, p) })
	switch {
	case t.failed:
		return Result{Status: Failed, Detail: goldenLog(t.log.String(), color)}
	case t.skipped != "":
		return Result{Status: Skipped, Detail: t.skipped}
	}
	return Result{Status: Passed}
}

// initTesting makes the flags of the testing package, for which the condition [short] asks.
var initTesting = sync.OnceFunc(func() {
	testing.Init()
	if !flag.Parsed() {
		flag.CommandLine.Parse(nil)
	}
})

// goroutines is what a Go program prints when testscript kills it: all it was doing, and the registers.
var goroutines = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`SIGQUIT: quit\nPC=(?s:.*?)\n(?:gs|fault) +0x[0-9a-f]+\n`)
})

// goldenLog is testscript's log as our users see it: without the directory's name in front and what a killed program says of its insides.
func goldenLog(log string, color bool) string {
	_, log, _ = cutPrefixLine(log, "WORK=")
	log = goroutines().ReplaceAllString(log, "(killed, since the time was over)\n")
	return turned(strings.TrimLeft(log, "\n"), color)
}

// cutPrefixLine takes the first line off if it begins with prefix.
func cutPrefixLine(s, prefix string) (line, rest string, ok bool) {
	if !strings.HasPrefix(s, prefix) {
		return "", s, false
	}
	line, rest, _ = strings.Cut(s, "\n")
	return line, rest, true
}

// scriptT is what testscript wants to know of a test.
type scriptT struct {
	log     bytes.Buffer
	failed  bool
	skipped string
}

// Run runs f to its end, on a goroutine of its own that FailNow and Skip can end.
func (t *scriptT) Run(_ string, f func(testscript.T)) {
	done := make(chan any)
	go func() {
		var bug any
		defer func() { done <- bug }()
		defer func() { bug = recover() }()
		f(t)
	}()
	if bug := <-done; bug != nil {
		panic(bug)
	}
}

func (t *scriptT) Skip(args ...any) {
	t.skipped = strings.TrimSpace(fmt.Sprint(args...))
	if t.skipped == "" {
		t.skipped = "the golden says so"
	}
	runtime.Goexit()
}

func (t *scriptT) Fatal(args ...any) {
	t.Log(args...)
	t.FailNow()
}

func (t *scriptT) FailNow() {
	t.failed = true
	runtime.Goexit()
}

func (t *scriptT) Log(args ...any) { fmt.Fprintln(&t.log, args...) }
func (t *scriptT) Parallel()       {}
func (t *scriptT) Verbose() bool   { return false }

var _ testscript.T = (*scriptT)(nil)

// lines prefixes each line that is written.
type lines struct {
	w      io.Writer
	prefix func() string
	part   []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.part = append(l.part, p...)
	for {
		i := bytes.IndexByte(l.part, '\n')
		if i < 0 {
			return len(p), nil
		}
		if _, err := fmt.Fprintf(l.w, "%s%s", l.prefix(), l.part[:i+1]); err != nil {
			return 0, err
		}
		l.part = l.part[i+1:]
	}
}

// graceful is the time that processes get to end by themselves.
const graceful = 2 * time.Second
