##! A logger, or the manager that does without: it writes what others send.

@prefixes += cluster-logger

redef Log::enable_local_logging = T;
redef Log::enable_remote_logging = F;
redef LogAscii::continue_existing = T;
redef Log::default_rotation_interval = 1hr;
redef Log::default_mail_alarms_interval = 24hrs;
redef Log::default_rotation_postprocessor_cmd = "archive-log";

@if ( brogo_dialect == "zeek" )
## What file names say about logs besides their times, for those who set Log::rotation_format_func to
## archiver_rotation_format_func. With several loggers it is which one has written the log.
global archiver_log_metadata: table[string] of string &redef;

@if ( Cluster::get_node_count(Cluster::LOGGER) > 1 )
redef archiver_log_metadata += { ["log_suffix"] = Cluster::node };
@endif

function archiver_encode_log_metadata(tbl: table[string] of string): string
	{
	local parts: vector of string = vector();

	for ( k, v in tbl )
		{
		if ( /[,=]/ in k || /[,=]/ in v )
			Reporter::warning(fmt("Invalid log_metadata: k='%s' v='%s'", k, v));
		else if ( v != "" )
			parts += fmt("%s=%s", strip(k), strip(v));
		}

	return join_string_vec(parts, ",");
	}

## The names that zeek-archiver takes apart: PATH__OPEN__CLOSE__METADATA__.
function archiver_rotation_format_func(ri: Log::RotationFmtInfo): Log::RotationPath
	{
	local name = fmt("%s__%s__%s__", ri$path, strftime(Log::default_rotation_date_format, ri$open),
	                 strftime(Log::default_rotation_date_format, ri$close));

	if ( |archiver_log_metadata| > 0 )
		name += archiver_encode_log_metadata(archiver_log_metadata) + "__";

	return Log::RotationPath($file_basename=name);
	}
@endif

@if ( brogo_dialect == "bro" )
redef max_remote_events_processed = 10000;
@endif
