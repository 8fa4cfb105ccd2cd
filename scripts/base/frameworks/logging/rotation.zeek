##! What becomes of rotated logs: their names, and the command that is run for them.

module Log;

# What the engine calls for logs whose filter has no postprocessor.
function __default_rotation_postprocessor(info: RotationInfo): bool
	{
	return info$writer in default_rotation_postprocessors ? default_rotation_postprocessors[info$writer](info) : T;
	}

# The programs that nodes of clusters run for their logs. They come with ZeekControl: without it logs stay where they are.
const control_programs = set("archive-log", "delete-log");

function run_rotation_postprocessor_cmd(info: RotationInfo, npath: string): bool
	{
	if ( default_rotation_postprocessor_cmd == "" )
		return T;

	local program = default_rotation_postprocessor_cmd;

	if ( program in control_programs )
		program = fmt("command -v %s >/dev/null || exit 0; %s", program, program);

	# WRITER_ASCII is "ascii" to the command; the form of the times is fixed, too.
	local writer = sub(to_lower(cat(info$writer)), /^log::writer_/, "");
	local cmd = fmt("%s %s %s %s %s %d %s", program, safe_shell_quote(npath), safe_shell_quote(info$path),
	                strftime("%y-%m-%d_%H.%M.%S", info$open), strftime("%y-%m-%d_%H.%M.%S", info$close), info$terminating, writer);
	system_env(cmd, default_rotation_postprocessor_cmd_env);
	return T;
	}

function default_ascii_rotation_postprocessor_func(info: RotationInfo): bool
	{
	return run_rotation_postprocessor_cmd(info, info$fname);
	}

redef default_rotation_postprocessors += { [WRITER_ASCII] = default_ascii_rotation_postprocessor_func };

# Text logs that nobody else looks after are called conn.2026-01-31-12-00-00, all others conn-26-01-31_12.00.00.
function Log::rotation_format_func(ri: RotationFmtInfo): RotationPath
	{
	if ( ri$writer == WRITER_ASCII && ri$postprocessor == __default_rotation_postprocessor &&
	     WRITER_ASCII in default_rotation_postprocessors &&
	     default_rotation_postprocessors[WRITER_ASCII] == default_ascii_rotation_postprocessor_func )
		return RotationPath($file_basename=fmt("%s.%s", ri$path, strftime(default_rotation_date_format, ri$open)));

	return RotationPath($file_basename=fmt("%s-%s", ri$path, strftime("%y-%m-%d_%H.%M.%S", ri$open)));
	}
