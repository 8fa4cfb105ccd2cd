package brogo

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/brogo/brogo/bif/brokerstore"
	"github.com/brogo/brogo/bif/comm"
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/load"
	"github.com/brogo/brogo/lang/parse"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// PromptName is the file name of text that a Session is fed.
const PromptName = "<prompt>"

// LastValue is the name that stands for the value of the last expression of a Session.
const LastValue = "_"

// Session drives an engine piece by piece: text is fed to it while its scripts live on, names may be defined anew, and no error
// loses what is there. It is used from one goroutine, in place of Engine.Run.
type Session struct {
	// Show, if set, is given the value of each expression.
	Show func(t *types.Type, v val.Value)
	// Note, if set, is told what the user may want to know beyond errors.
	Note func(string)
	// Allow, if set, may refuse a checked expression before it runs.
	Allow func(ir.Expr) error

	e    *Engine
	text *load.Session
	over bool
	last *ir.Global
}

// Open begins a session on an engine that has been loaded, whatever Load returned.
func (e *Engine) Open() *Session {
	// What has been put off is performed now: names can be defined anew only when they are there.
	e.loader.DemandAll()
	s := &Session{e: e}
	s.text = e.loader.Open(e.d)
	s.text.Expr = s.statement
	s.text.Replaced = func(name string) {
		s.note(name + " has another type now; what was defined before it keeps the old one")
	}
	return s
}

// Dialect is the dialect of the process.
func (e *Engine) Dialect() *dialect.Dialect { return e.d }

// Machine is the interpreter, Checker the table of names: tools look into them. Neither may be used while Run is running.
func (e *Engine) Machine() *interp.M      { return e.m }
func (e *Engine) Checker() *check.Checker { return e.checker }

// Engine is the engine that the session drives.
func (s *Session) Engine() *Engine { return s.e }

// Module is the module that text is read in.
func (s *Session) Module() string { return s.text.Module() }

// Start runs the top level of the loaded scripts and the initial events.
func (s *Session) Start() {
	if s.over = s.e.exited; s.over {
		return
	}
	if err := s.e.metrics.Start(s.e.m); err != nil {
		s.e.errs.Report(diag.Diagnostic{Severity: diag.Error, Code: diag.Metrics, Msg: err.Error()})
	}
	s.guarded(func() {
		s.e.m.Begin()
		s.e.logs.RotateLeftovers(s.e.m)
		s.e.m.Start()
	})
}

// Over reports whether a script has ended the run.
func (s *Session) Over() bool { return s.over || s.e.m.Ending() }

// guarded runs f; when a script calls exit() within, the session is over.
func (s *Session) guarded(f func()) {
	if !s.over && !s.e.m.Guarded(f) {
		s.over = true
	}
}

// Step lets the event loop make one pass: timers, messages, events, conditions of when statements. next is when it wants the
// next one (zero: when something comes), busy that there is work left.
func (s *Session) Step() (next time.Time, busy bool) {
	s.guarded(func() { next, busy = s.e.m.Step() })
	s.e.m.Flush()
	return next, busy
}

// Wait blocks until there is something for Step to do, or someone calls Wake.
func (s *Session) Wait(ctx context.Context, next time.Time) { s.e.m.Wait(ctx, next) }

// Wake ends a Wait. Any goroutine may call it.
func (s *Session) Wake() { s.e.m.Loop().Wake() }

// Close ends the run in order, as at the end of a program, and returns the exit status.
func (s *Session) Close() int {
	defer s.e.logs.Close(s.e.m)
	if s.over {
		s.e.m.Flush()
		return s.e.m.ExitCode()
	}
	return s.e.m.Finish()
}

// Feed reads whole items: declarations, statements, directives. It reports false if anything went wrong, in words that
// have gone to the engine's diagnostics.
func (s *Session) Feed(text string) bool {
	before := s.e.errs.errors
	piece := &diag.File{Name: PromptName, Src: text}
	s.e.m.Refresh()
	s.guarded(func() { s.e.m.Unlogged(func() { s.text.Feed(piece) }) })
	s.e.m.Flush()
	return s.e.errs.errors == before
}

// Value evaluates an expression, shows its value and keeps it as `_`. It reports false after an error.
func (s *Session) Value(text string) bool {
	before := s.e.errs.errors
	s.parsed(text, func(x ast.Expr) { s.eval(x) })
	s.e.m.Flush()
	return s.e.errs.errors == before
}

// parsed calls f with the expression that text is, as if within the session's text.
func (s *Session) parsed(text string, f func(ast.Expr)) {
	piece := &diag.File{Name: PromptName, Src: text}
	s.guarded(func() {
		s.text.Within(piece, func(src *lex.Source) {
			x, err := parse.Expr(src, src.Tokens)
			var e *parse.Error
			if errors.As(err, &e) {
				for _, d := range e.Diags {
					s.e.loader.Report(d)
				}
				return
			}
			f(x)
		})
	})
}

// Look evaluates an expression without showing or keeping its value.
func (s *Session) Look(text string) (t *types.Type, v val.Value, ok bool) {
	s.parsed(text, func(x ast.Expr) { t, v, ok = s.run(x) })
	s.e.m.Flush()
	return t, v, ok
}

