package sim

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/layout"
	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/net/wire"
)

// busy is a script that gives every promise something to keep: everybody publishes, subscribes now and then, and writes to a store.
const busy = `
redef enum Log::ID += { BUSY };
type Busy: record { from: string &log; n: count &log; };
global tick: event(from: string, n: count);
global work: event();
global n = 0;
global h: opaque of Broker::Store;
global listening = F;

event tick(from: string, k: count) { }

event work()
	{
	++n;
	Broker::publish(Cluster::worker_topic, tick, Cluster::node, n);
	Broker::publish(Cluster::manager_topic, tick, Cluster::node, n);
	Broker::publish("app/x", tick, Cluster::node, n);
	Cluster::publish_hrw(Cluster::proxy_pool, n, tick, Cluster::node, n);
	if ( n % 7 == 0 )
		{
		listening = ! listening;
		if ( listening )
			Broker::subscribe("app/");
		else
			Broker::unsubscribe("app/");
		}
	Log::write(BUSY, Busy($from=Cluster::node, $n=n));
	Broker::increment(h, cat("total", n % 3));
	if ( n % 3 == 0 )
		Broker::put(h, cat(Cluster::node, n % 5), n, 5sec);
	schedule 200msec + rand(1000) * 1msec { work() };
	}

event zeek_init()
	{
	Log::create_stream(BUSY, Log::Stream($columns=Busy, $path="busy"));
	if ( Cluster::local_node_type() == Cluster::MANAGER )
		h = Broker::create_master("st");
	else
		h = Broker::create_clone("st");
	schedule 1sec { work() };
	}
`

func busyOptions(seed uint64) Options {
	return Options{Layout: layout.Make(2, 1, 0), Seed: seed, For: 40 * time.Second, Chaos: 4,
		Engine: brogo.Config{Dialect: "zeek", Code: []string{busy}, Env: func(string) (string, bool) { return "", false }}}
}

// frames applies change to each frame that leaves; nil takes it away.
func frames(change edit) func([][]byte) [][]byte {
	return func(in [][]byte) (out [][]byte) {
		for _, f := range in {
			// The first frame of a connection follows the preface.
			if bytes.HasPrefix(f, []byte(wire.Preface)) {
				out = append(out, f)
				continue
			}
			out = append(out, change(wire.FrameKind(f), f)...)
		}
		return out
	}
}

// delta takes a store's change apart: the frame up to its op, and the op's kind; ok is false for other messages.
func delta(frame []byte) (head []byte, op store.OpCode, ok bool) {
	var names wire.Interner
	_, payload, err := wire.ParseStore(frame[frameHead:], &names)
	if err != nil {
		return nil, 0, false
	}
	r := wire.NewReader(payload)
	if r.Vector() != 4 || r.Count() != 5 {
		return nil, 0, false
	}
	r.Count()
	r.Str()
	rest := len(r.Rest())
	fields := r.Vector()
	if fields == 0 {
		return nil, 0, false
	}
	op = store.OpCode(r.Count())
	return frame[:len(frame)-rest], op, r.Err() == nil
}

// nothing makes a delta that changes nothing of one that would: it erases a key that nobody has. The clone sees no gap in the numbers.
func nothing(head []byte) []byte {
	b := wire.AppendVector(slices.Clone(head), 5)
	b = wire.AppendCount(b, uint64(store.OpErase))
	b = wire.AppendString(wire.AppendVector(b, 1), "nobody has this key")
	return wire.Finish(wire.AppendNone(wire.AppendNone(wire.AppendNone(b))), 0)
}

// edit takes a frame that leaves a node and gives what leaves in its place.
type edit = func(kind wire.MsgKind, frame []byte) [][]byte

