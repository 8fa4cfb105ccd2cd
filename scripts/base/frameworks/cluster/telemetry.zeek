##! Which metrics there are of the events that nodes publish and receive.

module Cluster::Telemetry;

export {
	type Type: enum {
		INFO,    ##< How many events came and went.
		VERBOSE, ##< The same by topic and event.
		DEBUG,   ##< How large their messages were, by topic, event, and for those that went the place in the script.
	};

	## The metrics of this node's connections to others, and of those of WebSocket clients.
	const core_metrics: set[Type] = { INFO } &redef;
	const websocket_metrics: set[Type] = { INFO } &redef;

	## What topics are counted as whose names have random parts. The first pattern that matches the whole topic counts;
	## an empty string leaves it out of all metrics by topic.
	const topic_normalizations: table[pattern] of string = {
		[/^zeek\/cluster\/nodeid\/.*/] = "zeek/cluster/nodeid/__normalized__",
	} &ordered &redef;

	## The upper bounds of the DEBUG metrics' buckets, in bytes.
	const message_size_bounds: vector of double = { 10.0, 50.0, 100.0, 500.0, 1000.0, 5000.0, 10000.0, 50000.0 } &redef;
}
