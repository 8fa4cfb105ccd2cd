##! Finding and writing IP and MAC addresses.

# One number of a dotted address. A third digit may follow a leading zero or one.
const ipv4_decim = /[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5]/;

const ipv4_addr_regex = ipv4_decim & /\./ & ipv4_decim & /\./ & ipv4_decim & /\./ & ipv4_decim;

const ipv6_hextet = /[0-9A-Fa-f]{1,4}/;

# All eight groups, or six and a dotted address.
const ipv6_8hex_regex = /([0-9A-Fa-f]{1,4}:){7}/ & ipv6_hextet;
const ipv6_hex4dec_regex = /([0-9A-Fa-f]{1,4}:){6}/ & ipv4_addr_regex;

# With `::` for one or more groups: the more groups stand before it, the fewer may follow.
const ipv6_compressed_hex_regex =
	/:(:|(:[0-9A-Fa-f]{1,4}){1,7})/ |
	/[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}/ |
	/([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}/ |
	/([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}/ |
	/([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}/ |
	/([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}/ |
	/([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}/ |
	/([0-9A-Fa-f]{1,4}:){1,7}:/;

# The same before a dotted address, which takes the place of two groups.
const ipv6_compressed_hex4dec_regex =
	(/:(:[0-9A-Fa-f]{1,4}){0,5}:/ |
	 /[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){0,4}:/ |
	 /([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){0,3}:/ |
	 /([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){0,2}:/ |
	 /([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4})?:/ |
	 /([0-9A-Fa-f]{1,4}:){1,5}:/) & ipv4_addr_regex;

const ipv6_addr_regex = ipv6_8hex_regex | ipv6_compressed_hex_regex | ipv6_hex4dec_regex | ipv6_compressed_hex4dec_regex;

const ip_addr_regex = ipv4_addr_regex | ipv6_addr_regex;

## Whether all strings are numbers from 0 to 255.
function has_valid_octets(octets: string_vec): bool
	{
	for ( i in octets )
		if ( to_count(octets[i]) > 255 )
			return F;

	return T;
	}

# Whether an address between these two texts stands free: alone, or in blanks or a pair of brackets.
function addr_is_wrapped(before: string, after: string): bool
	{
	if ( before == "" || after == "" )
		return before == after;

	local pair = cat(before[|before| - 1], after[0]);
	return pair == "[]" || pair == "()" || pair == "{}" || pair == "  ";
	}

## All IP addresses in a text, in order. With check_wrapping only those that stand in blanks or brackets, so that version
## numbers and the like are left alone.
function extract_ip_addresses(input: string, check_wrapping: bool &default=F): string_vec
	{
	local parts = split_string_all(input, ip_addr_regex);
	local found: string_vec = vector();

	# Odd parts are matches, even ones lie between them.
	for ( i in parts )
		if ( i % 2 == 1 && is_valid_ip(parts[i]) &&
		     (! check_wrapping || addr_is_wrapped(parts[i - 1], parts[i + 1])) )
			found += parts[i];

	return found;
	}

@if ( brogo_dialect == "bro" )
## The same as a table that counts from 0, as older scripts want it.
function find_ip_addresses(input: string): string_array &deprecated
	{
	local found: string_array = table();

	for ( i, a in extract_ip_addresses(input) )
		found[i] = a;

	return found;
	}
@endif

## An address as URIs have it: IPv6 in square brackets.
function addr_to_uri(a: addr): string
	{
	return is_v4_addr(a) ? cat(a) : cat("[", a, "]");
	}

## A MAC address of 12 or 16 hex digits as lower-case pairs with colons, whatever stood between the digits; "" if the
## number of digits is another.
function normalize_mac(a: string): string
	{
	local digits = to_lower(gsub(a, /[^0-9A-Fa-f]/, ""));

	if ( |digits| != 12 && |digits| != 16 )
		return "";

	return join_string_vec(find_all_ordered(digits, /../), ":");
	}
