package parse

import (
	"fmt"
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/lex"
)

// said parses text and lists what was said as "line: message".
func said(text string) []string {
	var h collecting
	_, errs := parse(source(text), &h)
	var out []string
	for _, e := range append(h.said, errs...) {
		out = append(out, fmt.Sprintf("%d: %s", e.At.Line, e.Msg))
	}
	return out
}

// collecting keeps what is reported and takes every condition as true.
type collecting struct{ said []diag.Diagnostic }

func (*collecting) Condition(Directive) bool   { return true }
func (*collecting) Directive(Directive)        {}
func (c *collecting) Report(d diag.Diagnostic) { c.said = append(c.said, d) }

func near(line int, tok string) string {
	return fmt.Sprintf("%d: syntax error, at or near \"%s\"", line, tok)
}

func TestSyntaxErrors(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"missing semicolon", "global x = 1\nglobal y = 2;\n", []string{near(2, "global")}},
		{"missing semicolon before a body", "global x = 1\nevent e()\n\t{\n\tprint x;\n\t}\n", []string{near(2, "event")}},
		{"missing semicolon before a statement", "print 1\nprint 2;\nprint 3 3;\n", []string{near(2, "print"), near(3, "3")}},
		{"missing semicolon in a body", "event e()\n\t{\n\tlocal x = 1\n\tprint x;\n\tprint 2 2;\n\t}\n", []string{near(4, "print"), near(5, "2")}},
		{"missing semicolon in a record", "type R: record {\n\ta: count\n\tb: count;\n\tc count;\n};\nglobal r: R;\n", []string{near(3, "b"), near(4, "count")}},
		{"missing semicolon in an export block", "export {\n\tglobal x: count\n\tglobal y: count;\n\tglobal z count;\n}\nglobal q = 1 1;\n",
			[]string{near(3, "global"), near(4, "count"), near(6, "1")}},
		{"missing brace before a declaration", "event e()\n\t{\n\tprint 1;\n\nglobal x = 1;\nglobal y = 1 1;\n", []string{near(5, "global"), near(6, "1")}},
		{"missing brace before an event", "event e()\n\t{\n\tif ( T ) {\n\tprint 1;\n\t}\n\nevent f(c: count)\n\t{\n\t}\n", []string{near(7, ":")}},
		{"missing brace before an event without parameters", "event e()\n\t{\n\tprint 1;\nevent f()\n\t{\n\t}\n", []string{near(5, "{")}},
		{"missing brace before a function", "event e()\n\t{\n\tprint 1;\nfunction f() { }\n", []string{near(4, "f")}},
		{"missing brace at the end", "event e()\n\t{\n\tprint 1;\n", []string{"4: syntax error, at end of file t.zeek"}},
		{"missing brace of an export block", "export {\n\tglobal x = 1;\n", []string{"3: syntax error, at end of file t.zeek"}},
		{"missing opening brace", "event e()\n\tprint 1;\n\tprint 2;\n\t}\nglobal x = 1 1;\n", []string{near(2, "print"), near(5, "1")}},
		{"stray brace", "print 1;\n}\nprint 2 2;\n", []string{near(2, "}"), near(3, "2")}},
		{"missing parenthesis", "event e()\n\t{\n\tprint f(1;\n\tprint 2 2;\n\t}\nglobal x = 1 1;\n", []string{near(3, ";"), near(4, "2"), near(6, "1")}},
		{"missing parenthesis at the top level", "print f(1;\nglobal x = 1 1;\n", []string{near(1, ";"), near(2, "1")}},
		{"missing bracket of a type", "global t: table[count of string;\nglobal x = 1 1;\n", []string{near(1, "of"), near(2, "1")}},
		{"condition without parentheses", "event e()\n\t{\n\tif x == 1\n\t\tprint 2;\n\telse\n\t\tprint 3;\n\tprint 4;\n\t}\n", []string{near(3, "x")}},
		{"assignment of nothing", "event e()\n\t{\n\tlocal x = ;\n\tx = 5 +;\n\t}\n", []string{near(3, ";"), near(4, ";")}},
		{"keyword as a name", "global event = 1;\nglobal x = 1;\n", []string{near(1, "event")}},
		{"unknown attribute", "global x: count &no_such;\n", []string{near(1, "&")}},
		{"attribute without its value", "global x = 1 &default;\nglobal y = 1 &redef=2;\n", []string{near(1, ";"), near(2, "=")}},
		{"case outside of a switch", "event e() { case 1: break; }\n", []string{near(1, "case")}},
		{"statement before a case", "event e() { switch x { print 1; case 1: break; } }\n", []string{near(1, "print")}},
		{"else without if", "event e()\n\t{\n\tprint 1;\n\telse\n\t\tprint 2;\n\t}\n", []string{near(4, "else")}},
		{"global name for a local", "event e() { local ::a = 1; }\n", []string{near(1, "::a")}},
		{"global name for a module", "module ::A;\n", []string{near(1, "::A")}},
		{"redef without +=", "redef enum E = { A };\nredef record R = { a: count; };\n", []string{near(1, "="), near(2, "=")}},
		{"function type without parameters", "global f: function;\n", []string{near(1, ";")}},

		// Text that does not lex.
		{"unknown character", "print 1 ` 2;\nprint 3 ' 4;\n", []string{"1: unrecognized character: '`'", "2: unrecognized character: '''"}},
		{"byte of no script", "print \xff;\n", []string{`1: unrecognized character: '\xff'`}},
		{"open string", "print \"abc;\nprint 2 2;\n", []string{`1: unrecognized character: '"'`, near(2, "2")}},
		{"open pattern", "print /abc;\nprint 2 2;\n", []string{"1: pattern not terminated before end of line", near(2, "2")}},
		{"open pattern at the end", "print /abc\n", []string{"1: pattern not terminated before end of line", "1: syntax error, at end of file t.zeek"}},
		{"unknown directive", "@lod foo\nprint 1;\n", []string{"1: unrecognized character: '@'"}},

		// Directives where statements belong.
		{"directive for a then", "event e()\n\t{\n\tif ( F )\n\t\t@if ( T )\n\t\t\tprint 1;\n\t\t@endif\n\telse\n\t\tprint 2;\n\t}\n",
			[]string{"5: incorrect use of directive", near(7, "else")}},
		{"directive for a loop", "event e()\n\t{\n\twhile ( F )\n\t\t@if ( T )\n\t\tprint 1;\n\t\t@endif\n\t}\n", []string{"4: incorrect use of directive"}},
		{"endif alone", "print 1;\n@endif\nprint 2;\n", []string{"2: unbalanced @if... @endif"}},
		{"else alone", "print 1;\n@else\nprint 2;\n", []string{"2: @else without @if..."}},
		{"if without endif", "@if ( T )\nprint 1;\n", []string{"3: unbalanced @if... @endif"}},
		{"if without parentheses", "@if T\nprint 1;\n@endif\n", []string{near(1, "T")}},
		{"ifdef of an expression", "@ifdef ( a + b )\nprint 1;\n@endif\n", []string{near(1, "+")}},

		{"five mistakes",
			"global a: count = 5 +;\n\ntype R: record {\n\tx: count;\n\ty string;\n};\n\n" +
				"function f(x: count): count\n\t{\n\tif ( x > 1\n\t\treturn 2;\n\treturn 3;\n\t}\n\n" +
				"@if ( T )\nevent e()\n\t{\n\tprint \"a\" \"b\";\n\t}\n@endif\n\nredef enum E += { A B };\n\nglobal z = 1;\n",
			[]string{near(1, ";"), near(5, "string"), near(11, "return"), near(18, `"b"`), near(22, "B")}},
	} {
		got := said(c.in)
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s:\n%s\n got %s\nwant %s", c.name, c.in, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
}

