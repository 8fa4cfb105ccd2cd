// Package ship delivers log rows: a Sender keeps batches until a receiver has acknowledged them and sends them again when it was lost before, a
// Receiver drops what it has had.
//
// Both are state machines of one owner; they have no clock and no connection. The rows for one topic are a channel and are numbered in it. They are
// sent in order while a connection holds and, after a break, again from the first that was not acknowledged, under the same numbers. A receiver that is the same
// process therefore writes each row once. When it does not come back the rows go where rows go now, under new numbers: they may then
// be in the logs of two receivers, if the first had written them and was lost before it could say so.
package ship

import (
	"slices"
	"time"

	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/wire"
)

// Config is what a Sender works with. The functions are required; they are called from the Sender's methods.
type Config struct {
	// Limit (64 MiB) is how many bytes of rows are kept. Beyond it the oldest of those that are not under way are given up.
	Limit int
	// Window (4 MiB) is how many bytes of one channel are under way at most.
	Window int
	// Grace (5 s) is how long rows wait for the receiver that was lost before they go to another one.
	Grace time.Duration
	// Keep says that rows are kept too that were written while no receiver was there, since one is to be expected.
	Keep func() bool
	// Publish sends a frame: node.Node.Ship.
	Publish func(topic string, frame []byte, ticket uint64)
	// Route tells where the rows of a log go now; settled is false while those who should get them are away.
	Route func(w wire.LogWriter) (topic string, settled bool)
	// Lost hears of rows that were given up.
	Lost func(w wire.LogWriter, rows int)
}

const (
	// probeEvery is how often a channel without a receiver tries again.
	probeEvery = 200 * time.Millisecond
	// hold is how long rows that are not settled wait before they go to whoever listens.
	hold = time.Second
)

// Sender keeps rows until they are acknowledged.
type Sender struct {
	cfg      Config
	channels []*channel // those that keep rows, in the order of their making
	index    map[place]*channel
	tickets  map[uint64]*batch
	last     uint64 // ticket
	lastID   uint64 // of a channel
	bytes    int
	rows     int
	received bool // there was a receiver
	moved    uint64
}

// place is what a channel is for: one log's rows on one topic, "" for rows that do not know where to go.
type place struct {
	w     wire.LogWriter
	topic string
}

type channel struct {
	place
	id      uint64
	next    uint64 // number of the next new row
	queue   []*batch
	flying  int       // bytes under way
	out     int       // batches under way
	stalled bool      // nobody is there; queue begins with what has to be sent again
	since   time.Time // of stalled, or of the first row without a place
	probe   time.Time // when to try again
}

type batch struct {
	c       *channel
	ticket  uint64
	frame   []byte
	first   uint64
	n       int
	flying  bool
	exposed bool // a peer may have got it
	asked   bool // published once already, so that the frame may be in use
	pending int  // peers that have to answer
	taken   bool
	probe   bool // the first after a break: the others wait for what becomes of it
}

// NewSender returns a Sender that keeps nothing yet.
func NewSender(cfg Config) *Sender {
	if cfg.Limit == 0 {
		cfg.Limit = 64 << 20
	}
	if cfg.Window == 0 {
		cfg.Window = 4 << 20
	}
	if cfg.Grace == 0 {
		cfg.Grace = 5 * time.Second
	}
	return &Sender{cfg: cfg, index: map[place]*channel{}, tickets: map[uint64]*batch{}}
}

// Kept returns how many rows are not acknowledged, and how many of them are under way to a peer.
func (s *Sender) Kept() (rows, flying int) {
	for _, c := range s.channels {
		for _, b := range c.queue {
			if b.flying {
				flying += b.n
			}
		}
	}
	return s.rows, flying
}

// Received reports whether there has been a receiver.
func (s *Sender) Received() bool { return s.received }

// Moved returns how many rows went to another receiver than the one that they were sent to first: these may be in two logs.
func (s *Sender) Moved() uint64 { return s.moved }

