# Sends two kinds of events. It handles those that it raises, and none of those that it publishes.
redef exit_only_after_terminate = T;

global told: event(text: string, n: count);
global overheard: event(text: string, n: count);

event bro_init()
	{
	print Broker::auto_publish("bro/event/overheard", overheard);
	Broker::peer("127.0.0.1");
	}

event Broker::peer_added(who: Broker::EndpointInfo, why: string)
	{
	event overheard("fourth", 20);
	Broker::publish("bro/event/told", told, "first", 10);
	Broker::publish("bro/event/told", Broker::make_event(told, "second", 11));
	event overheard("fifth", 21);
	Broker::publish("bro/event/told", told, "third", 12);
	}

event Broker::peer_lost(who: Broker::EndpointInfo, why: string)
	{
	terminate();
	}

event told(text: string, n: count)
	{
	print "told", text, n;
	}

event overheard(text: string, n: count)
	{
	print "raised", text, n;
	}
