##! Printing the calls that led to the current one.

## Prints the call stack, one call a line, or all on one line between delimiters. The first skip calls are left out:
## 0 shows the call of this function too.
function print_backtrace(show_args: bool &default=F, one_line: bool &default=F, one_line_delim: string &default="|",
                         skip: count &default=1, to_file: file &default=open("/dev/stdout"))
	{
	local calls: string_vec = vector();

	for ( i, call in backtrace() )
		{
		if ( i < skip )
			next;

		local args: string_vec = vector();

		if ( show_args )
			for ( j, arg in call$function_args )
				args += fmt("%s: %s%s", arg$name, arg$type_name, arg?$value ? fmt(" = %s", arg$value) : "");

		local where = call?$file_location ? fmt(" at %s:%s", call$file_location, call$line_location) : "";
		calls += fmt("#%s: %s(%s)%s", i - skip, call$function_name, join_string_vec(args, ", "), where);
		}

	if ( ! one_line )
		{
		for ( i, c in calls )
			print to_file, c;

		return;
		}

	local all = |calls| > 0 ? one_line_delim : "";

	for ( i, one in calls )
		all += fmt(" %s %s", one, one_line_delim);

	print to_file, all;
	}
