package layout

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

// What is read of a layout, in either dialect, is what the script of the run says, and the ports that were chosen.
func TestRead(t *testing.T) {
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
		l, err := Read(file, dialect, noEnv, &errs)
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
		r, err := Read(again, dialect, noEnv, &errs)
		if err != nil {
			t.Fatalf("%s: %v\n%s%s", dialect, err, errs.String(), l.Script(dialect))
		}
		for i := range r.Nodes {
			if n := l.Nodes[i]; r.Nodes[i] != n {
				t.Errorf("%s: %+v became %+v", dialect, n, r.Nodes[i])
			}
		}
		if !strings.Contains(l.Script(dialect), strings.TrimSuffix(extra[2:], "]")) {
			t.Errorf("%s: no %s in\n%s", dialect, extra, l.Script(dialect))
		}
	}
}
