package logging

import (
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// filter is one way for a stream's records to be written.
type filter struct {
	name       string
	rec        val.Value // the script's Log::Filter
	policy     *val.Func // a hook
	pred       *val.Func // 2.6
	pathFunc   *val.Func
	keepsPath  bool // pathFunc returns the path it is given
	path       string
	hasPath    bool
	writer     int64
	writerName string
	config     []setting
	local      bool
	remote     bool
	interval   float64 // of rotation, seconds; 0: none
	post       *val.Func
	ext        *val.Func
	extCols    int // how many of the columns ext fills
	cols       []column
	fields     []Field // of cols, under their new names
	row        []Cell  // of the record under way
	large      []int   // columns whose values may be large
	out        *output // where the last row went
}

// setting is one entry of a filter's $config.
type setting struct{ key, value string }

// column says where in a record a value is found: the field, and those inside it for records in records.
type column struct {
	first int
	rest  []int
	text  func(val.Value) string // of what is written by name, nil for other values
}

// addFilter adds a filter in place of any of its name.
func (f *Family) addFilter(m *interp.M, _ *interp.Site, id, arg val.Value) val.Value {
	s := f.find(m, id.Int())
	if s == nil {
		return val.Bool(false)
	}
	fl := readFilter(arg, s)
	if fl.ext != nil {
		switch t := fl.ext.T.Fn.Result; {
		case t == nil || t.Tag == types.Void:
			fl.ext = nil
		case t.Tag != types.Record:
			errorf(m, "Return value of log_ext is not a record (got %s)", t.Tag)
			return val.Bool(false)
		}
	}
	if !fl.choose(m, s, arg.Rec()) {
		return val.Bool(false)
	}
	s.removeFilter(fl.name)
	s.filters = append(s.filters, fl)
	return val.Bool(true)
}

// readFilter takes what the script's record says but for the columns.
func readFilter(arg val.Value, s *stream) *filter {
	r := arg.Rec()
	fl := &filter{rec: arg, policy: s.policy}
	str := func(name string) string {
		v, _ := r.Named(name)
		return v.Str()
	}
	function := func(name string, to **val.Func) {
		if v, ok := r.Named(name); ok {
			*to = v.Func()
		}
	}
	fl.name = str("name")
	fl.path = str("path")
	_, fl.hasPath = r.Named("path")
	function("policy", &fl.policy)
	function("pred", &fl.pred)
	function("path_func", &fl.pathFunc)
	function("postprocessor", &fl.post)
	function("ext_func", &fl.ext)
	fl.keepsPath = fl.pathFunc != nil && fl.pathFunc.Name == "Log::default_path_func"
	if v, ok := r.Named("writer"); ok {
		fl.writer = v.Int()
		fl.writerName = r.T.Rec.Fields[r.T.Rec.Lookup("writer")].Type.Enum.NameOf(fl.writer)
	}
	if v, ok := r.Named("log_local"); ok {
		fl.local = v.Bool()
	}
	if v, ok := r.Named("log_remote"); ok {
		fl.remote = v.Bool()
	}
	if v, ok := r.Named("interv"); ok {
		fl.interval = v.Double()
	}
	if v, ok := r.Named("config"); ok {
		for it := v.Table().Iter(); it.Next(); {
			fl.config = append(fl.config, setting{it.Key(0).Str(), it.Val().Str()})
		}
	}
	return fl
}

// choose decides which columns the filter has.
func (fl *filter) choose(m *interp.M, s *stream, r *val.Record) bool {
	w := chooser{fl: fl}
	w.sep, w.prefix = ".", "_"
	if v, ok := r.Named("scope_sep"); ok {
		w.sep = v.Str()
	}
	if v, ok := r.Named("ext_prefix"); ok {
		w.prefix = v.Str()
	}
	if fl.ext != nil {
		if !w.record(m, fl.ext.T.Fn.Result, w.prefix, nil, 0) {
			return false
		}
		fl.extCols = len(fl.cols)
	}
	if v, ok := r.Named("include"); ok {
		w.include = v.Table()
	}
	if v, ok := r.Named("exclude"); ok {
		w.exclude = v.Table()
	}
	if !w.record(m, s.columns, "", nil, 0) {
		return false
	}
	if v, ok := r.Named("field_name_map"); ok {
		names := v.Table()
		for i := range fl.fields {
			if to, ok := names.Exact([]val.Value{val.Str(fl.fields[i].Name)}); ok {
				fl.fields[i].Name = to.Str()
			}
		}
	}
	fl.row = make([]Cell, len(fl.cols))
	fl.measure()
	return true
}

// chooser collects columns.
type chooser struct {
	fl               *filter
	sep, prefix      string
	include, exclude *val.Table // nil for no choice
}

func (w *chooser) record(m *interp.M, t *types.Type, prefix string, at []int, depth int) bool {
	for i, fd := range t.Rec.Fields {
		if !fd.Attrs.Has(types.AttrLog) {
			continue
		}
		name := prefix + fd.Name
		path := append(at[:len(at):len(at)], i)
		if fd.Type.Tag == types.Record {
			if depth >= maxDepth {
				errorf(m, "the record type of the log is nested too deeply")
				return false
			}
			if !w.record(m, fd.Type, name+w.sep, path, depth+1) {
				return false
			}
			continue
		}
		if !loggable(fd.Type, false) {
			errorf(m, "unsupported field type for log column")
			return false
		}
		key := val.Str(name)
		if w.include != nil && !w.include.HasOne(key) || w.exclude != nil && w.exclude.HasOne(key) {
			continue
		}
		col, f := column{first: path[0], rest: path[1:]}, Field{Name: name, TypeName: typeName(fd.Type), T: fd.Type, Optional: fd.Optional()}
		if byName(fd.Type) {
			col.text, f.T = stringOf(fd.Type, m.Dialect().PlainLogs), types.StringT
		}
		w.fl.cols, w.fl.fields = append(w.fl.cols, col), append(w.fl.fields, f)
	}
	return true
}

// typeName is a type as headers show it.
func typeName(t *types.Type) string {
	switch t.Tag {
	case types.Table:
		return "set[" + t.Keys[0].Tag.String() + "]"
	case types.Vector:
		return "vector[" + t.Elem.Tag.String() + "]"
	}
	return t.Tag.String()
}

// measure lists the columns whose values may be large.
func (fl *filter) measure() {
	for i, fd := range fl.fields {
		if fd.T.Tag == types.String || fd.T.IsAggregate() {
			fl.large = append(fl.large, i)
		}
	}
}

// size is how many bytes of contents the row has, roughly.
func (fl *filter) size() uint64 {
	n := 8 * uint64(len(fl.row))
	for _, i := range fl.large {
		if !fl.row[i].Set {
			continue
		}
		switch t, v := fl.fields[i].T, fl.row[i].V; t.Tag {
		case types.String:
			n += v.N
		case types.Vector:
			vec := v.Vec()
			n += 8 * uint64(vec.Len())
			if t.Elem.Tag == types.String {
				for _, x := range vec.Values() {
					n += x.N
				}
			}
		case types.Table:
			n += sizeOfSet(v.Table(), t.Keys[0])
		}
	}
	return n
}

func sizeOfSet(t *val.Table, elem *types.Type) uint64 {
	n := 8 * uint64(t.Len())
	if elem.Tag == types.String {
		for it := t.Iter(); it.Next(); {
			n += it.Key(0).N
		}
	}
	return n
}

// gather takes a record's values into cells.
func gather(row []Cell, cols []column, r *val.Record) {
	for i := range row {
		c := &cols[i]
		v, ok := r.Field(c.first)
		if !ok {
			v, ok = r.Get(c.first)
		}
		for k := 0; ok && k < len(c.rest); k++ {
			v, ok = v.Rec().Get(c.rest[k])
		}
		if c.text != nil && ok {
			v = val.Str(c.text(v))
		}
		row[i] = Cell{v, ok}
	}
}

// choosePath returns the path that the filter's path function gives for a record.
func (fl *filter) choosePath(m *interp.M, s *stream, rec val.Value) (string, bool) {
	if fl.pathFunc == nil || fl.keepsPath && fl.hasPath && fl.path != "" {
		return fl.path, true
	}
	v, ok := m.Call(fl.pathFunc, val.Enum(s.id), val.Str(fl.path), s.argument(m, fl.pathFunc, 2, rec))
	if !ok {
		errorf(m, "path_func did not return a value")
		return "", false
	}
	if t := fl.pathFunc.T.Fn.Result; t == nil || t.Tag != types.String {
		errorf(m, "path_func did not return string")
		return "", false
	}
	if !fl.hasPath {
		fl.path, fl.hasPath = v.Str(), true
	}
	return v.Str(), true
}
