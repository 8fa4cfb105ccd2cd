##! Prints each event as it is dispatched, with its arguments: for finding out what a program does.

module DumpEvents;

export {
	## Whether the arguments are printed.
	option include_args = T;

	## Whether events without a handler are printed too.
	const dump_all_events = F &redef;

	## What the names of the events to print contain.
	option include = /.*/;
}

event zeek_init() &priority=999
	{
	if ( dump_all_events )
		generate_all_events();
	}

event new_event(name: string, args: call_argument_vector)
	{
	if ( include !in name )
		return;

	print fmt("%17.6f %s", network_time(), name);

	if ( ! include_args || |args| == 0 )
		return;

	for ( i in args )
		{
		local described = fmt("%s: %s", args[i]$name, args[i]$type_name);

		if ( args[i]?$value )
			print fmt("%18s[%d] %-18s = %s", "", i, described, args[i]$value);
		else
			print fmt("%18s| %-18s = %s [default]", "", described, args[i]$default_val);
		}

	print "";
	}
