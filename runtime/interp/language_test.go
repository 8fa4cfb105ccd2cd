package interp_test

import "testing"

func TestExpressions(t *testing.T) {
	runCases(t, []scriptCase{
		{"arithmetic", `event zeek_init() { local a = 7; local b: int = -3; local d = 2.5;
			print a + 1, a - 2, a * a, a / 2, a % 4, -a, b - 1, d * 2, 1.0 / 4, a & 3, a | 8, a ^ 1, ~a & 15, 1 << 4, 32 >> 2; }`,
			"8, 5, 49, 3, 3, -7, -4, 5.0, 0.25, 3, 15, 6, 8, 16, 8\n"},
		{"comparison", `event zeek_init() { local a = 1; local s = "b"; print a < 2, a <= 1, a > 1, a >= 2, a == 1, a != 1, "a" < s, s == "b", -1 < 0, 1.5 >= 1.5; }`,
			"T, T, F, F, T, F, T, T, T, T\n"},
		{"intervals", `event zeek_init() { local i = 90sec; print i, i / 2, i * 2.0, i / 30sec, network_time() + i > network_time(); }`,
			"1.0 min 30.0 secs, 45.0 secs, 3.0 mins, 3.0, T\n"},
		{"strings", `event zeek_init() { local s = "hello"; print s + " " + "world" + "!", |s|, s[1], s[-1], s[1:3], s[:2], s[-3:], s[9], s[3:1]; }`,
			"hello world!, 5, e, o, el, he, llo, , \n"},
		{"membership", `event zeek_init() { print "ell" in "hello", /l+/ in "hello", /l+/ == "hello", 1.2.3.4 in 1.2.0.0/16, 2 in vector(5, 6), 1 in set(1, 2), 3 !in set(1, 2); }`,
			"T, T, F, T, F, T, T\n"},
		{"sets", `event zeek_init() { local a = set(1, 2, 3); local b = set(3, 4); print a & b, a | b, a - b, set(1) < a, a <= a, a == set(3, 2, 1); }`,
			"{\n3\n}, {\n1,\n2,\n3,\n4\n}, {\n1,\n2\n}, T, T, T\n"},
		{"vectors", `event zeek_init() { local v = vector(1, 2, 3); v[5] = 9; v += 7; print v, |v|, v[-1], v[1:3]; local w = v[0:3]; print w + w; w[0:2] = vector(8); print w; }`,
			"[1, 2, 3, , , 9, 7], 7, 7, [2, 3]\n[2, 4, 6]\n[8, 3]\n"},
		{"conditional", `event zeek_init() { local x = 3; print x > 2 ? "big" : "small", x > 2 && x < 4, x > 3 || x == 3; }`, "big, T, T\n"},
		{"assignment is an expression", `event zeek_init() { local a = 1; local b = 2; a = b = 5; print a, b, ++a, --b; a += 10; b -= 1; print a, b; }`,
			"5, 5, 6, 4\n16, 3\n"},
		{"tables", `event zeek_init() { local t: table[string, count] of string; t["a", 1] = "x"; t["b", 2] = "y"; print ["a", 1] in t, t["b", 2], |t|; delete t["a", 1]; print t; }`,
			"T, y, 2\n{\n[b, 2] = y\n}\n"},
		{"default", `global t: table[count] of count &default=7; global f: table[count] of string &default=function(i: count): string { return fmt("<%d>", i); };
			global d: table[count] of set[count] &default_insert=set();
			event zeek_init() { print t[1], |t|, f[3]; add d[5][1]; print d; t[2] += 1; print t[2]; }`,
			"7, 0, <3>\n{\n[5] = {\n1\n}\n}\n8\n"},
		{"longest prefix", `global n: table[subnet] of string = { [10.0.0.0/8] = "a", [10.1.0.0/16] = "b" }; event zeek_init() { print n[10.1.2.3], n[10.2.0.1], 11.0.0.1 in n; }`,
			"b, a, F\n"},
		{"pattern table", `global p: table[pattern] of count = { [/a.*/] = 1, [/.*b/] = 2 }; event zeek_init() { print p["ab"], p["xb"], "q" in p; }`,
			"[1, 2], [2], F\n"},
		{"records", `type P: record { a: count; b: string &default="dflt"; c: set[count]; d: vector of string &optional; };
			event zeek_init() { local p = P($a=1); print p, p?$d, p?$b; p$d = vector("x"); add p$c[4]; delete p$b; print p$b, p; local q = copy(p); p$a = 9; print q$a; }`,
			"[a=1, b=dflt, c={\n\n}, d=<uninitialized>], F, T\ndflt, [a=1, b=<uninitialized>, c={\n4\n}, d=[x]]\n1\n"},
		{"record coercion", `type P: record { a: count &default=3; b: string; o: double &optional; }; function f(p: P): string { return fmt("%d %s", p$a, p$b); }
			event zeek_init() { print f([$b="x"]), f([$b="y", $a=4]); }`, "3 x, 4 y\n"},
		{"any", `event zeek_init() { local a: any = 5; print a, a is count, a is string, (a as count) + 1; local v: vector of any = vector(1, 2); print v[1] as count, |v|; }`,
			"5, T, F, 6\n2, 2\n"},
		{"enums", `type C: enum { RED = 0, GREEN = 5, BLUE = 6 }; event zeek_init() { local c = BLUE; print c, |c|, c == RED; }`, "BLUE, 6, F\n"},
		{"masks", `event zeek_init() { local a = 10.1.2.3; print a / 16, |10.0.0.0/8|, |a|; }`, "10.1.0.0/16, 16777216.0, 32\n"},
		{"add and delete tell", `event zeek_init() { local s = set(1); add s[2]; delete s[1]; print s; delete s; print |s|; local v = vector(1); delete v; print |v|; }`,
			"{\n2\n}\n0\n0\n"},
		{"composite slots", `type R: record { v: vector of table[string] of count; }; event zeek_init() { local r = R(); r$v[0] = table(["a"] = 1); ++r$v[0]["a"]; r$v[0]["a"] += 5; print r; }`,
			"[v=[{\n[a] = 7\n}]]\n"},
	})
}

