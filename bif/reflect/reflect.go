// Package reflect is the family of builtins that look at the program itself: names and types, records and enums, events and their
// groups, the script stack, metadata of events, comments. Nothing here changes what it looks at, save for event groups.
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

// Config is what the family needs of the loader; nil functions know nothing.
type Config struct {
	// Find returns the path of the script or package that @load of a name would load, "" if there is none.
	Find func(name string) string
	// Modules returns the modules that scripts have opened; nil: those with names of their own.
	Modules func() []string
	// Documented looks a global up together with its comments; nil: the interpreter's names have them.
	Documented func(name string) *ir.Global
	// ScriptDoc returns the `##!` comments of a loaded script, Readme the README of a package.
	ScriptDoc, Readme func(name string) string
	// ScriptName returns the path of a script without the directory of the search path that it is in; nil leaves paths as they are.
	ScriptName func(path string) string
}

// Family is the metadata ids that scripts registered, and the loader's answers.
type Family struct {
	cfg  Config
	meta []registered
}

// New makes the family of one interpreter.
func New(cfg Config) *Family { return &Family{cfg: cfg} }

// atoms are the types of values that do not keep a declared name: a `type A: string` makes strings.
var atoms = map[types.Tag]*types.Type{types.Bool: types.BoolT, types.Int: types.IntT, types.Count: types.CountT, types.Double: types.DoubleT,
	types.Time: types.TimeT, types.Interval: types.IntervalT, types.String: types.StringT, types.Pattern: types.PatternT, types.Port: types.PortT,
	types.Addr: types.AddrT, types.Subnet: types.SubnetT}

// dynamic returns an argument's own type: containers know theirs, whatever they pass through.
func dynamic(s *interp.Site, a []val.Value, i int) (*types.Type, val.Value) {
	t, v := s.Arg(a, i)
	if b := atoms[t.Tag]; b != nil {
		return b, v
	}
	if v.P == nil {
		return t, v
	}
	switch t.Tag {
	case types.Record:
		t = v.Rec().T
	case types.Vector:
		t = v.Vec().T
	case types.Table:
		t = v.Table().T
	case types.Func:
		if f := v.Func(); f.T != nil {
			t = f.T
		}
	}
	return t, v
}

// described is the type that an argument stands for: a type given as a value, or the value's type.
func described(s *interp.Site, a []val.Value, i int) (t *types.Type, isType bool) {
	t, v := dynamic(s, a, i)
	if t.Tag == types.TypeType {
		return v.TypeVal(), true
	}
	return t, false
}

// typeText names a type as the dialect's messages do.
func typeText(m *interp.M, t *types.Type) string {
	if m.Dialect().FullTypeNames {
		return ir.DescribeType(t, false)
	}
	return oldTypeText(t, nil)
}

func typeName(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	t, _ := dynamic(s, a, 0)
	if t.Tag == types.TypeType {
		return val.Str("type")
	}
	return val.Str(typeText(m, t))
}

// typeAliases collects the names that `type A: B` declarations join to the argument's type, directly or through others.
func typeAliases(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	out := val.NewTable(m.Type("string_set"), nil)
	t, _ := described(s, a, 0)
	if t.Name == "" {
		return val.Tab(out)
	}
	var decls []*types.Type
	for _, g := range m.Globals() {
		if g.Kind == ir.KindType && g.T != nil {
			decls = append(decls, g.T)
		}
	}
	in := map[string]bool{t.Name: true}
	for grown := true; grown; {
		grown = false
		for _, d := range decls {
			if d.AliasOf != "" && in[d.Name] != in[d.AliasOf] {
				in[d.Name], in[d.AliasOf] = true, true
				grown = true
			}
		}
	}
	for _, d := range decls {
		if in[d.Name] {
			out.SetOne(val.Str(d.Name), val.Value{})
		}
	}
	return val.Tab(out)
}

