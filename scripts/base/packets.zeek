##! Names from the packet side of the language. brogo reads no packets and raises none of these events, but scripts that
##! pass such records around, or handle these events beside others, load and run.

module Tunnel;

export {
	## Ways to carry one connection inside another.
	type Type: enum {
		NONE,
		IP,
		AYIYA,
		TEREDO,
		SOCKS,
		GTPv1,
		HTTP,
		GRE,
		VXLAN,
		GENEVE,
	};
}

module GLOBAL;

## Protocols above IP.
type transport_proto: enum {
	unknown_transport,
	tcp,
	udp,
	icmp,
};

type link_encap: enum {
	LINK_ETHERNET,
	LINK_UNKNOWN,
};

type layer3_proto: enum {
	L3_IPV4,
	L3_IPV6,
	L3_ARP,
	L3_UNKNOWN,
};

type PcapFilterID: enum { None };

@if ( brogo_dialect == "zeek" )
## Tells connections of equal addresses and ports apart; scripts add fields by `redef record`.
type conn_id_ctx: record {};
@endif

## The two ends of a connection.
type conn_id: record {
	orig_h: addr &log;
	orig_p: port &log;
	resp_h: addr &log;
	resp_p: port &log;
@if ( brogo_dialect == "zeek" )
	proto: count &default=65535; ##< IP protocol number, 65535 while unknown.
	ctx: conn_id_ctx &log &default=conn_id_ctx();
@endif
};

## The two ends of one direction of traffic.
type flow_id: record {
	src_h: addr;
	src_p: port;
	dst_h: addr;
	dst_p: port;
} &log;

module Tunnel;

export {
	type EncapsulatingConn: record {
		cid: conn_id;
		tunnel_type: Tunnel::Type;
		uid: string &optional;
	} &log;
}

module GLOBAL;

type EncapsulatingConnVector: vector of Tunnel::EncapsulatingConn;

## One end of a connection and what it sent.
type endpoint: record {
	size: count;
	state: count; ##< One of TCP_* or UDP_*.
	num_pkts: count &optional;
	num_bytes_ip: count &optional;
	flow_label: count;
	l2_addr: string &optional;
};

## A connection.
type connection: record {
	id: conn_id;
	orig: endpoint;
	resp: endpoint;
	start_time: time;
	duration: interval;
	service: set[string] &ordered;
	history: string;
	uid: string;
	tunnel: EncapsulatingConnVector &optional;
	vlan: int &optional;
	inner_vlan: int &optional;
};

type endpoint_stats: record {
	num_pkts: count;
	num_rxmit: count;
	num_rxmit_bytes: count;
	num_in_order: count;
	num_OO: count;
	num_repl: count;
	endian_type: count;
};

type mime_match: record {
	strength: int;
	mime: string;
};

type mime_matches: vector of mime_match;

option default_file_timeout_interval: interval = 2mins;
option default_file_bof_buffer_size: count = 4096;

## A file seen in traffic.
type fa_file: record {
	id: string;
	parent_id: string &optional;
	source: string;
	is_orig: bool &optional;
	conns: table[conn_id] of connection &optional;
	last_active: time;
	seen_bytes: count &default=0;
	total_bytes: count &optional;
	missing_bytes: count &default=0;
	overflow_bytes: count &default=0;
	timeout_interval: interval &default=default_file_timeout_interval;
	bof_buffer_size: count &default=default_file_bof_buffer_size;
	bof_buffer: string &optional;
};

type fa_metadata: record {
	mime_type: string &optional;
	mime_types: mime_matches &optional;
	inferred: bool &default=T;
};

type string_any_file_hook: hook(f: fa_file, e: any, str: string);

type signature_state: record {
	sig_id: string;
	conn: connection;
	is_orig: bool;
	payload_size: count;
};

type ftp_port: record {
	h: addr;
	p: port;
	valid: bool;
};

type SYN_packet: record {
	is_orig: bool;
	DF: bool;
	ttl: count;
	size: count;
	win_size: count;
	win_scale: int;
	MSS: count;
	SACK_OK: bool;
	TSval: count &optional;
	TSecr: count &optional;
};

type pcap_packet: record {
	ts_sec: count;
	ts_usec: count;
	caplen: count;
	len: count;
	data: string;
	link_type: link_encap;
};

# Packet headers.

