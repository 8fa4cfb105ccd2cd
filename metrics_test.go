package brogo

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// freePort returns a TCP port that nobody listens on.
func freePort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// get asks an engine's endpoint for a page.
func get(t *testing.T, c *http.Client, port int, page string) (int, string) {
	t.Helper()
	resp, err := c.Get(fmt.Sprintf("http://127.0.0.1:%d%s", port, page))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// TestMetricsEndpoint scrapes a running engine: scripts' metrics after their sync hook, the engine's own, health, and an end that
// leaves nothing behind.
func TestMetricsEndpoint(t *testing.T) {
	defer goleak.VerifyNone(t)
	port := freePort(t)
	initial, running := make(chan int), make(chan struct{})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	e, err := New(Config{Bare: true, Stdout: io.Discard, Code: []string{`
		@load base/frameworks/telemetry
		redef exit_only_after_terminate = T;
		redef Telemetry::metrics_address = "127.0.0.1";
		redef Telemetry::metrics_endpoint_name = "unit";
		global jobs = Telemetry::register_counter_family(Telemetry::MetricOpts($prefix="app", $name="jobs", $label_names=vector("kind")));
		hook Telemetry::sync() { Telemetry::counter_family_inc(jobs, vector("night")); }
		event up() { is_up(); }
		event zeek_init() { at_init(); schedule 0sec { up() }; }`},
		Redefs: []string{fmt.Sprintf("Telemetry::metrics_port=%d/tcp", port)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for sig, f := range map[string]func(){
		"function at_init(): bool": func() {
			code, _ := get(t, client, port, "/readyz")
			initial <- code
		},
		"function is_up(): bool": func() { close(running) },
	} {
		if err := e.Register(Builtin{Sig: sig, Doc: "Tells the test.", F0: func(*interp.M, *interp.Site) val.Value { f(); return val.Bool(true) }}); err != nil {
			t.Fatal(err)
		}
	}
	if code := e.Load(); code != 0 {
		t.Fatalf("load: %d", code)
	}
	done := make(chan int)
	go func() { done <- e.Run(context.Background()) }()
	if code := <-initial; code != http.StatusServiceUnavailable {
		t.Errorf("/readyz during zeek_init: %d", code)
	}
	<-running
	for _, page := range []string{"/healthz", "/readyz"} {
		if code, body := get(t, client, port, page); code != 200 || body != "ok\n" {
			t.Errorf("%s: %d %q", page, code, body)
		}
	}
	_, first := get(t, client, port, "/metrics")
	_, second := get(t, client, port, "/metrics")
	for _, want := range []struct{ text, line string }{
		{first, `app_jobs_total{kind="night",node="unit"} 1`},
		{second, `app_jobs_total{kind="night",node="unit"} 2`},
		{first, `zeek_event_handler_invocations_total{name="zeek_init",node="unit"} 1`},
		{first, `# TYPE process_cpu_user_seconds_total counter`},
		{first, `version_string="8.0.10"`},
	} {
		if !strings.Contains(want.text, want.line) {
			t.Errorf("no %s in\n%s", want.line, want.text)
		}
	}
	for page, want := range map[string]int{"/": 404, "/services.json": 404} {
		if code, _ := get(t, client, port, page); code != want {
			t.Errorf("%s: %d", page, code)
		}
	}
	e.Interrupt()
	if code := <-done; code != 0 {
		t.Errorf("run: %d", code)
	}
	e.Close()
	e.Close()
	if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err != nil {
		t.Errorf("the port is still taken: %v", err)
	} else {
		l.Close()
	}
}

// TestMetricsPortTaken has a run end at once when its endpoint cannot be opened.
func TestMetricsPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var errs strings.Builder
	e, err := New(Config{Bare: true, Stdout: io.Discard, Stderr: &errs, Code: []string{`event zeek_init() { exit(3); }`},
		Redefs: []string{"Telemetry::metrics_address=127.0.0.1", fmt.Sprintf("Telemetry::metrics_port=%d/tcp", l.Addr().(*net.TCPAddr).Port)}})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if code := e.Load(); code != 0 {
		t.Fatalf("load: %d\n%s", code, errs.String())
	}
	if code := e.Run(context.Background()); code != 1 || !strings.Contains(errs.String(), "fatal error: Failed to setup Prometheus endpoint") {
		t.Errorf("%d %s", code, errs.String())
	}
}

// TestClusterMetrics has a manager serve its metrics at the layout's port, with its name, and list the endpoints of all nodes.
func TestClusterMetrics(t *testing.T) {
	defer goleak.VerifyNone(t)
	port := freePort(t)
	dir := t.TempDir()
	layout := fmt.Sprintf(`redef Cluster::nodes = {
		["manager"] = Cluster::Node($node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=%d/tcp, $metrics_port=%d/tcp),
		["worker-1"] = Cluster::Node($node_type=Cluster::WORKER, $ip=127.0.0.1, $p=1/tcp, $manager="manager", $metrics_port=4711/tcp),
		["worker-2"] = Cluster::Node($node_type=Cluster::WORKER, $ip=[::1], $manager="manager", $metrics_port=4712/tcp),
		["logger"] = Cluster::Node($node_type=Cluster::LOGGER, $ip=127.0.0.1, $p=1/tcp),
		["worker-3"] = Cluster::Node($node_type=Cluster::WORKER, $ip=127.0.0.1, $manager="manager"),
	};`, freePort(t), port)
	if err := os.WriteFile(filepath.Join(dir, "cluster-layout.zeek"), []byte(layout), 0o644); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	up := make(chan struct{})
	e, err := New(Config{Dialect: "zeek", Bare: true, Stdout: io.Discard, Path: []string{dir},
		Env: func(name string) (string, bool) {
			if name == "CLUSTER_NODE" {
				return "manager", true
			}
			return "", false
		},
		Code: []string{`
		redef Log::default_writer = Log::WRITER_NONE;
		event up() { is_up(); }
		event zeek_init() { schedule 0sec { up() }; }`},
		Redefs: []string{"Telemetry::metrics_address=127.0.0.1", "exit_only_after_terminate=T"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Register(Builtin{Sig: "function is_up(): bool", Doc: "Tells the test.",
		F0: func(*interp.M, *interp.Site) val.Value { close(up); return val.Bool(true) }}); err != nil {
		t.Fatal(err)
	}
	if code := e.Load(); code != 0 {
		t.Fatalf("load: %d", code)
	}
	done := make(chan int)
	go func() { done <- e.Run(context.Background()) }()
	<-up
	if code, page := get(t, client, port, "/readyz"); code != http.StatusServiceUnavailable || page != "not connected to logger\n" {
		t.Errorf("/readyz without the logger: %d %s", code, page)
	}
	if _, page := get(t, client, port, "/services.json"); page != `[{"targets":["127.0.0.1:`+fmt.Sprint(port)+`","127.0.0.1:4711","[::1]:4712"],"labels":{}}]` {
		t.Errorf("services: %s", page)
	}
	if _, page := get(t, client, port, "/metrics"); !strings.Contains(page, `zeek_broker_peers{node="manager"} 0`) {
		t.Errorf("metrics: %s", page)
	}
	e.Interrupt()
	if code := <-done; code != 0 {
		t.Errorf("run: %d", code)
	}
}