// namedType returns the type that an argument gives, or names as a string.
func namedType(m *interp.M, s *interp.Site, a []val.Value) *types.Type {
	t, v := s.Arg(a, 0)
	switch t.Tag {
	case types.String:
		return m.Type(v.Str())
	case types.TypeType:
		return v.TypeVal()
	}
	return nil
}

func enumNames(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	out := val.NewTable(m.Type("string_set"), nil)
	if t := namedType(m, s, a); t != nil && t.Tag == types.Enum {
		for _, e := range t.Enum.Members {
			out.SetOne(val.Str(e.Name), val.Value{})
		}
	}
	return val.Tab(out)
}

func enumToInt(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	t, v := s.Arg(a, 0)
	if t.Tag != types.Enum {
		m.Errorf(s, "enum_to_int() requires enum value")
		return val.Int(-1)
	}
	return val.Int(v.Int())
}

func recordFields(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	out := val.NewTable(m.Type("record_field_table"), nil)
	t, v := dynamic(s, a, 0)
	var r *val.Record
	switch t.Tag {
	case types.String:
		if t = m.Type(v.Str()); t == nil || t.Tag != types.Record {
			m.Plainf(diag.Error, "record_fields string argument does not name a record type")
			return val.Tab(out)
		}
	case types.TypeType:
		t = v.TypeVal()
	case types.Record:
		r = v.Rec()
	}
	if t.Tag != types.Record {
		m.Plainf(diag.Error, "non-record value/type passed to record_fields")
		return val.Tab(out)
	}
	row := out.T.Elem
	for i, f := range t.Rec.Fields {
		e := val.NewRecord(row)
		name := fieldTypeName(f.Type)
		if !m.Dialect().FullTypeNames {
			name = types.Record.String() // 2.6 names the record's type here, not the field's
		}
		e.Put("type_name", val.Str(name))
		e.Put("log", val.Bool(f.Attrs.Has(types.AttrLog)))
		if r != nil {
			if x, ok := r.Get(i); ok {
				e.Put("value", val.Any(f.Type, x))
			}
		}
		if x, ok := m.FieldDefault(t, i); ok {
			e.Put("default_val", val.Any(f.Type, x))
		}
		e.Put("optional", val.Bool(f.Optional() || f.Default() != nil))
		out.SetOne(val.Str(f.Name), val.Rec(e))
	}
	return val.Tab(out)
}

func recordTypeToVector(m *interp.M, s *interp.Site, name val.Value) val.Value {
	t := m.Type(cstr.Check(m, name.Str()))
	if t == nil || t.Tag != types.Record {
		m.Errorf(s, "record_type_to_vector() requires the name of a record type")
		return m.NoValue(s)
	}
	v := val.NewVector(m.Type("string_vec"))
	for i, f := range t.Rec.Fields {
		v.Set(i+1, val.Str(f.Name)) // from 1, as in the reference
	}
	return val.Vec(v)
}

func lookupID(m *interp.M, _ *interp.Site, name val.Value) val.Value {
	g := m.Lookup(name.Str())
	if g == nil {
		return val.Any(types.StringT, val.Str("<unknown id>"))
	}
	if g.Kind != ir.KindType {
		if v, ok := m.Value(g); ok {
			return val.Any(g.T, v)
		}
	}
	return val.Any(types.StringT, val.Str("<no ID value>"))
}

