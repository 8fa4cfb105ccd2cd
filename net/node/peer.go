package node

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brogo/brogo/net/topic"
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

// peering is an address to connect to.
type peering struct {
	id       PeeringID
	addr     transport.Addr
	retry    time.Duration // 0: only once
	failures int
	dialling bool
	conn     *conn
	// shadow is the id of the node there when a connection that it dialled serves this peering as well.
	shadow string
	at     time.Time // of the next attempt; zero: none
}

func (p *peering) waiting() bool { return !p.dialling && p.conn == nil && !p.at.IsZero() }

// peer starts a peering, or changes the interval of one.
func (h *Hub) peer(in Peer) {
	if h.closing {
		return
	}
	p := h.peerings[in.Addr]
	if p == nil {
		if len(h.peerings) >= maxPeerings {
			h.emit(Error{PeerUnavailable, Endpoint{Addr: in.Addr}, h.texts.Unavailable, "too many peerings"})
			return
		}
		h.lastPeering++
		p = &peering{id: h.lastPeering, addr: in.Addr}
		h.peerings[in.Addr] = p
		h.peeringList = append(h.peeringList, p)
	}
	p.retry = in.Retry
	if !p.dialling && p.conn == nil && h.peers[p.shadow] == nil {
		h.dial(p)
	}
}

func (h *Hub) dial(p *peering) {
	if p.shadow != "" && h.peers[p.shadow] != nil {
		p.at = time.Time{} // reached on another connection; its loss starts this one again
		return
	}
	p.dialling, p.at = true, time.Time{}
	h.emit(Dial{p.id, p.addr})
}

func (h *Hub) forgetPeering(p *peering) {
	delete(h.peerings, p.addr)
	h.peeringList = slices.DeleteFunc(h.peeringList, func(q *peering) bool { return q == p })
}

// again plans the next attempt after a failure, or ends a peering that does not retry.
func (h *Hub) again(p *peering) {
	if h.peerings[p.addr] != p {
		return
	}
	if p.retry <= 0 || h.closing {
		h.forgetPeering(p)
		return
	}
	wait := float64(p.retry)
	for range min(p.failures, 64) {
		wait *= h.cfg.BackoffFactor
	}
	wait = min(wait, max(float64(p.retry), float64(h.cfg.BackoffMax)))
	p.failures++
	p.at = h.now.Add(time.Duration(wait * (1 + h.cfg.Jitter())))
	h.arm(p.at)
}

func (h *Hub) dialled(in Dialled) {
	at := slices.IndexFunc(h.peeringList, func(p *peering) bool { return p.id == in.Peering })
	if at < 0 || h.closing {
		if in.Err == nil {
			h.emit(CloseConn{in.Conn})
		}
		return
	}
	p := h.peeringList[at]
	p.dialling = false
	if in.Err != nil {
		h.emit(Error{PeerUnavailable, Endpoint{Addr: p.addr}, h.texts.Unavailable, in.Err.Error()})
		h.again(p)
		return
	}
	c := h.add(in.Conn, p.addr)
	c.peering, p.conn = p, c
	h.push(c, h.helloFrame(c))
}

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

// catchUp tells a new peer what changed in the subscriptions since the Hello.
func (h *Hub) catchUp(c *conn) {
	now := h.wants()
	var s wire.Subs
	s.Add, s.Remove = changes(c.announced[0], now[0])
	s.AddEvents, s.RemoveEvents = changes(c.announced[1], now[1])
	c.announced = [2][]string{}
	if s.Add != nil || s.Remove != nil || s.AddEvents != nil || s.RemoveEvents != nil {
		h.push(c, wire.EncodeControl(wire.MsgSubs, &s))
	}
}

// wants are the prefixes that peers are told of: those of the application, and those of guests.
func (h *Hub) wants() [2][]string {
	return [2][]string{h.local.Prefixes(struct{}{}), h.relayed.Prefixes(struct{}{})}
}

