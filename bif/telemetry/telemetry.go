package telemetry

import (
	"slices"
	"sort"
	"strings"

	"github.com/brogo/brogo/bif/probabilistic"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Family is the metrics of one interpreter, and its endpoint.
type Family struct {
	cfg     Config
	reg     registry
	sources []func(*Update)
	syncing bool
	extra   *label // the label that names the node, once it is known
	extraOK bool
	opts    map[*group]val.Value // the MetricOpts that scripts see
	ep      *endpoint
}

// New makes the family of one interpreter.
func New(cfg Config) *Family { return &Family{cfg: cfg, opts: map[*group]val.Value{}} }

// AddSource has src called before each collection, on the interpreter's goroutine, to set the figures that the engine itself keeps.
func (f *Family) AddSource(src func(*Update)) { f.sources = append(f.sources, src) }

// Update is what a source writes its figures to.
type Update struct {
	f *Family
	M *interp.M
}

// Set gives a metric its present value and registers it if it is new. labels are names and values by turns. Names follow the rules for scripts, so
// that a counter's gets _total and a unit its place.
func (u *Update) Set(kind Kind, prefix, name, unit, help string, x float64, labels ...string) {
	if m := u.metric(kind, prefix, name, unit, help, nil, labels); m != nil {
		m.value = x
	}
}

// Observed gives a histogram its present state: the number of observations of each bucket alone, one more than there are bounds, and
// their sum.
func (u *Update) Observed(prefix, name, unit, help string, bounds []float64, buckets []uint64, sum float64, labels ...string) {
	m := u.metric(Histogram, prefix, name, unit, help, bounds, labels)
	if m == nil || len(m.buckets) != len(buckets) {
		return
	}
	copy(m.buckets, buckets)
	m.sum, m.count = sum, 0
	for _, n := range buckets {
		m.count += n
	}
}

// metric returns the metric of these labels; nil if a script has taken the name for a metric of another kind.
func (u *Update) metric(kind Kind, prefix, name, unit, help string, bounds []float64, labels []string) *metric {
	full, err := fullName(kind, prefix, name, unit)
	if err != nil {
		panic(err)
	}
	ls := make([]label, len(labels)/2)
	names := make([]string, len(ls))
	for i := range ls {
		ls[i] = label{labels[2*i], labels[2*i+1]}
		names[i] = ls[i].name
	}
	g, err := u.f.reg.register(kind, full, help, names, bounds)
	if err != nil {
		return nil
	}
	return g.metric(u.f.withNode(u.M, ls))
}

// handle is the Go value behind the opaque types of this family.
type handle struct {
	name   string // the opaque type's
	group  *group
	metric *metric
}

// OpaqueName is the name of the script type.
func (h *handle) OpaqueName() string { return h.name }

// Clone returns the handle itself: a copy names the same metric.
func (h *handle) Clone() val.Opaque { return h }

// handleOf sees through an argument; nil is a variable that was never set.
func handleOf(m *interp.M, s *interp.Site, v val.Value) *handle {
	if v.P == nil {
		m.Throw(s, "value used but not set")
	}
	return v.Opaque().(*handle)
}

// stringConst reads a constant of the base scripts.
func stringConst(m *interp.M, name string) string {
	if v, ok := constant(m, name); ok {
		return v.Str()
	}
	return ""
}

func constant(m *interp.M, name string) (val.Value, bool) {
	if g := m.Lookup(name); g != nil {
		return m.Value(g)
	}
	return val.Value{}, false
}

// withNode adds the label that names the node, unless the labels have it.
func (f *Family) withNode(m *interp.M, labels []label) []label {
	if !f.extraOK {
		name, value := stringConst(m, "Telemetry::metrics_endpoint_label"), stringConst(m, "Telemetry::metrics_endpoint_name")
		if _, ok := labelName(name); ok && value != "" {
			f.extra = &label{name, value}
		}
		f.extraOK = m.Running() // later redefs may still change it
	}
	if f.extra == nil || slices.ContainsFunc(labels, func(l label) bool { return l.name == f.extra.name }) {
		return labels
	}
	return append(labels[:len(labels):len(labels)], *f.extra)
}

// family makes the row function that registers a group. bounds says whether the fourth argument is a histogram's.
func (f *Family) family(kind Kind, opaque string) func(*interp.M, *interp.Site, []val.Value) val.Value {
	return func(m *interp.M, s *interp.Site, a []val.Value) val.Value {
		var bounds []float64
		if kind == Histogram {
			bounds = doubles(a[3].Vec())
			a = slices.Delete(slices.Clone(a), 3, 4)
		}
		name, err := fullName(kind, a[0].Str(), a[1].Str(), a[4].Str())
		if err != nil {
			m.Report(diag.Diagnostic{Severity: diag.Fatal, Code: diag.Metrics, Msg: err.Error()})
			m.Exit(1)
		}
		g, err := f.reg.register(kind, name, a[3].Str(), strs(a[2].Vec()), bounds)
		if err != nil {
			m.Errorf(s, "%s", err)
			return m.NoValue(s)
		}
		return val.OpaqueVal(&handle{name: opaque, group: g})
	}
}

// get makes the row function that returns a metric of a group; fn is its name in messages.
func (f *Family) get(opaque, fn string) func(*interp.M, *interp.Site, val.Value, val.Value) val.Value {
	return func(m *interp.M, s *interp.Site, fam, table val.Value) val.Value {
		g := handleOf(m, s, fam).group
		var labels []label
		for it := table.Table().Iter(); it.Next(); {
			labels = append(labels, label{it.Key(0).Str(), it.Val().Str()})
		}
		if !g.fits(labels) {
			m.Plainf(diag.Error, "Telemetry::%s: invalid label dimensions.", fn)
			return m.NoValue(s)
		}
		return val.OpaqueVal(&handle{name: opaque, group: g, metric: g.metric(f.withNode(m, labels))})
	}
}

func doubles(v *val.Vector) (out []float64) {
	for i := range v.Len() {
		if x, ok := v.Get(i); ok {
			out = append(out, x.Double())
		}
	}
	return out
}

func strs(v *val.Vector) (out []string) {
	for i := range v.Len() {
		if x, ok := v.Get(i); ok {
			out = append(out, x.Str())
		}
	}
	return out
}

// baseFamilies are the variables by which base scripts register families of their own, which they do when the variable is asked for.
var baseFamilies = [...]string{"Telemetry::misused_counter", "Telemetry::misused_gauge", "Telemetry::misused_histogram", "Telemetry::version_info"}

// update brings all figures up to date: scripts by the hook Telemetry::sync, the engine's by the sources.
func (f *Family) update(m *interp.M) {
	for _, name := range baseFamilies {
		m.Lookup(name)
	}
	if v, ok := constant(m, "Telemetry::sync"); ok {
		if f.syncing {
			m.Plainf(diag.Warning, "Telemetry::sync() hook invoked recursively")
		} else {
			f.syncing = true
			if _, ok := m.Call(v.Func()); !ok {
				m.Plainf(diag.Warning, "Telemetry::sync() implementations skipped due to 'break' usage")
			}
			f.syncing = false
		}
	}
	u := &Update{f, m}
	f.core(u)
	for _, src := range f.sources {
		src(u)
	}
}

// matching returns the metrics, histograms or others, whose full name matches a glob of prefix and name. Units and _total follow the name, so
// the glob is open at its end.
func (f *Family) matching(m *interp.M, prefix, name string, histograms bool) (out []*metric) {
	f.update(m)
	glob := prefix + "_" + name
	if !strings.HasSuffix(glob, "*") {
		glob += "*"
	}
	var last *group
	matches := false
	f.reg.collect(func(x *metric) {
		if (x.group.kind == Histogram) != histograms {
			return
		}
		if x.group != last {
			last, matches = x.group, probabilistic.GlobMatch(glob, x.group.name)
		}
		if matches {
			out = append(out, x)
		}
	})
	if v, ok := constant(m, "running_under_test"); ok && v.Bool() {
		sort.SliceStable(out, func(i, j int) bool { return before(out[i], out[j]) })
	}
	return out
}

// before orders metrics as the reference does under test: short names first, equal lengths by name, then by the labels' values.
func before(x, y *metric) bool {
	a, b := x.group.name, y.group.name
	if a != b {
		return len(a) < len(b) || len(a) == len(b) && a < b
	}
	return slices.CompareFunc(x.labels, y.labels, func(p, q label) int { return strings.Compare(p.value, q.value) }) < 0
}

// optsOf is the record that describes a group. All metrics of a group share it.
func (f *Family) optsOf(m *interp.M, g *group) val.Value {
	if v, ok := f.opts[g]; ok {
		return v
	}
	t := m.Type("Telemetry::MetricOpts")
	r := m.NewRecord(t)
	prefix, _, _ := strings.Cut(g.name, "_")
	r.Put("prefix", val.Str(prefix))
	r.Put("name", val.Str(g.name))
	r.Put("help_text", val.Str(g.help))
	r.Put("is_total", val.Bool(strings.HasSuffix(g.name, "_total")))
	if i := t.Rec.Lookup("metric_type"); i >= 0 {
		if n, ok := t.Rec.Fields[i].Type.Enum.ValueOf("Telemetry::" + strings.ToUpper(g.kind.String())); ok {
			r.Set(i, val.Enum(n))
		}
	}
	if i := t.Rec.Lookup("bounds"); i >= 0 && g.kind == Histogram {
		v := val.NewVector(t.Rec.Fields[i].Type)
		for _, b := range g.bounds {
			v.Append(val.Double(b))
		}
		r.Set(i, val.Vec(v))
	}
	f.opts[g] = val.Rec(r)
	return f.opts[g]
}

// collect makes the row function of the two collections.
func (f *Family) collect(histograms bool, vector string) func(*interp.M, *interp.Site, val.Value, val.Value) val.Value {
	return func(m *interp.M, _ *interp.Site, prefix, name val.Value) val.Value {
		out := val.NewVector(m.Type(vector))
		for _, x := range f.matching(m, prefix.Str(), name.Str(), histograms) {
			out.Append(f.record(m, out.T.Elem, x))
		}
		return val.Vec(out)
	}
}

// record is a metric as a Metric or HistogramMetric.
func (f *Family) record(m *interp.M, t *types.Type, x *metric) val.Value {
	r := val.NewRecord(t)
	vec := func(field string, n int, elem func(int) val.Value) {
		i := t.Rec.Lookup(field)
		if i < 0 {
			return
		}
		v := val.NewVector(t.Rec.Fields[i].Type)
		for j := range n {
			v.Append(elem(j))
		}
		r.Set(i, val.Vec(v))
	}
	r.Put("opts", f.optsOf(m, x.group))
	vec("label_names", len(x.labels), func(i int) val.Value { return val.Str(x.labels[i].name) })
	vec("label_values", len(x.labels), func(i int) val.Value { return val.Str(x.labels[i].value) })
	if x.group.kind != Histogram {
		r.Put("value", val.Double(x.value))
		return val.Rec(r)
	}
	vec("values", len(x.buckets), func(i int) val.Value { return val.Double(float64(x.buckets[i])) })
	r.Put("observations", val.Double(float64(x.count)))
	r.Put("sum", val.Double(x.sum))
	return val.Rec(r)
}
