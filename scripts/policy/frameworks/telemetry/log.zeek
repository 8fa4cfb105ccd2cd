##! Writes all metrics to telemetry.log and telemetry_histogram.log at regular intervals, and once more at the end of the run.

@load base/frameworks/telemetry

module Telemetry;

export {
	redef enum Log::ID += { LOG, LOG_HISTOGRAM };

	## How often metrics are written.
	option log_interval = 60sec;

	## Only metrics with these prefixes are written; all if the set is empty.
	option log_prefixes: set[string] = { "process", "zeek" };

	## A counter or gauge.
	type Info: record {
		ts: time &log;
		peer: string &log;        ##< The node.
		metric_type: string &log; ##< "counter" or "gauge".
		name: string &log;
		labels: vector of string &log;
		label_values: vector of string &log;
		value: double &log;
	};

	type HistogramInfo: record {
		ts: time &log;
		peer: string &log; ##< The node.
		name: string &log;
		labels: vector of string &log;
		label_values: vector of string &log;
		bounds: vector of double &log; ##< Upper bounds of the buckets.
		values: vector of double &log; ##< Observations in each of them.
		sum: double &log;
		observations: double &log;
	};

@if ( brogo_dialect == "zeek" )
	## May keep records out of the two logs.
	global log_policy: Log::PolicyHook;
	global log_policy_histogram: Log::PolicyHook;
@endif

	## Raised for each record of the two logs.
	global log_telemetry: event(rec: Info);
	global log_telemetry_histogram: event(rec: HistogramInfo);
}

function log_counters_and_gauges(prefix: string)
	{
	local metrics = Telemetry::collect_metrics(prefix);

	for ( i in metrics )
		{
		local m = metrics[i];
		Log::write(LOG, Info($ts=network_time(), $peer=peer_description, $name=m$opts$name,
		                     $metric_type=(m$opts$metric_type == COUNTER ? "counter" : "gauge"),
		                     $labels=m$label_names, $label_values=m$label_values, $value=m$value));
		}
	}

function log_histograms(prefix: string)
	{
	local metrics = Telemetry::collect_histogram_metrics(prefix);

	for ( i in metrics )
		{
		local m = metrics[i];
		Log::write(LOG_HISTOGRAM, HistogramInfo($ts=network_time(), $peer=peer_description, $name=m$opts$name,
			$labels=m$label_names, $label_values=m$label_values, $bounds=m$opts$bounds, $values=m$values,
			$sum=m$sum, $observations=m$observations));
		}
	}

function do_log()
	{
	local prefixes = |log_prefixes| > 0 ? log_prefixes : set("*");

	for ( p in prefixes )
		log_counters_and_gauges(p);

	for ( p in prefixes )
		log_histograms(p);
	}

event Telemetry::log()
	{
	# The end of the run writes its own record.
	if ( zeek_is_terminating() )
		return;

	do_log();
	schedule log_interval { Telemetry::log() };
	}

event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_telemetry, $path="telemetry", $policy=log_policy));
	Log::create_stream(LOG_HISTOGRAM, Log::Stream($columns=HistogramInfo, $ev=log_telemetry_histogram, $path="telemetry_histogram",
		$policy=log_policy_histogram));
@else
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_telemetry, $path="telemetry"));
	Log::create_stream(LOG_HISTOGRAM, Log::Stream($columns=HistogramInfo, $ev=log_telemetry_histogram, $path="telemetry_histogram"));
@endif
	schedule log_interval { Telemetry::log() };
	}

event zeek_done() &priority=-1000
	{
	do_log();
	}
