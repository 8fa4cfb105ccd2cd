# A watchdog: services send heartbeats, an expiring table notices who has gone silent, and `when` waits for the last one.
# Runs for about a second and a half.

redef exit_only_after_terminate = T;

# Expiry is looked at this often.
redef table_expire_interval = 50msec;

module Heartbeat;

export {
	global beat: event(service: string, left: count);
	global lost: event(service: string);
}

function gone(t: table[string] of count, service: string): interval
	{
	event Heartbeat::lost(service);
	return 0sec;
	}

global alive: table[string] of count &write_expire=800msec &expire_func=gone;
global silent: set[string];

event Heartbeat::beat(service: string, left: count)
	{
	alive[service] = left;

	if ( left > 0 )
		schedule 100msec { Heartbeat::beat(service, left - 1) };
	}

event Heartbeat::lost(service: string)
	{
	print fmt("%s has gone silent", service);
	add silent[service];
	}

event zeek_init()
	{
	event Heartbeat::beat("sensor-a", 5);
	event Heartbeat::beat("sensor-b", 1);

	when ( |silent| == 2 )
		{
		print "nobody is left";
		terminate();
		}
	timeout 30sec
		{
		print "still waiting for somebody";
		terminate();
		}
	}
