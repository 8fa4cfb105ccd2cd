package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"unicode/utf8"
)

// Limits on what a Reader accepts.
const (
	// MaxDepth is how deep containers may be nested.
	MaxDepth = 64
	// MaxElements is how many values one message may hold altogether; a value takes one byte on the wire but sixteen or more in memory.
	MaxElements = 1 << 22
)

// Errors of reading; a Reader's error wraps one of them and names the offset.
var (
	ErrShort  = errors.New("data ends early")
	ErrSyntax = errors.New("not in the form of the protocol")
	ErrKind   = errors.New("another kind of data")
	ErrLimit  = errors.New("over the limit")
)

// Reader reads values one after the other. The first error sticks: after it all methods return zero values, so that a caller may look
// at Err once at the end. It allocates nothing for lengths that the remaining bytes cannot fill.
type Reader struct {
	b    []byte
	off  int
	left int // values that may still be read
	err  error
}

// NewReader returns a reader of b. What it returns as bytes shares memory with b.
func NewReader(b []byte) Reader { return Reader{b: b, left: MaxElements} }

// Err returns the first error.
func (r *Reader) Err() error { return r.err }

// Rest returns what was not read yet.
func (r *Reader) Rest() []byte { return r.b[r.off:] }

// Done returns the first error, or one if bytes are left over.
func (r *Reader) Done() error {
	if r.err == nil && r.off != len(r.b) {
		r.fail(ErrSyntax)
	}
	return r.err
}

func (r *Reader) fail(err error) {
	if r.err == nil {
		r.err = fmt.Errorf("byte %d: %w", r.off, err)
	}
	r.off = len(r.b)
}

// head reads a major type and its argument, which must be in the shortest form.
func (r *Reader) head() (byte, uint64) {
	if r.off >= len(r.b) {
		r.fail(ErrShort)
		return 0xff, 0
	}
	c := r.b[r.off]
	major, low := c&0xe0, c&0x1f
	if low < 24 {
		r.off++
		return major, uint64(low)
	}
	size := 1 << (low - 24)
	if low > 27 {
		r.fail(ErrSyntax)
		return 0xff, 0
	}
	if len(r.b)-r.off-1 < size {
		r.fail(ErrShort)
		return 0xff, 0
	}
	p := r.b[r.off+1:]
	var n uint64
	ok := true
	switch size {
	case 1:
		n = uint64(p[0])
		ok = n >= 24 && major != majorOther
	case 2:
		n = uint64(binary.BigEndian.Uint16(p))
		ok = n > math.MaxUint8 && major != majorOther
	case 4:
		n = uint64(binary.BigEndian.Uint32(p))
		ok = n > math.MaxUint16 && major != majorOther
	case 8:
		n = binary.BigEndian.Uint64(p)
		ok = n > math.MaxUint32 || major == majorOther // a real is always eight bytes
	}
	if !ok {
		r.fail(ErrSyntax)
		return 0xff, 0
	}
	r.off += 1 + size
	return major, n
}

func (r *Reader) expect(major byte) uint64 {
	if r.err != nil {
		return 0
	}
	start := r.off
	m, n := r.head()
	if m != major && r.err == nil {
		r.off = start
		r.fail(ErrKind)
	}
	if r.err != nil {
		return 0
	}
	return n
}

func (r *Reader) take(n uint64) []byte {
	if n > uint64(len(r.b)-r.off) {
		r.fail(ErrShort)
		return nil
	}
	p := r.b[r.off : r.off+int(n) : r.off+int(n)]
	r.off += int(n)
	return p
}

// elements counts n values against the limits; each takes at least one byte.
func (r *Reader) elements(n uint64) int {
	if r.err != nil {
		return 0
	}
	if n > uint64(len(r.b)-r.off) {
		r.fail(ErrShort)
		return 0
	}
	if n > uint64(r.left) {
		r.fail(ErrLimit)
		return 0
	}
	r.left -= int(n)
	return int(n)
}

// Peek returns the kind of the next value without reading it. At the end or at bytes of no kind it returns KindNone with an error set.
func (r *Reader) Peek() Kind {
	if r.err != nil {
		return KindNone
	}
	if r.off >= len(r.b) {
		r.fail(ErrShort)
		return KindNone
	}
	c := r.b[r.off]
	switch c & 0xe0 {
	case majorUint:
		return KindCount
	case majorBytes:
		return KindString
	case majorText:
		return KindEnum
	case majorArray:
		return KindVector
	case majorMap:
		return KindTable
	case majorTag:
		return r.peekTagged()
	case majorOther:
		switch c {
		case byteNull:
			return KindNone
		case byteTrue, byteFalse:
			return KindBool
		case byteReal:
			return KindReal
		}
	}
	r.fail(ErrSyntax)
	return KindNone
}

