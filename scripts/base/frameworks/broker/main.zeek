##! Connections between processes, and the events, values and logs that go over them.

@load ./data

module Broker;

export {
	# Where and how to connect.

	## The port that a node listens at and connects to unless told otherwise.
	const default_port = 9999/tcp &redef;

@if ( brogo_dialect == "bro" )
	## The address to listen at; empty for all of them.
	const default_listen_address = getenv("BRO_DEFAULT_LISTEN_ADDRESS") &redef;

	## How long to wait before the next attempt at a port that is taken.
	const default_listen_retry = 30sec &redef;

	## How long to wait before the next attempt to reach a peer.
	const default_connect_retry = 30sec &redef;
@else
	## The address to listen at; empty for all of them.
	const default_listen_address = getenv("ZEEK_DEFAULT_LISTEN_ADDRESS") &redef;

	## How long to wait before the next attempt at a port that is taken.
	const default_listen_retry = 1sec &redef;

	## How long to wait before the next attempt to reach a peer.
	const default_connect_retry = 1sec &redef;

	## The port for WebSocket clients.
	const default_port_websocket = 9997/tcp &redef;

	## The address to listen at for WebSocket clients.
	const default_listen_address_websocket = getenv("ZEEK_DEFAULT_LISTEN_ADDRESS") &redef;

	## How many messages may wait for one peer, and what happens beyond: drop_oldest, drop_newest or disconnect.
	const peer_buffer_size = 8192 &redef;
	const peer_overflow_policy = "drop_oldest" &redef;

	## The same for a WebSocket client.
	const web_socket_buffer_size = 8192 &redef;
	const web_socket_overflow_policy = "drop_oldest" &redef;

	## How long Broker::peering_stats remembers the longest queue.
	const buffer_stats_reset_interval = 1min &redef;

	## How many rows of a log, or how long, are collected before they are sent.
	const log_batch_size = 400 &redef;
	const log_batch_interval = 1sec &redef;

	## Raised every log_batch_interval, after rows that waited have been sent.
	global log_flush: event();

	## Whether a peering keeps the process alive as a listening port does.
	option peer_counts_as_iosource = T;
@endif

	## Whether messages from one peer are passed on to the others that want them.
	const forward_messages = F &redef;

@ifdef ( Log::write )
	## How many bytes of log rows are kept until a receiver has acknowledged them. Beyond that the oldest are given up.
	const log_keep_bytes = 67108864 &redef;

	## How long rows that were sent wait for a receiver that was lost before they go to another one.
	const log_failover_interval = 5sec &redef;

	## Raised when rows of a log were given up because log_keep_bytes was reached: how many since the last time, and of all logs
	## since the start.
	global log_rows_lost: event(stream: string, path: string, rows: count, total: count);

	## The topics of logs begin with this.
	const default_log_topic_prefix = brogo_dialect + "/logs/" &redef;

	## The topic of a log unless log_topic says otherwise.
	function default_log_topic(id: Log::ID, path: string): string
		{
		return default_log_topic_prefix + cat(id);
		}

	## Chooses the topic that a log's rows are published on.
	const log_topic: function(id: Log::ID, path: string): string = default_log_topic &redef;
@endif

	## Whether the time between attempts to connect is taken as it is. Otherwise it is whole seconds, as in the reference.
	const exact_connect_retry = F &redef;

	# Encryption. Without any file connections are encrypted, but nobody knows who the other side is.

	## Whether to do without encryption.
	const disable_ssl = F &redef;

	## File and directory of the authorities that a peer's certificate must lead to.
	const ssl_cafile = "" &redef;
	const ssl_capath = "" &redef;

	## This node's certificate and its key.
	const ssl_certificate = "" &redef;
	const ssl_keyfile = "" &redef;
	const ssl_passphrase = "" &redef;

	# Settings of the reference's scheduler and queues, which have nothing to act on here.

	const congestion_queue_size = 200 &redef;
	const max_threads = 1 &redef;
	const moderate_sleep = 16 msec &redef;
	const relaxed_sleep = 64 msec &redef;
	const aggressive_polls = 5 &redef;
	const moderate_polls = 5 &redef;
	const aggressive_interval = 4 &redef;
	const moderate_interval = 2 &redef;
	const relaxed_interval = 1 &redef;
@if ( brogo_dialect == "zeek" )
	const scheduler_policy = "sharing" &redef;
@endif

	## What can go wrong.
	type ErrorCode: enum {
@if ( brogo_dialect == "zeek" )
		NO_ERROR = 0,
@endif
		UNSPECIFIED = 1,
		PEER_INCOMPATIBLE = 2, ##< The two do not understand each other.
		PEER_INVALID = 3,      ##< No such peer, or the node itself.
		PEER_UNAVAILABLE = 4,  ##< The peer could not be reached.
@if ( brogo_dialect == "bro" )
		PEER_TIMEOUT = 5,
		MASTER_EXISTS = 6,
		NO_SUCH_MASTER = 7,
		NO_SUCH_KEY = 8,
		REQUEST_TIMEOUT = 9,
		TYPE_CLASH = 10,
		INVALID_DATA = 11,
		BACKEND_FAILURE = 12,
		STALE_DATA = 13,
@else
		PEER_DISCONNECT_DURING_HANDSHAKE = 5,
		PEER_TIMEOUT = 6,
		MASTER_EXISTS = 7,
		NO_SUCH_MASTER = 8,
		NO_SUCH_KEY = 9,
		REQUEST_TIMEOUT = 10,
		TYPE_CLASH = 11,
		INVALID_DATA = 12,
		BACKEND_FAILURE = 13,
		STALE_DATA = 14,
		CANNOT_OPEN_FILE = 15,
		CANNOT_WRITE_FILE = 16,
		INVALID_TOPIC_KEY = 17,
		END_OF_FILE = 18,
		INVALID_TAG = 19,
		INVALID_STATUS = 20,
@endif
		CAF_ERROR = 100,
	};

	## How far a peering is.
	type PeerStatus: enum {
		INITIALIZING,
		CONNECTING,
		CONNECTED, ##< The handshake is under way.
		PEERED,
		DISCONNECTED,
		RECONNECTING,
	};

	type NetworkInfo: record {
		address: string &log;  ##< An IP address or host name.
		bound_port: port &log; ##< The port that was dialled, or the one that the peer happened to call from.
	};

	type EndpointInfo: record {
		id: string; ##< New with each start of the process.
		network: NetworkInfo &optional;
	};

	type PeerInfo: record {
		peer: EndpointInfo;
		status: PeerStatus;
@if ( brogo_dialect == "zeek" )
		is_outbound: bool; ##< Whether this node asked for the peering.
@endif
	};

	type PeerInfos: vector of PeerInfo;

@if ( brogo_dialect == "zeek" )
	## How grave an internal event is.
	type LogSeverityLevel: enum {
		LOG_CRITICAL,
		LOG_ERROR,
		LOG_WARNING,
		LOG_INFO,
		LOG_VERBOSE,
		LOG_DEBUG,
	};

	const log_severity_level = LOG_WARNING &redef;
	const log_stderr_severity_level = LOG_CRITICAL &redef;

	## Raised with what Broker has to say about itself.
	global internal_log_event: event(lvl: LogSeverityLevel, id: string, description: string);
@endif

	type DataVector: vector of Broker::Data;

	## What Broker::make_event returns: an event with its arguments, ready to be published.
	type Event: record {
		name: string &optional; ##< Unset if the event could not be made.
		args: DataVector;
	};

	## Raised when a peering is up, on both sides.
	global peer_added: event(endpoint: EndpointInfo, msg: string);

	## Raised when this node has ended a peering.
	global peer_removed: event(endpoint: EndpointInfo, msg: string);

	## Raised when the other side, or the line between, has ended a peering.
	global peer_lost: event(endpoint: EndpointInfo, msg: string);

	## Raised when a node has come into reach, and when the last way to it is gone.
	global endpoint_discovered: event(endpoint: EndpointInfo, msg: string);
	global endpoint_unreachable: event(endpoint: EndpointInfo, msg: string);

	## Raised with news that no other event is made for.
	global status: event(endpoint: EndpointInfo, msg: string);

	## Raised when something could not be done.
	global error: event(code: ErrorCode, msg: string);

	## Raised when messages for a peer were dropped because its queue was full: how many since the last time, and since it is a peer.
	global messages_dropped: event(endpoint: EndpointInfo, dropped: count, total: count);

	## Listens for peers.
	##
	## a: the address, empty for all.
	## p: the port; 0/tcp for any that is free.
	## retry: how long to wait before the next attempt if the port is taken, 0 to give up. The environment's setting goes before.
	##
	## Returns: the port, 0/tcp if that did not work.
	global listen: function(a: string &default=default_listen_address, p: port &default=default_port,
	                        retry: interval &default=default_listen_retry): port;

@if ( brogo_dialect == "zeek" )
	## Listens for WebSocket clients, which are peers to scripts.
	##
	## a: the address, empty for all.
	## p: the port; 0/tcp for any that is free.
	## retry: how long to wait before the next attempt if the port is taken, 0 to give up. The environment's setting goes before.
	##
	## Returns: the port, 0/tcp if that did not work.
	global listen_websocket: function(a: string &default=default_listen_address_websocket, p: port &default=default_port_websocket,
	                                  retry: interval &default=default_listen_retry): port
		&deprecated="Remove in v8.1. Switch to Cluster::listen_websocket() instead.";
@endif

	## Connects to a peer, again and again if it cannot be reached or is lost. The result comes as an event.
	##
	## retry: how long to wait in between, 0 for one attempt; rounded down to seconds, but not to 0, unless
	## exact_connect_retry is set. The environment's setting goes before.
	##
	## Returns: F only for a port that is not TCP.
	global peer: function(a: string, p: port &default=default_port, retry: interval &default=default_connect_retry): bool;

	## Ends a peering that Broker::peer began. Returns F only for a port that is not TCP.
	global unpeer: function(a: string, p: port): bool;

	## The peers, and the addresses that this node tries to reach.
	global peers: function(): PeerInfos;

	## The id that peers know this node by.
	global node_id: function(): string;

@if ( brogo_dialect == "zeek" )
	## Whether this node asked for the peering with an address.
	global is_outbound_peering: function(a: string, p: port): bool;

	## The queues to the peers, by their ids.
	global peering_stats: function(): BrokerPeeringStatsTable;
@endif

	## Asks peers for all messages whose topic starts with a prefix.
	global subscribe: function(topic_prefix: string): bool;

	## Takes Broker::subscribe and Broker::forward back.
	global unsubscribe: function(topic_prefix: string): bool;

	## Subscribes on behalf of other peers: the messages are passed on, if forward_messages is set, and not handled here.
	## Returns F if that is so already.
	global forward: function(topic_prefix: string): bool;

	## Sends the value of a global, by its full name, to be set at the receivers. Returns F if there is no such global or
	## it has no value.
	global publish_id: function(topic: string, id: string): bool;

	## Sends log rows that wait for more; returns how many.
	global flush_logs: function(): count;

@if ( brogo_dialect == "bro" )
	## Has an event published whenever it is raised here; what came from a peer is not sent again.
	global auto_publish: function(topic: string, ev: any): bool;

	## Takes Broker::auto_publish back.
	global auto_unpublish: function(topic: string, ev: any): bool;
@else
	## Has an event published whenever it is raised here; what came from a peer is not sent again.
	global auto_publish: function(topic: string, ev: any): bool
		&deprecated="Remove in v8.1. Switch to explicit Cluster::publish() calls. Auto-publish won't work with all cluster backends.";

	## Takes Broker::auto_publish back.
	global auto_unpublish: function(topic: string, ev: any): bool &deprecated="Remove in v8.1. See Broker::auto_publish()";
@endif
}

