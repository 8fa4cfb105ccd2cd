package logging

import (
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// sender collects the rows of one log for other nodes.
type sender struct {
	o         *output
	to        Remote
	w         wire.LogWriter
	announced bool // the others know of the log
	cols      []encoder
	limit     uint64  // rows of a batch
	interval  float64 // seconds that rows wait at most
	fixed     bool    // all rows go to the topic of the first, unless a script chooses anew for each
	batches   []*batch
}

// batch is rows that go to one topic.
type batch struct {
	topic   string
	settled bool
	n       int     // how many rows there are
	since   float64 // when the first came
	buf     []byte
}

// encoder appends a value in the form that it travels in.
type encoder func(b []byte, v val.Value) []byte

// newSender makes a sender; the log is announced with the first row for which there is a listener.
func newSender(m *interp.M, o *output) *sender {
	s := &sender{o: o, to: o.f.cfg.Remote, w: wire.LogWriter{Stream: o.s.name, Writer: o.writerName, Path: o.path}, limit: 400, interval: 1}
	if v, ok := lookup(m, "Broker::log_batch_size"); ok {
		s.limit = v.Count()
	}
	if v, ok := lookup(m, "Broker::log_batch_interval"); ok {
		s.interval = v.Double()
	}
	for _, fd := range o.fields {
		s.cols = append(s.cols, newEncoder(fd.T))
	}
	return s
}

// add encodes a row.
func (s *sender) add(m *interp.M, row []Cell) {
	if !s.to.LogsWanted() {
		return
	}
	at := s.batch(m)
	if at == nil {
		return
	}
	if at.n++; at.n == 1 {
		at.since = m.NetworkTime()
	}
	at.buf = wire.AppendVector(at.buf, len(row))
	for i := range row {
		if row[i].Set {
			at.buf = s.cols[i](at.buf, row[i].V)
		} else {
			at.buf = wire.AppendNone(at.buf)
		}
	}
	s.o.f.unsent++
	// Time stands still while an event is handled, so that this costs no look at a clock.
	if uint64(at.n) >= s.limit || len(at.buf) >= maxBatch || m.NetworkTime() >= at.since+s.interval {
		s.send(at)
	}
}

// maxBatch is how many bytes of rows are collected at most.
const maxBatch = 1 << 20

// batch asks Broker::log_topic where a row goes and returns the rows that wait to go there; nil if the question failed. It announces the
// log first if need be.
func (s *sender) batch(m *interp.M) *batch {
	if s.fixed {
		return s.batches[0]
	}
	topic, settled, fixed, ok := s.o.f.route(m, s.o.s, s.o.path)
	if !ok {
		return nil
	}
	if !s.announced {
		s.announced = true
		w := s.w
		w.About = string(appendFields(wire.AppendNone(nil), s.o.fields))
		s.to.LogCreate(w)
	}
	for _, at := range s.batches {
		if at.topic == topic && at.settled == settled {
			return at
		}
	}
	at := &batch{topic: topic, settled: settled}
	s.batches = append(s.batches, at)
	s.fixed = fixed
	return at
}

// route asks Broker::log_topic where a log's rows go. They are not settled while Cluster::rr_log_topic knows of no logger that is there and
// names a topic that all of them listen to. fixed says that the answer is always the same.
func (f *Family) route(m *interp.M, s *stream, path string) (topic string, settled, fixed, ok bool) {
	fn, ok := lookup(m, "Broker::log_topic")
	if !ok {
		return "", false, false, false
	}
	v, ok := m.Call(fn.Func(), val.Enum(s.id), val.Str(path))
	if !ok {
		return "", false, false, false
	}
	topic = v.Str()
	switch fn.Func().Name {
	case "Broker::default_log_topic":
		return topic, true, true, true
	case "Cluster::rr_log_topic":
		return topic, topic != text(m, "Broker::default_log_topic_prefix")+s.name || !HasLoggers(m), false, true
	}
	return topic, true, false, true
}

// HasLoggers reports whether the cluster that this node belongs to has nodes for its logs.
func HasLoggers(m *interp.M) bool {
	pool, ok := lookup(m, "Cluster::logger_pool")
	if !ok || text(m, "Cluster::node") == "" {
		return false
	}
	nodes, ok := pool.Rec().Named("node_list")
	return ok && nodes.Vec().Len() > 0
}

// RouteRemote tells which topic the rows of a log go to now. It is not settled while those who should get them are away.
func (f *Family) RouteRemote(m *interp.M, w wire.LogWriter) (topic string, settled bool) {
	if s := f.named(m, w.Stream); s != nil {
		if topic, settled, _, ok := f.route(m, s, w.Path); ok {
			return topic, settled
		}
	}
	return text(m, "Broker::default_log_topic_prefix") + w.Stream, true
}

// send sends a batch.
func (s *sender) send(at *batch) {
	s.o.f.unsent -= at.n
	s.to.LogWrite(at.topic, at.settled, s.w, at.n, at.buf)
	at.n, at.buf = 0, at.buf[:0]
}

// flushDue sends what has waited for long enough at wall time now, and tells wait when the rest has.
func (s *sender) flushDue(now float64, wait func(due float64)) {
	for _, at := range s.batches {
		switch due := at.since + s.interval; {
		case at.n == 0:
		case due <= now:
			s.send(at)
		default:
			wait(due)
		}
	}
}

// flush sends what has been collected and returns how many rows that were.
func (s *sender) flush() int {
	n := 0
	for _, at := range s.batches {
		if at.n > 0 {
			n += at.n
			s.send(at)
		}
	}
	return n
}

// FlushRemote sends the rows that wait and returns how many there were.
func (f *Family) FlushRemote(*interp.M) int {
	n := 0
	if f.unsent == 0 {
		return 0
	}
	for _, s := range f.streams {
		for _, o := range s.outs {
			if o.remote != nil {
				n += o.remote.flush()
			}
		}
	}
	return n
}

// appendFields appends the description of a log's columns.
func appendFields(b []byte, fields []Field) []byte {
	b = wire.AppendVector(b, len(fields))
	for _, fd := range fields {
		b = wire.AppendString(wire.AppendVector(b, 3), fd.Name)
		b = wire.AppendBool(wire.AppendString(b, fd.TypeName), fd.Optional)
	}
	return b
}

// newEncoder compiles the encoding of a column.
func newEncoder(t *types.Type) encoder {
	switch t.Tag {
	case types.Bool:
		return func(b []byte, v val.Value) []byte { return wire.AppendBool(b, v.Bool()) }
	case types.Int:
		return func(b []byte, v val.Value) []byte { return wire.AppendInt(b, v.Int()) }
	case types.Count:
		return func(b []byte, v val.Value) []byte { return wire.AppendCount(b, v.Count()) }
	case types.Double, types.Time, types.Interval:
		return func(b []byte, v val.Value) []byte { return wire.AppendReal(b, v.Double()) }
	case types.Port:
		return func(b []byte, v val.Value) []byte {
			return wire.AppendPort(b, wire.Port{Num: v.PortNum(), Proto: wire.Proto(v.PortProto())})
		}
	case types.Addr:
		return func(b []byte, v val.Value) []byte { return wire.AppendAddress(b, v.Addr()) }
	case types.Subnet:
		return func(b []byte, v val.Value) []byte { return wire.AppendSubnet(b, v.Subnet()) }
	case types.Vector:
		elem := newEncoder(t.Elem)
		return func(b []byte, v val.Value) []byte {
			vec := v.Vec()
			b = wire.AppendVector(b, vec.Len())
			for i := range vec.Len() {
				if x, ok := vec.Get(i); ok {
					b = elem(b, x)
				} else {
					b = wire.AppendNone(b)
				}
			}
			return b
		}
	case types.Table:
		elem := newEncoder(t.Keys[0])
		return func(b []byte, v val.Value) []byte {
			b = wire.AppendVector(b, v.Table().Len())
			for it := v.Table().Iter(); it.Next(); {
				b = elem(b, it.Key(0))
			}
			return b
		}
	}
	text := stringOf(t, false)
	return func(b []byte, v val.Value) []byte { return wire.AppendString(b, text(v)) }
}
