package brogo

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/brogo/brogo/bif/oldcomm"
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/load"
	"github.com/brogo/brogo/lang/parse"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/scripts"
	"github.com/brogo/brogo/scripts/outlines"
)

// load reads everything in the reference's order: base scripts, files, their prefixed twins, settings, code.
func (e *Engine) load() int {
	l := e.loader
	// What the engine itself tells the base scripts.
	l.Text("<engine>", fmt.Sprintf("const brogo_dialect = %q;\n", e.d.Name))
	l.Load(scripts.Bare)
	if !e.cfg.Bare {
		l.Load(scripts.Default)
	}
	l.Load(e.cfg.Files...)
	l.LoadPrefixed()
	if text := e.redefText(); text != "" {
		l.Text("<params>", text)
	}
	for _, c := range e.cfg.Code {
		// A semicolon on a line of its own: code may leave its last one out, or end in a directive.
		l.Text("<command line>", c+"\n;\n")
	}
	if e.errs.errors == 0 && !l.Stopped() {
		e.FinishCheck()
	}
	if e.errs.errors > 0 {
		return 1
	}
	var files []interp.LoadedScript
	for _, f := range l.Files() {
		files = append(files, interp.LoadedScript{Path: f.Path, Level: f.Level})
	}
	e.m.SetScripts(files)
	e.logs.RedirectPrints(e.m)
	e.funcs = make(map[string]*ir.Global)
	for _, g := range e.checker.Known() {
		if g.Kind == ir.KindFunc && g.T != nil {
			e.funcs[g.Name] = g
		}
	}
	return 0
}

// FinishCheck reports what can be told only of a whole program without errors. Load does so; a tool that has had bodies checked anew
// (check.Checker.Redo) calls it again.
func (e *Engine) FinishCheck() {
	e.checker.Finish()
	if !e.d.OldCommFatal {
		return
	}
	if uses := e.oldCommUses(); len(uses) > 0 {
		e.errs.Report(diag.Diagnostic{Severity: diag.Fatal, Code: diag.OldCommunication,
			Msg: oldcomm.Message + " (" + strings.Join(uses, "; ") + ")"})
	}
}

// oldCommUses lists what the program uses of the communication system before Broker, each with what to do instead; nothing with
// old_comm_usage_is_ok.
func (e *Engine) oldCommUses() []string {
	if g := e.checker.Lookup("old_comm_usage_is_ok"); g != nil {
		if v, ok := e.m.Value(g); ok && v.Bool() {
			return nil
		}
	}
	var uses []string
	if e.checker.Synchronized() > 0 {
		uses = append(uses, "&synchronized: "+dialect.FindOld("&synchronized").Instead)
	}
	for _, g := range e.checker.Known() {
		if f := dialect.FindOld(g.Name); g.Kind == ir.KindBuiltin && g.Uses > 0 && f != nil && f.Fatal {
			uses = append(uses, f.Name+": "+f.Instead)
		}
	}
	return uses
}

// redefText turns the `Name=value` settings into redefs. The value of a string needs no quotes.
func (e *Engine) redefText() string {
	var b strings.Builder
	for _, r := range e.cfg.Redefs {
		name, val, _ := strings.Cut(r, "=")
		op := "="
		if n := strings.TrimRight(name, "+-"); n != name {
			op, name = name[len(n):]+"=", n
		}
		g := e.checker.Lookup(name)
		switch {
		case g == nil:
			e.errorf("unknown identifier '%s' in command-line options", name)
		case val == "" && g.T.Tag != types.String:
			e.errorf("must assign non-empty value to '%s' in command-line options", name)
		case g.T.Tag == types.String:
			b.WriteString("redef " + name + " " + op + " " + quote(val) + ";\n")
		default:
			b.WriteString("redef " + name + " " + op + " " + val + ";\n")
		}
	}
	return b.String()
}

// quote writes s as a string literal. Escapes written by the user keep their meaning, as in the reference.
func quote(s string) string {
	return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"`
}

// host joins loader, checker and interpreter.
type host struct{ e *Engine }

// Report passes a message through the loader, whose pragmas may silence it.
func (h host) Report(d diag.Diagnostic) { h.e.loader.Report(d) }

// Builtin finds a function written in Go.
func (h host) Builtin(name string) (check.Builtin, bool) {
	b, ok := h.e.rows[name]
	if !ok {
		return check.Builtin{}, false
	}
	return check.Builtin{Sig: b.Sig, Row: b, Deprecated: b.Deprecated, Check: b.Check, Result: b.Result}, true
}

// Eval evaluates a constant expression for the checker.
func (h host) Eval(fn *ir.Func) (n uint64, s string, ok bool) {
	t, v, ok := h.e.m.Eval(fn)
	if !ok {
		return 0, "", false
	}
	if t.Tag == types.String {
		return 0, v.Str(), true
	}
	return v.N, "", true
}

