##! Key-value stores: one node has the master, others clones of it that follow every change.

@load ./data

module Broker;

export {
	## How often a clone without a master asks for it.
	const default_clone_resync_interval = 10sec &redef;

	## How long a clone without a master answers queries from what it has; negative: for ever.
	const default_clone_stale_interval = 5min &redef;

	## How long a clone without a master keeps writes for it; zero or less: not at all.
	const default_clone_mutation_buffer_interval = 2min &redef;

	## Whether this node has the masters of tables with &backend: T unless it is a cluster node other than the manager.
	const table_store_master = T &redef;

	## Where the files of tables with &backend go.
	const table_store_db_directory = "." &redef;

	## How a query went.
	type QueryStatus: enum {
		SUCCESS,
		FAILURE,
	};

	## What a query found.
	type QueryResult: record {
		status: Broker::QueryStatus;
		result: Broker::Data; ##< Its field is unset unless status is SUCCESS.
	};

	## What a master keeps its entries in.
	type BackendType: enum {
		MEMORY,
		SQLITE,
@if ( brogo_dialect == "bro" )
		ROCKSDB, ##< Known by name only: making one fails.
@endif
	};

	## What happens when a database turns out to be broken.
	type SQLiteFailureMode: enum {
		SQLITE_FAILURE_MODE_FAIL,   ##< The store is not created.
		SQLITE_FAILURE_MODE_DELETE, ##< The file is set aside and an empty database takes its place.
	};

	## SQLite's pragma synchronous.
	type SQLiteSynchronous: enum {
		SQLITE_SYNCHRONOUS_OFF,
		SQLITE_SYNCHRONOUS_NORMAL,
		SQLITE_SYNCHRONOUS_FULL,
		SQLITE_SYNCHRONOUS_EXTRA,
	};

	## SQLite's pragma journal_mode.
	type SQLiteJournalMode: enum {
		SQLITE_JOURNAL_MODE_DELETE,
		SQLITE_JOURNAL_MODE_WAL,
	};

	## Settings of a SQLite database.
	type SQLiteOptions: record {
		path: string &default="";                  ##< The name of the store and `.sqlite` if empty.
		synchronous: SQLiteSynchronous &optional;  ##< NORMAL if unset.
		journal_mode: SQLiteJournalMode &optional; ##< WAL if unset.
		failure_mode: SQLiteFailureMode &default=SQLITE_FAILURE_MODE_FAIL;
		integrity_check: bool &default=F; ##< Whether the whole file is checked when it is opened.
	};

@if ( brogo_dialect == "bro" )
	## Settings of a RocksDB database, which no store has.
	type RocksDBOptions: record {
		path: string &default="";
	};
@endif

	## Settings of the backends.
	type BackendOptions: record {
		sqlite: SQLiteOptions &default=SQLiteOptions();
@if ( brogo_dialect == "bro" )
		rocksdb: RocksDBOptions &default=RocksDBOptions();
@endif
	};

	## Makes this node the owner of a store. If there is a store of the name here already, that is the result.
	## name: at most 255 bytes, the same at all nodes.
	## Returns: a handle, which is closed if the store could not be made.
	function create_master(name: string, b: BackendType &default=MEMORY,
	                       options: BackendOptions &default=BackendOptions()): opaque of Broker::Store
		{ return __create_master(name, b, options); }

	## Follows the master of a store, wherever it is or will be. If there is a store of the name here already, that is the result.
	function create_clone(name: string, resync_interval: interval &default=default_clone_resync_interval,
			stale_interval: interval &default=default_clone_stale_interval,
			mutation_buffer_interval: interval &default=default_clone_mutation_buffer_interval): opaque of Broker::Store
		{ return __create_clone(name, resync_interval, stale_interval, mutation_buffer_interval); }

	## Closes a store on this node; queries under way fail. F if it was closed.
	function close(h: opaque of Broker::Store): bool
		{ return __close(h); }

	## Whether a store is closed.
	function is_closed(h: opaque of Broker::Store): bool
		{ return __is_closed(h); }

	## The name of a store.
	function store_name(h: opaque of Broker::Store): string
		{ return __store_name(h); }

	# Queries. They are for conditions of `when` with a timeout.

	## Whether a store has a key.
	function exists(h: opaque of Broker::Store, k: any): QueryResult
		{ return __exists(h, k); }

	## The value of a key; FAILURE if there is none.
	function get(h: opaque of Broker::Store, k: any): QueryResult
		{ return __get(h, k); }

	## Sets the value of a key unless it has one; the result tells whether it was set.
	## e: how long the entry lives, 0sec for ever.
	function put_unique(h: opaque of Broker::Store, k: any, v: any, e: interval &default=0sec): QueryResult
		{ return __put_unique(h, k, v, e); }

	## A part of a key's value: an element of a vector or table, whether a set has i. FAILURE if there is none.
	function get_index_from_value(h: opaque of Broker::Store, k: any, i: any): QueryResult
		{ return __get_index_from_value(h, k, i); }

	## All keys, as a set.
	function keys(h: opaque of Broker::Store): QueryResult
		{ return __keys(h); }

	# Changes. F: the handle or the data is unfit. In all of them, e is how long the entry lives from now; 0sec leaves
	# its time as it is, except that put then gives it an unlimited one.

	## Sets the value of a key.
	function put(h: opaque of Broker::Store, k: any, v: any, e: interval &default=0sec): bool
		{ return __put(h, k, v, e); }

	## Takes a key out.
	function erase(h: opaque of Broker::Store, k: any): bool
		{ return __erase(h, k); }

	## Adds to a number or time; a missing key counts as zero.
	function increment(h: opaque of Broker::Store, k: any, a: any &default=1, e: interval &default=0sec): bool
		{ return __increment(h, k, a, e); }

	## Subtracts from a number or time; without the key nothing happens.
	function decrement(h: opaque of Broker::Store, k: any, a: any &default=1, e: interval &default=0sec): bool
		{ return __decrement(h, k, a, e); }

	## Adds to the end of a string.
	function append(h: opaque of Broker::Store, k: any, s: string, e: interval &default=0sec): bool
		{ return __append(h, k, s, e); }

	## Adds an element to a set.
	function insert_into_set(h: opaque of Broker::Store, k: any, i: any, e: interval &default=0sec): bool
		{ return __insert_into_set(h, k, i, e); }

	## Sets an element of a table.
	function insert_into_table(h: opaque of Broker::Store, k: any, i: any, v: any, e: interval &default=0sec): bool
		{ return __insert_into_table(h, k, i, v, e); }

	## Takes an element out of a set or table.
	function remove_from(h: opaque of Broker::Store, k: any, i: any, e: interval &default=0sec): bool
		{ return __remove_from(h, k, i, e); }

	## Adds an element to the end of a vector.
	function push(h: opaque of Broker::Store, k: any, v: any, e: interval &default=0sec): bool
		{ return __push(h, k, v, e); }

	## Takes the last element off a vector.
	function pop(h: opaque of Broker::Store, k: any, e: interval &default=0sec): bool
		{ return __pop(h, k, e); }

	## Takes all keys out.
	function clear(h: opaque of Broker::Store): bool
		{ return __clear(h); }
}
