package input

import (
	"hash/maphash"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// kind tells what a stream does with its entries.
type kind uint8

const (
	tableStream kind = iota
	eventStream
	analysisStream
)

// What has become of an entry, numbered as Input::Event.
const (
	eventNew int64 = iota
	eventChanged
	eventRemoved
)

// stream is one stream as the interpreter sees it. All of it belongs to the interpreter's goroutine.
type stream struct {
	m       *interp.M
	fam     *Family
	kind    kind
	name    string
	source  string
	desc    *val.Record
	back    *backend
	removed bool

	event, errorEvent *val.Func // nil if there is none

	// Event streams: the record of the fields. Table streams: the records of index and value, the latter nil for sets.
	fields     *types.Type
	idx, yield *types.Type
	wantRecord bool
	idxFields  int // how many cells the index takes
	table      *val.Table
	pred       *val.Func

	// Table streams: what the source held when it was read last, and what this reading has found so far.
	before, now tracked
}

// tracked is the entries of one reading by index, in the order of the source.
type tracked struct {
	byKey map[string]int
	list  []*row // nil where an entry was taken out
}

// row is one entry that a table has from the source.
type row struct {
	key  string
	hash uint64 // of the values
	keys []val.Value
}

func (t *tracked) put(r *row) {
	if t.byKey == nil {
		t.byKey = make(map[string]int)
	}
	if i, ok := t.byKey[r.key]; ok {
		t.list[i] = r
		return
	}
	t.byKey[r.key] = len(t.list)
	t.list = append(t.list, r)
}

func (t *tracked) take(key string) *row {
	i, ok := t.byKey[key]
	if !ok {
		return nil
	}
	delete(t.byKey, key)
	r := t.list[i]
	t.list[i] = nil
	return r
}

// hashSeed only has to differ from what a source could be made to collide with.
var hashSeed = maphash.MakeSeed()

// remove ends the stream behind what its reader has been told to do.
func (s *stream) remove() {
	if s.removed {
		s.m.Codef(diag.Input, diag.Warning, "Stream %s is already queued for removal. Ignoring remove.", s.name)
		return
	}
	s.removed = true
	s.back.send(cmdStop, s.m.Hold())
}

// handle takes what the reader has read.
func (s *stream) handle(batch []message) {
	for i := range batch {
		msg := &batch[i]
		switch msg.kind {
		case msgEntry:
			s.entry(msg.cells, true)
		case msgPut:
			s.entry(msg.cells, false)
		case msgEnd:
			s.end()
		case msgReport:
			s.tell(msg.level, msg.text)
			s.m.Codef(diag.Input, msg.level, "%s", msg.full)
		case msgDo:
			msg.do(s)
		case msgDisable:
			s.remove()
		case msgClosed:
			s.fam.drop(s)
		}
	}
}

// entry takes one entry: whole tells that the source is read whole each time, so that entries can vanish from it.
func (s *stream) entry(cells []cell, whole bool) {
	switch s.kind {
	case eventStream:
		s.raiseEntry(cells)
	case tableStream:
		if whole {
			s.track(cells)
		} else {
			s.put(cells)
		}
	}
}

// raiseEntry raises an event stream's event.
func (s *stream) raiseEntry(cells []cell) {
	c := converter{s: s, cells: cells}
	args := []typed{s.description(), s.change(eventNew)}
	if s.wantRecord {
		r := c.record(s.fields)
		args = append(args, typed{s.fields, r})
	} else {
		for _, f := range s.fields.Rec.Fields {
			v, set := c.field(f)
			if !set && !c.failed {
				c.missing(f, "record")
			}
			args = append(args, typed{f.Type, v})
		}
	}
	if !c.failed {
		s.raise(s.event, args...)
	}
}

// track takes an entry of a source that is read whole: nothing happens unless it is new or differs from the reading before.
func (s *stream) track(cells []cell) {
	key, ok := packCells(nil, cells[:s.idxFields], s.back.fields)
	if !ok {
		s.warn("Could not hash line. Ignoring")
		return
	}
	var hash uint64
	hasValues := len(cells) > s.idxFields
	if hasValues {
		if packed, ok := packCells(nil, cells[s.idxFields:], s.back.fields[s.idxFields:]); ok {
			hash = maphash.Bytes(hashSeed, packed)
		}
	}
	old := s.before.take(string(key))
	if old != nil && (!hasValues || old.hash == hash) {
		s.now.put(old)
		return
	}
	updated := old != nil
	c := converter{s: s, cells: cells, pos: s.idxFields}
	value := s.value(&c)
	c.pos = 0
	var index *val.Record
	if !c.failed && (s.pred != nil || s.event != nil) {
		index = c.record(s.idx).Rec()
	}
	if !c.failed && s.pred != nil && !s.ask(updated, index, value) {
		if updated {
			s.now.put(old)
		}
		return
	}
	var keys []val.Value
	if index != nil && !c.failed {
		// The predicate may have changed the index.
		keys = recordFields(index)
	} else if !c.failed {
		keys = c.keys(s.idx)
	}
	if c.failed {
		return
	}
	s.store(updated, index, keys, value, func() { s.now.put(&row{key: string(key), hash: hash, keys: keys}) })
}

// put takes an entry of a source that grows: it is new or changed according to what the table holds.
func (s *stream) put(cells []cell) {
	c := converter{s: s, cells: cells}
	keys := c.keys(s.idx)
	value := s.value(&c)
	if c.failed {
		return
	}
	if s.pred == nil && s.event == nil {
		s.table.Set(keys, value)
		return
	}
	_, updated := s.table.Exact(keys)
	updated = updated && s.yield != nil
	c.pos = 0
	index := c.record(s.idx).Rec()
	if c.failed || s.pred != nil && !s.ask(updated, index, value) {
		return
	}
	s.store(updated, index, keys, value, func() {})
}

// store puts an entry into the table and raises the event with the value that it replaces, or with its own if it is new.
func (s *stream) store(updated bool, index *val.Record, keys []val.Value, value val.Value, stored func()) {
	told := value
	if updated {
		old, found := s.table.Exact(keys)
		if found {
			told = old
		}
		updated = found
	}
	s.table.Set(keys, value)
	stored()
	if s.event != nil {
		change := eventNew
		if updated {
			change = eventChanged
		}
		s.raiseChange(change, index, told)
	}
}

// value converts the cells of a table's yield, at which c stands.
func (s *stream) value(c *converter) val.Value {
	switch {
	case s.yield == nil:
		return val.Value{}
	case s.wantRecord:
		return c.record(s.yield)
	}
	f := s.yield.Rec.Fields[0]
	v, set := c.field(f)
	if !set && !c.failed {
		c.missing(f, "record")
	}
	return v
}

// yieldType is the type of the table's values.
func (s *stream) yieldType() *types.Type {
	switch {
	case s.yield == nil:
		return types.BoolT
	case s.wantRecord:
		return s.yield
	}
	return s.yield.Rec.Fields[0].Type
}

// ask calls the predicate on an entry that is read.
func (s *stream) ask(updated bool, index *val.Record, value val.Value) bool {
	if updated {
		return s.permitted(eventChanged, index, value)
	}
	return s.permitted(eventNew, index, value)
}

// permitted calls the predicate. Sets have T for a value.
func (s *stream) permitted(change int64, index *val.Record, value val.Value) bool {
	if s.yield == nil {
		value = val.Bool(true)
	}
	args := fit(s.pred, s.change(change), typed{s.idx, val.Rec(index)}, typed{s.yieldType(), value})
	v, ok := s.m.Call(s.pred, args...)
	return ok && v.Bool()
}

// end is the end of a reading: what it did not find is gone.
func (s *stream) end() {
	if s.kind != tableStream {
		s.endOfData()
		return
	}
	for _, r := range s.before.list {
		if r != nil {
			s.vanish(r)
		}
	}
	s.before, s.now = s.now, tracked{}
	s.endOfData()
}

// vanish removes an entry that is no longer in the source, unless the predicate keeps it.
func (s *stream) vanish(r *row) {
	value, found := s.table.Exact(r.keys)
	if !found {
		return
	}
	if s.pred != nil || s.event != nil {
		index := val.NewRecord(s.idx)
		for i, k := range r.keys {
			index.Set(i, k)
		}
		if s.pred != nil && !s.permitted(eventRemoved, index, value) {
			s.now.put(r)
			return
		}
		if s.event != nil {
			s.raiseChange(eventRemoved, index, value)
		}
	}
	s.table.Delete(r.keys)
}

// raiseChange raises a table stream's event.
func (s *stream) raiseChange(change int64, index *val.Record, value val.Value) {
	args := []typed{s.description(), s.change(change), {s.idx, val.Rec(index)}}
	if s.yield != nil {
		args = append(args, typed{s.yieldType(), value})
	}
	s.raise(s.event, args...)
}

func (s *stream) endOfData() {
	s.raiseNamed("Input::end_of_data", typed{types.StringT, val.Str(s.name)}, typed{types.StringT, val.Str(s.source)})
}

// typed is a value with its type.
type typed struct {
	t *types.Type
	v val.Value
}

func (s *stream) description() typed { return typed{s.desc.T, val.Rec(s.desc)} }

func (s *stream) change(n int64) typed { return typed{s.m.Type("Input::Event"), val.Enum(n)} }

func (s *stream) raise(ev *val.Func, args ...typed) { s.m.QueueEvent(ev.Name, fit(ev, args...)...) }

// raiseNamed raises an event that scripts may have declared, if its parameters are what they should be.
func (s *stream) raiseNamed(name string, args ...typed) {
	g := s.m.Lookup(name)
	if g == nil || g.T == nil || g.T.Tag != types.Func || len(g.T.Fn.Params.Fields) != len(args) {
		return
	}
	vs := make([]val.Value, len(args))
	for i, p := range g.T.Fn.Params.Fields {
		if !types.Same(p.Type, args[i].t) {
			return
		}
		if vs[i] = args[i].v; p.Type.Tag == types.Any {
			vs[i] = val.Any(args[i].t, args[i].v)
		}
	}
	s.m.QueueEvent(name, vs...)
}

// fit makes arguments for a function's parameters: boxed where those are of type any, no more than there are.
func fit(f *val.Func, args ...typed) []val.Value {
	params := f.T.Fn.Params.Fields
	out := make([]val.Value, 0, len(args))
	for i, a := range args {
		if i >= len(params) {
			break
		}
		if params[i].Type.Tag == types.Any && a.t.Tag != types.Any {
			a.v = val.Any(a.t, a.v)
		}
		out = append(out, a.v)
	}
	return out
}

// tell raises the stream's error event.
func (s *stream) tell(level diag.Severity, msg string) {
	if s.errorEvent == nil {
		return
	}
	n := int64(1)
	switch {
	case level.IsError():
		n = 2
	case level == diag.Info:
		n = 0
	}
	s.raise(s.errorEvent, s.description(), typed{types.StringT, val.Str(msg)}, typed{s.m.Type("Reporter::Level"), val.Enum(n)})
}

// warn tells of an entry that cannot be used.
func (s *stream) warn(msg string) {
	s.tell(diag.Warning, msg)
	s.m.Codef(diag.Input, diag.Warning, "%s", msg)
}
