##! HTTP requests from scripts, made by the program curl.

@load ./exec
@load ./strings

module ActiveHTTP;

export {
	## How long a request may take unless it says otherwise.
	option default_max_time = 1min;

	## The method of a request unless it says otherwise.
	option default_method = "GET";

	## What the server answered. A request that failed has code 0.
	type Response: record {
		code: count; ##< Status code.
		msg: string; ##< Text behind the status code.
		body: string &optional;
		headers: table[string] of string &optional; ##< By name, as the server spelt it.
	};

	type Request: record {
		url: string;
		method: string &default=default_method;
		client_data: string &optional; ##< Body to send; usually with the method POST or PUT.
		max_time: interval &default=default_max_time;
		addl_curl_args: string &optional; ##< More arguments for curl; they reach the shell unquoted.
	};

	## Makes a request. To be called in the condition of a when statement.
	global request: function(req: ActiveHTTP::Request): ActiveHTTP::Response;
}

function request2curl(r: Request, bodyfile: string, headersfile: string): string
	{
	local args = vector("curl", "-s", "-g", "-o", safe_shell_quote(bodyfile), "-D", safe_shell_quote(headersfile),
	                    "-X", safe_shell_quote(r$method), "-m", fmt("%.0f", interval_to_double(r$max_time)));

	if ( r?$client_data )
		args += "-d @-";

	if ( r?$addl_curl_args )
		args += r$addl_curl_args;

	args += safe_shell_quote(r$url);

	# An empty body leaves no file behind, but the reader wants one.
	args += "&& touch";
	args += safe_shell_quote(bodyfile);

	return join_string_vec(args, " ");
	}

# Fills in what the lines of the response's head say; F if there is no status line.
function parse_head(resp: Response, lines: string_vec): bool
	{
	if ( |lines| == 0 )
		return F;

	local status = split_string_n(lines[0], /[[:blank:]]+/, F, 2);

	if ( |status| != 3 )
		return F;

	resp$code = to_count(status[1]);
	resp$msg = status[2];

	for ( i in lines )
		{
		local name_value = split_string1(lines[i], /:/);

		# The carriage return at the end of the line is no part of the value.
		if ( i > 0 && |name_value| == 2 )
			resp$headers[name_value[0]] = cut_tail(name_value[1], 1);
		}

	return T;
	}

function request(req: Request): ActiveHTTP::Response
	{
	local resp = Response($code=0, $msg="", $body="", $headers=table());

	# The method goes into a command line, so nothing but a word will do.
	if ( req$method != /[A-Za-z]+/ )
		{
		Reporter::error(fmt("There was an illegal method specified with ActiveHTTP (\"%s\").", req$method));
		return resp;
		}

	local stem = cat("/tmp/brogo-activehttp-", unique_id(""));
	local bodyfile = cat(stem, "_body");
	local headersfile = cat(stem, "_headers");
	local cmd = Exec::Command($cmd=request2curl(req, bodyfile, headersfile), $stdin=req?$client_data ? req$client_data : "",
	                          $read_files=set(bodyfile, headersfile));

	return when [req, resp, cmd, bodyfile, headersfile] ( local result = Exec::run(cmd) )
		{
		if ( ! result?$files || headersfile !in result$files )
			{
			Reporter::error(fmt("There was a failure when requesting \"%s\" with ActiveHTTP.", req$url));
			return resp;
			}

		if ( parse_head(resp, result$files[headersfile]) && bodyfile in result$files )
			resp$body = join_string_vec(result$files[bodyfile], "");

		return resp;
		}
	}
