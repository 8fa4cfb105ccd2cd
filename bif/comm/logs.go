package comm

import "github.com/brogo/brogo/net/wire"

// LogCreate tells all peers, also those to come, of a log writer of this node. It makes no node: who has no peers may log all day.
func (f *Family) LogCreate(w wire.LogWriter) {
	if f.closed {
		return
	}
	f.writers = append(f.writers, w)
	if f.node != nil {
		f.keep(w)
	}
}

// keep announces a writer.
func (f *Family) keep(w wire.LogWriter) {
	topic := f.text("Broker::default_log_topic_prefix") + w.Stream
	b := wire.BeginRouted(nil, wire.MsgLogCreate, topic)
	b = wire.AppendLogCreate(b, w)
	f.node.Keep(w.Stream+"\x00"+w.Writer+"\x00"+w.Path, topic, wire.Finish(b, 0))
}

// LogsWanted reports whether there is anybody to send rows to.
func (f *Family) LogsWanted() bool { return f.up > 0 && !f.closed }

// LogWrite publishes n rows, each encoded as a vector. The bytes are copied.
func (f *Family) LogWrite(topic string, w wire.LogWriter, n int, rows []byte) {
	if !f.LogsWanted() {
		return
	}
	f.stats.logsOut += uint64(n)
	b := wire.BeginRouted(make([]byte, 0, len(rows)+len(topic)+128), wire.MsgLogWrite, topic)
	f.node.Publish(topic, wire.Finish(wire.AppendLogWrite(b, w, n, rows), 0))
}

// logFlush is the event that tells scripts when rows that waited have been sent. The reference's base script does that in it; here it is
// raised for those who handle it.
const logFlush = "Broker::log_flush"

// tickLogs raises logFlush from time to time if any script handles it.
func (f *Family) tickLogs() {
	every, ok := f.setting("Broker::log_batch_interval")
	if _, handled := f.m.EventHandled(logFlush); !ok || !handled {
		return
	}
	f.m.After(every.Double(), func(expire bool) {
		f.flush()
		f.m.QueueEvent(logFlush)
		if !expire {
			f.tickLogs()
		}
	})
}
