##! Log streams: records that scripts write with Log::write() go through the filters of their stream to files and to other
##! nodes. The work is done by the engine; here is what scripts see of it.

module Log;

export {
	## A log stream. Scripts add theirs by `redef enum Log::ID += { LOG }`; the name gives the log's path.
	type ID: enum {
		UNKNOWN,  ##< No stream.
		PRINTLOG, ##< What print statements wrote, see Log::print_to_log.
	};

	## What writes a log.
	type Writer: enum {
		WRITER_ASCII,  ##< Text, one row a line: columns or JSON.
		WRITER_NONE,   ##< Nothing is written.
		WRITER_SQLITE, ##< A table of an SQLite file.
	};

	## Whether filters write on this node, and whether they send to others, unless they say so themselves.
	const enable_local_logging = T &redef;
	const enable_remote_logging = T &redef;

	## The writer of filters that name none.
	const default_writer = WRITER_ASCII &redef;

	## The directory of log files whose path is not absolute; empty for the working directory.
	const default_logdir = "" &redef;

	## What stands between fields, between the elements of a set, for an empty string or container and for an unset field, for all
	## writers that have no setting of their own.
	const separator = "\t" &redef;
	const set_separator = "," &redef;
	const empty_field = "(empty)" &redef;
	const unset_field = "-" &redef;

	## Makes the path of a filter that has neither path nor path_func. It is given the stream, the path so far ("" at first)
	## and the record.
	global default_path_func: function(id: ID, path: string, rec: any): string &redef;

	## A print statement as a log record.
	type PrintLogInfo: record {
		ts: time &log;         ##< Network time of the statement.
		vals: string_vec &log; ##< The text of each value.
	};

	## Which print statements become log records.
	type PrintLogType: enum {
		REDIRECT_NONE,
		REDIRECT_STDOUT, ##< Those to standard output.
		REDIRECT_ALL,    ##< Those to files, too.
	};

	const print_to_log: PrintLogType = REDIRECT_NONE &redef;

	## The path of that log.
	const print_log_path = "print" &redef;

	## Raised for each of its records.
	global log_print: event(rec: PrintLogInfo);

	## A log file that rotation has set aside.
	type RotationInfo: record {
		writer: Writer;
		fname: string; ##< Where the file is now.
		path: string;  ##< The path of the log.
		open: time;
		close: time;
		terminating: bool; ##< Whether it was the last, since the program ends.
	};

	## What is done with such a file.
	type RotationPostProcessorFunc: function(info: Log::RotationInfo): bool;

	## A log that is about to be rotated.
	type RotationFmtInfo: record {
		writer: Writer;
		path: string;
		open: time;
		close: time;
		terminating: bool;
		postprocessor: RotationPostProcessorFunc &optional; ##< What will be called afterwards.
	};

	## How often logs are rotated unless a filter says so; 0 for never.
	const default_rotation_interval = 0secs &redef;

	## The directory for rotated files; empty for the one of the log.
	option default_rotation_dir = "";

	## Where a rotated file goes.
	type RotationPath: record {
		dir: string &default=default_rotation_dir;
		file_basename: string; ##< The name without suffix.
	};

	## Chooses where a rotated file goes.
	const rotation_format_func: function(ri: RotationFmtInfo): RotationPath &redef;

	## How times appear in names of rotated files, see strftime().
	const default_rotation_date_format = "%Y-%m-%d-%H-%M-%S" &redef;

	## A command that is run for each rotated file with: file, path, time opened, time closed, 1 if the program ends, writer.
	const default_rotation_postprocessor_cmd = "" &redef;

	## Variables for the environment of that command. Their names there begin with ZEEK_ARG_.
	option default_rotation_postprocessor_cmd_env: table[string] of string = {};

	## What is done with rotated files of filters that do not say it themselves, by writer.
	const default_rotation_postprocessors: table[Writer] of function(info: RotationInfo): bool &redef;

	## How often alarms are mailed; 0 for never.
	const default_mail_alarms_interval = 0secs &redef;

	## New names of columns.
	const default_field_name_map: table[string] of string = table() &redef;

	## What joins the names of nested fields.
	const default_scope_sep = "." &redef;

	## What goes before the names of extension fields.
	const default_ext_prefix: string = "_" &redef;

	## Returns a record whose &log fields become columns in front of all others. One without a result adds none.
	const default_ext_func: function(path: string): any = function(path: string) { } &redef;

	## For how long, and how many of, the writes of a stream may be delayed.
	const default_max_delay_interval = 200msec &redef;
	const default_max_delay_queue_size = 1000 &redef;

	## After how long rows that wait in a writer are written, and after how many.
	const flush_interval = 1.0sec &redef;
	const write_buffer_size = 1000 &redef;

	## Records with more contents than this many bytes are not logged.
	const max_log_record_size = 64 * 1024 * 1024 &redef;

	## One way for the records of a stream to be written.
	type Filter: record {
		name: string;
		writer: Writer &default=default_writer;
@if ( brogo_dialect == "bro" )
		## Decides whether a record is written.
		pred: function(rec: any): bool &optional;
@endif
		## What the writer calls the log: for files, the name without suffix. If another filter writes there, "-2" is added,
		## or the next number that is free.
		path: string &optional;
		## Returns the path for each record, given the stream, the filter's path ("" if it has none yet) and the record.
		path_func: function(id: ID, path: string, rec: any): string &optional;
		include: set[string] &optional; ##< Only these columns.
		exclude: set[string] &optional; ##< Not these.
		log_local: bool &default=enable_local_logging;
		log_remote: bool &default=enable_remote_logging;
		field_name_map: table[string] of string &default=default_field_name_map;
		scope_sep: string &default=default_scope_sep;
		ext_prefix: string &default=default_ext_prefix;
		ext_func: function(path: string): any &default=default_ext_func;
		interv: interval &default=default_rotation_interval; ##< How often the log is rotated.
		postprocessor: function(info: RotationInfo): bool &optional;
		config: table[string] of string &default=table(); ##< Settings for the writer.
	};

@if ( brogo_dialect == "zeek" )
	## Sees each record of a stream before its filters; breaking out of it keeps the record from being written.
	type StreamPolicyHook: hook(rec: any, id: ID);

	## The same for one filter.
	type PolicyHook: hook(rec: any, id: ID, filter: Filter);

	redef record Filter += {
		## A PolicyHook: the stream's, unless given. The type is written out since the two would otherwise need each other.
		policy: hook(rec: any, id: ID, filter: Filter) &optional;
	};
@endif

	## What a stream is made of.
	type Stream: record {
		columns: any;           ##< A record type; its &log fields are the columns.
		ev: any &optional;      ##< An event that takes such a record, raised for each.
		path: string &optional; ##< For filters without one.
@if ( brogo_dialect == "zeek" )
		policy: PolicyHook &optional; ##< For filters without one.
		## Groups of handlers, by attribute or module, that are switched off and on with the stream.
		event_groups: set[string] &default=set();
		max_delay_interval: interval &default=default_max_delay_interval;
		max_delay_queue_size: count &default=default_max_delay_queue_size;
@endif
	};

	## What get_filter() returns if there is no such filter.
	const no_filter = Filter($name="<not found>");

	## Makes a stream, in place of any that the id has, with a filter "default".
	global create_stream: function(id: ID, stream: Stream): bool;

	## Ends a stream and closes its logs.
	global remove_stream: function(id: ID): bool;

	## Lets writes to a stream pass again, or has them ignored.
	global enable_stream: function(id: ID): bool;
	global disable_stream: function(id: ID): bool;

	## Adds a filter, in place of any of that name.
	global add_filter: function(id: ID, filter: Filter): bool;

	## Takes a filter out.
	global remove_filter: function(id: ID, name: string): bool;

	## The names of a stream's filters.
	global get_filter_names: function(id: ID): set[string];

	## A filter by name, or Log::no_filter.
	global get_filter: function(id: ID, name: string): Filter;

	## Adds or takes out the filter "default".
	global add_default_filter: function(id: ID): bool;
	global remove_default_filter: function(id: ID): bool;

	## Runs Log::default_rotation_postprocessor_cmd for a rotated file that is now at npath.
	global run_rotation_postprocessor_cmd: function(info: RotationInfo, npath: string): bool;

	## The streams that are not disabled. It is for reading only.
	global active_streams: table[ID] of Stream = table();

@if ( brogo_dialect == "zeek" )
	## Sees every record of every stream before the filters do.
	global log_stream_policy: Log::StreamPolicyHook;

	## Called when the delay of a record is over: F drops it.
	type PostDelayCallback: function(rec: any, id: ID): bool;

	## Stands for one delayed record.
	type DelayToken: opaque of LogDelayToken;

	## The callback that lets every record pass.
	global empty_post_delay_cb: PostDelayCallback;

	## Has the record wait that log_stream_policy is looking at, until delay_finish() was called as often or the stream's
	## longest delay is over.
	global delay: function(id: ID, rec: any, post_delay_cb: PostDelayCallback &default=empty_post_delay_cb): DelayToken;

	## Ends one delay of a record.
	global delay_finish: function(id: ID, rec: any, token: DelayToken): bool;

	## Raises the longest delay of a stream.
	global set_max_delay_interval: function(id: Log::ID, max_delay: interval): bool;

	## Changes how many records of a stream may wait.
	global set_max_delay_queue_size: function(id: Log::ID, queue_size: count): bool;

	## How many records of a stream wait now; -1 without such a stream.
	global get_delay_queue_size: function(id: Log::ID): int;
@endif
}

