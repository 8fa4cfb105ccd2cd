type Color: enum { RED, GREEN };
redef enum Colour += { BLUE }; # ERROR

function name(c: Color): string
	{
	if ( c == YELLOW ) # ERROR
		return "yellow";
	if ( c == 1 ) # ERROR
		return "green";
	local n: count = c; # ERROR
	return cat(n);
	}

print name("RED"); # ERROR
