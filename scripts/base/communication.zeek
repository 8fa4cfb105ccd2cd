##! Names of Bro 2.6 that later versions dropped: helpers for log files, and the old communication system, whose calls are
##! diagnosed unless old_comm_usage_is_ok is set and whose events are never raised.

## Allows scripts that use the old communication system to start.
const old_comm_usage_is_ok: bool = F &redef;

## The name of a log file: the tag with the suffix of log files.
global log_file_name: function(tag: string): string &redef;

## Opens a file of that name.
global open_log_file: function(tag: string): file &redef;

function log_file_name(tag: string): string
	{
	local suffix = getenv("BRO_LOG_SUFFIX");
	return cat(tag, ".", suffix == "" ? "log" : suffix);
	}

function open_log_file(tag: string): file
	{
	return open(log_file_name(tag));
	}

const suppress_local_output = F &redef;
const enable_syslog = F &redef;
const state_dir = ".state" &redef;
const state_write_delay = 0.01secs &redef;
const max_files_in_cache = 0 &redef;
const log_rotate_interval = 0sec &redef;
const log_max_size = 0.0 &redef;
const log_encryption_key = "<undefined>" &redef;
const check_for_unused_event_handlers = F &redef;
const forward_remote_events = F &redef;
const forward_remote_state_changes = F &redef;
const max_remote_events_processed = 10 &redef;
const remote_check_sync_consistency = F &redef;
const remote_trace_sync_interval = 0secs &redef;
const remote_trace_sync_peers = 0 &redef;
const ssl_ca_certificate = "<undefined>" &redef;
const ssl_private_key = "<undefined>" &redef;
const ssl_passphrase = "<undefined>" &redef;

const PEER_ID_NONE = 0;
const REMOTE_LOG_INFO = 1;
const REMOTE_LOG_ERROR = 2;
const REMOTE_SRC_CHILD = 1;
const REMOTE_SRC_PARENT = 2;
const REMOTE_SRC_SCRIPT = 3;

type peer_id: count;

## A peer of the old communication system.
type event_peer: record {
	id: peer_id;
	host: addr;
	p: port;
	is_local: bool;
	descr: string;
	class: string &optional;
};

global remote_connection_established: event(p: event_peer);
global remote_connection_closed: event(p: event_peer);
global remote_connection_handshake_done: event(p: event_peer);
global remote_connection_error: event(p: event_peer, reason: string);
global remote_event_registered: event(p: event_peer, name: string);
global remote_capture_filter: event(p: event_peer, filter: string);
global finished_send_state: event(p: event_peer);
global remote_log: event(level: count, src: count, msg: string);
global remote_log_peer: event(p: event_peer, level: count, src: count, msg: string);
global remote_pong: event(p: event_peer, seq: count, d1: interval, d2: interval, d3: interval);
global remote_state_access_performed: event(id: string, v: any);

## Raised after each print statement with what it printed, in the bro dialect.
global print_hook: event(f: file, s: string);
