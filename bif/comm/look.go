package comm

import (
	"maps"
	"slices"
	"strings"

	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// PeerList describes the peers. A node is not made for it.
func (f *Family) PeerList() []node.PeerInfo {
	if f.node == nil || f.closed {
		return nil
	}
	return f.node.Peers()
}

// Wants are the prefixes that a peer subscribes to, by its id.
func (f *Family) Wants(id string) []string {
	if f.node == nil || f.closed {
		return nil
	}
	return f.node.Wants(id)
}

// Subscriptions are the prefixes that this node asks its peers for, sorted.
func (f *Family) Subscriptions() []string { return slices.Sorted(maps.Keys(f.subs)) }

// Published is an event that this node publishes, or that a peer sends.
type Published struct {
	Topic, Event string
	Args         []string // as text
}

// Watch has see told of each event that scripts publish, whether there are peers or not.
func (f *Family) Watch(see func(Published)) { f.watchers = append(f.watchers, see) }

// watch tells the watchers of an event's frame.
func (f *Family) watch(topic string, frame []byte) {
	if len(f.watchers) == 0 {
		return
	}
	body, _ := wire.Body(frame)
	m, err := wire.ParseRouted(body, new(wire.Interner))
	if err != nil || m.Kind != wire.MsgEvent {
		return
	}
	p, ok := Decode(topic, m.Payload)
	for _, see := range f.watchers {
		if ok {
			see(p)
		}
	}
}

// PayloadSize is how many bytes of a frame are the event itself.
func PayloadSize(frame []byte) int {
	body, _ := wire.Body(frame)
	m, err := wire.ParseRouted(body, new(wire.Interner))
	if err != nil {
		return 0
	}
	return len(m.Payload)
}

// Decode reads an event's payload; ok is false for what is none.
func Decode(topic string, payload []byte) (p Published, ok bool) {
	r := wire.NewReader(payload)
	name, _, n := r.Event()
	p = Published{Topic: topic, Event: string(name)}
	for i := 0; i < n && r.Err() == nil; i++ {
		p.Args = append(p.Args, wire.Format(r.Data(), true))
	}
	return p, r.Err() == nil
}

// Frame makes the frame of an event that begins with argument from of a builtin's call; nil after an error, which it has reported.
func (f *Family) Frame(s *interp.Site, topic string, from int, a []val.Value) []byte {
	return f.encode(s, topic, from, a)
}

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
	p, ok := Decode(topic, payload)
	if !ok {
		return // which is reported when it is read for the handlers
	}
	for _, see := range slices.Clone(f.taps) {
		(*see)(topic, p.Event+"("+strings.Join(p.Args, ", ")+")")
	}
}
