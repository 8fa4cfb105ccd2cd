package websocket

import (
	"sync"

	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

// peer is a client as the node sees it: the other end of a connection that speaks the node's protocol. It is a transport.Conn of the node, and
// what the node writes it turns into texts for the client. One goroutine, run, belongs to it.
type peer struct {
	id     string
	remote transport.Addr
	subs   [][]byte
	send   func(text []byte) error                            // to the client; it may block
	up     func() error                                       // called once, when the node has taken the client in
	count  func(published bool, topic string, payload []byte) // may be nil

	out    chan [][]byte // what the node writes: one Write is under way at most
	framer wire.Framer
	names  wire.Interner
	seq    uint64

	start chan struct{} // closed when the node reads; h is set then
	h     transport.Handler
	in    sync.Mutex // for one call of h.Data or h.Closed at a time

	mu     sync.Mutex
	paused chan struct{} // closed when the node reads again; nil: it does
	taken  chan struct{} // closed when the node has taken the client in
	why    wire.Close    // why the node ended it
	ended  bool
	done   chan struct{} // closed at the end
}

func newPeer(id string, remote transport.Addr, subs [][]byte) *peer {
	return &peer{id: id, remote: remote, subs: subs, out: make(chan [][]byte, 1), start: make(chan struct{}),
		taken: make(chan struct{}), done: make(chan struct{})}
}

// hello is what the peer says first.
func (p *peer) hello() []byte {
	return append([]byte(wire.Preface), wire.EncodeControl(wire.MsgHello,
		&wire.Hello{MinVersion: wire.MinVersion, MaxVersion: wire.MaxVersion, ID: p.id, Events: p.subs, Software: "WebSocket"})...)
}

// run speaks with the node until one side ends the connection.
func (p *peer) run() {
	select {
	case <-p.start:
	case <-p.done:
		return
	}
	p.tell(p.hello())
	for p.turn() {
	}
	p.end()
	p.in.Lock()
	defer p.in.Unlock()
	p.h.Closed(nil)
}

// turn handles one Write of the node; false is the end.
func (p *peer) turn() bool {
	select {
	case <-p.done:
		return false
	case frames := <-p.out:
		for _, f := range frames {
			bodies, err := p.framer.Feed(f, nil)
			for _, b := range bodies {
				if err == nil {
					err = p.body(b)
				}
			}
			if err != nil {
				return false
			}
		}
		p.h.Written()
		return true
	}
}

// body handles one message of the node.
func (p *peer) body(b []byte) error {
	switch kind := wire.KindOf(b); kind {
	case wire.MsgHello:
		// The node's id is the beginning of this one and so the smaller of the two: Ready comes first from here.
		p.tell(wire.EncodeControl(wire.MsgReady, &wire.Ready{}))
	case wire.MsgReady:
		p.framer.SetLimit(wire.MaxFrame)
		close(p.taken)
		return p.up()
	case wire.MsgPing:
		p.tell(wire.EncodeControl(wire.MsgPong, nil))
	case wire.MsgClose:
		var why wire.Close
		err := wire.DecodeControl(b, kind, &why)
		p.mu.Lock()
		p.why = why
		p.mu.Unlock()
		p.end()
		return err
	case wire.MsgEvent:
		m, err := wire.ParseRouted(b, &p.names)
		if err != nil {
			return err
		}
		text, err := encode(m.Topic, m.Payload)
		if err != nil {
			return err
		}
		if err := p.send(text); err != nil {
			return err
		}
		if p.count != nil {
			p.count(false, m.Topic, m.Payload)
		}
		return nil
	}
	return nil // what nodes say about topics
}

// tell gives bytes to the node.
func (p *peer) tell(b []byte) {
	p.in.Lock()
	defer p.in.Unlock()
	select {
	case <-p.done:
	default:
		p.h.Data(b)
	}
}

// publish gives an event to the node. Until that has taken the client in, and while it is busy, it waits.
func (p *peer) publish(ev *Event) {
	select {
	case <-p.taken:
	case <-p.done:
		return
	}
	p.mu.Lock()
	wait := p.paused
	p.mu.Unlock()
	if wait != nil {
		select {
		case <-wait:
		case <-p.done:
			return
		}
	}
	frame := wire.Finish(append(wire.BeginRouted(nil, wire.MsgEvent, ev.Topic), ev.Payload...), 0)
	p.seq++
	wire.SetSeq(frame, p.seq)
	p.tell(frame)
	if p.count != nil {
		p.count(true, ev.Topic, ev.Payload)
	}
}

// end ends the connection. It may be called from anywhere and more than once.
func (p *peer) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		p.ended = true
		close(p.done)
	}
}

// Start is transport.Conn's.
func (p *peer) Start(h transport.Handler) {
	p.h = h
	close(p.start)
}

// Write is transport.Conn's.
func (p *peer) Write(frames [][]byte) {
	select {
	case p.out <- frames:
	case <-p.done:
	}
}

// Pause is transport.Conn's.
func (p *peer) Pause(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case on && p.paused == nil:
		p.paused = make(chan struct{})
	case !on && p.paused != nil:
		close(p.paused)
		p.paused = nil
	}
}

// CloseWrite is transport.Conn's.
func (p *peer) CloseWrite() { p.end() }

// Close is transport.Conn's. Without a word the node ends the connection of a peer that does not take what it is sent.
func (p *peer) Close() {
	p.mu.Lock()
	if !p.ended {
		select {
		case <-p.taken:
			p.why = wire.Close{Code: wire.CloseOverflow, Reason: "messages are not read"}
		default: // the node is about to end
		}
	}
	p.mu.Unlock()
	p.end()
}

// Remote is transport.Conn's.
func (p *peer) Remote() transport.Addr { return p.remote }
