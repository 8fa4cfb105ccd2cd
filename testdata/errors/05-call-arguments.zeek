function area(w: count, h: count): count
	{
	return w * h;
	}

global moved: event(who: string, x: int, y: int);

event zeek_init()
	{
	print area(1);                    # ERROR
	print area(1, 2, 3);              # ERROR
	print area("1", 2);               # ERROR
	event moved("ann", 1);            # ERROR
	schedule 1sec { moved(5, 1, 2) }; # ERROR
	}
