package interp_test

import "testing"

func TestLifeCycle(t *testing.T) {
	runCases(t, []scriptCase{
		{"timers fire at exit", `global zeek_done_seen = F; global e: event(s: string); event e(s: string) { print s, zeek_done_seen; }
			event zeek_init() { schedule 1hr { e("late") }; schedule 1sec { e("early") }; } event zeek_done() { zeek_done_seen = T; print "done"; schedule 1sec { e("never") }; }`,
			"early, F\nlate, F\ndone\n"},
		{"terminate", `redef exit_only_after_terminate = T; global tick: event(n: count); event tick(n: count) { print n; if ( n == 3 ) terminate(); else schedule 1sec { tick(n + 1) }; }
			event zeek_init() { event tick(1); } event zeek_done() { print "done"; }`,
			"1\n2\n3\nreceived termination signal\ndone\n"},
		{"network time moves", `redef exit_only_after_terminate = T; global t0: time; global e: event(); event e() { print network_time() - t0 >= 5sec, network_time() - t0 < 6sec; terminate(); }
			event zeek_init() { t0 = network_time(); schedule 5sec { e() }; }`, "T, T\nreceived termination signal\n"},
		{"two rounds a drain", `global n = 0; global e: event(); event e() { if ( ++n < 5 ) event e(); } event zeek_init() { event e(); } event zeek_done() { print n; }`, "2\n"},
	})
}

func TestWhen(t *testing.T) {
	const head = "redef exit_only_after_terminate = T; global bye: event(); event bye() { terminate(); }\n"
	const tail = "received termination signal\n"
	runCases(t, []scriptCase{
		{"global", head + `global x = 0; global set_x: event(); event set_x() { ++x; if ( x < 3 ) schedule 1sec { set_x() }; }
			event zeek_init() { when ( x == 3 ) { print "three"; event bye(); } event set_x(); }`, "three\n" + tail},
		{"table", head + `global t: table[string] of count; global put: event(); event put() { t["a"] = 4; }
			event zeek_init() { when ( "a" in t ) { print t["a"]; event bye(); } schedule 1sec { put() }; }`, "4\n" + tail},
		{"record", head + `type R: record { v: count; }; global r = R($v=0); global put: event(); event put() { r$v = 2; }
			event zeek_init() { when ( r$v == 2 ) { print "two"; event bye(); } schedule 1sec { put() }; }`, "two\n" + tail},
		{"capture", head + `global put: event(s: set[count]); event put(s: set[count]) { add s[3]; }
			event zeek_init() { local s: set[count]; local label = "l"; when [s, label] ( 3 in s ) { print label, s; event bye(); } schedule 1sec { put(s) }; }`, "l, {\n3\n}\n" + tail},
		{"timeout", head + `global x = F; event zeek_init() { when ( x ) { print "no"; } timeout 5sec { print "timed out"; event bye(); } }`, "timed out\n" + tail},
		{"true at once", `global x = T; event zeek_init() { when ( x ) print "now"; print "after"; }`, "now\nafter\n"},
		{"asynchronous", head + `event zeek_init() { when ( local s = later("abc") ) { print s; event bye(); } timeout 1min { print "late"; } print "first"; }`, "first\nABC\n" + tail},
		{"return when", head + `function slow(s: string): string { return when [s] ( local r = later(s) ) { return r + "!"; } timeout 1min { return "late"; } }
			event zeek_init() { when ( local a = slow("x") ) { print a; event bye(); } timeout 2min { print "no"; } }`, "X!\n" + tail},
		{"error in condition", head + `global t: table[count] of count; global put: event(); event put() { t[1] = 1; }
			event zeek_init() { schedule 2sec { put() }; } global go: event(); event go() { when ( t[1] == 1 ) { print "ok"; event bye(); } } event put() &priority=10 { event go(); }`,
			"ok\n" + tail},
	})
}

func TestExpiry(t *testing.T) {
	const head = "redef exit_only_after_terminate = T; redef table_expire_interval = 1sec; global bye: event(); event bye() { terminate(); }\n"
	const tail = "received termination signal\n"
	runCases(t, []scriptCase{
		{"create", head + `global s: set[count] &create_expire=3sec; global look: event(); event look() { print |s|; }
			event zeek_init() { add s[1]; schedule 2sec { look() }; schedule 6sec { look() }; schedule 7sec { bye() }; }`, "1\n0\n" + tail},
		{"function", head + `function gone(t: table[string] of count, k: string): interval { print "gone", k, t[k]; return 0sec; }
			global t: table[string] of count &create_expire=2sec &expire_func=gone; event zeek_init() { t["a"] = 5; schedule 5sec { bye() }; }`, "gone, a, 5\n" + tail},
		{"composite index as any", head + `function gone(t: table[string, count] of count, k: any): interval { local a: string; local b: count; [a, b] = k; print "gone", a, b; return 0sec; }
			global t: table[string, count] of count &create_expire=2sec &expire_func=gone; event zeek_init() { t["a", 9] = 5; schedule 5sec { bye() }; }`, "gone, a, 9\n" + tail},
		{"change", `function ch(t: table[string] of count, c: TableChange, k: string, v: count) { print c, k, v; }
			global t: table[string] of count &on_change=ch; event zeek_init() { t["a"] = 1; t["a"] = 2; delete t["a"]; }`,
			"TABLE_ELEMENT_NEW, a, 1\nTABLE_ELEMENT_CHANGED, a, 1\nTABLE_ELEMENT_REMOVED, a, 2\n"},
	})
}
