package vet

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
)

//go:embed engine_events.txt
var engineEventText string

// engineEvents are the events that the packet analysis of the reference raises. Nothing declares them here.
var engineEvents = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(engineEventText) {
		out[strings.TrimSpace(line)] = true
	}
	return out
})

// deadHandler finds handlers of events and hooks that nothing declares or raises; where a module has one of that name, it is meant.
func deadHandler(p *pass) {
	for _, b := range p.bodies {
		g := b.of
		flavor := b.flavor()
		if flavor == types.FlavorFunction || g.Uses > 0 || !within(g.At, b.fn.At) || g.Attrs.Has(types.AttrIsUsed) ||
			engineEvents()[g.Name] || strings.HasPrefix(base(g.Name), testPrefix) {
			continue
		}
		what, raises := "an event", "raises"
		if flavor == types.FlavorHook {
			what, raises = "a hook", "calls"
		}
		meant := ""
		for _, other := range p.globals {
			if isHandled(other, flavor) && strings.HasSuffix(other.Name, "::"+base(g.Name)) && other != g {
				meant = other.Name
				break
			}
		}
		if meant != "" {
			p.report(g.At, "write `"+flavor.String()+" "+meant+"(…)`: a handler names the module of its "+flavor.String(),
				"this handler never runs: nothing %s %s, the %s is %s", raises, g.Name, flavor, meant)
			continue
		}
		if m := module(g.Name); m != "" && !slices.Contains(p.engine.Checker().Modules(), m) {
			continue // of a script that the program does not load, where it may be declared
		}
		p.report(g.At, "declare the "+flavor.String()+", or mind the spelling", "this handler never runs: nothing declares or %s %s %s", raises, what, g.Name)
	}
}

// within reports whether a begins in b: a name that stands in the head of a handler was declared by it.
func within(a, b diag.Span) bool {
	return a.File == b.File && a.Line >= b.Line && a.Line <= max(b.EndLine, b.Line)
}