// planted are mistakes that a messaging core could have, put between it and the network for a run. They show seldom, so that there is
// something to search for. want is what the checker says of them.
var planted = []struct {
	name string
	wire func() func(from, to string) edit
	want string
	slow Latency // how long messages take; the zero value: as usual
}{
	{"duplicate on reconnect", func() func(from, to string) edit {
		// The last message of the connection before is sent again, under a number of its own.
		last := map[string][]byte{}
		return func(from, to string) edit {
			before, shift := last[from+to], uint64(0)
			return func(kind wire.MsgKind, frame []byte) [][]byte {
				if kind != wire.MsgEvent || to == "" {
					return [][]byte{frame}
				}
				last[from+to] = frame
				var out [][]byte
				seq := seqOf(frame)
				if before != nil {
					again := slices.Clone(before)
					wire.SetSeq(again, seq)
					out, before, shift = append(out, again), nil, 1
				}
				mine := slices.Clone(frame)
				wire.SetSeq(mine, seq+shift)
				return append(out, mine)
			}
		}
	}, "again or in its place", Latency{}},
	{"reorder", func() func(from, to string) edit {
		return func(from, to string) edit {
			var held []byte
			n := 0
			return func(kind wire.MsgKind, frame []byte) [][]byte {
				switch n++; {
				case kind != wire.MsgEvent:
				case held != nil && topicOf(held) == topicOf(frame):
					out := [][]byte{frame, held}
					held = nil
					return out
				case n%150 == 149 && held == nil:
					held = frame
					return nil
				}
				return [][]byte{frame}
			}
		}
	}, "sent earlier on the same connection", Latency{}},
	{"stale clone", func() func(from, to string) edit {
		return func(from, to string) edit {
			n := 0
			return func(_ wire.MsgKind, frame []byte) [][]byte {
				if head, op, ok := delta(frame); ok && op == store.OpIncrement {
					if n++; n%100 == 99 {
						return [][]byte{nothing(head)}
					}
				}
				return [][]byte{frame}
			}
		}
	}, "the clone of store st on", Latency{}},
	{"lost unsubscribe", func() func(from, to string) edit {
		return func(from, to string) edit {
			n := 0
			return func(kind wire.MsgKind, frame []byte) [][]byte {
				var m wire.Subs
				if kind == wire.MsgSubs && wire.DecodeControl(frame[frameHead:], kind, &m) == nil && len(m.Remove) > 0 {
					if n++; n%3 == 0 {
						return nil
					}
				}
				return [][]byte{frame}
			}
		}
	}, "which has unsubscribed", Latency{}},
	{"expiry not broadcast", func() func(from, to string) edit {
		return func(from, to string) edit {
			n := 0
			return func(_ wire.MsgKind, frame []byte) [][]byte {
				if head, op, ok := delta(frame); ok && op == store.OpExpire {
					if n++; n%4 == 3 {
						return [][]byte{nothing(head)}
					}
				}
				return [][]byte{frame}
			}
		}
	}, "it still has", Latency{}},
	{"rows acknowledged too early", func() func(from, to string) edit {
		// The manager, which is the logger, acknowledges what it may be sent next along with what it has.
		return func(from, to string) edit {
			var last uint64
			early := func() []byte {
				var m wire.Received
				for seq := last + 1; seq <= last+50; seq++ {
					m.Seqs = append(m.Seqs, seq)
				}
				return wire.EncodeControl(wire.MsgReceived, &m)
			}
			return func(kind wire.MsgKind, frame []byte) [][]byte {
				var m wire.Received
				if kind == wire.MsgReceived && wire.DecodeControl(frame[frameHead:], kind, &m) == nil && len(m.Seqs) > 0 {
					last = slices.Max(m.Seqs)
				}
				if last == 0 || kind != wire.MsgEvent {
					return [][]byte{frame}
				}
				return [][]byte{frame, early()}
			}
		}
	}, "log rows that no logger has written", Latency{20 * time.Millisecond, 300 * time.Millisecond}},
}

func seqOf(frame []byte) uint64 {
	m, _ := parse(frame)
	return m.Seq
}

func topicOf(frame []byte) string {
	m, _ := parse(frame)
	return m.Topic
}

// TestPlanted searches for each mistake, and repeats it from the seed that was found, twice to the byte.
func TestPlanted(t *testing.T) {
	for _, c := range planted {
		t.Run(c.name, func(t *testing.T) {
			opt := busyOptions(1)
			opt.Latency = c.slow
			opt.wire = func() func(from, to string) func([][]byte) [][]byte {
				bad := c.wire()
				return func(from, to string) func([][]byte) [][]byte { return frames(bad(from, to)) }
			}
			found, err := Search(context.Background(), opt, 200, nil)
			if err != nil || found.Result == nil {
				t.Fatalf("not found in %d seeds: %v", found.Tried, err)
			}
			t.Logf("found with seed %d after %d: %s", found.Seed, found.Tried, found.Result.Failures[0])
			if !strings.Contains(found.Result.Failures[0], c.want) {
				t.Errorf("the reason is %q, want %q in it", found.Result.Failures[0], c.want)
			}
			opt.Seed = found.Seed
			var outs [2]bytes.Buffer
			for i := range outs {
				opt.Stdout, opt.Stderr = &outs[i], &outs[i]
				r, err := Run(context.Background(), opt)
				if err != nil || !slices.Equal(r.Failures, found.Result.Failures) {
					t.Errorf("repeated: %v %q", err, r.Failures)
				}
			}
			if !bytes.Equal(outs[0].Bytes(), outs[1].Bytes()) {
				t.Error("the same seed gives different output")
			}
		})
	}
}

// TestSoundCore finds nothing where nothing was planted.
func TestSoundCore(t *testing.T) {
	found, err := Search(context.Background(), busyOptions(1), 12, nil)
	if err != nil || found.Result != nil {
		t.Errorf("seed %d fails: %v %+v", found.Seed, err, found.Result)
	}
}
