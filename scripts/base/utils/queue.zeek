##! First in, first out.

module Queue;

export {
	type Settings: record {
		max_len: count &optional; ##< A queue of this length drops its oldest value for a new one.
	};

	## A queue; its fields are its own.
	type Queue: record {};

	## Makes an empty queue.
	global init: function(s: Settings &default=Settings()): Queue;

	## Adds a value, of whatever type.
	global put: function(q: Queue, val: any);

	## Takes the oldest value out; an error if there is none.
	global get: function(q: Queue): any;

	## The oldest value, which stays; an error if there is none.
	global peek: function(q: Queue): any;

	## A new queue of the values of both, in turns, with the settings of the first.
	global merge: function(q1: Queue, q2: Queue): Queue;

	## How many values there are.
	global len: function(q: Queue): count;

	## Writes the values, oldest first, into a vector of their type.
	global get_vector: function(q: Queue, ret: vector of any);
}

redef record Queue += {
	settings: Settings &optional;
	vals: table[count] of any &optional; # by ticket, from next_out up to next_in
	next_in: count &default=0;
	next_out: count &default=0;
};

function init(s: Settings): Queue
	{
	return Queue($settings=copy(s), $vals=table());
	}

function put(q: Queue, val: any)
	{
	if ( q$settings?$max_len && len(q) >= q$settings$max_len )
		get(q);

	q$vals[q$next_in] = val;
	++q$next_in;
	}

function get(q: Queue): any
	{
	local oldest = q$vals[q$next_out];
	delete q$vals[q$next_out];
	++q$next_out;
	return oldest;
	}

function peek(q: Queue): any
	{
	return q$vals[q$next_out];
	}

function merge(q1: Queue, q2: Queue): Queue
	{
	local merged = init(q1$settings);
	local i = q1$next_out;
	local j = q2$next_out;

	while ( i < q1$next_in || j < q2$next_in )
		{
		if ( i < q1$next_in )
			{
			put(merged, q1$vals[i]);
			++i;
			}

		if ( j < q2$next_in )
			{
			put(merged, q2$vals[j]);
			++j;
			}
		}

	return merged;
	}

function len(q: Queue): count
	{
	return |q$vals|;
	}

function get_vector(q: Queue, ret: vector of any)
	{
	local ticket = q$next_out;

	while ( ticket < q$next_in )
		{
		ret[ticket - q$next_out] = q$vals[ticket];
		++ticket;
		}
	}
