package interp_test

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/brogo/brogo/bif/collect"
	"github.com/brogo/brogo/bif/format"
	"github.com/brogo/brogo/bif/text"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// engine is the least that runs a script: parser, checker and interpreter, with output and messages in one buffer.
type engine struct {
	t        *testing.T
	out      bytes.Buffer
	m        *interp.M
	c        *check.Checker
	builtins map[string]*interp.Builtin
}

// Report takes a diagnostic.
func (e *engine) Report(d diag.Diagnostic) { e.out.WriteString(diag.Reference(d) + "\n") }

// Builtin finds a builtin for the checker.
func (e *engine) Builtin(name string) (check.Builtin, bool) {
	b, ok := e.builtins[name]
	if !ok {
		return check.Builtin{}, false
	}
	return check.Builtin{Sig: b.Sig, Row: b, Check: b.Check, Result: b.Result}, true
}

// Eval evaluates a constant for the checker.
func (e *engine) Eval(fn *ir.Func) (uint64, string, bool) {
	t, v, ok := e.m.Eval(fn)
	if ok && t.Tag == types.String {
		return 0, v.Str(), true
	}
	return v.N, "", ok
}

func (e *engine) Condition(parse.Directive) bool { return true }
func (e *engine) Directive(parse.Directive)      {}

// prelude declares what the tests need of the base scripts.
const prelude = `
const exit_only_after_terminate = F &redef;
const allow_network_time_forward = T &redef;
const table_expire_interval = 10sec &redef;
const table_incremental_step = 5000 &redef;
const table_expire_delay = 0.01sec &redef;
type TableChange: enum { TABLE_ELEMENT_NEW, TABLE_ELEMENT_CHANGED, TABLE_ELEMENT_REMOVED, TABLE_ELEMENT_EXPIRED };
type call_argument: record { name: string; arg_type: string; default_val: any &optional; value: any &optional; };
type call_argument_vector: vector of call_argument;
type BacktraceElement: record { function_name: string; function_args: call_argument_vector; file_location: string &optional; line_location: count &optional; };
type Backtrace: vector of BacktraceElement;
global assertion_failure: hook(cond: string, msg: string, bt: Backtrace);
global assertion_result: hook(result: bool, cond: string, msg: string, bt: Backtrace);
global reporter_error: event(t: time, msg: string, location: string);
`

var funcName = regexp.MustCompile(`^(?:function|event|hook)\s+([\w:]+)`)

func newEngine(t *testing.T, d *dialect.Dialect, clk clock.Clock) *engine {
	e := &engine{t: t, builtins: map[string]*interp.Builtin{}}
	if clk == nil {
		clk = clock.NewAuto(time.Unix(1500000000, 0))
	}
	e.m = interp.New(interp.Config{Dialect: d, Sink: e, Out: &e.out, Clock: clk, Getenv: func(string) (string, bool) { return "", false }})
	for _, rows := range [][]interp.Builtin{text.Rows(), format.Rows(), collect.Rows(), testRows} {
		for i := range rows {
			e.builtins[funcName.FindStringSubmatch(rows[i].Sig)[1]] = &rows[i]
		}
	}
	e.c = check.New(check.Config{Host: e, Dialect: d, NoUnusedWarnings: true, ParseSig: func(sig string) (string, *ast.FuncType, bool, error) {
		name, ft, err := parse.FuncSig(sig)
		if err != nil {
			return "", nil, false, err
		}
		return name, ft, parse.Variadic(ft), nil
	}})
	e.m.SetNames(e.c)
	return e
}

// testRows are builtins that the families define later or elsewhere.
var testRows = []interp.Builtin{
	{Sig: "function terminate(): bool", F0: func(m *interp.M, _ *interp.Site) val.Value { return val.Bool(m.Terminate()) }},
	{Sig: "function network_time(): time", F0: func(m *interp.M, _ *interp.Site) val.Value { return val.Time(m.NetworkTime()) }},
	{Sig: "function pick(v: any): any", F1: func(_ *interp.M, s *interp.Site, a val.Value) val.Value { return val.Any(s.Args[0], a) }},
	{Sig: "function nothing(x: count): count", GivesUp: true, F1: func(m *interp.M, s *interp.Site, a val.Value) val.Value {
		m.Errorf(s, "no value")
		return m.NoValue(s)
	}},
	{Sig: "function later(what: string): string", F1: func(m *interp.M, s *interp.Site, a val.Value) val.Value {
		if in, _ := m.InWhen(); !in {
			m.Throw(s, "only inside a when")
		}
		return m.Delay(s, a.Str(), func(resume func(val.Value)) {
			release := m.Hold()
			m.After(2, func(bool) { resume(val.Str(strings.ToUpper(a.Str()))); release() })
		})
	}},
}

func (e *engine) load(name, src string) {
	file := &diag.File{Name: name, Src: src}
	e.c.BeginFile(file, nil)
	s := lex.New(file)
	r := parse.NewReader(s, e)
	for {
		it, ok := r.Next()
		if !ok {
			break
		}
		dec, err := parse.Decl(s, it)
		if err != nil {
			r.Recover(err)
			e.t.Fatalf("%s: %v", src, err)
		}
		for _, a := range e.c.Item(dec) {
			e.m.Do(a)
		}
	}
	e.c.EndFile()
	e.c.Finish()
}

// script runs a program in the zeek dialect on a clock that jumps, and returns all that it wrote.
func script(t *testing.T, src string) string {
	t.Helper()
	e := newEngine(t, dialect.Zeek, nil)
	e.load("prelude", prelude)
	e.load("x.zeek", src)
	if e.m.Errors() > 0 || e.out.Len() > 0 {
		return e.out.String()
	}
	if code := e.m.Run(context.Background()); code != 0 {
		e.out.WriteString("exit " + string(rune('0'+code%10)) + "\n")
	}
	return e.out.String()
}

// a scriptCase is a program and all that it writes.
type scriptCase struct{ name, src, want string }

func runCases(t *testing.T, cases []scriptCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := script(t, c.src)
			if want := strings.TrimPrefix(c.want, "\n"); got != want {
				t.Errorf("%s\n--- got\n%s--- want\n%s", c.src, got, want)
			}
		})
	}
}