func (f *Family) globalIDs(m *interp.M, s *interp.Site) val.Value {
	out := val.NewTable(m.Type("id_table"), nil)
	if !m.Running() {
		m.Report(diag.Diagnostic{Severity: diag.Error, Code: diag.Builtin, At: s.At, Msg: "top-level global_ids() call unsupported"})
		return val.Tab(out)
	}
	row := out.T.Elem
	add := func(name, typ string, exported, constant, enum, option, redef, backend bool) *val.Record {
		r := val.NewRecord(row)
		r.Put("type_name", val.Str(typ))
		for _, f := range []struct {
			name string
			on   bool
		}{{"exported", exported}, {"constant", constant}, {"enum_constant", enum}, {"option_value", option}, {"redefinable", redef}, {"broker_backend", backend}} {
			r.Put(f.name, val.Bool(f.on))
		}
		out.SetOne(val.Str(name), val.Rec(r))
		return r
	}
	for _, g := range m.Globals() {
		if g.T == nil {
			continue
		}
		name := g.T.Tag.String()
		if m.Dialect().FullTypeNames {
			name = typeText(m, g.T)
		}
		option := g.Kind == ir.KindOption
		exported := g.Exported && strings.Contains(g.Name, "::") // names of GLOBAL need no export
		constant := g.Kind == ir.KindConst || g.Kind == ir.KindBuiltin || g.Kind == ir.KindFunc && len(g.Bodies) > 0
		r := add(g.Name, name, exported, constant, g.Kind == ir.KindEnum, option, g.Redef || option, g.Attrs.Has(types.AttrBackend))
		if g.Kind == ir.KindType || g.Kind == ir.KindEnum {
			continue
		}
		if v, ok := m.Value(g); ok {
			r.Put("value", val.Any(g.T, v))
		}
	}
	if m.Dialect().FullTypeNames {
		modules := m.Modules
		if f.cfg.Modules != nil {
			modules = f.cfg.Modules
		}
		for _, name := range modules() {
			add("module "+name, "module", false, false, false, false, false, false)
		}
	}
	return val.Tab(out)
}

func globalOptions(m *interp.M, _ *interp.Site) val.Value {
	out := val.NewTable(m.Type("string_set"), nil)
	for _, g := range m.Options() {
		out.SetOne(val.Str(g.Name), val.Value{})
	}
	return val.Tab(out)
}

// sizes makes the row function of global_container_footprints and of 2.6's global_sizes.
func sizes(containers bool, scale uint64) func(*interp.M, *interp.Site) val.Value {
	return func(m *interp.M, _ *interp.Site) val.Value {
		out := val.NewTable(m.Type("var_sizes"), nil)
		for _, g := range m.Globals() {
			if g.Slot < 0 || g.T == nil || containers && !g.T.IsAggregate() {
				continue
			}
			if v, ok := m.Value(g); ok {
				out.SetOne(val.Str(g.Name), val.Count(scale*footprint(g.T, v)))
			}
		}
		return val.Tab(out)
	}
}

// valueSize is how many bytes of memory one element of a value takes, roughly.
const valueSize = 32

func isEventHandled(m *interp.M, s *interp.Site, name val.Value) val.Value {
	event, handled := m.EventHandled(name.Str())
	if !event {
		m.Errorf(s, "is_event_handled: '%s' is not an event", cstr.Check(m, name.Str()))
	}
	return val.Bool(handled)
}

// switchGroup makes the row function that enables or disables a group of handlers.
func switchGroup(kind interp.GroupKind, on bool) func(*interp.M, *interp.Site, val.Value) val.Value {
	return func(m *interp.M, s *interp.Site, name val.Value) val.Value {
		n := cstr.Check(m, name.Str())
		if !m.SetGroup(kind, n, on) {
			m.Errorf(s, "no such event group: %s", n)
			return val.Bool(false)
		}
		return val.Bool(true)
	}
}

func hasGroup(kind interp.GroupKind) func(*interp.M, *interp.Site, val.Value) val.Value {
	return func(m *interp.M, _ *interp.Site, name val.Value) val.Value {
		return val.Bool(m.HasGroup(kind, cstr.Check(m, name.Str())))
	}
}

func (f *Family) findInPath(m *interp.M, _ *interp.Site, name val.Value) val.Value {
	p := name.Str()
	if p != "" && (p[0] == '.' || p[0] == '/') {
		m.Plainf(diag.Error, "find_in_zeek_path: path must be relative or absolute")
		return val.Str("")
	}
	if f.cfg.Find == nil {
		return val.Str("")
	}
	return val.Str(f.cfg.Find(p))
}
