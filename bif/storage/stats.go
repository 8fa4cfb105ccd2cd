package storage

import (
	"os"
	"slices"

	"github.com/brogo/brogo/bif/telemetry"
	"github.com/brogo/brogo/runtime/interp"
)

// stats are the figures of one backend. They stay when it is closed, and go on when it is opened again.
type stats struct {
	config, tag            string // labels
	put, get, erase        tally
	written, read, expired float64
	bytes, pages           float64 // of the file when it was last looked at
}

// tally counts what became of one kind of operation, and how long it took.
type tally struct {
	success, fail, err, timeout float64
	bounds                      []float64
	buckets                     []uint64 // by bound, and one more
	sum                         float64
}

func (f *Family) statsOf(config, tag string) *stats {
	i := slices.IndexFunc(f.stats, func(s *stats) bool { return s.config == config && s.tag == tag })
	if i < 0 {
		i = len(f.stats)
		f.stats = append(f.stats, &stats{config: config, tag: tag})
	}
	return f.stats[i]
}

// time does an operation and counts it.
func (t *tally) time(m *interp.M, do func() result) result {
	start := m.WallTime()
	r := do()
	switch r.code {
	case success:
		t.success++
	case keyExists, keyNotFound:
		t.fail++
	case timeout:
		t.timeout++
	default:
		t.err++
	}
	t.observe(m, m.WallTime()-start)
	return r
}

func (t *tally) observe(m *interp.M, took float64) {
	if t.buckets == nil {
		if g := m.Lookup("Storage::latency_metric_bounds"); g != nil {
			if v, ok := m.Value(g); ok {
				for i := range v.Vec().Len() {
					if x, ok := v.Vec().Get(i); ok {
						t.bounds = append(t.bounds, x.Double())
					}
				}
			}
		}
		t.buckets = make([]uint64, len(t.bounds)+1)
	}
	i := slices.IndexFunc(t.bounds, func(b float64) bool { return took <= b })
	if i < 0 {
		i = len(t.bounds)
	}
	t.buckets[i]++
	t.sum += took
}

// measure looks at the size of a backend's file.
func (h *handle) measure() {
	if h.db == nil || h.stats == nil {
		return
	}
	if st, err := os.Stat(h.db.path); err == nil {
		h.stats.bytes = float64(st.Size())
	}
	if n, err := h.db.pages(); err == nil {
		h.stats.pages = float64(n)
	}
}

// Measure sets the figures of all backends so far. There are none before a script opens one.
func (f *Family) Measure(u *telemetry.Update) {
	if f.opened == 0 {
		return
	}
	for _, h := range f.open {
		h.measure()
	}
	u.Set(telemetry.Counter, "zeek", "storage_backends_opened", "", "Number of backends that were opened", f.opened)
	for _, s := range f.stats {
		of := []string{"type", s.tag, "config", s.config}
		for _, o := range []struct {
			name string
			*tally
		}{{"put", &s.put}, {"get", &s.get}, {"erase", &s.erase}} {
			op := append([]string{"operation", o.name}, of...)
			for _, r := range []struct {
				name string
				n    float64
			}{{"success", o.success}, {"fail", o.fail}, {"error", o.err}, {"timeout", o.timeout}} {
				u.Set(telemetry.Counter, "zeek", "storage_backend_operation_results", "", "What became of storage operations", r.n, append([]string{"result", r.name}, op...)...)
			}
			if o.buckets != nil {
				u.Observed("zeek", "storage_backend_operation_latency", "seconds", "How long storage operations took", o.bounds, o.buckets, o.sum, op...)
			}
		}
		u.Set(telemetry.Counter, "zeek", "storage_backend_data_written", "bytes", "Size of the values that were put", s.written, of...)
		u.Set(telemetry.Counter, "zeek", "storage_backend_data_read", "bytes", "Size of the values that were got", s.read, of...)
		u.Set(telemetry.Counter, "zeek", "storage_backend_expired_entries", "", "Number of entries that were removed for their age", s.expired, of...)
		u.Set(telemetry.Gauge, "zeek", "storage_sqlite_database_size", "pages", "Number of pages of an SQLite database", s.pages, "config", s.config)
		u.Set(telemetry.Gauge, "zeek", "storage_sqlite_database_size", "bytes", "Size of an SQLite database's file", s.bytes, "config", s.config)
	}
}
