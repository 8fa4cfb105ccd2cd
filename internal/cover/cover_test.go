package cover

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/brogo/brogo"
)

// run runs a script of that text for the set, and returns its path.
func run(t testing.TB, set *Set, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x.zeek")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	runFile(t, set, file, "")
	return file
}

// runFile runs a script, whose getenv("WHICH") is which.
func runFile(t testing.TB, set *Set, file, which string) {
	t.Helper()
	var out bytes.Buffer
	cfg := brogo.Config{Files: []string{file}, Bare: true, Stdout: &out, Stderr: &out, NoUnusedWarnings: true,
		Env: func(name string) (string, bool) {
			if name != "WHICH" {
				return "", false
			}
			return which, true
		}}
	set.Attach(&cfg)
	e, err := brogo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if e.Load() != 0 || e.Run(context.Background()) != 0 {
		t.Fatalf("it fails:\n%s", out.String())
	}
}

// handler puts statements into a handler, from line 3 on.
func handler(text string) string { return "event zeek_init()\n\t{\n" + text + "\n\t}\n" }

// TestStatements shows what counts as a statement, and how often it has run: `LINE TEXT*COUNT`, the text being what the page paints.
func TestStatements(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"expression", handler("local i = 0;\n++i; i += 2;\ni = 4;"), "3 local i = 0;*1 | 4 ++i;*1 | 4 i += 2;*1 | 5 i = 4;*1"},
		{"a local without a value does nothing", handler("local i: count;\nlocal v: vector of count;\nconst c = 3;"), "5 const c = 3;*1"},
		{"print, event, add, delete", "global e: event();\nglobal s: set[count];\n" + handler("print 0;\nevent e();\nadd s[1];\ndelete s[1];\nschedule 1sec { e() };"),
			"5 print 0;*1 | 6 event e();*1 | 7 add s[1];*1 | 8 delete s[1];*1 | 9 schedule 1sec { e() };*1"},
		{"if", handler("local i = 1;\nif ( i == 1 )\n\tprint 0;\nelse if ( i == 2 ) print 0; else\n\tprint 0;"),
			"3 local i = 1;*1 | 4 if ( i == 1 )*1 | 5 print 0;*1 | 6 if ( i == 2 )*0 | 6 print 0;*0 | 7 print 0;*0"},
		{"blocks and empty statements", handler("{ { ; } }\n;\nif ( T ) { }"), "5 if ( T )*1"},
		{"a head of several lines", handler("if ( T &&\n     T ||\n     F )\n\t{\n\tprint 0;\n\t}"), "3 if ( T && T || F )*1 | 7 print 0;*1"},
		{"while with a step", handler("local i = 0;\nwhile ( i < 5 )\n\t{\n\tif ( i == 3 )\n\t\tbreak;\n\t++i;\n\t}"),
			"3 local i = 0;*1 | 4 while ( i < 5 )*1 | 6 if ( i == 3 )*4 | 7 break;*1 | 8 ++i;*3"},
		{"for over each kind", handler("for ( x in set(1, 2, 3) ) print 0;\nfor ( i, v in vector(1, 2) )\n\tnext;\nfor ( c in \"abcd\" )\n\tprint 0;"),
			"3 for ( x in set(1, 2, 3) )*1 | 3 print 0;*3 | 4 for ( i, v in vector(1, 2) )*1 | 5 next;*2 | 6 for ( c in \"abcd\" )*1 | 7 print 0;*4"},
		{"switch", "function f(n: count)\n\t{\n\tswitch ( n )\n\t\t{\n\t\tcase 1: fallthrough;\n\t\tcase 2:\n\t\t\tprint 0;\n\t\t\tbreak;\n\t\tdefault: return;\n\t\t}\n\t}\n" +
			"event zeek_init() { f(1); f(2); f(3); f(4); }",
			"3 switch ( n )*4 | 5 fallthrough;*1 | 7 print 0;*2 | 8 break;*2 | 9 return;*2 | 12 f(1);*1 | 12 f(2);*1 | 12 f(3);*1 | 12 f(4);*1"},
		{"functions that only return", "function f(n: count): count { if ( n > 2 ) return 1; return 2; }\nfunction g(n: count): count { return n; }\n" +
			handler("local i = 0;\nwhile ( i < 4 )\n\t{\n\tf(i);\n\tg(i);\n\t++i;\n\t}"),
			"1 if ( n > 2 )*4 | 1 return 1;*1 | 1 return 2;*3 | 2 return n;*4 | 5 local i = 0;*1 | 6 while ( i < 4 )*1 | 8 f(i);*4 | 9 g(i);*4 | 10 ++i;*4"},
		{"hooks", "hook h(n: count) { if ( n == 1 ) break; }\nhook h(n: count) &priority=-1 { print 0; }\n" + handler("hook h(1);\nhook h(2);"),
			"1 if ( n == 1 )*2 | 1 break;*1 | 2 print 0;*1 | 5 hook h(1);*1 | 6 hook h(2);*1"},
		{"when", handler("local i = 1;\nwhen [i] ( i > 0 )\n\t{ print 0; }\ntimeout 1sec\n\t{ print 0; }"),
			"3 local i = 1;*1 | 4 when [i] ( i > 0 )*1 | 5 print 0;*1 | 7 print 0;*0"},
		{"assert", handler("assert T;\nassert T, \"x\";"), "3 assert T;*1 | 4 assert T, \"x\";*1"},
		{"anonymous functions", "global f = function(): count { return 1; };\ntype R: record { g: function(): count &default=function(): count { return 2; }; };\n" +
			"global t: table[count] of count &default=function(n: count): count { return n; };\n" +
			handler("local l = function() { print 0; };\nl(); l();\nf();\nt[3];"),
			"1 return 1;*1 | 2 return 2;*0 | 3 return n;*1 | 6 local l = function() { print 0; };*1 | 6 print 0;*2 | 7 l();*1 | 7 l();*1 | 8 f();*1 | 9 t[3];*1"},
		{"the top level", "print 0;\nif ( T )\n\tprint 0;\nlocal x = 3;\nglobal y = 4;", "1 print 0;*1 | 2 if ( T )*1 | 3 print 0;*1 | 4 local x = 3;*1"},
		{"what @if leaves out", handler("@if ( T )\nprint 0;\n@else\nprint 1;\n@endif") + "@if ( F )\nfunction f() { print 0; }\n@endif\n", "4 print 0;*1"},
		{"an error ends the rest", "function f(v: vector of count) { print v[3]; print 0; }\n" + "hook h() { f(vector()); print 0; }\nevent zeek_done()\n\t{\n\thook h();\n\t}\n",
			"1 print v[3];*1 | 1 print 0;*0 | 2 f(vector());*1 | 2 print 0;*0 | 5 hook h();*1"},
		{"#@no-test behind a statement or the brace of a block", handler("print 0; # @no-test\nif ( F )\n\t{ #@no-test\n\tprint 0;\n\tprint 0;\n\t}\nprint 0; # no-test"),
			"4 if ( F )*1 | 9 print 0;*1"},
		{"bodies that are replaced", "event zeek_init() { print 1; }\nredef event zeek_init() { print 0; }\n", "1 print 1;*0 | 2 print 0;*1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := &Set{}
			file := run(t, set, tt.text)
			p := set.Profile()
			if len(p.Files) != 1 || p.Files[0].Name != file {
				t.Fatalf("files: %+v", p.Files)
			}
			if got := painted(p.Files[0], tt.text); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// painted is the text of each statement with its line and count.
func painted(f *File, src string) string {
	lines := strings.Split(src, "\n")
	var out []string
	for _, s := range f.Stmts {
		var text []string
		for n := s.Line; n <= s.EndLine; n++ {
			from, to := 0, len(lines[n-1])
			if n == s.Line {
				from = s.Col - 1
			}
			if n == s.EndLine {
				to = s.EndCol - 1
			}
			text = append(text, strings.TrimSpace(lines[n-1][from:to]))
		}
		out = append(out, fmt.Sprintf("%d %s*%d", s.Line, strings.Join(text, " "), s.Count))
	}
	return strings.Join(out, " | ")
}

// TestBase counts base scripts, what nothing calls included.
func TestBase(t *testing.T) {
	set := &Set{Base: true}
	run(t, set, `@load base/utils/strings
print is_string_binary("abc");`)
	f := set.Profile().Find(brogo.EmbeddedRoot + "/base/utils/strings.zeek")
	if f == nil {
		t.Fatal("there is no base/utils/strings.zeek")
	}
	ran, all := map[string]bool{}, 0
	for _, fn := range f.Funcs {
		all++
		ran[fn.Name] = fn.Count > 0
	}
	if !ran["function is_string_binary"] || ran["function string_escape"] || all < 3 {
		t.Errorf("of %d functions these have run: %v", all, ran)
	}
	if c, n := f.Covered(); c == 0 || c == n {
		t.Errorf("%d of %d statements", c, n)
	}
}

// TestMerge adds up engines that run side by side, of which @if has left out different parts, and what comes back from files.
func TestMerge(t *testing.T) {
	set := &Set{}
	file := run(t, set, handler("@if ( getenv(\"WHICH\") == \"1\" )\nprint 1;\n@else\nprint 2;\n@endif\nprint 3;"))
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() { runFile(t, set, file, fmt.Sprint(i%2)) })
	}
	group.Wait()
	const want = "4 print 1;*2 | 6 print 2;*3 | 8 print 3;*5"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := set.Profile()
	if got := painted(p.Files[0], string(src)); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	twice := strings.NewReplacer("*2", "*4", "*3 |", "*6 |", "*5", "*10").Replace(want)
	for _, form := range []string{"go", "json"} {
		var b bytes.Buffer
		if err := p.Write(&b, form, filepath.Dir(file)); err != nil {
			t.Fatal(err)
		}
		q, err := Read(&b, filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		q.Add(p)
		if got := painted(q.Files[0], string(src)); got != twice {
			t.Errorf("%s: got %s\nwant %s", form, got, twice)
		}
	}
}

