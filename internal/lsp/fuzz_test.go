package lsp

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/brogo/brogo/internal/format"
)

// Each run checks a script several times:
// fuzztime 300x

// FuzzChanges types into a script: edits cuts the text up, and after each piece that is put in somewhere all requests are asked at that
// place. Nothing may panic, and the server's text must be what an editor has.
func FuzzChanges(f *testing.F) {
	f.Add(mainScript, "i$\x00event \x03}\x07{\x05\"", uint16(600))
	f.Add(userScript, "Fruit::\x01(\x02@load \x04#ä😀\x00\n", uint16(77))
	f.Add("@if ( T )\nglobal x = 1;\n@else\nevent y(a: count) { print a; }\n@endif\n", "@endif\n\x00@if (\x01type R: record { a: R; };\x02", uint16(3))
	f.Add("", "\xff\xfe/[\x00|\x00&\x00@\x00::", uint16(0))
	f.Add("function f(a: any): any { return [$x=f(a)]; }\n", "redef record R += {\x00redef enum Log::ID += { A };\x01when ( local q = f(1) ) {", uint16(20))
	cache := f.TempDir()
	shared := map[string]*catalogue{} // making one takes longer than all else
	f.Fuzz(func(t *testing.T, script, edits string, at uint16) {
		if len(script) > 2000 || len(edits) > 200 {
			return
		}
		s := newServer(Options{Format: format.Source, Limit: time.Second, CacheDir: cache})
		s.o.Engine.Env = func(string) (string, bool) { return "", false }
		s.catalogues, s.set.Bare = shared, true
		defer func() { s.docs[uriOf("/far/away.zeek")].drop() }()
		ask := func(method string, params any) any {
			t.Helper()
			raw, err := json.Marshal(params)
			if err != nil {
				t.Fatal(err)
			}
			msg := json.RawMessage(raw)
			result, err := s.serve(&message{req: &jsonrpc2.Request{Method: method, Params: &msg}})
			if e, ok := err.(*jsonrpc2.Error); ok && e.Code == jsonrpc2.CodeInternalError {
				t.Fatalf("%s: %s", method, e.Message)
			}
			return result
		}
		s.notify = func(method string, params any) {
			if method == "window/logMessage" {
				t.Errorf("%v", params)
			}
		}
		uri := uriOf("/far/away.zeek")
		// JSON carries no bytes that are no UTF-8.
		text := strings.ToValidUTF8(script, "?")
		ask("initialize", struct{}{})
		ask("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": uri, "version": 1, "text": text}})
		off := int(at)
		for _, piece := range strings.SplitN(strings.ToValidUTF8(edits, "?"), "\x00", 4) {
			x := newText(text)
			from := x.position(off % (len(text) + 1))
			to := x.position(x.offset(from) + len(piece)%5)
			i, j := x.offset(from), x.offset(to)
			text = text[:i] + piece + text[j:]
			ask("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": uri, "version": 2},
				"contentChanges": []contentChange{{&textRange{from, to}, piece}}})
			if got := s.docs[uri].text.s; got != text {
				t.Fatalf("the text is %q, an editor has %q", got, text)
			}
			p := map[string]any{"textDocument": map[string]any{"uri": uri}, "position": newText(text).position(i + len(piece)),
				"newName": "other", "context": map[string]any{}, "query": "a", "range": textRange{from, to}}
			for _, method := range []string{"hover", "definition", "implementation", "completion", "signatureHelp", "documentHighlight", "references", "prepareRename",
				"rename", "documentSymbol", "foldingRange", "semanticTokens/full", "semanticTokens/range", "formatting", "rangeFormatting"} {
				ask("textDocument/"+method, p)
			}
			s.settle()
			off += 37
		}
	})
}
