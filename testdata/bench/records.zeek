# Records: construction, updates of fields, optional fields, records in records.
type Endpoint: record {
	bytes: count &default=0;
	name: string &optional;
};

type Flow: record {
	id: count;
	orig: Endpoint;
	weight: double &default=1.0;
};

function bench(n: count): string
	{
	local flows: vector of Flow;
	local i = 0;
	while ( i < 64 )
		{
		flows += Flow($id=i, $orig=Endpoint());
		++i;
		}
	local total = 0;
	i = 0;
	while ( i < n )
		{
		local fl = flows[i % 64];
		fl$orig$bytes += fl$id % 5;
		fl$weight += 0.5;
		++fl$id;
		if ( fl$id % 16 == 0 && ! fl$orig?$name )
			fl$orig$name = "busy";
		total += fl$orig$bytes;
		++i;
		}
	local named = 0;
	local weight = 0.0;
	for ( _, e in flows )
		{
		weight += e$weight;
		if ( e$orig?$name )
			++named;
		}
	return fmt("%d %d %.1f", total, named, weight);
	}
