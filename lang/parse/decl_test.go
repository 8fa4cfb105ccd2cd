package parse

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	tree "github.com/brogo/brogo/lang/ast"
)

// productions shows every form of declaration, statement and type with the tree it makes.
var productions = []struct{ in, want string }{
	// Declarations.
	{"module A::B;", "(Module A::B)"},
	{"export { }", "(ExportBegin) (ExportEnd)"},
	{"export { global x: count; const y = 1; } option z = 2;",
		"(ExportBegin) (Var Kind=0 x Type=count) (Var Kind=1 y Op== Init=1) (ExportEnd) (Var Kind=2 z Op== Init=2)"},
	{"global x: count = 1 &redef;", "(Var x Type=count Op== Init=1 Attrs=[&redef])"},
	{"global ::x = 1;", "(Var ::x Op== Init=1)"},
	{"const t: table[string] of count = { [\"a\"] = 1, } &default=0 &redef;",
		`(Var Kind=1 t Type=(TableType Keys=[string] Elem=count) Op== Init=(Brace Elems=[(= (Bracket Elems=["a"]) 1)]) Attrs=[&default=0 &redef])`},
	{"global t: set[count] { 1, 2 };", "(Var t Type=(TableType Keys=[count]) Init=(Brace Elems=[1 2]))"},
	{"redef x += 1;", "(Var Kind=3 x Op=+= Init=1)"},
	{"redef x -= { 1 };", "(Var Kind=3 x Op=-= Init=(Brace Elems=[1]))"},
	{"redef M::x = [$a=1];", "(Var Kind=3 M::x Op== Init=(Bracket Elems=[(FieldInit a X=1)]))"},
	{`redef t["k"] = 1;`, `(Var Kind=3 t Init=(= (Bracket Elems=["k"]) 1))`},
	{"redef x &log;", "(Var Kind=3 x Attrs=[&log])"},
	{"redef enum E += { A, B = 3, C = -1, D &deprecated=\"no\", };",
		`(RedefEnum E Members=[(EnumMember A) (EnumMember B Value=3) (EnumMember C Value=(- 1)) (EnumMember D Deprecated=&deprecated="no")])`},
	{"redef record R += { a: count &optional; b: int; } &log;",
		"(RedefRecord R Fields=[(FieldDecl a Type=count Attrs=[&optional]) (FieldDecl b Type=int)] Attrs=[&log])"},
	{"redef record R += { };", "(RedefRecord R)"},
	{"redef record M::R$f += { &log };", "(RedefField M::R Field=f Op=+= Attrs=[&log])"},
	{"redef record R$f -= { &log };", "(RedefField R Field=f Op=-= Attrs=[&log])"},
	{"type Ty: set[addr] &redef;", "(TypeDecl Ty Type=(TableType Keys=[addr]) Attrs=[&redef])"},
	{"function f(a: count, b: int;): string &is_used { return \"\"; }",
		`(FuncDecl f Type=(FuncType Params=[(FieldDecl a Type=count) (FieldDecl b Type=int)] Result=string) Attrs=[&is_used] Body={(Return X="")})`},
	{"function f(): record { a: count; } { }", "(FuncDecl f Type=(FuncType Result=(RecordType Fields=[(FieldDecl a Type=count)])) Body={})"},
	{"event e(a: count &default=1) &priority=-5 { }",
		"(FuncDecl e Type=(FuncType Flavor=event Params=[(FieldDecl a Type=count Attrs=[&default=1])]) Attrs=[&priority=(- 5)] Body={})"},
	{"redef event e() { }", "(FuncDecl Redef e Type=(FuncType Flavor=event) Body={})"},
	{"hook M::h() { break; }", "(FuncDecl M::h Type=(FuncType Flavor=hook) Body={(Break)})"},

	// Statements at the top level.
	{"print 1, \"a\";", `(Print Args=[1 "a"])`},
	{"event e(1);", "(EventStmt Ev=e Args=[1])"},
	{"event ::e();", "(EventStmt Ev=::e)"},
	{"hook h(1);", "(HookCall X=(Call Fn=h Args=[1]));"},
	{"{ print 1; }", "{(Print Args=[1])}"},
	{";", "(Null)"},
	{"function() { print 1; }();", "(Call Fn=(Lambda Params=(FuncType) Body={(Print Args=[1])}));"},
	{"if ( a ) print 1; else print 2; print 3;", "(If C=a Then=(Print Args=[1]) Else=(Print Args=[2])) (Print Args=[3])"},
	{"if ( a ) { } else if ( b ) { } else { } x = 1;", "(If C=a Then={} Else=(If C=b Then={} Else={})) (= x 1);"},
	{"if ( a ) local f = function() { }; print 1;",
		"(If C=a Then=(Local f Op== Init=(Lambda Params=(FuncType) Body={}))) (Print Args=[1])"},
	{"when ( x == 1 ) { } timeout 1sec { print 1; } print 2;",
		"(When C=(== x 1) Body={} Timeout=1sec OnTimeout={(Print Args=[1])}) (Print Args=[2])"},
	{"local x: count = 1; x = 2;", "(Local x Type=count Op== Init=1) (= x 2);"},
	{"switch x { case 1: break; } print 1;", "(Switch X=x Cases=[(Case Exprs=[1] Body={(Break)})]) (Print Args=[1])"},

	// Statements in a body.
	{"event e() { ; next; fallthrough; return; return 1; }",
		"(FuncDecl e Type=(FuncType Flavor=event) Body={(Null) (Next) (Fallthrough) (Return) (Return X=1)})"},
	{"event e() { const c = 1; local v: vector of int &is_assigned; local s: set[int] = { 1 }; }",
		"(FuncDecl e Type=(FuncType Flavor=event) Body={(Local Const c Op== Init=1) (Local v Type=(VectorType Elem=int) Attrs=[&is_assigned])" +
			" (Local s Type=(TableType Keys=[int]) Op== Init=(Brace Elems=[1]))})"},
	{"event e() { for ( i in x ) print i; for ( [a, b] in t ) { } for ( k, v in t ) { } for ( [a], _ in t ) { } }",
		"(FuncDecl e Type=(FuncType Flavor=event) Body={(For Vars=[i] X=x Body=(Print Args=[i])) (For Vars=[a b] Bracketed X=t Body={})" +
			" (For Vars=[k] Value=v X=t Body={}) (For Vars=[a] Bracketed Value=_ X=t Body={})})"},
	{"event e() { while ( T ) { break; } }", "(FuncDecl e Type=(FuncType Flavor=event) Body={(While C=T Body={(Break)})})"},
	{"event e() { switch ( x ) { case 1, 2: print 1; fallthrough; default: break; } }",
		"(FuncDecl e Type=(FuncType Flavor=event) Body={(Switch X=<x> Cases=[(Case Exprs=[1 2] Body={(Print Args=[1]) (Fallthrough)}) (Case Default Body={(Break)})])})"},
	{"event e() { switch x { case type count as n, type set[int]: break; } }",
		"(FuncDecl e Type=(FuncType Flavor=event) Body={(Switch X=x Cases=[(Case Types=[(CaseType Type=count n) (CaseType Type=(TableType Keys=[int]))] Body={(Break)})])})"},
	{"event e() { when [x, copy y] ( local r = f(x) && r > 1 ) { } }",
		"(FuncDecl e Type=(FuncType Flavor=event) Body={(When Captures=[(Capture x) (Capture y Copy)] C=(LocalCond r Init=(&& (Call Fn=f Args=[x]) (> r 1))) Body={})})"},
	{"function f(): bool { return when [] ( T ) { return T; } timeout 5 min { return F; } }",
		"(FuncDecl f Type=(FuncType Result=bool) Body={(When Return Captures=[] C=T Body={(Return X=T)} Timeout=5 min OnTimeout={(Return X=F)})})"},
	{"event e() { assert x == 1; assert |x| > 0, \"empty\"; }",
		`(FuncDecl e Type=(FuncType Flavor=event) Body={(Assert C=(== x 1)) (Assert C=(> |x| 0) Msg="empty")})`},
	{"function assert(b: bool) { } event e() { assert = 1; }",
		"(FuncDecl assert Type=(FuncType Params=[(FieldDecl b Type=bool)]) Body={}) (FuncDecl e Type=(FuncType Flavor=event) Body={(= assert 1);})"},
	{"event e() { add s[1]; delete t[1, 2]; delete r$f; x[1:2] = y; schedule 1sec { e() }; event M::e(); }",
		"(FuncDecl e Type=(FuncType Flavor=event) Body={(AddDel X=(Index X=s Keys=[1])); (AddDel Delete X=(Index X=t Keys=[1 2])); (AddDel Delete X=r$f);" +
			" (= (Slice X=x Lo=1 Hi=2) y); (Schedule When=1sec Ev=e); (EventStmt Ev=M::e)})"},
	{"event e() { if ( a ) if ( b ) x = 1; else x = 2; }",
		"(FuncDecl e Type=(FuncType Flavor=event) Body={(If C=a Then=(If C=b Then=(= x 1); Else=(= x 2);))})"},

	// Types.
	{"type Ty: table[string, count] of table[addr] of any;",
		"(TypeDecl Ty Type=(TableType Keys=[string count] Elem=(TableType Keys=[addr] Elem=any)))"},
	{"type Ty: vector of set[M::Ty];", "(TypeDecl Ty Type=(VectorType Elem=(TableType Keys=[M::Ty])))"},
	{"type Ty: list of count;", "(TypeDecl Ty Type=(ListType Elem=count))"},
	{"type Ty: record { };", "(TypeDecl Ty Type=(RecordType))"},
	{"type Ty: record { a: count &default=1 &log; b: ::U; };",
		"(TypeDecl Ty Type=(RecordType Fields=[(FieldDecl a Type=count Attrs=[&default=1 &log]) (FieldDecl b Type=::U)]))"},
	{"type E: enum { A, B = 0x10, M::C &deprecated, };",
		"(TypeDecl E Type=(EnumType Members=[(EnumMember A) (EnumMember B Value=0x10) (EnumMember M::C Deprecated=&deprecated)]))"},
	{"type Ty: function(a: count): function();",
		"(TypeDecl Ty Type=(FuncType Params=[(FieldDecl a Type=count)] Result=(FuncType)))"},
	{"global e: event(a: addr, b: port); global h: hook();",
		"(Var e Type=(FuncType Flavor=event Params=[(FieldDecl a Type=addr) (FieldDecl b Type=port)])) (Var h Type=(FuncType Flavor=hook))"},
	{"global f: file; global g: file of string; global o: opaque of Broker::Store;",
		"(Var f Type=(FileType)) (Var g Type=(FileType Elem=string)) (Var o Type=(OpaqueType Broker::Store))"},

	// Attributes.
	{"global t: table[count] of int &create_expire=1min &read_expire=2min &write_expire=x &expire_func=function(t: Ty, i: any): interval { return 0sec; };",
		"(Var t Type=(TableType Keys=[count] Elem=int) Attrs=[&create_expire=1min &read_expire=2min &write_expire=x &expire_func=(Lambda" +
			" Params=(FuncType Params=[(FieldDecl t Type=Ty) (FieldDecl i Type=any)] Result=interval) Body={(Return X=0sec)})])"},
	{"global x = set() &ordered;", `(Var x Op== Init=(Ctor Kind="set" Attrs=[&ordered]))`},
	{"global f: file &raw_output &encrypt &rotate_interval=1day &synchronized;",
		"(Var f Type=(FileType) Attrs=[&raw_output &encrypt &rotate_interval=1day &synchronized])"},
}

