package comm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/runtime/val"
)

// typeNames caches what the base scripts declare.
type typeNames struct{ endpoint, network, errorCode *types.Type }

func (f *Family) named(t **types.Type, name string) *types.Type {
	if *t == nil {
		*t = f.m.Type(name)
	}
	return *t
}

// endpoint returns a peer as a Broker::EndpointInfo; unknown is what stands for a missing address.
func (f *Family) endpoint(e node.Endpoint, unknown string) val.Value {
	network := val.NewRecord(f.named(&f.types.network, "Broker::NetworkInfo"))
	host := e.Addr.Host
	if host == "" && e.Addr.Port == 0 {
		host = unknown
	}
	network.Put("address", val.Str(host))
	network.Put("bound_port", val.Port(e.Addr.Port, val.ProtoTCP))
	rec := val.NewRecord(f.named(&f.types.endpoint, "Broker::EndpointInfo"))
	rec.Put("id", val.Str(e.ID))
	rec.Put("network", val.Rec(network))
	return val.Rec(rec)
}

// statusEvents are the events of changes in the peers.
var statusEvents = map[node.StatusCode]string{
	node.PeerAdded:           "Broker::peer_added",
	node.PeerRemoved:         "Broker::peer_removed",
	node.PeerLost:            "Broker::peer_lost",
	node.EndpointDiscovered:  "Broker::endpoint_discovered",
	node.EndpointUnreachable: "Broker::endpoint_unreachable",
}

func (f *Family) status(s *node.Status) {
	if s.Guest {
		f.guest(s)
		return
	}
	switch s.Code {
	case node.PeerAdded:
		f.up++
		f.known = append(f.known, *s)
		delete(f.told, s.Peer.Addr)
		if f.ship != nil {
			f.ship.PeerUp(f.cfg.Clock.Now())
		}
	case node.PeerRemoved, node.PeerLost:
		f.up--
		// Handlers of peer_added may not have run yet.
		id := s.Peer.ID
		f.m.Post(func() { f.known = slices.DeleteFunc(f.known, func(k node.Status) bool { return k.Peer.ID == id }) })
	}
	f.tellStatus(s)
}

// tellStatus raises the event of a change.
func (f *Family) tellStatus(s *node.Status) {
	event, ok := statusEvents[s.Code]
	if !ok {
		event = "Broker::status"
	}
	f.m.QueueEvent(event, f.endpoint(s.Peer, "<unknown>"), val.Str(s.Text))
}

// refused is the end of the detail that says no more than the event does.
const refused = "connection refused"

// failed raises Broker::error in the reference's words. These do not say what exactly was wrong, so that is reported as well, once for
// each address that this node wants until it changes.
func (f *Family) failed(e *node.Error) {
	t := f.named(&f.types.errorCode, "Broker::ErrorCode")
	code, ok := t.Enum.ValueOf("Broker::" + string(e.Code))
	if !ok {
		code, _ = t.Enum.ValueOf("Broker::UNSPECIFIED")
	}
	f.m.QueueEvent("Broker::error", val.Enum(code), val.Str(f.errorText(e)))
	if f.outbound[e.Peer.Addr] && e.Detail != "" && e.Detail != e.Text && !strings.HasSuffix(e.Detail, refused) && f.told[e.Peer.Addr] != e.Detail {
		f.told[e.Peer.Addr] = e.Detail
		f.m.Codef(diag.Messaging, diag.Warning, "Broker: %s: %s", e.Peer.Addr, e.Detail)
	}
}

// MasterExists reports that a peer is the master of a store whose master is this node, too. It may be called from any goroutine.
func (f *Family) MasterExists(name, peer string) {
	f.m.Post(func() {
		who := node.Endpoint{ID: peer}
		if i := slices.IndexFunc(f.known, func(k node.Status) bool { return k.Peer.ID == peer }); i >= 0 {
			who = f.known[i].Peer
		}
		f.failed(&node.Error{Code: node.ErrorCode(store.MasterExists), Peer: who,
			Text: fmt.Sprintf("the peer has the master of store %s, too", name)})
	})
}

func (f *Family) errorText(e *node.Error) string {
	id, at := e.Peer.ID, "none"
	switch {
	case id != "":
	case f.d.NumericNodeIDs:
		id = "invalid-node"
	default:
		id = "00000000-0000-0000-0000-000000000000"
	}
	if a := e.Peer.Addr; a.Host != "" || a.Port != 0 {
		at = fmt.Sprintf("*%s:%d", a.Host, a.Port)
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(e.Text)
	return fmt.Sprintf(`(%s, %s, "%s")`, id, at, quoted)
}

func (f *Family) overflow(o *node.Overflow) {
	f.m.QueueEvent("Broker::messages_dropped", f.endpoint(o.Peer, "<unknown>"), val.Count(o.Dropped), val.Count(o.Total))
}
