package brogo

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// layout is a cluster of three nodes on one network in memory.
const layout = `
redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=1/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=2/tcp, $manager="manager"],
	["worker-2"] = [$node_type=Cluster::WORKER, $ip=10.0.0.3, $p=3/tcp, $manager="manager"],
};
`

// TestOptionsOfACluster changes options on one node of a cluster: all nodes take the new value, also one that comes later.
func TestOptionsOfACluster(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "cluster-layout.zeek"), []byte(layout), 0o644); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	start := func(name, host, script string) {
		n := &worldNode{name: name, w: w}
		e, err := New(Config{Dialect: "zeek", Bare: true, Path: []string{dir}, Code: []string{`
			@load base/frameworks/config
			redef Log::default_writer = Log::WRITER_NONE;
			option number: count = 1;
			option words: set[string] = {};
			function changed(id: string, v: count, from: string): count { print id, v, from; return v; }
			function more(id: string, v: set[string], from: string): set[string] { print id, join_string_set(v, "+"), from; return v; }
			event zeek_init()
				{
				Option::set_change_handler("number", changed);
				Option::set_change_handler("words", more);
				}` + script}, Stdout: n, Stderr: n, Clock: w.clk, Network: w.net.Host(host), NoUnusedWarnings: true,
			Env: func(v string) (string, bool) {
				if v == "CLUSTER_NODE" {
					return name, true
				}
				return "", false
			}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(e.Close)
		if e.Load() != 0 {
			t.Fatalf("%s does not load:\n%s", name, w.log.String())
		}
		n.s = e.Open()
		n.s.Start()
		w.nodes = append(w.nodes, n)
	}
	start("manager", "10.0.0.1", `
		event set_words() { Config::set_value("words", set("a", "b"), "manager"); }
		event Cluster::node_up(name: string, id: string) { if ( name == "worker-1" ) schedule 1sec { set_words() }; }`)
	start("worker-1", "10.0.0.2", `
		event set_number() { print Config::set_value("number", 7, "worker"), Config::set_value("number", "x"); }
		event Cluster::node_up(name: string, id: string) { schedule 2sec { set_number() }; }`)
	w.run(30 * time.Second)
	start("worker-2", "10.0.0.3", "")
	w.run(30 * time.Second)
	// The manager tells every worker, the one that has asked included.
	w.expect(`
  1.0 manager: words, a+b, manager
  1.0 worker-1: words, a+b, manager
  2.0 worker-1: number, 7, worker
  2.0 worker-1: error in /brogo/scripts/base/frameworks/config/main.zeek, line N: Incompatible type for set of ID 'number': got 'string', need 'count' (Option::set(Config::ID, Config::val, Config::location))
  2.0 worker-1: T, F
  2.0 manager: number, 7, worker
  2.0 worker-1: number, 7, worker
 30.0 worker-2: words, a+b, manager
 30.0 worker-2: number, 7, worker
`)
}
