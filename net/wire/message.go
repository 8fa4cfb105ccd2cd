package wire

import (
	"encoding/binary"
	"math"
)

// MsgKind is the first element of a frame.
type MsgKind uint8

// The kinds of messages. The routed ones, up to MsgIDUpdate, share one header; the numbers from 16 on are between neighbours only.
const (
	MsgEvent     MsgKind = 1
	MsgLogCreate MsgKind = 2
	MsgLogWrite  MsgKind = 3
	MsgIDUpdate  MsgKind = 4
	MsgStore     MsgKind = 5

	MsgHello    MsgKind = 16
	MsgReady    MsgKind = 17
	MsgSubs     MsgKind = 18
	MsgPing     MsgKind = 19
	MsgPong     MsgKind = 20
	MsgClose    MsgKind = 21
	MsgReceived MsgKind = 22
)

// MaxHops is how many nodes may forward a message: no more than fit in the one byte that a forwarder changes.
const MaxHops = 20

// MaxName is the greatest length in bytes of a node's id and of a store's name; MaxTopic that of a topic or prefix.
const (
	MaxName  = 255
	MaxTopic = 65535
)

// A routed frame is [kind, hops, seq, origin, topic, payload]: kind and hops are one byte each and seq a string of eight, so that a
// forwarder patches a copy instead of encoding again.
const (
	offSeq     = lengthBytes + 4
	offOrigin  = lengthBytes + 12
	routedHead = majorArray | 6
	seqHead    = majorBytes | 8
)

// Routed is the header of an event, log or identifier message.
type Routed struct {
	Kind MsgKind
	Hops uint8
	// Seq counts what the origin published; it tells copies on several ways from each other.
	Seq uint64
	// Origin is the id of the node that published it, empty when that is the sender.
	Origin string
	Topic  string
	// Payload is the value that follows the header, not looked at yet.
	Payload []byte
}

// BeginRouted opens a routed frame in b, which must be empty or hold finished frames; the payload, one value, follows, then Finish.
func BeginRouted(b []byte, kind MsgKind, topic string) []byte {
	b = append(Begin(b), routedHead, byte(kind), 0, seqHead, 0, 0, 0, 0, 0, 0, 0, 0, byteNull)
	return AppendString(b, topic)
}

// SetSeq writes the sequence number into a finished routed frame.
func SetSeq(frame []byte, seq uint64) { binary.BigEndian.PutUint64(frame[offSeq:], seq) }

// Forward returns the frame of m for the next hop; origin is the node that published it.
func Forward(m Routed, origin string) []byte {
	b := make([]byte, 0, 32+len(origin)+len(m.Topic)+len(m.Payload))
	b = append(Begin(b), routedHead, byte(m.Kind), m.Hops+1, seqHead)
	b = binary.BigEndian.AppendUint64(b, m.Seq)
	b = AppendString(b, origin)
	b = AppendString(b, m.Topic)
	return Finish(append(b, m.Payload...), 0)
}

// Routes tells the messages that share the routed header from the others.
func Routes(kind MsgKind) bool { return kind >= MsgEvent && kind <= MsgIDUpdate }

// KindOf returns the kind of a frame's body, 0 if it has none.
func KindOf(body []byte) MsgKind {
	if len(body) < 2 || body[0]&0xe0 != majorArray {
		return 0
	}
	if body[1] >= 24 {
		return 0
	}
	return MsgKind(body[1])
}

// ParseRouted reads the header of a routed message.
func ParseRouted(body []byte, names *Interner) (Routed, error) {
	var m Routed
	r := NewReader(body)
	const head = offOrigin - lengthBytes
	if len(body) < head+1 || body[0] != routedHead || body[3] != seqHead || body[2] > MaxHops {
		r.fail(ErrSyntax)
		return m, r.err
	}
	m.Kind, m.Hops = MsgKind(body[1]), body[2]
	m.Seq = binary.BigEndian.Uint64(body[offSeq-lengthBytes:])
	r.off = head
	if !r.IsNone() {
		m.Origin = r.name(MaxName, names)
	}
	m.Topic = r.name(MaxTopic, names)
	m.Payload = r.Rest()
	if r.err == nil && len(m.Payload) == 0 {
		r.fail(ErrShort)
	}
	return m, r.err
}

func (r *Reader) name(limit int, names *Interner) string {
	b := r.Bytes()
	if len(b) > limit {
		r.fail(ErrLimit)
		return ""
	}
	return names.Get(b)
}

