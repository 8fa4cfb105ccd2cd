##! Notices. A script calls NOTICE(); the hook Notice::policy decides what is done, by adding actions to the record; the hook
##! Notice::notice does it. Notices with an identifier are not repeated for a while.

@load base/frameworks/cluster

module Notice;

export {
	redef enum Log::ID += { LOG, ALARM_LOG };

@if ( brogo_dialect == "zeek" )
	## May keep records out of the two logs.
	global log_policy: Log::PolicyHook;
	global log_policy_alarm: Log::PolicyHook;
@endif

	## What a notice is about; scripts add theirs.
	type Type: enum {
		Tally, ##< A count of things over some time.
	};

	## What may be done with a notice.
	type Action: enum {
		ACTION_NONE,
		ACTION_LOG,   ##< Write it to notice.log.
		ACTION_EMAIL, ##< Mail it to mail_dest.
		ACTION_ALARM, ##< Write it to notice_alarm.log, whose contents are mailed at intervals.
		ACTION_DROP,  ##< Block the address, if something does that.
	};

	type ActionSet: set[Notice::Action];

	## For how long a notice is not repeated unless it says so itself.
	option default_suppression_interval = 1hrs;

	type Info: record {
		ts: time &log &optional;
		uid: string &log &optional; ##< Of the connection, like the next one.
		id: conn_id &log &optional;
		conn: connection &optional; ##< Gives the two fields before.
		f: fa_file &optional;       ##< Gives the three fields that follow.
		fuid: string &log &optional;
		file_mime_type: string &log &optional;
		file_desc: string &log &optional;
		proto: transport_proto &log &optional;
		note: Type &log;
		msg: string &log &optional; ##< For people.
		sub: string &log &optional; ##< More for people.
		src: addr &log &optional;
		dst: addr &log &optional;
		p: port &log &optional;
		n: count &log &optional;     ##< A number that belongs to it.
		peer_name: string &optional; ##< The node that it comes from.
		peer_descr: string &log &optional;
		actions: ActionSet &log &default=ActionSet();
@if ( brogo_dialect == "zeek" )
		email_dest: set[string] &log &default=set(); ##< Who gets a mail.
@else
		email_dest: set[string] &default=set(); ##< Who gets a mail.
@endif
		email_body_sections: vector of string &optional; ##< More text for mails.
		email_delay_tokens: set[string] &optional;       ##< What mails wait for.
		identifier: string &optional;                    ##< Notices of a type that have it in common are the same; none are without.
		suppress_for: interval &log &default=default_suppression_interval;
@if ( brogo_dialect == "bro" )
		dropped: bool &log &default=F; ##< Whether the address was blocked.
@endif
	};

	## Types of notices that are passed over, mailed, put among the alarms, and repeated.
	option ignored_types: set[Notice::Type] = {};
	option emailed_types: set[Notice::Type] = {};
	option alarmed_types: set[Notice::Type] = {};
	option not_suppressed_types: set[Notice::Type] = {};

	## For how long notices of a type are not repeated.
	const type_suppression_intervals: table[Notice::Type] of interval = {} &redef;

	## Decides what is done with a notice.
	global policy: hook(n: Notice::Info);

	## Does it.
	global notice: hook(n: Info);

	## The program that takes mails, and what they say of their origin.
	option sendmail = "/usr/sbin/sendmail";
	option reply_to = "";
@if ( brogo_dialect == "zeek" )
	option mail_from = "Zeek <zeek@localhost>";
	option mail_subject_prefix = "[Zeek]";
@else
	option mail_from = "Big Brother <bro@localhost>";
	option mail_subject_prefix = "[Bro]";
@endif

	## Who gets mails; empty for nobody.
	const mail_dest = "" &redef;

	## For how long mails wait at most for what is to be added to them.
	const max_email_delay = 15secs &redef;

	## A file as notices name it.
	type FileInfo: record {
		fuid: string;
		desc: string;
		mime: string &optional;
		cid: conn_id &optional;
		cuid: string &optional;
	};

	global create_file_info: function(f: fa_file): Notice::FileInfo;
	global populate_file_info: function(f: fa_file, n: Notice::Info);
	global populate_file_info2: function(fi: Notice::FileInfo, n: Notice::Info);

	## A postprocessor that mails the rotated log.
	global log_mailing_postprocessor: function(info: Log::RotationInfo): bool;

	## Raised when notices of that type and identifier are about to be held back.
	global begin_suppression: event(ts: time, suppress_for: interval, note: Type, identifier: string);

	## Raised for a notice that is held back.
	global suppressed: event(n: Notice::Info);

	global is_being_suppressed: function(n: Notice::Info): bool;

	## Mails a notice, with the additions of scripts if extend is set.
	global email_notice_to: function(n: Info, dest: string, extend: bool);

	## The headers of a mail.
	global email_headers: function(subject_desc: string, dest: string): string;

	## Raised for each record of notice.log.
	global log_notice: event(rec: Info);

	## Fills the fields that follow from others and calls Notice::policy.
	global apply_policy: function(n: Notice::Info);

@if ( brogo_dialect == "bro" )
	## A notice on its way to the manager.
	global cluster_notice: event(n: Notice::Info);

	global internal_NOTICE: function(n: Notice::Info);
@endif
}

