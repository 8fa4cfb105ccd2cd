##! Items that keep what they match out of intel.log, whatever else matches: those with T in the column meta.whitelist.

@load base/frameworks/intel

module Intel;

export {
	redef record MetaData += {
		whitelist: bool &default=F; ##< A match of the item is not to be logged.
	};
}

hook extend_match(info: Info, s: Seen, items: set[Item]) &priority=9
	{
	local harmless = F;

	for ( item in items )
		harmless = harmless || item$meta$whitelist;

	if ( harmless )
		break;
	}
