package logging

import (
	"container/list"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// A write may be delayed while Log::log_stream_policy looks at it: Log::delay counts a reference, Log::delay_finish takes one back. With the last
// reference, or after the stream's longest delay, or when too many writes of the stream wait, the callbacks given to
// Log::delay are called and the write goes on to the filters. A callback may delay it anew.

// delays are the delayed writes of one stream.
type delays struct {
	queue    list.List // of *delayed, in the order in which their time is over
	tokens   map[uint64]*delayed
	longest  float64 // seconds
	size     uint64  // how many may wait
	cancel   func()  // of the timer for the first; nil for none
	evicting bool
}

// delayed is one delayed write.
type delayed struct {
	s     *stream
	rec   val.Value
	token val.Value
	id    uint64
	refs  int
	until float64 // network time
	calls []*val.Func
	at    *list.Element // nil until its policy hooks have run
	over  bool          // its callbacks run
}

// delayToken is the opaque value that scripts hold. Zero is no token.
type delayToken uint64

// OpaqueName is the name of the script type.
func (delayToken) OpaqueName() string { return "LogDelayToken" }

// Clone returns the same token.
func (t delayToken) Clone() val.Opaque { return t }

// configure takes the limits of a Log::Stream record; 2.6 has none.
func (d *delays) configure(r *val.Record) {
	if v, ok := r.Named("max_delay_interval"); ok {
		d.longest = v.Double()
	}
	if v, ok := r.Named("max_delay_queue_size"); ok {
		d.size = v.Count()
	}
}

// drop forgets all delayed writes: their stream is gone.
func (d *delays) drop() {
	d.stopTimer()
	for e := d.queue.Front(); e != nil; e = e.Next() {
		e.Value.(*delayed).at = nil
	}
	d.queue.Init()
	d.tokens = nil
}

func (d *delays) stopTimer() {
	if d.cancel != nil {
		d.cancel()
		d.cancel = nil
	}
}

// delay is Log::__delay.
func (f *Family) delay(m *interp.M, site *interp.Site, a []val.Value) val.Value {
	none := func(msg string) val.Value {
		errorf(m, "invalid Log::delay() call: %s", msg)
		return val.OpaqueVal(delayToken(0))
	}
	t, rec := site.Arg(a, 1)
	if len(f.active) == 0 {
		return none("outside of Log::log_stream_policy() hook")
	}
	w := f.active[len(f.active)-1]
	if w.s.id != a[0].Int() || t.Tag != types.Record || w.rec.P != rec.P {
		return none("argument mismatch with active Log::write()")
	}
	d := w.delay
	if d == nil {
		f.lastToken++
		d = &delayed{s: w.s, rec: w.rec, id: f.lastToken, token: val.OpaqueVal(delayToken(f.lastToken)), until: m.NetworkTime() + w.s.delays.longest}
		if w.s.delays.tokens == nil {
			w.s.delays.tokens = map[uint64]*delayed{}
		}
		w.s.delays.tokens[d.id] = d
		w.delay = d
	}
	d.refs++
	if cb := a[2].Func(); cb.Name != "Log::empty_post_delay_cb" {
		d.calls = append(d.calls, cb)
	}
	return d.token
}

// delayFinish is Log::__delay_finish.
func (f *Family) delayFinish(m *interp.M, site *interp.Site, a []val.Value) val.Value {
	no := func(format string, args ...any) val.Value {
		errorf(m, format, args...)
		return val.Bool(false)
	}
	s := f.find(m, a[0].Int())
	if s == nil {
		return val.Bool(false)
	}
	if a[2].P == nil {
		m.Throw(site, "value used but not set")
	}
	t, rec := site.Arg(a, 1)
	token, ok := a[2].Opaque().(delayToken)
	switch {
	case !ok:
		return no("invalid Log::delay_finish() call: wrong opaque token type: %s", a[2].Opaque().OpaqueName())
	case token == 0:
		return no("invalid Log::delay_finish() call: invalid token provided")
	}
	d := s.delays.tokens[uint64(token)]
	// The reference names records by their addresses, which differ in every run; the token tells as much.
	switch {
	case d == nil:
		return no("non-existing log record for token=%d 0x0", token)
	case t.Tag != types.Record || d.rec.P != rec.P:
		return no("record mismatch token=%d 0x0 and 0x%x", token, d.id)
	case d.refs == 0:
		return no("delay reference underflow for token=%d", token)
	}
	d.refs--
	if d.refs == 0 && d.at != nil && !d.over {
		f.complete(m, d)
	}
	return val.Bool(true)
}

// enqueue has a write wait whose policy hooks have run.
func (f *Family) enqueue(m *interp.M, d *delayed) {
	q := &d.s.delays
	d.at = q.queue.PushBack(d)
	f.evict(m, d.s)
	if d.at == nil {
		return // evicted at once
	}
	if d.refs == 0 {
		f.complete(m, d)
		return
	}
	f.setDelayTimer(m, d.s)
}

// setDelayTimer sets the timer for the write whose time is over first.
func (f *Family) setDelayTimer(m *interp.M, s *stream) {
	q := &s.delays
	if q.cancel != nil || q.queue.Len() == 0 {
		return
	}
	q.cancel = m.After(q.queue.Front().Value.(*delayed).until-m.NetworkTime(), func(expire bool) {
		q.cancel = nil
		for q.queue.Len() > 0 {
			d := q.queue.Front().Value.(*delayed)
			if !expire && d.until > m.NetworkTime() {
				break
			}
			f.complete(m, d)
		}
		f.setDelayTimer(m, s)
	})
}

// evict completes the oldest writes while too many wait. Callbacks that delay each of them anew end it with a warning.
func (f *Family) evict(m *interp.M, s *stream) {
	q := &s.delays
	if q.evicting || uint64(q.queue.Len()) <= q.size {
		return
	}
	q.evicting = true
	q.stopTimer()
	for tries := q.queue.Len(); uint64(q.queue.Len()) > q.size; tries-- {
		if tries == 0 {
			m.Codef(diag.Logging, diag.Warning, "unable to evict delayed records for stream %s queue_size=%d, all re-delayed?", s.name, q.queue.Len())
			break
		}
		f.complete(m, q.queue.Front().Value.(*delayed))
	}
	f.setDelayTimer(m, s)
	q.evicting = false
}

// complete ends a delay: the callbacks decide whether the write goes on to the filters, is dropped, or waits again.
func (f *Family) complete(m *interp.M, d *delayed) bool {
	d.over = true
	q := &d.s.delays
	w := &write{s: d.s, rec: d.rec}
	f.active = append(f.active, w)
	pass := true
	for _, cb := range d.calls {
		if v, ok := m.Call(cb, d.s.argument(m, cb, 0, d.rec), val.Enum(d.s.id)); ok && !v.Bool() {
			pass = false
		}
	}
	f.active = f.active[:len(f.active)-1]
	again := w.delay
	if again == nil && pass {
		pass = f.toFilters(m, d.s, d.rec, false)
	}
	if d.at != nil {
		q.queue.Remove(d.at)
		d.at = nil
	}
	delete(q.tokens, d.id)
	if again != nil {
		f.enqueue(m, again)
	}
	return pass
}

// completeAll ends all delays of a stream at the end of the run. A write that is delayed anew is written, too.
func (f *Family) completeAll(m *interp.M, s *stream) {
	for q := &s.delays; q.queue.Len() > 0; {
		d := q.queue.Front().Value.(*delayed)
		q.queue.Remove(d.at)
		d.at = nil
		delete(q.tokens, d.id)
		f.toFilters(m, s, d.rec, false)
	}
	s.delays.stopTimer()
}

// delayRows are the builtins for delays.
func (f *Family) delayRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function Log::__delay(id: Log::ID, rec: any, post_delay_cb: Log::PostDelayCallback): Log::DelayToken", Fn: f.delay,
			Doc: "Has the write wait that Log::log_stream_policy is looking at."},
		{Sig: "function Log::__delay_finish(id: Log::ID, rec: any, token: Log::DelayToken): bool", Fn: f.delayFinish,
			Doc: "Takes back one call of Log::__delay; the last one lets the write go on. F if the arguments do not belong together."},
		{Sig: "function Log::__set_max_delay_interval(id: Log::ID, max_delay: interval): bool",
			Doc: "Raises the longest delay of a stream. F if it would be lower.",
			F2: func(m *interp.M, _ *interp.Site, id, max val.Value) val.Value {
				s := f.find(m, id.Int())
				if s == nil {
					return val.Bool(false)
				}
				if max.Double() < s.delays.longest {
					m.Codef(diag.Logging, diag.Warning, "refusing to set lower delay %f < %f", max.Double(), s.delays.longest)
					return val.Bool(false)
				}
				s.delays.longest = max.Double()
				return val.Bool(true)
			}},
		{Sig: "function Log::__set_max_delay_queue_size(id: Log::ID, max_queue_size: count): bool",
			Doc: "Sets how many writes of a stream may be delayed; the oldest go on if more are.",
			F2: func(m *interp.M, _ *interp.Site, id, max val.Value) val.Value {
				s := f.find(m, id.Int())
				if s == nil {
					return val.Bool(false)
				}
				s.delays.size = max.Count()
				f.evict(m, s)
				return val.Bool(true)
			}},
		{Sig: "function Log::__get_delay_queue_size(id: Log::ID): int", Doc: "How many writes of a stream are delayed; -1 if there is no such stream.",
			F1: func(m *interp.M, _ *interp.Site, id val.Value) val.Value {
				s := f.find(m, id.Int())
				if s == nil {
					return val.Int(-1)
				}
				return val.Int(int64(s.delays.queue.Len()))
			}},
	}
}
