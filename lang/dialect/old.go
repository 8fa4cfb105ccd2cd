package dialect

import "strings"

// OldKind is what an old name was.
type OldKind uint8

// Kinds of old names.
const (
	OldFunction  OldKind = iota
	OldEvent             // of the communication system: declared, never raised
	OldAttribute         // with its ampersand
	OldVariable          // a constant, variable or table
	OldType
	OldLoad // what @load names, without a suffix
	// OldMeaning is a name that is still there and holds something else than it did.
	OldMeaning
)

// String is the kind as people call it.
func (k OldKind) String() string {
	return [...]string{"function", "event", "attribute", "variable", "type", "load", "meaning"}[k]
}

// Old is a name of the time before Broker and what to write instead.
type Old struct {
	Kind OldKind
	Name string // fully qualified; of the table's attributes the ampersand is part
	// Params are a function's parameters and result, as in its declaration.
	Params string
	// Instead says what to do, in a few words that go on from a colon.
	Instead string
	// Fatal: a use stops the program unless old_comm_usage_is_ok.
	Fatal bool
}

// What several rows say.
const (
	eventsInstead = "publish to a topic of the receivers, such as Cluster::worker_topic or Cluster::node_topic, by Broker::publish or Broker::auto_publish"
	stateInstead  = "use a data store: Broker::create_master and Broker::create_clone"
	peerInstead   = "publish events with Broker::publish; there is no handle of a peer"
	addedInstead  = "handle Broker::peer_added or Cluster::node_up"
	lostInstead   = "handle Broker::peer_lost or Cluster::node_down"
	noPackets     = "leave it out: there is no packet engine"
	loadInstead   = "write @load base/frameworks/broker and use Broker::listen, Broker::peer and Broker::publish"
	tlsInstead    = "set Broker::ssl_cafile, Broker::ssl_certificate and Broker::ssl_keyfile"
	logInstead    = "leave it out: rotation is a matter of the Logging framework (Log::default_rotation_interval)"
	noEffect      = "leave it out: it has no effect"
)

