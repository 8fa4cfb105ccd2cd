##! The Config framework: options that change while the program runs, on all nodes of a cluster, with a log of the changes.

@load base/frameworks/logging
@load base/frameworks/cluster

module Config;

export {
	redef enum Log::ID += { LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy: Log::PolicyHook;
@endif

	## One change of an option.
	type Info: record {
		ts: time &log;   ##< Network time of the change.
		id: string &log; ##< The option.
		old_value: string &log;
		new_value: string &log;
		location: string &optional &log; ##< Where the change comes from, if that was told.
	};

	## A change is logged.
	global log_config: event(rec: Info);

	## Gives an option a value here and on all other nodes of the cluster, which Option::set does not; F if the name or the type is
	## wrong. *location* is for the log.
	global set_value: function(ID: string, val: any, location: string &default=""): bool;
}

@if ( Cluster::is_enabled() )

# What options have been set to, for nodes that come later.
type Cached: record {
	val: any;
	location: string;
};

global option_cache: table[string] of Cached;

global Config::cluster_set_option: event(ID: string, val: any, location: string);

@if ( Cluster::local_node_type() == Cluster::MANAGER )

function remember_and_tell(ID: string, val: any, location: string)
	{
	option_cache[ID] = Cached($val=val, $location=location);
@if ( brogo_dialect == "zeek" )
	for ( topic in Cluster::broadcast_topics )
		Broker::publish(topic, Config::cluster_set_option, ID, val, location);
@else
	Broker::publish(Cluster::worker_topic, Config::cluster_set_option, ID, val, location);
	Broker::publish(Cluster::proxy_topic, Config::cluster_set_option, ID, val, location);
	Broker::publish(Cluster::logger_topic, Config::cluster_set_option, ID, val, location);
@endif
	}

event Cluster::node_up(name: string, id: string) &priority=-10
	{
	if ( name !in Cluster::nodes )
		return;

	for ( ID, c in option_cache )
		Broker::publish(Cluster::node_topic(name), Config::cluster_set_option, ID, c$val, c$location);
	}

@endif

event Config::cluster_set_option(ID: string, val: any, location: string)
	{
@if ( Cluster::local_node_type() == Cluster::MANAGER )
	remember_and_tell(ID, val, location);
@endif
	Option::set(ID, val, location);
	}

function set_value(ID: string, val: any, location: string &default=""): bool
	{
	# The caller may go on changing its own.
	val = copy(val);

	if ( ! Option::set(ID, val, location) )
		return F;

@if ( Cluster::local_node_type() == Cluster::MANAGER )
	remember_and_tell(ID, val, location);
@else
	Broker::publish(Cluster::manager_topic, Config::cluster_set_option, ID, val, location);
@endif
	return T;
	}

@else

function set_value(ID: string, val: any, location: string &default=""): bool
	{
	return Option::set(ID, val, location);
	}

@endif

# A value as the log shows it: elements of sets and vectors between commas.
function format_value(value: any): string
	{
	local name = type_name(value);

	if ( /^set\[[^,]*\]$/ == name )
		value = Option::any_set_to_any_vec(value);
	else if ( /^vector of/ !in name )
		return cat(value);

	local parts: vector of string;
	local elements: vector of any = value;
	for ( i in elements )
		parts[i] = cat(elements[i]);
	return join_string_vec(parts, ",");
	}

# Low in priority, so that the log shows what other handlers have made of the value.
function config_option_changed(ID: string, new_value: any, location: string): any
	{
	if ( location == "<skip-config-log>" )
		return new_value;

	local info = Info($ts=network_time(), $id=ID, $old_value=format_value(lookup_ID(ID)), $new_value=format_value(new_value));
	if ( location != "" )
		info$location = location;

	Log::write(Config::LOG, info);
	return new_value;
	}

#@until Config::LOG, Option::set, Option::set_change_handler, ~Log::active_streams
event zeek_init() &priority=10
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(Config::LOG, Log::Stream($columns=Info, $ev=log_config, $path="config", $policy=log_policy));
@else
	Log::create_stream(Config::LOG, Log::Stream($columns=Info, $ev=log_config, $path="config"));
@endif

	# In a cluster the manager alone logs: it hears of every change.
	if ( Cluster::is_enabled() && Cluster::local_node_type() != Cluster::MANAGER )
		return;

	for ( id in global_options() )
		Option::set_change_handler(id, config_option_changed, -100);
	}
