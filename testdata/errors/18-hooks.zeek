global check: hook(n: count);

hook check(n: string) # ERROR
	{
	print n;
	}

hook check(n: count)
	{
	return 5; # ERROR
	}

function f(n: count)
	{ }

event zeek_init()
	{
	print hook check("x"); # ERROR
	hook f(1);             # ERROR
	print check;
	print hook chek(1); # ERROR
	}
