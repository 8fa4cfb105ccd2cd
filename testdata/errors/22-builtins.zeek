event zeek_init()
	{
	print to_upper(5);              # ERROR
	print sub_bytes("abc");         # ERROR
	print strlen("abc");            # ERROR
	print split_string("a,b", ","); # ERROR
	print md5_hash("x") + 1;        # ERROR
	}
