##! A plugin whose backend is another program that speaks Broker: rules go out as events and so do the answers.

@load ./peers

module NetControl;

export {
	type BrokerConfig: record {
		topic: string &optional; ##< For the events in both directions.
		host: addr &optional;    ##< Where the backend listens.
		bport: port &optional;
		monitor: bool &default=T; ##< Whether it takes rules with the target MONITOR,
		forward: bool &default=T; ##< and FORWARD.

		## Decides which rules it takes, in place of these two.
		check_pred: function(p: PluginState, r: Rule): bool &optional;
	};

	## Makes an instance; can_expire says whether the backend takes rules away when they expire.
	global create_broker: function(config: BrokerConfig, can_expire: bool): PluginState;

	redef record PluginState += {
		broker_config: BrokerConfig &optional;
		broker_id: count &optional;
	};

	## To the backend.
	global broker_add_rule: event(id: count, r: Rule);
	global broker_remove_rule: event(id: count, r: Rule, reason: string);

	## From the backend.
	global broker_rule_added: event(id: count, r: Rule, msg: string);
	global broker_rule_removed: event(id: count, r: Rule, msg: string);
	global broker_rule_exists: event(id: count, r: Rule, msg: string);
	global broker_rule_error: event(id: count, r: Rule, msg: string);
	global broker_rule_timeout: event(id: count, r: Rule, i: FlowInfo);
}

global broker_plugins = PeerPlugins($kind="broker");

event NetControl::broker_rule_added(id: count, r: Rule, msg: string)
	{
	if ( is_filed(broker_plugins, id) )
		event NetControl::rule_added(r, broker_plugins$by_id[id], msg);
	}

event NetControl::broker_rule_exists(id: count, r: Rule, msg: string)
	{
	if ( is_filed(broker_plugins, id) )
		event NetControl::rule_exists(r, broker_plugins$by_id[id], msg);
	}

event NetControl::broker_rule_removed(id: count, r: Rule, msg: string)
	{
	if ( is_filed(broker_plugins, id) )
		event NetControl::rule_removed(r, broker_plugins$by_id[id], msg);
	}

event NetControl::broker_rule_error(id: count, r: Rule, msg: string)
	{
	if ( is_filed(broker_plugins, id) )
		event NetControl::rule_error(r, broker_plugins$by_id[id], msg);
	}

event NetControl::broker_rule_timeout(id: count, r: Rule, i: FlowInfo)
	{
	if ( is_filed(broker_plugins, id) )
		event NetControl::rule_timeout(r, i, broker_plugins$by_id[id]);
	}

function broker_name(p: PluginState): string
	{
	return fmt("Broker-%s", p$broker_config$topic);
	}

function broker_takes(p: PluginState, r: Rule): bool
	{
	local c = p$broker_config;

	if ( c?$check_pred )
		return c$check_pred(p, r);

	return r$target == MONITOR ? c$monitor : c$forward;
	}

function broker_add(p: PluginState, r: Rule): bool
	{
	return broker_takes(p, r) && Broker::publish(p$broker_config$topic, NetControl::broker_add_rule, p$broker_id, r);
	}

function broker_remove(p: PluginState, r: Rule, reason: string): bool
	{
	return broker_takes(p, r) && Broker::publish(p$broker_config$topic, NetControl::broker_remove_rule, p$broker_id, r, reason);
	}

function broker_init(p: PluginState)
	{
	Broker::subscribe(p$broker_config$topic);
	Broker::peer(cat(p$broker_config$host), p$broker_config$bport);
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	peer_came(broker_plugins, endpoint);
	}

function create_broker(config: BrokerConfig, can_expire: bool): PluginState
	{
	local p = PluginState($broker_config=config,
		$plugin=Plugin($name=broker_name, $can_expire=can_expire, $init=broker_init, $add_rule=broker_add, $remove_rule=broker_remove));

	p$broker_id = file_plugin(broker_plugins, p, config$topic, config$host, config$bport);
	return p;
	}
