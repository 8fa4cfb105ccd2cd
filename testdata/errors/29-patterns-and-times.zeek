event zeek_init()
	{
	print /abc/ + /def/;                   # ERROR
	print network_time() + network_time(); # ERROR
	print 5sec * 3sec;                     # ERROR
	print /x/ == 5;                        # ERROR
	print 1min < 5;                        # ERROR
	}
