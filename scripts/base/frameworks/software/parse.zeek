##! Reads names and versions out of what programs say of themselves.

@load base/utils/numbers

module Software;

export {
	## A version. What is behind four numbers, or between them, goes to addl.
	type Version: record {
		major: count &optional;
		minor: count &optional;
		minor2: count &optional;
		minor3: count &optional;
		addl: string &optional;
	} &log;

	## Other names by which programs are to be known.
	#@late
	global alternate_names: table[string] of string = {
		["Flash Player"] = "Flash",
	} &default=function(a: string): string { return a; };
}

type Description: record {
	name: string;
	version: Version;
	unparsed_version: string;
};

# A kind of browser: what gives it away, and what in its text holds the version. They are tried in order.
type Browser: record {
	name: string;
	mark: pattern;
	version: pattern;
};

const browsers: vector of Browser = {
	Browser($name="Opera", $mark=/Opera [0-9\.]*$/, $version=/Opera [0-9\.]*$/),
	Browser($name="MSIE", $mark=/ MSIE |Trident\//, $version=/MSIE [0-9]{1,2}\.*[0-9]*b?[0-9]*/),
	Browser($name="Edge", $mark=/Edge\//, $version=/Edge\/[0-9\.]*/),
	Browser($name="Safari", $mark=/Version\/.*Safari\//, $version=/Version\/[0-9\.]*/),
	Browser($name="Firefox", $mark=/Firefox\/[0-9\.]*/, $version=/Firefox\/[0-9\.]*/),
	Browser($name="Netscape", $mark=/Netscape\/[0-9\.]*/, $version=/Netscape\/[0-9\.]*/),
	Browser($name="Thunderbird", $mark=/Thunderbird\/[0-9\.]*/, $version=/Thunderbird\/[0-9\.]*/),
	Browser($name="Chrome", $mark=/Chrome\/.*Safari\//, $version=/Chrome\/[0-9\.]*/),
	Browser($name="Opera Mini", $mark=/^Opera\/.*Opera Mini\/.*Version\//, $version=/Version\/[0-9\.]*/),
	Browser($name="Opera Mini", $mark=/^Opera\/.*Opera Mini\//, $version=/Opera Mini\/[0-9\.]*/),
	Browser($name="Opera Mobi", $mark=/^Opera\/.*Opera Mobi\//, $version=/Version\/[0-9\.]*/),
	Browser($name="Opera", $mark=/^Opera\//, $version=/Version\/[0-9\.]*/),
	Browser($name="Flash", $mark=/Flash%20Player/, $version=/Player\/[0-9\.]*/),
	Browser($name="AdobeAIR", $mark=/AdobeAIR\/[0-9\.]*/, $version=/AdobeAIR\/[0-9\.]*/),
	Browser($name="Unspecified WebKit", $mark=/AppleWebKit\/[0-9\.]*/, $version=/AppleWebKit\/[0-9\.]*/),
	Browser($name="Java", $mark=/ Java\/[0-9]\./, $version=/Java\/[0-9\._]*/),
};

# MSIE names itself by the page's wishes; its engine tells the truth.
const trident: table[string] of count = { ["4"] = 8, ["5"] = 9, ["6"] = 10, ["7"] = 11 };

global parse: function(unparsed_version: string): Description;

# The first stretch of a text that a pattern matches, "" if there is none.
function first_match(s: string, p: pattern): string
	{
	local parts = split_string_n(s, p, T, 1);
	return |parts| > 1 ? parts[1] : "";
	}

function parse_browser(text: string): Description
	{
	local d = Description($name="<unknown browser>", $version=Version(), $unparsed_version=text);

	for ( i in browsers )
		{
		local b = browsers[i];

		if ( b$mark !in text )
			next;

		d$name = b$name;
		local engine = b$name == "MSIE" ? first_match(text, /Trident\/[4-7]\.0/) : "";

		if ( engine != "" )
			{
			d$version = Version($major=trident[sub_bytes(engine, 9, 1)], $minor=0);
			break;
			}

		local own = first_match(text, b$version);

		if ( own != "" )
			d$version = parse(own)$version;
		if ( b$name == "Safari" && / Mobile\/?.* Safari/ in text )
			d$version$addl = "Mobile";

		break;
		}

	return d;
	}

# What of the text behind the numbers belongs to the version.
function additional(rest: string): string
	{
	if ( /^[[:blank:]]*\([a-zA-Z0-9\-\._[:blank:]]*\)/ in rest )
		return split_string_n(rest, /[\(\)]/, F, 2)[1];

	# The first word; three separators may come before it.
	local words = split_string_n(rest, /[\-\._,;\[\]\(\)\{\} ]/, F, 3);

	for ( i in words )
		if ( i < 3 && words[i] != "" )
			return strip(words[i]);

	return strip(rest);
	}

# Takes up to four numbers, and a fifth part as it is.
function numbers(text: string): Version
	{
	local v = Version();
	local parts = split_string_n(text, /[\-\._,\[\(\{ ]/, F, 3);

	for ( i in parts )
		{
		if ( parts[i] == "" )
			next;

		switch ( i )
			{
			case 0:
				v$major = extract_count(parts[i]);
				break;
			case 1:
				v$minor = extract_count(parts[i]);
				break;
			case 2:
				v$minor2 = extract_count(parts[i]);
				break;
			case 3:
				v$minor3 = extract_count(parts[i]);
				break;
			}
		}

	return v;
	}

# A text is a name, a separator, the numbers, and the rest.
function parse_plain(text: string): Description
	{
	local decoded = unescape_URI(gsub(text, /\\x/, "%"));
	local parts = split_string_n(decoded, /([\/\-_]|( [\(v]+))?[0-9\-\._, ]{2,}/, T, 1);
	local name = parts[0];

	# sub() of 2.6 does not heed anchors, hence the tests before it.
	if ( /([\/\-_]|( [\(v]+))$/ in name )
		name = sub(name, /([\/\-_]|( [\(v]+))$/, "");
	if ( /^\(/ in name )
		name = sub(name, /\(/, "");

	local d = Description($name=alternate_names[strip(name)], $version=Version(), $unparsed_version=text);

	if ( |parts| < 2 )
		return d;

	local version = strip(parts[1]);

	if ( /^[\/\-\._v\(]/ in version )
		version = sub(version, /[\/\-\._v\(]/, "");

	d$version = numbers(strip(version));

	if ( |parts| > 2 && parts[2] != "" && parts[2] != ")" )
		d$version$addl = additional(parts[2]);

	return d;
	}

function parse(unparsed_version: string): Description
	{
	if ( /^(Mozilla|Opera)\/[0-9]+\./ in unparsed_version )
		return parse_browser(unparsed_version);

	if ( /A\/[0-9\.]*\/Google\/Pixel/ !in unparsed_version )
		return parse_plain(unparsed_version);

	local version = split_string(unparsed_version, /\//)[1];
	return Description($name="Android (Google Pixel)", $unparsed_version=unparsed_version,
		$version=("." in version ? parse_plain(version)$version : Version($major=extract_count(version))));
	}
