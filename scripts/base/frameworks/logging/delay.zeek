##! Log writes that wait for something, see Log::delay().

module Log;

function empty_post_delay_cb(rec: any, id: ID): bool
	{
	return T;
	}

function delay(id: ID, rec: any, post_delay_cb: PostDelayCallback): DelayToken
	{
	return Log::__delay(id, rec, post_delay_cb);
	}

function delay_finish(id: ID, rec: any, token: DelayToken): bool
	{
	return Log::__delay_finish(id, rec, token);
	}

function set_max_delay_interval(id: Log::ID, max_delay: interval): bool
	{
	if ( id !in all_streams )
		return F;

	if ( all_streams[id]$max_delay_interval >= max_delay )
		return T;

	if ( ! Log::__set_max_delay_interval(id, max_delay) )
		return F;

	# A stream that is made again keeps it.
	all_streams[id]$max_delay_interval = max_delay;
	return T;
	}

function set_max_delay_queue_size(id: Log::ID, queue_size: count): bool
	{
	if ( id !in all_streams || ! Log::__set_max_delay_queue_size(id, queue_size) )
		return F;

	all_streams[id]$max_delay_queue_size = queue_size;
	return T;
	}

function get_delay_queue_size(id: Log::ID): int
	{
	return Log::__get_delay_queue_size(id);
	}