type ip4_hdr: record {
	hl: count;
	tos: count;
	len: count;
	id: count;
@if ( brogo_dialect == "zeek" )
	DF: bool;
	MF: bool;
	offset: count;
@endif
	ttl: count;
	p: count;
@if ( brogo_dialect == "zeek" )
	sum: count;
@endif
	src: addr;
	dst: addr;
};

type tcp_hdr: record {
	sport: port;
	dport: port;
	seq: count;
	ack: count;
	hl: count;
	dl: count;
@if ( brogo_dialect == "zeek" )
	reserved: count;
@endif
	flags: count;
	win: count;
};

type udp_hdr: record {
	sport: port;
	dport: port;
	ulen: count;
};

type icmp_hdr: record {
	icmp_type: count;
};

# IPv6 with its extension headers, mobility aside.

type ip6_option: record {
	otype: count;
	len: count;
	data: string;
};

type ip6_options: vector of ip6_option;

type ip6_hopopts: record {
	nxt: count;
	len: count;
	options: ip6_options;
};

type ip6_dstopts: record {
	nxt: count;
	len: count;
	options: ip6_options;
};

type ip6_routing: record {
	nxt: count;
	len: count;
	rtype: count;
	segleft: count;
	data: string;
};

type ip6_fragment: record {
	nxt: count;
	rsv1: count;
	offset: count;
	rsv2: count;
	more: bool;
	id: count;
};

type ip6_ah: record {
	nxt: count;
	len: count;
	rsv: count;
	spi: count;
	seq: count &optional;
	data: string &optional;
};

type ip6_esp: record {
	spi: count;
	seq: count;
};

type ip6_ext_hdr: record {
	id: count;
	hopopts: ip6_hopopts &optional;
	dstopts: ip6_dstopts &optional;
	routing: ip6_routing &optional;
	fragment: ip6_fragment &optional;
	ah: ip6_ah &optional;
	esp: ip6_esp &optional;
};

type ip6_ext_hdr_chain: vector of ip6_ext_hdr;

type ip6_hdr: record {
	class: count;
	flow: count;
	len: count;
	nxt: count;
	hlim: count;
	src: addr;
	dst: addr;
	exts: ip6_ext_hdr_chain;
};

type pkt_hdr: record {
	ip: ip4_hdr &optional;
	ip6: ip6_hdr &optional;
	tcp: tcp_hdr &optional;
	udp: udp_hdr &optional;
	icmp: icmp_hdr &optional;
};

type l2_hdr: record {
	encap: link_encap;
	len: count;
	cap_len: count;
	src: string &optional;
	dst: string &optional;
	vlan: count &optional;
	inner_vlan: count &optional;
	eth_type: count &optional;
	proto: layer3_proto;
};

type raw_pkt_hdr: record {
	l2: l2_hdr;
	ip: ip4_hdr &optional;
	ip6: ip6_hdr &optional;
	tcp: tcp_hdr &optional;
	udp: udp_hdr &optional;
	icmp: icmp_hdr &optional;
};

# Traffic figures; all stay zero.

type NetStats: record {
	pkts_recvd: count &default=0;
	pkts_dropped: count &default=0;
	pkts_link: count &default=0;
	bytes_recvd: count &default=0;
@if ( brogo_dialect == "zeek" )
	pkts_filtered: count &optional;
@endif
};

type ConnStats: record {
	total_conns: count;
	current_conns: count;
@if ( brogo_dialect == "bro" )
	current_conns_extern: count;
@endif
	sess_current_conns: count;
	num_packets: count;
	num_fragments: count;
	max_fragments: count;
	num_tcp_conns: count;
	max_tcp_conns: count;
	cumulative_tcp_conns: count;
	num_udp_conns: count;
	max_udp_conns: count;
	cumulative_udp_conns: count;
	num_icmp_conns: count;
	max_icmp_conns: count;
	cumulative_icmp_conns: count;
@if ( brogo_dialect == "zeek" )
	num_packets_unprocessed: count;
@endif
	killed_by_inactivity: count;
};

type ReassemblerStats: record {
	file_size: count;
	frag_size: count;
	tcp_size: count;
	unknown_size: count;
};

type FileAnalysisStats: record {
	current: count;
	max: count;
	cumulative: count;
};

type GapStats: record {
	ack_events: count;
	ack_bytes: count;
	gap_events: count;
	gap_bytes: count;
};

