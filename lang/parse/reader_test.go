package parse

import (
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// logging is a host that writes down what it is told. A condition holds when its text is T or a name declared by then.
type logging struct {
	src   *lex.Source
	names map[string]bool
	log   []string
}

func (h *logging) text(toks []lex.Token) string {
	var words []string
	for _, t := range toks {
		words = append(words, h.src.Text(t))
	}
	return strings.Join(words, " ")
}

func (h *logging) Condition(d Directive) bool {
	text := h.text(d.Args)
	h.log = append(h.log, h.src.Text(d.Tok)+"("+text+")")
	return (text == "T" || h.names[text]) != (d.Tok.Kind == lex.AtIfndef)
}

func (h *logging) Directive(d Directive) {
	text := h.src.Text(d.Tok)
	if d.Tok.Kind == lex.AtPrefixes {
		list, add := h.src.Prefixes(d.Tok)
		text = "prefixes " + strings.Join(list, ",")
		if add {
			text += " added"
		}
	} else if arg := h.src.Arg(d.Tok); arg != "" {
		text = strings.Fields(text)[0] + " <" + arg + ">"
	}
	h.log = append(h.log, text)
}

func (h *logging) Report(d diag.Diagnostic) { h.log = append(h.log, d.Msg) }

// load reads text and logs items among directives, in the order in which they happen.
func load(text string) []string {
	h := &logging{src: source(text), names: map[string]bool{}}
	r := NewReader(h.src, h)
	for {
		it, ok := r.Next()
		if !ok {
			return h.log
		}
		d, err := Decl(h.src, it)
		if err != nil {
			h.log = append(h.log, err.Error())
			r.Recover(err)
			continue
		}
		if v, ok := d.(*ast.Var); ok {
			h.names[v.Name.Name] = true
		}
		h.log = append(h.log, dump(d))
		for _, p := range it.Pragmas {
			h.log = append(h.log, "within: "+h.src.Text(p.Tok))
		}
	}
}

func TestDirectives(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"order", "@load a\nglobal x = 1;\n@load ./b/c\n@load-sigs d.sig\n@load-plugin P::Q\n@unload e\nglobal y = 2;\n@DEBUG\n",
			[]string{"@load <a>", "(Var x Op== Init=1)", "@load <./b/c>", "@load-sigs <d.sig>", "@load-plugin <P::Q>", "@unload <e>",
				"(Var y Op== Init=2)", "@DEBUG"}},
		{"texts", "@prefixes = a:b\n@prefixes += c\n@deprecated use another, please\n@pragma push ignore-deprecations\n@pragma pop\n",
			[]string{"prefixes a,b", "prefixes c added", "@deprecated <use another, please>", "@pragma <push ignore-deprecations>", "@pragma <pop>"}},
		{"carriage returns", "@load a\r\n@deprecated why\r\n@if ( T )\r\nprint 1;\r\n@endif\r\n",
			[]string{"@load <a>", "@deprecated <why>", "@if(T)", "(Print Args=[1])"}},
		{"condition on what went before", "global x = 1;\n@ifdef ( x )\nglobal y = 1;\n@endif\n@ifndef ( y )\nglobal z = 1;\n@else\nglobal w = 1;\n@endif\n",
			[]string{"(Var x Op== Init=1)", "@ifdef(x)", "(Var y Op== Init=1)", "@ifndef(y)", "(Var w Op== Init=1)"}},
		{"false branch", "@if ( F )\nprint 1;\n@load no\n@if ( T )\nprint 2;\n@else\nprint 3;\n@endif\n@else\nprint 4;\n@endif\nprint 5;\n",
			[]string{"@if(F)", "(Print Args=[4])", "(Print Args=[5])"}},
		{"false branch of anything", "@if ( F )\nit's \"not a /script at {[( all \xff\n@endif\nprint 1;\n", []string{"@if(F)", "(Print Args=[1])"}},
		{"nested", "@if ( T )\n@if ( F )\n@else\nprint 1;\n@endif\n@else\n@if ( T )\nprint 2;\n@endif\n@endif\n",
			[]string{"@if(T)", "@if(F)", "(Print Args=[1])"}},
		{"in a body", "event e()\n\t{\n@if ( T )\n\tprint 1;\n@else\n\tprint 2;\n@endif\n\tprint 3;\n\t}\n",
			[]string{"@if(T)", "(FuncDecl e Type=(FuncType Flavor=event) Body={(Print Args=[1]) (Print Args=[3])})"}},
		{"in a record", "type R: record {\n@if ( F )\n\ta: count;\n@else\n\tb: count;\n@endif\n};\n",
			[]string{"@if(F)", "(TypeDecl R Type=(RecordType Fields=[(FieldDecl b Type=count)]))"}},
		{"in an initialiser and an enum", "redef x += {\n@if ( T )\n\t1,\n@endif\n\t2 };\nredef enum E += {\n@if ( F )\n\tA,\n@endif\n\tB };\n",
			[]string{"@if(T)", "(Var Kind=3 x Op=+= Init=(Brace Elems=[1 2]))", "@if(F)", "(RedefEnum E Members=[(EnumMember B)])"}},
		{"alternative headers", "@if ( F )\nevent e(a: count)\n@else\nevent e(b: int) &priority=3\n@endif\n\t{ print 1; }\nprint 2;\n",
			[]string{"@if(F)", "(FuncDecl e Type=(FuncType Flavor=event Params=[(FieldDecl b Type=int)]) Attrs=[&priority=3] Body={(Print Args=[1])})",
				"(Print Args=[2])"}},
		{"alternative headers, the first", "@if ( T )\nfunction f(a: count)\n@else\nnonsense\n@endif\n\t{ }\n",
			[]string{"@if(T)", "(FuncDecl f Type=(FuncType Params=[(FieldDecl a Type=count)]) Body={})"}},
		{"an if that ends within an item", "@if ( T )\ntype R: record {\n\ta: count;\n@endif\n\tb: count;\n};\n",
			[]string{"@if(T)", "(TypeDecl R Type=(RecordType Fields=[(FieldDecl a Type=count) (FieldDecl b Type=count)]))"}},
		{"around a case", "event e() { switch x {\n@if ( T )\ncase 1: break;\n@endif\n} }\n",
			[]string{"@if(T)", "(FuncDecl e Type=(FuncType Flavor=event) Body={(Switch X=x Cases=[(Case Exprs=[1] Body={(Break)})])})"}},
		{"in an export block", "export {\n@load a\n@if ( F )\nglobal x = 1;\n@endif\nglobal y = 1;\n}\n",
			[]string{"(ExportBegin)", "@load <a>", "@if(F)", "(Var y Op== Init=1)", "(ExportEnd)"}},
		{"pragma in a body", "event e()\n\t{\n@pragma push x\n\tprint 1;\n@pragma pop\n\t}\n",
			[]string{"(FuncDecl e Type=(FuncType Flavor=event) Body={(Print Args=[1])})", "within: @pragma push x", "within: @pragma pop"}},
		{"on one line", "@if(T)print 1;@else print 2;@endif print 3;", []string{"@if(T)", "(Print Args=[1])", "(Print Args=[3])"}},
		{"condition with brackets", "@if ( f(1, [2]) == (3) )\nprint 1;\n@endif\n", []string{"@if(f ( 1 , [ 2 ] ) == ( 3 ))"}},
		{"names of the file", "print @DIR, @FILENAME;\n", []string{"(Print Args=[@DIR @FILENAME])"}},
		{"first line of a program", "#!/usr/bin/env brogo\nprint 1;\n", []string{"(Print Args=[1])"}},
		{"mistake in a branch, conditionals still in step", "@if ( T )\nprint 1 1\nprint 2;\n@if ( F )\nprint 3;\n@endif\nprint 4;\n@endif\nprint 5;\n",
			[]string{"@if(T)", `error in t.zeek, line 2: syntax error, at or near "1"`, "(Print Args=[2])", "@if(F)", "(Print Args=[4])", "(Print Args=[5])"}},
	} {
		got := load(c.in)
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s:\n%s\n got %s\nwant %s", c.name, c.in, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
}

