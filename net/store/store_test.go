package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/net/store/mem"
	"github.com/brogo/brogo/net/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is several engines in virtual time. A link carries frames in order within a millisecond; cutting it loses what is under way.
type world struct {
	t       testing.TB
	clk     *clock.Virtual
	engines map[string]*Engine
	order   []string
	links   map[[2]string]int // which link carries a frame: it arrives only if that is still up; 0 is none
	made    int
}

func newWorld(t testing.TB, names ...string) *world {
	w := &world{t: t, clk: clock.NewVirtual(time.Unix(1000, 0)), engines: map[string]*Engine{}, order: names, links: map[[2]string]int{}}
	for _, n := range names {
		e := NewEngine(Options{ID: n, Clock: w.clk, Inline: true, Send: func(to string, frame []byte) { w.send(n, to, frame) }})
		e.Start()
		w.engines[n] = e
	}
	return w
}

func (w *world) send(from, to string, frame []byte) {
	for _, n := range w.order {
		link := w.links[[2]string{from, n}]
		if link == 0 || to != "" && to != n {
			continue
		}
		var names wire.Interner
		store, payload, err := wire.ParseStore(frame[4:], &names)
		if err != nil {
			w.t.Errorf("%s sent a bad frame: %v", from, err)
		}
		w.clk.AfterFunc(time.Millisecond, func() {
			if w.links[[2]string{from, n}] == link {
				w.engines[n].Receive(from, store, payload, nil)
			}
		})
	}
}

func (w *world) connect(a, b string) {
	if a == b || w.links[[2]string{a, b}] != 0 {
		return
	}
	w.made++
	w.links[[2]string{a, b}], w.links[[2]string{b, a}] = w.made, w.made
	w.engines[a].PeerUp(b)
	w.engines[b].PeerUp(a)
}

func (w *world) cut(a, b string) {
	if w.links[[2]string{a, b}] == 0 {
		return
	}
	w.links[[2]string{a, b}], w.links[[2]string{b, a}] = 0, 0
	w.engines[a].PeerDown(b)
	w.engines[b].PeerDown(a)
}

func (w *world) run(d time.Duration) { w.clk.Advance(d) }

func memory() (Backend, error) { return mem.New(), nil }

