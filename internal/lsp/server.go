// Package lsp is a server of the Language Server Protocol for scripts: diagnostics, hover, navigation, completion, rename and the like
// for editors, over one pair of streams.
//
// The server checks a script as `brogo check` does, with an engine of its own for each opened document and for each state of its text:
// base scripts cost next to nothing, since most of what they declare is put off. The checker notes what each name stands for
// (check.Use), and that is what requests are answered from. No script is run: functions that reach out of the process do nothing while
// a script is loaded (brogo.Config.Confined), and loading is ended when it takes too long.
//
// One goroutine owns all of this, and takes one message after the other; another one reads them. `brogo lsp` is the caller.
package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"runtime/debug"
	"sync"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
)

// Options say how a Server works. The zero value is fit for use.
type Options struct {
	// Engine is how scripts are loaded: search path, environment, files. Most of it is set anew for each document.
	Engine brogo.Config
	// Vet, if set, looks for what is legal and most likely a mistake in a program without errors, which an engine has loaded.
	Vet func(*brogo.Engine) []diag.Diagnostic
	// Format, if set, lays out the text of a script, whose name stands in messages.
	Format func(name, text string) (string, error)
	// CacheDir is where base scripts are written that a client wants to open; "" is a directory below the user's cache directory.
	CacheDir string
	// Quiet is how long nothing has to come before what takes longer is done, such as Vet.
	Quiet time.Duration
	// Limit is how long the code may take that a script runs while it is loaded; 0 is two seconds.
	Limit time.Duration
}

// Exit codes of Run.
const (
	exitOrderly  = 0
	exitAbruptly = 1 // without the request shutdown before
)

// Run serves one client until it says exit, its stream ends or ctx does; the result is the exit code that the protocol wants. It waits
// for all that it has started, except for a read that in is blocked in.
func Run(ctx context.Context, in io.Reader, out io.Writer, o Options) int {
	if o.Limit == 0 {
		o.Limit = 2 * time.Second
	}
	s := newServer(o)
	defer s.close()
	q := &queue{wake: make(chan struct{}, 1)}
	conn := jsonrpc2.NewConn(ctx, jsonrpc2.NewBufferedStream(stream{in, out}, jsonrpc2.VSCodeObjectCodec{}), q,
		jsonrpc2.SetLogger(log.New(io.Discard, "", 0)))
	defer conn.Close()
	s.notify = func(method string, params any) { _ = conn.Notify(ctx, method, params) }
	for {
		m, state := q.next(ctx, conn.DisconnectNotify(), s.idleIn())
		switch state {
		case queueClosed:
			return s.exitCode()
		case queueIdle:
			s.idle()
			continue
		}
		result, err := s.serve(m)
		if !m.req.Notif {
			reply(ctx, conn, m.req.ID, result, err)
		}
		if s.exiting {
			return s.exitCode()
		}
		if q.empty() {
			s.settle()
		}
	}
}

func reply(ctx context.Context, conn *jsonrpc2.Conn, id jsonrpc2.ID, result any, err error) {
	if err == nil {
		_ = conn.Reply(ctx, id, result)
		return
	}
	var e *jsonrpc2.Error
	if !errors.As(err, &e) {
		e = &jsonrpc2.Error{Code: codeRequestFailed, Message: err.Error()}
	}
	_ = conn.ReplyWithError(ctx, id, e)
}

// stream joins the two directions.
type stream struct {
	io.Reader
	io.Writer
}

// Close closes what can be closed, so that a blocked read ends.
func (s stream) Close() error {
	if c, ok := s.Reader.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// queue keeps messages until their turn comes. The connection's goroutine fills it.
type queue struct {
	mu   sync.Mutex
	list []*message
	wake chan struct{}
}

type message struct {
	req       *jsonrpc2.Request
	cancelled bool
}

// What queue.next found.
const (
	queueMessage = iota
	queueIdle
	queueClosed
)

// Handle takes a message. A cancellation acts at once on the request that it names, if that still waits.
func (q *queue) Handle(_ context.Context, _ *jsonrpc2.Conn, req *jsonrpc2.Request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if req.Method == "$/cancelRequest" {
		var p struct {
			ID jsonrpc2.ID `json:"id"`
		}
		if req.Params == nil || json.Unmarshal(*req.Params, &p) != nil {
			return
		}
		for _, m := range q.list {
			m.cancelled = m.cancelled || !m.req.Notif && m.req.ID == p.ID
		}
		return
	}
	q.list = append(q.list, &message{req: req})
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.list) == 0
}

