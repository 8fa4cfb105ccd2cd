package parse

import (
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/ast"
)

func TestExpressions(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		// Precedence, loosest first; each line pits an operator against its neighbour.
		{"a = b = c", "(= a (= b c))"},
		{"a += b -= c", "(+= a (-= b c))"},
		{"a = b ? c : d", "(= a (? b c d))"},
		{"a ? b : c ? d : e", "(? a b (? c d e))"},
		{"a ? b = c : d", "(? a (= b c) d)"},
		{"a ? b : c = d", "(= (? a b c) d)"},
		{"a || b ? c : d", "(? (|| a b) c d)"},
		{"a || b && c || d", "(|| (|| a (&& b c)) d)"},
		{"hook f(x) && b", "(&& (HookCall X=(Call Fn=f Args=[x])) b)"},
		{"hook f(x) == b", "(HookCall X=(== (Call Fn=f Args=[x]) b))"},
		{"a && b == c", "(&& a (== b c))"},
		{"a < b && c > d", "(&& (< a b) (> c d))"},
		{"a == b in c", "(== a (in b c))"},
		{"a in b in c", "(in (in a b) c)"},
		{"a !in b | c", "(!in a (| b c))"},
		{"a | b ^ c & d", "(| a (^ b (& c d)))"},
		{"a & b << c", "(& a (<< b c))"},
		{"a << b + c >> d", "(>> (<< a (+ b c)) d)"},
		{"a + b * c - d", "(- (+ a (* b c)) d)"},
		{"a / b % c", "(% (/ a b) c)"},
		{"-a * b", "(* (- a) b)"},
		{"++a * b", "(* (++ a) b)"},
		{"!a in b", "(in (! a) b)"},
		{"! a == b", "(== (! a) b)"},
		{"-a$b", "(- a$b)"},
		{"~a[1]", "(~ (Index X=a Keys=[1]))"},
		{"-a as int", "(- (Cast X=a T=int))"},
		{"a$b as Ty in c", "(in (Cast X=a$b T=Ty) c)"},
		{"a is string && b", "(&& (Is X=a T=string) b)"},
		{"a as R$b", "(Cast X=a T=R)$b"},
		{"a as table[count] of R", "(Cast X=a T=(TableType Keys=[count] Elem=R))"},
		{"add a[b]", "(AddDel X=(Index X=a Keys=[b]))"},
		{"delete a$b", "(AddDel Delete X=a$b)"},
		{"(a + b) * c", "(* <(+ a b)> c)"},

		// Postfix.
		{"f()", "(Call Fn=f)"},
		{"f(a, b,)", "(Call Fn=f Args=[a b] TrailingComma)"},
		{"f(1)(2)", "(Call Fn=(Call Fn=f Args=[1]) Args=[2])"},
		{"a[1, 2]$c", "(Index X=a Keys=[1 2])$c"},
		{"a[1:2]", "(Slice X=a Lo=1 Hi=2)"},
		{"a[:2]", "(Slice X=a Hi=2)"},
		{"a[-1:]", "(Slice X=a Lo=(- 1))"},
		{"a[:]", "(Slice X=a)"},
		{"a?$b", "(HasField X=a b)"},
		{"a$b?$c", "(HasField X=a$b c)"},

		// Bars: size, or, and both.
		{"|a|", "|a|"},
		{"|a| + |b|", "(+ |a| |b|)"},
		{"| a | b |", "|(| a b)|"},
		{"|a$b| - 1", "(- |a$b| 1)"},
		{"| |a| - |b| |", "|(- |a| |b|)|"},
		{"a | |b|", "(| a |b|)"},
		{"|a| in b", "(in |a| b)"},
		{"|a| !in b", "(!in |a| b)"},
		{"|a| / 2", "(/ |a| 2)"},
		{"|f(a | b)|", "|(Call Fn=f Args=[(| a b)])|"},

		// Constructors.
		{"[]", "(Bracket)"},
		{"[1, 2]", "(Bracket Elems=[1 2])"},
		{"[1, 2,]", "(Bracket Elems=[1 2] TrailingComma)"},
		{"[$a=1, $b=x = 2]", "(Bracket Elems=[(FieldInit a X=1) (FieldInit b X=(= x 2))])"},
		{"[$f(a: count): bool = { return T; }]",
			"(Bracket Elems=[(FieldInit f X=(Lambda Params=(FuncType Params=[(FieldDecl a Type=count)] Result=bool) Body={(Return X=T)}))])"},
		{"[$f[x](a: count) = { }]",
			"(Bracket Elems=[(FieldInit f X=(Lambda Captures=[(Capture x)] Params=(FuncType Params=[(FieldDecl a Type=count)]) Body={}))])"},
		{"R($a=1)", "(Call Fn=R Args=[(FieldInit a X=1)])"},
		{"table()", `(Ctor Kind="table")`},
		{"table([1] = 2, [3, 4] = { 5 })", `(Ctor Kind="table" Elems=[(= (Bracket Elems=[1]) 2) (= (Bracket Elems=[3 4]) (Brace Elems=[5]))])`},
		{"table() &default=0 &ordered", `(Ctor Kind="table" Attrs=[&default=0 &ordered])`},
		{"set(1, 2,)", `(Ctor Kind="set" Elems=[1 2])`},
		{"vector(1)", `(Ctor Kind="vector" Elems=[1])`},
		{"record($a=1)", `(Ctor Kind="record" Elems=[(FieldInit a X=1)])`},
		{"x = {}", "(= x (Brace))"},
		{"x += { 1, [2, 3], }", "(+= x (Brace Elems=[1 (Bracket Elems=[2 3])]))"},

		// The rest.
		{"copy(a) + 1", "(+ (Copy X=a) 1)"},
		{"schedule 1 sec { M::e(a, b) }", "(Schedule When=1 sec Ev=M::e Args=[a b])"},
		{"schedule t + 5min { ::e() }", "(Schedule When=(+ t 5min) Ev=::e)"},
		{"function(a: count; b: int): bool { return T; }",
			"(Lambda Params=(FuncType Params=[(FieldDecl a Type=count) (FieldDecl b Type=int)] Result=bool) Body={(Return X=T)})"},
		{"function[x, copy y]() { }", "(Lambda Captures=[(Capture x) (Capture y Copy)] Params=(FuncType) Body={})"},
		{"function() { }()", "(Call Fn=(Lambda Params=(FuncType) Body={}))"},
		{"f(s, set[count])", "(Call Fn=f Args=[s (TypeExpr T=(TableType Keys=[count]))])"},
		{"f(count, vector of addr, record { a: int; })",
			"(Call Fn=f Args=[(TypeExpr T=count) (TypeExpr T=(VectorType Elem=addr)) (TypeExpr T=(RecordType Fields=[(FieldDecl a Type=int)]))])"},
		{"/a\\/b/i in s", "(in /a\\/b/i s)"},
		{"x / y / z", "(/ (/ x y) z)"},
		{"x == /re/ | /b/", "(== x (| /re/ /b/))"},
		{"::x + M::y", "(+ ::x M::y)"},
		{"x && /#re/ in y # comment", "(&& x (in /#re/ y))"},
		{"@DIR + @FILENAME", "(+ @DIR @FILENAME)"},
		{"_", "_"},
		{"timer + list + union", "(+ (+ timer list) union)"},
	} {
		src := source(c.in)
		x, err := Expr(src, src.Tokens)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if got := dump(x); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

func TestBadExpressions(t *testing.T) {
	for _, c := range []struct{ in, near string }{
		{"a < b < c", `"<"`}, // comparisons do not chain
		{"a == b != c", `"!="`},
		{"a as Ty as U", `"as"`},
		{"f(a", "at end of file t.zeek"},
		{"a +", "at end of file t.zeek"},
		{"{ 1 }", `"{"`},
		{"[$a={1}]", `"{"`}, // a field takes no list in braces
		{"record()", `")"`},
		{"a[]", `"]"`},
		{"a[1,]", `"]"`},
		{"function[](a: count) {}", `"]"`},
		{"local x = 1", `"local"`}, // only in the condition of a when
		{"a b", `"b"`},
		{"a::1", `":"`},
		{"a$1", `"1"`},
		{"//", `"/"`},
	} {
		src := source(c.in)
		_, err := Expr(src, src.Tokens)
		if err == nil {
			t.Errorf("%s: no error", c.in)
			continue
		}
		want := "error in t.zeek, line 1: syntax error, at or near " + c.near
		if strings.HasPrefix(c.near, "at") {
			want = "error in t.zeek, line 1: syntax error, " + c.near
		}
		if err.Error() != want {
			t.Errorf("%s\n got %s\nwant %s", c.in, err, want)
		}
	}
}

// TestLiteralValues shows what the tree holds of each kind of constant.
func TestLiteralValues(t *testing.T) {
	for _, c := range []struct {
		in   string
		want ast.Lit
	}{
		{"T", ast.Lit{Kind: ast.LitBool, N: 1}},
		{"F", ast.Lit{Kind: ast.LitBool}},
		{"42", ast.Lit{Kind: ast.LitCount, N: 42}},
		{"0xfF", ast.Lit{Kind: ast.LitCount, N: 255}},
		{"99999999999999999999", ast.Lit{Kind: ast.LitCount, N: 1<<64 - 1}},
		{"1.5e3", ast.Lit{Kind: ast.LitDouble, F: 1500}},
		{"2 hrs", ast.Lit{Kind: ast.LitInterval, F: 7200}},
		{`"a\tb\x41\101\\"`, ast.Lit{Kind: ast.LitString, S: "a\tbAA\\"}},
		{`"\xzz"`, ast.Lit{Kind: ast.LitString, S: "\x00zz", Bad: `bad hexadecimal escape: zz"`}},
		{"/a b/si", ast.Lit{Kind: ast.LitPattern, S: "a b", Flags: "is"}},
		{"/a/ii", ast.Lit{Kind: ast.LitPattern, S: "a", Flags: "i", Bad: "pattern has duplicate mode i"}},
		{"80/tcp", ast.Lit{Kind: ast.LitPort, N: 80, Flags: "tcp"}},
		{"70000/udp", ast.Lit{Kind: ast.LitPort, Flags: "udp", Bad: "bad port number - 70000/udp"}},
		{"300/icmp", ast.Lit{Kind: ast.LitPort, Flags: "icmp", Bad: "bad port number - 300/icmp"}},
		{"127.0.0.1", ast.Lit{Kind: ast.LitAddr, S: "127.0.0.1"}},
		{"[2001:DB8::1]", ast.Lit{Kind: ast.LitAddr, S: "2001:DB8::1"}},
		{"1.2.3.400", ast.Lit{Kind: ast.LitAddr, S: "1.2.3.400", Bad: "Bad IP address: 1.2.3.400"}},
		{"10.0.0.0 / 8", ast.Lit{Kind: ast.LitSubnet, S: "10.0.0.0/8"}},
		{"[fe80::]/10", ast.Lit{Kind: ast.LitSubnet, S: "fe80::/10"}},
		{"10.0.0.0/33", ast.Lit{Kind: ast.LitSubnet, S: "10.0.0.0/33", Bad: "Bad IPAddr(v4) IPPrefix length : 33"}},
		{"www.example.com", ast.Lit{Kind: ast.LitHostname, S: "www.example.com"}},
		{"@FILENAME", ast.Lit{Kind: ast.LitString, S: "t.zeek"}},
	} {
		src := source(c.in)
		x, err := Expr(src, src.Tokens)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		got := *x.(*ast.Lit)
		got.At, got.Text = ast.At{}, ""
		if got != c.want {
			t.Errorf("%s\n got %+v\nwant %+v", c.in, got, c.want)
		}
	}
}
