package node

import (
	"errors"
	"slices"

	"github.com/brogo/brogo/net/topic"
	"github.com/brogo/brogo/net/wire"
)

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
