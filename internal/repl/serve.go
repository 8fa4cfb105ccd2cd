package repl

import (
	"bufio"
	"crypto/hmac"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
)

// Server lets prompts attach to an engine that runs.
type Server struct {
	e     *brogo.Engine
	logs  *LogTaps
	token string
	l     net.Listener
	tls   *tls.Config
	s     *brogo.Session // made at the first request, on the engine's goroutine

	mu    sync.Mutex
	conns map[net.Conn]bool
	done  chan struct{}
	wg    sync.WaitGroup
}

// Serve begins to listen on an address: a Unix socket that only its owner can open, or TLS whose
// clients know the token. logs may be nil. Close ends it, after the run.
func Serve(e *brogo.Engine, addr, token string, logs *LogTaps) (*Server, error) {
	s := &Server{e: e, logs: logs, token: token, conns: map[net.Conn]bool{}, done: make(chan struct{})}
	network, where := address(addr)
	var err error
	if network == "unix" {
		removeStale(where)
		s.l, err = listenPrivately(where)
	} else if s.tls, err = serverTLS(); err == nil {
		if token == "" {
			return nil, errors.New("a prompt may attach over TLS only with a token")
		}
		s.l, err = net.Listen(network, where)
	}
	if err != nil {
		return nil, err
	}
	s.wg.Add(1)
	go s.accept()
	return s, nil
}

// removeStale takes away the socket that a process left which ended badly.
func removeStale(path string) {
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		c.Close()
		return
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		os.Remove(path)
	}
}

// Addr is where the server listens.
func (s *Server) Addr() string { return s.l.Addr().String() }

// Close ends all connections and returns when their goroutines have ended. The engine must no longer run, or not within Close's caller.
func (s *Server) Close() {
	close(s.done)
	s.l.Close()
	s.mu.Lock()
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

func (s *Server) accept() {
	defer s.wg.Done()
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		select {
		case <-s.done:
			c.Close()
		default:
			s.conns[c] = true
			s.wg.Add(1)
			go s.handle(c)
		}
		s.mu.Unlock()
	}
}

// handle serves one connection.
func (s *Server) handle(raw net.Conn) {
	defer s.wg.Done()
	defer func() {
		raw.Close()
		s.mu.Lock()
		delete(s.conns, raw)
		s.mu.Unlock()
	}()
	raw.SetDeadline(time.Now().Add(handshakeLimit))
	var c net.Conn = raw
	if s.tls != nil {
		c = tls.Server(raw, s.tls)
	}
	in := bufio.NewScanner(c)
	in.Buffer(nil, maxLine)
	var hello greeting
	if !in.Scan() || json.Unmarshal(in.Bytes(), &hello) != nil {
		return
	}
	first := reply{Done: true, OK: true}
	if t, ok := c.(*tls.Conn); ok {
		want, err := proof(t, s.token, "client")
		if err != nil || !hmac.Equal([]byte(want), []byte(hello.Proof)) {
			json.NewEncoder(c).Encode(reply{Done: true, Out: "the token is not this node's"})
			return
		}
		first.Proof, _ = proof(t, s.token, "server")
	}
	raw.SetDeadline(time.Time{})
	out := newOutbox(c)
	defer out.close()
	a := &attached{s: s, out: out, write: hello.Write}
	if !a.do(func() { first.Prompt = a.open() }) {
		return
	}
	out.send(first)
	defer a.do(func() { a.core.close() })
	a.requests(in)
}

// attached is one prompt at the node's end.
type attached struct {
	s     *Server
	out   *outbox
	core  *Core
	write bool
}

// do has f run on the engine's goroutine; false when the run is over.
func (a *attached) do(f func()) bool {
	done := make(chan struct{})
	a.s.e.Machine().Post(func() { f(); close(done) })
	select {
	case <-done:
		return true
	case <-a.s.done:
		return false
	}
}

