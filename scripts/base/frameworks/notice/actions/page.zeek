##! Notices: mails to a pager.

@load ../main

module Notice;

export {
	redef enum Action += { ACTION_PAGE };

	## The pager's address.
	option mail_page_dest = "";
}

hook Notice::notice(n: Notice::Info)
	{
	if ( ACTION_PAGE in n$actions )
		add n$email_dest[mail_page_dest];
	}
