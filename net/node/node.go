package node

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

// Sink is the application of a Node. Its methods are called from the node's goroutine, one at a time and in order; they must not block
// and not wait for the node.
type Sink interface {
	// Messages hands over messages, which belong to the sink; it calls Done on each when it has handled it.
	Messages(ms []Message)
	// Status tells of a change in the peers.
	Status(s Status)
	// Error tells of a failure.
	Error(e Error)
	// Overflow tells of dropped messages.
	Overflow(o Overflow)
}

// Protocol is another protocol that the node's listeners serve, chosen by the first bytes of a connection.
type Protocol struct {
	// Match looks at the first bytes, which may still be few.
	Match func(first []byte) Verdict
	// Serve takes the connection over and returns who hears of it from now on; the first bytes are the first Data.
	Serve func(c transport.Conn) transport.Handler
}

// Verdict is what Protocol.Match says.
type Verdict uint8

// The verdicts.
const (
	No Verdict = iota
	More
	Yes
)

// Options are the surroundings of a Node.
type Options struct {
	Config  Config
	Network transport.Network
	Sink    Sink
	// Clock is clock.Real if nil.
	Clock clock.Clock
	// Inline runs the node in calls of the clock instead of on a goroutine: for simulations on a clock.Virtual and a transport.Mem, where
	// everything happens on the goroutine that moves the clock.
	Inline    bool
	Protocols []Protocol
	// Receipts, if set, is told what becomes of messages that were given to Ship, under the rules of Sink.
	Receipts func([]Receipt)
}

// Node is a running Hub. Its methods may be called from anywhere; none waits for the network.
type Node struct {
	opt Options
	hub *Hub

	mu        sync.Mutex
	inbox     []Input
	spare     []Input   // the batch handled before, to be used again
	cells     []Publish // places for publish, unused
	scheduled bool      // run is under way or planned
	started   bool
	closed    bool
	wake      chan struct{}
	stop      chan struct{}
	stopped   chan struct{} // closed when the goroutine has ended
	finished  chan struct{} // closed when the shutdown is complete
	listeners []transport.Listener
	lastConn  atomic.Uint64
	peers     atomic.Int64

	// Owned by whoever runs.
	running bool
	conns   map[ConnID]*link
	dials   map[PeeringID]func()
	timer   clock.Timer
	at      time.Time // when the timer is due
}

// attach brings a connection to the node; in tells the hub.
type attach struct {
	Input
	l *link
}

// query runs f on the hub.
type query struct {
	f    func(*Hub)
	done chan struct{}
}

func (query) input() {}

// New returns a node that does nothing until Start.
func New(opt Options) *Node {
	if opt.Clock == nil {
		opt.Clock = clock.Real{}
	}
	return &Node{opt: opt, hub: NewHub(opt.Config), wake: make(chan struct{}, 1), stop: make(chan struct{}), stopped: make(chan struct{}),
		finished: make(chan struct{}), conns: make(map[ConnID]*link), dials: make(map[PeeringID]func())}
}

// Start begins to work on what was and will be asked for.
func (n *Node) Start() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.started || n.closed {
		return
	}
	n.started = true
	if !n.opt.Inline {
		go n.loop()
	}
	if len(n.inbox) > 0 {
		n.schedule()
	}
}

// ID returns the node's id.
func (n *Node) ID() string { return n.opt.Config.ID }

// NumPeers returns how many peers are up.
func (n *Node) NumPeers() int { return int(n.peers.Load()) }

// Listen accepts peers at an address and returns it with the port chosen. A node may listen at any number of addresses.
func (n *Node) Listen(at transport.Addr) (transport.Addr, error) {
	l, err := n.opt.Network.Listen(at, func(c transport.Conn) {
		lk := n.link(c, true)
		n.post(attach{Accepted{Conn: lk.id, Remote: c.Remote()}, lk})
	}, func(from transport.Addr, err error) { n.post(AcceptFailed{from, err}) })
	if err != nil {
		return transport.Addr{}, err
	}
	n.mu.Lock()
	closed := n.closed
	n.listeners = append(n.listeners, l)
	n.mu.Unlock()
	if closed {
		l.Close()
		return transport.Addr{}, transport.ErrClosed
	}
	return l.Addr(), nil
}

