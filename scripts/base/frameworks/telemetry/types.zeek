##! The records of the Telemetry module and the hook that brings metrics up to date. Every mode loads them.

module Telemetry;

export {
	type MetricType: enum {
		COUNTER,   ##< Only goes up.
		GAUGE,     ##< Goes up and down.
		HISTOGRAM, ##< Counts measurements by size.
	};

	## Describes a metric: given to register it, returned with what is collected.
	type MetricOpts: record {
		prefix: string;         ##< What it belongs to: "zeek", "process", or a name of your own.
		name: string;           ##< As collected, the full name with prefix and unit.
		unit: string &optional; ##< As collected, always unset.
		help_text: string &optional;
		label_names: vector of string &default=vector(); ##< As collected, always empty; see Metric.
		is_total: bool &optional;                        ##< Whether it accumulates. Only set as collected.
		bounds: vector of double &optional;              ##< Upper bounds of a histogram's buckets.
		metric_type: MetricType &optional;               ##< Only set as collected.
	};

	## A counter or gauge as collected.
	type Metric: record {
		opts: MetricOpts;
		label_names: vector of string &default=vector(); ##< In alphabetical order.
		label_values: vector of string &optional;
		value: double &optional;
	};

	## A histogram as collected.
	type HistogramMetric: record {
		opts: MetricOpts;
		label_names: vector of string &default=vector(); ##< In alphabetical order.
		label_values: vector of string &optional;
		values: vector of double; ##< Observations in each of the buckets that opts$bounds names.
		observations: double;
		sum: double;
	};

	type MetricVector: vector of Metric;
	type HistogramMetricVector: vector of HistogramMetric;

	## Called before metrics are collected by a script or scraped over HTTP: bring those up to date that mirror other state.
	global sync: hook();

	## How long a scrape waits for the interpreter before it answers with the figures of the last one.
	const callback_timeout: interval = 5sec &redef;

	## Kept for scripts that set it: requests are not bound to a number of threads.
	const civetweb_threads: count = 2 &redef;
}
