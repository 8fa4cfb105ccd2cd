function f(a: addr, n: count, s: string, v: vector of count)
	{
	print a + n;  # ERROR
	print s * 2;  # ERROR
	print n && T; # ERROR
	print v < s;  # ERROR
	print ! a;    # ERROR
	}
