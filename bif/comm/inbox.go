package comm

import (
	"sync"

	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
)

// entry is one thing that happened on the network: messages, or one of the rest.
type entry struct {
	messages []node.Message
	status   node.Status
	err      node.Error
	overflow node.Overflow
	receipts []node.Receipt
	joined   *webClient
	left     *left
	kind     entryKind
}

type entryKind uint8

const (
	isMessages entryKind = iota
	isStatus
	isError
	isOverflow
	isReceipts
	isJoined
	isLeft
)

// inbox is the node's Sink: it takes what comes from the node's goroutine to the interpreter's, in order and many at a time, and
// what is for stores past it.
type inbox struct {
	m      *interp.M
	take   func([]entry) // on the interpreter's goroutine
	stores Stores

	mu     sync.Mutex
	items  []entry
	spare  []entry
	posted bool
	closed bool
	arrive chan struct{} // signals an item that is put, once somebody waits for them in collect
}

func (b *inbox) put(e entry) {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		done(e.messages)
		return
	}
	b.items = append(b.items, e)
	post := !b.posted
	b.posted = true
	arrive := b.arrive
	b.mu.Unlock()
	if arrive != nil {
		select {
		case arrive <- struct{}{}:
		default:
		}
		return
	}
	if post {
		b.m.Post(b.drain)
	}
}

// drain runs on the interpreter's goroutine.
func (b *inbox) drain() {
	b.mu.Lock()
	items := b.items
	b.items, b.spare = b.spare[:0], nil
	b.posted = false
	b.mu.Unlock()
	b.take(items)
	clear(items)
	b.mu.Lock()
	b.spare = items[:0]
	b.mu.Unlock()
}

// collect returns what has come and has further items signalled instead of handled: at the end of a run only collect takes them.
func (b *inbox) collect() (items []entry, more <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.arrive == nil {
		b.arrive = make(chan struct{}, 1)
	}
	items, b.items = b.items, nil
	return items, b.arrive
}

// close has everything dropped that is not handled yet.
func (b *inbox) close() {
	b.mu.Lock()
	items := b.items
	b.items, b.closed = nil, true
	b.mu.Unlock()
	for _, e := range items {
		done(e.messages)
	}
}

func done(ms []node.Message) {
	for i := range ms {
		ms[i].Done()
	}
}

// Messages takes messages; those for stores go there at once.
func (b *inbox) Messages(ms []node.Message) {
	if b.stores != nil {
		ms = b.toStores(ms)
	}
	if len(ms) > 0 {
		b.put(entry{messages: ms})
	}
}

// toStores returns the messages that are not for stores. They are copied where the two come mixed: until a store has called Done, the
// place of its message in ms is read on the store's goroutine.
func (b *inbox) toStores(ms []node.Message) []node.Message {
	first := 0
	for first < len(ms) && ms[first].Kind != wire.MsgStore {
		first++
	}
	rest := ms[:first:first]
	for i := first; i < len(ms); i++ {
		if m := &ms[i]; m.Kind == wire.MsgStore {
			b.stores.Receive(m.From, m.Topic, m.Payload, m.Done)
		} else {
			rest = append(rest, *m)
		}
	}
	return rest
}

// Status takes news of a peer.
func (b *inbox) Status(s node.Status) {
	if b.stores != nil && !s.Guest {
		switch s.Code {
		case node.PeerAdded:
			b.stores.PeerUp(s.Peer.ID)
		case node.PeerLost, node.PeerRemoved:
			b.stores.PeerDown(s.Peer.ID)
		}
	}
	b.put(entry{kind: isStatus, status: s})
}

// Error takes a failure.
func (b *inbox) Error(e node.Error) { b.put(entry{kind: isError, err: e}) }

// Overflow takes a report of dropped messages.
func (b *inbox) Overflow(o node.Overflow) { b.put(entry{kind: isOverflow, overflow: o}) }
