// Package layout reads and makes the layouts of clusters: the nodes that Cluster::nodes has. It starts nothing. The supervisor of real
// processes and the simulator use it.
package layout

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brogo/brogo"
)

// Kind is what a node is for, as Cluster::NodeType names it.
type Kind string

// The kinds of nodes, in the order in which they are started.
const (
	Logger      Kind = "LOGGER"
	Manager     Kind = "MANAGER"
	TimeMachine Kind = "TIME_MACHINE"
	Proxy       Kind = "PROXY"
	Worker      Kind = "WORKER"
)

// control is the kind of those who give orders to a cluster.
const control Kind = "CONTROL"

var kinds = []Kind{Logger, Manager, TimeMachine, Proxy, Worker}

// Tiers is how many kinds of nodes are started one after the other.
var Tiers = len(kinds)

// Node is one process of a cluster.
type Node struct {
	Name      string
	Kind      Kind
	Manager   string // the name of its manager
	Interface string // bro dialect only, as are time machines
	Machine   string
	Metrics   uint16 // 0: no endpoint
	IP        string
	Port      uint16 // 0: it does not listen
}

// Tier is when the node is started: with the first kind, 0, or behind.
func (n *Node) Tier() int { return slices.Index(kinds, n.Kind) }

// Layout is the nodes of a cluster, in the order in which they are started.
type Layout struct {
	Nodes []Node
	// File is the absolute name of the script that the layout was read from; "" for a made one.
	File string
	// Text is the script.
	Text string
	// ManagerLogs says that the manager writes the logs.
	ManagerLogs bool
}

// firstPort is the port of the first node of a made layout.
const firstPort = 10001

// Make returns the layout of a manager with so many other nodes on ports of 127.0.0.1. Without a logger the manager writes the logs.
func Make(workers, proxies, loggers int) *Layout {
	l := &Layout{Nodes: []Node{{Name: "manager", Kind: Manager}}, ManagerLogs: loggers == 0}
	for _, g := range []struct {
		kind Kind
		name string
		n    int
	}{{Logger, "logger", loggers}, {Proxy, "proxy", proxies}, {Worker, "worker", workers}} {
		for i := range g.n {
			l.Nodes = append(l.Nodes, Node{Name: fmt.Sprintf("%s-%d", g.name, i+1), Kind: g.kind, Manager: "manager"})
		}
	}
	l.order()
	for i := range l.Nodes {
		l.Nodes[i].IP, l.Nodes[i].Port = local, uint16(firstPort+i)
	}
	l.Text = l.Script("zeek")
	return l
}

// local is where nodes are that run on this machine.
const local = "127.0.0.1"

func (l *Layout) order() {
	slices.SortStableFunc(l.Nodes, func(a, b Node) int { return cmp.Or(a.Tier()-b.Tier(), byName(a.Name, b.Name)) })
}

// byName has worker-2 come before worker-10.
func byName(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) }

// layoutReader gives Read what a layout has set.
const layoutReader = `module LayoutReader;
function nodes(): table[string] of Cluster::Node { return Cluster::nodes; }
function manager_logs(): bool { return Cluster::manager_is_logger; }
`

