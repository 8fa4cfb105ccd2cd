package input

import (
	"fmt"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// checking looks at a description before a stream is made of it. The first mistake is reported, in the reference's words.
type checking struct {
	m    *interp.M
	desc *val.Record
	name string
	ok   bool
}

func (f *Family) check(m *interp.M, a val.Value) *checking {
	return &checking{m: m, desc: a.Rec(), name: text(a.Rec(), "name"), ok: true}
}

// fail reports a mistake about the stream and is false.
func (c *checking) fail(format string, args ...any) bool {
	c.m.Codef(diag.Input, diag.Error, "Input stream %s: %s", c.name, fmt.Sprintf(format, args...))
	c.ok = false
	return false
}

// any returns a field of type any, seen through.
func (c *checking) any(name string) (*types.Type, val.Value, bool) {
	v, ok := c.desc.Named(name)
	if !ok {
		return nil, v, false
	}
	if t := c.desc.T.Rec.Fields[c.desc.T.Rec.Lookup(name)].Type; t.Tag != types.Any {
		return t, v, true
	}
	t, v := v.Unbox()
	return t, v, true
}

// recordType reads a field that names a record type; called is what messages call it. It is nil if the field is not set.
func (c *checking) recordType(name, called string) *types.Type {
	t, v, ok := c.any(name)
	if !ok {
		return nil
	}
	if t.Tag == types.TypeType {
		if rt := v.TypeVal(); rt.Tag == types.Record {
			return rt
		}
	}
	c.fail("'%s' field is not a record type", called)
	return nil
}

// function reads a field that holds an event; nil if it is not set.
func (c *checking) function(name string) *val.Func {
	t, v, ok := c.any(name)
	if !ok {
		return nil
	}
	if t.Tag != types.Func {
		c.fail("'%s' field is not an event", name)
		return nil
	}
	return v.Func()
}

// text is how messages show a type: 2.6 spells records out.
func (c *checking) text(t *types.Type) string {
	if t.Tag != types.Record || !c.m.Dialect().OldInput || recursive(t, nil) {
		return t.String()
	}
	var b strings.Builder
	b.WriteString("record { ")
	for _, f := range t.Rec.Fields {
		fmt.Fprintf(&b, "%s:%s; ", f.Name, c.text(f.Type))
	}
	b.WriteString("}")
	return b.String()
}

func (c *checking) bool(name string) bool {
	v, ok := c.desc.Named(name)
	return ok && v.Bool()
}

// errorEvent reads and checks error_ev.
func (c *checking) errorEvent(descType string) *val.Func {
	ev := c.function("error_ev")
	if ev == nil {
		return nil
	}
	p := ev.T.Fn.Params.Fields
	switch {
	case ev.T.Fn.Flavor != types.FlavorEvent:
		c.fail("Error event is a function, not an event")
	case len(p) != 3:
		c.fail("Error event must take 3 arguments")
	case !types.Same(p[0].Type, c.m.Type(descType)):
		c.fail("Error event's first attribute must be of type %s", descType)
	case p[1].Type.Tag != types.String:
		c.fail("Error event's second attribute must be of type string")
	case !types.Same(p[2].Type, c.m.Type("Reporter::Level")):
		c.fail("Error event's third attribute must be of type Reporter::Level")
	}
	return ev
}

func (f *Family) addEvent(m *interp.M, _ *interp.Site, a val.Value) val.Value {
	c := f.check(m, a)
	s := c.eventStream()
	if !c.ok {
		return val.Bool(false)
	}
	fields, ok := unroll(m, nil, s.fields, "", s.wantRecord && boolConst(m, "Input::accept_unsupported_types"))
	if !ok {
		return val.Bool(c.fail("Problem unrolling"))
	}
	return val.Bool(f.start(m, s, c.desc, fields))
}

func (c *checking) eventStream() *stream {
	s := &stream{kind: eventStream, wantRecord: c.bool("want_record")}
	if s.fields = c.recordType("fields", "idx"); !c.ok {
		return nil
	}
	s.event = c.function("ev")
	if !c.ok || s.event == nil || !c.entryEvent(s) {
		return nil
	}
	s.errorEvent = c.errorEvent("Input::EventDescription")
	return s
}

// entryEvent checks the event of an event stream.
func (c *checking) entryEvent(s *stream) bool {
	p := s.event.T.Fn.Params.Fields
	switch {
	case s.event.T.Fn.Flavor != types.FlavorEvent:
		return c.fail("Stream event is a function, not an event")
	case len(p) < 2:
		return c.fail("Event does not take enough arguments")
	case !types.Same(p[1].Type, c.m.Type("Input::Event")):
		return c.fail("Event's second attribute must be of type Input::Event")
	case !types.Same(p[0].Type, c.m.Type("Input::EventDescription")):
		return c.fail("Event's first attribute must be of type Input::EventDescription")
	}
	fields := s.fields.Rec.Fields
	if s.wantRecord {
		if len(p) != 3 {
			return c.fail("Event has wrong number of arguments")
		}
		if got := p[2].Type; !types.Same(got, s.fields) {
			return c.fail("Incompatible type '%s':%s for event, which needs type '%s':%s\n", got.Tag, c.text(got), s.fields.Tag, c.text(s.fields))
		}
		return true
	}
	if len(p) != len(fields)+2 {
		return c.fail("Event has wrong number of arguments")
	}
	for i, f := range fields {
		if got := p[i+2].Type; !types.Same(got, f.Type) {
			return c.fail("Incompatible type for event in field %d. Need type '%s':%s, got '%s':%s", i+3, f.Type.Tag, c.text(f.Type), got.Tag, c.text(got))
		}
	}
	return true
}

func (f *Family) addTable(m *interp.M, _ *interp.Site, a val.Value) val.Value {
	c := f.check(m, a)
	s := c.tableStream()
	if !c.ok {
		return val.Bool(false)
	}
	fields, ok := unroll(m, nil, s.idx, "", false)
	s.idxFields = len(fields)
	if ok && s.yield != nil {
		fields, ok = unroll(m, fields, s.yield, "", boolConst(m, "Input::accept_unsupported_types"))
	}
	if len(fields)-s.idxFields > 1 && !s.wantRecord {
		return val.Bool(c.fail("Stream does not want a record (want_record=F), but has more then one value field."))
	}
	if !ok {
		return val.Bool(c.fail("Problem unrolling"))
	}
	return val.Bool(f.start(m, s, c.desc, fields))
}

func (c *checking) tableStream() *stream {
	s := &stream{kind: tableStream, wantRecord: c.bool("want_record")}
	if s.idx = c.recordType("idx", "idx"); !c.ok {
		return nil
	}
	if s.yield = c.recordType("val", "val"); !c.ok {
		return nil
	}
	dt, dv, _ := c.any("destination")
	if dt.Tag != types.Table {
		c.fail("'destination' field has type %s, expected table or set identifier", dt)
		return nil
	}
	if !c.index(s, dt) || !c.yield(s, dt) {
		return nil
	}
	s.table = dv.Table()
	if s.event = c.function("ev"); !c.ok || s.event != nil && !c.changeEvent(s, dt) {
		return nil
	}
	if v, ok := c.desc.Named("pred"); ok {
		s.pred = v.Func()
	}
	s.errorEvent = c.errorEvent("Input::TableDescription")
	return s
}

// index checks the index fields against the table's.
func (c *checking) index(s *stream, dt *types.Type) bool {
	fields := s.idx.Rec.Fields
	for i, k := range dt.Keys {
		if i >= len(fields) {
			return c.fail("Table type has more indexes than index definition")
		}
		if want := fields[i].Type; !types.Same(want, k) {
			return c.fail("Table type does not match index type. Need type '%s':%s, got '%s':%s", want.Tag, c.text(want), k.Tag, c.text(k))
		}
	}
	if len(fields) != len(dt.Keys) {
		return c.fail("Table has less elements than index definition")
	}
	return true
}

// yield checks the value fields against the table's.
func (c *checking) yield(s *stream, dt *types.Type) bool {
	switch {
	case s.yield != nil && dt.IsSet():
		return c.fail("'destination' field is a set, but the 'val' field was also specified (did you mean to use a table instead of a set?)")
	case s.yield == nil && !dt.IsSet():
		return c.fail("'destination' field is a table, but 'val' field is not provided (did you mean to use a set instead of a table?)")
	case s.yield == nil:
		return true
	case len(s.yield.Rec.Fields) == 0 && !s.wantRecord:
		return c.fail("Stream does not want a record (want_record=F), but has no value field.")
	}
	if want := s.yieldType(); !types.Same(dt.Elem, want) {
		return c.fail("Table type does not match value type. Need type '%s', got '%s'", c.text(want), c.text(dt.Elem))
	}
	return true
}

// changeEvent checks the event of a table stream.
func (c *checking) changeEvent(s *stream, dt *types.Type) bool {
	p := s.event.T.Fn.Params.Fields
	want := 4
	if dt.IsSet() && !c.m.Dialect().OldInput {
		want = 3
	}
	switch {
	case s.event.T.Fn.Flavor != types.FlavorEvent:
		return c.fail("Stream event is a function, not an event")
	case len(p) != want && !(dt.IsSet() && len(p) == 3):
		return c.fail("Table event must take %d arguments", want)
	case !types.Same(p[0].Type, c.m.Type("Input::TableDescription")):
		return c.fail("Table event's first attribute must be of type Input::TableDescription")
	case !types.Same(p[1].Type, c.m.Type("Input::Event")):
		return c.fail("Table event's second attribute must be of type Input::Event")
	case !types.Same(p[2].Type, s.idx):
		return c.fail("Table event's index attributes do not match. Need '%s', got '%s'", c.text(s.idx), c.text(p[2].Type))
	case s.yield == nil || types.Same(p[3].Type, s.yieldType()):
		return true
	case s.wantRecord:
		return c.fail("Table event's value attributes do not match. Need '%s', got '%s'", c.text(s.yield), c.text(p[3].Type))
	}
	return c.fail("Table event's value attribute does not match. Need '%s', got '%s'", c.text(s.yieldType()), c.text(p[3].Type))
}

func (f *Family) addAnalysis(m *interp.M, _ *interp.Site, a val.Value) val.Value {
	return val.Bool(f.start(m, &stream{kind: analysisStream}, a.Rec(), []field{{name: "bytestream", tag: types.String}}))
}

// unroll appends the fields of a record, those of inner records under dotted names. lenient admits optional fields of types that cannot
// be read, and leaves them out.
func unroll(m *interp.M, out []field, t *types.Type, prefix string, lenient bool) ([]field, bool) {
	for _, f := range t.Rec.Fields {
		name := prefix + f.Name
		switch {
		case !readable(f.Type):
			if lenient && unreadable(f.Type) && optional(f) {
				m.Codef(diag.Input, diag.Info, "Encountered incompatible type \"%s\" in type definition for field \"%s\" in ReaderFrontend. Ignoring optional field.", f.Type.Tag, name)
				continue
			}
			words := "for field"
			if m.Dialect().OldInput {
				words = "for for field"
			}
			m.Codef(diag.Input, diag.Error, "Incompatible type \"%s\" in type definition %s \"%s\" in ReaderFrontend", f.Type.Tag, words, name)
			return out, false
		case f.Type.Tag == types.Record:
			if len(f.Type.Rec.Fields) > 0 && optional(f) {
				m.Codef(diag.Input, diag.Info, "The input framework does not support optional record fields: \"%s\"", f.Name)
				return out, false
			}
			var ok bool
			if out, ok = unroll(m, out, f.Type, name+".", lenient); !ok {
				return out, false
			}
		default:
			out = append(out, makeField(m, t, f, name))
		}
	}
	return out, true
}

func makeField(m *interp.M, t *types.Type, f *types.Field, name string) field {
	out := field{name: name, tag: f.Type.Tag, sub: subTag(f.Type), optional: optional(f)}
	if f.Type.Tag == types.Port {
		if x := f.Attrs.Get(types.AttrTypeColumn); x != nil {
			if v, ok := m.EvalAttr(x); ok && x.Type().Tag == types.String {
				out.secondary = v.Str()
			}
		}
	}
	return out
}

// optional reports whether a source may leave a field open: &default implies &optional.
func optional(f *types.Field) bool { return f.Optional() || f.Default() != nil }

// subTag is the element type of sets and vectors.
func subTag(t *types.Type) types.Tag {
	switch t.Tag {
	case types.Table:
		return t.Keys[0].Tag
	case types.Vector:
		return t.Elem.Tag
	}
	return types.Void
}

// readable reports whether values of a type can come from a source.
func readable(t *types.Type) bool {
	switch t.Tag {
	case types.Record:
		return !recursive(t, nil)
	case types.Table:
		return t.IsSet() && len(t.Keys) == 1 && atomic(t.Keys[0])
	case types.Vector:
		return t.Elem != nil && atomic(t.Elem)
	}
	return atomic(t)
}

// recursive reports whether a record contains itself, which no flat source can hold.
func recursive(t *types.Type, open []*types.RecordInfo) bool {
	for _, o := range open {
		if o == t.Rec {
			return true
		}
	}
	open = append(open, t.Rec)
	for _, f := range t.Rec.Fields {
		if f.Type.Tag == types.Record && recursive(f.Type, open) {
			return true
		}
	}
	return false
}

func atomic(t *types.Type) bool {
	switch t.Tag {
	case types.Bool, types.Int, types.Count, types.Port, types.Subnet, types.Addr, types.Double, types.Time, types.Interval, types.Enum,
		types.String, types.Pattern:
		return true
	}
	return false
}
