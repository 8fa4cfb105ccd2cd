# Looks each key up twice in a clone: as a set of strings, and by an iterator over whatever it is.
redef exit_only_after_terminate = T;

global h: opaque of Broker::Store;
global answers = 0;

function look(key: string)
	{
	when ( local found = Broker::get(h, key) )
		{
		print key, found;
		if ( ++answers == 8 )
			terminate();
		}
	timeout 1min
		{
		print "nothing said about", key;
		}
	}

event ask()
	{
	when ( local all = Broker::keys(h) )
		{
		print "keys", all;
		for ( key in all$result as string_set )
			look(key);

		local it = Broker::set_iterator(all$result);
		while ( ! Broker::set_iterator_last(it) )
			{
			look(Broker::set_iterator_value(it) as string);
			Broker::set_iterator_next(it);
			}
		}
	timeout 1sec
		{
		event ask(); # the clone does not know its master yet
		}
	}

event bro_init()
	{
	Broker::listen("127.0.0.1");
	}

event Broker::peer_added(who: Broker::EndpointInfo, why: string)
	{
	h = Broker::create_clone("things");
	event ask();
	}