# States of an endpoint.

const TCP_INACTIVE = 0;
const TCP_SYN_SENT = 1;
const TCP_SYN_ACK_SENT = 2;
const TCP_PARTIAL = 3;
const TCP_ESTABLISHED = 4;
const TCP_CLOSED = 5;
const TCP_RESET = 6;

const UDP_INACTIVE = 0;
const UDP_ACTIVE = 1;

# Protocol numbers.

const IPPROTO_IP = 0;
const IPPROTO_ICMP = 1;
const IPPROTO_IGMP = 2;
const IPPROTO_IPIP = 4;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_IPV6 = 41;
const IPPROTO_ICMPV6 = 58;
const IPPROTO_RAW = 255;

# Flags of a TCP header.

const TH_FIN = 1;
const TH_SYN = 2;
const TH_RST = 4;
const TH_PUSH = 8;
const TH_ACK = 16;
const TH_URG = 32;
const TH_FLAGS = 63;

# Which direction's contents to record.

const CONTENTS_NONE = 0;
const CONTENTS_ORIG = 1;
const CONTENTS_RESP = 2;
const CONTENTS_BOTH = 3;

# Settings that configurations set.

const ignore_checksums = F &redef;
const partial_connection_ok = T &redef;
const tcp_inactivity_timeout = 5min &redef;
const udp_inactivity_timeout = 1min &redef;
const icmp_inactivity_timeout = 1min &redef;
const packet_filter_default = F &redef;
const record_all_packets = F &redef;
const report_gaps_for_partial = F &redef;
const detect_filtered_trace = F &redef;
const packet_source_inactivity_timeout = 100msec &redef;
const likely_server_ports: set[port] &redef;
const trace_output_file = "";
const cmd_line_bpf_filter = "" &redef;
global capture_filters: table[string] of string &redef;
global restrict_filters: table[string] of string &redef;

## Adds an interface's name to a list of them.
function add_interface(iold: string, inew: string): string
	{
	return iold == "" ? inew : cat(iold, " ", inew);
	}

global interfaces = "" &add_func=add_interface;

## Adds a signature file's name to a list of them.
function add_signature_file(sold: string, snew: string): string
	{
	return sold == "" ? snew : cat(sold, " ", snew);
	}

global signature_files = "" &add_func=add_signature_file;

# Events of connections, files and oddities in traffic.

global new_connection: event(c: connection);
global connection_established: event(c: connection);
global connection_finished: event(c: connection);
global connection_timeout: event(c: connection);
global connection_state_remove: event(c: connection);
global connection_reused: event(c: connection);
global connection_status_update: event(c: connection);
global connection_flipped: event(c: connection);
global connection_attempt: event(c: connection);
global connection_rejected: event(c: connection);
global connection_reset: event(c: connection);
global connection_pending: event(c: connection);
global tunnel_changed: event(c: connection, e: EncapsulatingConnVector);
global udp_session_done: event(u: connection);
global content_gap: event(c: connection, is_orig: bool, seq: count, length: count);
global packet_contents: event(c: connection, contents: string);
global conn_stats: event(c: connection, os: endpoint_stats, rs: endpoint_stats);

global conn_weird: event(name: string, c: connection, addl: string, source: string);
global conn_weird: event(name: string, c: connection, addl: string);
global expired_conn_weird: event(name: string, id: conn_id, uid: string, addl: string, source: string);
global expired_conn_weird: event(name: string, id: conn_id, uid: string, addl: string);
global flow_weird: event(name: string, src: addr, dst: addr, addl: string, source: string);
global flow_weird: event(name: string, src: addr, dst: addr, addl: string);
global flow_weird: event(name: string, src: addr, dst: addr);
global net_weird: event(name: string, addl: string, source: string);
global net_weird: event(name: string, addl: string);
global net_weird: event(name: string);
global file_weird: event(name: string, f: fa_file, addl: string, source: string);
global file_weird: event(name: string, f: fa_file, addl: string);

global file_new: event(f: fa_file);
global file_over_new_connection: event(f: fa_file, c: connection, is_orig: bool);
global file_sniff: event(f: fa_file, meta: fa_metadata);
global file_timeout: event(f: fa_file);
global file_gap: event(f: fa_file, offset: count, len: count);
global file_state_remove: event(f: fa_file);

global signature_match: event(state: signature_state, msg: string, data: string);
