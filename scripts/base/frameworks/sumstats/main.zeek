##! What scripts see of the SumStats framework, and what its nodes have in common. An observation belongs to a stream and a key;
##! reducers turn the observations of a stream into a result; a sumstat gathers reducers, says how long an epoch lasts and
##! what is done with the results.

module SumStats;

export {
	## What a reducer can calculate; the plugins add theirs.
	type Calculation: enum {
		PLACEHOLDER,
	};

	## What an observation is about.
	type Key: record {
		str: string &optional;
		host: addr &optional;
	};

	## What was observed. A string counts as 1.
	type Observation: record {
		num: count &optional;
		dbl: double &optional;
		str: string &optional;
	};

	## What becomes of a stream's observations.
	type Reducer: record {
		stream: string;
		apply: set[Calculation];
		## Leaves observations out.
		pred: function(key: SumStats::Key, obs: SumStats::Observation): bool &optional;
		## Maps keys to others.
		normalize_key: function(key: SumStats::Key): Key &optional;
	};

	## What a reducer has made of the observations of one key. The plugins add the fields of their calculations.
	type ResultVal: record {
		begin: time;           ##< The first observation.
		end: time;             ##< The last.
		num: count &default=0; ##< How many there were.
	};

	## The results of a sumstat for one key, by stream.
	type Result: table[string] of ResultVal;

	type ResultTable: table[Key] of Result;

	type SumStat: record {
		name: string;
		## How long an epoch lasts; with 0secs it lasts until next_epoch() is called.
		epoch: interval;
		reducers: set[Reducer];
		## Turns a result into the figure that is held against the thresholds.
		threshold_val: function(key: SumStats::Key, result: SumStats::Result): double &optional;
		threshold: double &optional;
		## Several thresholds, in ascending order.
		threshold_series: vector of double &optional;
		## Called when a key crosses a threshold, once an epoch for each threshold.
		threshold_crossed: function(key: SumStats::Key, result: SumStats::Result) &optional;
		## Called for each key at the end of an epoch.
		epoch_result: function(ts: time, key: SumStats::Key, result: SumStats::Result) &optional;
		## Called after those.
		epoch_finished: function(ts: time) &optional;
	};

	## Begins a sumstat.
	global create: function(ss: SumStats::SumStat);

	## Adds an observation to a stream.
	global observe: function(id: string, key: SumStats::Key, obs: SumStats::Observation);

	## The results of a key so far, empty if there are none; only within `when`. In a cluster the manager alone gets them.
	global request_key: function(ss_name: string, key: Key): Result;

	## A key as text for people.
	global key2str: function(key: SumStats::Key): string;

	## Ends the epoch of a sumstat whose epochs are ended by hand; F for any other. In a cluster the manager calls it.
	global next_epoch: function(ss_name: string): bool;
}

# How a plugin takes an observation into a result; val is the observation as a number.
type ObserveFunc: function(r: Reducer, val: double, data: Observation, rv: ResultVal);

redef record Reducer += {
	ssname: string &optional;                    # of the sumstat that it belongs to
	calc_funcs: vector of Calculation &optional; # what it applies, each behind those it depends on
};

# Plugins register in the first of these hooks, which is called when the first sumstat is created, prepare results in the second
# and merge two results into a third, which has the times and the number already, in the last.
global register_observe_plugins: hook();
global init_resultval_hook: hook(r: Reducer, rv: ResultVal);
global compose_resultvals_hook: hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal);

global calc_store: table[Calculation] of ObserveFunc;
global calc_deps: table[Calculation] of vector of Calculation;

# Sumstats by name, their reducers by stream, and what they have gathered in this epoch.
global stats_store: table[string] of SumStat;
global reducer_store: table[string] of vector of Reducer;
global result_store: table[string] of ResultTable;

# How many thresholds each key has crossed in this epoch, by sumstat.
global threshold_tracker: table[string] of table[Key] of count;

# What nodes do differently, see non-cluster and cluster: an observation was added, an epoch is over.
global data_added: function(ss: SumStat, key: Key, result: Result);
global finish_epoch: event(ss: SumStat);

function register_observe_plugin(calc: Calculation, func: ObserveFunc)
	{
	calc_store[calc] = func;
	}

function add_observe_plugin_dependency(calc: Calculation, depends_on: Calculation)
	{
	if ( calc !in calc_deps )
		calc_deps[calc] = vector();

	calc_deps[calc] += depends_on;
	}

function key2str(key: Key): string
	{
	local parts: vector of string;

	if ( key?$host )
		parts += fmt("host=%s", key$host);
	if ( key?$str )
		parts += fmt("str=%s", key$str);

	return fmt("sumstats_key(%s)", join_string_vec(parts, ", "));
	}

function next_epoch(ss_name: string): bool
	{
	if ( ss_name !in stats_store || stats_store[ss_name]$epoch != 0secs )
		return F;

	event SumStats::finish_epoch(stats_store[ss_name]);
	return T;
	}

function init_resultval(r: Reducer): ResultVal
	{
	local rv = ResultVal($begin=network_time(), $end=network_time());
	hook init_resultval_hook(r, rv);
	return rv;
	}

