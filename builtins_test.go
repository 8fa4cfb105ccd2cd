package brogo

import (
	"cmp"
	"context"
	"flag"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/brogo/brogo/bif/digest"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/parse"
)

var update = flag.Bool("update", false, "rewrite generated files and expected output")

// TestBuiltinsDoc keeps docs/builtins.md equal to the tables of builtins (go test . -run TestBuiltinsDoc -update writes it), and every
// row in order: a signature that parses, a text, one implementation.
func TestBuiltinsDoc(t *testing.T) {
	e, err := New(Config{Dialect: "bro"})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var b strings.Builder
	b.WriteString("# Builtin functions\n\nGenerated from the tables under `bif/` by `go test . -run TestBuiltinsDoc -update`. " +
		"*Pure* functions depend on nothing but their arguments.\n")
	seen := map[string]string{}
	for _, f := range e.families(digest.ZeroSeeds()) {
		b.WriteString("\n## " + f.title + "\n")
		slices.SortFunc(f.rows, func(x, y Builtin) int { return strings.Compare(sigName(x.Sig), sigName(y.Sig)) })
		for _, r := range f.rows {
			name := sigName(r.Sig)
			if _, _, err := parse.FuncSig(r.Sig); err != nil {
				t.Error(err)
			}
			if r.Doc == "" {
				t.Errorf("%s has no text", name)
			}
			if other, dup := seen[name]; dup {
				t.Errorf("%s is in two families: %s and %s", name, other, f.title)
			}
			seen[name] = f.title
			if _, ok := diag.Explain(cmp.Or(r.Code, f.code)); !ok {
				t.Errorf("%s reports under the code %q, which is none", name, cmp.Or(r.Code, f.code))
			}
			forms := 0
			for _, set := range []bool{r.Fn != nil, r.F0 != nil, r.F1 != nil, r.F2 != nil, r.F3 != nil} {
				if set {
					forms++
				}
			}
			if forms != 1 {
				t.Errorf("%s has %d implementations", name, forms)
			}
			b.WriteString("\n`" + strings.TrimPrefix(r.Sig, "function ") + "`")
			if r.Pure {
				b.WriteString(" *pure*")
			}
			b.WriteString("  \n" + r.Doc + "\n")
		}
	}
	const file = "docs/builtins.md"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != b.String() {
		t.Errorf("%s is not what the tables say: go test . -run TestBuiltinsDoc -update", file)
	}
}

// TestBuiltinCodes looks at the codes of what builtins report, called by name, through a function value and by a wrapper.
func TestBuiltinCodes(t *testing.T) {
	for code, want := range map[string]diag.Code{
		`print to_count("x");`:                                                      diag.Builtin,
		`local f = to_count; print f("x");`:                                         diag.Builtin,
		`Option::set("none", 1);`:                                                   diag.OptionChange,
		`local f = Option::set; f("none", 1, "");`:                                  diag.OptionChange,
		`Broker::listen("127.0.0.1", 1/udp);`:                                       diag.Messaging,
		`Cluster::publish("x", 1);`:                                                 diag.Messaging,
		`Input::force_update("none");`:                                              diag.Input,
		`local s = Broker::create_master("x"); Broker::close(s); Broker::close(s);`: diag.Store,
	} {
		var l diag.List
		e, err := New(Config{Code: []string{code}, Stdout: io.Discard, Stderr: io.Discard, Diagnostics: &l})
		if err != nil {
			t.Fatal(err)
		}
		if e.Load() == 0 {
			e.Run(context.Background())
		}
		e.Close()
		if len(l.All) == 0 || l.All[0].Code != want {
			t.Errorf("%s: %v, want the code %s", code, l.All, want)
		}
	}
}
