package comm

import (
	"strings"

	"github.com/brogo/brogo/bif/reflect"
	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/val"
)

// incoming is what has to be known of an event to receive it.
type incoming struct {
	name   string
	params []*types.Field
	args   []val.Value // filled by each message anew; the event queue copies them
	busy   bool        // args are being filled
}

// networkTimestamp is EventMetadata::NETWORK_TIMESTAMP.
const networkTimestamp = 1

// handle deals with what came from the network, in order.
func (f *Family) handle(items []entry) {
	for i := range items {
		e := &items[i]
		switch e.kind {
		case isMessages:
			for j := range e.messages {
				f.message(&e.messages[j])
				e.messages[j].Done()
			}
		case isStatus:
			f.status(&e.status)
		case isError:
			f.failed(&e.err)
		case isOverflow:
			f.overflow(&e.overflow)
		case isReceipts:
			f.receipts(e.receipts)
		case isJoined:
			f.webClients[e.joined.ID] = e.joined
		case isLeft:
			f.clientLeft(e.left)
		}
	}
	f.acknowledge(false)
}

func (f *Family) message(m *node.Message) {
	r := f.reader
	f.reader = nil // in use
	if r == nil {
		r = new(wire.Reader)
	}
	*r = wire.NewReader(m.Payload)
	switch m.Kind {
	case wire.MsgEvent:
		if len(f.taps) > 0 {
			f.show(m.Topic, m.Payload)
		}
		if f.m.Hooks.Tracer != nil {
			f.m.TraceMessage(m.Origin, m.Seq)
		}
		f.event(m.Topic, r, len(m.Payload))
	case wire.MsgIDUpdate:
		f.stats.idsIn++
		f.setGlobal(r)
	case wire.MsgLogCreate:
		if w := r.LogCreate(); f.valid(r) && f.logs != nil {
			f.logs.RemoteCreate(f.m, w)
		}
	case wire.MsgLogWrite:
		f.logRows(m, r)
	}
	*r = wire.Reader{}
	f.reader = r
}

// valid reports what is no message of the protocol.
func (f *Family) valid(r *wire.Reader) bool {
	if r.Err() == nil {
		return true
	}
	f.m.Codef(diag.Messaging, diag.Warning, "ignoring invalid Broker message: %s", r.Err())
	return false
}

// event queues an event from another node, whose message has size bytes.
func (f *Family) event(topic string, r *wire.Reader, size int) {
	name, ns, n := r.Event()
	if !f.valid(r) {
		return
	}
	f.stats.eventsIn++
	f.meter.Received(topic, name, size)
	in := f.incoming(name)
	if in == nil || f.isForwarded(topic) {
		return
	}
	if n != len(in.params) {
		f.m.Codef(diag.Messaging, diag.Warning, "got event message '%s' with invalid # of args, got %d, expected %d", in.name, n, len(in.params))
		return
	}
	args := in.args
	if in.busy {
		args = make([]val.Value, n)
	}
	in.busy = true
	defer func() { in.busy = false }()
	for i, p := range in.params {
		at := r.Rest()
		v, err := f.cfg.Codec.Read(r, p.Type)
		if err != nil {
			f.mismatch(in, i, at)
			return
		}
		args[i] = v
	}
	if err := r.Done(); err != nil {
		f.valid(r)
		return
	}
	if ns == wire.NoTime {
		f.m.QueueRemote(in.name, f.m.NetworkTime(), nil, args...)
		return
	}
	t := wireval.Seconds(ns)
	f.m.QueueRemote(in.name, t, reflect.Metadata{{ID: networkTimestamp, T: types.TimeT, V: val.Time(t)}}, args...)
}

// incoming finds an event by its name; nil if there is none. Only names of events are kept, so that peers cannot fill the memory.
func (f *Family) incoming(name []byte) *incoming {
	if in := f.events[string(name)]; in != nil {
		return in
	}
	g := f.m.Lookup(string(name))
	if g == nil || g.Kind != ir.KindFunc || g.T == nil || g.T.Tag != types.Func || g.T.Fn.Flavor != types.FlavorEvent {
		return nil
	}
	params := g.T.Fn.Params.Fields
	in := &incoming{name: g.Name, params: params, args: make([]val.Value, len(params))}
	f.events[g.Name] = in
	return in
}

// isForwarded reports whether a topic's events are taken for other peers only.
func (f *Family) isForwarded(topic string) bool {
	for _, p := range f.forwards {
		if strings.HasPrefix(topic, p) {
			return true
		}
	}
	return false
}

// kindNames are what messages call the kinds of data, by wire.Kind.
var kindNames = [...]string{"none", "boolean", "count", "integer", "real", "string", "address", "subnet", "port", "timestamp", "timespan",
	"enum_value", "set", "table", "vector"}

// mismatch reports an argument that is not what the event takes; raw begins with it.
func (f *Family) mismatch(in *incoming, i int, raw []byte) {
	want := in.params[i].Type
	r := wire.NewReader(raw)
	d := r.Data()
	if r.Err() != nil {
		f.valid(&r)
		return
	}
	number, got := i+1, kindNames[d.Kind()]
	if f.d.OldPublishErrors {
		f.m.Codef(diag.Messaging, diag.Warning, "failed to convert remote event '%s' arg #%d, got %s, expected %s", in.name, i, got, want.Tag)
		return
	}
	if elems, ok := d.(wire.Vector); ok && want.Tag == types.Record {
		kinds := make([]string, len(elems))
		for j, e := range elems {
			kinds[j] = kindNames[e.Kind()]
		}
		f.m.Codef(diag.Messaging, diag.Warning, "failed to convert remote event '%s' arg #%d, got mismatching field types [%s] for record type '%s'",
			in.name, number, strings.Join(kinds, ", "), want.Name)
		return
	}
	f.m.Codef(diag.Messaging, diag.Warning, "failed to convert remote event '%s' arg #%d, got %s, expected %s", in.name, number, got, want.Tag)
	if want.Tag == types.Func && d.Kind() == wire.KindVector {
		f.m.Codef(diag.Messaging, diag.Warning, "when sending functions the receiver must have access to a version of that function.\n"+
			"For anonymous functions, that function must have the same body.")
	}
}

// setGlobal carries out an identifier update. Constants change too; no change handlers run.
func (f *Family) setGlobal(r *wire.Reader) {
	name := r.IDUpdate()
	if !f.valid(r) {
		return
	}
	g := f.m.Lookup(name)
	if g == nil || g.T == nil {
		word := "unknown"
		if f.d.OldPublishErrors {
			word = "unkown"
		}
		f.m.Codef(diag.Messaging, diag.Warning, "Received id-update request for %s id: %s", word, name)
		return
	}
	switch g.Kind {
	case ir.KindVar, ir.KindConst, ir.KindOption, ir.KindFunc:
		if v, err := f.cfg.Codec.Read(r, g.T); err == nil && r.Done() == nil {
			f.m.SetValue(g, v)
			return
		}
	}
	f.m.Codef(diag.Messaging, diag.Error, "Failed to receive ID with unsupported type: %s (%s)", name, g.T.Tag)
}
