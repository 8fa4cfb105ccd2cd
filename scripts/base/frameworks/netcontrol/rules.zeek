##! The rules there are and what happens to them. This runs where the plugins are: in a process by itself, or on the manager.

@load ./main
@load ./describe

module NetControl;

# The rules by id, by what they do to what, and the ids by the subnets that they are about.
global rules: table[string] of Rule;
global rule_entities: table[Entity, RuleType] of Rule;
global rules_by_subnets: table[subnet] of set[string];

# Plugins, the highest priority first, and by id.
global plugins: vector of PluginState = vector();
global plugin_ids: table[count] of PluginState;

# Whether the event init is handled, so that no more plugins come, and whether all of them are ready.
global init_handled = F;
global plugins_active = F;

global rule_counter = 1;

# The subnets that an entity is about.
function subnets_of(e: Entity): set[subnet]
	{
	local found: set[subnet] = set();

	if ( e$ty == ADDRESS )
		add found[e$ip];
	else if ( e$ty == CONNECTION )
		{
		add found[addr_to_subnet(e$conn$orig_h)];
		add found[addr_to_subnet(e$conn$resp_h)];
		}
	else if ( e$ty == FLOW )
		{
		if ( e$flow?$src_h )
			add found[e$flow$src_h];

		if ( e$flow?$dst_h )
			add found[e$flow$dst_h];
		}

	return found;
	}

function remember(r: Rule)
	{
	rules[r$id] = r;
	rule_entities[r$entity, r$ty] = r;

	for ( sn in subnets_of(r$entity) )
		if ( check_subnet(sn, rules_by_subnets) )
			add rules_by_subnets[sn][r$id];
		else
			rules_by_subnets[sn] = set(r$id);
	}

function forget(r: Rule)
	{
	delete rules[r$id];
	delete rule_entities[r$entity, r$ty];

	for ( sn in subnets_of(r$entity) )
		if ( check_subnet(sn, rules_by_subnets) )
			{
			delete rules_by_subnets[sn][r$id];

			if ( |rules_by_subnets[sn]| == 0 )
				delete rules_by_subnets[sn];
			}
	}

function find_rules_subnet(sn: subnet): vector of Rule
	{
	local found: vector of Rule = vector();
	local around = matching_subnets(sn, rules_by_subnets);

	for ( i in around )
		for ( id in rules_by_subnets[around[i]] )
			found[|found|] = rules[id];

	return found;
	}

function find_rules_addr(ip: addr): vector of Rule
	{
	return find_rules_subnet(addr_to_subnet(ip));
	}

function clear()
	{
	# Removing changes the table.
	local ids: vector of string = vector();

	for ( id in rules )
		ids[|ids|] = id;

	for ( i in ids )
		remove_rule(ids[i]);
	}

# Goes on once all plugins are ready.
function check_plugins()
	{
	if ( plugins_active )
		return;

	for ( i in plugins )
		if ( ! plugins[i]$_activated )
			return;

	plugins_active = T;

	if ( |plugins| > 0 )
		log_message("plugin initialization done");

	event NetControl::init_done();
	}

function plugin_activated(p: PluginState)
	{
	if ( ! p?$_id || p$_id !in plugin_ids )
		{
		log_plugin(ERROR, "unknown plugin activated", p);
		return;
		}

	if ( plugin_ids[p$_id]$_activated )
		return;

	plugin_ids[p$_id]$_activated = T;
	log_plugin(MESSAGE, "activation finished", p);

	if ( init_handled )
		check_plugins();
	}

event zeek_init() &priority=-5
	{
	event NetControl::init();
	}

event NetControl::init() &priority=-20
	{
	init_handled = T;
	check_plugins();

	if ( ! plugins_active )
		log_message("waiting for plugins to initialize");
	}

function activate_impl(p: PluginState, priority: int)
	{
	p$_priority = priority;
	p$_id = |plugin_ids|;
	plugin_ids[p$_id] = p;
	plugins[|plugins|] = p;
	sort(plugins, function(a: PluginState, b: PluginState): int { return b$_priority - a$_priority; });

	if ( p$plugin?$init )
		{
		log_plugin(MESSAGE, fmt("activating plugin with priority %d", priority), p);
		p$plugin$init(p);
		}
	else
		plugin_activated(p);
	}

# Offers a rule to the plugins; the first that takes it sets the priority of those that may. T if any did.
function offer(r: Rule): bool
	{
	local taken = F;
	local priority: int = +0;

	for ( i in plugins )
		{
		local p = plugins[i];

		if ( ! p$_activated )
			next;

		if ( taken && p$_priority != priority )
			break;

		if ( p$plugin?$add_rule && p$plugin$add_rule(p, r) )
			{
			taken = T;
			priority = p$_priority;
			log_rule(r, "ADD", REQUESTED, p, "");
			add r$_plugin_ids[p$_id];
			}
		}

	return taken;
	}

function add_rule_impl(r: Rule): string
	{
	if ( ! plugins_active )
		{
		log_rule_alone(r, FAILED, "plugins not initialized yet");
		return "";
		}

	r$cid = ++rule_counter;

	if ( r$id == "" )
		r$id = cat(r$cid);

	if ( ! hook NetControl::rule_policy(r) )
		return "";

	if ( [r$entity, r$ty] in rule_entities )
		{
		log_rule_alone(r, FAILED, "discarded duplicate insertion");
		return "";
		}

	if ( ! offer(r) )
		{
		log_rule_alone(r, FAILED, "not supported");
		return "";
		}

	remember(r);
	event NetControl::rule_new(r);
	return r$id;
	}

