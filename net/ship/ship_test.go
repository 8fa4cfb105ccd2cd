package ship

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/wire"
)

var testLog = wire.LogWriter{Stream: "Test::LOG", Writer: "Log::WRITER_ASCII", Path: "test"}

func yes() bool { return true }
func no() bool  { return false }

// logger is a receiver: a process that may crash, and its disk.
type logger struct {
	name    string
	up      bool // the process runs
	linked  bool // and the sender is connected to it
	recv    Receiver
	written []uint64 // handed to the operating system
	way     []parcel // frames under way to it
	acks    []uint64 // tickets under way from it
}

type parcel struct {
	ticket uint64
	frame  []byte
}

// bench is a sender with some loggers, without any network but queues that the test moves along.
type bench struct {
	t       rapid.TB
	s       *Sender
	now     time.Time
	loggers []*logger
	turn    int
	rows    uint64
	taken   map[uint64]bool // rows whose acknowledgement has reached the sender
	tickets map[uint64][]uint64
	wait    []node.Receipt
	lost    int
	fixed   bool // all rows go to all loggers
}

func newBench(t rapid.TB, loggers int, cfg Config) *bench {
	w := &bench{t: t, now: time.Unix(0, 0), taken: map[uint64]bool{}, tickets: map[uint64][]uint64{}}
	cfg.Publish, cfg.Route = w.publish, w.route
	cfg.Lost = func(_ wire.LogWriter, rows int) { w.lost += rows }
	w.s = NewSender(cfg)
	for i := range loggers {
		w.loggers = append(w.loggers, &logger{name: fmt.Sprintf("logger-%d/", i+1), up: true, linked: true})
	}
	return w
}

func (w *bench) wants(l *logger, topic string) bool {
	return l.linked && (topic == l.name || topic == "all")
}

func (w *bench) publish(topic string, frame []byte, ticket uint64) {
	n := 0
	for _, l := range w.loggers {
		if w.wants(l, topic) {
			l.way = append(l.way, parcel{ticket, frame})
			n++
		}
	}
	_, rows := rowsIn(frame)
	w.tickets[ticket] = rows
	w.wait = append(w.wait, node.Receipt{Ticket: ticket, Kind: node.Queued, Peers: n})
}

func (w *bench) route(wire.LogWriter) (string, bool) {
	if w.fixed {
		return "all", true
	}
	for range w.loggers {
		w.turn++
		if l := w.loggers[w.turn%len(w.loggers)]; l.linked {
			return l.name, true
		}
	}
	return "all", false
}

func (w *bench) settle() {
	for len(w.wait) > 0 {
		list := w.wait
		w.wait = nil
		for _, r := range list {
			if r.Kind == node.Taken {
				for _, n := range w.tickets[r.Ticket] {
					w.taken[n] = true
				}
			}
		}
		w.s.Receipts(w.now, list)
	}
}

// write has the sender take a batch of rows.
func (w *bench) write(n int) {
	var b []byte
	for range n {
		b = wire.AppendCount(wire.AppendVector(b, 1), w.rows)
		w.rows++
	}
	topic, settled := w.route(testLog)
	w.s.Add(w.now, testLog, topic, settled, n, b)
}

func rowsIn(frame []byte) (wire.Place, []uint64) {
	m, err := wire.ParseRouted(frame[4:], &wire.Interner{})
	if err != nil {
		panic(err)
	}
	r := wire.NewReader(m.Payload)
	_, at, n := r.LogWrite()
	var out []uint64
	for range n {
		r.Vector()
		out = append(out, r.Count())
	}
	if r.Done() != nil {
		panic("rows do not fit")
	}
	return at, out
}

// deliver moves the first frame to a logger, which writes its rows and acknowledges.
func (w *bench) deliver(l *logger) {
	if len(l.way) == 0 {
		return
	}
	p := l.way[0]
	l.way = l.way[1:]
	at, rows := rowsIn(p.frame)
	skip, _ := l.recv.Accept("sender", at, len(rows))
	l.written = append(l.written, rows[skip:]...)
	l.acks = append(l.acks, p.ticket)
}

func (w *bench) ack(l *logger) {
	if len(l.acks) > 0 {
		w.wait = append(w.wait, node.Receipt{Ticket: l.acks[0], Kind: node.Taken})
		l.acks = l.acks[1:]
	}
}

