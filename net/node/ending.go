package node

import (
	"slices"
	"strings"
	"time"

	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

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
