##! Software that hosts run, with its versions: software.log has each program of a host once, and again when its version
##! changes. In a cluster the proxies keep the list, each a part of the hosts.

@load base/utils/directions-and-hosts
@load base/utils/numbers
@load base/frameworks/cluster
@load ./parse

module Software;

export {
	redef enum Log::ID += { LOG };

@if ( brogo_dialect == "zeek" )
	## May keep records out of the log.
	global log_policy: Log::PolicyHook;
@endif

	## What a program is for; scripts add theirs.
	type Type: enum {
		UNKNOWN,
	};

	type Info: record {
		ts: time &log &optional;
		host: addr &log;
		host_p: port &log &optional;
		software_type: Type &log &default=UNKNOWN;
		name: string &log &optional;
		version: Version &log &optional;
		unparsed_version: string &log &optional; ##< The program's own words; name and version come from them if not given.
		force_log: bool &default=F;              ##< Log it even if the host runs it still, or is none of ours.
	};

	## Whose software is of interest.
	option asset_tracking = LOCAL_HOSTS;

	## Tells of a program that was seen. F if the host is of no interest or the record says too little.
	global found: function(id: conn_id, info: Info): bool;

	## Compares versions: negative if the first is older, positive if it is newer.
	global cmp_versions: function(v1: Version, v2: Version): int;

	type SoftwareSet: table[string] of Info;

	## The programs of each host, by name.
	global tracked: table[addr] of SoftwareSet &create_expire=1day;

	## Raised for each record of the log.
	global log_software: event(rec: Info);

	## Raised when a host runs another version than before.
	global version_change: event(old: Info, new: Info);

	## Raised, on the node that keeps the host, for each program that was seen.
	global register: event(info: Info);
}

#@until Software::LOG, ~Log::active_streams
event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_software, $path="software", $policy=log_policy));
@else
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_software, $path="software"));
@endif
	}

# Texts come again and again.
global parse_cache: table[string] of Description &read_expire=65secs;

function parse_with_cache(unparsed_version: string): Description
	{
	if ( unparsed_version !in parse_cache )
		parse_cache[unparsed_version] = parse(unparsed_version);

	return parse_cache[unparsed_version];
	}

# The parts of a version, most significant first; 0 is none, so that a version without a part is older than one with it.
function parts_of(v: Version): vector of count
	{
	return vector(v?$major ? v$major + 1 : 0, v?$minor ? v$minor + 1 : 0,
	              v?$minor2 ? v$minor2 + 1 : 0, v?$minor3 ? v$minor3 + 1 : 0);
	}

function cmp_versions(v1: Version, v2: Version): int
	{
	local a = parts_of(v1);
	local b = parts_of(v2);

	for ( i in a )
		if ( a[i] != b[i] )
			return a[i] < b[i] ? -1 : +1;

	if ( v1?$addl && v2?$addl )
		return strcmp(v1$addl, v2$addl);

	return v1?$addl == v2?$addl ? +0 : (v1?$addl ? +1 : -1);
	}

function software_fmt_version(v: Version): string
	{
	return fmt("%d%s%s%s%s", v?$major ? v$major : 0, v?$minor ? fmt(".%d", v$minor) : "", v?$minor2 ? fmt(".%d", v$minor2) : "",
	           v?$minor3 ? fmt(".%d", v$minor3) : "", v?$addl ? fmt("-%s", v$addl) : "");
	}

function software_fmt(i: Info): string
	{
	return fmt("%s %s", i$name, software_fmt_version(i$version));
	}

event Software::new(info: Info)
	{
	if ( ! info?$version )
		{
		local sw = parse_with_cache(info$unparsed_version);
		info$name = sw$name;
		info$version = sw$version;
		}

	event Software::register(info);
	}

event Software::register(info: Info)
	{
	if ( info$host !in tracked )
		tracked[info$host] = SoftwareSet();

	local known = tracked[info$host];

	if ( info$name in known )
		{
		local old = known[info$name];

		if ( cmp_versions(old$version, info$version) != 0 )
			event Software::version_change(old, info);
		else if ( ! info$force_log )
			return;
		}

	known[info$name] = info;
	Log::write(LOG, info);
	}

function found(id: conn_id, info: Info): bool
	{
	if ( ! info$force_log && ! addr_matches_host(info$host, asset_tracking) )
		return F;

	if ( ! info?$ts )
		info$ts = network_time();

	if ( info?$version && ! info?$name )
		{
		Reporter::error("Required field name not present in Software::found");
		return F;
		}

	if ( ! info?$version && ! info?$unparsed_version )
		{
		Reporter::error("No unparsed version string present in Info record with version in Software::found");
		return F;
		}

	if ( Cluster::is_enabled() )
		Cluster::publish_hrw(Cluster::proxy_pool, info$host, Software::new, info);
	else
		event Software::new(info);

	return T;
	}
