function f()
	{
	local outer = 1;
	local a = function(): count { return outer; };                     # ERROR
	local b = function[missing](): count { return 1; };                # ERROR
	local c = function[outer](n: count): string { return n + outer; }; # ERROR
	print a(), b(), c(1);
	local d = function(n: count): count { return m; }; # ERROR
	local e = function[outer](): count { return outer; };
	print e(1); # ERROR
	}
