##! Whether hosts and connections are ours, theirs, or between us and them. What is ours is Site::local_nets.

@load ./site

## Which way a connection goes across our border.
type Direction: enum {
	INBOUND,       ##< From them to us.
	OUTBOUND,      ##< From us to them.
	BIDIRECTIONAL, ##< Either, but across the border.
	NO_DIRECTION,  ##< Matches nothing.
};

## Whether a connection goes that way.
function id_matches_direction(id: conn_id, d: Direction): bool
	{
	local from_us = Site::is_local_addr(id$orig_h);

	if ( d == NO_DIRECTION || from_us == Site::is_local_addr(id$resp_h) )
		return F;

	return d == BIDIRECTIONAL || from_us == (d == OUTBOUND);
	}

## Whose host it is.
type Host: enum {
	LOCAL_HOSTS,  ##< Ours.
	REMOTE_HOSTS, ##< Theirs.
	ALL_HOSTS,    ##< Either.
	NO_HOSTS,     ##< Matches nothing.
};

## Whether a host is of that kind.
function addr_matches_host(ip: addr, h: Host): bool
	{
	switch ( h )
		{
		case NO_HOSTS:
			return F;
		case ALL_HOSTS:
			return T;
		default:
			return Site::is_local_addr(ip) == (h == LOCAL_HOSTS);
		}
	}
