##! Catch and release: an address is dropped for a short time and watched for a longer one; each time it is seen again it is
##! dropped for longer. netcontrol_catch_release.log has every step. In a cluster the manager decides; workers know what is
##! watched.

@load base/frameworks/netcontrol
@load base/frameworks/cluster

module NetControl;

export {
	redef enum Log::ID += { CATCH_RELEASE };

@if ( brogo_dialect == "zeek" )
	global log_policy_catch_release: Log::PolicyHook;
@endif

	## What is known of an address.
	type BlockInfo: record {
		block_until: time &optional; ##< Unset if something else has dropped it.
		watch_until: time;
		num_reblocked: count &default=0;
		current_interval: count;  ##< Its place in catch_release_intervals.
		current_block_id: string; ##< Of the rule.
		location: string &optional;
	};

	type CatchReleaseActions: enum {
		INFO,  ##< Nothing was done; the message says why.
		ADDED, ##< It is watched only: a rule drops it already.
		DROP_REQUESTED,
		DROPPED,
		UNBLOCK,    ##< The rule is to go, or has expired.
		FORGOTTEN,  ##< It is watched no more.
		SEEN_AGAIN, ##< It came back and is dropped again.
	};

	type CatchReleaseInfo: record {
		ts: time;
		rule_id: string &optional;
		ip: addr;
		action: CatchReleaseActions;
		block_interval: interval &optional;
		watch_interval: interval &optional;
		blocked_until: time &optional;
		watched_until: time &optional;
		num_blocked: count &optional;
		location: string &optional;
		message: string &optional;
		plugin: string &optional;
	} &log;

	## Drops an address, and again whenever it comes back.
	global drop_address_catch_release: function(a: addr, location: string &default=""): BlockInfo;

	## Stops that. F if the address is not watched.
	global unblock_address_catch_release: function(a: addr, reason: string &default=""): bool;

	## To be called when an address is seen, for what is not a connection.
	global catch_release_seen: function(a: addr);

	## What is known of an address; the time 0 stands for nothing.
	global get_catch_release_info: function(a: addr): BlockInfo;

	## An address is watched no more.
	global catch_release_forgotten: event(a: addr, bi: BlockInfo);

	## Whether connections count as being seen.
	const watch_connections = T &redef;

	## Whether the log says when a dropped address is seen all the same.
	option catch_release_warn_blocked_ip_encountered = F;

	## How long an address is dropped, each time it is caught.
	const catch_release_intervals: vector of interval = vector(10min, 1hr, 24hrs, 7days) &redef;

	## Raised for each row of the log.
	global log_netcontrol_catch_release: event(rec: CatchReleaseInfo);

	## What the manager tells, and what it is asked for.
	global catch_release_block_new: event(a: addr, b: BlockInfo);
	global catch_release_block_delete: event(a: addr);
	global catch_release_add: event(a: addr, location: string);
	global catch_release_delete: event(a: addr, reason: string);
	global catch_release_encountered: event(a: addr);
}

# Keeps workers from telling of the same address time and again.
global catch_release_recently_notified: set[addr] &create_expire=30secs;

event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(CATCH_RELEASE, Log::Stream($columns=CatchReleaseInfo, $ev=log_netcontrol_catch_release,
		$path="netcontrol_catch_release", $policy=log_policy_catch_release));
@else
	Log::create_stream(CATCH_RELEASE, Log::Stream($columns=CatchReleaseInfo, $ev=log_netcontrol_catch_release,
		$path="netcontrol_catch_release"));
@endif
	}

# Whether this node decides.
function decides(): bool
	{
	return ! Cluster::is_enabled() || Cluster::local_node_type() == Cluster::MANAGER;
	}

# The place behind one in the list of intervals; the last has none.
function next_interval(i: count): count
	{
	return i + 1 < |catch_release_intervals| ? i + 1 : i;
	}

function catch_row(a: addr, bi: BlockInfo, action: CatchReleaseActions, message: string): CatchReleaseInfo
	{
	local row = CatchReleaseInfo($ts=network_time(), $ip=a, $action=action, $watched_until=bi$watch_until,
		$block_interval=catch_release_intervals[bi$current_interval],
		$watch_interval=catch_release_intervals[next_interval(bi$current_interval)], $num_blocked=bi$num_reblocked + 1);

	if ( bi?$block_until )
		row$blocked_until = bi$block_until;

	if ( bi$current_block_id != "" )
		row$rule_id = bi$current_block_id;

	if ( bi?$location )
		row$location = bi$location;

	if ( message != "" )
		row$message = message;

	return row;
	}

function log_catch(a: addr, bi: BlockInfo, action: CatchReleaseActions, message: string)
	{
	Log::write(CATCH_RELEASE, catch_row(a, bi, action, message));
	}

# Called when an address may be forgotten: not before its time has come.
function watch_longer(t: table[addr] of BlockInfo, a: addr): interval
	{
	local left = t[a]$watch_until - network_time();

	if ( left > 0secs )
		return left;

	if ( decides() )
		{
		log_catch(a, t[a], FORGOTTEN, "");
		event NetControl::catch_release_forgotten(a, t[a]);
		}

	return 0secs;
	}

# The addresses that are watched.
global blocks: table[addr] of BlockInfo &create_expire=0secs &expire_func=watch_longer;

# Keeps what is known of an address and tells the workers.
function watch(a: addr, bi: BlockInfo)
	{
	blocks[a] = bi;

	if ( Cluster::is_enabled() )
		Broker::publish(Cluster::worker_topic, NetControl::catch_release_block_new, a, bi);
	}