event Broker::retry_listen(a: string, p: port, retry: interval)
	{
	Broker::listen(a, p, retry);
	}

# What the environment says about the time between attempts to listen goes before what the script does.
function listen_retry(retry: interval): interval
	{
	local set_by_user = getenv(brogo_dialect == "bro" ? "BRO_DEFAULT_LISTEN_RETRY" : "ZEEK_DEFAULT_LISTEN_RETRY");

	return set_by_user != "" ? double_to_interval(to_double(set_by_user)) : retry;
	}

function listen(a: string, p: port, retry: interval): port
	{
	local bound = Broker::__listen(a, p);

	if ( bound != 0/tcp )
		return bound;

	retry = listen_retry(retry);

	if ( retry != 0secs )
		schedule retry { Broker::retry_listen(a, p, retry) };

	return bound;
	}

@if ( brogo_dialect == "zeek" )
global retry_listen_websocket: event(a: string, p: port, retry: interval);

function listen_websocket_later(a: string, p: port, retry: interval)
	{
	retry = listen_retry(retry);

	if ( retry != 0secs )
		schedule retry { Broker::retry_listen_websocket(a, p, retry) };
	}

event Broker::retry_listen_websocket(a: string, p: port, retry: interval)
	{
	if ( Broker::__listen_websocket(a, p) == 0/tcp )
		listen_websocket_later(a, p, retry);
	}

