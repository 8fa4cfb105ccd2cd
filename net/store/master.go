package store

import (
	"container/heap"
	"slices"
	"time"

	"github.com/brogo/brogo/net/wire"
)

const (
	snapshotBytes = 512 << 10 // roughly the size of one part
	maxWriters    = 1024      // clones that a master remembers, also after they have gone
	maxAnswers    = 256       // answers to one clone that it can ask for again
)

// Master is the state of the node that owns a store.
type Master struct {
	name, self string
	rows       Backend
	see        Observer

	seq     uint64
	clones  []*clonePeer // attached, in order of their coming
	writers map[string]*writer
	recent  []string // the keys of writers, oldest first
	due     deadlines
	outs    []Out
	acks    []*clonePeer
}

type clonePeer struct {
	peer  string
	w     *writer
	acked bool // on Master.acks
}

// writer remembers what a clone sent, so that what it sends again after a lost connection is done once.
type writer struct {
	applied uint64
	answers []uniqueAnswer
}

type uniqueAnswer struct {
	number uint64
	done   bool
}

// NewMaster returns the master of a store on a backend, whose deadlines it takes over.
func NewMaster(name, self string, rows Backend, see Observer) (*Master, error) {
	m := &Master{name: name, self: self, rows: rows, see: see, writers: make(map[string]*writer)}
	err := rows.Each(func(key, _ wire.Data, deadline int64) error {
		if deadline != 0 {
			m.due = append(m.due, due{deadline, key})
		}
		return nil
	})
	heap.Init(&m.due)
	m.announce("")
	return m, err
}

func (m *Master) announce(to string) {
	m.outs = append(m.outs, Out{to, finish(begin(m.name, msgAnnounce, 1))})
}

// take returns the frames to send, in order.
func (m *Master) take() []Out {
	for _, c := range m.acks {
		c.acked = false
		m.outs = append(m.outs, Out{c.peer, finish(wire.AppendCount(begin(m.name, msgAck, 2), c.w.applied))})
	}
	m.acks = m.acks[:0]
	outs := m.outs
	m.outs = nil
	return outs
}

// Apply does an op for a node and tells the clones. It returns false for an OpPutUnique that found a value. Only an op with an expiry
// needs the time.
func (m *Master) Apply(now time.Time, op Op, publisher string) (bool, *Error) {
	ns := int64(0)
	if op.Expiry > 0 {
		ns = now.UnixNano()
	}
	done, deadline, err := apply(m.rows, op, ns, publisher, m.see)
	if err != nil || !done {
		return done, err
	}
	if deadline != 0 && op.Expiry > 0 {
		heap.Push(&m.due, due{deadline, wire.Clone(op.Key)})
	}
	m.seq++
	if len(m.clones) > 0 {
		b := wire.AppendString(wire.AppendCount(begin(m.name, msgDelta, 4), m.seq), publisher)
		frame := finish(appendOp(b, op))
		for _, c := range m.clones {
			m.outs = append(m.outs, Out{c.peer, frame})
		}
	}
	return true, nil
}

// Query answers from the rows.
func (m *Master) Query(q Query) (wire.Data, *Error) { return answer(m.rows, q) }

// Next returns when Tick has something to do.
func (m *Master) Next() (time.Time, bool) {
	if len(m.due) == 0 {
		return time.Time{}, false
	}
	return time.Unix(0, m.due[0].at), true
}

// Tick lets keys expire.
func (m *Master) Tick(now time.Time) {
	ns := now.UnixNano()
	for len(m.due) > 0 && m.due[0].at <= ns {
		d := heap.Pop(&m.due).(due)
		// The deadline may have moved since; then another entry stands for it.
		if _, deadline, found, err := m.rows.Get(d.key); err == nil && found && deadline == d.at {
			if _, err := m.Apply(now, Op{Code: OpExpire, Key: d.key}, m.self); err != nil {
				heap.Push(&m.due, due{ns + int64(time.Second), d.key}) // the backend failed; try again later
				return
			}
		}
	}
}

// PeerUp introduces the master to a new peer.
func (m *Master) PeerUp(peer string) { m.announce(peer) }

// PeerDown forgets the clone there.
func (m *Master) PeerDown(peer string) {
	gone := func(c *clonePeer) bool { return c.peer == peer }
	m.clones = slices.DeleteFunc(m.clones, gone)
	m.acks = slices.DeleteFunc(m.acks, gone)
}

