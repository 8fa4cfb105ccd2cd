##! Indicators, such as addresses, names and hashes, with what is known about them. Intel::insert brings them in, Intel::seen
##! asks about something that was seen; a match raises Intel::match and writes a row of intel.log.

@load base/frameworks/notice

module Intel;

export {
	redef enum Log::ID += { LOG };

@if ( brogo_dialect == "zeek" )
	## May keep records out of the log.
	global log_policy: Log::PolicyHook;
@endif

	## What an indicator is.
	type Type: enum {
		ADDR,        ##< An address.
		SUBNET,      ##< A subnet; it matches the addresses in it.
		URL,         ##< A URL without http://.
		SOFTWARE,    ##< The name of a program.
		EMAIL,       ##< A mail address.
		DOMAIN,      ##< A domain name.
		USER_NAME,   ##< A user's name.
		CERT_HASH,   ##< The SHA-1 of a certificate.
		PUBKEY_HASH, ##< The MD5 of a public key in hexadecimal, with colons between the bytes.
	};

	type TypeSet: set[Type];

	## What a source says about an indicator. Each source says one thing: what it says later replaces it.
	type MetaData: record {
		source: string;
		desc: string &optional;
		url: string &optional;
	};

	## An indicator as one source gives it.
	type Item: record {
		indicator: string;
		indicator_type: Type;
		meta: MetaData;
	};

	## Where something was seen. Scripts add to it, by custom with names that begin with IN_.
	type Where: enum {
		IN_ANYWHERE ##< Nobody knows where.
	};

	## Something that was seen: host, or indicator and its type.
	type Seen: record {
		indicator: string &log &optional;
		indicator_type: Type &log &optional;
		host: addr &optional;
		where: Where &log;
		node: string &optional &log; ##< The node that has seen it; filled in.
		conn: connection &optional;  ##< The connection it was seen in.
		uid: string &optional;       ##< Its uid; filled in from conn.
	};

	## A row of intel.log.
	type Info: record {
		ts: time &log;
		uid: string &log &optional;
		id: conn_id &log &optional;
		seen: Seen &log;
		matched: TypeSet &log;                           ##< The types of the indicators that match.
		sources: set[string] &log &default=string_set(); ##< Who they are from.
	};

	## Brings in an item, on any node of a cluster.
	global insert: function(item: Item);

	## Takes away what the item's source says about its indicator, and the indicator with the last source; with
	## purge_indicator the indicator at once.
	global remove: function(item: Item, purge_indicator: bool &default=F);

	## Looks for something that was seen among the indicators.
	global seen: function(s: Seen);

	## Something matches. In a cluster the manager raises it, some time after the worker has seen it.
	global match: event(s: Seen, items: set[Item]);

	## Run for each match before it is logged, to change the row. Its default contents are filled in at priority 5; break
	## keeps it from being logged.
	global extend_match: hook(info: Info, s: Seen, items: set[Item]);

	## Run in each call of seen, where it was called; found says whether there is such an indicator. break drops the match.
	global seen_policy: hook(s: Seen, found: bool);

	## How long an indicator is kept after it was last inserted; a negative interval: for good.
	const item_expiration = -1min &redef;

	## Run when an indicator has reached that age. It goes if a handler breaks; otherwise it is kept for as long again.
	global item_expired: hook(indicator: string, indicator_type: Type, metas: set[MetaData]);

	## Run for each item before it is inserted; break keeps it out.
	global filter_item: hook(item: Item);

	## Run on each node when an indicator is there for the first time, and when it is no longer there.
	global indicator_inserted: hook(indicator: string, indicator_type: Type);
	global indicator_removed: hook(indicator: string, indicator_type: Type);

	global log_intel: event(rec: Info);
}

# What nodes tell each other: a worker that it has seen an indicator, any node that it has one that may be new, a worker that
# an item is to go, and the manager that an indicator is gone.
global match_remote: event(s: Seen);
global new_item: event(item: Item);
global remove_item: event(item: Item, purge_indicator: bool);
global remove_indicator: event(item: Item);

# Whether this node knows what the sources say, and not just the indicators.
const have_full_data = T &redef;

# By source.
type MetaDataTable: table[string] of MetaData;

global expire_host_data: function(data: table[addr] of MetaDataTable, host: addr): interval;
global expire_subnet_data: function(data: table[subnet] of MetaDataTable, net: subnet): interval;
global expire_string_data: function(data: table[string, Type] of MetaDataTable, text: string, t: Type): interval;

