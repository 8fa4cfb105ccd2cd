// Package input is the Input framework: streams that read files, commands and databases into tables and events.
//
// A Family belongs to one interpreter. Each stream has a reader on a goroutine of its own, which parses and hands finished batches to
// the interpreter's inbox; script values, events and errors are made there, so that what scripts see keeps the order of the source. A
// reader that runs ahead waits until its batches are taken. A stream keeps the run from ending while it is read for the first time or
// because of Input::force_update; one that only watches its source for changes does not, as in the reference.
package input

import (
	"context"
	"slices"
	"sync"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Config is what the readers need of the world.
type Config struct {
	// Environ gives the environment of commands; nil: the process's. It is called on the interpreter's goroutine.
	Environ func() []string
}

// Family is the streams of one interpreter.
type Family struct {
	cfg     Config
	ctx     context.Context
	stop    context.CancelFunc
	wg      sync.WaitGroup
	streams []*stream // in order of creation; a removed one stays until its reader has ended
	ticking bool      // the heartbeat timer runs
	nonce   uint64    // of the next stream whose reader needs randomness
}

// New makes a family; it starts nothing.
func New(cfg Config) *Family {
	f := &Family{cfg: cfg}
	f.ctx, f.stop = context.WithCancel(context.Background())
	return f
}

// Close ends all readers, kills their commands and waits for them.
func (f *Family) Close() {
	f.stop()
	f.wg.Wait()
}

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function Input::__create_table_stream(description: Input::TableDescription): bool", F1: f.addTable,
			Doc: "Starts a stream that fills a table or set: the work behind Input::add_table."},
		{Sig: "function Input::__create_event_stream(description: Input::EventDescription): bool", F1: f.addEvent,
			Doc: "Starts a stream that raises an event for each entry: the work behind Input::add_event."},
		{Sig: "function Input::__create_analysis_stream(description: Input::AnalysisDescription): bool", F1: f.addAnalysis,
			Doc: "Starts a stream for file analysis: the work behind Input::add_analysis. The source is read and Input::end_of_data raised; there is no analysis of files to pass the data to."},
		{Sig: "function Input::__remove_stream(id: string): bool", F1: f.remove,
			Doc: "Ends a stream once what it reads at the moment is delivered: the work behind Input::remove. F if there is no such stream."},
		{Sig: "function Input::__force_update(id: string): bool", F1: f.forceUpdate,
			Doc: "Has a stream look at its source again: the work behind Input::force_update. F if there is no such stream."},
	}
}

func (f *Family) find(name string) *stream {
	for _, s := range f.streams {
		if s.name == name {
			return s
		}
	}
	return nil
}

func (f *Family) remove(m *interp.M, _ *interp.Site, a val.Value) val.Value {
	s := f.find(a.Str())
	if s == nil {
		return val.Bool(false)
	}
	s.remove()
	return val.Bool(true)
}

func (f *Family) forceUpdate(m *interp.M, _ *interp.Site, a val.Value) val.Value {
	s := f.find(a.Str())
	if s == nil {
		m.Codef(diag.Input, diag.Error, "Stream %s not found", a.Str())
		return val.Bool(false)
	}
	if s.removed {
		m.Codef(diag.Input, diag.Error, "Stream %s is already queued for removal. Ignoring force update.", s.name)
		return val.Bool(false)
	}
	s.back.send(cmdUpdate, m.Hold())
	return val.Bool(true)
}

