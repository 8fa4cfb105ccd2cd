# A table indexed by count: insert, update, membership, lookup, delete.
function bench(n: count): string
	{
	local t: table[count] of count;
	local hits = 0;
	local i = 0;
	while ( i < n )
		{
		local k = i * 31 % 4096;
		if ( k in t )
			{
			t[k] += 1;
			hits += t[k] % 3;
			}
		else
			t[k] = i;
		if ( i % 5 == 0 )
			delete t[k / 2];
		++i;
		}
	return fmt("%d %d", |t|, hits);
	}
