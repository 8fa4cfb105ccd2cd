##! Numbers in texts.

## The first number in a text, or the last one; 0 if there is none.
function extract_count(s: string, get_first: bool &default=T): count
	{
	local numbers = find_all_ordered(s, /[0-9]+/);

	if ( |numbers| == 0 )
		return 0;

	return to_count(numbers[get_first ? 0 : |numbers| - 1]);
	}
