package transport

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/brogo/brogo/internal/clock"
)

// Mem is a network in memory for several hosts. Everything happens in calls of the clock, in an order that depends on nothing but the
// order of the calls made, so that on a virtual clock a run can be repeated exactly.
type Mem struct {
	clk clock.Clock

	mu        sync.Mutex
	latency   func(from, to string) time.Duration
	cut       map[[2]string]bool // pairs of hosts that do not hear each other
	listeners map[Addr]*memListener
	pairs     []*memPair
	port      uint16
}

// NewMem returns an empty network without latency.
func NewMem(clk clock.Clock) *Mem {
	return &Mem{clk: clk, cut: make(map[[2]string]bool), listeners: make(map[Addr]*memListener), port: 40000}
}

// Window is how many bytes a connection holds before a Write waits for the reader.
const Window = 256 << 10

// SetLatency sets how long bytes take from one host to the other; it is asked for each write.
func (m *Mem) SetLatency(f func(from, to string) time.Duration) {
	m.mu.Lock()
	m.latency = f
	m.mu.Unlock()
}

// Cut parts two hosts: what they send stays under way and connecting times out after ten seconds.
func (m *Mem) Cut(a, b string) {
	m.mu.Lock()
	m.cut[[2]string{a, b}], m.cut[[2]string{b, a}] = true, true
	m.mu.Unlock()
}

// Heal undoes Cut: what was under way arrives.
func (m *Mem) Heal(a, b string) {
	m.mu.Lock()
	delete(m.cut, [2]string{a, b})
	delete(m.cut, [2]string{b, a})
	for _, p := range m.pairs {
		for _, e := range p.ends {
			m.kick(e, 0)
		}
	}
	m.mu.Unlock()
}

// Reset breaks all connections between two hosts; both sides see an error.
func (m *Mem) Reset(a, b string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range slices.Clone(m.pairs) {
		if x, y := p.ends[0].host, p.ends[1].host; x == a && y == b || x == b && y == a {
			for _, e := range p.ends {
				e.err = ErrReset
				m.drop(e)
			}
		}
	}
}

// Idle reports whether nothing is on its way.
func (m *Mem) Idle() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.pairs {
		for _, e := range p.ends {
			if len(e.queue) > 0 && !e.closed {
				return false
			}
		}
	}
	return true
}

// Host returns the network as one host sees it. Its Close ends the host's listeners and connections.
func (m *Mem) Host(name string) Network { return &memHost{m: m, name: name, addr: name} }

// HostAt is Host for one whose connections seem to come from an address of its own.
func (m *Mem) HostAt(name, addr string) Network { return &memHost{m: m, name: name, addr: addr} }

type memHost struct {
	m    *Mem
	name string
	addr string
}

type memListener struct {
	m      *Mem
	at     Addr
	accept func(Conn)
}

// memPair is one connection; each end owns what is on its way to it.
type memPair struct{ ends [2]*memEnd }

type memEnd struct {
	m      *Mem
	pair   *memPair
	other  *memEnd
	host   string
	remote Addr
	h      Handler

	queue   []memChunk // on its way to this end
	last    time.Time  // when the newest of it arrives
	held    int        // bytes in queue
	armed   bool       // a delivery is planned
	paused  bool
	closed  bool  // Closed was or is being called
	shut    bool  // sends no more
	err     error // for Closed
	waiting bool  // the other end's Write is not done
}

type memChunk struct {
	at  time.Time
	p   []byte
	eof bool
}

func (h *memHost) Dial(to Addr, done func(Conn, error)) (cancel func()) {
	m := h.m
	m.mu.Lock()
	defer m.mu.Unlock()
	if to.Host == "" || to.Host == "127.0.0.1" {
		to.Host = h.name
	}
	wait := m.delay(h.name, to.Host)
	t := m.clk.AfterFunc(wait, func() { h.connect(to, done) })
	return func() {
		if t.Stop() {
			m.clk.AfterFunc(0, func() { done(nil, ErrTimeout) })
		}
	}
}

func (h *memHost) connect(to Addr, done func(Conn, error)) {
	m := h.m
	m.mu.Lock()
	if m.cut[[2]string{h.name, to.Host}] {
		m.mu.Unlock()
		m.clk.AfterFunc(10*time.Second, func() { done(nil, ErrTimeout) })
		return
	}
	l := m.listeners[to]
	if l == nil {
		m.mu.Unlock()
		done(nil, ErrRefused)
		return
	}
	p := &memPair{}
	m.port++
	a := &memEnd{m: m, pair: p, host: h.name, remote: to}
	b := &memEnd{m: m, pair: p, host: to.Host, remote: Addr{h.addr, m.port}, other: a}
	a.other = b
	p.ends = [2]*memEnd{a, b}
	m.pairs = append(m.pairs, p)
	m.mu.Unlock()
	l.accept(b)
	done(a, nil)
}

