// Package websocket lets programs that are no nodes take part in events: over WebSocket, in version 1 of the JSON form of Zeek's servers.
//
// A client is a guest of the node (node.Node.Admit): its end of that connection speaks the nodes' protocol in memory (peer.go), so that queues, loss,
// routing and a slow application are what they are for every peer. github.com/coder/websocket does the WebSocket protocol: it is kept
// well, depends on nothing, and is made of contexts, limits and close codes. docs/websocket.md describes what clients see.
package websocket

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	ws "github.com/coder/websocket"

	"github.com/brogo/brogo/net/transport"
)

// Path is where clients connect.
const Path = "/v1/messages/json"

// Client says who has connected.
type Client struct {
	ID     string
	Remote transport.Addr
	// Application is what the client calls itself; Named says that it does.
	Application string
	Named       bool
	// Subscriptions are its topic prefixes, in order and each once.
	Subscriptions []string
}

// Config says what a server tells and asks. The functions are called from the goroutines of clients.
type Config struct {
	// TLS encrypts connections, nil does not.
	TLS *tls.Config
	// PingEvery is how often clients have to answer a ping; 0 or less: never.
	PingEvery time.Duration
	// Queue is how many events of all clients may wait in Check, 32 if 0: while there are more, clients are not read.
	Queue int
	// MaxText is how many bytes a text of a client may have, 4 MiB if 0, and MaxClients how many clients there may be, 100 if 0.
	MaxText    int
	MaxClients int
	// Version is what clients are told of the program.
	Version string
	// NextID makes the ids of clients, each of which begins with the node's and is longer.
	NextID func() string
	// Join gives a client that has subscribed to the node.
	Join func(c Client, conn transport.Conn)
	// Check decides whether an event may be published. It may wait, but not longer than ctx is valid. Nil: all may be.
	Check func(ctx context.Context, ev *Event) bool
	// Count returns what is told of each event that a client has published and of each that it is sent. Nil, or a nil function: nobody.
	Count func(c Client) func(published bool, topic string, payload []byte)
	// Leave says that a client is gone and how: the close code and reason, 1006 if there were none. It comes after all that Join began, and also for
	// clients that never subscribed.
	Leave func(c Client, code int, reason string)
}

const (
	handshake = 3 * time.Second
	// maxPending is how many connections there may be beyond the clients: they have handshake to become one.
	maxPending = 64
)

// Server accepts clients until it is closed.
type Server struct {
	cfg    Config
	l      net.Listener
	http   http.Server
	tokens chan struct{} // one for each event that waits
	large  chan struct{} // one for the long text that is being decoded
	ctx    context.Context
	cancel context.CancelFunc
	accept sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	clients int
	ended   sync.Cond // clients got less
}

// Listen starts a server at an address.
func Listen(at transport.Addr, cfg Config) (*Server, error) {
	l, err := net.Listen("tcp", at.String())
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err // the rest of it the caller knows
	}
	if err != nil {
		return nil, err
	}
	return Serve(l, cfg), nil
}

// Serve starts a server with a listener, which it closes.
func Serve(l net.Listener, cfg Config) *Server {
	cfg.Queue = cmp.Or(cfg.Queue, 32)
	cfg.MaxText = cmp.Or(cfg.MaxText, 4<<20)
	cfg.MaxClients = cmp.Or(cfg.MaxClients, 100)
	s := &Server{cfg: cfg, l: l, tokens: make(chan struct{}, cfg.Queue), large: make(chan struct{}, 1)}
	s.ended.L = &s.mu
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.http = http.Server{Handler: s, ReadHeaderTimeout: handshake, MaxHeaderBytes: 64 << 10, ErrorLog: log.New(io.Discard, "", 0)}
	s.http.SetKeepAlivesEnabled(false)
	l = &door{Listener: l, free: make(chan struct{}, cfg.MaxClients+maxPending)}
	if cfg.TLS != nil {
		l = tls.NewListener(l, cfg.TLS)
	}
	s.accept.Go(func() { s.http.Serve(l) })
	return s
}

// door closes connections at once that are too many.
type door struct {
	net.Listener
	free chan struct{}
}

func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case d.free <- struct{}{}:
			return &counted{Conn: c, leave: sync.OnceFunc(func() { <-d.free })}, nil
		default:
			c.Close()
		}
	}
}

// counted is a connection that makes room for another one when it is closed.
type counted struct {
	net.Conn
	leave func()
}

func (c *counted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// Addr returns the address with the port that was chosen.
func (s *Server) Addr() transport.Addr { return address(s.l.Addr().String()) }

func address(text string) transport.Addr {
	at, err := netip.ParseAddrPort(text)
	if err != nil {
		return transport.Addr{Host: text}
	}
	return transport.Addr{Host: at.Addr().Unmap().String(), Port: at.Port()}
}

// Close says goodbye to the clients and returns when all goroutines have ended: at once, unless a client does not answer, which gets
// some seconds. It is idempotent.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.l.Close()
	s.accept.Wait()
	s.mu.Lock()
	for s.clients > 0 {
		s.ended.Wait()
	}
	s.mu.Unlock()
	s.http.Close()
}

// enter counts a client, leave counts it no longer.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.clients >= s.cfg.MaxClients {
		return false
	}
	s.clients++
	return true
}

func (s *Server) leave() {
	s.mu.Lock()
	s.clients--
	s.ended.Broadcast()
	s.mu.Unlock()
}

// ServeHTTP serves one client.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer crash()
	if !s.enter() {
		http.Error(w, "too many clients", http.StatusServiceUnavailable)
		return
	}
	defer s.leave()
	c, err := ws.Accept(w, r, &ws.AcceptOptions{CompressionMode: ws.CompressionDisabled})
	if err != nil {
		return // it has answered
	}
	c.SetReadLimit(int64(s.cfg.MaxText))
	cl := &client{s: s, c: c, who: Client{ID: s.cfg.NextID(), Remote: address(r.RemoteAddr)}}
	cl.ctx, cl.stop = context.WithCancel(context.Background())
	defer cl.stop()
	if name := r.Header["X-Application-Name"]; len(name) > 0 {
		cl.who.Application, cl.who.Named = name[0], true
	}
	switch {
	case r.URL.Path != Path:
		cl.refuse("invalid_uri", "Invalid URI - use "+Path)
	case !goodName(cl.who.Application):
		cl.refuse("invalid_application_name", "Invalid X-Application-Name")
	default:
		cl.serve()
	}
}

// crash ends the program after a panic in a handler, which net/http would pass over and leave the connection open.
func crash() {
	if r := recover(); r != nil {
		stack := debug.Stack()
		go func() { panic(fmt.Sprintf("%v\n%s", r, stack)) }()
	}
}

// goodName reports whether a program may call itself so.
func goodName(name string) bool {
	for _, c := range []byte(name) {
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case c == '/', c == '_', c == '-', c == '.', c == '=', c == ':', c == '*', c == '@':
		default:
			return false
		}
	}
	return true
}
