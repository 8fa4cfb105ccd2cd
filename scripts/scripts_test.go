package scripts

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
)

// TestParse parses every script in both dialects, with what depends on the run's state both ways, and looks for what it loads.
func TestParse(t *testing.T) {
	for i, dialect := range []string{"bro", "zeek", "bro", "zeek"} {
		state := i < 2
		for _, name := range names(t) {
			t.Run(fmt.Sprintf("%s-%t/%s", dialect, state, name), func(t *testing.T) {
				text, err := fs.ReadFile(FS, name)
				if err != nil {
					t.Fatal(err)
				}
				h := &host{t: t, dialect: dialect, state: state, dir: path.Dir(name)}
				h.src = lex.New(&diag.File{Name: name, Src: string(text)})
				r := parse.NewReader(h.src, h)
				for it, ok := r.Next(); ok; it, ok = r.Next() {
					if _, err := parse.Decl(h.src, it); err != nil {
						t.Error(err)
						r.Recover(err)
					}
				}
			})
		}
	}
}

// TestText holds the scripts to the house rules: no trailing blanks, lines of 130 columns, a description at the top. The layout is
// `brogo fmt`'s, which has a test of its own.
func TestText(t *testing.T) {
	for _, name := range names(t) {
		text, err := fs.ReadFile(FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "##! ") {
			t.Errorf("%s: the first line does not say what it is for", name)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if strings.TrimRight(line, " \t\r") != line || len(line) > 130 {
				t.Errorf("%s:%d: blanks or length: %q", name, i+1, line)
			}
		}
	}
}

// TestEntryPoints: the entry points are there.
func TestEntryPoints(t *testing.T) {
	for _, name := range []string{Bare, Default} {
		if !exists(name) {
			t.Errorf("there is no %s", name)
		}
	}
}

func names(t *testing.T) []string {
	t.Helper()
	var all []string
	err := fs.WalkDir(FS, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// exists reports whether `@load name` finds something here.
func exists(name string) bool {
	for _, p := range []string{name + ".zeek", name + "/__load__.zeek", "policy/" + name + ".zeek", "policy/" + name + "/__load__.zeek"} {
		if _, err := fs.Stat(FS, p); err == nil {
			return true
		}
	}
	return false
}

// host decides the conditions that the base scripts use: comparisons of brogo_dialect, and those that ask the running program, which are
// all true or all false.
type host struct {
	t            *testing.T
	dialect, dir string
	state        bool
	src          *lex.Source
}

func (h *host) Condition(d parse.Directive) bool {
	var words []string
	for _, tok := range d.Args {
		words = append(words, h.src.Text(tok))
	}
	switch strings.Join(words, " ") {
	case `brogo_dialect == "bro"`:
		return h.dialect == "bro"
	case `brogo_dialect == "zeek"`:
		return h.dialect == "zeek"
	}
	return h.state
}

func (h *host) Directive(d parse.Directive) {
	name := strings.TrimSpace(h.src.Arg(d.Tok))
	if strings.HasPrefix(name, "+=") || name == "cluster-layout" {
		return // @prefixes; the user's own file
	}
	if strings.HasPrefix(name, ".") {
		name = path.Join(h.dir, name)
	}
	if !exists(name) {
		h.t.Errorf("line %d: @load of %q, which is not there", d.Tok.Line, name)
	}
}

func (h *host) Report(d diag.Diagnostic) { h.t.Error(diag.Reference(d)) }