func (q *queue) take() *message {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		return nil
	}
	m := q.list[0]
	q.list = q.list[1:]
	return m
}

// next waits for a message; after a time without any it gives up, unless idle is negative.
func (q *queue) next(ctx context.Context, closed <-chan struct{}, idle time.Duration) (*message, int) {
	if m := q.take(); m != nil {
		return m, queueMessage
	}
	var quiet <-chan time.Time
	if idle >= 0 {
		t := time.NewTimer(idle)
		defer t.Stop()
		quiet = t.C
	}
	for {
		select {
		case <-q.wake:
			if m := q.take(); m != nil {
				return m, queueMessage
			}
		case <-quiet:
			return nil, queueIdle
		case <-ctx.Done():
			return nil, queueClosed
		case <-closed:
			// What had come before is still answered to nobody, but an exit counts.
			for m := q.take(); m != nil; m = q.take() {
				if m.req.Method == "exit" {
					return m, queueMessage
				}
			}
			return nil, queueClosed
		}
	}
}

// server is the state of one session.
type server struct {
	o      Options
	notify func(method string, params any)

	initialized, down, exiting bool
	client                     initializeParams
	set                        settings
	folders                    []string
	docs                       map[string]*document // by URI
	base                       *baseScripts
	catalogues                 map[string]*catalogue
	trial                      map[string]*text // files as they would be after a change, by path
	// elsewhere are diagnostics of files that are not open, by the document that loads them and by URI.
	elsewhere map[string]map[string][]diagnostic
}

func newServer(o Options) *server {
	return &server{o: o, notify: func(string, any) {}, docs: make(map[string]*document), base: newBaseScripts(o.CacheDir),
		catalogues: make(map[string]*catalogue), elsewhere: make(map[string]map[string][]diagnostic)}
}

func (s *server) exitCode() int {
	if s.down {
		return exitOrderly
	}
	return exitAbruptly
}

func (s *server) close() {
	for _, d := range s.docs {
		d.drop()
	}
	for _, c := range s.catalogues {
		c.e.Close()
	}
}

// serve performs one message. A bug in it is an error to the client, not the end of the session.
func (s *server) serve(m *message) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			s.notify("window/logMessage", logMessageParams{severityError, fmt.Sprintf("%s: %v\n%s", m.req.Method, r, debug.Stack())})
			result, err = nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: fmt.Sprint(r)}
		}
	}()
	if m.cancelled {
		return nil, &jsonrpc2.Error{Code: codeRequestCancelled, Message: "cancelled"}
	}
	method := m.req.Method
	switch {
	case method == "exit":
		s.exiting = true
		return nil, nil
	case method == "initialize" && s.initialized, s.down:
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: method + " does not fit here"}
	case method != "initialize" && !s.initialized:
		return nil, &jsonrpc2.Error{Code: codeNotInitialized, Message: "the first request is initialize"}
	}
	h := handlerOf(method)
	if h == nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: "there is no method " + method}
	}
	params := json.RawMessage("{}")
	if m.req.Params != nil {
		params = *m.req.Params
	}
	return h(s, params)
}

// handler performs a request or takes a notification.
type handler func(*server, json.RawMessage) (any, error)

// handle makes a handler of a function that wants its parameters decoded.
func handle[P any](f func(*server, P) (any, error)) handler {
	return func(s *server, raw json.RawMessage) (any, error) {
		var p P
		if err := json.Unmarshal(raw, &p); err != nil {
			return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
		}
		return f(s, p)
	}
}

// about is handle for requests about an open document, with its latest text checked. For other documents the answer is null.
func about[P interface{ document() string }](f func(*server, *document, P) any) handler {
	return handle(func(s *server, p P) (any, error) {
		d := s.docs[p.document()]
		if d == nil {
			return nil, nil
		}
		s.check(d)
		return f(s, d, p), nil
	})
}

func (p positionParams) document() string { return p.TextDocument.URI }
func (p documentParams) document() string { return p.TextDocument.URI }
func (p rangeParams) document() string    { return p.TextDocument.URI }
