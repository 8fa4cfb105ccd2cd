package brogo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestGeneratedScriptsBothWays compares fused and plain code over functions of random statements: arithmetic, comparisons, loops and
// calls on locals, fields and elements, which is what fusion knows. A function that ends in a run-time error must do so both ways.
func TestGeneratedScriptsBothWays(t *testing.T) {
	const functions = 400
	src := generator{r: rand.New(rand.NewPCG(20, 26))}
	src.line("type R: record { a: count; b: int; d: double; o: count &optional; };")
	src.line("function plus(x: count, y: count): count { return x + y; }")
	src.line("function pick(x: count): count { if ( x > 9 ) return x %% 10; if ( x == 3 ) { return 0; } return x; }")
	src.line("function halt(x: int): int { return x < 0 ? -x : x + 1; }")
	for i := range functions {
		src.function(i)
	}
	code := src.b.String()
	fused, plain := codeEngine(t, code, false), codeEngine(t, code, true)
	failed := 0
	for i := range functions {
		name := fmt.Sprintf("f%d", i)
		a, errA := fused.Call(name)
		b, errB := plain.Call(name)
		if a != b || (errA == nil) != (errB == nil) {
			t.Errorf("%s: fused code gives %v, %v; plain code %v, %v\n%s", name, a, errA, b, errB, src.text(name))
		}
		if errA != nil {
			failed++
		}
	}
	t.Logf("%d functions end in a run-time error", failed)
	if failed > functions/2 {
		t.Errorf("%d of %d functions end in an error: the test compares too little", failed, functions)
	}
}

// generator writes random functions. Their locals: counts c0 to c3, ints i0 to i3, doubles d0 to d3, a record r, a vector v of counts.
type generator struct {
	r     *rand.Rand
	b     strings.Builder
	loops int
}

func (g *generator) line(format string, args ...any) { fmt.Fprintf(&g.b, format+"\n", args...) }

// text is the source of one function.
func (g *generator) text(name string) string {
	_, s, _ := strings.Cut(g.b.String(), "function "+name+"()")
	s, _, _ = strings.Cut(s, "\nfunction")
	return s
}

func (g *generator) function(n int) {
	g.line("function f%d(): string\n\t{", n)
	for i := range 4 {
		g.line("\tlocal c%d = %d; local i%d: int = %d; local d%d = %d.5;", i, g.r.IntN(20), i, g.r.IntN(20)-10, i, g.r.IntN(9))
	}
	g.line("\tlocal r = R($a=%d, $b=-%d, $d=0.25); local v: vector of count = vector(1, 2, 3, 4);", g.r.IntN(9), g.r.IntN(9))
	g.loops = 0
	g.block(2 + g.r.IntN(5))
	g.line("\treturn fmt(\"%%s %%s %%s %%s\", cat(c0, c1, c2, c3), cat(i0, i1, i2, i3), cat(d0, d1, d2, d3), cat(r, v));\n\t}")
}

func (g *generator) block(n int) {
	for range n {
		g.statement()
	}
}

// place is something that can be assigned to, of one of the kinds c, i, d.
func (g *generator) place(kind byte) string {
	switch g.r.IntN(6) {
	case 0:
		return "r$" + map[byte]string{'c': "a", 'i': "b", 'd': "d"}[kind]
	case 1:
		if kind == 'c' {
			return []string{"v[0]", "v[3]", "v[c0 % 4]", "v[c1]"}[g.r.IntN(4)]
		}
	}
	return fmt.Sprintf("%c%d", kind, g.r.IntN(4))
}

func (g *generator) expr(kind byte, depth int) string {
	if depth == 0 || g.r.IntN(4) == 0 {
		if g.r.IntN(3) > 0 {
			return g.place(kind)
		}
		return map[byte]string{'c': fmt.Sprint(g.r.IntN(12)), 'i': fmt.Sprintf("%+d", g.r.IntN(12)), 'd': fmt.Sprintf("%d.25", g.r.IntN(5))}[kind]
	}
	l, r := g.expr(kind, depth-1), g.expr(kind, depth-1)
	switch g.r.IntN(8) {
	case 0, 1:
		return "(" + l + " + " + r + ")"
	case 2:
		return "(" + l + " * " + r + ")"
	case 3:
		return fmt.Sprintf("(%s ? %s : %s)", g.cond(depth-1), l, r)
	case 4:
		switch kind {
		case 'c':
			return fmt.Sprintf("(%s %% %d)", l, 1+g.r.IntN(9))
		case 'i':
			return "(" + l + " - " + r + ")"
		}
		return "(" + g.expr('c', 0) + " * 0.5)"
	case 5:
		switch kind {
		case 'c':
			return "plus(" + l + ", " + r + ")"
		case 'i':
			return "halt(" + l + ")"
		}
		return "(" + l + " - " + r + ")"
	case 6:
		if kind == 'c' {
			return []string{"pick(" + l + ")", "(" + l + " & 7)", "(" + l + " ^ " + r + ")", "(" + l + " / 3)", "|v|", "(" + l + " % " + r + ")"}[g.r.IntN(6)]
		}
	}
	return l
}

func (g *generator) cond(depth int) string {
	kind := "cid"[g.r.IntN(3)]
	switch g.r.IntN(7) {
	case 0:
		return "r?$o"
	case 1:
		return "! r?$o"
	case 2:
		return "(" + g.expr('c', 1) + " % 3 == 1 && " + g.expr('i', 0) + " > -3)"
	}
	op := []string{"<", "<=", ">", ">=", "==", "!="}[g.r.IntN(6)]
	return fmt.Sprintf("%s %s %s", g.expr(kind, depth), op, g.expr(kind, depth))
}

func (g *generator) statement() {
	kind := "cid"[g.r.IntN(3)]
	switch g.r.IntN(9) {
	case 0, 1:
		g.line("\t%s = %s;", g.place(kind), g.expr(kind, 2))
	case 2, 3:
		g.line("\t%s += %s;", g.place(kind), g.expr(kind, 2))
	case 4:
		g.line("\t++%s;", g.place("ci"[g.r.IntN(2)]))
	case 5:
		g.line("\tr$o = %s;", g.expr('c', 1))
	case 6:
		g.line("\tif ( %s )\n\t{", g.cond(1))
		g.block(1 + g.r.IntN(2))
		g.line("\t}")
	default:
		if g.loops >= 2 {
			return
		}
		g.loops++
		// A counter of its own bounds the loop whatever its statements do.
		n := fmt.Sprintf("n%d", g.loops)
		limit := []string{"6", "c3 % 7", n + "max"}[g.r.IntN(3)]
		g.line("\tlocal %s = 0; local %smax = %d;", n, n, g.r.IntN(6))
		g.line("\twhile ( %s %s %s )\n\t{", n, []string{"<", "<="}[g.r.IntN(2)], limit)
		if g.r.IntN(2) == 0 {
			g.line("\tif ( %s ) { %s += 2; %s }", g.cond(1), n, []string{"next;", "break;", ""}[g.r.IntN(3)])
		}
		g.block(1 + g.r.IntN(3))
		g.line("\t++%s;\n\t}", n)
	}
}
