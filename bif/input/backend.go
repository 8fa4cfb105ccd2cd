package input

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// mode is Input::Mode.
type mode int64

// Modes, numbered as scripts number them.
const (
	modeManual mode = iota
	modeReread
	modeStream
)

// field is one value that a stream wants of its source, records flattened to dotted names.
type field struct {
	name      string
	secondary string // column with the protocol of a port, "" if none
	tag, sub  types.Tag
	optional  bool
}

// cell is one value of an entry on its way from reader to interpreter: scalars and strings as script values, enums and patterns as
// their text, sets and vectors as lists.
type cell struct {
	v    val.Value
	list []cell
	line int32 // of the source, 0 if unknown
	set  bool
}

// info is what a reader knows of its stream.
type info struct {
	source, name string
	mode         mode
	config       map[string]string
	fields       []field
	old          bool // the rules and texts of 2.6
}

// reader reads one kind of source. All its methods run on the stream's goroutine; a false result ends the stream.
type reader interface {
	// init prepares and reads for the first time.
	init(b *backend) bool
	// update looks at the source again.
	update(b *backend) bool
	// heartbeat is called at intervals.
	heartbeat(b *backend) bool
	// close releases what the reader holds; it may be called without init.
	close()
}

// locator is a reader that knows where in its source it is: a file and the line, 0 if none was read.
type locator interface {
	location() (file string, line int32, ok bool)
}

// command is what the interpreter wants of a reader.
type command uint8

const (
	cmdInit command = iota
	cmdUpdate
	cmdHeartbeat
	cmdStop
)

// Batches: a reader hands over this many messages or bytes of strings at a time, and waits when so many batches have not been taken.
const (
	batchSize  = 1000
	batchBytes = 1 << 20
	maxBatches = 4
)

// message is one step for the interpreter to take.
type message struct {
	kind  msgKind
	level diag.Severity
	cells []cell
	text  string // msgReport: without the reader's name
	full  string // msgReport: with it, and with the place
	do    func(s *stream)
}

type msgKind uint8

const (
	msgEntry   msgKind = iota // an entry of a source that is read whole
	msgPut                    // an entry of a source that grows
	msgEnd                    // the source has been read whole
	msgReport                 // a message for the user
	msgDo                     // whatever else
	msgDisable                // the reader has failed
	msgClosed                 // the reader has ended
)

// backend runs a reader: commands in, batches of messages out.
type backend struct {
	info
	fam    *Family
	stream *stream
	title  string // SOURCE/READER, as messages name it
	rd     reader
	ctx    context.Context

	mu      sync.Mutex
	cmds    []request
	beating bool          // a heartbeat waits in cmds
	gone    bool          // nobody takes commands any more
	wake    chan struct{} // holds at most one wake-up

	batch    []message
	bytes    int           // of the strings in batch, about
	slots    chan struct{} // one for each batch under way
	disabled bool
	muted    bool // warnings are counted, not sent
	unsent   int
}

// request is a command with what releases the run that it holds, if any.
type request struct {
	cmd     command
	release func()
	after   <-chan struct{} // closed when the stream before has delivered its part of a heartbeat; nil: no need to wait
	done    chan struct{}   // to be closed when this one has; may be nil
}

// over tells whoever waits that the command is done with.
func (r *request) over() {
	if r.release != nil {
		r.release()
	}
	if r.done != nil {
		close(r.done)
	}
}

// turnLimit is how long a stream waits for its turn in a heartbeat: a source that hangs must not stop the others.
const turnLimit = 100 * time.Millisecond

func newBackend(f *Family, s *stream, in info, title string, rd reader) *backend {
	return &backend{info: in, fam: f, stream: s, title: title, rd: rd, ctx: f.ctx, wake: make(chan struct{}, 1),
		slots: make(chan struct{}, maxBatches)}
}

// send queues a command, from the interpreter's goroutine. Heartbeats do not pile up.
func (b *backend) send(c command, release func()) { b.queue(request{cmd: c, release: release}) }

// queue is send of a whole request.
func (b *backend) queue(r request) {
	b.mu.Lock()
	if b.gone || r.cmd == cmdHeartbeat && b.beating {
		b.mu.Unlock()
		r.over()
		return
	}
	b.beating = b.beating || r.cmd == cmdHeartbeat
	b.cmds = append(b.cmds, r)
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// next waits for a command; false when the family is closed.
func (b *backend) next() (request, bool) {
	for {
		b.mu.Lock()
		if len(b.cmds) > 0 {
			r := b.cmds[0]
			b.cmds = b.cmds[1:]
			if r.cmd == cmdHeartbeat {
				b.beating = false
			}
			b.mu.Unlock()
			return r, b.ctx.Err() == nil
		}
		b.mu.Unlock()
		select {
		case <-b.wake:
		case <-b.ctx.Done():
			return request{}, false
		}
	}
}

// run is the reader's goroutine.
func (b *backend) run() {
	defer b.fam.wg.Done()
	defer b.abandon()
	defer b.rd.close()
	for {
		r, ok := b.next()
		if !ok {
			return
		}
		done := r.cmd == cmdStop || !b.perform(r.cmd)
		if done {
			b.add(message{kind: msgClosed})
		}
		b.await(r.after)
		b.flush()
		r.over()
		if done {
			return
		}
	}
}

// abandon releases what later commands hold.
func (b *backend) abandon() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gone = true
	for i := range b.cmds {
		b.cmds[i].over()
	}
	b.cmds = nil
}

