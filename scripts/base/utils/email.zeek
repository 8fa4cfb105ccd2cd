##! Finding mail addresses in header lines.

# An address with the delimiters around it. The `<` of "Name <user@host>" counts as one, the name before it does not.
const email_with_delims = /(^|[<,:[:blank:]])[^<,:[:blank:]@]+@[^>,;[:blank:]]+([>,;[:blank:]]|$)/;

## All mail addresses in a text, in order.
function extract_email_addrs_vec(str: string): string_vec
	{
	local addrs: string_vec = vector();

	for ( i, found in find_all_ordered(str, email_with_delims) )
		addrs += gsub(found, /[<>,:;[:blank:]]/, "");

	return addrs;
	}

## All mail addresses in a text, each once.
function extract_email_addrs_set(str: string): set[string]
	{
	local addrs: set[string] = set();

	for ( i, a in extract_email_addrs_vec(str) )
		add addrs[a];

	return addrs;
	}

## The first mail address in a text, "" if there is none.
function extract_first_email_addr(str: string): string
	{
	local addrs = extract_email_addrs_vec(str);
	return |addrs| > 0 ? addrs[0] : "";
	}

## The recipients of a header line, names included, as in `"Doe, Jane" <jane@example.com>`. The name of a group stays with
## its first member.
function split_mime_email_addresses(line: string): set[string]
	{
	local recipients: set[string] = set();

	for ( part in find_all(line, /(\"[^\"]*\")?[^,]+@[^,]+/) )
		add recipients[strip(part)];

	return recipients;
	}
