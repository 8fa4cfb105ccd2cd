package comm

import (
	"slices"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// autoEvent is an event that is published whenever it is raised here.
type autoEvent struct {
	params []*types.Field
	topics []string // in order of asking
}

// autoPublish is Broker::auto_publish, autoUnpublish its reverse.
func (f *Family) autoPublish(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	ev := f.autoArg(m, s, a, "Broker::auto_publish")
	if ev == nil {
		return val.Bool(false)
	}
	f.hookAuto(m)
	e := f.auto[ev.Name]
	if e == nil {
		e = &autoEvent{params: ev.T.Fn.Params.Fields}
		f.auto[ev.Name] = e
	}
	if topic := a[0].Str(); !slices.Contains(e.topics, topic) {
		e.topics = append(e.topics, topic)
	}
	return val.Bool(true)
}

func (f *Family) autoUnpublish(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	ev := f.autoArg(m, s, a, "Broker::auto_event_stop")
	if ev == nil {
		return val.Bool(false)
	}
	if e := f.auto[ev.Name]; e != nil {
		e.topics = slices.DeleteFunc(e.topics, func(t string) bool { return t == a[0].Str() })
		if len(e.topics) == 0 {
			delete(f.auto, ev.Name)
		}
	}
	return val.Bool(true)
}

// autoArg returns the event that a call is about; nil after an error, which it has reported.
func (f *Family) autoArg(m *interp.M, s *interp.Site, a []val.Value, who string) *val.Func {
	t, v := s.Arg(a, 1)
	if f.notEvent(t) != "" || v.P == nil {
		m.Errorf(s, "%s must operate on an event", who)
		return nil
	}
	if known, _ := m.EventHandled(v.Func().Name); !known {
		m.Errorf(s, "%s failed to lookup event '%s'", who, v.Func().Name)
		return nil
	}
	return v.Func()
}

// hookAuto has the interpreter show events before they are handled. Nobody pays for that who has no auto_publish.
func (f *Family) hookAuto(m *interp.M) {
	if f.hooked {
		return
	}
	f.hooked = true
	before, remote := m.Hooks.BeforeDispatch, m.Hooks.Remote
	m.Hooks.BeforeDispatch = func(name string, args []val.Value) {
		if before != nil {
			before(name, args)
		}
		if e := f.auto[name]; e != nil {
			f.publishAuto(name, e, args)
		}
	}
	m.Hooks.Remote = func(name string) bool { return f.auto[name] != nil || remote != nil && remote(name) }
}

// publishAuto sends an event that was raised here.
func (f *Family) publishAuto(name string, e *autoEvent, args []val.Value) {
	if !f.heard() {
		return
	}
	payload := wire.AppendEvent(nil, name, f.stampTime(f.m.EventTime()), len(e.params))
	for i, p := range e.params {
		var err error
		if payload, err = f.cfg.Codec.Append(payload, p.Type, args[i]); err != nil {
			f.cfg.Codec.Report(err)
			f.m.Codef(diag.Messaging, diag.Error, "failed auto-remote event '%s', disabled", name)
			delete(f.auto, name)
			return
		}
	}
	for _, topic := range e.topics {
		b := wire.BeginRouted(make([]byte, 0, len(payload)+len(topic)+64), wire.MsgEvent, topic)
		b = wire.Finish(append(b, payload...), 0)
		if len(b) > wire.MaxFrame || len(topic) > wire.MaxTopic {
			f.m.Codef(diag.Messaging, diag.Error, "event %s of %d bytes is too long to be published", name, len(b))
			continue
		}
		f.send(nil, topic, name, b)
	}
}
