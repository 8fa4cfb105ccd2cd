##! The SSH log as scripts that read or write it know it. There is no packet engine that would fill it.

@load base/utils/directions-and-hosts

module SSH;

export {
	redef enum Log::ID += { LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy: Log::PolicyHook;
@endif

	## One connection.
	type Info: record {
		ts: time &log;
		uid: string &log;
		id: conn_id &log;
		version: count &log &optional;
		auth_success: bool &log &optional;
		auth_attempts: count &log &default=0;
		direction: Direction &log &optional;
		client: string &log &optional;
		server: string &log &optional;
		cipher_alg: string &log &optional;
		mac_alg: string &log &optional;
		compression_alg: string &log &optional;
		kex_alg: string &log &optional;
		host_key_alg: string &log &optional;
		host_key: string &log &optional;
	};

	## A connection is logged.
	global log_ssh: event(rec: Info);
}

#@until SSH::LOG, ~Log::active_streams
event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(SSH::LOG, Log::Stream($columns=Info, $ev=log_ssh, $path="ssh", $policy=log_policy));
@else
	Log::create_stream(SSH::LOG, Log::Stream($columns=Info, $ev=log_ssh, $path="ssh"));
@endif
	}
