# Writes rows, here and over there.
@load ./rows

redef exit_only_after_terminate = T;

event bro_init()
	{
	Broker::peer("127.0.0.1");
	}

event write(n: count)
	{
	if ( n > 5 )
		return;

	Log::write(Rows::LOG, [$word="row", $n=n]);
	event write(n + 1);
	}

event Broker::peer_added(who: Broker::EndpointInfo, why: string)
	{
	event write(0);
	}

event Broker::peer_lost(who: Broker::EndpointInfo, why: string)
	{
	terminate();
	}

event Rows::written(r: Rows::Row)
	{
	print "wrote", r;
	Broker::publish("bro/logs/news", Rows::written, r);
	}
