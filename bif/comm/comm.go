// Package comm is the family of the Broker module that connects processes: peerings, subscriptions, published events and values, and
// the way of logs and stores to the network.
//
// A Family owns the process's node, which is made when something first needs it. What arrives waits in one inbox and is handled in
// batches on the interpreter's goroutine; nothing here ever waits for the network but the end of a run, for what is still to be sent.
package comm

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/ship"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Config is what surrounds a Family. Codec and Dialect are required.
type Config struct {
	Codec   *wireval.Codec
	Dialect *dialect.Dialect
	Getenv  func(string) (string, bool)
	// Network is what peers are reached through; nil: sockets, with TLS as the scripts say.
	Network transport.Network
	// Clock is the real one if nil. On a virtual one the node runs in its calls, without a goroutine.
	Clock clock.Clock
	// Random makes ids of nodes; nil: the system's source. PID is a part of them in the bro dialect; 0: the process's.
	Random io.Reader
	PID    int
	// Tap, if set, watches the node, and its log rows if it is a RowTap.
	Tap node.Tap
	// Software is what peers are told about the program.
	Software string
	// Keep says whether log rows are kept while nobody is there to take them; nil: no.
	Keep func() bool
	// Stores takes part if not nil.
	Stores Stores
}

// Logs is who writes the rows of other nodes and sends its own. It is called on the interpreter's goroutine.
type Logs interface {
	// RemoteCreate takes the announcement of a log. RemoteWrite writes rows but for the first skip, FlushReceived hands them to the operating
	// system: afterwards they are acknowledged, except those of logs that one of the two says cannot be written.
	RemoteCreate(m *interp.M, w wire.LogWriter)
	RemoteWrite(m *interp.M, w wire.LogWriter, n, skip int, rows []byte) bool
	FlushReceived(m *interp.M) (failed []wire.LogWriter)
	// FlushRemote sends the rows that wait and returns how many there were.
	FlushRemote(m *interp.M) int
	// RouteRemote tells which topic a log's rows go to; settled is false while those who should get them are away.
	RouteRemote(m *interp.M, w wire.LogWriter) (topic string, settled bool)
}

// RowTap watches what becomes of log rows of other nodes: that all but the first skip of n rows were given to their log, and that messages with
// rows are acknowledged.
type RowTap interface {
	RowsWritten(origin string, at wire.Place, n, skip int)
	RowsSafe(origin string, seqs []uint64)
}

// Meter counts events, on the interpreter's goroutine. A published event has the call that published it, or nil, and its frame, of which
// PayloadSize tells the size that the receiver is told of.
type Meter interface {
	Published(s *interp.Site, topic, event string, frame []byte)
	Received(topic string, event []byte, size int)
	// Clients returns who counts the events of WebSocket clients, by what they call themselves; nil if they are not to be counted. What it
	// returns may be called from any goroutine.
	Clients() func(app string) ClientMeter
}

// ClientMeter counts the events that WebSocket clients publish, and those that they are sent, by topic, name and size of the payload in bytes.
type ClientMeter interface {
	Count(published bool, topic string, event []byte, size int)
}

// Stores is who has the data stores. The first three are called on the node's goroutine and must not block.
type Stores interface {
	Receive(from, store string, payload []byte, done func())
	PeerUp(id string)
	PeerDown(id string)
	// Counts returns the number of open stores and of queries without an answer.
	Counts() (stores, queries int)
}

