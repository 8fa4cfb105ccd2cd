// Package types is the type system of scripts: what types there are, which are the same, how they print.
//
// Types of base kinds are the shared values below; records, enums and functions grow through `redef`, so they belong
// to one engine. Nothing here knows of values or of syntax.
package types

import (
	"maps"
	"slices"

	"github.com/brogo/brogo/lang/diag"
)

// Tag is the kind of a type, numbered as in Zeek 8.0 (the number goes into hashes that scripts see).
type Tag uint8

// Tags. A set is a Table without Elem.
const (
	Void Tag = iota
	Bool
	Int
	Count
	Double
	Time
	Interval
	String
	Pattern
	Enum
	Port
	Addr
	Subnet
	Any
	Table
	Record
	List
	Func
	File
	Vector
	Opaque
	TypeType // the type of a type used as a value; Elem is that type
	Error    // the type of an expression that had an error: accepted everywhere, so that one mistake gives one message
)

// Type is one type. Which fields count depends on Tag. Base types are compared by Tag, so nobody may write to them.
type Type struct {
	Tag    Tag
	Name   string  // declared name, module included; "" for types written in place
	Keys   []*Type // Table: index types
	Elem   *Type   // Table: yield, nil for a set; Vector, File, TypeType: element (nil for a plain `file`)
	List   []*Type // List: element types
	Rec    *RecordInfo
	Enum   *EnumInfo
	Fn     *FuncInfo
	Opaque string // Opaque: its name
	At     diag.Span
	// Unspecified marks the type of an empty `table()`, `set()` or `vector()` that adopts the type it is assigned to.
	Unspecified bool
	// AliasOf is the name of the type that a declaration `type A: B` copied; "" otherwise.
	AliasOf string
	// Attrs are those of `type T: … &attr` (defaults of tables, &log of records).
	Attrs Attrs
}

// RecordInfo is the fields of a record, shared by all aliases of it. `redef record` appends to it.
type RecordInfo struct {
	Fields []*Field
	index  map[string]int
}

// Field is one field of a record, or one parameter of a function.
type Field struct {
	Name  string
	Type  *Type
	Attrs Attrs
	At    diag.Span
	Doc   string
	// Added by `redef record … +=`.
	Redef bool
}

// Optional reports whether the field may be unset without a default.
func (f *Field) Optional() bool { return f.Attrs.Has(AttrOptional) }

// Default returns the &default expression, or nil.
func (f *Field) Default() Expr { return f.Attrs.Get(AttrDefault) }

// Clone returns a copy with its own list of the same fields.
func (r *RecordInfo) Clone() *RecordInfo {
	return &RecordInfo{Fields: slices.Clone(r.Fields), index: maps.Clone(r.index)}
}

// Append adds a field; the caller has checked that the name is new.
func (r *RecordInfo) Append(f *Field) {
	if r.index == nil {
		r.index = make(map[string]int)
	}
	r.index[f.Name] = len(r.Fields)
	r.Fields = append(r.Fields, f)
}

// Lookup returns the offset of a field, -1 if there is none.
func (r *RecordInfo) Lookup(name string) int {
	if i, ok := r.index[name]; ok {
		return i
	}
	return -1
}

// EnumInfo is the members of an enum. Names are qualified with their module, GLOBAL's are bare.
type EnumInfo struct {
	Members  []EnumMember // in order of declaration
	byVal    map[int64]int
	byName   map[string]int
	Next     int64
	Explicit bool // its members are given values in the script; no other kind may be added then
}

// EnumMember is one name of an enum.
type EnumMember struct {
	Name  string
	Value int64
}

// Add appends a member; the caller has checked that name and value are new, or wants an alias of the value.
func (e *EnumInfo) Add(name string, v int64) {
	if e.byName == nil {
		e.byName, e.byVal = make(map[string]int), make(map[int64]int)
	}
	e.byName[name] = len(e.Members)
	if _, dup := e.byVal[v]; !dup {
		e.byVal[v] = len(e.Members)
	}
	e.Members = append(e.Members, EnumMember{name, v})
	if v >= e.Next {
		e.Next = v + 1
	}
}

// Clone returns a copy that shares nothing with e.
func (e *EnumInfo) Clone() *EnumInfo {
	return &EnumInfo{Members: slices.Clone(e.Members), byVal: maps.Clone(e.byVal), byName: maps.Clone(e.byName), Next: e.Next}
}

// NameOf returns the qualified name of value v, "" if there is none.
func (e *EnumInfo) NameOf(v int64) string {
	if i, ok := e.byVal[v]; ok {
		return e.Members[i].Name
	}
	return ""
}

// ValueOf returns the value of a qualified name.
func (e *EnumInfo) ValueOf(name string) (int64, bool) {
	i, ok := e.byName[name]
	if !ok {
		return 0, false
	}
	return e.Members[i].Value, true
}

// Flavor tells functions, events and hooks apart.
type Flavor uint8

// Flavors.
const (
	FlavorFunction Flavor = iota
	FlavorEvent
	FlavorHook
)

// String returns the keyword.
func (f Flavor) String() string { return [...]string{"function", "event", "hook"}[f] }

