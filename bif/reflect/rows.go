package reflect

import (
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	rows := append(f.nameRows(), f.eventRows()...)
	rows = append(rows, f.docRows()...)
	return append(rows, portRows()...)
}

func (f *Family) nameRows() []interp.Builtin {
	size := func(scale uint64) func(*interp.M, *interp.Site, []val.Value) val.Value {
		return func(_ *interp.M, s *interp.Site, a []val.Value) val.Value {
			t, v := s.Arg(a, 0)
			return val.Count(scale * footprint(t, v))
		}
	}
	return []interp.Builtin{
		{Sig: "function type_name(t: any): string", Fn: typeName, Pure: true, Doc: "The name of a value's type."},
		{Sig: "function type_aliases(x: any): string_set", Fn: typeAliases, Doc: "All names under which a type, or a value's type, is declared."},
		{Sig: "function enum_names(et: any): string_set", Fn: enumNames, Doc: "The names of an enum, which is given as a type or by name."},
		{Sig: "function enum_to_int(e: any): int", Fn: enumToInt, Pure: true, Doc: "The number behind an enum value."},
		{Sig: "function record_fields(rec: any): record_field_table", Fn: recordFields,
			Doc: "What fields a record has, with types, defaults and, of a record value, values. A type may be given by name."},
		{Sig: "function record_type_to_vector(rt: string): string_vec", GivesUp: true, F1: recordTypeToVector, Doc: "The names of a record type's fields, from index 1."},
		{Sig: "function lookup_ID(id: string): any", F1: lookupID, Doc: `The value of a global by name; "<unknown id>" or "<no ID value>" if there is none.`},
		{Sig: "function global_ids(): id_table", F0: f.globalIDs, Doc: "All global names, with types, properties and values."},
		{Sig: "function global_options(): string_set", F0: globalOptions, Doc: "The names of all options."},
		{Sig: "function global_container_footprints(): var_sizes", F0: sizes(true, 1), Doc: "The footprint of each global table, set, vector and record: see val_footprint."},
		{Sig: "function global_sizes(): var_sizes", F0: sizes(false, valueSize), Doc: "Of Bro 2.6: about how many bytes each global takes."},
		{Sig: "function val_footprint(v: any): count", Pure: true, Fn: size(1),
			Doc: "How many parts a value has, all in all: each element, index and field counts one, and what it holds besides."},
		{Sig: "function val_size(v: any): count", Pure: true, Fn: size(valueSize), Doc: "Of Bro 2.6: about how many bytes a value takes."},
		{Sig: "function compress_path(dir: string): string", Pure: true, Doc: "A path without `.` and `..` as far as they can be resolved without looking.",
			F1: func(_ *interp.M, _ *interp.Site, p val.Value) val.Value { return val.Str(compressPath(p.Str())) }},
		{Sig: "function find_in_zeekpath(p: string): string", F1: f.findInPath, Doc: `The file that @load of a name would load, "" if there is none.`},
		{Sig: "function get_plugin_components(category: string): plugin_component_vec", GivesUp: true, F1: pluginComponents,
			Doc: "The components of plugins in a category: none, since there are no plugins."},
		{Sig: "function backtrace(): Backtrace", Doc: "The active functions, innermost first, with their arguments.",
			F0: func(m *interp.M, s *interp.Site) val.Value { return m.Backtrace("backtrace", s.At) }},
	}
}

func (f *Family) eventRows() []interp.Builtin {
	const attr, module = interp.GroupByAttr, interp.GroupByModule
	return []interp.Builtin{
		{Sig: "function is_event_handled(event_name: string): bool", F1: isEventHandled, Doc: "Whether an event has a handler that is not disabled."},
		{Sig: "function generate_all_events(): bool", Doc: "Has events raised even if nothing handles them.",
			F0: func(m *interp.M, _ *interp.Site) val.Value { m.GenerateAllEvents(); return val.Bool(true) }},
		{Sig: "function enable_event_group(group: string): bool", F1: switchGroup(attr, true), Doc: "Enables the handlers with that &group again."},
		{Sig: "function disable_event_group(group: string): bool", F1: switchGroup(attr, false), Doc: "Disables the handlers with that &group."},
		{Sig: "function has_event_group(group: string): bool", F1: hasGroup(attr), Doc: "Whether any handler has that &group."},
		{Sig: "function enable_module_events(module_name: string): bool", F1: switchGroup(module, true), Doc: "Enables the handlers of a module again."},
		{Sig: "function disable_module_events(module_name: string): bool", F1: switchGroup(module, false), Doc: "Disables the handlers of a module."},
		{Sig: "function has_module_events(group: string): bool", F1: hasGroup(module), Doc: "Whether a module has handlers."},
		{Sig: "function EventMetadata::register(id: EventMetadata::ID, t: any): bool", Fn: f.registerMetadata,
			Doc: "Gives a metadata id the type of its values; F if it has another already."},
		{Sig: "function EventMetadata::current(id: EventMetadata::ID): any_vec", F1: currentMetadata, Doc: "The values of a metadata id that the event under way carries."},
		{Sig: "function EventMetadata::current_all(): event_metadata_vec", F0: allMetadata, Doc: "All metadata of the event under way."},
	}
}

func (f *Family) docRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function get_identifier_comments(name: string): string", F1: f.identifierComments, Doc: "The `##` comments of a global name."},
		{Sig: "function get_identifier_declaring_script(name: string): string", F1: f.identifierScript, Doc: "The script that declares a global name."},
		{Sig: "function get_record_field_comments(name: string): string", F1: f.fieldComments, Doc: "The `##` comments of a field, named RECORD$FIELD."},
		{Sig: "function get_record_field_declaring_script(name: string): string", F1: f.fieldScript, Doc: "The script that declares a field, named RECORD$FIELD."},
		{Sig: "function get_script_comments(name: string): string", F1: loaderText(f.cfg.ScriptDoc), Doc: "The `##!` comments of a script."},
		{Sig: "function get_package_readme(name: string): string", F1: loaderText(f.cfg.Readme), Doc: "The README of a package."},
	}
}

func portRows() []interp.Builtin {
	is := func(proto uint8) func(*interp.M, *interp.Site, val.Value) val.Value {
		return func(_ *interp.M, _ *interp.Site, p val.Value) val.Value { return val.Bool(p.PortProto() == proto) }
	}
	return []interp.Builtin{
		{Sig: "function is_tcp_port(p: port): bool", F1: is(val.ProtoTCP), Pure: true, Doc: "Whether a port is TCP's."},
		{Sig: "function is_udp_port(p: port): bool", F1: is(val.ProtoUDP), Pure: true, Doc: "Whether a port is UDP's."},
		{Sig: "function is_icmp_port(p: port): bool", F1: is(val.ProtoICMP), Pure: true, Doc: "Whether a port is ICMP's."},
		{Sig: "function get_port_transport_proto(p: port): transport_proto", Pure: true, Doc: "The protocol of a port.",
			F1: func(_ *interp.M, _ *interp.Site, p val.Value) val.Value { return val.Enum(int64(p.PortProto())) }},
		{Sig: "function have_spicy(): bool", Pure: true, Doc: "F: there is no Spicy.", F0: func(*interp.M, *interp.Site) val.Value { return val.Bool(false) }},
		{Sig: "function have_spicy_analyzers(): bool", Pure: true, Doc: "F: there is no Spicy.", F0: func(*interp.M, *interp.Site) val.Value { return val.Bool(false) }},
	}
}
