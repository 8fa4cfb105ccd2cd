package brokerdata

import (
	"testing"

	"github.com/brogo/brogo/net/wire"
)

func kindOf(t *testing.T, word string) *iteratorKind {
	for _, k := range kinds {
		if k.word == word {
			return k
		}
	}
	t.Fatalf("no iterator over a %s", word)
	return nil
}

// Iterators walk through their containers in order, copies of them go on by themselves, and they come back from the wire at the same place.
func TestIterators(t *testing.T) {
	text := wire.String("b")
	for _, c := range []struct {
		word string
		over wire.Data
		want []string
	}{
		{"set", wire.NewSet(text, wire.Count(1)), []string{"1", "b"}},
		{"set", wire.NewSet(), nil},
		{"table", wire.NewTable(wire.Entry{Key: text, Val: wire.Count(2)}, wire.Entry{Key: wire.Count(9), Val: wire.Bool(true)}), []string{"9=T", "b=2"}},
		{"vector", wire.Vector{text, text, wire.Count(3)}, []string{"b", "b", "3"}},
		{"record", wire.Vector{wire.None{}, wire.Count(4)}, []string{"nil", "4"}},
	} {
		k := kindOf(t, c.word)
		it := &iterator{kind: k, over: c.over}
		for i, want := range c.want {
			if it.atEnd() {
				t.Fatalf("%s: over after %d", c.word, i)
			}
			e := k.at(it.over, it.pos)
			got := wire.Format(e.Val, false)
			if e.Key != nil {
				got = wire.Format(e.Key, false) + "=" + got
			}
			if got != want {
				t.Errorf("%s: element %d is %s, want %s", c.word, i, got, want)
			}
			b, err := it.AppendWire(nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			r := wire.NewReader(b)
			back, err := k.read(nil, &r)
			if err != nil || back.(*iterator).pos != i || !wire.Equal(back.(*iterator).over, c.over) {
				t.Errorf("%s: came back as %v, %v", c.word, back, err)
			}
			other := it.Clone().(*iterator)
			if more := it.next(); more != (i < len(c.want)-1) {
				t.Errorf("%s: next at %d says %v", c.word, i, more)
			}
			if other.pos != i {
				t.Errorf("%s: the copy went along", c.word)
			}
		}
		if !it.atEnd() || it.next() {
			t.Errorf("%s: not over after %d", c.word, len(c.want))
		}
		if it.OpaqueName() != k.opaque {
			t.Errorf("%s is called %s", c.word, it.OpaqueName())
		}
	}
}

// What another node sends is not trusted to be an iterator.
func TestIteratorsFromTheWire(t *testing.T) {
	set := wire.NewSet(wire.Count(1))
	for name, b := range map[string][]byte{
		"another container":  wire.AppendCount(wire.Append(wire.AppendVector(nil, 2), wire.Vector{}), 0),
		"behind the end":     wire.AppendCount(wire.Append(wire.AppendVector(nil, 2), set), 2),
		"no position":        wire.Append(wire.AppendVector(nil, 1), set),
		"a position in text": wire.AppendString(wire.Append(wire.AppendVector(nil, 2), set), "0"),
		"nothing":            nil,
		"a number":           wire.AppendCount(nil, 1),
	} {
		r := wire.NewReader(b)
		if it, err := kindOf(t, "set").read(nil, &r); err == nil {
			t.Errorf("%s was read as %v", name, it)
		}
	}
}
