package brokerstore

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/net/store/mem"
	"github.com/brogo/brogo/net/store/sqlite"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func (f *Family) storeRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function Broker::__create_master(id: string, b: Broker::BackendType, options: Broker::BackendOptions): opaque of Broker::Store",
			Fn: f.createMaster, Doc: "Makes this node the owner of a store; the handle is closed if that fails."},
		{Sig: "function Broker::__create_clone(id: string, resync_interval: interval, stale_interval: interval, mutation_buffer_interval: interval): opaque of Broker::Store",
			Fn: f.createClone, Doc: "Follows the master of a store, wherever it is or will be."},
		{Sig: "function Broker::__is_closed(h: opaque of Broker::Store): bool", Doc: "Whether a store is closed.",
			F1: func(_ *interp.M, _ *interp.Site, v val.Value) val.Value {
				h, ok := v.Opaque().(*handle)
				return val.Bool(!ok || h.s == nil)
			}},
		{Sig: "function Broker::__close(h: opaque of Broker::Store): bool", F1: f.close,
			Doc: "Closes a store on this node; its queries fail. F if it was closed."},
		{Sig: "function Broker::__store_name(h: opaque of Broker::Store): string", Doc: "The name of a store.",
			F1: func(m *interp.M, s *interp.Site, v val.Value) val.Value {
				h, ok := v.Opaque().(*handle)
				if !ok || h.s == nil {
					m.Throw(s, "invalid Broker store handle")
				}
				return val.Str(h.s.Name())
			}},
	}
}

// The backends by their positions in the script's enum.
const (
	backendMemory = iota
	backendSQLite
	backendRocksDB
)

func (f *Family) createMaster(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	name := a[0].Str()
	if h := f.find(name); h != nil {
		return val.OpaqueVal(h)
	}
	if !m.Running() {
		m.Placef(s, "Broker stores cannot be created at the global scope")
		m.Placef(s, "Could not create Broker master store '%s'", name)
		return val.OpaqueVal(&handle{})
	}
	var opt *val.Record
	if r, ok := a[2].Rec().Named("sqlite"); ok {
		opt = r.Rec()
	}
	h, err := f.master(m, name, int(a[1].Int()), opt, "")
	if err != nil {
		m.ErrorHintf(s, err.Error(), "Failed to attach master store %s:", codeText(err))
		m.Errorf(s, "Could not create Broker master store '%s'", name)
		return val.OpaqueVal(&handle{})
	}
	return val.OpaqueVal(h)
}

// master makes a master store. path is where its file goes unless the options say; empty: the name and a suffix.
func (f *Family) master(m *interp.M, name string, backend int, opt *val.Record, path string) (*handle, error) {
	var set string // why a file was set aside
	var corrupt *sqlite.CorruptError
	t := f.tableOf(name)
	s, err := f.storeEngine().CreateMaster(name, func() (store.Backend, error) {
		switch backend {
		case backendMemory:
			return mem.New(), nil
		case backendSQLite:
			db, err := openSQLite(m, name, path, opt)
			errors.As(err, &corrupt)
			if err == nil && db.Moved != "" {
				set = fmt.Sprintf("%v; the file is now %s", db.Why, db.Moved)
			}
			if err != nil {
				return nil, err
			}
			return db, nil
		}
		return nil, errors.New("there is no such backend in this program")
	}, f.observer(m, t))
	if err != nil {
		text := fmt.Sprintf("cannot open store %s: %v", name, err)
		notify(m, logError, "store-open", text, corrupt != nil)
		return nil, err
	}
	if set != "" {
		notify(m, logError, "store-set-aside", set, true)
	}
	h := f.added(s)
	if t != nil {
		f.fill(m, t, s)
	}
	return h, nil
}

// openSQLite opens a database as the script's SQLiteOptions say, which may be absent.
func openSQLite(m *interp.M, name, path string, rec *val.Record) (*sqlite.DB, error) {
	opt := sqlite.Options{Now: func() time.Time { return time.UnixMicro(int64(m.WallTime() * 1e6)) }}
	if rec != nil {
		if v, ok := rec.Named("path"); ok && v.Str() != "" {
			path = v.Str()
		}
		opt.Synchronous = enumSuffix(m, rec, "synchronous", "Broker::SQLiteSynchronous", "SQLITE_SYNCHRONOUS_")
		opt.JournalMode = enumSuffix(m, rec, "journal_mode", "Broker::SQLiteJournalMode", "SQLITE_JOURNAL_MODE_")
		opt.SetAside = enumSuffix(m, rec, "failure_mode", "Broker::SQLiteFailureMode", "SQLITE_FAILURE_MODE_") == "DELETE"
		if v, ok := rec.Named("integrity_check"); ok {
			opt.IntegrityCheck = v.Bool()
		}
	}
	if path == "" {
		path = name + ".sqlite"
	}
	return sqlite.Open(path, opt)
}