// await waits for this stream's turn.
func (b *backend) await(after <-chan struct{}) {
	if after == nil {
		return
	}
	t := time.NewTimer(turnLimit)
	defer t.Stop()
	select {
	case <-after:
	case <-t.C:
	case <-b.ctx.Done():
	}
}

// perform does one command; false ends the reader.
func (b *backend) perform(c command) bool {
	ok := true
	switch c {
	case cmdInit:
		if ok = b.rd.init(b); !ok {
			b.error("Init failed")
			b.disable()
		}
	case cmdUpdate:
		ok = b.refresh()
	case cmdHeartbeat:
		ok = b.rd.heartbeat(b)
	}
	if !ok {
		b.error("terminating thread")
	}
	return ok
}

// refresh has the reader look again; false when it has failed, now or before.
func (b *backend) refresh() bool {
	if b.disabled {
		return false
	}
	if !b.rd.update(b) {
		b.disable()
	}
	return !b.disabled
}

func (b *backend) disable() {
	if !b.disabled {
		b.disabled = true
		b.add(message{kind: msgDisable})
	}
}

func (b *backend) add(msg message) {
	b.batch = append(b.batch, msg)
	for i := range msg.cells {
		if f := &b.fields[i]; f.tag == types.String {
			b.bytes += len(msg.cells[i].v.Str())
		}
	}
	if len(b.batch) >= batchSize || b.bytes >= batchBytes {
		b.flush()
	}
}

// flush hands the batch to the interpreter, and waits while that is behind.
func (b *backend) flush() {
	if len(b.batch) == 0 {
		return
	}
	batch := b.batch
	b.batch, b.bytes = nil, 0
	select {
	case b.slots <- struct{}{}:
	case <-b.ctx.Done():
		return
	}
	b.stream.m.Post(func() {
		<-b.slots
		b.stream.handle(batch)
	})
}

// ended reports whether the family is closed, for readers in a long loop.
func (b *backend) ended() bool { return b.ctx.Err() != nil }

// entry and put deliver one entry, its cells in the order of fields.
func (b *backend) entry(cells []cell) { b.add(message{kind: msgEntry, cells: cells}) }
func (b *backend) put(cells []cell)   { b.add(message{kind: msgPut, cells: cells}) }

// deliver delivers an entry as the stream's mode wants it.
func (b *backend) deliver(cells []cell) {
	if b.mode == modeStream {
		b.put(cells)
	} else {
		b.entry(cells)
	}
}

// end tells that the source was read whole.
func (b *backend) end() { b.add(message{kind: msgEnd}) }

func (b *backend) report(level diag.Severity, msg string) {
	full := msg
	if l, ok := b.rd.(locator); ok && !b.old {
		if file, line, known := l.location(); known {
			if line > 0 {
				file = fmt.Sprintf("%s, line %d", file, line)
			}
			full = file + ": " + msg
		}
	}
	b.add(message{kind: msgReport, level: level, text: msg, full: b.title + ": " + full})
}

// warn tells of a problem that the reader survives.
func (b *backend) warn(format string, args ...any) {
	if b.muted && !b.old {
		b.unsent++
		return
	}
	b.report(diag.Warning, fmt.Sprintf(format, args...))
}

// error tells of a problem that ends the stream.
func (b *backend) error(format string, args ...any) {
	b.report(diag.Error, fmt.Sprintf(format, args...))
	b.disable()
}

// failWarn tells of a problem that ends the stream if fatal is set. Otherwise it is a warning that is not repeated until unmute; other
// warnings are held back with it, but for 2.6.
func (b *backend) failWarn(fatal bool, format string, args ...any) {
	switch {
	case fatal:
		b.error(format, args...)
		return
	case b.muted && b.old:
		return
	}
	b.warn(format, args...)
	b.muted = true
}

// unmute has warnings sent again, and tells how many were not.
func (b *backend) unmute() {
	b.muted = false
	if b.unsent > 0 && !b.old {
		b.warn("Suppressed %d warning(s)", b.unsent)
	}
	b.unsent = 0
}
