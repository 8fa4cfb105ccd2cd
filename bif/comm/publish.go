package comm

import (
	"fmt"

	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Peers returns how many peers there are, as far as scripts have been told.
func (f *Family) Peers() int { return f.up }

// publish is Broker::publish: an event with its arguments, or what make_event made of them.
func (f *Family) publish(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	return val.Bool(f.Publish(s, a[0].Str(), 1, a))
}

// Publish sends the event that begins with argument from of a call to the subscribers of a topic. False says that it could not be made.
func (f *Family) Publish(s *interp.Site, topic string, from int, a []val.Value) bool {
	t, v := event(s, a, from)
	switch {
	case t != nil && t.Tag == types.Record:
		if want := f.m.Type("Broker::Event"); want == nil || t != want && !types.Same(t, want) {
			f.m.Errorf(s, "expected Broker::Event, got %s", t)
			return false
		}
		if !f.heard() && len(f.watchers) == 0 {
			return true
		}
		return f.publishRecord(s, topic, v.Rec())
	}
	frame := f.encode(s, topic, from, a)
	if frame == nil {
		return !f.heard()
	}
	f.send(s, topic, a[from].Func().Name, frame)
	return true
}

// event returns the argument that should be an event; its type is nil if there is none.
func event(s *interp.Site, a []val.Value, from int) (*types.Type, val.Value) {
	if from >= len(a) {
		return nil, val.Value{}
	}
	return s.Arg(a, from)
}

// send publishes the frame of the event of a name. Log rows that were written before leave before.
func (f *Family) send(s *interp.Site, topic, event string, frame []byte) {
	if f.up > 0 && !f.closed {
		f.meter.Published(s, topic, event, frame)
	}
	f.transmit(topic, frame)
}

// transmit is send of what has been counted.
func (f *Family) transmit(topic string, frame []byte) {
	f.watch(topic, frame)
	if !f.heard() {
		return
	}
	f.flush()
	f.stats.eventsOut++
	f.node.PublishMarked(f.m.TraceID(), topic, frame)
}

// Arg is an argument of an event with its type.
type Arg struct {
	T *types.Type
	V val.Value
}

// encode makes an event's frame of the arguments of a call; nil after an error, which it has reported.
func (f *Family) encode(s *interp.Site, topic string, from int, a []val.Value) []byte {
	ev, params := f.signature(s, from, a)
	if ev == nil {
		return nil
	}
	var few [8]Arg
	args := few[:0]
	for i := range params {
		args = append(args, Arg{s.Args[from+1+i], a[from+1+i]})
	}
	b, bad, err := f.frame(s, topic, ev, args)
	if err != nil {
		f.unconvertible(s, err, bad, args[bad].T, args[bad].V)
	}
	return b
}

// frame makes an event's frame of arguments that fit. An error says why the argument bad cannot travel; nil without one is a frame that
// is too long, which has been reported.
func (f *Family) frame(s *interp.Site, topic string, ev *val.Func, args []Arg) (b []byte, bad int, err error) {
	chunk := f.chunk
	f.chunk = nil // in use
	if need := 64 + len(topic) + len(ev.Name) + 24*len(args); cap(chunk)-len(chunk) < need {
		chunk = make([]byte, 0, max(frameChunk, need))
	}
	b = chunk[len(chunk):]
	b = wire.BeginRouted(b, wire.MsgEvent, topic)
	b = wire.AppendEvent(b, ev.Name, f.stampTime(f.m.EventTime()), len(args))
	for i, p := range ev.T.Fn.Params.Fields {
		t, v := args[i].T, args[i].V
		if t.Tag == types.Table && t.Unspecified {
			t = p.Type
		}
		if b, err = f.cfg.Codec.Append(b, t, v); err != nil {
			return nil, i, err
		}
	}
	b = f.finished(s, topic, b)
	// Unless the frame has grown out of the chunk, it is cut off there.
	if b != nil && cap(b) == cap(chunk)-len(chunk) {
		f.chunk = chunk[:len(chunk)+len(b)]
		b = b[:len(b):len(b)]
	}
	return b, 0, nil
}

// frameChunk is the size of the pieces of memory that frames of events are cut from: an allocation for dozens of them.
const frameChunk = 8 << 10

// PublishEvent sends an event to the subscribers of a topic. The caller has checked that the arguments fit. False says that one of them
// cannot travel, which has been reported.
func (f *Family) PublishEvent(s *interp.Site, topic string, ev *val.Func, args []Arg) bool {
	b, _, err := f.frame(s, topic, ev, args)
	if err != nil {
		f.cfg.Codec.ReportAt(s, err)
	}
	if b != nil {
		f.meter.Published(s, topic, ev.Name, b)
		f.transmit(topic, b)
	}
	return b != nil
}

// Fits reports whether a value of type got may be an argument for a parameter of type want. An empty set or table without a type of its
// own takes the parameter's.
func Fits(got, want *types.Type) bool {
	return got == want || want.Tag == types.Any || types.Same(got, want) ||
		got.Unspecified && got.Tag == types.Table && want.Tag == types.Table && (got.Elem == nil) == (want.Elem == nil)
}

// finished closes a frame; nil, after a report, if it is longer than what may be sent.
func (f *Family) finished(s *interp.Site, topic string, b []byte) []byte {
	b = wire.Finish(b, 0)
	if len(topic) > wire.MaxTopic || len(b) > wire.MaxFrame {
		f.m.Errorf(s, "message of %d bytes is too long to be published", len(b))
		return nil
	}
	return b
}

// stampTime is what an event carries as the time it was raised at: t, or wire.NoTime.
func (f *Family) stampTime(t float64) int64 {
	if f.stamp == unknown {
		f.stamp = no
		if f.flag("EventMetadata::add_network_timestamp") {
			f.stamp = yes
		}
	}
	if f.stamp == no {
		return wire.NoTime
	}
	return wireval.Nanos(t)
}

// unconvertible reports an argument that cannot travel.
func (f *Family) unconvertible(s *interp.Site, err error, i int, t *types.Type, v val.Value) {
	f.cfg.Codec.ReportAt(s, err)
	if t.Tag == types.Any && v.P != nil {
		t, _ = v.Unbox()
	}
	if !f.d.OldPublishErrors {
		f.m.Report(diag.Diagnostic{Severity: diag.Warning, Code: diag.Messaging, At: s.At, Msg: "did not get a value from val_to_data"})
	}
	f.m.Errorf(s, "failed to convert param #%d of type %s to broker data", i+1, t.Tag)
}

// signature checks the arguments of a call against the event that argument from is, and returns it with its parameters; nil after an
// error, which it has reported.
func (f *Family) signature(s *interp.Site, from int, a []val.Value) (*val.Func, []*types.Field) {
	t, v := event(s, a, from)
	if msg := f.notEvent(t); msg != "" {
		if t != nil && t.Tag != types.Func && !f.d.OldPublishErrors {
			msg += " (" + string(f.m.Describe(nil, t, v, val.DescShort)) + ")"
		}
		f.m.Errorf(s, "%s", msg)
		return nil, nil
	}
	params := t.Fn.Params.Fields
	given := len(a) - from - 1
	if msg := f.argCount(given, len(params)); msg != "" {
		f.m.Errorf(s, "%s", msg)
		return nil, nil
	}
	for i, p := range params {
		got := s.Args[from+1+i]
		if got == p.Type {
			continue
		}
		if got.Tag == types.Any && p.Type.Tag != types.Any && a[from+1+i].P != nil {
			got, _ = a[from+1+i].Unbox()
		}
		if msg := f.argType(i, got, p.Type); msg != "" {
			f.m.Errorf(s, "%s", msg)
			return nil, nil
		}
	}
	return v.Func(), params
}

// notEvent returns what is wrong with something that should be an event of type t.
func (f *Family) notEvent(t *types.Type) string {
	if t == nil || t.Tag != types.Func || t.Fn.Flavor != types.FlavorEvent {
		return "attempt to convert non-event into an event type"
	}
	return ""
}

func (f *Family) argCount(got, want int) string {
	if got == want {
		return ""
	}
	if f.d.OldPublishErrors {
		got, want = got+1, want+1
	}
	return fmt.Sprintf("bad # of arguments: got %d, expect %d", got, want)
}

// argType returns what is wrong with an argument of type got for parameter i.
func (f *Family) argType(i int, got, want *types.Type) string {
	if Fits(got, want) {
		return ""
	}
	if f.d.OldPublishErrors {
		return fmt.Sprintf("event parameter #%d type mismatch, got %s, expect %s", i+1, got.Tag, want.Tag)
	}
	return fmt.Sprintf("event parameter #%d type mismatch, got %s, expect %s", i+1, got, want)
}

// checkEvent looks at a call before the program runs: a wrong argument of a known type is an error then. from is the argument that is
// the event.
func (f *Family) checkEvent(from int) func([]ir.Expr) string {
	return func(args []ir.Expr) string {
		if from >= len(args) {
			return f.notEvent(nil)
		}
		t := args[from].Type()
		switch t.Tag {
		case types.Any, types.Record, types.Error:
			return ""
		}
		if msg := f.notEvent(t); msg != "" {
			return msg
		}
		params := t.Fn.Params.Fields
		if msg := f.argCount(len(args)-from-1, len(params)); msg != "" {
			return msg
		}
		for i, p := range params {
			got := args[from+1+i].Type()
			if got.Tag == types.Any || got.Tag == types.Error {
				continue
			}
			if msg := f.argType(i, got, p.Type); msg != "" {
				return msg
			}
		}
		return ""
	}
}

// makeEvent is Broker::make_event.
func (f *Family) makeEvent(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	rec := val.NewRecord(m.Type("Broker::Event"))
	args := val.NewVector(m.Type("Broker::DataVector"))
	rec.Put("args", val.Vec(args))
	ev, params := f.signature(s, 0, a)
	if ev == nil {
		return val.Rec(rec)
	}
	for i, p := range params {
		t, v := s.Args[1+i], a[1+i]
		if t.Tag == types.Table && t.Unspecified {
			t = p.Type
		}
		d, err := f.cfg.Codec.ToData(t, v)
		if err != nil {
			f.unconvertible(s, err, i, t, v)
			return val.Rec(rec)
		}
		args.Append(f.cfg.Codec.Wrap(d))
	}
	rec.Put("name", val.Str(ev.Name))
	return val.Rec(rec)
}

// publishRecord sends what make_event made.
func (f *Family) publishRecord(s *interp.Site, topic string, rec *val.Record) bool {
	name, ok := rec.Named("name")
	if !ok {
		return false
	}
	av, ok := rec.Named("args")
	if !ok {
		return false
	}
	args := av.Vec()
	b := wire.BeginRouted(nil, wire.MsgEvent, topic)
	b = wire.AppendEvent(b, name.Str(), f.stampTime(f.m.EventTime()), args.Len())
	for i := range args.Len() {
		v, ok := args.Get(i)
		var d wire.Data
		if ok {
			d = wireval.Unwrap(v)
		}
		if d == nil {
			f.m.Errorf(s, "argument #%d of the event has no data", i+1)
			return false
		}
		b = wire.Append(b, d)
	}
	if b = f.finished(s, topic, b); b == nil {
		return false
	}
	f.send(s, topic, name.Str(), b)
	return true
}

// publishID is Broker::publish_id.
func (f *Family) publishID(m *interp.M, s *interp.Site, topic, id val.Value) val.Value {
	if f.up == 0 || f.closed {
		return val.Bool(true)
	}
	g := m.Lookup(id.Str())
	if g == nil || g.T == nil {
		return val.Bool(false)
	}
	v, ok := m.Value(g)
	if !ok {
		return val.Bool(false)
	}
	b := wire.BeginRouted(nil, wire.MsgIDUpdate, topic.Str())
	b = wire.AppendIDUpdate(b, id.Str())
	t := g.T
	if g.Kind == ir.KindType {
		t = types.NewTypeType(g.T)
	}
	b, err := f.cfg.Codec.Append(b, t, v)
	if err != nil {
		f.cfg.Codec.ReportAt(s, err)
		m.Errorf(s, "Failed to publish ID with unsupported type: %s (%s)", id.Str(), t.Tag)
		return val.Bool(false)
	}
	if b = f.finished(s, topic.Str(), b); b == nil {
		return val.Bool(false)
	}
	f.stats.idsOut++
	f.node.Publish(topic.Str(), b)
	return val.Bool(true)
}