// TypeOf checks an expression without evaluating it. A type by itself is its own type.
func (s *Session) TypeOf(text string) (t *types.Type, ok bool) {
	s.parsed(text, func(x ast.Expr) {
		s.e.checker.Try(func() bool {
			if fn, is := s.e.checker.Expr(x); is {
				t, ok = fn.T.Fn.Result, true
				if t == nil {
					t = types.VoidT
				}
			}
			return ok
		})
	})
	return t, ok
}

// Quiet is the type of an expression, or nil; nobody hears of its mistakes.
func (s *Session) Quiet(text string) (t *types.Type) {
	s.guarded(func() {
		s.text.Within(&diag.File{Name: PromptName, Src: text}, func(src *lex.Source) {
			if x, err := parse.Expr(src, src.Tokens); err == nil {
				t = s.e.checker.Quietly(x)
			}
		})
	})
	return t
}

// run checks and evaluates an expression.
func (s *Session) run(x ast.Expr) (t *types.Type, v val.Value, ok bool) {
	c := s.e.checker
	c.Forgive()
	s.e.m.Refresh()
	c.Try(func() bool {
		fn, is := c.Expr(x)
		if !is {
			return false
		}
		fn.Name = "prompt"
		if s.Allow != nil {
			if err := s.Allow(fn.Body.(*ir.Return).X); err != nil {
				s.refuse(err)
				return false
			}
		}
		s.e.m.Unlogged(func() { t, v, ok = s.e.m.Eval(fn) })
		return true
	})
	return t, v, ok
}

func (s *Session) refuse(err error) {
	s.e.errs.Report(diag.Diagnostic{Severity: diag.Error, Code: diag.Refused, Msg: err.Error()})
}

// eval evaluates an expression, shows and keeps its value.
func (s *Session) eval(x ast.Expr) {
	t, v, ok := s.run(x)
	if !ok || t.Tag == types.Void {
		return
	}
	if t.Tag == types.Any {
		t, v = v.Unbox()
	}
	if s.last == nil || s.last.T != t {
		s.last = s.e.checker.Bind(LastValue, t)
	}
	s.e.m.SetValue(s.last, v)
	s.e.m.Flush() // what it printed comes first
	if s.Show != nil {
		s.Show(t, v)
	}
}

// statement takes an expression that stands as a statement: one without an effect is meant to be seen.
func (s *Session) statement(x ast.Expr) bool {
	if hasEffect(x) {
		return false
	}
	s.eval(x)
	return true
}

func hasEffect(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Paren:
		return hasEffect(x.X)
	case *ast.Assign, *ast.Call, *ast.HookCall, *ast.Schedule, *ast.AddDel:
		return true
	case *ast.Unary:
		return x.Op == ast.OpInc || x.Op == ast.OpDec
	}
	return false
}

// Divert sends what scripts print and what is reported to out and sink until restore is called: the answer to one request of a prompt
// that is attached to an engine with output of its own.
func (s *Session) Divert(out io.Writer, sink diag.Sink) (restore func()) {
	back := s.e.m.Redirect(out)
	was := s.e.errs.next
	s.e.errs.next = sink
	return func() {
		back()
		s.e.errs.next = was
	}
}

// Load loads a script, or reads one again that is loaded (again). It returns the path, "" if there is none.
func (s *Session) Load(name string, again bool) (path string, ok bool) {
	before := s.e.errs.errors
	s.guarded(func() { path = s.text.Load(name, again) })
	s.e.m.Flush()
	return path, s.e.errs.errors == before
}

// Find returns the path of the script that @load NAME would read, "" if there is none.
func (e *Engine) Find(name string) string { return e.loader.Find(name) }

// FindFrom is Find for a @load in the script of a path.
func (e *Engine) FindFrom(name, from string) string { return e.loader.FindFrom(name, from) }

// PutOff are the full names of what base scripts declare and what waits until somebody asks for it, in no order; some may have been
// asked for.
func (e *Engine) PutOff() []string { return e.loader.PutOff() }

// SearchPath is where @load looks for scripts.
func (e *Engine) SearchPath() []string { return searchPath(e.pathDirs()) }

// Comm is the engine's messaging, Stores its key-value stores. Both belong to the goroutine that drives the engine.
func (e *Engine) Comm() *comm.Family          { return e.comm }
func (e *Engine) Stores() *brokerstore.Family { return e.stores }

// FS is where the engine's scripts come from, the embedded ones included.
func (e *Engine) FS() load.FS { return e.cfg.FS }

// Row returns the builtin of a name, or nil.
func (e *Engine) Row(name string) *Builtin { return e.rows[name] }

// RowNames are the names of the builtins, in no order.
func (e *Engine) RowNames() []string { return slices.Collect(maps.Keys(e.rows)) }

// ReadDir lists a directory of scripts, the embedded ones included; names of directories end in a slash.
func (e *Engine) ReadDir(dir string) []string {
	if l, ok := e.cfg.FS.(interface{ ReadDir(string) []string }); ok {
		return l.ReadDir(dir)
	}
	return nil
}

func (s *Session) note(msg string) {
	if s.Note != nil {
		s.Note(msg)
	}
}
