##! SumStats: a few observations, chosen at random so that each has the same chance.

@load ../main

module SumStats;

export {
	redef enum Calculation += { SAMPLE };

	redef record Reducer += {
		## How many are chosen; none unless set.
		num_samples: count &default=0;
	};

	redef record ResultVal += {
		samples: vector of Observation &default=vector();
		## How many they were chosen from.
		sample_elements: count &default=0;
	};
}

redef record ResultVal += {
	num_samples: count &default=0; # the reducer's
};

hook init_resultval_hook(r: Reducer, rv: ResultVal)
	{
	if ( SAMPLE in r$apply )
		rv$num_samples = r$num_samples;
	}

# Reservoir sampling, algorithm R.
function add_sample(obs: Observation, rv: ResultVal)
	{
	++rv$sample_elements;

	if ( |rv$samples| < rv$num_samples )
		{
		rv$samples += obs;
		return;
		}

	local at = rand(rv$sample_elements);

	if ( at < rv$num_samples )
		rv$samples[at] = obs;
	}

hook register_observe_plugins()
	{
	register_observe_plugin(SAMPLE, function(r: Reducer, val: double, obs: Observation, rv: ResultVal)
		{
		add_sample(obs, rv);
		});
	}

hook compose_resultvals_hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal)
	{
	if ( rv1$num_samples != rv2$num_samples )
		{
		Reporter::error("Merging sample sets with differing sizes is not supported");
		return;
		}

	result$num_samples = rv1$num_samples;
	result$sample_elements = rv1$sample_elements + rv2$sample_elements;

	# A sample of both: the next one comes from either side with a chance by how many it stands for.
	local rest1 = copy(rv1$samples);
	local rest2 = copy(rv2$samples);
	local left1 = rv1$sample_elements;
	local left2 = rv2$sample_elements;

	while ( |result$samples| < result$num_samples && |rest1| + |rest2| > 0 )
		{
		local first = |rest2| == 0 || (|rest1| > 0 && rand(left1 + left2) < left1);
		local from = first ? rest1 : rest2;
		local i = rand(|from|);

		result$samples += from[i];
		from[i] = from[|from| - 1];
		resize(from, |from| - 1);

		if ( first )
			--left1;
		else
			--left2;
		}
	}
