##! broker.log: the comings and goings of peers, and what went wrong.

@load ./main

@ifdef ( Log::write )

module Broker;

export {
	redef enum Log::ID += { LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy: Log::PolicyHook;
@endif

	## What a row is about.
	type Type: enum {
		STATUS,
		ERROR,
@if ( brogo_dialect == "zeek" )
		CRITICAL_EVENT,
		ERROR_EVENT,
		WARNING_EVENT,
		INFO_EVENT,
		VERBOSE_EVENT,
		DEBUG_EVENT,
@endif
	};

	type Info: record {
		ts: time &log;
		ty: Broker::Type &log;
		ev: string &log; ##< What happened, in a word.
		peer: Broker::NetworkInfo &log &optional;
		message: string &log &optional;
	};
}

#@until Broker::LOG, ~Log::active_streams
event zeek_init() &priority=5
	{
@if ( brogo_dialect == "bro" )
	Log::create_stream(Broker::LOG, [$columns=Broker::Info, $path="broker"]);
@else
	Log::create_stream(Broker::LOG, Log::Stream($columns=Broker::Info, $path="broker", $policy=Broker::log_policy));
@endif
	}

# Writes one row.
function note(ty: Broker::Type, ev: string, msg: string, peer: Broker::EndpointInfo)
	{
	local row = Broker::Info($ts=network_time(), $ty=ty, $ev=ev, $message=msg);

	if ( peer?$network )
		row$peer = peer$network;

	Log::write(Broker::LOG, row);
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	note(STATUS, "peer-added", msg, endpoint);
	}

event Broker::peer_removed(endpoint: Broker::EndpointInfo, msg: string)
	{
	note(STATUS, "peer-removed", msg, endpoint);
	}

event Broker::peer_lost(endpoint: Broker::EndpointInfo, msg: string)
	{
	note(STATUS, "connection-terminated", msg, endpoint);
	}

event Broker::messages_dropped(endpoint: Broker::EndpointInfo, dropped: count, total: count)
	{
	note(STATUS, "messages-dropped", fmt("%d messages were dropped, %d altogether", dropped, total), endpoint);
	}

event Broker::error(code: Broker::ErrorCode, msg: string)
	{
	local word = to_lower(subst_string(subst_string(cat(code), "Broker::", ""), "_", "-"));
	note(ERROR, word, msg, Broker::EndpointInfo($id=""));

@if ( brogo_dialect == "zeek" )
	Reporter::error(fmt("Broker error (%s): %s", code, msg));
@endif
	}

@if ( brogo_dialect == "zeek" )
event Broker::internal_log_event(lvl: Broker::LogSeverityLevel, id: string, description: string)
	{
	local ty = Broker::CRITICAL_EVENT;

	switch ( lvl )
		{
		case Broker::LOG_ERROR:
			ty = Broker::ERROR_EVENT;
			break;
		case Broker::LOG_WARNING:
			ty = Broker::WARNING_EVENT;
			break;
		case Broker::LOG_INFO:
			ty = Broker::INFO_EVENT;
			break;
		case Broker::LOG_VERBOSE:
			ty = Broker::VERBOSE_EVENT;
			break;
		case Broker::LOG_DEBUG:
			ty = Broker::DEBUG_EVENT;
			break;
		}

	note(ty, id, description, Broker::EndpointInfo($id=""));
	}
@endif

@endif
