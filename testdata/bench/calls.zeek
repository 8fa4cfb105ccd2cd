# Calls of script functions: recursion, several arguments, results that are passed on.
function depth(n: count): count
	{
	return n == 0 ? 0 : 1 + depth(n - 1);
	}

function between(x: count, low: count, high: count): bool
	{
	return low <= x && x < high;
	}

function bench(n: count): string
	{
	local inside = 0;
	local i = 0;
	while ( i < n )
		{
		if ( between(depth(i % 8), 2, 5) )
			++inside;
		++i;
		}
	return fmt("%d", inside);
	}
