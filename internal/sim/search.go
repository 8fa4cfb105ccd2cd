package sim

import (
	"context"
	"io"
	"runtime"
	"sync"
)

// Found is what Search came to.
type Found struct {
	// Tried is how many seeds were tried, Seed the one that failed with Result; Result is nil if none did.
	Tried  int
	Seed   uint64
	Result *Result
}

// Search simulates with one seed after the other, count of them from opt.Seed on, until one fails. The output of the nodes is dropped: the
// seed that failed gives it again. Several simulations run side by side; the seed reported is the smallest that fails all the same. progress,
// unless nil, is told how many are done.
func Search(ctx context.Context, opt Options, count int, progress func(done int)) (Found, error) {
	opt.Stdout, opt.Stderr, opt.Trace, opt.LogDir = io.Discard, io.Discard, nil, ""
	var (
		mu    sync.Mutex
		next  int
		done  int
		stop  = count // nothing from here on matters
		found Found
		first error
		group sync.WaitGroup
	)
	for range min(runtime.GOMAXPROCS(0), count) {
		group.Add(1)
		go func() {
			defer group.Done()
			for {
				mu.Lock()
				i := next
				next++
				over := i >= stop
				mu.Unlock()
				if over || ctx.Err() != nil {
					return
				}
				o := opt
				o.Seed += uint64(i)
				r, err := Run(ctx, o)
				mu.Lock()
				done++
				if progress != nil {
					progress(done)
				}
				switch {
				case err != nil:
					if ctx.Err() == nil && first == nil {
						first = err
					}
					stop = 0
				case !r.OK() && i < stop:
					stop = i
					found.Seed, found.Result = o.Seed, r
				}
				mu.Unlock()
			}
		}()
	}
	group.Wait()
	found.Tried = done
	if first == nil {
		first = ctx.Err()
	}
	return found, first
}