module GLOBAL;

function NOTICE(n: Notice::Info)
	{
	if ( Notice::is_being_suppressed(n) )
		return;

@if ( brogo_dialect == "bro" )
	if ( Cluster::is_enabled() && Cluster::local_node_type() != Cluster::MANAGER )
		{
		n$peer_name = n$peer_descr = Cluster::node;
		Broker::publish(Cluster::manager_topic, Notice::cluster_notice, n);
		return;
		}
@endif

	Notice::apply_policy(n);
	hook Notice::notice(n);
	}

module Notice;

@if ( brogo_dialect == "bro" )
function internal_NOTICE(n: Notice::Info)
	{
	apply_policy(n);
	hook Notice::notice(n);
	}

event Notice::cluster_notice(n: Notice::Info)
	{
	NOTICE(n);
	}
@endif

# Until when notices are held back.
global suppressing: table[Type, string] of time &create_expire=1sec
	&expire_func=function(t: table[Type, string] of time, note: Type, id: string): interval
		{
		local rest = t[note, id] - network_time();
		return rest > 0secs ? rest : 0secs;
		};

function is_being_suppressed(n: Notice::Info): bool
	{
	if ( ! n?$identifier || [n$note, n$identifier] !in suppressing )
		return F;

	event Notice::suppressed(n);
	return T;
	}

event Notice::begin_suppression(ts: time, suppress_for: interval, note: Type, identifier: string)
	{
	suppressing[note, identifier] = ts + suppress_for;

	# Other nodes tell the manager, which tells all.
	if ( Cluster::is_enabled() && Cluster::local_node_type() == Cluster::MANAGER )
		{
		Broker::publish(Cluster::worker_topic, Notice::begin_suppression, ts, suppress_for, note, identifier);
		Broker::publish(Cluster::proxy_topic, Notice::begin_suppression, ts, suppress_for, note, identifier);
		}
	}

function suppress(n: Info)
	{
	if ( ! n?$identifier || [n$note, n$identifier] in suppressing || n$suppress_for == 0secs )
		return;

	suppressing[n$note, n$identifier] = n$ts + n$suppress_for;
	event Notice::begin_suppression(n$ts, n$suppress_for, n$note, n$identifier);

	if ( Cluster::is_enabled() && Cluster::local_node_type() != Cluster::MANAGER )
		Broker::publish(Cluster::manager_topic, Notice::begin_suppression, n$ts, n$suppress_for, n$note, n$identifier);
	}

hook Notice::policy(n: Notice::Info) &priority=10
	{
	if ( n$note in ignored_types )
		break;

	if ( n$note in not_suppressed_types )
		n$suppress_for = 0secs;
	if ( n$note in type_suppression_intervals )
		n$suppress_for = type_suppression_intervals[n$note];

	if ( n$note in alarmed_types )
		add n$actions[ACTION_ALARM];
	if ( n$note in emailed_types )
		add n$actions[ACTION_EMAIL];

	add n$actions[ACTION_LOG];
	}

hook Notice::notice(n: Notice::Info)
	{
	if ( ACTION_EMAIL in n$actions )
		add n$email_dest[mail_dest];
	}

hook Notice::notice(n: Notice::Info) &priority=-5
	{
	for ( dest in n$email_dest )
		email_notice_to(n, dest, T);

	if ( ACTION_LOG in n$actions )
		Log::write(Notice::LOG, n);
	if ( ACTION_ALARM in n$actions )
		Log::write(Notice::ALARM_LOG, n);

	suppress(n);
	}

function create_file_info(f: fa_file): Notice::FileInfo
	{
	local fi = FileInfo($fuid=f$id, $desc=f$source);

	if ( f?$conns )
		for ( id in f$conns )
			{
			fi$cid = id;
			fi$cuid = f$conns[id]$uid;
			break;
			}

	return fi;
	}

function populate_file_info(f: fa_file, n: Notice::Info)
	{
	populate_file_info2(create_file_info(f), n);
	}

function populate_file_info2(fi: Notice::FileInfo, n: Notice::Info)
	{
	if ( ! n?$fuid )
		n$fuid = fi$fuid;
	if ( ! n?$file_mime_type && fi?$mime )
		n$file_mime_type = fi$mime;
	if ( fi?$cid )
		n$id = fi$cid;
	if ( fi?$cuid )
		n$uid = fi$cuid;

	n$file_desc = fi$desc;
	}

