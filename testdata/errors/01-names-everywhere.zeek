# Unknown names: at the top level, in a function, in a record, in an event, in a branch.
global limit: count = max_limit; # ERROR

type Info: record {
	ts: time;
	kind: Kind; # ERROR
};

function total(v: vector of count): count
	{
	local sum = 0;
	for ( i in v )
		sum += v[j]; # ERROR
	return sum;
	}

event zeek_init()
	{
	print totl(vector(1, 2)); # ERROR
@if ( T )
	print limitt; # ERROR
@endif
	}
