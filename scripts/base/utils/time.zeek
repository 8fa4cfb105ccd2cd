##! Times and intervals.

## The beginning of time, which stands for none.
const null_ts = double_to_time(0.0);

## An interval as minutes and seconds, such as "3m34s".
function duration_to_mins_secs(dur: interval): string
	{
	local secs = double_to_count(interval_to_double(dur));
	return fmt("%dm%ds", secs / 60, secs % 60);
	}

## How far the packet at hand lies behind the clock. There are no packets here, so nothing lags.
function get_packet_lag(): interval
	{
	return 0sec;
	}
