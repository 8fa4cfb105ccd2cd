##! known_certs.log: the certificates that hosts show, once a day. Whoever sees one raises Known::cert_found.

@load base/utils/directions-and-hosts
@load base/frameworks/cluster
@load protocols/conn/known-once

module Known;

export {
	redef enum Log::ID += { CERTS_LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy_certs: Log::PolicyHook;
@endif

	type CertsInfo: record {
		ts: time;
		host: addr; ##< The one that shows it.
		port_num: port &optional;
		subject: string &optional;
		issuer_subject: string &optional;
		serial: string &optional;
	} &log;

	## Whose certificates are of interest.
	option cert_tracking = LOCAL_HOSTS;

	## Whether certificates are kept in a store.
	const use_cert_store = brogo_dialect == "bro" &redef;

	## A key of the store.
	type AddrCertHashPair: record {
		host: addr;
		hash: string;
	};

	## The store, its name, how long a certificate is in it, and how long to wait for its master.
	global cert_store: Cluster::StoreInfo;
	const cert_store_name = (brogo_dialect == "bro" ? "bro" : "zeek") + "/known/certs" &redef;
	option cert_store_expiry = 1day;
	option cert_store_timeout = 15sec;

	## The certificates without a store: hosts and hashes.
	global certs: set[addr, string] &create_expire=1day &redef;

	## Raised for each row of the log.
	global log_known_certs: event(rec: CertsInfo);

	## To be raised for a certificate that was seen, with its hash.
	global cert_found: event(info: CertsInfo, hash: string);

	## What a proxy is told.
	global known_cert_add: event(info: CertsInfo, hash: string);
}

event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(CERTS_LOG, Log::Stream($columns=CertsInfo, $ev=log_known_certs, $path="known_certs",
		$policy=log_policy_certs));
@else
	Log::create_stream(CERTS_LOG, Log::Stream($columns=CertsInfo, $ev=log_known_certs, $path="known_certs"));
@endif
	}

event zeek_init()
	{
	if ( use_cert_store )
		cert_store = Cluster::create_store(cert_store_name);
	}

function log_cert(info: CertsInfo)
	{
	Log::write(CERTS_LOG, info);
	}

event Known::known_cert_add(info: CertsInfo, hash: string)
	{
	if ( [info$host, hash] in certs )
		return;

	add certs[info$host, hash];

	if ( keeps_known() )
		log_cert(info);
	}

event Known::cert_found(info: CertsInfo, hash: string)
	{
	if ( use_cert_store )
		once(cert_store, AddrCertHashPair($host=info$host, $hash=hash), cert_store_expiry, cert_store_timeout,
		     function[info]() { log_cert(info); });
	else if ( [info$host, hash] !in certs )
		{
		if ( Cluster::is_enabled() )
			Cluster::publish_hrw(Cluster::proxy_pool, cat(info$host, hash), Known::known_cert_add, info, hash);

		event Known::known_cert_add(info, hash);
		}
	}

# Keys move to other proxies when one comes or goes.
function forget_certs()
	{
	if ( ! use_cert_store && Cluster::local_node_type() == Cluster::WORKER )
		clear_table(certs);
	}

event Cluster::node_up(name: string, id: string)
	{
	forget_certs();
	}

event Cluster::node_down(name: string, id: string)
	{
	forget_certs();
	}