func (w *world) master(on string, see Observer) *Store {
	s, err := w.engines[on].CreateMaster("st", memory, see)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) clone(on string, cfg CloneConfig, see Observer) *Store {
	s, err := w.engines[on].CreateClone("st", cfg, see)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func contents(s *Store) string {
	var out []string
	if err := s.Each(func(k, v wire.Data) { out = append(out, wire.Format(k, false)+"="+wire.Format(v, false)) }); err != nil {
		return err.Error()
	}
	return strings.Join(out, " ")
}

func str(s string) wire.Data { return wire.String(s) }

func put(key string, val wire.Data) Op { return Op{Code: OpPut, Key: str(key), Value: val} }

// ask returns the answer to a query as text, "…" while there is none.
func ask(s *Store, q Query) string {
	out := "…"
	s.Query(q, func(d wire.Data, err error) {
		if err != nil {
			out = err.(*Error).Error()
			if err.(*Error).Code != "" {
				out = string(err.(*Error).Code)
			}
			return
		}
		out = d.Kind().String() + " " + wire.Format(d, false)
	})
	return out
}

func TestOperations(t *testing.T) {
	count := func(n uint64) wire.Data { return wire.Count(n) }
	set := wire.NewSet(count(1))
	table := wire.NewTable(wire.Entry{Key: str("a"), Val: count(1)})
	for _, c := range []struct {
		old  wire.Data
		code OpCode
		val  wire.Data
		idx  wire.Data
		want string // the new value, or the error
	}{
		{nil, OpPut, count(1), nil, "count 1"},
		{str("x"), OpPut, count(1), nil, "count 1"},
		{str("x"), OpErase, nil, nil, "NO_SUCH_KEY"},
		{nil, OpErase, nil, nil, "NO_SUCH_KEY"},
		{count(2), OpIncrement, count(3), nil, "count 5"},
		{count(2), OpIncrement, wire.Int(3), nil, "TYPE_CLASH"},
		{wire.Int(2), OpIncrement, wire.Int(-3), nil, "int -1"},
		{wire.Real(2), OpIncrement, wire.Real(0.5), nil, "real 2.500000"},
		{wire.Timespan(2), OpIncrement, wire.Timespan(3), nil, "timespan 5ns"},
		{wire.Timestamp(2), OpIncrement, wire.Timespan(3), nil, "timestamp 5ns"},
		{nil, OpIncrement, count(3), nil, "count 3"},
		{nil, OpIncrement, wire.Timespan(3), nil, "timestamp 3ns"},
		{str("x"), OpIncrement, str("y"), nil, "TYPE_CLASH"},
		{count(2), OpDecrement, count(3), nil, "count 18446744073709551615"},
		{wire.Timestamp(2), OpDecrement, wire.Timespan(3), nil, "timestamp -1ns"},
		{nil, OpDecrement, count(3), nil, "NO_SUCH_KEY"},
		{str("x"), OpAppend, str("y"), nil, "string xy"},
		{nil, OpAppend, str("y"), nil, "string y"},
		{count(1), OpAppend, str("y"), nil, "TYPE_CLASH"},
		{set, OpInsertSet, count(2), nil, "set {1, 2}"},
		{nil, OpInsertSet, count(2), nil, "set {2}"},
		{table, OpInsertSet, count(2), nil, "TYPE_CLASH"},
		{table, OpInsertTable, count(2), str("b"), "table {a -> 1, b -> 2}"},
		{nil, OpInsertTable, count(2), str("b"), "table {b -> 2}"},
		{set, OpInsertTable, count(2), str("b"), "TYPE_CLASH"},
		{set, OpRemoveFrom, nil, count(1), "set {}"},
		{set, OpRemoveFrom, nil, count(7), "set {1}"},
		{table, OpRemoveFrom, nil, str("a"), "table {}"},
		{wire.Vector{count(1), count(2)}, OpRemoveFrom, nil, count(0), "vector [1]"},
		{nil, OpRemoveFrom, nil, count(0), "NO_SUCH_KEY"},
		{count(1), OpRemoveFrom, nil, count(0), "TYPE_CLASH"},
		{wire.Vector{count(1)}, OpPush, count(2), nil, "vector [1, 2]"},
		{nil, OpPush, count(2), nil, "vector [2]"},
		{set, OpPush, count(2), nil, "TYPE_CLASH"},
		{wire.Vector{count(1)}, OpPop, nil, nil, "vector []"},
		{wire.Vector{}, OpPop, nil, nil, "vector []"},
		{set, OpPop, nil, nil, "TYPE_CLASH"},
		{count(1), OpClear, nil, nil, "NO_SUCH_KEY"},
	} {
		w := newWorld(t, "m")
		s := w.master("m", nil)
		if c.old != nil {
			s.Update(put("k", wire.Clone(c.old)))
		}
		op := Op{Code: c.code, Key: str("k"), Value: c.val, Index: c.idx}
		if c.code == OpClear {
			op.Key = nil
		}
		got := ""
		if err := s.Update(op); err != nil {
			got = string(err.(*Error).Code)
			if was := ask(s, Query{Code: QueryGet, Key: str("k")}); c.old != nil && was != c.old.Kind().String()+" "+wire.Format(c.old, false) {
				t.Errorf("%v op %d: a failed op changed the value to %s", c.old, c.code, was)
			}
		} else {
			got = ask(s, Query{Code: QueryGet, Key: str("k")})
		}
		if got != c.want {
			t.Errorf("%v op %d %v %v: got %s, want %s", c.old, c.code, c.idx, c.val, got, c.want)
		}
	}
}

func TestQueries(t *testing.T) {
	w := newWorld(t, "m")
	s := w.master("m", nil)
	s.Update(put("scalar", wire.Count(7)))
	s.Update(put("set", wire.NewSet(str("a"))))
	s.Update(put("table", wire.NewTable(wire.Entry{Key: str("a"), Val: wire.Count(1)})))
	s.Update(put("vector", wire.Vector{str("v")}))
	for _, c := range []struct {
		q    Query
		want string
	}{
		{Query{QueryExists, str("scalar"), nil}, "bool T"},
		{Query{QueryExists, str("none"), nil}, "bool F"},
		{Query{QueryGet, str("scalar"), nil}, "count 7"},
		{Query{QueryGet, str("none"), nil}, "NO_SUCH_KEY"},
		{Query{QueryKeys, nil, nil}, "set {scalar, set, table, vector}"},
		{Query{QueryIndex, str("scalar"), str("x")}, "count 7"},
		{Query{QueryIndex, str("set"), str("a")}, "bool T"},
		{Query{QueryIndex, str("set"), str("b")}, "bool F"},
		{Query{QueryIndex, str("table"), str("a")}, "count 1"},
		{Query{QueryIndex, str("table"), str("b")}, "NO_SUCH_KEY"},
		{Query{QueryIndex, str("vector"), wire.Count(0)}, "string v"},
		{Query{QueryIndex, str("vector"), wire.Int(0)}, "string v"},
		{Query{QueryIndex, str("vector"), wire.Count(1)}, "NO_SUCH_KEY"},
		{Query{QueryIndex, str("vector"), wire.Int(-1)}, "NO_SUCH_KEY"},
		{Query{QueryIndex, str("vector"), str("a")}, "TYPE_CLASH"},
		{Query{QueryIndex, str("none"), str("a")}, "NO_SUCH_KEY"},
		{Query{QueryGet, nil, nil}, "INVALID_DATA"},
		{Query{QueryIndex, str("set"), nil}, "INVALID_DATA"},
	} {
		if got := ask(s, c.q); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.q, got, c.want)
		}
	}
	s.Close()
	if got := ask(s, Query{Code: QueryKeys}); got != "CLOSED" || !s.IsClosed() || s.Close() == nil || s.Update(put("k", str("v"))) == nil {
		t.Errorf("a closed store answers %s", got)
	}
}

