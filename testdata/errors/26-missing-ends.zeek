global a = 1	# the next line says what is missing
global b = 2;	# ERROR

function f(n: count: string	# ERROR
	{
	return "x";
	}

function g(): string
	{
	return "y"	# the brace says what is missing
	}	# ERROR

print a, b, undefined_one;	# ERROR
print g() + 5;	# ERROR