func (r *Reader) peekTagged() Kind {
	p := r.b[r.off:]
	if len(p) < 3 {
		r.fail(ErrShort)
		return KindNone
	}
	if p[0] == majorTag|25 && p[1] == tagSet>>8 && p[2] == tagSet&0xff {
		return KindSet
	}
	if p[0] == majorTag|24 {
		switch p[1] {
		case tagInt:
			return KindInt
		case tagPort:
			return KindPort
		case tagTimestamp:
			return KindTimestamp
		case tagTimespan:
			return KindTimespan
		case tagIPv4, tagIPv6:
			if p[2]&0xe0 == majorArray {
				return KindSubnet
			}
			return KindAddress
		}
	}
	r.fail(ErrSyntax)
	return KindNone
}

// IsNone reads none if that is next.
func (r *Reader) IsNone() bool {
	if r.err == nil && r.off < len(r.b) && r.b[r.off] == byteNull {
		r.off++
		return true
	}
	return false
}

// Bool reads a bool.
func (r *Reader) Bool() bool {
	if r.err == nil {
		if r.off >= len(r.b) {
			r.fail(ErrShort)
			return false
		}
		switch r.b[r.off] {
		case byteTrue:
			r.off++
			return true
		case byteFalse:
			r.off++
			return false
		}
		r.fail(ErrKind)
	}
	return false
}

// Count reads a count.
func (r *Reader) Count() uint64 { return r.expect(majorUint) }

// Int reads an int.
func (r *Reader) Int() int64 { return r.signed(tagInt) }

// Timestamp reads a time in nanoseconds since 1970.
func (r *Reader) Timestamp() int64 { return r.signed(tagTimestamp) }

// Timespan reads a duration in nanoseconds.
func (r *Reader) Timespan() int64 { return r.signed(tagTimespan) }

// tag reads the one-byte tag.
func (r *Reader) tag(tag byte) bool {
	if r.err != nil {
		return false
	}
	if len(r.b)-r.off < 2 {
		r.fail(ErrShort)
		return false
	}
	if r.b[r.off] != majorTag|24 || r.b[r.off+1] != tag {
		r.fail(ErrKind)
		return false
	}
	r.off += 2
	return true
}

func (r *Reader) signed(tag byte) int64 {
	if !r.tag(tag) {
		return 0
	}
	major, n := r.head()
	switch {
	case r.err != nil:
	case n > math.MaxInt64 || major > majorNeg:
		r.fail(ErrSyntax)
	case major == majorNeg:
		return int64(^n)
	default:
		return int64(n)
	}
	return 0
}

// Real reads a double.
func (r *Reader) Real() float64 {
	if r.err != nil {
		return 0
	}
	p := r.b[r.off:]
	switch {
	case len(p) > 0 && p[0] != byteReal:
		r.fail(ErrKind)
	case len(p) < 9:
		r.fail(ErrShort)
	default:
		r.off += 9
		return math.Float64frombits(binary.BigEndian.Uint64(p[1:]))
	}
	return 0
}

// Bytes reads a string; the result shares memory with the input.
func (r *Reader) Bytes() []byte {
	n := r.expect(majorBytes)
	if r.err != nil {
		return nil
	}
	return r.take(n)
}

// Str reads a string.
func (r *Reader) Str() string { return string(r.Bytes()) }

// Enum reads the name of an enum value; the result shares memory with the input.
func (r *Reader) Enum() []byte {
	n := r.expect(majorText)
	if r.err != nil {
		return nil
	}
	p := r.take(n)
	if !utf8.Valid(p) {
		r.fail(ErrSyntax)
		return nil
	}
	return p
}

// Address reads an address.
func (r *Reader) Address() netip.Addr {
	v6 := r.family()
	raw := r.Bytes()
	if r.err == nil {
		if a, ok := netip.AddrFromSlice(raw); ok && a.Is6() == v6 {
			return a
		}
		r.fail(ErrSyntax)
	}
	return netip.Addr{}
}

func (r *Reader) family() (v6 bool) {
	if r.err == nil && len(r.b)-r.off >= 2 && r.b[r.off+1] == tagIPv6 {
		return r.tag(tagIPv6)
	}
	r.tag(tagIPv4)
	return false
}

// Subnet reads a subnet.
func (r *Reader) Subnet() netip.Prefix {
	v6 := r.family()
	if r.expect(majorArray) != 2 && r.err == nil {
		r.fail(ErrSyntax)
	}
	bits, raw := r.Count(), r.Bytes()
	if r.err != nil {
		return netip.Prefix{}
	}
	var full [16]byte
	size := 4
	if v6 {
		size = 16
	}
	if bits > uint64(size*8) || len(raw) > size || len(raw) > 0 && raw[len(raw)-1] == 0 {
		r.fail(ErrSyntax)
		return netip.Prefix{}
	}
	copy(full[:], raw)
	a, _ := netip.AddrFromSlice(full[:size])
	p := netip.PrefixFrom(a, int(bits))
	if p.Masked() != p {
		r.fail(ErrSyntax)
		return netip.Prefix{}
	}
	return p
}

