package check_test

import (
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/dialect"
)

// badScripts are mistakes and what the reference says of them. A message that starts with + is a consequence of the one before.
var badScripts = []struct{ src, want string }{
	{`event zeek_init() { print nosuch; }`, `error in x.zeek, line 1: unknown identifier nosuch, at or near "nosuch"`},
	{`global x: nosuch;`, `error in x.zeek, line 1: identifier not defined: nosuch`},
	{`global x: count = "a";`, `error in x.zeek, line 1: assignment of non-arithmetic value to arithmetic (count/string) (x = a)`},
	{`function f(n: count) {} event zeek_init() { f("a"); }`,
		`error in count and x.zeek, line 1: arithmetic mixed with non-arithmetic (count and a)
+error in x.zeek, line 1 and count: type mismatch (a and count)
+error in x.zeek, line 1: argument type mismatch in function call (f(a))`},
	{`event zeek_init() { local s: string = 3; }`, `error in x.zeek, line 1: type clash in assignment (s = 3)`},
	{`type R: record { a: count; }; event zeek_init() { local r: R; print r$b; }`, `error in x.zeek, line 1: no such field in record (r$b)`},
	{`const c = 1; event zeek_init() { c = 2; }`, `error in x.zeek, line 1: const is not a modifiable lvalue (c)`},
	{`option o = 1; event zeek_init() { o = 2; }`, `error in x.zeek, line 1: option is not a modifiable lvalue (o)`},
	{`event zeek_init() { event nosuch(1); }`, `error in x.zeek, line 1: not an event (nosuch(1))`},
	{`global t: count &read_expire=1sec;`, `error in x.zeek, line 1: expiration only applicable to sets/tables (&read_expire=1.0 sec)`},
	{`event zeek_init() { next; }`, `error in x.zeek, line 1: next statement used outside of for or while statement. (next )`},
	{`function f(): count { return "x"; }`, `error in count and x.zeek, line 1: arithmetic mixed with non-arithmetic (count and x)`},
	{`event zeek_init() { if ( 3 ) print 1; }`, `error in x.zeek, line 1: conditional in test must be boolean (3)`},
	{`module A; global hidden = 1; module B; event zeek_init() { print A::hidden; }`,
		`error in x.zeek, line 1: identifier is not exported: A::hidden`},
	{`event zeek_init() { local n = 1; local f = function() { print n; }; }`,
		`error in x.zeek, line 1: lambda uses outer identifiers without [] captures: n`},
	{`global x = 1; redef x = 2;`, `error in x.zeek, line 1: cannot redefine a variable not marked with &redef (x)`},
	{`event zeek_init() { { local n = 1; } print n; }`,
		`error in x.zeek, line 1: use of out-of-scope local; move declaration to outer scope (n)`},
	{`event zeek_init() { local a = 1 + "x"; a = 5; print a + 1; }`, `error in x.zeek, line 1: requires arithmetic operands (1 + x)`},
	{`type R: record { a: nosuch; b: count; }; global r: R; event zeek_init() { print r$a, r$b; }`,
		`error in x.zeek, line 1: identifier not defined: nosuch`},
}

func TestBadScripts(t *testing.T) {
	for _, c := range badScripts {
		h, acts := run(c.src, dialect.Zeek)
		var got []string
		for i, line := range strings.Split(strings.TrimSpace(messages(h)), "\n") {
			if h.All[i].Cascade {
				line = "+" + line
			}
			got = append(got, line)
		}
		if g := strings.Join(got, "\n"); g != c.want {
			t.Errorf("%s\n--- says\n%s\n--- want\n%s", c.src, g, c.want)
		}
		_ = acts
	}
}

// TestHints checks what the pretty style adds.
func TestHints(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`global counter = 1; event zeek_init() { print countr; }`, "did you mean `counter`?"},
		{`type R: record { host: string; }; event zeek_init() { local r: R; print r$hots; }`, "did you mean `$host`?"},
		{`event zeek_init() { local value = 1; print valu; }`, "did you mean `value`?"},
	} {
		h, _ := run(c.src, dialect.Zeek)
		if len(h.All) != 1 || h.All[0].Hint != c.want {
			t.Errorf("%s: %+v", c.src, h.All)
		}
	}
}

// TestEventNamespaceQuirk checks the literal names of event statements in Bro 2.6, and the warning that goes with them.
func TestEventNamespaceQuirk(t *testing.T) {
	src := `module M; global e: event(); event e() {} event bro_init() { event e(); }`
	h, _ := run(src, dialect.Bro)
	if len(h.All) != 1 || h.All[0].Severity.IsError() || !strings.Contains(h.All[0].Hint, "M::e") {
		t.Errorf("bro: %+v", h.All)
	}
	if h, _ = run(src, dialect.Zeek); len(h.All) != 0 {
		t.Errorf("zeek: %+v", h.All)
	}
}
