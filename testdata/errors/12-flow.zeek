break; # ERROR

function f(n: count)
	{
	next; # ERROR
	switch ( n )
		{
		case 1:
			print "one";
			break;
		case 1: # ERROR
			print "again";
			break;
		case "two": # ERROR
			break;
		}
	fallthrough; # ERROR
	}
