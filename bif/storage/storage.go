// Package storage is the family Storage::*: keys and values that outlive a run, in the backend that a script picks. The one backend is SQLite
// (sqlite.go); values are kept as JSON behind the name and version of that form, as the reference keeps them, so that it reads our files
// and we read its.
//
// A Family belongs to the interpreter's goroutine. The forms for `when` do their work at once, as the reference's do with this backend.
package storage

import (
	"slices"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// The positions of the script's ReturnCode.
const (
	success = iota
	valTypeMismatch
	keyTypeMismatch
	notConnected
	timeout
	_ // CONNECTION_LOST
	operationFailed
	keyNotFound
	keyExists
	_ // CONNECTION_FAILED
	disconnectionFailed
	initializationFailed
)

// result is what an operation came to: a code, why, and what it yields if that is set.
type result struct {
	code int64
	err  string
	t    *types.Type
	v    val.Value
}

// Family is the open backends of one interpreter.
type Family struct {
	open   []*handle // in order of opening
	opened float64
	stats  []*stats // of all backends so far, in order of opening
	armed  bool     // the timer of expiry runs
}

// New makes the family of one interpreter.
func New() *Family { return &Family{} }

// handle is the value behind `opaque of Storage::BackendHandle`. All script values of one open backend are the same handle.
type handle struct {
	db     *database // nil: closed, or never opened
	sync   bool      // the script asked that nothing be asynchronous
	kt, vt *types.Type
	stats  *stats
}

// OpaqueName returns the name of the opaque type.
func (*handle) OpaqueName() string { return "Storage::BackendHandle" }

// Clone returns the handle itself: there is one backend however many values refer to it.
func (h *handle) Clone() val.Opaque { return h }

// AppendText appends what print shows.
func (*handle) AppendText(b []byte) []byte { return append(b, "<opaque of BackendHandleVal>"...) }

// operation does the work of a builtin. name tells it apart in a condition together with the key that it returns.
type operation struct {
	name, sig, doc string
	do             func(*Family, *interp.M, *interp.Site, []val.Value) result
}

const backendArg = "backend: opaque of Storage::BackendHandle"

var operations = []operation{
	{"open_backend", "btype: Storage::Backend, options: any, key_type: any, val_type: any", "Opens a backend for keys and values of these types.", (*Family).openBackend},
	{"close_backend", backendArg, "Closes a backend.", (*Family).closeBackend},
	{"put", backendArg + ", key: any, value: any, overwrite: bool, expire_time: interval",
		"Sets the value of a key, for the time *expire_time* unless that is zero; KEY_EXISTS if it has one that may not be overwritten.", (*Family).put},
	{"get", backendArg + ", key: any", "The value of a key.", (*Family).get},
	{"erase", backendArg + ", key: any", "Removes a key.", (*Family).erase},
}

// Rows returns the builtins.
func (f *Family) Rows() []interp.Builtin {
	rows := []interp.Builtin{
		{Sig: "function Storage::is_open(" + backendArg + "): bool", Doc: "Whether a backend is open.",
			F1: func(_ *interp.M, _ *interp.Site, v val.Value) val.Value {
				h := of(v)
				return val.Bool(h != nil && h.db != nil)
			}},
		{Sig: "function Storage::is_forced_sync(" + backendArg + "): bool", Doc: "Whether a backend that is open was opened with *forced_sync*.",
			F1: func(_ *interp.M, _ *interp.Site, v val.Value) val.Value {
				h := of(v)
				return val.Bool(h != nil && h.db != nil && h.sync)
			}},
	}
	for _, op := range operations {
		rows = append(rows,
			interp.Builtin{Sig: "function Storage::Sync::__" + op.name + "(" + op.sig + "): Storage::OperationResult", Doc: op.doc,
				Fn: func(m *interp.M, s *interp.Site, a []val.Value) val.Value {
					return op.do(f, m, s, a).record(s.Result)
				}},
			interp.Builtin{Sig: "function Storage::Async::__" + op.name + "(" + op.sig + "): Storage::OperationResult",
				Doc: op.doc + " Only for conditions of `when` with a timeout.", GivesUp: true, Fn: f.async(op)})
	}
	return rows
}

// async makes the form of an operation for conditions.
func (f *Family) async(op operation) func(*interp.M, *interp.Site, []val.Value) val.Value {
	return func(m *interp.M, s *interp.Site, a []val.Value) val.Value {
		switch in, limited := m.InWhen(); {
		case !in:
			m.Errorf(s, "Asynchronous storage operations must be called via a when-condition")
			return m.NoValue(s)
		case !limited:
			m.Errorf(s, "Asynchronous storage operations must specify a timeout block")
			return m.NoValue(s)
		}
		key := []byte(op.name)
		for i := range a {
			t, v := s.Arg(a, i)
			key = m.Describe(append(key, 0), t, v, val.DescText)
		}
		return m.Delay(s, string(key), func(resume func(val.Value)) { resume(op.do(f, m, s, a).record(s.Result)) })
	}
}

// record makes the script's OperationResult.
func (r result) record(t *types.Type) val.Value {
	rec := val.NewRecord(t)
	rec.Set(0, val.Enum(r.code))
	if r.err != "" {
		rec.Set(1, val.Str(r.err))
	}
	if r.t != nil {
		rec.Set(2, val.Any(r.t, r.v))
	}
	return val.Rec(rec)
}

// of returns the handle behind a value, nil if it is none.
func of(v val.Value) *handle {
	if v.P == nil {
		return nil
	}
	h, _ := v.Opaque().(*handle)
	return h
}

// usable returns the handle behind a value if its backend is open.
func usable(v val.Value) (*handle, result) {
	switch h := of(v); {
	case h == nil:
		return nil, result{code: operationFailed, err: "Invalid storage handle type"}
	case h.db == nil:
		return nil, result{code: notConnected, err: "Backend is closed"}
	default:
		return h, result{}
	}
}

func (f *Family) openBackend(m *interp.M, s *interp.Site, a []val.Value) result {
	h := &handle{}
	keyIs, kt := s.Arg(a, 2)
	valIs, vt := s.Arg(a, 3)
	bt, _ := s.Arg(a, 0)
	ot, opts := s.Arg(a, 1)
	tag := bt.Enum.NameOf(a[0].Int())
	if ot.Tag != types.Record || keyIs.Tag != types.TypeType || valIs.Tag != types.TypeType {
		return result{code: initializationFailed, err: "Failed to open backend " + tag + ": a record of options and the types of keys and values are needed"}
	}
	h.kt, h.vt = kt.TypeVal(), vt.TypeVal()
	if v, ok := opts.Rec().Named("forced_sync"); ok {
		h.sync = v.Bool()
	}
	r := h.connect(m, opts.Rec())
	r.t, r.v = types.NewOpaque(h.OpaqueName()), val.OpaqueVal(h)
	if r.code != success {
		r.err = "Failed to open backend " + tag + ": " + r.err
		return r
	}
	f.open = append(f.open, h)
	f.opened++
	h.stats = f.statsOf(h.db.label, tag)
	m.QueueEvent("Storage::backend_opened", a[0], val.Any(ot, opts))
	f.arm(m)
	return r
}

func (f *Family) closeBackend(_ *interp.M, _ *interp.Site, a []val.Value) result {
	h, r := usable(a[0])
	if h == nil {
		return r
	}
	return f.shut(h)
}

func (f *Family) shut(h *handle) result {
	f.open = slices.DeleteFunc(f.open, func(o *handle) bool { return o == h })
	h.measure()
	err := h.db.close()
	h.db = nil
	if err != nil {
		return result{code: disconnectionFailed, err: err.Error()}
	}
	return result{}
}

// Close closes all backends: what they hold is safe when it returns. It is idempotent.
func (f *Family) Close() {
	for len(f.open) > 0 {
		f.shut(f.open[0])
	}
}

func (f *Family) put(m *interp.M, s *interp.Site, a []val.Value) result {
	h, r := usable(a[0])
	if h == nil {
		return r
	}
	return h.stats.put.time(m, func() result {
		kt, k := s.Arg(a, 1)
		vt, v := s.Arg(a, 2)
		switch {
		case !types.Same(kt, h.kt):
			return result{code: keyTypeMismatch}
		case !types.Same(vt, h.vt):
			return result{code: valTypeMismatch}
		}
		expiry := a[4].Double()
		if expiry > 0 {
			expiry += m.NetworkTime()
		}
		key, text := serialize(kt, k), serialize(vt, v)
		h.stats.written += float64(len(text))
		return h.db.put(key, text, a[3].Bool(), expiry, m.NetworkTime())
	})
}

func (f *Family) get(m *interp.M, s *interp.Site, a []val.Value) result {
	h, r := usable(a[0])
	if h == nil {
		return r
	}
	return h.stats.get.time(m, func() result {
		kt, k := s.Arg(a, 1)
		if !types.Same(kt, h.kt) {
			return result{code: keyTypeMismatch}
		}
		text, r := h.db.get(serialize(kt, k), m.NetworkTime())
		if r.code != success {
			return r
		}
		h.stats.read += float64(len(text))
		v, err := unserialize(m, text, h.vt)
		if err != nil {
			return result{code: operationFailed, err: err.Error()}
		}
		return result{t: h.vt, v: v}
	})
}

func (f *Family) erase(m *interp.M, s *interp.Site, a []val.Value) result {
	h, r := usable(a[0])
	if h == nil {
		return r
	}
	return h.stats.erase.time(m, func() result {
		kt, k := s.Arg(a, 1)
		if !types.Same(kt, h.kt) {
			return result{code: keyTypeMismatch}
		}
		return h.db.erase(serialize(kt, k))
	})
}

// arm sets the timer after which old entries are removed, as long as a backend is open.
func (f *Family) arm(m *interp.M) {
	every := number(m, "Storage::expire_interval")
	if f.armed || every <= 0 {
		return
	}
	f.armed = true
	m.After(every, func(ending bool) {
		f.armed = false
		if ending || len(f.open) == 0 {
			return
		}
		for _, h := range f.open {
			h.stats.expired += float64(h.db.expire(m.NetworkTime(), every))
		}
		f.arm(m)
	})
}

// number reads a constant of the base scripts.
func number(m *interp.M, name string) float64 {
	if g := m.Lookup(name); g != nil {
		if v, ok := m.Value(g); ok {
			return v.Double()
		}
	}
	return 0
}
