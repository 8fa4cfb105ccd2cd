package interp_test

import (
	"fmt"
	"strings"
	"testing"
)

// manyLocals is a handler with n locals of changing types, which sums those that are counts; tail comes last in its body.
func manyLocals(n int, tail string) string {
	var b strings.Builder
	b.WriteString("redef exit_only_after_terminate = F; global flag = F; event zeek_init() {\n")
	for i := range n {
		if i%3 == 2 {
			fmt.Fprintf(&b, "local v%d = \"s%d\";\n", i, i)
		} else {
			fmt.Fprintf(&b, "local v%d = %d;\n", i, i)
		}
	}
	b.WriteString("local sum = 0;\n")
	for i := range n {
		if i%3 == 2 {
			fmt.Fprintf(&b, "if ( v%d != \"s%d\" ) print \"wrong\", %d;\n", i, i, i)
		} else {
			fmt.Fprintf(&b, "sum += v%d; ++v%d;\n", i, i)
		}
	}
	fmt.Fprintf(&b, "print sum, v%d;\n%s}\n", n-2, tail)
	return b.String()
}

func TestFunctionsOfManyLocals(t *testing.T) {
	for _, n := range []int{200, 249, 250, 251, 255, 256, 300, 1000} {
		sum := 0
		for i := range n {
			if i%3 != 2 {
				sum += i
			}
		}
		last := fmt.Sprintf("%d", n-1)
		if (n-2)%3 == 2 {
			last = fmt.Sprintf("s%d", n-2)
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			if got, want := script(t, manyLocals(n, "")), fmt.Sprintf("%d, %s\n", sum, last); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
		t.Run(fmt.Sprintf("%d and a when", n), func(t *testing.T) {
			tail := fmt.Sprintf("flag = T; local f = function[v0, v%d](): string { return cat(v0, v%d); }; print f(); when [v1, v%d, sum] ( flag ) { print v1, v%d, sum; }\n", n-1, n-1, n-1, n-1)
			got := script(t, manyLocals(n, tail))
			v := fmt.Sprint(n)
			if (n-1)%3 == 2 {
				v = fmt.Sprintf("s%d", n-1)
			}
			if want := fmt.Sprintf("%d, %s\n1%s\n2, %s, %d\n", sum, last, v, v, sum); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestDeepRecursionCrossesSegments(t *testing.T) {
	got := script(t, `function depth(n: count, s: string): string { local mine = s + "x"; if ( n == 0 ) return mine; local r = depth(n - 1, s); return mine == s + "x" ? r : "broken"; }
		function pad(n: count): count { local a = n; local b = n; local c = n; local d = n; if ( n == 0 ) return 0; return 1 + pad(n - 1) + a - b + c - d; }
		event zeek_init() { print depth(5000, "a"), pad(15000), depth(10, "b"); }`)
	if want := "ax, 15000, bx\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestErrorsLeaveNoFramesBehind(t *testing.T) {
	got := script(t, `redef exit_only_after_terminate = F; global go: event(n: count);
		function f(n: count, s: string): string { local t: table[string] of string; local x = s + "y"; if ( n == 0 ) return t[x]; return f(n - 1, x); }
		event go(n: count) { print f(n, "z"); } event go(n: count) &priority=-1 { local s: string; local v: vector of count; print |v|, n; }
		event zeek_init() { schedule 1sec { go(3) }; schedule 2sec { go(9000) }; schedule 3sec { go(0) }; }`)
	if want := "no such index (t[x])"; strings.Count(got, want) != 3 || strings.Count(got, "0, ") != 3 {
		t.Errorf("got %q", got)
	}
}
