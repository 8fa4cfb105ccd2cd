package comm

import (
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows are the builtins. Most are called by base/frameworks/broker/main.zeek alone.
func (f *Family) Rows() []interp.Builtin {
	type site = interp.Site
	rows := []interp.Builtin{
		{Sig: "function Broker::make_event(...): Broker::Event", Fn: f.makeEvent, Check: f.checkEvent(0),
			Doc: "Makes an event, given with its arguments, ready for Broker::publish. The result's name is unset if they do not fit."},
		{Sig: "function Broker::publish(topic: string, ...): bool", Fn: f.publish, Check: f.checkEvent(1),
			Doc: "Sends an event, given with its arguments or as made by Broker::make_event, to the peers that subscribe to the topic. " +
				"It is not handled here. F if the event could not be made."},
		{Sig: "function Broker::__publish_id(topic: string, id: string): bool", F2: f.publishID, Doc: "Behind Broker::publish_id."},
		{Sig: "function Broker::__auto_publish(topic: string, ev: any): bool", Fn: f.autoPublish, Doc: "Behind Broker::auto_publish."},
		{Sig: "function Broker::__auto_unpublish(topic: string, ev: any): bool", Fn: f.autoUnpublish, Doc: "Behind Broker::auto_unpublish."},
		{Sig: "function Broker::__listen(a: string, p: port): port", F2: f.listen, Doc: "Behind Broker::listen."},
		{Sig: "function Broker::__listen_websocket(a: string, p: port): port", F2: f.listenWebSocket, Doc: "Behind Broker::listen_websocket."},
		{Sig: "function Broker::__peer(a: string, p: port, retry: interval): bool", F3: f.peer, Doc: "Behind Broker::peer."},
		{Sig: "function Broker::__peer_no_retry(a: string, p: port): bool", F2: f.peerOnce, Doc: "Broker::peer with one attempt, whatever the settings."},
		{Sig: "function Broker::__unpeer(a: string, p: port): bool", F2: f.unpeer, Doc: "Behind Broker::unpeer."},
		{Sig: "function Broker::__is_outbound_peering(a: string, p: port): bool", F2: f.isOutbound, Doc: "Behind Broker::is_outbound_peering."},
		{Sig: "function Broker::__peers(): Broker::PeerInfos", F0: f.peers, Doc: "Behind Broker::peers."},
		{Sig: "function Broker::__peering_stats(): BrokerPeeringStatsTable", F0: f.peeringStats, Doc: "Behind Broker::peering_stats."},
		{Sig: "function Broker::__node_id(): string", Doc: "Behind Broker::node_id.",
			F0: func(*interp.M, *site) val.Value { return val.Str(f.ID()) }},
		{Sig: "function Broker::__subscribe(topic_prefix: string): bool", Doc: "Behind Broker::subscribe.",
			F1: func(_ *interp.M, _ *site, p val.Value) val.Value { f.Subscribe(p.Str()); return val.Bool(true) }},
		{Sig: "function Broker::__unsubscribe(topic_prefix: string): bool", Doc: "Behind Broker::unsubscribe.",
			F1: func(_ *interp.M, _ *site, p val.Value) val.Value { f.Unsubscribe(p.Str()); return val.Bool(true) }},
		{Sig: "function Broker::__forward(topic_prefix: string): bool", Doc: "Behind Broker::forward.",
			F1: func(_ *interp.M, _ *site, p val.Value) val.Value { return val.Bool(f.Forward(p.Str())) }},
		{Sig: "function Broker::__flush_logs(): count", Doc: "Behind Broker::flush_logs.",
			F0: func(*interp.M, *site) val.Value { return val.Count(uint64(f.flush())) }},
		{Sig: "function get_broker_stats(): BrokerStats", F0: f.brokerStats, Doc: "How many messages came and went, and how many peers, stores and queries there are."},
	}
	return rows
}
