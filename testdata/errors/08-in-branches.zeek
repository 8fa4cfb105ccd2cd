const debug = T;

@if ( debug )
global a: count = "x"; # ERROR

function f()
	{
	print b; # ERROR
	}
@else
global a: nonsense;
@endif

@ifdef ( debug )
type R: record {
	x: conut; # ERROR
};
@endif

event zeek_init()
	{
@if ( ! debug )
	print none_of_this_is_checked;
@else
	print f(1);                # ERROR
	local n: count = 10.0.0.1; # ERROR
@endif
	}
