package vet

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
)

// TestAnalyze: a program that somebody else has loaded can be analyzed, also more than once.
func TestAnalyze(t *testing.T) {
	e, err := brogo.New(brogo.Config{Code: []string{"event zeek_init() { local n = 1; print 2; }"}, ParseOnly: true, Stdout: io.Discard, Stderr: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if e.Load() != 0 {
		t.Fatal("it does not load")
	}
	for range 2 {
		got := Analyze(e, Analyzers())
		if len(got) != 1 || got[0].Code != diag.UnusedLocal || got[0].At.Line != 1 {
			t.Errorf("%v", got)
		}
	}
}

// TestIgnore: each analyzer finds the wrong example of its code, and a comment silences it there.
func TestIgnore(t *testing.T) {
	for _, a := range Analyzers() {
		entry, ok := diag.Explain(a.Name)
		if !ok || entry.Wrong.Text == "" {
			t.Errorf("%s has no wrong example", a.Name)
			continue
		}
		name := "example.zeek"
		if entry.Wrong.Bro {
			name = "example.bro"
		}
		file := filepath.Join(t.TempDir(), name)
		find := func(text string) []diag.Diagnostic {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			var l diag.List
			_, _, err := Run(Config{Engine: brogo.Config{Files: []string{file}, Stdout: io.Discard, Stderr: io.Discard}, Only: []string{string(a.Name)}, Sink: &l})
			if err != nil {
				t.Fatal(err)
			}
			return slices.DeleteFunc(l.All, func(d diag.Diagnostic) bool { return d.Code != a.Name })
		}
		found := find(entry.Wrong.Text)
		if len(found) == 0 {
			t.Errorf("%s is not found in\n%s", a.Name, entry.Wrong.Text)
		}
		lines := strings.Split(entry.Wrong.Text, "\n")
		for _, d := range found {
			lines[d.At.Line-1] += " # vet:ignore " + string(a.Name) + " for a reason"
		}
		if left := find(strings.Join(lines, "\n")); len(left) > 0 {
			t.Errorf("%s is not silenced: %v", a.Name, left)
		}
	}
}
