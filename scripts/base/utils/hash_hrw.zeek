##! Rendezvous hashing: every key belongs to the site that weighs most for it, so that a site that comes or goes moves no
##! keys but its own.

module HashHRW;

export {
	## One place that keys go to.
	type Site: record {
		id: count; ##< Must fit 32 bits.
		user_data: any &optional;
	};

	## Sites by their id.
	type SiteTable: table[count] of Site;

	## The sites that share the keys.
	type Pool: record {
		sites: SiteTable &default=SiteTable();
	};

	## Adds a site; F if its id is taken.
	global add_site: function(pool: Pool, site: Site): bool;

	## Takes a site out; F if it was not there.
	global rem_site: function(pool: Pool, site: Site): bool;

	## The site that a key belongs to; an error if the pool is empty.
	global get_site: function(pool: Pool, key: any): Site;
}

function add_site(pool: Pool, site: Site): bool
	{
	if ( site$id in pool$sites )
		return F;

	pool$sites[site$id] = site;
	return T;
	}

function rem_site(pool: Pool, site: Site): bool
	{
	if ( site$id !in pool$sites )
		return F;

	delete pool$sites[site$id];
	return T;
	}

function get_site(pool: Pool, key: any): Site
	{
	local hash = fnv1a32(key);
	local best = 0;
	local most = -1;

	for ( id in pool$sites )
		{
		local weight = hrw_weight(hash, id);

		# Equal weights: the higher id.
		if ( weight > most || (weight == most && id > best) )
			{
			best = id;
			most = weight;
			}
		}

	return pool$sites[best];
	}
