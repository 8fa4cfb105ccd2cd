##! Writes to loaded_scripts.log which scripts were loaded, in order, each indented by how deep its @load is nested.

@load base/utils/paths

module LoadedScripts;

export {
	redef enum Log::ID += { LOG };

	type Info: record {
		name: string &log; ##< Two blanks for each level, then the path.
	};

@if ( brogo_dialect == "zeek" )
	## May keep records out of the log.
	global log_policy: Log::PolicyHook;
@endif
}

event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(LOG, Log::Stream($columns=Info, $path="loaded_scripts", $policy=log_policy));
@else
	Log::create_stream(LOG, Log::Stream($columns=Info, $path="loaded_scripts"));
@endif
	}

event zeek_script_loaded(path: string, level: count)
	{
	Log::write(LOG, Info($name=ljust("", 2 * level) + compress_path(path)));
	}