// enumSuffix returns the name of a field's enum value without its prefix, "" if the field is unset.
func enumSuffix(m *interp.M, rec *val.Record, field, enum, prefix string) string {
	v, ok := rec.Named(field)
	t := m.Type(enum)
	if !ok || t == nil || t.Enum == nil {
		return ""
	}
	_, word, _ := strings.Cut(t.Enum.NameOf(v.Int()), prefix)
	return word
}

func (f *Family) createClone(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	name := a[0].Str()
	if h := f.find(name); h != nil {
		return val.OpaqueVal(h)
	}
	if !m.Running() {
		m.Placef(s, "Broker stores cannot be created at the global scope")
		m.Placef(s, "Could not create clone of Broker store '%s'", name)
		return val.OpaqueVal(&handle{})
	}
	cfg := store.CloneConfig{Resync: duration(a[1].Double()), Stale: duration(a[2].Double()), Buffer: duration(a[3].Double())}
	// Zero asks for the defaults there. To a script a stale or buffer interval of zero is no time at all.
	if cfg.Stale == 0 {
		cfg.Stale = 1
	}
	if cfg.Buffer == 0 {
		cfg.Buffer = -1
	}
	t := f.tableOf(name)
	st, err := f.storeEngine().CreateClone(name, cfg, f.observer(m, t))
	if err != nil {
		m.ErrorHintf(s, err.Error(), "Failed to attach clone store %s:", codeText(err))
		m.Errorf(s, "Could not create clone of Broker store '%s'", name)
		return val.OpaqueVal(&handle{})
	}
	return val.OpaqueVal(f.added(st))
}

func (f *Family) added(s *store.Store) *handle {
	h := &handle{s: s, name: s.Name(), waiting: map[uint64]*query{}}
	f.stores = append(f.stores, h)
	return h
}

func (f *Family) close(m *interp.M, s *interp.Site, v val.Value) val.Value {
	h := open(m, s, v)
	if h == nil {
		return val.Bool(false)
	}
	return val.Bool(f.shut(m, h))
}

// shut closes a store. Its handles are closed even if the backend could not write the last of what it had to.
func (f *Family) shut(m *interp.M, h *handle) bool {
	name := h.s.Name()
	err := h.s.Close()
	f.abort(m, h)
	h.s = nil
	f.stores = slices.DeleteFunc(f.stores, func(o *handle) bool { return o == h })
	if err != nil {
		m.Codef(diag.Store, diag.Error, "closing store %s: %s", name, err)
	}
	return err == nil
}

// logError is the position of LOG_ERROR in the script's LogSeverityLevel, where greater is less severe.
const logError = 1

// notify tells those who look after the node what happened to a store: in broker.log and on the terminal, as the severity levels of
// Broker say or if it must be seen.
func notify(m *interp.M, level int64, id, text string, must bool) {
	if must || option(m, "Broker::log_stderr_severity_level", val.Int(-1)).Int() >= level {
		m.Codef(diag.Store, diag.Warning, "%s", text)
	}
	if option(m, "Broker::log_severity_level", val.Int(-1)).Int() >= level {
		m.QueueEvent("Broker::internal_log_event", val.Enum(level), val.Str(id), val.Str(text))
	}
}

// option reads a constant of the base scripts; def is what it is without them.
func option(m *interp.M, name string, def val.Value) val.Value {
	if g := m.Lookup(name); g != nil {
		if v, ok := m.Value(g); ok {
			return v
		}
	}
	return def
}

// codeText is what messages call a kind of error.
func codeText(err error) string {
	var e *store.Error
	if errors.As(err, &e) {
		return strings.ToLower(string(e.Code))
	}
	return "backend_failure"
}

// duration turns seconds into a duration; what does not fit becomes the nearest that does.
func duration(sec float64) time.Duration { return time.Duration(wireval.Nanos(sec)) }
