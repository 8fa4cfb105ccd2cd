option limit = 5;
option nothing;             # ERROR
option broken: count = "x"; # ERROR

event zeek_init()
	{
	limit = 6;             # ERROR
	++limit;               # ERROR
	local limt = limi + 1; # ERROR
	}
