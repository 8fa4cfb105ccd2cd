package logging

import (
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// sender collects the rows of one log for other nodes.
type sender struct {
	f     *Family
	o     *output
	w     wire.LogWriter
	cols  []encoder
	batch uint64
	topic string // of the rows in the buffer
	n     int
	buf   []byte
	off   bool // a run-time error in the topic function: nothing is sent
}

// encoder appends a value in the form that it travels in.
type encoder func(b []byte, v val.Value) []byte

// newSender announces a log.
func (f *Family) newSender(m *interp.M, o *output) *sender {
	s := &sender{f: f, o: o, w: wire.LogWriter{Stream: o.s.name, Writer: o.writerName, Path: o.path}, batch: 400}
	if v, ok := lookup(m, "Broker::log_batch_size"); ok {
		s.batch = v.Count()
	}
	for _, fd := range o.fields {
		s.cols = append(s.cols, newEncoder(fd.T))
	}
	f.cfg.Remote.LogCreate(s.w)
	return s
}

// add encodes a row.
func (s *sender) add(m *interp.M, row []Cell) {
	if l, ok := s.f.cfg.Remote.(Listened); ok && !l.LogsWanted() {
		return
	}
	if s.n == 0 {
		if s.topic, s.off = s.findTopic(m); s.off {
			return
		}
	}
	s.buf = wire.AppendVector(s.buf, len(row))
	for i := range row {
		if row[i].Set {
			s.buf = s.cols[i](s.buf, row[i].V)
		} else {
			s.buf = wire.AppendNone(s.buf)
		}
	}
	if s.n++; uint64(s.n) >= s.batch {
		s.flush(m)
	}
}

// findTopic asks Broker::log_topic.
func (s *sender) findTopic(m *interp.M) (topic string, failed bool) {
	fn, ok := lookup(m, "Broker::log_topic")
	if !ok {
		return "", true
	}
	v, ok := m.Call(fn.Func(), val.Enum(s.o.s.id), val.Str(s.o.path))
	return v.Str(), !ok
}

// flush sends what has been collected.
func (s *sender) flush(*interp.M) {
	if s.n == 0 {
		return
	}
	s.f.cfg.Remote.LogWrite(s.topic, s.w, s.n, s.buf)
	s.n, s.buf = 0, s.buf[:0]
}

// newEncoder compiles the encoding of a column. Enums, files and functions travel by their text.
func newEncoder(t *types.Type) encoder {
	switch t.Tag {
	case types.Bool:
		return func(b []byte, v val.Value) []byte { return wire.AppendBool(b, v.Bool()) }
	case types.Int:
		return func(b []byte, v val.Value) []byte { return wire.AppendInt(b, v.Int()) }
	case types.Count:
		return func(b []byte, v val.Value) []byte { return wire.AppendCount(b, v.Count()) }
	case types.Double:
		return func(b []byte, v val.Value) []byte { return wire.AppendReal(b, v.Double()) }
	case types.Time, types.Interval:
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
	text := stringOf(t)
	return func(b []byte, v val.Value) []byte { return wire.AppendString(b, text(v)) }
}
