package sim

import (
	"fmt"
	"io"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/layout"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/load"
)

// layoutDir is where the layout appears to a node's scripts.
const layoutDir = "/brogo/layout"

// layoutFS adds the layout to the files of the machine.
type layoutFS struct {
	load.FS
	l *layout.Layout
}

// is reports whether a name is that of the layout, which keeps the suffix of its file.
func (f layoutFS) is(name string) bool {
	suffix := ".zeek"
	if strings.HasSuffix(f.l.File, ".bro") {
		suffix = ".bro"
	}
	return name == layoutDir+"/cluster-layout"+suffix
}

func (f layoutFS) ReadFile(name string) (string, error) {
	if f.is(name) {
		return f.l.Text, nil
	}
	return f.FS.ReadFile(name)
}

func (f layoutFS) Stat(name string) (exists, dir bool) {
	switch {
	case f.is(name):
		return true, false
	case name == layoutDir:
		return true, true
	}
	return f.FS.Stat(name)
}

func (f layoutFS) Canonical(name string) string {
	if f.is(name) || name == layoutDir {
		return name
	}
	return f.FS.Canonical(name)
}

// sink notes the diagnostics of one node and prints them.
type sink struct {
	n *node
	w io.Writer
}

// ending is what an interpreter says when it is told to end.
const ending = "received termination signal"

func (s *sink) Report(d diag.Diagnostic) {
	if d.Severity == diag.Info && d.Msg == ending {
		return
	}
	fmt.Fprintln(s.w, diag.Reference(d))
	if fails(d) {
		s.n.w.fail("%s: %s", s.n.name, diag.Reference(d))
	}
}

// fails tells the diagnostics that make a run a failure: all errors but those of the messaging layer, which faults are bound to bring.
func fails(d diag.Diagnostic) bool {
	if !d.Severity.IsError() {
		return false
	}
	if d.Severity == diag.Error && d.At.File != nil {
		for _, dir := range []string{"/base/frameworks/broker/", "/base/frameworks/cluster/"} {
			if strings.HasPrefix(d.At.File.Name, brogo.EmbeddedRoot+dir) {
				return false
			}
		}
	}
	return true
}
