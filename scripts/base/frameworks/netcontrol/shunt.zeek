##! Shunting: a flow that is of no more interest is kept from the analysis; netcontrol_shunt.log has which.

@load ./main

module NetControl;

export {
	redef enum Log::ID += { SHUNT };

@if ( brogo_dialect == "zeek" )
	global log_policy_shunt: Log::PolicyHook;
@endif

	## Has the copy of a flow that is analyzed dropped, for so long. Returns the id of the rule, empty if it was not added.
	global shunt_flow: function(f: flow_id, t: interval, location: string &default=""): string;

	type ShuntInfo: record {
		ts: time;
		rule_id: string;
		f: flow_id;
		expire: interval;
		location: string &optional;
	} &log;

	## Raised for each row of the log.
	global log_netcontrol_shunt: event(rec: ShuntInfo);
}

event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(SHUNT, Log::Stream($columns=ShuntInfo, $ev=log_netcontrol_shunt, $path="netcontrol_shunt",
	                                      $policy=log_policy_shunt));
@else
	Log::create_stream(SHUNT, Log::Stream($columns=ShuntInfo, $ev=log_netcontrol_shunt, $path="netcontrol_shunt"));
@endif
	}

function shunt_flow(f: flow_id, t: interval, location: string &default=""): string
	{
	local id = add_rule(Rule($ty=DROP, $target=MONITOR, $entity=flow_entity(f), $expire=t, $location=location));

	if ( id == "" )
		return "";

	local info = ShuntInfo($ts=network_time(), $rule_id=id, $f=f, $expire=t);

	if ( location != "" )
		info$location = location;

	Log::write(SHUNT, info);
	return id;
	}
