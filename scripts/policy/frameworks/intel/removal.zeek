##! Lines of intelligence files that take items away: those with T in the column meta.remove.

@load base/frameworks/intel

module Intel;

export {
	redef record MetaData += {
		remove: bool &default=F; ##< The item is to be removed.
	};
}

hook filter_item(item: Item)
	{
	if ( ! item$meta$remove )
		return;

	Intel::remove(item);
	break;
	}
