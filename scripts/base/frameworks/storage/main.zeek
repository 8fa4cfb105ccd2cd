##! Keys and values that outlive a run. Open a backend with Storage::Sync, or with Storage::Async inside of `when`.

module Storage;

export {
	## What BackendOptions$forced_sync is unless given.
	const default_forced_sync: bool = F &redef;

	## How a backend is opened. Each kind of backend adds a field with options of its own.
	type BackendOptions: record {
		## In what form keys and values are kept.
		serializer: Storage::Serializer &default=Storage::STORAGE_SERIALIZER_JSON;
		## Have the functions of Storage::Async do what those of Storage::Sync do; meant for tests.
		forced_sync: bool &default=Storage::default_forced_sync;
	};

	## What `put` takes.
	type PutArgs: record {
		key: any;
		value: any;
		## Whether an older value of the key gives way; if not the result is KEY_EXISTS.
		overwrite: bool &default=T;
		## How long the entry lives; zero: for ever.
		expire_time: interval &default=0sec;
	};

	## Upper bounds of the buckets in which the times of operations are counted, in seconds.
	const latency_metric_bounds: vector of double = { 0.001, 0.01, 0.1, 1.0 } &redef;
}
