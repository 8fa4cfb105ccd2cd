##! The connection log as scripts that read or write it know it. There is no packet engine that would fill it.

module Conn;

export {
	redef enum Log::ID += { LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy: Log::PolicyHook;
@endif

	## One connection.
	type Info: record {
		ts: time &log; ##< Time of the first packet.
		uid: string &log;
		id: conn_id &log;
		proto: transport_proto &log;
		service: string &log &optional;
		duration: interval &log &optional;
		orig_bytes: count &log &optional;
		resp_bytes: count &log &optional;
		conn_state: string &log &optional;
		local_orig: bool &log &optional;
		local_resp: bool &log &optional;
		missed_bytes: count &log &default=0;
		history: string &log &optional;
		orig_pkts: count &log &optional;
		orig_ip_bytes: count &log &optional;
		resp_pkts: count &log &optional;
		resp_ip_bytes: count &log &optional;
		tunnel_parents: set[string] &log &optional;
@if ( brogo_dialect == "zeek" )
		ip_proto: count &log &optional;
@endif
	};

	redef record connection += {
		conn: Info &optional; ##< What is to be logged of it.
	};

	## A connection is logged.
	global log_conn: event(rec: Info);
}

#@until Conn::LOG, ~Log::active_streams
event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(Conn::LOG, Log::Stream($columns=Info, $ev=log_conn, $path="conn", $policy=log_policy));
@else
	Log::create_stream(Conn::LOG, Log::Stream($columns=Info, $ev=log_conn, $path="conn"));
@endif
	}
