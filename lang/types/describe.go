package types

import "strings"

// String returns the type as the reference prints it: its name if it has one, else its structure.
func (t *Type) String() string {
	if t == nil {
		return "<nil>"
	}
	if t.Name != "" {
		return t.Name
	}
	return t.Structure(nil)
}

// Structure returns the type's structure, even of a named type; named parts keep their names. attr renders an attribute's
// expression; nil leaves expressions out.
func (t *Type) Structure(attr func(Expr) string) string {
	var d describer
	d.attr = attr
	d.structure(t)
	return d.b.String()
}

type describer struct {
	b    strings.Builder
	attr func(Expr) string
	open []*Type
}

func (d *describer) typ(t *Type) {
	if t.Name != "" {
		d.b.WriteString(t.Name)
		return
	}
	d.structure(t)
}

func (d *describer) structure(t *Type) {
	for _, o := range d.open {
		if o == t {
			d.b.WriteString("<recursion>")
			return
		}
	}
	d.open = append(d.open, t)
	defer func() { d.open = d.open[:len(d.open)-1] }()
	switch t.Tag {
	case Table:
		if t.IsSet() {
			d.b.WriteString("set[")
		} else {
			d.b.WriteString("table[")
		}
		d.list(t.Keys)
		d.b.WriteString("]")
		if t.Elem != nil {
			d.b.WriteString(" of ")
			d.typ(t.Elem)
		}
	case Vector:
		if t.Unspecified {
			d.b.WriteString("vector()")
			return
		}
		d.b.WriteString("vector of ")
		d.typ(t.Elem)
	case File:
		d.b.WriteString("file")
		if t.Elem != nil {
			d.b.WriteString(" of ")
			d.typ(t.Elem)
		}
	case Opaque:
		d.b.WriteString("opaque of " + t.Opaque)
	case List:
		d.b.WriteString("list of ")
		if len(t.List) > 0 && pure(t.List) {
			d.typ(t.List[0])
			return
		}
		d.list(t.List)
	case Enum:
		d.b.WriteString("enum")
		if t.Name != "" {
			d.b.WriteString(" " + t.Name)
		}
	case Func:
		d.b.WriteString(t.Fn.Flavor.String() + "(")
		d.fields(t.Fn.Params, true)
		d.b.WriteString(")")
		if t.Fn.Result != nil && t.Fn.Flavor != FlavorEvent {
			d.b.WriteString(" : ")
			d.typ(t.Fn.Result)
		}
	case Record:
		d.b.WriteString("record { ")
		d.fields(t.Rec, false)
		d.b.WriteString(" }")
	default:
		d.b.WriteString(t.Tag.String())
	}
}

func pure(ts []*Type) bool {
	for _, t := range ts[1:] {
		if !Same(ts[0], t) {
			return false
		}
	}
	return true
}

func (d *describer) list(ts []*Type) {
	for i, t := range ts {
		if i > 0 {
			d.b.WriteString(",")
		}
		d.typ(t)
	}
}

func (d *describer) fields(r *RecordInfo, params bool) {
	for i, f := range r.Fields {
		if i > 0 {
			d.b.WriteString(" ")
		}
		d.b.WriteString(f.Name + ":")
		d.typ(f.Type)
		d.attrs(f.Attrs)
		if !params {
			d.b.WriteString(";")
		} else if i+1 < len(r.Fields) {
			d.b.WriteString(",")
		}
	}
}

// attrs prints a field's attributes; a default makes a field optional, which the reference shows.
func (d *describer) attrs(as Attrs) {
	sep := " "
	put := func(s string) {
		d.b.WriteString(sep + s)
		sep = ", "
	}
	for _, a := range as {
		s := a.Kind.String()
		if a.X != nil && d.attr != nil {
			s += "=" + d.attr(a.X)
		}
		put(s)
		if a.Kind == AttrDefault && !as.Has(AttrOptional) {
			put("&optional")
		}
	}
}

var attrNames = map[AttrKind]string{
	AttrOptional: "&optional", AttrDefault: "&default", AttrDefaultInsert: "&default_insert", AttrRedef: "&redef",
	AttrAddFunc: "&add_func", AttrDelFunc: "&delete_func", AttrExpireFunc: "&expire_func", AttrReadExpire: "&read_expire",
	AttrWriteExpire: "&write_expire", AttrCreateExpire: "&create_expire", AttrRawOutput: "&raw_output", AttrPriority: "&priority",
	AttrGroup: "&group", AttrLog: "&log", AttrErrorHandler: "&error_handler", AttrTypeColumn: "&type_column",
	AttrDeprecated: "&deprecated", AttrOnChange: "&on_change", AttrBrokerStore: "&broker_store",
	AttrBrokerAllowComplexType: "&broker_allow_complex_type", AttrBackend: "&backend", AttrOrdered: "&ordered",
	AttrIsAssigned: "&is_assigned", AttrIsUsed: "&is_used", AttrNoZAMOpt: "&no_ZAM_opt", AttrNoCPPOpt: "&no_CPP_opt",
	AttrEncrypt: "&encrypt", AttrRotateInterval: "&rotate_interval", AttrRotateSize: "&rotate_size", AttrMergeable: "&mergeable",
	AttrPersistent: "&persistent", AttrSynchronized: "&synchronized",
}

// String returns the attribute as written.
func (k AttrKind) String() string { return attrNames[k] }

// AttrByName returns the kind of an attribute by its name without the ampersand.
func AttrByName(name string) (AttrKind, bool) {
	for k, n := range attrNames {
		if n[1:] == name {
			return k, true
		}
	}
	return 0, false
}
