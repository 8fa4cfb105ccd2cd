##! known_services.log: the services that hosts offer, once a day.

@load base/utils/directions-and-hosts
@load base/frameworks/cluster
@load ./known-once

module Known;

export {
	redef enum Log::ID += { SERVICES_LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy_services: Log::PolicyHook;
@endif

	type ServicesInfo: record {
		ts: time;
		host: addr;
		port_num: port;
		port_proto: transport_proto;
		service: set[string]; ##< What is spoken there, as far as known.
	} &log;

	## Whether services are kept in a store.
	const use_service_store = brogo_dialect == "bro" &redef;

	## Whether a UDP service counts only once it has answered.
	option service_udp_requires_response = T;

	## Whose services are of interest.
	option service_tracking = LOCAL_HOSTS;

@if ( brogo_dialect == "bro" )
	## A key of the store.
	type AddrPortPair: record {
		host: addr;
		p: port;
	};

	## The services without a store.
	global services: set[addr, port] &create_expire=1day;
@else
	## A key of the store.
	type AddrPortServTriplet: record {
		host: addr;
		p: port;
		serv: string;
	};

	## The services without a store.
	global services: table[addr, port] of set[string] &create_expire=1day;

	## Another name of the store.
	global service_broker_store: Cluster::StoreInfo;
@endif

	## The store, its name, how long a service is in it, and how long to wait for its master.
	global service_store: Cluster::StoreInfo;
	const service_store_name = (brogo_dialect == "bro" ? "bro" : "zeek") + "/known/services" &redef;
	const service_store_expiry = 1day &redef;
	option service_store_timeout = 15sec;

	## Raised for each row of the log.
	global log_known_services: event(rec: ServicesInfo);

	## To be raised for a service that was seen.
	global service_info_commit: event(info: ServicesInfo);

	## What a proxy is told.
	global known_service_add: event(info: ServicesInfo);
}

redef record connection += {
	## Whether the connection's service has been dealt with.
	known_services_done: bool &default=F;
};

event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(SERVICES_LOG, Log::Stream($columns=ServicesInfo, $ev=log_known_services, $path="known_services",
		$policy=log_policy_services));
@else
	Log::create_stream(SERVICES_LOG, Log::Stream($columns=ServicesInfo, $ev=log_known_services, $path="known_services"));
@endif
	}

event zeek_init()
	{
	if ( ! use_service_store )
		return;

	service_store = Cluster::create_store(service_store_name);
@if ( brogo_dialect == "zeek" )
	service_broker_store = service_store;
@endif
	}

function log_services(info: ServicesInfo)
	{
	Log::write(SERVICES_LOG, info);
	}

@if ( brogo_dialect == "bro" )

# The services of a record that are not known yet: all or none, since it is the port that counts.
function new_services(info: ServicesInfo): set[string]
	{
	return [info$host, info$port_num] in services ? set() : info$service;
	}

function remember_services(info: ServicesInfo)
	{
	add services[info$host, info$port_num];
	}

function store_services(info: ServicesInfo)
	{
	once(service_store, AddrPortPair($host=info$host, $p=info$port_num), service_store_expiry, service_store_timeout,
	     function[info]() { log_services(info); });
	}

function is_known_service(info: ServicesInfo): bool
	{
	return [info$host, info$port_num] in services;
	}

@else

function is_known_service(info: ServicesInfo): bool
	{
	return [info$host, info$port_num] in services && info$service <= services[info$host, info$port_num];
	}

# The record with those of its services alone that are not known yet.
function only(info: ServicesInfo, which: set[string]): ServicesInfo
	{
	return ServicesInfo($ts=info$ts, $host=info$host, $port_num=info$port_num, $port_proto=info$port_proto, $service=which);
	}

function new_services(info: ServicesInfo): set[string]
	{
	return [info$host, info$port_num] in services ? info$service - services[info$host, info$port_num] : info$service;
	}

function remember_services(info: ServicesInfo)
	{
	if ( [info$host, info$port_num] !in services )
		services[info$host, info$port_num] = set();

	for ( s in info$service )
		add services[info$host, info$port_num][s];
	}

# Each service is logged by itself.
function store_services(info: ServicesInfo)
	{
	for ( s in info$service )
		{
		local one = only(info, set(s));
		once(service_store, AddrPortServTriplet($host=info$host, $p=info$port_num, $serv=s), service_store_expiry,
		     service_store_timeout, function[one]() { log_services(one); });
		}
	}
@endif

event Known::known_service_add(info: ServicesInfo)
	{
	if ( is_known_service(info) )
		return;

	local row = ServicesInfo($ts=info$ts, $host=info$host, $port_num=info$port_num, $port_proto=info$port_proto,
	                         $service=new_services(info));
	remember_services(info);

	if ( keeps_known() )
		log_services(row);
	}

event Known::service_info_commit(info: ServicesInfo)
	{
	if ( use_service_store )
		store_services(info);
	else if ( ! is_known_service(info) )
		{
		if ( Cluster::is_enabled() )
			Cluster::publish_hrw(Cluster::proxy_pool, cat(info$host, info$port_num), Known::known_service_add, info);

		event Known::known_service_add(info);
		}
	}

# Keys move to other proxies when one comes or goes.
function forget_services()
	{
	if ( ! use_service_store && Cluster::local_node_type() == Cluster::WORKER )
		clear_table(services);
	}

event Cluster::node_up(name: string, id: string)
	{
	forget_services();
	}

event Cluster::node_down(name: string, id: string)
	{
	forget_services();
	}

# Whether the other side of a connection has really answered.
function has_active_service(c: connection): bool
	{
	local p = c$id$resp_p;

	if ( is_tcp_port(p) )
		return c$resp$state == TCP_ESTABLISHED || c$resp$state == TCP_CLOSED || c$resp$state == TCP_PARTIAL || "h" in c$history;

	return is_udp_port(p) && (! service_udp_requires_response || c$resp$state == UDP_ACTIVE);
	}

function spoken(c: connection): set[string]
	{
	local found: set[string] = set();

	# A minus in front: it looked like that protocol at first.
	for ( s in c$service )
		if ( s == "" || s[0] != "-" )
			add found[s];

	return found;
	}

event connection_state_remove(c: connection) &priority=-5
	{
	if ( c$known_services_done || ! addr_matches_host(c$id$resp_h, service_tracking) || ! has_active_service(c) )
		return;

	if ( |c$service| == 1 && ("ftp-data" in c$service || ("DNS" in c$service && c$resp$size == 0)) )
		return;

	c$known_services_done = T;
	local info = ServicesInfo($ts=network_time(), $host=c$id$resp_h, $port_num=c$id$resp_p,
	                          $port_proto=get_port_transport_proto(c$id$resp_p), $service=spoken(c));

	if ( |c$service| > 0 )
		{
		event Known::service_info_commit(info);
		return;
		}

	# Another connection may tell what is spoken there.
@if ( brogo_dialect == "zeek" )
	add info$service[""];
@endif
	schedule 5min { Known::service_info_commit(info) };
	}
