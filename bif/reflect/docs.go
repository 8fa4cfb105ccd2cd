package reflect

import (
	"strings"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func identifierComments(m *interp.M, _ *interp.Site, name val.Value) val.Value {
	if g := m.Lookup(cstr.Check(m, name.Str())); g != nil {
		return val.Str(g.Doc)
	}
	return val.Str("")
}

func scriptName(at diag.Span) val.Value {
	if at.File == nil || at.Line == 0 {
		return val.Str("")
	}
	return val.Str(at.File.Name)
}

func identifierScript(m *interp.M, _ *interp.Site, name val.Value) val.Value {
	if g := m.Lookup(cstr.Check(m, name.Str())); g != nil {
		return scriptName(g.At)
	}
	return val.Str("")
}

// field finds `RECORD$FIELD`.
func field(m *interp.M, name string) *types.Field {
	record, f, ok := strings.Cut(name, "$")
	if !ok {
		return nil
	}
	t := m.Type(record)
	if t == nil || t.Tag != types.Record {
		return nil
	}
	if i := t.Rec.Lookup(f); i >= 0 {
		return t.Rec.Fields[i]
	}
	return nil
}

func fieldComments(m *interp.M, _ *interp.Site, name val.Value) val.Value {
	if f := field(m, cstr.Check(m, name.Str())); f != nil {
		return val.Str(f.Doc)
	}
	return val.Str("")
}

func fieldScript(m *interp.M, _ *interp.Site, name val.Value) val.Value {
	if f := field(m, cstr.Check(m, name.Str())); f != nil {
		return scriptName(f.At)
	}
	return val.Str("")
}

// loaderText makes the row function of a question to the loader.
func loaderText(ask func(string) string) func(*interp.M, *interp.Site, val.Value) val.Value {
	return func(m *interp.M, _ *interp.Site, name val.Value) val.Value {
		if ask == nil {
			return val.Str("")
		}
		return val.Str(ask(cstr.Check(m, name.Str())))
	}
}
