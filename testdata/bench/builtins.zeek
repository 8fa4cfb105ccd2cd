# Statements that are little more than the call of a builtin function, in each fixed arity.
function bench(n: count): string
	{
	local sum = 0.0;
	local i = 0;
	while ( i < n )
		{
		local d = sqrt(count_to_double(i));
		local p = count_to_port(i % 1024, udp);
		local s = sub_bytes("abcdefgh", 1 + i % 5, 2);
		sum += floor(d) + port_to_count(p) + |s|;
		++i;
		}
	return fmt("%.1f", sum);
	}