// Admit takes in a guest: a client that is no node but speaks the protocol on a connection of its own making. It is a peer that gets
// events only. What it publishes goes to all peers that want it, and what other peers publish comes to it, whether the node forwards or not; to
// other nodes its subscriptions are this node's.
func (n *Node) Admit(c transport.Conn) {
	lk := n.link(c, false)
	n.post(attach{Accepted{Conn: lk.id, Remote: c.Remote(), Guest: true}, lk})
}

// Peer connects to an address, again and again at the interval retry unless that is 0.
func (n *Node) Peer(at transport.Addr, retry time.Duration) { n.post(Peer{at, retry}) }

// Unpeer ends the peering with an address.
func (n *Node) Unpeer(at transport.Addr) { n.post(Unpeer{at}) }

// Subscribe asks for the topics with a prefix; Unsubscribe takes one Subscribe back.
func (n *Node) Subscribe(prefix string) { n.post(Subscribe{prefix}) }

// Unsubscribe takes one Subscribe back.
func (n *Node) Unsubscribe(prefix string) { n.post(Unsubscribe{prefix}) }

// Publish sends a finished frame of wire.BeginRouted to the peers that want the topic. The frame belongs to the node from now on.
func (n *Node) Publish(topic string, frame []byte) { n.publish(Publish{Topic: topic, Frame: frame}) }

// PublishMarked is Publish with a mark for the Tap.
func (n *Node) PublishMarked(mark uint64, topic string, frame []byte) {
	n.publish(Publish{Topic: topic, Frame: frame, Mark: mark})
}

// Ship is Publish for a message that no queue drops: Options.Receipts tells what becomes of it, by the ticket, which is not 0. The frame
// may be shipped again, as a copy, when it was missed.
func (n *Node) Ship(topic string, frame []byte, ticket uint64) {
	n.publish(Publish{Topic: topic, Frame: frame, Ticket: ticket})
}

// Acknowledge tells a peer that log writes that it published, by their numbers, are safe here. Nothing happens if it is no peer any more.
func (n *Node) Acknowledge(to string, seqs []uint64) {
	n.Send(to, wire.EncodeControl(wire.MsgReceived, &wire.Received{Seqs: seqs}))
}

// Keep is Publish, and the frame is also sent to each peer that comes or subscribes later, until another one with the key takes its
// place; a nil frame ends it. It is how the writers of a log stream get known to everybody.
func (n *Node) Keep(key, topic string, frame []byte) {
	n.publish(Publish{Topic: topic, Frame: frame, Key: key})
}

// Send sends a finished frame to one peer by its id, or to all if that is empty.
func (n *Node) Send(to string, frame []byte) { n.post(Send{to, frame}) }

// Peers describes the peerings. It waits until what was asked for before is under way; a Sink must not call it.
func (n *Node) Peers() (out []PeerInfo) {
	n.query(func(h *Hub) { out = h.Peers() })
	return out
}

// Wants returns the prefixes that a peer subscribes to, by its id; none if it is not up.
func (n *Node) Wants(id string) (out []string) {
	n.query(func(h *Hub) { out = h.Wants(id) })
	return out
}

// Settle returns when what was asked for, and what came on connections, before is done and the Sink has been told. It waits like Peers.
func (n *Node) Settle() { n.query(func(*Hub) {}) }

// Stats returns the counters. It waits like Peers.
func (n *Node) Stats() (out Stats) {
	n.query(func(h *Hub) { out = h.Stats() })
	return out
}

func (n *Node) query(f func(*Hub)) {
	if n.opt.Inline {
		if !n.running {
			n.run()
		}
		f(n.hub)
		return
	}
	q := query{f, make(chan struct{})}
	n.mu.Lock()
	running := n.started && !n.closed
	n.mu.Unlock()
	if !running {
		return
	}
	n.post(q)
	select {
	case <-q.done:
	case <-n.stopped:
	}
}

// Shutdown sends what is queued, says goodbye to the peers and closes all connections. It returns at once; Finished tells the end, at
// the latest after Config.Linger.
func (n *Node) Shutdown() {
	n.closeListeners()
	n.post(Shutdown{})
}

// Finished is closed when a Shutdown is complete.
func (n *Node) Finished() <-chan struct{} { return n.finished }

