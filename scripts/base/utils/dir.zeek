##! Watching a directory for new files.

@load ./exec
@load ./paths

module Dir;

export {
	## How often monitor() looks unless told otherwise.
	option polling_interval = 30sec;

	## Calls callback with the path of every file in dir, and later of every file that appears there. A file that went
	## away counts as new when it comes back.
	global monitor: function(dir: string, callback: function(fname: string), poll_interval: interval &default=polling_interval);
}

event Dir::monitor_ev(dir: string, last_files: set[string], callback: function(fname: string), poll_interval: interval)
	{
	local ls = Exec::Command($cmd=cat("ls -1 ", safe_shell_quote(dir), "/"));

	when [dir, last_files, callback, poll_interval, ls] ( local result = Exec::run(ls) )
		{
		if ( result$exit_code != 0 )
			{
			Reporter::warning(fmt("Requested monitoring of %s directory (%s).",
			                      brogo_dialect == "bro" ? "non-existent" : "nonexistent", dir));
			return;
			}

		local seen: set[string] = set();

		if ( result?$stdout )
			for ( i, name in result$stdout )
				{
				add seen[name];

				if ( name !in last_files )
					callback(build_path_compressed(dir, name));
				}

		schedule poll_interval { Dir::monitor_ev(dir, seen, callback, poll_interval) };
		}
	}

function monitor(dir: string, callback: function(fname: string), poll_interval: interval &default=polling_interval)
	{
	event Dir::monitor_ev(dir, set(), callback, poll_interval);
	}
