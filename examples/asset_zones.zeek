# Names the zone of an address by longest prefix, and judges connections between zones by a table of rules.

module Zones;

export {
	type Verdict: enum { ALLOW, WATCH, DENY };

	## The zones of the network. The most specific subnet names the zone.
	const zones: table[subnet] of string = {
		[0.0.0.0/0] = "internet",
		[10.0.0.0/8] = "office",
		[10.20.0.0/16] = "servers",
		[10.20.30.0/24] = "database",
		[[2001:db8::]/32] = "office",
	} &redef;

	## What connections from one zone to another mean; all others are watched.
	const rules: table[string, string] of Verdict = {
		["office", "servers"] = ALLOW,
		["servers", "database"] = ALLOW,
		["internet", "database"] = DENY,
	} &default=WATCH &redef;

	## Scripts may change a verdict.
	global adjust: hook(orig: addr, resp: addr, service: port);
}

function zone_of(a: addr): string
	{
	return a in zones ? zones[a] : "unknown";
	}

function judge(orig: addr, resp: addr, service: port): string
	{
	local from = zone_of(orig);
	local to = zone_of(resp);

	# A hook body that breaks vetoes the rules.
	local verdict = hook adjust(orig, resp, service) ? rules[from, to] : DENY;

	return fmt("%-9s -> %-9s %-8s %s", from, to, service, verdict);
	}

hook adjust(orig: addr, resp: addr, service: port)
	{
	if ( service == 23/tcp )
		break;
	}

event zeek_init()
	{
	print judge(10.1.2.3, 10.20.1.1, 443/tcp);
	print judge(10.20.1.1, 10.20.30.40, 5432/tcp);
	print judge(203.0.113.5, 10.20.30.40, 5432/tcp);
	print judge(10.1.2.3, 10.20.1.1, 23/tcp);
	print judge([2001:db8::5], [2001:db8:1::9], 22/tcp);
	}