function apply_policy(n: Notice::Info)
	{
	if ( ! n?$ts )
		n$ts = network_time();

	if ( Cluster::is_enabled() )
		{
		if ( ! n?$peer_name )
			n$peer_name = Cluster::node;

		if ( ! n?$peer_descr )
			n$peer_descr = Cluster::node;
		}

	if ( n?$f )
		populate_file_info(n$f, n);

	if ( n?$conn )
		{
		if ( ! n?$id )
			n$id = n$conn$id;
		if ( ! n?$uid )
			n$uid = n$conn$uid;
		}

	if ( n?$id )
		{
		if ( ! n?$src )
			n$src = n$id$orig_h;
		if ( ! n?$dst )
			n$dst = n$id$resp_h;
		if ( ! n?$p )
			n$p = n$id$resp_p;
		}

	if ( n?$p )
		n$proto = get_port_transport_proto(n$p);
	if ( ! n?$email_body_sections )
		n$email_body_sections = vector();
	if ( ! n?$email_delay_tokens )
		n$email_delay_tokens = set();

	hook Notice::policy(n);
	}

function email_headers(subject_desc: string, dest: string): string
	{
	local lines = vector(fmt("From: %s", mail_from), fmt("Subject: %s %s", mail_subject_prefix, subject_desc), fmt("To: %s", dest));

@if ( brogo_dialect == "zeek" )
	lines += fmt("User-Agent: Zeek/%s", zeek_version());
@else
	lines += fmt("User-Agent: Bro-IDS/%s", bro_version());
@endif

	if ( reply_to != "" )
		lines += fmt("Reply-To: %s", reply_to);

	return join_string_vec(lines, "\n") + "\n";
	}

event Notice::delay_sending_email(n: Notice::Info, dest: string, extend: bool)
	{
	email_notice_to(n, dest, extend);
	}

# What a mail says of a notice.
function email_text(n: Notice::Info, extend: bool): string
	{
	local text = fmt("\nMessage: %s\n", n?$msg ? n$msg : "");

	if ( n?$sub )
		text += fmt("Sub-message: %s\n", n$sub);

	text += "\n";

	if ( n?$file_desc )
		text += fmt("File Description: %s\n", n$file_desc);
	if ( n?$file_mime_type )
		text += fmt("File MIME Type: %s\n", n$file_mime_type);
	if ( n?$file_desc || n?$file_mime_type )
		text += "\n";

	if ( n?$id )
		{
		text += fmt("Connection: %s:%d -> %s:%d\n", n$id$orig_h, n$id$orig_p, n$id$resp_h, n$id$resp_p);
		if ( n?$uid )
			text += fmt("Connection uid: %s\n", n$uid);
		}
	else if ( n?$src )
		text += fmt("Address: %s\n", n$src);

	if ( extend )
		{
		text += "\nEmail Extensions\n----------------\n";
		for ( i in n$email_body_sections )
			text += n$email_body_sections[i] + "\n";
		}

	return text + "\n\n--\n[Automatically generated]\n\n";
	}

function email_notice_to(n: Notice::Info, dest: string, extend: bool)
	{
	if ( reading_traces() || dest == "" )
		return;

	if ( extend && |n$email_delay_tokens| > 0 )
		{
		if ( n$ts + max_email_delay > network_time() )
			{
			schedule 1sec { Notice::delay_sending_email(n, dest, extend) };
			return;
			}

		Reporter::info(fmt("Notice email delay tokens weren't released in time (%s).", n$email_delay_tokens));
		}

	piped_exec(fmt("%s -t -oi", sendmail), email_headers(cat(n$note), dest) + email_text(n, extend));
	}

function log_mailing_postprocessor(info: Log::RotationInfo): bool
	{
	if ( reading_traces() || mail_dest == "" )
		return T;

	local name = info$fname + ".mailheaders.tmp";
	local f = open(name);
	write_file(f, email_headers(fmt("Log Contents: %s", info$fname), mail_dest) + "\n");
	close(f);

	local files = fmt("%s %s", safe_shell_quote(name), safe_shell_quote(info$fname));
	system(fmt("/bin/cat %s | %s -t -oi && /bin/rm %s", files, sendmail, files));
	return T;
	}

#@until Notice::LOG, Notice::ALARM_LOG, ~Log::active_streams
event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_notice, $path="notice", $policy=log_policy));
	Log::create_stream(ALARM_LOG, Log::Stream($columns=Info, $path="notice_alarm", $policy=log_policy_alarm));
@else
	Log::create_stream(LOG, Log::Stream($columns=Info, $ev=log_notice, $path="notice"));
	Log::create_stream(ALARM_LOG, Log::Stream($columns=Info, $path="notice_alarm"));
@endif

	if ( ! reading_traces() && mail_dest != "" )
		Log::add_filter(ALARM_LOG, Log::Filter($name="alarm-mail", $path="alarm-mail", $writer=Log::WRITER_ASCII, $interv=24hrs,
		                                       $postprocessor=log_mailing_postprocessor));
	}