type DataStore: record {
	host_data: table[addr] of MetaDataTable &write_expire=item_expiration &expire_func=expire_host_data;
	subnet_data: table[subnet] of MetaDataTable &write_expire=item_expiration &expire_func=expire_subnet_data;
	string_data: table[string, Type] of MetaDataTable &write_expire=item_expiration &expire_func=expire_string_data;
};

type MinDataStore: record {
	host_data: set[addr];
	subnet_data: set[subnet];
	string_data: set[string, Type];
};

# All there is to know, and what every node has to look in.
global data_store: DataStore &redef;
global min_data_store: MinDataStore &redef;

# An indicator as the stores have it: an address, a subnet, or a text whose case does not count.
type Indicator: record {
	host: addr &optional;
	net: subnet &optional;
	text: string &optional;
	t: Type;
};

function indicator_of(item: Item): Indicator
	{
	local i = Indicator($t=item$indicator_type);

	if ( item$indicator_type == ADDR )
		i$host = to_addr(item$indicator);
	else if ( item$indicator_type == SUBNET )
		i$net = to_subnet(item$indicator);
	else
		i$text = to_lower(item$indicator);

	return i;
	}

function shown(i: Indicator): string
	{
	return i?$host ? cat(i$host) : i?$net ? cat(i$net) : i$text;
	}

# What the sources say; an empty table if the indicator is not there.
function metas_of(i: Indicator): MetaDataTable
	{
	if ( i?$host && i$host in data_store$host_data )
		return data_store$host_data[i$host];

	if ( i?$net && check_subnet(i$net, data_store$subnet_data) )
		return data_store$subnet_data[i$net];

	if ( i?$text && [i$text, i$t] in data_store$string_data )
		return data_store$string_data[i$text, i$t];

	return MetaDataTable();
	}

# Keeps what the sources say, and so begins the time until it expires anew.
function keep_metas(i: Indicator, metas: MetaDataTable)
	{
	if ( i?$host )
		data_store$host_data[i$host] = metas;
	else if ( i?$net )
		data_store$subnet_data[i$net] = metas;
	else
		data_store$string_data[i$text, i$t] = metas;
	}

function drop_metas(i: Indicator)
	{
	if ( i?$host )
		delete data_store$host_data[i$host];
	else if ( i?$net )
		delete data_store$subnet_data[i$net];
	else
		delete data_store$string_data[i$text, i$t];
	}

# Whether a node has to look for the indicator.
function is_known(i: Indicator): bool
	{
	if ( i?$host )
		return i$host in min_data_store$host_data;

	# That it lies in another subnet does not count.
	return i?$net ? check_subnet(i$net, min_data_store$subnet_data) : [i$text, i$t] in min_data_store$string_data;
	}

function know(i: Indicator)
	{
	if ( i?$host )
		add min_data_store$host_data[i$host];
	else if ( i?$net )
		add min_data_store$subnet_data[i$net];
	else
		add min_data_store$string_data[i$text, i$t];
	}

function forget(i: Indicator)
	{
	if ( i?$host )
		delete min_data_store$host_data[i$host];
	else if ( i?$net )
		delete min_data_store$subnet_data[i$net];
	else
		delete min_data_store$string_data[i$text, i$t];
	}

# Inserts an item here. announce says that the other nodes may not have it.
function _insert(item: Item, announce: bool &default=T)
	{
	local i = indicator_of(item);
	local first_here = ! is_known(i);
	local is_new = T;
	know(i);

	if ( have_full_data )
		{
		local metas = metas_of(i);
		is_new = |metas| == 0;
		metas[item$meta$source] = item$meta;
		keep_metas(i, metas);
		}

	if ( announce && is_new )
		event Intel::new_item(item);

	if ( first_here )
		hook indicator_inserted(shown(i), i$t);
	}

function insert(item: Item)
	{
	if ( hook filter_item(item) )
		_insert(item, T);
	}

