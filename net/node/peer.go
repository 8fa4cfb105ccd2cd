package node

import (
	"errors"
	"fmt"
	"time"

	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

type connState uint8

const (
	greeting    connState = iota // handshake under way
	established                  // a peer
	lingering                    // said or heard goodbye
	gone                         // closed
)

// conn is one connection.
type conn struct {
	id       ConnID
	remote   transport.Addr
	guest    bool     // see Node.Admit
	peering  *peering // nil if the other side dialled
	state    connState
	deadline time.Time // of greeting and lingering

	hello     wire.Hello  // the other side's, once it was accepted
	accepted  bool        // hello is valid
	announced [2][]string // Subs and Events of the Hello that was sent, in order
	origin    *origin

	queue   queue
	owed    []owed // messages with tickets that the peer has not acknowledged, in the order of their numbers
	writing bool   // a Write is under way
	dirty   bool   // on Hub.dirty
	ended   bool   // CloseWrite was asked for
	gated   bool   // reading is paused
	heard   time.Time
	sent    time.Time
	upSince time.Time
	subs    int

	maxQueued int
	maxAt     time.Time // when maxQueued began
	dropped   uint64
	told      uint64 // of dropped, in the last report
	reported  time.Time
}

// owed is a message that a peer has to acknowledge.
type owed struct{ seq, ticket uint64 }

func (c *conn) endpoint() Endpoint { return Endpoint{c.hello.ID, c.remote} }

func (h *Hub) accepted(in Accepted) {
	if h.closing || len(h.conns)-len(h.up) >= maxGreeting {
		h.stats.Refused++
		h.emit(CloseConn{in.Conn})
		return
	}
	h.add(in.Conn, in.Remote).guest = in.Guest
}

func (h *Hub) add(id ConnID, remote transport.Addr) *conn {
	c := &conn{id: id, remote: remote, deadline: h.now.Add(h.cfg.Handshake), heard: h.now, sent: h.now, maxAt: h.now}
	h.conns[id] = c
	h.ordered = append(h.ordered, c)
	h.arm(c.deadline)
	return c
}

// helloFrame is the first thing that a side sends.
func (h *Hub) helloFrame(c *conn) []byte {
	hello := h.hello()
	c.announced = h.wants()
	hello.Subs, _ = changes(nil, c.announced[0])
	hello.Events, _ = changes(nil, c.announced[1])
	return append([]byte(wire.Preface), wire.EncodeControl(wire.MsgHello, &hello)...)
}

func (h *Hub) hello() wire.Hello {
	return wire.Hello{MinVersion: wire.MinVersion, MaxVersion: wire.MaxVersion, ID: h.cfg.ID, Dialect: h.cfg.Dialect, Software: h.cfg.Software}
}

// control handles what neighbours say to each other.
func (h *Hub) control(c *conn, kind wire.MsgKind, body []byte) {
	var err error
	switch {
	case c.state == lingering || c.state == gone:
		return
	case kind == wire.MsgClose:
		var m wire.Close
		if err = wire.DecodeControl(body, kind, &m); err == nil {
			h.goodbye(c, m)
			return
		}
	case kind == wire.MsgHello && c.state == greeting && !c.accepted:
		var m wire.Hello
		if err = wire.DecodeControl(body, kind, &m); err == nil {
			h.greeted(c, m)
			return
		}
	case kind == wire.MsgReady && c.state == greeting && c.accepted:
		var m wire.Ready
		if err = wire.DecodeControl(body, kind, &m); err == nil {
			h.ready(c, m)
			return
		}
	case c.state == greeting:
		err = fmt.Errorf("message of kind %d in the handshake", kind)
	case kind == wire.MsgSubs:
		var m wire.Subs
		if err = wire.DecodeControl(body, kind, &m); err == nil {
			err = h.subscribed(c, m)
		}
	case kind == wire.MsgReceived:
		var m wire.Received
		if err = wire.DecodeControl(body, kind, &m); err == nil {
			h.acknowledged(c, m.Seqs)
		}
	case kind == wire.MsgPing:
		h.push(c, wire.EncodeControl(wire.MsgPong, nil))
	case kind == 0:
		err = errors.New("a frame without a message")
	}
	// Other kinds are from a later version, which knows that this one ignores them.
	if err != nil {
		h.violation(c, err)
	}
}

// greeted handles the other side's Hello. The side that accepted the connection speaks only now, so that its port can serve other
// protocols too. The node with the smaller id decides which of several connections stays; the other one says Ready first.
func (h *Hub) greeted(c *conn, m wire.Hello) {
	own := h.hello()
	if refusal := m.Check(&own, h.cfg.AnyDialect); refusal != nil {
		c.hello.ID = m.ID
		code := PeerIncompatible
		if refusal.Code == wire.CloseSelf {
			code = PeerInvalid
			if c.peering != nil {
				h.forgetPeering(c.peering)
			}
		}
		h.fail(c, *refusal, code)
		return
	}
	c.hello, c.accepted = m, true
	if c.peering == nil {
		h.push(c, h.helloFrame(c))
	}
	if h.cfg.ID > m.ID {
		h.sayReady(c)
	}
}

func (h *Hub) sayReady(c *conn) {
	h.push(c, wire.EncodeControl(wire.MsgReady, &wire.Ready{Up: h.peers[c.hello.ID] != nil}))
}

// ready handles the other side's Ready: the peering is up, unless there is one already.
func (h *Hub) ready(c *conn, m wire.Ready) {
	old := h.peers[c.hello.ID]
	if h.cfg.ID < c.hello.ID {
		// If the other side knows nothing of the old connection, then it is dead, or so young that the other side is about to learn.
		if old != nil && (m.Up || h.now.Sub(old.upSince) < h.cfg.Handshake) {
			h.duplicate(c)
			h.finish(c, wire.Close{Code: wire.CloseDuplicate, Reason: "the nodes are connected already"})
			return
		}
		h.sayReady(c)
	}
	if old != nil {
		h.lose(old, wire.Close{Code: wire.CloseDuplicate, Reason: "replaced by a new connection"})
	}
	if c.peering != nil {
		c.peering.failures, c.peering.shadow = 0, c.hello.ID
	}
	c.state = established
	c.upSince = h.now
	c.origin = h.originOf(c.hello.ID)
	h.emit(Established{c.id})
	h.peers[c.hello.ID] = c
	h.up = append(h.up, c)
	if h.cfg.Tap != nil {
		h.cfg.Tap.Peer(c.hello.ID, true)
	}
	subs := wire.Subs{Add: c.hello.Subs, AddEvents: c.hello.Events}
	c.hello.Subs, c.hello.Events = nil, nil
	text := h.texts.AddedInbound
	if c.peering != nil {
		text = h.texts.AddedOutbound
	}
	h.report(c, EndpointDiscovered, Endpoint{ID: c.hello.ID}, h.texts.Discovered, "")
	h.report(c, PeerAdded, c.endpoint(), text, "")
	h.arm(h.now.Add(h.cfg.PingEvery))
	h.catchUp(c)
	if err := h.subscribed(c, subs); err != nil {
		h.violation(c, err)
	}
}

// report tells the application of a change that c brings about.
func (h *Hub) report(c *conn, code StatusCode, who Endpoint, text, detail string) {
	h.emit(Status{Code: code, Peer: who, Outbound: c.peering != nil, Guest: c.guest, Text: text, Detail: detail})
}
