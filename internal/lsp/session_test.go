package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"
	"go.uber.org/goleak"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/format"
	"github.com/brogo/brogo/lang/diag"
)

func codeOf(err error) int64 {
	var e *jsonrpc2.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

func TestLifecycle(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	c := connect(t, Options{}, map[string]string{"a.zeek": "print 1;\n"})
	if err := c.try("textDocument/hover", struct{}{}, nil); codeOf(err) != codeNotInitialized {
		t.Errorf("before initialize: %v", err)
	}
	var init struct {
		Capabilities map[string]any `json:"capabilities"`
	}
	c.call("initialize", map[string]any{"capabilities": map[string]any{}, "rootUri": nil}, &init)
	if init.Capabilities["hoverProvider"] != true || init.Capabilities["documentFormattingProvider"] != false {
		t.Errorf("capabilities are %v", init.Capabilities)
	}
	if err := c.try("initialize", struct{}{}, nil); codeOf(err) != jsonrpc2.CodeInvalidRequest {
		t.Errorf("a second initialize: %v", err)
	}
	if err := c.try("no/such", struct{}{}, nil); codeOf(err) != jsonrpc2.CodeMethodNotFound {
		t.Errorf("an unknown method: %v", err)
	}
	if err := c.try("textDocument/hover", []int{1}, nil); codeOf(err) != jsonrpc2.CodeInvalidParams {
		t.Errorf("wrong parameters: %v", err)
	}
	c.call("shutdown", nil, nil)
	if err := c.try("textDocument/hover", struct{}{}, nil); codeOf(err) != jsonrpc2.CodeInvalidRequest {
		t.Errorf("after shutdown: %v", err)
	}
	c.notify("exit", nil)
	if code := <-c.exit; code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	c.conn.Close()
}

func TestAbruptEnds(t *testing.T) {
	c := connect(t, Options{}, nil)
	c.notify("exit", nil)
	if code := <-c.exit; code != 1 {
		t.Errorf("exit without shutdown is %d", code)
	}
	c = connect(t, Options{}, nil)
	c.call("initialize", struct{}{}, nil)
	c.conn.Close()
	if code := <-c.exit; code != 1 {
		t.Errorf("the end of the stream is %d", code)
	}
	var out strings.Builder
	if code := Run(context.Background(), strings.NewReader("Content-Length: 7\r\n\r\n{\"a\":1"), &out, Options{}); code != 1 {
		t.Errorf("garbage is %d", code)
	}
}

func TestCancel(t *testing.T) {
	q := &queue{wake: make(chan struct{}, 1)}
	id := jsonrpc2.ID{Num: 7}
	q.Handle(context.Background(), nil, &jsonrpc2.Request{Method: "textDocument/hover", ID: id})
	params := json.RawMessage(`{"id":7}`)
	q.Handle(context.Background(), nil, &jsonrpc2.Request{Method: "$/cancelRequest", Notif: true, Params: &params})
	m := q.take()
	if _, err := newServer(Options{}).serve(m); codeOf(err) != codeRequestCancelled {
		t.Errorf("a cancelled request ends in %v", err)
	}
	if q.take() != nil {
		t.Error("the cancellation is a message of its own")
	}
}

// TestUnicode has names and columns behind characters of one, two and four bytes.
func TestUnicode(t *testing.T) {
	text := "event zeek_init()\n\t{\n\tlocal a = \"äöü€😀\"; local b = a; print b, unknown;\n\t}\n"
	c := start(t, map[string]string{"a.zeek": text})
	c.open("a.zeek")
	d := c.diagnostics("a.zeek")
	// \tlocal a = "äöü€😀"; : the emoji counts as two.
	line := []rune("\tlocal a = \"äöü€😀\"; local b = a; print b, ")
	col := len(line) + 1
	if len(d) != 1 || d[0].Range != (textRange{position{2, col}, position{2, col + 7}}) {
		t.Fatalf("diagnostics are %+v, want column %d", d, col)
	}
	var locs []location
	c.call("textDocument/definition", c.at("a.zeek", "local b = |a"), &locs)
	if len(locs) != 1 || c.place(locs[0]) != "a.zeek:3:a" {
		t.Errorf("the definition is %v", locs)
	}
	c.call("textDocument/definition", c.at("a.zeek", "print |b"), &locs)
	if len(locs) != 1 || c.place(locs[0]) != "a.zeek:3:b" {
		t.Errorf("the definition is %v", locs)
	}
	c.change("a.zeek", "unknown", "\"😀\"")
	c.change("a.zeek", "\"😀\";", "\"😀!\";")
	if d := c.diagnostics("a.zeek"); len(d) != 0 {
		t.Errorf("after edits behind wide characters: %v", d)
	}
	if got, err := c.renamed(c.at("a.zeek", "local |b"), "long_name"); err != nil || !strings.Contains(got["a.zeek"], "local long_name = a; print long_name, ") {
		t.Errorf("renamed: %q %v", got["a.zeek"], err)
	}
}

func TestText(t *testing.T) {
	x := newText("aä😀b\r\n\n€")
	tests := []struct {
		p   position
		off int
	}{{position{0, 0}, 0}, {position{0, 1}, 1}, {position{0, 2}, 3}, {position{0, 4}, 7}, {position{0, 5}, 8}, {position{1, 0}, 10}, {position{2, 1}, 14}}
	for _, tt := range tests {
		if got := x.offset(tt.p); got != tt.off {
			t.Errorf("offset of %v is %d, want %d", tt.p, got, tt.off)
		}
		if got := x.position(tt.off); got != tt.p {
			t.Errorf("position of %d is %v, want %v", tt.off, got, tt.p)
		}
	}
	for _, p := range []position{{-1, 0}, {0, -5}, {0, 99}, {9, 9}} {
		if off := x.offset(p); off < 0 || off > len(x.s) {
			t.Errorf("offset of %v is %d", p, off)
		}
	}
}

// TestLoadingIsHarmless gives up on a script that never ends to load, and runs nothing that reaches out of the process.
func TestLoadingIsHarmless(t *testing.T) {
	c := connect(t, Options{Limit: 50 * time.Millisecond}, map[string]string{
		"loop.zeek": "function f(): bool { while ( T ) { } return T; }\n@if ( f() )\n@endif\nglobal x = 1;\n",
	})
	c.call("initialize", map[string]any{"rootUri": uriOf(c.dir), "capabilities": struct{}{}}, nil)
	c.open("loop.zeek")
	if d := c.diagnostics("loop.zeek"); len(d) != 1 || !strings.Contains(d[0].Message, "takes too long") {
		t.Errorf("an endless script has %v", d)
	}
	out := t.TempDir()
	c = start(t, map[string]string{
		"mk.zeek": "global made = mkdir(\"" + out + "/d\");\nglobal s = system(\"touch " + out + "/f\");\nprint made, s;\n",
	})
	c.open("mk.zeek")
	if d := c.diagnostics("mk.zeek"); len(d) != 0 {
		t.Errorf("mk.zeek has %v", d)
	}
	if made, err := os.ReadDir(out); err != nil || len(made) > 0 {
		t.Errorf("loading made %v %v", made, err)
	}
}

// TestBaseScriptsConfined loads all base scripts in both dialects as the server does: no function that is left idle may be missed.
func TestBaseScriptsConfined(t *testing.T) {
	for _, dialect := range []string{"zeek", "bro"} {
		sink := &diag.List{}
		e, err := brogo.New(brogo.Config{Dialect: dialect, Confined: true, ParseOnly: true, KeepGoing: true, Diagnostics: sink})
		if err != nil {
			t.Fatal(err)
		}
		e.Load()
		e.Checker().Globals()
		e.Close()
		for _, d := range sink.All {
			t.Errorf("%s: %s", dialect, diag.Line(d))
		}
	}
}

func TestVetAndRelated(t *testing.T) {
	vet := func(e *brogo.Engine) []diag.Diagnostic {
		x := e.Lookup("x")
		if x == nil {
			return nil
		}
		return []diag.Diagnostic{{Severity: diag.Warning, Code: diag.UnusedLocal, At: diag.Span{File: x.At.File, Line: 1, Col: 8, EndCol: 9}, Msg: "x is odd"}}
	}
	c := connect(t, Options{Vet: vet}, map[string]string{"a.zeek": "global x = 1;\n"})
	c.call("initialize", map[string]any{"rootUri": uriOf(c.dir), "capabilities": json.RawMessage(capabilities)}, nil)
	c.open("a.zeek")
	if d := c.diagnostics("a.zeek"); len(d) != 0 {
		t.Errorf("at once: %v", d)
	}
	if d := c.diagnostics("a.zeek"); len(d) != 1 || d[0].Message != "x is odd" || d[0].Severity != severityWarning || len(d[0].Tags) != 1 {
		t.Errorf("after a while: %v", d)
	}
	c.change("a.zeek", "global x = 1;\n", "type One: enum { A };\ntype Two: enum { B, A };\n")
	related := 0
	for _, x := range c.diagnostics("a.zeek") {
		related += len(x.RelatedInformation)
	}
	if related == 0 {
		t.Error("no diagnostic names its other place")
	}
}

func TestFormatting(t *testing.T) {
	text := "event zeek_init() {\nprint 1;\n   print 2;\n}\nglobal x=1;\nglobal y=2;\n"
	c := connect(t, Options{Format: format.Source}, map[string]string{"a.zeek": text})
	c.call("initialize", map[string]any{"rootUri": uriOf(c.dir), "capabilities": struct{}{}}, nil)
	c.open("a.zeek")
	doc := map[string]any{"textDocument": map[string]any{"uri": c.uri("a.zeek")}, "options": map[string]any{"tabSize": 8, "insertSpaces": false}}
	var edits []textEdit
	c.call("textDocument/formatting", doc, &edits)
	want, err := format.Source("a.zeek", text)
	if err != nil || applied(text, edits) != want {
		t.Errorf("formatted it is\n%s", applied(text, edits))
	}
	doc["range"] = textRange{position{4, 0}, position{4, 5}}
	c.call("textDocument/rangeFormatting", doc, &edits)
	if got := applied(text, edits); got != strings.Replace(text, "x=1", "x = 1", 1) {
		t.Errorf("with one line formatted it is\n%s", got)
	}
	doc["range"] = textRange{position{1, 0}, position{2, 5}}
	c.call("textDocument/rangeFormatting", doc, &edits)
	if got := applied(text, edits); !strings.Contains(got, "\tprint 1;\n\tprint 2;\n}") {
		t.Errorf("with two lines formatted it is\n%s", got)
	}
	c.change("a.zeek", "global x=1;", "global x=;")
	if err := c.try("textDocument/formatting", doc, &edits); err == nil || !strings.Contains(err.Error(), "syntax error") {
		t.Errorf("formatting a broken script: %v", err)
	}
}

// TestPackage checks a file as part of the package that its directory is.
func TestPackage(t *testing.T) {
	c := start(t, map[string]string{"__load__.zeek": "@load ./types\n@load ./main\n", "types.zeek": "type Thing: record { a: count; };\n",
		"main.zeek": "global t: Thing = [$a=1];\nprint t$a;\n"})
	c.open("main.zeek")
	if d := c.diagnostics("main.zeek"); len(d) != 0 {
		t.Errorf("main.zeek has %v", d)
	}
}

// TestMissingFile goes on behind a @load of what is not there, and blames nothing else for it.
func TestMissingFile(t *testing.T) {
	c := start(t, map[string]string{"a.zeek": "@load ./gone\nglobal x = 1;\nprint x, Gone::y;\nprint 1 + \"a\";\n"})
	c.open("a.zeek")
	d := c.diagnostics("a.zeek")
	if len(d) != 2 || d[0].Code != "load" || d[0].Range.Start.Line != 0 || d[1].Range.Start.Line != 3 {
		t.Errorf("it has %+v", d)
	}
	var locs []location
	c.call("textDocument/definition", c.at("a.zeek", "print |x"), &locs)
	if len(locs) != 1 || c.place(locs[0]) != "a.zeek:2:x" {
		t.Errorf("the definition is %v", locs)
	}
}

// TestBroken keeps what is known of a text while parts of it are being typed.
func TestBroken(t *testing.T) {
	c := startFruit(t)
	for _, tt := range []struct{ old, new, at, want string }{
		// a statement, a head, a brace that is not closed, a string that does not end
		{"\t\tw = i$weight;\n", "\t\tw = i$;\n", "w = i$|;", "weight"},
		{"function weigh(i: Info): double\n", "function weigh(i: Info: double\n", "all += i|t;", "it"},
		{"event seen(i: Info, n: count)\n\t{\n", "event seen(i: Info, n: count)\n\t{\n\tif ( i$ ) {\n", "if ( i$| )", "kind"},
		{"print fmt(\"%s\", i$kind);", "print fmt(\"%s, i$kind);\n\tprint i$", "print i$|", "tags"},
	} {
		c.change("main.zeek", tt.old, tt.new)
		if got := labels(c, c.at("main.zeek", tt.at)); len(got) == 0 || !strings.Contains(strings.Join(got, " "), tt.want) {
			t.Errorf("with %q in the place of %q: %v, want %s", tt.new, tt.old, got, tt.want)
		}
		var tree []*documentSymbol
		c.call("textDocument/documentSymbol", map[string]any{"textDocument": map[string]any{"uri": c.uri("main.zeek")}}, &tree)
		if len(tree) == 0 || len(tree[0].Children) < 4 {
			t.Errorf("with %q: %d symbols", tt.new, len(tree))
		}
		c.change("main.zeek", tt.new, tt.old)
	}
}
