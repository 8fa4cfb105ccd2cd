##! Settings of the reader of text in columns. A stream's config table may set all but the path prefix for itself.

module InputAscii;

export {
	## What stands between fields, one byte.
	const separator = Input::separator &redef;

	## What stands between the elements of a set or vector, one byte.
	const set_separator = Input::set_separator &redef;

	## What stands for a set or vector without elements.
	const empty_field = Input::empty_field &redef;

	## What stands for a value that is not there.
	const unset_field = Input::unset_field &redef;

	## Whether a line with too few fields ends the stream instead of being left out with a warning.
	const fail_on_invalid_lines = F &redef;

	## Whether a file that cannot be read ends the stream; otherwise it is tried again at every heartbeat.
	const fail_on_file_problem = F &redef;

	## Directory of sources that do not begin with a slash.
	const path_prefix = "" &redef;
}
