##! The log of weirds: what is odd but no error. Scripts raise them by Reporter::net_weird() and its kin.

module Weird;

export {
	redef enum Log::ID += { LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy: Log::PolicyHook;
@endif

	type Info: record {
		ts: time &log;
		uid: string &log &optional; ##< The connection's, if it is about one.
		id: conn_id &log &optional;
		name: string &log;           ##< What kind of weird.
		addl: string &log &optional; ##< More about this one.
		notice: bool &log &default=F;
		peer: string &log &default=peer_description; ##< The node that saw it.
		source: string &log &optional;               ##< What part of the program raised it.
	};

	## Names of weirds that are not logged.
	option ignored: set[string] = {};

	## Raised for each row.
	global log_weird: event(rec: Info);

	## Logs a weird unless it is ignored.
	global weird: function(w: Weird::Info);
}

#@until Weird::LOG, ~Log::active_streams
event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(Weird::LOG, Log::Stream($columns=Info, $ev=log_weird, $path="weird", $policy=log_policy));
@else
	Log::create_stream(Weird::LOG, Log::Stream($columns=Info, $ev=log_weird, $path="weird"));
@endif
	}

function weird(w: Weird::Info)
	{
	if ( w$name !in ignored )
		Log::write(Weird::LOG, w);
	}

# Fills the fields that may be empty.
function note(w: Weird::Info, addl: string, source: string)
	{
	if ( addl != "" )
		w$addl = addl;
	if ( source != "" )
		w$source = source;
	weird(w);
	}

@if ( brogo_dialect == "zeek" )
event net_weird(name: string, addl: string, source: string)
	{
	note(Info($ts=network_time(), $name=name), addl, source);
	}

event expired_conn_weird(name: string, id: conn_id, uid: string, addl: string, source: string)
	{
	note(Info($ts=network_time(), $name=name, $uid=uid, $id=id), addl, source);
	}

event flow_weird(name: string, src: addr, dst: addr, addl: string, source: string)
	{
	local ends = conn_id($orig_h=src, $orig_p=0/unknown, $resp_h=dst, $resp_p=0/unknown);
	note(Info($ts=network_time(), $name=name, $id=ends), addl, source);
	}
@else
event net_weird(name: string)
	{
	note(Info($ts=network_time(), $name=name), "", "");
	}

event expired_conn_weird(name: string, id: conn_id, uid: string, addl: string)
	{
	note(Info($ts=network_time(), $name=name, $uid=uid, $id=id), addl, "");
	}

event flow_weird(name: string, src: addr, dst: addr)
	{
	local ends = conn_id($orig_h=src, $orig_p=0/unknown, $resp_h=dst, $resp_p=0/unknown);
	note(Info($ts=network_time(), $name=name, $id=ends), "", "");
	}
@endif
