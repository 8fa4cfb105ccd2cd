package main

import (
	"runtime"
	"time"
)

// control does with Go's own map and slice of words what the table curves do: what grows there as well is the price of memory that the
// processor's caches do not hold, whatever is built on it.
func control(n, ops int) (map[string]time.Duration, error) {
	const step = 2654435761
	each := map[string]time.Duration{}
	rounds := max(1, ops/n)
	words := make([]uint64, n)
	sum := uint64(0)
	for range rounds {
		m := map[uint64]uint64{}
		at := cpuTime()
		lap := func(what string) {
			now := cpuTime()
			each[what] += now - at
			at = now
		}
		for i := range n {
			m[uint64(i)] = 1
		}
		lap("map: insert")
		for i := range n {
			sum += m[uint64(i*step%n)]
		}
		lap("map: lookup, scattered")
		for i := range n {
			delete(m, uint64(i*step%n))
		}
		lap("map: delete, scattered")
		for i := range n {
			words[i*step%n]++
		}
		lap("slice: update, scattered")
	}
	runtime.KeepAlive(sum)
	for what := range each {
		each[what] /= time.Duration(rounds * n)
	}
	return each, nil
}
