type R: record { x: count; };

function f(a: any, n: count)
	{
	local s = a as strnig;        # ERROR
	local t = n as string;        # ERROR
	local u: string = a as count; # ERROR
	if ( a is Nothing )           # ERROR
		print "nothing";
	switch ( a )
		{
		case type Missing: # ERROR
			break;
		default:
			break;
		}
	}
