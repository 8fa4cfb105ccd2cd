// Package brokerstore is the family of builtins for key-value stores that nodes share: masters, clones, queries, updates, and tables
// whose elements live in a store. The stores themselves are net/store's; this package turns script values into theirs and brings
// answers and changes back to the interpreter's goroutine. It opens no connections: frames leave through Config.Send and come in by
// Receive, PeerUp and PeerDown.
//
// The engine behind the stores is made when the first store is created or the first peer comes, so that other scripts pay nothing.
package brokerstore

import (
	"slices"
	"sync"

	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Config is what the family needs of the engine around it.
type Config struct {
	Codec *wireval.Codec
	Clock clock.Clock // nil: the real one
	// Inline runs the stores in calls of the clock instead of on a goroutine, for simulations.
	Inline bool
	// ID is the id of this node.
	ID func() string
	// Send sends a frame to one peer, to all if to is empty. It must not block. Nil: there is no network.
	Send func(to string, frame []byte)
	// Conflict is told, on any goroutine, that a peer has the master of a store whose master is here, too. It must not block.
	Conflict func(store, peer string)
}

// Family is the stores of one interpreter. Receive, PeerUp and PeerDown may be called from any goroutine, all else on the
// interpreter's.
type Family struct {
	cfg Config

	start  sync.Once
	engine *store.Engine

	m       *interp.M     // once it has begun
	stores  []*handle     // open ones
	tables  []*storeTable // of &broker_store and &backend
	pending int           // queries that wait for an answer
	asked   uint64        // queries so far
}

// New makes the family. It starts nothing.
func New(cfg Config) *Family {
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	if cfg.Send == nil {
		cfg.Send = func(string, []byte) {}
	}
	return &Family{cfg: cfg}
}

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	return slices.Concat(f.storeRows(), f.queryRows(), f.updateRows())
}

// storeEngine returns the engine of the node's stores.
func (f *Family) storeEngine() *store.Engine {
	f.start.Do(f.begin)
	return f.engine
}

func (f *Family) begin() {
	f.engine = store.NewEngine(store.Options{ID: f.cfg.ID(), Send: f.cfg.Send, Conflict: f.cfg.Conflict,
		Clock: f.cfg.Clock, Inline: f.cfg.Inline})
	f.engine.Start()
}

// Receive brings the payload of a store message from a peer; done is called when it was handled.
func (f *Family) Receive(from, store string, payload []byte, done func()) {
	f.storeEngine().Receive(from, store, payload, done)
}

// PeerUp says that a peer came.
func (f *Family) PeerUp(id string) { f.storeEngine().PeerUp(id) }

// PeerDown says that a peer went.
func (f *Family) PeerDown(id string) { f.storeEngine().PeerDown(id) }

// Close closes all stores: what they hold is safe when it returns. It is idempotent.
func (f *Family) Close() {
	f.start.Do(func() { f.engine = store.NewEngine(store.Options{Send: f.cfg.Send}) }) // so that none begins later
	if err := f.engine.Close(); err != nil && f.m != nil {
		f.m.Codef(diag.Store, diag.Error, "closing the stores: %s", err)
	}
}

// Counts returns how many stores are open and how many queries wait for an answer.
func (f *Family) Counts() (stores, queries int) { return len(f.stores), f.pending }

// handle is the value behind `opaque of Broker::Store`. All script values of one open store are the same handle.
type handle struct {
	s    *store.Store // nil: closed, or never made
	name string       // what it was called
	// waiting are the queries under way, which fail when the store is closed.
	waiting map[uint64]*query
}

// OpaqueName returns the name of the opaque type.
func (*handle) OpaqueName() string { return "Broker::Store" }

// Clone returns the handle itself: there is one store however many values refer to it.
func (h *handle) Clone() val.Opaque { return h }

// AppendText appends what print shows.
func (h *handle) AppendText(b []byte) []byte {
	b = append(b, "broker::store::{"...)
	if h.s != nil {
		b = append(b, h.s.Name()...)
	}
	return append(b, '}')
}

// open returns the store of a handle; of a closed one it reports an error and returns nil.
func open(m *interp.M, s *interp.Site, v val.Value) *handle {
	h, ok := v.Opaque().(*handle)
	if !ok || h.s == nil {
		m.ErrorArgf(s, string(closedText(h)), "invalid Broker store handle")
		return nil
	}
	return h
}

func closedText(h *handle) []byte {
	if h == nil {
		h = &handle{}
	}
	return h.AppendText(nil)
}

// find returns the handle of an open store by its name.
func (f *Family) find(name string) *handle {
	if i := slices.IndexFunc(f.stores, func(h *handle) bool { return h.s.Name() == name }); i >= 0 {
		return f.stores[i]
	}
	return nil
}