func (a *attached) open() (prompt string) {
	if a.s.s == nil {
		a.s.s = a.s.e.Open()
	}
	a.core = newCore(a.s.s, a.out)
	a.core.readOnly, a.core.live, a.core.logs = !a.write, true, a.s.logs
	return a.core.Prompt()
}

// requests answers the client until it leaves. Requests are answered one by one, but a break comes through at once.
func (a *attached) requests(in *bufio.Scanner) {
	work := make(chan request, 16)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for r := range work {
			ans := reply{Done: true}
			if !a.do(func() { a.answer(r, &ans) }) {
				return
			}
			a.out.send(ans)
		}
	}()
	for in.Scan() {
		var r request
		if json.Unmarshal(in.Bytes(), &r) != nil {
			break
		}
		if r.Break {
			if a.write {
				a.s.e.Machine().Break()
			}
			continue
		}
		select {
		case work <- r:
		case <-a.s.done:
		}
	}
	close(work)
	wg.Wait()
}

// answer runs on the engine's goroutine.
func (a *attached) answer(r request, ans *reply) {
	if r.Complete {
		ans.Head, ans.List, ans.Tail = a.core.complete(r.Text, r.Pos)
		return
	}
	s := a.s.s
	s.Show, s.Note = a.core.show, a.core.note
	s.Allow = nil
	if !a.write {
		s.Allow = looking
	}
	restore := s.Divert(a.out, sinkTo{a.out})
	ans.OK = a.core.Take(input{r.Kind, r.Text, r.Code})
	restore()
	a.s.e.Machine().Unbreak()
	ans.Quit, ans.Prompt = a.core.quit, a.core.Prompt()
	if s.Over() {
		ans.Quit = true
		a.s.e.Interrupt() // exit() and terminate() end the node in order
	}
}

// sinkTo writes diagnostics for people.
type sinkTo struct{ w io.Writer }

// Report writes d.
func (s sinkTo) Report(d diag.Diagnostic) { io.WriteString(s.w, diag.Pretty(d, diag.Colors{})+"\n") }

// outbox sends replies from a goroutine of its own: an engine never waits for a client.
type outbox struct {
	c    net.Conn
	mu   sync.Mutex
	cond *sync.Cond
	list []reply
	size int // bytes of output in list
	lost bool
	over bool
	done chan struct{}
}

// maxOutbox bounds the output that waits for a slow client, in bytes; what is beyond it is lost, and the client is told.
const maxOutbox = 4 << 20

func newOutbox(c net.Conn) *outbox {
	o := &outbox{c: c, done: make(chan struct{})}
	o.cond = sync.NewCond(&o.mu)
	go o.run()
	return o
}

// Write sends output.
func (o *outbox) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.size+len(b) <= maxOutbox:
		if n := len(o.list); n > 0 && !o.list[n-1].Done && len(o.list[n-1].Out) < 16<<10 {
			o.list[n-1].Out += string(b)
		} else {
			o.list = append(o.list, reply{Out: string(b)})
		}
		o.size += len(b)
		o.lost = false
	case !o.lost:
		o.lost = true
		o.list = append(o.list, reply{Out: "[output lost: it came faster than it could be sent]\n"})
	}
	o.cond.Signal()
	return len(b), nil
}

func (o *outbox) send(r reply) {
	o.mu.Lock()
	o.list = append(o.list, r)
	o.mu.Unlock()
	o.cond.Signal()
}

func (o *outbox) run() {
	defer close(o.done)
	enc := json.NewEncoder(o.c)
	for {
		o.mu.Lock()
		for len(o.list) == 0 && !o.over {
			o.cond.Wait()
		}
		list := o.list
		o.list, o.size = nil, 0
		over := o.over && len(list) == 0
		o.mu.Unlock()
		if over {
			return
		}
		for _, r := range list {
			if enc.Encode(r) != nil {
				return
			}
		}
	}
}

// close sends what is left, for at most a second.
func (o *outbox) close() {
	o.mu.Lock()
	o.over = true
	o.mu.Unlock()
	o.cond.Signal()
	o.c.SetWriteDeadline(time.Now().Add(time.Second))
	<-o.done
}
