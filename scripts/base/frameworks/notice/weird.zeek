##! What happens with weirds, things that are odd but no error: they are logged, passed over or raised as notices, by their names.
##! Scripts raise weirds by Reporter::net_weird() and its kin, or hand one to Weird::weird().

@load base/utils/conn-ids
@load ./main

module Weird;

export {
	redef enum Log::ID += { LOG };

@if ( brogo_dialect == "zeek" )
	global log_policy: Log::PolicyHook;
@endif

	redef enum Notice::Type += {
		Activity, ##< A weird whose action is to be noticed.
	};

	type Info: record {
		ts: time &log;
		uid: string &log &optional; ##< The connection's, if it is about one.
		id: conn_id &log &optional;
		conn: connection &optional;                  ##< Stands for both.
		name: string &log;                           ##< What kind of weird.
		addl: string &log &optional;                 ##< More about this one.
		notice: bool &log &default=F;                ##< Whether it was noticed, too.
		peer: string &log &default=peer_description; ##< The node that saw it.
@if ( brogo_dialect == "zeek" )
		source: string &log &optional; ##< What part of the program raised it.
@endif
		identifier: string &optional; ##< Weirds of one name that agree in this are the same.
	};

	## What to do with a weird: log it always, once, once for each connection or for each originator; or raise a notice as often.
	type Action: enum {
		ACTION_UNSPECIFIED,
		ACTION_IGNORE,
		ACTION_LOG,
		ACTION_LOG_ONCE,
		ACTION_LOG_PER_CONN,
		ACTION_LOG_PER_ORIG,
		ACTION_NOTICE,
		ACTION_NOTICE_ONCE,
		ACTION_NOTICE_PER_CONN,
		ACTION_NOTICE_PER_ORIG,
	};

	## The action for each name. All others are logged.
	const actions: table[string] of Action = {
		["FIN_after_reset"] = ACTION_IGNORE,
		["spontaneous_FIN"] = ACTION_IGNORE,
		["spontaneous_RST"] = ACTION_IGNORE,
		["unsolicited_SYN_response"] = ACTION_IGNORE,
		["FIN_storm"] = ACTION_NOTICE_PER_ORIG,
		["SYN_after_partial"] = ACTION_NOTICE_PER_ORIG,
		["successful_RPC_reply_to_invalid_request"] = ACTION_NOTICE_PER_ORIG,
		["FTP_arg_too_long"] = ACTION_LOG_PER_CONN,
		["FTP_max_command_length_exceeded"] = ACTION_LOG_PER_CONN,
		["FTP_password_too_long"] = ACTION_LOG_PER_CONN,
		["FTP_reply_msg_too_long"] = ACTION_LOG_PER_CONN,
		["FTP_too_many_pending_commands"] = ACTION_LOG_PER_CONN,
		["FTP_user_too_long"] = ACTION_LOG_PER_CONN,
		["simultaneous_open"] = ACTION_LOG_PER_CONN,
		["smb_tree_connect_andx_response_without_tree"] = ACTION_LOG_PER_CONN,
		["smtp_excessive_invalid_mail_transactions"] = ACTION_LOG_PER_CONN,
		["smtp_mail_transaction_invalid"] = ACTION_LOG_PER_CONN,
		["DNS_label_forward_compress_offset"] = ACTION_LOG_PER_ORIG,
		["DNS_label_len_gt_name_len"] = ACTION_LOG_PER_ORIG,
		["DNS_label_len_gt_pkt"] = ACTION_LOG_PER_ORIG,
		["DNS_label_too_long"] = ACTION_LOG_PER_ORIG,
		["SSH_max_packet_length_exceeded"] = ACTION_LOG_PER_ORIG,
		["SSH_max_string_length_exceeded"] = ACTION_LOG_PER_ORIG,
		["SYN_with_data"] = ACTION_LOG_PER_ORIG,
		["UDP_datagram_length_mismatch"] = ACTION_LOG_PER_ORIG,
		["bad_ICMP_checksum"] = ACTION_LOG_PER_ORIG,
		["bad_IP_checksum"] = ACTION_LOG_PER_ORIG,
		["bad_RPC"] = ACTION_LOG_PER_ORIG,
		["bad_TCP_checksum"] = ACTION_LOG_PER_ORIG,
		["bad_UDP_checksum"] = ACTION_LOG_PER_ORIG,
		["connection_originator_SYN_ack"] = ACTION_LOG_PER_ORIG,
		["excess_RPC"] = ACTION_LOG_PER_ORIG,
		["excessively_small_fragment"] = ACTION_LOG_PER_ORIG,
		["fragment_inconsistency"] = ACTION_LOG_PER_ORIG,
		["fragment_overlap"] = ACTION_LOG_PER_ORIG,
		["fragment_size_inconsistency"] = ACTION_LOG_PER_ORIG,
		["originator_RPC_reply"] = ACTION_LOG_PER_ORIG,
		["partial_RPC"] = ACTION_LOG_PER_ORIG,
		["responder_RPC_call"] = ACTION_LOG_PER_ORIG,
	} &default=ACTION_LOG &redef;

	## Weirds to pass over where one of the hosts is an end of the connection.
	option ignore_hosts: set[addr, string] = {};

	## Weirds that are never held back because they were seen a short while ago.
	option weird_do_not_ignore_repeats = {
		"bad_IP_checksum", "bad_TCP_checksum", "bad_UDP_checksum", "bad_ICMP_checksum",
	};

	## Names and identifiers seen a short while ago: the same again is passed over.
	global weird_ignore: set[string, string] &create_expire=10min &redef;

	## What was logged under an action that logs once, and what was noticed under one that notices once.
	global did_log: set[string, string] &create_expire=1day &redef;
	global did_notice: set[string, string] &create_expire=1day &redef;

	## Raised for each row.
	global log_weird: event(rec: Info);

	## Does what the action of a weird asks for.
	global weird: function(w: Weird::Info);
}