// Family is the state behind the builtins.
type Family struct {
	cfg     Config
	d       *dialect.Dialect
	m       *interp.M
	node    *node.Node
	sender  atomic.Pointer[node.Node] // the same for Send
	network transport.Network         // made here, to be closed here
	id      string
	inbox   inbox
	held    func() // lets the run end; nil while nothing keeps it alive
	up      int    // how many peers scripts know
	guests  int    // how many WebSocket clients there are beside them
	stats   counts

	subs     map[string]bool // subscribed prefixes
	forwards []string        // those of them whose messages are for others
	outbound map[transport.Addr]bool
	writers  []wire.LogWriter // of this node
	logs     Logs
	meter    Meter
	rowTap   RowTap       // nil if nobody watches
	ship     *ship.Sender // of log rows; nil before the first
	lost     []lostRows   // that scripts are to be told of
	lostAll  uint64
	recv     ship.Receiver
	safe     receipts                  // for rows of other nodes
	known    []node.Status             // peers, as scripts were told of them
	told     map[transport.Addr]string // what was last reported of attempts to reach an address
	auto     map[string]*autoEvent     // events to be published when they are raised
	hooked   bool                      // the interpreter shows events before they are handled
	stamp    tristate                  // whether published events carry the time
	events   map[string]*incoming      // by name
	reader   *wire.Reader              // of message, when it is not at work
	chunk    []byte                    // the room that frames of events are cut from
	types    typeNames
	closed   bool
	taps     []*func(topic, event string)
	watchers []func(Published)

	webServers []webServer
	webClients map[string]*webClient // that have subscribed, by id
	lastClient atomic.Uint64
}

// counts are the messages that get_broker_stats tells of.
type counts struct {
	eventsIn, eventsOut, logsIn, logsOut, idsIn, idsOut uint64
}

type tristate uint8

const (
	unknown tristate = iota
	no
	yes
)

