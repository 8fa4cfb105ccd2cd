# A record with nested containers as JSON text.
type Tags: record {
	labels: set[string];
	scores: vector of double &optional;
};

type Entry: record {
	at: time;
	who: addr;
	via: port;
	tags: Tags;
};

function bench(n: count): string
	{
	local size = 0;
	local i = 0;
	while ( i < n )
		{
		local e = Entry($at=double_to_time(1600000000.25 + i), $who=192.0.2.1, $via=443/tcp,
		                $tags=Tags($labels=set("new", "a\tb"), $scores=vector(0.5, 1e-7)));
		size += |to_json(e)|;
		++i;
		}
	return fmt("%d", size);
	}
