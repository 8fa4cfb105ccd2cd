package lsp

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

// session is a server without a client around it.
type session struct {
	*server
	t   testing.TB
	uri string
	d   *document
}

func newSession(t testing.TB, text string, bare bool) *session {
	s := &session{newServer(Options{Limit: time.Second, CacheDir: filepath.Join(os.TempDir(), "brogo-lsp-test")}), t, uriOf("/far/away.zeek"), nil}
	s.o.Engine.Env = func(string) (string, bool) { return "", false }
	s.set.Bare = bare
	t.Cleanup(s.close)
	s.ask("initialize", struct{}{})
	s.ask("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": s.uri, "version": 1, "text": text}})
	s.d = s.docs[s.uri]
	s.check(s.d)
	return s
}

func (s *session) ask(method string, params any) any {
	s.t.Helper()
	raw, err := json.Marshal(params)
	if err != nil {
		s.t.Fatal(err)
	}
	msg := json.RawMessage(raw)
	result, err := s.serve(&message{req: &jsonrpc2.Request{Method: method, Params: &msg}})
	if e, ok := err.(*jsonrpc2.Error); ok && e.Code == jsonrpc2.CodeInternalError {
		s.t.Fatalf("%s: %s", method, e.Message)
	}
	return result
}

// edit replaces text[i:j] and checks; it reports whether the change was followed rather than checked anew.
func (s *session) edit(i, j int, with string) bool {
	s.t.Helper()
	old := s.d.prog
	r := textRange{s.d.text.position(i), s.d.text.position(j)}
	s.ask("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": s.uri, "version": 2}, "contentChanges": []contentChange{{&r, with}}})
	s.check(s.d)
	return s.d.prog == old
}

// state is all that is known of the document, as lines: diagnostics, names, declarations, locals by function.
func (s *session) state() []string {
	var out []string
	for _, x := range s.d.prog.diags {
		d := s.diagnostic(s.d, x)
		raw, _ := json.Marshal(d)
		out = append(out, string(raw))
	}
	slices.Sort(out)
	src := s.d.source()
	if src == nil {
		src = &source{} // a text without names has none
	}
	for i := range src.uses {
		u := &src.uses[i]
		out = append(out, fmt.Sprint(u.At.File.Src[:0], s.d.text.span(u.At), u.Decl, s.d.prog.symbolOf(u), s.d.prog.now(declared(u)).Line))
	}
	for _, sym := range s.documentSymbols(s.d, documentParams{}).([]symbolInformation) {
		out = append(out, fmt.Sprintf("%+v", sym))
	}
	toks := s.d.outline().src
	for _, t := range toks.Tokens {
		out = append(out, fmt.Sprint(t, toks.Text(t)))
	}
	return out
}

// same compares the state with that of a server that sees the text for the first time.
func (s *session) same(what string) {
	s.t.Helper()
	fresh := newSession(s.t, s.d.text.s, s.set.Bare)
	got, want := s.state(), fresh.state()
	if slices.Equal(got, want) {
		return
	}
	for i := 0; i < max(len(got), len(want)); i++ {
		var g, w string
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			s.t.Fatalf("%s: of\n%s\nit knows\n\t%s\nwhere a new check says\n\t%s", what, s.d.text.s, g, w)
		}
	}
}

