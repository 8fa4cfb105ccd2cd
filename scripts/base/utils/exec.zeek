##! Running programs without waiting for them.

module Exec;

export {
	## What to run.
	type Command: record {
		cmd: string;                        ##< A line for the shell; quote what comes from elsewhere with safe_shell_quote().
		stdin: string &default="";          ##< What the program reads.
		read_files: set[string] &optional;  ##< Files that the program writes: they are read, then removed.
		uid: string &default=unique_id(""); ##< Tells commands apart.
	};

	## What came of it.
	type Result: record {
		exit_code: count &default=0;
		signal_exit: bool &default=F;       ##< Whether a signal ended the program.
		stdout: vector of string &optional; ##< Lines; unset if there were none.
		stderr: vector of string &optional;
		files: table[string] of string_vec &optional; ##< Lines of those read_files that there were.
	};

	## Runs a command. To be called in the condition of a when statement.
	global run: function(cmd: Command): Result;
}

function run(cmd: Command): Result
	{
	return when [cmd] ( local result = Exec::__run(cmd) )
		{
		return result;
		}
	}
