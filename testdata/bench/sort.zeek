# Sorting with a script function that compares; n elements in runs of 256.
function bench(n: count): string
	{
	local state = 1;
	local done = 0;
	local low = 0;
	while ( done < n )
		{
		local v: vector of count = vector();
		while ( |v| < 256 )
			{
			state = (state * 1664525 + 1013904223) % 4294967296;
			v += state;
			}
		sort(v, function(a: count, b: count): int { return a < b ? -1 : (b < a ? 1 : 0); });
		low += v[0] % 10;
		done += |v|;
		}
	return fmt("%d", low);
	}