// TestFollow has edits followed that stay within a body or between declarations, with the outcome of a new check.
func TestFollow(t *testing.T) {
	s := newSession(t, mainScript, false)
	change := func(followed bool, old, new string) {
		t.Helper()
		i := strings.Index(s.d.text.s, old)
		if i < 0 {
			t.Fatalf("%q is not there", old)
		}
		if got := s.edit(i, i+len(old), new); got != followed {
			t.Errorf("%q to %q: followed is %v", old, new, got)
		}
		s.same(old + " to " + new)
	}
	change(true, "local w = 0.0;", "local w = 1.5;")
	change(true, "local w = 1.5;", "local w = 1.5;\n\tlocal other: string;\n\n")
	change(true, "w = i$weight;", "w = i$;")                    // a mistake in its syntax
	change(true, "w = i$;", "w = i$wei;")                       // a field that is not there
	change(true, "w = i$wei;", "w = i$weight;")                 //
	change(true, "print fmt(\"%s\", i$kind);", "print fmt(")    // a bracket that is not closed
	change(true, "print fmt(", "print fmt(\"%s\", unknown_1);") // a name that is not there
	change(true, "unknown_1", "weigh(i)")
	change(true, "weigh(i));", "weigh(n));") // a wrong argument
	change(true, "weigh(n));", "weigh(i));")
	change(true, "all += it;", "{ all += it; local deep = function(a: count): count { return a; }; print deep(ix); }")
	change(true, "local other: string;\n\n", "")
	change(true, "\n\nevent Fruit::seen", "\n\n# a comment\n## of two lines\n\nevent Fruit::seen")
	change(false, "limit = 12.5", "limit = 3.5")
	change(false, "n: count)\n\t{", "n: count)\n\t{\n@if ( T )\n@endif\n")
	change(false, "\n@if ( T )\n@endif\n", "")
	change(false, "|all|;\n\t}", "|all|;\n\t")
}

// TestFollowOrder has a body not see what stands behind it.
func TestFollowOrder(t *testing.T) {
	const text = `type R: record { a: count; };
global f: function(n: count);
function g(r: R)
	{
	print r$a;
	}
redef record R += { b: count &optional; };
global late = 1;
function f(n: count)
	{
	print late;
	}
event zeek_init() { g([$a=1]); }
`
	s := newSession(t, text, true)
	at := strings.Index(text, "print r$a;")
	for _, with := range []string{"print r$b;", "print late;", "f(\"x\");", "print f;", "f = g;", "print r$a;", "f(1);", "print zeek_initt;", "local g = 1; print g;"} {
		now := s.d.text.s
		end := strings.Index(now[at:], "\n") + at
		s.edit(at, end, with)
		s.same(with)
	}
}

// TestFollowCalled has a function that ran while its script was loaded checked together with all else.
func TestFollowCalled(t *testing.T) {
	const text = "function f(): count { return 1; }\nconst c = f();\n@if ( f() == 1 )\nglobal one = 1;\n@endif\n"
	s := newSession(t, text, true)
	i := strings.Index(text, "return 1") + len("return ")
	if s.edit(i, i+1, "2") {
		t.Error("the change was followed")
	}
	s.same("f")
	if v := value(s.d.prog, s.d.prog.e.Lookup("c")); v != "2" {
		t.Errorf("c is %s", v)
	}
}

// FuzzFollow makes edits at random places of a script; what is known of it afterwards is what a new check finds.
// fuzztime 300x
func FuzzFollow(f *testing.F) {
	f.Add(mainScript, "i$\x00event \x03}\x07{\x05\"\x00;\x00\n\n", uint16(600))
	f.Add(userScript, "Fruit::\x01(\x02# x\x04#ä😀\x00\n", uint16(77))
	f.Add("function f(a: count) { print a; local b = |a|; }\nevent zeek_init()\n\t{\n\tf(1);\n\tlocal q = 5 min;\n\t}\n", "|\x00local b\x00 = \x00x;\x00[", uint16(31))
	f.Add("module M;\nexport { global g: function(); }\nglobal x = 1;\nfunction g() { when ( x == 1 ) { x = 2; } }\n", "local y = x;\x00[y]\x00y\x00::", uint16(90))
	f.Add("0", "0", uint16(103))
	f.Fuzz(func(t *testing.T, script, edits string, at uint16) {
		if len(script) > 2000 || len(edits) > 200 {
			return
		}
		s := newSession(t, strings.ToValidUTF8(script, "?"), true)
		off := int(at)
		for n, piece := range strings.SplitN(strings.ToValidUTF8(edits, "?"), "\x00", 6) {
			i := off % (len(s.d.text.s) + 1)
			for i > 0 && i < len(s.d.text.s) && s.d.text.s[i]&0xc0 == 0x80 {
				i--
			}
			j := min(i+len(piece)%4, len(s.d.text.s))
			for j < len(s.d.text.s) && s.d.text.s[j]&0xc0 == 0x80 {
				j++
			}
			s.edit(i, j, piece)
			s.same(fmt.Sprint("edit ", n))
			off = i + len(piece)
			if n == 2 {
				off += 37
			}
		}
	})
}
