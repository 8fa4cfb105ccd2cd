##! Has changes of the Weird options reach the reporter, which samples weirds.

@load ./main

module Config;

function weird_whitelist_changed(ID: string, new_value: string_set, location: string): string_set
	{
	Reporter::set_weird_sampling_whitelist(new_value);
	return new_value;
	}

function weird_threshold_changed(ID: string, new_value: count, location: string): count
	{
	Reporter::set_weird_sampling_threshold(new_value);
	return new_value;
	}

function weird_rate_changed(ID: string, new_value: count, location: string): count
	{
	Reporter::set_weird_sampling_rate(new_value);
	return new_value;
	}

function weird_duration_changed(ID: string, new_value: interval, location: string): interval
	{
	Reporter::set_weird_sampling_duration(new_value);
	return new_value;
	}

#@until Weird::sampling_whitelist, Weird::sampling_threshold, Weird::sampling_rate, Weird::sampling_duration
event zeek_init() &priority=5
	{
	Option::set_change_handler("Weird::sampling_whitelist", weird_whitelist_changed, 5);
	Option::set_change_handler("Weird::sampling_threshold", weird_threshold_changed, 5);
	Option::set_change_handler("Weird::sampling_rate", weird_rate_changed, 5);
	Option::set_change_handler("Weird::sampling_duration", weird_duration_changed, 5);
	}