func TestKeysExpireRelativeToTheLastModification(t *testing.T) {
	var seen []string
	w := newWorld(t, "m", "c")
	s := w.master("m", func(c Change) { seen = append(seen, fmt.Sprintf("%d %s", c.Kind, wire.Format(c.Key, false))) })
	w.connect("m", "c")
	c := w.clone("c", CloneConfig{}, nil)
	w.run(time.Second)
	start := w.clk.Now()
	op := put("a", wire.Count(1))
	op.Expiry = 10 * time.Second
	s.Update(op)
	op = put("b", wire.Count(1))
	op.Expiry = 10 * time.Second
	s.Update(op)
	w.run(8 * time.Second)
	s.Update(Op{Code: OpIncrement, Key: str("a"), Value: wire.Count(1), Expiry: 10 * time.Second})
	s.Update(Op{Code: OpIncrement, Key: str("b"), Value: wire.Count(1)}) // leaves the deadline as it is
	w.run(3 * time.Second)
	if got := contents(s); got != "a=2" || contents(c) != got {
		t.Errorf("after %v: %q, at the clone %q", w.clk.Now().Sub(start), got, contents(c))
	}
	s.Update(put("a", wire.Count(3))) // takes the deadline away
	w.run(time.Hour)
	if got := contents(s); got != "a=3" || contents(c) != got {
		t.Errorf("after an hour: %q, at the clone %q", got, contents(c))
	}
	if got := strings.Join(seen, ", "); got != "0 a, 0 b, 1 a, 1 b, 3 b, 1 a" {
		t.Errorf("the observer saw %s", got)
	}
}

