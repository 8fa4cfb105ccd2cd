##! Distances between addresses.

## How many miles two addresses are apart, going by the GeoIP database; -1 if it does not place both.
function haversine_distance_ip(a1: addr, a2: addr): double
	{
	local p = lookup_location(a1);
	local q = lookup_location(a2);

	if ( ! p?$latitude || ! p?$longitude || ! q?$latitude || ! q?$longitude )
		return -1.0;

	return haversine_distance(p$latitude, p$longitude, q$latitude, q$longitude);
	}
