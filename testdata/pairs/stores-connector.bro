# Keeps the master of a store.
redef exit_only_after_terminate = T;

event bro_init()
	{
	local h = Broker::create_master("things");
	local fruit: set[string] = { "apple", "pear" };
	local steps: vector of string = { "peel", "cut" };
	Broker::put(h, "up", 9);
	Broker::put(h, "down", 9);
	Broker::put(h, "fruit", fruit);
	Broker::put(h, "steps", steps);
	Broker::increment(h, "up");
	Broker::decrement(h, "down", 2);
	Broker::insert_into_set(h, "fruit", "fig");
	Broker::remove_from(h, "fruit", "pear");
	Broker::push(h, "steps", "eat");
	Broker::peer("127.0.0.1");
	}

event Broker::peer_lost(who: Broker::EndpointInfo, why: string)
	{
	terminate();
	}
