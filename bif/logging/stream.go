package logging

import (
	"slices"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// place is what a log is told by: its writer and the path that it writes to.
type place struct {
	writer int64
	path   string
}

// stream is one log stream.
type stream struct {
	id      int64
	name    string
	columns *types.Type
	event   string // raised for each record; "" for none
	policy  *val.Func
	enabled bool
	gone    bool // removed, perhaps by a hook that sees one of its records
	remote  bool // whether filters may send
	filters []*filter
	outs    []*output
	index   map[place]*output // outs by where they write
	delays  delays
	counts  *Counts
	from    *conversion // of the records of another type that came last
}

// createStream makes a stream in place of any that the id has.
func (f *Family) createStream(m *interp.M, site *interp.Site, id, arg val.Value) val.Value {
	r := arg.Rec()
	t, tv := types.VoidT, val.Value{}
	if boxed, ok := r.Named("columns"); ok {
		t, tv = boxed.Unbox()
	}
	if t.Tag != types.TypeType || tv.TypeVal() == nil || tv.TypeVal().Tag != types.Record {
		errorf(m, "stream columns must be a record type")
		return val.Bool(false)
	}
	s := &stream{id: id.Int(), columns: tv.TypeVal(), enabled: true, index: map[place]*output{}, remote: flag(m, "Log::enable_remote_logging", true)}
	if idType := site.Args[0]; idType.Tag == types.Enum {
		s.name = idType.Enum.NameOf(s.id)
	}
	if !s.checkColumns(m) {
		return val.Bool(false)
	}
	if ev, ok := r.Named("ev"); ok && !s.setEvent(m, ev) {
		return val.Bool(false)
	}
	s.delays.configure(r)
	if p, ok := r.Named("policy"); ok {
		s.policy = p.Func()
	}
	s.counts = f.count(s.name, "", "", "")
	if old := f.byID[s.id]; old != nil {
		f.remove(m, old)
	}
	f.byID[s.id] = s
	f.streams = append(f.streams, s)
	return val.Bool(true)
}

func (s *stream) checkColumns(m *interp.M) bool {
	found := false
	for _, fd := range s.columns.Rec.Fields {
		if !fd.Attrs.Has(types.AttrLog) {
			continue
		}
		if !loggable(fd.Type, false) {
			errorf(m, "type of field '%s' is not support for logging output", fd.Name)
			return false
		}
		found = true
	}
	if !found {
		errorf(m, "logged record type does not have any &log attributes")
	}
	return found
}

// loggable reports whether values of t can be logged; atomic leaves containers out.
func loggable(t *types.Type, atomic bool) bool {
	switch t.Tag {
	case types.Bool, types.Int, types.Count, types.Port, types.Subnet, types.Addr, types.Double, types.Time, types.Interval, types.Enum,
		types.String, types.File, types.Func:
		return true
	case types.Record:
		return !atomic
	case types.Table:
		return !atomic && t.IsSet() && len(t.Keys) == 1 && loggable(t.Keys[0], true)
	case types.Vector:
		return !atomic && loggable(t.Elem, true)
	}
	return false
}

func (s *stream) setEvent(m *interp.M, boxed val.Value) bool {
	t, v := boxed.Unbox()
	switch {
	case t.Tag != types.Func || t.Fn.Flavor != types.FlavorEvent:
		errorf(m, "stream event is a function, not an event")
	case len(t.Fn.Params.Fields) != 1:
		errorf(m, "stream event must take a single argument")
	case !types.Same(t.Fn.Params.Fields[0].Type, s.columns):
		errorf(m, "stream event's argument type does not match column record type")
	default:
		s.event = v.Func().Name
		return true
	}
	return false
}

// remove ends a stream.
func (f *Family) remove(m *interp.M, s *stream) {
	s.gone = true
	s.delays.drop()
	s.close(m)
	delete(f.byID, s.id)
	f.streams = slices.DeleteFunc(f.streams, func(x *stream) bool { return x == s })
	if f.last == s {
		f.last = nil
	}
}

func (s *stream) close(m *interp.M) {
	for _, o := range s.outs {
		o.close(m)
	}
	s.outs = nil
	clear(s.index)
	for _, fl := range s.filters {
		fl.out = nil
	}
}

func (s *stream) flush(m *interp.M) bool {
	if s.enabled {
		for _, o := range s.outs {
			o.flush(m)
		}
	}
	return true
}

func (s *stream) setBuf(m *interp.M, on bool) {
	for _, o := range s.outs {
		o.setBuf(m, on)
	}
}

func (s *stream) removeFilter(name string) {
	s.filters = slices.DeleteFunc(s.filters, func(fl *filter) bool { return fl.name == name })
}

// output returns the log that a writer has at a path, or nil.
func (s *stream) output(writer int64, path string) *output {
	return s.index[place{writer, path}]
}
