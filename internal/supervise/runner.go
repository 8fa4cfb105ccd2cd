package supervise

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/brogo/brogo/internal/layout"
)

// runner knows how the nodes of one run are started.
type runner struct {
	o       *options
	layout  *layout.Layout
	scripts []string
	env     func(string) (string, bool)
	exe     string
	dir     string // of the run, absolute
	where   map[string]string
	environ []string
	traces  string // directory; empty: none are kept
	starts  int    // of nodes so far, if traces are kept
}

// prepare chooses ports, makes directories and writes the scripts of the run. It returns where the logs of an earlier one were moved.
func (r *runner) prepare() (moved string, err error) {
	if r.exe, err = os.Executable(); err != nil {
		return "", err
	}
	if r.dir, err = filepath.Abs(r.o.dir); err != nil {
		return "", err
	}
	logs, err := filepath.Abs(r.o.logs)
	if err != nil {
		return "", err
	}
	if r.o.trace != "" {
		if r.traces, err = filepath.Abs(r.o.trace); err == nil {
			err = os.MkdirAll(r.traces, 0o777)
		}
		if err != nil {
			return "", err
		}
	}
	if err := r.layout.ChoosePorts(); err != nil {
		return "", err
	}
	if moved, err = setAside(logs); err != nil {
		return "", err
	}
	writers := r.layout.Writers()
	r.where = map[string]string{}
	for _, n := range r.layout.Nodes {
		r.where[n.Name] = filepath.Join(r.dir, "nodes", n.Name)
	}
	for _, w := range writers {
		r.where[w] = logs
		if len(writers) > 1 {
			r.where[w] = filepath.Join(logs, w)
		}
	}
	for _, n := range r.layout.Nodes {
		if err := os.MkdirAll(r.where[n.Name], 0o777); err != nil {
			return "", err
		}
	}
	r.environ = r.environment()
	for name, text := range map[string]string{"cluster-layout.zeek": r.layout.Script(r.o.dialect), "settings.zeek": settingsScript} {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o666); err != nil {
			return "", err
		}
	}
	return moved, nil
}

// setAside renames a directory that has something in it to the first free one of DIR.1, DIR.2 and so on.
func setAside(dir string) (moved string, err error) {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) || err == nil && len(entries) == 0 {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	for i := 1; ; i++ {
		to := fmt.Sprintf("%s.%d", dir, i)
		if _, err := os.Lstat(to); os.IsNotExist(err) {
			return filepath.Base(to), os.Rename(dir, to)
		}
	}
}

// environment is that of the nodes, but for their names: the search path begins with the run's directory, and what was relative to the working
// directory still is to the one that the cluster was started in.
func (r *runner) environment() []string {
	own := "ZEEKPATH"
	other := "BROPATH"
	if r.o.dialect == "bro" {
		own, other = other, own
	}
	path, ok := r.env(own)
	if !ok {
		if path, ok = r.env(other); !ok {
			path = "."
		}
	}
	dirs := []string{r.dir}
	for _, d := range strings.Split(path, ":") {
		if abs, err := filepath.Abs(d); err == nil && d != "" {
			d = abs
		}
		dirs = append(dirs, d)
	}
	var out []string
	for _, e := range os.Environ() {
		switch name, _, _ := strings.Cut(e, "="); name {
		case "ZEEKPATH", "BROPATH", "CLUSTER_NODE":
		default:
			out = append(out, e)
		}
	}
	return append(out, own+"="+strings.Join(dirs, ":"))
}

// spec says how a node is started.
func (r *runner) spec(n *layout.Node) Spec {
	argv := []string{r.exe, "run", "--dialect", r.o.dialect, "--no-unused-warnings", filepath.Join(r.dir, "settings.zeek")}
	if r.traces != "" {
		r.starts++
		argv = append(argv, "--trace", filepath.Join(r.traces, fmt.Sprintf("%03d-%s.trace", r.starts, n.Name)))
	}
	return Spec{Node: n.Name, Argv: append(argv, r.scripts...), Dir: r.where[n.Name],
		Env: append(append([]string{}, r.environ...), "CLUSTER_NODE="+n.Name)}
}