// changes compares two ordered lists of prefixes.
func changes(before, now []string) (added, removed [][]byte) {
	for _, p := range now {
		if _, found := slices.BinarySearch(before, p); !found {
			added = append(added, []byte(p))
		}
	}
	for _, p := range before {
		if _, found := slices.BinarySearch(now, p); !found {
			removed = append(removed, []byte(p))
		}
	}
	return added, removed
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

// duplicate notes that another connection serves the peering of c.
func (h *Hub) duplicate(c *conn) {
	if p := c.peering; p != nil {
		p.shadow = c.hello.ID
		p.conn, c.peering = nil, nil
		// Look again later: the other connection may be one that only the other side believes in.
		if p.retry > 0 {
			p.at = h.now.Add(max(p.retry, h.cfg.Handshake))
			h.arm(p.at)
		}
	}
}

// subscribed carries out changes of a peer's subscriptions.
func (h *Hub) subscribed(c *conn, m wire.Subs) error {
	if c.guest {
		m = wire.Subs{AddEvents: append(m.AddEvents, m.Add...), RemoveEvents: append(m.RemoveEvents, m.Remove...)}
	}
	before := h.wanted(c)
	if err := h.change(c, &h.remote, m.Remove, m.Add); err != nil {
		return err
	}
	if err := h.change(c, &h.readers, m.RemoveEvents, m.AddEvents); err != nil {
		return err
	}
	h.sendKept(c, before)
	return nil
}

// change takes prefixes of a peer out of a set and puts others in.
func (h *Hub) change(c *conn, set *topic.Set[*conn], remove, add [][]byte) error {
	for _, p := range remove {
		if set.Remove(string(p), c) == 0 {
			c.subs--
			h.relay(c, string(p), false)
		}
		if h.cfg.Tap != nil {
			h.cfg.Tap.Asked(c.hello.ID, string(p), false)
		}
	}
	for _, p := range add {
		if len(p) > wire.MaxTopic {
			return errors.New("a prefix that is too long")
		}
		if set.Add(string(p), c) > 1 {
			set.Remove(string(p), c)
			continue
		}
		if h.cfg.Tap != nil {
			h.cfg.Tap.Asked(c.hello.ID, string(p), true)
		}
		h.relay(c, string(p), true)
		if c.subs++; c.subs > maxSubs {
			return errors.New("too many subscriptions")
		}
	}
	return nil
}

// relay has the other peers know what a guest wants, once for all guests that do.
func (h *Hub) relay(c *conn, prefix string, on bool) {
	switch list := [][]byte{[]byte(prefix)}; {
	case !c.guest:
	case on:
		if h.relayed.Add(prefix, struct{}{}) == 1 {
			h.announce(wire.Subs{AddEvents: list})
		}
	case h.relayed.Remove(prefix, struct{}{}) == 0:
		h.announce(wire.Subs{RemoveEvents: list})
	}
}

// forgetSubs takes back all that a peer subscribed to.
func (h *Hub) forgetSubs(c *conn) {
	if c.guest {
		for _, p := range h.readers.Prefixes(c) {
			h.relay(c, p, false)
		}
	}
	h.remote.Drop(c)
	h.readers.Drop(c)
}

// violation ends a connection that does not follow the protocol.
func (h *Hub) violation(c *conn, err error) {
	why := wire.Close{Code: wire.CloseProtocol, Reason: err.Error()}
	switch c.state {
	case greeting:
		h.fail(c, why, PeerIncompatible)
	case established:
		h.emit(Error{PeerIncompatible, c.endpoint(), "peer violates the protocol", err.Error()})
		h.lose(c, why)
	}
}

// fail ends a handshake with an error.
func (h *Hub) fail(c *conn, why wire.Close, code ErrorCode) {
	if c.peering != nil {
		text := h.texts.Unavailable
		if code != PeerUnavailable {
			text = why.Reason
		}
		h.emit(Error{code, c.endpoint(), text, why.Reason})
	} else if why.Code != wire.CloseSelf { // the other end of it is here too and reports it
		h.refused(c.remote, code, why.Reason)
	}
	h.finish(c, why)
}

// refused reports a connection that came in and was no peer, though not each of a flood.
func (h *Hub) refused(from transport.Addr, code ErrorCode, why string) {
	h.stats.Refused++
	if h.now.Sub(h.badSince) >= time.Second {
		h.badSince, h.bad = h.now, 0
	}
	if h.bad++; h.bad <= errorsPerSec {
		h.emit(Error{code, Endpoint{Addr: from}, why, why})
	}
}

// goodbye handles the other side's Close.
func (h *Hub) goodbye(c *conn, m wire.Close) {
	m.Reason = printable(m.Reason)
	switch {
	case c.state == established:
		c.queue = queue{} // nobody will handle it
		h.down(c, PeerLost, h.texts.Lost, m.Reason)
	case m.Code == wire.CloseDuplicate && c.accepted:
		h.duplicate(c)
	case m.Code == wire.CloseBye && c.peering == nil:
	default:
		code := PeerIncompatible
		switch m.Code {
		case wire.CloseBye, wire.CloseTimeout:
			code = PeerUnavailable
		case wire.CloseSelf:
			code = PeerInvalid
			if c.peering != nil {
				h.forgetPeering(c.peering)
			}
		}
		reason := m.Reason
		if reason == "" {
			reason = "the peer refused"
		}
		text := reason
		if c.peering == nil {
			h.refused(c.remote, code, reason)
		} else {
			if code == PeerUnavailable {
				text = h.texts.Unavailable
			}
			h.emit(Error{code, c.endpoint(), text, reason})
		}
	}
	h.linger(c)
}

// printable keeps a reason from the other side short and free of control characters.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), 200)]
}

// lose ends an established connection because of the other side, remove because of this one.
func (h *Hub) lose(c *conn, why wire.Close) {
	h.down(c, PeerLost, h.texts.Lost, why.Reason)
	h.finish(c, why)
}

func (h *Hub) remove(c *conn, why wire.Close, suffix string) {
	if why.Code == wire.CloseOverflow {
		c.queue = queue{} // there is no way to get rid of it in order
	}
	h.down(c, PeerRemoved, h.texts.Removed+suffix, why.Reason)
	h.finish(c, why)
}

