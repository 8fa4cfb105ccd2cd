##! Handlers with a &group named after a type, such as "Intel::ADDR", run only while there are indicators of that type.

@load frameworks/intel/seen

module Intel;

export {
	## Whether they do. Without indicators of a type they do not get as far as Intel::seen_policy, either.
	const manage_seen_event_groups = T &redef;
}

global intel_type_counts: table[Type] of count &default=0;

function switch_group(t: Type, on: bool)
	{
	local group = cat(t);

	if ( ! manage_seen_event_groups || ! has_event_group(group) )
		return;

	if ( on )
		enable_event_group(group);
	else
		disable_event_group(group);
	}

event zeek_init()
	{
	if ( ! manage_seen_event_groups )
		return;

	for ( name in enum_names(Type) )
		if ( has_event_group(name) )
			disable_event_group(name);
	}

hook indicator_inserted(indicator: string, indicator_type: Type)
	{
	if ( ++intel_type_counts[indicator_type] == 1 )
		switch_group(indicator_type, T);
	}

hook indicator_removed(indicator: string, indicator_type: Type)
	{
	if ( --intel_type_counts[indicator_type] == 0 )
		switch_group(indicator_type, F);
	}
