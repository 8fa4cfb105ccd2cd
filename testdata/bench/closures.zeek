# Function values with captured variables, passed as arguments, and a hook with two bodies.
type Step: function(n: count): count;

global pass: hook(n: count);

hook pass(n: count)
	{
	if ( n % 3 == 0 )
		break;
	}

hook pass(n: count) &priority=-1
	{ }

function twice(f: Step, n: count): count
	{
	return f(f(n));
	}

function bench(n: count): string
	{
	local by = 7;
	local step: Step = function[by](k: count): count { return k + by; };
	local x = 0;
	local passed = 0;
	local i = 0;
	while ( i < n )
		{
		x = twice(step, x) % 1009;
		if ( hook pass(i) )
			++passed;
		++i;
		}
	return fmt("%d %d", x, passed);
	}
