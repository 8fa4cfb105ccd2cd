package logging

import (
	"strconv"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// write is Log::write.
func (f *Family) write(m *interp.M, site *interp.Site, id, columns val.Value) val.Value {
	s := f.find(m, id.Int())
	if s == nil {
		return val.Bool(false)
	}
	if !s.enabled || f.ended {
		return val.Bool(true)
	}
	t := site.Args[1]
	if t.Tag == types.Any {
		t, columns = columns.Unbox()
	}
	rec, ok := s.convert(m, t, columns)
	if !ok {
		errorf(m, "incompatible log record type")
		return val.Bool(false)
	}
	return val.Bool(f.writeRecord(m, s, rec))
}

// writeRecord takes a record of the stream's type.
func (f *Family) writeRecord(m *interp.M, s *stream, rec val.Value) bool {
	s.counts.Writes++
	if s.event != "" {
		m.QueueEvent(s.event, rec)
	}
	veto := false
	if p := f.constants(m).policy; p != nil && m.Handled(p) {
		w := &write{s: s, rec: rec}
		f.active = append(f.active, w)
		_, pass := m.Call(p, s.argument(m, p, 0, rec), val.Enum(s.id))
		f.active = f.active[:len(f.active)-1]
		veto = !pass
		switch {
		case w.delay == nil:
		case veto:
			delete(s.delays.tokens, w.delay.id)
		default:
			f.enqueue(m, w.delay)
			return true
		}
	}
	return f.toFilters(m, s, rec, veto)
}

// argument is a record as a function wants it that may declare its parameter as any, as the stream's type or as another that fits.
func (s *stream) argument(m *interp.M, fn *val.Func, i int, rec val.Value) val.Value {
	p := fn.T.Fn.Params.Fields
	switch {
	case i >= len(p) || p[i].Type.Tag != types.Record:
		return val.Any(s.columns, rec)
	case p[i].Type.Rec == s.columns.Rec:
		return rec
	}
	if c := newConversion(s.columns, p[i].Type, 0); c != nil {
		return val.Rec(c.apply(m, rec.Rec()))
	}
	// It does not fit: the function finds no field set, and says so.
	return val.Rec(val.NewRecord(p[i].Type))
}

// toFilters gives a record to each filter. After a veto only the filters' policy hooks still see it.
func (f *Family) toFilters(m *interp.M, s *stream, rec val.Value, veto bool) bool {
	for i := 0; i < len(s.filters); i++ {
		fl := s.filters[i]
		if fl.pred != nil {
			if v, ok := m.Call(fl.pred, s.argument(m, fl.pred, 0, rec)); ok && !v.Bool() {
				continue
			}
		}
		if fl.policy != nil && m.Handled(fl.policy) {
			if _, pass := m.Call(fl.policy, s.argument(m, fl.policy, 0, rec), val.Enum(s.id), fl.rec); !pass {
				continue
			}
		}
		if veto {
			continue
		}
		path, ok := fl.choosePath(m, s, rec)
		if !ok || s.gone {
			return false
		}
		o := fl.out
		if o == nil || o.path != path {
			if o = f.outputFor(m, s, fl, path); o == nil {
				return false
			}
			fl.out = o
		}
		f.fill(m, fl, rec)
		if fl.size() > f.constants(m).maxRecord {
			o.counts.Discarded++
			if f.cfg.Weird != nil {
				f.cfg.Weird("log_record_too_large", s.name)
			}
			continue
		}
		o.write(m, fl.row)
	}
	return true
}

// fill gathers the cells of a record.
func (f *Family) fill(m *interp.M, fl *filter, rec val.Value) {
	if fl.ext != nil {
		if v, ok := m.Call(fl.ext, val.Str(fl.path)); ok {
			gather(fl.row[:fl.extCols], fl.cols, v.Rec())
		} else {
			clear(fl.row[:fl.extCols])
		}
	}
	gather(fl.row[fl.extCols:], fl.cols[fl.extCols:], rec.Rec())
}

// outputFor finds or opens the log at a path for a filter. One that another filter has is left to it: the filter moves to the first
// free one of path-2, path-3 and so on.
func (f *Family) outputFor(m *interp.M, s *stream, fl *filter, path string) *output {
	o := s.output(fl.writer, path)
	if o != nil && o.conflicts(fl) {
		owner, old := o.filter, path
		for n := 2; o != nil && o.conflicts(fl); n++ {
			path = old + "-" + strconv.Itoa(n)
			o = s.output(fl.writer, path)
		}
		fl.path, fl.hasPath = path, true
		m.Codef(diag.Logging, diag.Warning, "Write using filter '%s' on path '%s' changed to use new path '%s' to avoid conflict with filter '%s'",
			fl.name, old, path, owner)
	}
	if o == nil {
		o = f.newOutput(m, s, fl, path)
	}
	return o
}
