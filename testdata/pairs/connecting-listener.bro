# Tells who comes and goes, and ends with the first who goes.
redef exit_only_after_terminate = T;

event bro_init()
	{
	Broker::listen("127.0.0.1");
	}

event Broker::peer_added(who: Broker::EndpointInfo, why: string)
	{
	print "here", who, why;
	}

event Broker::peer_lost(who: Broker::EndpointInfo, why: string)
	{
	print "gone", who, why;
	terminate();
	}
