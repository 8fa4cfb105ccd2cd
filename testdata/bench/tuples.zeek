# Sets and tables with composite keys: addresses with ports, strings with counts.
function bench(n: count): string
	{
	local seen: set[addr, port];
	local ages: table[string, count] of interval;
	local hosts = vector(10.0.0.1, 10.0.0.2, [2001:db8::1]);
	local dup = 0;
	local i = 0;
	while ( i < n )
		{
		local h = hosts[i % 3];
		local p = count_to_port(i % 50, tcp);
		if ( [h, p] in seen )
			++dup;
		else
			add seen[h, p];
		ages["age", i % 7] = 3sec;
		if ( ["age", i % 9] in ages )
			++dup;
		++i;
		}
	return fmt("%d %d %d", |seen|, dup, |ages|);
	}
