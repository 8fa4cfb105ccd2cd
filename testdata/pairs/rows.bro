# The stream that both sides of the pair have.
module Rows;

export {
	redef enum Log::ID += { LOG };

	type Row: record {
		word: string &log;
		n: count &log;
	};

	global written: event(r: Row);
}

event bro_init() &priority=5
	{
	Log::create_stream(LOG, [$columns=Row, $path="rows", $ev=written]);
	}
