##! Copies rotated logs to other hosts with sftp: give a filter the postprocessor Log::sftp_postprocessor and name its
##! destinations in Log::sftp_destinations.

@load ../main

module Log;

export {
	## Copies a rotated log to its destinations and removes it here. Without destinations nothing is done.
	global sftp_postprocessor: function(info: Log::RotationInfo): bool;

	## A place to copy to; the login must work without a password.
	type SFTPDestination: record {
		user: string;
		host: string;
		host_port: count &default=22;
		path: string; ##< The directory there.
	};

	## The destinations of a log, by its writer and path.
	global sftp_destinations: table[Writer, string] of set[SFTPDestination];

	## How the time when the log was opened appears in its name there.
	const sftp_rotation_date_format = "%Y-%m-%d-%H-%M-%S" &redef;
}

function sftp_postprocessor(info: Log::RotationInfo): bool
	{
	if ( reading_traces() || [info$writer, info$path] !in sftp_destinations )
		return T;

	local cmd = "";

	for ( d in sftp_destinations[info$writer, info$path] )
		{
		local name = fmt("%s/%s.%s.log", d$path, info$path, strftime(sftp_rotation_date_format, info$open));
		cmd += fmt("echo put %s | sftp -P %d -b - %s;", safe_shell_quote(fmt("%s %s", info$fname, name)), d$host_port,
		           safe_shell_quote(fmt("%s@%s", d$user, d$host)));
		}

	system(fmt("%s/bin/rm %s", cmd, safe_shell_quote(info$fname)));
	return T;
	}
