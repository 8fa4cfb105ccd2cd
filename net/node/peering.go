package node

import (
	"slices"
	"time"

	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

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