function remove(item: Item, purge_indicator: bool)
	{
	local i = indicator_of(item);
	local metas = metas_of(i);

	if ( have_full_data ? |metas| == 0 : ! is_known(i) )
		{
		Reporter::info(fmt("Tried to remove non-existing item '%s' (%s).",
		                   item$indicator, item$indicator_type));
		return;
		}

	# Who knows no more than the indicators leaves it to the manager.
	if ( ! have_full_data )
		{
		event Intel::remove_item(item, purge_indicator);
		return;
		}

	delete metas[item$meta$source];

	if ( |metas| > 0 && ! purge_indicator )
		return;

	drop_metas(i);
	event Intel::remove_indicator(item);
	}

event Intel::remove_indicator(item: Item)
	{
	local i = indicator_of(item);

	if ( ! is_known(i) )
		return;

	forget(i);
	hook indicator_removed(shown(i), i$t);
	}

# Whether there is an indicator for what was seen.
function find(s: Seen): bool
	{
	if ( ! s?$host )
		{
		local text = to_lower(s$indicator);
		return have_full_data ? [text, s$indicator_type] in data_store$string_data :
			[text, s$indicator_type] in min_data_store$string_data;
		}

	if ( have_full_data )
		return s$host in data_store$host_data || s$host in data_store$subnet_data;

	return s$host in min_data_store$host_data || s$host in min_data_store$subnet_data;
	}

function add_items(items: set[Item], indicator: string, t: Type, metas: MetaDataTable)
	{
	for ( source in metas )
		add items[Item($indicator=indicator, $indicator_type=t, $meta=metas[source])];
	}

# All items that match what was seen: those of the address and of all subnets that it lies in, or those of the text.
function get_items(s: Seen): set[Item]
	{
	local items: set[Item];

	if ( ! have_full_data )
		{
		Reporter::warning(fmt("Intel::get_items was called from a host (%s) that doesn't have the full data.", peer_description));
		return items;
		}

	if ( ! s?$host )
		{
		add_items(items, s$indicator, s$indicator_type, metas_of(Indicator($text=to_lower(s$indicator), $t=s$indicator_type)));
		return items;
		}

	add_items(items, cat(s$host), ADDR, metas_of(Indicator($host=s$host, $t=ADDR)));
	local nets = matching_subnets(addr_to_subnet(s$host), data_store$subnet_data);

	for ( n in nets )
		add_items(items, cat(nets[n]), SUBNET, data_store$subnet_data[nets[n]]);

	return items;
	}

function Intel::seen(s: Seen)
	{
	local found = find(s);

	if ( ! hook seen_policy(s, found) || ! found )
		return;

	if ( s?$host )
		{
		s$indicator = cat(s$host);
		s$indicator_type = ADDR;
		}

	if ( ! s?$node )
		s$node = peer_description;

	if ( have_full_data )
		event Intel::match(s, get_items(s));
	else
		event Intel::match_remote(s);
	}

event Intel::match(s: Seen, items: set[Item]) &priority=5
	{
	local info = Info($ts=network_time(), $seen=s, $matched=TypeSet());

	if ( hook extend_match(info, s, items) )
		Log::write(LOG, info);
	}

hook extend_match(info: Info, s: Seen, items: set[Item]) &priority=5
	{
	if ( s?$conn )
		{
		s$uid = s$conn$uid;
		info$id = s$conn$id;
		}

	if ( s?$uid )
		info$uid = s$uid;

	for ( item in items )
		{
		add info$sources[item$meta$source];
		add info$matched[item$indicator_type];
		}
	}

# How much longer an indicator stays that has expired.
function expire_item(i: Indicator): interval
	{
	local metas: set[MetaData];
	local by_source = metas_of(i);

	for ( source in by_source )
		add metas[by_source[source]];

	if ( hook item_expired(shown(i), i$t, metas) )
		return item_expiration;

	remove(Item($indicator=shown(i), $indicator_type=i$t, $meta=MetaData($source="")), T);
	return 0sec;
	}

function expire_host_data(data: table[addr] of MetaDataTable, host: addr): interval
	{
	return expire_item(Indicator($host=host, $t=ADDR));
	}

function expire_subnet_data(data: table[subnet] of MetaDataTable, net: subnet): interval
	{
	return expire_item(Indicator($net=net, $t=SUBNET));
	}

function expire_string_data(data: table[string, Type] of MetaDataTable, text: string, t: Type): interval
	{
	return expire_item(Indicator($text=text, $t=t));
	}

#@until Intel::LOG, ~Log::active_streams
event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_intel, $path="intel", $policy=log_policy));
@else
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_intel, $path="intel"));
@endif
	}
