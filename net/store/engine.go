package store

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/net/wire"
)

// Options are the surroundings of an Engine.
type Options struct {
	// ID is the id of the node, which names it as the publisher of its changes.
	ID string
	// Send sends a frame to one peer, to all if to is empty. It must not block and not call the engine.
	Send func(to string, frame []byte)
	// Conflict is told when a peer turns out to be the master of a store whose master is here, too, once for each such peer and store.
	// Neither gives way: clones follow the master that they found first. It must not block and not call the engine; nil ignores it.
	Conflict func(store, peer string)
	// Clock is clock.Real if nil.
	Clock clock.Clock
	// Inline runs the engine in calls of the clock instead of on a goroutine.
	Inline bool
}

// Engine holds the stores of one node. Its methods may be called from anywhere.
//
// Local calls run the state machine on the caller's goroutine under a lock, unlike everything else here: a master's update has to be
// done, and be durable, when it returns to a script, and to hand it to a goroutine and back takes 20 times as long as to do it in memory.
// What comes from peers waits in an inbox for the engine's own goroutine.
type Engine struct {
	opt Options

	mu      sync.Mutex
	stores  []*Store // open ones
	peers   []string
	known   map[string][]string // peers that said that they have the master of a store
	created uint64
	timer   clock.Timer
	at      time.Time // when the timer is due
	closed  bool

	in        sync.Mutex
	inbox     []input
	scheduled bool
	started   bool
	ended     bool
	wake      chan struct{}
	stop      chan struct{}
	stopped   chan struct{}
}

type input struct {
	what    uint8
	peer    string
	store   string
	payload []byte
	done    func()
}

const (
	inMessage = iota
	inPeerUp
	inPeerDown
	inTick
)

// Store is an open store: the master or a clone.
type Store struct {
	e      *Engine
	name   string
	master *Master
	clone  *Clone
	open   bool
	inTx   bool
}

// NewEngine returns an engine without stores that does nothing until Start.
func NewEngine(opt Options) *Engine {
	if opt.Clock == nil {
		opt.Clock = clock.Real{}
	}
	return &Engine{opt: opt, known: make(map[string][]string), wake: make(chan struct{}, 1), stop: make(chan struct{}),
		stopped: make(chan struct{})}
}

// Start begins to handle what comes from peers and what time brings.
func (e *Engine) Start() {
	e.in.Lock()
	defer e.in.Unlock()
	if e.started || e.ended {
		return
	}
	e.started = true
	if !e.opt.Inline {
		go e.loop()
	}
	if len(e.inbox) > 0 {
		e.schedule()
	}
}

// Close closes all stores and ends the engine's goroutine.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closed = true
	var first error
	for len(e.stores) > 0 {
		if err := e.stores[0].shut(); err != nil && first == nil {
			first = err
		}
	}
	if e.timer != nil {
		e.timer.Stop()
	}
	e.mu.Unlock()
	e.in.Lock()
	was, started := e.ended, e.started
	e.ended = true
	e.in.Unlock()
	if started && !e.opt.Inline {
		if !was {
			close(e.stop)
		}
		<-e.stopped
	}
	return first
}

// Receive brings the payload of a wire.MsgStore message; done is called when it was handled.
func (e *Engine) Receive(from, store string, payload []byte, done func()) {
	e.post(input{what: inMessage, peer: from, store: store, payload: payload, done: done})
}

// PeerUp says that a peer came.
func (e *Engine) PeerUp(peer string) { e.post(input{what: inPeerUp, peer: peer}) }

// PeerDown says that a peer went.
func (e *Engine) PeerDown(peer string) { e.post(input{what: inPeerDown, peer: peer}) }

func (e *Engine) post(in input) {
	e.in.Lock()
	e.inbox = append(e.inbox, in)
	if e.started && !e.scheduled {
		e.schedule()
	}
	e.in.Unlock()
}

