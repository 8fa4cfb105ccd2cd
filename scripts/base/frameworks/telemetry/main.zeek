##! Counters, gauges and histograms for scripts. A family is registered once, by name; its metrics differ by the values of the
##! family's labels. They are collected by scripts or scraped by Prometheus, see Telemetry::metrics_port.

@load ./options
@load base/misc/version

module Telemetry;

export {
	type labels_vector: vector of string;

	## A family of counters, which only go up.
	type CounterFamily: record {
		__family: opaque of counter_metric_family;
		__labels: vector of string;
	};

	type Counter: record {
		__metric: opaque of counter_metric;
	};

	## Registers a family of counters. A second registration under one name returns the first one's.
	global register_counter_family: function(opts: MetricOpts): CounterFamily;

	## The counter with these values of the family's labels.
	global counter_with: function(cf: CounterFamily, label_values: labels_vector &default=vector()): Counter;

	## Adds to a counter.
	global counter_inc: function(c: Counter, amount: double &default=1.0): bool;

	## Raises a counter to a value; F and an error if it is above that already.
	global counter_set: function(c: Counter, value: double): bool;

	## counter_inc of counter_with.
	global counter_family_inc: function(cf: CounterFamily, label_values: labels_vector &default=vector(),
	                                    amount: double &default=1.0): bool;

	## counter_set of counter_with.
	global counter_family_set: function(cf: CounterFamily, label_values: labels_vector, value: double): bool;

	## A family of gauges, which go up and down.
	type GaugeFamily: record {
		__family: opaque of gauge_metric_family;
		__labels: vector of string;
	};

	type Gauge: record {
		__metric: opaque of gauge_metric;
	};

	## Registers a family of gauges. A second registration under one name returns the first one's.
	global register_gauge_family: function(opts: MetricOpts): GaugeFamily;

	## The gauge with these values of the family's labels.
	global gauge_with: function(gf: GaugeFamily, label_values: labels_vector &default=vector()): Gauge;

	global gauge_inc: function(g: Gauge, amount: double &default=1.0): bool;
	global gauge_dec: function(g: Gauge, amount: double &default=1.0): bool;
	global gauge_set: function(g: Gauge, value: double): bool;

	## gauge_inc of gauge_with.
	global gauge_family_inc: function(gf: GaugeFamily, label_values: labels_vector &default=vector(),
	                                  amount: double &default=1.0): bool;

	## gauge_dec of gauge_with.
	global gauge_family_dec: function(gf: GaugeFamily, label_values: labels_vector &default=vector(),
	                                  amount: double &default=1.0): bool;

	## gauge_set of gauge_with.
	global gauge_family_set: function(g: GaugeFamily, label_values: labels_vector, value: double): bool;

	## A family of histograms, which count measurements by size.
	type HistogramFamily: record {
		__family: opaque of histogram_metric_family;
		__labels: vector of string;
	};

	type Histogram: record {
		__metric: opaque of histogram_metric;
	};

	## Registers a family of histograms with the bounds of their buckets. A second registration under one name
	## returns the first one's.
	global register_histogram_family: function(opts: MetricOpts): HistogramFamily;

	## The histogram with these values of the family's labels.
	global histogram_with: function(hf: HistogramFamily, label_values: labels_vector &default=vector()): Histogram;

	## Counts a measurement.
	global histogram_observe: function(h: Histogram, measurement: double): bool;

	## histogram_observe of histogram_with.
	global histogram_family_observe: function(hf: HistogramFamily, label_values: labels_vector, measurement: double): bool;

	## How often Telemetry::sync is called besides the times when metrics are wanted; 0sec for never.
	option sync_interval = 0sec;

	## The counters and gauges whose prefixes and names match the globs, as of now.
	global collect_metrics: function(prefix: string &default="*", name: string &default="*"): vector of Metric;

	## The histograms whose prefixes and names match the globs, as of now.
	global collect_histogram_metrics: function(prefix: string &default="*", name: string &default="*"): vector of HistogramMetric;
}

# Whether there are as many values as labels; an error if not.
function enough(labels: vector of string, values: labels_vector): bool
	{
	if ( |labels| == |values| )
		return T;

	Reporter::error(fmt("Invalid label values expected %s, have %s", |labels|, |values|));
	return F;
	}

function pairs(labels: vector of string, values: labels_vector): table[string] of string
	{
	local t: table[string] of string;

	for ( i in labels )
		t[labels[i]] = values[i];

	return t;
	}

function help_of(opts: MetricOpts): string
	{
	return opts?$help_text ? opts$help_text : "";
	}

function unit_of(opts: MetricOpts): string
	{
	return opts?$unit ? opts$unit : "";
	}

function register_counter_family(opts: MetricOpts): CounterFamily
	{
	local f = Telemetry::__counter_family(opts$prefix, opts$name, opts$label_names, help_of(opts), unit_of(opts));
	return CounterFamily($__family=f, $__labels=opts$label_names);
	}

function register_gauge_family(opts: MetricOpts): GaugeFamily
	{
	local f = Telemetry::__gauge_family(opts$prefix, opts$name, opts$label_names, help_of(opts), unit_of(opts));
	return GaugeFamily($__family=f, $__labels=opts$label_names);
	}