// New makes the family of one interpreter; it starts nothing.
func New(cfg Config) *Family {
	if cfg.Getenv == nil {
		cfg.Getenv = func(string) (string, bool) { return "", false }
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.PID == 0 {
		cfg.PID = os.Getpid()
	}
	tap, _ := cfg.Tap.(RowTap)
	return &Family{cfg: cfg, d: cfg.Dialect, rowTap: tap, subs: map[string]bool{}, outbound: map[transport.Addr]bool{}, told: map[transport.Addr]string{},
		auto: map[string]*autoEvent{}, events: map[string]*incoming{}, webClients: map[string]*webClient{}}
}

// SetMeter says who counts events, once before anything runs.
func (f *Family) SetMeter(c Meter) { f.meter = c }

// Attach joins the family to its interpreter, once before anything runs.
func (f *Family) Attach(m *interp.M) { f.m = m }

// SetLogs says who has the logs, once before anything runs.
func (f *Family) SetLogs(l Logs) { f.logs = l }

// ID returns the node's id, which is chosen at the first call.
func (f *Family) ID() string {
	if f.id != "" {
		return f.id
	}
	var b [20]byte
	if _, err := io.ReadFull(f.cfg.Random, b[:]); err != nil {
		panic("comm: no random bytes: " + err.Error())
	}
	if f.d.NumericNodeIDs {
		f.id = fmt.Sprintf("%X#%d", b[:], f.cfg.PID)
		return f.id
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	f.id = fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
	return f.id
}

// Node returns the node, which is made and started at the first call. It is nil when the run is over or the settings do not allow one;
// the latter ends the run.
func (f *Family) Node() *node.Node {
	if f.node != nil || f.closed {
		return f.node
	}
	cfg := node.Config{ID: f.ID(), Dialect: f.d.Name, Software: f.cfg.Software, Forward: f.flag("Broker::forward_messages"), Texts: f.texts(), Tap: f.cfg.Tap}
	if n, ok := f.setting("Broker::peer_buffer_size"); ok {
		cfg.QueueMessages = int(min(n.Count(), 1<<30))
	}
	if v, ok := f.setting("Broker::peer_overflow_policy"); ok {
		if cfg.Policy, ok = node.ParsePolicy(v.Str()); !ok {
			f.fatalf("Invalid Broker::peer_overflow_policy: %s", v.Str())
			return nil
		}
	}
	if n, ok := f.setting("Broker::web_socket_buffer_size"); ok {
		cfg.GuestMessages = int(min(n.Count(), 1<<30))
	}
	if v, ok := f.setting("Broker::web_socket_overflow_policy"); ok {
		if cfg.GuestPolicy, ok = node.ParsePolicy(v.Str()); !ok {
			f.fatalf("Invalid Broker::web_socket_overflow_policy: %s", v.Str())
			return nil
		}
	}
	if v, ok := f.setting("Broker::buffer_stats_reset_interval"); ok {
		cfg.StatsReset = time.Duration(wireval.Nanos(v.Double()))
	}
	network := f.cfg.Network
	if network == nil {
		tls := f.tls()
		if tls != nil {
			if err := tls.Check(); err != nil {
				f.fatalf("Broker cannot use its certificates: %s", err)
				return nil
			}
		}
		refusal := wire.Refusal(wire.Close{Code: wire.ClosePlain, Reason: "TLS is required"})
		f.network = transport.NewNet(transport.Config{TLS: tls, PlainRefusal: refusal})
		network = f.network
	}
	_, virtual := f.cfg.Clock.(*clock.Virtual)
	f.inbox.m = f.m
	f.inbox.take = f.handle
	f.inbox.stores = f.cfg.Stores
	f.node = node.New(node.Options{Config: cfg, Network: network, Sink: &f.inbox, Clock: f.cfg.Clock, Inline: virtual,
		Receipts: func(list []node.Receipt) { f.inbox.put(entry{kind: isReceipts, receipts: list}) }})
	for _, w := range f.writers {
		f.keep(w)
	}
	f.sender.Store(f.node)
	f.node.Start()
	f.tickLogs()
	return f.node
}

// Send sends a finished frame to one peer by its id, or to all if that is empty; without a node there are none. Any goroutine may
// call it.
func (f *Family) Send(to string, frame []byte) {
	if n := f.sender.Load(); n != nil {
		n.Send(to, frame)
	}
}

// fatalf reports what makes the network unusable and ends the run.
func (f *Family) fatalf(format string, args ...any) {
	f.m.Report(diag.Diagnostic{Severity: diag.Fatal, Code: diag.Messaging, Msg: fmt.Sprintf(format, args...)})
	f.m.Exit(1)
}

// tls returns how connections are encrypted, nil for not at all.
func (f *Family) tls() *transport.TLS {
	if f.flag("Broker::disable_ssl") {
		return nil
	}
	return &transport.TLS{
		CAFile: f.text("Broker::ssl_cafile"), CAPath: f.text("Broker::ssl_capath"), Certificate: f.text("Broker::ssl_certificate"),
		KeyFile: f.text("Broker::ssl_keyfile"), Passphrase: f.text("Broker::ssl_passphrase"),
	}
}

func (f *Family) texts() node.Texts {
	t := f.d.Peers
	return node.Texts{AddedOutbound: t.AddedOutbound, AddedInbound: t.AddedInbound, Removed: t.Removed, Lost: t.Lost,
		Unavailable: t.Unavailable, NoSuchPeer: t.NoSuchPeer}
}

// setting returns the value of a global of the base scripts; false if the dialect has none of that name.
func (f *Family) setting(name string) (val.Value, bool) {
	if g := f.m.Lookup(name); g != nil {
		return f.m.Value(g)
	}
	return val.Value{}, false
}

func (f *Family) flag(name string) bool {
	v, ok := f.setting(name)
	return ok && v.Bool()
}

func (f *Family) text(name string) string {
	v, _ := f.setting(name)
	return v.Str()
}

// heard reports whether anybody can want an event that is published.
func (f *Family) heard() bool { return f.up+f.guests > 0 && !f.closed }

// stay keeps the run alive from now on, as a listening port does.
func (f *Family) stay() {
	if f.held == nil {
		f.held = f.m.Hold()
	}
}

// Finish sends what waits and says goodbye to the peers, at the end of a run: after those who may still send, logs and stores.
func (f *Family) Finish() {
	f.flush()
	if f.held != nil {
		f.held()
	}
	if f.node == nil {
		f.closed = true
		return
	}
	f.m.Flush() // the peers may take a while
	f.settleLogs()
	f.closed = true
	f.inbox.close()
	f.node.Shutdown()
	if _, virtual := f.cfg.Clock.(*clock.Virtual); !virtual {
		<-f.node.Finished()
	}
	f.closeWebSockets()
}

// Close ends the node and its connections. It is idempotent.
func (f *Family) Close() {
	f.closed = true
	f.inbox.close()
	if f.node != nil {
		f.node.Close()
	}
	f.closeWebSockets()
	if f.network != nil {
		f.network.Close()
	}
}