func (e *Engine) schedule() {
	e.scheduled = true
	if e.opt.Inline {
		e.opt.Clock.AfterFunc(0, e.run)
		return
	}
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

func (e *Engine) loop() {
	defer close(e.stopped)
	for {
		select {
		case <-e.wake:
			e.run()
		case <-e.stop:
			return
		}
	}
}

// batchOps is how many messages are handled under one lock and in one transaction: a local call waits for no more.
const batchOps = 512

func (e *Engine) run() {
	for {
		e.in.Lock()
		batch := e.inbox
		e.inbox = nil
		e.scheduled = len(batch) > 0
		ended := e.ended
		e.in.Unlock()
		if len(batch) == 0 || ended {
			for _, in := range batch {
				if in.done != nil {
					in.done()
				}
			}
			return
		}
		for part := range slices.Chunk(batch, batchOps) {
			e.mu.Lock()
			e.handle(part)
			e.mu.Unlock()
		}
	}
}

// handle runs under the lock.
func (e *Engine) handle(batch []input) {
	now := e.opt.Clock.Now()
	for _, in := range batch {
		switch in.what {
		case inMessage:
			e.message(now, in)
			if in.done != nil {
				in.done()
			}
		case inPeerUp:
			e.peers = append(e.peers, in.peer)
			for _, s := range e.stores {
				if s.master != nil {
					s.master.PeerUp(in.peer)
				} else {
					s.clone.PeerUp(in.peer)
				}
			}
		case inPeerDown:
			e.peers = slices.DeleteFunc(e.peers, func(p string) bool { return p == in.peer })
			for name, peers := range e.known { // the order does not matter: each entry is for itself
				if peers = slices.DeleteFunc(peers, func(p string) bool { return p == in.peer }); len(peers) == 0 {
					delete(e.known, name)
				} else {
					e.known[name] = peers
				}
			}
			for _, s := range e.stores {
				if s.master != nil {
					s.master.PeerDown(in.peer)
				} else {
					s.clone.PeerDown(now, in.peer)
				}
			}
		case inTick:
			e.at = time.Time{}
		}
	}
	for _, s := range e.stores {
		s.tick(now)
	}
	e.flush()
}

func (e *Engine) message(now time.Time, in input) {
	r, msg, _ := open(in.payload)
	if r.Err() != nil {
		return
	}
	if msg == msgAnnounce && !slices.Contains(e.known[in.store], in.peer) && len(e.known) < maxKnown {
		e.known[in.store] = append(e.known[in.store], in.peer)
		if s := e.find(in.store); s != nil && s.master != nil && e.opt.Conflict != nil {
			e.opt.Conflict(in.store, in.peer)
		}
	}
	if msg == msgGone {
		e.known[in.store] = slices.DeleteFunc(e.known[in.store], func(p string) bool { return p == in.peer })
		if len(e.known[in.store]) == 0 {
			delete(e.known, in.store)
		}
	}
	s := e.find(in.store)
	switch {
	case s == nil:
	case s.master != nil:
		if msg == msgUpdate {
			s.begin()
		}
		s.master.Handle(now, in.peer, in.payload)
	default:
		s.clone.Handle(now, in.peer, in.payload)
	}
}

// maxKnown limits the names of masters elsewhere that are remembered.
const maxKnown = 100_000

func (e *Engine) find(name string) *Store {
	if at := slices.IndexFunc(e.stores, func(s *Store) bool { return s.name == name }); at >= 0 {
		return e.stores[at]
	}
	return nil
}

// flush commits, sends what the stores have to say, and plans the next look at the time.
func (e *Engine) flush() {
	for _, s := range e.stores {
		s.commit()
		s.send()
	}
	e.rearm()
}

func (e *Engine) rearm() {
	var next time.Time
	for _, s := range e.stores {
		at, ok := s.next()
		if ok && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if next.IsZero() || !e.at.IsZero() && !next.Before(e.at) || e.closed {
		return
	}
	if e.timer != nil {
		e.timer.Stop()
	}
	e.at = next
	e.timer = e.opt.Clock.AfterFunc(next.Sub(e.opt.Clock.Now()), func() { e.post(input{what: inTick}) })
}

// Find returns the open store of a name, or nil.
func (e *Engine) Find(name string) *Store {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.find(name)
}

// CreateMaster makes this node the owner of a store on a backend, which the store closes. An open store of the name is returned as it
// is, and the backend is not made.
func (e *Engine) CreateMaster(name string, backend func() (Backend, error), see Observer) (*Store, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s, err := e.check(name); s != nil || err != nil {
		return s, err
	}
	if len(e.known[name]) > 0 {
		return nil, &Error{MasterExists, fmt.Sprintf("a peer has the master of store %s", name)}
	}
	b, err := backend()
	if err != nil {
		return nil, backendError(err)
	}
	m, err := NewMaster(name, e.opt.ID, b, see)
	if err != nil {
		b.Close()
		return nil, backendError(err)
	}
	return e.add(&Store{e: e, name: name, master: m, open: true}), nil
}

// CreateClone follows the master of a store, wherever it is or will be. An open store of the name is returned if it is a clone.
func (e *Engine) CreateClone(name string, cfg CloneConfig, see Observer) (*Store, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s, err := e.check(name)
	if err != nil {
		return nil, err
	}
	if s != nil {
		if s.master != nil {
			return nil, &Error{NoSuchMaster, fmt.Sprintf("this node has the master of store %s", name)}
		}
		return s, nil
	}
	now := e.opt.Clock.Now()
	e.created++
	instance := fmt.Sprintf("%s/%d", e.opt.ID, e.created)
	return e.add(&Store{e: e, name: name, clone: NewClone(now, name, e.opt.ID, instance, cfg, see), open: true}), nil
}

func (e *Engine) check(name string) (*Store, error) {
	if e.closed {
		return nil, &Error{Closed, "the node is closing"}
	}
	if len(name) > wire.MaxName {
		return nil, &Error{InvalidData, "the name of the store is too long"}
	}
	return e.find(name), nil
}

func (e *Engine) add(s *Store) *Store {
	e.stores = append(e.stores, s)
	s.send()
	e.rearm()
	return s
}

// Name returns the store's name.
func (s *Store) Name() string { return s.name }

// IsMaster tells the master from a clone.
func (s *Store) IsMaster() bool { return s.master != nil }

// IsClosed tells whether Close was called.
func (s *Store) IsClosed() bool {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	return !s.open
}

// Close ends the store on this node. Queries that wait fail; clones elsewhere learn that the master is gone.
func (s *Store) Close() error {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	if !s.open {
		return &Error{Closed, "the store is closed"}
	}
	return s.shut()
}

// shut runs under the lock.
func (s *Store) shut() error {
	var err error
	if s.master != nil {
		s.commit()
		err = s.master.close()
	} else {
		s.clone.close()
	}
	s.send()
	s.open = false
	s.e.stores = slices.DeleteFunc(s.e.stores, func(o *Store) bool { return o == s })
	return err
}

// Update does an op, which belongs to the store from now on. At the master it is done, and safe in the backend, when Update returns nil.
// At a clone it is on its way to the master.
func (s *Store) Update(op Op) error {
	if !op.valid() || op.Code == OpPutUnique || op.Code == OpExpire {
		return &Error{InvalidData, "the operation lacks something"}
	}
	e := s.e
	e.mu.Lock()
	defer e.mu.Unlock()
	if !s.open {
		return &Error{Closed, "the store is closed"}
	}
	var err *Error
	if s.master != nil {
		var now time.Time // a look at the clock takes as long as the rest of an op in memory
		if op.Expiry > 0 {
			now = e.opt.Clock.Now()
		}
		_, err = s.master.Apply(now, op, e.opt.ID)
	} else {
		err = s.clone.Update(e.opt.Clock.Now(), op, nil)
	}
	s.send()
	s.rearm()
	if err != nil {
		return err
	}
	return nil
}

// PutUnique sets the value of a key that has none and tells whether it did. done is called once, at the master before PutUnique returns,
// else from another goroutine; it must not block and not call the engine.
func (s *Store) PutUnique(key, val wire.Data, expiry time.Duration, done func(bool, error)) {
	tell := func(ok bool, err *Error) {
		if err != nil {
			done(false, err)
			return
		}
		done(ok, nil)
	}
	op := Op{Code: OpPutUnique, Key: key, Value: val, Expiry: expiry}
	if !op.valid() {
		tell(false, &Error{InvalidData, "the operation lacks something"})
		return
	}
	e := s.e
	e.mu.Lock()
	defer e.mu.Unlock()
	switch now := e.opt.Clock.Now(); {
	case !s.open:
		tell(false, &Error{Closed, "the store is closed"})
	case s.master != nil:
		tell(s.master.Apply(now, op, e.opt.ID))
	default:
		s.clone.Update(now, op, tell)
	}
	s.send()
	s.rearm()
}

// Query asks the store. done is called once, possibly before Query returns and possibly from another goroutine; it must not block and not
// call the engine. The result is the caller's.
func (s *Store) Query(q Query, done func(wire.Data, error)) {
	tell := func(d wire.Data, err *Error) {
		if err != nil {
			done(nil, err)
			return
		}
		done(d, nil)
	}
	if q.Key == nil && q.Code != QueryKeys || q.Index == nil && q.Code == QueryIndex {
		tell(nil, &Error{InvalidData, "the query lacks something"})
		return
	}
	e := s.e
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case !s.open:
		tell(nil, &Error{Closed, "the store is closed"})
	case s.master != nil:
		tell(s.master.Query(q))
	default:
		s.clone.Query(e.opt.Clock.Now(), q, tell)
		s.rearm()
	}
}

// Each calls f for all rows in a fixed order, as copies; f must not call the engine.
func (s *Store) Each(f func(key, val wire.Data)) error {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	var rows interface {
		Each(func(key, val wire.Data, deadline int64) error) error
	}
	switch {
	case !s.open:
		return &Error{Closed, "the store is closed"}
	case s.master != nil:
		rows = s.master.rows
	default:
		rows = s.clone.rows
	}
	return rows.Each(func(key, val wire.Data, _ int64) error {
		f(wire.Clone(key), wire.Clone(val))
		return nil
	})
}

// The methods below run under the lock.

// begin opens a transaction for a batch of ops from clones.
func (s *Store) begin() {
	if !s.inTx && s.master.rows.Begin() == nil {
		s.inTx = true
	}
}

// commit makes the batch durable before anything of it is told to anyone.
func (s *Store) commit() {
	if s.inTx {
		s.inTx = false
		if s.master.rows.Commit() != nil {
			s.master.restart()
		}
	}
}

func (s *Store) tick(now time.Time) {
	if at, ok := s.next(); ok && !now.Before(at) {
		if s.master != nil {
			s.master.Tick(now)
		} else {
			s.clone.Tick(now)
		}
	}
}

func (s *Store) next() (time.Time, bool) {
	if s.master != nil {
		return s.master.Next()
	}
	return s.clone.Next()
}

// rearm has the engine look at the time when the store wants it.
func (s *Store) rearm() {
	if at, ok := s.next(); ok && (s.e.at.IsZero() || at.Before(s.e.at)) {
		s.e.rearm()
	}
}

func (s *Store) send() {
	var outs []Out
	if s.master != nil {
		outs = s.master.take()
	} else {
		outs = s.clone.take()
	}
	for _, o := range outs {
		s.e.opt.Send(o.To, o.Frame)
	}
}
