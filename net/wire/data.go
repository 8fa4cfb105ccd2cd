// Package wire is what travels between nodes: a data model, its bytes (CBOR), frames and the messages in them.
//
// Data is for values whose type only the receiver knows or that are kept (stores, opaque script values). Whoever knows the types writes
// with the Append functions and reads with a Reader instead, without a tree between. docs/protocol.md describes the bytes.
// Nothing here does I/O, and no input makes it panic.
package wire

import (
	"bytes"
	"cmp"
	"math"
	"net/netip"
	"slices"
	"strings"
)

// Kind tells the kinds of data apart. Its order is the first criterion of Compare.
type Kind uint8

// The kinds of data.
const (
	KindNone Kind = iota
	KindBool
	KindCount
	KindInt
	KindReal
	KindString
	KindAddress
	KindSubnet
	KindPort
	KindTimestamp
	KindTimespan
	KindEnum
	KindSet
	KindTable
	KindVector
)

var kindNames = [...]string{"none", "bool", "count", "int", "real", "string", "address", "subnet", "port", "timestamp", "timespan",
	"enum", "set", "table", "vector"}

// String returns the kind's name in lower case.
func (k Kind) String() string { return kindNames[k] }

// Data is one value; the types below are all there are.
type Data interface{ Kind() Kind }

// None is the absence of a value.
type None struct{}

// Bool is true or false.
type Bool bool

// Count is an unsigned number.
type Count uint64

// Int is a signed number.
type Int int64

// Real is a double.
type Real float64

// String is a sequence of any bytes.
type String string

// Address is an IPv4 or IPv6 address without a zone; IPv4 is never mapped into IPv6.
type Address struct{ netip.Addr }

// Subnet is a masked prefix.
type Subnet struct{ netip.Prefix }

// Port is a transport port.
type Port struct {
	Num   uint16
	Proto Proto
}

// Proto is the protocol of a port.
type Proto uint8

// The protocols of a port.
const (
	ProtoUnknown Proto = iota
	ProtoTCP
	ProtoUDP
	ProtoICMP
)

// Timestamp is a point in time in nanoseconds since 1970.
type Timestamp int64

// Timespan is a duration in nanoseconds.
type Timespan int64

// Enum is the fully qualified name of an enum value.
type Enum string

// Vector is a sequence; a record travels as the vector of its fields.
type Vector []Data

// Kind returns KindNone.
func (None) Kind() Kind { return KindNone }

// Kind returns KindBool.
func (Bool) Kind() Kind { return KindBool }

// Kind returns KindCount.
func (Count) Kind() Kind { return KindCount }

// Kind returns KindInt.
func (Int) Kind() Kind { return KindInt }

// Kind returns KindReal.
func (Real) Kind() Kind { return KindReal }

// Kind returns KindString.
func (String) Kind() Kind { return KindString }

// Kind returns KindAddress.
func (Address) Kind() Kind { return KindAddress }

// Kind returns KindSubnet.
func (Subnet) Kind() Kind { return KindSubnet }

// Kind returns KindPort.
func (Port) Kind() Kind { return KindPort }

// Kind returns KindTimestamp.
func (Timestamp) Kind() Kind { return KindTimestamp }

// Kind returns KindTimespan.
func (Timespan) Kind() Kind { return KindTimespan }

// Kind returns KindEnum.
func (Enum) Kind() Kind { return KindEnum }

// Kind returns KindVector.
func (Vector) Kind() Kind { return KindVector }

// Kind returns KindSet.
func (*Set) Kind() Kind { return KindSet }

// Kind returns KindTable.
func (*Table) Kind() Kind { return KindTable }

// Set is a set of data in the order of Compare. The zero value is empty.
type Set struct{ items []Data }

// NewSet returns a set of the items; duplicates count once.
func NewSet(items ...Data) *Set {
	s := &Set{}
	for _, d := range items {
		s.Add(d)
	}
	return s
}

// Len returns the number of elements.
func (s *Set) Len() int { return len(s.items) }

// At returns the i-th element in order.
func (s *Set) At(i int) Data { return s.items[i] }

// Has tells whether d is an element.
func (s *Set) Has(d Data) bool {
	_, found := slices.BinarySearchFunc(s.items, d, Compare)
	return found
}

// Add inserts d; false means that it was there.
func (s *Set) Add(d Data) bool {
	at, found := slices.BinarySearchFunc(s.items, d, Compare)
	if !found {
		s.items = slices.Insert(s.items, at, d)
	}
	return !found
}

// Remove deletes d; false means that it was not there.
func (s *Set) Remove(d Data) bool {
	at, found := slices.BinarySearchFunc(s.items, d, Compare)
	if found {
		s.items = slices.Delete(s.items, at, at+1)
	}
	return found
}

// Clear removes all elements.
func (s *Set) Clear() { s.items = nil }

