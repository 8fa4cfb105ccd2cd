package format

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/internal/find"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/net/transport"
)

// scriptsVar names a directory of scripts, such as a checkout of others, that TestMeaning looks at in place of the repository's own.
const scriptsVar = "BROGO_FORMAT_SCRIPTS"

// TestMeaning runs scripts as they are and formatted: they print the same. The repository's own, which are formatted already, lose their
// layout first.
func TestMeaning(t *testing.T) {
	if dir := os.Getenv(scriptsVar); dir != "" {
		foreign(t, dir)
		return
	}
	if testing.Short() {
		t.Skip("runs hundreds of scripts")
	}
	areas, err := filepath.Glob("../../testdata/script/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var own []txtar.File
	for _, p := range areas {
		ar, err := txtar.ParseFile(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ar.Files {
			if find.IsScript(f.Name) && !outside.Match(f.Data) {
				own = append(own, txtar.File{Name: filepath.Base(filepath.Dir(p)) + "/" + filepath.Base(f.Name), Data: f.Data})
			}
		}
	}
	same := 0
	for _, f := range own {
		text := string(f.Data)
		ugly := scramble(f.Name, text)
		got, err := Source(f.Name, ugly)
		if bad := (*Error)(nil); errors.As(err, &bad) {
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		if again, err := Source(f.Name, got); err != nil || again != got {
			t.Errorf("%s: formatted again it is %v\n%s", f.Name, err, again)
		}
		if compare(t, f.Name, text, got) {
			same++
		}
	}
	t.Logf("%d scripts, %d the same", len(own), same)
	if same < 250 {
		t.Errorf("only %d scripts print something and print the same", same)
	}
}

// foreign looks at all scripts below a directory.
func foreign(t *testing.T, dir string) {
	files, err := find.Scripts(dir)
	if err != nil {
		t.Fatal(err)
	}
	parsed, changed, printed := 0, 0, 0
	for _, p := range files {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Error(err)
			continue
		}
		got, err := Source(p, string(b))
		if bad := (*Error)(nil); errors.As(err, &bad) {
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		parsed++
		if again, err := Source(p, got); err != nil || again != got {
			t.Errorf("%s: formatted again it changes: %v", p, err)
		}
		if got != string(b) {
			changed++
			if compare(t, p, string(b), got) {
				printed++
			}
		}
	}
	t.Logf("%d scripts, of which %d parse and %d change; %d of these print something and print the same", len(files), parsed, changed, printed)
}

// scramble writes the tokens of a script with other blanks and line ends between them: without reason, but alike for each name. Comments
// stay behind what they are behind, and directives on lines of their own.
func scramble(name, text string) string {
	h := fnv.New32a()
	h.Write([]byte(name))
	seed := h.Sum32()
	gaps := []string{" ", " ", "\n", "  ", "\t", " ", "\n\n", "\n\t"}
	var b strings.Builder
	ended := false // nothing can follow on this line
	for i, p := range pieces(lex.New(&diag.File{Name: name, Src: text})) {
		seed = seed*1664525 + 1013904223
		gap := gaps[seed>>16&7]
		switch {
		case i == 0 || p.kind == comment && p.breaks == 0:
			gap = strings.Trim(gap, "\n") + " "
		case ended || p.kind == comment || p.kind.IsDirective() || p.kind == lex.EOF:
			gap = "\n"
		}
		b.WriteString(gap + p.text)
		ended = p.kind == comment || p.kind.IsDirective() && p.kind != lex.AtIf && p.kind != lex.AtIfdef && p.kind != lex.AtIfndef
	}
	return b.String()
}

// compare runs two texts of a script and reports whether there was something to compare.
func compare(t *testing.T, name, a, b string) bool {
	t.Helper()
	x, y := outcome(t, name, a), outcome(t, name, b)
	for _, k := range slices.Sorted(maps.Keys(x)) {
		if x[k] != y[k] {
			t.Errorf("%s: %s is\n%s\nand formatted\n%s", name, k, x[k], y[k])
		}
	}
	if len(x) != len(y) {
		t.Errorf("%s: there is %v, and formatted %v", name, slices.Sorted(maps.Keys(x)), slices.Sorted(maps.Keys(y)))
	}
	return x["output"] != ""
}

// outside finds what readers of files and commands take part in, which no virtual clock tells when to speak.
var outside = regexp.MustCompile(`\b(Input|Config|Exec|Dir|ActiveHTTP)::|\bsystem|\bconfig_files`)

// unsteady finds what may be another after formatting, and what a log of metrics says of the process that runs the test.
var unsteady = regexp.MustCompile(`\blines? \d+(-\d+)?|:\d+|\bprocess_(cpu|resident|virtual|open).*`)

// outcome runs a script by itself, in virtual time, without a network and with made-up answers from the name service, and returns what it prints and the files that it writes.
func outcome(t *testing.T, name, text string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	file := filepath.Base(name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	clk := clock.NewVirtual(time.Unix(1e9, 0))
	var out bytes.Buffer
	e, err := brogo.New(brogo.Config{Files: []string{file}, Path: []string{"."}, Deterministic: true, PID: 1, KeepGoing: true,
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Clock: clk, Network: transport.NewMem(clk).Host("127.0.0.1"),
		Random: bytes.NewReader(make([]byte, 1<<20)), Env: env})
	if err != nil {
		t.Fatal(err)
	}
	runaway := time.AfterFunc(time.Minute, func() { e.Interrupt(); e.Interrupt() })
	code := e.Load()
	if code == 0 {
		code = run(e, clk)
	}
	e.Close()
	files := map[string]string{}
	if !runaway.Stop() {
		t.Logf("%s runs for more than a minute: not compared", name)
		return files
	}
	files["output"] = unsteady.ReplaceAllString(fmt.Sprintf("%sexit status %d\n", out.String(), code), "N")
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || d.Name() == file || strings.Contains(d.Name(), ".sqlite") {
			return err
		}
		b, err := os.ReadFile(p)
		files[strings.TrimPrefix(p, dir)] = unsteady.ReplaceAllString(string(b), "N")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// env has the name service make its answers up.
func env(name string) (string, bool) {
	if strings.HasSuffix(name, "_DNS_FAKE") {
		return "1", true
	}
	return "", false
}

// run runs a loaded engine for an hour of virtual time at most and returns its exit status, 0 if it goes on.
func run(e *brogo.Engine, clk *clock.Virtual) int {
	s := e.Steps(nil)
	for end, turns := clk.Now().Add(time.Hour), 0; !s.Over() && turns < 5000; turns++ {
		next, busy := s.Step()
		if at, ok := clk.Next(); ok && (next.IsZero() || at.Before(next)) {
			next = at
		}
		switch {
		case busy:
			next = clk.Now()
		case next.IsZero() || next.After(end):
			return 0
		}
		clk.AdvanceTo(next)
	}
	return s.ExitCode()
}
