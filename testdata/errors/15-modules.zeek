module Shop;

export {
	global open_now: function(): bool;
}

global secret = 5;

function open_now(): bool
	{
	return secret > 3;
	}

module GLOBAL;

print Shop::open_now();
print Shop::secret;      # ERROR
print Shop::closed;      # ERROR
print Shopp::open_now(); # ERROR

event zeek_init()
	{
	print open_now();        # ERROR
	print Shop::open_now(1); # ERROR
	}
