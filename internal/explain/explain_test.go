package explain

import (
	"context"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/internal/vet"
	"github.com/brogo/brogo/lang/diag"
)

var update = flag.Bool("update", false, "rewrite docs/diagnostics.md")

// TestEveryCode walks the sources: each diagnostic that is made has a code, each code is a constant of lang/diag, and each of these has
// an entry.
func TestEveryCode(t *testing.T) {
	used := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if isDiag(n.Type, "Diagnostic") && len(n.Elts) > 0 && !hasCode(n) {
					t.Errorf("%s: a diagnostic without a code", set.Position(n.Pos()))
				}
			case *ast.SelectorExpr:
				if isDiag(n, n.Sel.Name) {
					used[n.Sel.Name] = true
				}
			case *ast.KeyValueExpr:
				if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Code" {
					if lit, ok := n.Value.(*ast.BasicLit); ok && lit.Kind == token.STRING && !strings.Contains(path, "/net/") {
						t.Errorf("%s: write the code as a constant of lang/diag", set.Position(n.Pos()))
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	consts := codeConstants(t)
	if len(consts) < 50 {
		t.Fatalf("only %d codes found", len(consts))
	}
	for name, code := range consts {
		if _, ok := diag.Explain(code); !ok {
			t.Errorf("lang/diag/explain.txt says nothing about %s", code)
		}
		if !used[name] {
			t.Errorf("nothing uses the code diag.%s", name)
		}
	}
	seen := map[diag.Code]bool{}
	for _, e := range diag.Entries() {
		known := false
		for _, c := range consts {
			known = known || c == e.Code
		}
		if !known || seen[e.Code] {
			t.Errorf("explain.txt has an entry for %q, which is no code or there twice", e.Code)
		}
		seen[e.Code] = true
	}
}

func isDiag(x ast.Expr, name string) bool {
	s, ok := x.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	p, ok := s.X.(*ast.Ident)
	return ok && p.Name == "diag"
}

func hasCode(n *ast.CompositeLit) bool {
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == "Code" {
			return true
		}
	}
	return false
}

// codeConstants are the constants of type Code.
func codeConstants(t *testing.T) map[string]diag.Code {
	f, err := parser.ParseFile(token.NewFileSet(), "../../lang/diag/codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]diag.Code{}
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := v.Type.(*ast.Ident); ok && id.Name == "Code" {
			out[v.Names[0].Name] = diag.Code(strings.Trim(v.Values[0].(*ast.BasicLit).Value, `"`))
		}
		return true
	})
	return out
}

// run loads, runs and vets an example and returns the codes that it yields.
func run(t *testing.T, x diag.Example) []diag.Code {
	t.Helper()
	file := filepath.Join(t.TempDir(), "example.zeek")
	if x.Bro {
		file = strings.TrimSuffix(file, "zeek") + "bro"
	}
	if err := os.WriteFile(file, []byte(x.Text), 0o600); err != nil {
		t.Fatal(err)
	}
	var l diag.List
	t.Chdir(filepath.Dir(file)) // logs are written there
	clk := clock.NewAuto(time.Unix(1e9, 0))
	e, err := brogo.New(brogo.Config{Files: []string{file}, KeepGoing: true, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard,
		Diagnostics: &l, Clock: clk, Env: func(string) (string, bool) { return "", false }})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if e.Load() == 0 {
		e.Run(context.Background())
	}
	var out []diag.Code
	for _, d := range l.All {
		out = append(out, d.Code)
	}
	l = diag.List{}
	if _, _, err := vet.Run(vet.Config{Engine: brogo.Config{Files: []string{file}, Stdout: io.Discard, Stderr: io.Discard}, Sink: &l}); err != nil {
		t.Fatal(err)
	}
	for _, d := range l.All {
		out = append(out, d.Code)
	}
	return out
}

// TestExamples holds the examples against their codes: the wrong one yields it, the right one yields nothing.
func TestExamples(t *testing.T) {
	for _, e := range diag.Entries() {
		if e.Wrong.Text == "" {
			continue
		}
		t.Run(string(e.Code), func(t *testing.T) {
			if got := run(t, e.Wrong); !slices.Contains(got, e.Code) {
				t.Errorf("the wrong example yields %v:\n%s", got, e.Wrong.Text)
			}
			if got := run(t, e.Right); e.Right.Text == "" || len(got) > 0 {
				t.Errorf("the right example yields %v:\n%s", got, e.Right.Text)
			}
		})
	}
}

// TestDocs keeps the list in docs/diagnostics.md up to date.
func TestDocs(t *testing.T) {
	const file = "../../docs/diagnostics.md"
	const begin, end = "<!-- codes -->\n", "<!-- end -->\n"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range diag.Entries() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", e.Code, strings.ReplaceAll(e.Title, "|", `\|`))
	}
	head, rest, ok := strings.Cut(string(text), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("docs/diagnostics.md has no place for the codes")
	}
	want := head + begin + "\n| code | what it says |\n|---|---|\n" + b.String() + "\n" + end + tail
	if want == string(text) {
		return
	}
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Error("docs/diagnostics.md is out of date: go test ./internal/explain -update")
}