# Logs what plugins tell about the rule of a watched address.
function log_rule_step(r: Rule, p: PluginState, action: CatchReleaseActions, message: string)
	{
	if ( ! decides() || r$ty != DROP || r$entity$ty != ADDRESS )
		return;

	local sn = r$entity$ip;
	local a = subnet_to_addr(sn);

	if ( subnet_width(sn) != (is_v4_subnet(sn) ? 32 : 128) || a !in blocks )
		return;

	local row = catch_row(a, blocks[a], action, message);
	row$plugin = p$plugin$name(p);
	Log::write(CATCH_RELEASE, row);
	}

event NetControl::rule_added(r: Rule, p: PluginState, msg: string)
	{
	log_rule_step(r, p, DROPPED, msg);
	}

event NetControl::rule_exists(r: Rule, p: PluginState, msg: string)
	{
	log_rule_step(r, p, INFO, msg + "Existing rule encountered while inserting rule");
	}

event NetControl::rule_error(r: Rule, p: PluginState, msg: string)
	{
	log_rule_step(r, p, INFO, "Error occurred during rule operation: " + msg);
	}

event NetControl::rule_timeout(r: Rule, i: FlowInfo, p: PluginState)
	{
	log_rule_step(r, p, UNBLOCK, "");
	}

event NetControl::catch_release_add(a: addr, location: string)
	{
	if ( decides() )
		drop_address_catch_release(a, location);
	}

event NetControl::catch_release_delete(a: addr, reason: string)
	{
	if ( decides() )
		unblock_address_catch_release(a, reason);
	}

event NetControl::catch_release_encountered(a: addr)
	{
	if ( decides() )
		catch_release_seen(a);
	}

event NetControl::catch_release_block_new(a: addr, b: BlockInfo)
	{
	if ( ! decides() )
		blocks[a] = b;
	}

event NetControl::catch_release_block_delete(a: addr)
	{
	if ( ! decides() )
		delete blocks[a];
	}

function get_catch_release_info(a: addr): BlockInfo
	{
	return a in blocks ? blocks[a] :
		BlockInfo($watch_until=double_to_time(0.0), $current_interval=0, $current_block_id="");
	}

function drop_address_catch_release(a: addr, location: string &default=""): BlockInfo
	{
	if ( a in blocks )
		{
		log_catch(a, blocks[a], INFO, "Already blocked using catch-and-release - ignoring duplicate");
		return blocks[a];
		}

	local bi = BlockInfo($watch_until=network_time() + catch_release_intervals[next_interval(0)],
	                     $current_interval=0, $current_block_id="");

	if ( location != "" )
		bi$location = location;

	local e = Entity($ty=ADDRESS, $ip=addr_to_subnet(a));
	local dropped = [e, DROP] in rule_entities;

	if ( dropped )
		bi$current_block_id = rule_entities[e, DROP]$id;
	else
		bi$block_until = network_time() + catch_release_intervals[0];

	if ( ! decides() )
		{
		Broker::publish(Cluster::manager_topic, NetControl::catch_release_add, a, location);
		return bi;
		}

	if ( dropped )
		{
		watch(a, bi);
		log_catch(a, bi, ADDED, "Address already blocked outside of catch-and-release. Catch and release will monitor and only " +
		          "actively block if it appears in network traffic.");
		return bi;
		}

	bi$current_block_id = drop_address(a, catch_release_intervals[0], location);

	if ( bi$current_block_id == "" )
		{
		Reporter::error(fmt("Catch and release could not add block for %s; failing.", a));
		return get_catch_release_info(a);
		}

	watch(a, bi);
	log_catch(a, bi, DROP_REQUESTED, "");
	return bi;
	}

function unblock_address_catch_release(a: addr, reason: string &default=""): bool
	{
	if ( a !in blocks )
		return F;

	if ( ! decides() )
		{
		Broker::publish(Cluster::manager_topic, NetControl::catch_release_delete, a, reason);
		return T;
		}

	local bi = blocks[a];
	log_catch(a, bi, UNBLOCK, reason);
	delete blocks[a];

	if ( bi?$block_until && bi$block_until > network_time() && bi$current_block_id != "" )
		remove_rule(bi$current_block_id, reason);

	if ( Cluster::is_enabled() )
		Broker::publish(Cluster::worker_topic, NetControl::catch_release_block_delete, a);

	return T;
	}

# Drops an address that came back, for longer than before.
function catch_again(a: addr)
	{
	local bi = blocks[a];

	if ( [Entity($ty=ADDRESS, $ip=addr_to_subnet(a)), DROP] in rule_entities )
		{
		# The backend may not have got round to it yet.
		if ( catch_release_warn_blocked_ip_encountered )
			log_catch(a, bi, INFO, "Block seen while in rule_entities. No action taken.");

		return;
		}

	bi$current_interval = next_interval(bi$current_interval);
	local lasts = catch_release_intervals[bi$current_interval];
	bi$block_until = network_time() + lasts;
	bi$watch_until = network_time() + catch_release_intervals[next_interval(bi$current_interval)];
	++bi$num_reblocked;
	bi$current_block_id = drop_address(a, lasts, fmt("Re-drop by catch-and-release: %s", bi?$location ? bi$location : ""));
	watch(a, bi);
	log_catch(a, bi, SEEN_AGAIN, "");
	}

function catch_release_seen(a: addr)
	{
	if ( a !in blocks )
		return;

	if ( decides() )
		catch_again(a);
	else if ( a !in catch_release_recently_notified )
		{
		add catch_release_recently_notified[a];
		Broker::publish(Cluster::manager_topic, NetControl::catch_release_encountered, a);
		}
	}

event connection_established(c: connection)
	{
	if ( watch_connections )
		{
		catch_release_seen(c$id$orig_h);
		catch_release_seen(c$id$resp_h);
		}
	}
