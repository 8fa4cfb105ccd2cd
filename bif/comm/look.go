package comm

import (
	"maps"
	"slices"

	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/wire"
)

// PeerList describes the peers. A node is not made for it.
func (f *Family) PeerList() []node.PeerInfo {
	if f.node == nil || f.closed {
		return nil
	}
	return f.node.Peers()
}

// Subscriptions are the prefixes that this node asks its peers for, sorted.
func (f *Family) Subscriptions() []string { return slices.Sorted(maps.Keys(f.subs)) }

// Tap has see told of each event that comes in, as text, on the interpreter's goroutine and before it is queued.
func (f *Family) Tap(see func(topic, event string)) (remove func()) {
	f.taps = append(f.taps, &see)
	return func() {
		if i := slices.Index(f.taps, &see); i >= 0 {
			f.taps = slices.Delete(f.taps, i, i+1)
		}
	}
}

// show tells the taps of an event's payload.
func (f *Family) show(topic string, payload []byte) {
	r := wire.NewReader(payload)
	name, _, n := r.Event()
	text := append(slices.Clone(name), '(')
	for i := 0; i < n && r.Err() == nil; i++ {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = append(text, wire.Format(r.Data(), true)...)
	}
	text = append(text, ')')
	if r.Err() != nil {
		return // which is reported when it is read for the handlers
	}
	for _, see := range slices.Clone(f.taps) {
		(*see)(topic, string(text))
	}
}
