package load

import (
	"slices"
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
)

// Base scripts do much in zeek_init that few runs have a use for: streams are created, handlers of options set, metrics registered. A
// comment in front of such a handler says whose first use has to come behind it:
//
//	#@until Site::local_nets_table, Site::local_nets
//	event zeek_init() &priority=10
//
// The handler then waits until somebody asks for one of the names. Who does so before the event is raised, as the scripts that are
// being loaded, makes it a handler like any other. Otherwise it is passed over when its turn comes and runs when a name is asked for, in
// front of the code that does so; most never run. The list has to hold everything by which its effects can be seen and whatever it
// reads that may change. A name behind ~ may be used freely in the file that declares it.

// handler is a handler that waits.
type handler struct {
	ended bool   // it waits no longer
	run   func() // set when it has been passed over
}

// wait is a handler that waits for some name.
type wait struct {
	*handler
	outside bool // being asked for in the file that declares the name does not count
}

// waiting is the handlers that wait. Those that have been passed over come in the order in which that happened.
type waiting struct {
	all    []*handler
	by     map[string][]wait
	passed []*handler
	busy   int // depth of items being performed, in whose midst nothing is run
}

// putOffHandler has the handler that e describes wait. It reports false if something that it waits for is in use already.
func (l *Loader) putOffHandler(e *Entry, x deferredItem) bool {
	ck := l.cfg.Checker
	if l.quiet() || slices.ContainsFunc(e.Until, func(name string) bool { return ck.Defines(strings.TrimPrefix(name, "~")) != nil }) {
		return false
	}
	h := &handler{}
	at := x.src.Span(lex.Token{Kind: lex.KwEvent, Off: e.Off, End: e.Off + int32(len("event")), Line: e.Line, Col: 1})
	d := &ast.FuncDecl{At: ast.At{Pos: at}, Name: ast.Ident{At: ast.At{Pos: at}, Name: e.Name}, Type: ast.FuncType{Flavor: ast.Event}}
	block := func() *ast.Block {
		src, it := x.cut(l)
		_, body, err := parse.Header(src, it)
		if l.reportParse(err); err != nil {
			return &ast.Block{}
		}
		return l.block(src, it, body)
	}
	for _, a := range ck.ItemAt(ck.Here(), d, block) {
		if b, ok := a.(*ir.AddBody); ok {
			b.Body.Priority = int64(e.Priority)
			b.Body.Wait = func(run func()) bool { return l.waiting.passOver(h, run) }
		}
		l.cfg.Host.Do(a)
	}
	w := &l.waiting
	if w.by == nil {
		w.by = make(map[string][]wait)
	}
	w.all = append(w.all, h)
	for _, name := range e.Until {
		name, outside := strings.CutPrefix(name, "~")
		ck.Await(name)
		w.by[name] = append(w.by[name], wait{h, outside})
	}
	return true
}

// passOver reports whether a handler whose turn has come goes on waiting; run runs it later.
func (w *waiting) passOver(h *handler, run func()) bool {
	if h.ended {
		return false
	}
	h.run = run
	w.passed = append(w.passed, h)
	return true
}

// Needed ends the waiting for a name that is asked for in a file. It reports false if some handler still waits for the name, since this is
// the file that declares it.
func (l *Loader) Needed(g *ir.Global, asking *diag.File) bool {
	w, all := &l.waiting, true
	for _, h := range w.by[g.Name] {
		if h.outside && asking != nil && asking == g.At.File {
			all = all && h.ended
			continue
		}
		h.ended = true
	}
	if w.busy == 0 {
		w.run()
	}
	return all
}

// endAll ends all waiting.
func (w *waiting) endAll() {
	for _, h := range w.all {
		h.ended = true
	}
	if w.busy == 0 {
		w.run()
	}
}

// run runs the handlers that were passed over and wait no longer.
func (w *waiting) run() {
	for i := 0; i < len(w.passed); i++ {
		if h := w.passed[i]; h.ended {
			w.passed = slices.Delete(w.passed, i, i+1)
			h.run()
			i = -1 // it may have had others run
		}
	}
}
