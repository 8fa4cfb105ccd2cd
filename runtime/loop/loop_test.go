package loop

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/brogo/brogo/internal/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Unix(1500000000, 0)

func TestTakeRunsOneBatchInOrder(t *testing.T) {
	l := New(clock.NewVirtual(start))
	var got []int
	for i := range 3 {
		l.Post(func() {
			got = append(got, i)
			l.Post(func() { got = append(got, 10+i) })
		})
	}
	if n := l.Take(); n != 3 {
		t.Errorf("first batch: %d functions", n)
	}
	if n := l.Take(); n != 3 {
		t.Errorf("second batch: %d functions", n)
	}
	if want := []int{0, 1, 2, 10, 11, 12}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestPostFromManyGoroutinesWakesTheOwner(t *testing.T) {
	l := New(clock.Real{})
	const n = 100
	for range n {
		go l.Post(func() {})
	}
	got := 0
	for got < n {
		if k := l.Take(); k > 0 {
			got += k
			continue
		}
		l.Wait(context.Background(), time.Time{})
	}
}

func TestHold(t *testing.T) {
	l := New(clock.NewVirtual(start))
	a, b := l.Hold(), l.Hold()
	a()
	a()
	if l.Holds() != 1 {
		t.Errorf("holds: %d, want 1", l.Holds())
	}
	b()
	if l.Holds() != 0 {
		t.Errorf("holds: %d, want 0", l.Holds())
	}
	l.Wait(context.Background(), time.Time{}) // a release has left a wake-up
}

func TestWaitEnds(t *testing.T) {
	v := clock.NewVirtual(start)
	l := New(v)
	l.Wait(context.Background(), start) // due already
	go func() {
		for {
			if at, ok := v.Next(); ok {
				v.AdvanceTo(at)
				return
			}
		}
	}()
	l.Wait(context.Background(), start.Add(time.Hour))
	if v.Now().Sub(start) != time.Hour {
		t.Errorf("clock shows %v", v.Now())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l.Wait(ctx, time.Time{})
	auto := New(clock.NewAuto(start))
	auto.Wait(context.Background(), start.Add(time.Minute))
	if d := auto.Clock().Now().Sub(start); d != time.Minute {
		t.Errorf("auto clock moved by %v", d)
	}
}

func TestTimersKeepTheirOrder(t *testing.T) {
	var ts Timers[string]
	var got []string
	take := func(_ float64, s string) { got = append(got, s) }
	ts.Add(2, "c")
	ts.Add(1, "a")
	ts.Add(1, "b")
	x := ts.AddTimer(1.5, "cancelled")
	ts.Add(9, "late")
	ts.Cancel(x)
	ts.Cancel(x)
	if n := ts.Due(5, 2, take); n != 2 {
		t.Errorf("limit of 2: %d ran", n)
	}
	ts.Due(5, 0, take)
	if at, ok := ts.Next(); !ok || at != 9 {
		t.Errorf("next at %v", at)
	}
	ts.Expire(func(_ float64, s string) { got = append(got, s+"!") })
	if want := []string{"a", "b", "c", "late!"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestTimersAgainstList compares the heap of queues with a sorted list: few distinct times, runs of one time, cancelled items, items
// added while others are taken.
func TestTimersAgainstList(t *testing.T) {
	type pending struct {
		at float64
		v  int
	}
	for seed := range uint64(8) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var ts Timers[int]
		var list []pending
		handles := map[int]*Timer{}
		next := 0
		add := func(at float64) {
			if next++; rnd.IntN(3) == 0 {
				handles[next] = ts.AddTimer(at, next)
			} else {
				ts.Add(at, next)
			}
			list = append(list, pending{at, next})
			slices.SortStableFunc(list, func(a, b pending) int { return cmp.Compare(a.at, b.at) })
		}
		take := func(at float64, v int) {
			if len(list) == 0 || list[0] != (pending{at, v}) {
				t.Fatalf("seed %d: took %v at %v, want %v", seed, v, at, list[:min(len(list), 3)])
			}
			list = list[1:]
			if rnd.IntN(4) == 0 {
				add(at + float64(rnd.IntN(3)))
			}
		}
		for range 300 {
			switch rnd.IntN(6) {
			case 0, 1:
				add(float64(rnd.IntN(40)))
			case 2:
				at := float64(rnd.IntN(40))
				for range rnd.IntN(40) {
					add(at)
				}
			case 3:
				for n := range handles {
					ts.Cancel(handles[n])
					delete(handles, n)
					list = slices.DeleteFunc(list, func(p pending) bool { return p.v == n })
					break
				}
			default:
				ts.Due(float64(rnd.IntN(40)), 1+rnd.IntN(60), take)
			}
			if ts.Len() != len(list) || len(ts.All()) != len(list) {
				t.Fatalf("seed %d: %d pending, %d listed, want %d", seed, ts.Len(), len(ts.All()), len(list))
			}
		}
		for len(list) > 0 {
			ts.Due(1e9, 0, take)
		}
	}
}

// Timers that came in a flood leave their memory when they have gone, and what is left keeps its order.
func TestTimersShrink(t *testing.T) {
	var ts Timers[int]
	const n = 50_000
	for i := range n {
		ts.Add(float64(i*7919%n), i*7919%n)
	}
	flood := len(ts.slabs)
	last := -1
	take := func(_ float64, v int) {
		if v <= last {
			t.Fatalf("%d came behind %d", v, last)
		}
		last = v
	}
	ts.Due(n-1000, 0, take)
	if len(ts.slabs) > flood/4 {
		t.Errorf("%d of %d slabs are left for %d timers", len(ts.slabs), flood, ts.Len())
	}
	ts.Add(n, n)
	ts.Expire(take)
	if last != n || ts.Len() != 0 {
		t.Errorf("the last one was %d, %d are left", last, ts.Len())
	}
}

// BenchmarkTimers adds and takes 300,000 items, of one time and of as many times.
func BenchmarkTimers(b *testing.B) {
	for _, times := range []int{1, 300_000} {
		b.Run(strconv.Itoa(times), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var ts Timers[[5]uint64]
				for i := range 300_000 {
					ts.Add(float64(i*7919%times), [5]uint64{})
				}
				ts.Due(1e9, 0, func(float64, [5]uint64) {})
			}
		})
	}
}