# Forgets a rule that no plugin has in place any more.
function cleanup(r: Rule)
	{
	if ( |r$_active_plugin_ids| > 0 )
		return;

	forget(r);
	event NetControl::rule_destroyed(r);
	}

function delete_rule_impl(id: string, reason: string): bool
	{
	if ( id !in rules )
		{
		Reporter::error(fmt("Rule %s does not exist in NetControl::delete_rule", id));
		return F;
		}

	local r = rules[id];
	r$_active_plugin_ids = count_set();
	cleanup(r);
	log_rule_alone(r, REMOVED, reason == "" ? "delete_rule" : fmt("delete_rule: %s", reason));
	return T;
	}

function remove_from_plugin(r: Rule, p: PluginState, reason: string): bool
	{
	if ( p$plugin?$remove_rule && p$plugin$remove_rule(p, r, reason) )
		{
		log_rule(r, "REMOVE", REQUESTED, p, reason);
		return T;
		}

	log_rule_error(r, reason == "" ? "remove failed" : fmt("remove failed (original reason: %s)", reason), p);
	return F;
	}

function remove_rule_impl(id: string, reason: string): bool
	{
	if ( id !in rules )
		{
		Reporter::error(fmt("Rule %s does not exist in NetControl::remove_rule", id));
		return F;
		}

	local r = rules[id];
	local success = T;

	for ( plugin_id in r$_active_plugin_ids )
		if ( ! remove_from_plugin(r, plugin_ids[plugin_id], reason) )
			success = F;

	return success;
	}

global rule_expire: event(r: Rule, p: PluginState);

# Whether what a plugin tells is about a rule that it was given; otherwise the log has one of the two texts.
function is_responsible(r: Rule, p: PluginState, unknown: string, stranger: string): bool
	{
	if ( r$id !in rules )
		{
		log_rule_error(r, unknown, p);
		return F;
		}

	if ( p$_id !in rules[r$id]$_plugin_ids )
		{
		log_rule_error(r, stranger, p);
		return F;
		}

	return T;
	}

function rule_placed(r: Rule, p: PluginState, exists: bool, msg: string)
	{
	if ( ! is_responsible(r, p, "Addition of unknown rule", "Rule added to non-responsible plugin") )
		return;

	local rule = rules[r$id];

	if ( exists )
		add rule$_no_expire_plugins[p$_id];

	log_rule(r, "ADD", exists ? EXISTS : SUCCEEDED, p, msg);
	add rule$_active_plugin_ids[p$_id];

	if ( |rule$_plugin_ids| == |rule$_active_plugin_ids| )
		rule$_added = T;

	hook NetControl::rule_added_policy(rule, p, exists, msg);

	if ( r?$expire && r$expire > 0secs && ! p$plugin$can_expire )
		schedule r$expire { NetControl::rule_expire(r, p) };
	}

event NetControl::rule_added(r: Rule, p: PluginState, msg: string) &priority=5
	{
	if ( ! is_remote_event() )
		rule_placed(r, p, F, msg);
	}

event NetControl::rule_exists(r: Rule, p: PluginState, msg: string) &priority=5
	{
	if ( ! is_remote_event() )
		rule_placed(r, p, T, msg);
	}

function is_ending(): bool
	{
@if ( brogo_dialect == "bro" )
	return bro_is_terminating();
@else
	return zeek_is_terminating();
@endif
	}

event NetControl::rule_expire(r: Rule, p: PluginState) &priority=-5
	{
	# Timers run out at the end of a program, too.
	if ( is_ending() || r$id !in rules )
		return;

	local rule = rules[r$id];

	if ( p$_id in rule$_no_expire_plugins )
		{
		# The backend had it before and is to keep it.
		delete rule$_active_plugin_ids[p$_id];
		delete rule$_no_expire_plugins[p$_id];
		cleanup(rule);
		}
	else
		event NetControl::rule_timeout(r, FlowInfo(), p);
	}

event NetControl::rule_removed(r: Rule, p: PluginState, msg: string) &priority=-5
	{
	if ( is_remote_event() ||
	     ! is_responsible(r, p, "Removal of non-existing rule", "Removed from non-assigned plugin") )
		return;

	local rule = rules[r$id];
	delete rule$_active_plugin_ids[p$_id];
	log_rule(rule, "REMOVE", SUCCEEDED, p, msg);
	cleanup(rule);
	}

event NetControl::rule_timeout(r: Rule, i: FlowInfo, p: PluginState) &priority=-5
	{
	if ( is_remote_event() ||
	     ! is_responsible(r, p, "Timeout of non-existing rule", "Timeout from non-assigned plugin") )
		return;

	local rule = rules[r$id];
	local seen = i?$packet_count ? fmt("Packets: %d", i$packet_count) : "";

	if ( i?$byte_count )
		seen += fmt("%sBytes: %d", seen == "" ? "" : " ", i$byte_count);

	log_rule(rule, "EXPIRE", TIMEOUT, p, seen);

	if ( p$plugin$can_expire )
		{
		delete rule$_active_plugin_ids[p$_id];
		cleanup(rule);
		}
	else
		remove_from_plugin(rule, p, "");
	}

event NetControl::rule_error(r: Rule, p: PluginState, msg: string) &priority=-5
	{
	if ( is_remote_event() ||
	     ! is_responsible(r, p, "Error of non-existing rule", "Error from non-assigned plugin") )
		return;

	local rule = rules[r$id];
	log_rule_error(rule, msg, p);

	# The plugin has nothing to do with it any more.
	delete rule$_plugin_ids[p$_id];
	delete rule$_active_plugin_ids[p$_id];
	cleanup(rule);
	}
