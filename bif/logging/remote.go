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
	topic     string  // of the rows in the buffer
	n         int     // how many there are
	since     float64 // when the first came
	buf       []byte
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
	if s.n == 0 && !s.begin(m) {
		return
	}
	s.buf = wire.AppendVector(s.buf, len(row))
	for i := range row {
		if row[i].Set {
			s.buf = s.cols[i](s.buf, row[i].V)
		} else {
			s.buf = wire.AppendNone(s.buf)
		}
	}
	// Time stands still while an event is handled, so that this costs no look at a clock.
	if s.n++; uint64(s.n) >= s.limit || len(s.buf) >= maxBatch || m.NetworkTime() >= s.since+s.interval {
		s.flush()
	}
}

// maxBatch is how many bytes of rows are collected at most.
const maxBatch = 1 << 20

// begin starts a batch: it announces the log if need be and asks Broker::log_topic where the rows go. False if that failed.
func (s *sender) begin(m *interp.M) bool {
	fn, ok := lookup(m, "Broker::log_topic")
	if !ok {
		return false
	}
	topic, ok := m.Call(fn.Func(), val.Enum(s.o.s.id), val.Str(s.o.path))
	if !ok {
		return false
	}
	if !s.announced {
		s.announced = true
		w := s.w
		w.About = string(appendFields(wire.AppendNone(nil), s.o.fields))
		s.to.LogCreate(w)
	}
	s.topic, s.since = topic.Str(), m.NetworkTime()
	return true
}

// flush sends what has been collected and returns how many rows that were.
func (s *sender) flush() int {
	n := s.n
	if n > 0 {
		s.to.LogWrite(s.topic, s.w, n, s.buf)
		s.n, s.buf = 0, s.buf[:0]
	}
	return n
}

// FlushRemote sends the rows that wait and returns how many there were.
func (f *Family) FlushRemote(*interp.M) int {
	n := 0
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
