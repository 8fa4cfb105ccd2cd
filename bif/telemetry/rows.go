package telemetry

import (
	"slices"

	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows are the builtins. Scripts mostly use the functions of base/frameworks/telemetry, which are made of these.
func (f *Family) Rows() []interp.Builtin {
	return slices.Concat(f.valueRows("counter", Counter), f.valueRows("gauge", Gauge), f.histogramRows(), []interp.Builtin{
		{Sig: "function Telemetry::__collect_metrics(prefix: string, name: string): Telemetry::MetricVector",
			F2:  f.collect(false, "Telemetry::MetricVector"),
			Doc: "The counters and gauges whose names match the globs, with their values now; calls Telemetry::sync first."},
		{Sig: "function Telemetry::__collect_histogram_metrics(prefix: string, name: string): Telemetry::HistogramMetricVector",
			F2:  f.collect(true, "Telemetry::HistogramMetricVector"),
			Doc: "The histograms whose names match the globs, with their observations so far; calls Telemetry::sync first."},
	})
}

// valueRows are the rows of counters or of gauges.
func (f *Family) valueRows(word string, kind Kind) []interp.Builtin {
	add := func(sign float64) func(*interp.M, *interp.Site, val.Value, val.Value) val.Value {
		return func(m *interp.M, s *interp.Site, h, x val.Value) val.Value {
			// A counter only goes up; a negative amount is passed over.
			if kind == Gauge || x.Double() > 0 {
				handleOf(m, s, h).metric.value += sign * x.Double()
			}
			return val.Bool(true)
		}
	}
	pre, one, fam := "function Telemetry::__"+word+"_", "opaque of "+word+"_metric", "opaque of "+word+"_metric_family"
	rows := []interp.Builtin{
		{Sig: pre + `family(prefix: string, name: string, labels: string_vec, helptext: string &default="Zeek Script Metric", unit: string &default=""): ` + fam,
			GivesUp: true, Fn: f.family(kind, word+"_metric_family"),
			Doc: "Registers a " + word + " with these labels, or returns the one registered under the name before."},
		{Sig: pre + "metric_get_or_add(family: " + fam + ", labels: table_string_of_string): " + one,
			GivesUp: true, F2: f.get(word+"_metric", word+"_metric_get_or_add"),
			Doc: "The " + word + " of these labels' values; an error if they are not the family's labels."},
		{Sig: pre + "inc(val: " + one + ", amount: double &default=1.0): bool", F2: add(1), Doc: "Adds to a " + word + "."},
		{Sig: pre + "value(val: " + one + "): double",
			F1: func(m *interp.M, s *interp.Site, h val.Value) val.Value {
				return val.Double(handleOf(m, s, h).metric.value)
			},
			Doc: "The value of a " + word + " now."},
	}
	if kind == Gauge {
		rows = append(rows, interp.Builtin{Sig: pre + "dec(val: " + one + ", amount: double &default=1.0): bool", F2: add(-1), Doc: "Takes from a gauge."})
	}
	return rows
}

func (f *Family) histogramRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: `function Telemetry::__histogram_family(prefix: string, name: string, labels: string_vec, bounds: double_vec, helptext: string &default="Zeek Script Metric", unit: string &default=""): opaque of histogram_metric_family`,
			GivesUp: true, Fn: f.family(Histogram, "histogram_metric_family"),
			Doc: "Registers a histogram with these labels and upper bounds of its buckets, or returns the one registered under the name before."},
		{Sig: "function Telemetry::__histogram_metric_get_or_add(family: opaque of histogram_metric_family, labels: table_string_of_string): opaque of histogram_metric",
			GivesUp: true, F2: f.get("histogram_metric", "histogram_metric_get_or_add"),
			Doc: "The histogram of these labels' values; an error if they are not the family's labels."},
		{Sig: "function Telemetry::__histogram_observe(val: opaque of histogram_metric, measurement: double): bool",
			F2: func(m *interp.M, s *interp.Site, h, x val.Value) val.Value {
				handleOf(m, s, h).metric.observe(x.Double())
				return val.Bool(true)
			},
			Doc: "Counts one measurement."},
		{Sig: "function Telemetry::__histogram_sum(val: opaque of histogram_metric): double",
			F1: func(m *interp.M, s *interp.Site, h val.Value) val.Value {
				return val.Double(handleOf(m, s, h).metric.sum)
			},
			Doc: "The sum of all measurements."},
	}
}
