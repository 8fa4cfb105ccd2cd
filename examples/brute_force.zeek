# Counts failed logins per source in a sliding window and raises an event once a source passes the threshold.
#
#   brogo examples/brute_force.zeek BruteForce::threshold=3

module BruteForce;

export {
	## How many failures within the window make a source suspicious.
	option threshold = 5;

	## How long a failure counts.
	const window = 10min &redef;

	## Raised once per source and window.
	global suspected: event(source: addr, users: set[string]);
}

type Attempts: record {
	failures: count &default=0;
	users: set[string] &default=set();
};

global attempts: table[addr] of Attempts &create_expire=window &default_insert=Attempts();

function failed(source: addr, user: string)
	{
	local a = attempts[source];
	++a$failures;
	add a$users[user];

	if ( a$failures == threshold )
		event BruteForce::suspected(source, a$users);
	}

event BruteForce::suspected(source: addr, users: set[string])
	{
	print fmt("%s: %d failures, users %s", source, attempts[source]$failures, join_string_set(users, " "));
	}

event zeek_init()
	{
	for ( _, user in vector("root", "admin", "root", "oracle", "test", "guest") )
		failed(192.0.2.7, user);

	failed(198.51.100.23, "alice");
	}
