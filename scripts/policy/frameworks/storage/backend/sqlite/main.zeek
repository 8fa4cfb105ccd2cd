##! Storage in SQLite files.

@load base/frameworks/storage/main

module Storage::Backend::SQLite;

export {
	## Options of an SQLite backend.
	type Options: record {
		## The file; it is made if it is not there, its directory is not. ":memory:" keeps everything in memory.
		database_path: string;
		## The table in it. Backends of one file have tables of their own.
		table_name: string;
		## How long to wait while another process has the file.
		busy_timeout: interval &default=5secs;
		## Pragmas to run when the file is opened, in this order, with their values; "" for those without. busy_timeout is ignored.
		pragma_commands: table[string] of string &ordered &default=table(
			["quick_check"] = "",
			["journal_mode"] = "WAL",
			["synchronous"] = "normal",
			["temp_store"] = "memory") &ordered;
		## How long to try a pragma while another process has the file; zero: for ever.
		pragma_timeout: interval &default=500msec;
		## How long to wait between such tries.
		pragma_wait_on_busy: interval &default=5msec;
	};
}

redef record Storage::BackendOptions += {
	sqlite: Storage::Backend::SQLite::Options &optional;
};
