##! The layout of a cluster: its nodes, what each is for, and the topics by which they are reached.

@load base/frameworks/broker
@load base/frameworks/logging

module Cluster;

# The two versions name their topics differently and cannot talk to each other anyway.
@if ( brogo_dialect == "bro" )
const topic_root = "bro/";
@else
const topic_root = "zeek/";
@endif

export {
	## What carries messages. There is only the one.
	type BackendTag: enum { CLUSTER_BACKEND_BROKER };
	const backend = CLUSTER_BACKEND_BROKER &redef;

	## How events and log rows are written; Broker does it its own way.
	type EventSerializerTag: enum { EVENT_SERIALIZER_BROKER_BIN_V1, EVENT_SERIALIZER_BROKER_JSON_V1 };
	type LogSerializerTag: enum { LOG_SERIALIZER_ZEEK_BIN_V1 };
	const event_serializer = EVENT_SERIALIZER_BROKER_BIN_V1 &redef;
	const log_serializer = LOG_SERIALIZER_ZEEK_BIN_V1 &redef;

	## What a node is for.
	type NodeType: enum {
		NONE,    ##< No node of a cluster.
		CONTROL, ##< Comes and goes to give orders.
		LOGGER,  ##< Writes the logs of all.
		MANAGER, ##< Brings together what others find.
		PROXY,   ##< Keeps state that workers share, or takes work off them.
		WORKER,  ##< Does the bulk of the work.
@if ( brogo_dialect == "bro" )
		TIME_MACHINE, ##< A recorder of packets.
@endif
	};

	type Node: record {
		node_type: NodeType;

		## Where others connect to.
		ip: addr;
		zone_id: string &default="";
@if ( brogo_dialect == "bro" )
		p: port;
		interface: string &optional;
@else
		p: port &default=0/unknown; ##< Without one the node does not listen.
@endif

		## The manager that a worker or proxy belongs to.
		manager: string &optional;
@if ( brogo_dialect == "bro" )
		time_machine: string &optional;
@endif

		## The node's Broker id while it is connected.
		id: string &optional;
@if ( brogo_dialect == "zeek" )
		metrics_port: port &optional; ##< Of its telemetry.
@endif
	};

	type NamedNode: record {
		name: string;
		node: Node;
	};

	## The nodes by name. The file cluster-layout fills it.
	const nodes: table[string] of Node = {} &redef;

	## The name of this node; empty outside of clusters.
	const node = getenv("CLUSTER_NODE") &redef;

	## Whether the manager writes logs, too. To be set to F when there are loggers.
	const manager_is_logger = T &redef;

	## Whether log rows go to the loggers in turn.
	const enable_round_robin_logging = T &redef;

	## How long to wait before connecting again.
@if ( brogo_dialect == "bro" )
	const retry_interval = 1min &redef;
@else
	const retry_interval = 1sec &redef;
@endif

	## Topics that all nodes of a type subscribe to.
	const logger_topic = topic_root + "cluster/logger" &redef;
	const manager_topic = topic_root + "cluster/manager" &redef;
	const proxy_topic = topic_root + "cluster/proxy" &redef;
	const worker_topic = topic_root + "cluster/worker" &redef;
@if ( brogo_dialect == "bro" )
	const time_machine_topic = topic_root + "cluster/time_machine" &redef;
@else
	const broadcast_topics = { logger_topic, manager_topic, proxy_topic, worker_topic };
@endif

	## In front of a node's name, and of its Broker id.
	const node_topic_prefix = topic_root + "cluster/node/" &redef;
	const nodeid_topic_prefix = topic_root + "cluster/nodeid/" &redef;

	## The topic that reaches one node, by its name or by its Broker id.
	global node_topic: function(name: string): string &redef;
	global nodeid_topic: function(id: string): string &redef;

	## The id that this node goes by in the messaging layer.
	global node_id: function(): string = Broker::node_id &redef;

	## The connected node of an id; one without a name if there is none.
	global nodeid_to_node: function(id: string): NamedNode;

	## Whether this process is a node of a cluster. Good in @if as well.
	global is_enabled: function(): bool;

	## What this node is for. Good in @if as well.
	global local_node_type: function(): NodeType;

	## Where this node answers with metrics; 0/unknown if nowhere.
	global local_node_metrics_port: function(): port;

	## How many nodes of a type the layout has, and how many of them are connected to this one.
	global get_node_count: function(node_type: NodeType): count;
	global get_active_node_count: function(node_type: NodeType): count;

	redef enum Log::ID += { LOG };

	type Info: record {
		ts: time;
		node: string;
		message: string;
	} &log;

@if ( brogo_dialect == "zeek" )
	global log_policy: Log::PolicyHook;
@endif

	## Writes a line to the cluster's log.
	global log: function(msg: string);

	## An event that is ready to be published, as made by Cluster::make_event.
	type Event: record {
		ev: any;
		args: vector of any;
	};

	## Subscribes this node to a topic and all that begin with it.
	global subscribe: function(topic: string): bool;
	global unsubscribe: function(topic: string): bool;

	## Run at each call of subscribe and unsubscribe.
	global on_subscribe: hook(topic: string);
	global on_unsubscribe: hook(topic: string);

@if ( brogo_dialect == "zeek" )
	## How many events of a server's WebSocket clients may wait, and how often clients are asked whether they are there.
	const default_websocket_max_event_queue_size = 32 &redef;
	const default_websocket_ping_interval = 5 sec &redef;

	## How a server for WebSocket clients encrypts: not at all unless both files are set. Two empty names make it use a key of
	## its own, which clients cannot verify.
	type WebSocketTLSOptions: record {
		cert_file: string &optional; ##< The certificate, PEM.
		key_file: string &optional;  ##< Its key, PEM.

		## Whether clients must present a certificate that an authority of ca_file, or of the system, has signed.
		enable_peer_verification: bool &default=F;
		ca_file: string &default="";

		## Names of ciphers for TLS 1.2, as OpenSSL writes them.
		ciphers: string &default="";
	};

	type WebSocketServerOptions: record {
		## The address to listen at; one of the two must be set.
		listen_host: string &optional &deprecated="Remove in v8.1: Use $listen_addr instead.";
		listen_addr: addr &optional;
		listen_port: port;

		max_event_queue_size: count &default=default_websocket_max_event_queue_size;

		## Clients that do not answer within this time are disconnected; negative for never.
		ping_interval: interval &default=default_websocket_ping_interval;

		tls_options: WebSocketTLSOptions &default=WebSocketTLSOptions();
	};

	type NetworkInfo: record {
		address: string;
		bound_port: port;
	};

	## A WebSocket client.
	type EndpointInfo: record {
		id: string;
		network: NetworkInfo;
		application_name: string &optional; ##< What it calls itself by the header X-Application-Name.
	};

	## Listens for WebSocket clients. Asking for the same once more changes nothing.
	##
	## Returns: F if that did not work.
	global listen_websocket: function(options: WebSocketServerOptions): bool;

	## Raised when a client has subscribed to topics.
	global websocket_client_added: event(endpoint: EndpointInfo, subscriptions: string_vec);

	## Raised when a client is gone, with the code and the reason that one of the two sides gave.
	global websocket_client_lost: event(endpoint: EndpointInfo, code: count, reason: string);

	## Raised when the messaging layer has failed at something; tag is a word for it.
	global Cluster::Backend::error: event(tag: string, message: string);
@endif

	## Readies the messaging layer; done before zeek_init where it is needed.
	global init: function(): bool;
}