# Streams that were created, enabled or not, and the names of their filters.
global all_streams: table[ID] of Stream = table();
global stream_filters: table[ID] of set[string] = table();
global filters: table[ID, string] of Filter;

function default_path_func(id: ID, path: string, rec: any): string
	{
	return path == "" ? Log::__default_path(id) : path;
	}

function create_stream(id: ID, stream: Stream): bool
	{
	if ( ! Log::__create_stream(id, stream) )
		return F;

	all_streams[id] = stream;
	active_streams[id] = stream;
	return add_default_filter(id);
	}

function remove_stream(id: ID): bool
	{
	delete active_streams[id];
	delete all_streams[id];

	if ( id in stream_filters )
		{
		for ( name in stream_filters[id] )
			delete filters[id, name];
		delete stream_filters[id];
		}

	return Log::__remove_stream(id);
	}

@if ( brogo_dialect == "zeek" )
function switch_event_groups(id: ID, on: bool)
	{
	if ( id !in all_streams )
		return;

	for ( group in all_streams[id]$event_groups )
		{
		if ( has_module_events(group) )
			on ? enable_module_events(group) : disable_module_events(group);
		if ( has_event_group(group) )
			on ? enable_event_group(group) : disable_event_group(group);
		}
	}
@endif

function enable_stream(id: ID): bool
	{
	if ( ! Log::__enable_stream(id) )
		return F;

	if ( id in all_streams )
		active_streams[id] = all_streams[id];
@if ( brogo_dialect == "zeek" )
	switch_event_groups(id, T);
@endif
	return T;
	}

