##! Copies rotated logs to other hosts with scp: give a filter the postprocessor Log::scp_postprocessor and name its
##! destinations in Log::scp_destinations.

@load ../main

module Log;

export {
	## Copies a rotated log to its destinations and removes it here. Without destinations nothing is done.
	global scp_postprocessor: function(info: Log::RotationInfo): bool;

	## A place to copy to; the login must work without a password.
	type SCPDestination: record {
		user: string;
		host: string;
		path: string; ##< The directory there.
	};

	## The destinations of a log, by its writer and path.
	global scp_destinations: table[Writer, string] of set[SCPDestination];

	## How the time when the log was opened appears in its name there.
	const scp_rotation_date_format = "%Y-%m-%d-%H-%M-%S" &redef;
}

function scp_postprocessor(info: Log::RotationInfo): bool
	{
	if ( reading_traces() || [info$writer, info$path] !in scp_destinations )
		return T;

	local from = safe_shell_quote(info$fname);
	local cmd = "";

	for ( d in scp_destinations[info$writer, info$path] )
		{
		local name = fmt("%s/%s.%s.log", d$path, info$path, strftime(scp_rotation_date_format, info$open));
		cmd += fmt("scp %s %s;", from, safe_shell_quote(fmt("%s@%s:%s", d$user, d$host, name)));
		}

	system(fmt("%s/bin/rm %s", cmd, from));
	return T;
	}
