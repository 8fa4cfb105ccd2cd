##! A logger, or the manager that does without: it writes what others send.

@prefixes += cluster-logger

redef Log::enable_local_logging = T;
redef Log::enable_remote_logging = F;
redef LogAscii::continue_existing = T;
redef Log::default_rotation_interval = 1hr;
redef Log::default_mail_alarms_interval = 24hrs;
redef Log::default_rotation_postprocessor_cmd = "archive-log";

@if ( brogo_dialect == "bro" )
redef max_remote_events_processed = 10000;
@endif
