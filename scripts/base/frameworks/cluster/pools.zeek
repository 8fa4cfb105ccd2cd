##! Pools: groups of nodes that share work. A key leads to one node of a pool by highest random weight, so that a node
##! that goes takes only its own keys along; or the nodes take turns.

@load ./main
@load ./membership
@load base/utils/hash_hrw

module Cluster;

export {
	## A node in a pool.
	type PoolNode: record {
		name: string;
		alias: string;  ##< What its place among the hashes comes from.
		site_id: count; ##< That place.
		alive: bool &default=F;
@if ( brogo_dialect == "zeek" )
		topic: string; ##< What reaches it.
@endif
	};

	## What a pool is made of.
	type PoolSpec: record {
@if ( brogo_dialect == "bro" )
		topic: string &default="";
		node_type: NodeType &default=PROXY;
@else
		topic: string;
		node_type: NodeType;
@endif
		## At most so many nodes; without it, all that are left.
		max_nodes: count &optional;

		## Whether its nodes belong to no other pool. It has to set max_nodes.
		exclusive: bool &default=F;
	};

	type PoolNodeTable: table[string] of PoolNode;
	type RoundRobinTable: table[string] of int;

	type Pool: record {
@if ( brogo_dialect == "bro" )
		spec: PoolSpec &default=PoolSpec();
@else
		spec: PoolSpec;
@endif
		nodes: PoolNodeTable &default=PoolNodeTable();
		node_list: vector of PoolNode &default=vector();
		hrw_pool: HashHRW::Pool &default=HashHRW::Pool();
		rr_key_seq: RoundRobinTable &default=RoundRobinTable();
		alive_count: count &default=0;
	};

	global proxy_pool_spec: PoolSpec = PoolSpec($topic=topic_root + "cluster/pool/proxy", $node_type=PROXY) &redef;
	global worker_pool_spec: PoolSpec = PoolSpec($topic=topic_root + "cluster/pool/worker", $node_type=WORKER) &redef;
	global logger_pool_spec: PoolSpec = PoolSpec($topic=topic_root + "cluster/pool/logger", $node_type=LOGGER) &redef;

	global proxy_pool: Pool;
	global worker_pool: Pool;
	global logger_pool: Pool;

	## Makes a pool. Has to be done in a zeek_init of a priority above -5: then they get their nodes.
	global register_pool: function(spec: PoolSpec): Pool;

	## The topic of the node that a key belongs to; empty while no node is there.
	global hrw_topic: function(pool: Pool, key: any): string;

	## The topic of the next node in turn, with a turn for each key; empty while no node is there.
	global rr_topic: function(pool: Pool, key: string &default=""): string;

	## Broker::log_topic of a cluster: the loggers in turn.
	global rr_log_topic: function(id: Log::ID, path: string): string;
}

global registered_pools: vector of Pool = vector();

function register_pool(spec: PoolSpec): Pool
	{
	local pool = Pool($spec=spec);
	registered_pools[|registered_pools|] = pool;
	return pool;
	}

function pool_node_topic(pn: PoolNode): string
	{
@if ( brogo_dialect == "bro" )
	return node_topic(pn$name);
@else
	return pn$topic;
@endif
	}

function hrw_topic(pool: Pool, key: any): string
	{
	if ( |pool$hrw_pool$sites| == 0 )
		return "";

	return pool_node_topic(HashHRW::get_site(pool$hrw_pool, key)$user_data as PoolNode);
	}

function rr_topic(pool: Pool, key: string): string
	{
	local n = |pool$node_list|;

	if ( n == 0 )
		return "";

	local at = key in pool$rr_key_seq ? int_to_count(pool$rr_key_seq[key]) : 0;
	local topic = "";
	local tried = 0;

	while ( tried < n && topic == "" )
		{
		local pn = pool$node_list[at];
		at = (at + 1) % n;
		++tried;

		if ( pn$alive )
			topic = pool_node_topic(pn);
		}

	pool$rr_key_seq[key] = at;
	return topic;
	}

function rr_log_topic(id: Log::ID, path: string): string
	{
	local topic = rr_topic(logger_pool, "Cluster::rr_log_topic");
	return topic == "" ? Broker::default_log_topic(id, path) : topic;
	}

# The place of an alias among the sites of a pool, if no other has it.
function site_taken(pool: Pool, site_id: count): bool
	{
	for ( name in pool$nodes )
		if ( pool$nodes[name]$site_id == site_id )
			return T;

	return F;
	}

# Gives a node to a pool. This node counts as alive from the start; keys go to it only once others have greeted it.
function init_pool_node(pool: Pool, name: string): bool
	{
	if ( name in pool$nodes )
		return F;

	local n = 0;

	while ( site_taken(pool, fnv1a32(fmt("%s.%d", name, n))) )
		++n;

	local alias = fmt("%s.%d", name, n);
@if ( brogo_dialect == "bro" )
	local pn = PoolNode($name=name, $alias=alias, $site_id=fnv1a32(alias), $alive=node == name);
@else
	local pn = PoolNode($name=name, $alias=alias, $site_id=fnv1a32(alias), $alive=node == name, $topic=node_topic(name));
@endif
	pool$nodes[name] = pn;
	pool$node_list[|pool$node_list|] = pn;

	if ( pn$alive )
		++pool$alive_count;

	return T;
	}

