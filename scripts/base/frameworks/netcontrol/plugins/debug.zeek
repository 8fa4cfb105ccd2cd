##! Plugins for tests: they print what they are asked to do.

@load ../main

module NetControl;

export {
	## A plugin that takes all rules or none.
	global create_debug: function(do_something: bool, name: string &default=""): PluginState;

	## One that says of each rule that it was there before, and one that says that it failed.
	global create_debug_exists: function(name: string): PluginState;
	global create_debug_error: function(name: string): PluginState;
}

function debug_name(p: PluginState): string
	{
	return p$config["name"];
	}

function debug_print(p: PluginState, what: string)
	{
	print fmt("netcontrol debug (%s): %s", debug_name(p), what);
	}

function debug_init(p: PluginState)
	{
	debug_print(p, "init");
	plugin_activated(p);
	}

function debug_done(p: PluginState)
	{
	debug_print(p, "done");
	}

function debug_add_rule(p: PluginState, r: Rule): bool
	{
	debug_print(p, fmt("add_rule: %s", r));

	if ( p$config["all"] != "1" )
		return F;

	event NetControl::rule_added(r, p);
	return T;
	}

function debug_add_rule_exists(p: PluginState, r: Rule): bool
	{
	debug_print(p, fmt("add_rule_exists: %s", r));
	event NetControl::rule_exists(r, p);
	return T;
	}

function debug_add_rule_error(p: PluginState, r: Rule): bool
	{
	debug_print(p, fmt("add_rule_error: %s", r));
	event NetControl::rule_error(r, p, "debug error");
	return T;
	}

function debug_remove_rule(p: PluginState, r: Rule, reason: string): bool
	{
	debug_print(p, fmt("remove_rule (%s): %s", reason, r));
	event NetControl::rule_removed(r, p);
	return T;
	}

function debug_plugin(name: string, all: bool, how: function(p: PluginState, r: Rule): bool): PluginState
	{
	return PluginState($config=table(["name"] = name, ["all"] = (all ? "1" : "0")),
		$plugin=Plugin($name=debug_name, $can_expire=F, $init=debug_init, $done=debug_done, $add_rule=how,
		               $remove_rule=debug_remove_rule));
	}

function create_debug(do_something: bool, name: string &default=""): PluginState
	{
	return debug_plugin(name == "" ? (do_something ? "Debug-All" : "Debug-None") : name, do_something, debug_add_rule);
	}

function create_debug_exists(name: string): PluginState
	{
	return debug_plugin(name, T, debug_add_rule_exists);
	}

function create_debug_error(name: string): PluginState
	{
	return debug_plugin(name, T, debug_add_rule_error);
	}
