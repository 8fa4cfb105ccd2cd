package supervise

// settingsScript is what nodes load before the scripts of the user, who may redef all of it. Nodes tell the supervisor on file descriptor 3 how
// far they are.
const settingsScript = `##! Written by brogo cluster run: what differs from a cluster on many machines, and how nodes tell how far they are.

redef Broker::default_listen_address = "127.0.0.1";
redef Broker::exact_connect_retry = T;
redef Broker::default_connect_retry = 200msec;
redef Cluster::retry_interval = 200msec;
redef Log::default_rotation_interval = 0secs;
redef Log::default_rotation_postprocessor_cmd = "";
redef Log::default_mail_alarms_interval = 0secs;

module Supervised;

global report = open("/dev/fd/3");

event zeek_init() &priority=-11
	{
	set_buf(report, F);
	print report, "started";
	}

event zeek_done()
	{
	print report, "ending";
	}

event Cluster::node_up(name: string, id: string) &priority=-100
	{
	print report, cat("up ", name);
	}

event Cluster::node_down(name: string, id: string) &priority=-100
	{
	print report, cat("down ", name);
	}

event Broker::log_rows_lost(stream: string, path: string, rows: count, total: count)
	{
	print report, cat("lost ", path, " ", rows);
	}
`
