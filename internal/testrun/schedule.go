package testrun

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"
)

// keyed is a set of locks by name.
type keyed struct {
	mu    sync.Mutex
	locks map[string]*sync.Mutex
}

func (k *keyed) lock(name string) (unlock func()) {
	if name == "" {
		return func() {}
	}
	k.mu.Lock()
	if k.locks == nil {
		k.locks = make(map[string]*sync.Mutex)
	}
	l := k.locks[name]
	if l == nil {
		l = new(sync.Mutex)
		k.locks[name] = l
	}
	k.mu.Unlock()
	l.Lock()
	return l.Unlock
}

// schedule runs the tests as often as asked, some at a time, in order or shuffled, and reports each. When ctx ends no further one begins.
func (r *runner) schedule(ctx context.Context, tests []*Test, rep *reporter) {
	order := make([]*Test, 0, len(tests)*r.Count)
	for range r.Count {
		order = append(order, tests...)
	}
	if r.Shuffle {
		rng := rand.New(rand.NewPCG(r.Seed, 0))
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	queue := make(chan *Test)
	var workers sync.WaitGroup
	for range min(r.Jobs, len(order)) {
		workers.Go(func() {
			for t := range queue {
				rep.begin(t)
				res := r.one(ctx, t)
				rep.end(t, r.settle(t, res, rep))
			}
		})
	}
feed:
	for _, t := range order {
		if rep.quit() {
			break
		}
		select {
		case queue <- t:
		case <-ctx.Done():
			break feed
		}
	}
	close(queue)
	workers.Wait()
	rep.stopped = rep.stopped || ctx.Err() != nil
}

// one runs a test within its time. A bug of brogo that a test brings up is its failure, not the end of all.
func (r *runner) one(ctx context.Context, t *Test) (res Result) {
	defer r.keys.lock(t.key)()
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			res = failed("brogo failed: %v\n%s", p, debug.Stack())
		}
		res.Elapsed = time.Since(start)
		if ctx.Err() == context.DeadlineExceeded && res.Status == Failed {
			res.Detail = fmt.Sprintf("took longer than %v\n%s", r.Timeout, res.Detail)
		}
	}()
	return t.run(ctx, r)
}

// settle decides on the differences of a test: accepts them, asks, or has them fail the test.
func (r *runner) settle(t *Test, res Result, rep *reporter) Result {
	if len(res.Differences) == 0 {
		return res
	}
	accepted := 0
	for _, d := range res.Differences {
		if !r.Update && !rep.ask(t, d) {
			res.Detail += r.diff(d)
			continue
		}
		if err := d.accept(); err != nil {
			res.Detail += fmt.Sprintf("%s cannot be written: %v\n", d.Name, err)
			continue
		}
		accepted++
	}
	switch {
	case accepted < len(res.Differences):
		res.Status = Failed
	case res.Status == Passed:
		res.Status = Updated
	}
	return res
}
