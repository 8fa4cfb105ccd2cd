##! Counters that say when they pass the next of several marks: at the tenth event, at the hundredth, and not in between.

module GLOBAL;

export {
	## A counter.
	type TrackCount: record {
		n: count &default=0;     ##< What has been counted.
		index: count &default=0; ##< Which mark is next.
	};

	## The marks of default_check_threshold().
	const default_notice_thresholds: vector of count = {
		30, 100, 1000, 10000, 100000, 1000000, 10000000,
	} &redef;

	## Whether the counter has reached its next mark; the one after that becomes the next.
	global check_threshold: function(v: vector of count, tracker: TrackCount): bool;

	## The same with the default marks.
	global default_check_threshold: function(tracker: TrackCount): bool;
}

function new_track_count(): TrackCount
	{
	return TrackCount();
	}

function check_threshold(v: vector of count, tracker: TrackCount): bool
	{
	if ( tracker$index >= |v| || tracker$n < v[tracker$index] )
		return F;

	++tracker$index;
	return T;
	}

function default_check_threshold(tracker: TrackCount): bool
	{
	return check_threshold(default_notice_thresholds, tracker);
	}
