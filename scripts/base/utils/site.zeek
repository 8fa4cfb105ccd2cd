##! What is ours: networks, DNS zones, and who looks after them.

@load ./patterns

module Site;

export {
	## Networks that are not routed between sites.
@if ( brogo_dialect == "bro" )
	option private_address_space: set[subnet] = {
		10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, [::1]/128, [fe80::]/10,
	};
@else
	option private_address_space: set[subnet] = {
		# IPv4
		0.0.0.0/8,                                     # this network
		10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16,     # private use
		100.64.0.0/10,                                 # between carriers and their customers
		127.0.0.0/8,                                   # loopback
		169.254.0.0/16,                                # link-local
		192.0.0.0/24,                                  # protocol assignments
		192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, # documentation
		198.18.0.0/15,                                 # benchmarks
		224.0.0.0/24, 239.0.0.0/8,                     # multicast that stays here
		240.0.0.0/4,                                   # reserved
		255.255.255.255/32,                            # broadcast

		# The same networks as 6to4 addresses
		[2002::]/24, [2002:a00::]/24, [2002:ac10::]/28, [2002:c0a8::]/32, [2002:6440::]/26, [2002:7f00::]/24,
		[2002:a9fe::]/32, [2002:c000::]/40, [2002:c000:200::]/40, [2002:c633:6400::]/40, [2002:cb00:7100::]/40,
		[2002:c612::]/31, [2002:e000::]/40, [2002:ef00::]/24, [2002:f000::]/20, [2002:ffff:ffff::]/48,

		# IPv6
		[::]/128,         # unspecified
		[::1]/128,        # loopback
		[64:ff9b:1::]/48, # translation from IPv4
		[100::]/64,       # to be thrown away
		[2001::]/23,      # protocol assignments
		[2001:2::]/48,    # benchmarks
		[2001:db8::]/32,  # documentation
		[fc00::]/7,       # unique within a site
		[fe80::]/10,      # link-local
		[fec0::]/10,      # site-local
	};
@endif

	## Our networks.
	option local_nets: set[subnet] = {};

	## Whether private_address_space is part of local_nets, now and after either changes.
	const private_address_space_is_local = brogo_dialect == "zeek" &redef;

	## Our networks by themselves: looking up an address gives its network.
	global local_nets_table: table[subnet] of subnet = {};

	## The networks of neighbors.
	option neighbor_nets: set[subnet] = {};

	## Mail addresses of those who look after a network.
	option local_admins: table[subnet] of set[string] = {};

	## Our DNS zones.
	option local_zones: set[string] = {};

	## The DNS zones of neighbors.
	option neighbor_zones: set[string] = {};

	## Whether an address is ours, a neighbor's, private.
	global is_local_addr: function(a: addr): bool;
	global is_neighbor_addr: function(a: addr): bool;
	global is_private_addr: function(a: addr): bool;

	## Whether a host name is in one of our zones, one of a neighbor's.
	global is_local_name: function(name: string): bool;
	global is_neighbor_name: function(name: string): bool;

	## The mail addresses for all networks that an address is in, joined by ", ".
	global get_emails: function(a: addr): string;
}

# Match nothing until zones are known.
global local_dns_suffix_regex: pattern = /MATCH_NOTHING/;
global local_dns_neighbor_suffix_regex: pattern = /MATCH_NOTHING/;

# Set while a change of the private networks is being carried over: the new local networks are complete then.
global local_nets_complete = F;

function is_local_addr(a: addr): bool
	{
	return a in local_nets;
	}

function is_neighbor_addr(a: addr): bool
	{
	return a in neighbor_nets;
	}

function is_private_addr(a: addr): bool
	{
	return a in private_address_space;
	}

function is_local_name(name: string): bool
	{
	return local_dns_suffix_regex in name;
	}

function is_neighbor_name(name: string): bool
	{
	return local_dns_neighbor_suffix_regex in name;
	}

function find_all_emails(ip: addr): set[string]
	{
	local emails: set[string] = set();

	for ( net, admins in local_admins )
		if ( ip in net )
			for ( email in admins )
				if ( email != "" )
					add emails[email];

	return emails;
	}

function fmt_email_string(emails: set[string]): string
	{
	local all: string_vec = vector();

	for ( email in emails )
		all += email;

	return join_string_vec(all, ", ");
	}

function get_emails(a: addr): string
	{
	return fmt_email_string(find_all_emails(a));
	}

# Matches the zones and every name in them.
function zones_regex(zones: set[string]): pattern
	{
	return set_to_regex(zones, "(^\\.?|\\.)(~~)$");
	}

function update_local_nets_table(id: string, new_value: set[subnet]): set[subnet]
	{
	local nets = new_value;

	if ( private_address_space_is_local && ! local_nets_complete )
		nets = new_value | private_address_space;

	local_nets_complete = F;
	clear_table(local_nets_table);

	for ( net in nets )
		local_nets_table[net] = net;

	return nets;
	}

function update_local_zones_regex(id: string, new_value: set[string]): set[string]
	{
	local_dns_suffix_regex = zones_regex(new_value);
	return new_value;
	}

function update_neighbor_zones_regex(id: string, new_value: set[string]): set[string]
	{
	local_dns_neighbor_suffix_regex = zones_regex(new_value);
	return new_value;
	}

function update_private_address_space(id: string, new_value: set[subnet]): set[subnet]
	{
	# At the start the old private networks may not be among the local ones yet.
	local nets = local_nets | private_address_space;
	nets = nets - (private_address_space - new_value);
	nets = nets | new_value;

	# private_address_space keeps its old value until this function returns, so the handler of local_nets must not add it.
	local_nets_complete = T;
	Option::set("Site::local_nets", nets, "<skip-config-log>");
	return new_value;
	}

#@until Site::local_nets, Site::local_nets_table, Site::private_address_space
#@until Site::local_zones, Site::local_dns_suffix_regex, Site::neighbor_zones, Site::local_dns_neighbor_suffix_regex
event zeek_init() &priority=10
	{
	# Behind the handlers of others, so that what they change is seen here.
	Option::set_change_handler("Site::local_nets", update_local_nets_table, -5);
	Option::set_change_handler("Site::local_zones", update_local_zones_regex, -5);
	Option::set_change_handler("Site::neighbor_zones", update_neighbor_zones_regex, -5);

	if ( private_address_space_is_local )
		{
		Option::set_change_handler("Site::private_address_space", update_private_address_space, -5);
		update_private_address_space("Site::private_address_space", private_address_space);
		}

	update_local_nets_table("Site::local_nets", local_nets);
	update_local_zones_regex("Site::local_zones", local_zones);
	update_neighbor_zones_regex("Site::neighbor_zones", neighbor_zones);
	}
