package check_test

import (
	"testing"

	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
)

// TestBodiesAsText shows what the checker makes of bodies, in the layout in which scripts print functions.
func TestBodiesAsText(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`print n + 1, -n;`, "{ \nprint n + 1, -n;\n}"},
		{`local d: double = n;`, "{ \nd = (coerce n to double);\n}"},
		{`local s: string; if ( n > 3 ) s = "x"; else s = "y"; print s;`,
			"{ \n<init> s;\n{ \n;\nif (3 < n) \n\ts = x;\nelse\n\ts = y;\n\nprint s;\n}\n}"},
		{`local v = vector(1, 2); v += n; print v[0], |v|;`, "{ \nv = vector(1, 2);\nv += n;\nprint v[0], sizeof v;\n}"},
		{`local r: R = [$a=n]; print r?$b, r$a;`, "{ \nr = (coerce [$a=n] to R);\nprint r?$b, r$a;\n}"},
		{`for ( k, v in table([1] = "a") ) print k, v;`, "{ \nfor ([k], v in table(1 = a)) \n\tprint k, v;\n\n}"},
	} {
		src := "type R: record { a: count; b: string &optional; }; function f(n: count) { " + c.body + " }"
		h, acts := run(src, dialect.Zeek)
		if m := messages(h); m != "" {
			t.Errorf("%s\n--- says\n%s", c.body, m)
			continue
		}
		for _, a := range acts {
			if b, ok := a.(*ir.AddBody); ok {
				if got := ir.DescribeStmt(b.Body.Body, true); got != c.want {
					t.Errorf("%s\n--- is\n%s\n--- want\n%s", c.body, got, c.want)
				}
			}
		}
	}
}
