package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Config says how a Net connects. The zero value is plain TCP.
type Config struct {
	// TLS encrypts, nil does not.
	TLS *TLS
	// DialTimeout limits TCP and TLS together, 10 s if 0. It also limits TLS on the accepting side.
	DialTimeout time.Duration
	// MaxPending limits connections in the TLS handshake per listener, 256 if 0: further ones are closed at once.
	MaxPending int
	// PlainRefusal is sent to a peer that speaks without TLS to a listener with it, so that it can say why it failed;
	// wire.Refusal makes it.
	PlainRefusal []byte
}

// Net is the network of real sockets, TCP or TLS.
type Net struct {
	cfg Config
	ctx context.Context
	end context.CancelFunc
	wg  sync.WaitGroup

	mu     sync.Mutex
	closed bool
	conns  map[io.Closer]struct{} // what Close has to close
}

// NewNet returns a network; it starts nothing.
func NewNet(cfg Config) *Net {
	if cfg.DialTimeout == 0 {
		cfg.DialTimeout = 10 * time.Second
	}
	if cfg.MaxPending == 0 {
		cfg.MaxPending = 256
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Net{cfg: cfg, ctx: ctx, end: cancel, conns: make(map[io.Closer]struct{})}
}

// Close ends everything that was made with the network.
func (n *Net) Close() {
	n.mu.Lock()
	n.closed = true
	var all []io.Closer
	for c := range n.conns {
		all = append(all, c)
	}
	n.mu.Unlock()
	n.end()
	for _, c := range all {
		c.Close()
	}
	n.wg.Wait()
}

// start runs f on a goroutine that Close waits for; false means that the network is closed.
func (n *Net) start(f func()) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return false
	}
	n.wg.Go(f)
	return true
}

// keep registers c for Close, or closes it if that has happened.
func (n *Net) keep(c io.Closer) bool {
	n.mu.Lock()
	closed := n.closed
	if !closed {
		n.conns[c] = struct{}{}
	}
	n.mu.Unlock()
	if closed {
		c.Close()
	}
	return !closed
}

func (n *Net) forget(c io.Closer) {
	n.mu.Lock()
	delete(n.conns, c)
	n.mu.Unlock()
}

// Dial connects on a goroutine.
func (n *Net) Dial(to Addr, done func(Conn, error)) (cancel func()) {
	ctx, cancel := context.WithTimeout(n.ctx, n.cfg.DialTimeout)
	if !n.start(func() {
		defer cancel()
		c, err := n.dial(ctx, to)
		if err != nil {
			done(nil, err)
			return
		}
		done(c, nil)
	}) {
		cancel()
		done(nil, ErrClosed)
	}
	return cancel
}

func (n *Net) dial(ctx context.Context, to Addr) (*conn, error) {
	var d net.Dialer
	raw, err := d.DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, dialError(err)
	}
	if n.cfg.TLS == nil {
		return n.newConn(raw, to)
	}
	if !n.keep(raw) {
		return nil, ErrClosed
	}
	defer n.forget(raw)
	cfg, err := n.cfg.TLS.client()
	if err != nil {
		raw.Close()
		return nil, err
	}
	t := tls.Client(raw, cfg)
	if err := t.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, tlsError(err)
	}
	return n.newConn(t, to)
}

func dialError(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		if op.Timeout() {
			return ErrTimeout
		}
		return op.Err
	}
	return err
}

type listener struct {
	n      *Net
	l      net.Listener
	wg     sync.WaitGroup
	accept func(Conn)
	fail   func(Addr, error)
	slots  chan struct{}
}

// Listen binds the address and accepts on a goroutine.
func (n *Net) Listen(at Addr, accept func(Conn), fail func(Addr, error)) (Listener, error) {
	raw, err := net.Listen("tcp", at.String())
	if err != nil {
		return nil, dialError(err)
	}
	l := &listener{n: n, l: raw, accept: accept, fail: fail, slots: make(chan struct{}, n.cfg.MaxPending)}
	if !n.keep(raw) {
		return nil, ErrClosed
	}
	if n.cfg.TLS != nil {
		if _, err := n.cfg.TLS.Server(); err != nil {
			raw.Close()
			n.forget(raw)
			return nil, err
		}
	}
	l.wg.Add(1)
	if !n.start(l.run) {
		return nil, ErrClosed
	}
	return l, nil
}

// Addr returns the address that was bound.
func (l *listener) Addr() Addr { return netAddr(l.l.Addr()) }

// Close stops accepting.
func (l *listener) Close() {
	l.l.Close()
	l.n.forget(l.l)
	l.wg.Wait()
}

func (l *listener) run() {
	defer l.wg.Done()
	for {
		raw, err := l.l.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			// Out of descriptors or a connection that was gone again: the next one may work, but not at full speed.
			select {
			case <-l.n.ctx.Done():
				return
			case <-time.After(50 * time.Millisecond):
			}
			continue
		}
		if l.n.cfg.TLS == nil {
			l.hand(raw)
			continue
		}
		select {
		case l.slots <- struct{}{}:
			l.wg.Add(1)
			if !l.n.start(func() { l.secure(raw); <-l.slots; l.wg.Done() }) {
				raw.Close()
				l.wg.Done()
			}
		default:
			raw.Close()
		}
	}
}

func (l *listener) hand(raw net.Conn) {
	if c, err := l.n.newConn(raw, netAddr(raw.RemoteAddr())); err == nil {
		l.accept(c)
	}
}

