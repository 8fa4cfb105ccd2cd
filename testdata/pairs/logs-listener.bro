# Writes the rows that the other side sends. The stream's event comes only because the other side publishes it, too.
@load ./rows

redef exit_only_after_terminate = T;

event bro_init()
	{
	Broker::subscribe("bro/logs");
	Broker::listen("127.0.0.1");
	}

event Rows::written(r: Rows::Row)
	{
	print "told of", r;
	if ( r$n == 5 )
		terminate();
	}
