##! Which nodes are there: they greet each other when they have connected.

@load ./main

module Cluster;

export {
	## Sent to a new peer, by which it learns whom it is connected to.
	global hello: event(name: string, id: string);

	## A node has been heard of for the first time since it connected.
	global node_up: event(name: string, id: string);

	## The connection to a node is lost.
	global node_down: event(name: string, id: string);

@if ( brogo_dialect == "bro" )
	## How many workers are connected.
	global worker_count: count = 0;
@endif
}

function set_active(n: Node, id: string, up: bool)
	{
	if ( n$node_type !in active_node_ids )
		active_node_ids[n$node_type] = set();

	if ( up )
		add active_node_ids[n$node_type][id];
	else
		delete active_node_ids[n$node_type][id];

@if ( brogo_dialect == "bro" )
	if ( n$node_type == WORKER )
		worker_count = |active_node_ids[WORKER]|;
@endif
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string) &priority=10
	{
	if ( is_enabled() )
		Broker::publish(nodeid_topic(endpoint$id), Cluster::hello, node, node_id());
	}

event Cluster::hello(name: string, id: string) &priority=10
	{
	if ( name !in nodes )
		{
		Reporter::error(fmt("Got Cluster::hello msg from unexpected node: %s", name));
		return;
		}

	local n = nodes[name];

	if ( ! n?$id )
		event Cluster::node_up(name, id);
	else if ( n$id != id )
		{
		Reporter::error(fmt("Got Cluster::hello msg from duplicate node:%s", name));
		set_active(n, n$id, F);
		}

	n$id = id;
	log(fmt("got hello from %s (%s)", name, id));
	set_active(n, id, T);
	}

event Broker::peer_lost(endpoint: Broker::EndpointInfo, msg: string) &priority=10
	{
	local lost = nodeid_to_node(endpoint$id);

	if ( lost$name != "" )
		event Cluster::node_down(lost$name, endpoint$id);
	}

event Cluster::node_down(name: string, id: string) &priority=10
	{
	local gone = nodeid_to_node(id);

	if ( gone$name == "" )
		{
		Reporter::error(fmt("No node found in Cluster::node_down() node:%s id:%s", name, id));
		return;
		}

	log(fmt("node down: %s", gone$name));
	delete gone$node$id;
	set_active(gone$node, id, F);
	}
