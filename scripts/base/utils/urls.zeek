##! Finding and taking apart URLs.

## What counts as a URL.
@if ( brogo_dialect == "bro" )
const url_regex = /^[a-zA-Z\-]{3,5}:\/\/[^\/?#"'\r\n><]*[^?#"'\r\n><]*([^[:blank:]\r\n"'><]*|\??[^"'\r\n><]*)/ &redef;
@else
const url_regex = /^[a-zA-Z\-]{3,5}:\/\/(-\.)?([^[:blank:]\/?.#-]+\.?)+(\/[^[:blank:]]*)?/ &redef;
@endif

## The parts of a URI.
type URI: record {
	scheme: string &optional;
	netlocation: string; ##< Host, "" if there is none.
	portnum: count &optional;
	path: string;                              ##< With the file name; "/" if there is none.
	file_name: string &optional;               ##< What stands behind the path's last slash.
	file_base: string &optional;               ##< The file name up to its first dot.
	file_ext: string &optional;                ##< The file name behind its first dot.
	params: table[string] of string &optional; ##< The query.
};

## All URLs in a text.
function find_all_urls(s: string): string_set
	{
	return find_all(s, url_regex);
	}

## All URLs in a text, without "scheme://".
function find_all_urls_without_scheme(s: string): string_set
	{
	local found: string_set = set();

	for ( url in find_all_urls(s) )
		add found[sub(url, /^[^:]*:\/\//, "")];

	return found;
	}

# Reads "a=1&b=2"; what has no `=` is left out.
function decompose_query(query: string): table[string] of string
	{
	local params: table[string] of string = table();

	for ( i, part in split_string(query, /&/) )
		{
		local key_value = split_string1(part, /=/);

		if ( |key_value| == 2 )
			params[key_value[0]] = key_value[1];
		}

	return params;
	}

## Takes a URI apart. Users and fragments are not told from what they stand beside.
function decompose_uri(uri: string): URI
	{
	local u = URI($netlocation="", $path="/");

	# From the outside in: query, scheme, path; host and port remain.
	local parts = split_string1(uri, /\?/);
	local rest = parts[0];

	if ( |parts| == 2 )
		u$params = decompose_query(parts[1]);

	parts = split_string1(rest, /:\/\//);

	if ( |parts| == 2 )
		{
		u$scheme = parts[0];
		rest = parts[1];
		}

	parts = split_string1(rest, /\//);
	rest = parts[0];

	if ( |parts| == 2 )
		{
		u$path = cat("/", parts[1]);
		local steps = split_string(parts[1], /\//);
		local name = steps[|steps| - 1];

		if ( name != "" )
			{
			local base_ext = split_string1(name, /\./);
			u$file_name = name;
			u$file_base = base_ext[0];

			if ( |base_ext| == 2 )
				u$file_ext = base_ext[1];
			}
		}

	# A colon without a number behind it is dropped too.
	u$netlocation = sub(rest, /:[0-9]*$/, "");
	local digits = sub_bytes(rest, |u$netlocation| + 2, |rest|);

	if ( digits != "" )
		u$portnum = to_count(digits);

	return u;
	}
