##! A proxy: its rows go to the loggers.

@prefixes += cluster-proxy

redef Log::enable_local_logging = F;
redef Log::enable_remote_logging = T;
redef Log::default_rotation_interval = 24hrs;
redef Log::default_rotation_postprocessor_cmd = "delete-log";

@if ( brogo_dialect == "bro" )
redef forward_remote_state_changes = T;
@endif
