##! What plugins have in common whose backend is a peer: the plugin is ready when the peer is there, and the peer tells by a
##! number which instance it means.

@load ../main
@load base/frameworks/broker

module NetControl;

# The instances of one kind of plugin.
type PeerPlugins: record {
	kind: string; # for messages
	by_id: table[count] of PluginState &default=table();
	by_peer: table[port, string] of PluginState &default=table();
	topics: set[string] &default=set();
};

# Files an instance; its number is the result.
function file_plugin(all: PeerPlugins, p: PluginState, topic: string, host: addr, p_port: port): count
	{
	local id = |all$by_id|;
	all$by_id[id] = p;

	if ( topic in all$topics )
		Reporter::warning(fmt("Topic %s was added to NetControl %s plugin twice. Possible duplication of commands", topic, all$kind));

	add all$topics[topic];

	if ( [p_port, cat(host)] in all$by_peer )
		Reporter::warning(fmt("Peer %s:%s was added to NetControl %s plugin twice.", host, p_port, all$kind));
	else
		all$by_peer[p_port, cat(host)] = p;

	return id;
	}

# Tells whether an instance is known that a peer names.
function is_filed(all: PeerPlugins, id: count): bool
	{
	if ( id in all$by_id )
		return T;

	Reporter::error(fmt("NetControl %s plugin with id %d not found, aborting", all$kind, id));
	return F;
	}

function peer_came(all: PeerPlugins, endpoint: Broker::EndpointInfo)
	{
	if ( ! endpoint?$network )
		return;

	local p = endpoint$network$bound_port;
	local host = endpoint$network$address;

	if ( [p, host] in all$by_peer )
		plugin_activated(all$by_peer[p, host]);
	}
