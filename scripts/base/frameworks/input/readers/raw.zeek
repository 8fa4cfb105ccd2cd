##! Settings of the reader of lines.

module InputRaw;

export {
	## What stands behind each entry.
	const record_separator = "\n" &redef;

	## The command of a stream has ended: with an exit code, or by a signal, whose number is then in exit_code.
	global process_finished: event(name: string, source: string, exit_code: count, signal_exit: bool);
}
