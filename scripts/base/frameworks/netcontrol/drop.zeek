##! Dropping the traffic of addresses and connections; netcontrol_drop.log has what was dropped.

@load ./main

module NetControl;

export {
	redef enum Log::ID += { DROP_LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy_drop: Log::PolicyHook;
@endif

	## Drops all that comes from or goes to an address, or all of a connection, for so long. Returns the id of the rule, empty if it
	## was not added.
	global drop_address: function(a: addr, t: interval, location: string &default=""): string;
	global drop_connection: function(c: conn_id, t: interval, location: string &default=""): string;

	type DropInfo: record {
		ts: time;
		rule_id: string;
		orig_h: addr; ##< The address, or the one that opened the connection.
		orig_p: port &optional;
		resp_h: addr &optional;
		resp_p: port &optional;
		expire: interval;
		location: string &optional;
	} &log;

	## Asked before anything is dropped, and may change the rule; break lets it pass.
	global NetControl::drop_rule_policy: hook(r: Rule);

	## Raised for each row of the log.
	global log_netcontrol_drop: event(rec: DropInfo);
}

event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(DROP_LOG, Log::Stream($columns=DropInfo, $ev=log_netcontrol_drop, $path="netcontrol_drop",
		$policy=log_policy_drop));
@else
	Log::create_stream(DROP_LOG, Log::Stream($columns=DropInfo, $ev=log_netcontrol_drop, $path="netcontrol_drop"));
@endif
	}

# Adds the rule and finishes the row.
function drop_entity(e: Entity, info: DropInfo, location: string): string
	{
	local r = Rule($ty=DROP, $target=FORWARD, $entity=e, $expire=info$expire, $location=location);

	if ( ! hook NetControl::drop_rule_policy(r) )
		return "";

	info$rule_id = add_rule(r);

	if ( info$rule_id == "" )
		return "";

	if ( location != "" )
		info$location = location;

	Log::write(DROP_LOG, info);
	return info$rule_id;
	}

function drop_address(a: addr, t: interval, location: string &default=""): string
	{
	return drop_entity(Entity($ty=ADDRESS, $ip=addr_to_subnet(a)),
	                   DropInfo($ts=network_time(), $rule_id="", $orig_h=a, $expire=t), location);
	}

function drop_connection(c: conn_id, t: interval, location: string &default=""): string
	{
	return drop_entity(Entity($ty=CONNECTION, $conn=c),
	                   DropInfo($ts=network_time(), $rule_id="", $orig_h=c$orig_h, $orig_p=c$orig_p,
	                            $resp_h=c$resp_h, $resp_p=c$resp_p,
	                            $expire=t), location);
	}
