# What a long stream holds, in little memory: the most frequent values, how many differ, and whether one was there at all.

event zeek_init()
	{
	local top = topk_init(300);
	local distinct = hll_cardinality_init(0.01, 0.95);
	local known = bloomfilter_basic_init(0.001, 10000, "frequency");
	local sizes: vector of count;

	local i = 0;
	while ( i < 20000 )
		{
		# Every third request is for one of four names, the others for a long tail.
		local name = i % 3 == 0 ? fmt("www%d.example.com", i % 4) : fmt("host%d.example.net", i % 5000);
		topk_add(top, name);
		hll_cardinality_add(distinct, name);
		bloomfilter_add(known, name);
		sizes += |name|;
		++i;
		}

	print "most frequent", sort(topk_get_top(top, 4), strcmp);
	print "names, to the thousand", double_to_count(hll_cardinality_estimate(distinct) / 1000.0) * 1000;
	print "seen", bloomfilter_lookup(known, "www2.example.com") > 0, bloomfilter_lookup(known, "never.example.org") > 0;

	# Sort with a comparison of our own; captures are by value.
	local longest_first = function(a: count, b: count): int { return a < b ? 1 : (a > b ? -1 : 0); };
	sort(sizes, longest_first);
	print "longest name", sizes[0];
	}
