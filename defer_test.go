package brogo

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/scripts"
)

// TestDeferred: declarations of base scripts that were put off mean the same as if they had been performed in their place, and none of
// them has a mistake. Every base script is loaded, not only what the default mode loads.
func TestDeferred(t *testing.T) {
	var code strings.Builder
	err := fs.WalkDir(scripts.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if name, ok := strings.CutSuffix(path, ".zeek"); ok {
			fmt.Fprintf(&code, "@load %s\n", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"bro", "zeek"} {
		t.Run(d, func(t *testing.T) {
			now := program(t, Config{Dialect: d, Code: []string{code.String()}, eager: true})
			later := program(t, Config{Dialect: d, Code: []string{code.String()}})
			if len(now) < 100 {
				t.Fatalf("only %d globals", len(now))
			}
			for i := range now {
				if i >= len(later) || now[i] != later[i] {
					t.Fatalf("performed at once:\n%s\nput off:\n%s", now[i], later[min(i, len(later)-1)])
				}
			}
		})
	}
}

// program loads scripts, performs everything and describes each global but builtins: the order of those is that of their first use.
func program(t *testing.T, cfg Config) []string {
	t.Helper()
	var out bytes.Buffer
	cfg.Stdout, cfg.Stderr = &out, &out
	e, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	code := e.Load()
	all := e.checker.Globals()
	if code != 0 || e.errs.errors > 0 {
		t.Fatalf("exit code %d, %d errors\n%s", code, e.errs.errors, out.String())
	}
	var list []string
	for _, g := range all {
		if g.Kind == ir.KindBuiltin {
			continue
		}
		text := fmt.Sprintf("%s %d %s %v exported=%v redef=%v enum=%d", g.Name, g.Kind, ir.DescribeType(g.T, true), g.At.Line, g.Exported, g.Redef, g.EnumVal)
		for _, a := range g.Attrs {
			text += fmt.Sprintf(" %v", a.Kind)
		}
		for _, b := range g.Bodies {
			text += fmt.Sprintf("\n%d %v %s", b.Priority, b.Groups, ir.DescribeStmt(b.Body, true))
		}
		if v, ok := e.DescribeGlobal(g.Name); ok && g.Kind != ir.KindFunc {
			text += "\n" + v
		}
		list = append(list, text)
	}
	if out.Len() > 0 {
		list = append(list, strings.Join(slices.Sorted(strings.Lines(out.String())), ""))
	}
	return list
}
