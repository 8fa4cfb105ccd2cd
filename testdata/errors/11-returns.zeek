function no_value(): count
	{
	return; # ERROR
	}

function a_value()
	{
	return 5; # ERROR
	}

function wrong(): string
	{
	return 5; # ERROR
	}

function wrong_later(n: count): addr
	{
	if ( n > 3 )
		return "10.0.0.1"; # ERROR
	return 10.0.0.1;
	}

function from_container(): count
	{
	return vector(1); # ERROR
	}
