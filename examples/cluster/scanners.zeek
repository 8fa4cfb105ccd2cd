# Workers look for hosts that try many ports; the manager puts together what they find, and says so once. Every attempt goes into a log, of which
# each logger writes its share.
#
#   brogo cluster run --workers 4 --proxies 2 --loggers 2 examples/cluster/scanners.zeek

module Scanners;

export {
	redef enum Log::ID += { LOG };

	type Attempt: record {
		ts: time &log;
		worker: string &log;
		n: count &log;
		host: addr &log;
		p: port &log;
	};

	## How many attempts each worker sees, and how long it takes to see ten of them.
	const attempts = 500 &redef;
	const pause = 10msec &redef;

	## How many ports are suspicious.
	const threshold = 20 &redef;

	global tried: event(host: addr, ports: set[port]);
	global finished: event(worker: string);
	global start: event();
}

event zeek_init()
	{
	Log::create_stream(LOG, [$columns=Attempt, $path="attempts"]);
	}

@if ( Cluster::local_node_type() == Cluster::MANAGER )
global seen: table[addr] of set[port];
global reported: set[addr];
global at_work: set[string];
global met: set[string];

# Work begins when everybody is there.
event Cluster::node_up(name: string, id: string)
	{
	add met[name];

	if ( |met| < |Cluster::nodes| - 1 || |at_work| > 0 )
		return;

	for ( n in Cluster::nodes )
		if ( Cluster::nodes[n]$node_type == Cluster::WORKER )
			add at_work[n];

	Broker::publish(Cluster::worker_topic, Scanners::start);
	}

event Scanners::tried(host: addr, ports: set[port])
	{
	if ( host !in seen )
		seen[host] = set();

	for ( p in ports )
		add seen[host][p];

	if ( |seen[host]| < threshold || host in reported )
		return;

	add reported[host];
	print fmt("%s tries many ports", host);
	}

event Scanners::finished(worker: string)
	{
	delete at_work[worker];

	if ( |at_work| > 0 )
		return;

	print fmt("%d hosts, %d of them scan", |seen|, |reported|);
	terminate();
	}
@endif

@if ( Cluster::local_node_type() == Cluster::WORKER )
# What a worker sees is made up: one host tries a port after the other, nine always the same one.
function attempt(n: count)
	{
	local host = n % 10 == 0 ? 10.0.0.1 : count_to_v4_addr(0x0a000100 + n % 10);
	local p = n % 10 == 0 ? count_to_port(n, tcp) : 80/tcp;
	Log::write(LOG, [$ts=network_time(), $worker=Cluster::node, $n=n, $host=host, $p=p]);
	Broker::publish(Cluster::manager_topic, Scanners::tried, host, set(p));
	}

event look(n: count)
	{
	local i = 0;

	while ( i < 10 && n < attempts )
		{
		attempt(n);
		++i;
		++n;
		}

	if ( n < attempts )
		schedule pause { look(n) };
	else
		Broker::publish(Cluster::manager_topic, Scanners::finished, Cluster::node);
	}

event Scanners::start()
	{
	event look(0);
	}
@endif
