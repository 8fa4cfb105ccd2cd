# Calls, and is content with that.
redef exit_only_after_terminate = T;

event bro_init()
	{
	print Broker::peer("127.0.0.1");
	}

event Broker::peer_added(who: Broker::EndpointInfo, why: string)
	{
	print "there", who, why;
	terminate();
	}
