package lsp

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/vet"
	"github.com/brogo/brogo/lang/diag"
)

func TestCodeActions(t *testing.T) {
	const text = "type R: record { weight: count; };\nfunction heavy(r: R): bool { return r$weihgt > 1; }\nevent zeek_init()\n\t{\n\tprint heavvy(R($weight=1)), to_uper(\"x\");\n\t}\n"
	c := start(t, map[string]string{"a.zeek": text})
	c.open("a.zeek")
	want := text
	for _, fix := range [][3]string{{"r$wei|hgt", "weihgt", "weight"}, {"he|avvy", "heavvy", "heavy"}, {"to_u|per", "to_uper", "to_upper"}} {
		at := c.at("a.zeek", fix[0])
		at["range"] = textRange{at["position"].(position), at["position"].(position)}
		at["context"] = map[string]any{"diagnostics": []any{}}
		var list []codeAction
		c.call("textDocument/codeAction", at, &list)
		want = strings.Replace(text, fix[1], fix[2], 1)
		if len(list) != 1 || applied(text, list[0].Edit.Changes[c.uri("a.zeek")]) != want {
			t.Errorf("at %s: %+v", fix[0], list)
		}
		at["context"] = map[string]any{"only": []string{"refactor"}}
		if c.call("textDocument/codeAction", at, &list); len(list) != 0 {
			t.Errorf("refactorings are %+v", list)
		}
	}
}

// TestIgnore silences findings of vet, and finds them in the program that the diagnostics come from.
func TestIgnore(t *testing.T) {
	c := connect(t, Options{Vet: func(e *brogo.Engine) []diag.Diagnostic { return vet.Analyze(e, vet.Analyzers()) }},
		map[string]string{"a.zeek": "event zeek_init()\n\t{\n\tlocal unread = 1;\n\t}\n"})
	c.call("initialize", map[string]any{"rootUri": uriOf(c.dir), "capabilities": json.RawMessage(capabilities)}, nil)
	c.open("a.zeek")
	for range 2 {
		d := c.diagnostics("a.zeek")
		if len(d) == 0 {
			continue
		}
		if d[0].Code != string(diag.UnusedLocal) {
			t.Fatalf("diagnostics are %+v", d)
		}
		at := c.at("a.zeek", "local un|read")
		at["range"] = d[0].Range
		var list []codeAction
		c.call("textDocument/codeAction", at, &list)
		if len(list) != 1 || list[0].Edit.Changes[c.uri("a.zeek")][0].NewText != "\t# vet:ignore unused-local\n" {
			t.Fatalf("actions are %+v", list)
		}
		c.change("a.zeek", "\tlocal unread", "\t# vet:ignore unused-local\n\tlocal unread")
		c.diagnostics("a.zeek") // at once: what was found before
		if d := c.diagnostics("a.zeek"); len(d) != 0 {
			t.Errorf("silenced, there are %+v", d)
		}
		return
	}
	t.Error("vet found nothing")
}

func TestDocumentLinks(t *testing.T) {
	c := startFruit(t)
	var links []documentLink
	c.call("textDocument/documentLink", map[string]any{"textDocument": map[string]any{"uri": c.uri("user.zeek")}}, &links)
	if len(links) != 1 || links[0].Target != c.uri("main.zeek") || c.place(location{c.uri("user.zeek"), links[0].Range}) != "user.zeek:1:./main" {
		t.Errorf("links are %+v", links)
	}
}
