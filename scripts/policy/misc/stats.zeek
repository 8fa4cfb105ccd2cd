##! Writes to stats.log, at intervals, how much memory this process holds and how many events and timers it had. The columns about
##! packets are those of the reference and stay 0 where there are none.

module Stats;

export {
	redef enum Log::ID += { LOG };

	## How often a record is written.
	option report_interval = 5min;

	## Counts are since the last record, but for those named "active" and the sizes.
	type Info: record {
		ts: time &log;
		peer: string &log;
		mem: count &log; ##< The most memory ever held, in MB.
		pkts_proc: count &log;
		bytes_recv: count &log;
		pkts_dropped: count &log &optional;
		pkts_link: count &log &optional;
		pkt_lag: interval &log &optional;
@if ( brogo_dialect == "zeek" )
		pkts_filtered: count &log &optional;
@endif
		events_proc: count &log;
		events_queued: count &log;
		active_tcp_conns: count &log;
		active_udp_conns: count &log;
		active_icmp_conns: count &log;
		tcp_conns: count &log;
		udp_conns: count &log;
		icmp_conns: count &log;
		timers: count &log;
		active_timers: count &log;
		files: count &log;
		active_files: count &log;
		dns_requests: count &log;
		active_dns_requests: count &log;
		reassem_tcp_size: count &log;
		reassem_file_size: count &log;
		reassem_frag_size: count &log;
		reassem_unknown_size: count &log;
	};

@if ( brogo_dialect == "zeek" )
	## May keep records out of the log.
	global log_policy: Log::PolicyHook;
@endif

	## Raised for each record.
	global log_stats: event(rec: Info);
}

# What the counters stood at when the last record was written.
type Reading: record {
	net: NetStats;
	conns: ConnStats;
	events: EventStats;
	timers: TimerStats;
	files: FileAnalysisStats;
	dns: DNSStats;
};

global last: Reading;

function read_counters(): Reading
	{
	return Reading($net=get_net_stats(), $conns=get_conn_stats(), $events=get_event_stats(), $timers=get_timer_stats(),
	               $files=get_file_analysis_stats(), $dns=get_dns_stats());
	}

event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_stats, $path="stats", $policy=log_policy));
@else
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_stats, $path="stats"));
@endif
	}

event Stats::report()
	{
	local now = read_counters();
	local reassembly = get_reassembler_stats();

	Log::write(LOG, Info($ts=network_time(), $peer=peer_description, $mem=get_proc_stats()$mem / 1048576,
		$pkts_proc=now$net$pkts_recvd - last$net$pkts_recvd, $bytes_recv=now$net$bytes_recvd - last$net$bytes_recvd,
		$events_proc=now$events$dispatched - last$events$dispatched, $events_queued=now$events$queued - last$events$queued,
		$active_tcp_conns=now$conns$num_tcp_conns, $active_udp_conns=now$conns$num_udp_conns,
		$active_icmp_conns=now$conns$num_icmp_conns,
		$tcp_conns=now$conns$cumulative_tcp_conns - last$conns$cumulative_tcp_conns,
		$udp_conns=now$conns$cumulative_udp_conns - last$conns$cumulative_udp_conns,
		$icmp_conns=now$conns$cumulative_icmp_conns - last$conns$cumulative_icmp_conns,
		$timers=now$timers$cumulative - last$timers$cumulative, $active_timers=now$timers$current,
		$files=now$files$cumulative - last$files$cumulative, $active_files=now$files$current,
		$dns_requests=now$dns$requests - last$dns$requests, $active_dns_requests=now$dns$pending,
		$reassem_tcp_size=reassembly$tcp_size, $reassem_file_size=reassembly$file_size,
		$reassem_frag_size=reassembly$frag_size, $reassem_unknown_size=reassembly$unknown_size));

	last = now;

	if ( ! zeek_is_terminating() )
		schedule report_interval { Stats::report() };
	}

event zeek_init()
	{
	last = read_counters();
	schedule report_interval { Stats::report() };
	}
