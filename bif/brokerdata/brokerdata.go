// Package brokerdata is the family of builtins that look into data whose type only the data itself tells: `opaque of Broker::Data`,
// its sets, tables, vectors and records, and the iterators over them.
//
// Containers are changed in place: all Broker::Data records that share an opaque value see it. Iterators walk over copies. The family
// converts through bif/wireval, belongs to one interpreter and is used on its goroutine; it does not send or store anything.
package brokerdata

import (
	"slices"

	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Family is the builtins of one interpreter.
type Family struct {
	codec *wireval.Codec
}

// New makes the family; codec converts what scripts give and get.
func New(codec *wireval.Codec) *Family { return &Family{codec} }

// Readers returns what reads the family's opaque values from the wire, by their names.
func Readers() map[string]wireval.OpaqueReader {
	m := make(map[string]wireval.OpaqueReader, len(kinds))
	for _, k := range kinds {
		m[k.opaque] = k.read
	}
	return m
}

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	rows := []interp.Builtin{
		{Sig: "function Broker::__data(d: any): Broker::Data", Pure: true, Fn: f.data,
			Doc: "Turns any value into data; the result's field stays unset if that cannot be."},
		{Sig: "function Broker::__data_type(d: Broker::Data): Broker::DataType", Pure: true, F1: f.dataType,
			Doc: "The kind of some data; records are vectors."},
		{Sig: "function Broker::__opaque_clone_through_serialization(d: any): any", Fn: f.cloneByWire, GivesUp: true,
			Doc: "A copy of an opaque value, made by writing and reading it as if it went to another node."},
	}
	return slices.Concat(rows, f.setRows(), f.tableRows(), f.vectorRows(), f.recordRows(), f.iteratorRows())
}

// opaqueOf returns the opaque value in a Broker::Data record.
func opaqueOf(m *interp.M, s *interp.Site, rec val.Value) *wireval.Opaque {
	if v, ok := rec.Rec().Get(0); ok && v.P != nil {
		if o, ok := v.Opaque().(*wireval.Opaque); ok {
			return o
		}
	}
	m.RuntimeErrorf(s, "Broker::Data's opaque field is not set")
	return nil
}

// typeNames are what messages call the kinds of data.
var typeNames = [...]string{
	wire.KindNone: "NONE", wire.KindBool: "bool", wire.KindCount: "uint64_t", wire.KindInt: "int64_t", wire.KindReal: "double",
	wire.KindString: "string", wire.KindAddress: "address", wire.KindSubnet: "subnet", wire.KindPort: "port", wire.KindTimestamp: "time",
	wire.KindTimespan: "interval", wire.KindEnum: "enum", wire.KindSet: "set", wire.KindTable: "table", wire.KindVector: "vector",
}

// want returns the container in a Broker::Data record. Data of another kind ends the handler; word is what the message calls the
// kind that was wanted.
func want[T wire.Data](m *interp.M, s *interp.Site, rec val.Value, word string) (T, *wireval.Opaque) {
	o := opaqueOf(m, s, rec)
	d, ok := o.Data.(T)
	if !ok {
		m.RuntimeErrorf(s, "data is of type '%s' not of type '%s'", typeNames[o.Data.Kind()], word)
	}
	return d, o
}

// argument turns argument i into data; false says that it cannot be and that this was reported.
func (f *Family) argument(m *interp.M, s *interp.Site, a []val.Value, i int, what string) (wire.Data, bool) {
	t, v := s.Arg(a, i)
	d, err := f.codec.ToData(t, v)
	if err != nil {
		f.codec.Report(err)
		m.Errorf(s, "invalid Broker data conversion for %s argument", what)
		return nil, false
	}
	return d, true
}

// FromRecord turns a Broker::Data record into a value of a type; got names what it holds.
func (f *Family) FromRecord(to *types.Type, rec val.Value) (v val.Value, got string, ok bool) {
	field, set := rec.Rec().Get(0)
	if !set || field.P == nil {
		return v, typeNames[wire.KindNone], false
	}
	o, is := field.Opaque().(*wireval.Opaque)
	if !is {
		return v, typeNames[wire.KindNone], false
	}
	v, err := f.codec.FromData(o.Data, to)
	return v, typeNames[o.Data.Kind()], err == nil
}

// wrap returns d in a Broker::Data record, nil as one whose field is unset.
func (f *Family) wrap(d wire.Data) val.Value { return f.codec.Wrap(d) }

func (f *Family) data(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	t, v := s.Arg(a, 0)
	d, err := f.codec.ToData(t, v)
	if err != nil {
		f.codec.Report(err)
		m.Plainf(diag.Warning, "did not get a value from val_to_data")
		return f.wrap(nil)
	}
	return f.wrap(d)
}

// dataTypes are the positions of the kinds in the script's enum.
var dataTypes = [...]int64{
	wire.KindNone: 0, wire.KindBool: 1, wire.KindInt: 2, wire.KindCount: 3, wire.KindReal: 4, wire.KindString: 5, wire.KindAddress: 6,
	wire.KindSubnet: 7, wire.KindPort: 8, wire.KindTimestamp: 9, wire.KindTimespan: 10, wire.KindEnum: 11, wire.KindSet: 12,
	wire.KindTable: 13, wire.KindVector: 14,
}

func (f *Family) dataType(m *interp.M, s *interp.Site, d val.Value) val.Value {
	return val.Enum(dataTypes[opaqueOf(m, s, d).Data.Kind()])
}

func (f *Family) cloneByWire(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	t, v := s.Arg(a, 0)
	b, err := f.codec.Append(nil, t, v)
	if err == nil {
		r := wire.NewReader(b)
		var c val.Value
		if c, err = f.codec.Read(&r, t); err == nil {
			return val.Any(t, c)
		}
	}
	m.Errorf(s, "cannot serialize object to clone")
	return m.NoValue(s)
}