// cut loses the connection to a logger with all that is under way.
func (w *bench) cut(l *logger) {
	if !l.linked {
		return
	}
	l.linked = false
	for _, k := range l.acks {
		w.wait = append(w.wait, node.Receipt{Ticket: k, Kind: node.Missed})
	}
	for _, p := range l.way {
		w.wait = append(w.wait, node.Receipt{Ticket: p.ticket, Kind: node.Missed})
	}
	l.acks, l.way = nil, nil
}

func (w *bench) link(l *logger) {
	if l.up && !l.linked {
		l.linked = true
		w.s.PeerUp(w.now)
	}
}

func (w *bench) advance(d time.Duration) {
	w.now = w.now.Add(d)
	w.s.Tick(w.now)
}

// calm heals everything and goes on until nothing is kept.
func (w *bench) calm() {
	for i := 0; ; i++ {
		w.settle()
		if rows, _ := w.s.Kept(); rows == 0 {
			return
		}
		if i > 10_000 {
			rows, flying := w.s.Kept()
			w.t.Fatalf("%d rows are never acknowledged, %d of them under way", rows, flying)
		}
		for _, l := range w.loggers {
			l.up = true
			w.link(l)
			for len(l.way) > 0 {
				w.deliver(l)
			}
			for len(l.acks) > 0 {
				w.ack(l)
			}
		}
		w.settle()
		w.advance(probeEvery)
	}
}

// counts tells how often each row is on a disk.
func (w *bench) counts() map[uint64]int {
	n := map[uint64]int{}
	for _, l := range w.loggers {
		for _, r := range l.written {
			n[r]++
		}
	}
	return n
}

// faulty has all go wrong that is allowed to.
func (w *bench) faulty(t *rapid.T, crashes bool) {
	for range rapid.IntRange(1, 120).Draw(t, "steps") {
		l := rapid.SampledFrom(w.loggers).Draw(t, "logger")
		switch rapid.IntRange(0, 9).Draw(t, "op") {
		case 0, 1, 2:
			w.write(rapid.IntRange(1, 3).Draw(t, "rows"))
		case 3, 4:
			w.deliver(l)
		case 5:
			w.ack(l)
		case 6:
			w.cut(l)
		case 7:
			l.up = true
			w.link(l)
		case 8:
			if crashes {
				w.crash(t, l)
			}
		case 9:
			w.advance(rapid.SampledFrom([]time.Duration{0, probeEvery, 2 * time.Second, 10 * time.Second}).Draw(t, "pause"))
		}
		// What the node says comes late at times: rows written meanwhile overtake those that were missed.
		if w.fixed || rapid.Bool().Draw(t, "settle") {
			w.settle()
		}
	}
}

// crash kills a logger: what it knows is gone, what it has written stays. Rows that were acknowledged are on a disk and nowhere twice.
func (w *bench) crash(t *rapid.T, l *logger) {
	w.cut(l)
	l.up, l.recv = false, Receiver{}
	w.settle()
	w.acknowledged(t)
}

func (w *bench) acknowledged(t *rapid.T) {
	have := w.counts()
	for r := range w.taken {
		if have[r] == 0 {
			t.Fatalf("row %d was acknowledged and is in no log", r)
		}
	}
}

// Whatever breaks, every row arrives; when no logger forgets and rows wait for theirs, exactly once and in order.
func TestBreaks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newBench(t, rapid.IntRange(1, 3).Draw(t, "loggers"), Config{Window: 150, Keep: yes, Grace: 1000 * time.Hour})
		w.fixed = len(w.loggers) == 1 && rapid.Bool().Draw(t, "one topic")
		w.faulty(t, false)
		w.calm()
		have := w.counts()
		for r := range w.rows {
			if have[r] != 1 {
				t.Fatalf("row %d of %d was written %d times", r, w.rows, have[r])
			}
		}
		for _, l := range w.loggers {
			if w.fixed && !slices.IsSorted(l.written) {
				t.Fatalf("%s wrote out of order: %v", l.name, l.written)
			}
			if l.recv.Missing != 0 {
				t.Fatalf("%s missed %d rows", l.name, l.recv.Missing)
			}
		}
	})
}

