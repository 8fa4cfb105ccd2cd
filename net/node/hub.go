// Package node connects a process to its peers: peerings, subscriptions, routing, queues.
//
// Hub is the state machine: Step takes what happened and returns what to do; it neither waits nor reads a clock. Node is the pump that
// joins a Hub to a transport. Neither knows what the messages mean. Stores attach as receivers of wire.MsgStore.
package node

import (
	"cmp"
	"slices"
	"time"

	"github.com/brogo/brogo/net/topic"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

// Config is the behaviour of a node. Only ID is required.
type Config struct {
	// ID is the node's id, fresh for each start, 1 to wire.MaxName bytes of UTF-8.
	ID string
	// Dialect is told to peers; one of the other dialect is refused unless AnyDialect is set.
	Dialect    string
	AnyDialect bool
	Software   string
	// Forward sends received messages on to other peers that want them, at most wire.MaxHops times.
	Forward bool
	// QueueMessages (default 8192) and QueueBytes (64 MiB) limit what waits for one peer; Policy says what happens beyond.
	QueueMessages int
	QueueBytes    int
	Policy        Policy
	// GuestMessages (default 8192) and GuestPolicy are the same for clients that Node.Admit took in.
	GuestMessages int
	GuestPolicy   Policy
	// StatsReset is how long PeerStats.MaxQueued looks back, 1 min by default.
	StatsReset time.Duration
	// PingEvery (10 s) is how long a connection may be silent before a ping, Timeout (30 s) before it is given up, Handshake (10 s) how long
	// one may take to get up, Linger (3 s) how long a closing one waits for the other side.
	PingEvery, Timeout, Handshake, Linger time.Duration
	// BackoffFactor multiplies the retry interval after each failure, up to BackoffMax; the reference's fixed interval is the default.
	BackoffFactor float64
	BackoffMax    time.Duration
	// Jitter returns a number in [0, 1) by which a retry is delayed as a part of its interval; none by default.
	Jitter func() float64
	Texts  Texts
	// Tap, if set, watches the node.
	Tap Tap
}

func (c Config) withDefaults() Config {
	c.QueueMessages = cmp.Or(c.QueueMessages, 8192)
	c.QueueBytes = cmp.Or(c.QueueBytes, 64<<20)
	c.GuestMessages = cmp.Or(c.GuestMessages, 8192)
	c.StatsReset = cmp.Or(c.StatsReset, time.Minute)
	c.PingEvery = cmp.Or(c.PingEvery, 10*time.Second)
	c.Timeout = cmp.Or(c.Timeout, 30*time.Second)
	c.Handshake = cmp.Or(c.Handshake, 10*time.Second)
	c.Linger = cmp.Or(c.Linger, 3*time.Second)
	if c.BackoffFactor < 1 {
		c.BackoffFactor = 1
	}
	c.BackoffMax = cmp.Or(c.BackoffMax, 5*time.Minute)
	if c.Jitter == nil {
		c.Jitter = func() float64 { return 0 }
	}
	c.Texts = c.Texts.withDefaults()
	return c
}

const (
	maxGreeting  = 1024        // accepted connections that are not up yet
	maxSubs      = 100_000     // prefixes of one peer
	maxPeerings  = 10_000      // addresses to peer with
	writeBytes   = 128 << 10   // roughly the size of one Write
	overflowGap  = time.Second // between two reports about one peer
	errorsPerSec = 10          // reports about connections that came in and were none
)

// Hub is the state of a node. It has one owner.
type Hub struct {
	cfg   Config
	texts Texts
	now   time.Time
	out   []Output
	slips *Receipts // in out, to be added to
	next  time.Time // when Step has to run without input; zero if never
	names wire.Interner

	conns   map[ConnID]*conn
	ordered []*conn          // of conns, in order of their coming
	peers   map[string]*conn // the ones that are up, by the peer's id
	up      []*conn          // the same, in order of their coming up
	dirty   []*conn          // may have something to write

	peerings    map[transport.Addr]*peering
	peeringList []*peering
	lastPeering PeeringID

	local   topic.Set[struct{}] // what the application wants
	relayed topic.Set[struct{}] // whose events guests want
	remote  topic.Set[*conn]    // who wants what has the prefix
	readers topic.Set[*conn]    // who wants only the events of it: guests, and nodes that have some
	kept    []Publish           // messages for peers to come, in the order of their first publishing

	seq     uint64
	origins map[string]*origin
	match   []*conn // what find found
	more    []*conn // scratch of find
	self    []struct{}
	batch   int // frames in the input being handled: as many messages may come of it

	closing  bool
	finished bool
	badSince time.Time
	bad      int
	stats    Stats
}

// Stats counts messages.
type Stats struct {
	EventsIn, EventsOut uint64
	LogsIn, LogsOut     uint64
	IDsIn, IDsOut       uint64
	StoreIn, StoreOut   uint64
	Forwarded           uint64
	Duplicates          uint64 // that came on a second way
	Dropped             uint64 // because of full queues
	Refused             uint64 // incoming connections that were no peers
}

// NewHub returns the state machine of a node that knows nobody yet.
func NewHub(cfg Config) *Hub {
	cfg = cfg.withDefaults()
	return &Hub{cfg: cfg, texts: cfg.Texts, conns: make(map[ConnID]*conn), peers: make(map[string]*conn),
		peerings: make(map[transport.Addr]*peering), origins: make(map[string]*origin)}
}

// Next returns when Step has to be called even without input; false means never.
func (h *Hub) Next() (time.Time, bool) { return h.next, !h.next.IsZero() }

// Step takes the inputs in order and returns what to do, in order. The result is valid until the next call. Writes are collected over
// all inputs: what is published in one Step leaves in one Write for each peer.
func (h *Hub) Step(now time.Time, inputs []Input) []Output {
	h.now = now
	clear(h.out)
	h.out, h.slips = h.out[:0], nil
	for _, in := range inputs {
		h.handle(in)
	}
	if !h.next.IsZero() && !now.Before(h.next) {
		h.tick()
	}
	h.flush()
	if h.closing && !h.finished && len(h.conns) == 0 {
		h.finished = true
		h.emit(Finished{})
	}
	return h.out
}

func (h *Hub) emit(o Output) { h.out = append(h.out, o) }

// receipt tells of a message with a ticket. Receipts keep their order among each other and come before news of peers.
func (h *Hub) receipt(r Receipt) {
	if h.slips == nil {
		h.slips = &Receipts{}
		h.emit(h.slips)
	}
	h.slips.List = append(h.slips.List, r)
}

func (h *Hub) handle(in Input) {
	switch in := in.(type) {
	case Publish:
		h.publish(in)
	case *Publish:
		h.publish(*in)
		*in = Publish{} // its neighbours may wait for longer
	case Received:
		if c := h.conns[in.Conn]; c != nil {
			c.heard, h.batch = h.now, len(in.Frames)
			for _, f := range in.Frames {
				h.frame(c, f)
			}
		}
	case Written:
		if c := h.conns[in.Conn]; c != nil {
			c.writing = false
			h.touch(c)
		}
	case Send:
		h.send(in)
	case Subscribe:
		if h.local.Add(in.Prefix, struct{}{}) == 1 {
			if h.cfg.Tap != nil {
				h.cfg.Tap.Local(in.Prefix, true)
			}
			h.announce(wire.Subs{Add: [][]byte{[]byte(in.Prefix)}})
		}
	case Unsubscribe:
		if h.local.Remove(in.Prefix, struct{}{}) == 0 {
			if h.cfg.Tap != nil {
				h.cfg.Tap.Local(in.Prefix, false)
			}
			h.announce(wire.Subs{Remove: [][]byte{[]byte(in.Prefix)}})
		}
	case Accepted:
		h.accepted(in)
	case AcceptFailed:
		h.refused(in.Remote, PeerIncompatible, in.Err.Error())
	case Dialled:
		h.dialled(in)
	case Malformed:
		if c := h.conns[in.Conn]; c != nil {
			h.violation(c, in.Err)
		}
	case Gated:
		if c := h.conns[in.Conn]; c != nil {
			c.gated = in.On
			c.heard = h.now
		}
	case Closed:
		if c := h.conns[in.Conn]; c != nil {
			h.closed(c, in.Err)
		}
	case Peer:
		h.peer(in)
	case Unpeer:
		h.unpeer(in.Addr)
	case Shutdown:
		h.shutdown()
	case Tick:
	default:
		panic("node: unknown input")
	}
}

// arm has Step called at t or earlier.
func (h *Hub) arm(t time.Time) {
	if h.next.IsZero() || t.Before(h.next) {
		h.next = t
	}
}

// tick does what is due and finds the next time.
func (h *Hub) tick() {
	h.next = time.Time{}
	for _, c := range slices.Clone(h.ordered) {
		h.tickConn(c)
	}
	for _, p := range slices.Clone(h.peeringList) {
		if p.waiting() {
			if h.now.Before(p.at) {
				h.arm(p.at)
			} else {
				h.dial(p)
			}
		}
	}
}

func (h *Hub) tickConn(c *conn) {
	switch c.state {
	case greeting:
		if h.now.Before(c.deadline) {
			h.arm(c.deadline)
		} else {
			h.fail(c, wire.Close{Code: wire.CloseTimeout, Reason: "no answer to the handshake in time"}, PeerUnavailable)
		}
	case lingering:
		if h.now.Before(c.deadline) {
			h.arm(c.deadline)
		} else {
			h.emit(CloseConn{c.id})
		}
	case established:
		silent := c.heard.Add(h.cfg.Timeout)
		if !c.gated && !h.now.Before(silent) {
			h.lose(c, wire.Close{Code: wire.CloseTimeout, Reason: "nothing heard for " + h.cfg.Timeout.String()})
			return
		}
		ping := c.sent.Add(h.cfg.PingEvery)
		if !h.now.Before(ping) {
			h.push(c, wire.EncodeControl(wire.MsgPing, nil))
			ping = h.now.Add(h.cfg.PingEvery)
		}
		h.arm(ping)
		if !c.gated {
			h.arm(silent)
		}
		if c.maxAt.Add(h.cfg.StatsReset).Before(h.now) {
			c.maxAt, c.maxQueued = h.now, c.queue.len()
		}
	}
}

// touch has flush look at the connection.
func (h *Hub) touch(c *conn) {
	if !c.dirty {
		c.dirty = true
		h.dirty = append(h.dirty, c)
	}
}

// flush starts a Write for each connection that has something to say and is not busy.
func (h *Hub) flush() {
	for _, c := range h.dirty {
		c.dirty = false
		if c.writing || h.conns[c.id] != c {
			continue
		}
		if c.queue.len() > 0 {
			c.writing = true
			c.sent = h.now
			h.emit(Write{c.id, c.queue.take(nil, writeBytes)})
		} else if c.state == lingering && !c.ended {
			c.ended = true
			h.emit(CloseWrite{c.id})
		}
	}
	clear(h.dirty)
	h.dirty = h.dirty[:0]
}

// Stats returns the counters.
func (h *Hub) Stats() Stats { return h.stats }

// PeerStatus is how far a peering is, in the reference's order.
type PeerStatus uint8

// The states of a peering.
const (
	Initializing PeerStatus = iota
	Connecting
	Connected // the handshake is under way
	Peered
	Disconnected
	Reconnecting
)

// PeerInfo describes one peering.
type PeerInfo struct {
	Peer     Endpoint
	Status   PeerStatus
	Outbound bool
	Guest    bool // a client, see Node.Admit
	Dialect  string
	Stats    PeerStats
}

// PeerStats describes the queue to one peer.
type PeerStats struct {
	Queued    int    // messages that wait
	MaxQueued int    // most of them within the last one or two periods of Config.StatsReset
	Overflows uint64 // messages dropped
}

// Peers returns the peers in the order of their coming, then the addresses that the node is trying to reach.
func (h *Hub) Peers() []PeerInfo {
	var out []PeerInfo
	for _, c := range h.up {
		out = append(out, PeerInfo{c.endpoint(), Peered, c.peering != nil, c.guest, c.hello.Dialect,
			PeerStats{c.queue.len(), c.maxQueued, c.dropped}})
	}
	for _, p := range h.peeringList {
		info := PeerInfo{Peer: Endpoint{Addr: p.addr}, Outbound: true, Status: Connecting}
		switch {
		case p.conn != nil && p.conn.state == established || p.shadow != "" && h.peers[p.shadow] != nil:
			continue
		case p.conn != nil:
			info.Status = Connected
		case p.waiting():
			info.Status = Reconnecting
		}
		out = append(out, info)
	}
	return out
}

// Wants returns the prefixes that a peer subscribes to, by its id and in order; none if it is not up. Those of its clients count.
func (h *Hub) Wants(id string) []string {
	for _, c := range h.up {
		if c.hello.ID == id {
			all := append(h.remote.Prefixes(c), h.readers.Prefixes(c)...)
			slices.Sort(all)
			return slices.Compact(all)
		}
	}
	return nil
}

// NumPeers returns how many peers are up.
func (h *Hub) NumPeers() int { return len(h.up) }