func (h *memHost) Listen(at Addr, accept func(Conn), _ func(Addr, error)) (Listener, error) {
	m := h.m
	m.mu.Lock()
	defer m.mu.Unlock()
	at.Host = h.name
	if at.Port == 0 {
		m.port++
		at.Port = m.port
	}
	if m.listeners[at] != nil {
		return nil, fmt.Errorf("address %v is in use", at)
	}
	l := &memListener{m, at, accept}
	m.listeners[at] = l
	return l, nil
}

func (h *memHost) Close() {
	m := h.m
	m.mu.Lock()
	defer m.mu.Unlock()
	for at := range m.listeners {
		if at.Host == h.name {
			delete(m.listeners, at)
		}
	}
	for _, p := range slices.Clone(m.pairs) {
		for _, e := range p.ends {
			if e.host == h.name {
				m.end(e)
			}
		}
	}
}

func (l *memListener) Addr() Addr { return l.at }

func (l *memListener) Close() {
	l.m.mu.Lock()
	delete(l.m.listeners, l.at)
	l.m.mu.Unlock()
}

func (m *Mem) delay(from, to string) time.Duration {
	if m.latency == nil {
		return 0
	}
	return m.latency(from, to)
}

func (e *memEnd) Remote() Addr { return e.remote }

func (e *memEnd) Start(h Handler) {
	e.m.mu.Lock()
	e.h = h
	e.m.kick(e, 0)
	e.m.mu.Unlock()
}

func (e *memEnd) Write(frames [][]byte) {
	var p []byte
	for _, f := range frames {
		p = append(p, f...)
	}
	e.m.mu.Lock()
	defer e.m.mu.Unlock()
	if !e.shut && !e.closed {
		e.other.waiting = true
		e.m.send(e.other, memChunk{p: p})
	}
}

func (e *memEnd) CloseWrite() {
	e.m.mu.Lock()
	defer e.m.mu.Unlock()
	if !e.shut && !e.closed {
		e.shut = true
		e.m.send(e.other, memChunk{eof: true})
	}
}

func (e *memEnd) Pause(on bool) {
	e.m.mu.Lock()
	e.paused = on
	e.m.kick(e, 0)
	e.m.mu.Unlock()
}

func (e *memEnd) Close() {
	e.m.mu.Lock()
	e.m.end(e)
	e.m.mu.Unlock()
}

// end closes an end; the other one reads to what was sent and then sees the end of the stream.
func (m *Mem) end(e *memEnd) {
	if e.closed {
		return
	}
	if !e.shut {
		e.shut = true
		m.send(e.other, memChunk{eof: true})
	}
	m.drop(e)
}

// drop ends one end with its error.
func (m *Mem) drop(e *memEnd) {
	if e.closed {
		return
	}
	e.closed, e.shut = true, true
	e.queue, e.held = nil, 0
	if e.other.closed {
		m.pairs = slices.DeleteFunc(m.pairs, func(p *memPair) bool { return p == e.pair })
	}
	if h := e.h; h != nil {
		m.clk.AfterFunc(0, func() { h.Closed(e.err) })
	}
}

// send puts a chunk on its way to e, never before an earlier one.
func (m *Mem) send(e *memEnd, c memChunk) {
	d := m.delay(e.other.host, e.host)
	c.at = m.clk.Now().Add(d)
	if c.at.Before(e.last) {
		c.at = e.last
	}
	e.last = c.at
	e.queue = append(e.queue, c)
	e.held += len(c.p)
	m.kick(e, c.at.Sub(m.clk.Now()))
}

// kick plans a delivery to e.
func (m *Mem) kick(e *memEnd, d time.Duration) {
	if e.armed || e.h == nil && !e.closed {
		return
	}
	e.armed = true
	m.clk.AfterFunc(d, func() { m.deliver(e) })
}

// deliver hands over what has arrived at e and lets the writer go on.
func (m *Mem) deliver(e *memEnd) {
	m.mu.Lock()
	e.armed = false
	cut := m.cut[[2]string{e.host, e.other.host}]
	var got []memChunk
	now := m.clk.Now()
	if !e.paused && !cut && !e.closed {
		for len(e.queue) > 0 && !e.queue[0].at.After(now) {
			e.held -= len(e.queue[0].p)
			got = append(got, e.queue[0])
			e.queue = e.queue[1:]
		}
		if len(e.queue) > 0 {
			m.kick(e, e.queue[0].at.Sub(now))
		}
	}
	wrote := e.waiting && !e.other.closed && (e.held <= Window || e.closed)
	if wrote {
		e.waiting = false
	}
	h, writer := e.h, e.other.h
	m.mu.Unlock()
	if wrote && writer != nil {
		writer.Written()
	}
	for _, c := range got {
		if c.eof {
			m.mu.Lock()
			// The stream has ended in one direction; a peer of ours always ends the other one too.
			m.end(e)
			m.mu.Unlock()
			return
		}
		m.mu.Lock()
		closed := e.closed
		m.mu.Unlock()
		if !closed {
			h.Data(c.p)
		}
	}
}
