function cond(): count
	{
	return T ? 1 : "x"; # ERROR
	}

function test(s: string)
	{
	if ( s ) # ERROR
		print s;
	print s ? 1 : 2;     # ERROR
	assert |s|, "empty"; # ERROR
	while ( 1 + 1 )      # ERROR
		break;
	}
