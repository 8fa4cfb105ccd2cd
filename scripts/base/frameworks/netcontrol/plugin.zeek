##! Plugins carry rules to a backend: a switch, a firewall, a process that controls one.

@load ./types

module NetControl;

export {
	## One instance of a plugin.
	type PluginState: record {
		config: table[string] of string &default=table(); ##< For the plugin's own use.
		_id: count &optional;
		_priority: int &default=+0;
		_activated: bool &default=F;
	};

	## What a plugin can do.
	type Plugin: record {
		## The name of an instance in the log.
		name: function(state: PluginState): string;

		## Whether the backend takes rules away by itself when they expire; otherwise the framework has it done.
		can_expire: bool;

		## Called when the instance is activated. It has to call NetControl::plugin_activated once it is ready; an instance
		## without this function is ready at once.
		init: function(state: PluginState) &optional;
		done: function(state: PluginState) &optional;

		## Puts a rule in place: T if the plugin takes it. The events rule_added, rule_exists or rule_error tell how it went.
		add_rule: function(state: PluginState, r: Rule): bool &optional;

		## Takes it away: T if the plugin will try. The event rule_removed or rule_error tells how it went.
		remove_rule: function(state: PluginState, r: Rule, reason: string): bool &optional;
	};

	redef record PluginState += {
		plugin: Plugin &optional;
	};
}