func TestHints(t *testing.T) {
	for _, c := range []struct{ in, hint string }{
		{"global x = 1\nglobal y = 2;\n", "a ';' is missing at the end of line 1"},
		{"event e() { print 1; ", "a '}' is missing before this"},
		{"export {\n", "an export block is still open here"},
		{"print f(1;", "expected ')' or ','"},
		{"global x count;", "expected ':' or '=' or ';'"},
		{"type X record { };", "expected ':'"},
		{"print a < b < c;", "comparisons do not chain; put parentheses around the first"},
		{"print \"abc;", "this string has no closing quote on its line"},
		{"@load", "@load needs the name of what to load on the same line"},
		{"function f() = 3;", "expected '{'"},
		{"print { 1 };", "a list in braces may only follow '=', '+=' or '-='"},
	} {
		_, errs := parse(source(c.in), &collecting{})
		if len(errs) != 1 || errs[0].Hint != c.hint {
			t.Errorf("%s\n got %+v\nwant %s", c.in, errs, c.hint)
		}
	}
}

func TestEndOfFileByDialect(t *testing.T) {
	for d, want := range map[*dialect.Dialect]string{
		dialect.Bro:  "syntax error, at end of file",
		dialect.Zeek: "syntax error, at end of file t.zeek",
	} {
		src := source("event e() {")
		src.Dialect = d
		r := NewReader(src, &collecting{})
		it, _ := r.Next()
		_, err := Decl(src, it)
		e := err.(*Error)
		if !e.EOF || e.Diags[0].Msg != want {
			t.Errorf("%s: got %v %q, want %q", d.Name, e.EOF, e.Diags[0].Msg, want)
		}
	}
}