function listen_websocket(a: string, p: port, retry: interval): port
	{
	local bound = Broker::__listen_websocket(a, p);

	if ( bound == 0/tcp )
		listen_websocket_later(a, p, retry);

	return bound;
	}
@endif

function peer(a: string, p: port, retry: interval): bool
	{
	return Broker::__peer(a, p, retry);
	}

function unpeer(a: string, p: port): bool
	{
	return Broker::__unpeer(a, p);
	}

function peers(): PeerInfos
	{
	return Broker::__peers();
	}

function node_id(): string
	{
	return Broker::__node_id();
	}

@if ( brogo_dialect == "zeek" )
function is_outbound_peering(a: string, p: port): bool
	{
	return Broker::__is_outbound_peering(a, p);
	}

function peering_stats(): BrokerPeeringStatsTable
	{
	return Broker::__peering_stats();
	}
@endif

function subscribe(topic_prefix: string): bool
	{
	return Broker::__subscribe(topic_prefix);
	}

function unsubscribe(topic_prefix: string): bool
	{
	return Broker::__unsubscribe(topic_prefix);
	}

function forward(topic_prefix: string): bool
	{
	return Broker::__forward(topic_prefix);
	}

function publish_id(topic: string, id: string): bool
	{
	return Broker::__publish_id(topic, id);
	}

function flush_logs(): count
	{
	return Broker::__flush_logs();
	}

function auto_publish(topic: string, ev: any): bool
	{
	return Broker::__auto_publish(topic, ev);
	}

function auto_unpublish(topic: string, ev: any): bool
	{
	return Broker::__auto_unpublish(topic, ev);
	}
