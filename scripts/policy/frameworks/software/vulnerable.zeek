##! Notices when a host runs a program that is known to be vulnerable.

@load base/frameworks/notice
@load base/frameworks/software

module Software;

export {
	redef enum Notice::Type += { Vulnerable_Version };

	## Versions from min, or the first, to max.
	type VulnerableVersionRange: record {
		min: Software::Version &optional;
		max: Software::Version;
	};

	## The zone of the DNS where more of them are found: 1.ZONE, 2.ZONE and so on are TXT records of a name, a tab,
	## "min=VERSION", a tab, "max=VERSION". Empty for none.
	option vulnerable_versions_update_endpoint = "";

	## How often that is asked.
	option vulnerable_versions_update_interval = 1hr;

	## Vulnerable versions by the program's name.
	const vulnerable_versions: table[string] of set[VulnerableVersionRange] = table() &redef;
}

# Those of the DNS.
global found_ranges: table[string] of set[VulnerableVersionRange];

global Software::grab_vulnerable_versions: event(i: count);

function decode_range(text: string): VulnerableVersionRange
	{
	local r = VulnerableVersionRange($max=Version($major=0));

	if ( "max=" !in text )
		Reporter::warning(fmt("a range of vulnerable versions without a max value: %s", text));

	for ( _, part in split_string(text, /\t/) )
		{
		local kv = split_string1(part, /=/);

		if ( |kv| == 2 && kv[0] == "min" )
			r$min = parse(kv[1])$version;
		else if ( |kv| == 2 && kv[0] == "max" )
			r$max = parse(kv[1])$version;
		}

	return r;
	}

event Software::grab_vulnerable_versions(i: count)
	{
	if ( vulnerable_versions_update_endpoint == "" )
		{
		schedule vulnerable_versions_update_interval { Software::grab_vulnerable_versions(1) };
		return;
		}

	when [i] ( local result = lookup_hostname_txt(cat(i, ".", vulnerable_versions_update_endpoint)) )
		{
		local parts = split_string1(result, /\t/);

		if ( |parts| == 2 )
			{
			if ( parts[0] !in found_ranges )
				found_ranges[parts[0]] = set();

			add found_ranges[parts[0]][decode_range(parts[1])];
			event Software::grab_vulnerable_versions(i + 1);
			}
		else
			schedule vulnerable_versions_update_interval { Software::grab_vulnerable_versions(1) };
		}
	timeout 5secs
		{
		schedule 1min { Software::grab_vulnerable_versions(1) };
		}
	}

event zeek_init() &priority=3
	{
	event Software::grab_vulnerable_versions(1);
	}

function vulnerable(rec: Info, ranges: set[VulnerableVersionRange]): bool
	{
	for ( r in ranges )
		if ( cmp_versions(rec$version, r$max) <= 0 && (! r?$min || cmp_versions(rec$version, r$min) >= 0) )
			return T;

	return F;
	}

event Software::log_software(rec: Info)
	{
	if ( (rec$name in vulnerable_versions && vulnerable(rec, vulnerable_versions[rec$name])) ||
	     (rec$name in found_ranges && vulnerable(rec, found_ranges[rec$name])) )
		NOTICE(Notice::Info($note=Vulnerable_Version, $src=rec$host, $sub=software_fmt(rec),
		                    $msg=fmt("%s is running %s which is vulnerable.", rec$host, software_fmt(rec))));
	}
