package sim

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/load"
)

// Layout is the nodes of a cluster: what cluster-layout says.
type Layout struct {
	// Nodes are in the order of the layout.
	Nodes []Node
	text  string // of the file
	file  string // its name: cluster-layout.zeek or cluster-layout.bro
}

// Node is one node of a Layout.
type Node struct {
	Name string
	// Type is the last part of the node's type, such as WORKER.
	Type string
	IP   string
	Port uint16 // 0: it does not listen
}

// Generate makes a layout of one manager and as many others as asked for, on ports of 127.0.0.1.
func Generate(workers, proxies, loggers int) *Layout {
	l := &Layout{file: "cluster-layout.zeek"}
	var b strings.Builder
	if loggers > 0 {
		b.WriteString("redef Cluster::manager_is_logger = F;\n")
	}
	b.WriteString("redef Cluster::nodes = {\n")
	add := func(kind string, n int) {
		for i := 1; i <= n; i++ {
			name := strings.ToLower(kind)
			manager := `, $manager="manager"`
			if kind == "MANAGER" {
				manager = ""
			} else {
				name = fmt.Sprintf("%s-%d", name, i)
			}
			node := Node{Name: name, Type: kind, IP: "127.0.0.1", Port: uint16(10001 + len(l.Nodes))}
			fmt.Fprintf(&b, "\t[\"%s\"] = [$node_type=Cluster::%s, $ip=%s, $p=%d/tcp%s],\n", name, kind, node.IP, node.Port, manager)
			l.Nodes = append(l.Nodes, node)
		}
	}
	add("MANAGER", 1)
	add("LOGGER", loggers)
	add("PROXY", proxies)
	add("WORKER", workers)
	b.WriteString("};\n")
	l.text = b.String()
	return l
}

// ReadLayout reads a layout: a file, or a directory with a cluster-layout.zeek or .bro in it. Mistakes in it go to stderr.
func ReadLayout(path, dialect string, stderr io.Writer) (*Layout, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if info.IsDir() {
		dir := path
		for _, name := range []string{"cluster-layout.zeek", "cluster-layout.bro"} {
			path = filepath.Join(dir, name)
			if _, err = os.Stat(path); err == nil {
				break
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s: no cluster-layout.zeek or cluster-layout.bro in it", dir)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	l := &Layout{text: string(text), file: "cluster-layout.zeek"}
	if strings.HasSuffix(path, ".bro") {
		l.file = "cluster-layout.bro"
		if dialect == "" {
			dialect = "bro"
		}
	}
	nodes, err := evaluate(path, dialect, stderr)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, n := range nodes {
		rec, _ := n.Val.(map[string]any)
		name, _ := n.Key.(string)
		kind, _ := rec["node_type"].(string)
		node := Node{Name: name, Type: strings.TrimPrefix(kind, "Cluster::")}
		if ip, ok := rec["ip"].(netip.Addr); ok {
			node.IP = ip.String()
		}
		if p, ok := rec["p"].(brogo.Port); ok {
			node.Port = p.Number
		}
		l.Nodes = append(l.Nodes, node)
	}
	if len(l.Nodes) == 0 {
		return nil, fmt.Errorf("%s: it gives Cluster::nodes no nodes", path)
	}
	return l, nil
}

// evaluate runs a layout and returns what Cluster::nodes is then.
func evaluate(path, dialect string, stderr io.Writer) ([]brogo.Entry, error) {
	const read = "module LayoutReader;\nfunction read(): table[string] of Cluster::Node { return Cluster::nodes; }\n"
	cfg := brogo.Config{Dialect: dialect, Bare: true, Files: []string{"base/frameworks/cluster/main", path}, Code: []string{read},
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: stderr, NoUnusedWarnings: true,
		Env: func(k string) (string, bool) {
			if k == "CLUSTER_NODE" {
				return "", false
			}
			return os.LookupEnv(k)
		}}
	e, err := brogo.New(cfg)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	if e.Load() != 0 {
		return nil, errors.New("it has errors")
	}
	v, err := e.Call("LayoutReader::read")
	if err != nil {
		return nil, err
	}
	entries, ok := v.([]brogo.Entry)
	if !ok {
		return nil, errors.New("Cluster::nodes is no table of nodes")
	}
	return entries, nil
}

// layoutDir is where the layout appears to a node's scripts.
const layoutDir = "/brogo/layout"

// layoutFS adds the layout to the files of the machine.
type layoutFS struct {
	load.FS
	l *Layout
}

func (f layoutFS) is(name string) bool { return name == layoutDir+"/"+f.l.file }

func (f layoutFS) ReadFile(name string) ([]byte, error) {
	if f.is(name) {
		return []byte(f.l.text), nil
	}
	return f.FS.ReadFile(name)
}

func (f layoutFS) Stat(name string) (exists, dir bool) {
	switch {
	case f.is(name):
		return true, false
	case name == layoutDir:
		return true, true
	}
	return f.FS.Stat(name)
}

func (f layoutFS) Canonical(name string) string {
	if f.is(name) || name == layoutDir {
		return name
	}
	return f.FS.Canonical(name)
}

// sink notes the diagnostics of one node and prints them.
type sink struct {
	n *node
	w io.Writer
}

// ending is what an interpreter says when it is told to end.
const ending = "received termination signal"

func (s *sink) Report(d diag.Diagnostic) {
	if d.Severity == diag.Info && d.Msg == ending {
		return
	}
	fmt.Fprintln(s.w, diag.Reference(d))
	if fails(d) {
		s.n.w.fail("%s: %s", s.n.name, diag.Reference(d))
	}
}

// fails tells the diagnostics that make a run a failure: all errors but those of the messaging layer, which faults are bound to bring.
func fails(d diag.Diagnostic) bool {
	if !d.Severity.IsError() {
		return false
	}
	if d.Severity == diag.Error && d.At.File != nil {
		for _, dir := range []string{"/base/frameworks/broker/", "/base/frameworks/cluster/"} {
			if strings.HasPrefix(d.At.File.Name, brogo.EmbeddedRoot+dir) {
				return false
			}
		}
	}
	return true
}