func TestDeclarations(t *testing.T) {
	for _, c := range productions {
		want := strings.NewReplacer("Kind=0 ", "").Replace(c.want)
		if got := strings.Join(decls(t, c.in), " "); got != want {
			t.Errorf("%s\n got %s\nwant %s", c.in, got, want)
		}
	}
}

// TestEveryNode makes sure that each sealed node of package ast comes out of some production.
func TestEveryNode(t *testing.T) {
	file, err := goparser.ParseFile(token.NewFileSet(), "../ast/ast.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv == nil || !slices.Contains([]string{"expr", "stmt", "typ", "decl"}, f.Name.Name) {
			continue
		}
		missing[f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name] = true
	}
	if len(missing) < 60 {
		t.Fatalf("only %d nodes found in package ast", len(missing))
	}
	see := func(n any) { nodes(reflect.ValueOf(n), func(name string) { delete(missing, name) }) }
	for _, c := range productions {
		list, _ := parse(source(c.in), failing{t})
		for _, d := range list {
			see(d)
		}
	}
	src := source("[f(a?$b, copy(c), (-d), e[1], x is Ty, 1 ? 2 : 3, y as set[int]), /p/, count]")
	x, err := Expr(src, src.Tokens)
	if err != nil {
		t.Fatal(err)
	}
	see(x)
	for name := range missing {
		t.Errorf("no production makes an ast.%s", name)
	}
}

