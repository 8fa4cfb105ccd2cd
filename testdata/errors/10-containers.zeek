global t: table[addr, port] of string;
global s: set[string];

event zeek_init()
	{
	t[10.0.0.1] = "x";     # ERROR
	add s[5];              # ERROR
	delete t["a", 80/tcp]; # ERROR
	for ( [a, b, c] in t ) # ERROR
		print a;
	print |s| in s; # ERROR
	}
