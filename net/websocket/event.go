package websocket

import (
	"errors"

	"github.com/brogo/brogo/net/wire"
)

// Event is what a client publishes.
type Event struct {
	Topic string
	// Payload is the event as the payload of a wire.MsgEvent.
	Payload []byte
}

// What is wrong with a client's message. The texts are those of the reference, for the client.
var (
	errDecode = errors.New("failed to decode JSON object")
	errTopic  = errors.New("no topic in top-level JSON object")
	errEvent  = errors.New("failed to create Zeek event")
)

// networkTimestamp is the id of the one kind of metadata that travels.
const networkTimestamp = 1

// decode reads a data message: {"type": …, "topic": T, "@data-type": "vector", "data": [1, 1, [name, [arguments], [[1, time]]]]}.
func decode(text []byte) (Event, error) {
	n, err := parse(text)
	o, ok := n.(object)
	if err != nil || !ok {
		return Event{}, errDecode
	}
	d, err := data(o, maxDepth)
	if err != nil {
		return Event{}, errDecode
	}
	topic, ok := o["topic"].(string)
	if !ok || len(topic) > wire.MaxTopic {
		return Event{}, errTopic
	}
	outer, ok := d.(wire.Vector)
	if !ok || len(outer) < 3 || outer[0] != wire.Count(1) || outer[1] != wire.Count(1) {
		return Event{}, errEvent
	}
	inner, ok := outer[2].(wire.Vector)
	if !ok || len(inner) < 2 {
		return Event{}, errEvent
	}
	name, ok := inner[0].(wire.String)
	args, isList := inner[1].(wire.Vector)
	if !ok || !isList {
		return Event{}, errEvent
	}
	ns := int64(wire.NoTime)
	if len(inner) > 2 {
		ns = timeOf(inner[2])
	}
	payload := wire.AppendEvent(nil, string(name), ns, len(args))
	for _, a := range args {
		payload = wire.Append(payload, a)
	}
	return Event{topic, payload}, nil
}

// timeOf finds the network time in an event's metadata; wire.NoTime if there is none.
func timeOf(meta wire.Data) int64 {
	list, _ := meta.(wire.Vector)
	for _, m := range list {
		if pair, ok := m.(wire.Vector); ok && len(pair) == 2 && pair[0] == wire.Count(networkTimestamp) {
			if t, ok := pair[1].(wire.Timestamp); ok {
				return int64(t)
			}
		}
	}
	return wire.NoTime
}

// encode writes an event that a peer published as a data message.
func encode(topic string, payload []byte) ([]byte, error) {
	r := wire.NewReader(payload)
	name, ns, n := r.Event()
	args := make(wire.Vector, 0, min(n, len(payload)))
	for i := 0; i < n && r.Err() == nil; i++ {
		args = append(args, r.Data())
	}
	if err := r.Done(); err != nil {
		return nil, err
	}
	inner := wire.Vector{wire.String(name), args}
	if ns != wire.NoTime {
		inner = append(inner, wire.Vector{wire.Vector{wire.Count(networkTimestamp), wire.Timestamp(ns)}})
	}
	b := wire.AppendJSONString([]byte(`{"type":"data-message","topic":`), topic)
	b = wire.AppendJSONMembers(append(b, ','), wire.Vector{wire.Count(1), wire.Count(1), inner}, timeUnit)
	return append(b, '}'), nil
}
