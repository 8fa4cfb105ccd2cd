##! SumStats: how many distinct observations there were, estimated by HyperLogLog.

@load ../main

module SumStats;

export {
	redef record Reducer += {
		## How far the estimate may be off, and how sure that is.
		hll_error_margin: double &default=0.01;
		hll_confidence: double &default=0.95;
	};

	redef enum Calculation += { HLL_UNIQUE };

	redef record ResultVal += {
		hll_unique: count &default=0;
	};
}

redef record ResultVal += {
	card: opaque of cardinality &optional;
	# The reducer's settings, for merging.
	hll_error_margin: double &optional;
	hll_confidence: double &optional;
};

function set_hll_unique(rv: ResultVal)
	{
	rv$hll_unique = double_to_count(hll_cardinality_estimate(rv$card));
	}

hook register_observe_plugins()
	{
	register_observe_plugin(HLL_UNIQUE, function(r: Reducer, val: double, obs: Observation, rv: ResultVal)
		{
		if ( ! rv?$card )
			{
			rv$card = hll_cardinality_init(r$hll_error_margin, r$hll_confidence);
			rv$hll_error_margin = r$hll_error_margin;
			rv$hll_confidence = r$hll_confidence;
			}

		hll_cardinality_add(rv$card, obs);
		set_hll_unique(rv);
		});
	}

hook compose_resultvals_hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal)
	{
	if ( ! rv1?$card && ! rv2?$card )
		return;

	local settings = rv1?$card ? rv1 : rv2;
	result$hll_error_margin = settings$hll_error_margin;
	result$hll_confidence = settings$hll_confidence;
	result$card = hll_cardinality_init(settings$hll_error_margin, settings$hll_confidence);

	if ( rv1?$card )
		hll_cardinality_merge_into(result$card, rv1$card);
	if ( rv2?$card )
		hll_cardinality_merge_into(result$card, rv2$card);

	set_hll_unique(result);
	}
