package comm

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// listen is Broker::__listen.
func (f *Family) listen(m *interp.M, s *interp.Site, a, p val.Value) val.Value {
	if p.PortProto() != val.ProtoTCP {
		m.Errorf(s, "listen port must use tcp")
		return val.Port(0, val.ProtoUnknown)
	}
	n := f.Node()
	if n == nil {
		return val.Port(0, val.ProtoTCP)
	}
	at, err := n.Listen(transport.Addr{Host: a.Str(), Port: p.PortNum()})
	return f.listening(m, s, a, p, at, err)
}

// listening is the answer to a script that wanted to listen at a and p: the port, or 0 if that failed, which is reported.
func (f *Family) listening(m *interp.M, s *interp.Site, a, p val.Value, at transport.Addr, err error) val.Value {
	if err != nil {
		m.Errorf(s, "Failed to listen on %s:%d", cmp.Or(a.Str(), "INADDR_ANY"), p.PortNum())
		at.Port = 0
	}
	f.stay()
	return val.Port(at.Port, val.ProtoTCP)
}

// tcpPeer checks the address of a call about a peer.
func tcpPeer(m *interp.M, s *interp.Site, a, p val.Value) (transport.Addr, bool) {
	if p.PortProto() != val.ProtoTCP {
		m.Errorf(s, "remote connection port must use tcp")
		return transport.Addr{}, false
	}
	return transport.Addr{Host: a.Str(), Port: p.PortNum()}, true
}

// peer is Broker::__peer.
func (f *Family) peer(m *interp.M, s *interp.Site, a, p, retry val.Value) val.Value {
	return f.dial(m, s, a, p, f.retry(retry.Double()))
}

// peerOnce is Broker::__peer_no_retry: the environment does not bring the attempts back either.
func (f *Family) peerOnce(m *interp.M, s *interp.Site, a, p val.Value) val.Value {
	return f.dial(m, s, a, p, 0)
}

// dial begins a peering.
func (f *Family) dial(m *interp.M, s *interp.Site, a, p val.Value, retry time.Duration) val.Value {
	at, ok := tcpPeer(m, s, a, p)
	if !ok {
		return val.Bool(false)
	}
	if n := f.Node(); n != nil {
		n.Peer(at, retry)
		f.outbound[at] = true
		if v, ok := f.setting("Broker::peer_counts_as_iosource"); !ok || v.Bool() {
			f.stay()
		}
	}
	return val.Bool(true)
}

// maxRetry keeps an interval within what a Duration holds.
const maxRetry = 1 << 32

// retry is the time between attempts: whole seconds, as the reference counts them, unless Broker::exact_connect_retry is set. The environment goes
// before the script.
func (f *Family) retry(sec float64) time.Duration {
	if e, ok := f.cfg.Getenv(f.d.EnvPrefix + "DEFAULT_CONNECT_RETRY"); ok {
		sec = float64(leadingInt(e))
	}
	switch {
	case sec > 0 && f.flag("Broker::exact_connect_retry"):
		return time.Duration(wireval.Nanos(min(sec, maxRetry)))
	case sec > 0 && sec < 1:
		sec = 1
	case !(sec > 0):
		sec = 0
	}
	return time.Duration(min(sec, maxRetry)) * time.Second
}

// leadingInt reads a number as C's atoi does: 0 if there is none.
func leadingInt(s string) int {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && (s[0] == '-' || s[0] == '+')) {
		end++
	}
	n, _ := strconv.Atoi(s[:end])
	return n
}

// unpeer is Broker::__unpeer. Whether there is such a peer turns out later.
func (f *Family) unpeer(m *interp.M, s *interp.Site, a, p val.Value) val.Value {
	at, ok := tcpPeer(m, s, a, p)
	if !ok {
		return val.Bool(false)
	}
	f.flush()
	if n := f.Node(); n != nil {
		n.Unpeer(at)
		delete(f.outbound, at)
	}
	return val.Bool(true)
}

func (f *Family) isOutbound(m *interp.M, s *interp.Site, a, p val.Value) val.Value {
	return val.Bool(f.outbound[transport.Addr{Host: a.Str(), Port: p.PortNum()}])
}

