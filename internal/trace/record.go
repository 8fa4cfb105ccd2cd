// Package trace records what the nodes of a cluster do, event by event and message by message, joins what several nodes have recorded, and
// shows it: as text, in Chrome's trace format, and as a page for the browser.
//
// A trace file is lines of JSON, one Record each. Messages of different nodes belong together by the id of the node that published them
// and the number that it gave them.
package trace

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	netnode "github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
)

// Record is one line of a trace. Times are microseconds since 1970.
type Record struct {
	// Kind is "life" (a process begins), "event" (its handlers have run), "out" (a message is published), "in" (one has come), "drop" (one was
	// lost in a full queue) or "peer" (a peering is up or no longer).
	Kind string `json:"k"`
	Node string `json:"node,omitempty"` // life: its name
	ID   string `json:"id,omitempty"`   // life: its id; peer, drop: that of the peer
	At   int64  `json:"t"`              // event: when the handlers began
	// Of an event: its number, the one whose handler raised it, how long it waited and how long its handlers took, in microseconds.
	Event uint64 `json:"ev,omitempty"` // out: the event whose handler published
	Cause uint64 `json:"cause,omitempty"`
	Wait  int64  `json:"wait,omitempty"`
	Took  int64  `json:"took,omitempty"`
	Name  string `json:"name,omitempty"` // of the event, also of one in a message
	// Of a message: who published it under which number, for an event: which message brought it.
	Origin string `json:"origin,omitempty"`
	Seq    uint64 `json:"seq,omitempty"`
	From   string `json:"from,omitempty"` // in: the peer that sent it
	Topic  string `json:"topic,omitempty"`
	What   string `json:"what,omitempty"` // kind of message
	Bytes  int    `json:"bytes,omitempty"`
	Fate   string `json:"fate,omitempty"` // in
	Up     bool   `json:"up,omitempty"`
}

// Recorder writes the trace of one node. It is an interp.Tracer and a node.Tap, which may call from different goroutines.
type Recorder struct {
	name string
	now  func() time.Time

	mu  sync.Mutex
	w   *bufio.Writer
	enc *json.Encoder
	id  string
	err error
}

// NewRecorder records the node called name to w; now tells the time.
func NewRecorder(name string, w io.Writer, now func() time.Time) *Recorder {
	buf := bufio.NewWriter(w)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	return &Recorder{name: name, now: now, w: buf, enc: enc}
}

func (r *Recorder) write(rec Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.enc.Encode(rec); err != nil && r.err == nil {
		r.err = err
	}
}

// Close writes out what waits and returns the first error of all.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(r.err, r.w.Flush())
}

// Life notes that a process of the node begins under an id.
func (r *Recorder) Life(id string, at time.Time) {
	r.mu.Lock()
	r.id = id
	r.mu.Unlock()
	r.write(Record{Kind: "life", Node: r.name, ID: id, At: at.UnixMicro()})
}

// Handled notes an event.
func (r *Recorder) Handled(e *interp.TracedEvent) {
	r.write(Record{Kind: "event", At: e.Start.UnixMicro(), Event: e.ID, Cause: e.Cause, Wait: e.Start.Sub(e.Queued).Microseconds(),
		Took: e.End.Sub(e.Start).Microseconds(), Name: e.Name, Origin: e.Origin, Seq: e.Seq})
}

// whats are the kinds of messages as words.
var whats = map[wire.MsgKind]string{wire.MsgEvent: "event", wire.MsgLogCreate: "log writer", wire.MsgLogWrite: "log rows", wire.MsgIDUpdate: "identifier"}

// message begins the record of a message.
func message(kind string, at time.Time, m *wire.Routed) Record {
	rec := Record{Kind: kind, At: at.UnixMicro(), Origin: m.Origin, Seq: m.Seq, Topic: m.Topic, What: whats[m.Kind], Bytes: len(m.Payload)}
	if m.Kind == wire.MsgEvent {
		p := wire.NewReader(m.Payload)
		if name, _, _ := p.Event(); p.Err() == nil {
			rec.Name = string(name)
		}
	}
	return rec
}

func parse(frame []byte) (m wire.Routed, ok bool) {
	const head = 4 // the length
	var names wire.Interner
	m, err := wire.ParseRouted(frame[head:], &names)
	return m, err == nil
}

// Published notes a message of this node.
func (r *Recorder) Published(mark, _ uint64, _ string, frame []byte) {
	if m, ok := parse(frame); ok {
		r.mu.Lock()
		m.Origin = r.id
		r.mu.Unlock()
		rec := message("out", r.now(), &m)
		rec.Event = mark
		r.write(rec)
	}
}

// Received notes a message from a peer.
func (r *Recorder) Received(from string, m *wire.Routed, fate netnode.Fate) {
	rec := message("in", r.now(), m)
	rec.From, rec.Fate = from, fate.String()
	r.write(rec)
}

// Dropped notes a message that was lost in a full queue.
func (r *Recorder) Dropped(peer string, frame []byte) {
	if m, ok := parse(frame); ok {
		rec := message("drop", r.now(), &m)
		rec.ID = peer
		r.write(rec)
	}
}

// Peer notes a change in the peerings.
func (r *Recorder) Peer(id string, up bool) {
	r.write(Record{Kind: "peer", At: r.now().UnixMicro(), ID: id, Up: up})
}

// Queued, Local and Asked are of no interest to a trace.
func (r *Recorder) Queued(string, []byte)      {}
func (r *Recorder) Local(string, bool)         {}
func (r *Recorder) Asked(string, string, bool) {}

// maxLine is the greatest length of a line of a trace, topic and all.
const maxLine = 1 << 20

// Read reads a trace file, which may hold several nodes one after the other, into t.
func (t *Trace) Read(file io.Reader) error {
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxLine)
	p := -1
	for n := 1; lines.Scan(); n++ {
		var r Record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			if p >= 0 && !lines.Scan() {
				break // the process was killed while it wrote its last line
			}
			return fmt.Errorf("line %d is no record of a trace: %w", n, err)
		}
		switch {
		case r.Kind == "life":
			p = t.life(r)
		case p < 0:
			return fmt.Errorf("line %d comes before the node has a name: this is no trace", n)
		default:
			t.add(p, r)
		}
	}
	return lines.Err()
}