func TestCloneFollowsItsMaster(t *testing.T) {
	w := newWorld(t, "m", "c")
	var seen []string
	c := w.clone("c", CloneConfig{}, func(c Change) {
		seen = append(seen, fmt.Sprintf("%d %s by %s", c.Kind, wire.Format(c.Key, false), c.Publisher))
	})
	var early []string
	c.Query(Query{Code: QueryGet, Key: str("k")}, func(d wire.Data, err error) { early = append(early, fmt.Sprint(d, err)) })
	c.Update(put("early", str("c")))
	w.run(time.Second)
	s := w.master("m", nil)
	s.Update(put("k", wire.Count(1)))
	w.connect("m", "c")
	w.run(time.Second)
	if len(early) != 1 || early[0] != "1 <nil>" {
		t.Errorf("the early query got %q", early)
	}
	c.Update(Op{Code: OpIncrement, Key: str("k"), Value: wire.Count(5)})
	if contents(c) != "k=1 early=c" {
		t.Errorf("a clone's write shows before the master has it: %s", contents(c))
	}
	w.run(time.Second)
	if contents(c) != "k=6 early=c" || contents(s) != contents(c) {
		t.Errorf("master %q, clone %q", contents(s), contents(c))
	}
	var unique []string
	note := func(ok bool, err error) { unique = append(unique, fmt.Sprint(ok, err)) }
	c.PutUnique(str("u"), wire.Count(1), 0, note)
	c.PutUnique(str("u"), wire.Count(2), 0, note)
	w.run(time.Second)
	s.PutUnique(str("u"), wire.Count(3), 0, note)
	if got := strings.Join(unique, ", "); got != "true <nil>, false <nil>, false <nil>" {
		t.Errorf("put_unique: %s", got)
	}
	if got := strings.Join(seen, ", "); got != "0 k by m, 0 early by c, 1 k by c, 0 u by c" {
		t.Errorf("the observer saw %s", got)
	}
	if len(c.clone.pending) != 0 {
		t.Errorf("%d updates are not confirmed", len(c.clone.pending))
	}

	s.Close()
	w.run(time.Second)
	if ask(c, Query{Code: QueryGet, Key: str("k")}) != "count 6" {
		t.Error("a clone should answer for a while without its master")
	}
	w.run(5 * time.Minute)
	if got := ask(c, Query{Code: QueryGet, Key: str("k")}); got != "STALE_DATA" {
		t.Errorf("a stale clone answers %s", got)
	}
	s = w.master("m", nil)
	w.run(15 * time.Second)
	if contents(c) != "" || ask(c, Query{Code: QueryKeys}) != "set {}" {
		t.Errorf("the clone should follow the new master, it has %q", contents(c))
	}
	s.Update(put("new", wire.Count(1)))
	w.run(time.Second)
	if contents(c) != "new=1" {
		t.Errorf("the clone has %q", contents(c))
	}
}

func TestWritesWithoutMaster(t *testing.T) {
	w := newWorld(t, "m", "c")
	s := w.master("m", nil)
	w.connect("m", "c")
	c := w.clone("c", CloneConfig{Buffer: time.Minute}, nil)
	w.run(time.Second)
	w.cut("m", "c")
	w.run(time.Second)
	c.Update(put("kept", wire.Count(1)))
	w.run(50 * time.Second)
	w.connect("m", "c")
	w.run(time.Second)
	if contents(s) != "kept=1" {
		t.Errorf("the master has %q", contents(s))
	}
	w.cut("m", "c")
	w.run(time.Second)
	c.Update(put("lost", wire.Count(1)))
	var unique error
	c.PutUnique(str("lost too"), str(""), 0, func(_ bool, err error) { unique = err })
	w.run(2 * time.Minute)
	var e *Error
	if !errors.As(unique, &e) || e.Code != RequestTimeout {
		t.Errorf("put_unique got %v", unique)
	}
	if err := c.Update(put("refused", wire.Count(1))); err == nil {
		t.Error("a write after the time for buffering was taken")
	}
	w.connect("m", "c")
	w.run(time.Second)
	if contents(s) != "kept=1" || contents(c) != "kept=1" {
		t.Errorf("master %q, clone %q", contents(s), contents(c))
	}
	never := newWorld(t, "c").clone("c", CloneConfig{Buffer: -1, Stale: -1}, nil)
	if never.Update(put("x", str(""))) == nil {
		t.Error("a clone that never buffers took a write")
	}
	if got := ask(never, Query{Code: QueryKeys}); got != "…" {
		t.Errorf("a clone that is never stale answered %s", got)
	}
}

func TestOneMasterForEachName(t *testing.T) {
	w := newWorld(t, "a", "b")
	s := w.master("a", nil)
	if again := w.master("a", nil); again != s || w.engines["a"].Find("st") != s {
		t.Error("an open master was made again")
	}
	var e *Error
	if _, err := w.engines["a"].CreateClone("st", CloneConfig{}, nil); !errors.As(err, &e) || e.Code != NoSuchMaster {
		t.Errorf("a clone beside its master: %v", err)
	}
	w.connect("a", "b")
	w.run(time.Second)
	if _, err := w.engines["b"].CreateMaster("st", memory, nil); !errors.As(err, &e) || e.Code != MasterExists {
		t.Errorf("a second master: %v", err)
	}
	s.Close()
	w.run(time.Second)
	w.master("b", nil)
	if _, err := w.engines["b"].CreateMaster("x", func() (Backend, error) { return nil, errors.New("no disk") }, nil); !errors.As(err, &e) ||
		e.Code != BackendFailure || e.Text != "no disk" {
		t.Errorf("a backend that fails: %v", err)
	}
}