# The ids of connected nodes.
global active_node_ids: table[NodeType] of set[string];

@if ( brogo_dialect == "bro" )
# The topics that node_topic has made; none before there is a layout.
global node_topics: table[string] of string;

function make_node_topic(name: string): string
	{
	local topic = node_topic_prefix + name;

	# 2.6 ends topics in the name. That will not do where another name goes on from it: worker-1 would get what is meant for
	# worker-10.
	for ( other in nodes )
		if ( |other| > |name| && other[:|name|] == name )
			return topic + "/";

	return topic;
	}

function node_topic(name: string): string
	{
	if ( |nodes| == 0 )
		return make_node_topic(name);

	if ( name !in node_topics )
		node_topics[name] = make_node_topic(name);

	return node_topics[name];
	}
@else
function node_topic(name: string): string
	{
	# The end keeps worker-1 from what is meant for worker-10.
	return node_topic_prefix + name + "/";
	}
@endif

function nodeid_topic(id: string): string
	{
	return nodeid_topic_prefix + id + "/";
	}

function is_enabled(): bool
	{
	return |node| > 0;
	}

function local_node_type(): NodeType
	{
	return node in nodes ? nodes[node]$node_type : NONE;
	}

function local_node_metrics_port(): port
	{
@if ( brogo_dialect == "zeek" )
	if ( node in nodes && nodes[node]?$metrics_port )
		return nodes[node]$metrics_port;
@endif
	return 0/unknown;
	}

