##! SumStats over the workers of a cluster. Workers keep what they observe; the manager asks for it when an epoch is over, when a
##! worker thinks that a key crosses a threshold, and on demand, and merges what it gets.

@load base/frameworks/cluster
@load ./main

module SumStats;

export {
	## A worker that alone sees this part of what a threshold takes has the manager look at the whole.
	const cluster_request_global_view_percent = 0.2 &redef;

	## How many such looks at a sumstat may be under way.
	const max_outstanding_global_views = 10 &redef;

	## From the manager: send all results of a sumstat, and begin a new epoch if cleanup is set.
	global cluster_ss_request: event(uid: string, ss_name: string, cleanup: bool);

	## From workers: some of those results; last is set in the last message.
	global cluster_send_data: event(uid: string, ss_name: string, data: ResultTable, last: bool);

	## From the manager: send the result of one key.
	global cluster_get_result: event(uid: string, ss_name: string, key: Key, cleanup: bool);

	## From workers: that result, empty if there is none.
	global cluster_send_result: event(uid: string, ss_name: string, key: Key, result: Result, cleanup: bool);

	## From workers: a key may have crossed a threshold.
	global cluster_key_intermediate_response: event(ss_name: string, key: SumStats::Key);

	## From the manager: so many thresholds are crossed.
	global cluster_threshold_crossed: event(ss_name: string, key: SumStats::Key, thold_index: count);
}

# Keys that were looked at lately need no second look.
global recent_global_view_keys: set[string, Key] &create_expire=1min;

@if ( Cluster::local_node_type() != Cluster::MANAGER )

# How many keys go into a message.
const keys_at_a_time = 50;

function data_added(ss: SumStat, key: Key, result: Result)
	{
	if ( [ss$name, key] in recent_global_view_keys ||
	     ! check_thresholds(ss, key, result, cluster_request_global_view_percent) )
		return;

	add recent_global_view_keys[ss$name, key];
	Cluster::publish(Cluster::manager_topic, SumStats::cluster_key_intermediate_response, ss$name, key);
	}

event SumStats::cluster_ss_request(uid: string, ss_name: string, cleanup: bool)
	{
	local data: ResultTable = ss_name in result_store ? result_store[ss_name] : table();
	local batch: ResultTable;

	if ( cleanup && ss_name in stats_store )
		reset(stats_store[ss_name]);

	for ( key in data )
		{
		batch[key] = data[key];

		if ( |batch| == keys_at_a_time )
			{
			Cluster::publish(Cluster::manager_topic, SumStats::cluster_send_data, uid, ss_name, batch, F);
			batch = table();
			}
		}

	Cluster::publish(Cluster::manager_topic, SumStats::cluster_send_data, uid, ss_name, batch, T);
	}

event SumStats::cluster_get_result(uid: string, ss_name: string, key: Key, cleanup: bool)
	{
	local result: Result = table();

	if ( ss_name in result_store && key in result_store[ss_name] )
		{
		result = result_store[ss_name][key];
		if ( cleanup )
			delete result_store[ss_name][key];
		}

	Cluster::publish(Cluster::manager_topic, SumStats::cluster_send_result, uid, ss_name, key, result, cleanup);
	}

event SumStats::cluster_threshold_crossed(ss_name: string, key: SumStats::Key, thold_index: count)
	{
	if ( ss_name !in threshold_tracker )
		threshold_tracker[ss_name] = table();

	threshold_tracker[ss_name][key] = thold_index;
	}

# Epochs end when the manager says so.
event SumStats::finish_epoch(ss: SumStat)
	{ }

# Scripts mostly run on all nodes; only the manager has an answer for them.
function request_key(ss_name: string, key: Key): Result
	{
	return table();
	}

@else

# What has come of an epoch: the merged results, and how many workers are done.
type Collection: record {
	data: ResultTable &default=table();
	done: count &default=0;
};

# By the id of the request; workers that do not answer in time are given up.
global collections: table[string] of Collection &create_expire=5min;

# Requests for one key: the merged result, the answers, and which of them are for scripts.
global key_requests: table[string] of Result &create_expire=5min;
global done_with: table[string] of count &create_expire=5min &default=0;
global dynamic_requests: set[string] &create_expire=5min;

# Looks at keys that are under way, by sumstat.
global outstanding_global_views: table[string] of set[string];