// TestGoTool has Go's own tool show a profile.
func TestGoTool(t *testing.T) {
	set := &Set{}
	file := run(t, set, handler("print 1;\nif ( F )\n\tprint 2;"))
	dir := filepath.Dir(file)
	if err := set.Profile().WriteFile(filepath.Join(dir, "c.out"), "go", dir); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "tool", "cover", "-html=c.out", "-o", "c.html")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	page, err := os.ReadFile(filepath.Join(dir, "c.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`title="1">print 1;</span>`, `<span class="cov0" title="0">print 2;</span>`, "x.zeek (66.7%)"} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page of go tool cover lacks %s", want)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, tt := range []struct {
		covered, all int
		want         string
	}{{0, 0, "-"}, {0, 3, "0.0%"}, {3, 3, "100.0%"}, {2, 3, "66.7%"}, {99999, 100000, "99.9%"}, {1, 100000, "0.1%"}} {
		if got := percent(tt.covered, tt.all); got != tt.want {
			t.Errorf("%d of %d is %s, not %s", tt.covered, tt.all, got, tt.want)
		}
	}
}

func TestUnderTest(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]bool{"a.zeek": true, "a_test.zeek": false, "a_test.bro": false, ".tmp/a.zeek": false, "sub/_test.txt": true} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if UnderTest(file, dir) != want {
			t.Errorf("%s: not %v", name, want)
		}
	}
	if UnderTest(filepath.Join(dir, "gone.zeek"), dir) || !UnderTest(brogo.EmbeddedRoot+"/base/x.zeek", dir) {
		t.Error("a file that is gone, or a base script")
	}
}

// FuzzRead reads what may be damaged, and writes it in every form.
func FuzzRead(f *testing.F) {
	f.Add([]byte("mode: count\n./a b.zeek:1.2,3.4 1 5\n./a b.zeek:1.2,3.4 1 5\n"))
	f.Add([]byte(`{"files":[{"name":"/x","stmts":[{"line":1,"col":2,"end_line":1,"end_col":9,"count":3},{"line":1,"col":2,"end_line":1,"end_col":9}],"funcs":[{"name":"event e","line":1}]}]}`))
	f.Add([]byte("mode: set\nx:1.1,1.1 1 -1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Read(bytes.NewReader(data), "/dir")
		if err != nil {
			return
		}
		for _, f := range p.Files {
			f.lines("first\n\tsecond\nthird")
		}
		for _, form := range Forms {
			if form == "html" {
				continue // reads the files that the profile names
			}
			if err := p.Write(&bytes.Buffer{}, form, "/dir"); err != nil {
				t.Errorf("%s: %v", form, err)
			}
		}
	})
}
