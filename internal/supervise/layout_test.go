package supervise

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func noEnv(string) (string, bool) { return "", false }

func TestMake(t *testing.T) {
	l := Make(11, 1, 2)
	var names []string
	for _, n := range l.Nodes {
		names = append(names, n.Name)
	}
	if got := strings.Join(names, " "); !strings.HasPrefix(got, "logger-1 logger-2 manager proxy-1 worker-1 worker-2 worker-3") || !strings.HasSuffix(got, "worker-10 worker-11") {
		t.Errorf("the order is %s", got)
	}
	for name, want := range map[string][]string{"logger-1": nil, "manager": {"logger-1", "logger-2"}, "proxy-1": {"logger-1", "logger-2", "manager"},
		"worker-3": {"logger-1", "logger-2", "manager", "proxy-1"}} {
		n := &l.Nodes[slices.Index(names, name)]
		if got := l.Meets(n); !slices.Equal(got, want) {
			t.Errorf("%s meets %v, want %v", name, got, want)
		}
	}
	if w := l.Writers(); !slices.Equal(w, []string{"logger-1", "logger-2"}) {
		t.Errorf("logs are written by %v", w)
	}
	if l := Make(1, 0, 0); !slices.Equal(l.Writers(), []string{"manager"}) {
		t.Errorf("logs are written by %v", l.Writers())
	}
}

// What is read of a layout, in either dialect, is what the script of the run says, but for addresses and ports.
func TestLoad(t *testing.T) {
	for _, dialect := range []string{"zeek", "bro"} {
		file := filepath.Join(t.TempDir(), "layout."+dialect)
		extra := ", $metrics_port=4711/tcp"
		if dialect == "bro" {
			extra = `, $interface="eth0"`
		}
		text := `redef Cluster::manager_is_logger = F;
redef Cluster::nodes = {
	["w"] = [$node_type=Cluster::WORKER, $ip=192.0.2.7, $p=1/tcp, $manager="m"` + extra + `],
	["m"] = [$node_type=Cluster::MANAGER, $ip=192.0.2.7, $p=2/tcp],
	["control"] = [$node_type=Cluster::CONTROL, $ip=192.0.2.7, $p=3/tcp],
};
`
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		var errs bytes.Buffer
		l, err := Load(file, dialect, noEnv, &errs)
		if err != nil || errs.Len() > 0 {
			t.Fatalf("%s: %v\n%s", dialect, err, errs.String())
		}
		if len(l.Nodes) != 2 || l.Nodes[0].Name != "m" || l.Nodes[1].Manager != "m" || l.ManagerLogs {
			t.Errorf("%s: read %+v", dialect, l)
		}
		if err := l.ChoosePorts(); err != nil || l.Nodes[0].Port == 0 || l.Nodes[0].Port == l.Nodes[1].Port {
			t.Errorf("ports %d and %d: %v", l.Nodes[0].Port, l.Nodes[1].Port, err)
		}
		again := filepath.Join(filepath.Dir(file), "cluster-layout.zeek")
		if err := os.WriteFile(again, []byte(l.Script(dialect)), 0o666); err != nil {
			t.Fatal(err)
		}
		r, err := Load(again, dialect, noEnv, &errs)
		if err != nil {
			t.Fatalf("%s: %v\n%s%s", dialect, err, errs.String(), l.Script(dialect))
		}
		for i := range r.Nodes {
			n := l.Nodes[i]
			n.Port = 0
			if r.Nodes[i] != n {
				t.Errorf("%s: %+v became %+v", dialect, n, r.Nodes[i])
			}
		}
		if !strings.Contains(l.Script(dialect), strings.TrimSuffix(extra[2:], "]")) {
			t.Errorf("%s: no %s in\n%s", dialect, extra, l.Script(dialect))
		}
	}
}

// Names in front of lines are coloured on a terminal only; nothing is said of what is expected at the end.
func TestPrinter(t *testing.T) {
	l := Make(1, 0, 0)
	var out, errs bytes.Buffer
	p := newPrinter(&l, &out, &errs)
	p.print(Event{Kind: Output, Node: "manager", Stream: Stdout, Line: "hello"})
	p.print(Event{Kind: Ready, Node: "manager", Ready: 1, Nodes: 2})
	p.print(Event{Kind: Draining})
	p.print(Event{Kind: Output, Node: "worker-1", Stream: Stderr, Line: "received termination signal"})
	if out.String() != "manager  | hello\n" || errs.String() != "cluster  | ending: workers, proxies, manager, loggers; Ctrl-C again kills them\n" {
		t.Errorf("printed %q and %q", out.String(), errs.String())
	}
	out.Reset()
	errs.Reset()
	p = newPrinter(&l, &out, &errs)
	p.color, p.terminal = true, true
	p.print(Event{Kind: Ready, Node: "manager", Ready: 1, Nodes: 2})
	p.print(Event{Kind: Output, Node: "worker-1", Stream: Stdout, Line: "hello"})
	if out.String() != "\x1b[32mworker-1 |\x1b[0m hello\n" || errs.String() != "\r\x1b[K1 of 2 nodes are ready\r\x1b[K" {
		t.Errorf("printed %q and %q", out.String(), errs.String())
	}
}
