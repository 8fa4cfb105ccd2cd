package main

import (
	"fmt"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/profile"
)

// watching is what flags and environment want to know of the scripts that run: their coverage, a profile.
type watching struct {
	as      string
	std     stdio
	counts  *covering
	profile *profile.Profiler
	file    string
}

// watch begins to watch; nil if nothing is asked for.
func (o *options) watch(as string, std stdio) *watching {
	w := &watching{as: as, std: std, counts: o.cover.start(std.env), file: o.profile + o.profileAlloc}
	if w.file != "" {
		w.profile = &profile.Profiler{}
		if o.profileAlloc != "" {
			w.profile.Kind = profile.Allocations
		}
		w.profile.Start()
	}
	if w.counts == nil && w.profile == nil {
		return nil
	}
	return w
}

// attach has an engine of that configuration watched. Each engine needs a call of its own; calls may come side by side.
func (w *watching) attach(cfg *brogo.Config) {
	if w.counts != nil {
		w.counts.Attach(cfg)
	}
	if w.profile != nil {
		w.profile.Attach(cfg)
	}
}

// finish ends it once all engines are closed. It writes what came out, if the scripts have run at all.
func (w *watching) finish(ran bool) {
	if w.profile != nil {
		w.profile.Stop()
	}
	if !ran {
		return
	}
	if w.counts != nil {
		w.counts.finish(w.as, w.std.err)
	}
	if w.profile != nil {
		if err := w.profile.WriteFile(w.file); err != nil {
			fmt.Fprintf(w.std.err, "%s: profile: %v\n", w.as, err)
		}
	}
}
