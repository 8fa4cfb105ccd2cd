global done = F;

event zeek_init()
	{
	local who = "ann";

	when ( done ) # ERROR
		print who;

	when [whom] ( done ) # ERROR
		print "x";

	when ( done )
		print "y";
	timeout "soon" # ERROR
		{
		print "late";
		}

	when ( dune ) # ERROR
		print "z";

	when ( local n = 5 + "x" ) # ERROR
		print "n";
	}
