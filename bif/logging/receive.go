package logging

import (
	"slices"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// maxCreated and maxColumns bound what other nodes may have us remember.
const (
	maxCreated = 4096
	maxColumns = 4096
)

// RemoteCreate takes another node's announcement of a log.
func (f *Family) RemoteCreate(m *interp.M, w wire.LogWriter) {
	fields, ok := readFields(w.About)
	if !ok {
		m.Codef(diag.Logging, diag.Warning, "ignoring the announcement of log %s/%s by another node: its columns cannot be read", w.Path, w.Writer)
		return
	}
	w.About = ""
	if f.created == nil {
		f.created = map[wire.LogWriter][]Field{}
	}
	if _, known := f.created[w]; fields != nil && (known || len(f.created) < maxCreated) {
		f.created[w] = fields
	}
}

// RemoteWrite writes n rows that another node encoded, but for the first skip: through the settings of this node, past all filters and events.
// Rows of streams that this node does not have are dropped. False says that the log cannot be written, so that the rows are lost here.
func (f *Family) RemoteWrite(m *interp.M, w wire.LogWriter, n, skip int, rows []byte) bool {
	w.About = ""
	s := f.named(m, w.Stream)
	if s == nil || !s.enabled || f.ended {
		return true
	}
	o := f.remoteOutput(m, s, w)
	if o == nil {
		return true
	}
	if o.reader == nil {
		o.reader = newRowReader(o.fields)
	}
	r := wire.NewReader(rows)
	for i := range n {
		if !o.reader.read(&r) {
			m.Codef(diag.Logging, diag.Warning, "rows of log %s/%s from another node do not fit its columns: %d dropped", w.Path, w.Writer, n-i)
			return true
		}
		if i < skip {
			continue
		}
		o.counts.Writes++
		if o.local != nil {
			o.writeLocal(m, o.reader.row)
		} else if o.failed {
			o.lost++
		}
	}
	if o.waiting > 0 && !slices.Contains(f.unwritten, o) {
		f.unwritten = append(f.unwritten, o)
	}
	return !o.failed
}

// FlushReceived hands what RemoteWrite has written to the operating system. It returns the logs for which that failed.
func (f *Family) FlushReceived(m *interp.M) (failed []wire.LogWriter) {
	for i, o := range f.unwritten {
		f.unwritten[i] = nil
		if o.flushLocal(m); o.failed {
			failed = append(failed, wire.LogWriter{Stream: o.s.name, Writer: o.writerName, Path: o.path})
		}
	}
	f.unwritten = f.unwritten[:0]
	return failed
}

// named returns the stream of a name, or nil.
func (f *Family) named(m *interp.M, name string) *stream {
	if f.last != nil && f.last.name == name {
		return f.last
	}
	id, ok := lookup(m, name)
	if !ok {
		return nil
	}
	return f.find(m, id.Int())
}

// remoteOutput finds or opens the log that another node writes to. A filter of this node that writes there gives its settings.
func (f *Family) remoteOutput(m *interp.M, s *stream, w wire.LogWriter) *output {
	t := m.Type("Log::Writer")
	if t == nil || t.Enum == nil {
		return nil
	}
	id, ok := t.Enum.ValueOf(w.Writer)
	if !ok {
		return nil
	}
	if o := s.output(id, w.Path); o != nil {
		return o
	}
	fields := f.created[w]
	if fields == nil {
		all := filter{}
		if c := (chooser{fl: &all, sep: "."}); !c.record(m, s.columns, "", nil, 0) {
			return nil
		}
		fields = all.fields
	}
	o := &output{f: f, s: s, writer: id, writerName: w.Writer, path: w.Path, fromRemote: true, fields: fields}
	var interval float64
	if v, ok := lookup(m, "Log::default_rotation_interval"); ok {
		interval = v.Double()
	}
	for _, fl := range s.filters {
		if fl.writer == id && (fl.path == w.Path || fl.path == "" && fl.keepsPath && defaultPath(s.name) == w.Path) {
			f.open(m, o, true, false, fl.config, fl.interval, fl.post)
			return o
		}
	}
	f.open(m, o, true, false, nil, interval, nil)
	return o
}

// readFields reads the description of a log's columns; nil if it has none.
func readFields(about string) ([]Field, bool) {
	r := wire.NewReader([]byte(about))
	r.Skip()
	if r.IsNone() {
		return nil, r.Err() == nil
	}
	n := r.Vector()
	if n > maxColumns {
		return nil, false
	}
	fields := make([]Field, 0, n)
	for range n {
		if r.Vector() != 3 || r.Err() != nil {
			return nil, false
		}
		fd := Field{Name: r.Str(), TypeName: r.Str(), Optional: r.Bool()}
		if fd.T = typeOf(fd.TypeName); fd.T == nil {
			return nil, false
		}
		fields = append(fields, fd)
	}
	return fields, r.Err() == nil && n > 0
}

// typeOf is the type of values that typeName names; enums, files and functions are strings. Nil for an unknown name.
func typeOf(name string) *types.Type {
	kind, elem, ok := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	if ok {
		t := typeOf(elem)
		switch {
		case t == nil || t.IsAggregate():
		case kind == "set":
			return types.NewSet(t)
		case kind == "vector":
			return types.NewVector(t)
		}
		return nil
	}
	for _, t := range []*types.Type{types.BoolT, types.IntT, types.CountT, types.DoubleT, types.TimeT, types.IntervalT, types.StringT, types.PortT,
		types.AddrT, types.SubnetT} {
		if t.Tag.String() == name {
			return t
		}
	}
	switch name {
	case "enum", "file", "func":
		return types.StringT
	}
	return nil
}

// rowReader decodes rows.
type rowReader struct {
	cols []decoder
	row  []Cell
}

// decoder reads a value; false if it cannot be had, though its bytes are well-formed.
type decoder func(r *wire.Reader) (val.Value, bool)

func newRowReader(fields []Field) *rowReader {
	rr := &rowReader{row: make([]Cell, len(fields))}
	for _, fd := range fields {
		rr.cols = append(rr.cols, newDecoder(fd.T))
	}
	return rr
}

// read fills the row; false if the input does not fit.
func (rr *rowReader) read(r *wire.Reader) bool {
	if r.Vector() != len(rr.cols) || r.Err() != nil {
		return false
	}
	for i, col := range rr.cols {
		if r.IsNone() {
			rr.row[i] = Cell{}
			continue
		}
		v, ok := col(r)
		rr.row[i] = Cell{v, ok}
	}
	return r.Err() == nil
}

// newDecoder compiles the decoding of a column.
func newDecoder(t *types.Type) decoder {
	switch t.Tag {
	case types.Bool:
		return func(r *wire.Reader) (val.Value, bool) { return val.Bool(r.Bool()), true }
	case types.Int:
		return func(r *wire.Reader) (val.Value, bool) { return val.Int(r.Int()), true }
	case types.Count:
		return func(r *wire.Reader) (val.Value, bool) { return val.Count(r.Count()), true }
	case types.Double, types.Time, types.Interval:
		return func(r *wire.Reader) (val.Value, bool) { return val.Double(r.Real()), true }
	case types.Port:
		return func(r *wire.Reader) (val.Value, bool) { p := r.Port(); return val.Port(p.Num, uint8(p.Proto)), true }
	case types.Addr:
		return func(r *wire.Reader) (val.Value, bool) {
			if a := r.Address(); a.IsValid() {
				return val.Addr(a), true
			}
			return val.Value{}, false
		}
	case types.Subnet:
		return func(r *wire.Reader) (val.Value, bool) {
			if p := r.Subnet(); p.IsValid() {
				return val.Subnet(p), true
			}
			return val.Value{}, false
		}
	case types.Enum:
		return func(r *wire.Reader) (val.Value, bool) {
			n, ok := t.Enum.ValueOf(r.Str())
			return val.Enum(n), ok
		}
	case types.Vector:
		elem := newDecoder(t.Elem)
		return func(r *wire.Reader) (val.Value, bool) {
			n := r.Vector()
			out := val.NewVector(t)
			for i := 0; i < n && r.Err() == nil; i++ {
				if r.IsNone() {
					out.Resize(i + 1)
				} else if v, ok := elem(r); ok {
					out.Append(v)
				}
			}
			return val.Vec(out), true
		}
	case types.Table:
		elem := newDecoder(t.Keys[0])
		return func(r *wire.Reader) (val.Value, bool) {
			n := r.Vector()
			out := val.NewTable(t, nil)
			for i := 0; i < n && r.Err() == nil; i++ {
				if v, ok := elem(r); ok {
					out.SetOne(v, val.Value{})
				}
			}
			return val.Tab(out), true
		}
	case types.String:
		return func(r *wire.Reader) (val.Value, bool) { return val.Str(r.Str()), true }
	}
	return func(r *wire.Reader) (val.Value, bool) { r.Skip(); return val.Value{}, false }
}
