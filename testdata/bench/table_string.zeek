# Counting words in a table indexed by string with a default.
function bench(n: count): string
	{
	local words = split_string("the quick brown fox jumps over the lazy dog and runs", / /);
	local freq: table[string] of count &default=0;
	local i = 0;
	while ( i < n )
		{
		freq[words[i % |words|]] += 1;
		++i;
		}
	local most = 0;
	for ( _, c in freq )
		if ( c > most )
			most = c;
	return fmt("%d %d", |freq|, most);
	}
