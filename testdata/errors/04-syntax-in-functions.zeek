function one(n: count): count
	{
	local x = n +;	# ERROR
	return x;
	}

function two(n: count): count
	{
	if n > 3	# ERROR
		return 1;
	return 2;
	}

function three(n: count)
	{
	for i in vector(1)	# ERROR
		print i;
	print n;
	}

event zeek_init()
	{
	print one(1);
	local y = [1, ;	# ERROR
	print "more";
	y = = 2;	# ERROR
	}
