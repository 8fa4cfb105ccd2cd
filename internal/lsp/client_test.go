package lsp

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sourcegraph/jsonrpc2"
)

// client is an editor of a test: the other end of the same protocol library, over pipes.
type client struct {
	t        testing.TB
	conn     *jsonrpc2.Conn
	notes    chan *jsonrpc2.Request
	exit     chan int
	dir      string
	texts    map[string]string // by URI
	versions map[string]int
}

// capabilities of the client of most tests.
const capabilities = `{"textDocument":{"codeAction":{"codeActionLiteralSupport":{}},"completion":{"completionItem":{"snippetSupport":true}},"hover":{"contentFormat":["markdown"]},
	"documentSymbol":{"hierarchicalDocumentSymbolSupport":true},"publishDiagnostics":{"relatedInformation":true}}}`

// connect starts a server whose workspace is a new directory with these files.
func connect(t testing.TB, o Options, files map[string]string) *client {
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o.CacheDir = filepath.Join(t.TempDir(), "cache")
	o.Engine.Env = func(string) (string, bool) { return "", false }
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	c := &client{t: t, notes: make(chan *jsonrpc2.Request, 1000), exit: make(chan int, 1), dir: dir, texts: map[string]string{}, versions: map[string]int{}}
	go func() {
		code := Run(context.Background(), toServer, fromServer, o)
		fromServer.Close()
		c.exit <- code
		close(c.exit)
	}()
	handler := jsonrpc2.HandlerWithError(func(_ context.Context, _ *jsonrpc2.Conn, req *jsonrpc2.Request) (any, error) {
		c.notes <- req
		return nil, nil
	})
	c.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(struct {
		io.Reader
		io.WriteCloser
	}{toClient, fromClient}, jsonrpc2.VSCodeObjectCodec{}), handler, jsonrpc2.SetLogger(log.New(io.Discard, "", 0)))
	t.Cleanup(func() {
		c.conn.Close()
		fromClient.Close()
		toServer.Close()
		toClient.Close()
		for range c.exit { // it may be writing files still
		}
	})
	return c
}

// start connects and initializes.
func start(t testing.TB, files map[string]string) *client {
	c := connect(t, Options{}, files)
	c.call("initialize", map[string]any{"rootUri": uriOf(c.dir), "capabilities": json.RawMessage(capabilities)}, nil)
	c.notify("initialized", struct{}{})
	return c
}

func (c *client) try(method string, params, result any) error {
	return c.conn.Call(context.Background(), method, params, result)
}

func (c *client) call(method string, params, result any) {
	c.t.Helper()
	if err := c.try(method, params, result); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) notify(method string, params any) {
	c.t.Helper()
	if err := c.conn.Notify(context.Background(), method, params); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) uri(name string) string { return uriOf(filepath.Join(c.dir, name)) }

// open opens a file of the workspace with its text.
func (c *client) open(name string) {
	c.t.Helper()
	b, err := os.ReadFile(filepath.Join(c.dir, name))
	if err != nil {
		c.t.Fatal(err)
	}
	c.openText(c.uri(name), string(b))
}

func (c *client) openText(uri, text string) {
	c.texts[uri], c.versions[uri] = text, 1
	c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": uri, "languageId": "zeek", "version": 1, "text": text}})
}

// change replaces the one place where old stands.
func (c *client) change(name, old, new string) {
	c.t.Helper()
	uri := c.uri(name)
	text := c.texts[uri]
	i := strings.Index(text, old)
	if i < 0 {
		c.t.Fatalf("%q is not in %s", old, name)
	}
	x := newText(text)
	c.texts[uri] = text[:i] + new + text[i+len(old):]
	c.versions[uri]++
	c.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": uri, "version": c.versions[uri]},
		"contentChanges": []contentChange{{&textRange{x.position(i), x.position(i + len(old))}, new}}})
}

// at is the place of the | in a piece of a document's text; the piece stands there without it.
func (c *client) at(name, piece string) map[string]any {
	c.t.Helper()
	uri := c.uri(name)
	mark := strings.IndexByte(piece, '|')
	i := strings.Index(c.texts[uri], strings.Replace(piece, "|", "", 1))
	if i < 0 || mark < 0 {
		c.t.Fatalf("%q is not in %s, or has no mark", piece, name)
	}
	return map[string]any{"textDocument": map[string]any{"uri": uri}, "position": newText(c.texts[uri]).position(i + mark)}
}

// diagnostics waits for those of a file's latest version.
func (c *client) diagnostics(name string) []diagnostic {
	c.t.Helper()
	for req := range c.notes {
		if req.Method == "window/logMessage" {
			c.t.Errorf("the server says: %s", *req.Params)
		}
		if req.Method != "textDocument/publishDiagnostics" {
			continue
		}
		var p publishDiagnosticsParams
		if err := json.Unmarshal(*req.Params, &p); err != nil {
			c.t.Fatal(err)
		}
		if p.URI == c.uri(name) && (p.Version == nil || *p.Version == c.versions[p.URI]) {
			return p.Diagnostics
		}
	}
	return nil
}

// place is a location in short: file, line and text.
func (c *client) place(l location) string {
	path, _ := pathOf(l.URI)
	text := c.texts[l.URI]
	if text == "" {
		b, _ := os.ReadFile(path)
		text = string(b)
	}
	x := newText(text)
	name, err := filepath.Rel(c.dir, path)
	if err != nil || strings.HasPrefix(name, "..") {
		name = filepath.Base(path)
	}
	return name + ":" + itoa(l.Range.Start.Line+1) + ":" + x.s[x.offset(l.Range.Start):x.offset(l.Range.End)]
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func readFile(t testing.TB, path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
