##! What every script sees without a @load: names for common types, the records that builtin functions take and
##! return, the settings of the engine, and the events it raises itself.
##!
##! The engine defines brogo_dialect, "bro" or "zeek", before this file.

# Names for container types.

type addr_set: set[addr];
type addr_vec: vector of addr;
type any_vec: vector of any;
type count_set: set[count];
type double_vec: vector of double;
type index_vec: vector of count;
type int_vec: vector of int;
type interval_set: set[interval];
type string_any_table: table[string] of any;
type string_array: table[count] of string;
type string_mapper: function(s: string): string;
type string_set: set[string];
type string_vec: vector of string;
type subnet_set: set[subnet];
type subnet_vec: vector of subnet;
type table_string_of_count: table[string] of count;
type table_string_of_string: table[string] of string;
type var_sizes: table[string] of count;

# Looking at the program itself.

## One global name, as global_ids() and global_options() list it.
type script_id: record {
	type_name: string;
	exported: bool;
	constant: bool;
	enum_constant: bool;
	option_value: bool;
	redefinable: bool;
@if ( brogo_dialect == "zeek" )
	broker_backend: bool; ##< Whether a Broker store holds the table.
@endif
	value: any &optional; ##< Unset while the global has no value.
};

type id_table: table[string] of script_id;

## One field of a record, as record_fields() lists it.
type record_field: record {
	type_name: string;
	log: bool; ##< Whether it has &log.
	value: any &optional;
	default_val: any &optional;
@if ( brogo_dialect == "zeek" )
	optional: bool; ##< Whether it has &optional.
@endif
};

type record_field_table: table[string] of record_field;

## One argument of a call.
type call_argument: record {
	name: string;
	type_name: string;
	default_val: any &optional;
	value: any &optional;
};

type call_argument_vector: vector of call_argument;

## One call on the stack.
type BacktraceElement: record {
	function_name: string;
	function_args: call_argument_vector;
	file_location: string &optional; ##< The script that makes the call.
	line_location: count &optional;
};

## The calls that led here, the innermost first.
type Backtrace: vector of BacktraceElement;

## What happened to an element: the second argument of an &on_change function.
type TableChange: enum {
	TABLE_ELEMENT_NEW,
	TABLE_ELEMENT_CHANGED,
	TABLE_ELEMENT_REMOVED,
	TABLE_ELEMENT_EXPIRED,
};

## A component of a plugin, for get_plugin_components().
type PluginComponent: record {
	name: string;
	canonical_name: string;
	tag: string;
	enabled: bool;
};

type plugin_component_vec: vector of PluginComponent;

# Figures about the running process.

## Resources used by the process.
type ProcStats: record {
	debug: bool;
	start_time: time;
	real_time: interval; ##< Since the start.
	user_time: interval;
	system_time: interval;
	mem: count; ##< The most memory ever held, in bytes.
	minor_faults: count;
	major_faults: count;
	num_swap: count;
	blocking_input: count;
	blocking_output: count;
	num_context: count; ##< Switches that the process did not ask for.
};

## Events queued and handled since the start.
type EventStats: record {
	queued: count;
	dispatched: count;
};

## How often one event was raised.
type EventNameCounter: record {
	name: string &log;
	times_called: count &log;
} &log;

type EventNameStats: vector of EventNameCounter;

## Timers: pending now, the most at one time, all since the start.
type TimerStats: record {
	current: count;
	max: count;
	cumulative: count;
};

type ThreadStats: record {
	num_threads: count;
};

## Use of the resolver.
type DNSStats: record {
	requests: count;
	successful: count;
	failed: count;
	pending: count;
	cached_hosts: count;
	cached_addresses: count;
@if ( brogo_dialect == "zeek" )
	cached_texts: count;
	cached_total: count;
@endif
};

## Messages by kind, and the peers and stores of this node.
type BrokerStats: record {
	num_peers: count;
	num_stores: count;
	num_pending_queries: count;
	num_events_incoming: count;
	num_events_outgoing: count;
	num_logs_incoming: count;
	num_logs_outgoing: count;
	num_ids_incoming: count;
	num_ids_outgoing: count;
};

