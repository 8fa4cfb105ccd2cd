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
	// What only one dialect loads, and what is only loaded on a node of a cluster.
	zeekOnly := []string{"base/frameworks/logging/delay", "base/frameworks/cluster/broker-telemetry"}
	nodesOnly := []string{"base/frameworks/sumstats/cluster", "base/frameworks/netcontrol/cluster"}
	for _, d := range []string{"bro", "zeek"} {
		t.Run(d, func(t *testing.T) {
			var code strings.Builder
			err := fs.WalkDir(scripts.FS, ".", func(path string, _ fs.DirEntry, err error) error {
				if name, ok := strings.CutSuffix(path, ".zeek"); ok && !slices.Contains(nodesOnly, name) && !(d == "bro" && slices.Contains(zeekOnly, name)) {
					fmt.Fprintf(&code, "@load %s\n", name)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			now := program(t, Config{Dialect: d, Code: []string{code.String()}, Eager: true})
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
			b.Complete()
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

// TestDeferredIdle: a run that does nothing performs little of what was put off: the start of the engine names no more than it needs.
func TestDeferredIdle(t *testing.T) {
	for _, bare := range []bool{true, false} {
		e, err := New(Config{Bare: bare, Stdin: strings.NewReader(""), Files: []string{"-"}})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		if code := e.Load(); code != 0 {
			t.Fatalf("exit code %d", code)
		}
		e.Run(t.Context())
		known := len(e.checker.Known())
		if all := len(e.checker.Globals()); known > all/3 {
			t.Errorf("bare=%v: %d of %d globals", bare, known, all)
		}
	}
}

// TestDeferredOrder: when something is put off shows in no value. Each case is a base script and a script that uses it.
func TestDeferredOrder(t *testing.T) {
	for _, tt := range []struct{ name, base, user, want string }{
		{"a value is that of its place",
			"const a = 1 &redef; const b = a + 1 &redef; const c = b; global d = to_count(\"7\") + c; const e = vector(a, c);",
			"redef M::a = 5; redef M::b += 10; event zeek_init() { print M::a, M::b, M::c, M::d, M::e; }",
			"5, 12, 2, 9, [1, 2]\n"},
		{"redefs of the base scripts come first",
			"const a: set[count] = { 1 } &redef; redef a += { 2 };",
			"redef M::a += { 3 }; event zeek_init() { print M::a; }",
			"{\n1,\n2,\n3\n}\n"},
		{"what a function changes",
			"global n = 0; function next_n(): count { return ++n; } const a = next_n(); const b = next_n();",
			"event zeek_init() { print M::b, M::a, M::n; }",
			"2, 1, 2\n"},
		{"enums grow in order",
			"type E: enum { A, B }; redef enum E += { C };",
			"redef enum M::E += { D }; event zeek_init() { print enum_to_int(M::C), enum_to_int(D), M::A; }",
			"2, 3, M::A\n"},
		{"records grow in order",
			"type R: record { a: count &default=1; }; redef record R += { b: count &default=2; };",
			"redef record M::R += { c: count &default=3; }; event zeek_init() { print M::R(); }",
			"[a=1, b=2, c=3]\n"},
		{"names of the user stay out of the base scripts",
			"function g(n: count): count { return n + 1; } function f(): count { local n = 0; for ( i in vector(1, 2) ) n += i; return g(n); }",
			"global i = 1; global n: string = \"\"; type Names: enum { g, name }; event zeek_init() { print M::f(); }",
			"2\n"},
		{"handlers keep their priorities",
			"global ev: event(); event M::ev() { print \"base 0\"; } event M::ev() &priority=5 { print \"base 5\"; }",
			"event M::ev() &priority=3 { print \"user 3\"; } event zeek_init() { event M::ev(); }",
			"base 5\nuser 3\nbase 0\n"},
		{"a hook that only the base script has a body for",
			"global h: hook(n: count); hook h(n: count) { print \"base\", n; }",
			"event zeek_init() { hook M::h(4); }",
			"base, 4\n"},
		{"names made from text",
			"option o: count = 3; global ev: event(n: count); event M::ev(n: count) { print \"ev\", n; } type R: record { a: count; };",
			"event zeek_init() { print global_options() == set(\"M::o\") || \"M::o\" in global_options(); print lookup_ID(\"M::o\"); print |record_fields(\"M::R\")|; }",
			"T\n3\n1\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, eager := range []bool{true, false} {
				var out bytes.Buffer
				e, err := New(Config{Dialect: "zeek", Bare: true, Code: []string{"@load m\n" + tt.user}, Stdout: &out, Stderr: &out, NoUnusedWarnings: true,
					Eager: eager, FS: moreFS{newFS(), map[string]string{EmbeddedRoot + "/m.zeek": "module M;\nexport {\n" + tt.base + "\n}\n"}}})
				if err != nil {
					t.Fatal(err)
				}
				if e.Load() == 0 {
					e.Run(t.Context())
				}
				e.Close()
				if out.String() != tt.want {
					t.Errorf("eager=%v: got\n%swant\n%s", eager, out.String(), tt.want)
				}
			}
		})
	}
}
