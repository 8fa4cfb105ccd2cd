##! How a node takes its place: the topics it listens to, the address, and whom it connects to.

@load ./main
@load ./pools

module Cluster;

export {
	## Asked before connecting to a node; break leaves it out.
	global connect_node_hook: hook(connectee: NamedNode);
}

# Whom this node connects to.
global connects_to: set[string];

# Those of them that have not greeted it, in order: while there are any the node is not ready.
function unmet_nodes(): vector of string
	{
	local names: vector of string = vector();

	for ( name in connects_to )
		if ( ! nodes[name]?$id )
			names[|names|] = name;

	return names;
	}

function connect(n: NamedNode)
	{
	if ( ! hook connect_node_hook(n) )
		return;

	add connects_to[n$name];

	local status = Broker::peer(cat(n$node$ip), n$node$p, retry_interval);
	log(fmt("initiate peering with %s:%s, retry=%s, status=%s", n$node$ip, n$node$p, retry_interval, status));
	}

function connect_to_all(node_type: NodeType)
	{
	local others = nodes_with_type(node_type);

	for ( i in others )
		connect(others[i]);
	}

function connect_to_one(node_type: NodeType, name: string)
	{
	if ( name in nodes && nodes[name]$node_type == node_type )
		connect(NamedNode($name=name, $node=nodes[name]));
	else
		Reporter::warning(fmt("connect_peer: node '%s' (%s) not found", name, node_type));
	}

const type_topics: table[NodeType] of string = {
	[LOGGER] = logger_topic,
	[MANAGER] = manager_topic,
	[PROXY] = proxy_topic,
	[WORKER] = worker_topic,
@if ( brogo_dialect == "bro" )
	[TIME_MACHINE] = time_machine_topic,
@endif
};

event zeek_init() &priority=-10
	{
	if ( getenv("ZEEKCTL_CHECK_CONFIG") != "" || getenv("BROCTL_CHECK_CONFIG") != "" )
		return;

	if ( node !in nodes || nodes[node]$node_type == NONE )
		return;

	local self = nodes[node];

	for ( i in registered_pools )
		if ( node in registered_pools[i]$nodes )
			subscribe(registered_pools[i]$spec$topic);

	if ( self$node_type in type_topics )
		subscribe(type_topics[self$node_type]);

	subscribe(nodeid_topic(node_id()));
	subscribe(node_topic(node));

	if ( self$node_type == LOGGER || self$node_type == MANAGER && manager_is_logger )
		subscribe(Broker::default_log_topic_prefix);

	if ( self$p != 0/unknown )
		{
		Broker::listen(Broker::default_listen_address, self$p, Broker::default_listen_retry);
		log(fmt("listening on %s:%s", Broker::default_listen_address, self$p));
		}

	local joins = self$node_type == MANAGER || self$node_type == PROXY || self$node_type == WORKER;

	if ( joins )
		connect_to_all(LOGGER);

	if ( self$node_type == WORKER )
		connect_to_all(PROXY);

	if ( joins && self$node_type != MANAGER && self?$manager )
		connect_to_one(MANAGER, self$manager);

@if ( brogo_dialect == "bro" )
	if ( joins && self$node_type != PROXY && self?$time_machine )
		connect_to_one(TIME_MACHINE, self$time_machine);
@endif
	}
