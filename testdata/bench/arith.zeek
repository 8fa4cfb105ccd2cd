# Count and double arithmetic on locals in nested loops, and a short loop that counts down.
function bench(n: count): string
	{
	local sum = 0;
	local half = 0.0;
	local i = 0;
	while ( i < n )
		{
		local j = 0;
		while ( j < 10 )
			{
			sum += (i * j + 3) % 11;
			half += j * 0.5;
			++j;
			}
		++i;
		}
	local left: int = +20;
	while ( left > 0 )
		{
		if ( left % 3 == 0 )
			half -= 0.25;
		--left;
		}
	return fmt("%d %.2f", sum, half);
	}
