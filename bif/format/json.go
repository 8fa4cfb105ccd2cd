package format

import (
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// identityMapper is the default of from_json's key_func; it need not be called.
const identityMapper = "from_json_default_key_mapper"

func jsonRows() []interp.Builtin {
	var w val.JSONWriter // of one engine, kept for what it learns of record types
	return []interp.Builtin{
		{Sig: "function to_json(val: any, only_loggable: bool &default=F, field_escape_pattern: pattern &default=/^_/, interval_as_double: bool &default=F): string", Pure: true,
			Doc: "Writes a value as JSON: with *only_loggable* the fields with &log only, field names without what *field_escape_pattern* matches, intervals in words unless *interval_as_double*.",
			Fn: func(m *interp.M, site *interp.Site, a []val.Value) val.Value {
				if !m.Running() {
					w = val.JSONWriter{} // records may still grow
				}
				w.OnlyLoggable, w.Escape, w.IntervalAsDouble, w.Bro = a[1].Bool(), a[2].Pattern(), a[3].Bool(), m.Dialect().SpacedJSON
				t, v := site.Arg(a, 0)
				return m.Take(w.Append(m.Scratch(), t, v))
			}},
		{Sig: "function from_json(s: string, t: any, key_func: string_mapper &default=from_json_default_key_mapper): from_json_result",
			Doc: "Reads JSON as a value of type *t*. *key_func* turns names in the JSON into names of record fields. The result tells whether it worked, and why not.",
			Fn:  fromJSON},
	}
}

func fromJSON(m *interp.M, site *interp.Site, a []val.Value) val.Value {
	rec := val.NewRecord(site.Result)
	set := func(field string, v val.Value) {
		if i := site.Result.Rec.Lookup(field); i >= 0 {
			rec.Set(i, v)
		}
	}
	t, v := site.Arg(a, 1)
	if t.Tag != types.TypeType {
		set("valid", val.Bool(false))
		m.Errorf(site, "from_json() requires a type argument")
		return val.Rec(rec)
	}
	want := v.TypeVal()
	r := val.JSONReader{NewRecord: m.NewRecord, Report: func(msg string) { m.Plainf(diag.Error, "%s", msg) }}
	if f := a[2].Func(); f.Name != identityMapper {
		r.Key = func(name string) (string, bool) {
			mapped, ok := m.Call(f, val.Str(name))
			if !ok {
				return "", false
			}
			return mapped.Str(), true
		}
	}
	got, some, err := r.Read(a[0].Str(), want)
	if err != nil {
		set("valid", val.Bool(false))
		set("err", val.Str(err.Error()))
		return val.Rec(rec)
	}
	if some {
		set("v", val.Any(want, got))
	}
	set("valid", val.Bool(true))
	return val.Rec(rec)
}
