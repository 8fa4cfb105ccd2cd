##! The log of what the reporter says: messages of the engine and those of Reporter::info() and its kin.

module Reporter;

export {
	redef enum Log::ID += { LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy: Log::PolicyHook;
@endif

	type Info: record {
		ts: time &log; ##< Network time of the message.
		level: Level &log;
		message: string &log;
		location: string &log &optional; ##< The place in a script, if there is one.
	};
}

#@until Reporter::LOG, ~Log::active_streams
event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(Reporter::LOG, Log::Stream($columns=Info, $path="reporter", $policy=log_policy));
@else
	Log::create_stream(Reporter::LOG, Log::Stream($columns=Info, $path="reporter"));
@endif
	}

event reporter_info(t: time, msg: string, location: string) &priority=-5
	{
	Log::write(Reporter::LOG, Info($ts=t, $level=INFO, $message=msg, $location=location));
	}

event reporter_warning(t: time, msg: string, location: string) &priority=-5
	{
	Log::write(Reporter::LOG, Info($ts=t, $level=WARNING, $message=msg, $location=location));
	}

event reporter_error(t: time, msg: string, location: string) &priority=-5
	{
	Log::write(Reporter::LOG, Info($ts=t, $level=ERROR, $message=msg, $location=location));
	}
