##! The manager, unless it is the logger, too: its rows go to the loggers.

@prefixes += cluster-manager

redef Log::enable_local_logging = F;
redef Log::enable_remote_logging = T;
redef Log::default_rotation_interval = 24hrs;
redef Log::default_rotation_postprocessor_cmd = "delete-log";

@if ( brogo_dialect == "bro" )
redef max_remote_events_processed = 10000;
@endif
