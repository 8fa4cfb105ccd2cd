# Longest-prefix lookups among prefixes of three lengths, and membership of an address in one subnet.
function bench(n: count): string
	{
	local nets: table[subnet] of string;
	local i = 0;
	while ( i < 512 )
		{
		nets[counts_to_addr(vector(3232235520 + i * 512)) / 24] = fmt("lab %d", i);
		++i;
		}
	nets[192.168.0.0/16] = "site";
	nets[192.0.0.0/8] = "region";
	local labs = 0;
	local near = 0;
	i = 0;
	while ( i < n )
		{
		local a = counts_to_addr(vector(3232235520 + i * 97 % 300000));
		if ( a in nets && |nets[a]| > 4 )
			++labs;
		if ( a in 192.168.0.0/17 )
			++near;
		++i;
		}
	return fmt("%d %d", labs, near);
	}
