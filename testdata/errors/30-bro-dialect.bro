# The same mistakes under the older name.
global n: count = "x";	# ERROR

event bro_init()
	{
	print undefined_name;	# ERROR
	local s: string = 5;	# ERROR
	event bro_don(1) + 2;	# ERROR
	print to_upper("a", "b");	# ERROR
	}
