##! Indicators of files, and what a match says of the file that it was seen in.

@load ./main

module Intel;

export {
	redef enum Type += {
		FILE_HASH, ##< A hash of a file, of whatever kind.
		FILE_NAME, ##< A file's name.
	};

	redef record Seen += {
		f: fa_file &optional;   ##< The file it was seen in.
		fuid: string &optional; ##< Its id; filled in from f.
	};

	redef record Info += {
		fuid: string &log &optional;
		file_mime_type: string &log &optional;
		file_desc: string &log &optional;
	};
}

# Before the default contents, which come from the connection that is found here.
hook extend_match(info: Info, s: Seen, items: set[Item]) &priority=6
	{
	if ( s?$f )
		{
		s$fuid = s$f$id;

		if ( s$f?$conns && |s$f$conns| == 1 )
			for ( id in s$f$conns )
				s$conn = s$f$conns[id];
		}

	if ( s?$fuid )
		info$fuid = s$fuid;
	}
