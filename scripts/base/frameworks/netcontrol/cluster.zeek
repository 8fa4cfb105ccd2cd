##! In a cluster the manager keeps the rules. It tells the workers of all that happens to them, and does what they ask.

@load ./rules
@load base/frameworks/cluster

module NetControl;

export {
	## What nodes ask the manager for.
	global cluster_netcontrol_add_rule: event(r: Rule);
	global cluster_netcontrol_remove_rule: event(id: string, reason: string);
	global cluster_netcontrol_delete_rule: event(id: string, reason: string);
}

@if ( Cluster::local_node_type() == Cluster::MANAGER )

function activate(p: PluginState, priority: int)
	{
	activate_impl(p, priority);
	}

function add_rule(r: Rule): string
	{
	return add_rule_impl(r);
	}

function remove_rule(id: string, reason: string &default=""): bool
	{
	return remove_rule_impl(id, reason);
	}

function delete_rule(id: string, reason: string &default=""): bool
	{
	return delete_rule_impl(id, reason);
	}

event NetControl::cluster_netcontrol_add_rule(r: Rule)
	{
	add_rule_impl(r);
	}

event NetControl::cluster_netcontrol_remove_rule(id: string, reason: string)
	{
	remove_rule_impl(id, reason);
	}

event NetControl::cluster_netcontrol_delete_rule(id: string, reason: string)
	{
	delete_rule_impl(id, reason);
	}

event NetControl::rule_new(r: Rule)
	{
	Broker::publish(Cluster::worker_topic, NetControl::rule_new, r);
	}

event NetControl::rule_destroyed(r: Rule)
	{
	Broker::publish(Cluster::worker_topic, NetControl::rule_destroyed, r);
	}

event NetControl::rule_added(r: Rule, p: PluginState, msg: string)
	{
	Broker::publish(Cluster::worker_topic, NetControl::rule_added, r, p, msg);
	}

event NetControl::rule_exists(r: Rule, p: PluginState, msg: string)
	{
	Broker::publish(Cluster::worker_topic, NetControl::rule_exists, r, p, msg);
	}

event NetControl::rule_removed(r: Rule, p: PluginState, msg: string)
	{
	Broker::publish(Cluster::worker_topic, NetControl::rule_removed, r, p, msg);
	}

event NetControl::rule_timeout(r: Rule, i: FlowInfo, p: PluginState)
	{
	Broker::publish(Cluster::worker_topic, NetControl::rule_timeout, r, i, p);
	}

event NetControl::rule_error(r: Rule, p: PluginState, msg: string)
	{
	Broker::publish(Cluster::worker_topic, NetControl::rule_error, r, p, msg);
	}

@else

# Ids have to be unique before the manager has seen the rule.
global local_rule_count = 1;

function activate(p: PluginState, priority: int)
	{ }

function add_rule(r: Rule): string
	{
	if ( [r$entity, r$ty] in rule_entities )
		{
		log_rule_alone(r, FAILED, "discarded duplicate insertion");
		return "";
		}

	if ( r$id == "" )
		r$id = cat(Cluster::node, ":", ++local_rule_count);

	Broker::publish(Cluster::manager_topic, NetControl::cluster_netcontrol_add_rule, r);
	return r$id;
	}

function remove_rule(id: string, reason: string &default=""): bool
	{
	Broker::publish(Cluster::manager_topic, NetControl::cluster_netcontrol_remove_rule, id, reason);
	return T;
	}

function delete_rule(id: string, reason: string &default=""): bool
	{
	Broker::publish(Cluster::manager_topic, NetControl::cluster_netcontrol_delete_rule, id, reason);
	return T;
	}

event NetControl::rule_new(r: Rule) &priority=5
	{
	if ( r$id !in rules )
		remember(r);
	}

event NetControl::rule_destroyed(r: Rule) &priority=5
	{
	if ( r$id in rules )
		forget(rules[r$id]);
	}
@endif