// Olds are all of them, in the order in which they are documented. It is the only list: the builtins that explain themselves, the
// errors about what is gone, and `check --porting` all read it.
var Olds = [...]Old{
	{OldFunction, "connect", "(ip: addr, zone_id: string, p: port, our_class: string, retry: interval, ssl: bool): count", "use Broker::peer", true},
	{OldFunction, "disconnect", "(p: event_peer): bool", "use Broker::unpeer", true},
	{OldFunction, "request_remote_events", "(p: event_peer, handlers: pattern): bool", "use Broker::subscribe here and Broker::publish there", true},
	{OldFunction, "request_remote_sync", "(p: event_peer, auth: bool): bool", "use a data store: Broker::create_clone", true},
	{OldFunction, "request_remote_logs", "(p: event_peer): bool", "subscribe to the topics of Broker::default_log_topic_prefix", true},
	{OldFunction, "set_accept_state", "(p: event_peer, accept: bool): bool", "use a data store: Broker::create_master", true},
	{OldFunction, "set_compression_level", "(p: event_peer, level: count): bool", "leave it out", true},
	{OldFunction, "listen", "(ip: addr, p: port, ssl: bool, ipv6: bool, zone_id: string, retry_interval: interval): bool", "use Broker::listen", true},
	{OldFunction, "send_id", "(p: event_peer, id: string): bool", "use Broker::publish_id", true},
	{OldFunction, "terminate_communication", "(): bool", "use terminate", true},
	{OldFunction, "complete_handshake", "(p: event_peer): bool", "leave it out: Broker::peer_added tells of a new peer", true},
	{OldFunction, "send_ping", "(p: event_peer, seq: count): bool", "publish an event of your own", true},
	{OldFunction, "send_current_packet", "(p: event_peer): bool", noPackets, true},
	{OldFunction, "get_event_peer", "(): event_peer", peerInstead, true},
	{OldFunction, "send_capture_filter", "(p: event_peer, s: string): bool", noPackets, true},
	{OldFunction, "suspend_state_updates", "(): any", "leave it out: stores keep their own state", true},
	{OldFunction, "resume_state_updates", "(): any", "leave it out: stores keep their own state", true},
	{OldFunction, "get_local_event_peer", "(): event_peer", peerInstead, false},
	{OldFunction, "enable_communication", "(): any", "leave it out", false},
	{OldFunction, "send_state", "(p: event_peer): bool", "use a data store: Broker::create_clone", false},
	{OldFunction, "capture_events", "(filename: string): bool", "write a log with Log::write", false},
	{OldFunction, "capture_state_updates", "(filename: string): bool", "use a data store", false},
	{OldFunction, "rescan_state", "(): bool", "use a data store with a persistent backend", false},

	{Kind: OldAttribute, Name: "&synchronized", Instead: stateInstead, Fatal: true},
	{Kind: OldAttribute, Name: "&persistent", Instead: "use a data store with a persistent backend"},
	{Kind: OldAttribute, Name: "&encrypt", Instead: noEffect},
	{Kind: OldAttribute, Name: "&mergeable", Instead: noEffect},
	{Kind: OldAttribute, Name: "&rotate_interval", Instead: noEffect},
	{Kind: OldAttribute, Name: "&rotate_size", Instead: noEffect},

	{Kind: OldEvent, Name: "remote_connection_established", Instead: addedInstead},
	{Kind: OldEvent, Name: "remote_connection_handshake_done", Instead: addedInstead},
	{Kind: OldEvent, Name: "remote_connection_closed", Instead: lostInstead},
	{Kind: OldEvent, Name: "remote_connection_error", Instead: "handle Broker::error"},
	{Kind: OldEvent, Name: "remote_event_registered", Instead: "leave it out: peers subscribe to topics"},
	{Kind: OldEvent, Name: "remote_capture_filter", Instead: noPackets},
	{Kind: OldEvent, Name: "finished_send_state", Instead: "leave it out: clones of a data store keep up by themselves"},
	{Kind: OldEvent, Name: "remote_log", Instead: "handle Broker::status and Broker::error"},
	{Kind: OldEvent, Name: "remote_log_peer", Instead: "handle Broker::status and Broker::error"},
	{Kind: OldEvent, Name: "remote_pong", Instead: "publish an event of your own"},
	{Kind: OldEvent, Name: "remote_state_access_performed", Instead: stateInstead},
	{Kind: OldType, Name: "event_peer", Instead: "events about peers have a Broker::EndpointInfo"},
	{Kind: OldType, Name: "peer_id", Instead: "peers have the id that Broker::node_id returns there, a string"},

	{Kind: OldVariable, Name: "forward_remote_events", Instead: "set Broker::forward_messages or publish again to a topic of the others"},
	{Kind: OldVariable, Name: "forward_remote_state_changes", Instead: stateInstead},
	{Kind: OldVariable, Name: "max_remote_events_processed", Instead: noEffect},
	{Kind: OldVariable, Name: "remote_check_sync_consistency", Instead: noEffect},
	{Kind: OldVariable, Name: "remote_trace_sync_interval", Instead: noEffect},
	{Kind: OldVariable, Name: "remote_trace_sync_peers", Instead: noEffect},
	{Kind: OldVariable, Name: "state_dir", Instead: "set Cluster::default_store_dir"},
	{Kind: OldVariable, Name: "state_write_delay", Instead: noEffect},
	{Kind: OldVariable, Name: "log_rotate_interval", Instead: logInstead},
	{Kind: OldVariable, Name: "log_max_size", Instead: logInstead},
	{Kind: OldVariable, Name: "log_encryption_key", Instead: noEffect},
	{Kind: OldVariable, Name: "ssl_ca_certificate", Instead: tlsInstead},
	{Kind: OldVariable, Name: "ssl_private_key", Instead: tlsInstead},
	{Kind: OldVariable, Name: "ssl_passphrase", Instead: "set Broker::ssl_passphrase"},
	{Kind: OldVariable, Name: "old_comm_usage_is_ok", Instead: "leave it out once nothing of the old system is used"},

	{Kind: OldVariable, Name: "Cluster::manager2worker_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::manager2proxy_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::manager2logger_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::proxy2manager_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::proxy2worker_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::proxy2logger_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::worker2manager_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::worker2proxy_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::worker2logger_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::logger2manager_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::logger2proxy_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::logger2worker_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::tm2manager_events", Instead: eventsInstead},
	{Kind: OldVariable, Name: "Cluster::manager2tm_events", Instead: eventsInstead},

	{Kind: OldVariable, Name: "Communication::nodes", Instead: "connect by Broker::peer, or put the nodes into Cluster::nodes"},
	{Kind: OldType, Name: "Communication::Node", Instead: "connect by Broker::peer, or put the nodes into Cluster::nodes"},
	{Kind: OldVariable, Name: "Communication::listen_interface", Instead: "give Broker::listen the address or set Broker::default_listen_address"},
	{Kind: OldVariable, Name: "Communication::listen_port", Instead: "give Broker::listen the port or set Broker::default_port"},
	{Kind: OldVariable, Name: "Communication::listen_ssl", Instead: "set Broker::disable_ssl"},
	{Kind: OldVariable, Name: "Communication::listen_ipv6", Instead: "leave it out: Broker::listen takes IPv6 addresses"},
	{Kind: OldVariable, Name: "Communication::listen_ipv6_zone_id", Instead: "leave it out"},
	{Kind: OldVariable, Name: "Communication::listen_retry", Instead: "give Broker::listen the interval or set Broker::default_listen_retry"},
	{Kind: OldVariable, Name: "Communication::compression_level", Instead: "leave it out"},
	{Kind: OldVariable, Name: "Communication::LOG", Instead: "use Broker::LOG"},
	{Kind: OldFunction, Name: "Communication::connect_peer", Instead: "use Broker::peer"},

	{Kind: OldVariable, Name: "Known::known_hosts", Instead: "use Known::host_store; with Known::use_host_store=F, Known::hosts"},
	{Kind: OldVariable, Name: "Known::known_services", Instead: "use Known::service_store; with Known::use_service_store=F, Known::services"},
	{Kind: OldVariable, Name: "Known::certs", Instead: "use Known::cert_store; Known::certs is there with Known::use_cert_store=F only, for the hosts of this node"},
	{Kind: OldMeaning, Name: "Software::tracked", Instead: "each proxy has the hosts that Cluster::publish_hrw gives it, no node has all: handle Software::register or Software::version_change there"},

	{Kind: OldLoad, Name: "base/frameworks/communication", Instead: loadInstead},
	{Kind: OldLoad, Name: "base/frameworks/communication/main", Instead: loadInstead},
	{Kind: OldLoad, Name: "frameworks/communication", Instead: loadInstead},
	{Kind: OldLoad, Name: "frameworks/communication/main", Instead: loadInstead},
	{Kind: OldLoad, Name: "policy/frameworks/communication/listen", Instead: loadInstead},
	{Kind: OldLoad, Name: "frameworks/communication/listen", Instead: loadInstead},
}

// FindOld returns the row of a name, nil if there is none. Names of files to load may have a suffix.
func FindOld(name string) *Old {
	plain := strings.TrimSuffix(strings.TrimSuffix(name, ".bro"), ".zeek")
	for i := range Olds {
		if o := &Olds[i]; o.Name == name || o.Kind == OldLoad && o.Name == plain {
			return o
		}
	}
	return nil
}