// down takes a peer off the list.
func (h *Hub) down(c *conn, code StatusCode, text, detail string) {
	c.state = lingering
	for _, o := range c.owed {
		h.receipt(Receipt{Ticket: o.ticket, Kind: Missed})
	}
	c.owed = nil
	delete(h.peers, c.hello.ID)
	if h.cfg.Tap != nil {
		h.cfg.Tap.Peer(c.hello.ID, false)
	}
	h.up = slices.DeleteFunc(h.up, func(o *conn) bool { return o == c })
	h.forgetSubs(c)
	if c.dropped > c.told {
		h.emit(Overflow{c.endpoint(), c.dropped - c.told, c.dropped})
		c.told = c.dropped
	}
	h.report(c, code, c.endpoint(), text, detail)
	h.report(c, EndpointUnreachable, Endpoint{ID: c.hello.ID}, h.texts.Unreachable, "")
	for _, p := range slices.Clone(h.peeringList) {
		switch {
		case p.shadow != c.hello.ID || p.conn != nil || p.dialling:
		case p.retry <= 0:
			h.forgetPeering(p)
		default:
			p.at = h.now.Add(p.retry)
			h.arm(p.at)
		}
	}
}

// finish says why and closes the connection when everything is out and the other side has closed too, or after a while.
func (h *Hub) finish(c *conn, why wire.Close) {
	h.linger(c)
	frame := wire.EncodeControl(wire.MsgClose, &why)
	if c.peering == nil && !c.accepted {
		frame = wire.Refusal(why)
	}
	h.push(c, frame)
	if c.writing && (why.Code == wire.CloseOverflow || why.Code == wire.CloseTimeout) {
		h.emit(CloseConn{c.id}) // the peer does not read: the reason would not get through
	}
}

// linger waits for the other side to close.
func (h *Hub) linger(c *conn) {
	c.state = lingering
	c.deadline = h.now.Add(h.cfg.Linger)
	h.arm(c.deadline)
	h.touch(c)
	if p := c.peering; p != nil {
		h.release(c, p)
	}
}

// release parts a peering from its connection and plans the next attempt.
func (h *Hub) release(c *conn, p *peering) {
	p.conn, c.peering = nil, nil
	switch {
	case h.peerings[p.addr] != p:
	case !c.upSince.IsZero() && p.retry > 0 && h.now.Sub(c.upSince) >= p.retry:
		p.at = h.now // it worked for a while: try again at once
		h.arm(p.at)
	default:
		h.again(p)
	}
}

// closed handles the end of a connection.
func (h *Hub) closed(c *conn, err error) {
	reason := "the peer closed the connection"
	if err != nil {
		reason = err.Error()
	}
	switch c.state {
	case established:
		h.down(c, PeerLost, h.texts.Lost, reason)
	case greeting:
		if c.peering != nil {
			h.emit(Error{PeerUnavailable, c.endpoint(), h.texts.Unavailable, reason})
		} else if err != nil && c.accepted {
			h.refused(c.remote, PeerUnavailable, reason)
		}
	}
	if p := c.peering; p != nil {
		h.release(c, p)
	}
	c.state = gone
	delete(h.conns, c.id)
	h.ordered = slices.DeleteFunc(h.ordered, func(o *conn) bool { return o == c })
}

// unpeer ends the peering with an address: what this node dialled, or what came from there.
func (h *Hub) unpeer(addr transport.Addr) {
	p := h.peerings[addr]
	var c *conn
	switch {
	case p != nil:
		h.forgetPeering(p)
		if c = p.conn; c == nil {
			c = h.peers[p.shadow]
		}
	default:
		if at := slices.IndexFunc(h.up, func(c *conn) bool { return c.remote == addr }); at >= 0 {
			c = h.up[at]
		} else {
			h.emit(Error{PeerInvalid, Endpoint{Addr: addr}, h.texts.NoSuchPeer, h.texts.NoSuchPeer})
			return
		}
	}
	if c == nil {
		return
	}
	bye := wire.Close{Code: wire.CloseBye, Reason: "unpeered"}
	if c.state == established {
		h.remove(c, bye, "")
	} else {
		h.finish(c, bye)
	}
}

// shutdown says goodbye to everybody.
func (h *Hub) shutdown() {
	h.closing = true
	h.peeringList, h.peerings = nil, make(map[transport.Addr]*peering)
	for _, c := range slices.Clone(h.ordered) {
		switch c.state {
		case established:
			delete(h.peers, c.hello.ID)
			if h.cfg.Tap != nil {
				h.cfg.Tap.Peer(c.hello.ID, false)
			}
			h.forgetSubs(c)
			h.finish(c, wire.Close{Code: wire.CloseBye, Reason: "terminating"})
		case greeting:
			if c.peering == nil && !c.accepted {
				h.emit(CloseConn{c.id})
			} else {
				h.finish(c, wire.Close{Code: wire.CloseBye, Reason: "terminating"})
			}
		}
	}
	h.up = nil
}
