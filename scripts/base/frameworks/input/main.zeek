##! The Input framework: streams that read files, commands and databases into tables, or raise an event for each entry.

module Input;

export {
	## What has become of an entry.
	type Event: enum {
		EVENT_NEW = 0,
		EVENT_CHANGED = 1,
		EVENT_REMOVED = 2,
	};

	## When a source is read.
	type Mode: enum {
		MANUAL = 0, ##< Once, and at every Input::force_update.
		REREAD = 1, ##< Whole, each time it has changed.
		STREAM = 2, ##< What is appended to it, as it comes.
	};

	## Kinds of sources.
	type Reader: enum {
		READER_ASCII,     ##< Text in columns, as logs are.
		READER_BENCHMARK, ##< Made-up entries; the source is how many a second.
		READER_BINARY,    ##< A file in pieces.
		READER_CONFIG,    ##< Lines of an option and its value.
		READER_RAW,       ##< Lines of a file, or of a command's output if the source ends in a bar.
		READER_SQLITE,    ##< Rows of a query; the source is the database without ".sqlite".
	};

	## The reader of streams that name none.
	option default_reader = READER_ASCII;

	## The mode of streams that name none.
	option default_mode = MANUAL;

	## What stands between fields, one byte. Readers have settings of their own for this and the next three.
	const separator = "\t" &redef;

	## What stands between the elements of a set or vector, one byte.
	const set_separator = "," &redef;

	## What stands for a set or vector without elements.
	const empty_field = "(empty)" &redef;

	## What stands for a value that is not there.
	const unset_field = "-" &redef;

	## Whether optional fields of types that cannot be read (files, functions) are left out instead of refused.
	const accept_unsupported_types = F &redef;

	## A stream into a table or set.
	type TableDescription: record {
		source: string; ##< Where from; what it names depends on the reader.
		reader: Reader &default=default_reader;
		mode: Mode &default=default_mode;
		name: string;                 ##< The stream's name.
		destination: any;             ##< The table or set to fill.
		idx: any;                     ##< Record type with the fields of the index.
		val: any &optional;           ##< Record type with the fields of the value; sets have none.
		want_record: bool &default=T; ##< Whether values are records; if not, val has one field.
		## Event for each change: description, Input::Event, the index as a record, and for tables the value: the one
		## that is replaced if it has changed, the last one if it is removed.
		ev: any &optional;
		## Function that decides on each change.
		pred: function(typ: Input::Event, left: any, right: any): bool &optional;
		## Event for messages about the stream: description, message, Reporter::Level. An error ends the stream.
		error_ev: any &optional;
		config: table[string] of string &default=table(); ##< Settings for the reader.
	};

	## A stream of events.
	type EventDescription: record {
		source: string; ##< Where from; what it names depends on the reader.
		reader: Reader &default=default_reader;
		mode: Mode &default=default_mode;
		name: string;                 ##< The stream's name.
		fields: any;                  ##< Record type with the fields to read.
		want_record: bool &default=T; ##< Whether the event gets the fields as one record or an argument each.
		ev: any;                      ##< Event for each entry: description, Input::Event, the fields.
		## Event for messages about the stream: description, message, Reporter::Level. An error ends the stream.
		error_ev: any &optional;
		config: table[string] of string &default=table(); ##< Settings for the reader.
	};

	## A stream into the analysis of files.
	type AnalysisDescription: record {
		source: string; ##< Where from; what it names depends on the reader.
		reader: Reader &default=Input::READER_BINARY;
		mode: Mode &default=default_mode;
		name: string;                                     ##< The stream's name.
		config: table[string] of string &default=table(); ##< Settings for the reader.
	};

	## Starts a stream into a table or set; F if the description is wrong.
	global add_table: function(description: Input::TableDescription): bool;

	## Starts a stream of events; F if the description is wrong.
	global add_event: function(description: Input::EventDescription): bool;

	## Starts a stream into the analysis of files.
	global add_analysis: function(description: Input::AnalysisDescription): bool;

	## Ends the stream of that name; F if there is none.
	global remove: function(id: string): bool;

	## Has the stream of that name look at its source; F if there is none.
	global force_update: function(id: string): bool;

	## A source has been read to its end.
	global end_of_data: event(name: string, source: string);
}

function add_table(description: Input::TableDescription): bool
	{
	return Input::__create_table_stream(description);
	}

function add_event(description: Input::EventDescription): bool
	{
	return Input::__create_event_stream(description);
	}

function add_analysis(description: Input::AnalysisDescription): bool
	{
	return Input::__create_analysis_stream(description);
	}

function remove(id: string): bool
	{
	return Input::__remove_stream(id);
	}

function force_update(id: string): bool
	{
	return Input::__force_update(id);
	}
