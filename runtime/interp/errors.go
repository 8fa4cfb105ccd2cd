package interp

import (
	"fmt"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// Error is a run-time error on its way to the end of the handler body. It is raised by panic and recovered in M.guard alone.
type Error struct{ diag.Diagnostic }

// Error returns the diagnostic in the reference's form.
func (e *Error) Error() string { return diag.Reference(e.Diagnostic) }

// silent ends a body without a message: it has been reported already (a failed assert).
type silent struct{}

// noValue ends a statement without a message, see M.NoValue.
type noValue struct{}

// killed ends everything at once: the second interrupt, or exit().
type killed struct{}

// delayed gives a when condition up until an asynchronous result arrives.
type delayed struct{}

// maxStack bounds the frames that a diagnostic shows.
const maxStack = 50

// exprSuffix is the text of an expression as messages carry it.
func (m *M) exprSuffix(x ir.Expr) string {
	if m.dialect.ExprErrorBrackets {
		return " [" + ir.Describe(x) + "]"
	}
	return " (" + ir.Describe(x) + ")"
}

// fail raises a run-time error about x.
func (m *M) fail(code diag.Code, x ir.Expr, msg string) {
	panic(&Error{diag.Diagnostic{Severity: diag.ExprError, Code: code, Msg: msg + m.exprSuffix(x), At: x.Span(), Stack: m.scriptStack(x.Span())}})
}

// failHint is fail with what only the pretty style shows.
func (m *M) failHint(code diag.Code, x ir.Expr, msg, hint string) {
	at := x.Span()
	panic(&Error{diag.Diagnostic{Severity: diag.ExprError, Code: code, Msg: msg + m.exprSuffix(x), Hint: hint, At: at, Stack: m.scriptStack(at)}})
}

// noValueSet is what is said of a variable without a value.
const noValueSet = "value used but not set"

// unset ends the read of what has no value, such as a variable: a run-time error, or in 2.6 an error that ends the statement alone.
func (m *M) unset(code diag.Code, x ir.Expr, msg string) {
	if !m.dialect.UnsetEndsStatement {
		m.fail(code, x, msg)
	}
	m.Report(diag.Diagnostic{Severity: diag.Error, Code: code, Msg: msg + " (" + ir.Describe(x) + ")", At: x.Span(), Stack: m.scriptStack(x.Span())})
	m.NoValue(nil)
}

// noIndex ends a read of an element that is not there: a run-time error, of which 2.6 speaks as it does of variables without a value.
func (m *M) noIndex(x ir.Expr) {
	if m.dialect.UnsetEndsStatement {
		m.unset(diag.NoSuchIndex, x, "no such index")
	}
	m.fail(diag.NoSuchIndex, x, "no such index")
}

// warn reports a run-time warning about x; the program goes on.
func (m *M) warn(code diag.Code, x ir.Expr, msg string) {
	m.Report(diag.Diagnostic{Severity: diag.ExprWarning, Code: code, Msg: msg + m.exprSuffix(x), At: x.Span(), Stack: m.scriptStack(x.Span())})
}

// scriptStack lists the active script functions, innermost first, at being where the innermost one is.
func (m *M) scriptStack(at diag.Span) []diag.Frame {
	var fs []diag.Frame
	for i := m.depth - 1; i >= 0 && len(fs) < maxStack; i-- {
		c := &m.calls[i]
		fs = append(fs, diag.Frame{Func: c.body.ir.Name, At: at})
		if c.site == nil {
			break
		}
		at = c.site.At
	}
	return fs
}

// Throw raises a run-time error at s: the current handler body ends with `expression error in FILE, line N: MSG (CALL)`.
func (m *M) Throw(s *Site, format string, args ...any) {
	s = m.blame(s)
	msg := fmt.Sprintf(format, args...)
	code := siteCode(s)
	if s.Call == nil {
		panic(&Error{diag.Diagnostic{Severity: diag.RuntimeError, Code: code, Msg: msg, At: s.At, Stack: m.scriptStack(s.At)}})
	}
	m.fail(code, s.Call, msg)
}

// RuntimeErrorf raises a run-time error at the place of s that does not show the call: `runtime error in FILE, line N: MSG`.
func (m *M) RuntimeErrorf(s *Site, format string, args ...any) {
	s = m.blame(s)
	at := s.At
	panic(&Error{diag.Diagnostic{Severity: diag.RuntimeError, Code: siteCode(s), Msg: fmt.Sprintf(format, args...), At: at, Stack: m.scriptStack(at)}})
}

// Errorf reports a builtin's error as the reference does, `error in FILE, line N: MSG (CALL)`, and lets the caller go on with
// a neutral result.
func (m *M) Errorf(s *Site, format string, args ...any) {
	m.siteReport(s, diag.Error, nil, fmt.Sprintf(format, args...))
}

// ErrorHintf is Errorf with a hint, which the pretty style shows.
func (m *M) ErrorHintf(s *Site, hint string, format string, args ...any) {
	s = m.blame(s)
	d := diag.Diagnostic{Severity: diag.Error, Code: siteCode(s), Msg: fmt.Sprintf(format, args...), Hint: hint, At: s.At, Stack: m.scriptStack(s.At)}
	if s.Call != nil {
		d.Msg += " (" + ir.Describe(s.Call) + ")"
	}
	m.Report(d)
}

// Placef is Errorf without the call.
func (m *M) Placef(s *Site, format string, args ...any) {
	s = m.blame(s)
	at := s.At
	m.Report(diag.Diagnostic{Severity: diag.Error, Code: siteCode(s), Msg: fmt.Sprintf(format, args...), At: at, Stack: m.scriptStack(at)})
}

// Warnf is Errorf with a warning.
func (m *M) Warnf(s *Site, format string, args ...any) {
	m.siteReport(s, diag.Warning, nil, fmt.Sprintf(format, args...))
}

// ErrorArgf is Errorf with the text of the offending argument: `error in FILE, line N: MSG (CALL and ARG)`.
func (m *M) ErrorArgf(s *Site, arg string, format string, args ...any) {
	m.siteReport(s, diag.Error, &arg, fmt.Sprintf(format, args...))
}

// siteReport reports a message about a call and, unless arg is nil, an argument.
func (m *M) siteReport(s *Site, sev diag.Severity, arg *string, msg string) {
	s = m.blame(s)
	d := diag.Diagnostic{Severity: sev, Code: siteCode(s), Msg: msg, At: s.At, Stack: m.scriptStack(s.At)}
	if s.Call != nil {
		d.Msg += " (" + ir.Describe(s.Call)
		if arg != nil {
			d.Msg += " and " + *arg
			m.placeArg(&d, s.Call)
		}
		d.Msg += ")"
	}
	m.Report(d)
}

// placeArg adds where the first argument of a call comes from, if it is a parameter for which the caller gave a constant on another
// line: the reference's constants know their place, wherever they are passed on.
func (m *M) placeArg(d *diag.Diagnostic, call *ir.Call) {
	if m.depth == 0 || len(call.Args) == 0 || m.calls[m.depth-1].site == nil {
		return
	}
	given := m.calls[m.depth-1].site.Args
	ref, ok := call.Args[0].(*ir.LocalRef)
	if !ok || ref.Sym.Slot >= len(given) {
		return
	}
	c, ok := given[ref.Sym.Slot].(*ir.Const)
	switch {
	case !ok || c.At.File == d.At.File && c.At.Line == d.At.Line:
	case m.dialect.ArgPlaceAlone:
		d.At = c.At
	default:
		d.And = c.At
	}
}

// blame finds the call that an error is about: `M::__f` called by its wrapper `M::f` is reported at the wrapper's call, since users
// know nothing of the former.
func (m *M) blame(s *Site) *Site {
	if s.Call == nil || m.depth == 0 {
		return s
	}
	g, ok := s.Call.Fn.(*ir.GlobalRef)
	if !ok {
		return s
	}
	mod, name := "", g.Sym.Name
	if i := strings.LastIndex(name, "::"); i >= 0 {
		mod, name = name[:i+2], name[i+2:]
	}
	outer := m.calls[m.depth-1]
	if len(name) > 2 && strings.HasPrefix(name, "__") && outer.site != nil && outer.body.ir.Name == mod+name[2:] {
		return &Site{At: outer.site.At, Args: s.Args, Result: s.Result, Call: outer.site, Row: s.Row}
	}
	return s
}

// NoValue gives up the statement under evaluation without a message (the builtin has reported one): the body goes on with
// the next statement, as in the reference when a builtin returns nothing. It does not return; the result only helps callers.
// Rows of builtins that may call it are marked with GivesUp.
func (m *M) NoValue(s *Site) val.Value {
	m.noValue = true
	panic(noValue{})
}

// Plainf reports a message without a place (`error: MSG`), as builtins do where the reference does not know the call.
func (m *M) Plainf(sev diag.Severity, format string, args ...any) {
	m.Codef(diag.Builtin, sev, format, args...)
}

// Codef is Plainf with a code of its own: families whose messages are about more than one call have one.
func (m *M) Codef(code diag.Code, sev diag.Severity, format string, args ...any) {
	m.Report(diag.Diagnostic{Severity: sev, Code: code, Msg: fmt.Sprintf(format, args...)})
}

// siteCode is the code of what a builtin reports at its call.
func siteCode(s *Site) diag.Code {
	if s.Row != nil && s.Row.Code != "" {
		return s.Row.Code
	}
	return diag.Builtin
}

// Report hands a diagnostic to the engine's sink and, once the program runs, raises the reporter events. A sink may drop what the
// Reporter::*_to_stderr constants keep off the terminal: Emit tells.
func (m *M) Report(d diag.Diagnostic) {
	if d.Severity.IsError() {
		m.errors++
	}
	if m.viaEvents && m.inErrorHook == 0 {
		m.raiseReporter(d)
	}
	if m.sink != nil && m.emit(d.Severity) {
		// Diagnostics and prints go to different streams that are often one: keep their order.
		m.out.Flush()
		m.sink.Report(d)
	}
}

// Errors is the number of errors reported so far.
func (m *M) Errors() int { return m.errors }

// emit reports whether a severity goes to the terminal: until the initial events are over everything does.
func (m *M) emit(s diag.Severity) bool {
	if !m.initDone || s == diag.Fatal || s == diag.InternalError {
		return true
	}
	name := "Reporter::errors_to_stderr"
	switch {
	case s == diag.Info:
		name = "Reporter::info_to_stderr"
	case !s.IsError():
		name = "Reporter::warnings_to_stderr"
	}
	return m.boolOption(name, true)
}

// raiseReporter queues reporter_info, reporter_warning or reporter_error.
func (m *M) raiseReporter(d diag.Diagnostic) {
	name := "reporter_error"
	switch {
	case d.Severity == diag.Fatal || d.Severity == diag.InternalError:
		return
	case d.Severity == diag.Info:
		name = "reporter_info"
	case !d.Severity.IsError():
		name = "reporter_warning"
	}
	loc := diag.Location(d.At)
	if !d.And.IsZero() {
		loc += " and " + diag.Location(d.And)
	}
	at := m.netTime
	if m.dialect.NoReporterTime {
		at = 0
	}
	m.QueueEvent(name, val.Time(at), val.Str(d.Msg), val.Str(loc))
}

// typeText names a type in messages.
func typeText(t *types.Type) string { return ir.DescribeType(t, false) }
