##! A plugin for acld, a daemon that sets access lists of routers: rules become its commands.

@load ./peers

module NetControl;

export {
	## A command of acld.
	type AclRule: record {
		command: string;
		cookie: count; ##< The number of the rule.
		arg: string;
		comment: string &optional;
	};

	type AcldConfig: record {
		acld_topic: string;
		acld_host: addr; ##< Where the process in front of acld listens.
		acld_port: port;
		monitor: bool &default=F; ##< Whether it takes rules with the target MONITOR,
		forward: bool &default=T; ##< and FORWARD.

		## Decides which rules it takes, in place of these two.
		check_pred: function(p: PluginState, r: Rule): bool &optional;
	};

	global create_acld: function(config: AcldConfig): PluginState;

	redef record PluginState += {
		acld_config: AcldConfig &optional;
		acld_id: count &optional;
	};

	## May change the command that was made for a rule.
	global NetControl::acld_rule_policy: hook(p: PluginState, r: Rule, ar: AclRule);

	## To the backend.
	global acld_add_rule: event(id: count, r: Rule, ar: AclRule);
	global acld_remove_rule: event(id: count, r: Rule, ar: AclRule);

	## From the backend.
	global acld_rule_added: event(id: count, r: Rule, msg: string);
	global acld_rule_removed: event(id: count, r: Rule, msg: string);
	global acld_rule_exists: event(id: count, r: Rule, msg: string);
	global acld_rule_error: event(id: count, r: Rule, msg: string);
}

global acld_plugins = PeerPlugins($kind="acld");

# What undoes a command.
const acld_opposites: table[string] of string = {
	["drop"] = "restore",
	["addwhitelist"] = "remwhitelist",
	["blockhosthost"] = "restorehosthost",
	["droptcpport"] = "restoretcpport",
	["dropudpport"] = "restoreudpport",
	["droptcpdsthostport"] = "restoretcpdsthostport",
	["dropudpdsthostport"] = "restoreudpdsthostport",
	["permittcpdsthostport"] = "unpermittcpdsthostport",
	["permitudpdsthostport"] = "unpermitudpdsthostport",
	["nullzero"] = "nonullzero",
	["filter"] = "nofilter",
};

event NetControl::acld_rule_added(id: count, r: Rule, msg: string)
	{
	if ( is_filed(acld_plugins, id) )
		event NetControl::rule_added(r, acld_plugins$by_id[id], msg);
	}

event NetControl::acld_rule_exists(id: count, r: Rule, msg: string)
	{
	if ( is_filed(acld_plugins, id) )
		event NetControl::rule_exists(r, acld_plugins$by_id[id], msg);
	}

event NetControl::acld_rule_removed(id: count, r: Rule, msg: string)
	{
	if ( is_filed(acld_plugins, id) )
		event NetControl::rule_removed(r, acld_plugins$by_id[id], msg);
	}

event NetControl::acld_rule_error(id: count, r: Rule, msg: string)
	{
	if ( is_filed(acld_plugins, id) )
		event NetControl::rule_error(r, acld_plugins$by_id[id], msg);
	}

function acld_name(p: PluginState): string
	{
	return fmt("Acld-%s", p$acld_config$acld_topic);
	}

# Whether a subnet is one address: acld's commands about hosts take nothing else.
function is_host(sn: subnet): bool
	{
	if ( subnet_width(sn) == (is_v4_subnet(sn) ? 32 : 128) )
		return T;

	Reporter::error(fmt("Acld: rule_to_acl_rule was given a subnet that does not specify a distinct address where needed - %s", sn));
	return F;
	}

# "tcp" or "udp" of ports that acld knows commands for; empty otherwise.
function acld_protocol(p: port): string
	{
	return is_tcp_port(p) ? "tcp" : (is_udp_port(p) ? "udp" : "");
	}

# Fills in the command of a flow; it stays empty where there is none.
function acld_flow(ar: AclRule, r: Rule)
	{
	local f = r$entity$flow;

	if ( f?$src_p || f?$src_m || f?$dst_m )
		return;

	local protocol = f?$dst_p ? acld_protocol(f$dst_p) : "";

	if ( f?$src_h && f?$dst_h && ! f?$dst_p )
		{
		if ( r$ty == DROP && is_host(f$src_h) && is_host(f$dst_h) )
			ar$command = "blockhosthost";

		ar$arg = fmt("%s %s", subnet_to_addr(f$src_h), subnet_to_addr(f$dst_h));
		}
	else if ( ! f?$src_h && f?$dst_h && f?$dst_p )
		{
		if ( protocol != "" && (r$ty == DROP || r$ty == WHITELIST) && is_host(f$dst_h) )
			ar$command = fmt("%s%sdsthostport", r$ty == DROP ? "drop" : "permit", protocol);

		ar$arg = fmt("%s %d", subnet_to_addr(f$dst_h), f$dst_p);
		}
	else if ( ! f?$src_h && ! f?$dst_h && f?$dst_p )
		{
		if ( protocol != "" && r$ty == DROP )
			ar$command = fmt("drop%sport", protocol);

		ar$arg = fmt("%d", f$dst_p);
		}
	}

function acld_command(p: PluginState, r: Rule): AclRule
	{
	local ar = AclRule($command="", $cookie=r$cid, $arg="");

	if ( r$entity$ty == ADDRESS )
		{
		if ( r$ty == DROP )
			ar$command = "drop";
		else if ( r$ty == WHITELIST )
			ar$command = "addwhitelist";

		ar$arg = cat(r$entity$ip);
		}
	else if ( r$entity$ty == FLOW )
		acld_flow(ar, r);

	if ( r?$location )
		ar$comment = r$location;

	hook NetControl::acld_rule_policy(p, r, ar);
	return ar;
	}

function acld_takes(p: PluginState, r: Rule): bool
	{
	local c = p$acld_config;

	if ( c?$check_pred )
		return c$check_pred(p, r);

	return r$target == MONITOR ? c$monitor : c$forward;
	}

function acld_add(p: PluginState, r: Rule): bool
	{
	if ( ! acld_takes(p, r) )
		return F;

	local ar = acld_command(p, r);
	return ar$command != "" && Broker::publish(p$acld_config$acld_topic, NetControl::acld_add_rule, p$acld_id, r, ar);
	}

function acld_remove(p: PluginState, r: Rule, reason: string): bool
	{
	if ( ! acld_takes(p, r) )
		return F;

	local ar = acld_command(p, r);

	if ( ar$command !in acld_opposites )
		return F;

	ar$command = acld_opposites[ar$command];

	if ( reason != "" )
		ar$comment = ar?$comment ? fmt("%s (%s)", reason, ar$comment) : reason;

	return Broker::publish(p$acld_config$acld_topic, NetControl::acld_remove_rule, p$acld_id, r, ar);
	}

function acld_init(p: PluginState)
	{
	Broker::subscribe(p$acld_config$acld_topic);
	Broker::peer(cat(p$acld_config$acld_host), p$acld_config$acld_port);
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	peer_came(acld_plugins, endpoint);
	}

function create_acld(config: AcldConfig): PluginState
	{
	local p = PluginState($acld_config=config,
		$plugin=Plugin($name=acld_name, $can_expire=F, $init=acld_init, $add_rule=acld_add, $remove_rule=acld_remove));

	p$acld_id = file_plugin(acld_plugins, p, config$acld_topic, config$acld_host, config$acld_port);
	return p;
	}
