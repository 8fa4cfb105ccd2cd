package node

import (
	"slices"

	"github.com/brogo/brogo/net/wire"
)

// publish queues a message of this node for each peer that wants it. The local application never gets it back.
func (h *Hub) publish(in Publish) {
	if in.Key != "" {
		at := slices.IndexFunc(h.kept, func(k Publish) bool { return k.Key == in.Key })
		switch {
		case in.Frame == nil && at >= 0:
			h.kept = slices.Delete(h.kept, at, at+1)
		case in.Frame == nil:
		case at >= 0:
			h.kept[at] = in
		default:
			h.kept = append(h.kept, in)
		}
	}
	if in.Frame == nil || h.closing {
		return
	}
	h.seq++
	wire.SetSeq(in.Frame, h.seq)
	if h.cfg.Tap != nil {
		h.cfg.Tap.Published(in.Mark, h.seq, in.Topic, in.Frame)
	}
	kind := wire.FrameKind(in.Frame)
	h.find(kind, in.Topic)
	if in.Ticket != 0 {
		h.receipt(Receipt{Ticket: in.Ticket, Kind: Queued, Peers: len(h.match)})
	}
	if len(h.match) == 0 {
		return
	}
	h.count(kind, &h.stats.EventsOut, &h.stats.LogsOut, &h.stats.IDsOut)
	for _, c := range h.match {
		if in.Ticket != 0 {
			c.owed = append(c.owed, owed{h.seq, in.Ticket})
		}
		h.enqueue(c, in.Frame, in.Key == "" && in.Ticket == 0)
	}
}

// find sets match to the peers that want a message.
func (h *Hub) find(kind wire.MsgKind, topic string) {
	h.match = h.remote.Match(topic, h.match[:0])
	if kind != wire.MsgEvent || h.readers.Len() == 0 {
		return
	}
	all := h.match
	h.more = h.readers.Match(topic, h.more[:0])
	for _, c := range h.more {
		if !slices.Contains(all, c) {
			h.match = append(h.match, c)
		}
	}
}

// acknowledged settles what a peer says it has.
func (h *Hub) acknowledged(c *conn, seqs []uint64) {
	for _, seq := range seqs {
		if at := slices.IndexFunc(c.owed, func(o owed) bool { return o.seq >= seq }); at >= 0 && c.owed[at].seq == seq {
			h.receipt(Receipt{Ticket: c.owed[at].ticket, Kind: Taken})
			if at == 0 {
				c.owed = c.owed[1:] // as always but for messages that came on other ways, too
			} else {
				c.owed = slices.Delete(c.owed, at, at+1)
			}
		}
	}
}

func (h *Hub) count(kind wire.MsgKind, events, logs, ids *uint64) {
	switch kind {
	case wire.MsgEvent:
		*events++
	case wire.MsgLogCreate, wire.MsgLogWrite:
		*logs++
	case wire.MsgIDUpdate:
		*ids++
	}
}

// wanted tells for each kept message whether the peer's subscriptions match it.
func (h *Hub) wanted(c *conn) []bool {
	out := make([]bool, len(h.kept))
	for i, k := range h.kept {
		h.find(wire.FrameKind(k.Frame), k.Topic)
		out[i] = slices.Contains(h.match, c)
	}
	return out
}

// sendKept sends what is kept and was not wanted before. It goes out under new numbers, since the peer may have seen later ones.
func (h *Hub) sendKept(c *conn, before []bool) {
	for i, now := range h.wanted(c) {
		if now && !before[i] {
			h.seq++
			frame := slices.Clone(h.kept[i].Frame)
			wire.SetSeq(frame, h.seq)
			if h.cfg.Tap != nil {
				h.cfg.Tap.Published(0, h.seq, h.kept[i].Topic, frame)
			}
			h.push(c, frame)
		}
	}
}

// send queues a frame for one peer or all.
func (h *Hub) send(in Send) {
	if h.closing {
		return
	}
	if wire.FrameKind(in.Frame) == wire.MsgStore {
		h.stats.StoreOut++
	}
	if in.To == "" {
		for _, c := range slices.Clone(h.up) {
			if !c.guest {
				h.push(c, in.Frame)
			}
		}
	} else if c := h.peers[in.To]; c != nil {
		h.push(c, in.Frame)
	}
}

// push queues a frame that must not be dropped. A peer that takes none of them for so long that they alone pass the limit is given up.
func (h *Hub) push(c *conn, frame []byte) { h.enqueue(c, frame, false) }

// enqueue queues a frame within the limits.
func (h *Hub) enqueue(c *conn, frame []byte, droppable bool) {
	if c.state == gone || c.state == lingering && droppable {
		return
	}
	q := &c.queue
	switch {
	case !droppable:
		if q.bytes+len(frame) > 2*h.cfg.QueueBytes && c.state == established {
			h.remove(c, wire.Close{Code: wire.CloseOverflow, Reason: "the peer does not read"}, h.texts.OverflowSuffix)
			return
		}
	case q.may.len >= h.room(c) || q.bytes+len(frame) > h.cfg.QueueBytes:
		if !h.overflow(c, frame) {
			return
		}
	}
	if h.cfg.Tap != nil && wire.Routes(wire.FrameKind(frame)) {
		h.cfg.Tap.Queued(c.hello.ID, frame)
	}
	q.push(frame, droppable)
	c.maxQueued = max(c.maxQueued, q.len())
	h.touch(c)
}

