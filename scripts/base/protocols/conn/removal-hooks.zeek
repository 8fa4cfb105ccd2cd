##! Hooks that run when a connection is removed. There is no packet engine, so they run only when a script raises
##! connection_state_remove itself.

module Conn;

export {
	## What may be registered.
	type RemovalHook: hook(c: connection);

	## Has *hk* run when *c* is removed; F if it would already.
	global register_removal_hook: function(c: connection, hk: RemovalHook): bool;

	## Takes *hk* back; F if it was not registered.
	global unregister_removal_hook: function(c: connection, hk: RemovalHook): bool;
}

redef record connection += {
	removal_hooks: set[RemovalHook] &optional;
};

function register_removal_hook(c: connection, hk: RemovalHook): bool
	{
	if ( c?$removal_hooks && hk in c$removal_hooks )
		return F;

	if ( ! c?$removal_hooks )
		c$removal_hooks = set();

	add c$removal_hooks[hk];
	return T;
	}

function unregister_removal_hook(c: connection, hk: RemovalHook): bool
	{
	if ( ! c?$removal_hooks || hk !in c$removal_hooks )
		return F;

	delete c$removal_hooks[hk];
	return T;
	}

event connection_state_remove(c: connection) &priority=-10
	{
	if ( ! c?$removal_hooks )
		return;

	for ( hk in c$removal_hooks )
		hook hk(c);

	c$removal_hooks = set();
	}
