// Package interp runs checked programs: it compiles typed IR to closures, owns the globals, the event queue, timers and triggers, and
// calls the builtins. One goroutine owns an M; others talk to it through its loop's inbox.
package interp

import (
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// Builtin is one row of a family of builtin functions. Exactly one of Fn, F0, F1, F2, F3 is set; the fixed forms spare the slice.
//
// Arguments come converted to the parameter types of Sig. For a parameter of type any, and for the variadic rest, the argument
// comes as it is, unboxed, with its static type in Site.Args: use M.Arg to see through a static any. A result of type any must be
// boxed with val.Any.
type Builtin struct {
	// Sig is the declaration in script syntax: "function to_lower(s: string): string"; a last parameter `...` takes any rest.
	// Types that base scripts declare may be named; it is parsed at the first use of the name.
	Sig string
	// Doc says what it does, in one to three sentences.
	Doc string
	// Pure: no side effects and no dependence on state beyond the arguments; read-only prompts may call it.
	Pure bool
	Fn   func(m *M, s *Site, a []val.Value) val.Value
	F0   func(m *M, s *Site) val.Value
	F1   func(m *M, s *Site, a val.Value) val.Value
	F2   func(m *M, s *Site, a, b val.Value) val.Value
	F3   func(m *M, s *Site, a, b, c val.Value) val.Value
	// Check, if set, looks at a call when it is checked: args are the checked expressions. It returns "" or an error in the
	// reference's words, to which the call's text is added.
	Check func(args []ir.Expr) string
	// Result, if set, gives the call's type from its arguments (builtins whose declared result is any but whose type is known,
	// such as from_json or table_keys); nil leaves the declared type.
	Result func(args []ir.Expr) *types.Type
}

// Site is one place that calls a builtin; calls through function values make one on the way.
type Site struct {
	At     diag.Span
	Args   []*types.Type // static types of the arguments as given
	Result *types.Type
	Call   *ir.Call // nil for calls through function values
}

// Arg returns argument i with its dynamic type: a static any is unboxed.
func (s *Site) Arg(a []val.Value, i int) (*types.Type, val.Value) {
	t, v := s.Args[i], a[i]
	if t.Tag == types.Any {
		return v.Unbox()
	}
	return t, v
}

// M is one interpreter.
type M struct{}

// Errorf reports a builtin's error as the reference does, `error in FILE, line N: MSG (CALL)`, and lets the caller go on with
// a neutral result. Warnf likewise with a warning.
func (m *M) Errorf(s *Site, format string, args ...any) { panic("contract") }
func (m *M) Warnf(s *Site, format string, args ...any)  { panic("contract") }

// Throw raises a run-time error at s: the current handler body ends with `expression error in FILE, line N: MSG (CALL)`.
func (m *M) Throw(s *Site, format string, args ...any) { panic("contract") }

// Report hands a diagnostic to the engine's sink (and to the reporter events).
func (m *M) Report(d diag.Diagnostic) { panic("contract") }

// NetworkTime is network time, WallTime the clock's time; seconds since 1970.
func (m *M) NetworkTime() float64 { panic("contract") }
func (m *M) WallTime() float64    { panic("contract") }

// Lookup returns a global by its qualified name, or nil. Value returns a global's value and whether it is set.
func (m *M) Lookup(name string) *ir.Global        { panic("contract") }
func (m *M) Value(g *ir.Global) (val.Value, bool) { panic("contract") }
func (m *M) SetValue(g *ir.Global, v val.Value)   { panic("contract") }

// Type returns a type by the qualified name that scripts give it, or nil.
func (m *M) Type(name string) *types.Type { panic("contract") }

// Call calls a function value with arguments of its parameter types; ok is false when the body ended in a run-time error
// (reported already) or a hook's body broke out with F.
func (m *M) Call(f *val.Func, args ...val.Value) (v val.Value, ok bool) { panic("contract") }

// QueueEvent queues an event by name if anything handles it; arguments must be of the canonical parameter types.
func (m *M) QueueEvent(name string, args ...val.Value) { panic("contract") }

// InWhen reports whether a when condition is being evaluated with a timeout (timeout) or at all (in).
func (m *M) InWhen() (in, timeout bool) { panic("contract") }

// Delay is how an asynchronous builtin waits inside a when condition: the first evaluation starts the work and gives the
// condition up; when resume is called (from any goroutine), the condition is evaluated again and Delay returns the value
// that key stands for. key tells calls with different arguments apart.
func (m *M) Delay(s *Site, key string, start func(resume func(val.Value))) val.Value {
	panic("contract")
}

// Post has f run on the interpreter's goroutine; it may be called from any goroutine. Hold keeps the run from ending for want of
// work until release is called (any goroutine, once).
func (m *M) Post(f func())          { panic("contract") }
func (m *M) Hold() (release func()) { panic("contract") }

// Write writes to standard output through the run's buffer.
func (m *M) Write(b []byte) { panic("contract") }
