##! What the scripts about known hosts, services and certificates share: each thing is logged once a day.

@load base/frameworks/cluster

module Known;

# Logs what is new to a store. When the master does not answer in time nobody can tell, and twice is better than never.
function once(info: Cluster::StoreInfo, key: any, expiry: interval, patience: interval, log_it: function())
	{
	when [info, key, expiry, log_it] ( local r = Broker::put_unique(info$store, key, T, expiry) )
		{
		if ( r$status != Broker::SUCCESS )
			Reporter::error(fmt("%s: data store put_unique failure", info$name));
		else if ( r$result as bool )
			log_it();
		}
	timeout patience
		{
		log_it();
		}
	}

# Without a store the proxies keep what is known, each for the keys that it is given.
function keeps_known(): bool
	{
	return ! Cluster::is_enabled() || Cluster::local_node_type() == Cluster::PROXY;
	}
