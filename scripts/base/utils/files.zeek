##! Names for files.

@load ./addrs

## A name for what is cut out of a connection: PREFIX_HOST:PORT-HOST:PORT_SUFFIX; empty parts are left out.
function generate_extraction_filename(prefix: string, c: connection, suffix: string): string
	{
	local parts: string_vec = vector();

	if ( prefix != "" )
		parts += prefix;

	parts += fmt("%s:%d-%s:%d", addr_to_uri(c$id$orig_h), c$id$orig_p, addr_to_uri(c$id$resp_h), c$id$resp_p);

	if ( suffix != "" )
		parts += suffix;

	return join_string_vec(parts, "_");
	}

## The file name in a Content-Disposition header, `filename*=` with its charset and language included.
function extract_filename_from_content_disposition(data: string): string
	{
	local name = sub(data, /^.*[nN][aA][mM][eE][[:blank:]]*\*?=[[:blank:]]*/, "");

	if ( starts_with(name, "\"") )
		name = split_string(name, /\"/)[1];

	return unescape_URI(sub(name, /^[a-zA-Z0-9!#$%&+-^_`{}~]+'.*'/, ""));
	}