// BeginStore opens a frame for the named store; the payload follows, then Finish.
func BeginStore(b []byte, store string) []byte {
	return AppendString(append(Begin(b), majorArray|3, byte(MsgStore)), store)
}

// ParseStore returns the name of the store and the payload.
func ParseStore(body []byte, names *Interner) (store string, payload []byte, err error) {
	r := NewReader(body)
	if r.Vector() != 3 || r.Count() != uint64(MsgStore) {
		r.fail(ErrSyntax)
	}
	store = r.name(MaxName, names)
	payload = r.Rest()
	if r.err == nil && len(payload) == 0 {
		r.fail(ErrShort)
	}
	return store, payload, r.err
}

// Payloads. An event is [name, time or none, [arguments]]; an identifier update [name, value]; writer and rows see below.

// NoTime stands for the time of an event that carries none.
const NoTime = math.MinInt64

// AppendEvent opens the payload of an event: the nargs arguments follow. ns is the time that the sender attached, or NoTime.
func AppendEvent(b []byte, name string, ns int64, nargs int) []byte {
	b = AppendString(AppendVector(b, 3), name)
	if ns == NoTime {
		b = AppendNone(b)
	} else {
		b = AppendTimestamp(b, ns)
	}
	return AppendVector(b, nargs)
}

// Event opens the payload of an event; the arguments follow. The name shares memory with the input.
func (r *Reader) Event() (name []byte, ns int64, nargs int) {
	if r.Vector() != 3 {
		r.fail(ErrSyntax)
	}
	name, ns = r.Bytes(), NoTime
	if !r.IsNone() {
		ns = r.Timestamp()
	}
	return name, ns, r.Vector()
}

// AppendIDUpdate opens the payload of an identifier update; the value follows.
func AppendIDUpdate(b []byte, name string) []byte { return AppendString(AppendVector(b, 2), name) }

// IDUpdate opens the payload of an identifier update; the value follows.
func (r *Reader) IDUpdate() (name string) {
	if r.Vector() != 2 {
		r.fail(ErrSyntax)
	}
	return r.Str()
}

// LogWriter names one writer of a log stream.
type LogWriter struct {
	Stream string // name of the stream's enum value
	Writer string // name of the writer's enum value
	Path   string
	// About is the rest of a create, encoded: a value for the configuration and one for the fields; "" elsewhere.
	About string
}

func appendWriter(b []byte, w LogWriter) []byte {
	return AppendString(AppendEnum(AppendEnum(b, w.Stream), w.Writer), w.Path)
}

func (r *Reader) writer() LogWriter {
	return LogWriter{Stream: string(r.Enum()), Writer: string(r.Enum()), Path: r.Str()}
}

// AppendLogCreate writes the payload that announces a writer. Without w.About, two values follow.
func AppendLogCreate(b []byte, w LogWriter) []byte {
	return append(appendWriter(AppendVector(b, 5), w), w.About...)
}

// LogCreate reads the payload that announces a writer.
func (r *Reader) LogCreate() LogWriter {
	if r.Vector() != 5 {
		r.fail(ErrSyntax)
	}
	w := r.writer()
	at := r.off
	r.Skip()
	r.Skip()
	if r.err == nil {
		w.About = string(r.b[at:r.off])
	}
	return w
}

// Place is where a batch of rows stands among those that its sender has for the same receivers.
type Place struct {
	// Channel names a sequence of rows: no other of the same sender has the number.
	Channel uint64
	// First is the number of the batch's first row in its channel. They count from 0.
	First uint64
}

// AppendLogWrite writes the payload of a batch: n rows, each a vector, that the caller has encoded one after the other.
func AppendLogWrite(b []byte, w LogWriter, at Place, n int, rows []byte) []byte {
	b = appendWriter(AppendVector(b, 6), w)
	b = AppendCount(AppendCount(b, at.Channel), at.First)
	return append(AppendVector(b, n), rows...)
}

// LogWrite opens the payload of a batch; n rows follow, each a vector.
func (r *Reader) LogWrite() (w LogWriter, at Place, n int) {
	if r.Vector() != 6 {
		r.fail(ErrSyntax)
	}
	w = r.writer()
	at = Place{Channel: r.Count(), First: r.Count()}
	return w, at, r.Vector()
}

// FrameKind returns the kind of a finished frame.
func FrameKind(frame []byte) MsgKind { return KindOf(frame[lengthBytes:]) }
