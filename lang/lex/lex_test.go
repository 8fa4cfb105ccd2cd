package lex

import (
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/brogo/brogo/lang/diag"
)

// tokens shows a text's tokens as KIND:text; punctuation and keywords as their text alone.
func tokens(text string) string {
	src := New(&diag.File{Name: "t.zeek", Src: text})
	var out []string
	for _, t := range src.Tokens[:len(src.Tokens)-1] {
		s := src.Text(t)
		switch k := t.Kind; {
		case k <= Hostname, k == BarOpen, k == BarClose, k.IsDirective(), k == KwBase:
			s = k.String() + ":" + s
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestTokens(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		// Names.
		{"a _b M::c ::d", "Ident:a Ident:_b Ident:M::c GlobalIdent:::d"},
		{"A::B::c a:b a::1", "Ident:A::B::c Ident:a : Ident:b Ident:a : : Count:1"},
		{"T F Tx", "Bool:T Bool:F Ident:Tx"},
		{"count counter event_ module", "BaseType:count Ident:counter Ident:event_ module"},
		{"x?$y ?:", "Ident:x ?$ Ident:y ? :"},

		// Numbers.
		{"1 1.5 .5 5. 1e3 1.e-3 0x1F 0x 1.2.3", "Count:1 Double:1.5 Double:.5 Double:5. Double:1e3 Double:1.e-3 Count:0x1F Count:0 Ident:x Double:1.2 Double:.3"},
		{"1day 2 days 3hrs 4 min 5secs 6msec 7 usecs 1.5 hr 1e2sec", "Interval:1day Interval:2 days Interval:3hrs Interval:4 min Interval:5secs" +
			" Interval:6msec Interval:7 usecs Interval:1.5 hr Interval:1e2sec"},
		{"5 minutes", "Interval:5 min Ident:utes"}, // as in the reference
		{"1\nsec", "Count:1 Ident:sec"},
		{"80/tcp 53/udp 8/icmp 0/unknown 80 /tcp/", "Port:80/tcp Port:53/udp Port:8/icmp Port:0/unknown Count:80 / Ident:tcp /"},
		{"a-1 a -1 3-2", "Ident:a - Count:1 Ident:a - Count:1 Count:3 - Count:2"},

		// Addresses, subnets, host names.
		{"1.2.3.4 1.2.3.4/8 1.2.3.4 / 8 1.2.3.4/x", "Addr:1.2.3.4 Subnet:1.2.3.4/8 Subnet:1.2.3.4 / 8 Addr:1.2.3.4 / Ident:x"},
		{"[::1] [fe80::1]/64 [1:2:3:4:5:6:7:8] [::ffff:1.2.3.4] [0xfe::1]", "Addr:[::1] Subnet:[fe80::1]/64 Addr:[1:2:3:4:5:6:7:8] Addr:[::ffff:1.2.3.4] Addr:[0xfe::1]"},
		{"[1:2:3:4:5:6:1.2.3.4]", "Addr:[1:2:3:4:5:6:1.2.3.4]"},
		{"x[1:2] x[a::b] x[a:b]", "Ident:x [ Count:1 : Count:2 ] Ident:x Addr:[a::b] Ident:x [ Ident:a : Ident:b ]"},
		{"www.example.com a-b.c 1.2.x.y a-b", "Hostname:www.example.com Hostname:a-b.c Hostname:1.2.x.y Ident:a - Ident:b"},
		{"a_b.c M::d.e", "Ident:a_b Illegal:. Ident:c Ident:M::d Illegal:. Ident:e"},

		// Strings and patterns.
		{`"a\"b" "" "\\"`, `String:"a\"b" String:"" String:"\\"`},
		{`/a\/b/, /x/i, /y/is, /"/`, `Pattern:/a\/b/ , Pattern:/x/i , Pattern:/y/is , Pattern:/"/`},
		{"a / b / c", "Ident:a / Ident:b / Ident:c"},
		{"f(a) / 2 / x[1] / 3", "Ident:f ( Ident:a ) / Count:2 / Ident:x [ Count:1 ] / Count:3"},
		{"(/a/) {/b/} = /c/ | /d/ in /e/", "( Pattern:/a/ ) { Pattern:/b/ } = Pattern:/c/ | Pattern:/d/ in Pattern:/e/"},
		{"return /a/; T / 1", "return Pattern:/a/ ; Bool:T / Count:1"},
		{"/a/ / /b/", "Pattern:/a/ / Pattern:/b/"},

		// Bars.
		{"|x| + |y|", "BarOpen:| Ident:x BarClose:| + BarOpen:| Ident:y BarClose:|"},
		{"a | b", "Ident:a | Ident:b"},
		{"|a | b|", "BarOpen:| Ident:a | Ident:b BarClose:|"},
		{"|x| in y", "BarOpen:| Ident:x BarClose:| in Ident:y"},
		{"|f(a | |b|)| / 2", "BarOpen:| Ident:f ( Ident:a | BarOpen:| Ident:b BarClose:| ) BarClose:| / Count:2"},
		{"assert |x| > 0;", "Ident:assert BarOpen:| Ident:x BarClose:| > Count:0 ;"},
		{"|a| || |b|", "BarOpen:| Ident:a BarClose:| || BarOpen:| Ident:b BarClose:|"},

		// Operators.
		{"!in ! in !inside !x != !", "!in ! in ! Ident:inside ! Ident:x != !"},
		{"<<>><=>=<>&&||++--+=-===", "<< >> <= >= < > && || ++ -- += -= =="},
		{"&redef &no_such a&log", "Attr:&redef & Ident:no_such Ident:a Attr:&log"},

		// Directives.
		{"@load a/b @load-sigs c\n@unload d", "AtLoad:@load a/b AtLoadSigs:@load-sigs c AtUnload:@unload d"},
		{"@if(x)@ifdef ( y ) @else @endif", "AtIf:@if ( Ident:x ) AtIfdef:@ifdef ( Ident:y ) AtElse:@else AtEndif:@endif"},
		{"@prefixes += a:b\n@DIR @FILENAME", "AtPrefixes:@prefixes += a:b @DIR @FILENAME"},
		{"@deprecated any words # here\n@pragma push x\n1", "AtDeprecated:@deprecated any words # here AtPragma:@pragma push x Count:1"},
		{"@load\n@prefixes a\n@nothing @", "Illegal:@load Illegal:@prefixes Ident:a Illegal:@nothing Illegal:@"},

		// Comments, blanks, and what is no token.
		{"a # b\nc\r\nd\te", "Ident:a Ident:c Ident:d Ident:e"},
		{"#! /bin/x\na", "Ident:a"},
		{"\"open\n'b'", "Illegal:\"open Illegal:' Ident:b Illegal:'"},
		{"/open\n1", "Illegal:/open Count:1"},
		{"\x00\xffa", "Illegal:\x00 Illegal:\xff Ident:a"},
	} {
		if got := tokens(c.in); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

func TestPositions(t *testing.T) {
	src := New(&diag.File{Name: "t.zeek", Src: "a  bc\r\n\t\"d\" e\n"})
	want := []diag.Span{
		{Line: 1, Col: 1, EndLine: 1, EndCol: 2},
		{Line: 1, Col: 4, EndLine: 1, EndCol: 6},
		{Line: 2, Col: 2, EndLine: 2, EndCol: 5},
		{Line: 2, Col: 6, EndLine: 2, EndCol: 7},
		{Line: 3, Col: 1, EndLine: 3, EndCol: 1},
	}
	if len(src.Tokens) != len(want) {
		t.Fatalf("%d tokens, want %d", len(src.Tokens), len(want))
	}
	for i, tok := range src.Tokens {
		want[i].File = src.File
		if got := src.Span(tok); got != want[i] {
			t.Errorf("token %d at %+v, want %+v", i, got, want[i])
		}
	}
}

func TestDocs(t *testing.T) {
	src := New(&diag.File{Src: "##! About.\n## Before.\n# none\n### none\na; ##< After.\r\nb"})
	var got []string
	for _, d := range src.Docs {
		got = append(got, string("-<!"[d.Kind])+src.DocText(d)+"@"+src.Text(src.Tokens[d.Token]))
	}
	if want := "! About.@a|- Before.@a|< After.@b"; strings.Join(got, "|") != want {
		t.Errorf("got %s, want %s", strings.Join(got, "|"), want)
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct{ in, msg, hint string }{
		{"`", "unrecognized character: '`'", ""},
		{"\x01", `unrecognized character: '\x01'`, ""},
		{"\xef\xbb\xbfevent", `unrecognized character: '\xef'`, "the file begins with a byte order mark: save it as UTF-8 without one"},
		{`"a`, `unrecognized character: '"'`, "this string has no closing quote on its line"},
		{"/a", "pattern not terminated before end of line", `a pattern ends in a slash on the same line; write \/ for a slash inside it`},
		{"@load", "unrecognized character: '@'", "@load needs the name of what to load on the same line"},
		{"@prefixes x", "unrecognized character: '@'", "write @prefixes = a:b or @prefixes += a:b"},
		{"@lod", "unrecognized character: '@'", "there is no directive @lod"},
	} {
		src := New(&diag.File{Src: c.in})
		if msg, hint := src.Problem(src.Tokens[0]); msg != c.msg || hint != c.hint {
			t.Errorf("%q: %q, %q", c.in, msg, hint)
		}
	}
}

// TestParticiple: the definition stands alone as a participle lexer, with the index of each token as its offset.
func TestParticiple(t *testing.T) {
	l, err := Definition{}.Lex("t.zeek", strings.NewReader("global x"))
	if err != nil {
		t.Fatal(err)
	}
	toks, err := lexer.ConsumeAll(l)
	if err != nil {
		t.Fatal(err)
	}
	if len(toks) != 3 || toks[1].Value != "x" || toks[1].Pos.Offset != 1 || toks[1].Pos.Column != 8 || !toks[2].EOF() {
		t.Errorf("got %+v", toks)
	}
}