// room is how many messages that may be dropped wait for a peer at most.
func (h *Hub) room(c *conn) int {
	if c.guest {
		return h.cfg.GuestMessages
	}
	return h.cfg.QueueMessages
}

// overflow makes room for a message by the policy; false means that the message is the one that goes.
func (h *Hub) overflow(c *conn, frame []byte) bool {
	keep, size := false, len(frame)
	policy := h.cfg.Policy
	if c.guest {
		policy = h.cfg.GuestPolicy
	}
	switch policy {
	case Disconnect:
		h.dropped(c, frame)
		h.remove(c, wire.Close{Code: wire.CloseOverflow, Reason: "the queue for the peer is full"}, h.texts.OverflowSuffix)
		return false
	case DropOldest:
		q := &c.queue
		for q.may.len > 0 && (q.may.len >= h.room(c) || q.bytes+size > h.cfg.QueueBytes) {
			h.dropped(c, q.dropOldest())
		}
		keep = q.bytes+size <= h.cfg.QueueBytes
	}
	if !keep {
		h.dropped(c, frame)
	}
	if c.reported.IsZero() || h.now.Sub(c.reported) >= overflowGap {
		h.emit(Overflow{c.endpoint(), c.dropped - c.told, c.dropped})
		c.reported, c.told = h.now, c.dropped
	}
	return keep
}

func (h *Hub) dropped(c *conn, frame []byte) {
	c.dropped++
	h.stats.Dropped++
	if h.cfg.Tap != nil {
		h.cfg.Tap.Dropped(c.hello.ID, frame)
	}
}

// frame handles one frame of a connection.
func (h *Hub) frame(c *conn, body []byte) {
	kind := wire.KindOf(body)
	if c.state == established {
		switch kind {
		case wire.MsgEvent, wire.MsgLogCreate, wire.MsgLogWrite, wire.MsgIDUpdate:
			m, err := wire.ParseRouted(body, &h.names)
			if err != nil {
				h.violation(c, err)
				return
			}
			h.route(c, m)
			return
		case wire.MsgStore:
			store, payload, err := wire.ParseStore(body, &h.names)
			if err != nil {
				h.violation(c, err)
				return
			}
			h.stats.StoreIn++
			h.deliver(Message{Kind: kind, From: c.hello.ID, Origin: c.hello.ID, Topic: store, Payload: payload, conn: c.id})
			return
		}
	}
	h.control(c, kind, body)
}

// route delivers a message from a peer and sends it on.
func (h *Hub) route(c *conn, m wire.Routed) {
	from := c.hello.ID
	o := c.origin
	if m.Origin == "" {
		m.Origin = from
	} else if m.Origin != from {
		if m.Origin == h.cfg.ID {
			h.repeated(from, m)
			return
		}
		o = h.originOf(m.Origin)
	}
	if !o.fresh(m.Seq) {
		h.repeated(from, m)
		return
	}
	o.used = h.now
	h.count(m.Kind, &h.stats.EventsIn, &h.stats.LogsIn, &h.stats.IDsIn)
	h.self = h.local.Match(m.Topic, h.self[:0])
	if h.cfg.Tap != nil {
		fate := Unwanted
		if len(h.self) > 0 {
			fate = Delivered
		}
		h.tap(from, m, fate)
	}
	if len(h.self) > 0 {
		h.deliver(Message{Kind: m.Kind, From: from, Origin: m.Origin, Topic: m.Topic, Payload: m.Payload, Seq: m.Seq, conn: c.id})
	} else if m.Kind == wire.MsgLogWrite && m.Origin == from {
		h.push(c, wire.EncodeControl(wire.MsgReceived, &wire.Received{Seqs: []uint64{m.Seq}})) // nobody here wants it any more
	}
	if m.Hops >= wire.MaxHops || !h.cfg.Forward && !c.guest && h.readers.Len() == 0 {
		return
	}
	var frame []byte
	h.find(m.Kind, m.Topic)
	for _, to := range h.match {
		if to == c || to.hello.ID == m.Origin || !h.cfg.Forward && !c.guest && !to.guest {
			continue
		}
		if frame == nil {
			frame = wire.Forward(m, m.Origin)
			h.stats.Forwarded++
		}
		h.enqueue(to, frame, m.Kind != wire.MsgLogCreate)
	}
}

// repeated counts a message that has been here before.
func (h *Hub) repeated(from string, m wire.Routed) {
	h.stats.Duplicates++
	if h.cfg.Tap != nil {
		h.tap(from, m, Duplicate)
	}
}

// tap shows a message to the tap. It takes a copy, which lives on the heap; without a tap the message itself does not.
func (h *Hub) tap(from string, m wire.Routed, fate Fate) { h.cfg.Tap.Received(from, &m, fate) }

func (h *Hub) deliver(m Message) {
	if n := len(h.out); n > 0 {
		// A full slice is not grown: to begin another one is cheaper than to copy it.
		if d, ok := h.out[n-1].(*Deliver); ok && len(d.Messages) < cap(d.Messages) {
			d.Messages = append(d.Messages, m)
			return
		}
	}
	h.emit(&Deliver{append(make([]Message, 0, h.batch), m)})
}

// announce tells all peers of changed subscriptions.
func (h *Hub) announce(s wire.Subs) {
	if len(h.up) == 0 || h.closing {
		return
	}
	frame := wire.EncodeControl(wire.MsgSubs, &s)
	for _, c := range slices.Clone(h.up) {
		h.push(c, frame)
	}
}
