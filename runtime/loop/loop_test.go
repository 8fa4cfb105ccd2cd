package loop

import (
	"context"
	"slices"
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
	var ts Timers
	var got []string
	add := func(at float64, s string) *Timer {
		return ts.Add(at, func(expire bool) {
			if expire {
				s += "!"
			}
			got = append(got, s)
		})
	}
	add(2, "c")
	add(1, "a")
	add(1, "b")
	x := add(1.5, "cancelled")
	add(9, "late")
	ts.Cancel(x)
	ts.Cancel(x)
	if n := ts.Due(5, 2); n != 2 {
		t.Errorf("limit of 2: %d ran", n)
	}
	ts.Due(5, 0)
	if at, ok := ts.Next(); !ok || at != 9 {
		t.Errorf("next at %v", at)
	}
	ts.Expire()
	if want := []string{"a", "b", "c", "late!"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
