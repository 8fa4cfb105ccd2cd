##! SumStats: the variance of a sample.

@load ./average
@load ../main

module SumStats;

export {
	redef enum Calculation += { VARIANCE };

	redef record ResultVal += {
		variance: double &optional;
	};
}

redef record ResultVal += {
	# The sum of the squares of the distances from the mean, kept up to date by Welford's method; and the mean before
	# the last observation.
	var_s: double &default=0.0;
	prev_avg: double &optional;
};

function set_variance(rv: ResultVal)
	{
	rv$variance = rv$num > 1 ? rv$var_s / (rv$num - 1) : 0.0;
	}

# Behind AVERAGE, which it needs.
hook register_observe_plugins() &priority=-5
	{
	register_observe_plugin(VARIANCE, function(r: Reducer, val: double, obs: Observation, rv: ResultVal)
		{
		if ( rv?$prev_avg )
			rv$var_s += (val - rv$prev_avg) * (val - rv$average);

		rv$prev_avg = rv$average;
		set_variance(rv);
		});
	add_observe_plugin_dependency(VARIANCE, AVERAGE);
	}

hook compose_resultvals_hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal) &priority=-5
	{
	result$var_s = rv1$var_s + rv2$var_s;

	if ( rv1?$prev_avg && rv2?$prev_avg )
		{
		# Chan's formula for two samples.
		local distance = rv2$average - rv1$average;
		result$var_s += distance * distance * rv1$num * rv2$num / (rv1$num + rv2$num);
		}

	if ( rv1?$prev_avg || rv2?$prev_avg )
		{
		result$prev_avg = result$average;
		set_variance(result);
		}
	}
