global ping: event(n: count);

event ping(n: string) # ERROR
	{
	print n;
	}

function f(n: count)
	{ }

event zeek_init()
	{
	event f(1);                  # ERROR
	event ping("x");             # ERROR
	schedule "soon" { ping(1) }; # ERROR
	ping(1);                     # ERROR
	}
