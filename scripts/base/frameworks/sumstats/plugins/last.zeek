##! SumStats: the last observations.

@load ../main
@load base/utils/queue

module SumStats;

export {
	redef enum Calculation += { LAST };

	redef record Reducer += {
		## How many are kept; none unless set.
		num_last_elements: count &default=0;
	};

	redef record ResultVal += {
		## For get_last().
		last_elements: Queue::Queue &optional;
	};

	## The last observations, the oldest first.
	global get_last: function(rv: ResultVal): vector of Observation;
}

function get_last(rv: ResultVal): vector of Observation
	{
	local all: vector of any = vector();
	local out: vector of Observation = vector();

	if ( rv?$last_elements )
		Queue::get_vector(rv$last_elements, all);

	# Values that came from another node know their type no more.
	for ( i in all )
		out += all[i] as Observation;

	return out;
	}

hook register_observe_plugins()
	{
	register_observe_plugin(LAST, function(r: Reducer, val: double, obs: Observation, rv: ResultVal)
		{
		if ( r$num_last_elements == 0 )
			return;

		if ( ! rv?$last_elements )
			rv$last_elements = Queue::init(Queue::Settings($max_len=r$num_last_elements));

		Queue::put(rv$last_elements, obs);
		});
	}

hook compose_resultvals_hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal)
	{
	if ( rv1?$last_elements && rv2?$last_elements )
		result$last_elements = Queue::merge(rv1$last_elements, rv2$last_elements);
	else if ( rv1?$last_elements )
		result$last_elements = rv1$last_elements;
	else if ( rv2?$last_elements )
		result$last_elements = rv2$last_elements;
	}