// TestItems shows where items end; each is shown as its tokens.
func TestItems(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"global x = 1; print x;", []string{"global x = 1 ;", "print x ;"}},
		{"event e() { { } } event f() { }", []string{"event e ( ) { { } }", "event f ( ) { }"}},
		{"event e(); event f() { }", []string{"event e ( ) ;", "event f ( ) { }"}},
		{"if ( a ) { } else { } { }", []string{"if ( a ) { } else { }", "{ }"}},
		{"if ( a ) x = { 1 }; else y = 2; z = 3;", []string{"if ( a ) x = { 1 } ; else y = 2 ;", "z = 3 ;"}},
		{"for ( i in x ) if ( a ) b(); else c(); d();", []string{"for ( i in x ) if ( a ) b ( ) ; else c ( ) ;", "d ( ) ;"}},
		{"when ( a ) { } timeout 1sec { } b();", []string{"when ( a ) { } timeout 1sec { }", "b ( ) ;"}},
		{"return when ( a ) { } b();", []string{"return when ( a ) { }", "b ( ) ;"}},
		{"switch a { case 1: break; } b();", []string{"switch a { case 1 : break ; }", "b ( ) ;"}},
		{"while ( T ) { } (b)();", []string{"while ( T ) { }", "( b ) ( ) ;"}},
		{"function f(): record { a: int; } { } x();", []string{"function f ( ) : record { a : int ; } { }", "x ( ) ;"}},
		{"local f = function() { a(); }; b();", []string{"local f = function ( ) { a ( ) ; } ;", "b ( ) ;"}},
		{"export { global x = { 1 }; } b();", []string{"export {", "global x = { 1 } ;", "}", "b ( ) ;"}},
		{"type E: enum { A } &redef; b();", []string{"type E : enum { A } & redef ;", "b ( ) ;"}},
	} {
		src := source(c.in)
		r := NewReader(src, failing{t})
		var got []string
		for it, ok := r.Next(); ok; it, ok = r.Next() {
			h := logging{src: src}
			got = append(got, h.text(it.Toks))
		}
		// An attribute is one token; the table writes it as two words for reading.
		want := strings.ReplaceAll(strings.Join(c.want, "\n"), "& redef", "&redef")
		if strings.Join(got, "\n") != want {
			t.Errorf("%s\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}

func TestIncomplete(t *testing.T) {
	for _, c := range []struct {
		in   string
		want bool
	}{
		{"", false},
		{"# only a comment\n", false},
		{"print 1;", false},
		{"print 1", true},
		{"print f(1,", true},
		{"print f(1;", true},
		{"global x: table[count] of string = {", true},
		{"event e()", true},
		{"event e()\n\t{\n\tprint 1;", true},
		{"event e() { print 1; }", false},
		{"event e() { print 1; } print 2", true},
		{"if ( T ) print 1;", false},
		{"if ( T )", true},
		{"if ( T ) { print 1;", true},
		{"export { global x = 1;", true},
		{"export { global x = 1; }", false},
		{"@if ( T )\nprint 1;", true},
		{"@if ( T )\nprint 1;\n@endif", false},
		{"print 1 1;", false}, // wrong, but whole
		{"event e() {\nglobal x = 1;", false},
		{"print \"abc", false},
		{"}", false},
	} {
		if got := Incomplete(source(c.in)); got != c.want {
			t.Errorf("%q: incomplete is %v, want %v", c.in, got, c.want)
		}
	}
}