function register_histogram_family(opts: MetricOpts): HistogramFamily
	{
	local f = Telemetry::__histogram_family(opts$prefix, opts$name, opts$label_names, opts$bounds, help_of(opts), unit_of(opts));
	return HistogramFamily($__family=f, $__labels=opts$label_names);
	}

# What callers get whose labels are wrong: their figures land where somebody may notice them. Whoever collects metrics asks for
# these three first.
#@late
global misused_counter = register_counter_family(MetricOpts($prefix="zeek", $name="telemetry_counter_usage_error",
	$help_text="Counted here: uses of counters with the wrong number of label values"));

#@late
global misused_gauge = register_gauge_family(MetricOpts($prefix="zeek", $name="telemetry_gauge_usage_error",
	$help_text="Counted here: uses of gauges with the wrong number of label values"));

#@late
global misused_histogram = register_histogram_family(MetricOpts($prefix="zeek", $name="telemetry_histogram_usage_error",
	$bounds=vector(1.0), $help_text="Counted here: uses of histograms with the wrong number of label values"));

function counter_with(cf: CounterFamily, label_values: labels_vector): Counter
	{
	if ( ! enough(cf$__labels, label_values) )
		return counter_with(misused_counter);

	return Counter($__metric=Telemetry::__counter_metric_get_or_add(cf$__family, pairs(cf$__labels, label_values)));
	}

function counter_inc(c: Counter, amount: double): bool
	{
	return Telemetry::__counter_inc(c$__metric, amount);
	}

function counter_set(c: Counter, value: double): bool
	{
	local now = Telemetry::__counter_value(c$__metric);

	if ( value >= now )
		return Telemetry::__counter_inc(c$__metric, value - now);

	Reporter::error(fmt("Attempted to set lower counter value=%s cur_value=%s", value, now));
	return F;
	}

function counter_family_inc(cf: CounterFamily, label_values: labels_vector, amount: double): bool
	{
	return counter_inc(counter_with(cf, label_values), amount);
	}

function counter_family_set(cf: CounterFamily, label_values: labels_vector, value: double): bool
	{
	return counter_set(counter_with(cf, label_values), value);
	}

function gauge_with(gf: GaugeFamily, label_values: labels_vector): Gauge
	{
	if ( ! enough(gf$__labels, label_values) )
		return gauge_with(misused_gauge);

	return Gauge($__metric=Telemetry::__gauge_metric_get_or_add(gf$__family, pairs(gf$__labels, label_values)));
	}

function gauge_inc(g: Gauge, amount: double): bool
	{
	return Telemetry::__gauge_inc(g$__metric, amount);
	}

function gauge_dec(g: Gauge, amount: double): bool
	{
	return Telemetry::__gauge_dec(g$__metric, amount);
	}

function gauge_set(g: Gauge, value: double): bool
	{
	return Telemetry::__gauge_inc(g$__metric, value - Telemetry::__gauge_value(g$__metric));
	}

function gauge_family_inc(gf: GaugeFamily, label_values: labels_vector, amount: double): bool
	{
	return gauge_inc(gauge_with(gf, label_values), amount);
	}

function gauge_family_dec(gf: GaugeFamily, label_values: labels_vector, amount: double): bool
	{
	return gauge_dec(gauge_with(gf, label_values), amount);
	}

function gauge_family_set(g: GaugeFamily, label_values: labels_vector, value: double): bool
	{
	return gauge_set(gauge_with(g, label_values), value);
	}

function histogram_with(hf: HistogramFamily, label_values: labels_vector): Histogram
	{
	if ( ! enough(hf$__labels, label_values) )
		return histogram_with(misused_histogram);

	return Histogram($__metric=Telemetry::__histogram_metric_get_or_add(hf$__family, pairs(hf$__labels, label_values)));
	}

function histogram_observe(h: Histogram, measurement: double): bool
	{
	return Telemetry::__histogram_observe(h$__metric, measurement);
	}

function histogram_family_observe(hf: HistogramFamily, label_values: labels_vector, measurement: double): bool
	{
	return histogram_observe(histogram_with(hf, label_values), measurement);
	}

function collect_metrics(prefix: string, name: string): vector of Metric
	{
	return Telemetry::__collect_metrics(prefix, name);
	}

function collect_histogram_metrics(prefix: string, name: string): vector of HistogramMetric
	{
	return Telemetry::__collect_histogram_metrics(prefix, name);
	}

event Telemetry::run_sync_hook()
	{
	hook Telemetry::sync();
	schedule sync_interval { Telemetry::run_sync_hook() };
	}

# The version as labels of a gauge that is always 1. Whoever collects metrics asks for it first.
#@late
global version_info = register_gauge_family(MetricOpts($prefix="zeek", $name="version_info", $help_text="The version",
	$label_names=vector("version_number", "major", "minor", "patch", "commit", "beta", "debug", "version_string")));

#@until Telemetry::version_info, Telemetry::sync, Telemetry::sync_interval
event zeek_init()
	{
	if ( sync_interval > 0sec )
		schedule sync_interval { Telemetry::run_sync_hook() };

	local v = Version::info;
	gauge_family_set(version_info, vector(cat(v$version_number), cat(v$major), cat(v$minor), cat(v$patch), cat(v$commit),
		v$beta ? "true" : "false", v$debug ? "true" : "false", v$version_string), 1.0);
	}