function disable_stream(id: ID): bool
	{
	delete active_streams[id];
@if ( brogo_dialect == "zeek" )
	switch_event_groups(id, F);
@endif
	return Log::__disable_stream(id);
	}

function add_filter(id: ID, filter: Filter): bool
	{
	if ( id in all_streams && all_streams[id]?$path && ! filter?$path )
		filter$path = all_streams[id]$path;

	if ( ! filter?$path && ! filter?$path_func )
		filter$path_func = default_path_func;

	if ( ! Log::__add_filter(id, filter) )
		return F;

	if ( id !in stream_filters )
		stream_filters[id] = set();
	add stream_filters[id][filter$name];
	filters[id, filter$name] = filter;
	return T;
	}

function remove_filter(id: ID, name: string): bool
	{
	if ( id in stream_filters )
		delete stream_filters[id][name];
	delete filters[id, name];
	return Log::__remove_filter(id, name);
	}

function get_filter(id: ID, name: string): Filter
	{
	return [id, name] in filters ? filters[id, name] : no_filter;
	}

function get_filter_names(id: ID): set[string]
	{
	return id in stream_filters ? stream_filters[id] : set();
	}

function add_default_filter(id: ID): bool
	{
	return add_filter(id, Filter($name="default"));
	}

function remove_default_filter(id: ID): bool
	{
	return remove_filter(id, "default");
	}

# A function of its own, so that a run without it does not look at what it names.
function create_print_log()
	{
	create_stream(PRINTLOG, Stream($columns=PrintLogInfo, $ev=log_print, $path=print_log_path));
	}

#@until Log::PRINTLOG, ~Log::active_streams
event zeek_init() &priority=5
	{
	if ( print_to_log != REDIRECT_NONE )
		create_print_log();
	}

@load ./rotation

@if ( brogo_dialect == "zeek" )
@load ./delay
@endif