// start gives a checked stream its reader and sets that going. It is false, with a message, if there is a stream of the name already.
func (f *Family) start(m *interp.M, s *stream, desc *val.Record, fields []field) bool {
	s.m, s.fam = m, f
	s.name, s.source = text(desc, "name"), text(desc, "source")
	if f.find(s.name) != nil {
		m.Codef(diag.Input, diag.Error, "Trying create already existing input stream %s", s.name)
		return false
	}
	s.desc = desc
	kind, _ := desc.Named("reader")
	kindName := enumName(desc, "reader", kind)
	in := info{
		source: s.source, name: s.name, mode: readMode(desc), config: map[string]string{}, fields: fields,
		old: m.Dialect().OldInput,
	}
	if v, ok := desc.Named("config"); ok {
		for it := v.Table().Iter(); it.Next(); {
			in.config[it.Key(0).Str()] = it.Val().Str()
		}
	}
	rd := f.newReader(m, kindName, &in)
	if rd == nil {
		m.Codef(diag.Input, diag.Error, "The reader that was requested was not found and could not be initialized.")
		return false
	}
	s.back = newBackend(f, s, in, s.source+"/"+kindName, rd)
	f.streams = append(f.streams, s)
	f.wg.Add(1)
	go s.back.run()
	s.back.send(cmdInit, m.Hold())
	f.tick(m)
	return true
}

// drop forgets a stream whose reader has ended.
func (f *Family) drop(s *stream) {
	f.streams = slices.DeleteFunc(f.streams, func(t *stream) bool { return t == s })
}

// tick has all readers look at their sources at every heartbeat, as long as there are any.
func (f *Family) tick(m *interp.M) {
	if f.ticking {
		return
	}
	f.ticking = true
	m.After(heartbeat(m), func(expire bool) {
		f.ticking = false
		if expire || len(f.streams) == 0 {
			return
		}
		// What the streams find comes in the order in which they were made.
		var before chan struct{}
		for _, s := range f.streams {
			done := make(chan struct{})
			s.back.queue(request{cmd: cmdHeartbeat, after: before, done: done})
			before = done
		}
		f.tick(m)
	})
}

// heartbeat is Threading::heartbeat_interval in seconds.
func heartbeat(m *interp.M) float64 {
	if v, ok := constant(m, "Threading::heartbeat_interval", types.Interval); ok && v.Double() > 0 {
		return v.Double()
	}
	return 1
}

// newReader makes a reader by the name that the enum Input::Reader gives it; nil if there is none.
func (f *Family) newReader(m *interp.M, kind string, in *info) reader {
	switch kind {
	case "Input::READER_ASCII":
		return newASCII(m)
	case "Input::READER_RAW":
		return newRaw(m, f)
	case "Input::READER_BINARY":
		return newBinary(m)
	case "Input::READER_CONFIG":
		return newConfig(m)
	case "Input::READER_SQLITE":
		return newSQLite(m)
	case "Input::READER_BENCHMARK":
		f.nonce++
		return newBenchmark(m, f.nonce)
	}
	return nil
}

// constant reads a global of the base scripts, if it has a value of that kind.
func constant(m *interp.M, name string, tag types.Tag) (val.Value, bool) {
	g := m.Lookup(name)
	if g == nil || g.T == nil || g.T.Tag != tag {
		return val.Value{}, false
	}
	return m.Value(g)
}

func stringConst(m *interp.M, name, def string) string {
	if v, ok := constant(m, name, types.String); ok {
		return v.Str()
	}
	return def
}

func boolConst(m *interp.M, name string) bool {
	v, ok := constant(m, name, types.Bool)
	return ok && v.Bool()
}

func countConst(m *interp.M, name string) uint64 {
	v, _ := constant(m, name, types.Count)
	return v.Count()
}

func doubleConst(m *interp.M, name string) float64 {
	v, _ := constant(m, name, types.Double)
	return v.Double()
}

func text(r *val.Record, name string) string {
	v, ok := r.Named(name)
	if !ok {
		return ""
	}
	return v.Str()
}

func enumName(r *val.Record, name string, v val.Value) string {
	return r.T.Rec.Fields[r.T.Rec.Lookup(name)].Type.Enum.NameOf(v.Int())
}

func readMode(desc *val.Record) mode {
	v, _ := desc.Named("mode")
	return mode(v.Int())
}
