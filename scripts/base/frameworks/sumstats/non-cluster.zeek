##! SumStats on a node of its own.

@load ./main

module SumStats;

# How many keys are handled at a time, so that a large result does not hold everything else up.
const keys_at_a_time = 50;

event SumStats::process_epoch_result(ss: SumStat, now: time, data: ResultTable)
	{
	local batch: vector of Key;

	for ( key in data )
		{
		batch += key;
		if ( |batch| == keys_at_a_time )
			break;
		}

	for ( i in batch )
		{
		local result = data[batch[i]];
		delete data[batch[i]];
		ss$epoch_result(now, batch[i], result);
		}

	if ( |data| > 0 )
		schedule 10msec { SumStats::process_epoch_result(ss, now, data) };
	else if ( ss?$epoch_finished )
		ss$epoch_finished(now);
	}

function end_epoch(ss: SumStat)
	{
	local data = result_store[ss$name];
	local now = network_time();
	reset(ss);

	if ( ss?$epoch_result && |data| > 0 )
		{
		if ( ! zeek_is_terminating() )
			{
			event SumStats::process_epoch_result(ss, now, data);
			return;
			}

		for ( key in data )
			ss$epoch_result(now, key, data[key]);
		}

	if ( ss?$epoch_finished )
		ss$epoch_finished(now);
	}

event SumStats::finish_epoch(ss: SumStat)
	{
	# The last epoch ends in zeek_done.
	if ( zeek_is_terminating() )
		return;

	end_epoch(ss);

	if ( ss$epoch != 0secs )
		schedule ss$epoch { SumStats::finish_epoch(ss) };
	}

#@until SumStats::stats_store
event zeek_done() &priority=10
	{
	for ( name in stats_store )
		if ( stats_store[name]$epoch != 0secs )
			end_epoch(stats_store[name]);
	}

function data_added(ss: SumStat, key: Key, result: Result)
	{
	if ( check_thresholds(ss, key, result, 1.0) )
		threshold_crossed(ss, key, result);
	}

function request_key(ss_name: string, key: Key): Result
	{
	# The results are here; the when is for scripts that run in clusters, too.
	return when [ss_name, key] ( T )
		{
		if ( ss_name in result_store && key in result_store[ss_name] )
			return result_store[ss_name][key];

		return table();
		}
	}
