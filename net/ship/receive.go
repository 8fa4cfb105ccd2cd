package ship

import (
	"slices"

	"github.com/brogo/brogo/net/wire"
)

// maxChannels is how many channels a Receiver remembers; when there are more, the one it learned of first is forgotten. maxHoles is how many
// holes it remembers in each.
const (
	maxChannels = 1 << 16
	maxHoles    = 256
)

// Receiver tells repeated rows from new ones. The zero value has had nothing.
type Receiver struct {
	channels map[source]*had
	order    []source // of their coming
	// Repeated is how many rows came again, Missing how many have been passed over by later ones and did not come.
	Repeated, Missing uint64
}

type source struct {
	origin  string
	channel uint64
}

// had is what came of one channel: all rows below next but those in the holes, which are in order.
type had struct {
	next  uint64
	holes []hole
}

type hole struct {
	from, to uint64
	old      bool // from before the first that came: the process that was here before may have had them
}

// Accept notes n rows that origin published. The first skip of them have come before. missing rows before them have not come and
// perhaps never will: the sender gives rows up when it has to keep too many.
func (r *Receiver) Accept(origin string, at wire.Place, n int) (skip int, missing uint64) {
	c := r.channel(source{origin, at.Channel})
	end := at.First + uint64(n)
	if n <= 0 || end < at.First {
		return max(n, 0), 0
	}
	if at.First >= c.next {
		if at.First > c.next {
			h := hole{c.next, at.First, len(c.holes) == 0 && c.next == 0}
			if !h.old {
				missing = h.to - h.from
				r.Missing += missing
			}
			if c.holes = append(c.holes, h); len(c.holes) > maxHoles {
				c.holes = slices.Delete(c.holes, 0, 1)
			}
		}
		c.next = end
		return 0, missing
	}
	for i, h := range c.holes {
		if at.First < h.from || end > h.to {
			continue
		}
		if !h.old {
			r.Missing -= uint64(n)
		}
		rest := []hole{{h.from, at.First, h.old}, {end, h.to, h.old}}
		c.holes = slices.Replace(c.holes, i, i+1, slices.DeleteFunc(rest, func(h hole) bool { return h.from == h.to })...)
		return 0, 0
	}
	skip = int(min(end, c.next) - at.First)
	r.Repeated += uint64(skip)
	c.next = max(c.next, end)
	return skip, 0
}

func (r *Receiver) channel(key source) *had {
	c := r.channels[key]
	if c == nil {
		if r.channels == nil {
			r.channels = map[source]*had{}
		}
		if len(r.order) >= maxChannels {
			delete(r.channels, r.order[0])
			r.order = r.order[1:]
		}
		r.order = append(r.order, key)
		c = &had{}
		r.channels[key] = c
	}
	return c
}
