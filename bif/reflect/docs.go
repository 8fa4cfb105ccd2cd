package reflect

import (
	"strings"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func (f *Family) identifierComments(m *interp.M, _ *interp.Site, name val.Value) val.Value {
	if g := f.documented(m, cstr.Check(m, name.Str())); g != nil {
		return val.Str(g.Doc)
	}
	return val.Str("")
}

// documented looks a name up with its comments.
func (f *Family) documented(m *interp.M, name string) *ir.Global {
	if f.cfg.Documented != nil {
		return f.cfg.Documented(name)
	}
	return m.Lookup(name)
}

// scriptName is the script of a place as the search path finds it: `base/init-bare.zeek`.
func (f *Family) scriptName(at diag.Span) val.Value {
	if at.File == nil || at.Line == 0 {
		return val.Str("")
	}
	if f.cfg.ScriptName != nil {
		return val.Str(f.cfg.ScriptName(at.File.Name))
	}
	return val.Str(at.File.Name)
}

func (f *Family) identifierScript(m *interp.M, _ *interp.Site, name val.Value) val.Value {
	if g := m.Lookup(cstr.Check(m, name.Str())); g != nil {
		return f.scriptName(g.At)
	}
	return val.Str("")
}

// field finds `RECORD$FIELD`.
func (f *Family) field(m *interp.M, name string) *types.Field {
	record, member, ok := strings.Cut(name, "$")
	if !ok {
		return nil
	}
	g := f.documented(m, record)
	if g == nil || g.Kind != ir.KindType || g.T.Tag != types.Record {
		return nil
	}
	if i := g.T.Rec.Lookup(member); i >= 0 {
		return g.T.Rec.Fields[i]
	}
	return nil
}

func (f *Family) fieldComments(m *interp.M, _ *interp.Site, name val.Value) val.Value {
	if fd := f.field(m, cstr.Check(m, name.Str())); fd != nil {
		return val.Str(fd.Doc)
	}
	return val.Str("")
}

func (f *Family) fieldScript(m *interp.M, _ *interp.Site, name val.Value) val.Value {
	if fd := f.field(m, cstr.Check(m, name.Str())); fd != nil {
		return f.scriptName(fd.At)
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