# The nodes of a type in order of their names.
function nodes_with_type(node_type: NodeType): vector of NamedNode
	{
	local found: vector of NamedNode = vector();

	for ( name in nodes )
		if ( nodes[name]$node_type == node_type )
			found[|found|] = NamedNode($name=name, $node=nodes[name]);

	return sort(found, function(a: NamedNode, b: NamedNode): int { return strcmp(a$name, b$name); });
	}

function get_node_count(node_type: NodeType): count
	{
	return |nodes_with_type(node_type)|;
	}

function get_active_node_count(node_type: NodeType): count
	{
	return node_type in active_node_ids ? |active_node_ids[node_type]| : 0;
	}

function nodeid_to_node(id: string): NamedNode
	{
	for ( name in nodes )
		if ( nodes[name]?$id && nodes[name]$id == id )
			return NamedNode($name=name, $node=nodes[name]);

	return NamedNode($name="", $node=Node($node_type=NONE, $ip=0.0.0.0, $p=0/unknown));
	}

function log(msg: string)
	{
	Log::write(LOG, Info($ts=network_time(), $node=node, $message=msg));
	}

function subscribe(topic: string): bool
	{
	return Cluster::__subscribe(topic);
	}

function unsubscribe(topic: string): bool
	{
	return Cluster::__unsubscribe(topic);
	}

@if ( brogo_dialect == "zeek" )
function listen_websocket(options: WebSocketServerOptions): bool
	{
	return Cluster::__listen_websocket(options);
	}

function describe_client(endpoint: EndpointInfo): string
	{
	return fmt("'%s' (%s:%d)%s", endpoint$id, endpoint$network$address, endpoint$network$bound_port,
	           endpoint?$application_name ? " application_name=" + endpoint$application_name : "");
	}

event Cluster::websocket_client_added(endpoint: EndpointInfo, subscriptions: string_vec)
	{
	Cluster::log(fmt("WebSocket client %s subscribed to %s", describe_client(endpoint), subscriptions));
	}

event Cluster::websocket_client_lost(endpoint: EndpointInfo, code: count, reason: string)
	{
	Cluster::log(fmt("WebSocket client %s gone with code %d%s", describe_client(endpoint), code,
	                 reason == "" ? "" : fmt(" and reason '%s'", reason)));
	}
@endif

function init(): bool
	{
	return Cluster::Backend::__init(node_id());
	}

@if ( brogo_dialect == "zeek" )
event Cluster::Backend::error(tag: string, message: string)
	{
	Reporter::error(fmt("Cluster::Backend::error: %s (%s)", tag, message));
	}
@endif

@if ( Cluster::is_enabled() )
event zeek_init() &priority=5
	{
	if ( node !in nodes )
		{
		Reporter::error(fmt("'%s' is not a valid node in the Cluster::nodes configuration", node));
		terminate();
		}
	}
@endif

#@until Cluster::LOG, ~Log::active_streams
event zeek_init() &priority=5
	{
@if ( brogo_dialect == "bro" )
	Log::create_stream(LOG, [$columns=Info, $path="cluster"]);
@else
	Log::create_stream(LOG, Log::Stream($columns=Info, $path="cluster", $policy=log_policy));
@endif
	}
