##! What rules are made of.

module NetControl;

export {
	## The priority of rules that do not give one, and of whitelisting, which has to win over dropping.
	option default_priority: int = +0;
	const whitelist_priority: int = +5 &redef;

	## What a rule is about.
	type EntityType: enum {
		ADDRESS,    ##< All that comes from or goes to an address or subnet.
		CONNECTION, ##< Both directions of a connection.
		FLOW,       ##< One direction; what is left out may be anything.
		MAC,        ##< All of a hardware address.
	};

	## One direction of traffic.
	type Flow: record {
		src_h: subnet &optional;
		src_p: port &optional;
		dst_h: subnet &optional;
		dst_p: port &optional;
		src_m: string &optional; ##< The source's hardware address.
		dst_m: string &optional; ##< The destination's.
	};

	## The entity of a rule: the field that the type names is set.
	type Entity: record {
		ty: EntityType;
		conn: conn_id &optional;
		flow: Flow &optional;
		ip: subnet &optional;
		mac: string &optional;
	};

	## Where a rule is applied.
	type TargetType: enum {
		FORWARD, ##< To traffic as it passes through the network.
		MONITOR, ##< To the copy of it that is analyzed.
	};

	## What a rule does.
	type RuleType: enum {
		DROP,      ##< Stops it.
		MODIFY,    ##< Changes it as `mod` says.
		REDIRECT,  ##< Sends it out at `out_port`.
		WHITELIST, ##< Lets it pass whatever rules of lower priority say.
	};

	## What MODIFY changes.
	type FlowMod: record {
		src_h: addr &optional;
		src_p: count &optional;
		dst_h: addr &optional;
		dst_p: count &optional;
		src_m: string &optional;
		dst_m: string &optional;
		redirect_port: count &optional;
	};

	type Rule: record {
		ty: RuleType;
		target: TargetType;
		entity: Entity;
		expire: interval &optional;              ##< How long it holds; without it, or 0, until it is removed.
		priority: int &default=default_priority; ##< Of several that match, the largest counts.
		location: string &optional;              ##< Who asked for it, for people.
		out_port: count &optional;
		mod: FlowMod &optional;
		id: string &default=""; ##< Set when the rule is added.
		cid: count &default=0;  ##< Likewise, for backends that number their rules.
	};

	## What a backend tells of a rule's traffic.
	type FlowInfo: record {
		duration: interval &optional;
		packet_count: count &optional;
		byte_count: count &optional;
	};
}

# Which plugins have taken a rule, which of them have it in place, and which of them had it before, so that it is not theirs to
# expire.
redef record Rule += {
	_plugin_ids: count_set &default=count_set();
	_active_plugin_ids: count_set &default=count_set();
	_no_expire_plugins: count_set &default=count_set();
	_added: bool &default=F;
};
