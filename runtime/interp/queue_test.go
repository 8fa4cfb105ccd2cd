package interp

import "testing"

// Events leave the queue in the order in which they came, however many there are and whichever way they leave.
func TestQueueKeepsOrder(t *testing.T) {
	var q eventQueue
	next, want := 0, 0
	check := func(e event) {
		if e.time != float64(want) {
			t.Fatalf("event %v came out in place of %d", e.time, want)
		}
		want++
	}
	for _, n := range []int{1, 7, 9, 1023, 1024, 1025, 5000, 3, 2048, 100, 0, 30_000, 12} {
		for range n {
			q.add(event{time: float64(next)})
			next++
		}
		for range n / 3 {
			check(q.takeOne())
		}
		if n%2 == 0 {
			continue // what is left waits with those of the next round
		}
		full, last := q.take()
		for _, piece := range append(full, last) {
			for _, e := range piece {
				check(e)
			}
			q.spare = append(q.spare, piece[:0])
		}
		if !q.empty() || want != next {
			t.Fatalf("%d of %d events came out", want, next)
		}
	}
}
