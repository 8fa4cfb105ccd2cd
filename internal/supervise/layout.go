package supervise

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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

var kinds = []Kind{Logger, Manager, TimeMachine, Proxy, Worker}

// Node is one process of a cluster.
type Node struct {
	Name      string
	Kind      Kind
	Manager   string // the name of its manager
	Interface string // bro dialect only, as are time machines
	Machine   string
	Metrics   uint16 // 0: no endpoint
	Port      uint16 // set by ChoosePorts
}

func (n *Node) tier() int { return slices.Index(kinds, n.Kind) }

// Layout is the nodes of a cluster, in the order in which they are started.
type Layout struct {
	Nodes []Node
	// File is the script that the layout was read from; "" for a made one.
	File string
	// ManagerLogs says that the manager writes the logs.
	ManagerLogs bool
}

// Make returns the layout of a manager with so many other nodes. Without a logger the manager writes the logs.
func Make(workers, proxies, loggers int) Layout {
	l := Layout{Nodes: []Node{{Name: "manager", Kind: Manager}}, ManagerLogs: loggers == 0}
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
	return l
}

func (l *Layout) order() {
	slices.SortStableFunc(l.Nodes, func(a, b Node) int { return cmp.Or(a.tier()-b.tier(), byName(a.Name, b.Name)) })
}

// byName has worker-2 come before worker-10.
func byName(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) }

// layoutScript lists Cluster::nodes for Load, one node a line.
const layoutScript = `
function __supervised_layout(): vector of string
	{
	local out: vector of string = vector();
	for ( name in Cluster::nodes )
		{
		local n = Cluster::nodes[name];
		local more = "\t\t";
@if ( brogo_dialect == "bro" )
		more = fmt("%s\t%s\t", n?$interface ? n$interface : "", n?$time_machine ? n$time_machine : "");
@else
		if ( n?$metrics_port )
			more = fmt("\t\t%d", port_to_count(n$metrics_port));
@endif
		out[|out|] = fmt("%s\t%s\t%s\t%s", name, n$node_type, n?$manager ? n$manager : "", more);
		}
	return out;
	}
function __supervised_manager_logs(): bool { return Cluster::manager_is_logger; }
`

// Load reads a layout from a script that fills Cluster::nodes, as cluster-layout does. Mistakes in it are printed to errOut.
func Load(file, dialect string, env func(string) (string, bool), errOut io.Writer) (Layout, error) {
	l := Layout{}
	var err error
	if l.File, err = filepath.Abs(file); err != nil {
		return l, err
	}
	if info, err := os.Stat(file); err != nil {
		return l, fmt.Errorf("no layout %s; --workers N makes a cluster without one", file)
	} else if info.IsDir() {
		return l, fmt.Errorf("%s is a directory, not a layout", file)
	}
	e, err := brogo.New(brogo.Config{Dialect: dialect, Bare: true, Files: []string{"base/frameworks/cluster", file}, Code: []string{layoutScript},
		Stdout: io.Discard, Stderr: errOut, NoUnusedWarnings: true, KeepGoing: true,
		Env: func(name string) (string, bool) {
			if name == "CLUSTER_NODE" {
				return "", false
			}
			return env(name)
		}})
	if err != nil {
		return l, err
	}
	defer e.Close()
	if e.Load() != 0 {
		return l, fmt.Errorf("%s is no layout", file)
	}
	rows, err := e.Call("__supervised_layout")
	if err != nil {
		return l, err
	}
	logs, err := e.Call("__supervised_manager_logs")
	if err != nil {
		return l, err
	}
	l.ManagerLogs = logs == true
	for _, r := range rows.([]any) {
		f := strings.Split(r.(string), "\t")
		metrics, _ := strconv.ParseUint(f[5], 10, 16)
		n := Node{Name: f[0], Kind: Kind(strings.TrimPrefix(f[1], "Cluster::")), Manager: f[2], Interface: f[3], Machine: f[4], Metrics: uint16(metrics)}
		if n.Kind != "CONTROL" { // who gives orders comes by himself
			l.Nodes = append(l.Nodes, n)
		}
	}
	l.order()
	return l, l.check(file)
}

// check finds what keeps a layout from being run.
func (l *Layout) check(file string) error {
	if len(l.Nodes) == 0 {
		return fmt.Errorf("%s names no nodes: it should redef Cluster::nodes", file)
	}
	for _, n := range l.Nodes {
		if n.tier() < 0 {
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

// ChoosePorts gives every node a port of this machine that is free now.
func (l *Layout) ChoosePorts() error {
	for i := range l.Nodes {
		// All are held until the last is chosen, so that none is chosen twice.
		s, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("no free port: %w", err)
		}
		defer s.Close()
		l.Nodes[i].Port = uint16(s.Addr().(*net.TCPAddr).Port)
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

// Script returns the cluster-layout of the nodes on this machine.
func (l *Layout) Script(dialect string) string {
	var b strings.Builder
	b.WriteString("##! Written by `brogo cluster run`: the layout with the ports of this run.\n\n")
	if l.File != "" {
		fmt.Fprintf(&b, "@load %s\n\n", l.File)
	} else if !l.ManagerLogs {
		b.WriteString("redef Cluster::manager_is_logger = F;\n\n")
	}
	b.WriteString("redef Cluster::nodes += {\n")
	for _, n := range l.Nodes {
		fmt.Fprintf(&b, "\t[%q] = [$node_type=Cluster::%s, $ip=127.0.0.1, $p=%d/tcp", n.Name, n.Kind, n.Port)
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

// settingsScript is what nodes load before the scripts of the user, who may redef all of it. Nodes tell the supervisor on file descriptor 3 how
// far they are.
const settingsScript = `##! Written by brogo cluster run: what differs from a cluster on many machines, and how nodes tell how far they are.

redef Broker::default_listen_address = "127.0.0.1";
redef Broker::exact_connect_retry = T;
redef Broker::default_connect_retry = 200msec;
redef Cluster::retry_interval = 200msec;
redef Log::default_rotation_interval = 0secs;
redef Log::default_rotation_postprocessor_cmd = "";
redef Log::default_mail_alarms_interval = 0secs;

module Supervised;

global report = open("/dev/fd/3");

event zeek_init() &priority=-11
	{
	set_buf(report, F);
	print report, "started";
	}

event zeek_done()
	{
	print report, "ending";
	}

event Cluster::node_up(name: string, id: string) &priority=-100
	{
	print report, cat("up ", name);
	}

event Cluster::node_down(name: string, id: string) &priority=-100
	{
	print report, cat("down ", name);
	}

event Broker::log_rows_lost(stream: string, path: string, rows: count, total: count)
	{
	print report, cat("lost ", path, " ", rows);
	}
`