// Port reads a port.
func (r *Reader) Port() Port {
	if !r.tag(tagPort) {
		return Port{}
	}
	n := r.expect(majorUint)
	if n>>16 > uint64(ProtoICMP) {
		r.fail(ErrSyntax)
		return Port{}
	}
	return Port{Num: uint16(n), Proto: Proto(n >> 16)}
}

// Vector opens a vector and returns how many values follow.
func (r *Reader) Vector() int { return r.elements(r.expect(majorArray)) }

// Set opens a set and returns how many values follow. Their order and that none comes twice are the caller's to check.
func (r *Reader) Set() int {
	if r.err != nil {
		return 0
	}
	if len(r.b)-r.off < 3 {
		r.fail(ErrShort)
		return 0
	}
	if p := r.b[r.off:]; p[0] != majorTag|25 || p[1] != tagSet>>8 || p[2] != tagSet&0xff {
		r.fail(ErrKind)
		return 0
	}
	r.off += 3
	return r.elements(r.expect(majorArray))
}

// Table opens a table and returns how many pairs of key and value follow. That no key comes twice is the caller's to check.
func (r *Reader) Table() int {
	n := r.expect(majorMap)
	if n > math.MaxInt64/2 {
		r.fail(ErrShort)
		return 0
	}
	return r.elements(2*n) / 2
}

// Data reads any value into a tree that shares no memory with the input.
func (r *Reader) Data() Data { return r.data(MaxDepth) }

func (r *Reader) data(depth int) Data {
	kind := r.Peek()
	if r.err != nil {
		return None{}
	}
	if depth == 0 && kind >= KindSet {
		r.fail(ErrLimit)
		return None{}
	}
	switch kind {
	case KindNone:
		r.off++
		return None{}
	case KindBool:
		return Bool(r.Bool())
	case KindCount:
		return Count(r.Count())
	case KindInt:
		return Int(r.Int())
	case KindReal:
		return Real(r.Real())
	case KindString:
		return String(r.Bytes())
	case KindAddress:
		return Address{r.Address()}
	case KindSubnet:
		return Subnet{r.Subnet()}
	case KindPort:
		return r.Port()
	case KindTimestamp:
		return Timestamp(r.Timestamp())
	case KindTimespan:
		return Timespan(r.Timespan())
	case KindEnum:
		return Enum(r.Enum())
	case KindVector:
		return Vector(r.list(r.Vector(), depth-1))
	case KindSet:
		items := r.list(r.Set(), depth-1)
		if r.err == nil && !ordered(items, Compare) {
			r.fail(ErrSyntax)
		}
		return &Set{items}
	case KindTable:
		rows := r.rows(r.Table(), depth-1)
		if r.err == nil && !ordered(rows, func(a, b Entry) int { return Compare(a.Key, b.Key) }) {
			r.fail(ErrSyntax)
		}
		return &Table{rows}
	}
	panic("wire: unknown kind of data")
}

func (r *Reader) list(n, depth int) []Data {
	items := make([]Data, 0, n)
	for i := 0; i < n && r.err == nil; i++ {
		items = append(items, r.data(depth))
	}
	return items
}

func (r *Reader) rows(n, depth int) []Entry {
	rows := make([]Entry, 0, n)
	for i := 0; i < n && r.err == nil; i++ {
		k := r.data(depth)
		rows = append(rows, Entry{k, r.data(depth)})
	}
	return rows
}

// ordered sorts what came in another order and returns false for duplicates.
func ordered[T any](s []T, compare func(a, b T) int) bool {
	for i := 1; i < len(s); i++ {
		if compare(s[i-1], s[i]) >= 0 {
			slices.SortFunc(s, compare)
			for i := 1; i < len(s); i++ {
				if compare(s[i-1], s[i]) == 0 {
					return false
				}
			}
			return true
		}
	}
	return true
}

// Skip reads one value of any kind, checks its form and returns its bytes, which share memory with the input.
func (r *Reader) Skip() []byte {
	start := r.off
	r.skip(MaxDepth)
	if r.err != nil {
		return nil
	}
	return r.b[start:r.off:r.off]
}

func (r *Reader) skip(depth int) {
	kind := r.Peek()
	if r.err != nil {
		return
	}
	n := 0
	switch kind {
	case KindNone, KindBool:
		r.off++
	case KindString:
		r.Bytes()
	case KindEnum:
		r.Enum()
	case KindVector:
		n = r.Vector()
	case KindSet:
		n = r.Set()
	case KindTable:
		n = 2 * r.Table()
	default:
		r.data(0)
	}
	if kind >= KindSet && depth == 0 {
		r.fail(ErrLimit)
	}
	for ; n > 0 && r.err == nil; n-- {
		r.skip(depth - 1)
	}
}

// Decode reads exactly one value.
func Decode(b []byte) (Data, error) {
	r := NewReader(b)
	d := r.Data()
	return d, r.Done()
}
