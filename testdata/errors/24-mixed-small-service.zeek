# A small service as somebody might write it in a hurry.
module Service;

export {
	type Request: record {
		from: addr;
		path: string;
		size: cuont; # ERROR
	};

	global served: event(r: Request);
	const max_size = 1000 &redef;
}

global by_host: table[addr] of count &default=0;

event Service::served(r: Request)
	{
	by_host[r$from] += "1"; # ERROR
	if ( r$path == 5 )      # ERROR
		print "odd";
	}

event zeek_init()
	{
	event Service::served("x");                  # ERROR
	schedule 5sec { Service::report(10.0.0.1) }; # ERROR
	}