// Close shuts down, waits for it and ends all goroutines. An Inline node is cut off at once: move the clock after Shutdown to see it go
// in peace. The network is left to its owner.
func (n *Node) Close() {
	n.mu.Lock()
	was, started := n.closed, n.started
	n.closed = true
	n.mu.Unlock()
	n.closeListeners()
	if was {
		if started && !n.opt.Inline {
			<-n.stopped
		}
		return
	}
	if started && !n.opt.Inline {
		n.post(Shutdown{})
		<-n.finished
		close(n.stop)
		<-n.stopped
	}
	n.mu.Lock()
	n.inbox = nil
	n.mu.Unlock()
	if n.timer != nil {
		n.timer.Stop()
	}
	for _, cancel := range n.dials {
		cancel()
	}
	for _, l := range n.conns {
		l.c.Close()
	}
}

func (n *Node) closeListeners() {
	n.mu.Lock()
	ls := n.listeners
	n.listeners = nil
	n.mu.Unlock()
	for _, l := range ls {
		l.Close()
	}
}

// post hands an input to whoever runs.
func (n *Node) post(in Input) {
	n.mu.Lock()
	n.put(in)
	n.mu.Unlock()
}

// publishCells is how many Publish inputs are allocated at once.
const publishCells = 32

// publish is post for a Publish, by far the most frequent input.
func (n *Node) publish(p Publish) {
	n.mu.Lock()
	if len(n.cells) == 0 {
		n.cells = make([]Publish, publishCells)
	}
	at := &n.cells[0]
	n.cells = n.cells[1:]
	*at = p
	n.put(at)
	n.mu.Unlock()
}

// put is post by who holds the lock.
func (n *Node) put(in Input) {
	n.inbox = append(n.inbox, in)
	if n.started && !n.scheduled {
		n.schedule()
	}
}