function tell_crossed(ss: SumStat, key: Key, result: Result)
	{
	if ( ! check_thresholds(ss, key, result, 1.0) )
		return;

	threshold_crossed(ss, key, result);
	Cluster::publish(Cluster::worker_topic, SumStats::cluster_threshold_crossed, ss$name, key, crossed(ss, key));
	}

function data_added(ss: SumStat, key: Key, result: Result)
	{
	tell_crossed(ss, key, result);
	}

function finish_collection(uid: string, ss: SumStat)
	{
	local data = collections[uid]$data;
	local now = network_time();
	delete collections[uid];

	# What the manager itself has observed.
	for ( key in result_store[ss$name] )
		data[key] = key in data ? compose_results(data[key], result_store[ss$name][key]) : result_store[ss$name][key];

	for ( key in data )
		{
		tell_crossed(ss, key, data[key]);

		if ( ss?$epoch_result )
			ss$epoch_result(now, key, data[key]);
		}

	if ( ss?$epoch_finished )
		ss$epoch_finished(now);

	reset(ss);
	}

event SumStats::finish_epoch(ss: SumStat)
	{
	if ( zeek_is_terminating() )
		return;

	local uid = unique_id("");
	collections[uid] = Collection();
	Cluster::publish(Cluster::worker_topic, SumStats::cluster_ss_request, uid, ss$name, T);

	if ( Cluster::get_active_node_count(Cluster::WORKER) == 0 )
		finish_collection(uid, ss);

	if ( ss$epoch != 0secs )
		schedule ss$epoch { SumStats::finish_epoch(ss) };
	}

event SumStats::cluster_send_data(uid: string, ss_name: string, data: ResultTable, last: bool)
	{
	if ( uid !in collections || ss_name !in stats_store )
		return;

	local c = collections[uid];

	for ( key in data )
		c$data[key] = key in c$data ? compose_results(c$data[key], data[key]) : data[key];

	if ( last && ++c$done >= Cluster::get_active_node_count(Cluster::WORKER) )
		finish_collection(uid, stats_store[ss_name]);
	}

event SumStats::cluster_key_intermediate_response(ss_name: string, key: Key)
	{
	if ( [ss_name, key] in recent_global_view_keys )
		return;

	if ( ss_name !in outstanding_global_views )
		outstanding_global_views[ss_name] = set();
	else if ( |outstanding_global_views[ss_name]| >= max_outstanding_global_views )
		return;

	add recent_global_view_keys[ss_name, key];

	local uid = unique_id("");
	add outstanding_global_views[ss_name][uid];
	key_requests[uid] = table();
	done_with[uid] = 0;
	Cluster::publish(Cluster::worker_topic, SumStats::cluster_get_result, uid, ss_name, key, F);
	}

event SumStats::cluster_send_result(uid: string, ss_name: string, key: Key, result: Result, cleanup: bool)
	{
	if ( uid !in key_requests || ss_name !in stats_store )
		return;

	key_requests[uid] = compose_results(key_requests[uid], result);
	++done_with[uid];

	if ( uid in dynamic_requests || done_with[uid] < Cluster::get_active_node_count(Cluster::WORKER) )
		return;

	tell_crossed(stats_store[ss_name], key, key_requests[uid]);

	if ( ss_name in outstanding_global_views )
		delete outstanding_global_views[ss_name][uid];

	delete key_requests[uid];
	delete done_with[uid];
	}

function request_key(ss_name: string, key: Key): Result
	{
	local uid = unique_id("");
	done_with[uid] = 0;
	key_requests[uid] = table();
	add dynamic_requests[uid];
	Cluster::publish(Cluster::worker_topic, SumStats::cluster_get_result, uid, ss_name, key, F);

	return when [uid, ss_name, key] ( uid in done_with && done_with[uid] >= Cluster::get_active_node_count(Cluster::WORKER) )
		{
		local result = key_requests[uid];
		delete key_requests[uid];
		delete done_with[uid];
		delete dynamic_requests[uid];
		return result;
		}
	timeout 1.1min
		{
		Reporter::warning(fmt("Dynamic SumStat key request for %s in SumStat %s took longer than 1 minute " +
		                      "and was automatically cancelled.", key, ss_name));
		return table();
		}
	}

@endif
