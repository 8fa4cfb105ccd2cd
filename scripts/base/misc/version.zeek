##! Which version of the language this is: constants and a reader of version strings.

module Version;

export {
	type VersionDescription: record {
		version_number: count; ##< 20604 for 2.6.4: two digits each for minor and patch.
		major: count;
		minor: count;
		patch: count;
		commit: count; ##< Commits since the release, or within a development cycle; 0 in a release.
		beta: bool;    ##< A beta version or a release candidate.
		debug: bool;   ##< A build for debugging.
@if ( brogo_dialect == "zeek" )
		localversion: string; ##< A suffix that the builder chose.
@endif
		version_string: string;
	};

	## Reads a version string. One that it cannot read is an error and gives zeros.
	global parse: function(version_string: string): VersionDescription;

	## Whether this version is that one or later.
	global at_least: function(version_string: string): bool;
}

# The shapes: 2.6.4-beta2-12-debug then, 8.0.10-rc1.5-local-debug now.
@if ( brogo_dialect == "bro" )
const version_regex = /[0-9]\.[0-9]{1,2}(\.[0-9]{1,2})?(-beta[0-9]?)?(-[0-9]+)?(-debug)?/;
@else
const version_regex = /[0-9]+\.[0-9]+(\.[0-9]+)?(-(beta|rc|dev)[0-9]*)?(\.[0-9]+)?(-[a-zA-Z0-9_.]+)?(-debug)?/;
@endif

function parse(version_string: string): VersionDescription
	{
	local v = VersionDescription($version_number=0, $major=0, $minor=0, $patch=0, $commit=0, $beta=F, $debug=F,
@if ( brogo_dialect == "zeek" )
	                             $localversion="",
@endif
	                             $version_string=version_string);

	if ( version_string != version_regex )
		{
		Reporter::error(fmt("Version string %s cannot be parsed", version_string));
		return v;
		}

	v$beta = /-(beta|rc)/ in version_string;
	v$debug = /-debug/ in version_string;

	# The release in front of the first dash, the rest behind it.
	local parts = split_string1(sub(version_string, /-debug$/, ""), /-/);
	local numbers = split_string(parts[0], /\./);
	v$major = to_count(numbers[0]);
	v$minor = to_count(numbers[1]);
	v$patch = |numbers| > 2 ? to_count(numbers[2]) : 0;
	v$version_number = v$major * 10000 + v$minor * 100 + v$patch;

@if ( brogo_dialect == "bro" )
	if ( |parts| > 1 && /[0-9]+$/ in parts[1] && parts[1] != /beta[0-9]?/ )
		v$commit = to_count(sub(parts[1], /^beta[0-9]?-/, ""));
@else
	if ( |numbers| > 3 )
		v$commit = to_count(numbers[3]);

	if ( |parts| > 1 )
		{
		# Take the stage off, then the commit; what is left is local.
		local tail = sub(cat("-", parts[1]), /^-(beta|rc|dev)[0-9]*/, "");

		if ( starts_with(tail, ".") )
			v$commit = to_count(split_string(tail, /[.-]/)[1]);

		v$localversion = sub(tail, /^(\.[0-9]+)?-?/, "");
		}
@endif

	return v;
	}

export {
	## This version.
@if ( brogo_dialect == "bro" )
	#@late
	const info = Version::parse(bro_version());
@else
	#@late
	const info = Version::parse(zeek_version());
@endif

	## This version as a number to compare with.
	const number = Version::info$version_number;
}

function at_least(version_string: string): bool
	{
	return Version::number >= Version::parse(version_string)$version_number;
	}
