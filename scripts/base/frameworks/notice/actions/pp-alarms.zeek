##! Notices: a summary of the alarms for people to read, mailed at intervals.

@load ../main
@load base/frameworks/cluster

module Notice;

export {
	## Whether alarms are mailed as a summary instead of as a log.
	const pretty_print_alarms = T &redef;

	## Who gets it; empty for mail_dest.
	const mail_dest_pretty_printed = "" &redef;

	## Alarms about hosts in these nets are marked.
	global flag_nets: set[subnet] &redef;

	## Writes one alarm.
	global pretty_print_alarm: function(out: file, n: Info) &redef;

	## Writes the summary to its file even if nobody gets a mail.
	global force_email_summaries = F &redef;
}

const summary_name = "alarm-mail.txt";
global summary: file;
global summary_open = F;

function wants_summary(): bool
	{
	return force_email_summaries ||
		(pretty_print_alarms && ! reading_traces() && (mail_dest != "" || mail_dest_pretty_printed != ""));
	}

function send_summary(info: Log::RotationInfo): bool
	{
	if ( ! summary_open )
		return T;

	write_file(summary, "\n\n--\n[Automatically generated]\n\n");
	close(summary);
	summary_open = F;

	local dest = mail_dest_pretty_printed != "" ? mail_dest_pretty_printed : mail_dest;

	if ( dest == "" )
		return T;

	local name = summary_name + ".tmp";
	local f = open(name);
	local subject = fmt("Alarm summary from %s-%s", strftime("%H:%M:%S", info$open), strftime("%H:%M:%S", info$close));
	write_file(f, email_headers(subject, dest) + "\n");
	close(f);
	system(fmt("/bin/cat %s %s | %s -t -oi && /bin/rm -f %s %s", name, summary_name, sendmail, name, summary_name));
	return T;
	}

#@until Notice::ALARM_LOG, Notice::force_email_summaries, ~Log::active_streams
event zeek_init()
	{
	# In place of the filter that mails the log.
	if ( wants_summary() )
		Log::add_filter(ALARM_LOG, Log::Filter($name="alarm-mail", $writer=Log::WRITER_NONE,
			$interv=Log::default_mail_alarms_interval, $postprocessor=send_summary));
	}

hook Notice::notice(n: Notice::Info) &priority=-5
	{
	if ( ACTION_ALARM !in n$actions || ! wants_summary() )
		return;

	if ( ! summary_open )
		{
		summary = open(summary_name);
		summary_open = T;
		}

	pretty_print_alarm(summary, n);
	}

function pretty_print_alarm(out: file, n: Info)
	{
	local who = "";
	local flag = F;

	if ( n?$id )
		{
		who = fmt("%s:%s -> %s:%s", n$id$orig_h, n$id$orig_p, n$id$resp_h, n$id$resp_p);
		flag = n$id$orig_h in flag_nets || n$id$resp_h in flag_nets;
		}
	else if ( n?$src )
		{
		who = n?$dst ? fmt("%s -> %s", n$src, n$dst) : fmt("%s%s", n$src, n?$p ? fmt(":%s", n$p) : "");
		flag = n$src in flag_nets || (n?$dst && n$dst in flag_nets);
		}

	if ( n?$uid )
		who += fmt(" (uid %s)", n$uid);

	local peer = "";
	if ( Cluster::is_enabled() )
		peer = fmt("<%s> ", n?$peer_descr ? n$peer_descr : (n?$peer_name ? n$peer_name : "local"));

	local country = "";
	if ( n?$remote_location && n$remote_location?$country_code )
		country = fmt(" (remote location %s)", n$remote_location$country_code);

	print out, fmt(">%s %D %s %s%s", flag ? ">" : " ", network_time(), n$note, who, country);
	print out, fmt("   %s%s", peer, n?$msg ? n$msg : "");
	if ( n?$sub )
		print out, fmt("   %s", n$sub);
	print out, "";
	}