// nodes calls f with the type name of every struct of package ast below v.
func nodes(v reflect.Value, f func(string)) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			nodes(v.Elem(), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			nodes(v.Index(i), f)
		}
	case reflect.Struct:
		if v.Type().PkgPath() == reflect.TypeFor[tree.Name]().PkgPath() {
			f(v.Type().Name())
			for i := range v.NumField() {
				nodes(v.Field(i), f)
			}
		}
	}
}

func TestDocComments(t *testing.T) {
	src := source(`
## The limit,
## in bytes.
const limit = 1; ##< Not more.

### A rule, no documentation.
# Nor this.
type R: record {
	## First.
	a: count;
	b: int; ##< Second.
	        ##< Still second.
};

## A colour.
type E: enum {
	RED, ##< Warm.
	## Cold.
	BLUE
};

## Says hello.
event hello() { }
`)
	src.KeepDocs = true
	list, errs := parse(src, failing{t})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	r := list[1].(*tree.TypeDecl).Type.(*tree.RecordType)
	e := list[2].(*tree.TypeDecl)
	members := e.Type.(*tree.EnumType).Members
	for _, c := range []struct{ what, got, want string }{
		{"limit", list[0].(*tree.Var).Doc, "The limit,\nin bytes.\nNot more."},
		{"R", list[1].(*tree.TypeDecl).Doc, ""},
		{"R$a", r.Fields[0].Doc, "First."},
		{"R$b", r.Fields[1].Doc, "Second.\nStill second."},
		{"E", e.Doc, "A colour."},
		{"RED", members[0].Doc, "Warm."},
		{"BLUE", members[1].Doc, "Cold."},
		{"hello", list[3].(*tree.FuncDecl).Doc, "Says hello."},
	} {
		if c.got != c.want {
			t.Errorf("%s: documentation is %q, want %q", c.what, c.got, c.want)
		}
	}
}

