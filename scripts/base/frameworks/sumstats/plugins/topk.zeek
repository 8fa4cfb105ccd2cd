##! SumStats: the observations that were made most often, see topk_init().

@load ../main

module SumStats;

export {
	redef record Reducer += {
		## How many are kept track of.
		topk_size: count &default=500;
	};

	redef enum Calculation += { TOPK };

	redef record ResultVal += {
		## For topk_get_top() and its like.
		topk: opaque of topk &optional;
	};
}

hook init_resultval_hook(r: Reducer, rv: ResultVal)
	{
	if ( TOPK in r$apply && ! rv?$topk )
		rv$topk = topk_init(r$topk_size);
	}

hook register_observe_plugins()
	{
	register_observe_plugin(TOPK, function(r: Reducer, val: double, obs: Observation, rv: ResultVal)
		{
		topk_add(rv$topk, obs);
		});
	}

hook compose_resultvals_hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal)
	{
	if ( ! rv1?$topk && ! rv2?$topk )
		return;

	result$topk = topk_init(topk_size(rv1?$topk ? rv1$topk : rv2$topk));

	if ( rv1?$topk )
		topk_merge(result$topk, rv1$topk);
	if ( rv2?$topk )
		topk_merge(result$topk, rv2$topk);
	}
