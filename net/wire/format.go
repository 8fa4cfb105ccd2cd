package wire

import "strconv"

// Format renders data for people: strings bare, reals with six decimals, times in nanoseconds, vectors in brackets or, with
// rounded, in parentheses, none as `nil`. The forms are 2.6's and 8.0's.
func Format(d Data, rounded bool) string { return string(appendFormat(nil, d, rounded)) }

func appendFormat(b []byte, d Data, rounded bool) []byte {
	switch d := d.(type) {
	case None:
		return append(b, "nil"...)
	case Bool:
		if d {
			return append(b, 'T')
		}
		return append(b, 'F')
	case Count:
		return strconv.AppendUint(b, uint64(d), 10)
	case Int:
		return strconv.AppendInt(b, int64(d), 10)
	case Real:
		return strconv.AppendFloat(b, float64(d), 'f', 6, 64)
	case String:
		return append(b, d...)
	case Address:
		return append(b, d.String()...)
	case Subnet:
		return append(b, d.String()...)
	case Port:
		return append(append(strconv.AppendUint(b, uint64(d.Num), 10), '/'), d.Proto.String()...)
	case Timestamp:
		return append(strconv.AppendInt(b, int64(d), 10), "ns"...)
	case Timespan:
		return append(strconv.AppendInt(b, int64(d), 10), "ns"...)
	case Enum:
		return append(b, d...)
	case *Set:
		return append(appendList(append(b, '{'), d.items, rounded), '}')
	case Vector:
		if rounded {
			return append(appendList(append(b, '('), d, rounded), ')')
		}
		return append(appendList(append(b, '['), d, rounded), ']')
	case *Table:
		b = append(b, '{')
		for i, e := range d.rows {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = append(appendFormat(b, e.Key, rounded), " -> "...)
			b = appendFormat(b, e.Val, rounded)
		}
		return append(b, '}')
	}
	panic("wire: unknown kind of data")
}

func appendList(b []byte, items []Data, rounded bool) []byte {
	for i, d := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendFormat(b, d, rounded)
	}
	return b
}

// String returns the protocol's name, `?` if it is unknown.
func (p Proto) String() string {
	switch p {
	case ProtoTCP:
		return "tcp"
	case ProtoUDP:
		return "udp"
	case ProtoICMP:
		return "icmp"
	}
	return "?"
}
