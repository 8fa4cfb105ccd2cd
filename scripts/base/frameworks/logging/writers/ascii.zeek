##! Settings of the writer of text logs. Each is also a key of a filter's $config, with "T" and "F" for the switches. The key tsv
##! exists there only: "T" writes the column names as the first line and leaves all other meta information out.

module LogAscii;

export {
	## Whether logs go to standard output instead of files.
	const output_to_stdout = F &redef;

	## Whether rows are JSON objects.
	const use_json = F &redef;

	## The form of times in JSON.
	const json_timestamps: JSON::TimestampFormat = JSON::TS_EPOCH &redef;

	## Whether unset fields appear in JSON, as null.
	const json_include_unset_fields = F &redef;

	## Whether files that an earlier process left without rotating them are rotated at the start. Only logs with a rotation
	## interval are watched for that.
	const enable_leftover_log_rotation = F &redef;

	## Whether a file that exists is continued instead of replaced. A last line that is not whole goes; compressed files are renamed
	## to NAME.1 and so on instead. Loggers do so, that what they have acknowledged stays when they start anew.
	const continue_existing = F &redef;

	## Whether valid UTF-8 is written as it is.
	const enable_utf_8 = T &redef;

	## How strongly files are compressed, 1 to 9; 0 for not at all.
	const gzip_level = 0 &redef;

	## What the names of compressed files end in.
	const gzip_file_extension = "gz" &redef;

	## Whether there are lines about columns, types and times; never in JSON.
	const include_meta = T &redef;

	## How such lines begin.
	const meta_prefix = "#" &redef;

	## As in module Log.
	const separator = Log::separator &redef;
	const set_separator = Log::set_separator &redef;
	const empty_field = Log::empty_field &redef;
	const unset_field = Log::unset_field &redef;
}