// loadHost is what the loader sees: messages end at the engine's sink.
type loadHost struct{ e *Engine }

// Report takes a message that has passed the loader.
func (h loadHost) Report(d diag.Diagnostic) { h.e.errs.Report(d) }

// Do performs an action, unless scripts are only checked; definitions are always made, since later conditions may need them.
func (h loadHost) Do(a ir.Action) {
	if c := h.e.cfg.Coverage; c != nil {
		c.Defined(a)
	}
	h.e.m.Do(a)
}

// EvalCond evaluates an @if condition.
func (h loadHost) EvalCond(fn *ir.Func) (val, ok bool) {
	return h.e.m.EvalCond(fn)
}

// build makes the parts of the engine and joins them.
func (e *Engine) build() error {
	seeds, err := e.seeds()
	if err != nil {
		return err
	}
	e.addBuiltins(seeds)
	e.m = e.newMachine()
	e.m.Hooks.Ready = e.metrics.Ready
	e.checker = check.New(check.Config{Host: host{e}, Dialect: e.d, ParseSig: parseSig, Usage: e.cfg.Usage, NoUnusedWarnings: e.cfg.NoUnusedWarnings, Operands: e.cfg.ShowOperands, Named: e.cfg.Named,
		Body: e.cfg.Body, Builtin: ours, BuiltinNames: sync.OnceValue(func() []string { return slices.Sorted(maps.Keys(e.rows)) }),
		Demand: func(full string) bool { return e.loader.Demand(full) }, DemandAll: func() { e.loader.DemandAll() },
		Reserved:      func(full string) (int, bool) { return e.loader.Reserved(full) },
		DemandOptions: func() { e.loader.DemandOptions() }, Needed: func(g *ir.Global, asking *diag.File) bool { return e.loader.Needed(g, asking) }})
	e.m.SetNames(e.checker)
	e.m.Hooks.Cast = e.codec.Cast
	e.comm.Attach(e.m)
	e.m.Hooks.Done = e.finish
	var put func(string) bool
	if !e.cfg.Eager && !e.cfg.Usage && !e.cfg.KeepDocs {
		put = ours
	}
	e.m.Hooks.Began = func() bool { return e.stores.Begin(e.m) }
	e.loader = load.New(load.Config{
		Defer: put, Builtin: func(full string) (exists, pure bool) { b, ok := e.rows[full]; return ok, ok && b.Pure },
		Outline: outline, Plan: outlines.Plan(e.d), FS: e.cfg.FS, Host: loadHost{e}, Checker: e.checker, Dialect: e.d, Path: searchPath(e.pathDirs()), Prefixes: e.prefixes(),
		Stdin: func() ([]byte, error) { return io.ReadAll(e.cfg.Stdin) }, KeepGoing: e.cfg.KeepGoing, KeepDocs: e.cfg.KeepDocs,
		Through: e.cfg.Through, Parse: e.cfg.Parse, File: e.cfg.File, Done: e.cfg.Done,
	})
	return nil
}

// ours reports whether a file is one of the base scripts.
func ours(file string) bool { return strings.HasPrefix(file, EmbeddedRoot+"/") }

// outline returns the outline of a base script.
func outline(f *diag.File, d *dialect.Dialect) []load.Entry {
	path, _ := embedded(f.Name)
	return outlines.Find(path, f.Src, d)
}

func parseSig(sig string) (string, *ast.FuncType, bool, error) {
	name, t, err := parse.FuncSig(sig)
	if err != nil {
		return "", nil, false, err
	}
	return name, t, parse.Variadic(t), nil
}

// pathDirs is the configured search path, or the environment's.
func (e *Engine) pathDirs() []string {
	if e.cfg.Path != nil {
		return e.cfg.Path
	}
	for _, name := range []string{e.d.PathVar, "ZEEKPATH", "BROPATH"} {
		if p, ok := e.cfg.Env(name); ok {
			return strings.Split(p, ":")
		}
	}
	return []string{"."}
}

// prefixes are the configured ones and those of the environment.
func (e *Engine) prefixes() []string {
	out := append([]string{}, e.cfg.Prefixes...)
	if p, ok := e.cfg.Env(e.d.EnvPrefix + "PREFIXES"); ok && p != "" {
		out = append(out, strings.Split(p, ":")...)
	}
	return out
}

// sigName is the name in a builtin's signature.
func sigName(sig string) string {
	head, _, _ := strings.Cut(sig, "(")
	head = strings.TrimSpace(head)
	return head[strings.LastIndexByte(head, ' ')+1:]
}

func (e *Engine) errorf(format string, args ...any) {
	e.errs.Report(diag.Diagnostic{Severity: diag.Error, Code: diag.CommandLine, Msg: fmt.Sprintf(format, args...)})
}
