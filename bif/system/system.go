// Package system is the family of builtins about the process and its surroundings: environment, child processes, time, the life of
// the run, statistics. A Family belongs to one interpreter. Changes of the environment stay in the family: its own children see
// them, other interpreters of the process do not.
package system

import (
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Version of the reference that each dialect stands for: what zeek_version() and bro_version() return.
const (
	VersionZeek = "8.0.10"
	VersionBro  = "2.6.4"
)

// Config is what the family needs of the world. The zero value is the process itself.
type Config struct {
	Args   []string                    // what scripts see by zeek_args()
	Bare   bool                        // the run is in bare mode (-b)
	PID    int                         // what getpid() returns; 0: the process's
	Stderr io.Writer                   // of child processes; nil: the process's
	Getenv func(string) (string, bool) // nil: the process's environment
	// Flush, if set, is called before a child process starts, so that it finds in files what was written to them.
	Flush func()
}

// Family is the environment as scripts have changed it.
type Family struct {
	cfg Config
	d   *dialect.Dialect
	env map[string]string
}

// New makes the family of one interpreter.
func New(cfg Config, d *dialect.Dialect) *Family {
	if cfg.Stderr == nil {
		cfg.Stderr = os.Stderr
	}
	if cfg.PID == 0 {
		cfg.PID = os.Getpid()
	}
	if cfg.Getenv == nil {
		cfg.Getenv = os.LookupEnv
	}
	return &Family{cfg: cfg, d: d, env: map[string]string{}}
}

// Environ is the environment for child processes: the process's with the changes of setenv().
func (f *Family) Environ() []string { return f.environ(nil) }

// environ adds variables that only one child sees.
func (f *Family) environ(extra []string) []string {
	names := make([]string, 0, len(f.env))
	for k := range f.env {
		names = append(names, k)
	}
	slices.Sort(names)
	env := os.Environ()
	for _, k := range names {
		env = append(env, k+"="+f.env[k])
	}
	return append(env, extra...)
}

func (f *Family) getenv(m *interp.M, _ *interp.Site, name val.Value) val.Value {
	key := cstr.Check(m, name.Str())
	if v, ok := f.env[key]; ok {
		return val.Str(v)
	}
	v, _ := f.cfg.Getenv(key)
	return val.Str(v)
}

func (f *Family) setenv(m *interp.M, _ *interp.Site, name, v val.Value) val.Value {
	key, text := cstr.Check(m, name.Str()), cstr.Check(m, v.Str())
	if key == "" || strings.Contains(key, "=") {
		return val.Bool(false)
	}
	f.env[key] = text
	return val.Bool(true)
}

func (f *Family) beforeChild(m *interp.M) {
	m.Flush()
	if f.cfg.Flush != nil {
		f.cfg.Flush()
	}
}

// shell starts a command in the background of a shell, its output on standard error, and returns the shell's wait status.
func (f *Family) shell(m *interp.M, line string, extra []string) val.Value {
	f.beforeChild(m)
	cmd := exec.Command("/bin/sh", "-c", "("+line+") 1>&2 &")
	cmd.Env = f.environ(extra)
	cmd.Stderr = f.cfg.Stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return val.Int(-1)
	}
	return val.Int(int64(cmd.ProcessState.ExitCode()) << 8)
}

func (f *Family) system(m *interp.M, _ *interp.Site, line val.Value) val.Value {
	return f.shell(m, cstr.Check(m, line.Str()), nil)
}

func (f *Family) systemEnv(m *interp.M, _ *interp.Site, line, env val.Value) val.Value {
	var extra []string
	for it := env.Table().Iter(); it.Next(); {
		name := strings.ToUpper(cstr.Check(m, it.Key(0).Str()))
		extra = append(extra, f.d.EnvPrefix+"ARG_"+name+"="+cstr.Check(m, it.Val().Str()))
	}
	return f.shell(m, cstr.Check(m, line.Str()), extra)
}

// stdout hands a child's output to the run's standard output, between what scripts print.
type stdout struct{ m *interp.M }

func (w stdout) Write(b []byte) (int, error) {
	w.m.Write(b)
	return len(b), nil
}

// pipeBuffer is how much input the C library takes before the child has to: a child that reads none of a shorter one is no error.
const pipeBuffer = 4096

func (f *Family) pipedExec(m *interp.M, _ *interp.Site, program, input val.Value) val.Value {
	f.beforeChild(m)
	line := cstr.Check(m, program.Str())
	in := strings.NewReader(input.Str())
	cmd := exec.Command("/bin/sh", "-c", line)
	cmd.Env = f.Environ()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, stdout{m}, f.cfg.Stderr
	if err := cmd.Start(); err != nil {
		m.Plainf(diag.Error, "Failed to popen %s", line)
		return val.Bool(false)
	}
	// The child's own status does not count, as in the reference.
	cmd.Wait()
	m.Flush()
	if in.Len() > 0 && in.Size() > pipeBuffer {
		m.Plainf(diag.Error, "Failed to write all given data to %s", line)
		return val.Bool(false)
	}
	return val.Bool(true)
}

func gethostname(*interp.M, *interp.Site) val.Value {
	name, err := os.Hostname()
	if err != nil {
		name = "<unknown>"
	}
	return val.Str(name)
}

func (f *Family) version() string {
	if f.d.Name == "bro" {
		return VersionBro
	}
	return VersionZeek
}

func (f *Family) zeekArgs(m *interp.M, _ *interp.Site) val.Value {
	v := val.NewVector(m.Type("string_vec"))
	for _, a := range f.cfg.Args {
		v.Append(val.Str(a))
	}
	return val.Vec(v)
}