// Entry is one row of a table.
type Entry struct{ Key, Val Data }

// Table maps data to data in the order of the keys. The zero value is empty.
type Table struct{ rows []Entry }

// NewTable returns a table of the entries; of equal keys the last counts.
func NewTable(rows ...Entry) *Table {
	t := &Table{}
	for _, e := range rows {
		t.Put(e.Key, e.Val)
	}
	return t
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// At returns the i-th row in order of the keys.
func (t *Table) At(i int) Entry { return t.rows[i] }

func (t *Table) find(key Data) (int, bool) {
	return slices.BinarySearchFunc(t.rows, key, func(e Entry, k Data) int { return Compare(e.Key, k) })
}

// Get returns the value of key.
func (t *Table) Get(key Data) (Data, bool) {
	if at, found := t.find(key); found {
		return t.rows[at].Val, true
	}
	return nil, false
}

// Put sets the value of key and returns the one that it had, or nil.
func (t *Table) Put(key, val Data) Data {
	at, found := t.find(key)
	if found {
		old := t.rows[at].Val
		t.rows[at].Val = val
		return old
	}
	t.rows = slices.Insert(t.rows, at, Entry{key, val})
	return nil
}

// Remove deletes key and returns the value that it had, or nil.
func (t *Table) Remove(key Data) Data {
	at, found := t.find(key)
	if !found {
		return nil
	}
	old := t.rows[at].Val
	t.rows = slices.Delete(t.rows, at, at+1)
	return old
}

// Clear removes all rows.
func (t *Table) Clear() { t.rows = nil }

// Compare orders data by kind and then by value: numbers by size (a NaN before all), strings and names by bytes, addresses as 16 bytes
// (IPv4 mapped), subnets by address and length, ports by number and protocol, containers element by element, a shorter one first.
func Compare(a, b Data) int {
	if c := cmp.Compare(a.Kind(), b.Kind()); c != 0 {
		return c
	}
	switch a := a.(type) {
	case None:
		return 0
	case Bool:
		return cmp.Compare(btoi(bool(a)), btoi(bool(b.(Bool))))
	case Count:
		return cmp.Compare(a, b.(Count))
	case Int:
		return cmp.Compare(a, b.(Int))
	case Real:
		return compareReal(float64(a), float64(b.(Real)))
	case String:
		return strings.Compare(string(a), string(b.(String)))
	case Address:
		return compareAddr(a.Addr, b.(Address).Addr)
	case Subnet:
		b := b.(Subnet)
		if c := compareAddr(a.Addr(), b.Addr()); c != 0 {
			return c
		}
		return cmp.Compare(a.Bits(), b.Bits())
	case Port:
		b := b.(Port)
		return cmp.Or(cmp.Compare(a.Num, b.Num), cmp.Compare(a.Proto, b.Proto))
	case Timestamp:
		return cmp.Compare(a, b.(Timestamp))
	case Timespan:
		return cmp.Compare(a, b.(Timespan))
	case Enum:
		return strings.Compare(string(a), string(b.(Enum)))
	case *Set:
		return slices.CompareFunc(a.items, b.(*Set).items, Compare)
	case *Table:
		return slices.CompareFunc(a.rows, b.(*Table).rows, func(x, y Entry) int {
			if c := Compare(x.Key, y.Key); c != 0 {
				return c
			}
			return Compare(x.Val, y.Val)
		})
	case Vector:
		return slices.CompareFunc(a, b.(Vector), Compare)
	}
	panic("wire: unknown kind of data")
}

// compareReal tells +0 and -0 apart and NaNs by their bits, so that equal means equal bytes and containers keep what they were given.
func compareReal(a, b float64) int {
	if c := cmp.Compare(a, b); c != 0 {
		return c
	}
	if a == 0 || a != a {
		return cmp.Compare(math.Float64bits(a), math.Float64bits(b))
	}
	return 0
}

// compareAddr also tells an IPv4 address from the IPv6 address that maps it.
func compareAddr(a, b netip.Addr) int {
	x, y := a.As16(), b.As16()
	return cmp.Or(bytes.Compare(x[:], y[:]), cmp.Compare(a.BitLen(), b.BitLen()))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Equal tells whether a and b are the same value of the same kind.
func Equal(a, b Data) bool { return Compare(a, b) == 0 }

// Clone returns a copy that shares no container with d.
func Clone(d Data) Data {
	switch d := d.(type) {
	case *Set:
		return &Set{cloneAll(d.items)}
	case *Table:
		rows := make([]Entry, len(d.rows))
		for i, e := range d.rows {
			rows[i] = Entry{Clone(e.Key), Clone(e.Val)}
		}
		return &Table{rows}
	case Vector:
		return Vector(cloneAll(d))
	}
	return d
}

func cloneAll(in []Data) []Data {
	out := make([]Data, len(in))
	for i, d := range in {
		out[i] = Clone(d)
	}
	return out
}
