package logging

import (
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// RedirectPrints has print statements become log records if Log::print_to_log asks for it. It is called when loading is over.
func (f *Family) RedirectPrints(m *interp.M) {
	v, ok := lookup(m, "Log::print_to_log")
	if !ok || v.Int() == 0 {
		return
	}
	id, ok := lookup(m, "Log::PRINTLOG")
	if !ok {
		return
	}
	const stdoutOnly = 1 // Log::REDIRECT_STDOUT
	next := m.Hooks.Print
	m.Hooks.Print = func(file *val.File, ts []*types.Type, vs []val.Value) bool {
		s := f.find(m, id.Int())
		if s == nil || f.ended || v.Int() == stdoutOnly && file != nil && file.Name != "/dev/stdout" {
			return next != nil && next(file, ts, vs)
		}
		if file != nil && v.Int() != stdoutOnly {
			ts = append([]*types.Type{types.FileT}, ts...)
			vs = append([]val.Value{val.FileVal(file)}, vs...)
		}
		f.writeRecord(m, s, f.printed(m, s, ts, vs))
		return true
	}
}

// printed makes a Log::PrintLogInfo of what a print statement prints.
func (f *Family) printed(m *interp.M, s *stream, ts []*types.Type, vs []val.Value) val.Value {
	r := m.NewRecord(s.columns)
	r.Put("ts", val.Time(m.NetworkTime()))
	if i := s.columns.Rec.Lookup("vals"); i >= 0 {
		vals := val.NewVector(s.columns.Rec.Fields[i].Type)
		for k, v := range vs {
			vals.Append(val.Str(string(m.Describe(nil, ts[k], v, val.DescText))))
		}
		r.Set(i, val.Vec(vals))
	}
	return val.Rec(r)
}
