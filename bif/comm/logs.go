package comm

import (
	"slices"
	"time"

	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/ship"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/val"
)

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

// LogsWanted reports whether there is anybody to send rows to, or to be expected: in a cluster, when all have been lost.
func (f *Family) LogsWanted() bool {
	return !f.closed && (f.up > 0 || f.ship != nil && f.ship.Received() && f.cfg.Keep != nil && f.cfg.Keep())
}

// LogWrite publishes n rows, each encoded as a vector, and keeps them until they are acknowledged. The bytes are copied.
func (f *Family) LogWrite(topic string, settled bool, w wire.LogWriter, n int, rows []byte) {
	if !f.LogsWanted() {
		return
	}
	f.stats.logsOut += uint64(n)
	if f.ship == nil {
		f.ship = f.newShip()
	}
	f.ship.Add(f.cfg.Clock.Now(), w, topic, settled, n, rows)
}

func (f *Family) newShip() *ship.Sender {
	cfg := ship.Config{Publish: f.node.Ship, Lost: f.lose, Keep: f.cfg.Keep,
		Route: func(w wire.LogWriter) (string, bool) { return f.logs.RouteRemote(f.m, w) }}
	if cfg.Keep == nil {
		cfg.Keep = func() bool { return false }
	}
	if v, ok := f.setting("Broker::log_keep_bytes"); ok {
		cfg.Limit = int(max(min(v.Count(), 1<<40), 1))
	}
	if v, ok := f.setting("Broker::log_failover_interval"); ok {
		cfg.Grace = max(time.Duration(wireval.Nanos(v.Double())), 1)
	}
	return ship.NewSender(cfg)
}

// receipts passes on what became of rows.
func (f *Family) receipts(list []node.Receipt) {
	if f.ship != nil {
		f.ship.Receipts(f.cfg.Clock.Now(), list)
	}
}

// lostRows are rows of a log that were given up.
type lostRows struct {
	w    wire.LogWriter
	rows uint64
}

// lose notes rows that were given up; scripts are told when there is nothing else to do.
func (f *Family) lose(w wire.LogWriter, rows int) {
	for i := range f.lost {
		if f.lost[i].w == w {
			f.lost[i].rows += uint64(rows)
			return
		}
	}
	f.lost = append(f.lost, lostRows{w, uint64(rows)})
}

// tellLost raises the event of rows that were given up.
func (f *Family) tellLost() {
	lost := f.lost
	f.lost = nil
	for _, l := range lost {
		f.lostAll += l.rows
		f.m.QueueEvent("Broker::log_rows_lost", val.Str(l.w.Stream), val.Str(l.w.Path), val.Count(l.rows), val.Count(f.lostAll))
	}
}

// Idle does what is due and returns when it wants to be called again; zero for when something comes.
func (f *Family) Idle() (next time.Time) {
	if f.ship != nil {
		next = f.ship.Tick(f.cfg.Clock.Now())
		if len(f.lost) > 0 {
			f.tellLost()
			return f.cfg.Clock.Now() // for the events
		}
	}
	if at := f.acknowledge(false); !at.IsZero() && (next.IsZero() || at.Before(next)) {
		next = at
	}
	return next
}

// receipts are for log writes of other nodes that have been handled.
type receipts struct {
	due  []receipt
	last time.Time // when some were sent
}

type receipt struct {
	to  string
	seq uint64
	w   wire.LogWriter
}

// acknowledgeEvery is the least time between two times that logs are flushed to acknowledge their rows: small batches need not cost a
// system call, or a transaction, each.
const acknowledgeEvery = 20 * time.Millisecond

// logRows writes rows of another node.
func (f *Family) logRows(m *node.Message, r *wire.Reader) {
	w, at, n := r.LogWrite()
	if !f.valid(r) {
		return
	}
	skip, missing := f.recv.Accept(m.Origin, at, n)
	f.stats.logsIn += uint64(n - skip)
	if missing > 0 {
		f.m.Plainf(diag.Warning, "%d rows of log %s from node %s are missing: it had to keep too many", missing, w.Path, m.Origin)
	}
	if f.logs != nil && !f.logs.RemoteWrite(f.m, w, n, skip, r.Rest()) {
		return // it stays with the sender
	}
	if f.rowTap != nil {
		f.rowTap.RowsWritten(m.Origin, at, n, skip)
	}
	f.safe.due = append(f.safe.due, receipt{m.Origin, m.Seq, w})
}

// acknowledge makes the rows that were written safe and says so to those who sent them, now or a little later: it returns when it wants to be
// called again.
func (f *Family) acknowledge(now bool) time.Time {
	s := &f.safe
	if len(s.due) == 0 {
		return time.Time{}
	}
	t := f.cfg.Clock.Now()
	if at := s.last.Add(acknowledgeEvery); !now && t.Before(at) {
		return at
	}
	s.last = t
	var failed []wire.LogWriter
	if f.logs != nil {
		failed = f.logs.FlushReceived(f.m)
	}
	f.m.Flush() // logs may go to standard output
	for len(s.due) > 0 {
		// One message to each origin; those of the others stay in order.
		to, seqs, rest := s.due[0].to, []uint64(nil), s.due[:0]
		for _, r := range s.due {
			switch {
			case slices.Contains(failed, r.w):
			case r.to == to:
				seqs = append(seqs, r.seq)
			default:
				rest = append(rest, r)
			}
		}
		s.due = rest
		if len(seqs) > 0 {
			if f.rowTap != nil {
				f.rowTap.RowsSafe(to, seqs)
			}
			f.node.Acknowledge(to, seqs)
		}
	}
	return time.Time{}
}

// Delivery is what became of log rows: those of this node that wait for an acknowledgement, went to another receiver than the first, or were given
// up; and those of others that came again or are missing.
type Delivery struct {
	Kept                           int
	Moved, Lost, Repeated, Missing uint64
}

// Delivery returns the figures.
func (f *Family) Delivery() Delivery {
	d := Delivery{Lost: f.lostAll, Repeated: f.recv.Repeated, Missing: f.recv.Missing}
	if f.ship != nil {
		d.Kept, _ = f.ship.Kept()
		d.Moved = f.ship.Moved()
	}
	return d
}

// settleTime is how long a run that ends waits for its rows to be acknowledged.
const settleTime = 10 * time.Second

// settleLogs acknowledges what is written here and waits until what is under way to others is, as long as they are there.
func (f *Family) settleLogs() {
	f.acknowledge(true)
	if f.ship == nil {
		return
	}
	f.ship.Flush(f.cfg.Clock.Now())
	if _, virtual := f.cfg.Clock.(*clock.Virtual); virtual {
		return // nobody can be waited for
	}
	timeout := time.NewTimer(settleTime)
	defer timeout.Stop()
	for late := false; !late; {
		items, more := f.inbox.collect()
		for _, e := range items {
			f.receipts(e.receipts)
			done(e.messages)
		}
		if _, flying := f.ship.Kept(); flying == 0 {
			break
		}
		select {
		case <-more:
		case <-timeout.C:
			late = true
		}
	}
	if rows, _ := f.ship.Kept(); rows > 0 {
		f.m.Plainf(diag.Warning, "%d log rows were not acknowledged by a receiver: they may be lost", rows)
	}
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