// schedule has run called; the caller holds the lock.
func (n *Node) schedule() {
	n.scheduled = true
	if n.opt.Inline {
		n.opt.Clock.AfterFunc(0, n.run)
		return
	}
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

func (n *Node) loop() {
	defer close(n.stopped)
	for {
		select {
		case <-n.wake:
			n.run()
		case <-n.stop:
			return
		}
	}
}

// run handles the inbox until it is empty.
func (n *Node) run() {
	n.running = true
	defer func() { n.running = false }()
	for {
		n.mu.Lock()
		batch := n.inbox
		n.inbox, n.spare = n.spare[:0], nil
		n.scheduled = len(batch) > 0
		closed := n.closed && n.opt.Inline
		n.mu.Unlock()
		if len(batch) == 0 || closed {
			n.spare = batch
			return
		}
		n.step(batch)
		clear(batch)
		n.spare = batch[:0]
	}
}

// step has the hub handle a batch, with the queries in it at their place.
func (n *Node) step(batch []Input) {
	from := 0
	for i, in := range batch {
		switch in := in.(type) {
		case attach:
			batch[i] = in.Input
			n.conns[in.l.id] = in.l
			in.l.c.Start(in.l)
			if d, ok := in.Input.(Dialled); ok {
				delete(n.dials, d.Peering)
			}
		case Dialled:
			delete(n.dials, in.Peering)
		case Tick:
			n.at = time.Time{}
		case query:
			n.advance(batch[from:i])
			in.f(n.hub)
			close(in.done)
			from = i + 1
		}
	}
	n.advance(batch[from:])
}

func (n *Node) advance(ins []Input) {
	n.perform(n.hub.Step(n.opt.Clock.Now(), ins))
	for _, in := range ins {
		switch in := in.(type) {
		case Received:
			if l := n.conns[in.Conn]; l != nil {
				l.gate.release(cost(in.Frames))
			}
		case Closed:
			delete(n.conns, in.Conn)
		}
	}
	n.peers.Store(int64(n.hub.NumPeers()))
	n.rearm()
}

// rearm plans the next look at the time.
func (n *Node) rearm() {
	at, ok := n.hub.Next()
	if !ok || !n.at.IsZero() && !at.Before(n.at) {
		return // an early call does no harm
	}
	if n.timer != nil {
		n.timer.Stop()
	}
	n.at = at
	n.timer = n.opt.Clock.AfterFunc(at.Sub(n.opt.Clock.Now()), func() { n.post(Tick{}) })
}

func (n *Node) perform(outs []Output) {
	for _, o := range outs {
		switch o := o.(type) {
		case Write:
			if l := n.conns[o.Conn]; l != nil {
				l.c.Write(o.Frames)
			}
		case *Deliver:
			for i := range o.Messages {
				m := &o.Messages[i]
				if l := n.conns[m.conn]; l != nil {
					m.gate = &l.gate
					m.gate.add(m.cost())
				}
			}
			n.opt.Sink.Messages(o.Messages)
		case Dial:
			n.dial(o)
		case Established:
			if l := n.conns[o.Conn]; l != nil {
				l.up.Store(true)
			}
		case CloseWrite:
			if l := n.conns[o.Conn]; l != nil {
				l.c.CloseWrite()
			}
		case CloseConn:
			if l := n.conns[o.Conn]; l != nil {
				l.c.Close()
			}
		case Status:
			n.peers.Store(int64(n.hub.NumPeers()))
			n.opt.Sink.Status(o)
		case Error:
			n.opt.Sink.Error(o)
		case Overflow:
			n.opt.Sink.Overflow(o)
		case *Receipts:
			if n.opt.Receipts != nil {
				n.opt.Receipts(o.List)
			}
		case Finished:
			close(n.finished)
		default:
			panic("node: unknown output")
		}
	}
}

func (n *Node) dial(o Dial) {
	n.dials[o.Peering] = n.opt.Network.Dial(o.Addr, func(c transport.Conn, err error) {
		if err != nil {
			n.post(Dialled{Peering: o.Peering, Err: err})
			return
		}
		l := n.link(c, false)
		n.post(attach{Dialled{Peering: o.Peering, Conn: l.id, Remote: c.Remote()}, l})
	})
}

// link joins a connection to the node; it is the connection's handler.
type link struct {
	n       *Node
	id      ConnID
	c       transport.Conn
	gate    gate
	framer  wire.Framer
	up      atomic.Bool
	raised  bool // the framer's limit was raised
	bad     bool // nothing more is read
	first   []byte
	inbound bool              // undecided which protocol it speaks
	other   transport.Handler // who took it over
}

func (n *Node) link(c transport.Conn, inbound bool) *link {
	l := &link{n: n, id: ConnID(n.lastConn.Add(1)), c: c, inbound: inbound && len(n.opt.Protocols) > 0}
	l.gate.conn = c
	l.gate.changed = func(on bool) { n.post(Gated{l.id, on}) }
	return l
}

// Data cuts what arrived into frames, on the connection's goroutine.
func (l *link) Data(p []byte) {
	if l.other != nil {
		l.other.Data(p)
		return
	}
	if l.bad {
		return
	}
	if l.inbound {
		if p = l.choose(p); p == nil {
			return
		}
	}
	if !l.raised && l.up.Load() {
		l.raised = true
		l.framer.SetLimit(wire.MaxFrame)
	}
	frames, err := l.framer.Feed(p, nil)
	if len(frames) > 0 {
		l.gate.add(cost(frames))
		l.n.post(Received{l.id, frames})
	}
	if err != nil {
		l.bad = true
		l.n.post(Malformed{l.id, err})
	}
}

// choose looks at the first bytes; it returns those to go on with, nil if another protocol has them or more are needed.
func (l *link) choose(p []byte) []byte {
	l.first = append(l.first, p...)
	first := l.first
	if n := min(len(first), len(wire.Preface)); string(first[:n]) == wire.Preface[:n] {
		l.inbound, l.first = false, nil
		return first
	}
	more := false
	for _, proto := range l.n.opt.Protocols {
		switch proto.Match(first) {
		case Yes:
			l.inbound, l.first = false, nil
			l.other = proto.Serve(l.c)
			l.n.post(Closed{Conn: l.id})
			l.other.Data(first)
			return nil
		case More:
			more = true
		}
	}
	if more {
		return nil
	}
	l.inbound, l.first = false, nil
	return first
}

// Written passes on that a Write is done.
func (l *link) Written() {
	if l.other != nil {
		l.other.Written()
		return
	}
	l.n.post(Written{l.id})
}

// Closed passes on the end.
func (l *link) Closed(err error) {
	if l.other != nil {
		l.other.Closed(err)
	}
	l.n.post(Closed{l.id, err})
}

func cost(frames [][]byte) int {
	n := 0
	for _, f := range frames {
		n += len(f) + 64
	}
	return n
}