// Two masters of one name that meet go on, and each node learns of it once for each time the other comes.
func TestMastersThatMeet(t *testing.T) {
	w := newWorld(t, "a", "b", "c")
	var told []string
	for _, n := range w.order {
		w.engines[n].opt.Conflict = func(store, peer string) { told = append(told, n+" of "+peer+": "+store) }
	}
	a, b := w.master("a", nil), w.master("b", nil)
	c := w.clone("c", CloneConfig{}, nil)
	a.Update(put("k", str("a")))
	b.Update(put("k", str("b")))
	for range 2 {
		w.connect("a", "b")
		w.connect("b", "c")
		w.run(time.Second)
		w.connect("a", "c")
		w.run(time.Minute)
		w.cut("a", "b")
		w.run(time.Second)
	}
	slices.Sort(told)
	if want := []string{"a of b: st", "a of b: st", "b of a: st", "b of a: st"}; !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
	if contents(a) != "k=a" || contents(b) != "k=b" || contents(c) != "k=b" {
		t.Errorf("the masters have %q and %q, the clone of the second %q", contents(a), contents(b), contents(c))
	}
}

func TestBigSnapshotComesInParts(t *testing.T) {
	w := newWorld(t, "m", "c")
	s := w.master("m", nil)
	for i := range 3000 {
		s.Update(put(fmt.Sprint(i), str(strings.Repeat("x", 1000))))
	}
	c := w.clone("c", CloneConfig{}, nil)
	w.connect("m", "c")
	w.run(time.Second)
	if contents(s) != contents(c) {
		t.Error("the clone differs")
	}
}

func TestGarbageFromPeers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, "m", "c", "x")
		s := w.master("m", nil)
		c := w.clone("c", CloneConfig{}, nil)
		s.Update(put("k", str("v")))
		w.connect("m", "c")
		w.run(time.Second)
		data := rapid.OneOf(rapid.Just[wire.Data](wire.Vector{}), rapid.Map(rapid.Uint64Max(12), func(n uint64) wire.Data { return wire.Count(n) }),
			rapid.Just[wire.Data](wire.String("c/1")), rapid.Just[wire.Data](wire.Bool(true)), rapid.Just[wire.Data](wire.None{}))
		payload := rapid.Custom(func(t *rapid.T) []byte {
			v := wire.Vector{wire.Count(rapid.Uint64Range(0, 10).Draw(t, "message"))}
			return wire.Encode(append(v, rapid.SliceOfN(data, 0, 5).Draw(t, "rest")...))
		})
		for range 10 {
			w.engines["m"].Receive("x", "st", payload.Draw(rt, "payload"), nil)
			w.engines["c"].Receive("x", "st", payload.Draw(rt, "payload"), nil)
			w.engines["m"].Receive("x", "st", rapid.SliceOf(rapid.Byte()).Draw(rt, "bytes"), nil)
		}
		w.run(time.Minute)
		if contents(s) != contents(c) || contents(s) != "k=v" {
			rt.Fatalf("master %q, clone %q", contents(s), contents(c))
		}
	})
}