func TestStatements(t *testing.T) {
	runCases(t, []scriptCase{
		{"while", `event zeek_init() { local i = 0; while ( T ) { ++i; if ( i == 2 ) next; if ( i > 4 ) break; print i; } }`, "1\n3\n4\n"},
		{"for", `event zeek_init() { local t = table(["a"] = 1, ["b"] = 2); for ( k, v in t ) print k, v; for ( k in t ) { if ( k == "a" ) next; print k; }
			for ( i, x in vector(7, 8) ) print i, x; for ( c in "xy" ) print c; local s = set([1, "q"]); for ( [n, z] in s ) print n, z; for ( _, v2 in t ) print v2; }`,
			"a, 1\nb, 2\nb\n0, 7\n1, 8\nx\ny\n1, q\n1\n2\n"},
		{"switch", `function f(x: count): string { switch ( x ) { case 1, 2: return "low"; case 3: fallthrough; case 4: return "mid"; default: break; } return "none"; }
			function g(x: any): string { switch ( x ) { case type count as n: return fmt("count %d", n + 1); case type string: return "string"; } return "other"; }
			event zeek_init() { print f(1), f(3), f(4), f(9), g(4), g("x"), g(1.5); switch ( "b" ) { case "a": print "A"; break; case "b": print "B"; break; } }`,
			"low, mid, mid, none, count 5, string, other\nB\n"},
		{"functions", `function fib(n: count): count { if ( n < 2 ) return n; return fib(n - 1) + fib(n - 2); }
			function d(a: count, b: string &default="z"): string { return cat(a, b); } function nop() { }
			event zeek_init() { nop(); print fib(15), d(1), d(2, "y"); }`, "610, 1z, 2y\n"},
		{"closures", `event zeek_init() { local n = 1; local f = function[n](): count { ++n; return n; }; print f(), f(), n; local g = copy(f); print g(), f();
			local h: function(x: count): count; h = function(x: count): count { return x * 2; }; print h(4); }`, "2, 3, 1\n4, 4\n8\n"},
		{"hooks", `global h: hook(x: count, v: vector of string); hook h(x: count, v: vector of string) &priority=5 { v += "first"; if ( x > 1 ) break; }
			hook h(x: count, v: vector of string) { v += "second"; x = 100; }  hook h(x: count, v: vector of string) &priority=-5 { v += cat(x); }
			event zeek_init() { local v: vector of string; print hook h(1, v), v; v = vector(); print hook h(2, v), v; }`,
			"T, [first, second, 1]\nF, [first]\n"},
		{"event order", `global e: event(n: count); event e(n: count) &priority=-1 { print "low", n; } event e(n: count) &priority=3 { print "high", n; n = 50; } event e(n: count) { print "mid", n; }
			event zeek_init() { event e(1); print "queued"; } event zeek_done() { print "done"; }`, "queued\nhigh, 1\nmid, 1\nlow, 1\ndone\n"},
		{"top level", `print "top"; global x = 3; print x + 1; event zeek_init() { print "init"; }`, "top\n4\ninit\n"},
		{"redef", `const a = 1 &redef; redef a = 5; const s: set[count] = { 1 } &redef; redef s += { 2, 3 }; redef s -= { 1 }; const v: vector of count = vector() &redef; redef v += { 4 };
			event zeek_init() { print a, s, v; }`, "5, {\n2,\n3\n}, [4]\n"},
		{"redef record", `type R: record { a: count; }; global early = R($a=1); redef record R += { b: string &default="late"; c: count &optional; }; event zeek_init() { print early$b, early?$c, R($a=2); }`,
			"late, F, [a=2, b=late, c=<uninitialized>]\n"},
		{"functions as values", `function twice(f: function(x: count): count, x: count): count { return f(f(x)); } function inc(x: count): count { return x + 1; } event zeek_init() { print twice(inc, 3); }`, "5\n"},
		{"any function", `function app(f: function(a: any): any, x: any): any { return f(x); } event zeek_init() { print pick("x"); }`, "x\n"},
		{"no value ends the statement", `event zeek_init() { print nothing(1); print "next"; local x = nothing(2) + 1; print "after"; }`,
			"error in x.zeek, line 1: no value (nothing(1))\nnext\nerror in x.zeek, line 1: no value (nothing(2))\nafter\nfatal error: errors occurred while initializing\nexit 1\n"},
	})
}

