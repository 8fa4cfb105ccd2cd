##! Making patterns and matching with them.

module GLOBAL;

function compare_alternatives(a: string, b: string): int
	{
	if ( brogo_dialect == "zeek" && |a| != |b| )
		return |a| > |b| ? -1 : 1;

	return strcmp(a, b);
	}

## Puts the strings, taken literally and joined by `|`, in the place of the first "~~" of a pattern's text:
## set_to_regex(set("com", "org"), "\\.(~~)$") matches what ends in one of them. They come in an
## order of their own, so that equal sets give equal patterns: as bytes, in the zeek dialect the longest first.
function set_to_regex(ss: set[string], pat: string): pattern
	{
	local alternatives: string_vec = vector();

	for ( s in ss )
		alternatives += convert_for_pattern(s);

	sort(alternatives, compare_alternatives);
	return string_to_pattern(sub(pat, /~~/, join_string_vec(alternatives, "|")), F);
	}

type PatternMatchResult: record {
	matched: bool;
	str: string; ##< What matched first.
	off: count;  ##< Where it starts, counted from 1; 0 if nothing matched.
};

## Finds the first place in a text that matches.
function match_pattern(s: string, p: pattern): PatternMatchResult
	{
	local parts = split_string_n(s, p, T, 1);

	if ( |parts| < 2 )
		return PatternMatchResult($matched=F, $str="", $off=0);

	return PatternMatchResult($matched=T, $str=parts[1], $off=|parts[0]| + 1);
	}
