global a = 1;
global b = ;	# ERROR
global c = 3;
const = 4;	# ERROR
type R: record { x: count };	# ERROR
global d = 5;
print a b;	# ERROR
event 7()	# ERROR
	{
	print "x";
	}

global e = 6;