func TestRuntimeErrors(t *testing.T) {
	const start = "redef exit_only_after_terminate = F; global go: event(); global e: event(); event zeek_init() { schedule 1sec { go() }; }\nevent e() { print \"goes on\"; }\n"
	runCases(t, []scriptCase{
		{"no such index", start + `event go() { event e(); local t: table[string] of count; local k = "x"; print t[k]; print "not reached"; }`,
			"expression error in x.zeek, line 3: no such index (t[k])\ngoes on\n"},
		{"division", start + `event go() { event e(); local a = 1; local b = 0; print a / b; }`, "expression error in x.zeek, line 3: division by zero (a / b)\ngoes on\n"},
		{"modulo", start + `event go() { local a: int = 1; local b: int = 0; print a % b; }`, "expression error in x.zeek, line 3: modulo by zero (a % b)\n"},
		{"underflow", start + `event go() { local a = 1; print a - 2 > 5; --a; --a; }`,
			"expression warning in x.zeek, line 3: count underflow (a - 2)\nT\nexpression warning in x.zeek, line 3: count underflow (--a)\n"},
		{"unset field", start + `type R: record { a: count &optional; }; event go() { local r = R(); print r$a; }`, "expression error in x.zeek, line 3: field value missing (r$a)\n"},
		{"unset variable", start + `event go() { local x: count; print x; }`, "expression error in x.zeek, line 3: value used but not set (x)\n"},
		{"unset global", start + `global x: count; event go() { print x; }`, "expression error in x.zeek, line 3: value used but not set (x)\n"},
		{"cast", start + `event go() { local a: any = 5; print a as string; }`, "expression error in x.zeek, line 3: invalid cast of value with type 'count' to type 'string' (a as string)\n"},
		{"in a called function", start + `function f(x: count): count { return 10 / x; } event go() { print f(0); print "no"; } event go() { print "second handler"; }`,
			"expression error in x.zeek, line 3: division by zero (10 / x)\nsecond handler\n"},
		{"in a hook", start + `global h: hook(); hook h() { print 1 / |""|; } hook h() { print "second"; } event go() { print hook h(); }`,
			"expression error in x.zeek, line 3: division by zero (1 / sizeof )\nsecond\nT\n"},
		{"recursion", start + `function f(x: count): count { return f(x + 1) + 1; } event go() { event e(); print f(0); }`,
			"expression error in x.zeek, line 3: call stack too deep (f(x + 1))\ngoes on\n"},
		{"assert", start + `event go() { event e(); local x = 1; assert x == 1; assert x == 2, "why"; print "no"; }`,
			"error in x.zeek, line 3: assertion failure: 2 == x (why)\ngoes on\n"},
		{"assert hook", start + `hook assertion_failure(cond: string, msg: string, bt: Backtrace) { print cond, msg, bt[0]$function_name, bt[1]$function_name; break; } event go() { assert 1 > |"abc"|, "m"; }`,
			"sizeof \"abc\" < 1, m, assert, go\n"},
		{"missing return", start + `function f(x: count): count { if ( x > 0 ) return 1; } event go() { print f(1); f(0); print "ok"; }`,
			"1\nwarning: non-void function returning without a value: f\nok\n"},
		{"loop modification", start + `event go() { local s = set(1); for ( x in s ) add s[x + 1]; print |s|; }`,
			"expression warning in x.zeek, line 3: possible loop/iterator invalidation (s[x + 1])\n2\n"},
		{"top level", `print "a"; global t: table[count] of count; print t[1];`,
			"a\nexpression error in x.zeek, line 1: no such index (t[1])\nfatal error: failed to execute script statements at top-level scope\nexit 1\n"},
		{"init", `event zeek_init() { print 1 / |vector()|; }`,
			"expression error in x.zeek, line 1: division by zero (1 / sizeof vector())\nfatal error: errors occurred while initializing\nexit 1\n"},
		{"reporter event", start + `event reporter_error(t: time, msg: string, location: string) { print "reporter", msg, location; } event go() { print vector(1)[5]; }`,
			"expression error in x.zeek, line 3: no such index (vector(1)[5])\nreporter, no such index (vector(1)[5]), x.zeek, line 3\n"},
	})
}