// FuncInfo is the signature of a function, event or hook.
type FuncInfo struct {
	Flavor   Flavor
	Params   *RecordInfo
	Result   *Type // VoidT for none, BoolT for hooks
	Variadic bool  // builtins only: takes any arguments behind Params
	// Protos are the prototypes of events and hooks, the canonical one first (8.0: alternates take a subset of parameters).
	Protos []Proto
}

// Proto is one declared prototype. Offsets[i] is the canonical index of its parameter i.
type Proto struct {
	Params     *RecordInfo
	Offsets    []int
	Deprecated *string // message of &deprecated; nil when not deprecated
	At         diag.Span
}

// Expr is the little that this package knows of checked expressions (lang/ir's).
type Expr interface{ Type() *Type }

// AttrKind names an attribute.
type AttrKind uint8

// Attributes of both dialects.
const (
	AttrOptional AttrKind = iota
	AttrDefault
	AttrDefaultInsert
	AttrRedef
	AttrAddFunc
	AttrDelFunc
	AttrExpireFunc
	AttrReadExpire
	AttrWriteExpire
	AttrCreateExpire
	AttrRawOutput
	AttrPriority
	AttrGroup
	AttrLog
	AttrErrorHandler
	AttrTypeColumn
	AttrDeprecated
	AttrOnChange
	AttrBrokerStore
	AttrBrokerAllowComplexType
	AttrBackend
	AttrOrdered
	AttrIsAssigned
	AttrIsUsed
	AttrNoZAMOpt
	AttrNoCPPOpt
	AttrEncrypt
	AttrRotateInterval
	AttrRotateSize
	AttrMergeable
	AttrPersistent
	AttrSynchronized
)

// Attr is one attribute; X is nil for those without a value.
type Attr struct {
	Kind AttrKind
	X    Expr
	At   diag.Span
}

// Attrs are the attributes of one thing, in order of writing.
type Attrs []Attr

// Has reports whether kind is among them.
func (as Attrs) Has(kind AttrKind) bool { return as.Find(kind) != nil }

// Find returns the last attribute of that kind, or nil.
func (as Attrs) Find(kind AttrKind) *Attr {
	for i := len(as) - 1; i >= 0; i-- {
		if as[i].Kind == kind {
			return &as[i]
		}
	}
	return nil
}

// Get returns the expression of the last attribute of that kind, or nil.
func (as Attrs) Get(kind AttrKind) Expr {
	if a := as.Find(kind); a != nil {
		return a.X
	}
	return nil
}

// The base types, shared by all engines and never written to.
var (
	VoidT     = base(Void)
	BoolT     = base(Bool)
	IntT      = base(Int)
	CountT    = base(Count)
	DoubleT   = base(Double)
	TimeT     = base(Time)
	IntervalT = base(Interval)
	StringT   = base(String)
	PatternT  = base(Pattern)
	PortT     = base(Port)
	AddrT     = base(Addr)
	SubnetT   = base(Subnet)
	AnyT      = base(Any)
	ErrorT    = base(Error)
	FileT     = &Type{Tag: File, Elem: StringT}
)

func base(t Tag) *Type { return &Type{Tag: t, At: diag.Named(t.String())} }

var tagNames = [...]string{"void", "bool", "int", "count", "double", "time", "interval", "string", "pattern", "enum", "port", "addr",
	"subnet", "any", "table", "record", "types", "func", "file", "vector", "opaque", "type", "error"}

// String returns the reference's name of the tag.
func (t Tag) String() string { return tagNames[t] }

// IsSet reports whether t is a set.
func (t *Type) IsSet() bool { return t.Tag == Table && t.Elem == nil }

// IsTable reports whether t is a table that is no set.
func (t *Type) IsTable() bool { return t.Tag == Table && t.Elem != nil }

// IsArithmetic reports whether t is int, count or double.
func (t *Type) IsArithmetic() bool { return t.Tag == Int || t.Tag == Count || t.Tag == Double }

// IsScalar reports whether values of t live in Value.N alone (no pointer).
func (t *Type) IsScalar() bool {
	switch t.Tag {
	case Bool, Int, Count, Double, Time, Interval, Enum, Port:
		return true
	}
	return false
}

// IsAggregate reports whether values of t are containers shared by reference.
func (t *Type) IsAggregate() bool { return t.Tag == Table || t.Tag == Record || t.Tag == Vector }

// NewVector, NewSet, NewTable, NewRecord, NewList and NewTypeType make unnamed types.
func NewVector(elem *Type) *Type               { return &Type{Tag: Vector, Elem: elem} }
func NewSet(keys ...*Type) *Type               { return &Type{Tag: Table, Keys: keys} }
func NewTable(elem *Type, keys ...*Type) *Type { return &Type{Tag: Table, Keys: keys, Elem: elem} }
func NewRecord(fields ...*Field) *Type {
	r := &RecordInfo{}
	for _, f := range fields {
		r.Append(f)
	}
	return &Type{Tag: Record, Rec: r}
}
func NewList(elems ...*Type) *Type { return &Type{Tag: List, List: elems} }
func NewTypeType(t *Type) *Type    { return &Type{Tag: TypeType, Elem: t} }
func NewOpaque(name string) *Type  { return &Type{Tag: Opaque, Opaque: name} }
