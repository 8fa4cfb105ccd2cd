package supervise

import (
	"bytes"
	"testing"

	"github.com/brogo/brogo/internal/layout"
)

// Names in front of lines are coloured on a terminal only; nothing is said of what is expected at the end.
func TestPrinter(t *testing.T) {
	l := layout.Make(1, 0, 0)
	var out, errs bytes.Buffer
	p := newPrinter(l, &out, &errs)
	p.print(Event{Kind: Output, Node: "manager", Stream: Stdout, Line: "hello"})
	p.print(Event{Kind: Ready, Node: "manager", Ready: 1, Nodes: 2})
	p.print(Event{Kind: Draining})
	p.print(Event{Kind: Output, Node: "worker-1", Stream: Stderr, Line: "received termination signal"})
	if out.String() != "manager  | hello\n" || errs.String() != "cluster  | ending: workers, proxies, manager, loggers; Ctrl-C again kills them\n" {
		t.Errorf("printed %q and %q", out.String(), errs.String())
	}
	out.Reset()
	errs.Reset()
	p = newPrinter(l, &out, &errs)
	p.color, p.terminal = true, true
	p.print(Event{Kind: Ready, Node: "manager", Ready: 1, Nodes: 2})
	p.print(Event{Kind: Output, Node: "worker-1", Stream: Stdout, Line: "hello"})
	if out.String() != "\x1b[32mworker-1 |\x1b[0m hello\n" || errs.String() != "\r\x1b[K1 of 2 nodes are ready\r\x1b[K" {
		t.Errorf("printed %q and %q", out.String(), errs.String())
	}
}
