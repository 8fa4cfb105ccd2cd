##! Small functions on strings.

## Whether at least a quarter of the bytes are not ASCII.
function is_string_binary(s: string): bool
	{
	return |s| > 0 && 4 * |gsub(s, /[\x00-\x7f]/, "")| >= |s|;
	}

## Puts a backslash before every character of s that is in chars, and before every backslash.
function string_escape(s: string, chars: string): string
	{
	s = subst_string(s, "\\", "\\\\");

	for ( c in chars )
		s = subst_string(s, c, cat("\\", c));

	return s;
	}

## A string without its last tail_len bytes.
function cut_tail(s: string, tail_len: count): string
	{
	return tail_len >= |s| ? "" : sub_bytes(s, 1, |s| - tail_len);
	}
