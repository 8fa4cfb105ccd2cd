package supervise

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/brogo/brogo/internal/layout"
)

// expected are what nodes print when they are told to end and others have ended before. While all end it is no news.
var expected = []string{"received termination signal", "(Broker::PEER_UNAVAILABLE)"}

// printer shows events to people, or as JSON lines.
type printer struct {
	out, err io.Writer // what nodes print goes to where they printed it, the rest to err
	json     bool
	color    bool
	terminal bool // err is one: there is a line of progress
	width    int
	colors   map[string]int
	logs     string
	draining bool
	progress bool // the line is there
}

func newPrinter(l *layout.Layout, out, err io.Writer) *printer {
	p := &printer{out: out, err: err, width: len("cluster"), colors: map[string]int{}}
	for i, n := range l.Nodes {
		p.width = max(p.width, len(n.Name))
		p.colors[n.Name] = i
	}
	return p
}

// palette are colours that can be read on dark and light ground.
var palette = []string{"36", "32", "35", "34", "33", "96", "92", "95", "94", "93"}

// print shows one event.
func (p *printer) print(e Event) {
	if p.json {
		b, err := json.Marshal(e)
		if err != nil {
			panic(err) // an Event holds nothing that cannot be written
		}
		p.out.Write(append(b, '\n'))
		return
	}
	switch e.Kind {
	case Output:
		if e.Stream == Stderr && p.draining && slices.ContainsFunc(expected, func(s string) bool { return strings.Contains(e.Line, s) }) {
			return
		}
		w := p.out
		if e.Stream == Stderr {
			w = p.err
		}
		p.line(w, e.Node, e.Line)
	case Ready:
		if p.terminal && !p.draining {
			fmt.Fprintf(p.err, "\r\x1b[K%d of %d nodes are ready", e.Ready, e.Nodes)
			p.progress = true
		}
	case Up:
		p.say("up: %d nodes in %.2f s; logs in %s, Ctrl-C ends all in order", e.Nodes, e.Seconds, p.logs)
	case Exited:
		if !p.draining || e.Reason != "exit status 0" {
			p.say("%s has ended: %s", e.Node, e.Reason)
		}
	case Restart:
		p.say("%s starts again in %.1f s", e.Node, e.Wait)
	case Failed:
		p.say("%s has failed: %s", e.Node, e.Reason)
	case Lost:
		p.say("%s gave up %d rows of log %s: no logger took them in time", e.Node, e.Rows, e.Log)
	case Draining:
		p.draining = true
		p.say("ending: workers, proxies, manager, loggers; Ctrl-C again kills them")
	case Killed:
		p.say("killed %s", e.Node)
	case Drained:
		p.say("all nodes have ended")
	case MovedLogs:
		p.say("the logs of an earlier run are in %s now", e.Log)
	}
}

// say shows what the supervisor itself has to say.
func (p *printer) say(format string, args ...any) {
	p.line(p.err, "cluster", fmt.Sprintf(format, args...))
}

func (p *printer) line(w io.Writer, who, text string) {
	if p.progress {
		fmt.Fprint(p.err, "\r\x1b[K")
		p.progress = false
	}
	prefix := fmt.Sprintf("%-*s |", p.width, who)
	if p.color {
		code := "1"
		if i, ok := p.colors[who]; ok {
			code = palette[i%len(palette)]
		}
		prefix = "\x1b[" + code + "m" + prefix + "\x1b[0m"
	}
	fmt.Fprintf(w, "%s %s\n", prefix, text)
}

// printStatus shows what nodes are doing, as a table.
func printStatus(w io.Writer, nodes []NodeStatus) {
	name := len("node")
	for _, n := range nodes {
		name = max(name, len(n.Node))
	}
	fmt.Fprintf(w, "%-*s  %-12s  %-10s  %7s  %5s  %8s  %s\n", name, "node", "type", "state", "pid", "port", "restarts", "")
	for _, n := range nodes {
		state, pid, note := n.Phase, "-", ""
		if n.Pid != 0 {
			pid = fmt.Sprint(n.Pid)
		}
		switch {
		case n.Ready:
			state = "ready"
		case n.Phase == "running":
			note = "waits for " + strings.Join(n.Missing, ", ")
		case n.Reason != "":
			note = n.Reason
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-*s  %-12s  %-10s  %7s  %5d  %8d  %s", name, n.Node, n.Kind, state, pid, n.Port, n.Restarts, note), " "))
	}
}
