##! Indicators that nobody has inserted again for ten minutes go.

@load base/frameworks/intel

module Intel;

redef item_expiration = 10min;

hook item_expired(indicator: string, indicator_type: Type, metas: set[MetaData]) &priority=-10
	{
	break;
	}
