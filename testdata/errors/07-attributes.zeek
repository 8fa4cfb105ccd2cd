global a: count &log = 1;	# ERROR
global t: set[count] &create_expire="soon";	# ERROR

type R: record {
	x: count &default="x";	# ERROR
	y: count &optional &priority=3;	# ERROR
};

event zeek_init() &priority="high"	# ERROR
	{
	print a, t;
	}
