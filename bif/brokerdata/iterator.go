package brokerdata

import (
	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// iteratorKind is what the iterators over one kind of container differ in.
type iteratorKind struct {
	word   string // in names of functions and messages
	opaque string // name of the opaque type
	begin  func(m *interp.M, s *interp.Site, d val.Value) *iterator
	len    func(over wire.Data) int
	at     func(over wire.Data, i int) wire.Entry // Val, and Key of tables
	// read reads what iterator.AppendWire wrote.
	read wireval.OpaqueReader
}

// kinds are all of them.
var kinds = []*iteratorKind{
	newKind("set", "Broker::SetIterator", wordSet, (*wire.Set).Len, func(s *wire.Set, i int) wire.Entry { return wire.Entry{Val: s.At(i)} }),
	newKind("table", "Broker::TableIterator", wordTable, (*wire.Table).Len, (*wire.Table).At),
	newKind("vector", "Broker::VectorIterator", wordVector, lengthOf, elementOf),
	newKind("record", "Broker::RecordIterator", wordRecord, lengthOf, elementOf),
}

func lengthOf(v wire.Vector) int { return len(v) }

func elementOf(v wire.Vector, i int) wire.Entry { return wire.Entry{Val: v[i]} }

func newKind[T wire.Data](word, opaque, wanted string, length func(T) int, at func(T, int) wire.Entry) *iteratorKind {
	k := &iteratorKind{word: word, opaque: opaque}
	k.len = func(over wire.Data) int { return length(over.(T)) }
	k.at = func(over wire.Data, i int) wire.Entry {
		e := at(over.(T), i)
		if e.Key != nil {
			e.Key = wire.Clone(e.Key)
		}
		e.Val = wire.Clone(e.Val)
		return e
	}
	k.begin = func(m *interp.M, s *interp.Site, d val.Value) *iterator {
		over, _ := want[T](m, s, d, wanted)
		return &iterator{kind: k, over: wire.Clone(over)}
	}
	k.read = func(_ *wireval.Codec, r *wire.Reader) (val.Opaque, error) {
		n := r.Vector()
		over, ok := r.Data().(T)
		pos := r.Count()
		if r.Err() != nil || n != 2 || !ok || pos > uint64(length(over)) {
			return nil, wire.ErrKind
		}
		return &iterator{kind: k, over: over, pos: int(pos)}, nil
	}
	return k
}

// iterator is the value behind the opaque types of iterators.
type iterator struct {
	kind *iteratorKind
	over wire.Data // its own copy
	pos  int
}

func iteratorOf(h val.Value) *iterator { return h.Opaque().(*iterator) }

func (it *iterator) atEnd() bool { return it.pos >= it.kind.len(it.over) }

// next goes on by one and tells whether it is at something then.
func (it *iterator) next() bool {
	if it.atEnd() {
		return false
	}
	it.pos++
	return !it.atEnd()
}

// OpaqueName returns the name of the opaque type.
func (it *iterator) OpaqueName() string { return it.kind.opaque }

// Clone returns an iterator at the same position of the same copy, which no iterator changes.
func (it *iterator) Clone() val.Opaque {
	c := *it
	return &c
}

// AppendWire writes the container and the position.
func (it *iterator) AppendWire(_ *wireval.Codec, b []byte) ([]byte, error) {
	return wire.AppendCount(wire.Append(wire.AppendVector(b, 2), it.over), uint64(it.pos)), nil
}
