// Package options is the family of builtins behind `option` variables: Option::set and its change handlers. A Family belongs to one
// interpreter.
package options

import (
	"fmt"
	"sort"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// dataType is the record that values of unknown type travel in between nodes.
const dataType = "Broker::Data"

// Family keeps the change handlers of each option, those of the highest priority first.
type Family struct {
	handlers map[*ir.Global][]handler
	// FromData, if set, turns a Broker::Data record into a value of a type; got names what the data holds.
	FromData func(to *types.Type, data val.Value) (v val.Value, got string, ok bool)
}

type handler struct {
	f        *val.Func
	priority int64
}

// New makes the family of one interpreter.
func New() *Family { return &Family{handlers: map[*ir.Global][]handler{}} }

// option looks up an option by name; "" or the error in the reference's words.
func option(m *interp.M, name string, needsValue bool) (g *ir.Global, wrong string) {
	g = m.Lookup(name)
	if g == nil {
		return nil, fmt.Sprintf("Could not find ID named '%s'", name)
	}
	if needsValue && g.Slot < 0 {
		return nil, fmt.Sprintf("ID '%s' has no value", name)
	}
	if needsValue {
		if _, ok := m.Value(g); !ok && g.Kind != ir.KindOption {
			return nil, fmt.Sprintf("ID '%s' has no value", name)
		}
	}
	if g.Kind != ir.KindOption {
		return nil, fmt.Sprintf("ID '%s' is not an option", name)
	}
	return g, ""
}

// convert fits a value to an option's type; "" or the error.
func (f *Family) convert(m *interp.M, g *ir.Global, t *types.Type, v val.Value) (val.Value, string) {
	if t.Tag == types.Record && t.Name == dataType && g.T.Name != dataType && f.FromData != nil {
		w, got, ok := f.FromData(g.T, v)
		if !ok {
			return v, fmt.Sprintf("Incompatible type for set of ID '%s': got broker data '%s', need '%s'", g.Name, got, g.T.Tag)
		}
		return w, ""
	}
	if g.T.Tag == types.Table && t.Tag == types.Table && t.Unspecified {
		var attrs *val.TableAttrs
		if old, ok := m.Value(g); ok {
			attrs = old.Table().Attrs
		}
		return val.Tab(val.NewTable(g.T, attrs)), ""
	}
	if !types.Same(g.T, t) {
		return v, fmt.Sprintf("Incompatible type for set of ID '%s': got '%s', need '%s'", g.Name, t.Tag, g.T.Tag)
	}
	return v, ""
}

func (f *Family) set(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	name := cstr.Check(m, a[0].Str())
	g, wrong := option(m, name, true)
	if g == nil {
		m.Errorf(s, "%s", wrong)
		return val.Bool(false)
	}
	t, v := s.Arg(a, 1)
	v, wrong = f.convert(m, g, t, v)
	if wrong != "" {
		m.Errorf(s, "%s", wrong)
		return val.Bool(false)
	}
	return val.Bool(f.Change(m, g, v, a[2].Str()))
}

// Change gives an option a value of its type after its handlers have seen, and perhaps replaced, it; location says where the
// change comes from. It is false when a handler failed or the run is ending, which leaves the option as it was.
func (f *Family) Change(m *interp.M, g *ir.Global, v val.Value, location string) bool {
	if m.Terminating() {
		return false
	}
	for _, h := range f.handlers[g] {
		params, result := h.f.T.Fn.Params.Fields, h.f.T.Fn.Result
		arg := v
		if params[1].Type.Tag == types.Any && g.T.Tag != types.Any {
			arg = val.Any(g.T, v)
		}
		args := []val.Value{val.Str(g.Name), arg}
		if len(params) == 3 {
			args = append(args, val.Str(location))
		}
		w, ok := m.Call(h.f, args...)
		if !ok {
			return false
		}
		if result.Tag == types.Any && g.T.Tag != types.Any {
			// What such a handler returns is known only now.
			var t *types.Type
			if t, w = w.Unbox(); !types.Same(g.T, t) {
				m.Codef(diag.OptionChange, diag.Error, "Change handler of option %s returned '%s' instead of '%s'", g.Name, t.Tag, g.T.Tag)
				return false
			}
		}
		v = w
	}
	m.SetValue(g, val.Clone(g.T, v))
	return true
}

// misfit says why a value cannot be a change handler of g, "" if it can.
func misfit(g *ir.Global, t *types.Type) string {
	if t.Tag != types.Func {
		return fmt.Sprintf("Option::on_change needs function argument; got '%s' for ID '%s'", t.Tag, g.Name)
	}
	if t.Fn.Flavor != types.FlavorFunction {
		return "Option::on_change needs function argument; not hook or event"
	}
	p := t.Fn.Params.Fields
	switch {
	case len(p) < 2 || len(p) > 3:
		return fmt.Sprintf("Wrong number of arguments for passed function in Option::on_change for ID '%s'; expected 2 or 3, got %d", g.Name, len(p))
	case p[0].Type.Tag != types.String:
		return fmt.Sprintf("First argument of passed function has to be string in Option::on_change for ID '%s'; got '%s'", g.Name, p[0].Type.Tag)
	case !types.Same(p[1].Type, g.T):
		return fmt.Sprintf("Second argument of passed function has to be %s in Option::on_change for ID '%s'; got '%s'", g.T.Tag, g.Name, p[1].Type.Tag)
	case len(p) == 3 && p[2].Type.Tag != types.String:
		return fmt.Sprintf("Third argument of passed function has to be string in Option::on_change for ID '%s'; got '%s'", g.Name, p[2].Type.Tag)
	}
	result := t.Fn.Result
	if result == nil {
		result = types.VoidT
	}
	if !types.Same(result, g.T) {
		return fmt.Sprintf("Passed function needs to return type '%s' for ID '%s'; got '%s'", g.T.Tag, g.Name, result.Tag)
	}
	return ""
}

func (f *Family) setHandler(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	g, wrong := option(m, cstr.Check(m, a[0].Str()), false)
	if g == nil {
		m.Errorf(s, "%s", wrong)
		return val.Bool(false)
	}
	t, v := s.Arg(a, 1)
	if wrong := misfit(g, t); wrong != "" {
		m.Errorf(s, "%s", wrong)
		return val.Bool(false)
	}
	hs := append(f.handlers[g], handler{v.Func(), a[2].Int()})
	sort.SliceStable(hs, func(i, j int) bool { return hs[i].priority > hs[j].priority })
	f.handlers[g] = hs
	return val.Bool(true)
}

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: `function Option::set(ID: string, val: any, location: string &default=""): bool`, Fn: f.set,
			Doc: "Gives an option a new value after its change handlers have seen, and perhaps replaced, it. F if the name or the type is wrong or a handler fails."},
		{Sig: "function Option::set_change_handler(ID: string, on_change: any, priority: int &default=0): bool", Fn: f.setHandler,
			Doc: "Has a function called when an option is to change: it takes the name, the new value and, if it likes, the change's origin, and returns the value to take. Handlers of higher priority come first."},
	}
}