// TestDeclares: a broken declaration tells which names to expect uses of.
func TestDeclares(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"global x: count = +;", "x"},
		{"type T1: record { a count; };", "T1"},
		{"type E: enum { A, B C };", "E A B C"},
		{"redef enum E += { A B };", "A B"},
		{"function f(a count) { }", "f"},
		{"print 1 1;", ""},
	} {
		src := source(c.in)
		it, _ := NewReader(src, &collecting{}).Next()
		_, err := Decl(src, it)
		if err == nil {
			t.Errorf("%s: no error", c.in)
			continue
		}
		if got := strings.Join(err.(*Error).Declares, " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.in, got, c.want)
		}
	}
}

// TestPartialBodies: what is right in a body with mistakes is still there.
func TestPartialBodies(t *testing.T) {
	src := source("event e()\n\t{\n\tprint 1;\n\tprint 2 2;\n\tif ( T )\n\t\t{\n\t\tx = ;\n\t\tprint 3;\n\t\t}\n\t}\n")
	list, errs := parse(src, &collecting{})
	want := "(FuncDecl e Type=(FuncType Flavor=event) Body={(Print Args=[1]) (If C=T Then={(Print Args=[3])})})"
	if len(errs) != 2 || len(list) != 1 || dump(list[0]) != want {
		t.Errorf("%d errors, got %s\nwant %s", len(errs), dump(list), want)
	}
}

func TestSpans(t *testing.T) {
	// The lines of a span are the reference's: a construct over several lines starts at the last token of its first part,
	// an assignment ends at its sign, a statement that governs others spans its head.
	text := "event e()\n\t{\n\tx = f(1) +\n\t    g(2)\n\t    + 3;\n\tif ( a &&\n\t     b )\n\t\t{\n\t\tprint 1;\n\t\t}\n\tprint y$z[1];\n\t}\n"
	src := source(text)
	list, errs := parse(src, failing{t})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	got := map[string]string{}
	walkSpans(list[0], func(kind string, s diag.Span) {
		if _, seen := got[kind]; !seen {
			got[kind] = fmt.Sprintf("%d:%d-%d:%d", s.Line, s.Col, s.EndLine, s.EndCol)
		}
	})
	for kind, want := range map[string]string{
		"FuncDecl": "1:1-12:3",
		"ExprStmt": "3:2-5:10",
		"Assign":   "3:2-3:5",
		"Binary":   "4:9-5:9", // (f(1) + g(2)) + 3
		"If":       "6:2-7:10",
		"Index":    "11:8-11:14",
		"Field":    "11:8-11:11",
		"Print":    "9:3-9:11",
	} {
		if got[kind] != want {
			t.Errorf("%s: span %s, want %s", kind, got[kind], want)
		}
	}
}

func TestHostileNesting(t *testing.T) {
	const n = 50000
	for name, text := range map[string]string{
		"parentheses": "x = " + strings.Repeat("(", n),
		"brackets":    "x = " + strings.Repeat("[", n),
		"bars":        "x = " + strings.Repeat("| ", n),
		"signs":       "x = " + strings.Repeat("-", n),
		"indices":     "x = " + strings.Repeat("a[", n),
		"calls":       "x = " + strings.Repeat("f(", n) + strings.Repeat(")", n) + ";",
		"blocks":      strings.Repeat("{", n),
		"ifs":         strings.Repeat("if (T) ", n) + ";",
		"elses":       strings.Repeat("if (T) ; else ", n) + ";",
		"types":       "global x: " + strings.Repeat("vector of ", n) + "int;",
		"records":     "type X: " + strings.Repeat("record { a: ", n),
		"lambdas":     "x = " + strings.Repeat("function() { x = ", n),
		"conditions":  "x = " + strings.Repeat("a ? b : ", n) + "c;",
		"sums":        "x = 1" + strings.Repeat(" + 1", n) + ";",
		"assignments": strings.Repeat("x = ", n) + "1;",
		"conditional": strings.Repeat("@if ( T )\n", n),
		"exports":     strings.Repeat("export {", n),
	} {
		src := lex.New(&diag.File{Name: "t.zeek", Src: text})
		h := &collecting{}
		_, errs := parse(src, h)
		if len(errs)+len(h.said) == 0 {
			t.Errorf("%s: nothing was said", name)
		}
	}
}

// TestNoScript: a long text that is no script is given up after some mistakes, and in little time.
func TestNoScript(t *testing.T) {
	got := said(strings.Repeat("lorem ipsum\n", 100000))
	if len(got) != maxFailures || got[1] != near(2, "ipsum") {
		t.Errorf("%d mistakes, the second %s", len(got), got[1])
	}
}
