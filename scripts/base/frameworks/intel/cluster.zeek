##! Intelligence in a cluster. The manager has it all; workers have the indicators, which the manager sends them, by way of a
##! proxy if there is one, and ask the manager about what matches.

@load ./main
@load base/frameworks/cluster

module Intel;

export {
	## Whether a worker that comes up is sent all indicators at once. Those that come later are sent in any case.
	const send_store_on_node_up = T &redef;
}

# To the manager: an item that a worker has inserted. To workers: an item of the manager's, and all indicators that it has.
global insert_item: event(item: Item) &is_used;
global insert_indicator: event(item: Item) &is_used;
global new_min_data_store: event(store: MinDataStore) &is_used;

@if ( Cluster::local_node_type() != Cluster::MANAGER )
redef have_full_data = F;
@endif

@if ( Cluster::local_node_type() == Cluster::MANAGER )
event Cluster::node_up(name: string, id: string)
	{
	if ( send_store_on_node_up && name in Cluster::nodes && Cluster::nodes[name]$node_type == Cluster::WORKER )
		Cluster::publish(Cluster::node_topic(name), Intel::new_min_data_store, min_data_store);
	}

event Intel::new_item(item: Item) &priority=5
	{
	local proxy = Cluster::rr_topic(Cluster::proxy_pool, "intel_insert_rr_key");
	Cluster::publish(proxy == "" ? Cluster::worker_topic : proxy, Intel::insert_indicator, item);
	}

event Intel::remove_indicator(item: Item)
	{
	Cluster::publish(Cluster::worker_topic, Intel::remove_indicator, item);
	}

event Intel::insert_item(item: Item) &priority=5
	{
	_insert(item, T);
	}

event Intel::remove_item(item: Item, purge_indicator: bool) &priority=5
	{
	remove(item, purge_indicator);
	}

# It may have gone while the worker's message was under way.
event Intel::match_remote(s: Seen) &priority=5
	{
	if ( find(s) )
		event Intel::match(s, get_items(s));
	}
@endif

@if ( Cluster::local_node_type() == Cluster::PROXY )
event Intel::insert_indicator(item: Item) &priority=5
	{
	Cluster::publish(Cluster::worker_topic, Intel::insert_indicator, item);
	}
@endif

@if ( Cluster::local_node_type() == Cluster::WORKER )
event Intel::new_item(item: Item) &priority=5
	{
	Cluster::publish(Cluster::manager_topic, Intel::insert_item, item);
	}

event Intel::remove_item(item: Item, purge_indicator: bool)
	{
	Cluster::publish(Cluster::manager_topic, Intel::remove_item, item, purge_indicator);
	}

event Intel::match_remote(s: Seen)
	{
	Cluster::publish(Cluster::manager_topic, Intel::match_remote, s);
	}

event Intel::insert_indicator(item: Item) &priority=5
	{
	_insert(item, F);
	}

function tell_all(store: MinDataStore, who: hook(indicator: string, indicator_type: Type))
	{
	for ( host in store$host_data )
		hook who(cat(host), ADDR);

	for ( net in store$subnet_data )
		hook who(cat(net), SUBNET);

	for ( [text, t] in store$string_data )
		hook who(text, t);
	}

# What this node had is replaced, as a rule nothing.
event Intel::new_min_data_store(store: MinDataStore)
	{
	tell_all(min_data_store, indicator_removed);
	min_data_store = store;
	tell_all(min_data_store, indicator_inserted);
	}
@endif