// Handle handles a message from a peer; false means that it made no sense.
func (m *Master) Handle(now time.Time, from string, payload []byte) bool {
	r, msg, n := open(payload)
	switch {
	case msg == msgAsk && n == 1:
		m.announce(from)
	case msg == msgAttach && n == 2:
		instance := r.Str()
		if r.Done() != nil || len(instance) > wire.MaxName {
			return false
		}
		return m.attach(from, instance)
	case msg == msgUpdate && n == 3:
		number := r.Count()
		op, ok := readOp(&r)
		if !ok || r.Done() != nil || op.Code == OpExpire {
			return false
		}
		m.update(now, from, number, op)
	default:
		// What masters say to clones, of another master of the same name or of a later version.
		return r.Err() == nil
	}
	return r.Err() == nil
}

func (m *Master) attach(from, instance string) bool {
	w := m.writers[instance]
	if w == nil {
		if len(m.recent) >= maxWriters {
			delete(m.writers, m.recent[0])
			m.recent = m.recent[1:]
		}
		w = &writer{}
		m.writers[instance] = w
		m.recent = append(m.recent, instance)
	}
	m.PeerDown(from)
	m.clones = append(m.clones, &clonePeer{peer: from, w: w})

	var rows []byte
	n := 0
	part := func(more bool) {
		b := wire.AppendCount(wire.AppendCount(begin(m.name, msgSnapshot, 5), m.seq), w.applied)
		b = append(wire.AppendVector(wire.AppendBool(b, more), n), rows...)
		m.outs = append(m.outs, Out{from, finish(b)})
		rows, n = rows[:0], 0
	}
	err := m.rows.Each(func(key, val wire.Data, _ int64) error {
		rows = wire.Append(wire.Append(wire.AppendVector(rows, 2), key), val)
		if n++; len(rows) > snapshotBytes {
			part(true)
		}
		return nil
	})
	if err != nil {
		m.PeerDown(from) // the clone asks again
		return true
	}
	part(false)
	return true
}

func (m *Master) update(now time.Time, from string, number uint64, op Op) {
	at := slices.IndexFunc(m.clones, func(c *clonePeer) bool { return c.peer == from })
	if at < 0 {
		return // not attached yet; it sends what it has again when it is
	}
	c := m.clones[at]
	if number <= c.w.applied {
		if op.Code == OpPutUnique {
			i := slices.IndexFunc(c.w.answers, func(a uniqueAnswer) bool { return a.number == number })
			m.answer(c, number, i >= 0 && c.w.answers[i].done)
		}
		return
	}
	// An op that does not go with the value is dropped, as the reference does; the clone hears nothing of it.
	done, _ := m.Apply(now, op, from)
	c.w.applied = number
	if op.Code == OpPutUnique {
		if len(c.w.answers) >= maxAnswers {
			c.w.answers = slices.Delete(c.w.answers, 0, 1)
		}
		c.w.answers = append(c.w.answers, uniqueAnswer{number, done})
		m.answer(c, number, done)
	}
	if !c.acked {
		c.acked = true
		m.acks = append(m.acks, c)
	}
}

func (m *Master) answer(c *clonePeer, number uint64, done bool) {
	m.outs = append(m.outs, Out{c.peer, finish(wire.AppendBool(wire.AppendCount(begin(m.name, msgAnswer, 3), number), done))})
}

// restart has all clones begin anew, after the backend lost a batch of ops.
func (m *Master) restart() {
	m.outs, m.acks, m.clones = nil, nil, nil
	m.writers, m.recent = make(map[string]*writer), nil
	m.outs = append(m.outs, Out{"", finish(begin(m.name, msgGone, 1))})
	m.announce("")
}

// close tells the clones and closes the backend.
func (m *Master) close() error {
	m.outs = append(m.outs, Out{"", finish(begin(m.name, msgGone, 1))})
	return m.rows.Close()
}

type due struct {
	at  int64
	key wire.Data
}

type deadlines []due

func (d deadlines) Len() int           { return len(d) }
func (d deadlines) Less(i, j int) bool { return d[i].at < d[j].at }
func (d deadlines) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }
func (d *deadlines) Push(x any)        { *d = append(*d, x.(due)) }
func (d *deadlines) Pop() any {
	old := *d
	x := old[len(old)-1]
	old[len(old)-1] = due{}
	*d = old[:len(old)-1]
	return x
}
