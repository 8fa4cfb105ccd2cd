// Package telemetry is the family Telemetry::*: counters, gauges and histograms of scripts and of the engine itself, and the HTTP
// endpoint that offers them to Prometheus.
//
// All metrics belong to the interpreter's goroutine. The endpoint's goroutines ask it for a picture of them and never touch them. A
// Family costs nothing until a script or a scrape uses it.
//
// The registry and the text format (Prometheus exposition format 0.0.4) are our own. prometheus/client_golang was measured in their place: linking
// it adds 1.3 ms of package initialisation and 5 MB to a program that must start in 15 ms, used or not, and its registry
// insists on label sets and types that scripts may change. Its parser judges our output in the tests.
package telemetry

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"sort"
	"strings"
)

// Kind is what a metric does, numbered like the enum Telemetry::MetricType.
type Kind uint8

// Kinds of metrics.
const (
	Counter Kind = iota
	Gauge
	Histogram
)

// String returns the word of the exposition format.
func (k Kind) String() string { return [...]string{"counter", "gauge", "histogram"}[k] }

// label is one name and value.
type label struct{ name, value string }

// group is the metrics of one full name, which differ by their labels' values.
type group struct {
	name, help string
	kind       Kind
	labels     []string  // names as they were registered, in the order of registration
	bounds     []float64 // histograms: upper bounds, the last is +Inf
	metrics    []*metric // in order of creation
	byLabels   map[string]*metric
}

// metric is one counter, gauge or histogram.
type metric struct {
	group   *group
	labels  []label // sorted by name
	value   float64
	buckets []uint64 // histograms: observations of each bucket alone
	count   uint64
	sum     float64
}

// registry holds groups by full name.
type registry struct {
	groups []*group // in order of registration
	byName map[string]*group
}

var (
	errUnnamed   = errors.New("Telemetry metric families must have a non-zero-length prefix and name")
	errTotal     = errors.New("Metric names cannot end with '_total'")
	errTotalUnit = errors.New("Metric units cannot end with '_total'")
)

// fullName is a metric's name in Prometheus: prefix, name and unit joined by underscores, with underscores for what it does not allow.
// The unit "1" is none. Counters end in _total.
func fullName(kind Kind, prefix, name, unit string) (string, error) {
	if prefix == "" || name == "" {
		return "", errUnnamed
	}
	full := clean(prefix + "_" + name)
	switch {
	case strings.HasSuffix(full, "_total"):
		return "", errTotal
	case unit == "total" || strings.HasSuffix(unit, "_total"):
		return "", errTotalUnit
	}
	if unit != "" && unit != "1" {
		full += "_" + clean(unit)
	}
	if kind == Counter {
		full += "_total"
	}
	if full[0] >= '0' && full[0] <= '9' {
		full = "_" + full
	}
	return full, nil
}

func clean(s string) string {
	b := []byte(s)
	for i, c := range b {
		if !alphanumeric(c) {
			b[i] = '_'
		}
	}
	return string(b)
}

func alphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// labelName is a label's name in Prometheus; ok is false when it cannot be one.
func labelName(s string) (name string, ok bool) {
	name = strings.ReplaceAll(s, "-", "_")
	if name == "" || strings.HasPrefix(name, "__") || name[0] >= '0' && name[0] <= '9' {
		return name, false
	}
	return name, clean(name) == name
}

// register returns the group of a name and makes it if it is new. The first registration decides the help text, the labels and the bounds.
func (r *registry) register(kind Kind, name, help string, labels []string, bounds []float64) (*group, error) {
	if g := r.byName[name]; g != nil {
		if g.kind != kind {
			return nil, errors.New("metric family " + name + " exists already as a " + g.kind.String())
		}
		return g, nil
	}
	for _, l := range labels {
		if _, ok := labelName(l); !ok {
			return nil, errors.New("invalid label name '" + l + "' of metric family " + name)
		}
	}
	g := &group{name: name, help: help, kind: kind, labels: labels, byLabels: map[string]*metric{}}
	if kind == Histogram {
		if !slices.IsSorted(bounds) || len(slices.Compact(slices.Clone(bounds))) != len(bounds) || slices.ContainsFunc(bounds, math.IsNaN) {
			return nil, errors.New("bucket boundaries of metric family " + name + " must be strictly sorted")
		}
		g.bounds = slices.Clone(bounds)
		if n := len(bounds); n == 0 || !math.IsInf(bounds[n-1], 1) {
			g.bounds = append(g.bounds, math.Inf(1))
		}
	}
	if r.byName == nil {
		r.byName = map[string]*group{}
	}
	r.byName[name] = g
	r.groups = append(r.groups, g)
	return g, nil
}

// fits reports whether labels have the names of the group, each once.
func (g *group) fits(labels []label) bool {
	if len(labels) != len(g.labels) {
		return false
	}
	for _, l := range labels {
		if !slices.Contains(g.labels, l.name) {
			return false
		}
	}
	return true
}

// metric returns the metric of these labels and makes it if it is new.
func (g *group) metric(labels []label) *metric {
	ls := make([]label, len(labels))
	for i, l := range labels {
		ls[i].name, _ = labelName(l.name)
		ls[i].value = l.value
	}
	sort.SliceStable(ls, func(i, j int) bool { return ls[i].name < ls[j].name })
	var key []byte
	for _, l := range ls {
		key = binary.AppendUvarint(key, uint64(len(l.name)))
		key = append(key, l.name...)
		key = binary.AppendUvarint(key, uint64(len(l.value)))
		key = append(key, l.value...)
	}
	if m := g.byLabels[string(key)]; m != nil {
		return m
	}
	m := &metric{group: g, labels: ls}
	if g.kind == Histogram {
		m.buckets = make([]uint64, len(g.bounds))
	}
	g.byLabels[string(key)] = m
	g.metrics = append(g.metrics, m)
	return m
}

// observe counts one measurement of a histogram; its bucket is the first whose bound is not below it.
func (m *metric) observe(x float64) {
	i := sort.SearchFloat64s(m.group.bounds, x)
	m.buckets[min(i, len(m.buckets)-1)]++
	m.count++
	m.sum += x
}

// collect calls f with every metric: counters, then gauges, then histograms, groups in order of registration, and the youngest metric
// of a group first, which is the order that scripts of the reference see.
func (r *registry) collect(f func(*metric)) {
	for kind := Counter; kind <= Histogram; kind++ {
		for _, g := range r.groups {
			if g.kind != kind {
				continue
			}
			for _, m := range slices.Backward(g.metrics) {
				f(m)
			}
		}
	}
}
