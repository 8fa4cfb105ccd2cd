// Package val holds script values: what they are in memory, how they compare, hash, copy, print and turn into JSON.
//
// A Value is untagged; whoever holds it knows its static type. Nothing here runs scripts.
package val

import (
	"encoding/binary"
	"math"
	"net/netip"
	"unsafe"

	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
)

// Value is one script value in 16 bytes:
//
//	bool, int, count, enum, port        N
//	double, time, interval              N holds the float64's bits (time and interval in seconds)
//	string                              N is the length, P the first byte
//	addr                                IPv4: N, P nil; IPv6: P to 16 bytes
//	subnet                              IPv4: N is address<<8 | width, P nil; IPv6: N is the width, P to 16 bytes
//	pattern record table set vector func file opaque type     P
//	list (a whole composite index)      P to a []Value
//	any                                 P to an AnyBox
//
// The zero Value is the zero of every scalar type, "", 0.0.0.0 and no object; whether something is set is known by its holder.
type Value struct {
	N uint64
	P unsafe.Pointer
}

// AnyBox is what a value of static type any points to.
type AnyBox struct {
	T *types.Type
	V Value
}

// Bool makes a bool value.
func Bool(b bool) Value {
	if b {
		return Value{N: 1}
	}
	return Value{}
}

// Int, Count, Enum, Double, Time and Interval make values of these types.
func Int(i int64) Value          { return Value{N: uint64(i)} }
func Count(u uint64) Value       { return Value{N: u} }
func Enum(i int64) Value         { return Value{N: uint64(i)} }
func Double(f float64) Value     { return Value{N: math.Float64bits(f)} }
func Time(sec float64) Value     { return Double(sec) }
func Interval(sec float64) Value { return Double(sec) }

// bareByte is what the pointer of a bare interval points to. Intervals have no use for it otherwise.
var bareByte byte

// BareInterval makes an interval that prints as a number of seconds in 2.6's rendering, as those do there that readers of input
// or builtins made; what is computed with it is an interval as any other.
func BareInterval(sec float64) Value {
	v := Double(sec)
	v.P = unsafe.Pointer(&bareByte)
	return v
}

// Str makes a string value that shares the bytes of s.
func Str(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{N: uint64(len(s)), P: unsafe.Pointer(unsafe.StringData(s))}
}

// Protocols of a port, numbered as in the reference.
const (
	ProtoUnknown = 0
	ProtoTCP     = 1
	ProtoUDP     = 2
	ProtoICMP    = 3
)

// Port makes a port value: number | proto<<16.
func Port(num uint16, proto uint8) Value { return Value{N: uint64(num) | uint64(proto)<<16} }

// Addr makes an addr value. IPv4-mapped IPv6 addresses become IPv4.
func Addr(a netip.Addr) Value {
	a = a.Unmap()
	if a.Is4() {
		b := a.As4()
		return Value{N: uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return Value{P: unsafe.Pointer(&b)}
}

// Subnet makes a subnet value with its host bits cleared.
func Subnet(p netip.Prefix) Value {
	p = p.Masked()
	a := p.Addr().Unmap()
	if a.Is4() {
		bits := p.Bits()
		if p.Addr().Is4In6() {
			bits -= 96
		}
		b := a.As4()
		return Value{N: uint64(binary.BigEndian.Uint32(b[:]))<<8 | uint64(bits)}
	}
	b := a.As16()
	return Value{N: uint64(p.Bits()), P: unsafe.Pointer(&b)}
}

// Object values.
func Pat(p *pattern.Pattern) Value { return Value{P: unsafe.Pointer(p)} }
func Rec(r *Record) Value          { return Value{P: unsafe.Pointer(r)} }
func Tab(t *Table) Value           { return Value{P: unsafe.Pointer(t)} }
func Vec(v *Vector) Value          { return Value{P: unsafe.Pointer(v)} }
func Fn(f *Func) Value             { return Value{P: unsafe.Pointer(f)} }
func FileVal(f *File) Value        { return Value{P: unsafe.Pointer(f)} }
func TypeVal(t *types.Type) Value  { return Value{P: unsafe.Pointer(t)} }

// Any boxes v of type t. A v that is boxed already (t is any) is returned as it is.
func Any(t *types.Type, v Value) Value {
	if t.Tag == types.Any {
		return v
	}
	return Value{P: unsafe.Pointer(&AnyBox{t, v})}
}

// ListVal makes a value of a list type.
func ListVal(vs []Value) Value { return Value{P: unsafe.Pointer(&vs)} }

// List returns the elements of a list value.
func (v Value) List() []Value { return *(*[]Value)(v.P) }

// OpaqueVal makes a value of an opaque type.
func OpaqueVal(o Opaque) Value { return Value{P: unsafe.Pointer(&opaqueBox{o})} }

type opaqueBox struct{ o Opaque }

// Accessors; the caller vouches for the type.
func (v Value) Bool() bool                { return v.N != 0 }
func (v Value) Int() int64                { return int64(v.N) }
func (v Value) Count() uint64             { return v.N }
func (v Value) Double() float64           { return math.Float64frombits(v.N) }
func (v Value) Str() string               { return unsafe.String((*byte)(v.P), int(v.N)) }
func (v Value) PortNum() uint16           { return uint16(v.N) }
func (v Value) PortProto() uint8          { return uint8(v.N >> 16) }
func (v Value) Pattern() *pattern.Pattern { return (*pattern.Pattern)(v.P) }
func (v Value) Rec() *Record              { return (*Record)(v.P) }
func (v Value) Table() *Table             { return (*Table)(v.P) }
func (v Value) Vec() *Vector              { return (*Vector)(v.P) }
func (v Value) Func() *Func               { return (*Func)(v.P) }
func (v Value) File() *File               { return (*File)(v.P) }
func (v Value) TypeVal() *types.Type      { return (*types.Type)(v.P) }

// Opaque returns the Go value behind an opaque value.
func (v Value) Opaque() Opaque { return (*opaqueBox)(v.P).o }

// Unbox returns the dynamic type and value of an any.
func (v Value) Unbox() (*types.Type, Value) {
	b := (*AnyBox)(v.P)
	return b.T, b.V
}

// Addr returns an addr value.
func (v Value) Addr() netip.Addr {
	if v.P == nil {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(v.N))
		return netip.AddrFrom4(b)
	}
	return netip.AddrFrom16(*(*[16]byte)(v.P))
}

// Subnet returns a subnet value.
func (v Value) Subnet() netip.Prefix {
	if v.P == nil {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(v.N>>8))
		return netip.PrefixFrom(netip.AddrFrom4(b), int(v.N&0xff))
	}
	return netip.PrefixFrom(netip.AddrFrom16(*(*[16]byte)(v.P)), int(v.N))
}

// Opaque is a Go value behind a script's opaque value. Clone makes a deep copy.
type Opaque interface {
	OpaqueName() string
	Clone() Opaque
}
