##! Knowing when the whole cluster stands: each node tells the manager when it has met everyone that it connects to, and the
##! manager tells all when the last has.

@load base/frameworks/cluster

module Cluster::Experimental;

export {
	## A node has met all that it connects to. Raised there and on the manager; resending says that the node took part in
	## a start that was complete before.
	global node_fully_connected: event(name: string, id: string, resending: bool);

	## All nodes have.
	global cluster_started: event();

	## How the manager tells.
	const cluster_started_topic = "zeek/cluster/experimental/started" &redef;
}

# Whom this node has not met yet, and whether the cluster has been complete before.
global unmet: set[string];
global is_cluster_started = F;

@if ( Cluster::is_enabled() )

hook Cluster::connect_node_hook(connectee: Cluster::NamedNode)
	{
	add unmet[connectee$name];
	}

function tell_connected()
	{
	event Cluster::Experimental::node_fully_connected(Cluster::node, Cluster::node_id(), is_cluster_started);
	Cluster::publish(Cluster::manager_topic, node_fully_connected, Cluster::node, Cluster::node_id(), is_cluster_started);
	}

event zeek_init()
	{
	Cluster::subscribe(cluster_started_topic);
	}

event Cluster::node_up(name: string, id: string) &priority=-10
	{
	# Who connects to the manager has it among those to meet; a node that the manager connects to has not, and tells it then.
	local mine = Cluster::node in Cluster::nodes && Cluster::nodes[Cluster::node]?$manager &&
		Cluster::nodes[Cluster::node]$manager == name;

	if ( name !in unmet && ! mine )
		return;

	delete unmet[name];

	if ( |unmet| == 0 )
		tell_connected();
	}

event Cluster::Experimental::node_fully_connected(name: string, id: string, resending: bool)
	{
	if ( ! is_remote_event() )
		Cluster::log("fully connected");
	}

event Cluster::Experimental::cluster_started()
	{
	is_cluster_started = T;
	}

@if ( Cluster::local_node_type() == Cluster::MANAGER )
# The manager's view: who has not told yet.
global missing: set[string];

event zeek_init()
	{
	for ( name in Cluster::nodes )
		add missing[name];
	}

event zeek_init() &priority=-15
	{
	if ( |unmet| == 0 )
		event Cluster::Experimental::node_fully_connected(Cluster::node, Cluster::node_id(), F);
	}

# A logger that knows no manager cannot tell it.
event Cluster::node_up(name: string, id: string)
	{
	local n = Cluster::nodes[name];

	if ( n$node_type == Cluster::LOGGER && ! n?$manager )
		event Cluster::Experimental::node_fully_connected(name, id, F);
	}

event Cluster::Experimental::node_fully_connected(name: string, id: string, resending: bool)
	{
	is_cluster_started = is_cluster_started || resending;
	delete missing[name];

	if ( is_cluster_started || |missing| > 0 )
		return;

	event Cluster::Experimental::cluster_started();
	Cluster::publish(cluster_started_topic, cluster_started);
	}

event Cluster::Experimental::cluster_started()
	{
	Cluster::log("cluster connected");
	}
@endif
@endif
