// Package cluster is the family of the Cluster module's functions that take any arguments: publishing to topics and to nodes of pools, and
// of the metrics of published and received events. The rest of the module is scripts. It sends by bif/comm.
package cluster

import (
	"fmt"

	"github.com/brogo/brogo/bif/comm"
	"github.com/brogo/brogo/bif/telemetry"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Family is the state behind the builtins.
type Family struct {
	comm  *comm.Family
	meter *meter
}

// New makes the family of one interpreter over its connections, whose events it counts. scriptName shortens the names of scripts for the
// metrics.
func New(c *comm.Family, machine func() *interp.M, scriptName func(string) string) *Family {
	f := &Family{c, &meter{machine: machine, scriptName: scriptName}}
	c.SetMeter(f.meter)
	return f
}

// Measure sets the metrics that Cluster::Telemetry::core_metrics asks for.
func (f *Family) Measure(u *telemetry.Update) { f.meter.measure(u) }

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	type site = interp.Site
	return []interp.Builtin{
		{Sig: "function Cluster::publish(topic: string, ...): bool", Fn: f.publish,
			Doc: "Sends an event, given with its arguments or as made by Cluster::make_event, to the nodes that subscribe to the topic. " +
				"F if the event could not be made."},
		{Sig: "function Cluster::publish_hrw(pool: Cluster::Pool, key: any, ...): bool", Fn: f.publishTo("Cluster::hrw_topic"),
			Doc: "Cluster::publish to the node of the pool that the key belongs to. F if no node is there."},
		{Sig: "function Cluster::publish_rr(pool: Cluster::Pool, key: string, ...): bool", Fn: f.publishTo("Cluster::rr_topic"),
			Doc: "Cluster::publish to the nodes of the pool in turn, with a turn for each key. F if no node is there."},
		{Sig: "function Cluster::make_event(...): Cluster::Event", Fn: f.makeEvent,
			Doc: "Makes an event, given with its arguments, ready for Cluster::publish. The result is empty if they do not fit."},
		{Sig: "function Cluster::__subscribe(topic_prefix: string): bool", Doc: "Behind Cluster::subscribe.",
			F1: func(_ *interp.M, _ *site, p val.Value) val.Value { f.comm.Subscribe(p.Str()); return val.Bool(true) }},
		{Sig: "function Cluster::__unsubscribe(topic_prefix: string): bool", Doc: "Behind Cluster::unsubscribe.",
			F1: func(_ *interp.M, _ *site, p val.Value) val.Value { f.comm.Unsubscribe(p.Str()); return val.Bool(true) }},
		{Sig: "function Cluster::__listen_websocket(options: Cluster::WebSocketServerOptions): bool", F1: f.comm.ListenWebSocket,
			Doc: "Behind Cluster::listen_websocket."},
		{Sig: "function Cluster::Backend::__init(nid: string): bool", Doc: "Behind Cluster::init.",
			F1: func(*interp.M, *site, val.Value) val.Value { return val.Bool(true) }},
	}
}

func (f *Family) publish(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	return val.Bool(f.send(m, s, a[0].Str(), 1, a))
}

// publishTo makes the row function that asks a script function of pool and key for the topic.
func (f *Family) publishTo(topicOf string) func(*interp.M, *interp.Site, []val.Value) val.Value {
	return func(m *interp.M, s *interp.Site, a []val.Value) val.Value {
		fn, ok := m.Value(m.Lookup(topicOf))
		if !ok {
			return val.Bool(false)
		}
		key := a[1]
		if want := fn.Func().T.Fn.Params.Fields[1].Type; want.Tag == types.Any && s.Args[1].Tag != types.Any {
			key = val.Any(s.Args[1], key)
		}
		topic := m.Apply(fn.Func(), a[0], key).Str()
		return val.Bool(topic != "" && f.send(m, s, topic, 2, a))
	}
}