## The outbound queue of one peer.
type BrokerPeeringStats: record {
	num_queued: count;
	max_queued_recently: count;
	num_overflows: count;
};

type BrokerPeeringStatsTable: table[string] of BrokerPeeringStats;

## Weirds reported, in all and by name.
type ReporterStats: record {
	weirds: count;
	weirds_by_type: table[string] of count;
};

## The pattern matchers of a table[pattern].
type MatcherStats: record {
	matchers: count;
	nfa_states: count;
	dfa_states: count;
	computed: count; ##< Transitions worked out so far.
	mem: count;      ##< Bytes held by states.
	hits: count;
	misses: count;
};

# Results and parameters of builtin functions.

## A file that rotate_file() has moved away.
type rotate_info: record {
	old_name: string;
	new_name: string;
	open: time;
	close: time;
};

## What the tests for randomness found (find_entropy and entropy_test_finish).
type entropy_test_result: record {
	entropy: double;
	chi_square: double;
	mean: double;
	monte_carlo_pi: double;
	serial_correlation: double;
};

## What from_json() made of its input: v if it was valid, err if not.
type from_json_result: record {
	v: any &optional;
	valid: bool;
	err: string &optional;
};

## The key mapper of from_json() unless another is given: keys stay as they are.
function from_json_default_key_mapper(s: string): string
	{
	return s;
	}

## Where an address is, as far as the GeoIP database knows.
type geo_location: record {
	country_code: string &optional;
	region: string &optional;
	city: string &optional;
	latitude: double &optional;
	longitude: double &optional;
} &log;

## The autonomous system that an address belongs to.
type geo_autonomous_system: record {
	number: count &optional;
	organization: string &optional;
} &log;

## Parameters of str_smith_waterman().
type sw_params: record {
	min_strlen: count &default=3; ##< Shorter common substrings are left out.
	sw_variant: count &default=0; ##< 0: the best alignment; 1: all that do not overlap.
};

## Where in one of the two strings a common substring stands.
type sw_align: record {
	str: string;
	index: count;
};

type sw_align_vec: vector of sw_align;

## A common substring.
type sw_substring: record {
	str: string;
	aligns: sw_align_vec;
	new: bool; ##< Whether an alignment starts here.
};

type sw_substring_vec: vector of sw_substring;

## An answer of the resolver.
type dns_mapping: record {
	creation_time: time;
	req_host: string;
	req_addr: addr;
	valid: bool;
	hostname: string;
	addrs: addr_set;
};

## Ways to anonymize an address.
type IPAddrAnonymization: enum {
	KEEP_ORIG_ADDR,
	SEQUENTIALLY_NUMBERED,
	RANDOM_MD5,
	PREFIX_PRESERVING_A50,
	PREFIX_PRESERVING_MD5,
};

## Which address of a connection is anonymized.
type IPAddrAnonymizationClass: enum {
	ORIG_ADDR,
	RESP_ADDR,
	OTHER_ADDR,
};

## A source of packets, for packet_source(); brogo has none, so that its path stays empty.
type PacketSource: record {
	live: bool;
	path: string;
	link_type: int;
	netmask: count;
};

module Reporter;

export {
	## How grave a message is.
	type Level: enum {
		INFO = 0,
		WARNING = 1,
		ERROR = 2,
	};

	## Whether messages of a level also go to standard error.
	const info_to_stderr = T &redef;
	const warnings_to_stderr = T &redef;
	const errors_to_stderr = T &redef;
}

module Weird;

export {
	## Names of weirds that are never sampled.
	option sampling_whitelist: set[string] = {};

	## Names of weirds that are counted over all connections together.
	option sampling_global_list: set[string] = {};

	## How many of a kind are reported before sampling sets in.
	option sampling_threshold: count = 25;

	## One in how many is reported after that.
	option sampling_rate: count = 1000;

	## How long until counting starts anew.
	option sampling_duration = 10min;
}