const unlimited = set(ACTION_UNSPECIFIED, ACTION_IGNORE, ACTION_LOG, ACTION_NOTICE);
const noticed = set(ACTION_NOTICE, ACTION_NOTICE_ONCE, ACTION_NOTICE_PER_CONN, ACTION_NOTICE_PER_ORIG);

#@until Weird::LOG, ~Log::active_streams
event zeek_init() &priority=5
	{
@if ( brogo_dialect == "zeek" )
	Log::create_stream(Weird::LOG, Log::Stream($columns=Info, $ev=log_weird, $path="weird", $policy=log_policy));
@else
	Log::create_stream(Weird::LOG, Log::Stream($columns=Info, $ev=log_weird, $path="weird"));
@endif
	}

# Whether an action that counts once has been taken; if not, it is from now on.
function taken(w: Weird::Info, action: Action, identifier: string): bool
	{
	local about = identifier;
	if ( action == ACTION_LOG_ONCE || action == ACTION_NOTICE_ONCE )
		about = "";
	else if ( w?$id && (action == ACTION_LOG_PER_ORIG || action == ACTION_NOTICE_PER_ORIG) )
		about = cat(w$id$orig_h);

	if ( action in noticed )
		{
		if ( [w$name, about] in did_notice )
			return T;
		add did_notice[w$name, about];
		return F;
		}
	if ( [w$name, about] in did_log )
		return T;
	add did_log[w$name, about];
	return F;
	}

function raise_notice(w: Weird::Info)
	{
	w$notice = T;
	local n = Notice::Info($note=Activity, $msg=w$name);
	if ( w?$conn )
		n$conn = w$conn;
	else
		{
		if ( w?$uid )
			n$uid = w$uid;
		if ( w?$id )
			n$id = w$id;
		}
	if ( w?$addl )
		n$sub = w$addl;
	NOTICE(n);
	}

function weird(w: Weird::Info)
	{
	local action = actions[w$name];
	local identifier = w?$identifier ? w$identifier : (w?$id ? id_string(w$id) : "");
	if ( action == ACTION_IGNORE || [w$name, identifier] in weird_ignore )
		return;
	if ( w?$conn )
		{
		w$uid = w$conn$uid;
		w$id = w$conn$id;
		}
	if ( w?$id && ([w$id$orig_h, w$name] in ignore_hosts || [w$id$resp_h, w$name] in ignore_hosts) )
		return;
	if ( action !in unlimited && taken(w, action, identifier) )
		return;
	if ( action in noticed )
		raise_notice(w);
	if ( w$name !in weird_do_not_ignore_repeats )
		add weird_ignore[w$name, identifier];
	Log::write(Weird::LOG, w);
	}

# Fills the fields that may be empty.
function note(w: Weird::Info, addl: string, source: string)
	{
	if ( addl != "" )
		w$addl = addl;
@if ( brogo_dialect == "zeek" )
	if ( source != "" )
		w$source = source;
@endif
	weird(w);
	}

function flow(name: string, src: addr, dst: addr): Weird::Info
	{
	local ends = conn_id($orig_h=src, $orig_p=0/unknown, $resp_h=dst, $resp_p=0/unknown);
	return Info($ts=network_time(), $name=name, $id=ends, $identifier=cat(src, " -> ", dst));
	}

@if ( brogo_dialect == "zeek" )
event net_weird(name: string, addl: string, source: string)
	{
	note(Info($ts=network_time(), $name=name), addl, source);
	}

event conn_weird(name: string, c: connection, addl: string, source: string)
	{
	note(Info($ts=network_time(), $name=name, $conn=c, $identifier=id_string(c$id)), addl, source);
	}

event expired_conn_weird(name: string, id: conn_id, uid: string, addl: string, source: string)
	{
	note(Info($ts=network_time(), $name=name, $uid=uid, $id=id, $identifier=id_string(id)), addl, source);
	}

event flow_weird(name: string, src: addr, dst: addr, addl: string, source: string)
	{
	note(flow(name, src, dst), addl, source);
	}

event file_weird(name: string, f: fa_file, addl: string, source: string)
	{
	local about = addl == "" ? f$id : cat(f$id, ": ", addl);
	note(Info($ts=network_time(), $name=name), about, source);
	}
@else
event net_weird(name: string)
	{
	weird(Info($ts=network_time(), $name=name));
	}

event conn_weird(name: string, c: connection, addl: string)
	{
	note(Info($ts=network_time(), $name=name, $conn=c, $identifier=id_string(c$id)), addl, "");
	}

event expired_conn_weird(name: string, id: conn_id, uid: string, addl: string)
	{
	note(Info($ts=network_time(), $name=name, $uid=uid, $id=id, $identifier=id_string(id)), addl, "");
	}

event flow_weird(name: string, src: addr, dst: addr)
	{
	weird(flow(name, src, dst));
	}
@endif
