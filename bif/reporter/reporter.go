// Package reporter is the family Reporter::*: messages that scripts give off, and weirds with their sampling. A Family belongs to one
// interpreter.
package reporter

import (
	"slices"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Family is the sampling state of weirds and their counts.
type Family struct {
	sampling *sampling // nil before the first use, when the script's settings are read
	total    uint64
	byName   []counted
	at       map[string]int // index in byName
}

type counted struct {
	name string
	n    uint64
}

// New makes the family of one interpreter.
func New() *Family { return &Family{at: map[string]int{}} }

// message makes the row function of Reporter::info, warning and error.
func message(sev diag.Severity) func(*interp.M, *interp.Site, val.Value) val.Value {
	return func(m *interp.M, s *interp.Site, msg val.Value) val.Value {
		m.Report(diag.Diagnostic{Severity: sev, Code: diag.ScriptMessage, Msg: cstr.Check(m, msg.Str()), At: s.At})
		return val.Bool(true)
	}
}

func fatal(m *interp.M, s *interp.Site, msg val.Value) val.Value {
	message(diag.Fatal)(m, s, msg)
	m.Exit(1)
	return val.Bool(true)
}

// settings returns the sampling parameters, which start as the Weird::sampling_* constants.
func (f *Family) settings(m *interp.M) *sampling {
	if f.sampling != nil {
		return f.sampling
	}
	s := newSampling()
	value := func(name string) (val.Value, bool) {
		if g := m.Lookup("Weird::" + name); g != nil {
			return m.Value(g)
		}
		return val.Value{}, false
	}
	if v, ok := value("sampling_whitelist"); ok {
		s.always = names(m, v)
	}
	if v, ok := value("sampling_global_list"); ok {
		s.global = names(m, v)
	}
	if v, ok := value("sampling_threshold"); ok {
		s.threshold = v.Count()
	}
	if v, ok := value("sampling_rate"); ok {
		s.rate = v.Count()
	}
	if v, ok := value("sampling_duration"); ok {
		s.duration = v.Double()
	}
	f.sampling = s
	return s
}

// names are the elements of a set of strings.
func names(m *interp.M, set val.Value) (out []string) {
	for it := set.Table().Iter(); it.Next(); {
		out = append(out, cstr.Check(m, it.Key(0).Str()))
	}
	return out
}

// count notes a weird for get_reporter_stats.
func (f *Family) count(name string) {
	f.total++
	i, ok := f.at[name]
	if !ok {
		i = len(f.byName)
		f.at[name] = i
		f.byName = append(f.byName, counted{name: name})
	}
	f.byName[i].n++
}

// raise queues a weird's event with as many arguments as the dialect's declaration takes.
func raise(m *interp.M, event string, args ...val.Value) {
	g := m.Lookup(event)
	if g == nil || g.T.Tag != types.Func {
		return
	}
	m.QueueEvent(event, args[:min(len(args), len(g.T.Fn.Params.Fields))]...)
}

func (f *Family) netWeird(m *interp.M, _ *interp.Site, a []val.Value) val.Value {
	f.NetWeird(m, cstr.Check(m, a[0].Str()), cstr.Check(m, a[1].Str()), cstr.Check(m, a[2].Str()))
	return val.Bool(true)
}

// NetWeird raises a weird that is about no connection, unless sampling holds it back.
func (f *Family) NetWeird(m *interp.M, name, addl, source string) {
	f.count(name)
	s := f.settings(m)
	if slices.Contains(s.always, name) || s.permit("", name, m.NetworkTime()) {
		raise(m, "net_weird", val.Str(name), val.Str(addl), val.Str(source))
	}
}

func (f *Family) flowWeird(m *interp.M, _ *interp.Site, a []val.Value) val.Value {
	name := cstr.Check(m, a[0].Str())
	f.count(name)
	flow := a[1].Addr().String() + " " + a[2].Addr().String()
	if f.settings(m).check(flow, name, m.NetworkTime()) {
		raise(m, "flow_weird", val.Str(name), a[1], a[2], a[3], a[4])
	}
	return val.Bool(true)
}

// connWeird raises expired_conn_weird: no connection is live without a packet engine.
func (f *Family) connWeird(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	name := cstr.Check(m, a[0].Str())
	f.count(name)
	c := a[1].Rec()
	id, ok1 := c.Named("id")
	uid, ok2 := c.Named("uid")
	if !ok1 || !ok2 {
		m.Errorf(s, "connection record lacks id or uid")
		return val.Bool(false)
	}
	conn := string(val.Describe(nil, id.Rec().T, id, val.DescPrint))
	if f.settings(m).check(conn, name, m.NetworkTime()) {
		raise(m, "expired_conn_weird", val.Str(name), id, uid, a[2], a[3])
	}
	return val.Bool(true)
}

func stringSet(m *interp.M, elems []string) val.Value {
	t := val.NewTable(m.Type("string_set"), nil)
	for _, e := range elems {
		t.SetOne(val.Str(e), val.Value{})
	}
	return val.Tab(t)
}

func (f *Family) stats(m *interp.M, _ *interp.Site) val.Value {
	rt := m.Type("ReporterStats")
	r := val.NewRecord(rt)
	r.Put("weirds", val.Count(f.total))
	if i := rt.Rec.Lookup("weirds_by_type"); i >= 0 {
		t := val.NewTable(rt.Rec.Fields[i].Type, nil)
		for _, c := range f.byName {
			t.SetOne(val.Str(c.name), val.Count(c.n))
		}
		r.Set(i, val.Tab(t))
	}
	return val.Rec(r)
}