function mark_pool_node(pool: Pool, name: string, alive: bool): bool
	{
	if ( name !in pool$nodes )
		return F;

	local pn = pool$nodes[name];
	local site = HashHRW::Site($id=pn$site_id, $user_data=pn);

	if ( alive )
		HashHRW::add_site(pool$hrw_pool, site);
	else
		HashHRW::rem_site(pool$hrw_pool, site);

	if ( pn$alive != alive )
		{
		pn$alive = alive;

		if ( alive )
			++pool$alive_count;
		else
			--pool$alive_count;
		}

	return T;
	}

function mark_pool_node_alive(pool: Pool, name: string): bool
	{
	return mark_pool_node(pool, name, T);
	}

function mark_pool_node_dead(pool: Pool, name: string): bool
	{
	return mark_pool_node(pool, name, F);
	}

event Cluster::node_up(name: string, id: string) &priority=10
	{
	for ( i in registered_pools )
		mark_pool_node_alive(registered_pools[i], name);
	}

event Cluster::node_down(name: string, id: string) &priority=10
	{
	for ( i in registered_pools )
		mark_pool_node_dead(registered_pools[i], name);
	}

#@until Cluster::worker_pool, Cluster::worker_pool_spec, Cluster::proxy_pool, Cluster::proxy_pool_spec
#@until Cluster::logger_pool, Cluster::logger_pool_spec, Cluster::registered_pools
event zeek_init()
	{
	worker_pool = register_pool(worker_pool_spec);
	proxy_pool = register_pool(proxy_pool_spec);
	logger_pool = register_pool(logger_pool_spec);
	}

# Nodes of one type that pools may still have, by name, and whose turn it is.
type Supply: record {
	names: string_vec &default=string_vec();
	at: count &default=0;
};

function supply_of(node_type: NodeType): Supply
	{
	local s = Supply();
	local candidates = nodes_with_type(node_type);

	for ( i in candidates )
		s$names[|s$names|] = candidates[i]$name;

	if ( node_type == LOGGER && manager_is_logger )
		{
		local managers = nodes_with_type(MANAGER);

		if ( |managers| > 0 )
			s$names[|s$names|] = managers[0]$name;
		}

	return s;
	}

# Exclusive pools take the first names away for good.
function fill_exclusive(pool: Pool, s: Supply)
	{
	local left: string_vec = vector();

	for ( i in s$names )
		{
		if ( |pool$nodes| < pool$spec$max_nodes )
			init_pool_node(pool, s$names[i]);
		else
			left[|left|] = s$names[i];
		}

	s$names = left;
	}

# The others go on where the one before has stopped, so that small pools do not all sit on the same nodes.
function fill_shared(pool: Pool, s: Supply)
	{
	local want = |s$names|;

	if ( pool$spec?$max_nodes && pool$spec$max_nodes < want )
		want = pool$spec$max_nodes;

	while ( want > 0 )
		{
		init_pool_node(pool, s$names[s$at]);
		s$at = (s$at + 1) % |s$names|;
		--want;
		}
	}

#@until Cluster::worker_pool, Cluster::worker_pool_spec, Cluster::proxy_pool, Cluster::proxy_pool_spec
#@until Cluster::logger_pool, Cluster::logger_pool_spec, Cluster::registered_pools
event zeek_init() &priority=-5
	{
	if ( ! is_enabled() )
		return;

	local supplies: table[NodeType] of Supply;
	local claimed: table[NodeType] of count &default=0;
	supplies[WORKER] = supply_of(WORKER);
	supplies[PROXY] = supply_of(PROXY);
	supplies[LOGGER] = supply_of(LOGGER);

	# Nodes have to divide alike whatever order they registered their pools in.
	sort(registered_pools, function(a: Pool, b: Pool): int { return strcmp(a$spec$topic, b$spec$topic); });

	for ( i in registered_pools )
		{
		local spec = registered_pools[i]$spec;

		if ( spec$node_type !in supplies )
			Reporter::fatal(fmt("invalid pool node type: %s", spec$node_type));

		if ( ! spec$exclusive )
			next;

		if ( ! spec?$max_nodes )
			Reporter::fatal("Cluster::PoolSpec 'max_nodes' field must be set when using the 'exclusive' flag");

		claimed[spec$node_type] += spec$max_nodes;
		}

	for ( node_type in claimed )
		if ( claimed[node_type] > |supplies[node_type]$names| )
			Reporter::fatal(fmt("not enough %s nodes to satisfy pool exclusivity requirements: need %d nodes",
			                    node_type, claimed[node_type]));

	for ( i in registered_pools )
		if ( registered_pools[i]$spec$exclusive )
			fill_exclusive(registered_pools[i], supplies[registered_pools[i]$spec$node_type]);

	for ( i in registered_pools )
		if ( ! registered_pools[i]$spec$exclusive )
			fill_shared(registered_pools[i], supplies[registered_pools[i]$spec$node_type]);
	}