// Crashes and changes of the receiver may have a row written twice, but only one that had not been acknowledged; none is lost.
func TestCrashes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newBench(t, rapid.IntRange(1, 3).Draw(t, "loggers"), Config{Window: 150, Keep: yes, Grace: 3 * time.Second})
		w.faulty(t, true)
		w.acknowledged(t)
		settled := map[uint64]int{}
		have := w.counts()
		for r := range w.taken {
			settled[r] = have[r]
		}
		w.calm()
		have = w.counts()
		for r := range w.rows {
			if have[r] == 0 {
				t.Fatalf("row %d of %d is in no log", r, w.rows)
			}
		}
		for r, n := range settled {
			if have[r] != n {
				t.Fatalf("row %d was acknowledged and then written again", r)
			}
		}
		if w.lost != 0 {
			t.Fatalf("%d rows were given up without need", w.lost)
		}
	})
}

// All receivers of one topic get the rows; one that goes does not hold up the others.
func TestSeveralReceivers(t *testing.T) {
	w := newBench(t, 2, Config{Keep: no})
	w.fixed = true
	w.write(2)
	w.settle()
	for _, l := range w.loggers {
		w.deliver(l)
	}
	w.ack(w.loggers[0])
	w.settle()
	if rows, _ := w.s.Kept(); rows != 2 {
		t.Errorf("%d rows kept while one receiver has not answered", rows)
	}
	w.cut(w.loggers[1])
	w.settle()
	if rows, _ := w.s.Kept(); rows != 0 {
		t.Errorf("%d rows kept though one receiver has them", rows)
	}
}

// Without anybody to send to rows are not kept, as in the reference, unless a cluster's loggers are to be expected.
func TestNobody(t *testing.T) {
	for _, keep := range []bool{false, true} {
		w := newBench(t, 1, Config{Keep: func() bool { return keep }})
		w.loggers[0].linked = false
		w.fixed = !keep
		w.write(1)
		w.advance(2 * time.Second)
		w.settle()
		if rows, _ := w.s.Kept(); rows != 1 && keep || rows != 0 && !keep {
			t.Errorf("keep %t: %d rows", keep, rows)
		}
	}
}

// What is too much is given up, the oldest first, and both sides know how much that was.
func TestLimit(t *testing.T) {
	w := newBench(t, 1, Config{Keep: yes, Limit: 1000, Window: 1})
	l := w.loggers[0]
	w.write(1)
	w.settle()
	w.deliver(l)
	w.ack(l)
	w.settle()
	for range 50 {
		w.write(1)
	}
	w.settle()
	if rows, flying := w.s.Kept(); w.lost == 0 || flying != 1 || rows+w.lost != 50 {
		t.Fatalf("%d rows kept, %d under way, %d lost", rows, flying, w.lost)
	}
	w.calm()
	if l.recv.Missing != uint64(w.lost) {
		t.Errorf("the receiver misses %d rows, the sender gave up %d", l.recv.Missing, w.lost)
	}
	if last := l.written[len(l.written)-1]; last != 50 || !slices.IsSorted(l.written) {
		t.Errorf("written %v", l.written)
	}
}

// Rows for a logger that does not come back go to another one, those for one that does to it.
func TestFailover(t *testing.T) {
	for _, back := range []bool{false, true} {
		w := newBench(t, 2, Config{Keep: yes, Grace: 3 * time.Second})
		w.write(1)
		w.write(1)
		w.settle()
		gone, other := w.loggers[1], w.loggers[0]
		w.deliver(gone)
		w.cut(gone)
		w.settle()
		w.advance(2 * time.Second)
		w.settle()
		if back {
			w.link(gone)
		}
		w.advance(2 * time.Second)
		w.calm()
		want := []int{1, 1}
		if !back {
			want = []int{1, 2}
		}
		if len(gone.written) != want[0] || len(other.written) != want[1] || w.s.Moved() != uint64(want[1]-1) {
			t.Errorf("back %t: %v, %v, %d moved", back, gone.written, other.written, w.s.Moved())
		}
	}
}

// Numbers from anywhere do no harm.
func FuzzAccept(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17})
	f.Fuzz(func(t *testing.T, in []byte) {
		var r Receiver
		for len(in) >= 10 {
			n := int(in[9])
			if skip, _ := r.Accept("x", wire.Place{Channel: uint64(in[8]), First: binary.BigEndian.Uint64(in)}, n); skip < 0 || skip > n {
				t.Fatalf("skip %d of %d", skip, n)
			}
			in = in[10:]
		}
	})
}