module EventMetadata;

export {
	## Names of metadata that events may carry; scripts add theirs by `redef enum`.
	type ID: enum {
		NETWORK_TIMESTAMP = 1,
	};

	## One piece of metadata. The value has the type that was registered for the id.
	type Entry: record {
		id: EventMetadata::ID;
		val: any;
	};

	## Whether every event carries the network time it was raised at.
	const add_network_timestamp: bool = F &redef;

	## Whether events of other nodes that lack it get ours.
	const add_missing_remote_network_timestamp: bool = F &redef;
}

module GLOBAL;

type event_metadata_vec: vector of EventMetadata::Entry;

# Settings of the engine.

## How this process is called in messages.
@if ( brogo_dialect == "bro" )
const peer_description = "bro" &redef;
@else
const peer_description = "zeek" &redef;
@endif

## Keep running when nothing is left to do, until terminate() is called.
const exit_only_after_terminate = F &redef;

## Whether network time follows the clock by itself.
const allow_network_time_forward = T &redef;

## How often tables are searched for elements whose time has come.
const table_expire_interval = 10secs &redef;

## How many elements one step of that search looks at; 0 looks at all.
const table_incremental_step = 5000 &redef;

## How long to wait between two steps.
const table_expire_delay = 0.01secs &redef;

## How many timers may fire before events get their turn.
const max_timer_expires = 300 &redef;

## When rotation intervals start to count: a time of day.
const log_rotate_base_time = "0:00" &redef;

## Where find_all() and its kin stop: longer strings are not searched. Negative for no limit.
const max_find_all_string_length: int = 10000 &redef;

## How many bits a unique id has.
const bits_per_uid: count = 96 &redef;

## Goes into unique_id_from() and other hashes that must not be guessed.
const digest_salt = "Please change this value." &redef;

## If set, hashes that must agree between processes are keyed by this instead of a random seed.
const global_hash_seed: string = "" &redef;

## Set by test harnesses.
const running_under_test: bool = F &redef;

const zeek_script_args: vector of string = vector();

## Where the GeoIP databases are; empty to look in mmdb_dir_fallbacks.
const mmdb_dir: string = "" &redef;
const mmdb_city_db: string = "GeoLite2-City.mmdb" &redef;
const mmdb_country_db: string = "GeoLite2-Country.mmdb" &redef;
const mmdb_asn_db: string = "GeoLite2-ASN.mmdb" &redef;
const mmdb_dir_fallbacks: vector of string = vector(
	"/usr/share/GeoIP", "/var/lib/GeoIP", "/usr/local/share/GeoIP", "/usr/local/var/GeoIP") &redef;

## How often to look whether a database file was replaced.
const mmdb_stale_check_interval: interval = 5min &redef;

## A file for profiling_update, how often it is raised, and every how many times it is thorough.
global profiling_file: file &redef;
const profiling_interval = 0secs &redef;
const expensive_profiling_multiple = 0 &redef;

# Events and hooks that the engine raises.

## Raised once when all scripts are loaded; bro_init is another name of it.
global zeek_init: event();

## Raised once before the end; bro_done is another name of it.
global zeek_done: event();

## Raised for every script that was loaded, after zeek_init was queued.
global zeek_script_loaded: event(path: string, level: count);

## Raised once when network time is first known.
global network_time_init: event();

## Raised at the end, before zeek_done, where packets were read.
global net_done: event(t: time);

## Raised between two rounds of the event queue on request of the engine.
global event_queue_flush_point: event();

## Raised for every message of the reporter.
global reporter_info: event(t: time, msg: string, location: string) &error_handler;
global reporter_warning: event(t: time, msg: string, location: string) &error_handler;
global reporter_error: event(t: time, msg: string, location: string) &error_handler;

## Raised for every event, if anything handles it. Expensive.
global new_event: event(name: string, params: call_argument_vector);

## Raised when open() has opened a file.
global file_opened: event(f: file);

## Raised every profiling_interval.
global profiling_update: event(f: file, expensive: bool);

