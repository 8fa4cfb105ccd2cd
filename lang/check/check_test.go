package check_test

import (
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
)

// host is a checker's surroundings in tests: it keeps messages and knows a few builtins.
type host struct {
	diag.List
	c *check.Checker
}

var builtins = map[string]string{
	"fmt":                      "function fmt(...): string",
	"cat":                      "function cat(...): string",
	"sqrt":                     "function sqrt(x: double): double",
	"current_time":             "function current_time(): time",
	"type_name":                "function type_name(t: any): string",
	"to_count":                 "function to_count(str: string): count",
	"blocking_lookup_hostname": "function blocking_lookup_hostname(host: string): set[addr]",
}

func (h *host) Builtin(name string) (check.Builtin, bool) {
	sig, ok := builtins[name]
	return check.Builtin{Sig: sig, Row: name}, ok
}

func (h *host) Eval(fn *ir.Func) (uint64, string, bool) { return 0, "", false }

func (h *host) Condition(parse.Directive) bool { return true }
func (h *host) Directive(parse.Directive)      {}

func parseSig(sig string) (string, *ast.FuncType, bool, error) {
	name, t, err := parse.FuncSig(sig)
	if err != nil {
		return "", nil, false, err
	}
	return name, t, parse.Variadic(t), nil
}

// run checks a script and returns its messages and what it makes the engine do.
func run(src string, d *dialect.Dialect) (*host, []ir.Action) {
	h := &host{}
	h.c = check.New(check.Config{Host: h, Dialect: d, ParseSig: parseSig})
	file := &diag.File{Name: "x.zeek", Src: src}
	h.c.BeginFile(file, d)
	s := lex.New(file)
	r := parse.NewReader(s, h)
	var acts []ir.Action
	for {
		it, ok := r.Next()
		if !ok {
			break
		}
		dec, err := parse.Decl(s, it)
		if err != nil {
			r.Recover(err)
			h.Report(diag.Diagnostic{Severity: diag.Error, Msg: err.Error()})
			continue
		}
		acts = append(acts, h.c.Item(dec)...)
	}
	h.c.EndFile()
	h.c.Finish()
	return h, acts
}

func messages(h *host) string {
	var b strings.Builder
	for _, d := range h.All {
		b.WriteString(diag.Reference(d) + "\n")
	}
	return b.String()
}

func TestGoodScripts(t *testing.T) {
	for _, src := range goodScripts {
		h, _ := run(src, dialect.Zeek)
		if m := messages(h); m != "" {
			t.Errorf("%s\n--- says\n%s", src, m)
		}
	}
}

var goodScripts = []string{
	`event zeek_init() { print "hello", 1 + 2; }`,
	`global x = 5; global t: table[count] of string = { [1] = "a", [2] = "b" };
	 function f(a: count, b: string &default="x"): string { return b + fmt("%d", a); }
	 event zeek_init() { local y = f(3); for ( k, v in t ) print k, v; while ( x < 10 ) ++x; if ( 3 in t ) print t[3]; }`,
	`type R: record { a: count; b: string &optional; c: set[addr] &default=set(); };
	 global r: R = [$a=1]; global v: vector of R = vector(R($a=2));
	 event zeek_init() { r$b = "x"; if ( r?$b ) print r$b; add r$c[1.2.3.4]; delete r$b; print |v|, v[0]$a; }`,
	`module M; export { global e: event(n: count); type Color: enum { Red, Blue }; }
	 event e(n: count) { if ( n > 0 ) event e(n - 1); }
	 event zeek_init() &priority=5 { schedule 1sec { e(3) }; local c = Red; switch ( c ) { case Red: print "r"; break; case Blue: break; default: print c; break; } }`,
	`global h: hook(s: string); hook h(s: string) &priority=-3 { if ( s == "x" ) break; print s; }
	 event zeek_init() { if ( hook h("y") ) print "ok"; local f = function(n: count): count { return n * 2; }; print f(4);
	 local k = 3; local g = function[k](n: count): count { return n + k; }; print g(1); }`,
	`global s: set[string, count] = { ["a", 1], ["b", 2] } &redef; global d: table[string] of table[count] of string;
	 redef s += { ["c", 3] };
	 global ss = set("x"); event zeek_init() { add ss["y"]; for ( [a, b] in s ) print a, b; d["x"] = table([1] = "z"); local q: double = 3; local z: any = q; print z as double; print /a/ in "xay", 1.2.3.4 in 1.2.0.0/16; }`,
	`const c = 5 &redef; redef c = 6; option o = T; type A: set[count]; global a = A(1, 2); global v = vector(1, -2, 3.5);
	 event zeek_init() { when ( 1 in a ) { print "x"; } timeout 5sec { print "t"; } local n = 1; when [n] ( n in a ) print n; }`,
	`function f(x: count): count { local r: count; if ( x > 1 ) r = 1; else r = 2; return r; }`,
}
