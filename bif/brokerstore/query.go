package brokerstore

import (
	"errors"
	"maps"
	"slices"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func (f *Family) queryRows() []interp.Builtin {
	const in = " Only for conditions of `when` with a timeout."
	const handle = "h: opaque of Broker::Store"
	return []interp.Builtin{
		{Sig: "function Broker::__exists(" + handle + ", k: any): Broker::QueryResult", Fn: f.ask(store.QueryExists, "exists"),
			Doc: "Whether a store has a key." + in},
		{Sig: "function Broker::__get(" + handle + ", k: any): Broker::QueryResult", Fn: f.ask(store.QueryGet, "get"),
			Doc: "The value of a key." + in},
		{Sig: "function Broker::__get_index_from_value(" + handle + ", k: any, i: any): Broker::QueryResult",
			Fn: f.ask(store.QueryIndex, "get_index_from_value"), Doc: "A part of a key's value." + in},
		{Sig: "function Broker::__keys(" + handle + "): Broker::QueryResult", Fn: f.ask(store.QueryKeys, "keys"),
			Doc: "All keys of a store, as a set." + in},
		{Sig: "function Broker::__put_unique(" + handle + ", k: any, v: any, e: interval): Broker::QueryResult", Fn: f.putUnique,
			Doc: "Sets the value of a key unless it has one, and tells whether it did." + in},
	}
}

// query is one that waits for its answer.
type query struct {
	h      *handle
	n      uint64      // in order of asking
	t      *types.Type // Broker::QueryResult
	master bool        // of the store
	resume func(val.Value)
}

// ask makes the builtin of a query.
func (f *Family) ask(code store.QueryCode, name string) func(*interp.M, *interp.Site, []val.Value) val.Value {
	return func(m *interp.M, s *interp.Site, a []val.Value) val.Value {
		if v, ok := f.answered(m, s, name, a); ok {
			return v
		}
		h := open(m, s, a[0])
		if h == nil {
			return f.failure(s.Result)
		}
		q := store.Query{Code: code}
		var ok bool
		if len(a) > 1 {
			if q.Key, ok = f.argument(m, s, a, 1, "key"); !ok {
				return f.failure(s.Result)
			}
		}
		if len(a) > 2 {
			if q.Index, ok = f.argument(m, s, a, 2, "index"); !ok {
				return f.failure(s.Result)
			}
		}
		if !inWhen(m, s) {
			return f.failure(s.Result)
		}
		return m.Delay(s, delayKey(name, h, q.Key, q.Index), func(resume func(val.Value)) {
			w := f.await(h, s.Result, resume)
			h.s.Query(q, func(d wire.Data, err error) { f.answer(m, w, d, err) })
		})
	}
}

func (f *Family) putUnique(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	if v, ok := f.answered(m, s, "put_unique", a[:3]); ok {
		return v
	}
	h := open(m, s, a[0])
	if h == nil {
		return f.failure(s.Result)
	}
	key, ok := f.argument(m, s, a, 1, "key")
	if !ok {
		return f.failure(s.Result)
	}
	v, ok := f.argument(m, s, a, 2, "value")
	if !ok || !inWhen(m, s) {
		return f.failure(s.Result)
	}
	return m.Delay(s, delayKey("put_unique", h, key, v), func(resume func(val.Value)) {
		w := f.await(h, s.Result, resume)
		h.s.PutUnique(key, v, expiry(a[3]), func(done bool, err error) { f.answer(m, w, wire.Bool(done), err) })
	})
}

// answered returns the failure that a query met when its store was closed under it: the handle itself is no good any more.
func (f *Family) answered(m *interp.M, s *interp.Site, name string, a []val.Value) (val.Value, bool) {
	h, ok := a[0].Opaque().(*handle)
	if !ok || h.s != nil {
		return val.Value{}, false
	}
	args := make([]wire.Data, 0, 2)
	for i := 1; i < len(a); i++ {
		t, v := s.Arg(a, i)
		d, err := f.cfg.Codec.ToData(t, v)
		if err != nil {
			return val.Value{}, false
		}
		args = append(args, d)
	}
	return m.Delayed(s, delayKey(name, h, args...))
}

// inWhen tells whether a query may be asked here; if not it says why.
func inWhen(m *interp.M, s *interp.Site) bool {
	in, timeout := m.InWhen()
	switch {
	case !in:
		m.Errorf(s, "Broker queries can only be called inside when-condition")
	case !timeout:
		m.Errorf(s, "Broker queries must specify a timeout block")
	}
	return in && timeout
}

// delayKey tells the queries of one condition apart.
func delayKey(name string, h *handle, args ...wire.Data) string {
	b := make([]byte, 0, 64)
	b = append(append(b, name...), 0)
	b = append(append(b, h.name...), 0)
	for _, d := range args {
		if d != nil {
			b = wire.Append(b, d)
		}
	}
	return string(b)
}

func (f *Family) await(h *handle, t *types.Type, resume func(val.Value)) *query {
	f.asked++
	w := &query{h, f.asked, t, h.s.IsMaster(), resume}
	h.waiting[w.n] = w
	f.pending++
	return w
}

// answer takes the answer of a store. A master gives it before the call that asks returns; a clone may do so later, on another
// goroutine, so that it goes by way of the interpreter's inbox.
func (f *Family) answer(m *interp.M, w *query, d wire.Data, err error) {
	if w.master {
		f.settle(m, w, d, err)
		return
	}
	m.Post(func() { f.settle(m, w, d, err) })
}

// settle ends a query on the interpreter's goroutine. If its store was closed meanwhile it has failed already.
func (f *Family) settle(m *interp.M, w *query, d wire.Data, err error) {
	if w.h.waiting[w.n] == nil {
		return
	}
	delete(w.h.waiting, w.n)
	f.pending--
	if err == nil {
		w.resume(f.result(w.t, d))
		return
	}
	var e *store.Error
	switch errors.As(err, &e); {
	case e == nil:
		m.Codef(diag.Store, diag.Warning, "unknown store response status: %s", err)
	case e.Code == store.NoSuchKey || e.Code == store.Closed:
		w.resume(f.failure(w.t))
	case e.Code == store.StaleData || e.Code == store.RequestTimeout:
		// No answer: the script's timeout tells it apart from a key that is not there.
	default:
		m.Codef(diag.Store, diag.Warning, "unknown store response status: %s", codeText(err))
	}
}

// abort fails the queries of a store that was closed, in the order in which they were asked.
func (f *Family) abort(m *interp.M, h *handle) {
	for _, n := range slices.Sorted(maps.Keys(h.waiting)) {
		f.settle(m, h.waiting[n], nil, &store.Error{Code: store.Closed})
	}
}

// The positions of the script's QueryStatus.
const (
	statusSuccess = iota
	statusFailure
)

func (f *Family) result(t *types.Type, d wire.Data) val.Value {
	r := val.NewRecord(t)
	r.Set(0, val.Enum(statusSuccess))
	r.Set(1, f.cfg.Codec.Wrap(d))
	return val.Rec(r)
}

func (f *Family) failure(t *types.Type) val.Value {
	r := val.NewRecord(t)
	r.Set(0, val.Enum(statusFailure))
	r.Set(1, f.cfg.Codec.Wrap(nil))
	return val.Rec(r)
}

// argument turns argument i into data of its own; false says that it cannot be and that this was reported.
func (f *Family) argument(m *interp.M, s *interp.Site, a []val.Value, i int, what string) (wire.Data, bool) {
	t, v := s.Arg(a, i)
	d, err := f.cfg.Codec.ToData(t, v)
	if err != nil {
		f.cfg.Codec.Report(err)
		m.ErrorArgf(s, m.ArgText(t, v), "invalid Broker data conversion for %s argument", what)
		return nil, false
	}
	return d, true
}