// Add takes n rows, each encoded as a vector, for a topic. settled is what Config.Route says of the topic. The bytes are copied.
func (s *Sender) Add(now time.Time, w wire.LogWriter, topic string, settled bool, n int, rows []byte) {
	if !settled {
		topic = ""
	} else {
		s.older(now, w, topic)
	}
	c := s.channel(now, place{w, topic})
	b := &batch{c: c, n: n}
	if topic == "" {
		b.frame = append([]byte(nil), rows...)
	} else {
		b.frame = encode(c, c.next, n, rows)
	}
	s.push(c, b)
	s.limit()
	s.pump(c)
}

// older has rows leave for a topic that still wait for one, before newer ones of their log do.
func (s *Sender) older(now time.Time, w wire.LogWriter, topic string) {
	for i := 0; i < len(s.channels); i++ {
		c := s.channels[i]
		if c.stalled && c.topic != topic && c.w == w && c.out == 0 && len(c.queue) > 0 && !c.queue[0].exposed {
			s.move(now, c, topic)
			i--
		}
	}
}

// encode makes the frame of a batch.
func encode(c *channel, first uint64, n int, rows []byte) []byte {
	f := wire.BeginRouted(make([]byte, 0, len(rows)+len(c.topic)+128), wire.MsgLogWrite, c.topic)
	return wire.Finish(wire.AppendLogWrite(f, c.w, wire.Place{Channel: c.id, First: first}, n, rows), 0)
}

// rowsOf returns the encoded rows of a batch.
func (b *batch) rowsOf() []byte {
	if b.c.topic == "" {
		return b.frame
	}
	m, err := wire.ParseRouted(b.frame[4:], &wire.Interner{})
	if err != nil {
		panic("ship: a frame of its own cannot be read: " + err.Error())
	}
	r := wire.NewReader(m.Payload)
	r.LogWrite()
	return r.Rest()
}

func (s *Sender) channel(now time.Time, at place) *channel {
	c := s.index[at]
	if c == nil {
		s.lastID++
		c = &channel{place: at, id: s.lastID, since: now, probe: now.Add(probeEvery), stalled: at.topic == ""}
		s.index[at] = c
		s.channels = append(s.channels, c)
	}
	if len(c.queue) == 0 && at.topic == "" {
		c.since, c.probe = now, now.Add(probeEvery)
	}
	return c
}

// push adds a batch to the end of a channel.
func (s *Sender) push(c *channel, b *batch) {
	b.c, b.first = c, c.next
	c.next += uint64(b.n)
	s.last++
	b.ticket = s.last
	c.queue = append(c.queue, b)
	s.tickets[b.ticket] = b
	s.bytes += len(b.frame)
	s.rows += b.n
}

// drop takes a batch out.
func (s *Sender) drop(b *batch) {
	c := b.c
	s.land(b)
	if c.queue[0] == b {
		c.queue[0] = nil
		c.queue = c.queue[1:]
	} else {
		at := slices.Index(c.queue, b)
		c.queue = slices.Delete(c.queue, at, at+1)
	}
	delete(s.tickets, b.ticket)
	s.bytes -= len(b.frame)
	s.rows -= b.n
}

// land ends a batch's being under way.
func (s *Sender) land(b *batch) {
	if b.flying {
		b.flying = false
		b.c.flying -= len(b.frame)
		b.c.out--
	}
}

// limit gives up what is too much.
func (s *Sender) limit() {
	for s.bytes > s.cfg.Limit {
		var oldest *batch
		for _, c := range s.channels {
			for _, b := range c.queue {
				if b.flying {
					continue
				}
				if oldest == nil || b.ticket < oldest.ticket {
					oldest = b
				}
				break
			}
		}
		if oldest == nil {
			return
		}
		w, n := oldest.c.w, oldest.n
		s.drop(oldest)
		s.cfg.Lost(w, n)
	}
}

// pump sends what the window lets through.
func (s *Sender) pump(c *channel) {
	if c.stalled || c.topic == "" {
		return
	}
	for _, b := range c.queue {
		if b.flying {
			continue
		}
		if c.out > 0 && c.flying+len(b.frame) > s.cfg.Window {
			return
		}
		s.send(b)
	}
}

