package brogo

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/scripts"
	"github.com/brogo/brogo/scripts/outlines"
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

// TestWaitsForNames: what handlers of the base scripts wait for is there.
func TestWaitsForNames(t *testing.T) {
	for _, d := range []*dialect.Dialect{dialect.Bro, dialect.Zeek} {
		e, err := New(Config{Dialect: d.Name, Code: []string{"@load base/frameworks/netcontrol"}})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		if code := e.Load(); code != 0 {
			t.Fatalf("exit code %d", code)
		}
		n := 0
		for _, f := range e.loader.Files() {
			path, _ := embedded(f.Path)
			text, err := scripts.FS.ReadFile(path)
			if err != nil {
				continue
			}
			for _, entry := range outlines.Find(path, string(text), d) {
				for _, name := range entry.Until {
					n++
					if name := strings.TrimPrefix(name, "~"); e.Lookup(name) == nil {
						t.Errorf("%s, line %d: there is no %s", path, entry.Line, name)
					}
				}
			}
		}
		if n < 20 {
			t.Errorf("%s: only %d names", d.Name, n)
		}
	}
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
		if all := len(e.checker.Globals()); known > all/20 {
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

// TestWaiting: a handler of the base scripts that waits until its effects are asked for shows in no output. Each case asks for them in another way.
func TestWaiting(t *testing.T) {
	for _, tt := range []struct{ name, code, want string }{
		{"a log that a script writes",
			"event zeek_init() &priority=-10 { print Log::write(Conn::LOG, Conn::Info($ts=double_to_time(0.0), $uid=\"C1\", $id=[$orig_h=1.1.1.1, $orig_p=1/tcp, $resp_h=2.2.2.2, $resp_p=2/tcp], $proto=tcp)); }",
			"T\n"},
		{"before the stream is there",
			"event zeek_init() &priority=20 { print Log::remove_default_filter(Conn::LOG); } event zeek_init() &priority=-20 { print Log::remove_default_filter(Conn::LOG); }",
			"F\nT\n"},
		{"a stream by a name that is put together",
			"event zeek_init() &priority=-10 { local id: Log::ID = lookup_ID(cat(\"Conn\", \"::LOG\")); print Log::get_filter_names(id); }",
			"{\ndefault\n}\n"},
		{"streams that a table lists",
			"event zeek_init() &priority=-10 { print Conn::LOG in Log::active_streams, Software::LOG in Log::active_streams; }",
			"T, T\n"},
		{"networks by a function",
			"function f(): bool { return Site::is_local_addr(10.0.0.1); } event zeek_init() &priority=-10 { print f(), Site::is_private_addr(8.8.8.8); }",
			"T, F\n"},
		{"networks by their table",
			"event zeek_init() &priority=-10 { print 10.1.2.3 in Site::local_nets_table, Site::local_nets_table[192.168.3.4]; }",
			"T, 192.168.0.0/16\n"},
		{"a change of an option whose handler waits",
			"event zeek_init() &priority=-10 { print Config::set_value(cat(\"Site::local\", \"_zones\"), set(\"example.com\")); print Site::is_local_name(\"www.example.com\"); }",
			"T\nT\n"},
		{"handlers of options in their order",
			"option o = 1; function h(id: string, v: count): count { print \"handler\", v; return v + 1; } event zeek_init() { Option::set_change_handler(\"o\", h); Config::set_value(\"o\", 5); print o; }",
			"handler, 5\n6\n"},
		{"pools",
			"event zeek_init() &priority=-10 { print Cluster::worker_pool$spec$node_type, Cluster::hrw_topic(Cluster::proxy_pool, 1) == \"\"; }",
			"Cluster::WORKER, T\n"},
		{"a pool of a script's own comes last",
			"module Cluster; event zeek_init() { local p = register_pool(PoolSpec($topic=\"mine\", $node_type=PROXY)); print registered_pools[3]$spec$topic, |registered_pools|; }",
			"mine, 4\n"},
		{"metrics",
			"event zeek_init() &priority=-10 { for ( i, m in Telemetry::collect_metrics(\"zeek\", \"version_info\") ) print m$value, |m$label_values|; }",
			"1.0, 8\n"},
		{"the version", "event zeek_init() { print Version::number, Version::at_least(\"7.0.0\"); }", "80010, T\n"},
		{"names by a handler that is switched off",
			"event zeek_init() &priority=20 { print disable_module_events(\"Conn\"); } event zeek_init() &priority=-20 { print Conn::LOG in Log::active_streams; }",
			"T\nF\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for _, eager := range []bool{true, false} {
				var out bytes.Buffer
				e, err := New(Config{Dialect: "zeek", Code: []string{tt.code}, Stdout: &out, Stderr: &out, NoUnusedWarnings: true, Eager: eager})
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