// send publishes what begins with argument from of a call: an event and its arguments, or one that was made before.
func (f *Family) send(m *interp.M, s *interp.Site, topic string, from int, a []val.Value) bool {
	if from >= len(a) {
		m.Errorf(s, "no event arguments given")
		return false
	}
	t, v := s.Arg(a, from)
	switch {
	case t.Tag == types.Func:
		args := arguments(s, a, from+1)
		if msg := check(t, v.Func(), args); msg != "" {
			m.Placef(s, "%s", msg)
			return false
		}
		return f.comm.PublishEvent(s, topic, v.Func(), args)
	case t.Tag != types.Record:
		m.Errorf(s, "expected function or record as first argument, got %s", t)
		return false
	case t == m.Type("Broker::Event"):
		return f.comm.Publish(s, topic, from, a)
	case t == m.Type("Cluster::Event"):
		return f.sendMade(m, s, topic, v.Rec())
	}
	m.Errorf(s, "Publish of unknown record type '%s'", t)
	return false
}

// sendMade publishes a Cluster::Event.
func (f *Family) sendMade(m *interp.M, s *interp.Site, topic string, rec *val.Record) bool {
	ev, ok := rec.Named("ev")
	if !ok {
		return false
	}
	t, fn := ev.Unbox()
	if t.Tag != types.Func {
		m.Errorf(s, "unexpected function type for %s", t)
		return false
	}
	var args []comm.Arg
	if list, ok := rec.Named("args"); ok {
		for i := range list.Vec().Len() {
			v, ok := list.Vec().Get(i)
			if !ok {
				m.Errorf(s, "argument #%d of the event is not set", i+1)
				return false
			}
			at, av := v.Unbox()
			args = append(args, comm.Arg{T: at, V: av})
		}
	}
	if msg := check(t, fn.Func(), args); msg != "" {
		m.Placef(s, "%s", msg)
		return false
	}
	return f.comm.PublishEvent(s, topic, fn.Func(), args)
}

// arguments are those of a call from the given one on, each with its own type.
func arguments(s *interp.Site, a []val.Value, from int) []comm.Arg {
	out := make([]comm.Arg, 0, len(a)-from)
	for i := from; i < len(a); i++ {
		t, v := s.Arg(a, i)
		out = append(out, comm.Arg{T: t, V: v})
	}
	return out
}

// check returns what is wrong with arguments for an event of type t; empty if nothing is.
func check(t *types.Type, fn *val.Func, args []comm.Arg) string {
	if t.Fn.Flavor != types.FlavorEvent {
		return fmt.Sprintf("unexpected function type for %s: %s", fn.Name, t.Fn.Flavor)
	}
	params := t.Fn.Params.Fields
	if len(args) != len(params) {
		return fmt.Sprintf("bad number of arguments for %s: got %d, expect %d", fn.Name, len(args), len(params))
	}
	for i, p := range params {
		if !comm.Fits(args[i].T, p.Type) {
			return fmt.Sprintf("event parameter #%d type mismatch, got %s, expecting %s", i+1, args[i].T, p.Type)
		}
	}
	return ""
}

func (f *Family) makeEvent(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	rec := val.NewRecord(m.Type("Cluster::Event"))
	if len(a) == 0 {
		m.Errorf(s, "not enough arguments")
		return val.Rec(rec)
	}
	t, v := s.Arg(a, 0)
	if t.Tag != types.Func {
		m.Errorf(s, "got non-event type '%s'", t)
		return val.Rec(rec)
	}
	args := arguments(s, a, 1)
	if msg := check(t, v.Func(), args); msg != "" {
		m.Placef(s, "%s", msg)
		return val.Rec(rec)
	}
	list := val.NewVector(m.Type("any_vec"))
	for i, arg := range args {
		at := arg.T
		if at.Tag == types.Table && at.Unspecified {
			at = t.Fn.Params.Fields[i].Type
		}
		list.Append(val.Any(at, arg.V))
	}
	rec.Put("ev", val.Any(t, v))
	rec.Put("args", val.Vec(list))
	return val.Rec(rec)
}
