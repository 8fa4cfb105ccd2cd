##! Notices: where the remote host is.

@load ../main
@load base/utils/site

module Notice;

export {
	redef enum Action += { ACTION_ADD_GEODATA };

	redef record Info += {
		remote_location: geo_location &log &optional;
	};

	## Types of notices that get it.
	option lookup_location_types: set[Notice::Type] = {};
}

hook Notice::policy(n: Notice::Info) &priority=10
	{
	if ( n$note in lookup_location_types )
		add n$actions[ACTION_ADD_GEODATA];
	}

# Early, so that others may use it.
hook Notice::notice(n: Notice::Info) &priority=10
	{
	if ( ACTION_ADD_GEODATA !in n$actions || |Site::local_nets| == 0 || n?$remote_location )
		return;

	if ( n?$src && ! Site::is_local_addr(n$src) )
		n$remote_location = lookup_location(n$src);
	else if ( n?$dst && ! Site::is_local_addr(n$dst) )
		n$remote_location = lookup_location(n$dst);
	}
