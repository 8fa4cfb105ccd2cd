##! Orders to the network. Scripts add rules, high-level functions such as NetControl::drop_address make them; plugins carry
##! them out. netcontrol.log has every step. In a cluster the manager keeps the rules and talks to the plugins; other nodes ask
##! it.

@load ./types
@load ./plugin
@load base/frameworks/logging

module NetControl;

export {
	redef enum Log::ID += { LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy: Log::PolicyHook;
@endif

	## Raised at the start: the place to activate plugins.
	global NetControl::init: event();

	## All plugins are ready; rules may be added from now on.
	global NetControl::init_done: event();

	## Puts a plugin to use. A rule goes to the plugins of the highest priority that take it. Does nothing on nodes of a cluster
	## other than the manager.
	global activate: function(p: PluginState, priority: int);

	## Lets traffic of an address or subnet pass, for so long; 0 is for ever. The functions return the id of the rule, empty if it
	## was not added.
	global whitelist_address: function(a: addr, t: interval, location: string &default=""): string;
	global whitelist_subnet: function(s: subnet, t: interval, location: string &default=""): string;

	## Sends a flow out at a port of the switch.
	global redirect_flow: function(f: flow_id, out_port: count, t: interval, location: string &default=""): string;

	## Cuts a host off but for DNS, which a quarantine server answers, and that server's port 80. Returns the ids of the rules.
	global quarantine_host: function(infected: addr, dns: addr, quarantine: addr, t: interval,
	                                 location: string &default=""): vector of string;

	## Removes all rules.
	global clear: function();

	## Adds a rule; returns its id, empty if it was not added.
	global add_rule: function(r: Rule): string;

	## Has the plugins take a rule away. F if there is no such rule.
	global remove_rule: function(id: string, reason: string &default=""): bool;

	## Forgets a rule without telling the plugins.
	global delete_rule: function(id: string, reason: string &default=""): bool;

	## The rules about an address or a subnet that it lies in; on nodes other than the manager as far as they have heard.
	global find_rules_addr: function(ip: addr): vector of Rule;
	global find_rules_subnet: function(sn: subnet): vector of Rule;

	## Raised by plugins: a rule is in place, was there before, is gone, has expired, or there was an error.
	global rule_added: event(r: Rule, p: PluginState, msg: string &default="");
	global rule_exists: event(r: Rule, p: PluginState, msg: string &default="");
	global rule_removed: event(r: Rule, p: PluginState, msg: string &default="");
	global rule_timeout: event(r: Rule, i: FlowInfo, p: PluginState);
	global rule_error: event(r: Rule, p: PluginState, msg: string &default="");

	## Raised when the framework has taken a rule, and when it has forgotten it.
	global rule_new: event(r: Rule);
	global rule_destroyed: event(r: Rule);

	## Asked before a rule is added, and may change it; break discards it.
	global NetControl::rule_policy: hook(r: Rule);

	## Run when a plugin has put a rule in place.
	global NetControl::rule_added_policy: hook(r: Rule, p: PluginState, exists: bool, msg: string);

	## To be called by plugins when they are ready.
	global plugin_activated: function(p: PluginState);

	## What a row of the log is about.
	type InfoCategory: enum { MESSAGE, ERROR, RULE };

	## What happened to a rule.
	type InfoState: enum {
		REQUESTED,
		SUCCEEDED,
		EXISTS,
		FAILED,
		REMOVED,
		TIMEOUT,
	};

	type Info: record {
		ts: time;
		rule_id: string &optional;
		category: InfoCategory &optional;
		cmd: string &optional;
		state: InfoState &optional;
		action: string &optional;
		target: TargetType &optional;
		entity_type: string &optional;
		entity: string &optional;
		mod: string &optional;
		msg: string &optional;
		priority: int &optional;
		expire: interval &optional;
		location: string &optional;
		plugin: string &optional;
	} &log;

	## Raised for each row.
	global log_netcontrol: event(rec: Info);
}

event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_netcontrol, $path="netcontrol", $policy=log_policy));
@else
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_netcontrol, $path="netcontrol"));
@endif
	}

function whitelist_subnet(s: subnet, t: interval, location: string &default=""): string
	{
	return add_rule(Rule($ty=WHITELIST, $target=FORWARD, $entity=Entity($ty=ADDRESS, $ip=s), $expire=t,
	                     $priority=whitelist_priority, $location=location));
	}

function whitelist_address(a: addr, t: interval, location: string &default=""): string
	{
	return whitelist_subnet(addr_to_subnet(a), t, location);
	}

# The entity of a whole flow_id.
function flow_entity(f: flow_id): Entity
	{
	return Entity($ty=FLOW, $flow=Flow($src_h=addr_to_subnet(f$src_h), $src_p=f$src_p,
	                                   $dst_h=addr_to_subnet(f$dst_h), $dst_p=f$dst_p));
	}

function redirect_flow(f: flow_id, out_port: count, t: interval, location: string &default=""): string
	{
	return add_rule(Rule($ty=REDIRECT, $target=FORWARD, $entity=flow_entity(f), $expire=t, $location=location, $out_port=out_port));
	}

function quarantine_host(infected: addr, dns: addr, quarantine: addr, t: interval, location: string &default=""): vector of string
	{
	local host = addr_to_subnet(infected);
	local resolver = addr_to_subnet(dns);
	local asks = Entity($ty=FLOW, $flow=Flow($src_h=host, $dst_h=resolver, $dst_p=53/udp));
	local answers = Entity($ty=FLOW, $flow=Flow($src_h=resolver, $src_p=53/udp, $dst_h=host));
	local web = Entity($ty=FLOW, $flow=Flow($src_h=host, $dst_h=addr_to_subnet(quarantine), $dst_p=80/tcp));
	local ids: vector of string = vector();

	ids[0] = add_rule(Rule($ty=DROP, $target=FORWARD, $entity=Entity($ty=FLOW, $flow=Flow($src_h=host)), $expire=t,
	                       $location=location));
	ids[1] = add_rule(Rule($ty=MODIFY, $target=FORWARD, $entity=asks, $expire=t, $priority=+5, $location=location,
	                       $mod=FlowMod($dst_h=quarantine)));
	ids[2] = add_rule(Rule($ty=MODIFY, $target=FORWARD, $entity=answers, $expire=t, $priority=+5, $location=location,
	                       $mod=FlowMod($src_h=dns)));
	ids[3] = add_rule(Rule($ty=WHITELIST, $target=FORWARD, $entity=web, $expire=t, $priority=+5, $location=location));
	return ids;
	}
