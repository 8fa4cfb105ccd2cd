package brogo_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
)

// TestErrors checks the scripts of testdata/errors: each has five independent mistakes, on lines marked `# ERROR`, and each mistake
// must be reported once, at its line, with an excerpt.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files with mistakes: %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want := map[int]string{}
			for i, line := range strings.Split(string(text), "\n") {
				if strings.Contains(line, "# ERROR") {
					want[i+1] = strings.TrimSpace(line)
				}
			}
			if len(want) != 5 {
				t.Errorf("%d lines are marked, not five", len(want))
			}
			for _, d := range mistakes(t, name) {
				line := mistakeLine(d, name, want)
				if _, ok := want[line]; !ok {
					t.Errorf("not a mistake, or told before: %s", diag.Reference(d))
				}
				delete(want, line)
				if p := diag.Pretty(d, diag.Colors{}); !strings.Contains(p, "^") || !strings.Contains(p, fmt.Sprintf("%d | ", line)) {
					t.Errorf("no excerpt of line %d:\n%s", line, p)
				}
			}
			for line, text := range want {
				t.Errorf("line %d was not reported: %s", line, text)
			}
		})
	}
}

// mistakes are the errors that `brogo check` counts.
func mistakes(t *testing.T, name string) []diag.Diagnostic {
	t.Helper()
	var got diag.List
	var out bytes.Buffer
	e, err := brogo.New(brogo.Config{Files: []string{name}, ParseOnly: true, KeepGoing: true, Path: []string{"."},
		Diagnostics: &got, Stdout: &out, Stderr: &out})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if code := e.Load(); code == 0 {
		t.Error("the exit code is 0")
	}
	var roots []diag.Diagnostic
	for _, d := range got.All {
		if d.Severity.IsError() && !d.Cascade {
			roots = append(roots, d)
		}
	}
	return roots
}

// mistakeLine is the marked line among the two places of a diagnostic; without one, the place that a reader looks at first.
func mistakeLine(d diag.Diagnostic, name string, marked map[int]string) int {
	lines := []int{}
	for _, at := range []diag.Span{d.And, d.At} {
		if at.File != nil && filepath.Base(at.File.Name) == filepath.Base(name) && at.Line > 0 {
			lines = append(lines, int(at.Line))
		}
	}
	for _, l := range lines {
		if _, ok := marked[l]; ok {
			return l
		}
	}
	if len(lines) == 0 {
		return 0
	}
	return lines[0]
}
