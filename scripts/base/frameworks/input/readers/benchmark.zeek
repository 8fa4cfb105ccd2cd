##! Settings of the reader that makes entries up.

module InputBenchmark;

export {
	## By how much the number of entries is multiplied at each heartbeat.
	const factor = 1.0 &redef;

	## Microseconds to wait behind each entry.
	const spread = 0 &redef;

	## If not zero, entries are spread so that a second holds this multiple of them.
	const autospread = 0.0 &redef;

	## How many entries are added at each heartbeat.
	const addfactor = 0 &redef;

	## From how many entries on nothing is spread any more; 0 is never.
	const stopspreadat = 0 &redef;

	## If not zero, entries are spread over the whole heartbeat.
	const timedspread = 0.0 &redef;
}
