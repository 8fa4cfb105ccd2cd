package brogo

import (
	"fmt"
	"io"

	"github.com/brogo/brogo/lang/diag"
)

// printer writes diagnostics as they come.
type printer struct {
	w      io.Writer
	pretty bool
	colors diag.Colors
}

// Report prints d.
func (p *printer) Report(d diag.Diagnostic) {
	if p.pretty {
		fmt.Fprintln(p.w, diag.Pretty(d, p.colors))
		return
	}
	fmt.Fprintln(p.w, diag.Reference(d))
}

// countingSink passes diagnostics on and counts those that keep scripts from running.
type countingSink struct {
	next   diag.Sink
	roots  bool // one message a mistake: leave out what follows from another
	errors int
	fatal  bool
}

// Report counts and passes on.
func (c *countingSink) Report(d diag.Diagnostic) {
	if d.Severity.IsError() {
		c.errors++
	}
	if d.Severity == diag.Fatal {
		c.fatal = true
	}
	if d.Cascade && c.roots {
		return
	}
	c.next.Report(d)
}
