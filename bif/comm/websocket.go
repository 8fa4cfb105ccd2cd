package comm

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/websocket"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// webServer is a listener for WebSocket clients.
type webServer struct {
	asked  transport.Addr
	opts   webOptions
	server *websocket.Server // nil on a network that has none
}

// webOptions are those of Cluster::listen_websocket; equal ones are equal.
type webOptions struct {
	Queue     uint64
	PingEvery float64 // seconds
	Encrypt   bool
	TLS       websocket.TLS
}

// webClient is a client that has subscribed.
type webClient struct {
	websocket.Client
	peer bool // scripts see it as a peer, too
	up   bool // the node has it
}

// left is how a client went.
type left struct {
	websocket.Client
	peer   bool
	code   int
	reason string
}

// listenWebSocket is Broker::__listen_websocket. Its clients are peers to scripts, are encrypted as peers are, and may publish any event.
func (f *Family) listenWebSocket(m *interp.M, s *interp.Site, a, p val.Value) val.Value {
	if p.PortProto() != val.ProtoTCP {
		m.Errorf(s, "listen port must use tcp")
		return val.Port(0, val.ProtoUnknown)
	}
	n := f.Node()
	if n == nil {
		return val.Port(0, val.ProtoTCP)
	}
	cfg := websocket.Config{}
	if tls := f.tls(); tls != nil {
		shared, err := tls.Server()
		if err != nil {
			return val.Port(0, val.ProtoTCP) // which Node has reported
		}
		cfg.TLS = shared.Clone()
		cfg.TLS.NextProtos = []string{"http/1.1"}
	}
	at, err := f.serve(n, transport.Addr{Host: a.Str(), Port: p.PortNum()}, webOptions{}, cfg, true)
	return f.listening(m, s, a, p, at, err)
}

// ListenWebSocket is Cluster::__listen_websocket. To ask for the same once more is no error.
func (f *Family) ListenWebSocket(m *interp.M, s *interp.Site, v val.Value) val.Value {
	rec := v.Rec()
	at, problem := listenAddr(rec)
	encryption, _ := rec.Named("tls_options")
	tls := encryption.Rec()
	cert, hasCert := tls.Named("cert_file")
	key, hasKey := tls.Named("key_file")
	switch {
	case problem != "":
	case hasCert && !hasKey:
		problem = "Invalid tls_options: No key_file field"
	case hasKey && !hasCert:
		problem = "Invalid tls_options: No cert_file field"
	}
	if problem != "" {
		m.Errorf(s, "%s", problem)
		return val.Bool(false)
	}
	queue, _ := rec.Named("max_event_queue_size")
	ping, _ := rec.Named("ping_interval")
	opts := webOptions{Queue: queue.Count(), PingEvery: ping.Double(), Encrypt: hasCert}
	if hasCert {
		verify, _ := tls.Named("enable_peer_verification")
		ca, _ := tls.Named("ca_file")
		ciphers, _ := tls.Named("ciphers")
		opts.TLS = websocket.TLS{Certificate: cert.Str(), Key: key.Str(), Verify: verify.Bool(), CAFile: ca.Str(), Ciphers: ciphers.Str()}
	}
	return val.Bool(f.listenClients(s, at, opts))
}

// listenAddr is where WebSocketServerOptions want to listen, or what is wrong with them.
func listenAddr(rec *val.Record) (at transport.Addr, problem string) {
	p, _ := rec.Named("listen_port")
	at.Port = p.PortNum()
	a, hasAddr := rec.Named("listen_addr")
	host, hasHost := rec.Named("listen_host")
	switch {
	case p.PortProto() != val.ProtoTCP:
		return at, "listen port must use tcp"
	case hasAddr && hasHost:
		return at, "cannot use both listen_addr and listen_host"
	case hasAddr:
		at.Host = a.Addr().String()
	case !hasHost:
		return at, "missing listen_addr field"
	default:
		ip, err := netip.ParseAddr(host.Str())
		if err != nil {
			return at, "invalid listen_host"
		}
		at.Host = ip.String()
	}
	return at, ""
}

// listenClients starts a server unless there is one.
func (f *Family) listenClients(s *interp.Site, at transport.Addr, opts webOptions) bool {
	for _, w := range f.webServers {
		if w.asked == at && at.Port != 0 {
			if w.opts == opts {
				return true
			}
			f.m.Errorf(s, "Already listening on %s:%d", at.Host, at.Port)
			return false
		}
	}
	n := f.Node()
	if n == nil {
		return false
	}
	cfg := websocket.Config{Queue: int(min(max(opts.Queue, 1), 1<<16)), Check: f.publishable}
	if opts.PingEvery >= 0 {
		cfg.PingEvery = time.Duration(wireval.Nanos(min(max(opts.PingEvery, 1), maxRetry)))
	}
	if opts.Encrypt {
		var err error
		cfg.TLS, err = opts.TLS.Config(func(err error) {
			f.m.Post(func() { f.m.Codef(diag.Messaging, diag.Warning, "WebSocket: %s cannot encrypt: %s", at, err) })
		})
		if err != nil {
			f.m.Errorf(s, "Invalid tls_options: %s", err)
			return false
		}
	}
	if _, err := f.serve(n, at, opts, cfg, false); err != nil {
		f.m.Errorf(s, "WebSocket: Unable to listen on %s:%d: %s", at.Host, at.Port, err)
		return false
	}
	f.stay()
	return true
}

