function f(host: addr, names: set[string], seen: table[string] of time): string
	{
	local first = "";

	for ( n in names )
		if ( n !in seen )
			seen[n] = "now"; # ERROR

	while ( first ) # ERROR
		first = "x";

	if ( host in names ) # ERROR
		first = host; # ERROR

	return |names|; # ERROR
	}
