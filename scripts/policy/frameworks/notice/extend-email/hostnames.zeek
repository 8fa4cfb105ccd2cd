##! Adds the names of the hosts of a notice to its mails.

@load base/frameworks/notice

module Notice;

# Notices whose names are being looked up: a when has copies of its variables, and the mail waits for the notice itself.
global looked_up: table[string] of Notice::Info &create_expire=max_email_delay + 10secs;

function add_hostname(n: Notice::Info, side: string, host: addr)
	{
	local uid = unique_id("");
	looked_up[uid] = n;
	add n$email_delay_tokens[side];

	when [uid, side, host] ( local name = lookup_addr(host) )
		{
		if ( uid in looked_up )
			{
			looked_up[uid]$email_body_sections += fmt("%s hostname: %s\n", side, name);
			delete looked_up[uid]$email_delay_tokens[side];
			delete looked_up[uid];
			}
		}
	}

# When it is known who gets a mail, before it is sent.
hook Notice::notice(n: Notice::Info) &priority=-1
	{
	if ( |n$email_dest| == 0 )
		return;

	if ( n?$src )
		add_hostname(n, "orig/src", n$src);
	if ( n?$dst )
		add_hostname(n, "resp/dst", n$dst);
	}
