##! Notices about matches of items that ask for them.

@load base/frameworks/intel
@load base/frameworks/notice

module Intel;

export {
	redef enum Notice::Type += {
		Intel::Notice ##< An item matches that wants to be noticed.
	};

	redef record MetaData += {
		do_notice: bool &default=F;        ##< Matches of the item are notices,
		if_in: Where &default=IN_ANYWHERE; ##< perhaps only those that were seen here.
	};
}

# The notice about one item. Matches of an indicator between two hosts are one notice, whoever began.
function notice_of(s: Seen, item: Item): Notice::Info
	{
	local n = Notice::Info($note=Intel::Notice, $msg=fmt("Intel hit on %s at %s", s$indicator, s$where), $sub=s$indicator);
	local services = "";

	if ( s?$conn )
		{
		local id = s$conn$id;
		n$conn = s$conn;
		n$identifier = id$orig_h < id$resp_h ? cat(s$indicator, id$orig_h, id$resp_h) : cat(s$indicator, id$resp_h, id$orig_h);

		for ( service in s$conn$service )
			services += service + " ";
		}

	n$email_body_sections = vector(fmt("Service: %s\n", services), fmt("Intel source: %s\n", item$meta$source));
	return n;
	}

event Intel::match(s: Seen, items: set[Item])
	{
	for ( item in items )
		if ( item$meta$do_notice && (item$meta$if_in == IN_ANYWHERE || item$meta$if_in == s$where) )
			NOTICE(notice_of(s, item));
	}