// secure does the TLS handshake of an accepted connection.
func (l *listener) secure(raw net.Conn) {
	if !l.n.keep(raw) {
		return
	}
	ctx, cancel := context.WithTimeout(l.n.ctx, l.n.cfg.DialTimeout)
	defer cancel()
	cfg, err := l.n.cfg.TLS.Server()
	if err == nil {
		t := tls.Server(raw, cfg)
		if err = t.HandshakeContext(ctx); err == nil {
			l.n.forget(raw)
			l.hand(t)
			return
		}
	}
	var notTLS tls.RecordHeaderError
	if errors.As(err, &notTLS) && notTLS.Conn != nil {
		raw.SetDeadline(time.Now().Add(time.Second))
		raw.Write(l.n.cfg.PlainRefusal)
	}
	raw.Close()
	l.n.forget(raw)
	// Someone who connects and goes without a word is a scanner or a health check.
	if err != io.EOF && l.n.ctx.Err() == nil {
		l.fail(netAddr(raw.RemoteAddr()), tlsError(err))
	}
}

func netAddr(a net.Addr) Addr {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return Addr{}
	}
	ap := t.AddrPort()
	return Addr{ap.Addr().Unmap().WithZone(t.Zone).String(), ap.Port()}
}

// conn is a connection over a socket. It has two goroutines: one reads, one writes.
type conn struct {
	n      *Net
	raw    net.Conn
	remote Addr
	out    chan [][]byte // room for one Write and one CloseWrite, so that neither waits

	mu     sync.Mutex
	cond   sync.Cond // of paused and closed
	paused bool
	closed bool
	gone   chan struct{} // closed with the connection
}

func (n *Net) newConn(raw net.Conn, remote Addr) (*conn, error) {
	c := &conn{n: n, raw: raw, remote: remote, out: make(chan [][]byte, 2), gone: make(chan struct{})}
	c.cond.L = &c.mu
	if !n.keep(closer{c}) {
		return nil, ErrClosed
	}
	return c, nil
}

func (c *conn) Remote() Addr { return c.remote }

func (c *conn) Start(h Handler) {
	if !c.n.start(func() {
		var wg sync.WaitGroup
		wg.Go(func() { c.write(h) })
		err := c.read(h)
		c.Close()
		wg.Wait()
		h.Closed(err)
	}) {
		c.Close()
	}
}

// Close may be called from anywhere and more than once.
func (c *conn) Close() {
	c.mu.Lock()
	was := c.closed
	c.closed = true
	c.cond.Broadcast()
	c.mu.Unlock()
	if !was {
		close(c.gone)
		if t, ok := c.raw.(*tls.Conn); ok {
			t.NetConn().Close() // Close of a tls.Conn waits for a Write that is stuck
		} else {
			c.raw.Close()
		}
		c.n.forget(closer{c})
	}
}

func (c *conn) Pause(on bool) {
	c.mu.Lock()
	c.paused = on
	c.cond.Broadcast()
	c.mu.Unlock()
}

// Sizes of the buffer that is read into, in bytes. What was read from it is not overwritten but handed over; the size follows what
// comes, so that an idle connection holds little.
const (
	minRead = 2 << 10
	maxRead = 128 << 10
)

func (c *conn) read(h Handler) error {
	size := minRead
	var buf []byte
	for {
		c.mu.Lock()
		for c.paused && !c.closed {
			c.cond.Wait()
		}
		closed := c.closed
		c.mu.Unlock()
		if closed {
			return nil
		}
		if len(buf) < size/4 {
			buf = make([]byte, size)
		}
		n, err := c.raw.Read(buf)
		if n > 0 {
			if n == len(buf) {
				size = min(4*size, maxRead)
			}
			h.Data(buf[:n:n])
			buf = buf[n:]
		}
		if err != nil {
			return c.readError(err)
		}
	}
}

func (c *conn) readError(err error) error {
	var alert *net.OpError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
		return nil
	case errors.As(err, &alert) && alert.Op == "remote error":
		return tlsError(err)
	}
	return fmt.Errorf("%w: %w", ErrReset, err)
}

// batchBytes is how much is copied together for one write; longer frames go out on their own.
const batchBytes = 64 << 10

func (c *conn) Write(frames [][]byte) {
	select {
	case c.out <- frames:
	case <-c.gone:
	}
}

// CloseWrite queues the end of the stream behind the last Write.
func (c *conn) CloseWrite() { c.Write(nil) }

func (c *conn) write(h Handler) {
	var buf []byte
	for {
		var frames [][]byte
		select {
		case frames = <-c.out:
		case <-c.gone:
			return
		}
		if frames == nil {
			if w, ok := c.raw.(interface{ CloseWrite() error }); ok {
				w.CloseWrite()
			}
			return
		}
		var err error
		for _, f := range frames {
			if len(buf)+len(f) > batchBytes && len(buf) > 0 {
				if _, err = c.raw.Write(buf); err != nil {
					break
				}
				buf = buf[:0]
			}
			if len(f) >= batchBytes {
				if _, err = c.raw.Write(f); err != nil {
					break
				}
				continue
			}
			buf = append(buf, f...)
		}
		if err == nil && len(buf) > 0 {
			_, err = c.raw.Write(buf)
		}
		if err != nil {
			// The reader sees the end too, after what the other side managed to say.
			return
		}
		if cap(buf) > 4<<10 && len(buf) < 1<<10 {
			buf = nil
		}
		buf = buf[:0]
		h.Written()
	}
}

// closer lets the network close a conn.
type closer struct{ c *conn }

func (c closer) Close() error {
	c.c.Close()
	return nil
}
