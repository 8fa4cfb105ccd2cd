##! Broker stores that a whole cluster shares: the master is on one node, clones are on the others.

@load ./main

module Cluster;

export {
	## Where stores have their master unless said otherwise; empty: on the manager.
	const default_master_node = "" &redef;

	## Where stores keep their data; the second is for those that are asked to last.
	const default_backend = Broker::MEMORY &redef;
	const default_persistent_backend = Broker::SQLITE &redef;

	## The directory of their files; empty: the working directory.
	const default_store_dir = "" &redef;

	type StoreInfo: record {
		name: string &optional;
		store: opaque of Broker::Store &optional;
		master_node: string &default=default_master_node;
		master: bool &default=F; ##< Whether this node has the master.
		backend: Broker::BackendType &default=default_backend;
		options: Broker::BackendOptions &default=Broker::BackendOptions();
		clone_resync_interval: interval &default=Broker::default_clone_resync_interval;
		clone_stale_interval: interval &default=Broker::default_clone_stale_interval;
		clone_mutation_buffer_interval: interval &default=Broker::default_clone_mutation_buffer_interval;
	};

	## What is known of stores by name; an entry made beforehand says how to make the store.
	global stores: table[string] of StoreInfo &default=StoreInfo() &redef;

	## Makes this node's part of a store.
	global create_store: function(name: string, persistent: bool &default=F): StoreInfo;
}

# The name of the node that has a store's master. It does not return if there is none.
function master_of(name: string, info: StoreInfo): string
	{
	if ( info$master_node != "" )
		{
		if ( info$master_node !in nodes )
			Reporter::fatal(fmt("master node '%s' for cluster store '%s' does not exist", info$master_node, name));

		return info$master_node;
		}

	local managers = nodes_with_type(MANAGER);

	if ( |managers| == 0 )
		Reporter::fatal(fmt("empty master node name for cluster store '%s', but there's no manager node to default", name));

	return managers[0]$name;
	}

function create_store(name: string, persistent: bool &default=F): StoreInfo
	{
	local info = stores[name];
	info$name = name;

	if ( default_store_dir != "" && info$options$sqlite$path == "" )
		info$options$sqlite$path = fmt("%s/%s.sqlite", default_store_dir, name);

	if ( persistent && info$backend == Broker::MEMORY )
		info$backend = default_persistent_backend;

	if ( ! is_enabled() && info?$store )
		{
		Reporter::warning(fmt("duplicate cluster store creation for %s", name));
		return info;
		}

	if ( is_enabled() )
		info$master_node = master_of(name, info);

	info$master = ! is_enabled() || node == info$master_node;

	if ( info$master )
		info$store = Broker::create_master(name, info$backend, info$options);
	else
		info$store = Broker::create_clone(name, info$clone_resync_interval, info$clone_stale_interval,
		                                  info$clone_mutation_buffer_interval);

	stores[name] = info;

	if ( is_enabled() )
		log(fmt("created %s store: %s", info$master ? "master" : "clone", name));

	return info;
	}
