package main

import "strings"

// tableKey is one kind of index: its types, the type that holds a key, a key made of the number @I, and how key k is an index.
type tableKey struct{ name, index, typ, make, at string }

var tableKeys = []tableKey{
	{"addr", "addr", "addr", "count_to_v4_addr(167772160 + @I)", "k"},
	{"string", "string", "string", `fmt("host-%d.example.com", @I)`, "k"},
	{"composite", "addr, port", "Key", "Key($a=count_to_v4_addr(167772160 + @I / 4), $p=count_to_port(80 + @I % 4, tcp))", "k$a, k$p"},
}

// code is the program of the curve. The keys are made beforehand; those for scattered access once more, in the order of a walk with
// large steps, so that the table's memory is met out of order and that of the keys is not. The loops are part of the operations.
func (k tableKey) code() string {
	making := func(i string) string { return strings.ReplaceAll(k.make, "@I", i) }
	return strings.NewReplacer("@INDEX", k.index, "@KEY", k.typ, "@AT", k.at, "@MAKE_I", making("i"), "@MAKE_J", making("j")).Replace(`
type Key: record {
	a: addr;
	p: port;
};

event zeek_init()
	{
	local keys: vector of @KEY;
	local mixed: vector of @KEY;
	local i = 0;
	while ( i < @N )
		{
		local j = i * 2654435761 % @N;
		keys += @MAKE_I;
		mixed += @MAKE_J;
		++i;
		}
	local hits = 0;
	local round = 0;
	while ( round < @ROUNDS )
		{
		local t: table[@INDEX] of count;
		measure_mark("");
		for ( _, k in keys )
			t[@AT] = 1;
		measure_mark("insert");
		for ( _, k in keys )
			if ( [@AT] in t )
				++hits;
		measure_mark("lookup");
		for ( _, k in mixed )
			if ( [@AT] in t )
				++hits;
		measure_mark("lookup, scattered");
		for ( _, v in t )
			hits += v;
		measure_mark("iterate");
		for ( _, k in mixed )
			delete t[@AT];
		measure_mark("delete, scattered");
		if ( |t| > 0 )
			exit(1);
		++round;
		}
	if ( hits != 3 * @N * @ROUNDS )
		exit(1);
	}
`)
}

const (
	eventsCode = `
global item: event(n: count, host: string);
global go: event(round: count);

event item(n: count, host: string)
	{
	if ( n == @N - 1 )
		measure_mark("handle");
	}

event go(round: count)
	{
	if ( round == @ROUNDS )
		return;
	local i = 0;
	measure_mark("");
	while ( i < @N )
		{
		event item(i, "host.example.com");
		++i;
		}
	measure_mark("queue");
	event go(round + 1);
	}

event zeek_init()
	{ event go(0); }
`
	// The times are all different, in no order, and within ten minutes.
	timersCode = `
redef exit_only_after_terminate = T;

global item: event(n: count);
global go: event(round: count);
global got = 0;
global round = 0;

event item(n: count)
	{
	if ( ++got < @N )
		return;
	measure_mark("fire");
	got = 0;
	if ( ++round < @ROUNDS )
		event go(round);
	else
		terminate();
	}

event go(n: count)
	{
	local i = 0;
	measure_mark("");
	while ( i < @N )
		{
		schedule double_to_interval((i * 2654435761 % 1000000007) / 1666666.0) { item(i) };
		++i;
		}
	measure_mark("schedule");
	}

event zeek_init()
	{ event go(0); }
`
	triggersCode = `
redef exit_only_after_terminate = T;

global ready = F;
global go: event(round: count);
global got = 0;
global sum = 0;
global round = 0;

function fired(n: count)
	{
	sum += n;
	if ( ++got < @N )
		return;
	measure_mark(round % 2 == 0 ? "fire" : "fire with a timeout");
	got = 0;
	if ( ++round < 2 * @ROUNDS )
		event go(round);
	else
		terminate();
	}

event set_off()
	{
	measure_mark("");
	ready = T;
	}

event go(n: count)
	{
	ready = F;
	local i = 0;
	measure_mark("");
	while ( i < @N )
		{
		if ( n % 2 == 0 )
			{
			when [i] ( ready )
				{ fired(i); }
			}
		else
			{
			when [i] ( ready )
				{ fired(i); }
			timeout 1 min
				{ exit(1); }
			}
		++i;
		}
	measure_mark(n % 2 == 0 ? "start" : "start with a timeout");
	event set_off();
	}

event zeek_init()
	{ event go(0); }
`
)

// The programs of the peers curve: @BATCH events at a time, @ROUNDS times, each way; @PEERS nodes around the hub.
const (
	peerEvents = `
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;
redef Log::enable_local_logging = F;

global item: event(n: count, host: string);
global sent: event(round: count);
global got_all: event(round: count);
global wanted: event(round: count);

global got = 0;
event item(n: count, host: string)
	{ ++got; }

function send(topic: string)
	{
	local i = 0;
	while ( i < @BATCH )
		{
		Broker::publish(topic, item, i, "host.example.com");
		++i;
		}
	}
`
	hubCode = peerEvents + `
global here = 0;
global answers = 0;
global round = 0;

function next_round()
	{
	if ( round == 0 || round == @ROUNDS )
		measure_mark(round == 0 ? "" : "one to all, @NET");
	if ( round == 2 * @ROUNDS )
		{
		measure_mark("all to one, @NET");
		if ( got != @ROUNDS * @BATCH * @PEERS )
			exit(1);
		terminate();
		return;
		}
	if ( round < @ROUNDS )
		{
		send("measure/out");
		Broker::publish("measure/out", sent, round);
		}
	else
		Broker::publish("measure/out", wanted, round);
	++round;
	}

event got_all(round: count)
	{
	if ( ++answers % @PEERS == 0 )
		next_round();
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	if ( ++here == @PEERS )
		next_round();
	}

event Broker::messages_dropped(endpoint: Broker::EndpointInfo, dropped: count, total: count)
	{ exit(1); }

event zeek_init()
	{
	Broker::subscribe("measure/in");
	Broker::listen("@HOST", @PORT/tcp);
	}
`
	peerCode = peerEvents + `
event sent(round: count)
	{
	if ( got != (round + 1) * @BATCH )
		exit(1);
	Broker::publish("measure/in", got_all, round);
	}

event wanted(round: count)
	{
	send("measure/in");
	Broker::publish("measure/in", got_all, round);
	}

event Broker::peer_lost(endpoint: Broker::EndpointInfo, msg: string)
	{ terminate(); }

event zeek_init()
	{
	Broker::subscribe("measure/out");
	Broker::peer("@HOST", @PORT/tcp);
	}
`
)