// serve starts a server. On a network that is made up there is nobody to connect to it.
func (f *Family) serve(n *node.Node, at transport.Addr, opts webOptions, cfg websocket.Config, peers bool) (transport.Addr, error) {
	w := webServer{asked: at, opts: opts}
	if f.cfg.Network == nil {
		cfg.Version = f.cfg.Software
		cfg.NextID = func() string { return fmt.Sprintf("%s-websocket-%d", n.ID(), f.lastClient.Add(1)) }
		cfg.Join = func(c websocket.Client, conn transport.Conn) {
			f.inbox.put(entry{kind: isJoined, joined: &webClient{Client: c, peer: peers}})
			n.Admit(conn)
		}
		if f.meter != nil {
			if meters := f.meter.Clients(); meters != nil {
				cfg.Count = func(c websocket.Client) func(bool, string, []byte) { return countTo(meters(c.Application)) }
			}
		}
		cfg.Leave = func(c websocket.Client, code int, reason string) {
			n.Settle() // what the client published comes before, and that it is no peer any more
			f.inbox.put(entry{kind: isLeft, left: &left{c, peers, code, reason}})
		}
		var err error
		if w.server, err = websocket.Listen(at, cfg); err != nil {
			return at, err
		}
		at = w.server.Addr()
	}
	f.webServers = append(f.webServers, w)
	return at, nil
}

// countTo takes events apart for a meter.
func countTo(to ClientMeter) func(published bool, topic string, payload []byte) {
	return func(published bool, topic string, payload []byte) {
		r := wire.NewReader(payload)
		name, _, _ := r.Event()
		to.Count(published, topic, name, len(payload))
	}
}

// closeWebSockets ends the servers.
func (f *Family) closeWebSockets() {
	for _, w := range f.webServers {
		if w.server != nil {
			w.server.Close()
		}
	}
	f.webServers = nil
}

// publishable is websocket.Config.Check: whether the event is known here and its arguments are of its types. As in the reference, why not is
// reported here.
func (f *Family) publishable(ctx context.Context, ev *websocket.Event) bool {
	answer := make(chan bool, 1)
	f.m.Post(func() { answer <- f.fits(ev.Payload) })
	select {
	case ok := <-answer:
		return ok
	case <-ctx.Done():
		return false
	}
}

func (f *Family) fits(payload []byte) bool {
	r := wire.NewReader(payload)
	name, _, n := r.Event()
	in := f.incoming(name)
	if in == nil {
		f.m.Codef(diag.Messaging, diag.Error, "Failed to lookup handler for '%s'", name)
		return false
	}
	if n != len(in.params) {
		f.m.Codef(diag.Messaging, diag.Error, "Unserialize error '%s' arg_types.size()=%d and args.size()=%d", in.name, len(in.params), n)
		return false
	}
	for _, p := range in.params {
		raw := r.Rest()
		if _, err := f.cfg.Codec.Read(&r, p.Type); err != nil {
			at := wire.NewReader(raw)
			d := at.Data()
			f.m.Codef(diag.Messaging, diag.Error, "Unserialize error for event '%s': broker value '%s' type '%s' to Zeek type '%s' failed",
				in.name, wire.Format(d, true), kindNames[d.Kind()], p.Type.Tag.String()+" "+p.Type.String())
			return false
		}
	}
	return true
}

// guest handles a change of a client in the node.
func (f *Family) guest(s *node.Status) {
	c := f.webClients[s.Peer.ID]
	if c == nil {
		return
	}
	switch s.Code {
	case node.PeerAdded:
		c.up = true
		f.guests++
		if !c.peer {
			f.m.QueueEvent("Cluster::websocket_client_added", f.clientInfo(c.Client), f.strings(c.Subscriptions))
		}
	case node.PeerLost, node.PeerRemoved:
		if c.up {
			f.guests--
		}
		delete(f.webClients, s.Peer.ID)
	}
	if c.peer {
		s.Text = guestTexts[s.Code]
		f.tellStatus(s)
	}
}

// guestTexts are the reference's for clients.
var guestTexts = map[node.StatusCode]string{
	node.PeerAdded:           "handshake successful",
	node.PeerRemoved:         "client removed",
	node.PeerLost:            "lost connection to client",
	node.EndpointDiscovered:  "found a new client in the network",
	node.EndpointUnreachable: "lost the last path",
}

// clientLeft tells of the end of a client.
func (f *Family) clientLeft(l *left) {
	delete(f.webClients, l.ID)
	if l.peer {
		return
	}
	f.m.QueueEvent("Cluster::websocket_client_lost", f.clientInfo(l.Client), val.Count(uint64(l.code)), val.Str(l.reason))
}

// clientInfo returns a client as a Cluster::EndpointInfo.
func (f *Family) clientInfo(c websocket.Client) val.Value {
	network := val.NewRecord(f.m.Type("Cluster::NetworkInfo"))
	network.Put("address", val.Str(c.Remote.Host))
	network.Put("bound_port", val.Port(c.Remote.Port, val.ProtoTCP))
	rec := val.NewRecord(f.m.Type("Cluster::EndpointInfo"))
	rec.Put("id", val.Str(c.ID))
	rec.Put("network", val.Rec(network))
	if c.Named {
		rec.Put("application_name", val.Str(c.Application))
	}
	return val.Rec(rec)
}

func (f *Family) strings(list []string) val.Value {
	out := val.NewVector(f.m.Type("string_vec"))
	for _, s := range list {
		out.Append(val.Str(s))
	}
	return val.Vec(out)
}
