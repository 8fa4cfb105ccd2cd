# Takes five events: three that were published, in the order of the calls, and behind them two that were published because they
# were raised, since those leave when the handler that raised them is done.
redef exit_only_after_terminate = T;

global told: event(text: string, n: count);
global overheard: event(text: string, n: count);
global got = 0;

function note(how: string, text: string, n: count)
	{
	print how, text, n;
	if ( ++got == 5 )
		terminate();
	}

event told(text: string, n: count)
	{
	note("told", text, n);
	}

event overheard(text: string, n: count)
	{
	note("overheard", text, n);
	}

event bro_init()
	{
	print Broker::subscribe("bro/event/");
	Broker::listen("127.0.0.1");
	}
