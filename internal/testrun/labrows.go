package testrun

import (
	"strings"
	"time"

	"github.com/brogo/brogo/bif/comm"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// builtins are the functions of the module Test.
func (l *lab) builtins() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function Test::advance(d: interval): bool", F1: l.bifAdvance,
			Doc: "Moves the clock on: timers fire, messages travel, triggers wake and events run in the order of their times."},
		{Sig: "function Test::settle(): bool", F0: func(*interp.M, *interp.Site) val.Value { l.settle(); return val.Bool(true) },
			Doc: "Runs the queued events and all that follows from them at this time; the clock stands still."},
		{Sig: "function Test::peer(name: string, topics: string_vec): bool", F2: l.bifPeer,
			Doc: "Makes a peer at the host NAME, port 9999/tcp, that subscribes to topics, and connects with it. F if there is one of that name."},
		{Sig: "function Test::send(peer: string, topic: string, ...): bool", Fn: l.bifSend,
			Doc: "Has a peer publish an event, which is given with its arguments, and runs what follows from it. F if it cannot be."},
		{Sig: "function Test::received(peer: string): Test::Messages", F1: func(m *interp.M, _ *interp.Site, a val.Value) val.Value {
			if p := l.peers[a.Str()]; p != nil {
				return messages(m, p.got)
			}
			return messages(m, nil)
		}, Doc: "The events that a peer has been sent so far."},
		{Sig: "function Test::vanish(peer: string): bool", F1: l.bifVanish,
			Doc: "Breaks the connection with a peer, which is gone. F if there is none of that name."},
		{Sig: "function Test::published(topic: string &default=\"\"): Test::Messages", F1: func(m *interp.M, _ *interp.Site, a val.Value) val.Value {
			var out []comm.Published
			for _, p := range l.sent {
				if strings.HasPrefix(p.Topic, a.Str()) {
					out = append(out, p)
				}
			}
			return messages(m, out)
		}, Doc: "The events that the scripts have published under a topic so far, whether there are peers or not."},
		{Sig: "function Test::logged(path: string): Test::Rows", F1: l.bifLogged,
			Doc: "The rows that have gone into a log so far, by the log's path. Nothing is written to files."},
		{Sig: "function Test::stored(store: string): Test::Row", F1: l.bifStored,
			Doc: "The contents of an open data store, as text. Empty if there is none of that name."},
		{Sig: "function Test::printed(): string", F0: func(m *interp.M, _ *interp.Site) val.Value {
			m.Flush()
			return val.Str(l.out.String())
		}, Doc: "What has been printed since the test began, warnings included."},
		{Sig: "function Test::errors(): string_vec", F0: func(*interp.M, *interp.Site) val.Value {
			list := l.errors
			l.errors = nil
			return l.vector(list)
		}, Doc: "Takes the errors that have been reported so far: they do not fail the test any more."},
		{Sig: "function Test::fail(why: string): bool", F1: func(m *interp.M, s *interp.Site, a val.Value) val.Value {
			m.Errorf(&interp.Site{At: s.At}, "%s", a.Str())
			return val.Bool(false)
		}, Doc: "Fails the test, which goes on."},
		{Sig: "function Test::skip(why: string): bool", F1: func(m *interp.M, _ *interp.Site, a val.Value) val.Value {
			l.skip = a.Str()
			m.Exit(0)
			return val.Bool(true)
		}, Doc: "Ends the test, which neither passes nor fails."},
	}
}

func (l *lab) bifAdvance(_ *interp.M, _ *interp.Site, a val.Value) val.Value {
	l.advance(time.Duration(a.Double() * float64(time.Second)))
	return val.Bool(true)
}

func (l *lab) bifPeer(_ *interp.M, _ *interp.Site, a, topics val.Value) val.Value {
	name := a.Str()
	if l.peers[name] != nil {
		return val.Bool(false)
	}
	var list []string
	for i := range topics.Vec().Len() {
		if v, ok := topics.Vec().Get(i); ok {
			list = append(list, v.Str())
		}
	}
	own := l.e.Comm().Node()
	if own == nil {
		return val.Bool(false)
	}
	p, err := l.newPeer(name, list)
	if err != nil {
		l.fail("%v", err)
		return val.Bool(false)
	}
	l.peers[name] = p
	own.Peer(transport.Addr{Host: name, Port: peerPort}, 0)
	l.settle()
	return val.Bool(true)
}

func (l *lab) bifSend(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	p := l.peers[a[0].Str()]
	if p == nil {
		m.Errorf(s, "there is no peer %s", a[0].Str())
		return val.Bool(false)
	}
	topic := a[1].Str()
	frame := l.e.Comm().Frame(s, topic, 2, a)
	if frame == nil {
		return val.Bool(false)
	}
	p.node.Publish(topic, frame)
	l.settle()
	return val.Bool(true)
}

func (l *lab) bifVanish(_ *interp.M, _ *interp.Site, a val.Value) val.Value {
	name := a.Str()
	p := l.peers[name]
	if p == nil {
		return val.Bool(false)
	}
	delete(l.peers, name)
	p.node.Close()
	l.net.Reset("here", name)
	l.settle()
	return val.Bool(true)
}

func (l *lab) bifLogged(m *interp.M, _ *interp.Site, a val.Value) val.Value {
	rows := val.NewVector(m.Type("Test::Rows"))
	for _, r := range l.rows {
		if r.Path != a.Str() {
			continue
		}
		row := val.NewTable(m.Type("Test::Row"), nil)
		for i, c := range r.Columns {
			if r.Values[i] != nil {
				row.SetOne(val.Str(c), val.Str(text(r.Values[i])))
			}
		}
		rows.Append(val.Tab(row))
	}
	return val.Vec(rows)
}

func (l *lab) bifStored(m *interp.M, _ *interp.Site, a val.Value) val.Value {
	t := val.NewTable(m.Type("Test::Row"), nil)
	if s := l.e.Stores().Store(a.Str()); s != nil {
		s.Each(func(k, v wire.Data) { t.SetOne(val.Str(wire.Format(k, true)), val.Str(wire.Format(v, true))) })
	}
	return val.Tab(t)
}

// messages is a list of events as a script value.
func messages(m *interp.M, list []comm.Published) val.Value {
	out := val.NewVector(m.Type("Test::Messages"))
	for _, p := range list {
		r := m.NewRecord(m.Type("Test::Message"))
		r.Put("topic", val.Str(p.Topic))
		r.Put("name", val.Str(p.Event))
		args := val.NewVector(m.Type("string_vec"))
		for _, x := range p.Args {
			args.Append(val.Str(x))
		}
		r.Put("args", val.Vec(args))
		out.Append(val.Rec(r))
	}
	return val.Vec(out)
}
