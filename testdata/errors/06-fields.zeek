type Address: record {
	street: string;
	zip: count &optional;
};

type Person: record {
	name: string;
	home: Address;
};

function show(p: Person): string
	{
	print p$nmae;                       # ERROR
	print p$home$city;                  # ERROR
	print p?$age;                       # ERROR
	return fmt("%s", p$home$zip + "x"); # ERROR
	}

event zeek_init()
	{
	print show(Person($name="Ann", $hom=Address($street="x"))); # ERROR
	}
