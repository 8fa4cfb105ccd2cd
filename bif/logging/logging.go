// Package logging is the Log module: streams of records that scripts write, the filters that turn them into rows, and the writers
// that take the rows. Rows also go to other nodes and come from them.
//
// A Family belongs to one interpreter and is used on its goroutine only. Nothing here starts one.
package logging

import (
	"io"
	"time"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Config is what logs need of the world. The zero value writes files and sends nothing.
type Config struct {
	// Stderr takes the log whose path is /dev/stderr. Standard output is the interpreter's own.
	Stderr io.Writer
	// Location is the time zone of file headers and names; nil is the machine's.
	Location *time.Location
	// Sink, if set, is told of every row that is written here, before its writer is. The cells are only valid during the call.
	Sink func(stream, path string, fields []Field, row []Cell)
	// Remote, if set, takes what goes to other nodes.
	Remote Remote
	// Weird, if set, is told of oddities by their name and what they are about.
	Weird func(name, addl string)
}

// Remote takes the logs that go to other nodes.
type Remote interface {
	// LogCreate announces a log; nodes that join later must hear of it, too.
	LogCreate(w wire.LogWriter)
	// LogWrite sends n rows that are encoded one after the other. The bytes are only valid during the call. settled is what Family.RouteRemote
	// says of the topic.
	LogWrite(topic string, settled bool, w wire.LogWriter, n int, rows []byte)
	// LogsWanted reports whether there is anybody who might want rows; otherwise nothing is encoded.
	LogsWanted() bool
}

// Field is a column of a log.
type Field struct {
	Name string
	// TypeName is the type in headers: enum, set[count].
	TypeName string
	// T is the type of the values. Enums, functions and files are strings already, except inside of sets and vectors.
	T        *types.Type
	Optional bool
}

// Cell is one value of a row; an unset field has none.
type Cell struct {
	V   val.Value
	Set bool
}

// Family is the streams of one interpreter.
type Family struct {
	cfg       Config
	streams   []*stream // in order of creation
	byID      map[int64]*stream
	last      *stream // the one written to last
	consts    *consts
	ended     bool
	active    []*write // writes whose policy hooks run, innermost last
	lastToken uint64   // of a delay
	later     []message
	counts    []*Counts
	created   map[wire.LogWriter][]Field // by other nodes, by writer without About
	unsent    int                        // rows that wait to go to other nodes
	unwritten []*output                  // have rows of other nodes that are not flushed
}

// consts are the constants of module Log that are read often. They cannot change once scripts run.
type consts struct {
	policy        *val.Func // log_stream_policy, nil without bodies
	flushInterval float64
	bufferRows    uint64 // how many rows wait at most
	maxRecord     uint64
}

// write is one Log::write under way.
type write struct {
	s     *stream
	rec   val.Value
	delay *delayed // nil: goes on at once
}

// New makes the family of one interpreter.
func New(cfg Config) *Family { return &Family{cfg: cfg, byID: map[int64]*stream{}} }

// lookup returns the value of a global of the base scripts.
func lookup(m *interp.M, name string) (val.Value, bool) {
	g := m.Lookup(name)
	if g == nil {
		return val.Value{}, false
	}
	return m.Value(g)
}

// text returns a string constant, "" if there is none.
func text(m *interp.M, name string) string {
	if v, ok := lookup(m, name); ok {
		return v.Str()
	}
	return ""
}

// flag returns a bool constant.
func flag(m *interp.M, name string, def bool) bool {
	if v, ok := lookup(m, name); ok {
		return v.Bool()
	}
	return def
}

// constants reads consts at the first use.
func (f *Family) constants(m *interp.M) *consts {
	if f.consts == nil {
		c := &consts{flushInterval: 1, bufferRows: 1000, maxRecord: 64 << 20}
		if v, ok := lookup(m, "Log::flush_interval"); ok {
			c.flushInterval = v.Double()
		}
		if v, ok := lookup(m, "Log::write_buffer_size"); ok {
			c.bufferRows = v.Count()
		}
		if v, ok := lookup(m, "Log::max_log_record_size"); ok {
			c.maxRecord = v.Count()
		}
		if v, ok := lookup(m, "Log::log_stream_policy"); ok {
			c.policy = v.Func()
		}
		f.consts = c
	}
	return f.consts
}

// find returns the stream of an id, or nil.
func (f *Family) find(m *interp.M, id int64) *stream {
	if f.last != nil && f.last.id == id {
		return f.last
	}
	s := f.byID[id]
	if s == nil {
		// The handler that creates it may wait until somebody asks for it.
		if t := m.Type("Log::ID"); t != nil && t.Tag == types.Enum {
			m.Lookup(t.Enum.NameOf(id))
			s = f.byID[id]
		}
	}
	if s != nil {
		f.last = s
	}
	return s
}

// Idle writes what has waited long enough and returns when the next rows have to be written; zero for never. The interpreter calls it
// before it waits.
func (f *Family) Idle(m *interp.M) time.Time {
	f.tell(m)
	var next float64
	wait := func(due float64) {
		if next == 0 || due < next {
			next = due
		}
	}
	now := m.WallTime()
	for _, s := range f.streams {
		for _, o := range s.outs {
			if o.waiting > 0 {
				if due := o.since + f.constants(m).flushInterval; due <= now {
					o.flushLocal(m)
				} else {
					wait(due)
				}
			}
			if o.remote != nil {
				o.remote.flushDue(now, wait)
			}
		}
	}
	if next == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(next*1e6) + 1)
}

// message is what a writer has to say. While the program starts it waits: a log that cannot be written is no reason not to start.
type message struct {
	sev  diag.Severity
	text string
}

// report gives off a writer's message.
func (f *Family) report(m *interp.M, sev diag.Severity, text string) {
	if m.Initialized() || f.ended {
		m.Codef(diag.Logging, sev, "%s", text)
		return
	}
	f.later = append(f.later, message{sev, text})
}

// tell gives off the messages that waited.
func (f *Family) tell(m *interp.M) {
	list := f.later
	f.later = nil
	for _, x := range list {
		m.Codef(diag.Logging, x.sev, "%s", x.text)
	}
}

// Done is called when the last events have been handled.
func (f *Family) Done(m *interp.M) {
	for _, s := range f.streams {
		f.completeAll(m, s)
	}
	f.tell(m)
	f.Flush(m)
}

// Flush writes all rows that wait.
func (f *Family) Flush(m *interp.M) {
	for _, s := range f.streams {
		for _, o := range s.outs {
			o.flush(m)
		}
	}
}

// Close ends all logs: their files are complete when it returns. Later writes are dropped. It is idempotent.
func (f *Family) Close(m *interp.M) {
	if f.ended {
		return
	}
	f.ended = true
	f.tell(m)
	for _, s := range f.streams {
		s.close(m)
	}
}

func errorf(m *interp.M, format string, args ...any) {
	m.Codef(diag.Logging, diag.Error, format, args...)
}
