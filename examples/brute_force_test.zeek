# Tests of brute_force.zeek: brogo test examples/brute_force_test.zeek

@load ./brute_force

module BruteForce;

global suspects: vector of addr;

event BruteForce::suspected(source: addr, users: set[string])
	{ suspects += source; }

function test_threshold()
	{
	for ( _, user in vector("a", "b", "c", "d") )
		failed(203.0.113.9, user);

	Test::settle();
	assert |suspects| == 1, "that of zeek_init";
	failed(203.0.113.9, "e");
	Test::settle();
	assert |suspects| == 2;
	assert suspects[1] == 203.0.113.9;
	}

function test_window()
	{
	failed(203.0.113.9, "a");
	Test::advance(window + 1min);
	assert 203.0.113.9 !in attempts, "attempts are forgotten";
	}
