##! Looking into a running process and giving it orders. The process loads frameworks/control/controllee; a short-lived client,
##! the controller, connects to it, sends one command and ends with the answer:
##!
##!     brogo -b frameworks/control/controller Control::host=127.0.0.1 Control::host_port=9999/tcp Control::cmd=peer_status

@load base/frameworks/broker
@load base/frameworks/cluster/main

module Control;

export {
	## What the framework's topics begin with; requests go to this, a slash and the Broker id of the process.
	const topic_prefix = (brogo_dialect == "bro" ? "bro" : "zeek") + "/control";

	## Whether the process listens for controllers by itself. Nodes of a cluster listen anyway.
	const controllee_listen = T &redef;

	## Where the controller connects to.
	const host = 0.0.0.0 &redef;
	const host_port = 0/tcp &redef;
	const zone_id = "" &redef;

	## What it asks for, and the command's argument.
	const cmd = "" &redef;
	const arg = "" &redef;

	## The commands there are.
	const commands: set[string] = {
		"id_value",             # the value of the global that arg names
		"peer_status",          # who is connected
		"net_stats",            # packets received; there are none
		"configuration_update", # the controller's constants with &redef replace those of the process
		"shutdown",             # the process ends
	} &redef;

	## Globals that configuration_update leaves alone.
	const ignore_ids: set[string] = {} &redef;

	## One request and one response for each command.
	global id_value_request: event(id: string);
	global id_value_response: event(id: string, val: string);
	global peer_status_request: event();
	global peer_status_response: event(s: string);
	global net_stats_request: event();
	global net_stats_response: event(s: string);
	global configuration_update_request: event();
	global configuration_update_response: event();
	global shutdown_request: event();
	global shutdown_response: event();

	## Raised in the process when new values are in place.
	global configuration_update: event();
}

# Both sides end by way of an event, behind what is queued before.
global terminate_event: event();

event Control::terminate_event() &is_used
	{
	terminate();
	}
