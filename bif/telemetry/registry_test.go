package telemetry

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

func TestFullName(t *testing.T) {
	for _, c := range []struct {
		kind               Kind
		prefix, name, unit string
		want               string
		err                error
	}{
		{Counter, "zeek", "log-writes", "", "zeek_log_writes_total", nil},
		{Gauge, "zeek", "log writes", "", "zeek_log_writes", nil},
		{Gauge, "process", "start_time", "seconds", "process_start_time_seconds", nil},
		{Counter, "process", "cpu", "seconds", "process_cpu_seconds_total", nil},
		{Histogram, "a", "b", "1", "a_b", nil},
		{Gauge, "9lives", "left", "", "_9lives_left", nil},
		{Gauge, "a", "b", "per second", "a_b_per_second", nil},
		{Gauge, "", "b", "", "", errUnnamed},
		{Gauge, "a", "", "", "", errUnnamed},
		{Gauge, "a", "x_total", "", "", errTotal},
		{Gauge, "a", "x", "total", "", errTotalUnit},
	} {
		if got, err := fullName(c.kind, c.prefix, c.name, c.unit); got != c.want || err != c.err {
			t.Errorf("%v %q %q %q: %q, %v; want %q, %v", c.kind, c.prefix, c.name, c.unit, got, err, c.want, c.err)
		}
	}
}

func mustRegister(t *testing.T, r *registry, kind Kind, name, help string, labels []string, bounds []float64) *group {
	t.Helper()
	g, err := r.register(kind, name, help, labels, bounds)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestRegisterRefuses(t *testing.T) {
	var r registry
	mustRegister(t, &r, Gauge, "taken", "", nil, nil)
	for _, c := range []struct {
		name   string
		kind   Kind
		labels []string
		bounds []float64
		want   string
	}{
		{"taken", Counter, nil, nil, "exists already as a gauge"},
		{"a", Gauge, []string{"a b"}, nil, "invalid label name 'a b'"},
		{"a", Gauge, []string{"__a"}, nil, "invalid label name"},
		{"a", Gauge, []string{""}, nil, "invalid label name"},
		{"a", Histogram, nil, []float64{2, 1}, "strictly sorted"},
		{"a", Histogram, nil, []float64{1, 1}, "strictly sorted"},
		{"a", Histogram, nil, []float64{1, math.NaN()}, "strictly sorted"},
	} {
		if _, err := r.register(c.kind, c.name, "", c.labels, c.bounds); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestMetricsDifferByLabels(t *testing.T) {
	var r registry
	g := mustRegister(t, &r, Gauge, "x", "", []string{"a", "b"}, nil)
	one := g.metric([]label{{"b", "2"}, {"a", "1"}})
	if g.metric([]label{{"a", "1"}, {"b", "2"}}) != one {
		t.Error("the order of labels makes a difference")
	}
	if g.metric([]label{{"a", "12"}, {"b", ""}}) == g.metric([]label{{"a", "1"}, {"b", "2"}}) {
		t.Error("values run together")
	}
}

func TestObserve(t *testing.T) {
	var r registry
	m := mustRegister(t, &r, Histogram, "h", "", nil, []float64{1, 2}).metric(nil)
	for _, x := range []float64{0, 1, 1.5, 2, 3, math.Inf(1)} {
		m.observe(x)
	}
	if got := m.buckets; got[0] != 2 || got[1] != 2 || got[2] != 2 || m.count != 6 {
		t.Errorf("buckets %v, count %d", got, m.count)
	}
}

// TestText has Prometheus's own parser read what we write.
func TestText(t *testing.T) {
	var r registry
	mustRegister(t, &r, Counter, "c_total", "two\nlines and a \\", []string{"who"}, nil).metric([]label{{"who", "a\"b\\c\nd\xff"}}).value = 3
	mustRegister(t, &r, Gauge, "g", "", nil, nil).metric(nil).value = math.Inf(-1)
	h := mustRegister(t, &r, Histogram, "h", "sizes", []string{"x-y"}, []float64{0.5, 10}).metric([]label{{"x-y", "v"}})
	h.observe(0.25)
	h.observe(7)
	h.observe(11)
	text := r.appendText(nil)
	const want = `# HELP c_total two\nlines and a \\
# TYPE c_total counter
c_total{who="a\"b\\c\nd` + "\uFFFD" + `"} 3
# HELP g 
# TYPE g gauge
g -Inf
# HELP h sizes
# TYPE h histogram
h_bucket{x_y="v",le="0.5"} 1
h_bucket{x_y="v",le="10"} 2
h_bucket{x_y="v",le="+Inf"} 3
h_sum{x_y="v"} 18.25
h_count{x_y="v"} 3
`
	if string(text) != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	p := expfmt.NewTextParser(model.LegacyValidation)
	fams, err := p.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := fams["c_total"].Metric[0].Label[0].GetValue(); got != "a\"b\\c\nd\uFFFD" {
		t.Errorf("label reads as %q", got)
	}
	if got := fams["h"].Metric[0].Histogram; got.GetSampleCount() != 3 || got.GetSampleSum() != 18.25 || len(got.Bucket) != 3 {
		t.Errorf("histogram reads as %v", got)
	}
}
