global n: count = "three";                            # ERROR
global s: string = 5;                                 # ERROR
global t: table[count] of string = { ["one"] = "a" }; # ERROR

function f()
	{
	local d: double = 1.5;
	local b: bool = d; # ERROR
	local v: vector of addr = vector(10.0.0.1);
	v[0] = 80/tcp; # ERROR
	}
