##! Tables with &backend in a cluster: the manager has the master of each store and tells new peers, which make clones.

@load ./main

module Broker;

export {
	## The global names whose stores the sender has the masters of.
	global announce_masters: event(masters: set[string]);
}

@if ( Cluster::local_node_type() != Cluster::MANAGER )
redef Broker::table_store_master = F;
@endif

@if ( Broker::table_store_master )
function stored_globals(): set[string]
	{
	local names: set[string];
	local ids = global_ids();

	for ( name in ids )
		if ( ids[name]$broker_backend )
			add names[name];

	return names;
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string) &priority=11
	{
	Broker::publish(Cluster::nodeid_topic(endpoint$id), Broker::announce_masters, stored_globals());
	}
@else
event Broker::announce_masters(masters: set[string])
	{
	for ( name in masters )
		Broker::create_clone("___sync_store_" + name);
	}
@endif
