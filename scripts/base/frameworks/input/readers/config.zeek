##! Settings of the reader of options.

module InputConfig;

export {
	## What stands between the elements of a set or vector, one byte.
	const set_separator = Input::set_separator &redef;

	## What stands for a set or vector without elements; by default nothing at all.
	const empty_field = "" &redef;

	## Whether a file that cannot be read ends the stream; otherwise it is tried again at every heartbeat.
	const fail_on_file_problem = F &redef;

	## A file sets an option for the first time, or to another value than before.
	global new_value: event(name: string, source: string, id: string, value: any);
}