// peers is Broker::__peers.
func (f *Family) peers(m *interp.M, _ *interp.Site) val.Value {
	out := val.NewVector(m.Type("Broker::PeerInfos"))
	if f.node == nil || f.closed {
		return val.Vec(out)
	}
	for _, p := range f.peerings() {
		rec := val.NewRecord(m.Type("Broker::PeerInfo"))
		rec.Put("peer", f.endpoint(p.Peer, "0.0.0.0"))
		rec.Put("status", val.Enum(int64(p.Status)))
		rec.Put("is_outbound", val.Bool(f.outbound[p.Peer.Addr]))
		out.Append(val.Rec(rec))
	}
	return val.Vec(out)
}

// peerings are those of the node, before them peers that are gone but of which scripts have not been told so: a handler of peer_added
// finds the peer.
func (f *Family) peerings() []node.PeerInfo {
	now := slices.DeleteFunc(f.node.Peers(), func(p node.PeerInfo) bool { return p.Guest })
	var out []node.PeerInfo
	for _, k := range f.known {
		if !slices.ContainsFunc(now, func(p node.PeerInfo) bool { return p.Peer.ID == k.Peer.ID }) {
			out = append(out, node.PeerInfo{Peer: k.Peer, Status: node.Peered, Outbound: k.Outbound})
		}
	}
	return append(out, now...)
}

// peeringStats is Broker::__peering_stats.
func (f *Family) peeringStats(m *interp.M, _ *interp.Site) val.Value {
	t := m.Type("BrokerPeeringStatsTable")
	out := val.NewTable(t, nil)
	if f.node == nil || f.closed {
		return val.Tab(out)
	}
	for _, p := range f.peerings() {
		if p.Peer.ID == "" {
			continue
		}
		rec := val.NewRecord(t.Elem)
		rec.Put("num_queued", val.Count(uint64(p.Stats.Queued)))
		rec.Put("max_queued_recently", val.Count(uint64(p.Stats.MaxQueued)))
		rec.Put("num_overflows", val.Count(p.Stats.Overflows))
		out.SetOne(val.Str(p.Peer.ID), val.Rec(rec))
	}
	return val.Tab(out)
}

// Subscribe asks the peers for the topics with a prefix, Unsubscribe no longer does; asking twice is asking once.
func (f *Family) Subscribe(prefix string) {
	if f.subs[prefix] {
		return
	}
	if n := f.Node(); n != nil {
		f.subs[prefix] = true
		n.Subscribe(prefix)
	}
	f.runHook("Cluster::on_subscribe", prefix)
}

// runHook lets scripts know of a topic.
func (f *Family) runHook(name, topic string) {
	if g := f.m.Lookup(name); g != nil {
		if fn, ok := f.m.Value(g); ok {
			f.m.Call(fn.Func(), val.Str(topic))
		}
	}
}

// Unsubscribe takes Subscribe and Forward back.
func (f *Family) Unsubscribe(prefix string) {
	f.forwards = slices.DeleteFunc(f.forwards, func(p string) bool { return p == prefix })
	if f.subs[prefix] {
		delete(f.subs, prefix)
		f.node.Unsubscribe(prefix)
	}
	f.runHook("Cluster::on_unsubscribe", prefix)
}

// Forward subscribes for other peers: what comes is not handled here. False says that it does so already.
func (f *Family) Forward(prefix string) bool {
	if slices.Contains(f.forwards, prefix) {
		return false
	}
	f.Subscribe(prefix)
	f.forwards = append(f.forwards, prefix)
	return true
}

// flush sends log rows that wait for more.
func (f *Family) flush() int {
	if f.logs == nil {
		return 0
	}
	return f.logs.FlushRemote(f.m)
}

// brokerStats is get_broker_stats.
func (f *Family) brokerStats(m *interp.M, _ *interp.Site) val.Value {
	f.flush() // rows that wait count as sent
	rec := val.NewRecord(m.Type("BrokerStats"))
	var stores, queries int
	if f.cfg.Stores != nil {
		stores, queries = f.cfg.Stores.Counts()
	}
	for name, n := range map[string]uint64{
		"num_peers": uint64(f.up), "num_stores": uint64(stores), "num_pending_queries": uint64(queries),
		"num_events_incoming": f.stats.eventsIn, "num_events_outgoing": f.stats.eventsOut,
		"num_logs_incoming": f.stats.logsIn, "num_logs_outgoing": f.stats.logsOut,
		"num_ids_incoming": f.stats.idsIn, "num_ids_outgoing": f.stats.idsOut,
	} {
		rec.Put(name, val.Count(n))
	}
	return val.Rec(rec)
}