## Called when an assert fails; breaking out keeps the message from being printed.
global assertion_failure: hook(cond: string, msg: string, bt: Backtrace);

## Called for every assert that is evaluated.
global assertion_result: hook(result: bool, cond: string, msg: string, bt: Backtrace);

global dns_mapping_valid: event(dm: dns_mapping);
global dns_mapping_unverified: event(dm: dns_mapping);
global dns_mapping_new_name: event(dm: dns_mapping);
global dns_mapping_lost_name: event(dm: dns_mapping);
global dns_mapping_name_changed: event(prev: dns_mapping, latest: dns_mapping);
global dns_mapping_altered: event(dm: dns_mapping, old_addrs: addr_set, new_addrs: addr_set);
global anonymization_mapping: event(orig: addr, mapped: addr);

## Whether net_done has been raised.
global done_with_network = F;

event net_done(t: time)
	{
	done_with_network = T;
	}

# Small functions.

function min_double(a: double, b: double): double
	{
	return a < b ? a : b;
	}

function max_double(a: double, b: double): double
	{
	return a > b ? a : b;
	}

function min_interval(a: interval, b: interval): interval
	{
	return a < b ? a : b;
	}

function max_interval(a: interval, b: interval): interval
	{
	return a > b ? a : b;
	}

function min_count(a: count, b: count): count
	{
	return a < b ? a : b;
	}

function max_count(a: count, b: count): count
	{
	return a > b ? a : b;
	}

module JSON;

export {
	## How times appear in JSON logs.
	type TimestampFormat: enum {
		TS_EPOCH,           ##< Seconds since 1970 with decimals.
		TS_MILLIS,          ##< Milliseconds since 1970; negative before.
		TS_MILLIS_UNSIGNED, ##< The same as an unsigned number of 64 bits.
		TS_ISO8601,         ##< Date and time of day, UTC.
	};
}

module Threading;

export {
	## How often readers look at their sources and writers flush.
	const heartbeat_interval = 1.0 secs &redef;
}

module Storage;

export {
	## Where keys and values are kept.
	type Backend: enum {
		STORAGE_BACKEND_SQLITE, ##< A table of an SQLite file; policy/frameworks/storage/backend/sqlite has its options.
	};

	## In what form keys and values are kept.
	type Serializer: enum {
		STORAGE_SERIALIZER_JSON,
	};

	## What an operation came to.
	type ReturnCode: enum {
		SUCCESS,
		VAL_TYPE_MISMATCH, ##< The value is not of the type that the backend was opened for.
		KEY_TYPE_MISMATCH, ##< The key is not of the type that the backend was opened for.
		NOT_CONNECTED,     ##< The backend is closed.
		TIMEOUT,           ##< Somebody else keeps the backend busy.
		CONNECTION_LOST,
		OPERATION_FAILED, ##< See $error_str.
		KEY_NOT_FOUND,
		KEY_EXISTS, ##< The key has a value that was not to be overwritten.
		CONNECTION_FAILED,
		DISCONNECTION_FAILED,
		INITIALIZATION_FAILED, ##< The backend could not be set up.
		IN_PROGRESS,
	} &redef;

	## The result of an operation.
	type OperationResult: record {
		code: ReturnCode;
		error_str: string &optional; ##< What went wrong.
		value: any &optional;        ##< What `get` found, or the handle that `open_backend` made.
	};

	## How often entries whose time is over are removed from the backends that are open.
	const expire_interval = 15.0 secs &redef;

	## A backend was opened with these options.
	global backend_opened: event(tag: Backend, options: any);

	## The connection to a backend ended. SQLite files do not raise it.
	global backend_lost: event(tag: Backend, options: any, reason: string);
}

module GLOBAL;

@load base/packets
@load base/frameworks/logging
@load base/frameworks/broker
@load base/frameworks/input

@if ( brogo_dialect == "bro" )
@load base/communication
@else
@load base/frameworks/supervisor
@load base/frameworks/cluster
@endif

# Behind the cluster's layout, where there is one.
@load base/frameworks/telemetry/options