func TestFuncSig(t *testing.T) {
	for _, c := range []struct {
		in, name, want string
		variadic       bool
	}{
		{"function fmt(format: string, ...): string", "fmt",
			"(FuncType Params=[(FieldDecl format Type=string) (FieldDecl va_args Type=any)] Result=string)", true},
		{"function cat(...): string", "cat", "(FuncType Params=[(FieldDecl va_args Type=any)] Result=string)", true},
		{"function f(va_args: any)", "f", "(FuncType Params=[(FieldDecl va_args Type=any)])", true},
		{"function Reporter::info(msg: string): bool;", "Reporter::info",
			"(FuncType Params=[(FieldDecl msg Type=string)] Result=bool)", false},
		{"function f(t: any, n: count &default=0): vector of string", "f",
			"(FuncType Params=[(FieldDecl t Type=any) (FieldDecl n Type=count Attrs=[&default=0])] Result=(VectorType Elem=string))", false},
		{"event e()", "e", "(FuncType Flavor=event)", false},
		{"hook h()", "h", "(FuncType Flavor=hook)", false},
	} {
		name, ft, err := FuncSig(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if got := dump(ft); name != c.name || got != c.want || Variadic(ft) != c.variadic {
			t.Errorf("%s\n got %s %s %v\nwant %s %s %v", c.in, name, got, Variadic(ft), c.name, c.want, c.variadic)
		}
	}
	for _, bad := range []string{"", "fmt(a: string)", "function f(a)", "function (a: count)", "function f() trailing"} {
		if _, _, err := FuncSig(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestGrammarIsPrinted(t *testing.T) {
	if g := Grammar(); !strings.Contains(g, `"redef"? <callable> <name> ParamsG AttrsG? BodyG`) {
		t.Errorf("unexpected grammar:\n%s", g)
	}
}
