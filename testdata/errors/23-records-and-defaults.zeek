type Base: record {
	id: count;
	tags: set[string] &default=set(1, 2); # ERROR
};

global a = Base($id="x");                # ERROR
global b = Base($tags=set("x"));         # ERROR
global c: Base = [$id=1, $tag=set("x")]; # ERROR

function f(r: Base &default=5) # ERROR
	{ }
