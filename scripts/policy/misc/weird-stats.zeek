##! Writes to weird_stats.log how often each weird has occurred, over the workers in a cluster.

@load base/frameworks/sumstats
@load base/frameworks/cluster

module WeirdStats;

export {
	redef enum Log::ID += { LOG };

	## How often a record is written.
	const weird_stat_interval = 15min &redef;

	type Info: record {
		ts: time &log;
		name: string &log;
		num_seen: count &log; ##< Since the last record.
	};

@if ( brogo_dialect == "zeek" )
	## May keep records out of the log.
	global log_policy: Log::PolicyHook;
@endif

	## Raised for each record.
	global log_weird_stats: event(rec: Info);
}

# Totals at the end of this epoch and of the one before.
global totals: table[string] of double;
global former_totals: table[string] of double;

function take_total(ts: time, key: SumStats::Key, result: SumStats::Result)
	{
	totals[key$str] = result["weirds.encountered"]$sum;
	}

function write_differences(ts: time)
	{
	for ( name in totals )
		{
		local more = totals[name] - (name in former_totals ? former_totals[name] : 0.0);

		if ( more > 0.0 )
			Log::write(LOG, Info($ts=ts, $name=name, $num_seen=double_to_count(more)));
		}

	former_totals = totals;
	totals = table();
	}

event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_weird_stats, $path="weird_stats", $policy=log_policy));
@else
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_weird_stats, $path="weird_stats"));
@endif

	SumStats::create(SumStats::SumStat($name="weirds.statistics", $epoch=weird_stat_interval,
		$reducers=set(SumStats::Reducer($stream="weirds.encountered", $apply=set(SumStats::SUM))),
		$epoch_result=take_total, $epoch_finished=write_differences));
	}

# The figures are taken when they are asked for, before SumStats answers. Its event of that is its own.

module SumStats;

function observe_weirds()
	{
	local stats = get_reporter_stats();

	for ( name in stats$weirds_by_type )
		observe("weirds.encountered", Key($str=name), Observation($dbl=stats$weirds_by_type[name] + 0.0));
	}

@if ( Cluster::is_enabled() )
event SumStats::cluster_ss_request(uid: string, ss_name: string, cleanup: bool) &priority=10
	{
	if ( ss_name == "weirds.statistics" )
		observe_weirds();
	}
@else
event SumStats::finish_epoch(ss: SumStat) &priority=10
	{
	if ( ss$name == "weirds.statistics" )
		observe_weirds();
	}
@endif