func (s *Sender) send(b *batch) {
	frame := b.frame
	if b.asked {
		frame = slices.Clone(frame) // the node numbers it anew, while the old one may still be being written
	}
	b.asked, b.flying, b.taken, b.pending = true, true, false, 0
	b.c.flying += len(b.frame)
	b.c.out++
	s.cfg.Publish(b.c.topic, frame, b.ticket)
}

// Receipts takes what the node says of batches.
func (s *Sender) Receipts(now time.Time, list []node.Receipt) {
	for _, r := range list {
		b := s.tickets[r.Ticket]
		if b == nil || !b.flying {
			continue
		}
		switch r.Kind {
		case node.Queued:
			b.pending = r.Peers
			if r.Peers > 0 {
				s.received, b.exposed = true, true
			}
		case node.Taken:
			b.pending--
			b.taken = true
		case node.Missed:
			b.pending--
		}
		if b.pending > 0 {
			continue
		}
		s.answered(now, b)
	}
}

// answered goes on when nobody is left to answer for a batch.
func (s *Sender) answered(now time.Time, b *batch) {
	c := b.c
	switch {
	case b.taken:
		s.drop(b)
		c.stalled = c.stalled && !b.probe
	case !b.exposed && !s.cfg.Keep():
		s.drop(b) // there was nobody to send it to, which is no loss
	default:
		s.land(b)
		if !c.stalled {
			c.stalled, c.since = true, now
		}
		c.probe = now.Add(probeEvery)
	}
	s.pump(c)
}

// PeerUp has all that waits for a receiver tried again. Who it is shows a little later: Route may be settled then.
func (s *Sender) PeerUp(now time.Time) {
	for _, c := range s.channels {
		if len(c.queue) > 0 && c.queue[0].exposed {
			c.probe = now
		} else if c.stalled {
			c.since = now
		}
	}
}

// Tick does what is due and returns when to call it again; zero for when something else has happened.
func (s *Sender) Tick(now time.Time) (next time.Time) {
	for _, c := range slices.Clone(s.channels) {
		if !c.stalled || c.out > 0 || len(c.queue) == 0 {
			continue
		}
		if !now.Before(c.probe) {
			s.retry(now, c)
		}
		if len(c.queue) > 0 && c.out == 0 && (next.IsZero() || c.probe.Before(next)) {
			next = c.probe
		}
	}
	return next
}

// retry looks for a receiver of a stalled channel.
func (s *Sender) retry(now time.Time, c *channel) {
	c.probe = now.Add(probeEvery)
	waited := now.Sub(c.since)
	topic, settled := s.cfg.Route(c.w)
	switch {
	case c.topic == "":
		if settled || waited >= hold {
			s.move(now, c, topic)
		}
	case settled && topic != c.topic && (waited >= s.cfg.Grace || !c.queue[0].exposed):
		s.move(now, c, topic)
	case settled || waited >= hold:
		c.queue[0].probe = true
		s.send(c.queue[0]) // if somebody takes it, the rest follows
	}
}

// move gives a channel's rows to the channel of another topic. The old one ends: what comes to its topic later has new numbers.
func (s *Sender) move(now time.Time, c *channel, topic string) {
	delete(s.index, c.place)
	s.channels = slices.DeleteFunc(s.channels, func(x *channel) bool { return x == c })
	to := s.channel(now, place{c.w, topic})
	for _, b := range c.queue {
		if b.exposed {
			s.moved += uint64(b.n)
		}
		delete(s.tickets, b.ticket)
		s.bytes -= len(b.frame)
		s.rows -= b.n
		s.push(to, &batch{n: b.n, exposed: b.exposed, frame: encode(to, to.next, b.n, b.rowsOf())})
	}
	s.pump(to)
}

// Flush sends what waits to know where to go to whoever listens, since the run ends.
func (s *Sender) Flush(now time.Time) {
	for _, c := range slices.Clone(s.channels) {
		if c.topic == "" && len(c.queue) > 0 {
			topic, _ := s.cfg.Route(c.w)
			s.move(now, c, topic)
		}
	}
}
