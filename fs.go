package brogo

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/brogo/brogo/lang/load"
	"github.com/brogo/brogo/scripts"
)

// EmbeddedRoot is where the base scripts appear in messages and in the search path. It is no directory of the machine.
const EmbeddedRoot = "/brogo/scripts"

// machineFS is the machine's files with the embedded scripts under EmbeddedRoot.
type machineFS struct{ wd string }

// MachineFS is where scripts come from unless Config.FS says otherwise: the machine's files, and the embedded ones under EmbeddedRoot.
func MachineFS() load.FS { return newFS() }

func newFS() load.FS {
	wd, err := os.Getwd()
	if err != nil {
		wd = "/"
	}
	return &machineFS{wd: wd}
}

// embedded returns the path inside the embedded scripts that name stands for.
func embedded(name string) (string, bool) {
	if name == EmbeddedRoot {
		return ".", true
	}
	return strings.CutPrefix(name, EmbeddedRoot+"/")
}

// ReadFile reads a script.
func (m *machineFS) ReadFile(name string) (string, error) {
	p, ok := embedded(name)
	if !ok {
		b, err := os.ReadFile(name)
		return string(b), err
	}
	if text, ok := scripts.Text(p); ok {
		return text, nil
	}
	b, err := scripts.FS.ReadFile(p)
	return string(b), err
}

// Stat tells whether name exists, and as what.
func (m *machineFS) Stat(name string) (exists, dir bool) {
	if p, ok := embedded(name); ok {
		if _, script := scripts.Text(p); script {
			return true, false
		}
		info, err := fs.Stat(scripts.FS, p)
		return err == nil, err == nil && info.IsDir()
	}
	info, err := os.Stat(name)
	return err == nil, err == nil && info.IsDir()
}

// ReadDir lists a directory; names of directories end in a slash. One that cannot be read is empty.
func (m *machineFS) ReadDir(name string) []string {
	var list []fs.DirEntry
	name = filepath.Clean(name)
	if p, ok := embedded(name); ok {
		list, _ = fs.ReadDir(scripts.FS, p)
	} else {
		list, _ = os.ReadDir(name)
	}
	out := make([]string, 0, len(list))
	for _, e := range list {
		n := e.Name()
		if e.IsDir() {
			n += "/"
		}
		out = append(out, n)
	}
	return out
}

// Canonical follows symbolic links.
func (m *machineFS) Canonical(name string) string {
	if _, ok := embedded(name); ok {
		return name
	}
	abs := name
	if !filepath.IsAbs(abs) {
		abs = filepath.Join(m.wd, abs)
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	return filepath.Clean(abs)
}

// WorkDir is the working directory.
func (m *machineFS) WorkDir() string { return m.wd }

// searchPath is the configured path followed by the embedded scripts.
func searchPath(dirs []string) []string {
	return append(append([]string{}, dirs...), EmbeddedRoot, EmbeddedRoot+"/policy", EmbeddedRoot+"/site")
}
