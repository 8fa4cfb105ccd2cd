// Package exec is the builtin behind Exec::run of base/utils/exec: it runs a shell command on the side and gives its output to a
// when condition.
//
// A Family belongs to one interpreter. Each command runs on a goroutine of its own that Close stops and waits for.
package exec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// maxOutput is how many bytes of each stream and each file are kept; the rest is dropped with a warning.
const maxOutput = 64 << 20

// linger is how long output is still read after the command itself has ended, in case it left others behind with its pipes.
const linger = time.Second

// Family is the running commands of one interpreter.
type Family struct {
	ctx  context.Context
	stop context.CancelFunc
	wg   sync.WaitGroup
	// Environ gives the environment of commands; nil: the process's. It is called on the interpreter's goroutine.
	Environ func() []string
}

// New makes a family; it starts nothing.
func New() *Family {
	f := &Family{}
	f.ctx, f.stop = context.WithCancel(context.Background())
	return f
}

// Close kills what still runs and waits for it. Nothing is resumed after it returns.
func (f *Family) Close() {
	f.stop()
	f.wg.Wait()
}

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	return []interp.Builtin{{
		Sig: "function Exec::__run(cmd: Exec::Command): Exec::Result",
		Doc: "Runs a command and returns what came of it, for use in a when condition: the work behind Exec::run.",
		F1:  f.run,
	}}
}

func (f *Family) run(m *interp.M, s *interp.Site, a val.Value) val.Value {
	if in, _ := m.InWhen(); !in {
		m.Throw(s, "Exec::__run() can only be called inside a when-condition")
	}
	c := readCommand(a.Rec())
	if f.Environ != nil {
		c.env = f.Environ()
	}
	result := m.Type("Exec::Result")
	return m.Delay(s, c.uid, func(resume func(val.Value)) {
		release := m.Hold()
		f.wg.Add(1)
		go func() {
			defer f.wg.Done()
			defer release()
			o := c.run(f.ctx)
			if f.ctx.Err() != nil {
				return
			}
			if o.dropped {
				m.Post(func() {
					m.Plainf(diag.Warning, "output of command \"%s\" is cut at %d bytes", c.line, maxOutput)
				})
			}
			resume(o.value(result))
		}()
	})
}

// command is an Exec::Command.
type command struct {
	line, stdin, uid string
	files            []string
	env              []string
}

func readCommand(r *val.Record) command {
	var c command
	for name, to := range map[string]*string{"cmd": &c.line, "stdin": &c.stdin, "uid": &c.uid} {
		if v, ok := r.Get(r.T.Rec.Lookup(name)); ok {
			*to = v.Str()
		}
	}
	if v, ok := r.Get(r.T.Rec.Lookup("read_files")); ok {
		for it := v.Table().Iter(); it.Next(); {
			c.files = append(c.files, it.Key(0).Str())
		}
	}
	return c
}

// outcome is what an Exec::Result says.
type outcome struct {
	code           int
	signal         bool
	stdout, stderr []string
	names          []string // of the files that could be read
	files          [][]string
	dropped        bool
}

// run runs the command in a shell and blocks until it has ended or ctx is done.
func (c command) run(ctx context.Context) outcome {
	var o outcome
	var stdout, stderr capped
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", c.line)
	cmd.Env = c.env
	cmd.Stdin = strings.NewReader(c.stdin)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = linger
	ownGroup(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		o.code = exit.ExitCode()
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			o.code, o.signal = int(ws.Signal()), true
		}
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		// The shell itself could not be run: the code that shells give for that.
		o.code = 127
		fmt.Fprintln(&stderr, err)
	}
	o.stdout, o.stderr = lines(stdout.b.Bytes()), lines(stderr.b.Bytes())
	o.dropped = stdout.dropped || stderr.dropped
	for _, name := range c.files {
		text, cut, err := readFile(name)
		os.Remove(name)
		if err == nil {
			o.names = append(o.names, name)
			o.files = append(o.files, lines(text))
			o.dropped = o.dropped || cut
		}
	}
	return o
}

// readFile reads a file up to the limit and says whether there was more.
func readFile(name string) (text []byte, more bool, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	text, err = io.ReadAll(io.LimitReader(f, maxOutput+1))
	if len(text) > maxOutput {
		return text[:maxOutput], true, err
	}
	return text, false, err
}

// capped keeps what is written to it up to the limit.
type capped struct {
	b       bytes.Buffer
	dropped bool
}

func (c *capped) Write(p []byte) (int, error) {
	if room := maxOutput - c.b.Len(); len(p) > room {
		c.dropped = true
		c.b.Write(p[:room])
		return len(p), nil
	}
	return c.b.Write(p)
}

// lines splits a text at line feeds; the last line may lack one.
func lines(text []byte) []string {
	if len(text) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// value makes the script's record of it.
func (o outcome) value(t *types.Type) val.Value {
	r := val.NewRecord(t)
	set := func(name string, v val.Value) { r.Set(t.Rec.Lookup(name), v) }
	set("exit_code", val.Count(uint64(o.code)))
	set("signal_exit", val.Bool(o.signal))
	field := func(name string) *types.Type { return t.Rec.Fields[t.Rec.Lookup(name)].Type }
	if o.stdout != nil {
		set("stdout", vector(field("stdout"), o.stdout))
	}
	if o.stderr != nil {
		set("stderr", vector(field("stderr"), o.stderr))
	}
	if o.names != nil {
		ft := field("files")
		files := val.NewTable(ft, nil)
		for i, name := range o.names {
			files.SetOne(val.Str(name), vector(ft.Elem, o.files[i]))
		}
		set("files", val.Tab(files))
	}
	return val.Rec(r)
}

func vector(t *types.Type, lines []string) val.Value {
	v := val.NewVector(t)
	for _, l := range lines {
		v.Append(val.Str(l))
	}
	return val.Vec(v)
}