// Read reads a layout: a script that fills Cluster::nodes, or a directory with a cluster-layout.zeek or .bro in it. The dialect "" goes by
// its suffix. Nodes of type CONTROL are left out: who gives orders comes by himself. Mistakes in the script are printed to errOut.
func Read(path, dialect string, env func(string) (string, bool), errOut io.Writer) (*Layout, error) {
	path, err := find(path)
	if err != nil {
		return nil, err
	}
	if dialect == "" && strings.HasSuffix(path, ".bro") {
		dialect = "bro"
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	l := &Layout{Text: string(text)}
	if l.File, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	e, err := brogo.New(brogo.Config{Dialect: dialect, Bare: true, Files: []string{"base/frameworks/cluster", path}, Code: []string{layoutReader},
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: errOut, NoUnusedWarnings: true, KeepGoing: true,
		Env: func(name string) (string, bool) {
			if name == "CLUSTER_NODE" {
				return "", false
			}
			return env(name)
		}})
	if err != nil {
		return nil, err
	}
	defer e.Close()
	if e.Load() != 0 {
		return nil, fmt.Errorf("%s is no layout: it has errors", path)
	}
	nodes, err := e.Call("LayoutReader::nodes")
	if err != nil {
		return nil, err
	}
	logs, err := e.Call("LayoutReader::manager_logs")
	if err != nil {
		return nil, err
	}
	l.ManagerLogs = logs == true
	for _, entry := range nodes.([]brogo.Entry) {
		if n := nodeOf(entry); n.Kind != control {
			l.Nodes = append(l.Nodes, n)
		}
	}
	l.order()
	return l, l.check(path)
}

// find is the file of a layout.
func find(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", fmt.Errorf("no layout %s; --workers N makes a cluster without one", path)
	case !info.IsDir():
		return path, nil
	}
	for _, name := range []string{"cluster-layout.zeek", "cluster-layout.bro"} {
		if file := filepath.Join(path, name); exists(file) {
			return file, nil
		}
	}
	return "", fmt.Errorf("%s: no cluster-layout.zeek or cluster-layout.bro in it", path)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// nodeOf takes a node out of Cluster::nodes. Fields that the dialect lacks, or that are not set, are zero.
func nodeOf(entry brogo.Entry) Node {
	rec, _ := entry.Val.(map[string]any)
	str := func(field string) string {
		s, _ := rec[field].(string)
		return s
	}
	number := func(field string) uint16 {
		p, _ := rec[field].(brogo.Port)
		return p.Number
	}
	n := Node{Kind: Kind(strings.TrimPrefix(str("node_type"), "Cluster::")), Manager: str("manager"), Interface: str("interface"),
		Machine: str("time_machine"), Metrics: number("metrics_port"), Port: number("p")}
	n.Name, _ = entry.Key.(string)
	if ip, ok := rec["ip"].(netip.Addr); ok {
		n.IP = ip.String()
	}
	return n
}

// check finds what keeps a layout from being run.
func (l *Layout) check(file string) error {
	if len(l.Nodes) == 0 {
		return fmt.Errorf("%s names no nodes: it should redef Cluster::nodes", file)
	}
	for _, n := range l.Nodes {
		if n.Tier() < 0 {
			return fmt.Errorf("%s: node %q is of type %s, which is not started", file, n.Name, n.Kind)
		}
		if n.Name == "" || n.Name == "." || n.Name == ".." || strings.ContainsAny(n.Name, "/\\\x00\n") {
			return fmt.Errorf("%s: %q cannot be the name of a node: its directory is called so", file, n.Name)
		}
		if n.Manager != "" && !slices.ContainsFunc(l.Nodes, func(m Node) bool { return m.Name == n.Manager && m.Kind == Manager }) {
			return fmt.Errorf("%s: the manager of node %q is %q, and there is no such manager", file, n.Name, n.Manager)
		}
	}
	return nil
}

// ChoosePorts puts every node on a port of this machine that is free now.
func (l *Layout) ChoosePorts() error {
	for i := range l.Nodes {
		// All are held until the last is chosen, so that none is chosen twice.
		s, err := net.Listen("tcp", local+":0")
		if err != nil {
			return fmt.Errorf("no free port: %w", err)
		}
		defer s.Close()
		l.Nodes[i].IP, l.Nodes[i].Port = local, uint16(s.Addr().(*net.TCPAddr).Port)
	}
	return nil
}

// Meets returns the names of the nodes that n connects to.
func (l *Layout) Meets(n *Node) (names []string) {
	for i := range l.Nodes {
		o := &l.Nodes[i]
		joins := n.Kind == Manager || n.Kind == Proxy || n.Kind == Worker
		switch {
		case joins && o.Kind == Logger, n.Kind == Worker && o.Kind == Proxy, joins && n.Kind != Manager && o.Name == n.Manager:
			names = append(names, o.Name)
		}
	}
	return names
}

// Writers returns the names of the nodes that write logs.
func (l *Layout) Writers() (names []string) {
	for _, n := range l.Nodes {
		if n.Kind == Logger || n.Kind == Manager && l.ManagerLogs {
			names = append(names, n.Name)
		}
	}
	return names
}

// Script returns the cluster-layout of the nodes; what else the layout that they were read from sets, it loads.
func (l *Layout) Script(dialect string) string {
	var b strings.Builder
	b.WriteString("##! Written by brogo: the nodes of a cluster.\n\n")
	if l.File != "" {
		fmt.Fprintf(&b, "@load %s\n\n", l.File)
	} else if !l.ManagerLogs {
		b.WriteString("redef Cluster::manager_is_logger = F;\n\n")
	}
	b.WriteString("redef Cluster::nodes += {\n")
	for _, n := range l.Nodes {
		fmt.Fprintf(&b, "\t[%q] = [$node_type=Cluster::%s, $ip=%s, $p=%d/tcp", n.Name, n.Kind, n.IP, n.Port)
		for _, f := range []struct {
			name, value string
			only        string
		}{{"manager", n.Manager, ""}, {"interface", n.Interface, "bro"}, {"time_machine", n.Machine, "bro"}} {
			if f.value != "" && (f.only == "" || f.only == dialect) {
				fmt.Fprintf(&b, ", $%s=%q", f.name, f.value)
			}
		}
		if n.Metrics != 0 && dialect != "bro" {
			fmt.Fprintf(&b, ", $metrics_port=%d/tcp", n.Metrics)
		}
		b.WriteString("],\n")
	}
	b.WriteString("};\n")
	return b.String()
}
