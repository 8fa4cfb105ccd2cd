# Matches what a proxy saw against indicators: exact hosts, URL patterns and file-name globs. Hits come out as JSON lines.

module Indicators;

export {
	type Hit: record {
		## Number of the request.
		request: count;
		## What matched.
		kind: string;
		source: string;
		url: string;
	};

	const hosts: set[string] = { "evil.example", "tracker.invalid" } &redef;

	const urls: table[pattern] of string = {
		[/.*\/(cmd|powershell)\.exe/] = "tool download",
		[/https?:\/\/[0-9]{1,3}(\.[0-9]{1,3}){3}\/.*/] = "bare address",
		[/.*[?&]id=[0-9a-f]{32}(&.*)?/] = "beacon id",
	} &redef;

	global hit: event(h: Hit);
}

event Indicators::hit(h: Hit)
	{
	print to_json(h);
	}

event request(n: count, url: string)
	{
	local host = split_string(url, /\/+/)[1];

	if ( host in hosts )
		event Indicators::hit([$request=n, $kind="host", $source=host, $url=url]);

	# A table indexed by patterns gives the values of all that match.
	for ( _, name in urls[url] )
		event Indicators::hit([$request=n, $kind="url", $source=name, $url=url]);
	}

event zeek_init()
	{
	local seen = vector(
		"http://www.example.org/index.html",
		"http://evil.example/a?id=0123456789abcdef0123456789abcdef",
		"http://192.0.2.55/drop/powershell.exe",
		"https://shop.example.org/cart?item=3",
	);

	for ( i, url in seen )
		event request(i + 1, url);
	}