// Whatever is done where and however the links break: in the end each clone equals its master, each update of a clone was done exactly
// once, and observers saw changes that add up to the contents.
func TestClonesEqualTheirMaster(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		names := []string{"m", "c1", "c2"}
		w := newWorld(t, names...)
		shadow := map[string]map[string]string{}
		see := func(n string) Observer {
			shadow[n] = map[string]string{}
			return func(c Change) {
				k := wire.Format(c.Key, false)
				switch c.Kind {
				case Inserted, Updated:
					if _, had := shadow[n][k]; had != (c.Kind == Updated) {
						rt.Errorf("%s: %s of %s, had: %v", n, map[bool]string{true: "update", false: "insert"}[c.Kind == Updated], k, had)
					}
					shadow[n][k] = wire.Format(c.Value, false)
				default:
					delete(shadow[n], k)
				}
			}
		}
		stores := map[string]*Store{"m": w.master("m", see("m")), "c1": w.clone("c1", CloneConfig{Buffer: time.Hour, Stale: -1}, see("c1")),
			"c2": w.clone("c2", CloneConfig{Buffer: time.Hour, Stale: -1}, see("c2"))}
		total := 0
		keys := rapid.SampledFrom([]string{"a", "b", "c"})
		for range rapid.IntRange(0, 60).Draw(rt, "steps") {
			n := rapid.SampledFrom(names).Draw(rt, "node")
			key, val := str(keys.Draw(rt, "key")), wire.Count(rapid.Uint64Max(3).Draw(rt, "value"))
			expiry := time.Duration(rapid.IntRange(0, 1).Draw(rt, "expiry")) * 5 * time.Second
			switch rapid.IntRange(0, 9).Draw(rt, "what") {
			case 0:
				w.cut("m", n)
			case 1, 2:
				w.connect("m", n)
			case 3:
				stores[n].Update(Op{Code: OpPut, Key: key, Value: wire.NewSet(val), Expiry: expiry})
			case 4:
				stores[n].Update(Op{Code: OpInsertSet, Key: key, Value: val, Expiry: expiry})
			case 5:
				stores[n].Update(Op{Code: OpErase, Key: key})
			case 6:
				stores[n].PutUnique(key, wire.NewSet(), expiry, func(bool, error) {})
			case 7, 8:
				total++
				stores[n].Update(Op{Code: OpIncrement, Key: str("total"), Value: wire.Count(1)})
			case 9:
				w.run(time.Duration(rapid.IntRange(0, 6000).Draw(rt, "ms")) * time.Millisecond)
			}
			if rapid.Bool().Draw(rt, "wait") {
				w.run(time.Millisecond)
			}
		}
		w.connect("m", "c1")
		w.connect("m", "c2")
		w.run(time.Minute)
		want := contents(stores["m"])
		for _, n := range names {
			if got := contents(stores[n]); got != want {
				rt.Fatalf("%s has %q, the master %q", n, got, want)
			}
			var fromChanges []string
			for k, v := range shadow[n] {
				fromChanges = append(fromChanges, k+"="+v)
			}
			slices.Sort(fromChanges)
			if strings.Join(fromChanges, " ") != want {
				rt.Fatalf("%s: changes add up to %q, want %q", n, fromChanges, want)
			}
		}
		got := ask(stores["m"], Query{Code: QueryGet, Key: str("total")})
		if wanted := fmt.Sprintf("count %d", total); got != wanted && total > 0 {
			rt.Fatalf("%s increments were done, %s asked for", got, wanted)
		}
	})
}

func TestCloseLeavesNothing(t *testing.T) {
	e := NewEngine(Options{ID: "x", Send: func(string, []byte) {}})
	e.Start()
	done := make(chan struct{})
	s, err := e.CreateMaster("st", memory, nil)
	if err != nil {
		t.Fatal(err)
	}
	e.Receive("peer", "st", finish(begin("st", msgAsk, 1))[10:], func() { close(done) })
	<-done
	c, err := e.CreateClone("other", CloneConfig{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	c.Query(Query{Code: QueryKeys}, func(_ wire.Data, err error) { answered <- err })
	e.Close()
	e.Close()
	if <-answered == nil {
		t.Error("a query of a closed clone was answered")
	}
	if !s.IsClosed() {
		t.Error("the store is open")
	}
	if _, err := e.CreateMaster("st", memory, nil); err == nil {
		t.Error("a closed engine made a store")
	}
}

func BenchmarkPut(b *testing.B) {
	e := NewEngine(Options{ID: "x", Send: func(string, []byte) {}})
	defer e.Close()
	s, _ := e.CreateMaster("st", memory, nil)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := s.Update(put(fmt.Sprintf("key-%d", i%50000), wire.Count(i))); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	e := NewEngine(Options{ID: "x", Send: func(string, []byte) {}})
	defer e.Close()
	s, _ := e.CreateMaster("st", memory, nil)
	s.Update(put("k", wire.Count(1)))
	b.ReportAllocs()
	for b.Loop() {
		s.Query(Query{Code: QueryGet, Key: wire.String("k")}, func(d wire.Data, err error) {})
	}
}
