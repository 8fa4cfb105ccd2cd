# Building, splitting, searching and cutting strings.
function bench(n: count): string
	{
	local size = 0;
	local i = 0;
	while ( i < n )
		{
		local line = "user" + cat(i % 1000) + "@example.org, seen " + cat(i % 60) + " times";
		size += |split_string(line, /[@,]/)|;
		if ( "7@ex" in to_upper(line) || "7@ex" in to_lower(line) )
			size += |sub_bytes(line, 2, 3)|;
		if ( ends_with(line, "times") && line[0:4] == "user" )
			++size;
		++i;
		}
	return fmt("%d", size);
	}
