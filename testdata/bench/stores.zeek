# Writes to a store in memory whose master is here.
function bench(n: count): string
	{
	local h = Broker::create_master("bench");
	local i = 0;
	while ( i < n )
		{
		Broker::put(h, fmt("key-%d", i % 50000), i);
		Broker::increment(h, "total", 1);
		++i;
		}
	return Broker::store_name(h);
	}
