##! known_hosts.log: the hosts that complete connections, once a day. They are kept in a Broker store or, without one, in a set;
##! in a cluster each proxy has a part of it.

@load base/utils/directions-and-hosts
@load base/frameworks/cluster
@load ./known-once

module Known;

export {
	redef enum Log::ID += { HOSTS_LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy_hosts: Log::PolicyHook;
@endif

	type HostsInfo: record {
		ts: time;
		host: addr;
	} &log;

	## Whether hosts are kept in a store.
	const use_host_store = brogo_dialect == "bro" &redef;

	## Which hosts are of interest.
	option host_tracking = LOCAL_HOSTS;

	## The store, its name, how long a host is in it, and how long to wait for its master.
	global host_store: Cluster::StoreInfo;
	const host_store_name = (brogo_dialect == "bro" ? "bro" : "zeek") + "/known/hosts" &redef;
	const host_store_expiry = 1day &redef;
	option host_store_timeout = 15sec;

	## The hosts without a store. Workers keep it, too, so as not to tell the proxies again and again.
	global hosts: set[addr] &create_expire=1day &redef;

	## Raised for each row of the log.
	global log_known_hosts: event(rec: HostsInfo);

	## To be raised for a host that was seen.
	global host_found: event(info: HostsInfo);

	## What a proxy is told.
	global known_host_add: event(info: HostsInfo);
}

event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(HOSTS_LOG, Log::Stream($columns=HostsInfo, $ev=log_known_hosts, $path="known_hosts",
		$policy=log_policy_hosts));
@else
	Log::create_stream(HOSTS_LOG, Log::Stream($columns=HostsInfo, $ev=log_known_hosts, $path="known_hosts"));
@endif
	}

event zeek_init()
	{
	if ( use_host_store )
		host_store = Cluster::create_store(host_store_name);
	}

function log_host(info: HostsInfo)
	{
	Log::write(HOSTS_LOG, info);
	}

event Known::known_host_add(info: HostsInfo)
	{
	if ( info$host in hosts )
		return;

	add hosts[info$host];

	if ( keeps_known() )
		log_host(info);
	}

event Known::host_found(info: HostsInfo)
	{
	if ( use_host_store )
		once(host_store, info$host, host_store_expiry, host_store_timeout, function[info]() { log_host(info); });
	else if ( info$host !in hosts )
		{
		if ( Cluster::is_enabled() )
			Cluster::publish_hrw(Cluster::proxy_pool, info$host, Known::known_host_add, info);

		event Known::known_host_add(info);
		}
	}

# Keys move to other proxies when one comes or goes: workers have to tell of all hosts again.
function forget_hosts()
	{
	if ( ! use_host_store && Cluster::local_node_type() == Cluster::WORKER )
		clear_table(hosts);
	}

event Cluster::node_up(name: string, id: string)
	{
	forget_hosts();
	}

event Cluster::node_down(name: string, id: string)
	{
	forget_hosts();
	}

event connection_established(c: connection) &priority=5
	{
	if ( c$orig$state != TCP_ESTABLISHED || c$resp$state != TCP_ESTABLISHED )
		return;

	for ( host in set(c$id$orig_h, c$id$resp_h) )
		if ( addr_matches_host(host, host_tracking) )
			event Known::host_found(HostsInfo($ts=network_time(), $host=host));
	}