function compose_resultvals(rv1: ResultVal, rv2: ResultVal): ResultVal
	{
	local rv = ResultVal($begin=(rv1$begin < rv2$begin ? rv1$begin : rv2$begin), $end=(rv1$end > rv2$end ? rv1$end : rv2$end),
	                     $num=rv1$num + rv2$num);
	hook compose_resultvals_hook(rv, rv1, rv2);
	return rv;
	}

# The results of two nodes for one key as one.
function compose_results(r1: Result, r2: Result): Result
	{
	local merged: Result = table();

	for ( id in r1 )
		merged[id] = r1[id];

	for ( id in r2 )
		merged[id] = id in r1 ? compose_resultvals(r1[id], r2[id]) : r2[id];

	return merged;
	}

# Begins an epoch. Who still has the old results keeps them.
function reset(ss: SumStat)
	{
	result_store[ss$name] = table();
	threshold_tracker[ss$name] = table();
	}

# Adds a calculation behind those that it depends on.
function add_calculation(calcs: vector of Calculation, c: Calculation)
	{
	for ( i in calcs )
		if ( calcs[i] == c )
			return;

	if ( c in calc_deps )
		for ( i in calc_deps[c] )
			add_calculation(calcs, calc_deps[c][i]);

	calcs += c;
	}

function create(ss: SumStat)
	{
	if ( (ss?$threshold || ss?$threshold_series) && ! ss?$threshold_val )
		Reporter::error("SumStats given a threshold with no $threshold_val function");

	if ( |calc_store| == 0 )
		hook register_observe_plugins();

	stats_store[ss$name] = ss;

	for ( reducer in ss$reducers )
		{
		local r = copy(reducer);
		r$ssname = ss$name;
		r$calc_funcs = vector();

		for ( calc in r$apply )
			add_calculation(r$calc_funcs, calc);

		if ( r$stream !in reducer_store )
			reducer_store[r$stream] = vector();

		reducer_store[r$stream] += r;
		}

	reset(ss);

	if ( ss$epoch != 0secs )
		schedule ss$epoch { SumStats::finish_epoch(ss) };
	}

function crossed(ss: SumStat, key: Key): count
	{
	return ss$name in threshold_tracker && key in threshold_tracker[ss$name] ? threshold_tracker[ss$name][key] : 0;
	}

# Whether a key's results are wanted no more in this epoch: nobody is told of them, and all thresholds are crossed.
function settled(ss: SumStat, key: Key): bool
	{
	if ( ss?$epoch_result || ! (ss?$threshold || ss?$threshold_series) )
		return F;

	local n = crossed(ss, key);
	return n > 0 && (! ss?$threshold_series || n >= |ss$threshold_series|);
	}

function reduce(r: Reducer, key: Key, obs: Observation)
	{
	local ss = stats_store[r$ssname];

	if ( settled(ss, key) )
		return;

	local results = result_store[ss$name];

	if ( key !in results )
		results[key] = table();

	local result = results[key];

	if ( r$stream !in result )
		result[r$stream] = init_resultval(r);

	local rv = result[r$stream];
	++rv$num;
	rv$end = network_time();

	local val = 1.0;
	if ( obs?$num )
		val = obs$num + 0.0;
	else if ( obs?$dbl )
		val = obs$dbl;

	for ( i in r$calc_funcs )
		calc_store[r$calc_funcs[i]](r, val, obs, rv);

	data_added(ss, key, result);
	}

function observe(id: string, key: Key, obs: Observation)
	{
	if ( id !in reducer_store )
		return;

	for ( i in reducer_store[id] )
		{
		local r = reducer_store[id][i];
		local k = r?$normalize_key ? r$normalize_key(copy(key)) : key;

		if ( ! r?$pred || r$pred(k, obs) )
			reduce(r, k, obs);
		}
	}

# Gives a result the streams that had no observations, so that functions of scripts need not look for them.
function complete_result(ss: SumStat, result: Result)
	{
	for ( r in ss$reducers )
		if ( r$stream !in result )
			result[r$stream] = init_resultval(r);
	}

# Whether a key's figure is over its next threshold. A node that sees only a part of the observations gives that part, between 0
# and 1, and is right if the others see the like.
function check_thresholds(ss: SumStat, key: Key, result: Result, part: double): bool
	{
	if ( ! (ss?$threshold || ss?$threshold_series) || ! ss?$threshold_val )
		return F;

	complete_result(ss, result);

	local val = ss$threshold_val(key, result) / part;
	local n = crossed(ss, key);

	if ( ss?$threshold && n == 0 && val >= ss$threshold )
		return T;

	return ss?$threshold_series && n < |ss$threshold_series| && val >= ss$threshold_series[n];
	}

function threshold_crossed(ss: SumStat, key: Key, result: Result)
	{
	if ( ! ss?$threshold_crossed )
		return;

	threshold_tracker[ss$name][key] = crossed(ss, key) + 1;
	complete_result(ss, result);
	ss$threshold_crossed(key, result);
	}
